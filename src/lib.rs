//! Tower layers that turn an untrusted HTTP request into a verified webhook.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod clock;
pub mod error;
pub mod event;
#[cfg(feature = "layers")]
pub mod layers;
pub mod net;
mod observe;
pub mod payload;
pub mod rejection;
pub mod schemes;
pub mod secrets;
pub mod stores;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "layers")]
pub use self::layers::{ClientIpLayer, IpAllowlist, IpAllowlistHandle, IpAllowlistLayer, ResolveClientIp};
#[cfg(feature = "layers")]
pub use self::stores::MemoryRateStore;
#[cfg(feature = "layers")]
pub use self::secrets::CachedKeySource;
pub use self::{
    clock::{Clock, Monotonic, SystemClock, UnixTime},
    error::ConfigError,
    event::{ReplayKey, VerifiedEvent},
    net::{ClientIp, IpSet, PeerAddr, ProxyHeader, TrustedProxies},
    payload::{Buffered, Fresh, Payload, Verified},
    rejection::{Rejection, RejectionKind},
    schemes::{MacAlgorithm, Scheme},
    secrets::{Key, KeySource, Keyring, Secret, Tenant, TenantId, TenantMap},
    stores::{MemoryReplayStore, Quota, RateStore, ReplayStore},
};
