//! OpenAI.

use super::prelude::*;

/// [OpenAI](https://platform.openai.com/docs/guides/webhooks) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in OpenAI's library. The secret is base64 after `whsec_`;
/// without that prefix its text is the key. A retry has the same id. A signature without `v1,`, which OpenAI's library
/// takes too, is refused.
pub const OPENAI: Recipe = Recipe {
    name: Borrowed("openai"),
    provider: provider(
        "OpenAI",
        "https://platform.openai.com/docs/guides/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterOrUtf8(Borrowed("whsec_"))),
    ..STANDARD
};
