//! One attempt at a job.

use super::{
    crew::{Crew, Taken},
    job_error::{JobError, Verdict},
    observe::{self, Ended},
    store::{End, Job, Turn},
};
use apalis_core::task::Task;
use futures_util::future::{BoxFuture, Either, select};
use std::{
    any::Any,
    convert::Infallible,
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::task::{JoinError, JoinHandle};
use tower_service::Service;

/// How long a job waits for another one about its entity.
const BUSY: Duration = Duration::from_secs(1);
/// How long a handler that is dropped may take to notice.
const FAREWELL: Duration = Duration::from_secs(1);

/// The service that the worker loop of apalis calls.
pub(super) struct Attempts<S> {
    crew: Arc<Crew>,
    handler: S,
}

impl<S> Attempts<S> {
    pub(super) const fn new(crew: Arc<Crew>, handler: S) -> Self {
        Self { crew, handler }
    }
}

impl<S> Service<Task<Taken>> for Attempts<S>
where
    S: Service<Job, Response = ()> + Clone + Send + 'static,
    S::Error: Into<JobError>,
    S::Future: Send,
{
    type Response = ();
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<(), Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, task: Task<Taken>) -> Self::Future {
        let (taken, _) = task.take();
        // In a task of its own: it comes to its end also where the worker is dropped.
        let attempt = tokio::spawn(attempt(Arc::clone(&self.crew), self.handler.clone(), taken));
        Box::pin(async {
            let _ = attempt.await;
            Ok(())
        })
    }
}

async fn attempt<S>(crew: Arc<Crew>, handler: S, taken: Taken)
where
    S: Service<Job, Response = ()> + Send + 'static,
    S::Error: Into<JobError>,
    S::Future: Send,
{
    let began = crew.clock().monotonic();
    let held = crew.hold(taken.job.event.job());
    let end = match &held {
        Ok(_) => match turn(&crew, &taken).await {
            Ok(()) => Some(handle(&crew, handler, &taken.job).await),
            Err(end) => end,
        },
        Err(earlier) => {
            // Never changes: what ends the wait is that its sender is gone.
            let _ = earlier.clone().changed().await;
            Some(End::Return { at: crew.clock().now() })
        }
    };
    let settled = match &end {
        Some(end) => crew.settle(&taken.name, taken.job.event.job(), end).await,
        None => false,
    };
    observe::ended(&Ended {
        job: &taken.job,
        end: end.as_ref().filter(|_| settled),
        took: crew.clock().monotonic().saturating_since(began),
    });
    drop(held);
    drop(taken.slot);
}

/// Whether to handle it, or how else it ends; without an end, it is somebody else's.
async fn turn(crew: &Crew, taken: &Taken) -> Result<(), Option<End>> {
    let event = &taken.job.event;
    let Some(guard) = crew.settings.order.iter().find(|guard| guard.covers(event)) else { return Ok(()) };
    let revision = match guard.revision(event) {
        Ok(Some(revision)) => revision,
        Ok(None) => return Ok(()),
        Err(error) => return Err(Some(End::Dead { error })),
    };
    let later = || End::Return { at: crew.clock().now().saturating_add(BUSY) };
    match crew.turn(taken, &revision).await {
        Ok(Turn::Yours) => Ok(()),
        Ok(Turn::Obsolete) => Err(Some(End::Obsolete)),
        Ok(Turn::Busy) => Err(Some(later())),
        Ok(Turn::Lost) => Err(None),
        Err(error) => {
            observe::trouble("the order of a job could not be looked up; it goes back", &error);
            Err(Some(later()))
        }
    }
}

async fn handle<S>(crew: &Crew, handler: S, job: &Job) -> End
where
    S: Service<Job, Response = ()> + Send + 'static,
    S::Error: Into<JobError>,
    S::Future: Send,
{
    // A task of its own again: one that panics, or blocks its thread, takes nothing with it.
    let mut handling = tokio::spawn(call(handler, job.clone()));
    let limit = crew.settings.timeout;
    let outcome = match select(pin!(tokio::time::timeout(limit, &mut handling)), pin!(crew.grace_over())).await {
        Either::Left((Ok(outcome), _)) => Some(outcome),
        Either::Left((Err(_), _)) => match drop_handler(handling).await {
            Some(outcome) => Some(outcome),
            None => {
                let error = format!("it took longer than {limit:?}");
                return failed(crew, job, error, crew.settings.backoff.wait(job.attempt));
            }
        },
        Either::Right(_) => drop_handler(handling).await,
    };
    match outcome {
        Some(Ok(Ok(()))) => End::Done,
        Some(Ok(Err((verdict, error)))) => match verdict {
            Verdict::Retry => failed(crew, job, error, crew.settings.backoff.wait(job.attempt)),
            Verdict::RetryAfter(delay) => failed(crew, job, error, delay),
            Verdict::Dead => End::Dead { error },
        },
        Some(Err(error)) if error.is_panic() => {
            let error = panic_text(&*error.into_panic());
            failed(crew, job, error, crew.settings.backoff.wait(job.attempt))
        }
        Some(Err(_)) | None => failed(crew, job, "its worker was shut down".to_owned(), Duration::ZERO),
    }
}

/// What becomes of the job, and why it failed.
type Failed = (Verdict, String);

async fn call<S>(handler: S, job: Job) -> Result<(), Failed>
where
    S: Service<Job, Response = ()>,
    S::Error: Into<JobError>,
{
    // Its text is made here, since the code that does it is somebody else's, and may panic.
    served(handler, job).await.map_err(|error| (error.verdict(), error.to_string()))
}

async fn served<S>(mut handler: S, job: Job) -> Result<(), JobError>
where
    S: Service<Job, Response = ()>,
    S::Error: Into<JobError>,
{
    poll_fn(|cx| handler.poll_ready(cx)).await.map_err(Into::into)?;
    handler.call(job).await.map_err(Into::into)
}

type Outcome = Result<Result<(), Failed>, JoinError>;

/// Its outcome, if it came to one in the last moment. One that blocks its thread is left behind.
async fn drop_handler(mut handling: JoinHandle<Result<(), Failed>>) -> Option<Outcome> {
    handling.abort();
    let outcome = tokio::time::timeout(FAREWELL, &mut handling).await.ok()?;
    Some(outcome).filter(|outcome| !outcome.as_ref().is_err_and(JoinError::is_cancelled))
}

/// Another attempt after this, if it has one.
fn failed(crew: &Crew, job: &Job, error: String, wait: Duration) -> End {
    if job.attempt >= job.attempts {
        return End::Dead { error };
    }
    End::Retry { at: crew.clock().now().saturating_add(wait), error }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", text.unwrap_or("without a text"))
}
