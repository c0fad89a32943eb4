//! Recurly.

use super::prelude::*;

/// [Recurly](https://github.com/recurly/recurly-client-ruby): `recurly-signature` holds the time, and behind commas one
/// hex HMAC-SHA256 for each key.
///
/// Signed: the digits of the time (Unix milliseconds), a dot, the raw body. Not covered: any other header. Five minutes
/// both ways, as in Recurly's library. No id and no type are known, since the body may be JSON or XML.
pub const RECURLY: Recipe = Recipe {
    name: Borrowed("recurly"),
    provider: provider("Recurly", "https://github.com/recurly/recurly-client-ruby", "any header", Some(Library)),
    signatures: Borrowed(const { &[shaped("recurly-signature", Shape::Positional { separator: ',' }, Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(TimestampSource::FirstItem, 300),
    ..NOTHING_ELSE
};
