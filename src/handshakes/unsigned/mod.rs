//! Challenges that come without a signature.

mod asked;
mod posted;

use self::{
    asked::{Braintree, CloudEvents, Crc, Ebay, Echo, HeadRequest, Meta, Place, WebSub},
    posted::{Asana, EventGrid, Lark, Notion, QuickNode, WooCommerce},
};
use super::{
    Handshake, Unsigned,
    callbacks::{Decision, OfferedKey, SubscriptionIntent, callback},
    challenge::{Alphabet, Token},
    reply::{Reply, Verdict},
};
use crate::{error::ConfigError, secrets::Secret};
use http::{HeaderName, HeaderValue, Method, Uri};
use serde_json::json;
use std::{future::Future, num::NonZeroU32};

/// Challenges that no signature vouches for.
impl Handshake<Unsigned> {
    /// [Meta](https://developers.facebook.com/docs/graph-api/webhooks/getting-started) (WhatsApp, Messenger, Instagram):
    /// GET `?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`, answered with the challenge if the token is
    /// `verify_token`, the one you typed into the App Dashboard.
    pub fn meta(verify_token: Secret) -> Self {
        Self::of(Meta { token: Token::new(verify_token) })
    }

    /// [Dropbox](https://www.dropbox.com/developers/reference/webhooks): GET `?challenge=…`, answered with the challenge.
    ///
    /// Dropbox lets you configure no token; see [`url_token`](Self::url_token).
    pub fn dropbox() -> Self {
        Self::of(Echo {
            name: "dropbox",
            method: Method::GET,
            place: Place::Query("challenge"),
            alphabet: Alphabet::WORD,
            answer: |challenge| Some(Reply::text(challenge.to_owned())),
        })
    }

    /// [X](https://docs.x.com/x-api/webhooks/quickstart): the hourly check, GET `?crc_token=…`, answered with the
    /// HMAC-SHA256 of the token under the app's consumer secret.
    ///
    /// X signs deliveries with the same key, and whoever asks gets an answer. So a token is answered only if it has the
    /// letters of base64 and URLs: none of them could be the JSON object that a delivery is.
    pub fn x(consumer_secret: Secret) -> Self {
        Self::of(Crc { consumer_secret })
    }

    /// [WebSub](https://www.w3.org/TR/websub/#hub-verifies-intent): GET `?hub.mode=…&hub.topic=…&hub.challenge=…`,
    /// answered with the challenge if `decide` accepts topic, mode and lease, and with 404 if it does not. A hub's
    /// `hub.mode=denied` is handed on too.
    ///
    /// The secret travels the other way, from you to the hub in your request to subscribe. This is the place to put it
    /// into use: the [URI](SubscriptionIntent::uri) tells which subscription it is.
    ///
    /// ```
    /// use tower_webhook::{Handshake, handshakes::{Decision, SubscriptionIntent}};
    ///
    /// let feed = Handshake::web_sub(async |intent: SubscriptionIntent| match intent.topic() {
    ///     "https://example.com/feed" => Decision::Accept,
    ///     _ => Decision::Refuse,
    /// });
    /// ```
    pub fn web_sub<F, A>(decide: F) -> Self
    where
        F: Fn(SubscriptionIntent) -> A + Send + Sync + 'static,
        A: Future<Output = Decision> + Send + 'static,
    {
        Self::of(WebSub { decide: callback(decide) })
    }

    /// [Okta](https://developer.okta.com/docs/concepts/event-hooks/) event hooks: GET with
    /// `X-Okta-Verification-Challenge`, answered with `{"verification": …}`. See [`url_token`](Self::url_token).
    pub fn okta() -> Self {
        Self::of(Echo {
            name: "okta",
            method: Method::GET,
            place: Place::Header("x-okta-verification-challenge"),
            alphabet: Alphabet::TOKEN,
            answer: |challenge| Some(Reply::json(&json!({ "verification": challenge }))),
        })
    }

