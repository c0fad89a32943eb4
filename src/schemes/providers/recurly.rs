//! Recurly.

use super::prelude::*;

/// [Recurly](https://github.com/recurly/recurly-client-ruby): `{time}.{body}`; `recurly-signature` holds the time
/// first, then one hex HMAC-SHA256 per active key, all parted by commas.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library. Id:
/// Not settled for JSON and XML notifications alike. No names stand before the items: position tells time from
/// signatures.
pub const RECURLY: Recipe = Recipe {
    name: Borrowed("recurly"),
    provider: provider(
        "Recurly",
        "https://github.com/recurly/recurly-client-ruby",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[shaped("recurly-signature", Shape::Positional { separator: ',' }, Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(TimestampSource::FirstItem, 300),
    ..NOTHING_ELSE
};
