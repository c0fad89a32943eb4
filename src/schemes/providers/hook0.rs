//! Hook0.

use super::prelude::*;

/// [Hook0](https://documentation.hook0.com/): `X-Hook0-Signature: t=…,h=…,v1=…`, or `t=…,v0=…` where no headers are
/// signed.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body; with `v1` also the headers that `h` names, before the
/// body: their names with a space in between, a dot, and each value with a dot behind it. Not covered: any other
/// header. So the event's id (`X-Event-Id`) counts as not signed, although a sender may name it in `h`. A dot in a
/// value looks like the end of it. Hook0 leaves the window to you; five minutes both ways are this crate's choice. The
/// secret is the text of the UUID. No type is known. Coinbase's CDP sends this header too.
pub const HOOK0: Recipe = Recipe {
    name: Borrowed("hook0"),
    provider: provider(
        "Hook0",
        "https://documentation.hook0.com/",
        "any header that the signature does not name",
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
