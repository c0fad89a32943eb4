//! Senders with keys, quotas and addresses of their own; and keys that change.

use crate::common::{
    Calls, NOW, assert_answered, assert_rejected, clock, from, kind, partner, retry_after, send, sign, text,
};
use axum::body::Body;
use http::Request;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower::{Layer, Service};
use tower_webhook::{
    CachedKeySource, IpSet, Key, KeySource, Keyring, MemoryReplayStore, Quota, RejectionKind, Scheme, Secret, Tenant,
    TenantMap, UnixTime, WebhookLayer,
    schemes::{self, SchemeError, SchemeInput, Verification},
    secrets::KeySourceError,
    testing::FakeClock,
};

const ACME: (&str, &str) = ("api-key-of-acme-1", "the secret of acme");
const BOLT: (&str, &str) = ("api-key-of-bolt-1", "the secret of bolt");

fn tenant(id: &str, (_, secret): (&str, &str)) -> Tenant {
    Tenant::new(id, Secret::new(secret).unwrap()).unwrap()
}

fn api_key((api_key, _): (&str, &str)) -> Secret {
    Secret::new(api_key).unwrap()
}

fn map() -> TenantMap {
    let bolt = tenant("bolt", BOLT).allow(IpSet::parse(["198.51.100.0/24"]).unwrap());
    TenantMap::new([(api_key(ACME), tenant("acme", ACME)), (api_key(BOLT), bolt)]).unwrap()
}

/// Answers with the tenant and the key that matched.
fn app<K: KeySource>(
    keys: K,
    clock: &FakeClock,
) -> impl Service<Request<Body>, Response = http::Response<Body>, Error = std::convert::Infallible> + Clone + use<K> {
    let handler = Calls::default().handler_with(|event, _| async move {
        let tenant = event.tenant().map_or("nobody", |tenant| tenant.id().as_str());
        http::Response::new(Body::from(format!("{tenant} {}", event.key_id())))
    });
    WebhookLayer::builder(schemes::PARTNER, keys).clock(clock.clone()).build().unwrap().layer(handler)
}

