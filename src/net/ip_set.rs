//! Sets of addresses, for allowlists and trusted proxies.

use crate::{error::ConfigError, observe};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

const FIELD: &str = "allowed_addresses";

/// `::ffff:0:0/96`, where IPv4 is mapped into IPv6. No canonical address lies in it.
const MAPPED: (u128, u128) = (0xffff_0000_0000, 0xffff_ffff_ffff);

/// Bytes of ranges for which a further bucket pays.
const BYTES_PER_BUCKET: usize = 32;

/// A set of IPv4 and IPv6 addresses that never changes; cloning it copies a pointer.
///
/// Kept as sorted ranges that neither overlap nor touch, so that a look-up is a short binary search: at most 9 bytes a
/// range for IPv4, 36 for IPv6.
///
/// IPv4 addresses that are mapped into IPv6 (`::ffff:192.0.2.1`) are IPv4 here, in the entries and in the look-up.
/// An IPv6 prefix never contains an IPv4 address, not even `::/0`.
///
/// ```
/// use tower_webhook::IpSet;
///
/// let senders = IpSet::parse(["192.0.2.0/24", "198.51.100.7", "2001:db8::/32"])?;
/// assert!(senders.contains("192.0.2.77".parse().unwrap()));
/// assert!(senders.contains("::ffff:192.0.2.77".parse().unwrap()));
/// assert!(!senders.contains("203.0.113.1".parse().unwrap()));
///
/// let error = IpSet::parse(["192.0.2.1/24"]).unwrap_err();
/// assert!(error.to_string().contains(r#"write "192.0.2.0/24""#));
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct IpSet {
    families: Arc<Families>,
}

#[derive(PartialEq, Eq)]
struct Families {
    v4: Ranges<u32>,
    v6: Ranges<u128>,
}

impl IpSet {
    /// Reads prefixes (`192.0.2.0/24`, `2001:db8::/32`) and single addresses.
    ///
    /// Spaces around an entry are ignored. A set of all IPv4 or all IPv6 addresses is accepted, with a warning in the
    /// log.
    ///
    /// # Errors
    ///
    /// When the list is empty, or an entry is not plainly one prefix or address: a host name, an octet with a leading
    /// zero (octal to some), a prefix length out of range, or bits set behind the prefix. The error quotes the entry.
    pub fn parse(entries: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, ConfigError> {
        let set = Self::parse_for(FIELD, entries)?;
        set.warn_if_it_allows_all();
        Ok(set)
    }

    /// The set of the addresses in `networks`.
    ///
    /// # Errors
    ///
    /// When there are none, or when one has bits set behind its prefix (`192.0.2.1/24`, which [`IpNet`] keeps).
    pub fn from_networks(networks: impl IntoIterator<Item = IpNet>) -> Result<Self, ConfigError> {
        let set =
            Self::collect(FIELD, networks.into_iter().map(|network| prefix(FIELD, &network.to_string(), network)))?;
        set.warn_if_it_allows_all();
        Ok(set)
    }

    /// Is this address in the set?
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match ip.to_canonical() {
            IpAddr::V4(ip) => self.families.v4.contains(ip.to_bits()),
            IpAddr::V6(ip) => self.families.v6.contains(ip.to_bits()),
        }
    }

    /// Every address there is: for a list that is to be replaced by a narrower one later. Nobody is warned of it.
    #[must_use]
    pub fn every_address() -> Self {
        Self {
            families: Arc::new(Families {
                v4: Ranges::merged(vec![(0, u32::MAX)], |_| None),
                v6: Ranges::merged(vec![(0, u128::MAX)], |_| None),
            }),
        }
    }

    /// No address at all: for a list that is switched off.
    #[cfg(feature = "layers")]
    pub(crate) fn nothing() -> Self {
        Self {
            families: Arc::new(Families {
                v4: Ranges::merged(Vec::new(), |_| None),
                v6: Ranges::merged(Vec::new(), |_| None),
            }),
        }
    }

    /// Like [`parse`](Self::parse), for another setting and without the warning.
    pub(crate) fn parse_for(
        field: &'static str,
        entries: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, ConfigError> {
        Self::collect(field, entries.into_iter().map(|entry| parse_entry(field, entry.as_ref().trim())))
    }

    /// The family of which every address is in the set, if there is one.
    pub(crate) fn covers_all_of(&self) -> Option<&'static str> {
        let Families { v4, v6 } = &*self.families;
        let all_v4 = matches!(&*v4.ranges, [(0, u32::MAX)]);
        let all_v6 = match &*v6.ranges {
            [(0, u128::MAX)] => true,
            [(0, first), (second, u128::MAX)] => *first + 1 >= MAPPED.0 && *second - 1 <= MAPPED.1,
            _ => false,
        };
        match (all_v4, all_v6) {
            (true, true) => Some("address"),
            (true, false) => Some("IPv4 address"),
            (false, true) => Some("IPv6 address"),
            (false, false) => None,
        }
    }

