//! `gateway.toml`: read, checked, and turned into what the layers are made of.
//!
//! A wrong one is one [`Wrong`]: the file, the key, the reason, and never a secret.

mod check;
mod values;
mod wrong;

pub(crate) use wrong::Wrong;

use serde::Deserialize;
use std::{
    error::Error,
    fs,
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};
use toml::Table;
use tower_webhook::{ClientIpLayer, ConfigError, IpSet, Keyring, ProxyHeader, Quota, Recipe, Scheme, TenantMap};
use values::SecretText;

const BUILT_IN: &str = include_str!("../gateway.toml");

/// Everything that the gateway can be told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(default = "values::default_listen", deserialize_with = "values::listen")]
    pub(crate) listen: SocketAddr,
    pub(crate) trusted_proxies: Option<Vec<String>>,
    #[serde(default = "values::default_database")]
    pub(crate) database: String,
    pub(crate) audit: Option<PathBuf>,
    pub(crate) console: Option<bool>,
    #[serde(default, rename = "source")]
    pub(crate) sources: Vec<Source>,
    #[serde(default, rename = "partner")]
    partners: Vec<Partner>,
    /// The partners by API key; `None` if there are none.
    #[serde(skip)]
    pub(crate) tenants: Option<TenantMap>,
    /// Of the endpoint that has its key from the environment.
    #[serde(skip)]
    pub(crate) tyler: Option<Tyler>,
    /// What only a restart changes, as it stands in the file.
    #[serde(skip)]
    pub(crate) fixed: Table,
    /// What errors call the file.
    #[serde(skip)]
    file: String,
}

/// Who posts to the endpoint that has its key from the environment.
#[derive(Clone)]
pub(crate) struct Tyler {
    pub(crate) keys: TenantMap,
    /// One of the [[partner]]s, by its API key; or nobody else, and the key is the secret.
    pub(crate) is_partner: bool,
}

/// A sender with an endpoint of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table, as [[source]] begins one")]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) path: String,
    #[serde(deserialize_with = "values::scheme")]
    pub(crate) scheme: Recipe,
    #[serde(default)]
    secrets: Vec<SecretText>,
    #[serde(default, deserialize_with = "values::duration")]
    tolerance: Option<Duration>,
    #[serde(default, deserialize_with = "values::addresses")]
    pub(crate) allow: Option<IpSet>,
    pub(crate) rate_limit: Option<RateLimit>,
    #[serde(default, deserialize_with = "values::bytes")]
    pub(crate) body_limit: Option<usize>,
    #[serde(default, deserialize_with = "values::duration")]
    pub(crate) body_timeout: Option<Duration>,
    #[serde(default, deserialize_with = "values::duration")]
    pub(crate) replay_window: Option<Duration>,
    #[serde(default)]
    pub(crate) report_only: bool,
    /// The keys it signs with; `None` where its scheme tells the partners apart.
    #[serde(skip)]
    pub(crate) keyring: Option<Keyring>,
}

/// A tenant of the partner scheme.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table, as [[partner]] begins one")]
struct Partner {
    id: String,
    api_key: SecretText,
    secrets: Vec<SecretText>,
    #[serde(default, deserialize_with = "values::addresses")]
    allow: Option<IpSet>,
    rate_limit: Option<PartnerLimit>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { per_second = 50, burst = 100, by = \"client-ip\" }")]
pub(crate) struct RateLimit {
    per_second: NonZeroU32,
    burst: Option<NonZeroU32>,
    #[serde(default)]
    pub(crate) by: By,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { per_second = 10, burst = 20 }")]
struct PartnerLimit {
    per_second: NonZeroU32,
    burst: Option<NonZeroU32>,
}

/// Whom a request counts against.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum By {
    /// Each address. Counted before anything else is read.
    #[default]
    ClientIp,
    /// Everybody together. Counted behind the signature: only the sender can spend it.
    Route,
    /// Each partner, unless it has a quota of its own. Counted behind the signature, too.
    Tenant,
}

impl Config {
    /// Reads the file, or the built-in configuration.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Wrong> {
        let shown = file.map_or_else(|| "gateway.toml (built in)".to_owned(), |file| file.display().to_string());
        let text = match file {
            Some(file) => fs::read_to_string(file).map_err(|error| Wrong::new("", error.to_string())),
            None => Ok(BUILT_IN.to_owned()),
        };
        let config = text.and_then(|text| Self::parse(&text));
        config.map(|config| Self { file: shown.clone(), ..config }).map_err(|wrong| wrong.in_file(shown))
    }

    /// What turned out to be wrong with a key when it was used.
    pub(crate) fn wrong(&self, key: &str, error: &dyn Error) -> Wrong {
        Wrong::new(key, error.to_string()).in_file(self.file.as_str())
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let document = toml::Deserializer::parse(text).map_err(|error| Wrong::syntax(text, &error))?;
        let mut config: Self = serde_path_to_error::deserialize(document).map_err(Wrong::value)?;
        config.fixed = fixed(text)?;
        config.check()?;
        Ok(config)
    }

    /// Who is calling: the peer, or whom a trusted proxy names.
    pub(crate) fn client_ip(&self) -> Result<ClientIpLayer, ConfigError> {
        match &self.trusted_proxies {
            Some(proxies) => ClientIpLayer::new().trusted_proxies(proxies, ProxyHeader::XForwardedFor),
            None => Ok(ClientIpLayer::new()),
        }
    }

    /// The console shows what came in, so that strangers see it only where somebody wants them to.
    pub(crate) fn has_console(&self) -> bool {
        self.console.unwrap_or_else(|| self.listen.ip().is_loopback())
    }
}

impl Source {
    /// Whether its scheme tells senders apart, so that its keys are those of the partners.
    pub(crate) fn serves_partners(&self) -> bool {
        self.scheme.key_header().is_some()
    }
}

impl RateLimit {
    pub(crate) fn quota(self) -> Result<Quota, ConfigError> {
        quota(self.per_second, self.burst)
    }
}

fn quota(per_second: NonZeroU32, burst: Option<NonZeroU32>) -> Result<Quota, ConfigError> {
    let quota = Quota::per_second(per_second.get())?;
    burst.map_or(Ok(quota), |burst| quota.burst(burst.get()))
}

/// The file without what a reload changes, and so without any secret.
fn fixed(text: &str) -> Result<Table, Wrong> {
    let mut table: Table = text.parse().map_err(|error| Wrong::syntax(text, &error))?;
    table.remove("partner");
    for source in table.get_mut("source").and_then(toml::Value::as_array_mut).into_iter().flatten() {
        if let Some(source) = source.as_table_mut() {
            source.remove("secrets");
            source.remove("allow");
        }
    }
    Ok(table)
}
