//! What the recipes of providers are made of.
//!
//! `const { &[…] }`, since only Rust 1.89 keeps a plain `&[…]` alive inside `Borrowed(…)`.

#[cfg(feature = "message-signatures")]
pub(super) use super::super::message_signature::MAILCHANNELS as MAILCHANNELS_FORM;
pub(super) use super::super::{
    SchemeError, SchemeErrorKind,
    body_form::{BodyForm, Form, Wrapping},
    computed::{Computed, Delivery, SORTED_FORM, UrlForm, concatenated, payload_malformed},
    form,
    grammar::{
        Grammar, Shape,
        SignatureEncoding::{self, Base64, Base64OptionalPadding, Base64Url, Hex, HexOrBase64},
    },
    json,
    mac::{
        KeyForm,
        MacAlgorithm::{self, HmacSha1, HmacSha256, HmacSha384, HmacSha512, KeyedSha1, KeyedSha256, Token},
        SecretEncoding::{self, Utf8},
    },
    places::{FieldPlace, FieldPlaceSource, SignaturePlace, SignatureSource, TimestampPlace, TimestampSource},
    provider::{
        Provider,
        ToleranceSource::{self, Documentation, Library, Ours},
    },
    read::required_header,
    recipe::{Check, Proof, PublicAddress, Recipe, Setting},
    stringify::stringify,
    template::{Part, Template},
    time::{
        TimestampUnit::{self, HttpDate, Milliseconds, Rfc3339, Rfc3339OptionalOffset, Seconds, SecondsOrMilliseconds},
        Window,
    },
    url::{self, WITH_PORT, WITHOUT_PORT, WITHOUT_QUERY},
    verify::{body_scalar_bytes, lookup_failed},
};
#[cfg(feature = "public-key")]
pub(super) use super::super::{jwt, public_key::PublicKeyAlgorithm};
pub(super) use http::request::Parts;
pub(super) use std::borrow::Cow::{self, Borrowed};

pub(super) const HMAC_SHA256: Proof = Proof::Tag(KeyForm { algorithm: HmacSha256, encoding: Utf8 });

/// Base64 after `whsec_`, which may be missing.
pub(super) const STANDARD_SECRET: Proof =
    Proof::Tag(KeyForm { algorithm: HmacSha256, encoding: SecretEncoding::Base64After(Borrowed("whsec_")) });

pub(super) const fn secret(algorithm: MacAlgorithm, encoding: SecretEncoding) -> Proof {
    Proof::Tag(KeyForm { algorithm, encoding })
}

/// The secret itself is sent.
pub(super) const TOKEN: Proof = Proof::Tag(KeyForm { algorithm: Token, encoding: Utf8 });
pub(super) const NOTHING_SIGNED: Template = Template { parts: Borrowed(&[]) };

/// The URL, then the body.
pub(super) const URL_BODY: Template = Template { parts: Borrowed(&[Part::Url, Part::Body]) };
pub(super) const BODY: Template = Template { parts: Borrowed(&[Part::Body]) };
pub(super) const BODY_TIMESTAMP: Template = Template { parts: Borrowed(&[Part::Body, Part::Timestamp]) };
pub(super) const TIMESTAMP_BODY: Template = Template { parts: Borrowed(&[Part::Timestamp, Part::Body]) };
pub(super) const TIMESTAMP_DOT_BODY: Template =
    Template { parts: Borrowed(&[Part::Timestamp, Part::Literal(Borrowed(".")), Part::Body]) };

/// What most providers do not have.
/// Written out, without calls: only so does the compiler see that there is nothing to drop.
pub(in super::super) const NOTHING_ELSE: Recipe = Recipe {
    name: Borrowed(""),
    provider: None,
    proof: HMAC_SHA256,
    signatures: Borrowed(&[]),
    content: BODY,
    other_contents: Borrowed(&[]),
    ambiguous: false,
    body_form: BodyForm::AS_RECEIVED,
    check: None,
    timestamp: None,
    id: None,
    kind: None,
    key_header: None,
    address: None,
    settings: Borrowed(&[]),
    single_use: false,
    repeats: false,
    alternatives: Borrowed(&[]),
};

