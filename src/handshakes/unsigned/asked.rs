//! Challenges that are all head: GET, HEAD, OPTIONS, and POST whose body says nothing.

use super::answer_or_refuse;
use crate::{
    handshakes::{
        Rule,
        callbacks::{Callback, SubscriptionIntent, SubscriptionMode, question},
        challenge::{Alphabet, Head, Token, parameter},
        reply::{Reply, Verdict},
    },
    secrets::Secret,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, num::NonZeroU32, time::Duration};
use zeroize::Zeroizing;

/// One value, given back.
pub(super) struct Echo {
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) place: Place,
    pub(super) alphabet: Alphabet,
    pub(super) answer: fn(&str) -> Option<Reply>,
}

pub(super) enum Place {
    Header(&'static str),
    Query(&'static str),
}

impl Echo {
    fn challenge<'a>(&self, head: &Head<'a>) -> Option<Cow<'a, str>> {
        let value = match self.place {
            Place::Header(name) => head.header(name).map(Cow::Borrowed),
            Place::Query(name) => parameter(head.uri, name),
        };
        value.filter(|value| self.alphabet.has(value))
    }
}

impl Rule for Echo {
    fn name(&self) -> &'static str {
        self.name
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        *head.method == self.method && self.challenge(head).is_some()
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        answer_or_refuse(self.challenge(head).and_then(|challenge| (self.answer)(&challenge)))
    }
}

/// A value of this alphabet that stands once in the query of a GET.
fn asked<'a>(head: &Head<'a>, name: &str, alphabet: Alphabet) -> Option<Cow<'a, str>> {
    let value = parameter(head.uri, name).filter(|value| alphabet.has(value))?;
    (*head.method == Method::GET).then_some(value)
}

pub(super) struct Meta {
    pub(super) token: Token,
}

impl Rule for Meta {
    fn name(&self) -> &'static str {
        "meta"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        asked(head, "hub.challenge", Alphabet::WORD).is_some()
            && parameter(head.uri, "hub.mode").is_some_and(|mode| mode == "subscribe")
            && parameter(head.uri, "hub.verify_token").is_some()
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        let known = parameter(head.uri, "hub.verify_token").is_some_and(|token| self.token.is(&token));
        let challenge = asked(head, "hub.challenge", Alphabet::WORD).filter(|_| known);
        answer_or_refuse(challenge.map(|challenge| Reply::text(challenge.into_owned())))
    }
}

pub(super) struct Crc {
    pub(super) consumer_secret: Secret,
}

impl Rule for Crc {
    fn name(&self) -> &'static str {
        "x"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        asked(head, "crc_token", Alphabet::TOKEN).is_some()
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        let tag = asked(head, "crc_token", Alphabet::TOKEN).and_then(|token| {
            let mac = Hmac::<Sha256>::new_from_slice(self.consumer_secret.expose()).ok()?;
            Some(mac.chain_update(token.as_bytes()).finalize().into_bytes())
        });
        let token = |tag| format!("sha256={}", STANDARD.encode(tag));
        answer_or_refuse(tag.map(|tag| Reply::json(&json!({ "response_token": token(tag) }))))
    }
}

pub(super) struct WebSub {
    pub(super) decide: Callback<SubscriptionIntent>,
}

impl WebSub {
    fn intent(head: &Head<'_>) -> Option<SubscriptionIntent> {
        let topic = asked(head, "hub.topic", Alphabet::URL)?;
        let lease = || parameter(head.uri, "hub.lease_seconds").and_then(|seconds| whole_seconds(&seconds));
        let (mode, lease) = match &*parameter(head.uri, "hub.mode")? {
            "subscribe" => (SubscriptionMode::Subscribe, Some(lease()?)),
            "unsubscribe" => (SubscriptionMode::Unsubscribe, None),
            "denied" => (SubscriptionMode::Denied, None),
            _ => return None,
        };
        Some(SubscriptionIntent { mode, topic: topic.into(), lease, uri: head.uri.clone() })
    }

