//! A record of every attempt, and nothing in it that should not be.

use crate::common::{
    Calls, NOW, SECRET, assert_rejected, builder, clock, forged, from, github, logs::Logs, partner, send, sign, status,
    store,
};
use axum::{Router, body::Body, routing::post};
use http::{Request, Response, StatusCode};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};
use tower_webhook::{
    AuditLayer, Fresh, Key, Payload, PeerAddr, Quota, RejectionKind, Secret, Tenant, TenantMap, UnixTime, WebhookLayer,
    layers::audit::{AuditRecord, Outcome, TracingSink},
    schemes,
};

#[derive(Clone, Default)]
struct Records(Arc<Mutex<Vec<AuditRecord>>>);

impl Records {
    fn layer(&self) -> AuditLayer<impl Fn(AuditRecord) + Clone + Send + Sync + 'static + use<>> {
        let records = Arc::clone(&self.0);
        AuditLayer::new(move |record| records.lock().unwrap().push(record)).clock(clock())
    }

    /// The one record since the last time.
    #[track_caller]
    fn one(&self) -> AuditRecord {
        let mut records = self.0.lock().unwrap();
        assert_eq!(records.len(), 1, "{records:?}");
        records.remove(0)
    }
}

#[derive(Clone, Copy, Debug)]
enum Does {
    Answer(u16),
    Grpc,
    Fail,
    Panic,
    Hang,
}

#[derive(Debug)]
struct Boom;

