//! What a 401 tells: nothing, unless rejections are explained; and never whether an API key exists.

use crate::common::{
    API_KEY, HOME, NOW, OTHER_SECRET, SECRET, STANDARD_KEY,
    bodies::{Scripted, TestBody, whole},
    clock, github, github_signed_with,
    hosts::{Answer, HOSTS, Hosted, send},
    partner, partners, post, secret, standard, standard_secret, stripe,
};
use bytes::Bytes;
use http::{Request, request::Builder, request::Parts};
use http_body::Frame;
use std::{
    borrow::Cow,
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tower_webhook::{
    CachedKeySource, ConfigError, IpSet, Keyring, PeerAddr, RejectionKind, Scheme, Secret, Tenant, TenantMap, UnixTime,
    WebhookLayer,
    schemes::{self, SchemeError, SchemeInput, Verification},
};

const BODY: &str = r#"{"id":"evt_1","type":"ping"}"#;
/// Unknown API keys were once checked against this key, which anybody could read in the source and sign with.
const DECOY: &str = "00112233445566778899aabbccddeeff";

fn with_body(head: Builder) -> Request<TestBody> {
    head.body(whole(BODY)).unwrap()
}

fn without(head: Builder, name: &str) -> Builder {
    let mut head = head;
    head.headers_mut().unwrap().remove(name).unwrap();
    head
}

/// One way each in which a request can fail to authenticate, for four schemes.
fn failures() -> [(&'static str, Vec<(RejectionKind, Builder)>); 4] {
    use RejectionKind::{
        SignatureMalformed as Malformed, SignatureMismatch as Mismatch, SignatureMissing as Missing,
        TimestampOutOfTolerance as Stale,
    };
    let body = BODY.as_bytes();
    [
        (
            "github",
            vec![
                (Missing, post()),
                (Malformed, post().header("x-hub-signature-256", "sha256=no-hex")),
                (Malformed, github(body).header("x-hub-signature-256", "sha256=00")),
                (Mismatch, github_signed_with(OTHER_SECRET, body)),
                (Mismatch, github(b"another body")),
            ],
        ),
        (
            "stripe",
            vec![
                (Missing, post()),
                (Malformed, post().header("stripe-signature", format!("t={NOW}"))),
                (Malformed, stripe(SECRET, -1, body)),
                (Stale, stripe(SECRET, NOW - 412, body)),
                (Stale, stripe(SECRET, NOW + 412, body)),
                (Mismatch, stripe(OTHER_SECRET, NOW, body)),
            ],
        ),
        (
            "partner",
            vec![
                (Missing, without(partner(API_KEY, SECRET, NOW, body), "x-api-key")),
                (Missing, without(partner(API_KEY, SECRET, NOW, body), "x-timestamp")),
                (Stale, partner(API_KEY, SECRET, NOW - 412, body)),
                (Mismatch, partner(API_KEY, OTHER_SECRET, NOW, body)),
                (Mismatch, partner("pk_of_nobody", SECRET, NOW, body)),
            ],
        ),
        (
            "standard",
            vec![
                (Missing, without(standard(STANDARD_KEY, "msg_1", NOW, body), "webhook-id")),
                (Malformed, standard(STANDARD_KEY, "msg.1", NOW, body)),
                (Stale, standard(STANDARD_KEY, "msg_1", NOW - 412, body)),
                (Mismatch, standard(OTHER_SECRET, "msg_1", NOW, body)),
            ],
        ),
    ]
}

fn serve(host: crate::common::hosts::Host, scheme: &str, explain: bool) -> Hosted {
    macro_rules! build {
        ($scheme:expr, $keys:expr) => {{
            let builder = WebhookLayer::builder($scheme, $keys).clock(clock());
            host.serve(if explain { builder.explain_rejections() } else { builder }.build().unwrap())
        }};
    }
    match scheme {
        "github" => build!(schemes::GITHUB, secret()),
        "stripe" => build!(schemes::STRIPE, secret()),
        "partner" => build!(schemes::PARTNER, partners()),
        "standard" => build!(schemes::STANDARD_WEBHOOKS, standard_secret()),
        other => panic!("{other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn every_401_is_the_same_on_the_wire() {
    for host in HOSTS {
        let mut first: Option<Answer> = None;
        let mut kinds = Vec::new();
        for (scheme, failures) in failures() {
            let service = serve(host, scheme, false);
            for (kind, head) in failures {
                let answer = send(&service, with_body(head)).await;
                assert_eq!(answer.rejection.as_ref().unwrap().kind(), kind, "{scheme}");
                let first = first.get_or_insert_with(|| answer.clone());
                assert_eq!(answer.wire(), first.wire(), "{scheme}: {kind}");
                kinds.push(kind);
            }
        }
        let first = first.unwrap();
        assert_eq!((first.status.as_u16(), first.code()), (401, "unauthenticated".to_owned()));
        let all = RejectionKind::ALL.iter().filter(|kind| kind.status() == 401);
        assert!(all.clone().count() >= 4);
        all.for_each(|kind| assert!(kinds.contains(kind), "{kind} was not compared"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_explained_401_has_the_precise_code_and_a_hint() {
    for host in HOSTS {
        for (scheme, failures) in failures() {
            let service = serve(host, scheme, true);
            for (kind, head) in failures {
                let answer = send(&service, with_body(head)).await;
                assert_eq!((answer.status.as_u16(), answer.code()), (401, kind.code().to_owned()), "{scheme}");
                assert!(!hint(&answer).is_empty(), "{scheme}: {kind}");
                if kind == RejectionKind::TimestampOutOfTolerance {
                    let hint = hint(&answer);
                    assert!(hint.contains("412 s in the ") && hint.contains("wrong time"), "{hint}");
                }
            }
        }
    }
}

fn hint(answer: &Answer) -> String {
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    problem["hint"].as_str().unwrap_or_else(|| panic!("no hint in {answer:?}")).to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_usual_mistakes_are_named_when_rejections_are_explained() {
    let (sent, received) = (r#"{"a":1,"b":"x y"}"#, "{ \"a\": 1,\n  \"b\": \"x y\" }");
    let of_a_file = Secret::new(format!("{SECRET}\n")).unwrap();
    for host in HOSTS {
        let explaining = |secret: Secret| {
            host.serve(
                WebhookLayer::builder(schemes::GITHUB, secret).clock(clock()).explain_rejections().build().unwrap(),
            )
        };
        let cases = [
            (explaining(secret()), github(sent.as_bytes()).body(whole(received)), "the body looks re-encoded"),
            (explaining(of_a_file.clone()), github(b"event").body(whole("event")), "starts or ends in white space"),
            (explaining(secret()), github_signed_with(OTHER_SECRET, b"event").body(whole("event")), "check the secret"),
        ];
        for (service, request, expected) in cases {
            let answer = send(&service, request.unwrap()).await;
            let hint = hint(&answer);
            assert!(answer.status == 401 && hint.contains(expected), "{hint}");
        }
    }
}

/// Counts what it is asked.
#[derive(Clone, Debug, Default)]
struct Counted {
    prechecks: Arc<AtomicUsize>,
    verifies: Arc<AtomicUsize>,
    explanations: Arc<AtomicUsize>,
}

impl Scheme for Counted {
    fn name(&self) -> &str {
        "partner"
    }

    fn precheck(&self, head: &Parts, now: UnixTime) -> Result<(), SchemeError> {
        self.prechecks.fetch_add(1, Relaxed);
        schemes::PARTNER.precheck(head, now)
    }

    fn verify(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError> {
        self.verifies.fetch_add(1, Relaxed);
        schemes::PARTNER.verify(input, keys)
    }

    fn key_header(&self) -> Option<&str> {
        Some("x-api-key")
    }

    fn time_window(&self) -> Option<Duration> {
        schemes::PARTNER.time_window()
    }

    fn check_keys(&self, keys: &Keyring) -> Result<(), ConfigError> {
        schemes::PARTNER.check_keys(keys)
    }

    fn explain_mismatch(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Option<Cow<'static, str>> {
        self.explanations.fetch_add(1, Relaxed);
        schemes::PARTNER.explain_mismatch(input, keys)
    }
}

/// Everything about an attempt that its sender, or anybody with a stopwatch, could tell.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: http::HeaderMap,
    body: Bytes,
    polls: usize,
    prechecks: usize,
    verifies: usize,
    explanations: usize,
    kind: RejectionKind,
    hint: Option<String>,
}

async fn attempt(service: &Hosted, counts: &Counted, head: Builder) -> Seen {
    let body = Scripted::frames(BODY.as_bytes().chunks(7).map(|chunk| Frame::data(Bytes::copy_from_slice(chunk))));
    let polls = body.polls();
    let before = [&counts.prechecks, &counts.verifies, &counts.explanations].map(|count| count.load(Relaxed));
    let answer = send(service, head.body(body.boxed()).unwrap()).await;
    let after = [&counts.prechecks, &counts.verifies, &counts.explanations].map(|count| count.load(Relaxed));
    let rejection = answer.rejection.unwrap();
    Seen {
        status: answer.status.as_u16(),
        headers: answer.headers,
        body: answer.body,
        polls: polls.count(),
        prechecks: after[0] - before[0],
        verifies: after[1] - before[1],
        explanations: after[2] - before[2],
        kind: rejection.kind(),
        hint: rejection.private_hint().map(str::to_owned),
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_api_key_is_told_apart_from_a_wrong_signature_by_nothing() {
    let body = BODY.as_bytes();
    for (host, explain) in HOSTS.iter().flat_map(|host| [false, true].map(|explain| (*host, explain))) {
        let counts = Counted::default();
        let in_memory = WebhookLayer::builder(counts.clone(), partners()).clock(clock());
        let database = CachedKeySource::new(|api_key: Vec<u8>| {
            let known = api_key == API_KEY.as_bytes();
            ready(Ok(known.then(|| Tenant::new("acme", secret()).unwrap().into())))
        });
        let elsewhere = WebhookLayer::builder(counts.clone(), database).clock(clock());
        let services = if explain {
            [
                host.serve(in_memory.explain_rejections().build().unwrap()),
                host.serve(elsewhere.explain_rejections().build().unwrap()),
            ]
        } else {
            [host.serve(in_memory.build().unwrap()), host.serve(elsewhere.build().unwrap())]
        };
        for service in &services {
            let wrong = attempt(service, &counts, partner(API_KEY, OTHER_SECRET, NOW, body)).await;
            assert_eq!((wrong.status, wrong.kind), (401, RejectionKind::SignatureMismatch));
            assert_eq!((wrong.prechecks, wrong.explanations), (1, usize::from(explain)));
            assert_eq!(wrong.hint.is_some(), explain);
            for (api_key, signed_with) in [
                ("pk_of_nobody", OTHER_SECRET),
                ("pk_of_nobody", SECRET),
                // With this one, the hint told that the key was unknown.
                ("pk_of_nobody", DECOY),
                ("PK_LIVE_STACK_8841_HHQZ", SECRET),
                ("0", SECRET),
            ] {
                let unknown = attempt(service, &counts, partner(api_key, signed_with, NOW, body)).await;
                assert_eq!(unknown, wrong, "{api_key} {signed_with}");
            }
        }
    }
}

/// A tenant's own addresses are looked at after its signature, or they would tell who is a tenant.
#[tokio::test(start_paused = true)]
async fn an_address_that_a_tenant_does_not_allow_tells_only_the_tenant() {
    let body = BODY.as_bytes();
    for host in HOSTS {
        let addresses = IpSet::parse(["198.51.100.0/24"]).unwrap();
        let tenant = Tenant::new("acme", secret()).unwrap().allow(addresses);
        let tenants = TenantMap::new([(Secret::new(API_KEY).unwrap(), tenant)]).unwrap();
        let service = host.serve(WebhookLayer::builder(schemes::PARTNER, tenants).clock(clock()).build().unwrap());
        let wrong = send(&service, with_body(partner(API_KEY, OTHER_SECRET, NOW, body))).await;
        let unknown = send(&service, with_body(partner("pk_of_nobody", OTHER_SECRET, NOW, body))).await;
        assert_eq!((wrong.status.as_u16(), wrong.wire()), (401, unknown.wire()));
        let from_elsewhere = send(&service, with_body(partner(API_KEY, SECRET, NOW, body))).await;
        assert_eq!((from_elsewhere.status.as_u16(), from_elsewhere.code().as_str()), (403, "ip_not_allowed"));
        let mut at_home = with_body(partner(API_KEY, SECRET, NOW, body));
        assert_eq!(at_home.extensions().get::<PeerAddr>(), Some(&PeerAddr::new(HOME.into())));
        at_home.extensions_mut().insert(PeerAddr::new([198, 51, 100, 7].into()));
        assert_eq!(send(&service, at_home).await.status, 200);
    }
}