    fn warn_if_it_allows_all(&self) {
        if let Some(family) = self.covers_all_of() {
            observe::warning(FIELD, &format!("allows every {family}: it turns nobody of that family away"));
        }
    }

    fn collect(
        field: &'static str,
        networks: impl Iterator<Item = Result<IpNet, ConfigError>>,
    ) -> Result<Self, ConfigError> {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for network in networks {
            match network? {
                IpNet::V4(network) => v4.push((network.network().to_bits(), network.broadcast().to_bits())),
                IpNet::V6(network) => v6.push((network.network().to_bits(), network.broadcast().to_bits())),
            }
        }
        if v4.is_empty() && v6.is_empty() {
            return Err(ConfigError::new(field, "is empty"));
        }
        let families = Families {
            v4: Ranges::merged(v4, |end| end.checked_add(1)),
            v6: Ranges::merged(v6, |end| end.checked_add(1)),
        };
        Ok(Self { families: Arc::new(families) })
    }
}

impl fmt::Debug for IpSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IpSet")
            .field("v4_ranges", &self.families.v4.ranges.len())
            .field("v6_ranges", &self.families.v6.ranges.len())
            .finish()
    }
}

/// Inclusive ranges, sorted, with a gap between any two.
///
/// In a long list, most of a plain binary search is waiting for memory. So the span of the starts is cut into equal
/// buckets, so many that most hold less than a cache line of ranges, and only the bucket of an address is searched.
#[derive(PartialEq, Eq)]
struct Ranges<T> {
    /// Starts and ends. Together, for what is waited for is the next cache line.
    ranges: Box<[(T, T)]>,
    /// How many starts lie before each bucket, and before the end.
    buckets: Box<[u32]>,
    /// The width of a bucket, as a power of two.
    width: u32,
}

impl<T: Copy + Ord + Into<u128>> Ranges<T> {
    fn merged(mut ranges: Vec<(T, T)>, next: impl Fn(T) -> Option<T>) -> Self {
        ranges.sort_unstable();
        let mut merged = Vec::<(T, T)>::new();
        for (start, end) in ranges {
            match merged.last_mut() {
                Some((_, last)) if next(*last).is_none_or(|next| start <= next) => *last = end.max(*last),
                _ => merged.push((start, end)),
            }
        }
        let mut ranges = Self { ranges: merged.into(), buckets: Box::default(), width: 0 };
        ranges.fill_buckets();
        ranges
    }

