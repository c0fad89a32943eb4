//! Hook0.

use super::prelude::*;

/// [Hook0](https://documentation.hook0.com/): v1: `{t}.{header names}.{header values}.{body}`; v0: `{t}.{body}`; both
/// hex HMAC-SHA256 in `X-Hook0-Signature`.
///
/// Not covered: v0: any header; v1: headers that h does not name; never the URL or method. The time may be off by 5
/// minutes both ways, which is the choice of this crate: the provider names no window. Secret: The subscription's
/// secret text (a UUID) as UTF-8 bytes. Signed only when v1 is used and h lists `x-event-id`. When v1 is present the
/// SDK checks v1 alone. Names in h are lower-case, parted by single spaces; Coinbase CDP sends this same header.
pub const HOOK0: Recipe = Recipe {
    name: Borrowed("hook0"),
    provider: provider(
        "Hook0",
        "https://documentation.hook0.com/",
        "v0: any header; v1: headers that h does not name; never the URL or method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("x-hook0-signature", &[Borrowed("v1"), Borrowed("v0")])] }),
    content: Template::of(const { &[Part::Timestamp, text("."), Part::Computed(SIGNED_HEADERS), Part::Body] }),
    timestamp: seconds(in_item("t"), 300),
    id: unsigned_header("x-event-id"),
    ambiguous: true,
    ..NOTHING_ELSE
};

/// Where `h` lists signed headers, as it does beside `v1`: their names, their values, and what separates them. Where
/// there is a `v0` alone: nothing.
const SIGNED_HEADERS: Computed = Computed {
    name: "signed_headers",
    covers_body: false,
    is_bounded: false,
    compute: |delivery| {
        let malformed = |hint: &'static str| SchemeError::new(SchemeErrorKind::Malformed).hint(hint);
        let header = delivery.head.headers.get("x-hook0-signature").map_or(&[][..], |value| value.as_bytes());
        let mut items = header.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        let Some(names) = items.find_map(|item| item.strip_prefix(b"h=")) else { return Ok(Cow::default()) };
        let mut signed = [names, b"."].concat();
        for name in names.split(|byte| *byte == b' ').filter(|name| !name.is_empty()) {
            let name = std::str::from_utf8(name).map_err(|_| malformed("a signed header has no name"))?;
            let value = delivery.head.headers.get(name).ok_or_else(|| malformed("a signed header is not there"))?;
            signed.extend_from_slice(value.as_bytes());
            signed.push(b'.');
        }
        // Without any, the values are empty, and a dot follows them all the same.
        if names.is_empty() {
            signed.push(b'.');
        }
        Ok(signed.into())
    },
};
