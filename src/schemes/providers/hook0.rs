//! Hook0.

use super::prelude::*;

/// [Hook0](https://documentation.hook0.com/): `X-Hook0-Signature: t=…,h=…,v1=…`, or `t=…,v0=…` where no headers are
/// signed.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body; with `v1` also the headers that `h` names, before the
/// body: their names with a space in between, a dot, and each value with a dot behind it. Not covered: any other
/// header. So the event's id (`X-Event-Id`) counts as not signed, although a sender may name it in `h`. What is signed
/// has nothing but dots between headers and body, so a body with a dot before its first `{`, `[` or `<` is refused, and
/// so is a signed header that holds one of these. Hook0 leaves the window to you; five minutes both ways are this
/// crate's choice. The secret is the text of the UUID. No type is known. Coinbase's CDP sends this header too.
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
///
/// Headers and body have dots between them, and inside. So that none of the headers can be left to the body, nor the
/// start of the body to a header, no header holds what documents start with, and no body has a dot before it.
const SIGNED_HEADERS: Computed = Computed {
    name: "signed_headers",
    covers_body: false,
    is_bounded: false,
    compute: |delivery| {
        let malformed = |hint: &'static str| SchemeError::new(SchemeErrorKind::Malformed).hint(hint);
        let starts_document = |byte: &u8| b"{[<".contains(byte);
        let before_dot = delivery.payload.split(|byte| *byte == b'.').next().unwrap_or_default();
        if before_dot.len() < delivery.payload.len() && !before_dot.iter().any(starts_document) {
            return Err(malformed("the body has a dot so early that what is before it could be a signed header"));
        }
        let header = delivery.head.headers.get("x-hook0-signature").map_or(&[][..], |value| value.as_bytes());
        let mut lists = header.split(|byte| *byte == b',').filter_map(|item| item.trim_ascii().strip_prefix(b"h="));
        let Some(names) = lists.next() else { return Ok(Cow::default()) };
        if lists.next().is_some() {
            return Err(malformed("`h` is there twice"));
        }
        let mut signed = [names, b"."].concat();
        let mut seen = Vec::new();
        for name in names.split(|byte| *byte == b' ').filter(|name| !name.is_empty()) {
            // A name that is there again and again would fill the memory with its value.
            if seen.len() == MAX_HEADERS || seen.contains(&name) {
                return Err(malformed("`h` names more than 32 headers, or one twice"));
            }
            seen.push(name);
            let name = std::str::from_utf8(name).map_err(|_| malformed("a signed header has no name"))?;
            let value = required_header(delivery.head, name)?;
            if value.iter().any(starts_document) {
                return Err(malformed("a signed header holds what a document starts with"));
            }
            signed.extend_from_slice(value);
            signed.push(b'.');
        }
        // Without any, the values are empty, and a dot follows them all the same.
        if names.is_empty() {
            signed.push(b'.');
        }
        Ok(signed.into())
    },
};

/// More than anybody lists.
const MAX_HEADERS: usize = 32;