    fn fill_buckets(&mut self) {
        let Some(span) = self.ranges.last().and_then(|last| self.offset(last.0)) else { return };
        let wanted = (size_of_val(&*self.ranges) / BYTES_PER_BUCKET).checked_ilog2().unwrap_or(0);
        self.width = (u128::BITS - span.leading_zeros()).saturating_sub(wanted);
        let mut buckets = vec![0_u32; self.bucket(span).saturating_add(2)];
        for bucket in self.ranges.iter().filter_map(|range| self.offset(range.0)).map(|offset| self.bucket(offset)) {
            if let Some(count) = buckets.get_mut(bucket + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for count in &mut buckets {
            before += *count;
            *count = before;
        }
        self.buckets = buckets.into();
    }

    /// From the first start on; `None` before it.
    fn offset(&self, ip: T) -> Option<u128> {
        ip.into().checked_sub(self.ranges.first()?.0.into())
    }

    fn bucket(&self, offset: u128) -> usize {
        usize::try_from(offset.checked_shr(self.width).unwrap_or(0)).unwrap_or(usize::MAX)
    }

    fn contains(&self, ip: T) -> bool {
        self.last_start_up_to(ip).and_then(|index| self.ranges.get(index)).is_some_and(|range| ip <= range.1)
    }

    fn last_start_up_to(&self, ip: T) -> Option<usize> {
        // Behind the last start, the last bucket has it.
        let bucket = self.bucket(self.offset(ip)?).min(self.buckets.len().checked_sub(2)?);
        let [from, to] = [*self.buckets.get(bucket)? as usize, *self.buckets.get(bucket + 1)? as usize];
        let inside = self.ranges.get(from..to)?.partition_point(|range| range.0 <= ip);
        (from + inside).checked_sub(1)
    }
}

/// Stricter than `ipnet`, which reads `010.0.0.0/8` and keeps the host bits of `10.0.0.1/8`.
fn parse_entry(field: &'static str, entry: &str) -> Result<IpNet, ConfigError> {
    let (address, length) = match entry.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (entry, None),
    };
    let Ok(ip) = address.parse::<IpAddr>() else {
        return Err(bad_entry(field, entry, what_is_wrong_with(address)));
    };
    let Some(length) = length else { return prefix(field, entry, IpNet::from(ip)) };
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    // Not `parse` alone: it reads `+8` and `08`.
    let plain = length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    match length.parse() {
        Ok(length) if plain && length <= longest => match IpNet::new(ip, length) {
            Ok(network) => prefix(field, entry, network),
            Err(error) => Err(bad_entry(field, entry, error)),
        },
        _ => Err(bad_entry(field, entry, format_args!("the prefix length must be a number from 0 to {longest}"))),
    }
}

/// The prefix in canonical form: IPv4 is not mapped, and nothing is set behind the prefix.
fn prefix(field: &'static str, entry: &str, network: IpNet) -> Result<IpNet, ConfigError> {
    let exact = network.trunc();
    if exact != network {
        let advice = format!(
            "bits are set behind the prefix: write {:?} or {:?}",
            exact.to_string(),
            network.addr().to_string()
        );
        return Err(bad_entry(field, entry, advice));
    }
    Ok(match network {
        IpNet::V6(v6) => unmapped(v6).map_or(network, IpNet::V4),
        IpNet::V4(_) => network,
    })
}

fn unmapped(network: Ipv6Net) -> Option<Ipv4Net> {
    let length = network.prefix_len().checked_sub(96)?;
    Ipv4Net::new(network.addr().to_ipv4_mapped()?, length).ok()
}

fn what_is_wrong_with(address: &str) -> &'static str {
    let dotted = address.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if address.is_empty() {
        "there is no address"
    } else if dotted && address.split('.').any(|octet| octet.len() > 1 && octet.starts_with('0')) {
        "an octet with a leading zero is octal to some and decimal to others"
    } else if dotted {
        "it is not an IPv4 address"
    } else if address.parse::<SocketAddr>().is_ok() {
        "an entry has no port"
    } else if address.contains(':') {
        "it is not an IPv6 address"
    } else {
        "it is not an address, and host names are not looked up"
    }
}

