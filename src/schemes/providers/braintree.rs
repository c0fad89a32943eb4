//! Braintree.

use super::prelude::*;

/// [Braintree](https://developer.paypal.com/braintree/docs/guides/webhooks/parse): hex HMAC-SHA1 of the form's
/// field `bt_payload`, after the public key in the field `bt_signature`.
///
/// Signed: `bt_payload`, whose last line end may be missing. Not covered: the form's other fields, or any header.
/// The payload is base64 text with line feeds, and yours to decode: the XML in it holds the kind and the time,
/// which is not checked, so there is no window. It holds no id of the event; deliveries are told apart by their
/// signature.
///
/// The secret is the private key, and the SHA-1 of its text is the key. Set `public_key` to the public key beside
/// it. `Handshake::braintree` answers the GET with `bt_challenge`, which wants `public_key|hex` back.
pub const BRAINTREE: Recipe = Recipe {
    name: Borrowed("braintree"),
    provider: provider(
        "Braintree",
        "https://developer.paypal.com/braintree/docs/guides/webhooks/parse",
        "the form's other fields, or any header",
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
    // Whoever asks with a `bt_challenge` is told its HMAC by the same key.
    if payload.len() <= LONGEST_CHALLENGE && payload.iter().all(u8::is_ascii_hexdigit) {
        return Err(payload_malformed("`bt_payload` could be a challenge, whose answer anybody can ask for"));
    }
    if payload.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=\n".contains(byte)) {
        Ok(())
    } else {
        Err(payload_malformed("`bt_payload` is not base64"))
    }
}

const LONGEST_CHALLENGE: usize = 32;
