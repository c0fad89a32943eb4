//! The values of keys, read into the types that the layers take.

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, de::Error};
use std::{fmt, net::SocketAddr, time::Duration};
use toml::Value;
use tower_webhook::{ConfigError, IpSet, Recipe, Secret, schemes};

pub(super) fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 3000))
}

pub(super) fn default_database() -> String {
    "sqlite://gateway.db".to_owned()
}

/// An address and a port.
pub(super) fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(|_| D::Error::custom("must be an address and a port, such as \"127.0.0.1:3000\""))
}

/// A secret: its text, or `{ env = "NAME" }`.
pub(super) struct SecretText(pub(super) Secret);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const FORM: &str = r#"must be a text, or { env = "NAME" }"#;
        let secret = match Value::deserialize(deserializer)? {
            Value::String(text) => Secret::new(text).map_err(|error| D::Error::custom(error.reason())),
            Value::Table(table) => match table.get("env").and_then(Value::as_str) {
                // What is no variable's name may be a secret in the wrong place: it is not repeated.
                Some(name) if table.len() == 1 && is_variable(name) => Secret::from_env(name).map_err(D::Error::custom),
                _ => Err(D::Error::custom(FORM)),
            },
            _ => Err(D::Error::custom(FORM)),
        };
        secret.map(Self)
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_')
}

/// A preset's name, or a recipe.
pub(super) fn scheme<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Recipe, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(name) => schemes::by_name(&name)
            .cloned()
            .ok_or_else(|| D::Error::custom("is no preset of this build; the guide lists them: `schemes::ALL`")),
        Value::Table(recipe) => recipe.try_into().map_err(|error: toml::de::Error| D::Error::custom(error.message())),
        _ => Err(D::Error::custom("must be the name of a preset, or a recipe")),
    }
}

/// `10s`, `5m`, `24h`, `1h 30m`.
pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    text(deserializer, |text| {
        let duration = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
        duration.ok_or("must be a duration such as \"10s\", \"5m\" or \"24h\"")
    })
}

/// `64KiB`, `1MiB`.
pub(super) fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    text(deserializer, |text| {
        let bytes = text.parse::<bytesize::ByteSize>().ok().and_then(|bytes| usize::try_from(bytes.as_u64()).ok());
        bytes.ok_or("must be a size such as \"64KiB\" or \"1MiB\"")
    })
}

/// Prefixes and single addresses.
pub(super) fn addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<IpSet>, D::Error> {
    let entries = Vec::<String>::deserialize(deserializer)?;
    IpSet::parse(entries).map(Some).map_err(|error: ConfigError| D::Error::custom(error.reason()))
}

fn text<'de, D, T, E>(deserializer: D, read: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    read(&String::deserialize(deserializer)?).map(Some).map_err(D::Error::custom)
}
