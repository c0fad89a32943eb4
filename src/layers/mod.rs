//! The layers, in the order in which a request should meet them.
//!
//! | layer | needs | yields | rejects with |
//! |---|---|---|---|
//! | [`ClientIpLayer`] | any body, a peer address | `ClientIp` in the extensions | `peer_unknown` |
//! | [`IpAllowlistLayer`] | `ClientIp` | | `ip_not_allowed`, `peer_unknown` |

pub mod client_ip;
pub mod future;
pub mod ip_allowlist;

pub use self::{
    client_ip::{ClientIpLayer, ResolveClientIp},
    ip_allowlist::{IpAllowlist, IpAllowlistHandle, IpAllowlistLayer},
};
