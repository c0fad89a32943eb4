//! SIGHUP: allowlists and secrets from the file again, while requests come in.
//!
//! The whole file is read and every layer built first. Only when nothing is wrong with any of it are the new lists and
//! keys swapped in. What only a restart can change is named and left as it was.

use crate::config::{Config, Source, Wrong};
use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use toml::{Table, Value};
use tower_webhook::{IpAllowlistHandle, IpSet, Keyring, ReloadableKeys, TenantMap};

/// What of a running gateway can be replaced.
pub(crate) struct Reloadable {
    file: Option<PathBuf>,
    sources: HashMap<String, SourceParts>,
    partners: Option<ReloadableKeys<TenantMap>>,
    tyler: Option<ReloadableKeys<TenantMap>>,
    tyler_is_partner: bool,
    /// Everything else in the file, as it was at the start.
    fixed: Table,
    /// One reload at a time.
    turn: Mutex<()>,
}

/// Of a source.
pub(crate) struct SourceParts {
    pub(crate) allowlist: Option<IpAllowlistHandle>,
    /// `None` where its keys are the partners'.
    pub(crate) keys: Option<ReloadableKeys<Keyring>>,
}

impl Reloadable {
    pub(crate) fn new(file: Option<PathBuf>, config: &Config) -> Self {
        Self {
            file,
            sources: HashMap::new(),
            partners: config.tenants.clone().map(ReloadableKeys::new),
            tyler: config.tyler.clone().map(|tyler| ReloadableKeys::new(tyler.keys)),
            tyler_is_partner: config.tyler.as_ref().is_some_and(|tyler| tyler.is_partner),
            fixed: config.fixed.clone(),
            turn: Mutex::new(()),
        }
    }

    pub(crate) fn partners(&self) -> Option<ReloadableKeys<TenantMap>> {
        self.partners.clone()
    }

    pub(crate) fn tyler(&self) -> Option<ReloadableKeys<TenantMap>> {
        self.tyler.clone()
    }

    pub(crate) fn add_source(&mut self, source: &Source, parts: SourceParts) {
        self.sources.insert(source.name.clone(), parts);
    }

    /// Reads the file again. Whatever is wrong with it, the old lists and keys stay.
    pub(crate) fn reload(&self) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        match Config::load(self.file.as_deref()).and_then(|config| self.apply(config)) {
            Ok(later) if later.is_empty() => tracing::info!("allowlists and secrets are reloaded"),
            Ok(later) => tracing::warn!("allowlists and secrets are reloaded; needs a restart: {}", later.join(", ")),
            Err(wrong) => tracing::error!("nothing is reloaded: {wrong}"),
        }
    }

    /// Swaps what can be swapped, and returns the keys of what cannot.
    fn apply(&self, config: Config) -> Result<Vec<String>, Wrong> {
        // Everything that can fail comes first.
        let removed = |what: &str| Wrong::new(what, "cannot lose its last partner without a restart");
        if self.partners.is_some() && config.tenants.is_none() {
            return Err(removed("partner"));
        }
        // A key that everybody may know must not become the secret.
        if self.tyler_is_partner && config.tyler.as_ref().is_some_and(|tyler| !tyler.is_partner) {
            return Err(Wrong::new("TYLER_API_KEY", "is the api_key of no [[partner]] any more"));
        }
        let mut later = changes(&self.fixed, &config.fixed);
        if self.partners.is_none() && config.tenants.is_some() {
            later.push("partner".to_owned());
        }

        replace(self.partners.as_ref(), config.tenants);
        replace(self.tyler.as_ref(), config.tyler.map(|tyler| tyler.keys));
        for source in config.sources {
            let Some(parts) = self.sources.get(&source.name) else { continue };
            // Secrets for another scheme are none for this one.
            if !later.contains(&format!("source.{}.scheme", source.name)) {
                replace(parts.keys.as_ref(), source.keyring);
            }
            if let Some(allowlist) = &parts.allowlist {
                allowlist.replace(source.allow.unwrap_or_else(IpSet::every_address));
            }
        }
        Ok(later)
    }
}

fn replace<K>(keys: Option<&ReloadableKeys<K>>, by: Option<K>) {
    if let (Some(keys), Some(by)) = (keys, by) {
        keys.replace(by);
    }
}

/// The keys at which two files differ. Sources are told apart by their names.
fn changes(old: &Table, new: &Table) -> Vec<String> {
    let (old, new) = (by_name(old), by_name(new));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key)).collect();
    // Of a source that came or went, the name says it all.
    let is_told = |key: &str| key.rsplit_once('.').is_some_and(|(source, _)| keys.contains(&source.to_owned()));
    keys.iter().filter(|key| !is_told(key)).map(|key| (*key).clone()).collect()
}

/// `listen`, `source.github`, `source.github.path` and so on, each with its value.
fn by_name(file: &Table) -> HashMap<String, &Value> {
    let mut flat: HashMap<_, _> =
        file.iter().filter(|(key, _)| *key != "source").map(|(key, value)| (key.clone(), value)).collect();
    let sources = file.get("source").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    for (source, name) in sources.filter_map(|source| source.get("name").map(|name| (source, name))) {
        let path = format!("source.{}", name.as_str().unwrap_or_default());
        flat.extend(source.iter().map(|(key, value)| (format!("{path}.{key}"), value)));
        flat.insert(path, name);
    }
    flat
}
