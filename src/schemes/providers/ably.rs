//! Ably.

use super::prelude::*;

/// [Ably](https://ably.com/docs/platform/integrations/webhooks): Base64 HMAC-SHA256 of the raw body in
/// `X-Ably-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (the part of the API key after the colon, of the key
/// named by `X-Ably-Key`). Id: Batched deliveries hold several items; no delivery id is documented. Only batched
/// requests are signed. `X-Ably-Key` is unsigned: look it up among configured keys only.
pub const ABLY: Recipe = Recipe {
    name: Borrowed("ably"),
    provider: provider(
        "Ably",
        "https://ably.com/docs/platform/integrations/webhooks",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-ably-signature", Base64)] }),
    key_header: Some(Borrowed("x-ably-key")),
    ..NOTHING_ELSE
};