fn handler(
    does: Does,
) -> impl Service<Request<Payload<Fresh>>, Response = Response<Body>, Error = Boom, Future: Send> + Clone + Send + 'static
{
    tower::service_fn(move |_: Request<Payload<Fresh>>| async move {
        match does {
            Does::Answer(code) => Ok(status(StatusCode::from_u16(code).unwrap())),
            Does::Grpc => Ok(Response::builder().header("grpc-status", "13").body(Body::empty()).unwrap()),
            Does::Fail => Err(Boom),
            Does::Panic => panic!("as it was told"),
            Does::Hang => std::future::pending().await,
        }
    })
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_reaches_the_handler_makes_one_record() {
    for (does, code, answered) in [
        (Does::Answer(202), "accepted", Some(202)),
        (Does::Answer(500), "handler_failed", Some(500)),
        (Does::Answer(404), "handler_failed", Some(404)),
        (Does::Grpc, "handler_failed", Some(200)),
        (Does::Fail, "handler_failed", None),
        (Does::Panic, "abandoned", None),
        (Does::Hang, "abandoned", None),
    ] {
        let records = Records::default();
        let webhook = builder(&clock()).build().unwrap();
        let app = ServiceBuilder::new().layer(records.layer()).layer(webhook).service(handler(does));
        let attempt = tokio::time::timeout(Duration::from_secs(1), app.oneshot(github("{}")));
        let _ = tokio::spawn(attempt).await;
        let record = records.one();
        assert_eq!((record.outcome().code(), record.status().map(|status| status.as_u16())), (code, answered));
        assert_eq!(record.client_ip(), Some([192, 0, 2, 1].into()));
        assert_eq!(record.path(), "/hook");
        assert_eq!(record.at(), UnixTime::from_seconds(NOW));
        let event = record.event().unwrap();
        assert_eq!((event.scheme(), event.key_id()), ("github", "current"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_turned_away_makes_one_record_that_says_why() {
    let records = Records::default();
    let webhook = builder(&clock())
        .allow(tower_webhook::IpSet::parse(["192.0.2.0/24"]).unwrap())
        .rate_limit(Quota::per_minute(8).unwrap())
        .body_limit(100)
        .build()
        .unwrap();
    let app = ServiceBuilder::new().layer(records.layer()).layer(webhook).service(Calls::default().handler());
    let ask = async |request: Request<Body>| {
        let response = send(&app, request).await;
        let record = records.one();
        assert_eq!(record.status(), Some(response.status()));
        match record.outcome() {
            Outcome::Rejected(rejection) => assert_eq!(Some(rejection.kind()), crate::common::kind(&response)),
            other => assert!(matches!(other, Outcome::Accepted), "{other:?}"),
        }
        record
    };
    assert_eq!(ask(github("{}")).await.outcome().code(), "accepted");

    // A duplicate is somebody's: the record says whose.
    let duplicate = ask(github("{}")).await;
    assert_eq!((duplicate.outcome().code(), duplicate.status().unwrap().as_u16()), ("duplicate", 200));
    assert_eq!(duplicate.event().unwrap().key_id(), "current");

    let mut get = github("{}");
    *get.method_mut() = http::Method::GET;
    let mut gzip = github("{}");
    gzip.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    let mut unsigned = github("{}");
    unsigned.headers_mut().remove("x-hub-signature-256");
    let mut unknown = github("{}");
    unknown.extensions_mut().clear();
    for (request, code, client) in [
        (forged("{}"), "signature_mismatch", Some("192.0.2.1")),
        (unsigned, "signature_missing", Some("192.0.2.1")),
        (from(github("{}"), "203.0.113.1"), "ip_not_allowed", Some("203.0.113.1")),
        (github(&"x".repeat(101)), "payload_too_large", Some("192.0.2.1")),
        (gzip, "encoding_not_supported", Some("192.0.2.1")),
        (get, "method_not_allowed", None),
        (unknown, "peer_unknown", None),
    ] {
        let record = ask(request).await;
        assert_eq!(record.outcome().code(), code);
        assert_eq!(record.client_ip(), client.map(|client| client.parse().unwrap()), "{code}");
        assert!(record.event().is_none(), "nobody vouches for it");
    }
    for _ in 0..2 {
        ask(github("{}")).await;
    }
    assert_eq!(ask(github("{}")).await.outcome().code(), "rate_limited");
}

#[tokio::test(start_paused = true)]
async fn what_never_comes_to_a_webhook_makes_one_record_too() {
    let records = Records::default();
    let webhook = builder(&clock()).build().unwrap();
    let app: Router = Router::new()
        .route("/hook", post(async || "thanks").route_layer(webhook))
        .route("/other", post(async || "no webhook"))
        .layer(records.layer());
    for (method, path, status) in [("GET", "/hook", 405), ("POST", "/nowhere", 404), ("POST", "/other", 200)] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), status);
        let record = records.one();
        assert_eq!((record.outcome().code(), record.status().unwrap().as_u16()), ("unverified", status));
        assert_eq!(record.path(), path);
    }
    app.clone().oneshot(github("{}")).await.unwrap();
    assert_eq!(records.one().outcome().code(), "accepted");
}

#[tokio::test(start_paused = true)]
async fn a_record_names_the_tenant_the_key_and_the_time_it_took() {
    let records = Records::default();
    let key = Key::new(Secret::new("the secret of acme").unwrap()).id("2025-11").unwrap();
    let acme = Tenant::new("acme", key).unwrap();
    let tenants = TenantMap::new([(Secret::new("api-key-of-acme").unwrap(), acme)]).unwrap();
    let clock = clock();
    let webhook = WebhookLayer::builder(schemes::PARTNER, tenants).clock(clock.clone()).build().unwrap();
    let handler = Calls::default().handler_with({
        let clock = clock.clone();
        move |_, _| {
            clock.advance(Duration::from_millis(7));
            async { crate::common::accepted() }
        }
    });
    let app = ServiceBuilder::new().layer(records.layer().clock(clock)).layer(webhook).service(handler);
    send(&app, partner("api-key-of-acme", "the secret of acme", NOW, r#"{"id":"evt_1","type":"ping"}"#)).await;
    let record = records.one();
    let event = record.event().unwrap();
    assert_eq!(event.tenant().unwrap().id().as_str(), "acme");
    assert_eq!((event.key_id(), event.id(), event.kind()), ("2025-11", Some("evt_1"), Some("ping")));
    assert_eq!(record.latency(), Duration::from_millis(7));
}

/// Whatever happens, neither the query, nor a secret, nor a signature, nor the payload is written anywhere.
#[tokio::test(start_paused = true)]
async fn nothing_secret_is_in_a_record_or_a_log_line() {
    let logs = Logs::capture();
    let records = Records::default();
    let webhook = builder(&clock()).replay_store(store()).build().unwrap();
    let app = ServiceBuilder::new()
        .layer(records.layer())
        .layer(AuditLayer::new(TracingSink))
        .layer(webhook)
        .service(Calls::default().handler());
    let payload = r#"{"card":"4242424242424242"}"#;
    let mut printed = String::new();
    for mut request in [github(payload), github(payload), forged(payload)] {
        *request.uri_mut() = "/hook?token=in-the-query".parse().unwrap();
        request.headers_mut().insert("x-github-delivery", format!("\t{}", "x".repeat(500)).parse().unwrap());
        send(&app, request).await;
        printed += &format!("{:?}", records.one());
    }
    printed += &logs.everything();
    assert_eq!(logs.everything().matches("tower_webhook::audit").count(), 3);
    for secret in [
        "in-the-query",
        SECRET,
        &sign(SECRET, payload),
        &sign("a secret of somebody else", payload),
        "424242",
        &"x".repeat(65),
        "\t",
    ] {
        assert!(!printed.contains(secret), "{secret:?} is in {printed}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_let_through_to_be_reported_is_not_on_record_as_accepted() {
    let records = Records::default();
    let webhook = builder(&clock()).insecure_report_only().build().unwrap();
    let app = ServiceBuilder::new().layer(records.layer()).layer(webhook).service(Calls::default().handler());
    let response = send(&app, forged("{}")).await;
    assert_eq!(response.status(), 202);
    let record = records.one();
    match record.outcome() {
        Outcome::Reported(rejection) => assert_eq!(rejection.kind(), RejectionKind::SignatureMismatch),
        other => panic!("{other:?}"),
    }
    assert_eq!((record.outcome().code(), record.status().unwrap().as_u16()), ("reported", 202));
    assert!(record.event().is_none());
    // The genuine one is.
    send(&app, github("{}")).await;
    assert_eq!(records.one().outcome().code(), "accepted");
}

#[tokio::test(start_paused = true)]
async fn a_full_house_is_on_record() {
    let records = Records::default();
    let webhook = builder(&clock()).in_flight(1).build().unwrap();
    let app = ServiceBuilder::new().layer(records.layer()).layer(webhook).service(handler(Does::Hang));
    let held = tokio::spawn(app.clone().oneshot(github("1")));
    tokio::task::yield_now().await;
    let response = app.clone().oneshot(github("2")).await.unwrap();
    assert_rejected(&response, RejectionKind::Overloaded);
    assert_eq!(records.one().outcome().code(), "overloaded");
    held.abort();
    assert!(held.await.unwrap_err().is_cancelled());
    assert_eq!(records.one().outcome().code(), "abandoned");
}

#[tokio::test(start_paused = true)]
async fn an_address_found_further_out_is_on_record_too() {
    let records = Records::default();
    let app = tower_webhook::ClientIpLayer::new().layer(records.layer().layer(tower::service_fn(
        async |_: Request<Body>| Ok::<_, std::convert::Infallible>(Response::new(Body::empty())),
    )));
    let request = Request::get("/?a=b").extension(PeerAddr::new([198, 51, 100, 9].into())).body(Body::empty()).unwrap();
    send(&app, request).await;
    let record = records.one();
    assert_eq!((record.client_ip(), record.path()), (Some([198, 51, 100, 9].into()), "/"));
}

#[tokio::test(start_paused = true)]
async fn two_audits_around_each_other_record_the_same() {
    let (outer, inner) = (Records::default(), Records::default());
    let app = ServiceBuilder::new()
        .layer(outer.layer())
        .layer(inner.layer())
        .layer(builder(&clock()).build().unwrap())
        .service(Calls::default().handler());
    send(&app, github("{}")).await;
    for record in [outer.one(), inner.one()] {
        assert_eq!(record.outcome().code(), "accepted");
        assert_eq!(record.client_ip(), Some([192, 0, 2, 1].into()));
        assert_eq!(record.event().unwrap().key_id(), "current");
    }
}

/// A scheme that refuses, or waits for a body that never comes, is on record as well as one that verifies.
#[tokio::test(start_paused = true)]
async fn a_record_names_its_route_and_the_scheme_that_was_asked() {
    let records = Records::default();
    let webhook = builder(&clock())
        .allow(tower_webhook::IpSet::parse(["192.0.2.0/24"]).unwrap())
        .body_limit(100)
        .explain_rejections()
        .build()
        .unwrap();
    let app = ServiceBuilder::new()
        .layer(records.layer().route("github of the shop").unwrap())
        .layer(webhook)
        .service(Calls::default().handler());
    let mut unsigned = github("{}");
    unsigned.headers_mut().remove("x-hub-signature-256");
    for (request, code, scheme, bytes) in [
        (github("{}"), "accepted", Some("github"), Some(2)),
        (github("{}"), "duplicate", Some("github"), Some(2)),
        (forged("[1]"), "signature_mismatch", Some("github"), Some(3)),
        (unsigned, "signature_missing", Some("github"), None),
        (github(&"x".repeat(101)), "payload_too_large", Some("github"), None),
        (from(github("{}"), "203.0.113.1"), "ip_not_allowed", None, None),
    ] {
        send(&app, request).await;
        let record = records.one();
        assert_eq!((record.outcome().code(), record.scheme(), record.body_bytes()), (code, scheme, bytes));
        assert_eq!(record.route(), Some("github of the shop"));
        let vouched_for = matches!(code, "accepted" | "duplicate");
        assert_eq!(record.key_id(), vouched_for.then_some("current"), "{code}");
        assert_eq!(record.event_id(), vouched_for.then_some("72d3162e-cc78-11e3-81ab-4c9367dc0958"), "{code}");
        assert_eq!(record.tenant(), None);
    }
    let endless = Body::from_stream(futures_util::stream::pending::<Result<bytes::Bytes, std::io::Error>>());
    let waiting = app.clone().oneshot(github("{}").map(|_| endless));
    assert!(tokio::time::timeout(Duration::from_millis(10), waiting).await.is_err());
    let record = records.one();
    assert_eq!((record.outcome().code(), record.scheme()), ("abandoned", Some("github")));
}

#[test]
fn the_name_of_a_route_is_short_and_printable() {
    for name in ["", "\n", &"x".repeat(65)] {
        let error = AuditLayer::new(TracingSink).route(name).unwrap_err();
        assert_eq!(error.field(), "audit.route");
    }
}

/// What a handler, such as an inbox, has seen before it may say: a success that is a duplicate all the same.
#[tokio::test(start_paused = true)]
async fn a_duplicate_that_the_handler_knows_is_on_record_as_one() {
    let records = Records::default();
    let handler = Calls::default().handler_with(|_, _| async {
        let mut response = status(StatusCode::OK);
        response.extensions_mut().insert(tower_webhook::Rejection::new(RejectionKind::Duplicate));
        response
    });
    let app = ServiceBuilder::new().layer(records.layer()).layer(builder(&clock()).build().unwrap()).service(handler);
    assert_eq!(send(&app, github("{}")).await.status(), 200);
    assert_eq!(records.one().outcome().code(), "duplicate");
}

#[tokio::test(start_paused = true)]
async fn a_pair_of_sinks_takes_each_record_twice_and_no_sink_takes_none() {
    let (left, right) = (Records::default(), Records::default());
    let sink = |records: &Records| {
        let records = Arc::clone(&records.0);
        move |record| records.lock().unwrap().push(record)
    };
    let audit = AuditLayer::new((sink(&left), (Some(sink(&right)), None::<TracingSink>)));
    let app = ServiceBuilder::new()
        .layer(audit)
        .layer(builder(&clock()).build().unwrap())
        .service(Calls::default().handler());
    send(&app, github("{}")).await;
    for record in [left.one(), right.one()] {
        assert_eq!(record.outcome().code(), "accepted");
    }
}
