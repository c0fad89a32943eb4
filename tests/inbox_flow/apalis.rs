//! Events in back ends of apalis.

use crate::common::{code, event, github, json, send};
use apalis_core::backend::TaskSinkError;
use apalis_sqlite::SqliteStorage;
use axum::{Router, routing::post};
use http::StatusCode;
use sqlx::{Row, SqlitePool, sqlite::SqliteConnectOptions};
use tower_webhook::{
    InboxEvent, Secret, WebhookLayer,
    inbox::{ApalisSink, Endpoint},
    schemes,
};

fn app(endpoint: Endpoint) -> Router {
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(crate::common::SECRET).unwrap()).build().unwrap();
    Router::new().route("/hook", post(endpoint).route_layer(layer))
}

/// A file that goes with the test.
struct Database(std::path::PathBuf);

impl Database {
    async fn open(name: &str) -> (Self, SqlitePool) {
        let file = std::env::temp_dir().join(format!("tower-webhook-{name}-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&file);
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        SqliteStorage::<()>::migrations().run(&pool).await.unwrap();
        (Self(file), pool)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn an_event_that_comes_again_is_one_task_in_sqlite() {
    let (_file, pool) = Database::open("again").await;
    let sink = || ApalisSink::new(SqliteStorage::<InboxEvent>::new(&pool));
    let first = send(&app(sink().endpoint("github")), github("one")).await;
    let second = send(&app(sink().endpoint("github")), github("one")).await;
    assert_eq!((first.status(), second.status()), (StatusCode::OK, StatusCode::OK));
    assert_eq!(json(&first)["id"], json(&second)["id"]);
    let rows = sqlx::query("SELECT job, max_attempts, idempotency_key FROM Jobs").fetch_all(&pool).await.unwrap();
    let [row] = &rows[..] else { panic!("{} rows", rows.len()) };
    let stored: InboxEvent = serde_json::from_slice(row.get("job")).unwrap();
    assert_eq!(stored.payload(), "one");
    assert_eq!(row.get::<i64, _>("max_attempts"), 10);
    assert_eq!(row.get::<String, _>("idempotency_key"), stored.job().as_str());
    assert_eq!(json(&first)["id"], stored.public_id());
}

#[tokio::test]
async fn an_error_that_means_a_used_key_is_an_event_that_is_known() {
    let (_file, pool) = Database::open("known").await;
    // It refuses every task, as Postgres does with a used key.
    sqlx::query("CREATE TRIGGER used BEFORE INSERT ON Jobs BEGIN SELECT RAISE(ABORT, 'key is used'); END")
        .execute(&pool)
        .await
        .unwrap();
    let plain = ApalisSink::new(SqliteStorage::<InboxEvent>::new(&pool));
    let response = send(&app(plain.endpoint("github")), github("one")).await;
    assert_eq!((response.status(), code(&response)), (StatusCode::SERVICE_UNAVAILABLE, Some("store_unavailable")));
    let told = ApalisSink::new(SqliteStorage::<InboxEvent>::new(&pool)).duplicate_if(
        |error| matches!(error, TaskSinkError::PushError(error) if error.to_string().contains("key is used")),
    );
    let response = send(&app(told.endpoint("github")), github("one")).await;
    assert_eq!((response.status(), code(&response)), (StatusCode::OK, Some("duplicate")));
}

#[test]
fn what_is_no_event_is_not_read_as_one() {
    let event = event("e", "1", "payload");
    let text = serde_json::to_string(&event).unwrap();
    let read: InboxEvent = serde_json::from_str(&text).unwrap();
    assert_eq!(read.to_bytes(), event.to_bytes());
    for wrong in ["1", "\"\"", "\"%%%\"", "\"AAAA\"", &text.replace("\"A", "\"B")] {
        assert!(serde_json::from_str::<InboxEvent>(wrong).is_err(), "{wrong}");
    }
}
