//! The layers, in the order in which a request should meet them.
//!
//! | layer | needs | yields | rejects with |
//! |---|---|---|---|
//! | [`AuditLayer`] | | a record of every attempt | |
//! | [`PostOnlyLayer`] | | | `method_not_allowed` |
//! | [`ClientIpLayer`] | a peer address | `ClientIp` | `peer_unknown` |
//! | [`IpAllowlistLayer`] | `ClientIp` | | `ip_not_allowed`, `peer_unknown` |
//! | [`InFlightLimitLayer`] | | | `overloaded` |
//! | [`FailureLimitLayer`] | `ClientIp` | | `rate_limited`, `store_unavailable`, `peer_unknown` |
//! | [`RateLimitLayer`] by client IP, header, closure | (`ClientIp`) | | `rate_limited`, `store_unavailable`, `peer_unknown` |
//! | [`BufferedBodyLayer`] | any body | `Payload<Buffered>` | `encoding_not_supported`, `payload_too_large`, `body_timeout`, `body_unreadable`; its precheck's |
//! | [`HandshakeLayer`] of unsigned challenges | `Payload<Buffered>` | | `signature_mismatch`, `store_unavailable` |
//! | [`SignatureVerifyLayer`] | `Payload<Buffered>` | `Payload<Verified>`, `VerifiedEvent` | 401, `payload_malformed`, `keys_unavailable`; for a tenant with addresses `ip_not_allowed`, `peer_unknown` |
//! | [`RateLimitLayer::by_tenant`] | `Payload<Verified>` | | `rate_limited`, `store_unavailable` |
//! | [`HandshakeLayer`] of signed challenges | `Payload<Verified>` | | `signature_mismatch`, `store_unavailable` |
//! | [`ReplayGuardLayer`] | `Payload<Verified>` | `Payload<Fresh>` | `duplicate`, `in_flight`, `store_unavailable` |
//! | [`AcknowledgeLayer`] | | the provider's words for an empty success | |
//!
//! Why this order: what is cheap comes before what is dear, what needs no body comes before the body, and what belongs
//! to one sender (its quota, its place in the replay store) comes after its signature, so that no stranger can use it
//! up. The [guide](crate::guide::order) says what each placement costs.

pub mod acknowledge;
pub mod audit;
pub mod buffered_body;
mod claim;
pub mod client_ip;
mod collect;
mod deadline;
pub mod failure_limit;
pub mod future;
pub mod gate;
pub mod handshake;
pub mod in_flight;
pub mod ip_allowlist;
pub mod post_only;
pub mod rate_limit;
pub mod replay_guard;
pub(crate) mod respond;
pub mod signature_verify;
pub(crate) mod turns;

pub use self::{
    acknowledge::{Acknowledge, AcknowledgeLayer},
    audit::{Audit, AuditLayer},
    buffered_body::{BufferedBody, BufferedBodyLayer},
    client_ip::{ClientIpLayer, ResolveClientIp},
    deadline::{Deadline, TimedOut},
    failure_limit::{FailureLimit, FailureLimitLayer},
    handshake::{AnswerHandshake, HandshakeLayer},
    in_flight::{InFlightLimit, InFlightLimitLayer},
    ip_allowlist::{IpAllowlist, IpAllowlistHandle, IpAllowlistLayer},
    post_only::{PostOnly, PostOnlyLayer},
    rate_limit::{RateLimit, RateLimitLayer},
    replay_guard::{ReplayGuard, ReplayGuardLayer},
    signature_verify::{SignatureVerify, SignatureVerifyLayer},
};