/// A sender that follows the Standard Webhooks to the letter. Written out for the same reason.
pub(super) const STANDARD: Recipe = Recipe {
    proof: STANDARD_SECRET,
    signatures: Borrowed(const { &[standard_signature("webhook-signature")] }),
    content: ID_TIMESTAMP_BODY,
    timestamp: Some(TimestampPlace {
        source: TimestampSource::Header(Borrowed("webhook-timestamp")),
        unit: Seconds,
        window: Window::seconds(300, 300),
    }),
    id: Some(FieldPlace { source: FieldPlaceSource::Header(Borrowed("webhook-id")), signed: true }),
    kind: Some(FieldPlace { source: FieldPlaceSource::Json(Borrowed("/type")), signed: true }),
    ..NOTHING_ELSE
};

/// The same, with the headers of Svix.
pub(super) const SVIX_HEADERS: Recipe = Recipe {
    signatures: Borrowed(const { &[standard_signature("svix-signature")] }),
    timestamp: Some(TimestampPlace {
        source: TimestampSource::Header(Borrowed("svix-timestamp")),
        unit: Seconds,
        window: Window::seconds(300, 300),
    }),
    id: Some(FieldPlace { source: FieldPlaceSource::Header(Borrowed("svix-id")), signed: true }),
    ..STANDARD
};

pub(super) const ID_TIMESTAMP_BODY: Template = Template {
    parts: Borrowed(&[
        Part::Id,
        Part::Literal(Borrowed(".")),
        Part::Timestamp,
        Part::Literal(Borrowed(".")),
        Part::Body,
    ]),
};

pub(super) const fn provider(
    name: &'static str,
    documentation: &'static str,
    not_covered: &'static str,
    tolerance: Option<ToleranceSource>,
) -> Option<Provider> {
    Some(Provider { name, documentation, not_covered, tolerance })
}

/// Text between the values of a template.
pub(super) const fn text(text: &'static str) -> Part {
    Part::Literal(Borrowed(text))
}

/// One signature in a header.
pub(super) const fn bare(name: &'static str, encoding: SignatureEncoding) -> SignaturePlace {
    shaped(name, Shape::Bare, encoding)
}

/// One signature after a fixed text.
pub(super) const fn prefixed(name: &'static str, prefix: &'static str, encoding: SignatureEncoding) -> SignaturePlace {
    SignaturePlace {
        source: SignatureSource::Header { name: Borrowed(name), repeated: false },
        grammar: Grammar { shape: Shape::Bare, prefix: Borrowed(prefix), prefix_optional: false },
        encoding,
    }
}

/// Base64 in `v1,… v1,…`.
pub(super) const fn standard_signature(name: &'static str) -> SignaturePlace {
    shaped(name, Shape::Items { separators: Borrowed(" "), assign: ',', labels: Borrowed(V1) }, Base64)
}

