//! TextUs (2017).

use super::prelude::*;

/// [TextUs](https://help.textus.com) (webhooks V2), as described in 2017: hex HMAC-SHA256 in `X-TextUs-Signature`
/// over a time that stands in the body, and the body.
///
/// Signed: the digits of the top-level field `timestamp` (Unix seconds), a dot, the raw body. Not covered: any header.
/// The body has to be parsed before it is known to be genuine: it is refused when `timestamp` is no integer or stands
/// there twice, or when it is nested more than 128 levels deep. TextUs names no window; five minutes both ways are
/// this crate's choice. Its page does not say how the digest is written: hex is taken, base64 too after
/// [`allow_base64`](Recipe::allow_base64). No id, and no type, is documented.
///
/// Since April 2018 its documentation signs the body alone: that is [`TEXTUS_BODY`](super::TEXTUS_BODY).
pub const TEXTUS: Recipe = Recipe {
    name: Borrowed("textus"),
    provider: provider("TextUs (2017)", "https://help.textus.com", "any header", Some(Ours)),
    signatures: Borrowed(const { &[bare("x-textus-signature", Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(TimestampSource::Json { pointer: Borrowed("/timestamp"), quoted: false }, 300),
    ..NOTHING_ELSE
};
