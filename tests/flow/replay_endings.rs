//! However a delivery ends without success, the sender's next attempt is handled.

use crate::common::{
    Calls, accepted, assert_answered, assert_rejected, builder, clock, github,
    logs::Logs,
    seams::{Conduct, RemoteReplays, SLOW, Step},
    send, status, store,
};
use axum::body::Body;
use http::{Request, Response, StatusCode};
use std::{fmt, time::Duration};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_webhook::{Fresh, Payload, RejectionKind, ReplayStore};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Status(u16),
    Grpc,
    Error,
    Panic,
    PanicInCall,
    Pending,
}

#[derive(Debug, PartialEq)]
struct Boom;

impl fmt::Display for Boom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("boom")
    }
}

impl std::error::Error for Boom {}

/// The first call ends like this, the others well.
fn handler(
    calls: &Calls,
    ending: Ending,
) -> impl Service<Request<Payload<Fresh>>, Response = Response<Body>, Error = Boom, Future: Send + 'static>
+ Clone
+ Send
+ use<> {
    let calls = calls.clone();
    tower::service_fn(move |_: Request<Payload<Fresh>>| {
        let first = calls.one_more() == 1;
        assert!(!(first && ending == Ending::PanicInCall), "as it was told");
        async move {
            tokio::task::yield_now().await;
            match ending {
                _ if !first => Ok(accepted()),
                Ending::Status(code) => Ok(status(StatusCode::from_u16(code).unwrap())),
                Ending::Grpc => {
                    let failed = Response::builder().header("grpc-status", "13").header("grpc-message", "no");
                    Ok(failed.body(Body::empty()).unwrap())
                }
                Ending::Error => Err(Boom),
                Ending::Panic | Ending::PanicInCall => panic!("as it was told"),
                Ending::Pending => std::future::pending().await,
            }
        }
    })
}

async fn the_next_one_is_handled(ending: Ending, store: impl ReplayStore) {
    let calls = Calls::default();
    let app = builder(&clock()).replay_store(store).build().unwrap().layer(handler(&calls, ending));
    let first = tokio::spawn(tokio::time::timeout(Duration::from_secs(1), app.clone().oneshot(github("{}")))).await;
    match (ending, first) {
        (Ending::Status(code), Ok(Ok(Ok(response)))) => assert_answered(&response, code),
        (Ending::Grpc, Ok(Ok(Ok(response)))) => assert_answered(&response, 200),
        (Ending::Error, Ok(Ok(Err(Boom)))) | (Ending::Pending, Ok(Err(_))) => {}
        (Ending::Panic | Ending::PanicInCall, Err(error)) => assert!(error.is_panic()),
        (_, other) => panic!("{ending:?} ended in {other:?}"),
    }
    // What is settled in the background has had its time.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_answered(&send(&app, github("{}")).await, 202);
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
    assert_eq!(calls.count(), 2, "{ending:?}");
}

const ENDINGS: [Ending; 11] = [
    Ending::Status(500),
    Ending::Status(503),
    Ending::Status(429),
    Ending::Status(404),
    Ending::Status(302),
    Ending::Status(101),
    Ending::Grpc,
    Ending::Error,
    Ending::Panic,
    Ending::PanicInCall,
    Ending::Pending,
];

