//! Unsigned challenges that are all head: GET, HEAD, OPTIONS, and POST whose body says nothing.

use crate::common::{Asked, Hook, mac, post, secret};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, Request};
use std::{future::ready, num::NonZeroU32, time::Duration};
use tower_webhook::{
    Handshake, RejectionKind,
    handshakes::{Decision, OfferedKey, SubscriptionIntent, SubscriptionMode},
};

const SCRIPT: &str = "%3Cscript%3Ealert(1)%3C/script%3E";

#[tokio::test]
async fn meta_gets_its_challenge_back_for_the_verify_token() {
    let hook = Hook::with(Handshake::meta(secret("meatyhamhock&co+")));
    let ask = |mode: &str, challenge: &str, token: &str| {
        format!("/messaging-webhook?hub.mode={mode}&hub.challenge={challenge}&hub.verify_token={token}")
    };
    let right = "meatyhamhock%26co%2B";
    hook.get(&ask("subscribe", "1158201444", right)).await.is_text("meta", "1158201444");

    for wrong in ["meatyhamhock", "", "meatyhamhock%26co%2Bx", "meatyhamhock%26co%2B&hub.verify_token=x"] {
        let answer = hook.get(&ask("subscribe", "1158201444", wrong)).await;
        assert!([401, 405].contains(&answer.status), "{answer:?}");
        answer.is_refused(answer.status, "1158201444");
    }
    let answer = hook.get(&ask("subscribe", "1158201444", "guess")).await;
    assert_eq!(answer.rejection.unwrap().kind(), RejectionKind::SignatureMismatch);
    assert!(answer.body.contains("unauthenticated"), "alike to every other 401: {}", answer.body);

    hook.get(&ask("unsubscribe", "1158201444", right)).await.is_refused(405, "1158201444");
    hook.get(&ask("subscribe", SCRIPT, right)).await.is_refused(405, "script");
    let answer = hook.send(Request::post(ask("subscribe", "1158201444", right)), "").await;
    answer.is_refused(401, "1158201444");
    assert_eq!(hook.calls(), 0);
}

#[tokio::test]
async fn dropbox_gets_its_challenge_back_as_plain_text() {
    let hook = Hook::with(Handshake::dropbox());
    hook.get("/dropbox-webhook?challenge=abc123").await.is_text("dropbox", "abc123");

    let long = "a".repeat(257);
    for misshapen in [SCRIPT, "a%0d%0ab", "a+b", "%C3%A9", "", &long, "abc123&challenge=abc123"] {
        hook.get(&format!("/?challenge={misshapen}")).await.is_refused(405, "a+b");
    }
    hook.get("/?challenged=abc123").await.is_refused(405, "abc123");
    hook.send(Request::post("/?challenge=abc123"), "").await.is_refused(401, "abc123");
    // Nobody has configured it.
    Hook::with(Handshake::okta()).get("/?challenge=abc123").await.is_refused(405, "abc123");
}

#[tokio::test]
async fn a_token_in_the_url_is_asked_for_where_it_is_set() {
    let hook = Hook::with(Handshake::dropbox().url_token("key", secret("only this endpoint's")));
    hook.get("/?key=only+this+endpoint's&challenge=abc123").await.is_text("dropbox", "abc123");
    for forged in ["/?challenge=abc123", "/?key=&challenge=abc123", "/?key=only+this&challenge=abc123"] {
        hook.get(forged).await.is_refused(401, "abc123");
    }
    let asked = Asked::<OfferedKey>::new();
    let asana = Handshake::asana(asked.deciding(|_| ready(Decision::Accept)));
    let asana = Hook::with(asana.url_token("key", secret("only this endpoint's")));
    let key = "b537207f20cbfa02357cf448134da559";
    asana.send(post().header("x-hook-secret", key), "{}").await.is_refused(401, key);
    assert!(asked.take().is_empty(), "nobody is asked who has no token");

    let twice = "/?key=only+this+endpoint's&key=only+this+endpoint's&challenge=abc123";
    hook.get(twice).await.is_refused(401, "abc123");
}

