//! Bodies so large that others would wait for them.

use crate::common::{Calls, NOW, SECRET, assert_rejected, builder, clock, github_of, partner, send, sign};
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::Request;
use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};
use tower::Layer;
use tower_webhook::{
    Key, Keyring, RejectionKind, Scheme, Secret, Tenant, TenantMap, Verifier, WebhookLayer,
    schemes::{self, SchemeInput},
    testing,
};

const MEGABYTE: usize = 1 << 20;

/// Turns that another task of the same thread gets while `work` is done.
async fn turns_of_others(work: impl Future) -> usize {
    let turns = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&turns);
    let other = tokio::spawn(async move {
        loop {
            counting.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    work.await;
    other.abort();
    turns.load(Ordering::Relaxed)
}

fn in_frames(payload: &Bytes, size: usize) -> Body {
    let frames: Vec<_> = payload.chunks(size).map(|frame| Ok::<_, Infallible>(payload.slice_ref(frame))).collect();
    Body::from_stream(stream::iter(frames))
}

#[tokio::test]
async fn others_have_their_turn_while_a_large_body_is_put_together_and_hashed() {
    let calls = Calls::default();
    let app = builder(&clock()).body_limit(16 * MEGABYTE).build().unwrap().layer(calls.handler());
    let payload = Bytes::from(vec![b'x'; 10 * MEGABYTE]);
    for (frame, least) in [(10 * MEGABYTE, 150), (MEGABYTE / 4, 300), (400, 300)] {
        let request = github_of::<Body>(payload.clone()).map(|_| in_frames(&payload, frame));
        let turns = turns_of_others(async { assert!(send(&app, request).await.status().is_success()) }).await;
        // At most 64 KiB a turn: 160 for the hash, and as many for the copy where there is one.
        assert!(turns >= least, "{turns} turns with frames of {frame} bytes");
    }
    assert_eq!(calls.count(), 1, "the others are duplicates");
}

#[tokio::test]
async fn a_body_of_64_kib_takes_no_turns() {
    let app = builder(&clock()).build().unwrap().layer(Calls::default().handler());
    let request = github_of::<Body>(vec![b'x'; 64 << 10]);
    let turns = turns_of_others(async { assert!(send(&app, request).await.status().is_success()) }).await;
    assert_eq!(turns, 0);
}

/// All of them, or a third sender could tell who is known by how long the others wait.
#[tokio::test]
async fn a_large_forgery_takes_turns_whether_its_sender_is_known_or_not() {
    let key = |secret: &str| Key::new(Secret::new(secret).unwrap());
    let keys = Keyring::new(key("the secret of acme now")).previous(key("the secret of acme before"));
    let acme = (Secret::new("api-key-of-acme-1").unwrap(), Tenant::new("acme", keys).unwrap());
    let bolt = (Secret::new("api-key-of-bolt-1").unwrap(), Tenant::new("bolt", key("the secret of bolt")).unwrap());
    let keys = TenantMap::new([acme, bolt]).unwrap();
    let app = WebhookLayer::builder(schemes::PARTNER, keys).clock(clock()).body_limit(2 * MEGABYTE).build().unwrap();
    let app = app.layer(Calls::default().handler());
    let payload = "x".repeat(MEGABYTE);
    let mut all = vec![];
    for api_key in ["api-key-of-acme-1", "api-key-of-bolt-1", "api-key-of-nobody"] {
        let request = partner(api_key, "a secret of somebody else", NOW, &payload);
        let forged = async { assert_rejected(&send(&app, request).await, RejectionKind::SignatureMismatch) };
        all.push(turns_of_others(forged).await);
    }
    // Two keys, a MAC each: turns with both of them, or with one and then with the other.
    assert!(all[0] >= 30 && all.iter().all(|turns| turns.abs_diff(all[0]) <= 2), "{all:?}");
}

/// `Verifier::verify` hashes ahead, `Scheme::verify` does not.
#[tokio::test]
async fn hashed_in_turns_or_at_once_a_large_body_gets_the_same_verdict() {
    let secrets =
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056"];
    let start = br#"{"id":"evt_1","type":"invoice.paid","timestamp":1764000000,"webhookTimestamp":1764000000000,"time_ms":1764000000000,"data":""#;
    let mut payload = start.to_vec();
    payload.resize(2 * 64 * 1024 + 11, b'x');
    payload.extend(b"\"}");
    let payload = Bytes::from(payload);
    let now = clock();
    let mut verified = 0;
    for recipe in schemes::ALL.iter().map(|recipe| recipe.clone().fixed_key()) {
        for secret in secrets.map(|secret| Secret::new(secret).unwrap()) {
            let others = Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=").unwrap();
            let keys = Keyring::new(secret.clone()).previous(others);
            let signing = testing::sign(&recipe, &secret).at(tower_webhook::UnixTime::from_seconds(NOW));
            let signing = signing.body(payload.to_vec());
            let Ok(request) = signing.clone().id("msg_1").build().or_else(|_| signing.build()) else { continue };
            let Ok(verifier) = Verifier::new(recipe.clone(), keys.clone()) else { continue };
            let verifier = verifier.clock(now.clone());
            let (head, body) = request.into_parts();
            let body = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
            for changed in [None, Some(0), Some(body.len() / 2), Some(body.len() - 1)] {
                let mut body = body.to_vec();
                if let Some(index) = changed {
                    body[index] ^= 1;
                }
                let body = Bytes::from(body);
                let input = SchemeInput::new(&head, &body, tower_webhook::UnixTime::from_seconds(NOW));
                let at_once = recipe.verify(&input, &keys);
                let in_turns = verifier.verify(&head, &body).await;
                match (&at_once, &in_turns) {
                    (Ok(verification), Ok(event)) => {
                        assert_eq!(verification.key_id(), event.key_id());
                        verified += usize::from(changed.is_none());
                    }
                    (Err(error), Err(rejection)) => {
                        assert_eq!(RejectionKind::from(error.kind()), rejection.kind(), "{}", recipe.name());
                    }
                    _ => panic!("{}: {at_once:?}, but in turns {in_turns:?}", recipe.name()),
                }
            }
        }
    }
    assert!(verified >= 120, "{verified}");
}

/// A combinator may poll with another waker each time; none may be lost.
#[tokio::test]
async fn a_task_that_moves_while_it_waits_for_its_turn_is_woken() {
    let app = builder(&clock()).body_limit(2 * MEGABYTE).build().unwrap().layer(Calls::default().handler());
    let mut response = Box::pin(send(&app, github_of::<Body>(vec![b'x'; MEGABYTE])));
    // Polled once by this task, then by another one.
    let first = std::future::poll_fn(|cx| Poll::Ready(response.as_mut().poll(cx).is_pending())).await;
    assert!(first, "a turn is waited for");
    let mut selected = futures_util::future::select(response, std::future::pending::<()>());
    let response = std::future::poll_fn(|cx| std::pin::Pin::new(&mut selected).poll(cx)).await;
    let futures_util::future::Either::Left((response, _)) = response else { panic!("nothing else ends") };
    assert!(response.status().is_success());
}

#[test]
fn a_large_body_is_verified_outside_of_any_runtime() {
    let verifier = Verifier::new(schemes::GITHUB, Secret::new(SECRET).unwrap()).unwrap();
    let body = Bytes::from(vec![b'x'; MEGABYTE]);
    let request = Request::post("/").header("x-hub-signature-256", format!("sha256={}", sign(SECRET, &body)));
    let (head, ()) = request.body(()).unwrap().into_parts();
    let event = block_on(verifier.verify(&head, &body)).unwrap();
    assert_eq!(event.scheme(), "github");
}

/// Polls until it is done, and counts on nobody but the waker.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}
