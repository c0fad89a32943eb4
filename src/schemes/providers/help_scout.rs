//! Help Scout.

use super::prelude::*;

/// [Help Scout](https://developer.helpscout.com/webhooks/): base64 HMAC-SHA1 of the body in `X-HelpScout-Signature`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the event's type (`X-HelpScout-Event`). No id of the event is known: `id` names the conversation or the customer.
/// SHA-1 is Help Scout's choice; HMAC does not suffer from its collisions.
pub const HELP_SCOUT: Recipe = Recipe {
    name: Borrowed("help_scout"),
    provider: provider("Help Scout", "https://developer.helpscout.com/webhooks/", "time, or any header", None),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-helpscout-signature", Base64)] }),
    kind: unsigned_header("x-helpscout-event"),
    ..NOTHING_ELSE
};
