//! Partner webhook service.

use super::prelude::*;

/// The partner webhook service: `x-webhook-signature: sha256=…` over the time in `x-timestamp` and the body, with the
/// secret of the partner that `x-api-key` names.
///
/// Signed: the text of `x-timestamp` (Unix seconds), a dot, the raw body. Not covered: `x-api-key`, but another
/// partner's key comes with another secret. Five minutes both ways, as its description asks.
///
/// For the endpoint whose partner is fixed (its key comes from the environment), use
/// [`PARTNER.fixed_key()`](Recipe::fixed_key).
pub const PARTNER: Recipe = Recipe {
    name: Borrowed("partner"),
    provider: provider("Partner webhook service", "https://docs.rs/tower-webhook", "`x-api-key`", Some(Documentation)),
    signatures: Borrowed(const { &[prefixed("x-webhook-signature", "sha256=", Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_header("x-timestamp"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    key_header: Some(Borrowed("x-api-key")),
    ..NOTHING_ELSE
};
