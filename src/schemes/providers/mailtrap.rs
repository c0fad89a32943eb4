//! Mailtrap.

use super::prelude::*;

/// [Mailtrap](https://github.com/railsware/mailtrap-nodejs): Hex HMAC-SHA256 of the raw body in `Mailtrap-Signature`.
///
/// Not covered: time, URL, or any header. Id: A delivery is a batch: event_id stands in each element of `/events`.
/// Deduplicate single events by their event_id.
pub const MAILTRAP: Recipe = Recipe {
    name: Borrowed("mailtrap"),
    provider: provider("Mailtrap", "https://github.com/railsware/mailtrap-nodejs", "time, URL, or any header", None),
    signatures: Borrowed(const { &[bare("mailtrap-signature", Hex)] }),
    ..NOTHING_ELSE
};
