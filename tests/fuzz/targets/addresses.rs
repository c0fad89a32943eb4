//! Arbitrary address lists and forwarding headers: never a panic, and never a client that only a stranger named.
#![no_main]

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use std::net::IpAddr;
use tower_webhook::{IpSet, ProxyHeader, TrustedProxies};

fuzz_target!(|input: (Vec<String>, Vec<Vec<u8>>, bool)| {
    let (entries, lines, forwarded) = input;
    let _ = IpSet::parse(&entries);
    let (header, name) = match forwarded {
        true => (ProxyHeader::Forwarded, "forwarded"),
        false => (ProxyHeader::XForwardedFor, "x-forwarded-for"),
    };
    let proxies = TrustedProxies::new(["10.0.0.0/8"], header).unwrap();
    let mut headers = HeaderMap::new();
    for line in &lines {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    let stranger = IpAddr::from([192, 0, 2, 1]);
    assert_eq!(proxies.client_ip(&headers, stranger).ip(), stranger);
    let _ = proxies.client_ip(&headers, IpAddr::from([10, 0, 0, 1]));
});
