//! The tokens of providers.

use super::{BodyProof, JwtAlgorithm, JwtForm, MAX_LENGTH, Times, TokenPlace, UrlClaim};
use crate::schemes::grammar::SignatureEncoding;
use std::{borrow::Cow, time::Duration};

const FIVE_MINUTES: Option<Duration> = Some(Duration::from_secs(5 * 60));

/// Where tokens expire sooner than this, it only bounds how long they are to be remembered.
const HOUR: Option<Duration> = Some(Duration::from_secs(60 * 60));

/// What claims say beside the body, as a constant can build on.
#[derive(Clone, Copy)]
struct Claims {
    issuer: Option<&'static str>,
    issuer_setting: Option<&'static str>,
    url: Option<&'static str>,
    url_is_digest: bool,
    times: Times,
    id: Option<&'static str>,
    kind: Option<&'static str>,
}

const NOTHING: Claims = Claims {
    issuer: None,
    issuer_setting: None,
    url: None,
    url_is_digest: false,
    times: Times::UNBOUNDED,
    id: None,
    kind: None,
};

const fn form(
    place: TokenPlace,
    algorithms: &'static [JwtAlgorithm],
    proof: BodyProof,
    claims: Claims,
    max_length: usize,
) -> JwtForm {
    JwtForm {
        place,
        algorithms: Cow::Borrowed(algorithms),
        proof,
        issuer: borrowed(claims.issuer),
        issuer_setting: claims.issuer_setting,
        url: match claims.url {
            Some(claim) => Some(UrlClaim { claim: Cow::Borrowed(claim), is_digest: claims.url_is_digest }),
            None => None,
        },
        times: claims.times,
        id: borrowed(claims.id),
        kind: borrowed(claims.kind),
        max_length,
    }
}

const fn borrowed(text: Option<&'static str>) -> Option<Cow<'static, str>> {
    match text {
        Some(text) => Some(Cow::Borrowed(text)),
        None => None,
    }
}

const fn header(name: &'static str) -> TokenPlace {
    TokenPlace::Header { name: Cow::Borrowed(name), prefix: Cow::Borrowed(""), prefix_optional: false }
}

const fn bearer(prefix_optional: bool) -> TokenPlace {
    TokenPlace::Header { name: Cow::Borrowed("authorization"), prefix: Cow::Borrowed("Bearer "), prefix_optional }
}

const fn digest(claim: &'static str, encoding: SignatureEncoding, absent_when_empty: bool) -> BodyProof {
    BodyProof::Digest { claim: Cow::Borrowed(claim), encoding, absent_when_empty }
}

/// Kinde sends nothing but a token. Keys: the JWKS of the business.
pub(crate) const KINDE: JwtForm = form(
    TokenPlace::Body,
    &[JwtAlgorithm::Rs256],
    BodyProof::Token,
    Claims { id: Some("event_id"), kind: Some("type"), ..NOTHING },
    MAX_LENGTH,
);

/// Lago, where its webhooks are set to `jwt`. The token holds the whole body once more, so it may be long; the server
/// has to take such headers. Key: the public key of the instance. `iss` is the URL of the instance.
pub(crate) const LAGO: JwtForm = form(
    header("x-lago-signature"),
    &[JwtAlgorithm::Rs256],
    BodyProof::Text { claim: Cow::Borrowed("data") },
    Claims { issuer_setting: Some("issuer"), ..NOTHING },
    64 * 1024,
);

/// LiveKit. Key: the API secret. `iss` is the API key.
pub(crate) const LIVEKIT: JwtForm = form(
    bearer(true),
    &[JwtAlgorithm::Hs256],
    digest("sha256", SignatureEncoding::Base64, false),
    Claims {
        issuer_setting: Some("api_key"),
        times: Times { expires: true, leeway: Duration::from_secs(10), max_age: HOUR, ..Times::UNBOUNDED },
        ..NOTHING
    },
    MAX_LENGTH,
);

/// MessageBird. Key: the signing key.
pub(crate) const MESSAGEBIRD: JwtForm = form(
    header("messagebird-signature-jwt"),
    &[JwtAlgorithm::Hs256, JwtAlgorithm::Hs384, JwtAlgorithm::Hs512],
    digest("payload_hash", SignatureEncoding::Hex, true),
    Claims {
        issuer: Some("MessageBird"),
        url: Some("url_hash"),
        url_is_digest: true,
        times: Times {
            expires: true,
            not_before: true,
            leeway: Duration::from_secs(5),
            max_age: HOUR,
            ..Times::UNBOUNDED
        },
        ..NOTHING
    },
    MAX_LENGTH,
);

/// Plaid. Keys: the JSON Web Keys that its API returns for the `kid` of a token.
pub(crate) const PLAID: JwtForm = form(
    header("plaid-verification"),
    &[JwtAlgorithm::Es256],
    digest("request_body_sha256", SignatureEncoding::Hex, false),
    Claims { times: Times { issued_at: true, max_age: FIVE_MINUTES, ..Times::UNBOUNDED }, ..NOTHING },
    MAX_LENGTH,
);

/// QStash. Keys: the current and the next signing key.
pub(crate) const QSTASH: JwtForm = form(
    header("upstash-signature"),
    &[JwtAlgorithm::Hs256],
    digest("body", SignatureEncoding::Base64Url, false),
    Claims {
        issuer: Some("Upstash"),
        url: Some("sub"),
        times: Times { expires: true, not_before: true, max_age: HOUR, ..Times::UNBOUNDED },
        ..NOTHING
    },
    MAX_LENGTH,
);

/// Saleor. Keys: the JWKS of the instance.
pub(crate) const SALEOR: JwtForm =
    form(header("saleor-signature"), &[JwtAlgorithm::Rs256], BodyProof::Detached, NOTHING, MAX_LENGTH);

/// TrueLayer. Keys: the JWKS for webhooks, of the sandbox or of production. The URL for it that a token names is not
/// read.
pub(crate) const TRUELAYER: JwtForm =
    form(header("tl-signature"), &[JwtAlgorithm::Es512], BodyProof::DetachedRequest, NOTHING, MAX_LENGTH);

/// Vonage, for messages and calls. Key: the signature secret of the API key. Nothing says when a token expires, so it
/// counts for five minutes.
pub(crate) const VONAGE: JwtForm = form(
    bearer(false),
    &[JwtAlgorithm::Hs256],
    digest("payload_hash", SignatureEncoding::Hex, true),
    Claims {
        issuer: Some("Vonage"),
        times: Times { issued_at: true, max_age: FIVE_MINUTES, ..Times::UNBOUNDED },
        ..NOTHING
    },
    MAX_LENGTH,
);
