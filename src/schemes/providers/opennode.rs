//! OpenNode.

use super::prelude::*;

/// [OpenNode](https://developers.opennode.com/docs/webhooks): hex HMAC-SHA256 of the charge's id, in the form's
/// field `hashed_order`.
///
/// Signed: the field `id`. Not covered: status, amounts and all other fields, time, or any header, so there is no
/// window. The signature of a charge never changes, so whoever sees the notice of a pending charge can send one of
/// a paid charge: ask the API for the state. `id` names the charge, which has several events, so it does not serve
/// to deduplicate; deliveries are told apart by a digest of their body. The secret is the API key.
pub const OPENNODE: Recipe = Recipe {
    name: Borrowed("opennode"),
    provider: provider(
        "OpenNode",
        "https://developers.opennode.com/docs/webhooks",
        "status, amounts and all other fields, time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[at(SignatureSource::Form(Borrowed("hashed_order")), Hex)] }),
    content: Template::of(const { &[Part::Form(Borrowed("id"))] }),
    ..NOTHING_ELSE
};
