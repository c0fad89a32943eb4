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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use proptest::prelude::*;

    fn headers(name: &str, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::try_from(name).unwrap(), line.parse().unwrap());
        }
        headers
    }

    fn shown(hops: impl Iterator<Item = Option<IpAddr>>) -> Vec<String> {
        hops.map(|hop| hop.map_or_else(|| "?".to_owned(), |ip| ip.to_string())).collect()
    }

    #[test]
    fn addresses_come_bare_bracketed_and_with_ports() {
        for (text, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            (" 192.0.2.1:80\t", "192.0.2.1"),
            ("192.0.2.1:65535", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("[::ffff:c000:201]:80", "192.0.2.1"),
        ] {
            assert_eq!(node(text.as_bytes()).map(|ip| ip.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            " ",
            "unknown",
            "_hidden",
            "localhost",
            "192.0.2.1:",
            "192.0.2.1:65536",
            "192.0.2.1:080000",
            "192.0.2.1:+80",
            "192.0.2.1:_port",
            "192.0.2.1:80:80",
            "192.0.2",
            "192.0.2.256",
            "192.0.2.01",
            "192.0.2.1 192.0.2.2",
            "192.0.2.1/32",
            "[192.0.2.1]",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]80",
            "[2001:db8::1]:",
            "[fe80::1%eth0]",
            "fe80::1%1",
            "\"192.0.2.1\"",
            "http://192.0.2.1",
            "３.0.0.1",
            "-1",
        ] {
            assert_eq!(node(text.as_bytes()), None, "{text}");
        }
        assert_eq!(node(b"192.0.2.1\xff"), None);
    }

    #[test]
    fn repeated_lines_are_one_chain_read_from_its_end() {
        let headers = headers("x-forwarded-for", &["192.0.2.1,192.0.2.2", "", "192.0.2.3 , unknown,192.0.2.4"]);
        let expected = ["192.0.2.4", "?", "192.0.2.3", "?", "192.0.2.2", "192.0.2.1"];
        assert_eq!(shown(x_forwarded_for(&headers)), expected);
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (line, expected) in [
            (r#"for="_gazonk""#, vec!["?"]),
            (r#"For="[2001:db8:cafe::17]:4711""#, vec!["2001:db8:cafe::17"]),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", vec!["192.0.2.60"]),
            ("proto=http;FOR=192.0.2.60;", vec!["192.0.2.60"]),
            ("for=192.0.2.43, for=198.51.100.17", vec!["198.51.100.17", "192.0.2.43"]),
            ("for=192.0.2.43:47011 ; by=_x,for=[2001:db8::1]", vec!["2001:db8::1", "192.0.2.43"]),
            ("for=unknown, for=_hidden, for=192.0.2.1", vec!["192.0.2.1", "?", "?"]),
            (r#"host="a,b;for=6.6.6.6";for=192.0.2.1"#, vec!["192.0.2.1"]),
            (r#"host="\",for=6.6.6.6";for=192.0.2.1"#, vec!["192.0.2.1"]),
            (r#"for="192\.0.2.1""#, vec!["192.0.2.1"]),
            // No address, two addresses, nothing at all.
            ("proto=https", vec!["?"]),
            ("for=192.0.2.1;for=192.0.2.2", vec!["?"]),
            ("", vec!["?"]),
            ("for=192.0.2.1,", vec!["?", "192.0.2.1"]),
            // Not the grammar.
            ("192.0.2.1", vec!["?"]),
            ("for = 192.0.2.1", vec!["?"]),
            ("for=192.0.2.1;=x", vec!["?"]),
            ("for=192.0.2.1;x", vec!["?"]),
            ("for=192.0.2.1;x=", vec!["?"]),
            (r#"for=192.0.2.1;x="y"z"#, vec!["?"]),
            (r#"for=192.0.2.1;x=y"z""#, vec!["?"]),
            (r#"for="192.0.2.1\"#, vec!["?"]),
            (r#"for=""192.0.2.1""#, vec!["?"]),
        ] {
            assert_eq!(shown(forwarded(&headers("forwarded", &[line]))), expected, "{line}");
        }
    }

    #[test]
    fn a_quote_left_open_swallows_what_the_proxy_appends_and_is_unreadable() {
        for appended in
            ["for=192.0.2.1", r#"for="192.0.2.1""#, r#"for="[2001:db8::1]:80";by="x""#, r#"for=192.0.2.1;by="""#]
        {
            for sent in [r#"for=6.6.6.6;x=""#, r#"for=6.6.6.6;x="\"#, r#"for=6.6.6.6;x="\""#, r#"for=6.6.6.6;x="y"z=""#]
            {
                let line = format!("{sent}, {appended}");
                assert_eq!(shown(forwarded(&headers("forwarded", &[&line])))[0], "?", "{line}");
            }
        }
        // In a line of its own it cannot.
        let headers = headers("forwarded", &[r#"for=6.6.6.6;x=""#, "for=192.0.2.1"]);
        assert_eq!(shown(forwarded(&headers)), ["192.0.2.1", "?"]);
    }

    #[test]
    fn what_is_too_long_is_unreadable() {
        let long = format!("{}192.0.2.1", " ".repeat(LINE_LIMIT - 8));
        assert_eq!(shown(x_forwarded_for(&headers("x-forwarded-for", &[&long]))), ["?"]);
        assert_eq!(shown(x_forwarded_for(&headers("x-forwarded-for", &[&long[1..]]))), ["192.0.2.1"]);
        assert_eq!(shown(single(&headers("x-real-ip", &[&long]), &HeaderName::from_static("x-real-ip"))), ["?"]);
        let many = vec!["for=192.0.2.1"; HOP_LIMIT + 1].join(",");
        assert_eq!(shown(forwarded(&headers("forwarded", &[&many]))), ["?"]);
        assert_eq!(shown(forwarded(&headers("forwarded", &[&many[14..]]))).len(), HOP_LIMIT);
    }

    #[test]
    fn a_single_address_is_sent_once() {
        let name = HeaderName::from_static("cf-connecting-ip");
        let read = |lines: &[&str]| shown(single(&headers("cf-connecting-ip", lines), &name));
        assert_eq!(read(&[]), [""; 0]);
        assert_eq!(read(&["192.0.2.1"]), ["192.0.2.1"]);
        assert_eq!(read(&["192.0.2.1", "192.0.2.1"]), ["?"]);
        assert_eq!(read(&["192.0.2.1, 192.0.2.2"]), ["?"]);
    }

    proptest! {
        #[test]
        fn no_header_value_panics(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 0..4)) {
            let mut headers = HeaderMap::new();
            for value in lines.iter().filter_map(|line| HeaderValue::from_bytes(line).ok()) {
                headers.append(X_FORWARDED_FOR, value.clone());
                headers.append(header::FORWARDED, value);
            }
            x_forwarded_for(&headers).for_each(drop);
            forwarded(&headers).for_each(drop);
            single(&headers, &X_FORWARDED_FOR).for_each(drop);
        }

        #[test]
        fn nothing_made_of_the_grammars_own_characters_panics(line in r#"[\\"for=;, \[\]:_.0-9a-f]{0,48}"#) {
            shown(forwarded(&headers("forwarded", &[&line]))).into_iter().for_each(drop);
            shown(x_forwarded_for(&headers("x-forwarded-for", &[&line]))).into_iter().for_each(drop);
        }

        #[test]
        fn any_bytes_may_be_an_address_or_an_element(text in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = (node(&text), forwarded_for(&text), unquoted(&text));
        }

        #[test]
        fn every_quoting_of_an_address_reads_as_that_address(ip: IpAddr, port: Option<u16>, escapes: u64) {
            let text = match (ip, port) {
                (IpAddr::V6(ip), Some(port)) => format!("[{ip}]:{port}"),
                (ip, Some(port)) => format!("{ip}:{port}"),
                (ip, None) => ip.to_string(),
            };
            let quoted: String = text
                .char_indices()
                .flat_map(|(index, char)| (escapes >> (index % 64) & 1 == 1).then_some('\\').into_iter().chain([char]))
                .collect();
            let line = format!(r#"x="{quoted},;", by=_x;for="{quoted}""#);
            let hops: Vec<_> = forwarded(&headers("forwarded", &[&line])).collect();
            prop_assert_eq!(hops, [Some(ip.to_canonical()), None]);
        }
    }
}