pub(super) const V0: &[Cow<'static, str>] = &[Borrowed("v0")];
pub(super) const V1: &[Cow<'static, str>] = &[Borrowed("v1")];

/// Hex in `t=…,v1=…`.
pub(super) const fn items(name: &'static str, labels: &'static [Cow<'static, str>]) -> SignaturePlace {
    items_between(name, ",", labels, Hex)
}

/// `t=…;v1=…`, with other characters between two items.
pub(super) const fn items_between(
    name: &'static str,
    separators: &'static str,
    labels: &'static [Cow<'static, str>],
    encoding: SignatureEncoding,
) -> SignaturePlace {
    let shape = Shape::Items { separators: Borrowed(separators), assign: '=', labels: Borrowed(labels) };
    shaped(name, shape, encoding)
}

/// One signature, wherever it stands.
pub(super) const fn at(source: SignatureSource, encoding: SignatureEncoding) -> SignaturePlace {
    SignaturePlace { source, grammar: Grammar::BARE, encoding }
}

pub(super) const fn shaped(name: &'static str, shape: Shape, encoding: SignatureEncoding) -> SignaturePlace {
    SignaturePlace {
        source: SignatureSource::Header { name: Borrowed(name), repeated: false },
        grammar: Grammar { shape, prefix: Borrowed(""), prefix_optional: false },
        encoding,
    }
}

/// For a body right beside the URL, where the end of one could be moved into the other: the body has to start and end
/// as JSON does, and what a request says of its URL may not hold what JSON starts and ends with.
pub(super) const JSON_BESIDE_URL: Option<Check> = Some(Check(json_beside_url));

pub(super) fn json_beside_url(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    if matches!(delivery.recipe.address, Some(PublicAddress::Url(_))) {
        return Ok(());
    }
    let uri = &delivery.head.uri;
    if uri.path().contains(BRACKETS) || uri.query().is_some_and(|query| query.contains(BRACKETS)) {
        return Err(SchemeError::new(SchemeErrorKind::Malformed).hint("the URL holds brackets that are not escaped"));
    }
    match delivery.payload.trim_ascii() {
        [] | [b'{', .., b'}'] | [b'[', .., b']'] => Ok(()),
        _ => Err(payload_malformed("the body is signed right beside the URL, and no JSON object or array")),
    }
}

const BRACKETS: [char; 4] = ['{', '}', '[', ']'];

pub(super) const fn in_header(name: &'static str) -> TimestampSource {
    TimestampSource::Header(Borrowed(name))
}

/// The item with this label in the signature header.
pub(super) const fn in_item(label: &'static str) -> TimestampSource {
    TimestampSource::Item(Borrowed(label))
}

/// The number (or the date, which is a string) at this pointer.
pub(super) const fn in_json(pointer: &'static str) -> TimestampSource {
    TimestampSource::Json { pointer: Borrowed(pointer), quoted: false }
}

/// Seconds, and the same tolerance both ways.
pub(super) const fn seconds(source: TimestampSource, tolerance: u64) -> Option<TimestampPlace> {
    timestamp(source, Seconds, tolerance, tolerance)
}

/// Milliseconds, and the same tolerance, in seconds, both ways.
pub(super) const fn milliseconds(source: TimestampSource, tolerance: u64) -> Option<TimestampPlace> {
    timestamp(source, Milliseconds, tolerance, tolerance)
}

/// Tolerances in seconds.
pub(super) const fn timestamp(
    source: TimestampSource,
    unit: TimestampUnit,
    past: u64,
    future: u64,
) -> Option<TimestampPlace> {
    Some(TimestampPlace { source, unit, window: Window::seconds(past, future) })
}

pub(super) const fn unsigned_header(name: &'static str) -> Option<FieldPlace> {
    Some(FieldPlace { source: FieldPlaceSource::Header(Borrowed(name)), signed: false })
}

pub(super) const fn signed_header(name: &'static str) -> Option<FieldPlace> {
    Some(FieldPlace { source: FieldPlaceSource::Header(Borrowed(name)), signed: true })
}

/// In a body that the signature covers.
pub(super) const fn signed_json(pointer: &'static str) -> Option<FieldPlace> {
    Some(FieldPlace { source: FieldPlaceSource::Json(Borrowed(pointer)), signed: true })
}

/// In a body that the signature does not cover.
pub(super) const fn unsigned_json(pointer: &'static str) -> Option<FieldPlace> {
    Some(FieldPlace { source: FieldPlaceSource::Json(Borrowed(pointer)), signed: false })
}

/// A setting that has to be made before the recipe can be used.
pub(super) const fn setting(name: &'static str) -> Setting {
    Setting { name: Borrowed(name), value: None }
}
