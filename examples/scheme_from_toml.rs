//! A scheme of your own without code: read from TOML when the app starts.
//!
//! ```sh
//! cargo run --example scheme_from_toml --features axum,serde
//! ```
//!
//! `ACME_SCHEME` may name a file to be read in place of `examples/support/acme.toml`. Change a field there and start
//! again: what does not go together is said with the path of the field and what is allowed.

mod support;

use axum::{Router, routing::post};
use std::error::Error;
use support::{demo, serve};
use tower_webhook::{Recipe, VerifiedEvent, WebhookLayer};

fn scheme() -> Result<Recipe, Box<dyn Error>> {
    let text = match std::env::var_os("ACME_SCHEME") {
        Some(path) => std::fs::read_to_string(path)?,
        None => include_str!("support/acme.toml").to_owned(),
    };
    // `Recipe` implements `Deserialize`, so it may as well be a field of your own configuration.
    Ok(toml::from_str(&text)?)
}

async fn on_event(event: VerifiedEvent) -> &'static str {
    let id = event.id().unwrap_or("-").escape_debug();
    println!("accepted {}: id={id} signed={}", event.scheme(), event.id_is_signed());
    "received\n"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (variable, demo_secret) = ("ACME_SECRET", "demo-acme-signing-secret");
    // The secret is in no file: a scheme says how a sender signs, never with what.
    let webhook = WebhookLayer::builder(scheme()?, demo::secret(variable, demo_secret)?).build()?;
    let app = Router::new().route("/acme", post(on_event).route_layer(webhook));

    let listener = serve::listen().await?;
    let url = format!("http://{}/acme", listener.local_addr()?);
    let hmac = demo::HMAC_SHA256;
    let signing = format!(r#"set -- -H "acme-signature: t=$ts,v1=$(printf %s "$ts.$body" | {hmac})""#);
    demo::print_commands("acme", &url, variable, demo_secret, &signing);
    println!();
    Ok(serve::serve(listener, app).await?)
}
