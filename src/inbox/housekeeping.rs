//! What a worker does besides its jobs, in tasks of their own.

use super::{
    crew::{Crew, PATIENCE, in_time},
    observe,
};
use std::{
    future::Future,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::task::JoinHandle;

/// A third of the silence after which a worker is taken for dead.
const BREATH: Duration = PATIENCE;
const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// The most a store forgets in one call; as many may be left then.
const PRUNED_AT_ONCE: u64 = 1000;

pub(super) struct Chores([JoinHandle<()>; 3]);

impl Chores {
    pub(super) fn abort(self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// They end with the last job: where a worker is dropped, those in hand are its own until they are done.
pub(super) fn spawn(crew: &Arc<Crew>) -> Chores {
    Chores([
        every(BREATH, crew, async |crew| {
            for name in crew.names() {
                match in_time(crew.store().keep_alive(name.as_worker(), crew.clock().now())).await {
                    Ok(0) => {}
                    Ok(_) => crew.inbox.wake().all(),
                    Err(error) => observe::trouble("a worker could not say that it is alive", &error),
                }
            }
        }),
        every(PRUNE_EVERY, crew, async |crew| {
            loop {
                match crew.store().prune(crew.inbox.retention(), crew.clock().now()).await {
                    Ok(PRUNED_AT_ONCE..) => {}
                    Ok(_) => break,
                    Err(error) => {
                        observe::trouble("ended jobs could not be forgotten; it will be tried again", &error);
                        break;
                    }
                }
            }
        }),
        every(BREATH, crew, async |crew| {
            if observe::wants_load() {
                match in_time(crew.store().load()).await {
                    Ok(load) => observe::load(&load, crew.clock().now()),
                    Err(error) => observe::trouble("the load of an inbox could not be looked up", &error),
                }
            }
        }),
    ])
}

fn every<F, Fut>(pause: Duration, crew: &Arc<Crew>, chore: F) -> JoinHandle<()>
where
    F: Fn(Arc<Crew>) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let crew: Weak<Crew> = Arc::downgrade(crew);
    tokio::spawn(async move {
        while let Some(crew) = crew.upgrade() {
            chore(crew).await;
            tokio::time::sleep(pause).await;
        }
    })
}
