//! Schemes, through the public API: what they accept, what they refuse, and what they refuse it as.
#![allow(clippy::unwrap_used)]

mod confusions;
mod cuts;
mod properties;
mod recipes;
mod references;
mod refusals;
mod rotation;
mod structure;
mod templates;
mod time;
mod urls;
mod vectors;

use http::{HeaderName, HeaderValue, request::Parts};
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{self, Recipe, Scheme, SchemeError, SchemeErrorKind, SchemeInput, Verification},
    testing::{self, Signing},
};

const NOW: i64 = 1_764_000_000;

fn now() -> UnixTime {
    UnixTime::from_seconds(NOW)
}

/// A provider, and what a test has to know about it.
#[derive(Debug)]
struct Case {
    recipe: &'static Recipe,
    header: &'static str,
    secret: &'static str,
}

/// One of each sort of scheme; `tests/catalogue` has them all.
fn cases() -> Vec<Case> {
    let case = |name, header| Case {
        recipe: schemes::by_name(name).unwrap(),
        header,
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    };
    vec![
        case("comapi", "x-comapi-signature"),
        case("ecourtdate", "x-ecd-signature"),
        case("eka", "eka-webhook-signature"),
        case("github", "x-hub-signature-256"),
        case("partner", "x-webhook-signature"),
        case("shopify", "x-shopify-hmac-sha256"),
        case("slack", "x-slack-signature"),
        case("standard_webhooks", "webhook-signature"),
        case("stripe", "stripe-signature"),
        case("textus", "x-textus-signature"),
        case("textus_body", "x-textus-signature"),
    ]
}

impl Case {
    fn name(&self) -> &str {
        self.recipe.name()
    }

    fn secret(&self) -> Secret {
        Secret::new(self.secret).unwrap()
    }

    fn keys(&self) -> Keyring {
        Keyring::new(self.secret())
    }

    fn is_base64(&self) -> bool {
        matches!(self.name(), "shopify" | "standard_webhooks")
    }

    /// The header that holds the time, where it has one of its own.
    fn time_header(&self) -> Option<&'static str> {
        match self.name() {
            "partner" => Some("x-timestamp"),
            "slack" => Some("x-slack-request-timestamp"),
            "standard_webhooks" => Some("webhook-timestamp"),
            _ => None,
        }
    }

    fn time_in_signature(&self) -> bool {
        matches!(self.name(), "eka" | "stripe")
    }

    fn time_in_body(&self) -> bool {
        self.name() == "textus"
    }

    fn signing(&self, body: &[u8]) -> Signing {
        self.signing_with(self.recipe, body)
    }

    fn signing_with(&self, recipe: &Recipe, body: &[u8]) -> Signing {
        let mut signing = testing::sign(recipe, &self.secret()).body(body.to_vec());
        if self.recipe.time_window().is_some() && !self.time_in_body() {
            signing = signing.at(now());
        }
        match self.name() {
            "partner" => signing.api_key("pk_test_1"),
            "standard_webhooks" => signing.id("msg_1"),
            _ => signing,
        }
    }

    /// A request at [`now`] that verifies.
    fn signed(&self) -> (Parts, Vec<u8>) {
        let body = format!(r#"{{"id":"evt_1","timestamp":{NOW},"text":"Grüße \/ 136.0"}}"#).into_bytes();
        (head(self.signing(&body)), body)
    }

    fn signature(&self, head: &Parts) -> String {
        head.headers[self.header].to_str().unwrap().to_owned()
    }

    fn with_signature(&self, signature: &str) -> (Parts, Vec<u8>) {
        let (mut head, body) = self.signed();
        set(&mut head, self.header, signature);
        (head, body)
    }

    fn verify(&self, head: &Parts, body: &[u8]) -> Result<Verification, SchemeError> {
        verify(self.recipe, head, body, &self.keys(), now())
    }

    #[track_caller]
    fn refuses(&self, head: &Parts, body: &[u8], kind: SchemeErrorKind) {
        assert_eq!(self.verify(head, body).map(|_| ()).map_err(|error| error.kind()), Err(kind), "{}", self.name());
    }
}

fn head(signing: Signing) -> Parts {
    signing.build().unwrap().into_parts().0
}

fn set(head: &mut Parts, name: &'static str, value: impl AsRef<[u8]>) {
    head.headers.insert(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_ref()).unwrap());
}

/// Verifies, and holds the precheck to its promise: it refuses nothing that verifies, and for the same reason.
fn verify(
    recipe: &Recipe,
    head: &Parts,
    body: &[u8],
    keys: &Keyring,
    now: UnixTime,
) -> Result<Verification, SchemeError> {
    let result = recipe.verify(&SchemeInput::new(head, body, now), keys);
    if let Err(early) = recipe.precheck(head, now) {
        assert_eq!(result.as_ref().map(|_| ()), Err(&early), "the precheck refused it");
    }
    result
}

#[test]
fn what_is_signed_verifies() {
    for case in cases() {
        let (head, body) = case.signed();
        let verification = case.verify(&head, &body).unwrap_or_else(|error| panic!("{}: {error}", case.name()));
        assert_eq!(verification.key_id(), "current");
        assert_eq!(case.recipe.check_keys(&case.keys()), Ok(()));
        assert!(case.recipe.covers_body());
    }
}

#[test]
fn any_bytes_can_be_a_body() {
    for case in cases().iter().filter(|case| !case.time_in_body()) {
        for body in [&b""[..], b"\xff\xfe\x00", b"a=1&b=2\r\n", "ü".as_bytes()] {
            case.verify(&head(case.signing(body)), body).unwrap();
        }
        let other = case.verify(&head(case.signing(b"\xff")), b"\xfe");
        assert_eq!(other.unwrap_err().kind(), SchemeErrorKind::Mismatch, "two bodies that are no UTF-8");
    }
}
