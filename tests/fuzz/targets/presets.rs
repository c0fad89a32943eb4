//! A genuine request of every preset, with one header or the body replaced by arbitrary bytes: never a panic.
#![no_main]

use http::{HeaderName, HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::{fs, path::Path, sync::LazyLock};
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{self, Recipe, Scheme, SchemeInput},
};

/// What other implementations have signed.
static VECTORS: LazyLock<Vec<(&'static Recipe, Value)>> = LazyLock::new(|| {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let of = |recipe: &'static Recipe| {
        let text = fs::read(directory.join(format!("{}.json", recipe.name()))).unwrap();
        let file: Value = serde_json::from_slice(&text).unwrap();
        file["vectors"].as_array().unwrap().iter().map(move |vector| (recipe, vector.clone())).collect::<Vec<_>>()
    };
    schemes::ALL.iter().flat_map(of).collect()
});

fuzz_target!(|input: (u16, u8, &[u8])| {
    let (index, part, bytes) = input;
    let (recipe, vector) = &VECTORS[usize::from(index) % VECTORS.len()];
    let headers = vector["headers"].as_array().unwrap();
    let place = usize::from(part) % (headers.len() + 1);
    let (mut head, ()) = Request::post("/hooks").body(()).unwrap().into_parts();
    for (position, header) in headers.iter().enumerate() {
        let value = if position == place { bytes } else { header[1].as_str().unwrap().as_bytes() };
        if let Ok(value) = HeaderValue::from_bytes(value) {
            head.headers.append(HeaderName::from_bytes(header[0].as_str().unwrap().as_bytes()).unwrap(), value);
        }
    }
    let body = if place == headers.len() { bytes } else { vector["body"].as_str().unwrap_or_default().as_bytes() };
    let keys = Keyring::new(Secret::new(vector["secrets"][0].as_str().unwrap()).unwrap());
    let now = UnixTime::from_millis(vector["now_ms"].as_i64().unwrap());
    let recipe = (*recipe).clone().public_origin("https://hooks.example.com").unwrap();
    let verdict = recipe.verify(&SchemeInput::new(&head, body, now), &keys);
    assert!(recipe.precheck(&head, now).is_ok() || verdict.is_err());
});
