//! Remembering nothing.

use super::{Claim, ClaimRequest, ClaimToken, ReplayStore, Settled, StoreError};
use crate::{event::ReplayKey, time::Monotonic};
use http::StatusCode;
use std::{
    future::{Ready, ready},
    time::Duration,
};

/// Lets every delivery through, seen before or not. See
/// [`insecure_without_replay_guard`](crate::webhook::WebhookBuilder::insecure_without_replay_guard).
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "to be named as a value")]
pub struct NoReplayStore;

impl ReplayStore for NoReplayStore {
    type Claim = Ready<Result<Claim, StoreError>>;
    type Settle = Ready<Result<Settled, StoreError>>;

    fn claim(&self, _: &ClaimRequest<'_>) -> Self::Claim {
        ready(Ok(Claim::Claimed(ClaimToken::new(0))))
    }

    fn confirm(&self, _: &ReplayKey, _: ClaimToken, _: StatusCode, _: Duration, _: Monotonic) -> Self::Settle {
        ready(Ok(Settled::Held))
    }

    fn release(&self, _: &ReplayKey, _: ClaimToken, _: Monotonic) -> Self::Settle {
        ready(Ok(Settled::Held))
    }

    fn renew(&self, _: &ReplayKey, _: ClaimToken, _: Duration, _: Monotonic) -> Self::Settle {
        ready(Ok(Settled::Held))
    }
}
