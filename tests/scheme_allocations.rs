//! Verifying a genuine request allocates nothing, for the schemes whose signatures stand in headers.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{self, Recipe, Scheme, SchemeInput},
    testing,
};

/// As hyper makes them: slices of the one buffer that was read.
fn shared(headers: &HeaderMap) -> HeaderMap {
    let buffer = Bytes::from(headers.values().flat_map(|value| value.as_bytes().to_vec()).collect::<Vec<_>>());
    let mut start = 0;
    let values = headers.iter().map(|(name, value)| {
        let slice = buffer.slice(start..start + value.len());
        start += value.len();
        (name.clone(), HeaderValue::from_maybe_shared(slice).unwrap())
    });
    values.collect()
}

/// Whether it signs the body, a time and headers: with others, something has to be made first.
fn signs_what_is_there(recipe: &Recipe) -> bool {
    let content = recipe.signed_content().to_string();
    let mut placeholders = content.split('{').skip(1).map(|rest| rest.split(['}', ':']).next().unwrap_or_default());
    recipe.proof_name().starts_with("HMAC")
        && placeholders.all(|name| ["body", "header", "id", "timestamp"].contains(&name))
}

#[test]
fn accepting_a_request_allocates_nothing() {
    let now = UnixTime::from_seconds(1_764_000_000);
    let body = br#"{"id":"evt_1","type":"invoice.paid","timestamp":1764000000,"webhookTimestamp":1764000000000,"time_ms":1764000000000,"data":{"list":[1,2,{"a":null}]}}"#;
    let mut measured = 0;
    for recipe in schemes::ALL.iter().filter(|recipe| signs_what_is_there(recipe)) {
        let recipe = &recipe.clone().fixed_key();
        let secret = match recipe.name() {
            "adyen_platform" | "close" | "squarespace" => {
                "44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056"
            }
            "finch" | "ms_teams" => "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
            _ => "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        };
        let secret = Secret::new(secret).unwrap();
        let keys = Keyring::new(secret.clone()).previous(secret.clone());
        recipe.check_keys(&keys).unwrap();
        let signing = testing::sign(recipe, &secret).at(now).body(&body[..]);
        let signing = match recipe.name() {
            "github" => signing.id("72d3162e").header("x-github-event", "push"),
            "shopify" => signing.id("b54557e4").header("x-shopify-topic", "orders/create"),
            "configcat" => signing.header("x-configcat-webhook-id", "b616ca65"),
            "quicknode" => signing.header("x-qn-nonce", "7d42"),
            "sent_dm" => signing.header("x-webhook-id", "ep_1"),
            "sinch_conversation" => signing.header("x-sinch-webhook-signature-nonce", "01FJA8B4"),
            _ if recipe.signs_id() && signing.clone().id("msg_1").build().is_ok() => signing.id("msg_1"),
            _ => signing,
        };
        // A time that stands in the body in a place of its own needs another body.
        let Ok(request) = signing.build() else { continue };
        let mut head = request.into_parts().0;
        head.headers = shared(&head.headers);
        let input = SchemeInput::new(&head, body, now);
        if recipe.verify(&input, &keys).is_err() {
            continue;
        }
        let allocations = allocation_counter::measure(|| {
            recipe.precheck(&head, now).unwrap();
            assert_eq!(recipe.verify(&input, &keys).unwrap().key_id(), "current");
        });
        assert_eq!(allocations.count_total, 0, "{}", recipe.name());
        measured += 1;
    }
    assert!(measured >= 126, "{measured} presets were measured");
}
