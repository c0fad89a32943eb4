// The README's links lead to files; of two definitions Markdown takes the first, so here they lead to the guide.
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[client_ip]: crate::guide::client_ip")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[design]: crate::guide::design")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[handshakes]: crate::guide::handshakes")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[inbox]: crate::guide::inbox")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[observing]: crate::guide::observing")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[order]: crate::guide::order")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[performance]: crate::guide::performance")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[providers]: crate::guide::providers")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[rejections]: crate::guide::rejections")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[replay]: crate::guide::replay")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[schemes]: crate::guide::schemes")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[secrets]: crate::guide::secrets")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[testing]: crate::guide::testing")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "[threat_model]: crate::guide::threat_model")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = "")]
#![cfg_attr(all(feature = "axum", feature = "inbox"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "axum", feature = "inbox")),
    doc = "Tower layers that turn an untrusted HTTP request into a verified webhook."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The way in: the layers, in the order in which a request meets them, and the whole stack.
#[cfg(feature = "layers")]
pub mod handshakes;
#[cfg(feature = "inbox")]
pub mod inbox;
#[cfg(feature = "layers")]
pub mod layers;
#[cfg(feature = "layers")]
pub mod webhook;

// What travels.
pub mod event;
pub mod payload;
pub mod rejection;

// What the checks rest on.
pub mod clock;
pub mod error;
pub mod net;
pub mod schemes;
pub mod secrets;
pub mod stores;
pub mod time;
pub mod verifier;

// The edges.
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "layers")]
pub mod guide;
#[cfg(feature = "metrics")]
pub mod metrics;
mod observe;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "inbox")]
pub use self::inbox::{Inbox, InboxEvent, InboxWorker, OrderGuard};
pub use self::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    event::{ReplayKey, VerifiedEvent},
    net::{ClientIp, IpSet, PeerAddr, ProxyHeader, TrustedProxies},
    payload::{Buffered, Fresh, Payload, Verified},
    rejection::{Rejection, RejectionKind},
    schemes::{MacAlgorithm, Recipe, Scheme},
    secrets::{Credentials, Key, KeySource, KeySourceError, Keyring, Secret, Tenant, TenantId, TenantMap},
    stores::{MemoryReplayStore, Quota, RateStore, ReplayStore},
    time::{Monotonic, UnixTime},
    verifier::Verifier,
};
#[cfg(feature = "layers")]
pub use self::{
    handshakes::{Answers, Handshake},
    layers::{
        Acknowledge, AcknowledgeLayer, AnswerHandshake, Audit, AuditLayer, BufferedBody, BufferedBodyLayer,
        ClientIpLayer, FailureLimit, FailureLimitLayer, HandshakeLayer, InFlightLimit, InFlightLimitLayer, IpAllowlist,
        IpAllowlistHandle, IpAllowlistLayer, PostOnly, PostOnlyLayer, RateLimit, RateLimitLayer, ReplayGuard,
        ReplayGuardLayer, ResolveClientIp, SignatureVerify, SignatureVerifyLayer,
    },
    secrets::{CachedKeySource, ReloadableKeys},
    stores::MemoryRateStore,
    webhook::WebhookLayer,
};
