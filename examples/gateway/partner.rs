//! The partners' own routes.

use crate::{reload::Reloadable, routes::Shared, stack};
use axum::{
    Router,
    routing::{get, post},
};
use tower::ServiceBuilder;
use tower_webhook::{
    BufferedBodyLayer, ConfigError, InFlightLimitLayer, Quota, RateLimitLayer, ReloadableKeys, SignatureVerifyLayer,
    TenantMap, Verifier, schemes,
};

/// Adds the routes of partners, if there are any.
pub(crate) fn add(mut app: Router, shared: &Shared, reloadable: &Reloadable) -> Result<Router, ConfigError> {
    match reloadable.partners() {
        Some(partners) => {
            app = events(app, partners.clone(), shared)?;
            app = status(app, partners, shared)?;
        }
        None => tracing::info!("there is no [[partner]], so /api/webhooks/events does not exist"),
    }
    match reloadable.tyler() {
        Some(tyler) => app = of_tyler(app, tyler, shared)?,
        None => tracing::info!("TYLER_API_KEY is not set, so /api/webhooks/events/tyler does not exist"),
    }
    Ok(app)
}

/// Whoever's API key it is, in `x-api-key`.
fn events(app: Router, partners: ReloadableKeys<TenantMap>, shared: &Shared) -> Result<Router, ConfigError> {
    let webhook = stack::partner("partner", schemes::PARTNER, partners, &shared.ground)?;
    let layers = (shared.audit.layer("partner")?, webhook);
    Ok(app.route("/api/webhooks/events", post(shared.inbox.endpoint("partner")).route_layer(layers)))
}

/// One partner's alone: its API key is here, not in the request.
fn of_tyler(app: Router, tyler: ReloadableKeys<TenantMap>, shared: &Shared) -> Result<Router, ConfigError> {
    let webhook = stack::partner("tyler", schemes::PARTNER.fixed_key(), tyler, &shared.ground)?;
    let layers = (shared.audit.layer("tyler")?, webhook);
    Ok(app.route("/api/webhooks/events/tyler", post(shared.inbox.endpoint("tyler")).route_layer(layers)))
}

/// Signed like an event with an empty body. The layers are those of `WebhookLayer` without what only a POST needs: one
/// may ask twice, so there is no replay guard.
fn status(app: Router, partners: ReloadableKeys<TenantMap>, shared: &Shared) -> Result<Router, ConfigError> {
    let verifier = Verifier::new(schemes::PARTNER, partners)?;
    let counts = shared.ground.rate.clone();
    let layers = ServiceBuilder::new()
        .layer(shared.audit.layer("status")?)
        .layer(shared.ground.client_ip.clone())
        .layer(InFlightLimitLayer::new(256)?.per_client(128)?)
        .layer(BufferedBodyLayer::new().limit(1)?.precheck(verifier.clone()))
        .layer(SignatureVerifyLayer::new(verifier))
        // Counted by itself: who asks often can still deliver. Unless the partner has a quota of its own, enough to ask for
        // all that it sends.
        .layer(RateLimitLayer::by_tenant(Quota::per_second(1_000)?).name("status/tenant").store(counts));
    Ok(app.route("/api/webhooks/status", get(shared.inbox.status_service()).route_layer(layers)))
}
