//! Whose keys they are.

use super::Keyring;
use crate::{error::ConfigError, event::ReplayPart, net::IpSet, stores::Quota};
use std::{fmt, sync::Arc};

/// A sender with keys, and perhaps a quota and addresses, of its own.
///
/// ```
/// use tower_webhook::{IpSet, Keyring, Quota, Secret, Tenant};
///
/// let acme = Tenant::new("acme", Keyring::new(Secret::new("whsec-acme-0123456789")?))?
///     .quota(Quota::per_second(10)?.burst(20)?)
///     .allow(IpSet::parse(["192.0.2.0/24"])?);
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Tenant {
    id: TenantId,
    /// Its part of every replay key.
    replay_part: ReplayPart,
    keyring: Keyring,
    quota: Option<Quota>,
    allowed: Option<IpSet>,
}

impl Tenant {
    /// A sender known by this id.
    ///
    /// # Errors
    ///
    /// When the id is empty or blank.
    pub fn new(id: impl Into<Arc<str>>, keyring: impl Into<Keyring>) -> Result<Self, ConfigError> {
        let id = TenantId::new(id)?;
        Ok(Self { replay_part: ReplayPart::of_tenant(&id), id, keyring: keyring.into(), quota: None, allowed: None })
    }

    /// Its own quota, in place of the one the rate limit by tenant was given. It does not count where there is no such
    /// limit.
    pub const fn quota(mut self, quota: Quota) -> Self {
        self.quota = Some(quota);
        self
    }

    /// The only addresses it may deliver from. Checked after its signature, so that nobody can find out who is a
    /// tenant by the way a request is turned away.
    pub fn allow(mut self, addresses: IpSet) -> Self {
        self.allowed = Some(addresses);
        self
    }

    /// Its id: not secret, in logs and replay keys.
    #[must_use]
    pub const fn id(&self) -> &TenantId {
        &self.id
    }

    pub(crate) const fn replay_part(&self) -> &ReplayPart {
        &self.replay_part
    }

    /// Its keys.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Its own quota.
    #[must_use]
    pub const fn own_quota(&self) -> Option<Quota> {
        self.quota
    }

    /// The addresses it may deliver from; `None` for any.
    #[must_use]
    pub const fn allowed_addresses(&self) -> Option<&IpSet> {
        self.allowed.as_ref()
    }
}

/// Names a tenant. Never empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId {
    id: Arc<str>,
}

impl TenantId {
    /// A name that is neither secret nor empty.
    ///
    /// # Errors
    ///
    /// When it is empty or blank.
    pub fn new(id: impl Into<Arc<str>>) -> Result<Self, ConfigError> {
        let id = id.into();
        if id.trim().is_empty() {
            return Err(ConfigError::new("tenant.id", "is empty"));
        }
        Ok(Self { id })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.id
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.id.as_bytes()
    }

    #[cfg(feature = "layers")]
    pub(crate) const fn shared(&self) -> &Arc<str> {
        &self.id
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.id, f)
    }
}
