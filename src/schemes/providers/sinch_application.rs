//! Sinch, application or service signed.

use super::prelude::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};

/// [Sinch (application or service
/// signed)](https://developers.sinch.com/docs/voice/api-reference/authentication/callback-signed-request): Method, MD5 of
/// the body, content type, x-timestamp and path; base64 HMAC-SHA256 after the key in `Authorization`.
///
/// Not covered: the query, host, any header but content-type and `x-timestamp`. **The body is covered through MD5
/// alone**, for which two bodies with one digest can be made: whoever chooses parts of one can prepare another. The time
/// may be off by 5 minutes both ways, which is the choice of this crate: the provider names no window. Secret: Base64,
/// decoded: the secret of the application or service. The setting `key` is the key beside it, which the header must name,
/// after `application` or `service` in any case. Id: callid names the call.
pub const SINCH_APPLICATION: Recipe = Recipe {
    name: Borrowed("sinch_application"),
    provider: provider(
        "Sinch (application or service signed)",
        "https://developers.sinch.com/docs/voice/api-reference/authentication/callback-signed-request",
        "the query, host, any header but content-type and x-timestamp; the body only through MD5",
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
