//! Plivo (V2).

use super::prelude::*;

/// [Plivo](https://www.plivo.com/docs/messaging/concepts/signature-validation), V2: base64 HMAC-SHA256 in
/// `X-Plivo-Signature-V2`, over the URL and `X-Plivo-Signature-V2-Nonce`.
///
/// Signed: the URL without its query, the nonce right after it. Not covered: the body, the query, time, or any
/// other header, so there is no window. Whoever sees one request can send its headers with any body: prefer
/// [`PLIVO_V3`](super::PLIVO_V3). A nonce belongs to one delivery, so deliveries are told apart by their signature.
/// No id of the event is known: `MessageUUID` names the message, and is not signed. The secret is the auth token.
///
/// What is signed is ambiguous, since nothing separates URL and nonce: with
/// [`public_origin`](Recipe::public_origin) the end of the path could be moved into the nonce, and back.
/// [`public_url`](Recipe::public_url) keeps the URL as it is.
pub const PLIVO_V2: Recipe = Recipe {
    name: Borrowed("plivo_v2"),
    provider: provider(
        "Plivo (V2)",
        "https://www.plivo.com/docs/messaging/concepts/signature-validation",
        "the body, the query, time, or any header but the nonce",
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
