//! How providers want to be answered: what is said to a success, a duplicate and a refusal.

use crate::common::{Answer, Hook, builder, json_post, signed, signed_with};
use http::StatusCode;
use tower_webhook::Answers;

fn hook(answers: Answers) -> Hook {
    Hook::of(builder().answers(answers).build().unwrap())
}

/// A success without a body, the same delivery again, and one with a wrong signature.
async fn said(answers: Answers) -> [Answer; 3] {
    let hook = hook(answers);
    let silent = || json_post().header("x-silent", "1");
    let body = r#"{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}"#;
    let first = hook.send(signed(silent(), body), body).await;
    let again = hook.send(signed(silent(), body), body).await;
    assert_eq!(hook.calls(), 1);
    let forged = hook.send(signed_with("a secret of somebody else", silent(), body), body).await;
    assert_eq!(hook.calls(), 1);
    [first, again, forged]
}

#[tokio::test]
async fn adyen_alipay_and_dropbox_sign_are_acknowledged_in_their_words() {
    let cases = [
        (Answers::adyen(), "[accepted]"),
        (Answers::alipay(), "success"),
        (Answers::dropbox_sign(), "Hello API Event Received"),
    ];
    for (answers, words) in cases {
        let [first, again, forged] = said(answers).await;
        for acknowledged in [first, again] {
            assert_eq!((acknowledged.status, acknowledged.body.as_str()), (200, words));
            assert_eq!(acknowledged.header("content-type"), Some("text/plain; charset=utf-8"));
        }
        forged.is_refused(401, words);
        assert!(forged.body.contains("unauthenticated"), "{forged:?}");
    }
}

#[tokio::test]
async fn xero_gets_401_or_200_and_never_a_body() {
    let [first, again, forged] = said(Answers::xero()).await;
    for (answer, status) in [(first, 200), (again, 200), (forged, 401)] {
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
        assert!(answer.headers.is_empty(), "no cookies, no content type: {answer:?}");
    }
    let unsigned = hook(Answers::xero()).send(json_post(), "{}").await;
    assert_eq!((unsigned.status, unsigned.body.as_str(), unsigned.headers.len()), (401, "", 0));
}

#[tokio::test]
async fn discord_events_get_204_and_bad_signatures_401() {
    let [first, again, forged] = said(Answers::discord_events()).await;
    for answer in [first, again] {
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    }
    forged.is_refused(401, "entropy");
}

#[tokio::test]
async fn what_the_handler_says_itself_stays() {
    let hook = hook(Answers::adyen());
    let answer = hook.send(signed(json_post(), "{}"), "{}").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "handled"));
    let failing = signed(json_post(), "[]").header("x-silent", "1").header("x-fail", "1");
    let answer = hook.send(failing, "[]").await;
    assert_eq!((answer.status, answer.body.as_str()), (500, ""));
}

#[tokio::test]
async fn answers_of_ones_own_keep_the_handlers_status() {
    let [first, ..] = said(Answers::text("OK").status(StatusCode::BAD_REQUEST)).await;
    assert_eq!((first.status, first.body.as_str()), (200, "OK"));
    let [first, ..] = said(Answers::text("OK").status(StatusCode::NO_CONTENT)).await;
    assert_eq!((first.status, first.body.as_str()), (200, "OK"), "204 has no body");
    let [first, again, _] = said(Answers::text("OK").status(StatusCode::ACCEPTED)).await;
    assert_eq!((first.status, again.status), (202, 202));
}
