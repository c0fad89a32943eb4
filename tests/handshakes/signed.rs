//! Challenges that are signed like a delivery.
//!
//! Who signs how is none of a handshake's business, so but for Slack all sign as GitHub does.

use crate::common::{Asked, Hook, NOW, SECRET, builder, builder_of, json_post, mac, post, secret, signed, signed_with};
use http::request::Builder;
use std::future::ready;
use tower_webhook::{
    Handshake, RejectionKind,
    handshakes::{Decision, Signed, SubscriptionConfirmation},
    schemes,
};

/// Unsigned, and signed with another secret: 401, and nothing of it in the answer.
async fn forged_is_refused(hook: &Hook, head: impl Fn() -> Builder, body: &'static str, reflected: &str) {
    hook.send(head(), body).await.is_refused(401, reflected);
    hook.send(signed_with("a secret of somebody else", head(), body), body).await.is_refused(401, reflected);
    assert_eq!(hook.calls(), 0);
}

fn slack(request: Builder, body: &str) -> Builder {
    let signature = const_hex::encode(mac(SECRET, &format!("v0:{NOW}:{body}")));
    request.header("x-slack-request-timestamp", NOW).header("x-slack-signature", format!("v0={signature}"))
}

#[tokio::test]
async fn slack_gets_its_challenge() {
    let hook = Hook::of(builder_of(schemes::SLACK).handshake(Handshake::slack()).build().unwrap());
    let challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";
    let body = r#"{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}"#;
    let answer = hook.send(slack(json_post(), body), body).await;
    answer.is_json("slack", &format!(r#"{{"challenge":"{challenge}"}}"#));
    // It may come again, and wants its answer again.
    assert_eq!(hook.send(slack(json_post(), body), body).await.answered, Some("slack"));

    let form = || post().header("content-type", "application/x-www-form-urlencoded");
    hook.send(slack(form(), "ssl_check=1&token=x"), "ssl_check=1&token=x").await.is_empty("slack", 200);

    forged_is_refused(&hook, json_post, body, challenge).await;
    hook.send(form(), "ssl_check=1&token=x").await.is_refused(401, "token");
    for other in [r#"{"type":"event_callback","challenge":"abc"}"#, r#"{"type":"url_verification","challenge":"<b>"}"#]
    {
        assert_eq!(hook.send(slack(json_post(), other), other).await.body, "handled");
    }
    assert_eq!(hook.send(slack(form(), "command=%2Fdeploy"), "command=%2Fdeploy").await.body, "handled");
}

#[tokio::test]
async fn zoom_gets_its_token_and_the_mac_of_it() {
    let hook = Hook::with(Handshake::zoom(secret("a secret token from Zoom")));
    let body = r#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}"#;
    let tag = const_hex::encode(mac("a secret token from Zoom", "qgg8vlvZRS6UYooatFL8Aw"));
    let answer = hook.send(signed(json_post(), body), body).await;
    answer.is_json("zoom", &format!(r#"{{"encryptedToken":"{tag}","plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}"#));

    forged_is_refused(&hook, json_post, body, &tag).await;
    let other = r#"{"payload":{"plainToken":"{}"},"event":"endpoint.url_validation"}"#;
    assert_eq!(hook.send(signed(json_post(), other), other).await.body, "handled");
}

#[tokio::test]
async fn twitch_gets_its_challenge_as_text() {
    let hook = Hook::with(Handshake::twitch());
    let body = r#"{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{"status":"webhook_callback_verification_pending","type":"channel.follow"}}"#;
    let head = || json_post().header("twitch-eventsub-message-type", "webhook_callback_verification");
    let answer = hook.send(signed(head(), body), body).await;
    answer.is_text("twitch", "pogchamp-kappa-360noscope-vohiyo");

    forged_is_refused(&hook, head, body, "pogchamp").await;
    // The message type is not signed: a captured notification with another type is still no challenge.
    let notification = r#"{"event":{"user_id":"1234"},"subscription":{"status":"enabled"}}"#;
    assert_eq!(hook.send(signed(head(), notification), notification).await.body, "handled");
    let script = r#"{"challenge":"<script>alert(1)</script>"}"#;
    assert_eq!(hook.send(signed(head(), script), script).await.body, "handled");
}

#[tokio::test]
async fn discord_gets_an_answer_to_its_pings() {
    let hook = Hook::with(Handshake::discord_interactions());
    let ping = r#"{"app_permissions":"0","application_id":"1","id":"2","token":"x","type":1,"version":1}"#;
    hook.send(signed(json_post(), ping), ping).await.is_json("discord_interactions", r#"{"type":1}"#);
    forged_is_refused(&hook, json_post, ping, r#"{"type":1}"#).await;
    let command = r#"{"data":{"type":1},"type":2}"#;
    assert_eq!(hook.send(signed(json_post(), command), command).await.body, "handled");

    let hook = Hook::with(Handshake::discord_events());
    let ping = r#"{"version":1,"application_id":"1","type":0}"#;
    let answer = hook.send(signed(json_post(), ping), ping).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.answered), (204, "", Some("discord_events")));
    assert_eq!((answer.header("content-type"), answer.headers.len()), (Some("application/json"), 1));
    forged_is_refused(&hook, json_post, ping, "204").await;
    let event = r#"{"version":1,"type":1,"event":{"type":"APPLICATION_AUTHORIZED"}}"#;
    assert_eq!(hook.send(signed(json_post(), event), event).await.body, "handled");
}

const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:MyTopic";
const URL: &str = "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-west-2:123456789012:MyTopic&Token=2336412f37";

fn confirmation(topic: &str, url: &str) -> String {
    format!(
        r#"{{"Type":"SubscriptionConfirmation","MessageId":"165545c9","Token":"2336412f37","TopicArn":"{topic}",
        "Message":"You have chosen to subscribe","SubscribeURL":"{url}","Timestamp":"2012-04-26T20:45:04.751Z"}}"#
    )
}

#[tokio::test]
async fn sns_gets_200_once_the_subscription_is_confirmed() {
    let asked = Asked::<SubscriptionConfirmation>::new();
    let handshake = Handshake::sns([TOPIC], asked.deciding(|_| ready(Decision::Accept))).unwrap();
    let hook = Hook::with(handshake);
    let body = confirmation(TOPIC, URL);
    hook.send(signed(post(), &body), body.clone()).await.is_empty("sns", 200);
    let confirmed = asked.take().remove(0);
    assert_eq!((confirmed.topic(), confirmed.token()), (TOPIC, "2336412f37"));
    assert_eq!(confirmed.subscribe_url().to_string(), URL);

    hook.send(post(), body.clone()).await.is_refused(401, "2336412f37");
    // Everybody can have a topic, and SNS signs for it.
    let other = confirmation("arn:aws:sns:us-west-2:666666666666:Evil", URL);
    hook.send(signed(post(), &other), other.clone()).await.is_refused(401, "2336412f37");
    for url in [
        "http://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.us-west-2.amazonaws.com.evil.example/?Action=ConfirmSubscription",
        "https://sns.us-west-2.amazonaws.com@evil.example/?Action=ConfirmSubscription",
        "https://evil.example/sns.us-west-2.amazonaws.com?Action=ConfirmSubscription",
        "https://sns.us-west-2.amazonaws.com:8443/?Action=ConfirmSubscription",
        "https://x@sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.us-west-2.amazonaws.com/?Action=DeleteTopic",
        "https://169.254.169.254/?Action=ConfirmSubscription",
        "//sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
    ] {
        let body = confirmation(TOPIC, url);
        hook.send(signed(post(), &body), body.clone()).await.is_refused(401, "2336412f37");
    }
    assert!(asked.take().is_empty());

    let notification = r#"{"Type":"Notification","Message":"hi"}"#;
    assert_eq!(hook.send(signed(post(), notification), notification).await.body, "handled");
    for topics in
        [vec![], vec!["MyTopic"], vec!["arn:aws:sqs:us-west-2:123456789012:q"], vec!["arn:aws:sns:us/west:1:t"]]
    {
        assert!(Handshake::sns(topics, async |_| Decision::Accept).is_err());
    }
}

#[tokio::test]
async fn a_confirmation_that_the_callback_refuses_is_401() {
    let hook = Hook::with(Handshake::sns([TOPIC], async |_| Decision::Refuse).unwrap());
    let body = confirmation(TOPIC, URL);
    let answer = hook.send(signed(post(), &body), body.clone()).await;
    answer.is_refused(401, "2336412f37");
    assert_eq!(answer.rejection.unwrap().kind(), RejectionKind::SignatureMismatch);
}

/// GitHub and Discourse want no answer but a success: their `ping` is a delivery like any other.
#[tokio::test]
async fn a_ping_event_reaches_the_handler() {
    let hook = Hook::with(Handshake::<Signed>::slack());
    let ping = r#"{"zen":"Design for failure.","hook_id":1}"#;
    let head = || json_post().header("x-github-event", "ping");
    assert_eq!(hook.send(signed(head(), ping), ping).await.body, "handled");
    hook.send(head(), ping).await.is_refused(401, "zen");
}

/// In report-only mode a forged challenge reaches the handler, which was warned; it is not answered.
#[tokio::test]
async fn a_forged_challenge_is_not_answered_in_report_only_mode() {
    let layer = builder().handshake(Handshake::zoom(secret("a secret token from Zoom"))).insecure_report_only();
    let hook = Hook::of(layer.build().unwrap());
    let body = r#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event":"endpoint.url_validation"}"#;
    let answer = hook.send(json_post(), body).await;
    assert_eq!((answer.body.as_str(), answer.answered), ("handled", None));
    assert_eq!(hook.send(signed(json_post(), body), body).await.answered, Some("zoom"));
}
