//! MessageBird, older header.

use super::prelude::*;
use sha2::{Digest, Sha256};

/// [MessageBird](https://developers.messagebird.com/docs/verify-http-requests), older header: base64 HMAC-SHA256 in
/// `MessageBird-Signature`, over the time in `MessageBird-Request-Timestamp`, the query and the body.
///
/// Signed: the digits of the time (Unix seconds), the parameters of the query, sorted by name and escaped anew, and
/// the SHA-256 of the raw body, with a line feed in between. Not covered: method, host, path, or any other header;
/// nor the order of the query and how it was escaped. 100 seconds back, as in MessageBird's library; as many ahead
/// are this crate's choice. No id of the event is known: `id` in the query names the message. This header is
/// deprecated in favour of `MessageBird-Signature-JWT`.
pub const MESSAGEBIRD_LEGACY: Recipe = Recipe {
    name: Borrowed("messagebird_legacy"),
    provider: provider(
        "MessageBird (older header)",
        "https://developers.messagebird.com/docs/verify-http-requests",
        "method, host, path, or any header but the time",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("messagebird-signature", Base64)] }),
    content: Template::of(
        const { &[Part::Timestamp, text("\n"), Part::Computed(SORTED_QUERY), text("\n"), Part::Computed(BODY_SHA256)] },
    ),
    timestamp: seconds(in_header("messagebird-request-timestamp"), 100),
    ..NOTHING_ELSE
};

/// The parameters of the query, sorted by name, escaped anew.
const SORTED_QUERY: Computed = Computed {
    name: "sorted_query",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| {
        let query = delivery.head.uri.query().unwrap_or_default();
        let mut pairs = form::pairs(query.as_bytes())
            .map_err(|_| SchemeError::new(SchemeErrorKind::Malformed).hint("the query is not percent-encoded"))?;
        pairs.sort_by(|(first, _), (second, _)| first.cmp(second));
        // Its plus sign may have come as one.
        for (_, value) in pairs.iter_mut().filter(|(name, _)| **name == *b"statusDatetime") {
            value.to_mut().iter_mut().filter(|byte| **byte == b' ').for_each(|byte| *byte = b'+');
        }
        Ok(url::stringify_query(&pairs).into_bytes().into())
    },
};

/// Its 32 bytes.
const BODY_SHA256: Computed = Computed {
    name: "body_sha256",
    covers_body: true,
    is_bounded: true,
    compute: |delivery| Ok(Sha256::digest(delivery.payload).to_vec().into()),
};
