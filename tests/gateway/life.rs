//! Health, trouble, and the end.

use crate::{
    process::{Folder, Gateway, PATIENCE},
    sender::ACME,
};
use http::StatusCode;
use http_body_util::BodyExt;
use serde_json::Value;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

const DURABLE: &str = r#"
database = "sqlite://inbox.db"
audit = "audit.jsonl"
[[partner]]
id = "acme"
api_key = "pk_test_acme"
secrets = ["whsec-acme"]
"#;

async fn wait_for_health(gateway: &Gateway, status: StatusCode) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = gateway.get("/api/health").await;
        if answer.status == status {
            return answer.json();
        }
        assert!(Instant::now() < end, "{answer:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_locked_database_acknowledges_nothing_and_is_recovered_from() {
    use sqlx::Connection as _;
    let folder = Folder::new();
    let gateway = Gateway::start(&folder, DURABLE);
    let report = wait_for_health(&gateway, StatusCode::OK).await;
    assert_eq!((&report["live"], &report["ready"], &report["store"]), (&true.into(), &true.into(), &"ok".into()));
    assert_eq!((&report["queue"]["jobs"], &report["survives"]), (&0.into(), &"power loss".into()));

    let database = format!("sqlite://{}", folder.path("inbox.db").display());
    let mut other = sqlx::SqliteConnection::connect(&database).await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let refused = gateway.send(ACME.event("evt_1")).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{refused:?}");
    assert_eq!(refused.header("retry-after"), "1");
    let report = wait_for_health(&gateway, StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!((&report["live"], &report["ready"]), (&true.into(), &false.into()));
    assert_eq!((&report["store"], &report["queue"]), (&"unavailable".into(), &Value::Null));

    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    wait_for_health(&gateway, StatusCode::OK).await;
    // The sender's next attempt is no duplicate.
    assert_eq!(gateway.send(ACME.event("evt_1")).await.status, StatusCode::OK);
    gateway.wait_for_status(&ACME, "evt_1", "done").await;
}

#[tokio::test]
async fn sigterm_lets_requests_and_jobs_finish() {
    let folder = Folder::new();
    let variables = [("GATEWAY_HANDLER_MS", "1500"), ("GATEWAY_HANDLED", "handled")];
    let mut gateway = Gateway::start_with(&folder, DURABLE, &variables);
    assert_eq!(gateway.send(ACME.event("evt_1")).await.status, StatusCode::OK);
    gateway.wait_for_status(&ACME, "evt_1", "processing").await;
    gateway.signal("TERM");
    assert!(gateway.ended().success(), "{:#?}", gateway.log.all());
    let handled = folder.read("handled");
    assert!(handled.starts_with("start evt_1 ") && handled.contains("end evt_1\n"), "{handled}");
    assert!(TcpStream::connect(&gateway.address).await.is_err());

    // Everything that was answered is in the audit trail.
    let trail = folder.read("audit.jsonl");
    let first: Value = serde_json::from_str(trail.lines().next().unwrap()).unwrap();
    assert_eq!((&first["outcome"], &first["route"]), (&"accepted".into(), &"partner".into()), "{trail}");
    assert!(trail.lines().skip(1).all(|line| line.contains(r#""route":"status""#)), "{trail}");
    assert!(!trail.contains("whsec") && !trail.contains("pk_test"), "{trail}");

    // And done it stays.
    let gateway = Gateway::start(&folder, DURABLE);
    gateway.wait_for_status(&ACME, "evt_1", "done").await;
}

#[tokio::test]
async fn a_request_that_is_under_way_at_sigterm_is_answered() {
    let folder = Folder::new();
    let mut gateway = Gateway::start(&folder, DURABLE);
    let (head, body) = ACME.event("evt_1").into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let headers = head.headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap()));
    let headers: String = headers.collect();
    let length = body.len();
    let start = format!("POST {} HTTP/1.1\r\nhost: gateway\r\n{headers}content-length: {length}\r\n\r\n", head.uri);
    let mut socket = TcpStream::connect(&gateway.address).await.unwrap();
    socket.write_all(start.as_bytes()).await.unwrap();
    // Begun: another one that came later is answered.
    gateway.get("/api/health").await;
    gateway.signal("TERM");
    while TcpStream::connect(&gateway.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    socket.write_all(&body).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""id":"evt_1""#), "{answer}");
    assert!(gateway.ended().success());
}

/// As where the log is a file on a full disk, or goes to a pipe whose reader has ended.
#[tokio::test]
async fn it_runs_on_when_its_log_cannot_be_written() {
    let folder = Folder::new();
    let mut gateway = Gateway::start_unheard(&folder);
    for event in ["evt_1", "evt_2"] {
        assert_eq!(gateway.send(ACME.event(event)).await.status, StatusCode::OK);
        gateway.wait_for_status(&ACME, event, "done").await;
    }
    gateway.signal("HUP");
    assert_eq!(gateway.get("/api/health").await.status, StatusCode::OK);
    gateway.signal("TERM");
    assert!(gateway.ended().success());
}

#[tokio::test]
async fn sigint_ends_it_too() {
    let folder = Folder::new();
    let mut gateway = Gateway::start(&folder, DURABLE);
    gateway.signal("INT");
    assert!(gateway.ended().success());
}

#[tokio::test]
async fn what_was_acknowledged_before_a_kill_is_handled_after_it() {
    let folder = Folder::new();
    let mut gateway = Gateway::start_with(&folder, DURABLE, &[("GATEWAY_HANDLER_MS", "60000")]);
    assert_eq!(gateway.send(ACME.event("evt_1")).await.status, StatusCode::OK);
    gateway.signal("KILL");
    assert!(!gateway.ended().success());
    let gateway = Gateway::start(&folder, DURABLE);
    gateway.wait_for_status(&ACME, "evt_1", "done").await;
}

#[tokio::test]
async fn a_handler_that_fails_is_tried_again_and_the_error_is_told() {
    let folder = Folder::new();
    let gateway = Gateway::start_with(&folder, DURABLE, &[("GATEWAY_FAIL_RATE", "1")]);
    assert_eq!(gateway.send(ACME.event("evt_1")).await.status, StatusCode::OK);
    let status = gateway.wait_for_status(&ACME, "evt_1", "failed").await;
    assert!(status["lastError"].as_str().unwrap().contains("GATEWAY_FAIL_RATE"), "{status}");
    assert!(status["nextAttemptAt"].is_string(), "{status}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_said_in_one_line() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = format!("listen = \"{}\"\ndatabase = \"sqlite::memory:\"", taken.local_addr().unwrap());
    let output = crate::process::refused(&folder, &config, &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("gateway.toml: listen: "), "{stderr}");
}
