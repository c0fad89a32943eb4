//! What whoever opens the console does and sees.

use crate::{gateway::Gateway, webdriver::Browser};
use serde_json::{Value, json};

const TAB: &str = "\u{e004}";
const UP: &str = "\u{e013}";
const ENTER: &str = "\u{e007}";
const PHONE: (u32, u32) = (390, 844);
const DESKTOP: (u32, u32) = (1280, 900);

const CONFIG: &str = r#"
listen = "127.0.0.1:0"
database = "sqlite::memory:"

[[source]]
name = "github"
path = "/hooks/github"
scheme = "github"
secrets = ["s3cr3t"]

[[source]]
name = "stripe"
path = "/hooks/stripe"
scheme = "stripe"
secrets = ["whsec_stripe"]

[[source]]
name = "hubspot"
path = "/hooks/hubspot"
scheme = "hubspot_v1"
secrets = ["no browser signs with this"]

[[partner]]
id = "acme"
api_key = "pk_test_acme"
secrets = ["whsec-acme"]
rate_limit = { per_second = 10, burst = 20 }
"#;

/// A gateway, and its console in the browser.
async fn opened(browser: &Browser) -> Gateway {
    let gateway = tokio::task::spawn_blocking(|| Gateway::start(CONFIG)).await.unwrap();
    browser.open(&gateway.url).await;
    browser.wait("document.querySelector('#source').options.length > 1").await;
    gateway
}

/// Waits for the answer to what `act` does, and returns what is said of it.
async fn answer(browser: &Browser, act: impl AsyncFnOnce()) -> String {
    browser.run("document.querySelector('#result').replaceChildren()", &[]).await;
    act().await;
    browser.wait("document.querySelector('#result').textContent && !document.querySelector('[aria-disabled]')").await;
    browser.text("#result").await
}

async fn click(browser: &Browser, button: &str) -> String {
    answer(browser, async || browser.click(button).await).await
}

async fn choose(browser: &Browser, name: &str) {
    let script = "const select = document.querySelector('#source');
         select.value = [...select.options].find((option) => option.text.startsWith(arguments[0])).value;
         select.dispatchEvent(new Event('change'));";
    browser.run(script, &[json!(name)]).await;
}

/// The newest attempt: its outcome and its status.
async fn newest(browser: &Browser, outcome: &str, status: u16) {
    let condition = format!(
        "document.querySelector('#attempts .outcome')?.textContent === '{outcome}'
         && document.querySelector('#attempts .code').textContent === '{status}'"
    );
    browser.wait(&condition).await;
}

async fn parsed(browser: &Browser, css: &str) -> Value {
    let text = browser.text(css).await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{css}: {error}: {text}"))
}

