//! X (Twitter).

use super::prelude::*;

/// [X (Twitter)](https://docs.x.com/x-api/webhooks/quickstart): Base64 HMAC-SHA256 of the raw body in
/// `x-twitter-webhooks-signature` after "sha256=".
///
/// Not covered: time, URL, or any header. Secret: the text itself (the app's consumer secret). Id: The body holds
/// arrays of activities; there is no delivery id. The challenge is repeated about hourly: answer it for as long as the
/// webhook lives.
pub const X: Recipe = Recipe {
    name: Borrowed("x"),
    provider: provider("X (Twitter)", "https://docs.x.com/x-api/webhooks/quickstart", "time, URL, or any header", None),
    signatures: Borrowed(const { &[prefixed("x-twitter-webhooks-signature", "sha256=", Base64)] }),
    ..NOTHING_ELSE
};
