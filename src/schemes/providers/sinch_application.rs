//! Sinch, application or service signed.

use super::prelude::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};

/// [Sinch](https://developers.sinch.com/docs/voice/api-reference/authentication/callback-signed-request),
/// application or service signed: base64 HMAC-SHA256 after the key in `Authorization: application …`, over the
/// method, the body's MD5, `Content-Type`, `x-timestamp` and the path.
///
/// Signed: the method, the MD5 of the raw body in base64, the content type, `x-timestamp:` with the text of the
/// time (RFC 3339), and the path, with a line feed in between; `event`, the type, is in the body. Not covered:
/// host, query, or any other header. The body is covered through MD5 alone, for which two bodies with one digest
/// can be made: whoever chooses parts of one can prepare another. So you have to ask for it: with the feature
/// `insecure-md5`. Sinch names no window; five minutes both ways are this crate's choice.
///
/// The secret is that of the application or service, in base64. Set `key` to the key beside it, which the header
/// must name after `application` or `service`, in capitals or not. No id of the event is known: `callid` names the
/// call.
pub const SINCH_APPLICATION: Recipe = Recipe {
    name: Borrowed("sinch_application"),
    provider: provider(
        "Sinch (application or service signed)",
        "https://developers.sinch.com/docs/voice/api-reference/authentication/callback-signed-request",
        "host, query, or any header but content type and time; the body by its MD5 alone",
        Some(Ours),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Header { name: Borrowed("authorization"), repeated: false },
                grammar: Grammar {
                    shape: Shape::AfterLast { separator: ':' },
                    prefix: Borrowed("Application "),
                    prefix_optional: true,
                },
                encoding: Base64,
            }]
        },
    ),
    content: Template::of(
        const {
            &[
                Part::Method,
                text("\n"),
                Part::Computed(BODY_MD5),
                text("\n"),
                Part::Header(Borrowed("content-type")),
                text("\nx-timestamp:"),
                Part::Timestamp,
                text("\n"),
                Part::Path,
            ]
        },
    ),
    check: Some(Check(names_our_key)),
    timestamp: timestamp(in_header("x-timestamp"), Rfc3339, 300, 300),
    kind: signed_json("/event"),
    settings: Borrowed(const { &[setting("key")] }),
    ..NOTHING_ELSE
};

const BODY_MD5: Computed = Computed {
    name: "body_md5_base64",
    covers_body: true,
    is_bounded: true,
    compute: |delivery| Ok(STANDARD.encode(Md5::digest(delivery.payload)).into_bytes().into()),
};

/// `application key:signature` or `service key:signature`.
fn names_our_key(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let header = String::from_utf8_lossy(required_header(delivery.head, "authorization")?);
    let (scheme, rest) = header.split_once(' ').unwrap_or_default();
    if !["application", "service"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(SchemeError::new(SchemeErrorKind::Malformed).hint("`authorization` is of another scheme"));
    }
    match rest.rsplit_once(':') {
        Some((key, _)) if Some(key) == delivery.recipe.setting_value("key") => Ok(()),
        _ => Err(SchemeError::new(SchemeErrorKind::Mismatch).hint("`authorization` names another key")),
    }
}
