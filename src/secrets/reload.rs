//! Keys that can be replaced while requests come in.

use super::{KeySource, Keyring};
use crate::{error::ConfigError, time::Monotonic};
use arc_swap::ArcSwap;
use std::{fmt, sync::Arc};

/// Hands out the keys of another source, which can be replaced while requests come in: after a rotation, say, or when
/// a partner comes or goes.
///
/// A request sees the old keys or the new ones, never a mixture, and never waits for the change. Clones share the
/// keys, so keep one beside the layer.
///
/// Whether new keys fit the scheme is checked where a [`Verifier`](crate::Verifier) is built, not here. Build one with
/// them first: what it refuses must not replace keys that work.
///
/// ```
/// use tower_webhook::{Keyring, Secret, Verifier, WebhookLayer, schemes, secrets::ReloadableKeys};
///
/// let keys = ReloadableKeys::new(Keyring::new(Secret::new("the secret of last year")?));
/// let layer = WebhookLayer::builder(schemes::GITHUB, keys.clone()).build()?;
///
/// let rotated = Keyring::new(Secret::new("the secret of this year")?).previous(Secret::new("the secret of last year")?);
/// Verifier::new(schemes::GITHUB, rotated.clone())?;
/// keys.replace(rotated);
/// # drop(layer);
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[must_use]
pub struct ReloadableKeys<K> {
    current: Arc<ArcSwap<K>>,
}

impl<K> ReloadableKeys<K> {
    /// Begins with these.
    pub fn new(keys: K) -> Self {
        Self { current: Arc::new(ArcSwap::from_pointee(keys)) }
    }

    /// From now on these count, and no others. They must depend on the selector if those before did: a keyring cannot
    /// take the place of a [`TenantMap`](super::TenantMap).
    pub fn replace(&self, keys: K) {
        self.current.store(Arc::new(keys));
    }
}

impl<K: KeySource> KeySource for ReloadableKeys<K> {
    type Lookup = K::Lookup;

    fn lookup(&self, selector: Option<&[u8]>, now: Monotonic) -> K::Lookup {
        self.current.load().lookup(selector, now)
    }

    fn selects(&self) -> bool {
        self.current.load().selects()
    }

    fn reads_the_clock(&self) -> bool {
        self.current.load().reads_the_clock()
    }

    fn check(&self, check: &dyn Fn(&Keyring) -> Result<(), ConfigError>) -> Result<(), ConfigError> {
        self.current.load().check(check)
    }
}

impl<K> Clone for ReloadableKeys<K> {
    fn clone(&self) -> Self {
        Self { current: Arc::clone(&self.current) }
    }
}

impl<K: fmt::Debug> fmt::Debug for ReloadableKeys<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReloadableKeys").field(&**self.current.load()).finish()
    }
}
