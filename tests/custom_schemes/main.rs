//! Schemes of one's own: recipes from TOML and JSON, and the forms of a body that are not the bytes as received.
#![allow(clippy::unwrap_used)]

mod body_forms;
mod errors;
mod texts;
mod vectors;

use http::request::Parts;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{Recipe, Scheme, SchemeErrorKind, SchemeInput},
};

const NOW: UnixTime = UnixTime::from_seconds(1_764_000_000);

fn toml(text: &str) -> Recipe {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn json(value: &serde_json::Value) -> Recipe {
    serde_json::from_str(&value.to_string()).unwrap_or_else(|error| panic!("{error}\n{value:#}"))
}

fn secret() -> Secret {
    Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
}

fn verify(recipe: &Recipe, head: &Parts, body: &[u8]) -> Result<(), SchemeErrorKind> {
    let result = recipe.verify(&SchemeInput::new(head, body, NOW), &Keyring::new(secret()));
    result.map(|_| ()).map_err(|error| error.kind())
}
