//! Dropbox.

use super::prelude::*;

/// [Dropbox](https://www.dropbox.com/developers/reference/webhooks): Hex HMAC-SHA256 of the raw body in
/// `X-Dropbox-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (app secret). Id: The body lists accounts with
/// changes; there is no event id. Notifications say only that something changed; read the changes through the API.
/// Answer within 10 s.
pub const DROPBOX: Recipe = Recipe {
    name: Borrowed("dropbox"),
    provider: provider(
        "Dropbox",
        "https://www.dropbox.com/developers/reference/webhooks",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-dropbox-signature", Hex)] }),
    ..NOTHING_ELSE
};
