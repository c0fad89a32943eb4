//! Finding the right keys for a request.

use super::{Keyring, Secret, Tenant};
use crate::{error::ConfigError, time::Monotonic};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    error::Error,
    fmt,
    future::{Future, Ready, ready},
    sync::Arc,
};

/// Finds the keys a request has to be signed with.
///
/// A [`Keyring`] is the plainest: the same keys for every request. A [`TenantMap`] looks them up by API key, a
/// [`CachedKeySource`](super::CachedKeySource) in your database.
pub trait KeySource: Clone + fmt::Debug + Send + Sync + 'static {
    /// The future of [`lookup`](Self::lookup). Ready at once where the keys are in memory.
    type Lookup: Future<Output = Result<Option<Credentials>, KeySourceError>> + Send + Unpin + 'static;

    /// The keys for `selector`, the value of the scheme's key header, if the scheme has one. `None` if nobody has
    /// that key; the request then fails in the same way, and after the same work, as one with a wrong signature.
    ///
    /// The selector is up to 8 KiB of anything a header may hold, sent by anybody.
    fn lookup(&self, selector: Option<&[u8]>, now: Monotonic) -> Self::Lookup;

    /// Whether the keys depend on the selector. A scheme with a key header wants a source that does, and the other way
    /// round.
    fn selects(&self) -> bool {
        true
    }

    /// Whether [`lookup`](Self::lookup) looks at `now`. Where it does not, nobody has to look at the clock for it, and `now`
    /// is zero.
    fn reads_the_clock(&self) -> bool {
        true
    }

    /// Lets `check` see every keyring that is known at start, so that a bad key is found then.
    ///
    /// # Errors
    ///
    /// The first one that `check` returns.
    fn check(&self, check: &dyn Fn(&Keyring) -> Result<(), ConfigError>) -> Result<(), ConfigError> {
        let _ = check;
        Ok(())
    }
}

/// Keys, and whose they are.
#[derive(Clone, Debug)]
pub struct Credentials {
    owner: Owner,
}

#[derive(Clone, Debug)]
enum Owner {
    Nobody(Keyring),
    Tenant(Arc<Tenant>),
}

impl Credentials {
    /// The keys.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        match &self.owner {
            Owner::Nobody(keyring) => keyring,
            Owner::Tenant(tenant) => tenant.keyring(),
        }
    }

    /// Whose they are, where they belong to tenants.
    #[must_use]
    pub const fn tenant(&self) -> Option<&Arc<Tenant>> {
        match &self.owner {
            Owner::Nobody(_) => None,
            Owner::Tenant(tenant) => Some(tenant),
        }
    }
}

impl From<Keyring> for Credentials {
    fn from(keyring: Keyring) -> Self {
        Self { owner: Owner::Nobody(keyring) }
    }
}

impl From<Arc<Tenant>> for Credentials {
    fn from(tenant: Arc<Tenant>) -> Self {
        Self { owner: Owner::Tenant(tenant) }
    }
}

impl From<Tenant> for Credentials {
    fn from(tenant: Tenant) -> Self {
        Arc::new(tenant).into()
    }
}

/// A key source could not be asked. The request ends with 503.
#[derive(Clone, Debug)]
pub struct KeySourceError {
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl KeySourceError {
    /// Something underneath failed. Must not hold a secret: it is logged.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into().into()) }
    }
}

impl fmt::Display for KeySourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys could not be looked up")
    }
}

impl Error for KeySourceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The same keys for every request.
impl KeySource for Keyring {
    type Lookup = Ready<Result<Option<Credentials>, KeySourceError>>;

    fn lookup(&self, _: Option<&[u8]>, _: Monotonic) -> Self::Lookup {
        ready(Ok(Some(self.clone().into())))
    }

    fn selects(&self) -> bool {
        false
    }

    fn reads_the_clock(&self) -> bool {
        false
    }

    fn check(&self, check: &dyn Fn(&Self) -> Result<(), ConfigError>) -> Result<(), ConfigError> {
        check(self)
    }
}

