//! Challenges that come by POST, like a delivery, but without its signature.

use super::answer_or_refuse;
use crate::{
    handshakes::{
        Rule,
        callbacks::{Callback, OfferedKey, question},
        challenge::{Alphabet, Head, MAX_BODY, Token, json},
        reply::{Reply, Verdict},
    },
    secrets::Secret,
};
use http::{HeaderName, HeaderValue, Method, Uri};
use serde_json::{Value, json};

pub(super) struct EventGrid {
    pub(super) topics: Box<[String]>,
}

impl Rule for EventGrid {
    fn name(&self) -> &'static str {
        "event_grid"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        head.is_short_post_of("application/json") && head.header("aeg-event-type") == Some("SubscriptionValidation")
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        let events = json(payload);
        let Some([event]) = events.as_ref().and_then(Value::as_array).map(Vec::as_slice) else { return Verdict::Pass };
        let (Some("Microsoft.EventGrid.SubscriptionValidationEvent"), Some(topic), Some(code)) =
            (event["eventType"].as_str(), event["topic"].as_str(), event["data"]["validationCode"].as_str())
        else {
            return Verdict::Pass;
        };
        // Resource ids are the same in any case.
        let known = self.topics.iter().any(|known| known.eq_ignore_ascii_case(topic));
        let reply = || Reply::json(&json!({ "validationResponse": code }));
        answer_or_refuse((known && is_guid(code)).then(reply))
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Shorter keys can be guessed, and nobody offers longer ones.
fn offered(key: &str, uri: &Uri) -> Option<OfferedKey> {
    if key.len() < 16 || !Alphabet::TOKEN.has(key) {
        return None;
    }
    Some(OfferedKey { secret: Secret::new(key).ok()?, uri: uri.clone() })
}

pub(super) struct Asana {
    pub(super) store: Callback<OfferedKey>,
}

impl Rule for Asana {
    fn name(&self) -> &'static str {
        "asana"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        // A delivery is signed, and brings no key.
        *head.method == Method::POST && head.has("x-hook-secret") && !head.has("x-hook-signature")
    }

    fn answer(&self, head: &Head<'_>, _: &[u8]) -> Verdict {
        let key = head.header("x-hook-secret").unwrap_or_default();
        let (Some(offer), Ok(mut value)) = (offered(key, head.uri), HeaderValue::from_str(key)) else {
            return Verdict::Refuse;
        };
        value.set_sensitive(true);
        let accepted = Reply::ok().header(HeaderName::from_static("x-hook-secret"), value);
        Verdict::Ask(question(&self.store, offer, accepted, None))
    }
}

pub(super) struct Notion {
    pub(super) take: Callback<OfferedKey>,
}

impl Rule for Notion {
    fn name(&self) -> &'static str {
        "notion"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        head.is_short_post_of("application/json") && !head.has("x-notion-signature")
    }

    fn answer(&self, head: &Head<'_>, payload: &[u8]) -> Verdict {
        let body = json(payload);
        let body = body.as_ref().and_then(Value::as_object).filter(|body| body.len() == 1);
        let token = body.and_then(|body| body.get("verification_token")?.as_str());
        let Some(token) = token.filter(|token| token.starts_with("secret_")) else { return Verdict::Pass };
        match offered(token, head.uri) {
            Some(offer) => Verdict::Ask(question(&self.take, offer, Reply::ok(), None)),
            None => Verdict::Refuse,
        }
    }
}

pub(super) struct Lark {
    pub(super) token: Token,
    pub(super) decrypt: Option<Box<Decrypt>>,
}

type Decrypt = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

impl Lark {
    fn plain(&self, payload: &[u8]) -> Option<Value> {
        let body = json(payload)?;
        match (&self.decrypt, body["encrypt"].as_str()) {
            (Some(decrypt), Some(encrypted)) => json(&decrypt(encrypted)?),
            // Whoever has set an Encrypt Key gets nothing in plain text.
            (Some(_), None) => None,
            (None, _) => Some(body),
        }
    }
}

impl Rule for Lark {
    fn name(&self) -> &'static str {
        "lark"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        // Signed or not: Lark's own SDK looks for the challenge before it looks at the signature.
        head.is_short_post_of("application/json")
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        let body = self.plain(payload).unwrap_or_default();
        let (Some("url_verification"), Some(token), Some(challenge)) =
            (body["type"].as_str(), body["token"].as_str(), body["challenge"].as_str())
        else {
            return Verdict::Pass;
        };
        let right = self.token.is(token) && Alphabet::TOKEN.has(challenge);
        answer_or_refuse(right.then(|| Reply::json(&json!({ "challenge": challenge }))))
    }
}

pub(super) struct WooCommerce;

impl Rule for WooCommerce {
    fn name(&self) -> &'static str {
        "woo_commerce"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        head.is_short_post_of("application/x-www-form-urlencoded") && !head.has("x-wc-webhook-signature")
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        let form = std::str::from_utf8(payload).unwrap_or_default();
        let is_number = |id: &str| (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
        match form.strip_prefix("webhook_id=") {
            Some(id) if is_number(id) => Verdict::Answer(Reply::ok()),
            _ => Verdict::Pass,
        }
    }
}

pub(super) struct QuickNode;

impl Rule for QuickNode {
    fn name(&self) -> &'static str {
        "quick_node"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        head.is_short_post() && ["x-qn-signature", "x-qn-nonce", "x-qn-timestamp"].iter().all(|name| !head.has(name))
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        if payload.len() > MAX_BODY {
            return Verdict::Pass;
        }
        Verdict::Answer(Reply::json(&json!({ "success": true, "ping": true })))
    }
}
