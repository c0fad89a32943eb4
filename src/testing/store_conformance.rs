//! What every replay store and rate store has to pass, ours or yours.
//!
//! Each suite runs a store through the promises of its trait and panics with a sentence that says which one is broken.
//!
//! Time is given by a clock and a way to wait. A store in memory takes its time from the layers, so a
//! [`FakeClock`](super::FakeClock) that is advanced will do and the suite takes no time:
//!
//! ```
//! use tower_webhook::{MemoryReplayStore, UnixTime, testing::{FakeClock, store_conformance}};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let clock = FakeClock::at(UnixTime::from_seconds(1_764_000_000));
//! store_conformance::replay_store(
//!     async || MemoryReplayStore::default(),
//!     &clock,
//!     async |time| clock.advance(time),
//! )
//! .await;
//! # }
//! ```
//!
//! A store elsewhere has a clock of its own: give it [`SystemClock`](crate::SystemClock) and `tokio::time::sleep`. The
//! suites then take less than a minute each, and need operations that take less than a tenth of a second.

use crate::{
    clock::Clock,
    event::ReplayKey,
    stores::{Claim, ClaimRequest, ClaimToken, Quota, RateDecision, RateKey, RateStore, ReplayStore, Settled},
    time::Monotonic,
};
use http::StatusCode;
use std::{
    future::{Future, poll_fn},
    hash::{BuildHasher, RandomState},
    task::Poll,
    time::Duration,
};

const LEASE: Duration = Duration::from_secs(4);
const RETENTION: Duration = Duration::from_secs(4);
/// For whatever counts time more coarsely than the clock does.
const SLACK: Duration = Duration::from_secs(2);

/// Every promise of [`ReplayStore`].
///
/// `make` makes a store that is empty, or at least one that has never seen the random keys of this run. `wait` lets
/// time pass, for `clock` and for the store.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn replay_store<S: ReplayStore>(make: impl AsyncFn() -> S, clock: &impl Clock, wait: impl AsyncFn(Duration)) {
    let fresh = async || Subject { store: make().await, key: random_key(), clock };
    a_claim_is_exclusive(&fresh().await).await;
    a_confirmed_delivery_is_done(&fresh().await, &wait).await;
    a_released_delivery_is_unknown(&fresh().await).await;
    a_lease_ends_unless_it_is_renewed(&fresh().await, &wait).await;
    a_stale_token_settles_nothing(&fresh().await, &wait).await;
    a_late_confirmation_counts(&fresh().await, &wait).await;
    a_late_confirmation_counts_when_nobody_took_over(&fresh().await, &wait).await;
    keys_are_independent(&fresh().await).await;
    one_of_a_thousand_concurrent_claims_wins(&fresh().await).await;
}

/// That of many threads that claim one delivery at the same time, one wins; a hundred times.
///
/// Apart from [`replay_store`], since its threads belong to no runtime: for stores in memory.
///
/// # Panics
///
/// When none wins or several do, or when the store answers with an error.
pub fn replay_store_across_threads<S: ReplayStore>(store: &S) {
    for _ in 0..100 {
        let key = random_key();
        let request = ClaimRequest::new(&key, LEASE, Monotonic::default());
        let barrier = std::sync::Barrier::new(4);
        let won: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let store = store.clone();
                        barrier.wait();
                        (0..250).filter(|_| matches!(block_on(store.claim(&request)), Ok(Claim::Claimed(_)))).count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or(usize::MAX / 8)).sum()
        });
        assert_eq!(won, 1, "of a thousand claims of one delivery from four threads, exactly one must win");
    }
}

/// A delivery and the store it is claimed from.
struct Subject<'a, S, C> {
    store: S,
    key: ReplayKey,
    clock: &'a C,
}

