//! A delivery for each preset that this crate can sign.

use http::{HeaderName, HeaderValue, request::Parts};
use http_body_util::BodyExt as _;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{PublicKeyAlgorithm, Recipe, Scheme, SchemeError, SchemeInput, Verification},
    testing::{self, Signing, TestKey},
};

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_764_000_000);

/// A preset, and what a delivery of it needs.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) recipe: Recipe,
    pub(crate) secret: String,
    /// Whether the sender signs with a private key.
    pub(crate) is_public: bool,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static str,
    /// Whether any bytes can be the body.
    pub(crate) any_body: bool,
    pub(crate) uri: &'static str,
}

/// A signed request.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) head: Parts,
    pub(crate) body: Vec<u8>,
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Signed with SHA-1, which nothing here makes: their vectors are all there is.
pub(crate) const NOT_SIGNED_HERE: [&str; 3] = ["ebay", "sns_v1", "travis_ci"];

impl Fixture {
    pub(crate) fn of(recipe: &Recipe) -> Self {
        let usual = Self {
            recipe: recipe.clone().fixed_key(),
            secret: SECRET.to_owned(),
            is_public: false,
            headers: &[],
            body: r#"{"id":"evt_1","type":"order.paid","amount":4200}"#,
            any_body: true,
            uri: "/hooks",
        };
        let parsed = |body| Self { body, any_body: false, ..usual.clone() };
        let with_secret = |secret: &str| Self { secret: secret.to_owned(), ..usual.clone() };
        let public = |algorithm| Self { is_public: true, ..with_secret(&TestKey::new(algorithm).public_pem()) };
        let with_origin = |fixture: Self| Self {
            recipe: fixture.recipe.clone().public_origin("https://hooks.example.com").unwrap(),
            ..fixture
        };
        let with_setting = |fixture: Self, name| Self {
            recipe: fixture.recipe.clone().setting(name, "what the operator knows").unwrap(),
            ..fixture
        };
        match recipe.name() {
            "adyen_platform" | "close" | "squarespace" => {
                with_secret("44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056")
            }
            "finch" | "ms_teams" => with_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="),
            "discord" | "standard_webhooks_v1a" | "telnyx" => public(PublicKeyAlgorithm::Ed25519),
            "kick" | "wise" => public(PublicKeyAlgorithm::RsaPkcs1Sha256),
            "sendgrid" => public(PublicKeyAlgorithm::EcdsaP256Sha256),
            "saleor" => public(PublicKeyAlgorithm::RsaPkcs1Sha256),
            "kinde" => Self { any_body: false, ..public(PublicKeyAlgorithm::RsaPkcs1Sha256) },
            "lago_jwt" => {
                with_setting(Self { any_body: false, ..public(PublicKeyAlgorithm::RsaPkcs1Sha256) }, "issuer")
            }
            "livekit" => with_setting(usual.clone(), "api_key"),
            "messagebird" | "qstash" => with_origin(usual.clone()),
            "alipay" => Self {
                body: "notify_id=1&total_amount=19.99",
                any_body: false,
                ..public(PublicKeyAlgorithm::RsaPkcs1Sha256)
            },
            "paypal" => with_setting(
                Self {
                    headers: &[
                        ("paypal-transmission-id", "dfb3be50"),
                        ("paypal-transmission-time", "2025-11-24T16:00:00Z"),
                        ("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/CERT-1"),
                    ],
                    ..public(PublicKeyAlgorithm::RsaPkcs1Sha256)
                },
                "webhook_id",
            ),
            "sns" => Self {
                body: r#"{"Message":"m","MessageId":"1","SignatureVersion":"2","SigningCertURL":"https://sns.eu-central-1.amazonaws.com/a.pem","Timestamp":"2025-11-24T16:00:00Z","TopicArn":"arn","Type":"Notification"}"#,
                any_body: false,
                ..public(PublicKeyAlgorithm::RsaPkcs1Sha256)
            },
            "wechat_pay" => Self {
                headers: &[("wechatpay-nonce", "5K8264ILTKCH16CQ")],
                ..public(PublicKeyAlgorithm::RsaPkcs1Sha256)
            },
            "plaid" => public(PublicKeyAlgorithm::EcdsaP256Sha256Fixed),
            "truelayer" => public(PublicKeyAlgorithm::EcdsaP521Sha512Fixed),
            "mailchannels" => public(PublicKeyAlgorithm::Ed25519),
            "adyen" => Self {
                body: r#"{"notificationItems":[{"NotificationRequestItem":{"amount":{"currency":"EUR","value":1999},"eventCode":"CAPTURE","merchantAccountCode":"Acme","merchantReference":"order-1","pspReference":"8515","success":"true"}}]}"#,
                any_body: false,
                ..with_secret("44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056")
            },
            "braintree" => with_setting(parsed("bt_payload=PG4%2B%0A"), "public_key"),
            "contentful" => Self {
                headers: &[
                    ("x-contentful-topic", "Entry.publish"),
                    (
                        "x-contentful-signed-headers",
                        "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic",
                    ),
                ],
                ..usual
            },
            "dropbox_sign" => parsed(r#"{"event":{"event_time":"1764000000","event_type":"sent"}}"#),
            "hubspot_v2" | "hubspot_v3" | "square" | "trello" => with_origin(parsed(usual.body)),
            "lark" | "lark_card" => Self { headers: &[("x-lark-request-nonce", "n0nce")], ..usual },
            "mailgun" => parsed(r#"{"signature":{"timestamp":"1764000000","token":"0a1b"}}"#),
            "mandrill" | "signalwire" | "twilio" => with_origin(parsed("MessageSid=SM1&Body=Hello&From=1415")),
            "mercado_pago" => Self { uri: "/hooks?data.id=1999", headers: &[("x-request-id", "bb56a2f1")], ..usual },
            "opennode" => parsed("id=charge-1&status=paid"),
            "plivo_v2" => with_origin(Self { headers: &[("x-plivo-signature-v2-nonce", "12345")], ..usual }),
            "plivo_v3" => with_origin(Self {
                headers: &[("x-plivo-signature-v3-nonce", "12345")],
                ..parsed("CallUUID=c1&Event=Answer")
            }),
            "sinch_application" => with_setting(
                Self {
                    headers: &[("content-type", "application/json")],
                    ..with_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")
                },
                "key",
            ),
            "smile_id" => with_setting(parsed(r#"{"timestamp":"2025-11-24T16:00:00Z"}"#), "partner_id"),
            "twilio_json" => with_origin(Self {
                uri: "/hooks?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
                ..parsed(r#"{"a":1}"#)
            }),
            "vonage_sms" => parsed("msisdn=447700900001&text=Hello&timestamp=1764000000"),
            "configcat" => Self { headers: &[("x-configcat-webhook-id", "b616ca65")], ..usual },
            "ekko" => parsed(r#"{"timestamp":"2025-11-24T16:00:00Z"}"#),
            "figma" => parsed(r#"{"event_type":"PING","passcode":""}"#),
            "hook0" => Self { headers: &[("x-event-id", "evt_1"), ("x-hook0-signature", "h=x-event-id")], ..usual },
            "hygraph" => Self { headers: &[("gcms-signature", "env=master")], ..parsed(r#"{"operation":"publish"}"#) },
            "linear" => parsed(r#"{"webhookTimestamp":1764000000000}"#),
            "microsoft_graph" => parsed(r#"{"value":[{"clientState":""}]}"#),
            "plain" => parsed(r#"{"webhookMetadata":{"webhookDeliveryAttemptTimestamp":"2025-11-24T16:00:00.000Z"}}"#),
            "pusher" => parsed(r#"{"time_ms":1764000000000,"events":[]}"#),
            "quicknode" => Self { headers: &[("x-qn-nonce", "7d42")], ..usual },
            "sent_dm" => Self { headers: &[("x-webhook-id", "ep_1")], ..usual },
            "segment" => parsed(r#"{"messageId":"m1","type":"track"}"#),
            "sinch_conversation" => Self { headers: &[("x-sinch-webhook-signature-nonce", "01FJA8B4")], ..usual },
            "textus" => parsed(r#"{"timestamp":1764000000}"#),
            _ => usual,
        }
    }

    pub(crate) fn signing(&self) -> Signing {
        self.signing_with(&self.secret)
    }

    pub(crate) fn signing_with(&self, secret: &str) -> Signing {
        let mut signing = testing::sign(&self.recipe, &Secret::new(secret).unwrap()).uri(self.uri).body(self.body);
        signing = signing.at(NOW);
        for (name, value) in self.headers {
            signing = signing.header(*name, *value);
        }
        if self.recipe.signs_id() && signing.clone().id("msg_1").build().is_ok() {
            signing = signing.id("msg_1");
        }
        signing
    }

    pub(crate) fn delivery(&self) -> Delivery {
        self.deliver(self.signing())
    }

    pub(crate) fn deliver(&self, signing: Signing) -> Delivery {
        let request = signing.build().unwrap_or_else(|error| panic!("{}: {error}", self.recipe.name()));
        let (head, body) = request.into_parts();
        let body = futures_util::FutureExt::now_or_never(body.collect()).unwrap().unwrap().to_bytes().to_vec();
        Delivery { head, body }
    }

    pub(crate) fn keys(&self) -> Keyring {
        Keyring::new(Secret::new(self.secret.as_str()).unwrap())
    }

    pub(crate) fn judge(&self, delivery: &Delivery) -> Result<Verification, SchemeError> {
        self.judge_at(delivery, NOW, &self.keys())
    }

    pub(crate) fn judge_at(
        &self,
        delivery: &Delivery,
        now: UnixTime,
        keys: &Keyring,
    ) -> Result<Verification, SchemeError> {
        let verdict = self.recipe.verify(&SchemeInput::new(&delivery.head, &delivery.body, now), keys);
        if verdict.is_ok() {
            assert_eq!(self.recipe.precheck(&delivery.head, now), Ok(()), "{}", self.recipe.name());
        }
        verdict
    }
}

impl Delivery {
    /// The headers that hold the signature, its time and what else is signed.
    pub(crate) fn signed_headers(&self) -> Vec<HeaderName> {
        // Nearly nobody signs the type of the body.
        let is_signed = |name: &&HeaderName| *name != "paypal-cert-url" && *name != "content-type";
        self.head.headers.keys().filter(is_signed).cloned().collect()
    }

    /// With another value of this header; `None` where no header can have it.
    pub(crate) fn with_header(&self, name: &HeaderName, value: &[u8]) -> Option<Self> {
        let mut changed = self.clone();
        changed.head.headers.insert(name, HeaderValue::from_bytes(value).ok()?);
        Some(changed)
    }
}