    /// [RingCentral](https://developers.ringcentral.com/guide/notifications/webhooks/creating-webhooks): POST with
    /// `Validation-Token`, answered with the same header. See [`url_token`](Self::url_token).
    pub fn ring_central() -> Self {
        Self::of(Echo {
            name: "ring_central",
            method: Method::POST,
            place: Place::Header("validation-token"),
            // The whole answer may have 1,024 bytes.
            alphabet: Alphabet::WORD,
            answer: |token| {
                let value = HeaderValue::from_str(token).ok()?;
                Some(Reply::ok().header(HeaderName::from_static("validation-token"), value))
            },
        })
    }

    /// [Microsoft Graph](https://learn.microsoft.com/graph/change-notifications-delivery-webhooks): POST
    /// `?validationToken=…`, answered with the decoded token, which is opaque but never holds HTML or JavaScript. See
    /// [`url_token`](Self::url_token).
    pub fn microsoft_graph() -> Self {
        Self::of(Echo {
            name: "microsoft_graph",
            method: Method::POST,
            place: Place::Query("validationToken"),
            alphabet: Alphabet::TEXT,
            answer: |token| Some(Reply::text(token.to_owned())),
        })
    }

    /// [Azure Event Grid](https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema)
    /// with its own schema: POST with `aeg-event-type: SubscriptionValidation`, answered with the code if it is for one
    /// of `topics`, their resource ids. With the schema of CloudEvents it asks by OPTIONS:
    /// [`cloud_events`](Self::cloud_events).
    ///
    /// # Errors
    ///
    /// When there is no topic.
    pub fn event_grid<T: Into<String>>(topics: impl IntoIterator<Item = T>) -> Result<Self, ConfigError> {
        Ok(Self::of(EventGrid { topics: some("topics", topics)? }))
    }

