//! Whom to believe about the client's address, and where to read it.

use super::{
    ClientIp, IpSet,
    forwarded::{self, HOP_LIMIT},
};
use crate::error::ConfigError;
use http::{HeaderMap, HeaderName, header};
use std::net::IpAddr;

/// The header in which a proxy names the client.
///
/// Name the one your proxies *set or append to on every request*. Any other reaches you as the client sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyHeader {
    /// `Forwarded` (RFC 7239), to which each proxy appends.
    Forwarded,
    /// A header with exactly one address, which the proxy overwrites. Made by [`ProxyHeader::single`].
    #[non_exhaustive]
    Single(HeaderName),
    /// `X-Forwarded-For`, to which each proxy appends.
    XForwardedFor,
}

impl ProxyHeader {
    /// A header with exactly one address, such as `CF-Connecting-IP`, `True-Client-IP`, `Fly-Client-IP` or `X-Real-IP`.
    ///
    /// # Errors
    ///
    /// When this is not a header's name, or one of the two headers that hold a list.
    pub fn single(name: &str) -> Result<Self, ConfigError> {
        let shown: String = name.chars().take(64).collect();
        let wrong = |reason: &str| ConfigError::new("proxy_header", format!("is {shown:?}, which {reason}"));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("is not the name of a header"))?;
        if name == header::FORWARDED || name == forwarded::X_FORWARDED_FOR {
            return Err(wrong("holds a list: use the variant of that name"));
        }
        Ok(Self::Single(name))
    }
}

/// The proxies whose word is taken for who is calling, and the header they put it into.
///
/// What [`ClientIpLayer`](crate::ClientIpLayer) decides by; usable without it.
///
/// ```
/// use http::HeaderMap;
/// use tower_webhook::net::{ProxyHeader, TrustedProxies};
///
/// let proxies = TrustedProxies::new(["10.0.0.0/8"], ProxyHeader::XForwardedFor)?;
/// let mut headers = HeaderMap::new();
/// headers.insert("x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.0.0.2".parse().unwrap());
///
/// // Walked from the right to the first hop that is none of ours.
/// let client = proxies.client_ip(&headers, "10.0.0.1".parse().unwrap());
/// assert_eq!(client.to_string(), "192.0.2.1");
/// // Whoever is not one of the proxies is taken for nobody else.
/// let client = proxies.client_ip(&headers, "203.0.113.5".parse().unwrap());
/// assert_eq!(client.to_string(), "203.0.113.5");
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TrustedProxies {
    addresses: IpSet,
    header: ProxyHeader,
}

impl TrustedProxies {
    /// `addresses` are prefixes or single addresses, as in [`IpSet::parse`].
    ///
    /// # Errors
    ///
    /// When an entry cannot be read, there is none, or they cover all of IPv4 or IPv6: to trust
    /// everybody is to let everybody choose an address.
    pub fn new(addresses: impl IntoIterator<Item = impl AsRef<str>>, header: ProxyHeader) -> Result<Self, ConfigError> {
        const FIELD: &str = "trusted_proxies";
        let addresses = IpSet::parse_for(FIELD, addresses)?;
        match addresses.covers_all_of() {
            None => Ok(Self { addresses, header }),
            Some(family) => Err(ConfigError::new(
                FIELD,
                format!("covers every {family}: anyone could choose the address to be taken for"),
            )),
        }
    }

    /// Who is really calling, when the connection comes from `peer`.
    ///
    /// The peer itself, unless it is one of the proxies. Then the header is walked from the nearest hop outwards, to
    /// the first that is not one of the proxies. A hop that cannot be read (`unknown`, `_hidden`, garbage, an overlong
    /// line, a single-value header sent twice) ends the walk at the proxy that handed it on, and so does the end of the
    /// header: the address is then the *proxy's*. So leave your proxies off an allowlist.
    #[must_use]
    pub fn client_ip(&self, headers: &HeaderMap, peer: IpAddr) -> ClientIp {
        match &self.header {
            ProxyHeader::Forwarded => self.walk(peer, forwarded::forwarded(headers)),
            ProxyHeader::Single(name) => self.walk(peer, forwarded::single(headers, name)),
            ProxyHeader::XForwardedFor => self.walk(peer, forwarded::x_forwarded_for(headers)),
        }
    }

    fn walk(&self, peer: IpAddr, hops: impl Iterator<Item = Option<IpAddr>>) -> ClientIp {
        let mut client = peer;
        let mut hops = hops.take(HOP_LIMIT);
        while self.addresses.contains(client)
            && let Some(Some(hop)) = hops.next()
        {
            client = hop;
        }
        ClientIp::new(client)
    }
}
