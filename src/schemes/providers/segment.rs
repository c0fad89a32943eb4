//! Segment (webhooks destination).

use super::prelude::*;

/// [Segment (webhooks destination)](https://segment.com/docs/connections/destinations/catalog/webhooks/): Hex HMAC-SHA1
/// of the body in `X-Signature`; in a batch only the first event is signed.
///
/// Not covered: time, URL, any header, and in a batch every event after the first. Secret: the text itself (shared
/// secret). Single deliveries only. A batch is signed as JSON.stringify of its first element, so the rest is
/// unauthenticated: switch batching off. Classic and Actions destinations behave alike. So a batch of more than one
/// event is refused here: nothing would vouch for the others.
pub const SEGMENT: Recipe = Recipe {
    name: Borrowed("segment"),
    provider: provider(
        "Segment (webhooks destination)",
        "https://segment.com/docs/connections/destinations/catalog/webhooks/",
        "time, URL, any header, and in a batch every event after the first",
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
    Ok(event.ok_or_else(|| payload_malformed("the batch is empty"))?.to_vec().into())
}
