//! Vectors that others made: what they are, and how a preset judges one.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::FutureExt as _;
use http::{Request, request::Parts};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};
use tower_webhook::{
    Key, Keyring, Rejection, Secret, UnixTime, VerifiedEvent, Verifier,
    schemes::{BodyForm, MacAlgorithm, Recipe, Scheme, SchemeError, SchemeErrorKind, SchemeInput, Verification},
    testing::FakeClock,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    provider: String,
    vectors: Vec<Vector>,
}

/// A request that somebody else signed or refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) evidence: Evidence,
    pub(crate) made_by: String,
    pub(crate) verdict: Verdict,
    pub(crate) now_ms: i64,
    pub(crate) secrets: Vec<String>,
    #[serde(default)]
    pub(crate) settings: BTreeMap<String, serde_json::Value>,
    method: String,
    pub(crate) url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
    #[serde(default)]
    pub(crate) expect: Expect,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Evidence {
    Sdk,
    Published,
    Independent,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Accepted,
    Refused,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) id: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) timestamp_ms: Option<i64>,
}

/// All vectors of a preset.
pub(crate) fn of(recipe: &Recipe) -> Vec<Vector> {
    in_file(recipe.name())
}

/// All vectors of a file.
pub(crate) fn in_file(name: &str) -> Vec<Vector> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: File = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(file.provider, name);
    file.vectors
}

impl Vector {
    pub(crate) fn body(&self) -> Vec<u8> {
        match (&self.body, &self.body_base64) {
            (Some(body), None) => body.clone().into_bytes(),
            (None, Some(body)) => STANDARD.decode(body).unwrap(),
            _ => panic!("{}: has no body, or two", self.name),
        }
    }

    pub(crate) fn now(&self) -> UnixTime {
        UnixTime::from_millis(self.now_ms)
    }

    /// The request as a server sees it: the host is in the proxy's care.
    pub(crate) fn head(&self) -> Parts {
        let url: http::Uri = self.url.parse().unwrap();
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder().method(self.method.as_str()).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        request.body(()).unwrap().into_parts().0
    }

    pub(crate) fn keyring(&self) -> Keyring {
        Keyring::from_keys(self.secrets.iter().map(|secret| Key::new(Secret::new(secret.as_str()).unwrap()))).unwrap()
    }

    /// The preset, told what the operator of this endpoint has to tell it.
    pub(crate) fn configured(&self, recipe: &Recipe) -> Recipe {
        let url: http::Uri = self.url.parse().unwrap();
        let origin = format!("{}://{}", url.scheme_str().unwrap(), url.authority().unwrap());
        let written_path = self.url.strip_prefix(&origin).unwrap();
        let mut recipe = recipe.clone();
        recipe = if written_path.is_empty() {
            recipe.public_url(self.url.clone()).unwrap()
        } else {
            recipe.public_origin(origin).unwrap()
        };
        for (name, value) in &self.settings {
            recipe = match (name.as_str(), value.as_str()) {
                ("hash" | "signature_algorithm" | "signature_method", Some(value)) => {
                    let hmac = algorithm(value);
                    // For those that hash the secret together with the content.
                    recipe.clone().algorithm(hmac).or_else(|_| recipe.algorithm(MacAlgorithm::KeyedSha256)).unwrap()
                }
                ("algorithm" | "required_components", _) if recipe.name() == "message_signature" => recipe,
                ("encoding", Some("base64")) => recipe.allow_base64(),
                ("reencode_json", None) => recipe.body_form(BodyForm::JSON_STRINGIFY),
                ("key", _) if recipe.key_header().is_some() => recipe,
                (name, value) => recipe.setting(name, value.unwrap().to_owned()).unwrap(),
            };
        }
        recipe
    }

    /// What a handler gets to see.
    pub(crate) fn event(&self, recipe: &Recipe) -> Result<VerifiedEvent, Rejection> {
        let verifier = Verifier::new(self.configured(recipe).fixed_key(), self.keyring()).unwrap();
        let verifier = verifier.clock(FakeClock::at(self.now()));
        let body = self.body().into();
        verifier.verify(&self.head(), &body).now_or_never().unwrap()
    }

    pub(crate) fn judge(&self, recipe: &Recipe) -> Result<Verification, SchemeError> {
        let recipe = self.configured(recipe);
        let (head, body, keys) = (self.head(), self.body(), self.keyring());
        // What a key source does: another key's name finds other secrets.
        if let (Some(header), Some(key)) = (recipe.key_header(), self.settings.get("key").and_then(|key| key.as_str()))
            && head.headers.get(header).is_none_or(|value| value.as_bytes() != key.as_bytes())
        {
            return Err(SchemeError::new(SchemeErrorKind::Mismatch));
        }
        let verdict = recipe
            .check_keys(&keys)
            .map_err(|_| SchemeError::new(SchemeErrorKind::Mismatch))
            .and_then(|()| recipe.verify(&SchemeInput::new(&head, &body, self.now()), &keys));
        let precheck = recipe.precheck(&head, self.now());
        if !recipe.precheck_reads_the_clock() {
            let long_ago = recipe.precheck(&head, UnixTime::from_seconds(0));
            assert_eq!(long_ago, precheck, "{}: {}: the time counts", recipe.name(), self.name);
        }
        if verdict.is_ok() {
            assert_eq!(precheck, Ok(()), "{}: {}: the head alone is refused", recipe.name(), self.name);
        }
        verdict
    }
}

fn algorithm(name: &str) -> MacAlgorithm {
    match name {
        "sha1" => MacAlgorithm::HmacSha1,
        "sha256" => MacAlgorithm::HmacSha256,
        "sha512" => MacAlgorithm::HmacSha512,
        "md5" => MacAlgorithm::InsecureHmacMd5,
        "md5hash" => MacAlgorithm::InsecureKeyedMd5,
        other => panic!("{other} is no algorithm"),
    }
}
