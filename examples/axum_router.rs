//! An axum app that had a route of its own, and now takes webhooks from ten senders beside it.
//!
//! ```sh
//! cargo run --example axum_router --features axum,tracing
//! ```
//!
//! prints, for each route, a command that sends a correctly signed event and one that sends a forged one. Secrets come
//! from the environment; those that are not set fall back to demo secrets, and the server says so.

mod support;

use axum::{
    Json, Router,
    extract::OriginalUri,
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{error::Error, time::Duration};
use support::{demo, serve};
use tower_webhook::{
    Quota, Tenant, TenantMap, VerifiedEvent, WebhookLayer,
    schemes::{self, Recipe},
};

/// A sender: its route, its scheme, where its secret comes from, and how to sign for it with `openssl`.
struct Sender {
    route: &'static str,
    scheme: Recipe,
    variable: &'static str,
    demo_secret: &'static str,
    /// Shell that sets `headers`, given `$body`, `$ts` and `$secret`.
    signing: &'static str,
}

fn senders() -> [Sender; 10] {
    let sender = |route, scheme: &Recipe, variable, demo_secret, signing| Sender {
        route,
        scheme: scheme.clone(),
        variable,
        demo_secret,
        signing,
    };
    [
        sender(
            "ecourtdate",
            &schemes::ECOURTDATE,
            "ECOURTDATE_SECRET",
            "demo-ecourtdate-secret",
            r#"set -- -H "X-ECD-Signature: $(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "comapi",
            &schemes::COMAPI,
            "COMAPI_SECRET",
            "demo-comapi-secret",
            r#"set -- -H "X-Comapi-Signature: $(printf %s "$body" | openssl dgst -sha1 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "partner",
            &schemes::PARTNER,
            "PARTNER_SECRET",
            "demo-partner-secret",
            r#"set -- -H "x-api-key: ${PARTNER_API_KEY:-demo-partner-api-key}" -H "x-timestamp: $ts" -H "x-webhook-signature: sha256=$(printf %s "$ts.$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "tyler",
            &schemes::PARTNER.fixed_key(),
            "TYLER_SECRET",
            "demo-tyler-secret",
            r#"set -- -H "x-timestamp: $ts" -H "x-webhook-signature: sha256=$(printf %s "$ts.$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "textus",
            &schemes::TEXTUS,
            "TEXTUS_SECRET",
            "demo-textus-secret",
            r#"set -- -H "X-TextUs-Signature: $(printf %s "$ts.$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "textus-body",
            &schemes::TEXTUS_BODY,
            "TEXTUS_BODY_SECRET",
            "demo-textus-body-secret",
            r#"set -- -H "X-TextUs-Signature: $(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "eka",
            &schemes::EKA,
            "EKA_SECRET",
            "demo-eka-signing-key",
            r#"set -- -H "Eka-Webhook-Signature: t=$ts,v1=$(printf %s "$ts.$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "github",
            &schemes::GITHUB,
            "GITHUB_SECRET",
            "demo-github-secret",
            r#"set -- -H "X-GitHub-Event: ping" -H "X-GitHub-Delivery: demo-$$" -H "X-Hub-Signature-256: sha256=$(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "stripe",
            &schemes::STRIPE,
            "STRIPE_SECRET",
            "whsec_demo_stripe_secret",
            r#"set -- -H "Stripe-Signature: t=$ts,v1=$(printf %s "$ts.$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')""#,
        ),
        sender(
            "standard",
            &schemes::STANDARD_WEBHOOKS,
            "STANDARD_SECRET",
            "whsec_ZGVtby1zdGFuZGFyZC13ZWJob29rcy1rZXk=",
            r#"set -- -H "webhook-id: msg_$ts$$" -H "webhook-timestamp: $ts" -H "webhook-signature: v1,$(printf %s "msg_$ts$$.$ts.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:"$(printf %s "${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')" -binary | openssl base64 -A)""#,
        ),
    ]
}

/// What the app did before there were webhooks.
async fn hello() -> &'static str {
    "Hello. Webhooks go to /webhooks/…\n"
}

/// One handler for all senders here; an app of yours has one each.
async fn on_event(OriginalUri(uri): OriginalUri, event: VerifiedEvent) -> Json<Value> {
    println!(
        "accepted {}: scheme={} tenant={} key={} id={} type={} bytes={}",
        uri.path(),
        event.scheme(),
        event.tenant().map_or("-", |tenant| tenant.id().as_str()),
        event.key_id(),
        event.id().unwrap_or("-").escape_debug(),
        event.kind().unwrap_or("-").escape_debug(),
        event.payload().len(),
    );
    Json(json!({ "received": true, "id": event.id() }))
}

fn route(app: Router, sender: &Sender) -> Result<Router, Box<dyn Error>> {
    let path = format!("/webhooks/{}", sender.route);
    let secret = demo::secret(sender.variable, sender.demo_secret)?;
    let per_client = Quota::per_second(50)?.burst(100)?;
    let handler = post(on_event);
    let handler = match sender.route {
        // Many partners, told apart by their API key, each with its own secret and quota.
        "partner" | "tyler" => {
            let partner = Tenant::new(sender.route, secret)?.quota(Quota::per_second(10)?.burst(20)?);
            let (variable, demo_key) = match sender.route {
                "partner" => ("PARTNER_API_KEY", "demo-partner-api-key"),
                _ => ("TYLER_API_KEY", "demo-tyler-api-key"),
            };
            let api_key = demo::secret(variable, demo_key)?;
            let mut tenants = TenantMap::new([(api_key.clone(), partner)])?;
            if sender.route == "tyler" {
                // This endpoint belongs to one partner: its API key comes from the environment, not from the request.
                tenants = tenants.fixed(&api_key)?;
            }
            let layer = WebhookLayer::builder(sender.scheme.clone(), tenants)
                .rate_limit(per_client)
                .tenant_rate_limit(Quota::per_second(10)?)
                .body_limit(256 << 10)
                .build()?;
            handler.route_layer(layer)
        }
        _ => {
            let layer = WebhookLayer::builder(sender.scheme.clone(), secret)
                .rate_limit(per_client)
                .body_limit(1 << 20)
                .body_timeout(Duration::from_secs(5))
                .build()?;
            handler.route_layer(layer)
        }
    };
    Ok(app.route(&path, handler))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let senders = senders();
    let app = senders.iter().try_fold(Router::new().route("/", get(hello)), route)?;
    let listener = serve::listen().await?;
    let address = listener.local_addr()?;
    for Sender { route, variable, demo_secret, signing, .. } in &senders {
        demo::print_commands(route, &format!("http://{address}/webhooks/{route}"), variable, demo_secret, signing);
    }
    println!();
    Ok(serve::serve(listener, app).await?)
}
