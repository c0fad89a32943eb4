//! A claim in hand: held while the handler runs, then confirmed or released, whatever happens.

use super::deadline::{Deadline, poll_now};
use crate::{
    clock::Clock,
    event::ReplayKey,
    observe,
    stores::{Claim, ClaimToken, ReplayStore, Settled, StoreError, StoreErrorKind},
};
use http::{HeaderName, Response, StatusCode};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::Sleep;

/// On what terms deliveries are claimed.
#[derive(Clone, Debug)]
pub(super) struct Terms<T> {
    pub(super) store: T,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) lease: Duration,
    pub(super) retention: Duration,
    pub(super) store_timeout: Duration,
}

impl<T: ReplayStore> Terms<T> {
    fn ask(&self, key: &ReplayKey, token: ClaimToken, end: End) -> T::Settle {
        let now = self.clock.monotonic();
        match end {
            End::Confirm(status) => self.store.confirm(key, token, status, self.retention, now),
            End::Release => self.store.release(key, token, now),
        }
    }
}

/// A claim that is ours. Dropped without having been settled (a panic, a client that went away), it releases itself.
pub(super) struct Claimed<T: ReplayStore> {
    terms: Arc<Terms<T>>,
    key: ReplayKey,
    token: ClaimToken,
    settled: bool,
}

impl<T: ReplayStore> Claimed<T> {
    pub(super) const fn new(terms: Arc<Terms<T>>, key: ReplayKey, token: ClaimToken) -> Self {
        Self { terms, key, token, settled: false }
    }

    /// `None` if the store has said its last word, or will say it in the background.
    fn settle(&mut self, end: End) -> Option<Settling<T>> {
        self.settled = true;
        let mut attempt = self.terms.ask(&self.key, self.token, end);
        let first = poll_now(&mut attempt);
        if let Poll::Ready(Ok(settled)) = first {
            report(settled);
            return None;
        }
        let settlement = Settlement { terms: Arc::clone(&self.terms), key: self.key, token: self.token, end };
        let mut settling = Settling { attempt: Some((settlement, attempt)), sleep: None };
        if let Poll::Ready(Err(error)) = first {
            settling.try_again(&error);
            return None;
        }
        Some(settling)
    }

    fn renew(&self) -> T::Settle {
        self.terms.store.renew(&self.key, self.token, self.terms.lease, self.terms.clock.monotonic())
    }
}

impl<T: ReplayStore> Drop for Claimed<T> {
    fn drop(&mut self) {
        if !self.settled {
            drop(self.settle(End::Release));
        }
    }
}

/// A claim that a store elsewhere was asked for. Dropped before the answer has come (a time-out, a client that went
/// away), it waits as long again in the background: a claim made by then is given back, and does not block the sender's
/// next attempt for a whole lease.
pub struct Asked<T: ReplayStore> {
    answer: Option<T::Claim>,
    terms: Arc<Terms<T>>,
    key: ReplayKey,
}

impl<T: ReplayStore> Asked<T> {
    pub(super) const fn new(answer: T::Claim, terms: Arc<Terms<T>>, key: ReplayKey) -> Self {
        Self { answer: Some(answer), terms, key }
    }
}

impl<T: ReplayStore> Future for Asked<T> {
    type Output = Result<Claim, StoreError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Some(answer) = &mut this.answer else { return Poll::Pending };
        let answer = ready!(Pin::new(answer).poll(cx));
        this.answer = None;
        Poll::Ready(answer)
    }
}

impl<T: ReplayStore> Drop for Asked<T> {
    fn drop(&mut self) {
        let Some(answer) = self.answer.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (terms, key) = (Arc::clone(&self.terms), self.key);
            drop(runtime.spawn(async move {
                if let Ok(Ok(Claim::Claimed(token))) = Deadline::new(answer, terms.store_timeout).await {
                    drop(Claimed::new(terms, key, token));
                }
            }));
        }
    }
}

/// Nothing in it is pinned.
impl<T: ReplayStore> Unpin for Asked<T> {}

/// How a claim ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Confirm(StatusCode),
    Release,
}

