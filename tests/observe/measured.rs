//! Metrics, whose labels no sender can make up.

use crate::common::{Kept, app, deliver, delivery, forged};
use axum::body::Body;
use http::{Method, Request};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tower::ServiceExt;
use tower_webhook::{
    AuditLayer, Key, MemoryReplayStore, PeerAddr, Quota, RateStore, ReplayStore, Secret, SystemClock, Tenant,
    TenantMap, WebhookLayer,
    clock::Clock,
    inbox::{Inbox, InboxWorker, Job, JobError},
    layers::audit::{AuditEntry, AuditWriter, QueuedSink},
    metrics::{self, Gauges, MetricsSink},
    schemes,
    stores::{ClaimRequest, MemoryRateStore, RateKey},
    testing,
};

/// One for all tests: every one of them has a route of its own.
static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let handle = PrometheusBuilder::new().install_recorder().unwrap();
    metrics::describe();
    handle
});

/// The value on the line that begins so, or 0.
#[track_caller]
fn value(line: &str) -> f64 {
    let page = RECORDER.render();
    let found = page.lines().find_map(|candidate| candidate.strip_prefix(line)?.strip_prefix(' '));
    found.map_or(0.0, |value| value.parse().unwrap())
}

fn requests(outcome: &str, scheme: &str, route: &str) -> f64 {
    value(&format!(r#"{}{{outcome="{outcome}",scheme="{scheme}",route="{route}"}}"#, metrics::REQUESTS))
}

#[tokio::test]
async fn requests_are_counted_by_outcome_scheme_and_route() {
    LazyLock::force(&RECORDER);
    let app = app(AuditLayer::new(MetricsSink::new()).route("counted").unwrap());
    deliver(&app, 3).await;
    for request in [
        delivery("delivery 0"),
        forged("[]"),
        delivery("fail"),
        Request::post("/").body(Body::empty()).unwrap(),
        Request::get("/?challenge=abc").body(Body::empty()).unwrap(),
        Request::delete("/").body(Body::empty()).unwrap(),
    ] {
        app.clone().oneshot(request).await.unwrap();
    }
    for (outcome, scheme, count) in [
        ("accepted", "github", 3.0),
        ("duplicate", "github", 1.0),
        ("signature_mismatch", "github", 1.0),
        ("handler_failed", "github", 1.0),
        ("signature_missing", "github", 1.0),
        ("method_not_allowed", "none", 1.0),
    ] {
        assert_eq!(requests(outcome, scheme, "counted"), count, "{outcome}\n{}", RECORDER.render());
    }
    assert_eq!(value(r#"webhook_request_duration_seconds_count{route="counted"}"#), 9.0);
    // The bodies that a signature was computed over: those of the accepted, the duplicate, the forged and the failed.
    assert_eq!(value(r#"webhook_body_bytes_count{route="counted"}"#), 6.0);
    assert_eq!(value(r#"webhook_body_bytes_sum{route="counted"}"#), 10.0 * 4.0 + 2.0 + 4.0);
    assert!(value(r#"webhook_verify_duration_seconds_count{scheme="github"}"#) >= 6.0);
}

#[tokio::test]
async fn a_route_without_a_name_is_none() {
    LazyLock::force(&RECORDER);
    let app = app(AuditLayer::new(MetricsSink::new()));
    deliver(&app, 1).await;
    assert!(requests("accepted", "github", "none") >= 1.0);
}

#[tokio::test]
async fn strangers_cannot_add_a_label() {
    LazyLock::force(&RECORDER);
    let key = Key::new(Secret::new("the secret of acme").unwrap());
    let tenants = [(Secret::new("api-key-of-acme").unwrap(), Tenant::new("acme", key).unwrap())];
    let webhook = WebhookLayer::builder(schemes::PARTNER, TenantMap::new(tenants).unwrap()).build().unwrap();
    let (plain, kept) = (app(AuditLayer::new(MetricsSink::new()).route("hostile").unwrap()), Kept::default());
    let audit = (MetricsSink::new(), QueuedSink::new(kept.clone(), 1000).unwrap());
    let partner = tower::ServiceBuilder::new()
        .layer(AuditLayer::new(audit).route("hostile partner").unwrap())
        .layer(webhook)
        .service_fn(async |_| Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty())));
    for number in 0..300_u32 {
        let method = Method::from_bytes(format!("M{number}").as_bytes()).unwrap();
        let mut requests = [delivery(&format!("{number}")), forged(&format!("{number}")), delivery("{}")];
        *requests[2].method_mut() = method;
        for mut request in requests {
            *request.uri_mut() = format!("/made/up/{number}%22%7D?x={number}").parse().unwrap();
            request.headers_mut().insert("x-github-delivery", format!("made-up-{number}\"}}").parse().unwrap());
            request.extensions_mut().insert(PeerAddr::new([198, 51, (number >> 8) as u8, number as u8].into()));
            plain.clone().oneshot(request).await.unwrap();
        }
        for (api_key, secret) in [("api-key-of-acme", "the secret of acme"), ("made up", "made up")] {
            let secret = Secret::new(secret).unwrap();
            let request = testing::sign(&schemes::PARTNER, &secret)
                .api_key(if api_key == "made up" { format!("made-up-{number}") } else { api_key.into() })
                .uri(format!("/made-up/{number}"))
                .body(format!(r#"{{"id":"made-up-{number}","type":"made-up-{number}"}}"#))
                .build()
                .unwrap();
            partner.clone().oneshot(request).await.unwrap();
        }
    }
    let page = RECORDER.render();
    assert!(!page.contains("made") && !page.contains("acme") && !page.contains("198.51"), "{page}");
    let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in page.lines().filter(|line| line.contains("hostile")) {
        let inside = line.split_once('{').unwrap().1.rsplit_once('}').unwrap().0;
        for (name, value) in inside.split(',').map(|label| label.split_once('=').unwrap()) {
            labels.entry(name).or_default().insert(value.trim_matches('"'));
        }
    }
    assert_eq!(labels.remove("route").unwrap(), ["hostile", "hostile partner"].into());
    assert_eq!(labels.remove("scheme").unwrap(), ["github", "none", "partner"].into());
    let outcomes = ["accepted", "method_not_allowed", "signature_mismatch"];
    assert_eq!(labels.remove("outcome").unwrap(), outcomes.into());
    labels.remove("quantile");
    assert!(labels.is_empty(), "{labels:?}");
}

struct Full;

impl AuditWriter for Full {
    fn write(&mut self, _: &[AuditEntry]) -> io::Result<()> {
        Err(io::Error::other("the disk is full"))
    }

    fn name(&self) -> &'static str {
        "full"
    }
}

#[tokio::test]
async fn what_an_audit_loses_is_counted_by_its_writer() {
    LazyLock::force(&RECORDER);
    let sink = QueuedSink::new(Full, 1000).unwrap();
    let app = app(AuditLayer::new(sink.clone()));
    deliver(&app, 7).await;
    sink.close();
    deliver(&crate::common::app(AuditLayer::new(sink.clone())), 2).await;
    assert_eq!(sink.dropped(), 9);
    assert_eq!(value(r#"webhook_audit_dropped_total{sink="full"}"#), 9.0);
}

#[tokio::test(start_paused = true)]
async fn the_gauges_tell_how_much_is_remembered() {
    LazyLock::force(&RECORDER);
    let stores = [MemoryReplayStore::new(100).unwrap(), MemoryReplayStore::new(100).unwrap()];
    let keys = MemoryRateStore::new(100).unwrap();
    let now = SystemClock.monotonic();
    for (store, count) in stores.iter().zip([2_u8, 3]) {
        for number in 0..count {
            let key = tower_webhook::ReplayKey::from_bytes([number; 32]);
            store.claim(&ClaimRequest::new(&key, Duration::from_secs(60), now)).await.unwrap();
        }
    }
    keys.take(&RateKey::everybody("everybody"), Quota::per_minute(10).unwrap(), now).await.unwrap();
    let gauges = Gauges::new().replay_store(&stores[0]).replay_store(&stores[1]).rate_store(&keys);
    assert!(tokio::time::timeout(Duration::from_millis(1500), gauges.run()).await.is_err(), "it goes on for ever");
    assert_eq!((value(metrics::REPLAY_ENTRIES), value(metrics::RATE_LIMIT_KEYS)), (5.0, 1.0));
}

/// Two are pushed, one of them twice; one is done, the other fails once and for all.
#[tokio::test(start_paused = true)]
async fn the_inbox_tells_what_it_takes_in_and_what_becomes_of_it() {
    LazyLock::force(&RECORDER);
    let inbox = Inbox::builder(Arc::new(testing::MemoryJobStore::default())).build().unwrap();
    for payload in ["done", "dead", "done"] {
        // Each time with a replay store that knows nothing, as after a restart.
        let webhook = WebhookLayer::builder(schemes::GITHUB, crate::common::secret()).build().unwrap();
        let endpoint = tower::ServiceBuilder::new()
            .layer(AuditLayer::new(MetricsSink::new()).route("inbox").unwrap())
            .layer(webhook)
            .service(inbox.endpoint("inbox"));
        let response = endpoint.oneshot(delivery(payload)).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    assert_eq!((requests("accepted", "github", "inbox"), requests("duplicate", "github", "inbox")), (2.0, 1.0));
    for (result, count) in [("new", 2.0), ("known", 1.0), ("full", 0.0), ("failed", 0.0)] {
        let name = format!(r#"{}_count{{result="{result}"}}"#, metrics::INBOX_PUSH_DURATION);
        assert_eq!(value(&name), count, "{result}");
    }
    Gauges::new().job_store(Arc::clone(inbox.store())).set().await;
    assert_eq!((value(metrics::INBOX_DEPTH), value(metrics::INBOX_BYTES)), (2.0, 8.0));

    let worker = InboxWorker::from_fn(&inbox, async |job: Job| match &**job.event.payload() {
        b"done" => Ok(()),
        _ => Err(JobError::dead("as it was told")),
    });
    assert!(value(metrics::INBOX_OLDEST_AGE) < 60.0);
    let all_ended = async {
        while inbox.load().await.unwrap().jobs > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    worker.build().unwrap().run(all_ended).await;
    let jobs = |result| value(&format!(r#"{}{{result="{result}"}}"#, metrics::INBOX_JOBS));
    assert_eq!((jobs("done"), jobs("dead"), jobs("retried")), (1.0, 1.0, 0.0));
    assert_eq!(value(&format!("{}_count", metrics::INBOX_JOB_DURATION)), 2.0);
    Gauges::new().job_store(Arc::clone(inbox.store())).set().await;
    assert_eq!((value(metrics::INBOX_DEPTH), value(metrics::INBOX_DEAD)), (0.0, 1.0));
}
