//! Lines of JSON, in files that are rotated.

use crate::common::{App, Directory, SECRET, app, deliver, delivery, forged, lines, settled};
use std::fs;
use tower::ServiceExt;
use tower_webhook::{
    AuditLayer,
    layers::audit::{JsonLines, QueuedSink},
};

fn audited(file: JsonLines) -> (App, QueuedSink) {
    let sink = QueuedSink::new(file, 100_000).unwrap();
    (app(AuditLayer::new(sink.clone()).route("files").unwrap()), sink)
}

fn event_id(line: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(line).unwrap();
    entry["event_id"].as_str().unwrap().to_owned()
}

/// Oldest first.
fn all_lines(directory: &Directory) -> Vec<String> {
    let mut files = directory.files();
    files.sort_by_key(|path| path.extension().unwrap().to_str().unwrap().parse().unwrap_or(0));
    files.into_iter().rev().flat_map(lines).collect()
}

#[tokio::test]
async fn rotation_loses_no_line_and_keeps_as_many_files_as_it_may() {
    for (files, lost) in [(1000, false), (3, true)] {
        let directory = Directory::new();
        let path = directory.file("audit.jsonl");
        let (app, sink) = audited(JsonLines::open(&path).unwrap().rotation(4096, files).unwrap());
        deliver(&app, 700).await;
        sink.close();
        assert_eq!((sink.written(), sink.dropped()), (700, 0));

        assert!(directory.files().len() <= files, "{:?}", directory.files());
        for file in directory.files() {
            assert!(fs::metadata(&file).unwrap().len() <= 4096, "{file:?}");
        }
        let ids: Vec<_> = all_lines(&directory).iter().map(|line| event_id(line)).collect();
        assert_eq!(ids.len() < 700, lost);
        let expected: Vec<_> = (700 - ids.len()..700).map(|number| format!("delivery-{number}")).collect();
        assert_eq!(ids, expected, "the newest are kept, in order");
        assert!(lines(&path).len() > 1);
    }
}

#[tokio::test]
async fn a_line_says_who_did_what_and_no_more() {
    let directory = Directory::new();
    let path = directory.file("audit.jsonl");
    let (app, sink) = audited(JsonLines::open(&path).unwrap());
    let mut signatures = Vec::new();
    for request in [delivery("4242 4242"), delivery("4242 4242"), forged("4242 4242")] {
        signatures.push(request.headers()["x-hub-signature-256"].to_str().unwrap().to_owned());
        app.clone().oneshot(request).await.unwrap();
    }
    sink.close();
    let lines = lines(&path);
    let first: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    let expected = serde_json::json!({
        "at": first["at"], "outcome": "accepted", "status": 202, "route": "files", "path": "/hook",
        "client_ip": "192.0.2.1", "scheme": "github", "key_id": "current", "event_id": "4242-4242",
        "latency_us": first["latency_us"],
    });
    assert_eq!(first, expected);
    let at = first["at"].as_str().unwrap();
    assert!(at.ends_with('Z') && at.len() == "2026-11-22T05:53:27.000Z".len(), "{at}");
    assert!(lines[1].contains(r#""outcome":"duplicate","status":200"#), "{}", lines[1]);
    assert!(lines[2].contains(r#""outcome":"signature_mismatch","status":401"#), "{}", lines[2]);
    assert!(!lines[2].contains("event_id"), "nobody vouches for it");
    for line in lines {
        for secret in
            ["in-the-query", SECRET, "4242 4242", "sha256="].into_iter().chain(signatures.iter().map(|s| &**s))
        {
            assert!(!line.contains(secret), "{secret} is in {line}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_deleted_renamed_or_torn_is_begun_anew() {
    let directory = Directory::new();
    let path = directory.file("deeper/audit.jsonl");
    let (app, sink) = audited(JsonLines::open(&path).unwrap());
    deliver(&app, 1).await;
    settled(&sink, 1);
    fs::remove_file(&path).unwrap();
    app.clone().oneshot(delivery("after deletion")).await.unwrap();
    settled(&sink, 2);
    assert_eq!(lines(&path).iter().map(|line| event_id(line)).collect::<Vec<_>>(), ["after-deletion"]);

    fs::rename(&path, directory.file("moved")).unwrap();
    fs::write(&path, r#"{"half":"#).unwrap();
    app.clone().oneshot(delivery("after renaming")).await.unwrap();
    settled(&sink, 3);
    let lines = lines(&path);
    assert_eq!((lines.len(), &*lines[0], &*event_id(&lines[1])), (2, r#"{"half":"#, "after-renaming"));
    assert_eq!(sink.dropped(), 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_tried_again_and_what_was_lost_is_counted() {
    let directory = Directory::new();
    let path = directory.file("audit.jsonl");
    let (app, sink) = audited(JsonLines::open(&path).unwrap());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    deliver(&app, 3).await;
    settled(&sink, 3);
    assert_eq!((sink.written(), sink.dropped()), (0, 3));
    fs::remove_dir(&path).unwrap();
    app.clone().oneshot(delivery("again")).await.unwrap();
    settled(&sink, 4);
    assert_eq!((sink.written(), sink.dropped()), (1, 3));
    assert_eq!(event_id(&lines(&path)[0]), "again");
}

#[tokio::test]
async fn a_rotation_that_cannot_be_done_is_counted() {
    let directory = Directory::new();
    let path = directory.file("audit.jsonl");
    let (app, sink) = audited(JsonLines::open(&path).unwrap().rotation(1025, 2).unwrap());
    deliver(&app, 1).await;
    settled(&sink, 1);
    // In the way of the file that is renamed.
    fs::create_dir(directory.file("audit.jsonl.1")).unwrap();
    fs::write(directory.file("audit.jsonl.1/full"), "").unwrap();
    deliver_under(&app, "blocked", 20).await;
    sink.close();
    assert!(sink.dropped() > 0, "{sink:?}");
    assert_eq!(sink.written() + sink.dropped(), 21);
    assert!(fs::metadata(&path).unwrap().len() <= 1025);
}

async fn deliver_under(app: &App, name: &str, count: usize) {
    for number in 0..count {
        app.clone().oneshot(delivery(&format!("{name} {number}"))).await.unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new();
    let (app, sink) = audited(JsonLines::open(directory.file("audit.jsonl")).unwrap().rotation(2048, 3).unwrap());
    deliver(&app, 30).await;
    sink.close();
    assert_eq!(directory.files().len(), 3);
    for file in directory.files() {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_cannot_work_is_said_at_once() {
    let directory = Directory::new();
    fs::write(directory.file("file"), "").unwrap();
    for path in [directory.file(""), directory.file("file/audit.jsonl")] {
        assert_eq!(JsonLines::open(path).unwrap_err().field(), "audit.path");
    }
    for (bytes, files) in [(1000, 8), (1 << 20, 1)] {
        let open = JsonLines::open(directory.file("audit.jsonl")).unwrap();
        assert_eq!(open.rotation(bytes, files).unwrap_err().field(), "audit.rotation");
    }
}
