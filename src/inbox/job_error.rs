//! Why a job failed, and what is to become of it.

use std::{error::Error, fmt, time::Duration};

/// A failed attempt.
///
/// Every error becomes one by `?`, and is tried again; [`dead`](Self::dead) says that there is no point in that.
///
/// ```
/// use tower_webhook::inbox::{Job, JobError};
///
/// async fn handle(job: Job) -> Result<(), JobError> {
///     let invoice: serde_json::Value = serde_json::from_slice(job.event.payload()).map_err(JobError::dead)?;
///     println!("{}", std::str::from_utf8(job.event.payload())?); // or try again
///     if invoice["amount"].is_null() {
///         return Err(JobError::dead("an invoice without an amount"));
///     }
///     Ok(())
/// }
/// ```
pub struct JobError {
    verdict: Verdict,
    source: Box<dyn Error + Send + Sync>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Retry,
    RetryAfter(Duration),
    Dead,
}

impl JobError {
    /// To be tried again, after the [`Backoff`](super::Backoff).
    pub fn retry(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { verdict: Verdict::Retry, source: source.into() }
    }

    /// To be tried again after `delay`, as somebody else has asked for.
    pub fn retry_after(source: impl Into<Box<dyn Error + Send + Sync>>, delay: Duration) -> Self {
        Self { verdict: Verdict::RetryAfter(delay), source: source.into() }
    }

    /// Not to be tried again, unless somebody [says so](super::Inbox::redrive).
    pub fn dead(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { verdict: Verdict::Dead, source: source.into() }
    }

    pub(super) const fn verdict(&self) -> Verdict {
        self.verdict
    }
}

// It is no `Error` itself: every error becomes one of these, and none could be both.
impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for JobError {
    fn from(source: E) -> Self {
        Self::retry(source)
    }
}

/// The error, and what caused it, down to the root.
impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        let mut cause = self.source.source();
        // Somebody else's errors: they might go round in a circle.
        for _ in 0..8 {
            let Some(error) = cause else { break };
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobError").field("verdict", &self.verdict).field("source", &self.source).finish()
    }
}
