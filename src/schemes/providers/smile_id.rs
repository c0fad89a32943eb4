//! Smile ID.

use super::prelude::*;

/// [Smile ID](https://github.com/smileidentity/smile-identity-core-js): Time, partner id and the word sid_request; base64
/// HMAC-SHA256 in the body at `/signature`.
///
/// **The result is not covered**, nor are all other fields and headers: whoever sees one delivery can send its signature
/// with any result for as long as the time counts. Fetch the job's state from the API. The time may be off by 5 minutes
/// both ways, which is the choice of this crate: its own library checks no time. Secret: The API key as UTF-8 bytes. The
/// setting `partner_id` is your id at Smile ID. Id: No event id is documented; deliveries are told apart by a digest of
/// their body.
pub const SMILE_ID: Recipe = Recipe {
    name: Borrowed("smile_id"),
    provider: provider(
        "Smile ID",
        "https://github.com/smileidentity/smile-identity-core-js",
        "the result and all other fields; headers",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[in_body(SignatureSource::Json(Borrowed("/signature")), Base64)] }),
    content: Template::of(const { &[Part::Timestamp, Part::Setting(Borrowed("partner_id")), text("sid_request")] }),
    timestamp: timestamp(in_json("/timestamp"), Rfc3339, 300, 300),
    settings: Borrowed(const { &[setting("partner_id")] }),
    ..NOTHING_ELSE
};