async fn pictures(browser: &Browser, name: &str) {
    for (device, (width, height)) in [("desktop", DESKTOP), ("phone", PHONE)] {
        for scheme in ["light", "dark"] {
            browser.look(width, height, scheme).await;
            let fits = browser.run("return document.documentElement.scrollWidth <= innerWidth", &[]).await;
            assert_eq!(fits, true, "{name}, {device}: it scrolls sideways");
            browser.picture(&format!("{name}-{device}-{scheme}")).await;
        }
    }
    browser.look(DESKTOP.0, DESKTOP.1, "light").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_signed_sent_and_followed() {
    let Some(browser) = Browser::start().await else { return };
    let _gateway = opened(&browser).await;
    pictures(&browser, "first").await;

    choose(&browser, "github").await;
    assert_eq!(click(&browser, "#sign-and-send").await, "Not sent\ntype the secret first");
    browser.fill("#secret", "s3cr3t").await;
    let said = click(&browser, "#sign-and-send").await;
    assert!(said.starts_with("200 OK"), "{said}");
    assert_eq!(parsed(&browser, "#answer-body").await["received"], true);
    newest(&browser, "accepted", 200).await;

    let said = click(&browser, "#again").await;
    assert!(said.starts_with("200 OK"), "{said}");
    newest(&browser, "duplicate", 200).await;

    let said = click(&browser, "#forged").await;
    assert!(said.starts_with("401 Unauthorized"), "{said}");
    assert_eq!(parsed(&browser, "#answer-body").await["code"], "unauthenticated");
    let headers = browser.text("#answer-headers").await;
    assert!(headers.contains("application/problem+json"), "{headers}");
    newest(&browser, "signature mismatch", 401).await;

    browser.fill("#body", "{\"id\":1,\"markup\":\"<img src=x onerror=alert(1)>\"}").await;
    let said = click(&browser, "#sign-and-send").await;
    assert!(said.starts_with("200 OK"), "{said}");
    pictures(&browser, "source").await;
    assert_eq!(browser.errors().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_write_is_text_and_what_they_slip_in_does_nothing() {
    let Some(browser) = Browser::start().await else { return };
    let _gateway = opened(&browser).await;
    choose(&browser, "github").await;
    browser.fill("#secret", "s3cr3t").await;
    browser.run("document.querySelector('#more').open = true", &[]).await;
    let markup = "<img src=x onerror=document.title='taken'>";
    browser.fill("#headers", &format!("X-GitHub-Delivery: {markup}")).await;
    let said = click(&browser, "#sign-and-send").await;
    assert!(said.starts_with("200 OK"), "{said}");
    newest(&browser, "accepted", 200).await;
    assert_eq!(browser.text("#attempts .id").await, markup);
    assert_eq!(browser.run("return document.querySelectorAll('main img').length", &[]).await, 0);
    assert_eq!(browser.run("return document.title", &[]).await, "Test console · tower-webhook");
    assert_eq!(browser.errors().await, Vec::<Value>::new());

    let style = "const style = document.createElement('style');
        style.textContent = 'main { display: none }';
        document.head.append(style);
        return getComputedStyle(document.querySelector('main')).display";
    assert_eq!(browser.run(style, &[]).await, "grid");
    let script = "try { document.body.innerHTML = '<p>taken</p>'; return 'done' } catch { return 'refused' }";
    assert_eq!(browser.run(script, &[]).await, "refused");
    assert!(!browser.errors().await.is_empty(), "the browser says what it refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_sends_until_it_is_told_to_wait_and_asks_what_became_of_it() {
    let Some(browser) = Browser::start().await else { return };
    let _gateway = opened(&browser).await;
    choose(&browser, "partner").await;
    browser.fill("#api-key", "pk_test_acme").await;
    browser.fill("#secret", "whsec-acme").await;
    let said = click(&browser, "#sign-and-send").await;
    assert!(said.starts_with("200 OK"), "{said}");
    newest(&browser, "accepted", 200).await;

    let id = browser.run("return document.querySelector('#event-id').value", &[]).await;
    assert!(id.as_str().unwrap().starts_with("evt_"), "{id}");
    // It is handled when it is.
    let mut state = Value::Null;
    for _ in 0..200 {
        let said = click(&browser, "#check-status").await;
        assert!(said.starts_with("200 OK"), "{said}");
        state = parsed(&browser, "#answer-body").await["status"].take();
        if state == "done" {
            break;
        }
    }
    assert_eq!(state, "done");

    let said = click(&browser, "#many").await;
    assert!(said.starts_with("429 Too Many Requests"), "{said}");
    assert!(said.contains(" × 200, ") && said.contains(" × 429") && said.contains("retry after "), "{said}");
    let headers = browser.text("#answer-headers").await;
    assert!(headers.contains("retry-after"), "{headers}");
    assert_eq!(parsed(&browser, "#answer-body").await["status"], 429);
    browser.wait("[...document.querySelectorAll('#attempts .code')].some((code) => code.textContent === '429')").await;

    pictures(&browser, "partner").await;

    choose(&browser, "tyler").await;
    assert_eq!(browser.run("return document.querySelector('#api-key-field').hidden", &[]).await, true);
    let said = click(&browser, "#forged").await;
    assert!(said.starts_with("401 Unauthorized"), "{said}");
    assert_eq!(browser.errors().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    let Some(browser) = Browser::start().await else { return };
    let _gateway = opened(&browser).await;
    browser.run("document.body.tabIndex = -1; document.body.focus()", &[]).await;
    let focus = async || browser.run("return document.activeElement.id", &[]).await;
    let next = async |expected: &str| {
        browser.press(TAB).await;
        assert_eq!(focus().await, expected);
        let outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle", &[]).await;
        assert_eq!(outline, "solid", "{expected} does not show that it has the focus");
    };

    next("source").await;
    browser.press("github").await;
    browser.wait("document.querySelector('#api-key-field').hidden").await;
    browser.press(&UP.repeat(2)).await;
    browser.wait("!document.querySelector('#api-key-field').hidden").await;
    next("api-key").await;
    browser.press("pk_test_acme").await;
    next("secret").await;
    browser.press("whsec-acme").await;
    let said = answer(&browser, async || browser.press(ENTER).await).await;
    assert!(said.starts_with("200 OK"), "{said}");
    assert_eq!(focus().await, "secret");
    for stop in ["show-secret", "body", "new-id"] {
        next(stop).await;
    }
    // The summary of the headers.
    browser.press(TAB).await;
    next("sign-and-send").await;
    next("again").await;
    let said = answer(&browser, async || browser.press(" ").await).await;
    assert!(said.starts_with("200 OK"), "{said}");
    newest(&browser, "duplicate", 200).await;
    assert_eq!(focus().await, "again");
    next("forged").await;
    next("many").await;
    next("event-id").await;
    let said = answer(&browser, async || browser.press(ENTER).await).await;
    assert!(said.starts_with("200 OK"), "{said}");

    let unnamed = "return [...document.querySelectorAll('input, select, textarea, button')]
        .filter((control) => !control.labels?.length && !control.textContent.trim()).map((control) => control.id)";
    assert_eq!(browser.run(unnamed, &[]).await, json!([]));
    assert_eq!(browser.errors().await, Vec::<Value>::new());
}
