//! X (Twitter).

use super::prelude::*;

/// [X](https://docs.x.com/x-api/webhooks/quickstart): `x-twitter-webhooks-signature: sha256=…`, in base64.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the app's consumer
/// secret. No id and no type are known: a delivery holds arrays of activities. X asks about every hour whether the
/// endpoint still answers; `Handshake::x` does.
pub const X: Recipe = Recipe {
    name: Borrowed("x"),
    provider: provider("X (Twitter)", "https://docs.x.com/x-api/webhooks/quickstart", "time, or any header", None),
    signatures: Borrowed(const { &[prefixed("x-twitter-webhooks-signature", "sha256=", Base64)] }),
    ..NOTHING_ELSE
};
