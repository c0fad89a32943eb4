//! Mailgun.

use super::prelude::*;

/// [Mailgun](https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks): hex
/// HMAC-SHA256 in the body, as `signature.signature`, beside a time and a token.
///
/// Signed: the digits of `signature.timestamp` (Unix seconds), `signature.token` right after them. Not covered: the
/// event, which is nearly the whole body, or any header; so neither the id, `event-data.id`, nor the type,
/// `event-data.event`. Whoever holds one valid triple of time, token and signature can wrap any event in it. A
/// token is used once, so deliveries are told apart by their signature: keep a replay store, and ask the API for
/// what matters. Mailgun names no window; five minutes both ways are this crate's choice. The secret is the HTTP
/// webhook signing key.
///
/// Older webhooks send `timestamp`, `token` and `signature` as parameters of a form; that is taken too.
pub const MAILGUN: Recipe = Recipe {
    name: Borrowed("mailgun"),
    provider: provider(
        "Mailgun",
        "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
        "the event, which is nearly the whole body, or any header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[at(SignatureSource::Json(Borrowed("/signature/signature")), Hex)] }),
    content: Template::of(const { &[Part::Timestamp, Part::Json(Borrowed("/signature/token"))] }),
    timestamp: seconds(TimestampSource::Json { pointer: Borrowed("/signature/timestamp"), quoted: true }, 300),
    id: unsigned_json("/event-data/id"),
    kind: unsigned_json("/event-data/event"),
    single_use: true,
    alternatives: Borrowed(const { &[FORM] }),
    ..NOTHING_ELSE
};

const FORM: Recipe = Recipe {
    signatures: Borrowed(const { &[at(SignatureSource::Form(Borrowed("signature")), Hex)] }),
    content: Template::of(const { &[Part::Timestamp, Part::Form(Borrowed("token"))] }),
    timestamp: seconds(TimestampSource::Form(Borrowed("timestamp")), 300),
    kind: Some(FieldPlace { source: FieldPlaceSource::Form(Borrowed("event")), signed: false }),
    single_use: true,
    ..NOTHING_ELSE
};
