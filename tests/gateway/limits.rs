//! Quotas: whom they count, and what is said when they are spent.

use crate::{
    process::{Folder, Gateway},
    sender::{ACME, Answer, GLOBEX, Partner, github, with_header},
};
use http::StatusCode;

#[track_caller]
fn assert_limited(answer: &Answer) {
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::TOO_MANY_REQUESTS, &"rate_limited".into()));
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!(seconds >= 1, "{answer:?}");
}

/// Sends until it is told to wait; how many were let through.
async fn spend(
    gateway: &Gateway,
    request: impl Fn(usize) -> http::Request<http_body_util::Full<bytes::Bytes>>,
) -> usize {
    for count in 0..200 {
        let answer = gateway.send(request(count)).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert_limited(&answer);
            return count;
        }
    }
    panic!("nothing was limited");
}

#[tokio::test]
async fn nobody_spends_a_partners_quota_without_its_secret() {
    let folder = Folder::new();
    let config = r#"
        database = "sqlite::memory:"
        [[partner]]
        id = "acme"
        api_key = "pk_test_acme"
        secrets = ["whsec-acme"]
        rate_limit = { per_second = 1, burst = 3 }
        [[partner]]
        id = "globex"
        api_key = "pk_test_globex"
        secrets = ["whsec-globex"]"#;
    let gateway = Gateway::start(&folder, config);
    let forger = Partner { secret: "not the secret", ..ACME };
    for _ in 0..100 {
        assert_eq!(gateway.send(forger.event("evt_1")).await.status, StatusCode::UNAUTHORIZED);
    }
    let let_through = spend(&gateway, |count| ACME.event(&format!("evt_{count}"))).await;
    assert!(let_through >= 3, "{let_through}");
    assert_eq!(gateway.send(GLOBEX.event("evt_1")).await.status, StatusCode::OK);
    // To ask is counted by itself.
    assert_eq!(gateway.send(ACME.status("evt_0")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_source_is_limited_by_client_or_as_a_whole() {
    const SECRET: &str = "a secret for tests alone";
    let folder = Folder::new();
    let config = format!(
        r#"
        database = "sqlite::memory:"
        trusted_proxies = ["127.0.0.1"]
        [[source]]
        name = "by-client"
        path = "/by-client"
        scheme = "github"
        secrets = ["{SECRET}"]
        rate_limit = {{ per_second = 1, burst = 2 }}
        [[source]]
        name = "as-a-whole"
        path = "/as-a-whole"
        scheme = "github"
        secrets = ["{SECRET}"]
        rate_limit = {{ per_second = 1, burst = 2, by = "route" }}
        # Who is a tenant this scheme does not tell: warned of, and counted like a route.
        [[source]]
        name = "by-nobody"
        path = "/by-nobody"
        scheme = "github"
        secrets = ["{SECRET}"]
        rate_limit = {{ per_second = 1, burst = 2, by = "tenant" }}"#
    );
    let gateway = Gateway::start(&folder, &config);
    let from = |path: &str, secret: &str, client: &str, count: usize| {
        with_header(github(path, secret, format!("[{count}]")), "x-forwarded-for", client)
    };
    // Counted by address, before anything is known of it.
    spend(&gateway, |count| from("/by-client", "not the secret", "192.0.2.1", count)).await;
    assert_eq!(gateway.send(from("/by-client", SECRET, "192.0.2.2", 1000)).await.status, StatusCode::OK);
    // Counted behind the signature, whoever it is from.
    for path in ["/as-a-whole", "/by-nobody"] {
        for count in 0..10 {
            let forged = from(path, "not the secret", "192.0.2.1", count);
            assert_eq!(gateway.send(forged).await.status, StatusCode::UNAUTHORIZED);
        }
        spend(&gateway, |count| from(path, SECRET, &format!("192.0.2.{count}"), count)).await;
    }
    gateway.log.wait_for(&["source[2].rate_limit.by: counts everybody together"]);
}

#[tokio::test]
async fn a_source_of_the_partners_has_a_quota_for_those_without_their_own() {
    let folder = Folder::new();
    let config = r#"
        database = "sqlite::memory:"
        [[source]]
        name = "of-partners"
        path = "/of-partners"
        scheme = "partner"
        rate_limit = { per_second = 1, burst = 2, by = "tenant" }
        [[partner]]
        id = "acme"
        api_key = "pk_test_acme"
        secrets = [{ env = "ACME_SECRET" }]
        [[partner]]
        id = "globex"
        api_key = "pk_test_globex"
        secrets = ["whsec-globex"]
        rate_limit = { per_second = 100, burst = 100 }"#;
    let gateway = Gateway::start_with(&folder, config, &[("ACME_SECRET", ACME.secret)]);
    let event = |partner: Partner<'_>, count: usize| {
        let mut request = partner.event(&format!("evt_{count}"));
        *request.uri_mut() = http::Uri::from_static("/of-partners");
        request
    };
    let let_through = spend(&gateway, |count| event(ACME, count)).await;
    assert!(let_through >= 2, "{let_through}");
    for count in 0..20 {
        assert_eq!(gateway.send(event(GLOBEX, count)).await.status, StatusCode::OK);
    }
}
