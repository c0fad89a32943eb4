//! Mailtrap.

use super::prelude::*;

/// [Mailtrap](https://github.com/railsware/mailtrap-nodejs): hex HMAC-SHA256 of the body in `Mailtrap-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. A delivery is a batch: each element
/// of `events` has its own `event_id` and `event`, the type, and the delivery has neither.
pub const MAILTRAP: Recipe = Recipe {
    name: Borrowed("mailtrap"),
    provider: provider("Mailtrap", "https://github.com/railsware/mailtrap-nodejs", "time, or any header", None),
    signatures: Borrowed(const { &[bare("mailtrap-signature", Hex)] }),
    ..NOTHING_ELSE
};
