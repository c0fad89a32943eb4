//! The way to the server: every question has an answer, or an error, in bounded time.

use super::{
    keys,
    scripts::Scripts,
    settings::{self, Unsafe},
};
use crate::{
    inbox::Durability,
    stores::{StoreError, StoreErrorKind},
};
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, RedisError, Script, ServerErrorKind, ToRedisArgs,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cmd,
};
use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};
use tokio::time::timeout;

/// For a connection, and for one answer.
const ANSWER: Duration = Duration::from_secs(2);
/// For an operation, with all that may come in between.
const OPERATION: Duration = Duration::from_secs(5);

pub(super) struct Connection {
    manager: ConnectionManager,
    keys: Vec<String>,
    scripts: Scripts,
    secured: bool,
    durability: AtomicU8,
}

/// A script with what it is told.
pub(super) struct Question<'a> {
    connection: &'a Connection,
    script: &'a Script,
    command: Cmd,
}

impl Connection {
    pub(super) async fn open(url: &str, secured: bool) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER))
            // Whoever asks next tries again, and is told.
            .set_number_of_retries(0);
        let manager = ConnectionManager::new_with_config(Client::open(url)?, config).await?;
        Ok(Self {
            manager,
            keys: keys::keys(),
            scripts: Scripts::new(secured),
            secured,
            durability: AtomicU8::new(to_number(Durability::Nothing)),
        })
    }

    pub(super) fn durability(&self) -> Durability {
        match self.durability.load(Ordering::Relaxed) {
            2 => Durability::PowerLoss,
            1 => Durability::ProcessEnd,
            _ => Durability::Nothing,
        }
    }

    /// Asks for safe settings, if that is what was wanted.
    pub(super) async fn secure(&self) -> Result<(), Unsafe> {
        if self.secured {
            let durability = settings::secure(&mut self.manager.clone()).await?;
            self.durability.store(to_number(durability), Ordering::Relaxed);
        }
        Ok(())
    }

    pub(super) fn ask(&self, script: impl FnOnce(&Scripts) -> &Script) -> Question<'_> {
        let script = script(&self.scripts);
        let mut command = cmd("EVALSHA");
        command.arg(script.get_hash()).arg(self.keys.len()).arg(&self.keys);
        Question { connection: self, script, command }
    }
}

impl Question<'_> {
    pub(super) fn arg(mut self, argument: impl ToRedisArgs) -> Self {
        self.command.arg(argument);
        self
    }

    /// The answer of a script that may be run twice: for when the connection breaks.
    pub(super) async fn answer<T: FromRedisValue>(&self) -> Result<T, StoreError> {
        let answer = async {
            match self.invoke().await {
                Err(Unsafe::Failed(error)) if error.is_connection_dropped() => self.invoke().await,
                answer => answer,
            }
        };
        in_time(answer).await
    }

    /// The answer of a script that may not.
    pub(super) async fn only_answer<T: FromRedisValue>(&self) -> Result<T, StoreError> {
        in_time(self.invoke()).await
    }

    async fn invoke<T: FromRedisValue>(&self) -> Result<T, Unsafe> {
        let mut server = self.connection.manager.clone();
        match self.command.query_async(&mut server).await {
            // It has restarted, or another has taken its place: its settings may be others.
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.connection.secure().await?;
                self.script.load_async(&mut server).await?;
                Ok(self.command.query_async(&mut server).await?)
            }
            answer => Ok(answer?),
        }
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, Unsafe>>) -> Result<T, StoreError> {
    match timeout(OPERATION, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(Unsafe::Failed(error))) if error.is_timeout() => Err(StoreError::new(StoreErrorKind::TimedOut)),
        Ok(Err(error)) => Err(StoreError::failed(error)),
        Err(_) => Err(StoreError::new(StoreErrorKind::TimedOut)),
    }
}

const fn to_number(durability: Durability) -> u8 {
    match durability {
        Durability::PowerLoss => 2,
        Durability::ProcessEnd => 1,
        Durability::Nothing => 0,
    }
}
