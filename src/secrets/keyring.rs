//! Current and previous keys.

use super::Secret;
use crate::{error::ConfigError, schemes::prepared::Prepared, time::UnixTime};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// A secret with an id, and the time in which it counts.
///
/// ```
/// use tower_webhook::{Key, Keyring, Secret, UnixTime};
///
/// let keys = Keyring::new(Key::new(Secret::new("the secret from November on")?).id("2026-11")?)
///     .previous(
///         Key::new(Secret::new("the secret used until then")?)
///             .id("2026-05")?
///             .not_after(UnixTime::from_seconds(1_796_083_200)), // 2026-12-01
///     );
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Key {
    secret: Secret,
    id: Option<Arc<str>>,
    not_before: Option<UnixTime>,
    not_after: Option<UnixTime>,
}

impl Key {
    /// A key that always counts.
    pub const fn new(secret: Secret) -> Self {
        Self { secret, id: None, not_before: None, not_after: None }
    }

    /// A name for logs and for [`VerifiedEvent::key_id`](crate::VerifiedEvent::key_id). It is not secret.
    ///
    /// # Errors
    ///
    /// When it is empty or blank.
    pub fn id(mut self, id: impl Into<Arc<str>>) -> Result<Self, ConfigError> {
        let id = id.into();
        if id.trim().is_empty() {
            return Err(ConfigError::new("key.id", "is empty"));
        }
        self.id = Some(id);
        Ok(self)
    }

    /// It does not count earlier than this.
    pub const fn not_before(mut self, time: UnixTime) -> Self {
        self.not_before = Some(time);
        self
    }

    /// It does not count later than this.
    pub const fn not_after(mut self, time: UnixTime) -> Self {
        self.not_after = Some(time);
        self
    }

    /// The secret.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl From<Secret> for Key {
    fn from(secret: Secret) -> Self {
        Self::new(secret)
    }
}

/// The keys a sender may sign with: the current one, then the previous ones.
///
/// A request verifies when any signature on it matches any active key. Rotate by making the new secret the current
/// one and the old one [`previous`](Self::previous), and drop that when the sender no longer uses it. Where a scheme
/// signs no id, leave the old key in the ring (with [`not_after`](Key::not_after) in the past, if you like) for as long
/// as its last deliveries could be replayed: the tolerance where it signs a time, the replay retention where it does not.
/// The oldest key, active or not, is what tells one delivery from another. A ring may hold 8 keys.
///
/// Cloning it copies a pointer.
#[derive(Clone)]
pub struct Keyring {
    /// Newest first; never empty.
    keys: Arc<[KeyEntry]>,
}

#[derive(Clone)]
pub(crate) struct KeyEntry {
    id: Arc<str>,
    key: Key,
    /// The key schedule for the first scheme that asked: in practice the only one.
    prepared: OnceLock<Prepared>,
}

impl Keyring {
    /// A ring of one key, which gets the id `current` unless it has one.
    pub fn new(current: impl Into<Key>) -> Self {
        Self { keys: Arc::new([KeyEntry::new(current.into(), 0)]) }
    }

    /// Adds an older key, which gets the id `previous` (then `previous-2` …) unless it has one.
    #[must_use]
    pub fn previous(self, key: impl Into<Key>) -> Self {
        let older = KeyEntry::new(key.into(), self.keys.len());
        Self { keys: self.keys.iter().cloned().chain([older]).collect() }
    }

    /// A ring of these keys, the current one first.
    ///
    /// # Errors
    ///
    /// When there are none.
    pub fn from_keys(keys: impl IntoIterator<Item = Key>) -> Result<Self, ConfigError> {
        let keys: Arc<[KeyEntry]> =
            keys.into_iter().enumerate().map(|(position, key)| KeyEntry::new(key, position)).collect();
        if keys.is_empty() {
            return Err(ConfigError::new("secrets", "holds no key at all"));
        }
        Ok(Self { keys })
    }

    /// The keys that count at `now`, newest first, each with its id.
    pub fn active(&self, now: UnixTime) -> impl Iterator<Item = (&Arc<str>, &Secret)> {
        self.entries().iter().filter(move |entry| entry.is_active(now)).map(|entry| (&entry.id, &entry.key.secret))
    }

    /// Whether this is a clone of `other`.
    pub(super) fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys)
    }

    pub(crate) fn entries(&self) -> &[KeyEntry] {
        &self.keys
    }
}

impl KeyEntry {
    fn new(key: Key, position: usize) -> Self {
        let id = key.id.clone().unwrap_or_else(|| match position {
            0 => "current".into(),
            1 => "previous".into(),
            _ => format!("previous-{position}").into(),
        });
        Self { id, key, prepared: OnceLock::new() }
    }

    pub(crate) const fn id(&self) -> &Arc<str> {
        &self.id
    }

    pub(crate) fn is_active(&self, now: UnixTime) -> bool {
        self.key.not_before.is_none_or(|start| start <= now) && self.key.not_after.is_none_or(|end| now <= end)
    }

    pub(crate) const fn secret(&self) -> &Secret {
        &self.key.secret
    }

    pub(crate) fn prepared(&self) -> Option<&Prepared> {
        self.prepared.get()
    }

    /// Lost when another scheme was first; it then prepares the key each time.
    pub(crate) fn keep(&self, prepared: Prepared) {
        let _ = self.prepared.set(prepared);
    }
}

impl From<Secret> for Keyring {
    fn from(secret: Secret) -> Self {
        Self::new(secret)
    }
}

impl From<Key> for Keyring {
    fn from(key: Key) -> Self {
        Self::new(key)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|entry| &entry.id)).finish()
    }
}
