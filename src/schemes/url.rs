//! URLs as text. Senders sign the text that they were given, so nothing here brings one into a normal form unless the
//! sender does.

use super::{computed::UrlForm, form};
use std::borrow::Cow;

pub(crate) const WITHOUT_QUERY: UrlForm =
    UrlForm { name: "url_without_query", write: |url| Some(url.split(['?', '#']).next().unwrap_or(url).into()) };

pub(crate) const WITHOUT_PORT: UrlForm = UrlForm { name: "url_without_port", write: without_port };

/// With the default port of its scheme, where it names none.
pub(crate) const WITH_PORT: UrlForm = UrlForm { name: "url_with_port", write: with_port };

/// What follows the first `?`.
pub(crate) fn query(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, query)| query)
}

pub(crate) fn without_port(url: &str) -> Option<Cow<'_, str>> {
    let Authority { before, host, after, .. } = Authority::of(url)?;
    Some([before, host, after].concat().into())
}

pub(crate) fn with_port(url: &str) -> Option<Cow<'_, str>> {
    let Authority { before, host, port, after } = Authority::of(url)?;
    let default = if before.starts_with("https:") { ":443" } else { ":80" };
    Some(if port.is_empty() { [before, host, default, after].concat().into() } else { url.into() })
}

/// A URL, cut around its port.
struct Authority<'a> {
    /// Scheme and credentials.
    before: &'a str,
    host: &'a str,
    /// With its colon.
    port: &'a str,
    after: &'a str,
}

impl<'a> Authority<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let start = url.find("://")? + "://".len();
        let end_of_authority = |text: &str| text.find(['/', '?', '#']).unwrap_or(text.len());
        let (_, rest) = url.split_at(start);
        let (authority, _) = rest.split_at(end_of_authority(rest));
        let (before, rest) = url.split_at(start + authority.rfind('@').map_or(0, |at| at + 1));
        let (host_and_port, after) = rest.split_at(end_of_authority(rest));
        // The colons of an IPv6 address stand in brackets.
        let (address, rest) = host_and_port.split_at(host_and_port.rfind(']').unwrap_or(0));
        let (host, port) = host_and_port.split_at(address.len() + rest.find(':').unwrap_or(rest.len()));
        Some(Self { before, host, port, after })
    }
}

/// Letters, digits and `kept` stay, all other bytes become `%` and two hex digits in upper case.
pub(crate) fn escape(text: &[u8], kept: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text {
        if byte.is_ascii_alphanumeric() || kept.contains(byte) {
            escaped.push(char::from(*byte));
        } else {
            escaped.push('%');
            escaped.push_str(&const_hex::encode_upper([*byte]));
        }
    }
    escaped
}

/// What `querystring.escape` of Node leaves as it is.
pub(crate) const QUERYSTRING: &[u8] = b"-_.!~*'()";

/// What JavaScript's `encodeURI` leaves as it is.
pub(crate) const ENCODE_URI: &[u8] = b";,/?:@&=+$-_.!~*'()#";

/// As `querystring.stringify` of Node writes it.
pub(crate) fn stringify_query(pairs: &[form::Pair<'_>]) -> String {
    let parameter = |(name, value): &form::Pair<'_>| {
        let (name, value) = (escape(name, QUERYSTRING), escape(value, QUERYSTRING));
        format!("{name}={value}")
    };
    pairs.iter().map(parameter).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_taken_away_and_added() {
        for (url, without, with) in [
            ("https://a.example/x?y:1", "https://a.example/x?y:1", "https://a.example:443/x?y:1"),
            ("http://a.example", "http://a.example", "http://a.example:80"),
            ("https://a.example:8443/x", "https://a.example/x", "https://a.example:8443/x"),
            ("https://u:p@a.example?x", "https://u:p@a.example?x", "https://u:p@a.example:443?x"),
            ("https://[::1]:1/", "https://[::1]/", "https://[::1]:1/"),
            ("https://[::1]/a@b:1", "https://[::1]/a@b:1", "https://[::1]:443/a@b:1"),
        ] {
            assert_eq!(without_port(url).as_deref(), Some(without));
            assert_eq!(with_port(url).as_deref(), Some(with));
        }
        assert_eq!(without_port("/a"), None);
    }

    #[test]
    fn escapes_are_written_in_upper_case() {
        assert_eq!(escape("a b%/ü".as_bytes(), ENCODE_URI), "a%20b%25/%C3%BC");
        assert_eq!(escape(b"a=b&c'", QUERYSTRING), "a%3Db%26c'");
    }
}