/// What the store is to be told.
struct Settlement<T> {
    terms: Arc<Terms<T>>,
    key: ReplayKey,
    token: ClaimToken,
    end: End,
}

impl<T: ReplayStore> Settlement<T> {
    fn ask(&self) -> T::Settle {
        self.terms.ask(&self.key, self.token, self.end)
    }

    /// Tells the store again and again, for as long as the lease can last: what was handled must not be forgotten
    /// because the store was away for a moment.
    async fn insist(self, mut attempt: T::Settle) {
        let began = tokio::time::Instant::now();
        let mut pause = self.terms.store_timeout;
        loop {
            let error = match tokio::time::timeout(self.terms.store_timeout.saturating_mul(4), &mut attempt).await {
                Ok(Ok(settled)) => return report(settled),
                Ok(Err(error)) => error,
                Err(_) => StoreError::new(StoreErrorKind::TimedOut),
            };
            if began.elapsed().saturating_add(pause) >= self.terms.lease {
                return observe::trouble("a replay claim could not be settled; its lease runs out", &error);
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(self.terms.lease / 8);
            attempt = self.ask();
        }
    }
}

/// The store's last word on a claim. The sender's answer waits for it, but not for long: what is not said by then (a
/// slow store, a failing one, a client that went away) goes on in the background.
struct Settling<T: ReplayStore> {
    attempt: Option<(Settlement<T>, T::Settle)>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<T: ReplayStore> Settling<T> {
    /// An attempt has failed.
    fn try_again(&mut self, error: &StoreError) {
        observe::trouble("a replay claim could not be settled; it will be tried again", error);
        if let Some((settlement, attempt)) = &mut self.attempt {
            *attempt = settlement.ask();
        }
        self.go_on_in_the_background();
    }

    fn go_on_in_the_background(&mut self) {
        // Without a runtime to go on in, the lease runs out by itself.
        if let Some((settlement, attempt)) = self.attempt.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            drop(runtime.spawn(settlement.insist(attempt)));
        }
    }
}

/// Nothing in it is pinned.
impl<T: ReplayStore> Unpin for Settling<T> {}

impl<T: ReplayStore> Future for Settling<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some((settlement, attempt)) = &mut this.attempt else { return Poll::Ready(()) };
        match Pin::new(&mut *attempt).poll(cx) {
            Poll::Ready(Ok(settled)) => {
                this.attempt = None;
                report(settled);
            }
            Poll::Ready(Err(error)) => this.try_again(&error),
            Poll::Pending => {
                let limit = settlement.terms.store_timeout;
                let sleep = this.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
                ready!(sleep.as_mut().poll(cx));
                let error = StoreError::new(StoreErrorKind::TimedOut);
                observe::trouble("a replay claim could not be settled; it will be tried again", &error);
                this.go_on_in_the_background();
            }
        }
        Poll::Ready(())
    }
}

impl<T: ReplayStore> Drop for Settling<T> {
    fn drop(&mut self) {
        let Some((settlement, attempt)) = &mut self.attempt else { return };
        match poll_now(attempt) {
            Poll::Ready(Ok(settled)) => {
                self.attempt = None;
                report(settled);
            }
            Poll::Ready(Err(_)) => {
                *attempt = settlement.ask();
                self.go_on_in_the_background();
            }
            Poll::Pending => self.go_on_in_the_background(),
        }
    }
}

pin_project! {
    /// The inner service's future, under a claim.
    pub struct Handled<F, T, ResBody>
    where
        T: ReplayStore,
    {
        // First, so that the handler is dropped before its claim is released.
        #[pin]
        handler: F,
        claimed: Option<Claimed<T>>,
        // Boxed, both: large, and wanted only by a handler, or a store, that is waited for.
        renewal: Option<Pin<Box<Renewal<T::Settle>>>>,
        ending: Option<Box<Ending<T, ResBody>>>,
    }
}

/// An answer that waits for the store's last word.
struct Ending<T: ReplayStore, ResBody> {
    settling: Settling<T>,
    response: Response<ResBody>,
}

