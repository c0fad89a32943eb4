//! A handler that cannot be reached by an event nobody has checked: forgetting a layer does not compile.
//!
//! ```sh
//! cargo run --example typed_handler --features axum
//! ```
//!
//! `/typed` proves it by the type of its request. `/extractor` is the shorter way, `Event<T>`: there a forgotten layer
//! compiles, and the route answers 500 without ever running the handler.

mod support;

use axum::{
    Json, Router,
    body::Body,
    routing::{post, post_service},
};
use http::{Request, Response, StatusCode};
use serde::Deserialize;
use std::{convert::Infallible, error::Error};
use support::{demo, serve};
use tower::ServiceBuilder;
use tower_webhook::{ConfigError, Fresh, Payload, Recipe, Secret, WebhookLayer, axum::Event, schemes};

/// What the sender writes about.
#[derive(Deserialize)]
struct Ping {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

/// `Payload<Fresh>`: read to the end, signed by a holder of the key, and not handled before. No public function makes
/// one, so whoever calls this has the layers in front of it, in the right order.
async fn on_typed(request: Request<Payload<Fresh>>) -> Result<Response<Body>, Infallible> {
    let event = request.body().event();
    let Ok(ping) = serde_json::from_slice::<Ping>(event.payload()) else {
        let mut response = Response::new(Body::from("not the JSON this endpoint takes\n"));
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    println!(
        "accepted /typed: scheme={} id={} type={}",
        event.scheme(),
        ping.id.escape_debug(),
        ping.kind.escape_debug()
    );
    Ok(Response::new(Body::from("received\n")))
}

/// The same with axum's extractors: the payload is parsed, and 422 is answered for you.
async fn on_extractor(Event { payload: ping, event, .. }: Event<Ping>) -> Json<serde_json::Value> {
    println!(
        "accepted /extractor: scheme={} id={} type={}",
        event.scheme(),
        ping.id.escape_debug(),
        ping.kind.escape_debug()
    );
    Json(serde_json::json!({ "received": ping.id }))
}

/// Each endpoint has a stack of its own: clones of one would share what was delivered, and an event sent to both
/// would be a duplicate at the second.
fn stack(secret: &Secret) -> Result<WebhookLayer<Recipe>, ConfigError> {
    WebhookLayer::builder(schemes::GITHUB, secret.clone()).build()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (variable, demo_secret) = ("GITHUB_SECRET", "demo-github-secret");
    let secret = demo::secret(variable, demo_secret)?;
    let typed = ServiceBuilder::new().layer(stack(&secret)?).service_fn(on_typed);
    let app = Router::new()
        .route("/typed", post_service(typed))
        .route("/extractor", post(on_extractor).route_layer(stack(&secret)?));

    let listener = serve::listen().await?;
    let address = listener.local_addr()?;
    let signing =
        format!(r#"set -- -H "X-Hub-Signature-256: sha256=$(printf %s "$body" | {hmac})""#, hmac = demo::HMAC_SHA256);
    for route in ["typed", "extractor"] {
        demo::print_commands(route, &format!("http://{address}/{route}"), variable, demo_secret, &signing);
    }
    println!();
    Ok(serve::serve(listener, app).await?)
}
