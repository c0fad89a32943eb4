//! Every preset that the page offers, signed in the browser and verified by this crate.

use crate::{
    console::{ConsoleSource, Hosts, RecentAttempts, router},
    fixture::{Fixture, NOT_SIGNED_HERE},
    webdriver::Browser,
};
use axum::{Router, routing::post};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tower_webhook::{
    Secret, VerifiedEvent, WebhookLayer,
    schemes::{self, Scheme as _},
};

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, app).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_browser_signs_is_accepted() {
    let Some(browser) = Browser::start().await else { return };
    let mut app = Router::new();
    let mut sources = Vec::new();
    let mut offered = Vec::new();
    for recipe in schemes::ALL.iter().filter(|recipe| !NOT_SIGNED_HERE.contains(&recipe.name())) {
        let fixture = Fixture::of(recipe);
        let name = recipe.name();
        let query = fixture.uri.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        let source = ConsoleSource::new(name, format!("/{name}{query}"), &fixture.recipe);
        let shown = serde_json::to_value(&source).unwrap();
        sources.push(source);
        if let Some(reason) = shown["disabled"].as_str() {
            println!("{name}: {reason}");
            continue;
        }
        let hook = WebhookLayer::builder(fixture.recipe.clone(), Secret::new(fixture.secret.as_str()).unwrap());
        let hook = hook.explain_rejections().build().unwrap();
        let accept = async |event: VerifiedEvent| event.scheme().to_owned();
        app = app.route(&format!("/{name}"), post(accept).route_layer(hook));
        offered.push((sources.len() - 1, fixture));
    }
    assert!(offered.len() >= 100, "only {} presets can be signed in a browser", offered.len());
    let url = serve(app.merge(router(&sources, RecentAttempts::default(), Hosts::Loopback))).await;
    browser.open(&url).await;
    browser.wait("document.querySelector('#source').options.length > 1").await;

    let mut refused = Vec::new();
    for (index, fixture) in offered {
        let headers: String = fixture.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let body = if fixture.any_body { Value::Null } else { json!(fixture.body) };
        let script = "const [index, secret, body, headers] = arguments;
             const element = (id) => document.getElementById(id);
             element('source').value = index;
             element('source').dispatchEvent(new Event('change'));
             element('secret').value = secret;
             if (body !== null) element('body').value = body;
             if (headers !== '') element('headers').value = headers;
             element('result').replaceChildren();
             element('sign-and-send').click();";
        browser.run(script, &[json!(index), json!(fixture.secret), body, json!(headers)]).await;
        browser
            .wait("document.querySelector('#result').textContent && !document.querySelector('[aria-disabled]')")
            .await;
        let said = browser.text("#result").await;
        if !said.starts_with("200") {
            let body = if said.starts_with("Not sent") { String::new() } else { browser.text("#answer-body").await };
            refused.push(format!("{}: {said} {body}", fixture.recipe.name()));
        }
    }
    assert!(refused.is_empty(), "{} are refused:\n{}", refused.len(), refused.join("\n"));
    assert_eq!(browser.errors().await, Vec::<Value>::new());
}
