//! Retell AI.

use super::prelude::*;

/// [Retell AI](https://docs.retellai.com/features/secure-webhook): `X-Retell-Signature: v=…,d=…`, where `v` is the time
/// and `d` the signature.
///
/// Signed: the raw body, with the type, `event`, in it, and the digits of `v` (Unix milliseconds) right after it. Not
/// covered: any other header. Five minutes both ways, as in Retell's library. The secret is the API key that is marked
/// for webhooks. No id of the event is known: `call_id` names the call, which sends several.
pub const RETELL: Recipe = Recipe {
    name: Borrowed("retell"),
    provider: provider("Retell AI", "https://docs.retellai.com/features/secure-webhook", "any header", Some(Library)),
    signatures: Borrowed(const { &[items("x-retell-signature", &[Borrowed("d")])] }),
    content: BODY_TIMESTAMP,
    timestamp: milliseconds(in_item("v"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
