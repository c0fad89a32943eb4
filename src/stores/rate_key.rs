//! Whom a request counts against, and in which limit.

use super::table::fold;
use std::{
    fmt,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    net::IpAddr,
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// Whom a request counts against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RateKey {
    pub(crate) limit: LimitName,
    pub(crate) subject: RateSubject,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RateSubject {
    Everybody,
    Network { address: IpAddr, prefix: u8 },
    Text(Arc<str>),
}

/// Keeps limits apart that share a store. Made once for a limit, not for each request.
#[derive(Clone)]
pub(crate) struct LimitName {
    text: Text,
    /// Stands for the text in this process.
    digest: u64,
}

#[derive(Clone)]
enum Text {
    /// Shared without a count of those who hold it, for which all threads would compete.
    Fixed(&'static str),
    Given(Arc<str>),
}

impl RateKey {
    /// Everybody together, under the limit named `limit`.
    pub fn everybody(limit: impl Into<Arc<str>>) -> Self {
        Self { limit: limit.into().into(), subject: RateSubject::Everybody }
    }

    /// The network of `prefix` bits around `address`. Bits beyond the prefix are dropped.
    pub fn network(limit: impl Into<Arc<str>>, address: IpAddr, prefix: u8) -> Self {
        Self { limit: limit.into().into(), subject: RateSubject::network(address, prefix) }
    }

    /// Anything that has a name: a tenant, the value of a header.
    pub fn text(limit: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { limit: limit.into().into(), subject: RateSubject::Text(text.into()) }
    }
}

impl RateSubject {
    pub(crate) fn network(address: IpAddr, prefix: u8) -> Self {
        match ipnet::IpNet::new(address, prefix) {
            Ok(network) => Self::Network { address: network.network(), prefix },
            Err(_) => Self::Network { address, prefix: if address.is_ipv4() { 32 } else { 128 } },
        }
    }
}

impl LimitName {
    /// Names are chosen by the service, not by clients: digests only have to differ.
    fn new(text: Text) -> Self {
        static SEEDS: OnceLock<[u64; 2]> = OnceLock::new();
        let [start, by] = *SEEDS.get_or_init(|| {
            let random = RandomState::new();
            [random.hash_one(0), random.hash_one(1) | 1]
        });
        let bytes = text.as_bytes();
        let (words, rest) = bytes.as_chunks();
        let rest = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain([rest, bytes.len() as u64]);
        let digest = words.fold(start, |digest, word| fold(digest ^ word, by));
        Self { text, digest }
    }

    #[cfg(feature = "layers")]
    pub(super) const fn digest(&self) -> u64 {
        self.digest
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Given(text) => text,
        }
    }
}

impl From<&'static str> for LimitName {
    fn from(text: &'static str) -> Self {
        Self::new(Text::Fixed(text))
    }
}

impl From<Arc<str>> for LimitName {
    fn from(text: Arc<str>) -> Self {
        Self::new(Text::Given(text))
    }
}

impl PartialEq for LimitName {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest && *self.text == *other.text
    }
}

impl Eq for LimitName {}

impl Hash for LimitName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl fmt::Debug for LimitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// As in `webhook:198.51.100.7/32`: what a store elsewhere uses as its key.
impl fmt::Display for RateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", &*self.limit.text)?;
        match &self.subject {
            RateSubject::Everybody => f.write_str("*"),
            RateSubject::Network { address, prefix } => write!(f, "{address}/{prefix}"),
            RateSubject::Text(text) => write!(f, "={text}"),
        }
    }
}
