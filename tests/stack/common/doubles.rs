//! Stores, key sources and inner services that stand in for slow and broken ones.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use std::{
    fmt,
    future::{Future, Ready, ready},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};
use tower::Service;
use tower_webhook::{
    ConfigError, KeySource, Keyring, Monotonic, Quota, RateStore, ReplayKey, ReplayStore,
    secrets::{Credentials, KeySourceError},
    stores::{Claim, ClaimRequest, ClaimToken, RateDecision, RateKey, Settled, StoreError},
};

/// How something elsewhere behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mood {
    /// Answers at once.
    Prompt,
    /// Is pending at first, then answers.
    Slow,
    /// Fails.
    Broken,
    /// Never answers.
    Silent,
}

/// A store or key source elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Moody<T> {
    pub(crate) inner: T,
    pub(crate) mood: Mood,
}

pub(crate) fn slow<T>(inner: T) -> Moody<T> {
    Moody { inner, mood: Mood::Slow }
}

pub(crate) type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Mood {
    fn answer<T: Send + 'static, E: Send + 'static>(
        self,
        answer: impl Future<Output = Result<T, E>> + Send + 'static,
        error: E,
    ) -> Later<Result<T, E>> {
        Box::pin(async move {
            match self {
                Self::Prompt => answer.await,
                Self::Slow => {
                    // Twice: once for the layer's own first look, once for the task.
                    tokio::task::yield_now().await;
                    tokio::task::yield_now().await;
                    answer.await
                }
                Self::Broken => Err(error),
                Self::Silent => std::future::pending().await,
            }
        })
    }

    fn store<T: Send + 'static>(
        self,
        answer: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Later<Result<T, StoreError>> {
        self.answer(answer, StoreError::failed("connection refused"))
    }
}

impl<K: KeySource> KeySource for Moody<K> {
    type Lookup = Later<Result<Option<Credentials>, KeySourceError>>;

    fn lookup(&self, selector: Option<&[u8]>, now: Monotonic) -> Self::Lookup {
        self.mood.answer(self.inner.lookup(selector, now), KeySourceError::new("connection refused"))
    }

    fn selects(&self) -> bool {
        self.inner.selects()
    }

    fn check(&self, check: &dyn Fn(&Keyring) -> Result<(), ConfigError>) -> Result<(), ConfigError> {
        self.inner.check(check)
    }
}

impl<T: RateStore> RateStore for Moody<T> {
    type Take = Later<Result<RateDecision, StoreError>>;

    fn take(&self, key: &RateKey, quota: Quota, now: Monotonic) -> Self::Take {
        self.mood.store(self.inner.take(key, quota, now))
    }

    fn peek(&self, key: &RateKey, quota: Quota, now: Monotonic) -> Self::Take {
        self.mood.store(self.inner.peek(key, quota, now))
    }
}

impl<T: ReplayStore> ReplayStore for Moody<T> {
    type Claim = Later<Result<Claim, StoreError>>;
    type Settle = Later<Result<Settled, StoreError>>;

    fn claim(&self, request: &ClaimRequest<'_>) -> Self::Claim {
        self.mood.store(self.inner.claim(request))
    }

    fn confirm(
        &self,
        key: &ReplayKey,
        token: ClaimToken,
        status: StatusCode,
        retention: Duration,
        now: Monotonic,
    ) -> Self::Settle {
        self.mood.store(self.inner.confirm(key, token, status, retention, now))
    }

    fn release(&self, key: &ReplayKey, token: ClaimToken, now: Monotonic) -> Self::Settle {
        self.mood.store(self.inner.release(key, token, now))
    }

    fn renew(&self, key: &ReplayKey, token: ClaimToken, lease: Duration, now: Monotonic) -> Self::Settle {
        self.mood.store(self.inner.renew(key, token, lease, now))
    }
}

/// The error of [`Probe`]: a type no layer could have made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProbeError;

impl fmt::Display for ProbeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the probe failed")
    }
}

impl std::error::Error for ProbeError {}

/// An inner service that holds its callers to tower's contract: the very instance that was polled ready is to be
/// called, once. A clone is not ready.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    ready: bool,
    calls: Arc<AtomicUsize>,
    fails: bool,
}

impl Probe {
    pub(crate) fn failing() -> Self {
        Self { fails: true, ..Self::default() }
    }

    pub(crate) fn calls(&self) -> impl Fn() -> usize + use<> {
        let calls = Arc::clone(&self.calls);
        move || calls.load(Relaxed)
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        Self { ready: false, calls: Arc::clone(&self.calls), fails: self.fails }
    }
}

impl<B> Service<Request<B>> for Probe {
    type Response = Response<Full<Bytes>>;
    type Error = ProbeError;
    type Future = Ready<Result<Self::Response, ProbeError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ProbeError>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "an instance was called that nobody had polled ready");
        self.calls.fetch_add(1, Relaxed);
        ready(if self.fails { Err(ProbeError) } else { Ok(Response::new(Full::default())) })
    }
}
