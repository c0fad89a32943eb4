//! Braintree.

use super::prelude::*;

/// [Braintree](https://developer.paypal.com/braintree/docs/guides/webhooks/parse): The field bt_payload; hex HMAC-SHA1
/// after the public key in the field bt_signature.
///
/// Not covered: headers; the form's other fields. bt_payload is base64 text with line feeds, and yours to decode: the XML
/// in it holds kind and time, which is not checked, and no event id. Deliveries are told apart by their signature.
/// Secret: The private key; the SHA-1 of its text is the key. The setting `public_key` is the public key beside it. The
/// last line end of bt_payload may be missing. GET with bt_challenge wants `public_key|hex` back.
pub const BRAINTREE: Recipe = Recipe {
    name: Borrowed("braintree"),
    provider: provider(
        "Braintree",
        "https://developer.paypal.com/braintree/docs/guides/webhooks/parse",
        "headers; the form's other fields",
        None,
    ),
    proof: secret(HmacSha1, SecretEncoding::Sha1),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Form(Borrowed("bt_signature")),
                grammar: Grammar {
                    shape: Shape::Items { separators: Borrowed("&"), assign: '|', labels: Borrowed(&[]) },
                    prefix: Borrowed(""),
                    prefix_optional: false,
                },
                encoding: Hex,
            }]
        },
    ),
    content: Template::of(const { &[Part::Form(Borrowed("bt_payload"))] }),
    other_contents: Borrowed(const { &[Template::of(const { &[Part::Form(Borrowed("bt_payload")), text("\n")] })] }),
    check: Some(Check(is_ours)),
    settings: Borrowed(const { &[setting("public_key")] }),
    single_use: true,
    ..NOTHING_ELSE
};

/// There is a signature beside our public key, and the payload is base64.
fn is_ours(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let signature = form::unique(delivery.payload, "bt_signature")?;
    let own = delivery.recipe.setting_value("public_key").unwrap_or_default();
    let mut keys = signature.split(|byte| *byte == b'&').filter_map(|pair| pair.split(|byte| *byte == b'|').next());
    if !keys.any(|key| key.trim_ascii() == own.as_bytes()) {
        return Err(SchemeError::new(SchemeErrorKind::Mismatch).hint("no signature stands beside the public key"));
    }
    let payload = form::unique(delivery.payload, "bt_payload")?;
    if payload.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\n".contains(byte)) {
        Ok(())
    } else {
        Err(payload_malformed("`bt_payload` is not base64"))
    }
}
