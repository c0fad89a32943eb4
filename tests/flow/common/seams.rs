//! Stores and key sources that are somewhere else: slow, failing, hanging, as told.

use http::StatusCode;
use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};
use tower_webhook::{
    Clock, KeySource, Keyring, MemoryRateStore, MemoryReplayStore, Monotonic, Quota, RateStore, ReplayKey, ReplayStore,
    UnixTime,
    secrets::{Credentials, KeySourceError},
    stores::{Claim, ClaimRequest, ClaimToken, RateDecision, RateKey, Settled, StoreError},
};

type Boxed<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conduct {
    /// Answers after this time, and does nothing before. Never at the first poll.
    Slow(Duration),
    /// Does it at once, and answers after this time.
    Late(Duration),
    Failing,
    Hanging,
}

pub(crate) const SLOW: Conduct = Conduct::Slow(Duration::from_millis(20));

impl Conduct {
    fn act<T: Send + 'static, E: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
        error: impl FnOnce() -> E + Send + 'static,
    ) -> Boxed<T, E> {
        if let Self::Late(delay) = self {
            let done = work();
            return Box::pin(async move {
                tokio::time::sleep(delay).await;
                done
            });
        }
        Box::pin(async move {
            match self {
                Self::Slow(delay) => {
                    tokio::task::yield_now().await;
                    if !delay.is_zero() {
                        tokio::time::sleep(delay).await;
                    }
                    work()
                }
                Self::Failing => {
                    tokio::task::yield_now().await;
                    Err(error())
                }
                Self::Late(_) | Self::Hanging => std::future::pending().await,
            }
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Claim,
    Confirm,
    Release,
    Renew,
}

#[derive(Debug, Default)]
struct Plan {
    /// How the next calls of a step go, in this order; then as `usual`.
    next: HashMap<Step, Vec<Conduct>>,
    usual: Option<Conduct>,
    log: Vec<Step>,
}

/// A replay store elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct RemoteReplays {
    pub(crate) memory: MemoryReplayStore,
    plan: Arc<Mutex<Plan>>,
}

impl RemoteReplays {
    pub(crate) fn new(usual: Conduct) -> Self {
        let plan = Plan { usual: Some(usual), ..Plan::default() };
        Self { memory: MemoryReplayStore::new(10_000).unwrap(), plan: Arc::new(Mutex::new(plan)) }
    }

    pub(crate) fn usually(&self, conduct: Conduct) {
        self.plan.lock().unwrap().usual = Some(conduct);
    }

    pub(crate) fn next(&self, step: Step, conduct: Conduct) {
        self.plan.lock().unwrap().next.entry(step).or_default().push(conduct);
    }

    pub(crate) fn log(&self) -> Vec<Step> {
        self.plan.lock().unwrap().log.clone()
    }

    fn conduct(&self, step: Step) -> Conduct {
        let mut plan = self.plan.lock().unwrap();
        plan.log.push(step);
        match plan.next.get_mut(&step) {
            Some(next) if !next.is_empty() => next.remove(0),
            _ => plan.usual.unwrap(),
        }
    }

    fn settle<F>(
        &self,
        step: Step,
        work: impl FnOnce(MemoryReplayStore) -> F + Send + 'static,
    ) -> Boxed<Settled, StoreError>
    where
        F: Future<Output = Result<Settled, StoreError>>,
    {
        let memory = self.memory.clone();
        self.conduct(step).act(move || now(work(memory)), failure)
    }
}

fn failure() -> StoreError {
    StoreError::failed("connection reset")
}

/// What is in memory answers at once.
fn now<F: Future>(future: F) -> F::Output {
    use futures_util::FutureExt as _;
    future.now_or_never().unwrap()
}

impl ReplayStore for RemoteReplays {
    type Claim = Boxed<Claim, StoreError>;
    type Settle = Boxed<Settled, StoreError>;

    fn claim(&self, request: &ClaimRequest<'_>) -> Self::Claim {
        let (memory, key, tenant) = (self.memory.clone(), *request.key, request.tenant.cloned());
        let (lease, at) = (request.lease, request.now);
        let work = move || now(memory.claim(&ClaimRequest::new(&key, lease, at).tenant(tenant.as_ref())));
        self.conduct(Step::Claim).act(work, failure)
    }

    fn confirm(
        &self,
        key: &ReplayKey,
        token: ClaimToken,
        status: StatusCode,
        retention: Duration,
        at: Monotonic,
    ) -> Self::Settle {
        let key = *key;
        self.settle(Step::Confirm, move |memory| memory.confirm(&key, token, status, retention, at))
    }

    fn release(&self, key: &ReplayKey, token: ClaimToken, at: Monotonic) -> Self::Settle {
        let key = *key;
        self.settle(Step::Release, move |memory| memory.release(&key, token, at))
    }

    fn renew(&self, key: &ReplayKey, token: ClaimToken, lease: Duration, at: Monotonic) -> Self::Settle {
        let key = *key;
        self.settle(Step::Renew, move |memory| memory.renew(&key, token, lease, at))
    }
}

/// A rate store elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct RemoteRates {
    memory: MemoryRateStore,
    conduct: Arc<Mutex<Conduct>>,
}

