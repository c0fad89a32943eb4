//! MailChannels.

use super::prelude::*;

/// [MailChannels](https://docs.mailchannels.net/email-api/advanced/delivery-events/): `Content-Digest` under RFC 9421;
/// Ed25519 in Signature.
///
/// Not covered: every header but `content-digest`; method and URL. The time may be off by 5 minutes both ways, as in
/// its own library. Past only in the SDK; the future bound is ours. Secret: Public key by keyid from GET
/// `/tx/v1/webhook/public`-key?id=, base64 SPKI. Id: The body is a batch of events. `Content-Digest` is sha-256 and
/// must be recomputed. The SDK accepts only the order created, alg, keyid.
pub const MAILCHANNELS: Recipe = Recipe {
    name: Borrowed("mailchannels"),
    provider: provider(
        "MailChannels",
        "https://docs.mailchannels.net/email-api/advanced/delivery-events/",
        "every header but content-digest; method and URL",
        None,
    ),
    proof: Proof::Message(MAILCHANNELS_FORM),
    ..NOTHING_ELSE
};
