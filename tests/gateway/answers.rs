//! What the gateway answers by itself.

use crate::{
    process::{Folder, Gateway},
    sender::{ACME, Answer, Partner, github},
};
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[track_caller]
fn assert_secured(answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{answer:?}");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[track_caller]
fn assert_problem(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let problem = answer.json();
    assert_eq!((answer.status, &problem["code"]), (status, &code.into()), "{answer:?}");
    assert_eq!((&problem["status"], &problem["type"]), (&status.as_u16().into(), &"about:blank".into()));
}

#[tokio::test]
async fn what_is_not_there_and_what_cannot_be_done_are_problems() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    for path in ["/nowhere", "/hooks", "/hooks/github/", "/api", "/api/webhooks/events/tyler"] {
        assert_problem(&gateway.get(path).await, StatusCode::NOT_FOUND, "not_found");
    }
    for (method, path, allowed) in [
        (Method::PUT, "/hooks/github", "POST,GET,HEAD"),
        (Method::GET, "/api/webhooks/events", "POST"),
        (Method::POST, "/api/webhooks/status", "GET,HEAD"),
        (Method::DELETE, "/api/health", "GET,HEAD"),
        (Method::POST, "/metrics", "GET,HEAD"),
    ] {
        let answer = gateway.call(method, path).await;
        assert_problem(&answer, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        assert_eq!(answer.header("allow"), allowed, "{path}");
    }
}

#[tokio::test]
async fn whoever_looks_at_a_source_sees_a_page() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    let page = gateway.get("/hooks/github").await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/plain; charset=utf-8"));
    assert!(page.body.starts_with(b"This is the webhook endpoint \"github\""), "{page:?}");
    let head = gateway.call(Method::HEAD, "/hooks/github").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    let stranger = Partner { secret: "not the secret", ..ACME };
    for (request, status) in [
        (ACME.event("evt_1"), 200),
        (ACME.status("evt_2"), 404),
        (stranger.event("evt_1"), 401),
        (github("/hooks/github", "demo-github-secret", "{}"), 200),
        (github("/nowhere", "demo-github-secret", "{}"), 404),
        (Request::put("/hooks/github").body(Full::default()).unwrap(), 405),
        (Request::get("/hooks/github").body(Full::default()).unwrap(), 200),
        (Request::get("/api/health").body(Full::default()).unwrap(), 200),
        (Request::get("/metrics").body(Full::default()).unwrap(), 200),
        (Request::get("/").body(Full::default()).unwrap(), 200),
    ] {
        let (path, method) = (request.uri().clone(), request.method().clone());
        let answer = gateway.send(request).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_secured(&answer);
    }
}

#[tokio::test]
async fn the_console_is_there_on_loopback_unless_it_is_switched_off() {
    const NOTHING_ELSE: &str = "database = \"sqlite::memory:\"\n";
    let folder = Folder::new();
    let gateway = Gateway::start(&folder, NOTHING_ELSE);
    let page = gateway.get("/").await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    let gateway = Gateway::start(&folder, &format!("{NOTHING_ELSE}console = false"));
    assert_problem(&gateway.get("/").await, StatusCode::NOT_FOUND, "not_found");

    let everywhere = format!("{NOTHING_ELSE}listen = \"0.0.0.0:0\"\n");
    let gateway = Gateway::start(&folder, &everywhere);
    assert_problem(&gateway.get("/").await, StatusCode::NOT_FOUND, "not_found");
    let gateway = Gateway::start(&folder, &format!("{everywhere}console = true"));
    assert_eq!(gateway.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_metrics_have_every_family_and_no_label_of_a_strangers_making() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    assert_eq!(gateway.send(ACME.event("evt_strange\\\"id")).await.status, StatusCode::OK);
    gateway.send(ACME.event("evt_1")).await;
    gateway.wait_for_status(&ACME, "evt_1", "done").await;
    for path in ["/strange-path", "/hooks/github?strange=query", "/strange/../path"] {
        gateway.send(github(path, "not the secret", "{}")).await;
    }
    gateway.send(Partner { api_key: "strange-key", ..ACME }.event("evt_1")).await;

    let answer = gateway.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("text/plain"), "{answer:?}");
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    for family in [
        "webhook_requests_total",
        "webhook_request_duration_seconds",
        "webhook_verify_duration_seconds",
        "webhook_body_bytes",
        "webhook_replay_entries",
        "webhook_rate_limit_keys",
        "webhook_audit_dropped_total",
        "webhook_inbox_push_duration_seconds",
        "webhook_inbox_jobs_total",
        "webhook_inbox_job_duration_seconds",
        "webhook_inbox_depth",
        "webhook_inbox_oldest_age_seconds",
    ] {
        assert!(text.contains(&format!("# TYPE {family} ")), "{family} is missing:\n{text}");
    }
    assert!(
        text.contains(r#"webhook_requests_total{outcome="accepted",scheme="partner",route="partner"} 2"#),
        "{text}"
    );
    for strange in ["strange", "evt_", "acme\"", "pk_test", "127.0.0.1", "/hooks"] {
        assert!(!text.contains(strange), "{strange} is in:\n{text}");
    }
}

/// What is turned away by its head is answered even if much of the body is still to come.
#[tokio::test]
async fn whoever_sends_too_much_reads_why() {
    let folder = Folder::new();
    let gateway = Gateway::start_as_in_the_readme(&folder);
    let body = vec![b'x'; 4 << 20];
    for (path, status) in [("/hooks/stripe", "413"), ("/hooks/acme-orders", "413"), ("/nowhere", "404")] {
        let mut socket = TcpStream::connect(&gateway.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: gateway\r\nstripe-signature: t=1,v1={:064}\r\nacme-signature: t=1,v1={:064}\r\n\
             content-length: {}\r\n\r\n",
            0,
            0,
            body.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        // As a client does that reads nothing before it has sent everything.
        socket.write_all(&body).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
    }
}
