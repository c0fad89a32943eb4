//! What can only be seen when the keys are looked at together.

use super::{By, Config, Partner, Source, Tyler, Wrong, quota, values::SecretText};
use crate::stack::{self, Ground};
use std::{collections::HashSet, mem};
use tower_webhook::{ConfigError, Key, Keyring, Recipe, Scheme, Secret, Tenant, TenantMap, Verifier, schemes};

/// Names of routes that are there anyway.
const BUILT_IN_NAMES: [&str; 3] = ["partner", "status", "tyler"];
/// Their paths.
const BUILT_IN_PATHS: [&str; 8] = [
    "/",
    "/api/health",
    "/api/webhooks/events",
    "/api/webhooks/events/tyler",
    "/api/webhooks/status",
    "/console/attempts",
    "/console/sources",
    "/metrics",
];

impl Config {
    /// Completes what was read. Every layer is built once for the sake of its errors.
    pub(super) fn check(&mut self) -> Result<(), Wrong> {
        let ground = self.client_ip().and_then(Ground::new);
        let ground = ground.map_err(|error| Wrong::setting("trusted_proxies", &error))?;
        check_database(&self.database).map_err(|reason| Wrong::new("database", reason))?;
        self.tenants = tenants(&mem::take(&mut self.partners))?;
        self.tyler = tyler(self.tenants.as_ref())?;

        let (mut names, mut paths) = (HashSet::new(), HashSet::new());
        for (index, source) in self.sources.iter_mut().enumerate() {
            let at = |key: &str| format!("source[{index}].{key}");
            check_name(&source.name).map_err(|reason| Wrong::new(at("name"), reason))?;
            check_path(&source.path).map_err(|reason| Wrong::new(at("path"), reason))?;
            if !names.insert(source.name.clone()) {
                return Err(Wrong::new(at("name"), "is that of another source"));
            }
            if !paths.insert(source.path.clone()) {
                return Err(Wrong::new(at("path"), "is that of another source"));
            }
            if let Some(tolerance) = source.tolerance {
                match source.scheme.clone().tolerance(tolerance) {
                    Ok(scheme) => source.scheme = scheme,
                    // A window that this scheme has no use for does no harm, but somebody may count on it.
                    Err(_) if source.scheme.time_tolerances().is_none() => {
                        let (key, scheme) = (at("tolerance"), source.scheme.name());
                        tracing::warn!("{key}: means nothing, because no time is signed in `{scheme}`");
                    }
                    Err(error) => return Err(Wrong::setting(at("tolerance"), &error)),
                }
            }
            if source.serves_partners() {
                if !source.secrets.is_empty() {
                    let reason =
                        "must not be set: this scheme tells senders apart, so their secrets are at [[partner]]";
                    return Err(Wrong::new(at("secrets"), reason));
                }
                if self.tenants.is_none() {
                    return Err(Wrong::new(at("scheme"), "needs a [[partner]]"));
                }
            } else {
                source.keyring = Some(keyring(&source.scheme, &source.secrets, &format!("source[{index}]"))?);
                if source.rate_limit.is_some_and(|limit| limit.by == By::Tenant) {
                    let (key, scheme) = (at("rate_limit.by"), source.scheme.name());
                    tracing::warn!("{key}: counts everybody together, because `{scheme}` does not tell senders apart");
                }
            }
            build(source, self.tenants.as_ref(), &ground).map_err(|error| match key_of(&error) {
                Some(key) => Wrong::setting(at(key), &error),
                None => Wrong::new(format!("source[{index}]"), error.to_string()),
            })?;
        }
        Ok(())
    }
}

/// A layer for nobody: whatever cannot work in it is found now.
fn build(source: &Source, tenants: Option<&TenantMap>, ground: &Ground) -> Result<(), ConfigError> {
    match (&source.keyring, tenants) {
        (Some(keyring), _) => stack::source(source, keyring.clone(), ground).map(drop),
        (None, Some(tenants)) => stack::source(source, tenants.clone(), ground).map(drop),
        (None, None) => Ok(()),
    }
}

/// The key in the file that became the setting which the library names.
fn key_of(error: &ConfigError) -> Option<&'static str> {
    Some(match error.field() {
        "body_limit" => "body_limit",
        "body_timeout" | "body_idle_timeout" => "body_timeout",
        "keys" | "secret" | "secrets" => "secrets",
        "replay.retention" => "replay_window",
        field if field.starts_with("rate_limit") => "rate_limit",
        _ => return None,
    })
}

