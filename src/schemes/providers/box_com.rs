//! Box.

use super::prelude::*;

/// [Box](https://developer.box.com/guides/webhooks/v2/signatures-v2): base64 HMAC-SHA256 in `BOX-SIGNATURE-PRIMARY` and
/// `BOX-SIGNATURE-SECONDARY`, over the body and the time in `BOX-DELIVERY-TIMESTAMP`.
///
/// Signed: the raw body, the text of the time (RFC 3339) right after it; `id` and `trigger`, the type, are in the body.
/// Not covered: any other header, so neither `BOX-DELIVERY-ID`, which is another one on every delivery. Ten minutes
/// back, as Box asks; a minute ahead is this crate's choice. Pass the primary and the secondary key to rotate one at a
/// time: either signature counts. A delivery that names another version or hash than `1` and `HmacSHA256` is refused.
///
/// Box signs some bodies with every `/`, and every character outside of ASCII, written as an escape: that is tried when
/// the raw body does not fit.
pub const BOX: Recipe = Recipe {
    name: Borrowed("box"),
    provider: provider(
        "Box",
        "https://developer.box.com/guides/webhooks/v2/signatures-v2",
        "any header but the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("box-signature-primary", Base64), bare("box-signature-secondary", Base64)] }),
    content: BODY_TIMESTAMP,
    other_contents: Borrowed(const { &[Template::of(const { &[Part::Computed(ESCAPED_BODY), Part::Timestamp] })] }),
    timestamp: timestamp(in_header("box-delivery-timestamp"), Rfc3339, 600, 60),
    check: Some(Check(is_version_1)),
    id: signed_json("/id"),
    kind: signed_json("/trigger"),
    ..NOTHING_ELSE
};

/// The two headers that name what they are not signed by must not choose it.
fn is_version_1(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let says = |name, value: &str| delivery.head.headers.get(name).is_none_or(|header| header == value);
    if says("box-signature-version", "1") && says("box-signature-algorithm", "HmacSHA256") {
        Ok(())
    } else {
        Err(SchemeError::new(SchemeErrorKind::Malformed).hint("only version 1 with HmacSHA256 is taken"))
    }
}

/// Some bodies are signed with every slash, and every character outside of ASCII, as an escape.
const ESCAPED_BODY: Computed = Computed {
    name: "escaped_body",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        let Ok(text) = std::str::from_utf8(delivery.payload) else { return Ok(delivery.payload.into()) };
        let mut escaped = String::with_capacity(text.len() + text.len() / 8);
        for character in text.chars() {
            match character {
                '/' if !escaped.ends_with('\\') => escaped.push_str(r"\/"),
                '\0'..='\x7e' => escaped.push(character),
                _ => {
                    let mut units = [0; 2];
                    escaped.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
                }
            }
        }
        Ok(escaped.into_bytes().into())
    },
};