/// Tenants by API key.
///
/// API keys are kept as SHA-256 digests: a look-up compares digests, whose order a stranger cannot steer, so the time
/// it takes tells nothing about the keys in the map. Cloning it copies a pointer.
///
/// ```
/// use tower_webhook::{Secret, Tenant, TenantMap};
///
/// let acme = Tenant::new("acme", Secret::new("whsec-acme-0123456789")?)?;
/// let tenants = TenantMap::new([(Secret::new("pk_test_acme_0123456789")?, acme)])?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct TenantMap {
    tenants: Arc<HashMap<[u8; 32], Credentials>>,
    fixed: Option<Credentials>,
}

impl TenantMap {
    /// Each tenant with the API key it sends. Several keys may lead to one tenant.
    ///
    /// # Errors
    ///
    /// When there are none, one API key is given twice, or two tenants (not clones of one) have the same id.
    pub fn new(tenants: impl IntoIterator<Item = (Secret, Tenant)>) -> Result<Self, ConfigError> {
        let mut map = HashMap::new();
        let mut keyrings = HashMap::new();
        for (api_key, tenant) in tenants {
            let id = tenant.id().clone();
            // Two tenants of one name would share quotas and replay keys: one could use up the other's events.
            let keyring = keyrings.entry(id.clone()).or_insert_with(|| tenant.keyring().clone());
            if !keyring.is_clone_of(tenant.keyring()) {
                return Err(ConfigError::new("tenant.id", format!("`{id}` is that of two tenants")));
            }
            if map.insert(digest(api_key.expose()), tenant.into()).is_some() {
                return Err(ConfigError::new("api_key", format!("of tenant `{id}` is given twice")));
            }
        }
        if map.is_empty() {
            return Err(ConfigError::new("tenants", "holds no tenant at all"));
        }
        Ok(Self { tenants: Arc::new(map), fixed: None })
    }

    /// Always the tenant of this API key, whatever a request says: for an endpoint that belongs to one partner, whose
    /// API key comes from the environment. Goes with [`Recipe::fixed_key`](crate::schemes::Recipe::fixed_key).
    ///
    /// # Errors
    ///
    /// When no tenant has that key.
    pub fn fixed(&self, api_key: &Secret) -> Result<Self, ConfigError> {
        let tenant =
            self.tenants.get(&digest(api_key.expose())).ok_or_else(|| ConfigError::new("api_key", "is no tenant's"))?;
        Ok(Self { tenants: Arc::clone(&self.tenants), fixed: Some(tenant.clone()) })
    }
}

pub(super) fn digest(api_key: &[u8]) -> [u8; 32] {
    Sha256::digest(api_key).into()
}

impl KeySource for TenantMap {
    type Lookup = Ready<Result<Option<Credentials>, KeySourceError>>;

    fn lookup(&self, selector: Option<&[u8]>, _: Monotonic) -> Self::Lookup {
        let found = match (&self.fixed, selector) {
            (Some(tenant), _) => Some(tenant),
            (None, Some(api_key)) => self.tenants.get(&digest(api_key)),
            (None, None) => None,
        };
        ready(Ok(found.cloned()))
    }

    fn selects(&self) -> bool {
        self.fixed.is_none()
    }

    fn reads_the_clock(&self) -> bool {
        false
    }

    fn check(&self, check: &dyn Fn(&Keyring) -> Result<(), ConfigError>) -> Result<(), ConfigError> {
        match &self.fixed {
            // The others are never asked for, and may be keys of another scheme.
            Some(tenant) => check(tenant.keyring()),
            None => self.tenants.values().try_for_each(|tenant| check(tenant.keyring())),
        }
    }
}

impl fmt::Debug for TenantMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenants = self.tenants.values().filter_map(|tenant| tenant.tenant().map(|tenant| tenant.id()));
        f.debug_set().entries(tenants).finish()
    }
}
