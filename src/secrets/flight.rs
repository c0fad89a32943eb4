//! Look-ups under way, and what is remembered of those that are over.

use super::{
    Credentials, KeyLookup, KeySourceError,
    bounded::{Bounded, Digest},
};
use crate::time::Monotonic;
use futures_util::future::{BoxFuture, FutureExt as _, Shared, WeakShared};
use std::{
    collections::HashMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use zeroize::Zeroizing;

/// One look-up, for everybody who waits for it.
pub(super) type SharedAnswer = Shared<BoxFuture<'static, Result<Option<Credentials>, KeySourceError>>>;

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) ttl: Duration,
    pub(super) negative_ttl: Duration,
    pub(super) capacity: usize,
    pub(super) negative_capacity: usize,
    pub(super) lookup_timeout: Duration,
    pub(super) max_pending: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(60),
            negative_ttl: Duration::from_secs(10),
            capacity: 10_000,
            negative_capacity: 10_000,
            lookup_timeout: Duration::from_secs(2),
            max_pending: 256,
        }
    }
}

pub(super) struct Cache {
    pub(super) settings: Settings,
    state: Mutex<State>,
}

struct State {
    known: Bounded<Credentials>,
    unknown: Bounded<()>,
    /// The look-ups that may still be joined and remembered.
    pending: HashMap<Digest, Pending>,
    /// All look-ups under way, those that `clear` and `forget` took out of `pending` too.
    in_flight: usize,
    take_offs: u64,
}

struct Pending {
    number: u64,
    /// Weak, so that the look-up is dropped with the last who waits for it.
    answer: WeakShared<BoxFuture<'static, Result<Option<Credentials>, KeySourceError>>>,
}

/// What there is to do about a selector.
pub(super) enum Course {
    Remembered(Option<Credentials>),
    UnderWay(SharedAnswer),
    TooMany,
}

impl Cache {
    pub(super) fn new(settings: Settings) -> Self {
        let state = State {
            known: Bounded::new(),
            unknown: Bounded::new(),
            pending: HashMap::new(),
            in_flight: 0,
            take_offs: 0,
        };
        Self { settings, state: Mutex::new(state) }
    }

    pub(super) fn course<L: KeyLookup>(
        self: &Arc<Self>,
        digest: Digest,
        now: Monotonic,
        lookup: &Arc<L>,
        selector: &[u8],
    ) -> Course {
        let mut state = self.lock();
        if let Some(answer) = state.remembered(&digest, now) {
            return Course::Remembered(answer);
        }
        if let Some(answer) = state.pending.get(&digest).and_then(|pending| pending.answer.upgrade()) {
            return Course::UnderWay(answer);
        }
        if state.in_flight >= self.settings.max_pending {
            return Course::TooMany;
        }
        let number = state.take_off();
        let flight = Flight { cache: Arc::clone(self), digest, number, began: now };
        let asking = ask(Arc::clone(lookup), Zeroizing::new(selector.to_vec()), self.settings.lookup_timeout);
        let answer = flight.land(asking).boxed().shared();
        if let Some(answer) = answer.downgrade() {
            state.pending.insert(digest, Pending { number, answer });
        }
        Course::UnderWay(answer)
    }

    pub(super) fn clear(&self) {
        let mut state = self.lock();
        state.known.clear();
        state.unknown.clear();
        state.pending.clear();
    }

    pub(super) fn forget(&self, digest: &Digest) {
        let mut state = self.lock();
        state.known.remove(digest);
        state.unknown.remove(digest);
        state.pending.remove(digest);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Cache")
            .field("known", &state.known.len())
            .field("unknown", &state.unknown.len())
            .field("in_flight", &state.in_flight)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl State {
    fn remembered(&mut self, digest: &Digest, now: Monotonic) -> Option<Option<Credentials>> {
        self.known.drop_expired(now);
        self.unknown.drop_expired(now);
        if let Some(credentials) = self.known.get(digest, now) {
            return Some(Some(credentials.clone()));
        }
        self.unknown.get(digest, now).map(|()| None)
    }

    fn take_off(&mut self) -> u64 {
        self.in_flight = self.in_flight.saturating_add(1);
        self.take_offs = self.take_offs.wrapping_add(1);
        self.take_offs
    }

    fn may_remember(&self, flight: &Flight) -> bool {
        self.pending.get(&flight.digest).is_some_and(|pending| pending.number == flight.number)
    }

    fn remember(&mut self, flight: &Flight, answer: Option<Credentials>) {
        let settings = &flight.cache.settings;
        match answer {
            Some(credentials) => {
                self.unknown.remove(&flight.digest);
                let expires = flight.began.saturating_add(settings.ttl);
                self.known.insert(flight.digest, credentials, expires, settings.capacity);
            }
            None => {
                self.known.remove(&flight.digest);
                let expires = flight.began.saturating_add(settings.negative_ttl);
                self.unknown.insert(flight.digest, (), expires, settings.negative_capacity);
            }
        }
    }
}

/// One look-up under way. Dropped when it is over or abandoned, and then no longer pending.
struct Flight {
    cache: Arc<Cache>,
    digest: Digest,
    number: u64,
    began: Monotonic,
}

impl Flight {
    async fn land(
        self,
        asking: impl Future<Output = Result<Option<Credentials>, KeySourceError>>,
    ) -> Result<Option<Credentials>, KeySourceError> {
        let answer = asking.await;
        if let Ok(answer) = &answer {
            let mut state = self.cache.lock();
            // Not if it was forgotten meanwhile: the answer may be from before the rotation.
            if state.may_remember(&self) {
                state.remember(&self, answer.clone());
            }
        }
        answer
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut state = self.cache.lock();
        state.in_flight = state.in_flight.saturating_sub(1);
        if state.may_remember(self) {
            state.pending.remove(&self.digest);
        }
    }
}

async fn ask<L: KeyLookup>(
    lookup: Arc<L>,
    selector: Zeroizing<Vec<u8>>,
    timeout: Duration,
) -> Result<Option<Credentials>, KeySourceError> {
    // Nothing is called before the first poll, so that a panic of any part of it ends up here.
    let asking = async move { tokio::time::timeout(timeout, async move { lookup.lookup(&selector).await }).await };
    match AssertUnwindSafe(asking).catch_unwind().await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(KeySourceError::new(format!("no answer within {timeout:?}"))),
        // What it panicked with may hold anything.
        Err(_) => Err(KeySourceError::new("the look-up panicked")),
    }
}