pin_project! {
    #[project = RenewalProjection]
    enum Renewal<F> {
        // Most handlers are done before there is anything to renew.
        Unarmed,
        Due { #[pin] at: Sleep },
        Asked { #[pin] answer: Deadline<F> },
        // The lease is somebody else's by now; the handler runs on.
        Lost,
    }
}

impl<F, T: ReplayStore, ResBody> Handled<F, T, ResBody> {
    pub(super) const fn new(handler: F, claimed: Option<Claimed<T>>) -> Self {
        Self { handler, claimed, renewal: None, ending: None }
    }
}

impl<F, T, ResBody, E> Future for Handled<F, T, ResBody>
where
    T: ReplayStore,
    F: Future<Output = Result<Response<ResBody>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.ending.is_none() {
            let outcome = match this.handler.poll(cx) {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => {
                    if let Some(claimed) = this.claimed {
                        let renewal = this.renewal.get_or_insert_with(|| Box::pin(Renewal::Unarmed));
                        poll_renewal(renewal.as_mut(), claimed, cx);
                    }
                    return Poll::Pending;
                }
            };
            let Some(claimed) = this.claimed else { return Poll::Ready(outcome) };
            let settling = claimed.settle(match &outcome {
                Ok(response) if is_success(response) => End::Confirm(response.status()),
                _ => End::Release,
            });
            // An error is handed on at once; the release goes on in the background if it has to.
            match (outcome, settling) {
                (Ok(response), Some(settling)) => *this.ending = Some(Box::new(Ending { settling, response })),
                (outcome, _) => return Poll::Ready(outcome),
            }
        }
        if let Some(ending) = this.ending {
            ready!(Pin::new(&mut ending.settling).poll(cx));
        }
        // Polled after completion, which a future may answer as it likes, short of a panic.
        this.ending.take().map_or(Poll::Pending, |ending| Poll::Ready(Ok(ending.response)))
    }
}

fn report(settled: Settled) {
    if settled == Settled::Lost {
        observe::trouble("a replay claim was lost before it was settled", &Lost);
    }
}

#[derive(Debug)]
struct Lost;

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the lease had run out: the delivery may have been handled twice")
    }
}

impl std::error::Error for Lost {}

/// Renews at half the lease. An attempt that fails is made again soon, so that it is not the end of the lease.
fn poll_renewal<T: ReplayStore>(mut renewal: Pin<&mut Renewal<T::Settle>>, claimed: &Claimed<T>, cx: &mut Context<'_>) {
    loop {
        let next = match renewal.as_mut().project() {
            RenewalProjection::Unarmed => Renewal::Due { at: tokio::time::sleep(claimed.terms.lease / 2) },
            RenewalProjection::Due { at } => match at.poll(cx) {
                Poll::Ready(()) => {
                    Renewal::Asked { answer: Deadline::new(claimed.renew(), claimed.terms.store_timeout) }
                }
                Poll::Pending => return,
            },
            RenewalProjection::Asked { answer } => match answer.poll(cx) {
                Poll::Ready(Ok(Ok(Settled::Lost))) => {
                    observe::trouble("a replay claim was lost while the handler ran", &Lost);
                    Renewal::Lost
                }
                Poll::Ready(Ok(Ok(Settled::Held))) => Renewal::Unarmed,
                Poll::Ready(failed) => {
                    let error = failed.unwrap_or(Err(StoreError::new(StoreErrorKind::TimedOut))).err();
                    if let Some(error) = error {
                        observe::trouble("a replay claim could not be renewed; it will be tried again", &error);
                    }
                    Renewal::Due { at: tokio::time::sleep(claimed.terms.lease / 8) }
                }
                Poll::Pending => return,
            },
            RenewalProjection::Lost => return,
        };
        renewal.set(next);
    }
}

static GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// A gRPC call fails with HTTP 200 and a status in its headers.
pub(super) fn is_success<B>(response: &Response<B>) -> bool {
    let grpc_ok = response.headers().get(&GRPC_STATUS).is_none_or(|status| status == "0");
    response.status().is_success() && grpc_ok
}

impl<T: ReplayStore> fmt::Debug for Asked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("key", &self.key).finish_non_exhaustive()
    }
}

impl<F, T: ReplayStore, ResBody> fmt::Debug for Handled<F, T, ResBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handled").finish_non_exhaustive()
    }
}
