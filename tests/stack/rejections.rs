//! Every rejection, on axum and on bare tower: status, code, headers, and the reason in the extensions.

use crate::common::{
    NOW, OTHER_SECRET, SECRET,
    bodies::{Scripted, TestBody, whole},
    clock,
    doubles::{Mood, Moody},
    github, github_signed_with, hex_mac,
    hosts::{Answer, HOSTS, Host, Hosted, hold, send},
    post, secret, stripe,
};
use http::{Request, StatusCode};
use std::time::Duration;
use tower_webhook::{
    IpSet, Keyring, MemoryRateStore, MemoryReplayStore, Quota, RejectionKind, WebhookLayer,
    schemes::{self, Recipe},
    webhook::WebhookBuilder,
};

type Builder = WebhookBuilder<Recipe, Moody<Keyring>, Moody<MemoryReplayStore>, Moody<MemoryRateStore>>;

struct Setup {
    scheme: Recipe,
    keys: Mood,
    replay: Mood,
    rates: Mood,
}

const SOUND: Setup = Setup { scheme: schemes::GITHUB, keys: Mood::Prompt, replay: Mood::Prompt, rates: Mood::Prompt };

impl Setup {
    fn serve(self, host: Host, settings: impl FnOnce(Builder) -> Builder) -> Hosted {
        let keys = Moody { inner: Keyring::new(secret()), mood: self.keys };
        let builder = WebhookLayer::builder(self.scheme, keys)
            .replay_store(Moody { inner: MemoryReplayStore::default(), mood: self.replay })
            .rate_store(Moody { inner: MemoryRateStore::default(), mood: self.rates })
            .clock(clock());
        host.serve(settings(builder).build().unwrap())
    }
}

fn ours(body: &'static str) -> Request<TestBody> {
    github(body.as_bytes()).body(whole(body)).unwrap()
}

/// An answer that is this rejection, and nothing but.
async fn provoke(kind: RejectionKind, host: Host) -> Answer {
    let plain = |builder: Builder| builder;
    match kind {
        RejectionKind::BodyTimeout => {
            let request = github(b"half").body(Scripted::stalls_after(b"ha").boxed()).unwrap();
            send(&SOUND.serve(host, plain), request).await
        }
        RejectionKind::BodyUnreadable => {
            let request = github(b"half").body(Scripted::fails_after(b"ha", "connection reset").boxed()).unwrap();
            send(&SOUND.serve(host, plain), request).await
        }
        RejectionKind::Duplicate => {
            let service = SOUND.serve(host, plain);
            assert_eq!(send(&service, ours("once")).await.text(), "handled 4 bytes");
            send(&service, ours("once")).await
        }
        RejectionKind::EncodingNotSupported => {
            let request = github(b"zip").header("content-encoding", "gzip").body(whole("zip")).unwrap();
            send(&SOUND.serve(host, plain), request).await
        }
        RejectionKind::InFlight => {
            let service = SOUND.serve(host, plain);
            let _held = hold(&service, github(b"slow").header("x-hold", "1").body(whole("slow")).unwrap()).await;
            send(&service, ours("slow")).await
        }
        RejectionKind::IpNotAllowed => {
            let elsewhere = IpSet::parse(["198.51.100.0/24"]).unwrap();
            send(&SOUND.serve(host, |builder| builder.allow(elsewhere)), ours("event")).await
        }
        RejectionKind::KeysUnavailable => {
            send(&Setup { keys: Mood::Broken, ..SOUND }.serve(host, plain), ours("event")).await
        }
        RejectionKind::MethodNotAllowed => {
            let request = github(b"event").method("GET").body(whole("event")).unwrap();
            send(&SOUND.serve(host, plain), request).await
        }
        RejectionKind::Overloaded => {
            let service = SOUND.serve(host, |builder| builder.in_flight(1));
            let _held = hold(&service, github(b"slow").header("x-hold", "1").body(whole("slow")).unwrap()).await;
            send(&service, ours("event")).await
        }
        RejectionKind::PayloadMalformed => {
            let signature = hex_mac(SECRET, &[NOW.to_string().as_bytes(), b".", b"no JSON"]);
            let request = post().header("x-textus-signature", signature).body(whole("no JSON")).unwrap();
            send(&Setup { scheme: schemes::TEXTUS, ..SOUND }.serve(host, plain), request).await
        }
        RejectionKind::PayloadTooLarge => {
            send(&SOUND.serve(host, |builder| builder.body_limit(4)), ours("event")).await
        }
        RejectionKind::PeerUnknown => {
            let service = SOUND.serve(host, |builder| builder.rate_limit(Quota::per_second(9).unwrap()));
            let mut request = ours("event");
            request.extensions_mut().clear();
            send(&service, request).await
        }
        RejectionKind::RateLimited => {
            let quota = Quota::per_minute(4).unwrap().burst(1).unwrap();
            let service = SOUND.serve(host, |builder| builder.rate_limit(quota));
            assert_eq!(send(&service, ours("first")).await.status, 200);
            send(&service, ours("second")).await
        }
        RejectionKind::SignatureMalformed => {
            let request = post().header("x-hub-signature-256", "sha256=no-hex").body(whole("event")).unwrap();
            send(&SOUND.serve(host, plain), request).await
        }
        RejectionKind::SignatureMismatch => {
            let request = github_signed_with(OTHER_SECRET, b"event").body(whole("event")).unwrap();
            send(&SOUND.serve(host, plain), request).await
        }
        RejectionKind::SignatureMissing => send(&SOUND.serve(host, plain), post().body(whole("event")).unwrap()).await,
        RejectionKind::StoreUnavailable => {
            send(&Setup { replay: Mood::Broken, ..SOUND }.serve(host, plain), ours("event")).await
        }
        RejectionKind::TimestampOutOfTolerance => {
            let request = stripe(SECRET, NOW - 301, b"event").body(whole("event")).unwrap();
            send(&Setup { scheme: schemes::STRIPE, ..SOUND }.serve(host, plain), request).await
        }
        other => panic!("nothing here provokes {other}: a new rejection needs a test"),
    }
}

