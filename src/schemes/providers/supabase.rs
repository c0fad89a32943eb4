//! Supabase database webhooks.

use super::prelude::*;

/// [Supabase database webhooks](https://supabase.com/docs/guides/database/webhooks): Nothing is signed; the operator
/// adds a static header, commonly Authorization: Bearer, to the webhook.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text after "Bearer ". Id: The body has no event id; record ids name rows. Header name and value are wholly the
/// operator's choice; Bearer is a convention.
pub const SUPABASE: Recipe = Recipe {
    name: Borrowed("supabase"),
    provider: provider(
        "Supabase database webhooks",
        "https://supabase.com/docs/guides/database/webhooks",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[prefixed("authorization", "Bearer ", Hex)] }),
    content: NOTHING_SIGNED,
    kind: unsigned_json("/type"),
    ..NOTHING_ELSE
};
