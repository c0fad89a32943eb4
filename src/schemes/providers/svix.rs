//! Svix.

use super::prelude::*;

/// [Svix](https://docs.svix.com/receiving/verifying-payloads/how-manual): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256
/// in each `v1,` entry of `svix-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. Svix-* and webhook-* headers
/// name the same values; svix-* wins when both stand there. The sender chooses the body, so no type is certain.
pub const SVIX: Recipe = Recipe {
    name: Borrowed("svix"),
    provider: provider(
        "Svix",
        "https://docs.svix.com/receiving/verifying-payloads/how-manual",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    kind: None,
    alternatives: Borrowed(const { &[STANDARD] }),
    ..SVIX_HEADERS
};