impl RemoteRates {
    pub(crate) fn new(conduct: Conduct) -> Self {
        Self { memory: MemoryRateStore::new(10_000).unwrap(), conduct: Arc::new(Mutex::new(conduct)) }
    }

    pub(crate) fn behave(&self, conduct: Conduct) {
        *self.conduct.lock().unwrap() = conduct;
    }

    fn ask(&self, key: &RateKey, quota: Quota, at: Monotonic, spend: bool) -> Boxed<RateDecision, StoreError> {
        let (memory, key) = (self.memory.clone(), key.clone());
        let work = move || now(if spend { memory.take(&key, quota, at) } else { memory.peek(&key, quota, at) });
        let conduct = *self.conduct.lock().unwrap();
        conduct.act(work, failure)
    }
}

impl RateStore for RemoteRates {
    type Take = Boxed<RateDecision, StoreError>;

    fn take(&self, key: &RateKey, quota: Quota, at: Monotonic) -> Self::Take {
        self.ask(key, quota, at, true)
    }

    fn peek(&self, key: &RateKey, quota: Quota, at: Monotonic) -> Self::Take {
        self.ask(key, quota, at, false)
    }
}

/// A ring of keys that is fetched for every request.
#[derive(Clone, Debug)]
pub(crate) struct RemoteKeys {
    keyring: Keyring,
    conduct: Arc<Mutex<Conduct>>,
}

impl RemoteKeys {
    pub(crate) fn new(keyring: Keyring, conduct: Conduct) -> Self {
        Self { keyring, conduct: Arc::new(Mutex::new(conduct)) }
    }

    pub(crate) fn behave(&self, conduct: Conduct) {
        *self.conduct.lock().unwrap() = conduct;
    }
}

impl KeySource for RemoteKeys {
    type Lookup = Boxed<Option<Credentials>, KeySourceError>;

    fn lookup(&self, _: Option<&[u8]>, _: Monotonic) -> Self::Lookup {
        let keyring = self.keyring.clone();
        let conduct = *self.conduct.lock().unwrap();
        conduct.act(move || Ok(Some(keyring.into())), || KeySourceError::new("connection reset"))
    }

    fn selects(&self) -> bool {
        false
    }
}

/// tokio's time, which stands still while anything else can be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokioClock {
    origin: tokio::time::Instant,
}

impl TokioClock {
    pub(crate) fn start() -> Self {
        Self { origin: tokio::time::Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_seconds(super::NOW).saturating_add(self.origin.elapsed())
    }

    fn monotonic(&self) -> Monotonic {
        Monotonic::from_origin(self.origin.elapsed())
    }
}
