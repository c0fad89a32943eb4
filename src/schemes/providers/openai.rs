//! OpenAI.

use super::prelude::*;

/// [OpenAI](https://platform.openai.com/docs/guides/webhooks): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each
/// `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after `whsec_`; without that prefix the text's UTF-8 bytes are the key. Kept on a
/// retry. The SDK also accepts a bare signature without `v1,`.
pub const OPENAI: Recipe = Recipe {
    name: Borrowed("openai"),
    provider: provider(
        "OpenAI",
        "https://platform.openai.com/docs/guides/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterOrUtf8(Borrowed("whsec_"))),
    ..STANDARD
};
