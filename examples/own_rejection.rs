//! Your own response for what is turned away, twice, and a line of audit for every attempt.
//!
//! ```sh
//! cargo run --example own_rejection --features axum
//! ```
//!
//! `/closure` gives its layers a closure that builds the response. `/outer` leaves them their own, and one layer around
//! the whole app rewrites what it finds a `Rejection` in: the better way where several sorts of error must look alike.

mod support;

use axum::{
    Router,
    body::Body,
    middleware::map_response,
    routing::{MethodRouter, post},
};
use http::{HeaderValue, Response, header};
use serde_json::json;
use std::error::Error;
use support::{demo, serve};
use tokio::sync::mpsc;
use tower::ServiceBuilder;
use tower_webhook::{
    AuditLayer, Rejection, VerifiedEvent, WebhookLayer,
    layers::audit::{AuditRecord, Outcome},
    schemes,
};

async fn on_event(event: VerifiedEvent) -> &'static str {
    println!("accepted {} bytes", event.payload().len());
    "received\n"
}

/// Status and body are ours; `Retry-After`, `Allow` and the `RateLimit` headers are added for us afterwards.
fn terse(rejection: &Rejection) -> Response<Body> {
    // `public_code` is `unauthenticated` for every 401: why exactly is not for strangers.
    let mut response = Response::new(Body::from(format!("no: {}\n", rejection.public_code())));
    *response.status_mut() = rejection.status();
    response
}

/// The house style: everything that is turned away anywhere in this app gets the same body.
async fn house_style(mut response: Response<Body>) -> Response<Body> {
    let Some(rejection) = response.extensions().get::<Rejection>() else { return response };
    let body = json!({ "error": {
        "code": rejection.public_code(),
        "status": response.status().as_u16(),
        "retry_after": rejection.retry_delay().map(|delay| delay.as_secs().max(1)),
    }});
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // The extensions stay: the audit further out still finds the reason.
    response.map(|_| Body::from(format!("{body}\n")))
}

/// One line of JSON. Here the precise reason is told: this is read by us.
fn line(record: &AuditRecord) -> String {
    let event = record.event();
    json!({
        "at": record.at().as_millis(),
        "path": record.path(),
        "outcome": record.outcome().code(),
        "reason": match record.outcome() {
            Outcome::Rejected(rejection) => Some(rejection.to_string()),
            _ => None,
        },
        "status": record.status().map(|status| status.as_u16()),
        "client_ip": record.client_ip(),
        "scheme": event.map(VerifiedEvent::scheme),
        "key_id": event.map(VerifiedEvent::key_id),
        "latency_us": record.latency().as_micros() as u64,
    })
    .to_string()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (variable, demo_secret) = ("EKA_SECRET", "demo-eka-signing-key");
    let secret = demo::secret(variable, demo_secret)?;

    let closure = WebhookLayer::builder(schemes::EKA, secret.clone()).with_rejection_response(terse).build()?;
    let closure: MethodRouter = post(on_event).route_layer(closure);
    let outer = post(on_event).route_layer(WebhookLayer::builder(schemes::EKA, secret).build()?);

    // The sink runs on the request's own task: it hands the record over and never waits.
    let (records, mut written) = mpsc::channel::<AuditRecord>(1024);
    let audit = AuditLayer::new(move |record: AuditRecord| {
        if records.try_send(record).is_err() {
            eprintln!("audit: a record was lost, its writer cannot keep up");
        }
    });
    tokio::spawn(async move {
        while let Some(record) = written.recv().await {
            println!("audit {}", line(&record));
        }
    });

    let app = Router::new()
        .route("/outer", outer)
        // Around the routes so far, and outside of their webhook layers.
        .layer(map_response(house_style))
        .route("/closure", closure)
        // Outermost, so that it sees what every layer decided.
        .layer(ServiceBuilder::new().layer(audit));

    let listener = serve::listen().await?;
    let address = listener.local_addr()?;
    let signing = format!(
        r#"set -- -H "Eka-Webhook-Signature: t=$ts,v1=$(printf %s "$ts.$body" | {hmac})""#,
        hmac = demo::HMAC_SHA256
    );
    for route in ["closure", "outer"] {
        demo::print_commands(route, &format!("http://{address}/{route}"), variable, demo_secret, &signing);
    }
    println!();
    Ok(serve::serve(listener, app).await?)
}
