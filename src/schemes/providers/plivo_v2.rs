//! Plivo (V2).

use super::prelude::*;

/// [Plivo (V2)](https://www.plivo.com/docs/messaging/concepts/signature-validation): The URL without query and the nonce;
/// base64 HMAC-SHA256 in `X-Plivo-Signature-V2`.
///
/// **The body is not covered**, nor the query, any header but the nonce, the time: whoever sees one request can send its
/// headers with any body. Prefer [`PLIVO_V3`](super::PLIVO_V3). A nonce belongs to one delivery, so deliveries are told
/// apart by their signature. Secret: The auth token as UTF-8 bytes. Id: MessageUUID names the message and is unsigned.
///
/// **Ambiguous**: nothing separates URL and nonce, so with [`public_origin`](Recipe::public_origin) the end of the path
/// could be moved into the nonce, and back. [`public_url`](Recipe::public_url) keeps the URL as it is.
pub const PLIVO_V2: Recipe = Recipe {
    name: Borrowed("plivo_v2"),
    provider: provider(
        "Plivo (V2)",
        "https://www.plivo.com/docs/messaging/concepts/signature-validation",
        "the body, the query, any header but the nonce, the time",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-plivo-signature-v2", Base64)] }),
    content: Template::of(
        const { &[Part::UrlForm(WITHOUT_QUERY), Part::Header(Borrowed("x-plivo-signature-v2-nonce"))] },
    ),
    ambiguous: true,
    single_use: true,
    ..NOTHING_ELSE
};