#[tokio::test(start_paused = true)]
async fn a_failure_releases_the_claim_in_memory() {
    for ending in ENDINGS {
        the_next_one_is_handled(ending, store()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_releases_the_claim_elsewhere() {
    for ending in ENDINGS {
        the_next_one_is_handled(ending, RemoteReplays::new(SLOW)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_that_is_caught_above_releases_the_claim() {
    for ending in [Ending::Panic, Ending::PanicInCall] {
        let calls = Calls::default();
        let app = ServiceBuilder::new()
            .layer(CatchPanicLayer::new())
            .layer(builder(&clock()).build().unwrap())
            .service(handler(&calls, ending));
        assert_eq!(app.clone().oneshot(github("{}")).await.unwrap().status(), 500);
        assert_eq!(app.clone().oneshot(github("{}")).await.unwrap().status(), 202);
        assert_eq!(app.clone().oneshot(github("{}")).await.unwrap().status(), 200);
        assert_eq!(calls.count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn every_success_confirms() {
    for code in [200, 201, 202, 204, 299] {
        let calls = Calls::default();
        let handler = calls.handler_with(move |_, _| async move { status(StatusCode::from_u16(code).unwrap()) });
        let app = builder(&clock()).build().unwrap().layer(handler);
        assert_answered(&send(&app, github("{}")).await, code);
        let again = send(&app, github("{}")).await;
        assert_rejected(&again, RejectionKind::Duplicate);
        let first = again.extensions().get::<tower_webhook::Rejection>().unwrap().status_of_first();
        assert_eq!(first.unwrap(), code);
        assert_eq!(calls.count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_grpc_success_confirms() {
    let calls = Calls::default();
    let handler = calls
        .handler_with(|_, _| async { Response::builder().header("grpc-status", "0").body(Body::empty()).unwrap() });
    let app = builder(&clock()).build().unwrap().layer(handler);
    assert_answered(&send(&app, github("{}")).await, 200);
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
}

/// The handler is done when the client goes away: it must not be handled again.
#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_while_the_confirmation_is_under_way_does_not_undo_it() {
    let (calls, store) = (Calls::default(), RemoteReplays::new(SLOW));
    store.next(Step::Confirm, Conduct::Slow(Duration::from_millis(200)));
    let app = builder(&clock()).replay_store(store.clone()).build().unwrap().layer(calls.handler());
    let left = tokio::time::timeout(Duration::from_millis(100), send(&app, github("{}"))).await;
    assert!(left.is_err() && calls.count() == 1);
    assert_eq!(store.log(), [Step::Claim, Step::Confirm]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_before_the_claim_is_answered_blocks_nobody() {
    let (calls, store) = (Calls::default(), RemoteReplays::new(SLOW));
    store.next(Step::Claim, Conduct::Late(Duration::from_millis(100)));
    let app = builder(&clock()).replay_store(store.clone()).build().unwrap().layer(calls.handler());
    let left = tokio::time::timeout(Duration::from_millis(10), send(&app, github("{}"))).await;
    assert!(left.is_err() && calls.count() == 0);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_answered(&send(&app, github("{}")).await, 202);
}

/// A claim whose answer comes after the time-out has been made all the same.
#[tokio::test(start_paused = true)]
async fn a_claim_that_comes_too_late_is_given_back() {
    let (calls, store) = (Calls::default(), RemoteReplays::new(SLOW));
    store.next(Step::Claim, Conduct::Late(Duration::from_millis(400)));
    let app = builder(&clock()).replay_store(store.clone()).build().unwrap().layer(calls.handler());
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::StoreUnavailable);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_answered(&send(&app, github("{}")).await, 202);
    assert_eq!(calls.count(), 1);
}

/// Every store operation of a delivery fails or hangs in turn: never handled twice without an error in the log, never
/// acknowledged without having been handled.
#[tokio::test(start_paused = true)]
async fn whatever_step_of_the_store_breaks_nothing_is_lost_and_nothing_is_acknowledged_unhandled() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        for (step, ending, expected, calls_at_once) in [
            (Step::Claim, None, 503, 0),
            (Step::Confirm, None, 202, 1),
            (Step::Release, Some(Ending::Status(500)), 500, 1),
        ] {
            let logs = Logs::capture();
            let (clock, calls, store) = (clock(), Calls::default(), RemoteReplays::new(SLOW));
            store.next(step, conduct);
            let layer = builder(&clock).replay_store(store.clone()).build().unwrap();
            let app = layer.layer(handler(&calls, ending.unwrap_or(Ending::Status(202))));
            let began = tokio::time::Instant::now();
            let first = send(&app, github("{}")).await;
            assert!(began.elapsed() <= Duration::from_millis(300), "{:?}", began.elapsed());
            assert_eq!((first.status().as_u16(), calls.count()), (expected, calls_at_once), "{step:?} {conduct:?}");
            assert_eq!(logs.errors().len(), 1, "{}", logs.everything());
            if step == Step::Claim {
                assert_rejected(&first, RejectionKind::StoreUnavailable);
            }
            // The store is back: what it was to be told, it is told again.
            tokio::time::sleep(Duration::from_secs(5)).await;
            if step != Step::Confirm {
                assert_answered(&send(&app, github("{}")).await, 202);
            }
            assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
            assert_eq!(calls.count(), if step == Step::Release { 2 } else { 1 });
        }
    }
}