/// The table of the specification, written out once more.
fn specified(kind: RejectionKind) -> (&'static str, u16) {
    match kind {
        RejectionKind::BodyTimeout => ("body_timeout", 408),
        RejectionKind::BodyUnreadable => ("body_unreadable", 400),
        RejectionKind::Duplicate => ("duplicate", 200),
        RejectionKind::EncodingNotSupported => ("encoding_not_supported", 415),
        RejectionKind::InFlight => ("in_flight", 409),
        RejectionKind::IpNotAllowed => ("ip_not_allowed", 403),
        RejectionKind::KeysUnavailable => ("keys_unavailable", 503),
        RejectionKind::MethodNotAllowed => ("method_not_allowed", 405),
        RejectionKind::Overloaded => ("overloaded", 503),
        RejectionKind::PayloadMalformed => ("payload_malformed", 400),
        RejectionKind::PayloadTooLarge => ("payload_too_large", 413),
        RejectionKind::PeerUnknown => ("peer_unknown", 500),
        RejectionKind::RateLimited => ("rate_limited", 429),
        RejectionKind::SignatureMalformed => ("signature_malformed", 401),
        RejectionKind::SignatureMismatch => ("signature_mismatch", 401),
        RejectionKind::SignatureMissing => ("signature_missing", 401),
        RejectionKind::StoreUnavailable => ("store_unavailable", 503),
        RejectionKind::TimestampOutOfTolerance => ("timestamp_out_of_tolerance", 401),
        other => panic!("{other} is not in the specification"),
    }
}

