//! The layers in front of the inbox.

use crate::config::{By, Source};
use std::time::Duration;
use tower_webhook::{
    ClientIpLayer, ConfigError, IpSet, KeySource, MemoryRateStore, MemoryReplayStore, Recipe, Scheme, WebhookLayer,
    handshakes::{Handshake, Signed},
    rejection::ProblemJson,
    webhook,
};

/// What every route shares: who is calling, and what is counted and remembered in memory.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) client_ip: ClientIpLayer,
    pub(crate) replay: MemoryReplayStore,
    pub(crate) rate: MemoryRateStore,
}

impl Ground {
    pub(crate) fn new(client_ip: ClientIpLayer) -> Result<Self, ConfigError> {
        Ok(Self { client_ip, replay: MemoryReplayStore::new(5_000_000)?, rate: MemoryRateStore::new(500_000)? })
    }
}

/// In front of a source.
pub(crate) type SourceLayer<K> =
    WebhookLayer<Recipe, K, MemoryReplayStore, MemoryRateStore, ProblemJson, webhook::Protocol>;

/// What some providers want answered before they send anything, as far as it needs no setting of its own.
fn handshake(scheme: &str) -> Handshake<Signed> {
    match scheme {
        "slack" => Handshake::slack(),
        "twitch" => Handshake::twitch(),
        _ => Handshake::default(),
    }
}

/// What a source's configuration says, as a layer. The allowlist is there even if nobody is kept out: so that a reload
/// can narrow it.
pub(crate) fn source<K: KeySource>(source: &Source, keys: K, ground: &Ground) -> Result<SourceLayer<K>, ConfigError> {
    let mut webhook = WebhookLayer::builder(source.scheme.clone(), keys)
        .handshake(handshake(source.scheme.name()))
        .client_ip(ground.client_ip.clone())
        .replay_store(ground.replay.clone())
        .replay_namespace(source.name.as_str())
        .rate_store(ground.rate.clone())
        .rate_namespace(source.name.as_str())
        .allow(source.allow.clone().unwrap_or_else(IpSet::every_address));
    if let Some(limit) = source.rate_limit {
        let quota = limit.quota()?;
        webhook = match limit.by {
            By::ClientIp => webhook.rate_limit(quota),
            // Where there are no tenants, this counts everybody together.
            By::Route | By::Tenant => webhook.tenant_rate_limit(quota),
        };
    }
    if let Some(bytes) = source.body_limit {
        webhook = webhook.body_limit(bytes);
    }
    if let Some(timeout) = source.body_timeout {
        webhook = webhook.body_timeout(timeout).body_idle_timeout(timeout.min(Duration::from_secs(5)));
    }
    if let Some(window) = source.replay_window {
        webhook = webhook.replay_retention(window);
    }
    if source.report_only {
        webhook = webhook.insecure_report_only();
    }
    webhook.build()
}

/// For the partners' own endpoints. Addresses and quotas are the tenants', and count at all of them together.
pub(crate) fn partner<K: KeySource>(
    name: &str,
    scheme: Recipe,
    keys: K,
    ground: &Ground,
) -> Result<WebhookLayer<Recipe, K>, ConfigError> {
    WebhookLayer::builder(scheme, keys)
        .client_ip(ground.client_ip.clone())
        .replay_store(ground.replay.clone())
        .replay_namespace(name)
        .rate_store(ground.rate.clone())
        .rate_namespace(PARTNERS)
        .build()
}

/// What the counts of partners are called.
const PARTNERS: &str = "partner";
