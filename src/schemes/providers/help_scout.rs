//! Help Scout.

use super::prelude::*;

/// [Help Scout](https://developer.helpscout.com/webhooks/): Base64 HMAC-SHA1 of the raw body in
/// `X-HelpScout-Signature`.
///
/// Not covered: time, URL, or any header. Id: id in the body names the conversation or customer. Only SHA-1 is offered.
/// The event's name is unsigned.
pub const HELP_SCOUT: Recipe = Recipe {
    name: Borrowed("help_scout"),
    provider: provider("Help Scout", "https://developer.helpscout.com/webhooks/", "time, URL, or any header", None),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-helpscout-signature", Base64)] }),
    kind: unsigned_header("x-helpscout-event"),
    ..NOTHING_ELSE
};