#[tokio::test(start_paused = true)]
async fn every_rejection_has_its_status_code_headers_and_extension_on_every_host() {
    // An inbox fills up behind the stack, not in it: tests/inbox_flow.
    let of_the_stack = RejectionKind::ALL.iter().filter(|kind| **kind != RejectionKind::InboxFull);
    for (kind, host) in of_the_stack.flat_map(|kind| HOSTS.map(|host| (*kind, host))) {
        let answer = provoke(kind, host).await;
        let what = format!("{kind} on {host:?}: {answer:?}");
        let (code, status) = specified(kind);

        assert_eq!(answer.status, status, "{what}");
        let rejection = answer.rejection.as_ref().expect(&what);
        assert_eq!((rejection.kind(), rejection.kind().code()), (kind, code), "{what}");
        assert_eq!(rejection.status(), status, "{what}");

        assert_eq!(answer.code(), if status == 401 { "unauthenticated" } else { code }, "{what}");
        let content_type = if status == 200 { "application/json" } else { "application/problem+json" };
        assert_eq!(answer.header("content-type"), Some(content_type), "{what}");
        let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((&problem["status"], &problem["type"]), (&status.into(), &"about:blank".into()), "{what}");
        assert_eq!(problem["title"], StatusCode::from_u16(status).unwrap().canonical_reason().unwrap(), "{what}");
        assert!(problem.get("hint").is_none(), "{what}");

        let retry_after = answer.header("retry-after").map(|seconds| seconds.parse::<u64>().unwrap());
        match status {
            409 | 429 | 503 => assert!(retry_after.is_some_and(|seconds| seconds >= 1), "{what}"),
            _ => assert_eq!(retry_after, None, "{what}"),
        }
        assert_eq!(answer.header("allow"), (status == 405).then_some("POST"), "{what}");
        let limit = (answer.header("ratelimit-policy"), answer.header("ratelimit"));
        let expected = (Some(r#""webhook";q=1;w=15"#), Some(r#""webhook";r=0;t=15"#));
        assert_eq!(limit, if status == 429 { expected } else { (None, None) }, "{what}");
        assert_ne!(status, 410);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_is_answered_at_the_idle_deadline() {
    for host in HOSTS {
        let start = tokio::time::Instant::now();
        provoke(RejectionKind::BodyTimeout, host).await;
        assert!(start.elapsed() < Duration::from_millis(5010));
    }
}

/// A store that fails and one that never answers, at each place where one is asked.
#[tokio::test(start_paused = true)]
async fn stores_and_key_sources_that_are_down_are_503_within_their_time() {
    let quota = Quota::per_second(9).unwrap();
    for (host, mood) in HOSTS.iter().flat_map(|host| [Mood::Broken, Mood::Silent].map(|mood| (*host, mood))) {
        let cases = [
            (Setup { replay: mood, ..SOUND }.serve(host, |it| it), RejectionKind::StoreUnavailable, 250),
            (
                Setup { rates: mood, ..SOUND }.serve(host, |it| it.rate_limit(quota)),
                RejectionKind::StoreUnavailable,
                250,
            ),
            (
                Setup { rates: mood, ..SOUND }.serve(host, |it| it.failure_limit(quota)),
                RejectionKind::StoreUnavailable,
                250,
            ),
            (
                Setup { rates: mood, ..SOUND }.serve(host, |it| it.tenant_rate_limit(quota)),
                RejectionKind::StoreUnavailable,
                250,
            ),
            (Setup { keys: mood, ..SOUND }.serve(host, |it| it), RejectionKind::KeysUnavailable, 2000),
        ];
        for (service, kind, patience) in cases {
            let start = tokio::time::Instant::now();
            let answer = send(&service, ours("event")).await;
            assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("1")), "{kind} {mood:?}");
            assert_eq!(answer.rejection.unwrap().kind(), kind);
            assert!(start.elapsed() <= Duration::from_millis(patience + 5), "{kind} {mood:?}: {:?}", start.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_pass_passes_when_stores_are_slow() {
    let quota = Quota::per_second(9).unwrap();
    for host in HOSTS {
        let setup = Setup { keys: Mood::Slow, replay: Mood::Slow, rates: Mood::Slow, ..SOUND };
        let service = setup.serve(host, |it| it.rate_limit(quota).failure_limit(quota).tenant_rate_limit(quota));
        assert_eq!(send(&service, ours("event")).await.text(), "handled 5 bytes");
        assert_eq!(send(&service, ours("event")).await.code(), "duplicate");
        let forged = github_signed_with(OTHER_SECRET, b"event").body(whole("event")).unwrap();
        assert_eq!(send(&service, forged).await.status, 401);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_gets_the_delivery_again() {
    for host in HOSTS {
        let service = SOUND.serve(host, |it| it);
        let failing = github(b"event").header("x-fail", "1").body(whole("event")).unwrap();
        let failed = send(&service, failing).await;
        assert_eq!(failed.status, 500);
        assert!(failed.rejection.is_none(), "a handler's failure is no rejection");
        assert_eq!(send(&service, ours("event")).await.text(), "handled 5 bytes");
        let duplicate = send(&service, ours("event")).await;
        assert_eq!(duplicate.rejection.unwrap().status_of_first(), Some(StatusCode::OK));
    }
}

/// A client that goes away while its event is handled takes its claim with it.
#[tokio::test(start_paused = true)]
async fn a_delivery_whose_client_went_away_can_come_again() {
    for host in HOSTS {
        let service = SOUND.serve(host, |it| it);
        let held = hold(&service, github(b"slow").header("x-hold", "1").body(whole("slow")).unwrap()).await;
        assert_eq!(send(&service, ours("slow")).await.code(), "in_flight");
        drop(held);
        assert_eq!(send(&service, ours("slow")).await.text(), "handled 4 bytes");
    }
}
