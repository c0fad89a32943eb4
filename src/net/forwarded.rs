//! What proxies write down about who called them.
//!
//! Each function yields the hops from the nearest to the farthest. A hop that cannot be read is `None`, never left out:
//! to skip it would be to believe the entry behind it, which anyone may have sent.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

pub(super) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// No honest chain is longer.
pub(super) const HOP_LIMIT: usize = 64;
/// Nor is an honest line.
const LINE_LIMIT: usize = 8 * 1024;

/// The entries of `X-Forwarded-For`, across repeated lines.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| bounded(line).rsplit(|byte| *byte == b',').map(node))
}

/// The `for` parameters of `Forwarded` (RFC 7239), across repeated lines.
pub(super) fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    headers.get_all(header::FORWARDED).iter().rev().flat_map(|line| {
        // Quotes can only be told from the left; the hops are wanted from the right.
        let mut elements: Vec<_> = split_outside_quotes(bounded(line), b',').take(HOP_LIMIT + 1).collect();
        if elements.len() > HOP_LIMIT {
            elements = vec![b"".as_slice()];
        }
        elements.into_iter().rev().map(forwarded_for)
    })
}

/// The address in a header of which a proxy sets exactly one.
pub(super) fn single(headers: &HeaderMap, name: &HeaderName) -> impl Iterator<Item = Option<IpAddr>> {
    let mut lines = headers.get_all(name).iter();
    let (first, second) = (lines.next(), lines.next());
    // Sent twice, one of them is the client's own.
    first.map(|line| if second.is_some() { None } else { node(bounded(line)) }).into_iter()
}

/// A line that is too long reads as empty, and nothing empty is an address.
fn bounded(line: &HeaderValue) -> &[u8] {
    if line.len() > LINE_LIMIT { b"" } else { line.as_bytes() }
}

/// The pieces between separators. A quoted string that never ends stays in the last piece, which then cannot be read.
fn split_outside_quotes(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => return !quoted && byte == separator,
        }
        false
    })
}

/// The address in one element such as `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &[u8]) -> Option<IpAddr> {
    let mut found = None;
    for pair in split_outside_quotes(element, b';') {
        let pair = pair.trim_ascii();
        if pair.is_empty() {
            // The grammar has `;;`.
            continue;
        }
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (&pair[..equals], unquoted(&pair[equals + 1..])?);
        if !is_token(name) {
            return None;
        }
        if name.eq_ignore_ascii_case(b"for") && found.replace(value).is_some() {
            return None;
        }
    }
    node(&found?)
}

/// The value without its quotes and escapes. Unquoted values may hold more than a token: many proxies leave the quotes
/// off `192.0.2.1:80` and `[2001:db8::1]`.
fn unquoted(value: &[u8]) -> Option<Cow<'_, [u8]>> {
    let Some(inner) = value.strip_prefix(b"\"") else {
        let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        return (!value.is_empty() && value.iter().all(plain)).then_some(Cow::Borrowed(value));
    };
    let inner = inner.strip_suffix(b"\"")?;
    if !inner.iter().any(|byte| matches!(byte, b'"' | b'\\')) {
        return Some(Cow::Borrowed(inner));
    }
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return None,
            b'\\' => plain.push(*bytes.next()?),
            _ => plain.push(*byte),
        }
    }
    Some(Cow::Owned(plain))
}

fn is_token(name: &[u8]) -> bool {
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !name.is_empty() && name.iter().all(token)
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`; not `unknown`, not `_hidden`.
fn node(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    let ip = if let Some(rest) = text.strip_prefix('[') {
        let (ip, port) = rest.split_once(']')?;
        if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
            return None;
        }
        IpAddr::V6(ip.parse::<Ipv6Addr>().ok()?)
    } else if let Ok(ip) = text.parse::<IpAddr>() {
        ip
    } else {
        let (ip, _) = text.split_once(':').filter(|(_, port)| is_port(port))?;
        IpAddr::V4(ip.parse::<Ipv4Addr>().ok()?)
    };
    Some(ip.to_canonical())
}

fn is_port(text: &str) -> bool {
    text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}
