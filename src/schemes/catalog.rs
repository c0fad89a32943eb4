//! The providers: one constant each.
//!
//! `const { &[…] }`, since only Rust 1.89 keeps a plain `&[…]` alive inside `Borrowed(…)`.

use super::{
    grammar::{Grammar, Shape, SignatureEncoding},
    mac::{KeyForm, MacAlgorithm, SecretEncoding},
    places::{FieldPlace, FieldPlaceSource, SignaturePlace, SignatureSource, TimestampPlace, TimestampSource},
    recipe::Recipe,
    template::{Part, Template},
    time::{TimestampUnit, Window},
};
use http::HeaderName;
use std::borrow::Cow::{self, Borrowed};

/// [eCourtDate](https://webhooks.ecourtdate.com): hex HMAC-SHA256 of the body in `X-ECD-Signature`.
///
/// Signed: the raw body ([wiki](https://wiki.ecourtdate.com/webhooks/verification)). One of the samples there signs
/// `JSON.stringify(request.body)`, which is the same only as long as nothing re-encodes the JSON. Not covered: time, or
/// any header. So there is no window, and how long replays are remembered is up to you.
///
/// The event has no id here. The `uuid` in the body names the message, and several events of one message may carry it:
/// deduplicating on it would lose events.
pub const ECOURTDATE: Recipe = Recipe {
    name: Borrowed("ecourtdate"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[bare("x-ecd-signature", SignatureEncoding::Hex)] }),
    content: BODY,
    ..NOTHING_ELSE
};

/// [Comapi](https://github.com/comapi/ddg-cpaas-quickstarts) (Dotdigital's Enterprise Communications API): hex
/// HMAC-SHA1 of the body in `X-Comapi-Signature`.
///
/// Signed: the raw body; the event's `eventId` and `name` are in it. Not covered: time, or any header, so there is no
/// window. Batches are a JSON array, which has no id or type of its own. SHA-1 is Comapi's choice; HMAC does not suffer
/// from its collisions.
pub const COMAPI: Recipe = Recipe {
    name: Borrowed("comapi"),
    key: KeyForm { algorithm: MacAlgorithm::HmacSha1, encoding: SecretEncoding::Utf8 },
    signatures: Borrowed(const { &[bare("x-comapi-signature", SignatureEncoding::Hex)] }),
    content: BODY,
    id: signed_json("/eventId"),
    kind: signed_json("/name"),
    ..NOTHING_ELSE
};

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
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[prefixed("x-webhook-signature", "sha256=")] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(TimestampSource::Header(Borrowed("x-timestamp")), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    key_header: Some(HeaderName::from_static("x-api-key")),
    ..NOTHING_ELSE
};

