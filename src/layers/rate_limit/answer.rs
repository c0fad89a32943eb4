//! What the store says about a request.

use crate::{
    layers::deadline::TimedOut,
    observe,
    rejection::{RateLimitStatus, Rejection, RejectionKind},
    stores::{Quota, RateDecision, StoreError, StoreErrorKind},
};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

/// The store's answer, or the one that needs no store.
#[derive(Debug)]
pub struct Answer<F> {
    source: AnswerSource<F>,
}

#[derive(Debug)]
enum AnswerSource<F> {
    Known(Option<Refusal>),
    Store { decision: F, quota: Quota },
}

/// Why a request may not pass.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refusal {
    #[doc(hidden)]
    Rejected(Rejection),
    #[doc(hidden)]
    StoreDown(StoreError),
}

impl<F> Answer<F>
where
    F: Future<Output = Result<RateDecision, StoreError>> + Unpin,
{
    pub(in crate::layers) const fn refuse(rejection: Rejection) -> Self {
        Self { source: AnswerSource::Known(Some(Refusal::Rejected(rejection))) }
    }

    pub(in crate::layers) const fn of_store(decision: F, quota: Quota) -> Self {
        Self { source: AnswerSource::Store { decision, quota } }
    }
}

impl<F> Future for Answer<F>
where
    F: Future<Output = Result<RateDecision, StoreError>> + Unpin,
{
    type Output = Result<(), Refusal>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match &mut self.source {
            AnswerSource::Known(refusal) => refusal.take().map_or(Ok(()), Err),
            AnswerSource::Store { decision, quota } => match ready!(Pin::new(decision).poll(cx)) {
                Ok(RateDecision::Allowed { .. }) => Ok(()),
                Ok(RateDecision::Limited { retry_after }) => {
                    let status = RateLimitStatus::spent(quota.burst_size().get(), quota.window(), retry_after);
                    Err(Refusal::Rejected(Rejection::new(RejectionKind::RateLimited).rate_limit(status)))
                }
                Err(error) => Err(Refusal::StoreDown(error)),
            },
        })
    }
}

/// What a store that is down means for the request.
pub(in crate::layers) fn settle(
    outcome: Result<Result<(), Refusal>, TimedOut>,
    fail_open: bool,
) -> Result<(), Rejection> {
    match outcome.unwrap_or_else(|TimedOut| Err(Refusal::StoreDown(StoreError::new(StoreErrorKind::TimedOut)))) {
        Ok(()) => Ok(()),
        Err(Refusal::Rejected(rejection)) => Err(rejection),
        Err(Refusal::StoreDown(error)) if fail_open => {
            observe::trouble("rate store down: a request was let through uncounted", &error);
            Ok(())
        }
        Err(Refusal::StoreDown(error)) => {
            Err(Rejection::new(RejectionKind::StoreUnavailable).retry_after(Duration::from_secs(1)).caused_by(error))
        }
    }
}
