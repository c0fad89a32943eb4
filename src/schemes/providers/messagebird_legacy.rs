//! MessageBird, older header.

use super::prelude::*;
use sha2::{Digest, Sha256};

/// [MessageBird (older header)](https://developers.messagebird.com/docs/verify-http-requests): Time, sorted query and the
/// body's hash; base64 HMAC-SHA256 in `MessageBird-Signature`.
///
/// Not covered: path, host, method, any other header, the order of the query and how it is escaped. The time may be off
/// by 100 seconds both ways, as in its own library; the future bound is ours. Id: id in the query names the message.
/// Deprecated in favour of MessageBird-Signature-JWT.
pub const MESSAGEBIRD_LEGACY: Recipe = Recipe {
    name: Borrowed("messagebird_legacy"),
    provider: provider(
        "MessageBird (older header)",
        "https://developers.messagebird.com/docs/verify-http-requests",
        "path, host, method, any other header",
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
