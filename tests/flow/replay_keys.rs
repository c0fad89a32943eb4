//! What tells one delivery from another: signed material, and nothing else.

use crate::common::{
    Calls, NOW, SECRET, assert_answered, assert_rejected, builder, clock, github, partner, secret, send, sign,
};
use axum::body::Body;
use bytes::Bytes;
use http::Request;
use sha2::{Digest, Sha256};
use std::time::Duration;
use tower::Layer;
use tower_webhook::{
    Keyring, RejectionKind, Secret, Tenant, TenantMap, UnixTime, Verifier, WebhookLayer, schemes, schemes::Recipe,
    schemes::SignaturePlace,
};

#[tokio::test(start_paused = true)]
async fn an_unsigned_id_changes_nothing() {
    let calls = Calls::default();
    let app = builder(&clock()).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    for id in ["another", "72d3162e"] {
        let mut replay = github("{}");
        replay.headers_mut().insert("x-github-delivery", id.parse().unwrap());
        replay.headers_mut().insert("x-github-event", id.parse().unwrap());
        assert_rejected(&send(&app, replay).await, RejectionKind::Duplicate);
    }
    let mut replay = github("{}");
    replay.headers_mut().remove("x-github-delivery");
    assert_rejected(&send(&app, replay).await, RejectionKind::Duplicate);
    // And the same id does not make two deliveries one.
    assert_answered(&send(&app, github("[]")).await, 202);
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_spelling_of_a_signature_changes_nothing() {
    let calls = Calls::default();
    let app = builder(&clock()).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    let mut replay = github("{}");
    let upper = format!("sha256={}", sign(SECRET, "{}").to_uppercase());
    replay.headers_mut().insert("x-hub-signature-256", upper.parse().unwrap());
    *replay.uri_mut() = "/hook?again=1".parse().unwrap();
    assert!(!send(&app, replay).await.status().is_server_error());
    assert_eq!(calls.count(), 1);
}

const OLD: &str = "whsec_the_secret_until_november";
const NEW: &str = "whsec_the_secret_from_november_on";

fn stripe(timestamp: i64, payload: &str, signatures: &[&str]) -> Request<Body> {
    let content = format!("{timestamp}.{payload}");
    let items: String = signatures.iter().map(|secret| format!(",v1={}", sign(secret, &content))).collect();
    Request::post("/")
        .header("stripe-signature", format!("t={timestamp}{items}"))
        .body(Body::from(payload.to_owned()))
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn two_signatures_in_any_order_or_one_of_them_are_one_delivery() {
    // With an id in the body, and without: then the signature is what is known again.
    for payload in [r#"{"id":"evt_1"}"#, r#"{"no":"id"}"#] {
        let ways = [&[OLD, NEW][..], &[NEW, OLD], &[OLD], &[NEW], &[NEW, NEW], &["somebody else's", OLD]];
        for first in ways {
            let calls = Calls::default();
            let keys = Keyring::new(Secret::new(NEW).unwrap()).previous(Secret::new(OLD).unwrap());
            let layer = WebhookLayer::builder(schemes::STRIPE, keys).clock(clock()).build().unwrap();
            let app = layer.layer(calls.handler());
            assert_answered(&send(&app, stripe(NOW, payload, first)).await, 202);
            for again in ways {
                assert_rejected(&send(&app, stripe(NOW, payload, again)).await, RejectionKind::Duplicate);
            }
            assert_eq!(calls.count(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_runs_out_does_not_make_a_replay_new() {
    let (clock, calls) = (clock(), Calls::default());
    let old = tower_webhook::Key::new(Secret::new(OLD).unwrap()).not_after(UnixTime::from_seconds(NOW + 60));
    let keys = Keyring::new(Secret::new(NEW).unwrap()).previous(old);
    let layer = WebhookLayer::builder(schemes::STRIPE, keys).clock(clock.clone()).build().unwrap();
    let app = layer.layer(calls.handler());
    let delivery = || stripe(NOW, "{}", &[OLD, NEW]);
    assert_answered(&send(&app, delivery()).await, 202);
    clock.advance(Duration::from_secs(61));
    assert_rejected(&send(&app, delivery()).await, RejectionKind::Duplicate);
    assert_rejected(&send(&app, stripe(NOW, "{}", &[OLD])).await, RejectionKind::SignatureMismatch);
    assert_eq!(calls.count(), 1);
}

fn partners() -> WebhookLayer<Recipe, TenantMap> {
    let tenant = |id: &str| {
        let tenant = Tenant::new(id, Secret::new(format!("the secret of {id}")).unwrap()).unwrap();
        (Secret::new(format!("api-key-of-{id}")).unwrap(), tenant)
    };
    let tenants = TenantMap::new([tenant("acme"), tenant("bolt")]).unwrap();
    WebhookLayer::builder(schemes::PARTNER, tenants).clock(clock()).build().unwrap()
}

fn of(id: &str, timestamp: i64, payload: &str) -> Request<Body> {
    partner(&format!("api-key-of-{id}"), &format!("the secret of {id}"), timestamp, payload)
}

#[tokio::test(start_paused = true)]
async fn the_same_signed_id_at_a_new_time_is_the_same_delivery() {
    let calls = Calls::default();
    let app = partners().layer(calls.handler());
    assert_answered(&send(&app, of("acme", NOW, r#"{"id":"evt_1"}"#)).await, 202);
    assert_rejected(&send(&app, of("acme", NOW + 9, r#"{"id":"evt_1"}"#)).await, RejectionKind::Duplicate);
    assert_rejected(&send(&app, of("acme", NOW, r#"{"id":"evt_1","try":2}"#)).await, RejectionKind::Duplicate);
    assert_answered(&send(&app, of("acme", NOW, r#"{"id":"evt_2"}"#)).await, 202);
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_an_id_or_with_an_empty_one_the_signature_counts() {
    let calls = Calls::default();
    let app = partners().layer(calls.handler());
    for (number, payload) in ["{}", r#"{"id":""}"#, r#"{"id":null}"#, "[]", "", "not JSON"].into_iter().enumerate() {
        assert_answered(&send(&app, of("acme", NOW, payload)).await, 202);
        assert_rejected(&send(&app, of("acme", NOW, payload)).await, RejectionKind::Duplicate);
        assert_eq!(calls.count(), number + 1, "{payload}");
    }
}

#[tokio::test(start_paused = true)]
async fn tenants_do_not_take_each_others_ids() {
    let calls = Calls::default();
    let app = partners().layer(calls.handler());
    assert_answered(&send(&app, of("acme", NOW, r#"{"id":"evt_1"}"#)).await, 202);
    assert_answered(&send(&app, of("bolt", NOW, r#"{"id":"evt_1"}"#)).await, 202);
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn schemes_that_share_a_store_do_not_take_each_others_deliveries() {
    let (store, calls) = (crate::common::store(), Calls::default());
    let recipe = |name: &'static str| {
        let place = SignaturePlace::header("x-hub-signature-256").unwrap().prefix("sha256=");
        Recipe::builder(name).signature(place).build().unwrap()
    };
    for name in ["one", "two"] {
        let layer = WebhookLayer::builder(recipe(name), secret()).replay_store(store.clone()).build().unwrap();
        let app = layer.layer(calls.handler());
        assert_answered(&send(&app, github("{}")).await, 202);
        assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
    }
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_of_a_signature_holds_half_of_it_and_stays_the_same_for_ever() {
    let verifier = Verifier::new(schemes::GITHUB, secret()).unwrap();
    let (head, _) = github("{}").into_parts();
    let key = verifier.verify(&head, &Bytes::from_static(b"{}")).await.unwrap().replay_key();
    let signature = const_hex::decode(sign(SECRET, "{}")).unwrap();
    let scheme = Sha256::digest("schemegithub");
    let unmasked: Vec<_> = key.as_bytes().iter().zip(scheme).map(|(byte, mask)| byte ^ mask).collect();
    let folded: Vec<_> = signature[..16].iter().zip(&signature[16..]).map(|(first, second)| first ^ second).collect();
    assert_eq!(unmasked[..16], folded);
    assert_eq!(unmasked[16..], [&folded[8..], &folded[..8]].concat());
}