#[tokio::test(start_paused = true)]
async fn each_tenant_signs_with_its_own_key() {
    let app = app(map(), &clock());
    assert_eq!(text(send(&app, partner(ACME.0, ACME.1, NOW, "1")).await).await, "acme current");
    let from_bolt = from(partner(BOLT.0, BOLT.1, NOW, "1"), "198.51.100.7");
    assert_eq!(text(send(&app, from_bolt).await).await, "bolt current");
    for (api_key, secret) in [(ACME.0, BOLT.1), (BOLT.0, ACME.1)] {
        let response = send(&app, partner(api_key, secret, NOW, "2")).await;
        assert_rejected(&response, RejectionKind::SignatureMismatch);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_tenant_looks_like_a_wrong_signature_explained_or_not() {
    for explained in [false, true] {
        let layer = WebhookLayer::builder(schemes::PARTNER, map()).clock(clock());
        let layer = if explained { layer.explain_rejections() } else { layer };
        let app = layer.build().unwrap().layer(Calls::default().handler());
        let wrong = send(&app, partner(ACME.0, "not the secret of acme", NOW, "{}")).await;
        let unknown = send(&app, partner("api-key-of-nobody", "not the secret of acme", NOW, "{}")).await;
        // Nor does the secret of one tenant help under a name that is nobody's.
        let misnamed = send(&app, partner("api-key-of-nobody", ACME.1, NOW, "{}")).await;
        for response in [&wrong, &unknown, &misnamed] {
            assert_rejected(response, RejectionKind::SignatureMismatch);
        }
        assert_eq!(wrong.headers(), unknown.headers());
        assert_eq!(wrong.headers(), misnamed.headers());
        let (wrong, unknown) = (text(wrong).await, text(unknown).await);
        assert_eq!(wrong, unknown);
        assert_eq!(wrong, text(misnamed).await);
        assert_eq!(wrong.contains("signature_mismatch"), explained, "{wrong}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_401_is_the_same_on_the_wire() {
    let app = app(map(), &clock());
    let good = || partner(ACME.0, ACME.1, NOW, "{}");
    let mut requests = vec![
        partner(ACME.0, "another secret", NOW, "{}"),
        partner("api-key-of-nobody", ACME.1, NOW, "{}"),
        partner(ACME.0, ACME.1, NOW - 301, "{}"),
        partner(ACME.0, ACME.1, NOW + 301, "{}"),
    ];
    for header in ["x-api-key", "x-timestamp", "x-webhook-signature"] {
        let (mut without, mut twice, mut garbage, mut long) = (good(), good(), good(), good());
        without.headers_mut().remove(header);
        let value = twice.headers()[header].clone();
        twice.headers_mut().append(header, value);
        garbage.headers_mut().insert(header, "not of its form".parse().unwrap());
        long.headers_mut().insert(header, "1".repeat(9000).parse().unwrap());
        requests.extend([without, twice, garbage, long]);
    }
    let mut seen = std::collections::HashSet::new();
    for request in requests {
        let response = send(&app, request).await;
        assert_eq!(response.status(), 401, "{:?}", kind(&response));
        seen.insert((format!("{:?}", response.headers()), text(response).await));
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_tenants_addresses_are_checked_after_its_signature() {
    let app = app(map(), &clock());
    let elsewhere = |secret| from(partner(BOLT.0, secret, NOW, "{}"), "192.0.2.1");
    assert_rejected(&send(&app, elsewhere("another secret")).await, RejectionKind::SignatureMismatch);
    assert_rejected(&send(&app, elsewhere(BOLT.1)).await, RejectionKind::IpNotAllowed);
    assert_answered(&send(&app, from(partner(BOLT.0, BOLT.1, NOW, "{}"), "::ffff:198.51.100.7")).await, 200);
    // An address nobody knows is not on the list.
    let mut unknown = partner(BOLT.0, BOLT.1, NOW, "[]");
    unknown.extensions_mut().clear();
    assert_rejected(&send(&app, unknown).await, RejectionKind::PeerUnknown);
}

#[tokio::test(start_paused = true)]
async fn keys_count_in_their_time_and_the_event_says_which_it_was() {
    let at = |offset| UnixTime::from_seconds(NOW + offset);
    let key = |secret: &str, id: &str| Key::new(Secret::new(secret).unwrap()).id(id).unwrap();
    let keys = Keyring::new(key("the secret of December", "2025-12").not_before(at(100)))
        .previous(key("the secret of November", "2025-11").not_after(at(200)))
        .previous(key("the secret of October", "2025-10").not_after(at(-1)));
    let acme = Tenant::new("acme", keys).unwrap();
    let clock = clock();
    let app = app(TenantMap::new([(api_key(ACME), acme)]).unwrap(), &clock);
    let mut number = 0;
    for (now, expected) in [
        (0, [None, Some("acme 2025-11"), None]),
        (99, [None, Some("acme 2025-11"), None]),
        (100, [Some("acme 2025-12"), Some("acme 2025-11"), None]),
        (200, [Some("acme 2025-12"), Some("acme 2025-11"), None]),
        (201, [Some("acme 2025-12"), None, None]),
    ] {
        clock.set_wall_clock(at(now));
        let months = ["December", "November", "October"];
        for (month, expected) in months.into_iter().zip(expected) {
            number += 1;
            let secret = format!("the secret of {month}");
            let response = send(&app, partner(ACME.0, &secret, NOW + now, &number.to_string())).await;
            match expected {
                Some(expected) => assert_eq!(text(response).await, expected, "{month} at {now}"),
                None => assert_rejected(&response, RejectionKind::SignatureMismatch),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_of_one_partner_needs_no_api_key_and_believes_none() {
    let fixed = map().fixed(&api_key(ACME)).unwrap();
    let layer = WebhookLayer::builder(schemes::PARTNER.fixed_key(), fixed).clock(clock()).build().unwrap();
    let handler = Calls::default().handler_with(|event, _| async move {
        http::Response::new(Body::from(event.tenant().unwrap().id().to_string()))
    });
    let app = layer.layer(handler);
    let mut without = partner(ACME.0, ACME.1, NOW, "1");
    without.headers_mut().remove("x-api-key");
    assert_eq!(text(send(&app, without).await).await, "acme");
    for (number, other) in [BOLT.0, "nobody's", "with spaces, and \"quotes\""].into_iter().enumerate() {
        let request = partner(other, ACME.1, NOW, &format!("2{number}"));
        assert_eq!(text(send(&app, request).await).await, "acme");
    }
    assert_rejected(&send(&app, partner(BOLT.0, BOLT.1, NOW, "3")).await, RejectionKind::SignatureMismatch);
}

/// A database with one partner, whose secret can be changed.
#[derive(Clone)]
struct Database {
    secret: Arc<std::sync::Mutex<&'static str>>,
    lookups: Arc<AtomicUsize>,
    down: Arc<std::sync::atomic::AtomicBool>,
}

impl Database {
    async fn partner(self, api_key: Vec<u8>) -> Result<Option<tower_webhook::secrets::Credentials>, KeySourceError> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
        if self.down.load(Ordering::SeqCst) {
            return Err(KeySourceError::new("connection refused"));
        }
        if api_key != ACME.0.as_bytes() {
            return Ok(None);
        }
        let secret = Secret::new(*self.secret.lock().unwrap()).map_err(KeySourceError::new)?;
        Ok(Some(Tenant::new("acme", secret).map_err(KeySourceError::new)?.into()))
    }
}

#[tokio::test(start_paused = true)]
async fn keys_from_a_database_are_looked_up_once_and_can_be_rotated() {
    let database =
        Database { secret: Arc::new(std::sync::Mutex::new(ACME.1)), lookups: Arc::default(), down: Arc::default() };
    let lookups = Arc::clone(&database.lookups);
    let keys = CachedKeySource::new({
        let database = database.clone();
        move |api_key| database.clone().partner(api_key)
    })
    .ttl(Duration::from_secs(60))
    .unwrap();
    let (clock, calls) = (clock(), Calls::default());
    let layer = WebhookLayer::builder(schemes::PARTNER, keys.clone())
        .clock(clock.clone())
        .replay_store(MemoryReplayStore::new(1000).unwrap())
        .tenant_rate_limit(Quota::per_minute(100).unwrap())
        .build()
        .unwrap();
    let app = layer.layer(calls.handler());

    // A hundred at once: one look-up.
    let at_once = (0..100).map(|number| send(&app, partner(ACME.0, ACME.1, NOW, &number.to_string())));
    let at_once: Vec<_> = at_once.collect();
    for response in futures_util::future::join_all(at_once).await {
        assert_answered(&response, 202);
    }
    assert_eq!((lookups.load(Ordering::SeqCst), calls.count()), (1, 100));
    let limited = send(&app, partner(ACME.0, ACME.1, NOW, "100")).await;
    assert_rejected(&limited, RejectionKind::RateLimited);
    assert_eq!(retry_after(&limited), 1);

    // Nobody's keys are remembered as nobody's.
    for _ in 0..10 {
        let unknown = send(&app, partner("made-up-api-key", ACME.1, NOW, "{}")).await;
        assert_rejected(&unknown, RejectionKind::SignatureMismatch);
    }
    assert_eq!(lookups.load(Ordering::SeqCst), 2);

    // A rotation counts when the answer runs out, or at once where it is said.
    *database.secret.lock().unwrap() = "the next secret of acme";
    let rotated = |number: &str| partner(ACME.0, "the next secret of acme", NOW, number);
    assert_rejected(&send(&app, rotated("200")).await, RejectionKind::SignatureMismatch);
    keys.forget(ACME.0.as_bytes());
    clock.advance(Duration::from_secs(10));
    assert_answered(&send(&app, rotated("200")).await, 202);
    assert_rejected(&send(&app, partner(ACME.0, ACME.1, NOW, "201")).await, RejectionKind::SignatureMismatch);
    clock.advance(Duration::from_secs(59));
    assert_answered(&send(&app, rotated("202")).await, 202);
    assert_eq!(lookups.load(Ordering::SeqCst), 3);

    // With the database down, nothing is a wrong signature.
    database.down.store(true, Ordering::SeqCst);
    clock.advance(Duration::from_secs(2));
    assert_rejected(&send(&app, rotated("203")).await, RejectionKind::KeysUnavailable);
    database.down.store(false, Ordering::SeqCst);
    assert_answered(&send(&app, rotated("203")).await, 202);
}

/// What a stranger may send as an API key is bounded before it gets anywhere near a database.
#[tokio::test(start_paused = true)]
async fn an_overlong_api_key_is_never_looked_up() {
    let longest = Arc::new(AtomicUsize::new(0));
    let keys = CachedKeySource::new({
        let longest = Arc::clone(&longest);
        move |api_key: Vec<u8>| {
            longest.fetch_max(api_key.len(), Ordering::SeqCst);
            std::future::ready(Ok(None))
        }
    });
    let verifier = tower_webhook::Verifier::new(schemes::PARTNER, keys).unwrap().clock(clock());
    for length in [8192, 8193, 100_000] {
        let (head, ()) = Request::post("/")
            .header("x-api-key", "k".repeat(length))
            .header("x-timestamp", NOW)
            .header("x-webhook-signature", format!("sha256={}", sign("secret", "")))
            .body(())
            .unwrap()
            .into_parts();
        // Without the precheck, which would have ended it before.
        let rejection = verifier.verify(&head, &bytes::Bytes::new()).await.unwrap_err();
        assert_eq!(rejection.status(), 401);
    }
    assert_eq!(longest.load(Ordering::SeqCst), 8192);
}

/// Counts the keys it is given to try.
#[derive(Clone, Debug, Default)]
struct CountedKeys(Arc<AtomicUsize>);

impl Scheme for CountedKeys {
    fn name(&self) -> &str {
        "partner"
    }

    fn verify(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError> {
        self.0.fetch_add(keys.active(input.now).count(), Ordering::Relaxed);
        schemes::PARTNER.verify(input, keys)
    }

    fn key_header(&self) -> Option<&str> {
        Some("x-api-key")
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_signature_costs_the_same_for_one_key_for_two_and_for_an_unknown_tenant() {
    let rotating = Keyring::new(Secret::new("the next secret of bolt").unwrap()).previous(Secret::new(BOLT.1).unwrap());
    let bolt = Tenant::new("bolt", rotating).unwrap();
    let keys = TenantMap::new([(api_key(ACME), tenant("acme", ACME)), (api_key(BOLT), bolt)]).unwrap();
    let counted = CountedKeys::default();
    let layer = WebhookLayer::builder(counted.clone(), keys).clock(clock()).build().unwrap();
    let app = layer.layer(Calls::default().handler());
    for name in [ACME.0, BOLT.0, "api-key-of-nobody"] {
        let response = send(&app, partner(name, "a wrong secret", NOW, "1")).await;
        assert_rejected(&response, RejectionKind::SignatureMismatch);
        assert_eq!(counted.0.swap(0, Ordering::Relaxed), 2, "{name}");
    }
    // Who signs rightly pays for no more than its own keys.
    assert_answered(&send(&app, partner(ACME.0, ACME.1, NOW, "1")).await, 202);
    assert_eq!(counted.0.load(Ordering::Relaxed), 1);
}
