//! Hands jobs to a handler.

use super::{
    attempt::Attempts,
    backend::Queue,
    backoff::Backoff,
    builder::Inbox,
    crew::{Crew, Taken},
    housekeeping,
    job_error::JobError,
    observe,
    order::OrderGuard,
    store::Job,
};
use crate::error::ConfigError;
use apalis_core::worker::{Worker, context::WorkerContext};
use futures_util::{
    StreamExt,
    future::{Either, select},
};
use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_layer::Identity;
use tower_service::Service;

/// Hands the jobs of an [`Inbox`] to a handler, each in a task of its own, until it is told to stop.
///
/// An attempt that fails (by an error, a panic, or because it took too long) is made again after the
/// [`Backoff`]; the last one leaves the job dead, with the error. Several workers, in one process or in many, share the
/// jobs of one store. A store in trouble makes a worker wait, and never ends it.
///
/// Its jobs are its own as long as it says every five seconds that it is alive, from a task of its own: that needs a
/// runtime with more than one thread, if a handler may block one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use http::HeaderMap;
/// use std::sync::Arc;
/// use tower_webhook::{
///     Inbox, InboxEvent, InboxWorker,
///     inbox::{EventSink, Job, JobError, PushTerms},
///     testing::{EventBuilder, MemoryJobStore},
/// };
///
/// let store = MemoryJobStore::default();
/// let inbox = Inbox::builder(Arc::new(store.clone())).build()?;
/// # let event = EventBuilder::new("stripe", r#"{"id":"evt_1"}"#).id("evt_1").build();
/// # let event = InboxEvent::new("payments", &event, &HeaderMap::new(), &[]);
/// # store.push(&event, &PushTerms::new(1, 1 << 20, 5, event.received_at())).await?;
///
/// let (handled, ids) = tokio::sync::oneshot::channel();
/// let handled = Arc::new(std::sync::Mutex::new(Some(handled)));
/// let worker = InboxWorker::from_fn(&inbox, move |job: Job| {
///     let handled = handled.lock().unwrap().take();
///     async move {
///         let handled = handled.ok_or("again?")?;
///         handled.send(job.event.public_id().to_owned()).map_err(JobError::dead)
///     }
/// })
/// .concurrency(4)
/// .build()?;
///
/// // Until the first is handled; in a server, until SIGTERM.
/// worker.run(async { assert_eq!(ids.await.unwrap(), "evt_1") }).await;
/// assert_eq!(inbox.load().await?.jobs, 0);
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "it does nothing until it is run"]
pub struct InboxWorker<S> {
    inbox: Inbox,
    handler: S,
    settings: Settings,
}

/// Builds an [`InboxWorker`].
#[derive(Clone)]
#[must_use]
pub struct InboxWorkerBuilder<S>(InboxWorker<S>);

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) concurrency: usize,
    pub(super) backoff: Backoff,
    pub(super) timeout: Duration,
    pub(super) grace: Duration,
    pub(super) order: Vec<OrderGuard>,
}

/// The most jobs a worker takes in hand at once.
const MOST: usize = 65_536;

impl<S> InboxWorker<S> {
    /// Hands each job to a clone of `service`.
    #[expect(clippy::new_ret_no_self, reason = "what is built is checked first")]
    pub fn new(inbox: &Inbox, service: S) -> InboxWorkerBuilder<S>
    where
        S: Service<Job, Response = ()> + Clone + Send + 'static,
        S::Error: Into<JobError>,
        S::Future: Send,
    {
        let settings = Settings {
            concurrency: 16,
            backoff: Backoff::default(),
            timeout: Duration::from_secs(30),
            grace: Duration::from_secs(20),
            order: Vec::new(),
        };
        InboxWorkerBuilder(Self { inbox: inbox.clone(), handler: service, settings })
    }
}

impl InboxWorker<()> {
    /// Hands each job to this function.
    pub fn from_fn<F, Fut, E>(inbox: &Inbox, handler: F) -> InboxWorkerBuilder<HandlerFn<F>>
    where
        F: Fn(Job) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<JobError>,
    {
        InboxWorker::new(inbox, HandlerFn(handler))
    }
}