/// Entries come from files and environments: quoted with escapes, and cut short.
fn bad_entry(field: &'static str, entry: &str, reason: impl fmt::Display) -> ConfigError {
    let shown: String = entry.chars().take(64).collect();
    let more = if shown.len() < entry.len() { "…" } else { "" };
    ConfigError::new(field, format!("has the entry {shown:?}{more}: {reason}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    fn reason(entry: &str) -> String {
        let error = IpSet::parse(["192.0.2.0/24", entry]).expect_err(entry);
        assert_eq!(error.field(), "allowed_addresses");
        error.reason().to_owned()
    }

    #[test]
    fn overlapping_and_adjacent_prefixes_become_one_range() {
        let set = IpSet::parse(["10.0.1.0/24", "10.0.0.0/24", "10.0.0.128/25", "10.0.2.0/24", "10.0.4.0/24"]).unwrap();
        assert_eq!(format!("{set:?}"), "IpSet { v4_ranges: 2, v6_ranges: 0 }");
        assert_eq!(set, IpSet::parse(["10.0.0.0/23", "10.0.2.0/24", "10.0.4.0/24"]).unwrap());
        let set = IpSet::parse(["ffff::/16", "fffe::/16", "255.255.255.255", "255.255.255.254"]).unwrap();
        assert_eq!(format!("{set:?}"), "IpSet { v4_ranges: 1, v6_ranges: 1 }");
    }

    #[test]
    fn the_edges_of_a_range_belong_to_it() {
        let set = IpSet::parse(["10.0.0.0/30", "0.0.0.0", "255.255.255.255", "2001:db8::/127"]).unwrap();
        for ip in ["10.0.0.0", "10.0.0.3", "0.0.0.0", "255.255.255.255", "2001:db8::", "2001:db8::1"] {
            assert!(set.contains(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["9.255.255.255", "10.0.0.4", "0.0.0.1", "255.255.255.254", "2001:db8::2", "::"] {
            assert!(!set.contains(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn mapped_ipv4_is_ipv4_and_compatible_ipv4_is_not() {
        let set = IpSet::parse(["::ffff:10.0.0.0/104", "::ffff:192.0.2.1"]).unwrap();
        assert_eq!(set, IpSet::parse(["10.0.0.0/8", "192.0.2.1"]).unwrap());
        assert!(!set.contains("::10.0.0.1".parse().unwrap()));
        assert!(!IpSet::parse(["::/0"]).unwrap().contains("::ffff:10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn an_entry_that_is_not_plainly_one_prefix_is_named() {
        for (entry, expected) in [
            (
                "10.0.0.1/8",
                r#"has the entry "10.0.0.1/8": bits are set behind the prefix: write "10.0.0.0/8" or "10.0.0.1""#,
            ),
            ("2001:db8::1/32", r#"write "2001:db8::/32" or "2001:db8::1""#),
            ("::ffff:10.0.0.1/104", "bits are set"),
            ("010.0.0.0/8", "leading zero"),
            ("10.0.0.08", "leading zero"),
            ("10.0.0.0/33", "from 0 to 32"),
            ("10.0.0.0/+8", "from 0 to 32"),
            ("10.0.0.0/08", "from 0 to 32"),
            ("10.0.0.0/", "from 0 to 32"),
            ("10.0.0.0/255.0.0.0", "from 0 to 32"),
            ("::/129", "from 0 to 128"),
            ("10.0.0", "not an IPv4 address"),
            ("10.0.0.256", "not an IPv4 address"),
            ("10.0.0.1:80", "no port"),
            ("[::1]:80", "no port"),
            ("fe80::1%eth0", "not an IPv6 address"),
            ("hooks.example", "host names are not looked up"),
            ("*", "host names are not looked up"),
            ("", "no address"),
            ("/8", "no address"),
            ("a\nb\u{1b}", r#"has the entry "a\nb\u{1b}""#),
        ] {
            let reason = reason(entry);
            assert!(reason.contains(expected), "{entry:?}: {reason}");
        }
        assert!(reason(&"x".repeat(10_000)).len() < 200);
    }

    #[test]
    fn an_empty_list_is_not_allow_all() {
        assert_eq!(IpSet::parse([""; 0]).unwrap_err().to_string(), "`allowed_addresses` is empty");
        assert_eq!(IpSet::from_networks([]).unwrap_err().to_string(), "`allowed_addresses` is empty");
    }

    #[test]
    fn networks_with_host_bits_are_refused_too() {
        let network: IpNet = "10.0.0.1/8".parse().unwrap();
        assert!(IpSet::from_networks([network]).unwrap_err().reason().contains(r#"write "10.0.0.0/8""#));
        assert_eq!(IpSet::from_networks([network.trunc()]).unwrap(), IpSet::parse(["10.0.0.0/8"]).unwrap());
    }

    #[test]
    fn spaces_around_an_entry_are_ignored() {
        assert_eq!(IpSet::parse([" 10.0.0.0/8\t", "\n::1 "]).unwrap(), IpSet::parse(["10.0.0.0/8", "::1"]).unwrap());
    }

    #[test]
    fn everything_is_seen_through_any_disguise() {
        let covered = |entries: &[&str]| IpSet::parse(entries).unwrap().covers_all_of();
        assert_eq!(covered(&["0.0.0.0/0"]), Some("IPv4 address"));
        assert_eq!(covered(&["::ffff:0.0.0.0/96"]), Some("IPv4 address"));
        assert_eq!(covered(&["0.0.0.0/1", "128.0.0.0/1", "::1"]), Some("IPv4 address"));
        assert_eq!(covered(&["::/0"]), Some("IPv6 address"));
        assert_eq!(covered(&["0.0.0.0/0", "8000::/1", "::/1"]), Some("address"));
        assert_eq!(covered(&["10.0.0.0/8", "::/1"]), None);
        assert_eq!(covered(&["0.0.0.0/1", "128.0.0.0/2"]), None);
    }

    #[test]
    fn all_of_ipv6_but_the_mapped_range_is_all_of_ipv6() {
        // Every prefix that is not on the way to ::ffff:0:0/96, which is 80 zeros and 16 ones.
        let mut rest: Vec<IpNet> = Vec::new();
        for bit in 0..96_u8 {
            let kept = if bit == 0 { 0 } else { MAPPED.0 & (u128::MAX << (128 - bit)) };
            let sibling = kept | (!MAPPED.0 & (1 << (127 - bit)));
            rest.push(IpNet::new(IpAddr::from(sibling.to_be_bytes()), bit + 1).unwrap());
        }
        let set = IpSet::from_networks(rest.iter().copied()).unwrap();
        assert_eq!(set.covers_all_of(), Some("IPv6 address"));
        assert_eq!(format!("{set:?}"), "IpSet { v4_ranges: 0, v6_ranges: 2 }");
        assert_eq!(IpSet::from_networks(rest.into_iter().skip(1)).unwrap().covers_all_of(), None);
    }
}
