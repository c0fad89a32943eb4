//! Addresses: sets of them, and who is really calling.

mod forwarded;
mod ip_set;
mod trusted_proxies;

pub use self::{
    ip_set::IpSet,
    trusted_proxies::{ProxyHeader, TrustedProxies},
};

use std::{fmt, net::IpAddr};

/// Who is really calling: the peer, or whom a trusted proxy names.
///
/// Put into the request's extensions by [`ClientIpLayer`](crate::ClientIpLayer). An IPv4 address that was mapped into
/// IPv6 (`::ffff:192.0.2.1`) is IPv4 here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientIp {
    ip: IpAddr,
}

impl ClientIp {
    /// Public for layers of your own that know better who is calling.
    #[must_use]
    pub const fn new(ip: IpAddr) -> Self {
        Self { ip: ip.to_canonical() }
    }

    /// The address.
    #[must_use]
    pub const fn ip(self) -> IpAddr {
        self.ip
    }
}

impl fmt::Display for ClientIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip.fmt(f)
    }
}

/// The address at the other end of the connection, for hosts that have no type of their own for it.
///
/// Put it into the request's extensions, for example in a hyper service around the accepted socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PeerAddr {
    ip: IpAddr,
}

impl PeerAddr {
    /// The address the connection was accepted from.
    #[must_use]
    pub const fn new(ip: IpAddr) -> Self {
        Self { ip }
    }

    /// The address.
    #[must_use]
    pub const fn ip(self) -> IpAddr {
        self.ip
    }
}

impl From<std::net::SocketAddr> for PeerAddr {
    fn from(address: std::net::SocketAddr) -> Self {
        Self::new(address.ip())
    }
}
