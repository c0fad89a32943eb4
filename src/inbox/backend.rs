//! The jobs of an inbox as a back end of apalis: what its worker loop polls.
//!
//! No error ever comes out of it, because one would end the loop.

use super::{
    crew::{Crew, PATIENCE, Taken, Trouble},
    observe,
};
use crate::stores::StoreError;
use apalis_core::{
    backend::{Backend, BackendConfig, finalize::Ephemeral},
    task::{Task, builder::TaskBuilder, task_id::TaskId},
    worker::context::WorkerContext,
};
use futures_util::future::{BoxFuture, select};
use std::{
    collections::VecDeque,
    convert::Infallible,
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::sync::{oneshot, watch};
use tower_layer::Identity;
use ulid::Ulid;

/// How long an event of another process, or a job that is due again, may be overlooked.
const TICK: Duration = Duration::from_secs(1);

pub(super) struct Queue {
    crew: Arc<Crew>,
    ready: Ready,
    wake: watch::Receiver<()>,
    step: Step,
    trouble: Trouble,
    closing: Option<BoxFuture<'static, ()>>,
}

enum Step {
    Look,
    Taking { limit: usize, taken: oneshot::Receiver<Result<Vec<Taken>, StoreError>> },
    Waiting(BoxFuture<'static, ()>),
}

/// What is in hand, and not begun.
#[derive(Clone)]
pub(super) struct Ready {
    crew: Arc<Crew>,
    taken: Arc<Mutex<VecDeque<Taken>>>,
}

impl Ready {
    fn next(&self) -> Option<Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn add(&self, taken: Vec<Taken>) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).extend(taken);
    }

    pub(super) async fn give_back(self) {
        let taken = std::mem::take(&mut *self.taken.lock().unwrap_or_else(PoisonError::into_inner));
        self.crew.give_back(taken.into()).await;
    }
}

impl Queue {
    pub(super) fn new(crew: &Arc<Crew>) -> Self {
        Self {
            ready: Ready { crew: Arc::clone(crew), taken: Arc::default() },
            wake: crew.inbox.wake().subscribe(),
            crew: Arc::clone(crew),
            step: Step::Look,
            trouble: Trouble::default(),
            closing: None,
        }
    }

    pub(super) fn ready(&self) -> Ready {
        self.ready.clone()
    }

    /// In a task of its own: it has to be heard out, and the worker loop may be dropped.
    fn take(&self) -> Option<Step> {
        let slots: Vec<_> = std::iter::from_fn(|| Arc::clone(&self.crew.slots).try_acquire_owned().ok()).collect();
        let limit = slots.len();
        if limit == 0 {
            return None;
        }
        let (sender, taken) = oneshot::channel();
        let crew = Arc::clone(&self.crew);
        tokio::spawn(async move {
            let result = crew.take(slots).await;
            let unheard = match result {
                Ok(taken) if crew.is_stopping() => taken,
                result => match sender.send(result) {
                    Err(Ok(taken)) => taken,
                    _ => return,
                },
            };
            crew.give_back(unheard).await;
        });
        Some(Step::Taking { limit, taken })
    }

    fn wait_for_jobs(&self) -> Step {
        let mut wake = self.wake.clone();
        Step::Waiting(Box::pin(async move {
            let changed = pin!(async {
                if wake.changed().await.is_err() {
                    std::future::pending().await
                }
            });
            select(changed, pin!(tokio::time::sleep(TICK))).await;
        }))
    }

    fn wait_after(&mut self, error: &StoreError) -> Step {
        observe::trouble("no jobs could be taken; it will be tried again", error);
        Step::Waiting(Box::pin(tokio::time::sleep(self.trouble.wait())))
    }
}

impl Backend for Queue {
    type Task = Task<Taken>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Option<Result<Self::Task, Infallible>>> {
        loop {
            if let Some(taken) = self.ready.next() {
                // An id of its own each time: apalis refuses one that it still has in hand.
                let id = TaskId::from(Ulid::generate().to_string());
                return Poll::Ready(Some(Ok(TaskBuilder::new(taken).task_id(id).build())));
            }
            self.step = match &mut self.step {
                Step::Look => {
                    self.wake.borrow_and_update();
                    match self.take() {
                        Some(step) => step,
                        // Every slot is taken. Polled again when a job ends.
                        None => return Poll::Pending,
                    }
                }
                Step::Taking { limit, taken } => {
                    let (limit, taken) = (*limit, ready!(Pin::new(taken).poll(cx)));
                    match taken.unwrap_or_else(|_| Err(StoreError::failed("taking jobs came to no end"))) {
                        Ok(taken) => {
                            self.trouble.end();
                            let all_slots = taken.len() == limit;
                            self.ready.add(taken);
                            if all_slots { Step::Look } else { self.wait_for_jobs() }
                        }
                        Err(error) => self.wait_after(&error),
                    }
                }
                Step::Waiting(wait) => {
                    ready!(wait.as_mut().poll(cx));
                    Step::Look
                }
            };
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        let closing = self.closing.get_or_insert_with(|| {
            let step = std::mem::replace(&mut self.step, Step::Look);
            let ready = self.ready.clone();
            Box::pin(async move {
                if let Step::Taking { taken, .. } = step {
                    // What is taken from now on is given back before the sender is dropped; also where nobody has the
                    // patience to wait for it.
                    if let Ok(Ok(Ok(taken))) = tokio::time::timeout(PATIENCE, taken).await {
                        ready.add(taken);
                    }
                }
                ready.give_back().await;
            })
        });
        ready!(closing.as_mut().poll(cx));
        self.closing = None;
        Poll::Ready(Ok(()))
    }
}

/// A worker that is dropped takes no more, and what it has not begun goes back.
impl Drop for Queue {
    fn drop(&mut self) {
        self.crew.stop();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(self.ready.clone().give_back());
        }
    }
}

impl BackendConfig for Queue {
    type Args = Taken;
    type Id = String;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
