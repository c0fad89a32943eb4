//! The one connection that writes.
//!
//! What is asked for while it writes is done in one transaction next, so that many share one wait for the disk. Nothing
//! is answered before it is committed.

use crate::stores::StoreError;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{error::Error, fmt, future::Future, pin::Pin};
use tokio::sync::{mpsc, oneshot};

/// How many steps wait at most for the connection. Who asks for another waits for a place.
const WAITING: usize = 64;

pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// Something to do in one transaction. It may be done again if the transaction failed.
pub(super) trait Step: Send + Sync + 'static {
    type Answer: Send + 'static;

    fn run(&self, connection: &mut SqliteConnection) -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}

pub(super) struct Writer {
    steps: mpsc::Sender<Box<dyn Asked>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// `again` opens another connection after one failed; without it, `connection` is used on.
    pub(super) fn start(connection: SqliteConnection, again: Option<SqliteConnectOptions>) -> Self {
        let (steps, queue) = mpsc::channel(WAITING);
        tokio::spawn(serve(queue, Hand { connection: Some(connection), again }));
        Self { steps }
    }

    /// Does what `make` makes, once there is a place in the queue.
    pub(super) async fn run<S: Step>(&self, make: impl FnOnce() -> S) -> Result<S::Answer, StoreError> {
        let gone = || StoreError::failed("the runtime that the store was opened in has ended");
        let place = self.steps.reserve().await.map_err(|_| gone())?;
        let (reply, answer) = oneshot::channel();
        place.send(Box::new(Question { step: make(), answer: None, reply }));
        answer.await.map_err(|_| gone())?
    }
}

/// A step of whatever answer.
trait Asked: Send {
    fn is_wanted(&self) -> bool;

    fn run<'a>(
        &'a mut self,
        connection: &'a mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

    fn reply(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Question<S: Step> {
    step: S,
    answer: Option<S::Answer>,
    reply: oneshot::Sender<Result<S::Answer, StoreError>>,
}

impl<S: Step> Asked for Question<S> {
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run<'a>(
        &'a mut self,
        connection: &'a mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>> {
        Box::pin(async {
            self.answer = Some(self.step.run(connection).await?);
            Ok(())
        })
    }

    fn reply(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { answer, reply, .. } = *self;
        let answer = outcome.and_then(|()| answer.ok_or_else(|| StoreError::failed("a step was not done")));
        // Whoever stopped waiting asks again, and is told that it is known.
        let _ = reply.send(answer);
    }
}

async fn serve(mut queue: mpsc::Receiver<Box<dyn Asked>>, mut hand: Hand) {
    let mut batch = Vec::with_capacity(WAITING);
    while queue.recv_many(&mut batch, WAITING).await > 0 {
        // What nobody waits for any more was answered with an error: it must not be stored later.
        batch.retain(|asked| asked.is_wanted());
        match hand.commit(&mut batch).await {
            Err(Stopped::InStep(_)) if batch.len() > 1 => {
                // One of them fails, and it is not known which.
                for mut asked in batch.drain(..).filter(|asked| asked.is_wanted()) {
                    let outcome = hand.commit(std::slice::from_mut(&mut asked)).await;
                    asked.reply(outcome.map_err(Stopped::into_error));
                }
            }
            outcome => {
                let outcome = outcome.map_err(Stopped::into_error);
                for asked in batch.drain(..) {
                    asked.reply(outcome.clone());
                }
            }
        }
    }
    if let Some(connection) = hand.connection {
        // It is closed either way.
        let _ = connection.close().await;
    }
}

/// Where a transaction stopped.
enum Stopped {
    /// Before anything was done.
    AtBegin(Failure),
    InStep(Failure),
    AtCommit(Failure),
}

impl Stopped {
    fn into_error(self) -> StoreError {
        let (Self::AtBegin(failure) | Self::InStep(failure) | Self::AtCommit(failure)) = self;
        StoreError::failed(failure)
    }
}

struct Hand {
    connection: Option<SqliteConnection>,
    again: Option<SqliteConnectOptions>,
}

impl Hand {
    async fn commit(&mut self, batch: &mut [Box<dyn Asked>]) -> Result<(), Stopped> {
        if batch.is_empty() {
            return Ok(());
        }
        let outcome = self.attempt(batch).await;
        if outcome.is_err() {
            self.recover().await;
        }
        outcome
    }

    async fn attempt(&mut self, batch: &mut [Box<dyn Asked>]) -> Result<(), Stopped> {
        let connection = match (&mut self.connection, &self.again) {
            (Some(connection), _) => connection,
            (empty, Some(again)) => {
                empty.insert(again.connect().await.map_err(|error| Stopped::AtBegin(error.into()))?)
            }
            (None, None) => return Err(Stopped::AtBegin("there is no connection".into())),
        };
        begin(connection).await.map_err(Stopped::AtBegin)?;
        for asked in batch {
            asked.run(connection).await.map_err(Stopped::InStep)?;
        }
        commit(connection).await.map_err(Stopped::AtCommit)
    }

    /// A connection that failed has undone the transaction by itself or not, and may or may not be of use: another one
    /// is in a known state.
    async fn recover(&mut self) {
        if let (Some(connection), None) = (&mut self.connection, &self.again) {
            let _ = sqlx::query("ROLLBACK").execute(connection).await;
        } else if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
    }
}

pub(super) async fn begin(connection: &mut SqliteConnection) -> Result<(), Failure> {
    sqlx::query("BEGIN IMMEDIATE").execute(connection).await?;
    Ok(())
}

pub(super) async fn commit(connection: &mut SqliteConnection) -> Result<(), Failure> {
    sqlx::query("COMMIT").execute(connection).await?;
    Ok(())
}
