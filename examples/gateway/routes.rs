//! Every route, and what stands in front of it.

use crate::{
    answers::{method_not_allowed, not_found, page_of_source, secured},
    audit::Audit,
    config::{Config, Source},
    console::{self, ConsoleSource, Hosts},
    health::{Health, health},
    metrics::Metrics,
    partner,
    reload::{Reloadable, SourceParts},
    stack::{self, Ground},
};
use axum::{
    Router,
    middleware::map_response,
    routing::{MethodRouter, get, post},
};
use tower_webhook::{ConfigError, KeySource, Keyring, ReloadableKeys, inbox::Inbox, schemes};

/// What the routes share.
pub(crate) struct Shared {
    pub(crate) inbox: Inbox,
    pub(crate) audit: Audit,
    pub(crate) health: Health,
    pub(crate) metrics: Metrics,
    pub(crate) ground: Ground,
}

/// The whole app. What of it a reload replaces is handed to `reloadable`.
pub(crate) fn router(config: &Config, shared: &Shared, reloadable: &mut Reloadable) -> Result<Router, ConfigError> {
    let metrics = shared.metrics.clone();
    let mut app = Router::new()
        .route("/api/health", get(health).with_state(shared.health.clone()))
        .route("/metrics", get(async move || metrics.page()));
    app = partner::add(app, shared, reloadable)?;
    for source in &config.sources {
        let route = match &source.keyring {
            Some(keyring) => {
                let keys = ReloadableKeys::new(keyring.clone());
                route(source, keys.clone(), Some(keys), shared, reloadable)?
            }
            None => {
                let partners = reloadable.partners().ok_or_else(|| ConfigError::new("partner", "is missing"))?;
                route(source, partners, None, shared, reloadable)?
            }
        };
        app = app.route(&source.path, route);
    }
    if config.has_console() {
        app = app.merge(console(config, shared));
    }
    Ok(app
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        // Outermost: on errors, too.
        .layer(map_response(secured)))
}

/// The test console, for every route that takes events.
fn console(config: &Config, shared: &Shared) -> Router {
    let mut sources = Vec::new();
    if config.tenants.is_some() {
        let partner = ConsoleSource::new("partner", "/api/webhooks/events", &schemes::PARTNER);
        sources.push(partner.status_path("/api/webhooks/status"));
    }
    if config.tyler.is_some() {
        sources.push(ConsoleSource::new("tyler", "/api/webhooks/events/tyler", &schemes::PARTNER.fixed_key()));
    }
    let others = config.sources.iter();
    sources.extend(others.map(|source| ConsoleSource::new(&source.name, &source.path, &source.scheme)));
    let hosts = if config.listen.ip().is_loopback() { Hosts::Loopback } else { Hosts::Any };
    console::router(&sources, shared.audit.recent(), hosts)
}

/// A source: its events by POST, a page for whoever looks.
fn route<K: KeySource>(
    source: &Source,
    keys: K,
    replaced: Option<ReloadableKeys<Keyring>>,
    shared: &Shared,
    reloadable: &mut Reloadable,
) -> Result<MethodRouter, ConfigError> {
    let webhook = stack::source(source, keys, &shared.ground)?;
    reloadable.add_source(source, SourceParts { allowlist: webhook.allowlist(), keys: replaced });
    let page = page_of_source(&source.name);
    Ok(post(shared.inbox.endpoint(source.name.as_str()))
        .route_layer((shared.audit.layer(&source.name)?, webhook))
        .get(async move || page))
}