/// The token and the key are those of X's own samples.
#[tokio::test]
async fn x_gets_the_mac_of_its_token() {
    let hook = Hook::with(Handshake::x(secret("z3ZX4v7mAAUGykl3EcmkqbartmuW8VFOOzCloLx9Q45P0hLrFu")));
    let answer = hook.get("/webhook/twitter?crc_token=9b4507b3-9040-4669-9ca3-6b94edb50553").await;
    answer.is_json("x", r#"{"response_token":"sha256=Cytd4Sq+NvEcV3MMrXxWJGJx5A+y/lXzzU2Maartkx8="}"#);

    // With an answer to this, anybody could sign deliveries.
    let body = "%7B%22for_user_id%22:%221%22%7D";
    let signature =
        STANDARD.encode(mac("z3ZX4v7mAAUGykl3EcmkqbartmuW8VFOOzCloLx9Q45P0hLrFu", r#"{"for_user_id":"1"}"#));
    hook.get(&format!("/?crc_token={body}")).await.is_refused(405, &signature);
    hook.get("/?crc_token=").await.is_refused(405, "sha256");
}

#[tokio::test]
async fn okta_gets_its_challenge_as_json() {
    let hook = Hook::with(Handshake::okta());
    let ask = |method: Method, challenge: &str| {
        Request::builder().method(method).uri("/hook").header("x-okta-verification-challenge", challenge)
    };
    let answer = hook.send(ask(Method::GET, "8T3zn-mQ_t1kVq"), "").await;
    answer.is_json("okta", r#"{"verification":"8T3zn-mQ_t1kVq"}"#);

    hook.send(ask(Method::GET, r#"a","b":"c"#), "").await.is_refused(405, r#"a","b"#);
    hook.send(ask(Method::GET, &"a".repeat(1025)), "").await.is_refused(405, "aaaa");
    hook.send(ask(Method::POST, "8T3zn"), "{}").await.is_refused(401, "8T3zn");
    let twice = ask(Method::GET, "8T3zn").header("x-okta-verification-challenge", "8T3zn");
    hook.send(twice, "").await.is_refused(405, "8T3zn");
}

#[tokio::test]
async fn ring_central_gets_its_header_back() {
    let hook = Hook::with(Handshake::ring_central());
    let token = "a4fac7d3-0a4e-4c2a-9c5e-1f2f4f7f2b7e";
    let answer = hook.send(post().header("validation-token", token), "").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.answered), (200, "", Some("ring_central")));
    assert_eq!((answer.header("validation-token"), answer.headers.len()), (Some(token), 1));

    hook.send(post().header("validation-token", "<b>bold</b>"), "").await.is_refused(401, "bold");
    hook.send(Request::get("/").header("validation-token", token), "").await.is_refused(405, token);
}

#[tokio::test]
async fn microsoft_graph_gets_its_decoded_token() {
    let hook = Hook::with(Handshake::microsoft_graph());
    let token = "Validation%3a+Testing+client+application+reachability+for+subscription+Request-Id%3a+6e2d8f3c";
    let ask = |token: &str| post().uri(format!("/notify?validationToken={token}")).header("content-type", "text/plain");
    let decoded = "Validation: Testing client application reachability for subscription Request-Id: 6e2d8f3c";
    hook.send(ask(token), "").await.is_text("microsoft_graph", decoded);

    for misshapen in [SCRIPT, "%22onload", "javascript%3a%27", "x%00", "x%26lt;script"] {
        hook.send(ask(misshapen), "").await.is_refused(401, "script");
    }
    hook.send(Request::get(format!("/?validationToken={token}")), "").await.is_refused(405, "Testing");
}

#[tokio::test]
async fn cloud_events_are_permitted_to_origins_that_are_known() {
    let rate = NonZeroU32::new(100);
    let hook = Hook::with(Handshake::cloud_events(["eventemitter.example.com"], rate).unwrap());
    let ask = |origin: &str| {
        let request = Request::options("/hook").header("webhook-request-origin", origin);
        request.header("webhook-request-rate", "120").header("webhook-request-callback", "https://example.com/confirm")
    };
    let answer = hook.send(ask("eventemitter.example.com"), "").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.answered), (200, "", Some("cloud_events")));
    assert_eq!(answer.header("allow"), Some("POST"));
    assert_eq!(answer.header("webhook-allowed-origin"), Some("eventemitter.example.com"));
    assert_eq!(answer.header("webhook-allowed-rate"), Some("100"));
    assert_eq!(answer.headers.len(), 3);

    for origin in ["example.com", "*", "eventemitter.example.com.evil.example"] {
        let answer = hook.send(ask(origin), "").await;
        answer.is_refused(405, origin);
        assert!(answer.header("webhook-allowed-origin").is_none() && answer.header("webhook-allowed-rate").is_none());
    }
    hook.send(Request::options("/"), "").await.is_refused(405, "eventemitter");

    let any_rate = Hook::with(Handshake::cloud_events(["eventgrid.azure.net"], None).unwrap());
    let answer = any_rate.send(ask("eventgrid.azure.net"), "").await;
    assert_eq!(answer.header("webhook-allowed-rate"), Some("*"));
    assert!(Handshake::cloud_events(["*"], None).is_err() && Handshake::cloud_events([""; 0], None).is_err());
}

/// Code and token of the test in eBay's SDK, whose endpoint is `http`; that of this one was computed with Python.
#[tokio::test]
async fn ebay_gets_the_hash_of_code_token_and_endpoint() {
    let token = "71745723-d031-455c-bfa5-f90d11b4f20a";
    let endpoint = "https://www.testendpoint.com/webhook";
    let hook = Hook::with(Handshake::ebay(secret(token), endpoint).unwrap());
    let answer = hook.get("/webhook?challenge_code=a8628072-3d33-45ee-9004-bee86830a22d").await;
    let hash = "a1d8c12dc8f31594e78e3f2c7032c34746144c28ffbdee1cd9cbd4fd2fc618c6";
    answer.is_json("ebay", &format!(r#"{{"challengeResponse":"{hash}"}}"#));

    hook.get("/webhook?challenge_code=%7B%7D").await.is_refused(405, "challengeResponse");
    hook.get("/webhook").await.is_refused(405, "challengeResponse");
    assert!(Handshake::ebay(secret("too short for eBay"), endpoint).is_err());
    assert!(Handshake::ebay(secret(token), "http://www.testendpoint.com/webhook").is_err());
}

/// The challenge, the keys and the answer are those of Braintree's own test suite.
#[tokio::test]
async fn braintree_gets_its_public_key_and_the_mac_of_its_challenge() {
    let handshake = Handshake::braintree("integration_public_key", secret("integration_private_key")).unwrap();
    let hook = Hook::with(handshake);
    let answer = hook.get("/webhooks?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53").await;
    answer.is_text("braintree", "integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4");

    let too_long = "0".repeat(33);
    for misshapen in
        ["20f9f8ed05f77439fe9", &too_long, "20F9F8ED05F77439FE955C977E4C8A53", "bm90IGhleCBhdCBhbGw0000000"]
    {
        hook.get(&format!("/?bt_challenge={misshapen}")).await.is_refused(405, "integration_public_key");
    }
    assert!(Handshake::braintree("a|b", secret("integration_private_key")).is_err());
}

#[tokio::test]
async fn web_sub_gets_its_challenge_for_a_topic_that_is_wanted() {
    let asked = Asked::<SubscriptionIntent>::new();
    let hook = Hook::with(Handshake::web_sub(asked.deciding(|intent| {
        let wanted = intent.topic() == "https://example.com/feed";
        ready(if wanted { Decision::Accept } else { Decision::Refuse })
    })));
    let topic = "hub.topic=https%3A%2F%2Fexample.com%2Ffeed";
    let subscribe = format!("/feed/7?hub.mode=subscribe&{topic}&hub.challenge=qweasd-123&hub.lease_seconds=864000");
    hook.get(&subscribe).await.is_text("web_sub", "qweasd-123");
    let intent = asked.take().remove(0);
    assert_eq!((intent.mode(), intent.uri().path()), (SubscriptionMode::Subscribe, "/feed/7"));
    assert_eq!(intent.lease(), Some(Duration::from_secs(864_000)));

    hook.get(&format!("/?hub.mode=unsubscribe&{topic}&hub.challenge=q")).await.is_text("web_sub", "q");
    hook.get(&format!("/?hub.mode=denied&{topic}&hub.reason=no")).await.is_empty("web_sub", 200);
    let modes: Vec<_> = asked.take().iter().map(SubscriptionIntent::mode).collect();
    assert_eq!(modes, [SubscriptionMode::Unsubscribe, SubscriptionMode::Denied]);

    // The specification wants 404 for what is not wanted.
    let unwanted = "hub.topic=https%3A%2F%2Fexample.com%2Fother";
    let answer = hook.get(&format!("/?hub.mode=unsubscribe&{unwanted}&hub.challenge=qweasd")).await;
    answer.is_empty("web_sub", 404);
    asked.take();
    for misshapen in [
        format!("/?hub.mode=subscribe&{topic}&hub.challenge={SCRIPT}&hub.lease_seconds=9"),
        format!("/?hub.mode=subscribe&{topic}&hub.challenge=script&hub.lease_seconds=-9"),
        format!("/?hub.mode=subscribe&{topic}&hub.challenge=script"),
        format!("/?hub.mode=publish&{topic}&hub.challenge=script"),
        "/?hub.mode=unsubscribe&hub.challenge=script".to_owned(),
    ] {
        hook.get(&misshapen).await.is_refused(405, "script");
    }
    assert!(asked.take().is_empty());
}

#[tokio::test]
async fn trello_and_mandrill_get_200_for_head() {
    for (handshake, name) in [(Handshake::trello(), "trello"), (Handshake::mandrill(), "mandrill")] {
        let hook = Hook::with(handshake);
        hook.send(Request::head("/hook"), "").await.is_empty(name, 200);
        hook.get("/hook").await.is_refused(405, "trello");
    }
    Hook::with(Handshake::dropbox()).send(Request::head("/hook"), "").await.is_refused(405, "trello");
}
