//! Flowglad.

use super::prelude::*;

/// [Flowglad](https://github.com/flowglad/flowglad), which sends with Svix: `svix-id`, `svix-timestamp`,
/// `svix-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. Not covered: any other header.
/// Five minutes back and one ahead, as in Flowglad's library. The secret is base64 after `whsec_`, which must be there.
/// A retry has the same id. No type is known.
pub const FLOWGLAD: Recipe = Recipe {
    name: Borrowed("flowglad"),
    provider: provider(
        "Flowglad",
        "https://github.com/flowglad/flowglad",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterRequired(Borrowed("whsec_"))),
    timestamp: timestamp(in_header("svix-timestamp"), Seconds, 300, 60),
    kind: None,
    ..SVIX_HEADERS
};
