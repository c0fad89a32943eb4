//! Verifying a genuine request allocates nothing, for the schemes whose signatures stand in headers.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{self, Scheme, SchemeInput},
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

#[test]
fn accepting_a_request_allocates_nothing() {
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let now = UnixTime::from_seconds(1_764_000_000);
    let body = br#"{"id":"evt_1","type":"invoice.paid","timestamp":1764000000,"data":{"list":[1,2,{"a":null}]}}"#;
    for recipe in schemes::ALL {
        let keys =
            Keyring::new(secret.clone()).previous(Secret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap());
        recipe.check_keys(&keys).unwrap();
        let mut signing = testing::sign(recipe, &secret).at(now).body(&body[..]);
        signing = match recipe.name() {
            "github" => signing.id("72d3162e").header("x-github-event", "push"),
            "partner" => signing.api_key("pk_test_1"),
            "shopify" => signing.id("b54557e4").header("x-shopify-topic", "orders/create"),
            "standard_webhooks" => signing.id("msg_1"),
            _ => signing,
        };
        let mut head = signing.build().unwrap().into_parts().0;
        head.headers = shared(&head.headers);
        let input = SchemeInput::new(&head, body, now);
        let allocations = allocation_counter::measure(|| {
            recipe.precheck(&head, now).unwrap();
            assert_eq!(recipe.verify(&input, &keys).unwrap().key_id(), "current");
        });
        assert_eq!(allocations.count_total, 0, "{}", recipe.name());
    }
}
