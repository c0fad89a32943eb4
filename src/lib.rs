//! Tower layers that turn an untrusted HTTP request into a verified webhook.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "axum")]
pub mod axum;
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
pub mod verifier;
#[cfg(feature = "layers")]
pub mod webhook;

pub use self::{
    clock::{Clock, Monotonic, SystemClock, UnixTime},
    error::ConfigError,
    event::{ReplayKey, VerifiedEvent},
    net::{ClientIp, IpSet, PeerAddr, ProxyHeader, TrustedProxies},
    payload::{Buffered, Fresh, Payload, Verified},
    rejection::{Rejection, RejectionKind},
    schemes::{MacAlgorithm, Recipe, Scheme},
    secrets::{Key, KeySource, Keyring, Secret, Tenant, TenantId, TenantMap},
    stores::{MemoryReplayStore, Quota, RateStore, ReplayStore},
    verifier::Verifier,
};
#[cfg(feature = "layers")]
pub use self::{
    layers::{
        Audit, AuditLayer, BufferedBody, BufferedBodyLayer, ClientIpLayer, FailureLimit, FailureLimitLayer,
        InFlightLimit, InFlightLimitLayer, IpAllowlist, IpAllowlistHandle, IpAllowlistLayer, PostOnly, PostOnlyLayer,
        RateLimit, RateLimitLayer, ReplayGuard, ReplayGuardLayer, ResolveClientIp, SignatureVerify,
        SignatureVerifyLayer,
    },
    secrets::CachedKeySource,
    stores::MemoryRateStore,
    webhook::WebhookLayer,
};