    fn confirmation(head: &Head<'_>, mode: SubscriptionMode) -> Option<Reply> {
        match mode {
            SubscriptionMode::Denied => Some(Reply::ok()),
            _ => {
                let challenge = asked(head, "hub.challenge", Alphabet::TOKEN)?;
                Some(Reply::text(challenge.into_owned()))
            }
        }
    }
}

/// Digits alone; `parse` would take a sign too.
fn whole_seconds(text: &str) -> Option<Duration> {
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().map(Duration::from_secs)
}

impl Rule for WebSub {
    fn name(&self) -> &'static str {
        "web_sub"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        Self::intent(head).is_some_and(|intent| Self::confirmation(head, intent.mode).is_some())
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        let Some(intent) = Self::intent(head) else { return Verdict::Refuse };
        let Some(accepted) = Self::confirmation(head, intent.mode) else { return Verdict::Refuse };
        let refused = Some(Reply::status(StatusCode::NOT_FOUND));
        Verdict::Ask(question(&self.decide, intent, accepted, refused))
    }
}

pub(super) struct CloudEvents {
    pub(super) origins: Box<[String]>,
    pub(super) rate: Option<NonZeroU32>,
}

impl CloudEvents {
    fn origin<'a>(&self, head: &Head<'a>) -> Option<&'a str> {
        let origin = head.header("webhook-request-origin")?;
        self.origins.iter().any(|known| known.eq_ignore_ascii_case(origin)).then_some(origin)
    }
}

impl Rule for CloudEvents {
    fn name(&self) -> &'static str {
        "cloud_events"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        *head.method == Method::OPTIONS && self.origin(head).is_some()
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        let origin = self.origin(head).and_then(|origin| HeaderValue::from_str(origin).ok());
        let rate = self.rate.map_or(HeaderValue::from_static("*"), |rate| rate.get().into());
        answer_or_refuse(origin.map(|origin| {
            Reply::ok()
                .header(header::ALLOW, HeaderValue::from_static("POST"))
                .header(HeaderName::from_static("webhook-allowed-origin"), origin)
                .header(HeaderName::from_static("webhook-allowed-rate"), rate)
        }))
    }
}

pub(super) struct Ebay {
    pub(super) verification_token: Secret,
    pub(super) endpoint: String,
}

impl Rule for Ebay {
    fn name(&self) -> &'static str {
        "ebay"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        asked(head, "challenge_code", Alphabet::WORD).is_some()
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        answer_or_refuse(asked(head, "challenge_code", Alphabet::WORD).map(|code| {
            let hash = Sha256::new_with_prefix(code.as_bytes());
            let hash = hash.chain_update(self.verification_token.expose()).chain_update(&self.endpoint);
            Reply::json(&json!({ "challengeResponse": const_hex::encode(hash.finalize()) }))
        }))
    }
}

pub(super) struct Braintree {
    pub(super) public_key: String,
    pub(super) private_key: Secret,
}

impl Braintree {
    fn challenge<'a>(head: &Head<'a>) -> Option<Cow<'a, str>> {
        asked(head, "bt_challenge", Alphabet::WORD).filter(|challenge| {
            let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            (20..=32).contains(&challenge.len()) && challenge.bytes().all(is_digit)
        })
    }
}

impl Rule for Braintree {
    fn name(&self) -> &'static str {
        "braintree"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        Self::challenge(head).is_some()
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        let tag = Self::challenge(head).and_then(|challenge| {
            let key = Zeroizing::new(<[u8; 20]>::from(Sha1::digest(self.private_key.expose())));
            let mac = Hmac::<Sha1>::new_from_slice(&*key).ok()?;
            Some(const_hex::encode(mac.chain_update(challenge.as_bytes()).finalize().into_bytes()))
        });
        answer_or_refuse(tag.map(|tag| Reply::text(format!("{}|{tag}", self.public_key))))
    }
}

pub(super) struct HeadRequest {
    pub(super) name: &'static str,
}

impl Rule for HeadRequest {
    fn name(&self) -> &'static str {
        self.name
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        *head.method == Method::HEAD
    }

    fn answer(&self, _: &Head<'_>, _: &[u8]) -> Verdict {
        Verdict::Answer(Reply::ok())
    }
}