impl<S: ReplayStore, C: Clock> Subject<'_, S, C> {
    async fn claim(&self) -> Claim {
        let request = ClaimRequest::new(&self.key, LEASE, self.clock.monotonic());
        answered("claim", self.store.claim(&request).await)
    }

    async fn claimed(&self, promise: &str) -> ClaimToken {
        match self.claim().await {
            Claim::Claimed(token) => token,
            other => panic!("{promise}: expected it to be claimed, got {other:?}"),
        }
    }

    async fn in_flight(&self, promise: &str) {
        match self.claim().await {
            Claim::InFlight { lease_left } => assert!(
                lease_left.is_none_or(|left| !left.is_zero() && left <= LEASE),
                "the rest of a lease must be more than nothing and at most the lease, got {lease_left:?}",
            ),
            other => panic!("{promise}: expected it to be in flight, got {other:?}"),
        }
    }

    async fn done(&self, status: StatusCode, promise: &str) {
        match self.claim().await {
            Claim::Done { status: known } => assert!(
                known.is_none_or(|known| known == status),
                "a done delivery must have the status it was confirmed with, {status}, got {known:?}",
            ),
            other => panic!("{promise}: expected it to be done, got {other:?}"),
        }
    }

    async fn confirm(&self, token: ClaimToken, status: StatusCode) -> Settled {
        let settled = self.store.confirm(&self.key, token, status, RETENTION, self.clock.monotonic()).await;
        answered("confirm", settled)
    }

    async fn release(&self, token: ClaimToken) -> Settled {
        answered("release", self.store.release(&self.key, token, self.clock.monotonic()).await)
    }

    async fn renew(&self, token: ClaimToken) -> Settled {
        answered("renew", self.store.renew(&self.key, token, LEASE, self.clock.monotonic()).await)
    }
}

async fn a_claim_is_exclusive<S: ReplayStore>(subject: &Subject<'_, S, impl Clock>) {
    subject.claimed("an unknown delivery can be claimed").await;
    subject.in_flight("a delivery that is claimed cannot be claimed again").await;
    let clone = Subject { store: subject.store.clone(), key: subject.key, clock: subject.clock };
    clone.in_flight("clones of a store share what they remember").await;
}

async fn a_confirmed_delivery_is_done<S: ReplayStore>(
    subject: &Subject<'_, S, impl Clock>,
    wait: &impl AsyncFn(Duration),
) {
    let token = subject.claimed("an unknown delivery can be claimed").await;
    let settled = subject.confirm(token, StatusCode::ACCEPTED).await;
    assert_eq!(settled, Settled::Held, "the holder of a claim can confirm it");
    subject.done(StatusCode::ACCEPTED, "a confirmed delivery is done").await;

    assert_eq!(subject.release(token).await, Settled::Lost, "a confirmed claim is not held any more");
    assert_eq!(subject.renew(token).await, Settled::Lost, "a confirmed claim is not held any more");
    subject.done(StatusCode::ACCEPTED, "releasing a done delivery does not make it unknown").await;

    wait(RETENTION / 2).await;
    subject.done(StatusCode::ACCEPTED, "a done delivery is remembered until the retention ends").await;
    wait(RETENTION / 2 + SLACK).await;
    subject.claimed("a done delivery is forgotten when the retention has ended").await;
}

async fn a_released_delivery_is_unknown<S: ReplayStore>(subject: &Subject<'_, S, impl Clock>) {
    let first = subject.claimed("an unknown delivery can be claimed").await;
    assert_eq!(subject.release(first).await, Settled::Held, "the holder of a claim can release it");
    let second = subject.claimed("a released delivery can be claimed").await;
    assert_ne!(first, second, "a token is given out once for one delivery");
    assert_eq!(subject.release(first).await, Settled::Lost, "a released claim is not held any more");
    subject.in_flight("a released claim cannot release the next one").await;
}

async fn a_lease_ends_unless_it_is_renewed<S: ReplayStore>(
    subject: &Subject<'_, S, impl Clock>,
    wait: &impl AsyncFn(Duration),
) {
    let token = subject.claimed("an unknown delivery can be claimed").await;
    for _ in 0..2 {
        wait(LEASE * 5 / 8).await;
        assert_eq!(subject.renew(token).await, Settled::Held, "the holder of a claim can renew it");
    }
    wait(LEASE * 5 / 8).await;
    subject.in_flight("a renewed claim holds for another lease").await;
    wait(LEASE * 3 / 8 + SLACK).await;
    assert_eq!(subject.renew(token).await, Settled::Lost, "a claim whose lease has ended cannot be renewed");
    assert_eq!(subject.release(token).await, Settled::Lost, "a claim whose lease has ended cannot be released");
    let next = subject.claimed("a delivery whose lease has ended can be claimed").await;
    assert_ne!(token, next, "a token is given out once for one delivery");
}

