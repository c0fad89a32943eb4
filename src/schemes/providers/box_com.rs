//! Box.

use super::prelude::*;

/// [Box](https://developer.box.com/guides/webhooks/v2/signatures-v2): Body followed by the text of
/// `BOX-DELIVERY-TIMESTAMP`; base64 HMAC-SHA256 in `BOX-SIGNATURE-PRIMARY` and `BOX-SIGNATURE-SECONDARY`.
///
/// Not covered: any header but `BOX-DELIVERY-TIMESTAMP`. The time may be off by 10 minutes back, a minute ahead, as its
/// documentation asks. Ten minutes back; the SDK refuses any future time, which is harsh with an uneven clock. Secret:
/// Primary and secondary key texts as UTF-8 bytes, one per header. `BOX-DELIVERY-ID` is outside the signature and
/// changes with each delivery. Either header may match, so keys can be rotated one at a time. The SDK makes a second
/// try with non-ASCII written as \u escapes.
pub const BOX: Recipe = Recipe {
    name: Borrowed("box"),
    provider: provider(
        "Box",
        "https://developer.box.com/guides/webhooks/v2/signatures-v2",
        "any header but BOX-DELIVERY-TIMESTAMP",
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
