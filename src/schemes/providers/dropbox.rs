//! Dropbox.

use super::prelude::*;

/// [Dropbox](https://www.dropbox.com/developers/reference/webhooks): hex HMAC-SHA256 of the body in
/// `X-Dropbox-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the app secret. The
/// body lists accounts in which something changed: it has no id and no type, and what changed is to be asked of the
/// API. Two bodies may be the same, byte for byte, so nothing is taken for a duplicate: each delivery is a new event, and
/// a replay is one too. Dropbox waits ten seconds for an answer. `Handshake::dropbox` answers its challenge, which is not signed.
pub const DROPBOX: Recipe = Recipe {
    name: Borrowed("dropbox"),
    provider: provider("Dropbox", "https://www.dropbox.com/developers/reference/webhooks", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-dropbox-signature", Hex)] }),
    repeats: true,
    ..NOTHING_ELSE
};
