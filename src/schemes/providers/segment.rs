//! Segment (webhooks destination).

use super::prelude::*;

/// [Segment](https://segment.com/docs/connections/destinations/catalog/webhooks/), webhooks destinations: hex HMAC-SHA1
/// of the body in `X-Signature`.
///
/// Signed: the raw body; `messageId` and `type` are in it. Of a batch Segment signs the first event alone, as
/// JavaScript's `JSON.stringify` renders it: a batch of one is taken, one of several is refused, and neither has an id
/// or a type. So switch batching off. Not covered: time, or any header, so there is no window. SHA-1 is Segment's
/// choice; HMAC does not suffer from its collisions.
pub const SEGMENT: Recipe = Recipe {
    name: Borrowed("segment"),
    provider: provider(
        "Segment (webhooks destination)",
        "https://segment.com/docs/connections/destinations/catalog/webhooks/",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    id: signed_json("/messageId"),
    kind: signed_json("/type"),
    body_form: BodyForm(Form::Rewritten(first_of_a_batch)),
    ..NOTHING_ELSE
};

/// The one event of a batch, as Segment renders it; any other body as it is.
fn first_of_a_batch<'a>(_: &'a Parts, payload: &'a [u8]) -> Result<Cow<'a, [u8]>, SchemeError> {
    if payload.trim_ascii_start().first() != Some(&b'[') {
        return Ok(payload.into());
    }
    let rendered = stringify(payload)?;
    if json::unique(&rendered, "/1").is_ok() {
        return Err(payload_malformed("a batch of several events is signed for the first one alone"));
    }
    let event = rendered.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    let event = event.filter(|event| !event.is_empty());
    Ok(event.ok_or_else(|| payload_malformed("the batch is empty"))?.to_vec().into())
}