/// [TextUs](https://help.textus.com) (webhooks V2), as described in 2017: hex HMAC-SHA256 in `X-TextUs-Signature`
/// over a time that stands in the body, and the body.
///
/// Signed: the digits of the top-level field `timestamp` (Unix seconds), a dot, the raw body. Not covered: any header.
/// The body has to be parsed before it is known to be genuine: it is refused when `timestamp` is no integer or stands
/// there twice, or when it is nested more than 128 levels deep. TextUs names no window; five minutes both ways are
/// this crate's choice. Its page does not say how the digest is written: hex is taken, base64 too after
/// [`allow_base64`](Recipe::allow_base64). No id, and no type, is documented.
///
/// Since April 2018 its documentation signs the body alone: that is [`TEXTUS_BODY`].
pub const TEXTUS: Recipe = Recipe {
    name: Borrowed("textus"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[bare("x-textus-signature", SignatureEncoding::Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(TimestampSource::Json { pointer: Borrowed("/timestamp"), quoted: false }, 300),
    ..NOTHING_ELSE
};

/// [TextUs](https://github.com/TextUsBiz/slate), as documented since 2018: hex HMAC-SHA256 of the body in
/// `X-TextUs-Signature`.
///
/// Signed: the raw body, with the event's `action` in it. Not covered: time, or any header, so there is no window.
/// Hex is taken; base64 too after [`allow_base64`](Recipe::allow_base64). No id is documented.
pub const TEXTUS_BODY: Recipe = Recipe {
    name: Borrowed("textus_body"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[bare("x-textus-signature", SignatureEncoding::Hex)] }),
    content: BODY,
    kind: signed_json("/action"),
    ..NOTHING_ELSE
};

/// [Eka Care](https://github.com/eka-care/eka-docs): `Eka-Webhook-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body. Not covered: any other header. Three minutes both
/// ways, as in its documentation. Its Python sample re-encodes the JSON before it signs; the service signs raw bytes.
/// The body has a type in `event`, and no id of the event: `transaction_id` may be that of several.
pub const EKA: Recipe = Recipe {
    name: Borrowed("eka"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[items("eka-webhook-signature", &[Borrowed("v1")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(TimestampSource::Item(Borrowed("t")), 180),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};

/// [GitHub](https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries):
/// `X-Hub-Signature-256: sha256=…`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the delivery's id (`X-GitHub-Delivery`) and the event's type (`X-GitHub-Event`). The old `X-Hub-Signature` with its
/// `sha1=` is not read.
pub const GITHUB: Recipe = Recipe {
    name: Borrowed("github"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[prefixed("x-hub-signature-256", "sha256=")] }),
    content: BODY,
    id: header("x-github-delivery", Signed::No),
    kind: header("x-github-event", Signed::No),
    ..NOTHING_ELSE
};

/// [Stripe](https://docs.stripe.com/webhooks/signature): `Stripe-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body; the event's `id` and `type` are in it. Not covered:
/// any other header. Five minutes, as in Stripe's libraries, but both ways: those look at the past alone. While an
/// endpoint's secret is rolled there is one `v1` for each; `v0` is never looked at. The secret is the key as it is
/// shown, `whsec_` included.
pub const STRIPE: Recipe = Recipe {
    name: Borrowed("stripe"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[items("stripe-signature", &[Borrowed("v1")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(TimestampSource::Item(Borrowed("t")), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};

/// [Slack](https://docs.slack.dev/authentication/verifying-requests-from-slack): `X-Slack-Signature: v0=…` over the
/// time in `X-Slack-Request-Timestamp` and the body.
///
/// Signed: `v0:`, the digits of the time (Unix seconds), a colon, the raw body; `event_id` and `type` are in it where
/// it is JSON (the Events API; slash commands are forms). Not covered: any other header, so neither the
/// `X-Slack-Retry-*` ones. Five minutes, as Slack asks, both ways.
pub const SLACK: Recipe = Recipe {
    name: Borrowed("slack"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[prefixed("x-slack-signature", "v0=")] }),
    content: Template::of(&[Part::Literal(Borrowed("v0:")), Part::Timestamp, Part::Literal(Borrowed(":")), Part::Body]),
    timestamp: seconds(TimestampSource::Header(Borrowed("x-slack-request-timestamp")), 300),
    id: signed_json("/event_id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};

/// [Shopify](https://shopify.dev/docs/apps/build/webhooks): base64 HMAC-SHA256 of the body in `X-Shopify-Hmac-Sha256`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the delivery's id (`X-Shopify-Webhook-Id`), the topic (`X-Shopify-Topic`) and the shop's name.
pub const SHOPIFY: Recipe = Recipe {
    name: Borrowed("shopify"),
    key: HMAC_SHA256,
    signatures: Borrowed(const { &[bare("x-shopify-hmac-sha256", SignatureEncoding::Base64)] }),
    content: BODY,
    id: header("x-shopify-webhook-id", Signed::No),
    kind: header("x-shopify-topic", Signed::No),
    ..NOTHING_ELSE
};

/// [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) with
/// a shared secret (`v1`): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body; the recommended `type` is in it.
/// Not covered: any other header. An id with a dot in it is refused: the cut between it and the time would be anybody's
/// guess. Five minutes both ways, as in the reference libraries. Signatures of other versions (`v1a`) are passed over.
/// The secret is base64 after `whsec_`, which may be missing.
pub const STANDARD_WEBHOOKS: Recipe = Recipe {
    name: Borrowed("standard_webhooks"),
    key: KeyForm { algorithm: MacAlgorithm::HmacSha256, encoding: SecretEncoding::Base64After(Borrowed("whsec_")) },
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Header { name: Borrowed("webhook-signature"), repeated: false },
                grammar: Grammar {
                    shape: Shape::Items { separators: Borrowed(" "), assign: ',', labels: Borrowed(&[Borrowed("v1")]) },
                    ..Grammar::BARE
                },
                encoding: SignatureEncoding::Base64,
            }]
        },
    ),
    content: Template::of(&[
        Part::Id,
        Part::Literal(Borrowed(".")),
        Part::Timestamp,
        Part::Literal(Borrowed(".")),
        Part::Body,
    ]),
    timestamp: seconds(TimestampSource::Header(Borrowed("webhook-timestamp")), 300),
    id: header("webhook-id", Signed::Yes),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};

/// Every provider of this crate, by name.
pub static ALL: &[Recipe] = &CATALOG;

static CATALOG: [Recipe; 11] =
    [COMAPI, ECOURTDATE, EKA, GITHUB, PARTNER, SHOPIFY, SLACK, STANDARD_WEBHOOKS, STRIPE, TEXTUS, TEXTUS_BODY];

/// The provider with this name, such as `stripe`.
///
/// ```
/// use tower_webhook::schemes::{self, Scheme};
///
/// assert_eq!(schemes::by_name("stripe").unwrap().name(), "stripe");
/// assert!(schemes::by_name("Stripe").is_none());
/// ```
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Recipe> {
    ALL.iter().find(|recipe| recipe.name == name)
}

const HMAC_SHA256: KeyForm = KeyForm { algorithm: MacAlgorithm::HmacSha256, encoding: SecretEncoding::Utf8 };

const BODY: Template = Template::of(&[Part::Body]);
const TIMESTAMP_DOT_BODY: Template = Template::of(&[Part::Timestamp, Part::Literal(Borrowed(".")), Part::Body]);

/// What most providers do not have.
/// Written out, without calls: only so does the compiler see that there is nothing to drop.
const NOTHING_ELSE: Recipe = Recipe {
    name: Borrowed(""),
    key: HMAC_SHA256,
    signatures: Borrowed(&[]),
    content: Template { parts: Borrowed(&[Part::Body]) },
    timestamp: None,
    id: None,
    kind: None,
    key_header: None,
    public_origin: None,
};

const fn bare(name: &'static str, encoding: SignatureEncoding) -> SignaturePlace {
    let source = SignatureSource::Header { name: Borrowed(name), repeated: false };
    SignaturePlace { source, grammar: Grammar::BARE, encoding }
}

const fn prefixed(name: &'static str, prefix: &'static str) -> SignaturePlace {
    SignaturePlace {
        source: SignatureSource::Header { name: Borrowed(name), repeated: false },
        grammar: Grammar { shape: Shape::Bare, prefix: Borrowed(prefix), prefix_optional: false },
        encoding: SignatureEncoding::Hex,
    }
}

/// `t=…,v1=…`
const fn items(name: &'static str, labels: &'static [Cow<'static, str>]) -> SignaturePlace {
    let shape = Shape::Items { separators: Borrowed(","), assign: '=', labels: Borrowed(labels) };
    SignaturePlace {
        source: SignatureSource::Header { name: Borrowed(name), repeated: false },
        grammar: Grammar { shape, prefix: Borrowed(""), prefix_optional: false },
        encoding: SignatureEncoding::Hex,
    }
}

/// The same tolerance both ways.
const fn seconds(source: TimestampSource, tolerance: u64) -> Option<TimestampPlace> {
    Some(TimestampPlace { source, unit: TimestampUnit::Seconds, window: Window::seconds(tolerance, tolerance) })
}

enum Signed {
    No,
    Yes,
}

const fn header(name: &'static str, signed: Signed) -> Option<FieldPlace> {
    Some(FieldPlace { source: FieldPlaceSource::Header(Borrowed(name)), signed: matches!(signed, Signed::Yes) })
}

/// In a body that the signature covers.
const fn signed_json(pointer: &'static str) -> Option<FieldPlace> {
    Some(FieldPlace { source: FieldPlaceSource::Json(Borrowed(pointer)), signed: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_a_sound_recipe() {
        for recipe in ALL {
            assert_eq!(recipe.check(), Ok(()), "{}", recipe.name);
        }
    }
}