async fn a_stale_token_settles_nothing<S: ReplayStore>(
    subject: &Subject<'_, S, impl Clock>,
    wait: &impl AsyncFn(Duration),
) {
    let stale = subject.claimed("an unknown delivery can be claimed").await;
    wait(LEASE + SLACK).await;
    let held = subject.claimed("a delivery whose lease has ended can be claimed").await;
    assert_eq!(subject.release(stale).await, Settled::Lost, "a claim that somebody took over cannot be released");
    assert_eq!(subject.renew(stale).await, Settled::Lost, "a claim that somebody took over cannot be renewed");
    subject.in_flight("a stale token does not release somebody else's claim").await;
    assert_eq!(subject.renew(held).await, Settled::Held, "a stale token does not harm somebody else's claim");
    assert_eq!(subject.confirm(held, StatusCode::OK).await, Settled::Held, "who took over can confirm");
    subject.done(StatusCode::OK, "a confirmed delivery is done").await;
}

async fn a_late_confirmation_counts<S: ReplayStore>(
    subject: &Subject<'_, S, impl Clock>,
    wait: &impl AsyncFn(Duration),
) {
    let stale = subject.claimed("an unknown delivery can be claimed").await;
    wait(LEASE + SLACK).await;
    let held = subject.claimed("a delivery whose lease has ended can be claimed").await;
    let settled = subject.confirm(stale, StatusCode::OK).await;
    assert_eq!(settled, Settled::Lost, "who confirms too late is told that the claim was lost");
    subject.done(StatusCode::OK, "a delivery that was confirmed too late is done all the same").await;
    assert_eq!(subject.release(held).await, Settled::Lost, "a done delivery is held by nobody");
    subject.done(StatusCode::OK, "releasing a done delivery does not make it unknown").await;
}

async fn a_late_confirmation_counts_when_nobody_took_over<S: ReplayStore>(
    subject: &Subject<'_, S, impl Clock>,
    wait: &impl AsyncFn(Duration),
) {
    let stale = subject.claimed("an unknown delivery can be claimed").await;
    wait(LEASE + SLACK).await;
    let settled = subject.confirm(stale, StatusCode::OK).await;
    assert_eq!(settled, Settled::Lost, "who confirms too late is told that the claim was lost");
    subject.done(StatusCode::OK, "a delivery that was confirmed too late is done all the same").await;
}

async fn keys_are_independent<S: ReplayStore>(subject: &Subject<'_, S, impl Clock>) {
    let token = subject.claimed("an unknown delivery can be claimed").await;
    // Alike in all but one bit.
    let mut bytes = *subject.key.as_bytes();
    bytes[0] ^= 1;
    let other = Subject { store: subject.store.clone(), key: ReplayKey::from_bytes(bytes), clock: subject.clock };
    let others = other.claimed("one delivery in flight does not stop another").await;
    assert_eq!(subject.release(token).await, Settled::Held, "the holder of a claim can release it");
    other.in_flight("releasing one delivery does not release another").await;
    assert_eq!(other.confirm(others, StatusCode::OK).await, Settled::Held, "the holder of a claim can confirm it");
    subject.claimed("one delivery done does not stop another").await;
}

async fn one_of_a_thousand_concurrent_claims_wins<S: ReplayStore>(subject: &Subject<'_, S, impl Clock>) {
    let request = ClaimRequest::new(&subject.key, LEASE, subject.clock.monotonic());
    let claims: Vec<_> = (0..1000).map(|_| subject.store.clone().claim(&request)).collect();
    let won = all(claims)
        .await
        .into_iter()
        .filter(|claim| match claim {
            Ok(Claim::Claimed(_)) => true,
            Ok(Claim::InFlight { .. }) => false,
            other => panic!("a delivery that is claimed a thousand times at once is in flight, got {other:?}"),
        })
        .count();
    assert_eq!(won, 1, "of a thousand concurrent claims of one delivery, exactly one must win");
}

