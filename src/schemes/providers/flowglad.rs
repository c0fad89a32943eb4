//! Flowglad.

use super::prelude::*;

/// [Flowglad](https://github.com/flowglad/flowglad): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,` entry
/// of `svix-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes back, a minute
/// ahead, as in its own library. Sixty seconds ahead. Secret: Base64 after `whsec_`, which must be present. Kept on a
/// retry. Sent through Svix, checked by its own code.
pub const FLOWGLAD: Recipe = Recipe {
    name: Borrowed("flowglad"),
    provider: provider(
        "Flowglad",
        "https://github.com/flowglad/flowglad",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterRequired(Borrowed("whsec_"))),
    timestamp: timestamp(in_header("svix-timestamp"), Seconds, 300, 60),
    kind: None,
    ..SVIX_HEADERS
};
