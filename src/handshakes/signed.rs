//! Challenges that are signed like a delivery: answered behind the signature.

use super::{
    Handshake, Rule, Signed,
    callbacks::{Callback, Decision, SubscriptionConfirmation, callback, question},
    challenge::{Alphabet, Head, json, once, parameter},
    reply::{Reply, Verdict},
};
use crate::{error::ConfigError, schemes, secrets::Secret};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, StatusCode, Uri, header};
use serde_json::{Value, json};
use sha2::Sha256;
use std::future::Future;

/// Challenges that are answered once their signature is verified.
impl Handshake<Signed> {
    /// [Slack](https://docs.slack.dev/reference/events/url_verification): `{"type": "url_verification", "challenge": …}`,
    /// answered with `{"challenge": …}`; and the form `ssl_check=1`, answered with 200.
    pub fn slack() -> Self {
        Self::of(Slack)
    }

    /// [Zoom](https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint): the event
    /// `endpoint.url_validation`, repeated every 72 hours, answered with `plainToken` and, as `encryptedToken`, its
    /// HMAC-SHA256 under `secret`, the one that signs deliveries.
    pub fn zoom(secret: Secret) -> Self {
        Self::of(Zoom { secret })
    }

    /// [Twitch](https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#responding-to-a-challenge-request) EventSub:
    /// the message type `webhook_callback_verification`, answered with the challenge as text.
    pub fn twitch() -> Self {
        Self::of(Twitch)
    }

    /// [Discord](https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint) interactions: the
    /// PING of type 1, answered with `{"type": 1}`.
    pub fn discord_interactions() -> Self {
        let answer = || Reply::json(&json!({ "type": 1 }));
        Self::of(Discord { name: "discord_interactions", ping: "1", answer })
    }

    /// [Discord](https://discord.com/developers/docs/events/webhook-events#preparing-for-events) webhook events: the
    /// PING of type 0, answered with 204 and a content type.
    pub fn discord_events() -> Self {
        let answer = || {
            let json = HeaderValue::from_static("application/json");
            Reply::status(StatusCode::NO_CONTENT).header(header::CONTENT_TYPE, json)
        };
        Self::of(Discord { name: "discord_events", ping: "0", answer })
    }

    /// [Amazon SNS](https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html): a
    /// `SubscriptionConfirmation` for one of `topics`, their ARNs, answered with 200 once `confirm` has visited its URL.
    ///
    /// SNS signs for everybody who has a topic, so the topics must be named. Nothing here ever opens the URL; what
    /// `confirm` gets is an `https` URL of SNS in the topic's region. It has to answer within the
    /// [decision time-out](crate::HandshakeLayer::decision_timeout).
    ///
    /// # Errors
    ///
    /// When there is no topic, or one is no ARN of SNS.
    pub fn sns<T, F, A>(topics: impl IntoIterator<Item = T>, confirm: F) -> Result<Self, ConfigError>
    where
        T: Into<String>,
        F: Fn(SubscriptionConfirmation) -> A + Send + Sync + 'static,
        A: Future<Output = Decision> + Send + 'static,
    {
        let topics: Box<[String]> = topics.into_iter().map(Into::into).collect();
        if topics.is_empty() || !topics.iter().all(|topic| sns_host(topic).is_some()) {
            return Err(ConfigError::new("topics", "must be ARNs such as `arn:aws:sns:us-east-1:123456789012:name`"));
        }
        Ok(Self::of(Sns { topics, confirm: callback(confirm) }))
    }
}

/// The scalar at this pointer. What comes behind it is not read: these are asked of every delivery.
fn is(payload: &[u8], pointer: &str, value: &str) -> bool {
    schemes::json::scalar(payload, pointer).is_some_and(|found| found == value)
}

struct Slack;

impl Rule for Slack {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn claims(&self, _: &Head<'_>) -> bool {
        true
    }

    fn answer(&self, head: &Head<'_>, payload: &[u8]) -> Verdict {
        if head.is_short_post_of("application/x-www-form-urlencoded") {
            let form = std::str::from_utf8(payload).unwrap_or_default();
            let is_check = once(form, "ssl_check").is_some_and(|check| check == "1");
            return if is_check { Verdict::Answer(Reply::ok()) } else { Verdict::Pass };
        }
        if !is(payload, "/type", "url_verification") {
            return Verdict::Pass;
        }
        match json(payload).as_ref().and_then(|body| body["challenge"].as_str()) {
            Some(challenge) if Alphabet::TOKEN.has(challenge) => {
                Verdict::Answer(Reply::json(&json!({ "challenge": challenge })))
            }
            _ => Verdict::Pass,
        }
    }
}

