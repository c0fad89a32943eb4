//! Providers that the crate knows, described again in TOML: their vectors do not see the difference.

use crate::toml;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{Recipe, Scheme, SchemeInput},
    secrets::Key,
};

const STRIPE: &str = r#"
    name = "acme"
    algorithm = "hmac-sha256"
    content = "{timestamp}.{body}"
    id = { json = "/id", signed = true }
    kind = { json = "/type", signed = true }

    [signature]
    header = "stripe-signature"
    items = { separators = ",", assign = "=", labels = ["v1"] }

    [timestamp]
    item = "t"
    tolerance_seconds = 300
"#;

const GITHUB: &str = r#"
    name = "acme"
    signature = { header = "X-Hub-Signature-256", prefix = "sha256=" }
    id = { header = "x-github-delivery" }
    kind = { header = "x-github-event" }
"#;

const SLACK: &str = r#"
    name = "acme"
    content = "v0:{timestamp}:{body}"
    signature = { header = "x-slack-signature", prefix = "v0=" }
    timestamp = { header = "x-slack-request-timestamp", tolerance_seconds = { past = 300, future = 300 } }
    id = { json = "/event_id", signed = true }
    kind = { json = "/type", signed = true }
"#;

const STANDARD_WEBHOOKS: &str = r#"
    name = "acme"
    secret_encoding = { base64_after = "whsec_" }
    content = "{id}.{timestamp}.{body}"
    timestamp = { header = "webhook-timestamp" }
    id = { header = "webhook-id", signed = true }
    kind = { json = "/type", signed = true }

    [[signature]]
    header = "webhook-signature"
    items = { separators = " ", assign = ",", labels = ["v1"] }
    encoding = "base64"
"#;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    verdict: String,
    now_ms: i64,
    /// The current one first.
    secrets: Vec<String>,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
}

impl Vector {
    fn body(&self) -> Vec<u8> {
        match (&self.body, &self.body_base64) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(text)) => STANDARD.decode(text).unwrap(),
            _ => panic!("{}: one body", self.name),
        }
    }

    fn keys(&self) -> Keyring {
        let keys =
            self.secrets.iter().enumerate().map(|(index, secret)| {
                Key::new(Secret::new(secret.clone()).unwrap()).id(format!("key {index}")).unwrap()
            });
        Keyring::from_keys(keys).unwrap()
    }

    fn is_accepted_by(&self, recipe: &Recipe) -> bool {
        let mut request = http::Request::builder().method(&*self.method).uri(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let (body, now) = (self.body(), UnixTime::from_millis(self.now_ms));
        recipe.verify(&SchemeInput::new(&head, &body, now), &self.keys()).is_ok()
    }
}

#[track_caller]
fn agrees_with_the_vectors_of(provider: &str, recipe: &Recipe) {
    let path = format!("{}/tests/vectors/{provider}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let Vectors { vectors } = serde_json::from_str(&text).unwrap();
    for vector in &vectors {
        assert_eq!(vector.is_accepted_by(recipe), vector.verdict == "accepted", "{provider}: {}", vector.name);
    }
    let accepted = vectors.iter().filter(|vector| vector.verdict == "accepted").count();
    assert!(accepted > 5 && vectors.len() - accepted > 10, "{provider}: {} vectors", vectors.len());
}

#[test]
fn stripe_in_toml_takes_what_stripe_signs_and_nothing_else() {
    agrees_with_the_vectors_of("stripe", &toml(STRIPE));
}

#[test]
fn github_in_toml_takes_what_github_signs_and_nothing_else() {
    agrees_with_the_vectors_of("github", &toml(GITHUB));
}

#[test]
fn slack_in_toml_takes_what_slack_signs_and_nothing_else() {
    agrees_with_the_vectors_of("slack", &toml(SLACK));
}

#[test]
fn standard_webhooks_in_toml_take_what_is_signed_so_and_nothing_else() {
    agrees_with_the_vectors_of("standard_webhooks", &toml(STANDARD_WEBHOOKS));
}

#[test]
fn presets_take_the_same_as_the_constants_that_they_name() {
    for provider in ["stripe", "github", "slack", "standard_webhooks"] {
        agrees_with_the_vectors_of(provider, &toml(&format!("preset = {provider:?}")));
    }
}
