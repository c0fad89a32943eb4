//! One record for each request, whatever becomes of it.

use crate::common::{App, Directory, Kept, app, delivery, lines};
use axum::body::Body;
use futures_util::FutureExt;
use http::{Method, Request};
use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tower::ServiceExt;
use tower_webhook::{
    AuditLayer,
    layers::audit::{AuditRecord, JsonLines, QueuedSink},
};

const TASKS: u64 = 8;
const ROUNDS: u64 = 1563;
const REQUESTS: u64 = TASKS * ROUNDS * 8;

/// Eight requests of eight sorts.
async fn round(app: &App, round: String) {
    let ask = |request: Request<Body>| AssertUnwindSafe(app.clone().oneshot(request)).catch_unwind();
    let (head, body) = delivery(&round).into_parts();
    drop(body);
    let again = |change: fn(&mut Request<Body>)| {
        let mut request = Request::from_parts(head.clone(), Body::from(round.clone()));
        change(&mut request);
        request
    };
    let forged = again(|request| *request.body_mut() = Body::from("somebody else's"));
    let unsigned = again(|request| drop(request.headers_mut().remove("x-hub-signature-256")));
    let get = again(|request| *request.method_mut() = Method::GET);
    let challenge = Request::get("/hook?challenge=abc").body(Body::empty()).unwrap();
    for request in [again(|_| {}), again(|_| {}), forged, unsigned, get, challenge] {
        drop(ask(request).await.unwrap());
    }
    assert!(ask(delivery(&format!("panic {round}"))).await.is_err());
    // The client goes away.
    assert!(ask(delivery(&format!("hang {round}"))).now_or_never().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_a_hundred_thousand_requests_makes_one_record() {
    let directory = Directory::new();
    let seen = Arc::new(AtomicU64::new(0));
    let count = {
        let seen = Arc::clone(&seen);
        move |_: AuditRecord| {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    };
    let file = JsonLines::open(directory.file("audit.jsonl")).unwrap().rotation(8 << 20, 100).unwrap();
    let (kept, file) = (Kept::default(), QueuedSink::new(file, 1000).unwrap());
    let queue = QueuedSink::new(kept.clone(), 1_000_000).unwrap();
    let app = app(AuditLayer::new((count, (queue.clone(), file.clone()))).route("load").unwrap());

    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let app = app.clone();
            tokio::spawn(async move {
                for number in 0..ROUNDS {
                    round(&app, format!("{task} {number}")).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    queue.close();
    file.close();

    assert_eq!(seen.load(Ordering::Relaxed), REQUESTS);
    assert_eq!((queue.written(), queue.dropped()), (REQUESTS, 0));
    assert_eq!(file.written() + file.dropped(), REQUESTS);
    let in_files: usize = directory.files().into_iter().map(|path| lines(path).len()).sum();
    assert_eq!(in_files as u64, file.written());

    let mut outcomes = BTreeMap::new();
    for entry in kept.entries().iter() {
        *outcomes.entry(entry.outcome().to_owned()).or_insert(0) += 1;
        assert_eq!((entry.route(), entry.path()), (Some("load"), "/hook"));
    }
    let each = REQUESTS / 8;
    let expected = [
        ("abandoned", 2 * each),
        ("accepted", each),
        ("answered", each),
        ("duplicate", each),
        ("method_not_allowed", each),
        ("signature_mismatch", each),
        ("signature_missing", each),
    ];
    assert_eq!(outcomes, expected.map(|(code, count)| (code.to_owned(), count)).into());
}