    /// [CloudEvents](https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md) over HTTP: OPTIONS with
    /// `WebHook-Request-Origin`, permitted if it is one of `origins` (Event Grid's is `eventgrid.azure.net`), at
    /// `rate` requests a minute or, with `None`, any. No callback URL is ever called.
    ///
    /// # Errors
    ///
    /// When there is no origin, or one is no DNS name.
    pub fn cloud_events<T: Into<String>>(
        origins: impl IntoIterator<Item = T>,
        rate: Option<NonZeroU32>,
    ) -> Result<Self, ConfigError> {
        let origins = some("origins", origins)?;
        let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte));
        if !origins.iter().all(is_name) {
            return Err(ConfigError::new("origins", "must be DNS names, such as `eventgrid.azure.net`"));
        }
        Ok(Self::of(CloudEvents { origins, rate }))
    }

    /// [eBay](https://developer.ebay.com/marketplace-account-deletion): GET `?challenge_code=…`, answered with the
    /// SHA-256 of the code, the verification token and the endpoint, which is the URL as you registered it.
    ///
    /// # Errors
    ///
    /// When the token has not 32 to 80 letters, digits, `-` and `_`, or the endpoint is no `https` URL.
    pub fn ebay(verification_token: Secret, endpoint: impl Into<String>) -> Result<Self, ConfigError> {
        let token = verification_token.expose();
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        if !(32..=80).contains(&token.len()) || !token.iter().all(is_letter) {
            return Err(ConfigError::new("verification_token", "must be 32 to 80 letters, digits, `-` and `_`"));
        }
        let endpoint = endpoint.into();
        if !endpoint.parse().is_ok_and(|uri: Uri| uri.scheme_str() == Some("https")) {
            return Err(ConfigError::new("endpoint", "must be the `https` URL that eBay was told"));
        }
        Ok(Self::of(Ebay { verification_token, endpoint }))
    }

    /// [Braintree](https://developer.paypal.com/braintree/docs/guides/webhooks/create): GET `?bt_challenge=…`, 20 to 32
    /// hex digits, answered with the public key and the HMAC-SHA1 of the challenge.
    ///
    /// The key is that of deliveries, but nothing of that length and those letters is one.
    ///
    /// # Errors
    ///
    /// When the public key is not of letters, digits, `-` and `_`.
    pub fn braintree(public_key: impl Into<String>, private_key: Secret) -> Result<Self, ConfigError> {
        let public_key = public_key.into();
        if !Alphabet::WORD.has(&public_key) {
            return Err(ConfigError::new("public_key", "must be of letters, digits, `-` and `_`"));
        }
        Ok(Self::of(Braintree { public_key, private_key }))
    }

    /// [Asana](https://developers.asana.com/docs/webhooks-guide): POST with `X-Hook-Secret`, the key of all deliveries
    /// to come, answered with the same header once `store` has taken it in. Mind what
    /// [`OfferedKey`] says.
    pub fn asana<F, A>(store: F) -> Self
    where
        F: Fn(OfferedKey) -> A + Send + Sync + 'static,
        A: Future<Output = Decision> + Send + 'static,
    {
        Self::of(Asana { store: callback(store) })
    }

    /// [Notion](https://developers.notion.com/reference/webhooks): POST `{"verification_token": "secret_…"}`, answered
    /// with 200 once `take` has it. The operator pastes it into Notion's form; it is the key of all deliveries to come.
    /// Mind what [`OfferedKey`] says.
    pub fn notion<F, A>(take: F) -> Self
    where
        F: Fn(OfferedKey) -> A + Send + Sync + 'static,
        A: Future<Output = Decision> + Send + 'static,
    {
        Self::of(Notion { take: callback(take) })
    }

    /// [Lark and Feishu](https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case):
    /// POST `{"type": "url_verification", "token": …, "challenge": …}`, answered with `{"challenge": …}` if the token is
    /// `verification_token`. Lark signs events, but not this.
    pub fn lark(verification_token: Secret) -> Self {
        Self::of(Lark { token: Token::new(verification_token), decrypt: None })
    }

    /// The same with an Encrypt Key: the challenge comes as `{"encrypt": …}`, and `decrypt` makes its plain text of that
    /// (AES-256-CBC, as Lark describes it). `None` for what cannot be decrypted.
    pub fn lark_encrypted<F>(verification_token: Secret, decrypt: F) -> Self
    where
        F: Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
    {
        Self::of(Lark { token: Token::new(verification_token), decrypt: Some(Box::new(decrypt)) })
    }

    /// [Trello](https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/): HEAD, answered with 200.
    pub fn trello() -> Self {
        Self::of(HeadRequest { name: "trello" })
    }

    /// [Mandrill](https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/): HEAD, answered
    /// with 200.
    pub fn mandrill() -> Self {
        Self::of(HeadRequest { name: "mandrill" })
    }

    /// [WooCommerce](https://woocommerce.com/document/webhooks/): the ping when a webhook is made, an unsigned form
    /// `webhook_id=…`, answered with 200.
    pub fn woo_commerce() -> Self {
        Self::of(WooCommerce)
    }

    /// [QuickNode](https://www.quicknode.com/docs/streams): a POST without any of its signature headers is a ping,
    /// answered with 200 if it is short. One that lacks only some of them is forged.
    pub fn quick_node() -> Self {
        Self::of(QuickNode)
    }
}

/// At least one.
fn some<T: Into<String>>(
    field: &'static str,
    values: impl IntoIterator<Item = T>,
) -> Result<Box<[String]>, ConfigError> {
    let values: Box<[_]> = values.into_iter().map(Into::into).collect();
    if values.is_empty() || values.iter().any(String::is_empty) {
        return Err(ConfigError::new(field, "are missing, or one of them is empty"));
    }
    Ok(values)
}

/// Refused where there is no reply: what is no POST may not be passed on once it is claimed.
fn answer_or_refuse(reply: Option<Reply>) -> Verdict {
    reply.map_or(Verdict::Refuse, Verdict::Answer)
}