struct Zoom {
    secret: Secret,
}

impl Rule for Zoom {
    fn name(&self) -> &'static str {
        "zoom"
    }

    fn claims(&self, _: &Head<'_>) -> bool {
        true
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        if !is(payload, "/event", "endpoint.url_validation") {
            return Verdict::Pass;
        }
        let body = json(payload).unwrap_or_default();
        let token = body["payload"]["plainToken"].as_str().filter(|token| Alphabet::TOKEN.has(token));
        let (Some(token), Ok(mac)) = (token, Hmac::<Sha256>::new_from_slice(self.secret.expose())) else {
            return Verdict::Pass;
        };
        let tag = const_hex::encode(mac.chain_update(token).finalize().into_bytes());
        Verdict::Answer(Reply::json(&json!({ "plainToken": token, "encryptedToken": tag })))
    }
}

struct Twitch;

impl Rule for Twitch {
    fn name(&self) -> &'static str {
        "twitch"
    }

    fn claims(&self, head: &Head<'_>) -> bool {
        head.header("twitch-eventsub-message-type") == Some("webhook_callback_verification")
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        // The message type is not signed, but the challenge is.
        match json(payload).as_ref().and_then(|body| body["challenge"].as_str()) {
            Some(challenge) if Alphabet::TEXT.has(challenge) => Verdict::Answer(Reply::text(challenge.to_owned())),
            _ => Verdict::Pass,
        }
    }
}

struct Discord {
    name: &'static str,
    ping: &'static str,
    answer: fn() -> Reply,
}

impl Rule for Discord {
    fn name(&self) -> &'static str {
        self.name
    }

    fn claims(&self, _: &Head<'_>) -> bool {
        true
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        if is(payload, "/type", self.ping) { Verdict::Answer((self.answer)()) } else { Verdict::Pass }
    }
}

struct Sns {
    topics: Box<[String]>,
    confirm: Callback<SubscriptionConfirmation>,
}

impl Sns {
    fn confirmation(&self, body: &Value) -> Option<SubscriptionConfirmation> {
        let topic = body["TopicArn"].as_str().filter(|topic| self.topics.iter().any(|known| known == topic))?;
        let url = body["SubscribeURL"].as_str().filter(|url| Alphabet::URL.has(url))?;
        let token = body["Token"].as_str().filter(|token| Alphabet::TOKEN.has(token))?;
        let uri: Uri = url.parse().ok()?;
        // The whole authority: no port, and nobody's name before an `@`.
        let at_home = uri.authority().is_some_and(|host| Some(host.as_str()) == sns_host(topic).as_deref());
        let confirms = parameter(&uri, "Action").is_some_and(|action| action == "ConfirmSubscription");
        (uri.scheme_str() == Some("https") && at_home && confirms).then(|| SubscriptionConfirmation {
            topic: topic.into(),
            subscribe_url: uri,
            token: token.into(),
        })
    }
}

/// Where SNS lives in the region of this topic: `arn:{partition}:sns:{region}:{account}:{name}`.
fn sns_host(topic: &str) -> Option<String> {
    let parts: Vec<_> = topic.split(':').collect();
    let ["arn", partition, "sns", region, account, name] = parts[..] else { return None };
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let domain = match partition {
        "aws" | "aws-us-gov" => "amazonaws.com",
        "aws-cn" => "amazonaws.com.cn",
        _ => return None,
    };
    (is_word(region) && is_word(account) && !name.is_empty()).then(|| format!("sns.{region}.{domain}"))
}

impl Rule for Sns {
    fn name(&self) -> &'static str {
        "sns"
    }

    fn claims(&self, _: &Head<'_>) -> bool {
        true
    }

    fn answer(&self, _: &Head<'_>, payload: &[u8]) -> Verdict {
        if !is(payload, "/Type", "SubscriptionConfirmation") {
            return Verdict::Pass;
        }
        match json(payload).as_ref().and_then(|body| self.confirmation(body)) {
            Some(asked) => Verdict::Ask(question(&self.confirm, asked, Reply::ok(), None)),
            None => Verdict::Refuse,
        }
    }
}
