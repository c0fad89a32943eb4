//! What the tasks of one worker share.

use super::{
    builder::Inbox,
    event::JobId,
    observe,
    store::{End, Job, JobStore, Turn, WorkerName},
    worker::Settings,
};
use crate::{
    clock::Clock,
    stores::{StoreError, StoreErrorKind},
};
use futures_util::future::{join_all, select};
use std::{
    collections::HashMap,
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// How long the store may take for a step that can be repeated.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long a worker waits after the store failed: twice as long each time.
pub(super) const TROUBLE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// A job in hand, under which name, in which of the worker's slots.
pub(super) struct Taken {
    pub(super) job: Job,
    pub(super) name: Arc<Name>,
    pub(super) slot: OwnedSemaphorePermit,
}

/// A name under which jobs are taken.
pub(super) struct Name {
    name: WorkerName,
    announced: AtomicBool,
}

impl Name {
    fn new() -> Arc<Self> {
        Arc::new(Self { name: WorkerName::unique(), announced: AtomicBool::new(false) })
    }

    pub(super) const fn as_worker(&self) -> &WorkerName {
        &self.name
    }
}

struct Names {
    current: Arc<Name>,
    former: Vec<Weak<Name>>,
}

pub(super) struct Crew {
    pub(super) inbox: Inbox,
    pub(super) settings: Settings,
    pub(super) slots: Arc<Semaphore>,
    names: Mutex<Names>,
    stopping: AtomicBool,
    grace_over: watch::Sender<bool>,
    /// The jobs that are being handled, or settled.
    held: Mutex<HashMap<JobId, watch::Receiver<()>>>,
}

/// While there is one, this worker does not begin the job again.
pub(super) struct Held<'a> {
    crew: &'a Crew,
    job: JobId,
    // Dropped after the job has left the map: whoever waits for it finds it gone.
    _over: watch::Sender<()>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.crew.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.job);
    }
}

impl Crew {
    pub(super) fn new(inbox: Inbox, settings: Settings) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(settings.concurrency)),
            inbox,
            settings,
            names: Mutex::new(Names { current: Name::new(), former: Vec::new() }),
            stopping: AtomicBool::new(false),
            grace_over: watch::Sender::new(false),
            held: Mutex::default(),
        }
    }

    /// To begin a job; or, if this worker has not let go of an earlier attempt at it, the end of that one.
    ///
    /// A store may have taken the end of an attempt although nobody heard of it. If the job is taken again before that
    /// is cleared up, the end that is repeated would be that of the wrong attempt.
    pub(super) fn hold(&self, job: &JobId) -> Result<Held<'_>, watch::Receiver<()>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = held.get(job) {
            return Err(earlier.clone());
        }
        let (sender, over) = watch::channel(());
        held.insert(job.clone(), over);
        Ok(Held { crew: self, job: job.clone(), _over: sender })
    }

    pub(super) fn store(&self) -> &dyn JobStore {
        &**self.inbox.store()
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &**self.inbox.clock()
    }

    pub(super) fn name(&self) -> Arc<Name> {
        Arc::clone(&self.names.lock().unwrap_or_else(PoisonError::into_inner).current)
    }

    /// The names under which anything may be in hand, the oldest first.
    pub(super) fn names(&self) -> Vec<Arc<Name>> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.former.retain(|name| name.strong_count() > 0);
        let former = names.former.iter().filter_map(Weak::upgrade);
        former.chain([Arc::clone(&names.current)]).collect()
    }

    /// A new name, unless there is one already: whatever the store may have put in hand of the old one, unheard, falls
    /// silent with it, and what it is told again about jobs of the old one is not about those that are taken from now on.
    fn leave(&self, old: &Name) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.current.name != old.name {
            return;
        }
        let former = std::mem::replace(&mut names.current, Name::new());
        names.former.push(Arc::downgrade(&former));
    }

    /// No new jobs.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    pub(super) fn end_grace(&self) {
        self.grace_over.send_replace(true);
    }

    /// Resolves when whatever is in hand has to be let go of.
    pub(super) fn grace_over(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut over = self.grace_over.subscribe();
        async move {
            if over.wait_for(|over| *over).await.is_err() {
                // The worker is gone, and what was in hand goes on by itself.
                std::future::pending().await
            }
        }
    }

    /// Takes as many jobs as there are slots. Not cut short: who does not hear the answer does not know what it has.
    pub(super) async fn take(&self, slots: Vec<OwnedSemaphorePermit>) -> Result<Vec<Taken>, StoreError> {
        let name = self.name();
        if !name.announced.load(Ordering::SeqCst) {
            // After an outage, whoever comes first takes those for dead that have not come yet: not this one's own.
            for name in self.names() {
                self.store().keep_alive(&name.name, self.clock().now()).await?;
            }
            name.announced.store(true, Ordering::SeqCst);
        }
        let jobs = self.store().take(&name.name, slots.len(), self.clock().now()).await;
        let jobs = jobs.inspect_err(|_| self.leave(&name))?;
        let taken = |(job, slot)| Taken { job, name: Arc::clone(&name), slot };
        Ok(jobs.into_iter().zip(slots).map(taken).collect())
    }

    /// Gives back what was not begun.
    pub(super) async fn give_back(&self, taken: Vec<Taken>) {
        let each = taken.into_iter().map(async |taken| {
            let end = End::Return { at: self.clock().now() };
            self.settle(&taken.name, taken.job.event.job(), &end).await;
        });
        join_all(each).await;
    }

    /// Whose turn it is; an error is the store's, and the job was not begun.
    pub(super) async fn turn(&self, taken: &Taken, revision: &super::Revision) -> Result<Turn, StoreError> {
        let now = self.clock().now();
        in_time(self.store().turn(taken.job.event.job(), taken.name.as_worker(), revision, now)).await
    }

    /// Ends an attempt, however often that takes, unless the worker has no more time. `false` if the job was not in hand
    /// any more, or nobody knows.
    pub(super) async fn settle(&self, name: &Name, job: &JobId, end: &End) -> bool {
        let mut over = pin!(self.grace_over());
        let mut trouble = Trouble::default();
        let mut repeated = false;
        loop {
            let last = *self.grace_over.borrow();
            match in_time(self.store().settle(job, &name.name, end, self.clock().now())).await {
                Ok(true) => return true,
                // An answer that was lost had said so.
                Ok(false) => return repeated,
                Err(error) => observe::trouble("the end of a job could not be stored; it will be tried again", &error),
            }
            if last {
                return false;
            }
            if !repeated {
                self.leave(name);
            }
            repeated = true;
            select(pin!(tokio::time::sleep(trouble.wait())), over.as_mut()).await;
        }
    }
}

pub(super) async fn in_time<T>(step: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(PATIENCE, step).await.unwrap_or(Err(StoreError::new(StoreErrorKind::TimedOut)))
}

/// How often the store has failed in a row.
#[derive(Default)]
pub(super) struct Trouble(u32);

impl Trouble {
    pub(super) fn wait(&mut self) -> Duration {
        let (first, longest) = TROUBLE;
        let wait = first.saturating_mul(1 << self.0.min(16)).min(longest);
        self.0 = self.0.saturating_add(1);
        wait
    }

    pub(super) const fn end(&mut self) {
        self.0 = 0;
    }
}
