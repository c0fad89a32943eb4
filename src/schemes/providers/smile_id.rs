//! Smile ID.

use super::prelude::*;

/// [Smile ID](https://github.com/smileidentity/smile-identity-core-js): base64 HMAC-SHA256 in the body, as
/// `signature`.
///
/// Signed: the text of `timestamp` (RFC 3339), your partner id and the word `sid_request`, with nothing in between.
/// Not covered: the result and all other fields, or any header. Whoever sees one delivery can send its signature
/// with any result for as long as the time counts: fetch the job's state from the API. Smile ID's library checks no
/// time; five minutes both ways are this crate's choice. No id of the event is documented; deliveries are told
/// apart by a digest of their body.
///
/// Set `partner_id` to your id at Smile ID. The secret is the API key.
pub const SMILE_ID: Recipe = Recipe {
    name: Borrowed("smile_id"),
    provider: provider(
        "Smile ID",
        "https://github.com/smileidentity/smile-identity-core-js",
        "the result and all other fields, or any header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[at(SignatureSource::Json(Borrowed("/signature")), Base64)] }),
    content: Template::of(const { &[Part::Timestamp, Part::Setting(Borrowed("partner_id")), text("sid_request")] }),
    timestamp: timestamp(in_json("/timestamp"), Rfc3339, 300, 300),
    settings: Borrowed(const { &[setting("partner_id")] }),
    ..NOTHING_ELSE
};
