//! OpenNode.

use super::prelude::*;

/// [OpenNode](https://developers.opennode.com/docs/webhooks): The charge's id; hex HMAC-SHA256 in the form field
/// hashed_order.
///
/// **Not covered: status, amounts and all other fields**; headers. The signature of a charge never changes, so whoever
/// sees the notice of a pending charge can send one of a paid charge: ask the API for the state. Deliveries are told
/// apart by a digest of their body. Secret: The API key as UTF-8 bytes. Id: id names the charge, which has several
/// events.
pub const OPENNODE: Recipe = Recipe {
    name: Borrowed("opennode"),
    provider: provider(
        "OpenNode",
        "https://developers.opennode.com/docs/webhooks",
        "status, amounts and all other fields; headers",
        None,
    ),
    signatures: Borrowed(const { &[in_body(SignatureSource::Form(Borrowed("hashed_order")), Hex)] }),
    content: Template::of(const { &[Part::Form(Borrowed("id"))] }),
    ..NOTHING_ELSE
};
