//! Bodies that are too long, too slow, broken, or odd but honest.

use crate::common::{
    bodies::{Scripted, TestBody, boxed, trailers, whole},
    clock, github,
    hosts::{HOSTS, send},
    post, secret,
};
use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response, StatusCode, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full, StreamBody};
use std::{
    convert::Infallible,
    error::Error,
    future::ready,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_webhook::{
    Buffered, BufferedBodyLayer, Fresh, Payload, Rejection, RejectionKind, VerifiedEvent, WebhookLayer, schemes,
};

/// A response body that can take the payload out.
#[derive(Debug)]
enum Out {
    Payload(Payload<Buffered>),
    Problem,
}

impl From<Bytes> for Out {
    fn from(_: Bytes) -> Self {
        Self::Problem
    }
}

/// What `BufferedBody` makes of a request.
async fn buffer(layer: &BufferedBodyLayer, request: Request<TestBody>) -> Result<Payload<Buffered>, Rejection> {
    let service = layer.layer(service_fn(|request: Request<Payload<Buffered>>| {
        ready(Ok::<_, Infallible>(Response::new(Out::Payload(request.into_body()))))
    }));
    let response = service.oneshot(request).await.unwrap();
    let status = response.status();
    let rejection = response.extensions().get::<Rejection>().cloned();
    match (response.into_body(), rejection) {
        (Out::Payload(payload), None) => Ok(payload),
        (Out::Problem, Some(rejection)) => {
            assert_eq!(rejection.status(), status);
            Err(rejection)
        }
        other => panic!("{other:?}"),
    }
}

async fn buffer_body(body: Scripted) -> Result<Payload<Buffered>, Rejection> {
    buffer(&BufferedBodyLayer::new(), Request::new(body.boxed())).await
}

fn limited(bytes: usize) -> BufferedBodyLayer {
    BufferedBodyLayer::new().limit(bytes).unwrap()
}

fn kind(outcome: Result<Payload<Buffered>, Rejection>) -> RejectionKind {
    outcome.unwrap_err().kind()
}

fn data(bytes: impl Into<Bytes>) -> Frame<Bytes> {
    Frame::data(bytes.into())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_fails_is_400_and_the_reason_is_kept_for_logs() {
    for body in [Scripted::fails_after(b"{\"half", "connection reset"), Scripted::fails_after(b"", "connection reset")]
    {
        let rejection = buffer_body(body).await.unwrap_err();
        assert_eq!((rejection.kind(), rejection.status()), (RejectionKind::BodyUnreadable, StatusCode::BAD_REQUEST));
        assert_eq!(rejection.source().unwrap().to_string(), "connection reset");
    }
}

#[tokio::test(start_paused = true)]
async fn data_without_end_is_413_soon_after_the_limit() {
    let body = Scripted::endless();
    let polls = body.polls();
    assert_eq!(kind(buffer_body(body).await), RejectionKind::PayloadTooLarge);
    // 1 MiB in frames of 16 KiB, and the one that is too much.
    assert_eq!(polls.count(), 65);
}

#[tokio::test(start_paused = true)]
async fn frames_without_data_and_without_end_are_refused() {
    assert_eq!(kind(buffer_body(Scripted::endless_emptiness()).await), RejectionKind::BodyUnreadable);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_always_ready_lets_other_tasks_run() {
    let others = Arc::new(Mutex::new(0));
    let count = Arc::clone(&others);
    let other = tokio::spawn(async move {
        loop {
            *count.lock().unwrap() += 1;
            tokio::task::yield_now().await;
        }
    });
    buffer_body(Scripted::endless_emptiness()).await.unwrap_err();
    other.abort();
    assert!(*others.lock().unwrap() > 1000);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_empty_frames_leave_the_payload_as_it_is() {
    let frames = (0..100_000).map(|_| data(""));
    let body = Scripted::frames(std::iter::once(data("first ")).chain(frames).chain([data("last")]));
    let polls = body.polls();
    let payload = buffer_body(body).await.unwrap();
    assert_eq!(payload.bytes(), "first last");
    assert_eq!(polls.count(), 100_003);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_says_it_has_ended_is_read_to_its_end() {
    for host in HOSTS {
        let webhook = host.serve(WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock()).build().unwrap());
        let request = github(b"to the end").body(Scripted::frames([data("to the "), data("end")]).boxed()).unwrap();
        let answer = send(&webhook, request).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, "handled 10 bytes"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_may_not_be_moved_is_read_in_its_place() {
    let frames = stream::unfold(0, |number| async move {
        tokio::task::yield_now().await;
        let frame = ["in ", "its ", "place"].get(number)?;
        Some((Ok::<_, Infallible>(data(*frame)), number + 1))
    });
    let request = github(b"in its place").body(StreamBody::new(frames)).unwrap();
    assert_eq!(handed_over(request).await.into_body().bytes(), "in its place");
}

#[test]
fn outside_of_a_runtime_nothing_is_read_yet() {
    let mut layer = BufferedBodyLayer::new().layer(service_fn(|_: Request<Payload<Buffered>>| {
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    }));
    drop(layer.call(Request::new(Scripted::panics_when_polled().boxed())));
}

#[tokio::test(start_paused = true)]
async fn single_bytes_in_frames_of_their_own_verify_like_the_whole() {
    // Multi-byte characters are cut apart, and some bytes are no text at all.
    let body = "{\"name\":\"Zoë ☃ 𝄞\"}".bytes().chain([0xFF, 0xFE, 0x00]).collect::<Vec<u8>>();
    for host in HOSTS {
        let webhook = host.serve(WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock()).build().unwrap());
        let request = github(&body).body(Scripted::one_byte_chunks(&body).boxed()).unwrap();
        assert_eq!(send(&webhook, request).await.status, StatusCode::OK);
    }
}

/// What reaches a handler under the whole stack.
async fn handed_over<B>(request: Request<B>) -> Request<Payload<Fresh>>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let seen = Arc::new(Mutex::new(None));
    let sink = Arc::clone(&seen);
    let service = ServiceBuilder::new()
        .layer(WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock()).build().unwrap())
        .service_fn(move |request: Request<Payload<Fresh>>| {
            *sink.lock().unwrap() = Some(request);
            ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
        });
    assert_eq!(service.oneshot(request).await.unwrap().status(), StatusCode::OK);
    let request = seen.lock().unwrap().take();
    request.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_body_of_one_frame_is_never_copied() {
    let original = Bytes::from(vec![b'x'; 300_000]);
    for body in [
        whole(original.clone()),
        Scripted::frames([data(original.clone())]).boxed(),
        Scripted::frames([data(""), data(original.clone()), data("")]).boxed(),
    ] {
        let request = handed_over(github(&original).body(body).unwrap()).await;
        let extension = request.extensions().get::<VerifiedEvent>().unwrap().clone();
        let payload = request.into_body();
        let places = [payload.bytes(), payload.event().payload(), extension.payload()].map(|bytes| bytes.as_ptr());
        assert_eq!(places, [original.as_ptr(); 3]);
        let collected = payload.collect().await.unwrap().to_bytes();
        assert_eq!((collected.as_ptr(), collected.len()), (original.as_ptr(), original.len()));
    }
}

#[tokio::test(start_paused = true)]
async fn trailers_reach_the_handler() {
    for frames in [vec![data("with "), data("trailers")], vec![data("with trailers")]] {
        let body = Scripted::frames(frames.into_iter().chain([trailers("x-checksum", "abc")]));
        let request = handed_over(github(b"with trailers").body(body.boxed()).unwrap()).await;
        let payload = request.into_body();
        assert_eq!(payload.bytes(), "with trailers");
        assert_eq!(payload.trailers().unwrap()["x-checksum"], "abc");
        let collected = payload.collect().await.unwrap();
        assert_eq!(collected.trailers().unwrap()["x-checksum"], "abc");
        assert_eq!(collected.to_bytes(), "with trailers");
    }
    let only = Scripted::frames([trailers("x-checksum", "abc")]);
    let payload = handed_over(github(b"").body(only.boxed()).unwrap()).await.into_body();
    assert!(payload.bytes().is_empty() && payload.trailers().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_declared_length_over_the_limit_is_refused_without_a_look_at_the_body() {
    for length in [(1 << 20) + 1, 10 << 30, u64::MAX] {
        let body = Scripted::panics_when_polled().boxed();
        let request = Request::post("/").header(header::CONTENT_LENGTH, length).body(body).unwrap();
        assert_eq!(kind(buffer(&BufferedBodyLayer::new(), request).await), RejectionKind::PayloadTooLarge);
        let hint = SizeHint::with_exact(length);
        let body = Scripted::panics_when_polled().hinting(hint).boxed();
        assert_eq!(kind(buffer(&BufferedBodyLayer::new(), Request::new(body)).await), RejectionKind::PayloadTooLarge);
    }
    let mut at_least = SizeHint::new();
    at_least.set_lower((1 << 20) + 1);
    let body = Scripted::panics_when_polled().hinting(at_least);
    assert_eq!(kind(buffer_body(body).await), RejectionKind::PayloadTooLarge);
}

#[tokio::test(start_paused = true)]
async fn a_declared_length_that_is_a_lie_changes_nothing() {
    let declaring =
        |length: &str, body: TestBody| Request::post("/").header(header::CONTENT_LENGTH, length).body(body).unwrap();
    let too_short = declaring("3", Scripted::frames([data("12345"), data("6789")]).boxed());
    assert_eq!(kind(buffer(&limited(8), too_short).await), RejectionKind::PayloadTooLarge);
    for length in ["3", "8", "nonsense", "-1", "99999999999999999999999"] {
        let body = Scripted::frames([data("1234"), data("5")]).boxed();
        let payload = buffer(&limited(8), declaring(length, body)).await.unwrap();
        assert_eq!(payload.bytes(), "12345", "{length}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_exact() {
    let bytes = |length: usize| vec![b'x'; length];
    for limit in [1, 2, 1000, 1 << 20] {
        let layer = limited(limit);
        for body in [whole(bytes(limit)), Scripted::frames([data(bytes(limit - 1)), data("x")]).boxed()] {
            assert_eq!(buffer(&layer, Request::new(body)).await.unwrap().bytes().len(), limit);
        }
        for body in [
            whole(bytes(limit + 1)),
            Scripted::frames([data(bytes(limit + 1))]).boxed(),
            Scripted::frames([data(bytes(limit)), data("x")]).boxed(),
        ] {
            assert_eq!(kind(buffer(&layer, Request::new(body)).await), RejectionKind::PayloadTooLarge);
        }
        // What follows a full body may still be nothing, or trailers.
        let body = Scripted::frames([data(bytes(limit)), data(""), trailers("x-checksum", "abc")]);
        assert_eq!(buffer(&layer, Request::new(body.boxed())).await.unwrap().bytes().len(), limit);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_over_the_limit_does_not_become_an_empty_payload() {
    for host in HOSTS {
        let layer = WebhookLayer::builder(schemes::GITHUB, secret()).body_limit(1000).clock(clock());
        let webhook = host.serve(layer.build().unwrap());
        // The signature would be right if the body were dropped.
        let request = github(b"").body(Scripted::endless().boxed()).unwrap();
        assert_eq!(send(&webhook, request).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let request = github(b"").body(Scripted::frames([]).boxed()).unwrap();
        assert_eq!(send(&webhook, request).await.status, StatusCode::OK);
    }
}

fn timed() -> BufferedBodyLayer {
    let layer = BufferedBodyLayer::new().timeout(Duration::from_secs(10)).unwrap();
    layer.idle_timeout(Duration::from_secs(3)).unwrap()
}

async fn timed_out_after(body: Scripted) -> Duration {
    let start = Instant::now();
    let rejection = buffer(&timed(), Request::new(body.boxed())).await.unwrap_err();
    assert_eq!((rejection.kind(), rejection.status()), (RejectionKind::BodyTimeout, StatusCode::REQUEST_TIMEOUT));
    start.elapsed()
}

#[track_caller]
fn assert_about(elapsed: Duration, seconds: u64) {
    let expected = Duration::from_secs(seconds);
    assert!(elapsed >= expected && elapsed < expected + Duration::from_millis(10), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_drip_does_not_put_off_the_total_deadline() {
    assert_about(timed_out_after(Scripted::drip(Duration::from_millis(100))).await, 10);
    assert_about(timed_out_after(Scripted::drip(Duration::from_millis(2999))).await, 10);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_falls_silent_meets_the_idle_deadline() {
    assert_about(timed_out_after(Scripted::stalls_after(b"{\"half")).await, 3);
    assert_about(timed_out_after(Scripted::drip(Duration::from_secs(4))).await, 3);
}

#[tokio::test(start_paused = true)]
async fn frames_without_data_do_not_put_off_the_idle_deadline() {
    let mut timer = tokio::time::interval(Duration::from_secs(1));
    let emptiness = Scripted::new(move |cx| timer.poll_tick(cx).map(|_| Some(Ok(data("")))));
    assert_about(timed_out_after(emptiness).await, 3);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_arrives_in_time_is_read() {
    let mut timer = tokio::time::interval(Duration::from_secs(2));
    let mut left = 4;
    let body = Scripted::new(move |cx| {
        timer.poll_tick(cx).map(|_| {
            left -= 1;
            (left > 0).then(|| Ok(data(".")))
        })
    });
    assert_eq!(buffer(&timed(), Request::new(body.boxed())).await.unwrap().bytes(), "...");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_beyond_what_a_clock_can_count_is_none() {
    let forever = BufferedBodyLayer::new().timeout(Duration::MAX).unwrap().idle_timeout(Duration::MAX).unwrap();
    let mut timer = Box::pin(tokio::time::sleep(Duration::from_secs(86_400)));
    let body = Scripted::new(move |cx| timer.as_mut().poll(cx).map(|()| None));
    assert!(buffer(&forever, Request::new(body.boxed())).await.unwrap().bytes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_encoded_body_is_refused_unread_unless_it_is_allowed() {
    let encoded = |encodings: &[&'static str], body| {
        let request = encodings.iter().fold(post(), |request, value| request.header(header::CONTENT_ENCODING, *value));
        request.body(body).unwrap()
    };
    let unknown: [&[&str]; 6] =
        [&["gzip"], &["br"], &["identity, gzip"], &["gzip, identity"], &["identity", "gzip"], &["aws-chunked"]];
    for encodings in unknown {
        let request = encoded(encodings, Scripted::panics_when_polled().boxed());
        let rejection = buffer(&BufferedBodyLayer::new(), request).await.unwrap_err();
        assert_eq!(rejection.kind(), RejectionKind::EncodingNotSupported);
        assert_eq!(rejection.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let allowing = BufferedBodyLayer::new().allow_content_encoding();
        let payload = buffer(&allowing, encoded(encodings, whole("as it is"))).await.unwrap();
        assert_eq!(payload.bytes(), "as it is");
    }
    let plain: [&[&str]; 4] = [&["identity"], &["Identity"], &["identity", "identity"], &[]];
    for encodings in plain {
        let payload = buffer(&BufferedBodyLayer::new(), encoded(encodings, whole("as it is"))).await;
        assert_eq!(payload.unwrap().bytes(), "as it is", "{encodings:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_body_at_all_is_an_empty_payload() {
    let payload = buffer(&BufferedBodyLayer::new(), Request::new(boxed(http_body_util::Empty::new()))).await.unwrap();
    assert!(payload.bytes().is_empty() && payload.trailers().is_none());
    assert!(payload.collect().await.unwrap().to_bytes().is_empty());
}