impl<S> InboxWorkerBuilder<S> {
    /// How many jobs are in hand at once; 16 unless set.
    pub const fn concurrency(mut self, jobs: usize) -> Self {
        self.0.settings.concurrency = jobs;
        self
    }

    /// How long a job waits that has failed.
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.0.settings.backoff = backoff;
        self
    }

    /// How long an attempt may take; 30 seconds unless set. What takes longer is dropped where it awaits something, and
    /// has failed; what does not await anything runs on.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.0.settings.timeout = timeout;
        self
    }

    /// How long the jobs in hand may go on once the worker is told to stop; 20 seconds unless set. After that they are
    /// dropped, and wait for another worker; the attempt counts.
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.0.settings.grace = grace;
        self
    }

    /// Keeps events about one entity in order. Of several guards, the first that is for the event's endpoint counts.
    pub fn order(mut self, guard: OrderGuard) -> Self {
        self.0.settings.order.push(guard);
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// When no job, or more than 65,536, may be in hand at once, or a job has no time.
    pub fn build(self) -> Result<InboxWorker<S>, ConfigError> {
        let settings = &self.0.settings;
        if !(1..=MOST).contains(&settings.concurrency) {
            return Err(ConfigError::new("inbox.concurrency", format!("must be within 1 and {MOST}")));
        }
        if settings.timeout.is_zero() {
            return Err(ConfigError::new("inbox.timeout", "leaves a job no time"));
        }
        Ok(self.0)
    }
}

impl<S> InboxWorker<S>
where
    S: Service<Job, Response = ()> + Clone + Send + 'static,
    S::Error: Into<JobError>,
    S::Future: Send,
{
    /// Works until `shutdown` resolves, and then until nothing is in hand any more: no new jobs, those in hand have
    /// their [`grace`](InboxWorkerBuilder::grace), and what was not begun is given back.
    ///
    /// A store that does not answer can hold that up for some seconds more; what it was not told then is handled again.
    ///
    /// Dropped before that, the worker takes no new jobs; those in hand go on by themselves.
    pub async fn run<F: Future>(self, shutdown: F) {
        let Self { inbox, handler, settings } = self;
        let grace = settings.grace;
        let crew = Arc::new(Crew::new(inbox, settings));
        let chores = housekeeping::spawn(&crew);
        let queue = Queue::new(&crew);
        let ready = queue.ready();
        let context = WorkerContext::new(crew.name().as_worker().as_str());
        let attempts = Attempts::new(Arc::clone(&crew), handler);
        let worker = Worker::<Taken, _, _, _>::new(context.clone(), queue, attempts, Identity::new());
        let mut events = pin!(worker.stream());
        let mut shutdown = pin!(shutdown);
        // The first event says that it has started: before that, it cannot be stopped.
        let mut event = events.next().await;
        while let Some(happened) = event {
            if let Err(error) = happened {
                observe::trouble("the worker of an inbox", &error);
            }
            event = match select(shutdown.as_mut(), events.next()).await {
                Either::Left(_) => break,
                Either::Right((event, _)) => event,
            };
        }
        crew.stop();
        if let Err(error) = context.stop() {
            observe::trouble("the worker of an inbox could not be stopped", &error);
        }
        let returned = tokio::spawn(ready.give_back());
        let mut rest = pin!(async {
            events.for_each(async |_| ()).await;
            let _ = returned.await;
        });
        if tokio::time::timeout(grace, rest.as_mut()).await.is_err() {
            crew.end_grace();
            rest.await;
        }
        chores.abort();
    }
}

/// A function as a service. See [`InboxWorker::from_fn`].
#[derive(Clone)]
pub struct HandlerFn<F>(F);

impl<F, Fut, E> Service<Job> for HandlerFn<F>
where
    F: Fn(Job) -> Fut,
    Fut: Future<Output = Result<(), E>>,
{
    type Response = ();
    type Error = E;
    type Future = Fut;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, job: Job) -> Fut {
        (self.0)(job)
    }
}

impl<F> fmt::Debug for HandlerFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFn").finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for InboxWorker<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxWorker").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for InboxWorkerBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxWorkerBuilder").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
