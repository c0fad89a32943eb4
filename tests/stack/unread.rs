//! Who is turned away for what the head says is turned away unread.

use crate::common::{
    API_KEY, NOW, OTHER_SECRET, SECRET,
    bodies::{Scripted, TestBody, whole},
    clock, github, github_signed_with,
    hosts::{HOSTS, Hosted, hold, send},
    partner, partners, post, secret, standard, standard_secret, stripe,
};
use bytes::Bytes;
use http::{Method, Request, request::Builder};
use http_body::Frame;
use tower_webhook::{
    IpSet, Keyring, Quota, RejectionKind, Secret, WebhookLayer,
    schemes::{self, Recipe},
    webhook::WebhookBuilder,
};

fn untouchable() -> TestBody {
    Scripted::panics_when_polled().boxed()
}

fn stack() -> WebhookBuilder<Recipe, Keyring> {
    WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock())
}

fn once_a_minute() -> Quota {
    Quota::per_minute(1).unwrap()
}

async fn assert_refused(service: &Hosted, head: Builder, kind: RejectionKind) {
    let head = head.body(untouchable()).unwrap();
    let described = format!("{} {:?}", head.method(), head.headers());
    let answer = send(service, head).await;
    assert_eq!(answer.rejection.unwrap().kind(), kind, "{described}");
    assert_eq!(answer.status, kind.status());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_not_on_the_list() {
    for host in HOSTS {
        let elsewhere = IpSet::parse(["198.51.100.0/24", "2001:db8::/32"]).unwrap();
        let service = host.serve(stack().allow(elsewhere).build().unwrap());
        assert_refused(&service, github(b"ours"), RejectionKind::IpNotAllowed).await;
        assert_refused(&service, Request::post("/hook"), RejectionKind::PeerUnknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_over_its_quota() {
    for host in HOSTS {
        let service = host.serve(stack().rate_limit(once_a_minute()).build().unwrap());
        assert_eq!(send(&service, github(b"ours").body(whole("ours")).unwrap()).await.status, 200);
        assert_refused(&service, github(b"next"), RejectionKind::RateLimited).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_guessed_too_often() {
    for host in HOSTS {
        let service = host.serve(stack().failure_limit(once_a_minute()).build().unwrap());
        // What succeeds is not counted.
        for n in 0..3 {
            let body = format!("event {n}");
            assert_eq!(send(&service, github(body.as_bytes()).body(whole(body)).unwrap()).await.status, 200);
        }
        let forged = github_signed_with(OTHER_SECRET, b"forged").body(whole("forged")).unwrap();
        assert_eq!(send(&service, forged).await.status, 401);
        assert_refused(&service, github(b"ours"), RejectionKind::RateLimited).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_signature_counts_as_a_guess() {
    for host in HOSTS {
        let service = host.serve(stack().failure_limit(once_a_minute()).build().unwrap());
        assert_refused(&service, post(), RejectionKind::SignatureMissing).await;
        assert_refused(&service, github(b"ours"), RejectionKind::RateLimited).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_other_than_post() {
    for host in HOSTS {
        let service = host.serve(stack().build().unwrap());
        for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "Post", "POSTS", "WEBHOOK"]
        {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert_refused(&service, github(b"ours").method(method), RejectionKind::MethodNotAllowed).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_while_the_cap_is_reached() {
    for host in HOSTS {
        let service = host.serve(stack().in_flight(1).build().unwrap());
        let held = hold(&service, github(b"slow").header("x-hold", "1").body(whole("slow")).unwrap()).await;
        assert_refused(&service, github(b"next"), RejectionKind::Overloaded).await;
        drop(held);
        assert_eq!(send(&service, github(b"next").body(whole("next")).unwrap()).await.status, 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_plausible_signature() {
    let name = "x-hub-signature-256";
    let right = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let malformed = [
        String::new(),
        "sha256=".to_owned(),
        right.to_owned(),
        format!("sha1={right}"),
        format!("SHA256={right}"),
        format!("sha256={}", &right[..63]),
        format!("sha256={right}0"),
        format!("sha256={right}00"),
        format!("sha256= {right}"),
        format!("sha256={}", "g".repeat(64)),
        "x".repeat(500_000),
    ];
    for host in HOSTS {
        let service = host.serve(stack().build().unwrap());
        assert_refused(&service, post(), RejectionKind::SignatureMissing).await;
        for value in &malformed {
            assert_refused(&service, post().header(name, value), RejectionKind::SignatureMalformed).await;
        }
        let binary = post().header(name, &b"sha256=\xFF\xFE"[..]);
        assert_refused(&service, binary, RejectionKind::SignatureMalformed).await;
        // Twice is once too often, even with the same value.
        let twice = github(b"ours").header(name, format!("sha256={right}"));
        assert_refused(&service, twice, RejectionKind::SignatureMalformed).await;
        let old = post().header("x-hub-signature", "sha1=0123456789012345678901234567890123456789");
        assert_refused(&service, old, RejectionKind::SignatureMissing).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stale_future_or_malformed_timestamp() {
    let (missing, malformed, stale) =
        (RejectionKind::SignatureMissing, RejectionKind::SignatureMalformed, RejectionKind::TimestampOutOfTolerance);
    for host in HOSTS {
        let by_stripe = Secret::new(SECRET).unwrap();
        let by_stripe = host.serve(WebhookLayer::builder(schemes::STRIPE, by_stripe).clock(clock()).build().unwrap());
        for time in [NOW - 301, NOW + 301, 0, NOW * 1000 / 10_000] {
            assert_refused(&by_stripe, stripe(SECRET, time, b"{}"), stale).await;
        }
        for time in [NOW * 1000, -NOW, i64::MIN, i64::MAX] {
            assert_refused(&by_stripe, stripe(SECRET, time, b"{}"), malformed).await;
        }
        let by_standard = WebhookLayer::builder(schemes::STANDARD_WEBHOOKS, standard_secret()).clock(clock());
        let by_standard = host.serve(by_standard.build().unwrap());
        let dotted = standard(crate::common::STANDARD_KEY, "msg.1", NOW, b"{}");
        assert_refused(&by_standard, dotted, malformed).await;
        let without_id = post().header("webhook-timestamp", NOW).header("webhook-signature", "v1,AAAA");
        assert_refused(&by_standard, without_id, malformed).await;

        let by_partner =
            host.serve(WebhookLayer::builder(schemes::PARTNER, partners()).clock(clock()).build().unwrap());
        assert_refused(&by_partner, partner(API_KEY, SECRET, NOW - 301, b"{}"), stale).await;
        for name in ["x-api-key", "x-timestamp", "x-webhook-signature"] {
            let mut head = partner(API_KEY, SECRET, NOW, b"{}");
            head.headers_mut().unwrap().remove(name);
            assert_refused(&by_partner, head, missing).await;
        }
        let twice = partner(API_KEY, SECRET, NOW, b"{}").header("x-api-key", "another");
        assert_refused(&by_partner, twice, malformed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_declared_length_or_an_encoding_that_is_not_taken() {
    for host in HOSTS {
        let service = host.serve(stack().build().unwrap());
        let long = github(b"ours").header("content-length", 10_u64 << 30);
        assert_refused(&service, long, RejectionKind::PayloadTooLarge).await;
        let encoded = github(b"ours").header("content-encoding", "gzip");
        assert_refused(&service, encoded, RejectionKind::EncodingNotSupported).await;
    }
}

/// A published rival reads all of it before it looks for the header.
#[tokio::test(start_paused = true)]
async fn a_stream_of_256_mib_without_a_signature_costs_no_read() {
    for host in HOSTS {
        let service = host.serve(stack().body_limit(1 << 30).build().unwrap());
        let chunk = Bytes::from(vec![b'x'; 1 << 20]);
        let stream = Scripted::frames((0..256).map(|_| Frame::data(chunk.clone())));
        let polls = stream.polls();
        let answer = send(&service, post().body(stream.boxed()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), polls.count()), (401, 0));
    }
}
