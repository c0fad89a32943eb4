//! Unsigned challenges that come by POST, like a delivery.

use crate::common::{Answer, Asked, Hook, json_post, post, secret, signed};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Request;
use std::{
    future::{pending, ready},
    time::Duration,
};
use tower_webhook::{
    Handshake,
    handshakes::{Decision, OfferedKey, Unsigned},
};

const TOPIC: &str = "/subscriptions/dd4a7b94-2399-46fc-b2e9-a6ac4ad9fb56/resourceGroups/rg/providers/\
                     Microsoft.EventGrid/topics/orders";

fn event_grid_event(topic: &str, code: &str) -> String {
    format!(
        r#"[{{"id":"2d1781af-3a4c-4d7c-bd0c-e34b19da4e66","topic":"{topic}","subject":"","data":{{"validationCode":
        "{code}","validationUrl":"https://rp-eastus2.eventgrid.azure.net:553/eventsubscriptions/estest/validate"}},
        "eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","eventTime":"2018-01-25T22:12:19.4556811Z",
        "metadataVersion":"1","dataVersion":"1"}}]"#
    )
}

#[tokio::test]
async fn event_grid_gets_its_code_for_a_topic_that_is_known() {
    let hook = Hook::with(Handshake::event_grid([TOPIC]).unwrap());
    let ask = || json_post().header("aeg-event-type", "SubscriptionValidation");
    let code = "512d38b6-c7b8-40c8-89fe-f46f9e9622b6";
    let answer = hook.send(ask(), event_grid_event(&TOPIC.to_lowercase(), code)).await;
    answer.is_json("event_grid", &format!(r#"{{"validationResponse":"{code}"}}"#));

    hook.send(ask(), event_grid_event("/subscriptions/somebody-else", code)).await.is_refused(401, code);
    hook.send(ask(), event_grid_event(TOPIC, "<script>")).await.is_refused(401, "script");
    hook.send(json_post(), event_grid_event(TOPIC, code)).await.is_refused(401, code);
    hook.send(ask(), "no JSON").await.is_refused(401, code);
    hook.send(ask(), "[]").await.is_refused(401, code);
    let long = format!("{}{}", event_grid_event(TOPIC, code), " ".repeat(16 << 10));
    hook.send(ask(), long).await.is_refused(401, code);
    assert!(Handshake::event_grid([""; 0]).is_err() && Handshake::event_grid([""]).is_err());
}

fn path_of(key: &OfferedKey) -> String {
    key.uri().path().to_owned()
}

#[tokio::test]
async fn asana_gets_its_key_back_once_it_is_stored() {
    let asked = Asked::<OfferedKey>::new();
    let hook = Hook::with(Handshake::asana(asked.deciding(|key| {
        let expected = path_of(key) == "/asana/expected";
        ready(if expected { Decision::Accept } else { Decision::Refuse })
    })));
    let key = "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81";
    let ask = |path: &str, key: &str| Request::post(path).header("x-hook-secret", key);

    let answer = hook.send(ask("/asana/expected", key), "{}").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.answered), (200, "", Some("asana")));
    assert_eq!((answer.header("x-hook-secret"), answer.headers.len()), (Some(key), 1));
    let stored = asked.take();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].secret().expose(), key.as_bytes());
    assert!(!format!("{stored:?}").contains(key));

    hook.send(ask("/asana/unexpected", key), "{}").await.is_refused(401, key);
    assert_eq!(asked.take().len(), 1);
    // Neither a guessable key nor one beside a signature is offered to anybody.
    hook.send(ask("/asana/expected", "short"), "{}").await.is_refused(401, "short");
    let with_signature = ask("/asana/expected", key).header("x-hook-signature", "00");
    hook.send(with_signature, "{}").await.is_refused(401, key);
    hook.send(Request::get("/asana/expected").header("x-hook-secret", key), "").await.is_refused(405, key);
    assert!(asked.take().is_empty());
}