/// Every promise of [`RateStore`].
///
/// `make`, `clock` and `wait` are as for [`replay_store`]. A store may earn requests back one by one or many at once,
/// as long as what it says in `retry_after` holds.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn rate_store<S: RateStore>(make: impl AsyncFn() -> S, clock: &impl Clock, wait: impl AsyncFn(Duration)) {
    const BURST: u32 = 4;
    let quota = quota(Duration::from_secs(16), BURST);
    let (store, limit) = (make().await, random_name());
    let key = RateKey::text(limit.as_str(), "spent");
    let take = async |key: &RateKey, quota| answered("take", store.take(key, quota, clock.monotonic()).await);
    let peek = async |key: &RateKey, quota| answered("peek", store.peek(key, quota, clock.monotonic()).await);

    for left in (0..BURST).rev() {
        let peeked = peek(&key, quota).await;
        let expected = RateDecision::Allowed { remaining: left };
        assert_eq!(peeked, expected, "peek says what take would, and spends nothing");
        assert_eq!(take(&key, quota).await, expected, "a burst may come at once, and what remains of it is counted");
    }
    let peeked = retry_after(peek(&key, quota).await, "peek says what take would");
    let told = retry_after(take(&key, quota).await, "a spent quota lets nothing pass");
    assert!(peeked >= told, "being refused does not put the next request off: {peeked:?}, then {told:?}");
    assert!(!told.is_zero() && told <= quota.window(), "the time to wait is more than nothing, at most the window");

    let clone = answered("take", store.clone().take(&key, quota, clock.monotonic()).await);
    retry_after(clone, "clones of a store share their counts");
    for other in [
        RateKey::text(limit.as_str(), "other"),
        RateKey::everybody(limit.as_str()),
        RateKey::network(limit.as_str(), [192, 0, 2, 1].into(), 32),
        RateKey::text(format!("{limit}-other"), "spent"),
    ] {
        let taken = take(&other, quota).await;
        assert_eq!(taken, RateDecision::Allowed { remaining: BURST - 1 }, "keys and limits do not share a quota");
    }
    let changed = self::quota(Duration::from_secs(16), BURST * 2);
    let taken = take(&key, changed).await;
    assert_eq!(taken, RateDecision::Allowed { remaining: BURST * 2 - 1 }, "a changed quota starts afresh");

    wait(told / 2).await;
    let told = retry_after(take(&key, quota).await, "nothing passes before the time that was told");
    wait(told).await;
    allowed(take(&key, quota).await, "a request passes after the time that was told");
    wait(quota.window() + SLACK).await;
    for _ in 0..BURST {
        allowed(take(&key, quota).await, "a full burst may come when the window has passed");
    }
    retry_after(take(&key, quota).await, "no more than a burst is earned back");
}

fn quota(period: Duration, rate: u32) -> Quota {
    Quota::per(period, rate).unwrap_or_else(|error| panic!("the suite uses a quota that cannot work: {error}"))
}

fn allowed(decision: RateDecision, promise: &str) {
    assert!(matches!(decision, RateDecision::Allowed { .. }), "{promise}: got {decision:?}");
}

fn retry_after(decision: RateDecision, promise: &str) -> Duration {
    match decision {
        RateDecision::Limited { retry_after } => retry_after,
        RateDecision::Allowed { .. } => panic!("{promise}: got {decision:?}"),
    }
}

fn answered<T>(operation: &str, answer: Result<T, crate::stores::StoreError>) -> T {
    answer.unwrap_or_else(|error| panic!("{operation} must not fail here: {error} ({error:?})"))
}

fn random_key() -> ReplayKey {
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_exact_mut(8) {
        chunk.copy_from_slice(&RandomState::new().hash_one("key").to_le_bytes());
    }
    ReplayKey::from_bytes(bytes)
}

fn random_name() -> String {
    format!("conformance-{:016x}", RandomState::new().hash_one("limit"))
}

/// Runs them all at once.
async fn all<F: Future + Unpin>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(Some).collect();
    let mut outputs = Vec::with_capacity(running.len());
    poll_fn(|context| {
        for slot in &mut running {
            if let Some(future) = slot
                && let Poll::Ready(output) = std::pin::Pin::new(future).poll(context)
            {
                outputs.push(output);
                *slot = None;
            }
        }
        if running.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs
}

struct Unpark(std::thread::Thread);

impl std::task::Wake for Unpark {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future + Unpin>(mut future: F) -> F::Output {
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    loop {
        match std::pin::Pin::new(&mut future).poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}
