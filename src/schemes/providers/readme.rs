//! ReadMe.

use super::prelude::*;

/// [ReadMe](https://github.com/readmeio/metrics-sdks): `{t}.{body}`; hex HMAC-SHA256 in item v0 of `ReadMe-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 30 minutes back, 5 minutes ahead, as in its own
/// library. 30 minutes in the SDK; the future bound is ours. Id: No event id is documented. The SDK re-serialises the
/// body before hashing; raw bytes agree as long as the sender's text is kept.
pub const README: Recipe = Recipe {
    name: Borrowed("readme"),
    provider: provider(
        "ReadMe",
        "https://github.com/readmeio/metrics-sdks",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("readme-signature", V0)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: timestamp(in_item("t"), Milliseconds, 1800, 300),
    ..NOTHING_ELSE
};