#[tokio::test]
async fn notion_hands_over_its_token_and_gets_200() {
    let asked = Asked::<OfferedKey>::new();
    let hook = Hook::with(Handshake::notion(asked.deciding(|_| ready(Decision::Accept))));
    let token = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";
    hook.send(json_post(), format!(r#"{{"verification_token":"{token}"}}"#)).await.is_empty("notion", 200);
    let taken = asked.take();
    assert_eq!(taken[0].secret().expose(), token.as_bytes());

    for other in [
        format!(r#"{{"verification_token":"{token}","type":"page.created"}}"#),
        r#"{"verification_token":"no secret"}"#.to_owned(),
        r#"{"verification_token":"secret_<script>alert(1)</script>"}"#.to_owned(),
        r#"{"verification_token":"secret_"}"#.to_owned(),
        "{}".to_owned(),
    ] {
        hook.send(json_post(), other).await.is_refused(401, "secret_");
    }
    let beside_a_signature = json_post().header("x-notion-signature", "sha256=00");
    hook.send(beside_a_signature, format!(r#"{{"verification_token":"{token}"}}"#)).await.is_refused(401, token);
    assert!(asked.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_cannot_decide_ends_in_503() {
    let undecided: [Handshake<Unsigned>; 2] =
        [Handshake::asana(async |_| Decision::TryLater), Handshake::asana(async |_| pending::<Decision>().await)];
    for handshake in undecided {
        let answer = Hook::with(handshake).send(post().header("x-hook-secret", "b537207f20cbfa02357cf448"), "{}").await;
        answer.is_refused(503, "b537207f");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    let slow = Handshake::asana(async |_| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Decision::Accept
    });
    let answer = Hook::with(slow).send(post().header("x-hook-secret", "b537207f20cbfa02357cf448"), "{}").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn lark_gets_its_challenge_for_the_verification_token() {
    let hook = Hook::with(Handshake::lark(secret("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")));
    let ask = |token: &str, challenge: &str| {
        format!(r#"{{"challenge":"{challenge}","token":"{token}","type":"url_verification"}}"#)
    };
    let right = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    let challenge = "ajls384kdjx98XX";
    let answer = hook.send(json_post(), ask(right, challenge)).await;
    answer.is_json("lark", r#"{"challenge":"ajls384kdjx98XX"}"#);

    hook.send(json_post(), ask("guess", challenge)).await.is_refused(401, challenge);
    hook.send(json_post(), ask(right, "<script>")).await.is_refused(401, "script");
    hook.send(post(), ask(right, challenge)).await.is_refused(401, challenge);
    hook.send(json_post(), ask(right, challenge).replace("url_verification", "event_callback"))
        .await
        .is_refused(401, challenge);
}

#[tokio::test]
async fn lark_with_an_encrypt_key_gets_nothing_in_plain_text() {
    let body = r#"{"challenge":"ajls384kdjx98XX","token":"a verification token","type":"url_verification"}"#;
    // Stands for AES.
    let decrypt = |encrypted: &str| STANDARD.decode(encrypted).ok();
    let hook = Hook::with(Handshake::lark_encrypted(secret("a verification token"), decrypt));
    let encrypted = format!(r#"{{"encrypt":"{}"}}"#, STANDARD.encode(body));
    hook.send(json_post(), encrypted).await.is_json("lark", r#"{"challenge":"ajls384kdjx98XX"}"#);
    hook.send(json_post(), body).await.is_refused(401, "ajls");
    hook.send(json_post(), r#"{"encrypt":"!"}"#).await.is_refused(401, "ajls");
}

#[tokio::test]
async fn woo_commerce_gets_200_for_its_ping() {
    let hook = Hook::with(Handshake::woo_commerce());
    let form = || post().header("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
    hook.send(form(), "webhook_id=42").await.is_empty("woo_commerce", 200);

    for other in ["webhook_id=", "webhook_id=4x", "webhook_id=42&a=b", "", "id=42"] {
        hook.send(form(), other).await.is_refused(401, "42");
    }
    let beside_a_signature = form().header("x-wc-webhook-signature", "AAAA");
    hook.send(beside_a_signature, "webhook_id=42").await.is_refused(401, "42");
    hook.send(json_post(), "webhook_id=42").await.is_refused(401, "42");
    assert_eq!(hook.calls(), 0);
}

#[tokio::test]
async fn quick_node_gets_200_for_a_ping() {
    let hook = Hook::with(Handshake::quick_node());
    hook.send(json_post(), r#"{"message":"PING"}"#).await.is_json("quick_node", r#"{"ping":true,"success":true}"#);

    hook.send(json_post().header("x-qn-nonce", "n"), "{}").await.is_refused(401, "ping");
    hook.send(json_post(), " ".repeat((16 << 10) + 1)).await.is_refused(401, "ping");
    let declared = json_post().header("content-length", (16 << 10) + 1);
    hook.send(declared, "{}").await.is_refused(401, "ping");
}

/// With every handshake there is, what is none of them is handled as if there were none.
#[tokio::test]
async fn deliveries_go_by_every_handshake() {
    let all = Handshake::meta(secret("a verify token of ours"))
        .or(Handshake::dropbox())
        .or(Handshake::x(secret("a consumer secret of ours")))
        .or(Handshake::okta())
        .or(Handshake::ring_central())
        .or(Handshake::microsoft_graph())
        .or(Handshake::event_grid([TOPIC]).unwrap())
        .or(Handshake::asana(async |_| Decision::Accept))
        .or(Handshake::notion(async |_| Decision::Accept))
        .or(Handshake::web_sub(async |_| Decision::Accept))
        .or(Handshake::lark(secret("a verification token of ours")))
        .or(Handshake::woo_commerce())
        .or(Handshake::trello());
    let hook = Hook::with(all);
    let body = r#"{"type":"invoice.paid"}"#;
    let handled =
        |answer: &Answer| (answer.status, answer.body.clone(), answer.answered) == (200, "handled".into(), None);
    assert!(handled(&hook.send(signed(json_post(), body), body).await));
    hook.send(json_post(), body).await.is_refused(401, "invoice");
    hook.get("/").await.is_refused(405, "invoice");
    hook.send(Request::put("/?challenge=abc123"), "").await.is_refused(405, "abc123");
    hook.get("/?challenge=abc123").await.is_text("dropbox", "abc123");
    assert_eq!(hook.calls(), 1);
}