fn tenants(partners: &[Partner]) -> Result<Option<TenantMap>, Wrong> {
    let (mut ids, mut api_keys) = (HashSet::new(), HashSet::new());
    let mut tenants = Vec::new();
    for (index, partner) in partners.iter().enumerate() {
        let at = |key: &str| format!("partner[{index}].{key}");
        if !ids.insert(&partner.id) {
            return Err(Wrong::new(at("id"), "is that of another partner"));
        }
        let SecretText(api_key) = &partner.api_key;
        if !api_keys.insert(api_key.expose()) {
            return Err(Wrong::new(at("api_key"), "is that of another partner"));
        }
        let keyring = keyring(&schemes::PARTNER, &partner.secrets, &format!("partner[{index}]"))?;
        let mut tenant = Tenant::new(partner.id.as_str(), keyring).map_err(|error| Wrong::setting(at("id"), &error))?;
        if let Some(addresses) = &partner.allow {
            tenant = tenant.allow(addresses.clone());
        }
        if let Some(limit) = partner.rate_limit {
            let quota = quota(limit.per_second, limit.burst);
            tenant = tenant.quota(quota.map_err(|error| Wrong::setting(at("rate_limit"), &error))?);
        }
        tenants.push((api_key.clone(), tenant));
    }
    if tenants.is_empty() {
        return Ok(None);
    }
    TenantMap::new(tenants).map(Some).map_err(|error| Wrong::setting("partner", &error))
}

/// Who posts to the endpoint whose key is in the environment: the partner with that API key, or else somebody who signs
/// with the key itself.
fn tyler(tenants: Option<&TenantMap>) -> Result<Option<Tyler>, Wrong> {
    const VARIABLE: &str = "TYLER_API_KEY";
    if std::env::var_os(VARIABLE).is_none() {
        return Ok(None);
    }
    let wrong = |error: ConfigError| Wrong::setting(VARIABLE, &error);
    let key = Secret::from_env(VARIABLE).map_err(wrong)?;
    if let Some(keys) = tenants.and_then(|tenants| tenants.fixed(&key).ok()) {
        return Ok(Some(Tyler { keys, is_partner: true }));
    }
    let tenant = Tenant::new("tyler", Keyring::new(key.clone())).map_err(wrong)?;
    let keys = TenantMap::new([(key.clone(), tenant)]).and_then(|tenants| tenants.fixed(&key)).map_err(wrong)?;
    Ok(Some(Tyler { keys, is_partner: false }))
}

/// The secrets, the current one first. Each is tried by itself, so that the error can name it.
fn keyring(scheme: &Recipe, secrets: &[SecretText], owner: &str) -> Result<Keyring, Wrong> {
    let alone = scheme.clone().fixed_key();
    for (index, SecretText(secret)) in secrets.iter().enumerate() {
        alone.check_keys(&Keyring::new(secret.clone())).map_err(|error| match error.field() {
            "secret" => Wrong::setting(format!("{owner}.secrets[{index}]"), &error),
            _ => Wrong::new(format!("{owner}.scheme"), error.to_string()),
        })?;
    }
    let keyring = Keyring::from_keys(secrets.iter().map(|SecretText(secret)| Key::new(secret.clone())));
    let keyring = keyring.map_err(|_| Wrong::new(format!("{owner}.secrets"), "needs at least one secret"))?;
    Verifier::new(alone, keyring.clone()).map_err(|error| Wrong::setting(format!("{owner}.secrets"), &error))?;
    Ok(keyring)
}

fn check_database(url: &str) -> Result<(), String> {
    let known = ["sqlite:", "postgres:", "postgresql:", "redis:", "rediss:", "redis+unix:"];
    let known = known.iter().any(|scheme| url.starts_with(scheme));
    if known { Ok(()) } else { Err("must begin with \"sqlite:\", \"postgres://\" or \"redis://\"".into()) }
}

/// It is a label of metrics, and part of the replay keys.
fn check_name(name: &str) -> Result<(), &'static str> {
    if !(1..=64).contains(&name.len()) || name.trim() != name || name.chars().any(char::is_control) {
        return Err("must be 1 to 64 bytes long, without control characters, and with no space at its ends");
    }
    if BUILT_IN_NAMES.contains(&name) {
        return Err("is that of a route which is there anyway");
    }
    Ok(())
}

fn check_path(path: &str) -> Result<(), &'static str> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/-_.~".contains(character);
    if !path.starts_with('/') || !path.chars().all(is_plain) {
        return Err("must begin with / and hold only letters, digits, and /-_.~");
    }
    if BUILT_IN_PATHS.contains(&path) {
        return Err("clashes with a route which is there anyway");
    }
    Ok(())
}
