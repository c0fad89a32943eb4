//! Mailgun.

use super::prelude::*;

/// [Mailgun](https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks): The signature's own
/// time and token; hex HMAC-SHA256 in the body at `/signature/signature`.
///
/// **The event is not covered**, that is nearly the whole body, nor is any header: whoever holds one valid triple of
/// time, token and signature can wrap any event in it. A token is used once, so deliveries are told apart by their
/// signature: keep a replay store, and ask the API for what matters. The time may be off by 5 minutes both ways, which
/// is the choice of this crate: the provider names no window. Secret: The HTTP webhook signing key as UTF-8 bytes. Id
/// and type are outside the signature, at `/event-data/id` and `/event-data/event`. Older webhooks send time, token and
/// signature as parameters of a form; that is taken too.
pub const MAILGUN: Recipe = Recipe {
    name: Borrowed("mailgun"),
    provider: provider(
        "Mailgun",
        "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
        "the event data, that is nearly the whole body; every header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[in_body(SignatureSource::Json(Borrowed("/signature/signature")), Hex)] }),
    content: Template::of(const { &[Part::Timestamp, Part::Json(Borrowed("/signature/token"))] }),
    timestamp: seconds(TimestampSource::Json { pointer: Borrowed("/signature/timestamp"), quoted: true }, 300),
    id: unsigned_json("/event-data/id"),
    kind: unsigned_json("/event-data/event"),
    single_use: true,
    alternatives: Borrowed(const { &[FORM] }),
    ..NOTHING_ELSE
};

const FORM: Recipe = Recipe {
    signatures: Borrowed(const { &[in_body(SignatureSource::Form(Borrowed("signature")), Hex)] }),
    content: Template::of(const { &[Part::Timestamp, Part::Form(Borrowed("token"))] }),
    timestamp: seconds(TimestampSource::Form(Borrowed("timestamp")), 300),
    kind: Some(FieldPlace { source: FieldPlaceSource::Form(Borrowed("event")), signed: false }),
    single_use: true,
    ..NOTHING_ELSE
};
