//! From the first event to what becomes of it.

use crate::{
    process::{Folder, Gateway},
    sender::{ACME, github, with_header},
};
use http::{Request, StatusCode};
use http_body_util::Full;
use std::process::Command;
use tower_webhook::{Recipe, Scheme, Secret, schemes, testing};

/// What a shell prints for this line.
fn shell(line: &str) -> String {
    let output = Command::new("sh").args(["-c", line]).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn the_printed_commands_send_a_first_event_and_tell_what_became_of_it() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    let sent = shell(&gateway.hints.wait_for(&["/events )"]));
    assert!(sent.contains(r#""received":true"#) && sent.trim_end().ends_with("200"), "{sent}");
    let asked = gateway.hints.wait_for(&["eventId=evt_first"]);
    gateway.wait_for_status(&ACME, "evt_first", "done").await;
    let told = shell(&asked);
    assert!(told.contains(r#""status":"done""#) && told.trim_end().ends_with("200"), "{told}");
    gateway.log.wait_for(&["event handled", "evt_first"]);
}

#[tokio::test]
async fn every_source_of_the_built_in_configuration_takes_its_events() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    let orders: Recipe = toml::from_str(
        r#"name = "acme_orders"
        content = "{timestamp}.{body}"
        signature = { header = "acme-signature", items = { separators = ",", assign = "=", labels = ["v1"] } }
        timestamp = { item = "t", tolerance_seconds = 300 }"#,
    )
    .unwrap();
    for (path, scheme, secret) in [
        ("/hooks/github", &schemes::GITHUB, "demo-github-secret"),
        ("/hooks/stripe", &schemes::STRIPE, "whsec_demo_stripe_secret"),
        ("/hooks/slack", &schemes::SLACK, "demo-slack-signing-secret"),
        ("/hooks/standard", &schemes::STANDARD_WEBHOOKS, "whsec_ZGVtby1zdGFuZGFyZC13ZWJob29rcy1rZXk="),
        ("/hooks/acme-orders", &orders, "demo-acme-orders-secret"),
    ] {
        let event = |secret: &str| {
            let mut signing = testing::sign(scheme, &Secret::new(secret).unwrap()).uri(path).body(r#"{"id":"evt_1"}"#);
            if scheme.name() == "standard_webhooks" {
                signing = signing.id("evt_1");
            }
            signing.header("content-type", "application/json").build().unwrap()
        };
        let answer = gateway.send(event(secret)).await;
        assert_eq!((answer.status, &answer.json()["received"]), (StatusCode::OK, &true.into()), "{path} {answer:?}");
        let forged = gateway.send(event("whsec_bm90IHRoZSByZWFsIHNlY3JldCE=")).await;
        assert_eq!((forged.status, &forged.json()["code"]), (StatusCode::UNAUTHORIZED, &"unauthenticated".into()));
        let unsigned = gateway.send(Request::post(path).body(Full::default()).unwrap()).await;
        assert_eq!(unsigned.status, StatusCode::UNAUTHORIZED);
        assert_eq!(unsigned.body, forged.body);
    }
}

#[tokio::test]
async fn the_challenge_of_slack_is_answered_and_is_no_event() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    let challenge = |secret: &str| {
        let signing = testing::sign(&schemes::SLACK, &Secret::new(secret).unwrap()).uri("/hooks/slack");
        let signing = signing.header("content-type", "application/json");
        signing.body(r#"{"type":"url_verification","challenge":"3eZbrw1aB"}"#).build().unwrap()
    };
    let answer = gateway.send(challenge("demo-slack-signing-secret")).await;
    assert_eq!((answer.status, &answer.json()["challenge"]), (StatusCode::OK, &"3eZbrw1aB".into()), "{answer:?}");
    assert_eq!(gateway.send(challenge("some-other-signing-secret")).await.status, StatusCode::UNAUTHORIZED);
    gateway.log.wait_for(&["handshake answered", "handshake=\"slack\""]);
}

#[tokio::test]
async fn an_event_that_comes_again_is_acknowledged_and_handled_once_also_after_a_restart() {
    let folder = Folder::new();
    let config = r#"
        database = "sqlite://inbox.db"
        [[source]]
        name = "code"
        path = "/code"
        scheme = "github"
        secrets = ["a secret for tests alone"]
        [[partner]]
        id = "acme"
        api_key = "pk_test_acme"
        secrets = ["whsec-acme"]"#;
    let handled = [("GATEWAY_HANDLED", "handled")];
    let mut gateway = Gateway::start_with(&folder, config, &handled);
    for _ in 0..2 {
        assert_eq!(gateway.send(ACME.event("evt_1")).await.status, StatusCode::OK);
        let event = github("/code", "a secret for tests alone", r#"{"zen":1}"#);
        assert_eq!(gateway.send(event).await.status, StatusCode::OK);
    }
    let status = gateway.wait_for_status(&ACME, "evt_1", "done").await;
    assert_eq!((&status["attempts"], &status["lastError"]), (&1.into(), &serde_json::Value::Null));
    gateway.signal("TERM");
    assert!(gateway.ended().success());

    let gateway = Gateway::start_with(&folder, config, &handled);
    assert_eq!(gateway.send(ACME.event("evt_1")).await.status, StatusCode::OK);
    let event = github("/code", "a secret for tests alone", r#"{"zen":1}"#);
    assert_eq!(gateway.send(event).await.status, StatusCode::OK);
    // Whatever was queued before this one would have been begun before it.
    assert_eq!(gateway.send(ACME.event("evt_2")).await.status, StatusCode::OK);
    gateway.wait_for_status(&ACME, "evt_2", "done").await;
    let handled = folder.read("handled");
    assert_eq!(handled.lines().filter(|line| line.starts_with("start evt_1 ")).count(), 1, "{handled}");
    assert_eq!(handled.lines().filter(|line| line.starts_with("start ")).count(), 3, "{handled}");
    assert_eq!(handled.lines().filter(|line| line.starts_with("end ")).count(), 3, "{handled}");
}

#[tokio::test]
async fn what_is_no_event_is_turned_away_with_the_status_it_deserves() {
    const SECRET: &str = "a secret for tests alone";
    let folder = Folder::new();
    let config = format!(
        r#"
        database = "sqlite::memory:"
        [[source]]
        name = "small"
        path = "/small"
        scheme = "github"
        secrets = ["{SECRET}"]
        body_limit = "1KiB"
        [[source]]
        name = "elsewhere"
        path = "/elsewhere"
        scheme = "github"
        secrets = ["{SECRET}"]
        allow = ["192.0.2.0/24"]
        [[source]]
        name = "trial"
        path = "/trial"
        scheme = "github"
        secrets = ["{SECRET}"]
        report_only = true"#
    );
    let gateway = Gateway::start(&folder, &config);
    let long = gateway.send(github("/small", SECRET, vec![b'x'; 1025])).await;
    assert_eq!((long.status, &long.json()["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &"payload_too_large".into()));
    let packed = with_header(github("/small", SECRET, "{}"), "content-encoding", "gzip");
    assert_eq!(gateway.send(packed).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    // Nobody is trusted to name another address.
    for claim in ["192.0.2.1", "192.0.2.1, 127.0.0.1"] {
        let spoofed = with_header(github("/elsewhere", SECRET, "{}"), "x-forwarded-for", claim);
        let answer = gateway.send(spoofed).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::FORBIDDEN, &"ip_not_allowed".into()));
    }
    let forged = gateway.send(github("/trial", "not the secret at all", "{}")).await;
    assert_eq!(forged.status, StatusCode::OK);
}

#[tokio::test]
async fn a_trusted_proxy_names_the_client() {
    const SECRET: &str = "a secret for tests alone";
    let folder = Folder::new();
    let config = format!(
        r#"
        trusted_proxies = ["127.0.0.0/8"]
        database = "sqlite::memory:"
        [[source]]
        name = "code"
        path = "/code"
        scheme = "github"
        secrets = ["{SECRET}"]
        allow = ["192.0.2.0/24"]"#
    );
    let gateway = Gateway::start(&folder, &config);
    let from = |chain: &str| with_header(github("/code", SECRET, "{}"), "x-forwarded-for", chain);
    assert_eq!(gateway.send(from("192.0.2.1")).await.status, StatusCode::OK);
    assert_eq!(gateway.send(from("203.0.113.1")).await.status, StatusCode::FORBIDDEN);
    // What the client itself has written stands further to the left.
    assert_eq!(gateway.send(from("192.0.2.1, 203.0.113.1")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(gateway.send(github("/code", SECRET, "{}")).await.status, StatusCode::FORBIDDEN);
}

/// Every key there is.
const EVERY_KEY: &str = r#"
listen = "127.0.0.1:0"
trusted_proxies = ["127.0.0.0/8"]
database = "sqlite://every-key.db"
audit = "audit.jsonl"
console = true

[[source]]
name = "github"
path = "/hooks/github"
scheme = "github"
secrets = ["s3cr3t", { env = "OLD_SECRET" }]
tolerance = "5m"
allow = ["192.0.2.0/24", "2001:db8::/32"]
rate_limit = { per_second = 50, burst = 100, by = "client-ip" }
body_limit = "1MiB"
body_timeout = "10s"
replay_window = "24h"
report_only = false

[[partner]]
id = "acme"
api_key = "pk_test_acme"
secrets = ["whsec-acme"]
allow = ["127.0.0.1/32"]
rate_limit = { per_second = 10, burst = 20 }
"#;

#[tokio::test]
async fn a_configuration_may_have_every_key_there_is() {
    let folder = Folder::new();
    let gateway = Gateway::start_with(&folder, EVERY_KEY, &[("OLD_SECRET", "an older one")]);
    gateway.log.wait_for(&["source[0].tolerance: means nothing"]);
    let github = |secret, client: &str, body: &'static str| {
        with_header(github("/hooks/github", secret, body), "x-forwarded-for", client)
    };
    assert_eq!(gateway.send(github("s3cr3t", "192.0.2.7", "{}")).await.status, StatusCode::OK);
    assert_eq!(gateway.send(github("an older one", "2001:db8::7", "[]")).await.status, StatusCode::OK);
    assert_eq!(gateway.send(github("s3cr3t", "198.51.100.7", "[1]")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(gateway.send(ACME.event("evt_1")).await.status, StatusCode::OK);
    let elsewhere = with_header(ACME.event("evt_2"), "x-forwarded-for", "192.0.2.7");
    assert_eq!(gateway.send(elsewhere).await.status, StatusCode::FORBIDDEN);
    gateway.wait_for_status(&ACME, "evt_1", "done").await;
}
