//! Comapi.

use super::prelude::*;

/// [Comapi](https://github.com/comapi/ddg-cpaas-quickstarts) (Dotdigital's Enterprise Communications API): hex
/// HMAC-SHA1 of the body in `X-Comapi-Signature`.
///
/// Signed: the raw body; the event's `eventId` and `name` are in it. Not covered: time, or any header, so there is no
/// window. Batches are a JSON array, which has no id or type of its own. SHA-1 is Comapi's choice; HMAC does not suffer
/// from its collisions.
pub const COMAPI: Recipe = Recipe {
    name: Borrowed("comapi"),
    provider: provider("Comapi", "https://github.com/comapi/ddg-cpaas-quickstarts", "time, or any header", None),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-comapi-signature", Hex)] }),
    content: BODY,
    id: signed_json("/eventId"),
    kind: signed_json("/name"),
    ..NOTHING_ELSE
};
