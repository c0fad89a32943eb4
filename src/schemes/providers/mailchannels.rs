//! MailChannels.

use super::prelude::*;

/// [MailChannels](https://docs.mailchannels.net/email-api/advanced/delivery-events/): an HTTP message signature (RFC
/// 9421) by Ed25519 in `Signature` and `Signature-Input`, over `Content-Digest`.
///
/// Signed: `Content-Digest`, which has to fit the raw body, and the signature's parameters, with the time (`created`)
/// among them. Not covered: method, URL, or any other header, unless the signature names them. Five minutes, as in
/// MailChannels' library, but both ways: that looks at the past alone. The secret is the public key that MailChannels'
/// API has for the `keyid` of a signature. A delivery is a batch of events, without an id or a type of its own.
pub const MAILCHANNELS: Recipe = Recipe {
    name: Borrowed("mailchannels"),
    provider: provider(
        "MailChannels",
        "https://docs.mailchannels.net/email-api/advanced/delivery-events/",
        "any header but `Content-Digest`",
        Some(Library),
    ),
    proof: Proof::Message(MAILCHANNELS_FORM),
    ..NOTHING_ELSE
};
