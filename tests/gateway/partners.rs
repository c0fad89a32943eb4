//! Partners: told apart by nobody but the gateway.

use crate::{
    process::{Folder, Gateway},
    sender::{ACME, Answer, GLOBEX, Partner, with_header},
};
use http::{Method, StatusCode};
use tower_webhook::{Secret, schemes, testing};

const TWO_PARTNERS: &str = r#"
database = "sqlite::memory:"
[[partner]]
id = "acme"
api_key = "pk_test_acme"
secrets = ["whsec-acme"]
allow = ["127.0.0.1/32"]
[[partner]]
id = "globex"
api_key = "pk_test_globex"
secrets = ["whsec-globex"]
[[partner]]
id = "elsewhere"
api_key = "pk_test_elsewhere"
secrets = ["whsec-elsewhere"]
allow = ["192.0.2.0/24"]
"#;

/// Everything that a stranger could compare, but for the time.
fn seen(answer: &Answer) -> String {
    let mut headers = answer.headers.clone();
    headers.remove("date");
    format!("{} {headers:?} {:?}", answer.status, answer.body)
}

#[tokio::test]
async fn an_unknown_partner_looks_like_a_wrong_signature() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder, TWO_PARTNERS);
    let wrong_secret = Partner { secret: "not the secret", ..ACME };
    let unknown = Partner { api_key: "pk_test_nobody", ..ACME };
    let anothers = Partner { api_key: GLOBEX.api_key, ..ACME };
    // An address that may not deliver is told so, but only to whoever holds the secret.
    let elsewhere = Partner { api_key: "pk_test_elsewhere", secret: "whsec-elsewhere" };
    let forged_elsewhere = Partner { secret: "not the secret", ..elsewhere };

    let expected = seen(&gateway.send(wrong_secret.event("evt_1")).await);
    assert!(expected.starts_with("401 "), "{expected}");
    for stranger in [unknown, anothers, forged_elsewhere] {
        assert_eq!(seen(&gateway.send(stranger.event("evt_1")).await), expected, "{}", stranger.api_key);
        assert_eq!(seen(&gateway.send(stranger.status("evt_1")).await), expected, "{}", stranger.api_key);
    }
    for request in [elsewhere.event("evt_1"), elsewhere.status("evt_1")] {
        let spoofed = with_header(request, "x-forwarded-for", "192.0.2.1");
        let answer = gateway.send(spoofed).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::FORBIDDEN, &"ip_not_allowed".into()));
    }
}

#[tokio::test]
async fn a_partner_sees_its_own_events_alone() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder, TWO_PARTNERS);
    assert_eq!(gateway.send(ACME.event("evt_of_acme")).await.status, StatusCode::OK);
    gateway.wait_for_status(&ACME, "evt_of_acme", "done").await;

    let anothers = gateway.send(GLOBEX.status("evt_of_acme")).await;
    let nobodys = gateway.send(GLOBEX.status("evt_of_nobody")).await;
    assert_eq!(anothers.status, StatusCode::NOT_FOUND);
    assert_eq!(seen(&anothers), seen(&nobodys));

    // The same id is another event.
    assert_eq!(gateway.send(GLOBEX.event("evt_of_acme")).await.status, StatusCode::OK);
    let own = gateway.wait_for_status(&GLOBEX, "evt_of_acme", "done").await;
    let acmes = gateway.wait_for_status(&ACME, "evt_of_acme", "done").await;
    assert_ne!(own["job"], acmes["job"]);

    for wrong in ["", "?eventId=", "?eventId=a&eventId=b"] {
        let mut request = ACME.status("x");
        *request.uri_mut() = format!("/api/webhooks/status{wrong}").parse().unwrap();
        assert_eq!(gateway.send(request).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

fn of_tyler(secret: &str) -> http::Request<http_body_util::Full<bytes::Bytes>> {
    let signing = testing::sign(&schemes::PARTNER.fixed_key(), &Secret::new(secret).unwrap());
    signing.uri("/api/webhooks/events/tyler").body(r#"{"id":"evt_tyler"}"#).build().unwrap()
}

#[tokio::test]
async fn the_endpoint_of_one_partner_has_its_api_key_from_the_environment() {
    let folder = Folder::new();
    let gateway = Gateway::start_with(&folder, TWO_PARTNERS, &[("TYLER_API_KEY", "pk_test_globex")]);
    assert_eq!(gateway.send(of_tyler("whsec-globex")).await.status, StatusCode::OK);
    // The header does not choose.
    let chosen = with_header(of_tyler("whsec-acme"), "x-api-key", "pk_test_acme");
    assert_eq!(gateway.send(chosen).await.status, StatusCode::UNAUTHORIZED);
    gateway.wait_for_status(&GLOBEX, "evt_tyler", "done").await;
    assert_eq!(gateway.send(ACME.status("evt_tyler")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_in_the_environment_that_is_no_partners_is_the_secret_of_that_endpoint() {
    let folder = Folder::new();
    let gateway = Gateway::start_with(&folder, TWO_PARTNERS, &[("TYLER_API_KEY", "a secret of their own")]);
    assert_eq!(gateway.send(of_tyler("a secret of their own")).await.status, StatusCode::OK);
    assert_eq!(gateway.send(of_tyler("whsec-globex")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(gateway.send(GLOBEX.status("evt_tyler")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_an_api_key_in_the_environment_that_endpoint_does_not_exist() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder, TWO_PARTNERS);
    gateway.log.wait_for(&["TYLER_API_KEY is not set", "/api/webhooks/events/tyler"]);
    assert_eq!(gateway.send(of_tyler("whsec-globex")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(gateway.call(Method::GET, "/api/webhooks/events/tyler").await.status, StatusCode::NOT_FOUND);
}
