//! Supabase database webhooks.

use super::prelude::*;

/// [Supabase](https://supabase.com/docs/guides/database/webhooks), database webhooks: a token that you set with the
/// webhook, in `Authorization: Bearer …`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge deliveries, and their `type`.
/// Supabase sends what header you like, and none unless you say so: set this one. No id of the event is known: those in
/// the body name rows.
pub const SUPABASE: Recipe = Recipe {
    name: Borrowed("supabase"),
    provider: provider(
        "Supabase database webhooks",
        "https://supabase.com/docs/guides/database/webhooks",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[prefixed("authorization", "Bearer ", Hex)] }),
    content: NOTHING_SIGNED,
    kind: unsigned_json("/type"),
    ..NOTHING_ELSE
};
