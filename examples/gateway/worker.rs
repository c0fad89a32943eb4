//! What becomes of events: here they are only logged. A handler of yours does the work.
//!
//! Three variables of the environment make it misbehave, for the tests of the gateway: `GATEWAY_FAIL_RATE=0.3` lets it
//! fail at random, `GATEWAY_HANDLER_MS=50` makes it take that long, and `GATEWAY_HANDLED=FILE` appends a line
//! `start ID JOB ATTEMPT PID` before each attempt and `end ID` after each that succeeded.

use std::{
    env,
    fs::{File, OpenOptions},
    hash::{BuildHasher, RandomState},
    io::{self, Write},
    sync::Arc,
    time::Duration,
};
use tower_webhook::inbox::{Job, JobError};

/// The handler of the demo.
#[derive(Clone, Default)]
pub(crate) struct Handler {
    fail_rate: f64,
    delay: Duration,
    handled: Option<Arc<File>>,
}

impl Handler {
    /// Misbehaves as the environment says.
    pub(crate) fn from_env() -> Result<Self, String> {
        let fail_rate =
            variable("GATEWAY_FAIL_RATE", |rate| rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate)))?;
        let delay = variable("GATEWAY_HANDLER_MS", |millis| millis.parse().ok().map(Duration::from_millis))?;
        let open = |file: &str| OpenOptions::new().append(true).create(true).open(file).ok().map(Arc::new);
        let handled = variable("GATEWAY_HANDLED", open)?;
        Ok(Self { fail_rate: fail_rate.unwrap_or_default(), delay: delay.unwrap_or_default(), handled })
    }

    /// May run more than once for an event: `event.public_id()` is what a handler of yours recognizes it by.
    pub(crate) async fn handle(&self, job: Job) -> Result<(), JobError> {
        let event = &job.event;
        let id = event.public_id();
        self.note(format_args!("start {id} {} {} {}\n", event.job(), job.attempt, std::process::id()))?;
        tokio::time::sleep(self.delay).await;
        if self.fails() {
            return Err(JobError::retry("GATEWAY_FAIL_RATE wants it so"));
        }
        tracing::info!(
            endpoint = event.endpoint(),
            tenant = event.tenant(),
            id = %id.escape_debug(),
            kind = event.kind().map(|kind| tracing::field::display(kind.escape_debug())),
            bytes = event.payload().len(),
            attempt = job.attempt,
            "event handled"
        );
        self.note(format_args!("end {id}\n"))?;
        Ok(())
    }

    /// In one write, so that the lines of several processes do not mix.
    fn note(&self, line: std::fmt::Arguments<'_>) -> io::Result<()> {
        match &self.handled {
            Some(file) => file.as_ref().write_all(line.to_string().as_bytes()),
            None => Ok(()),
        }
    }

    fn fails(&self) -> bool {
        if self.fail_rate <= 0.0 {
            return false;
        }
        // Hashers have random keys, which is chance enough for a demo.
        let chance = f64::from(RandomState::new().hash_one(0) as u32) / f64::from(u32::MAX);
        chance < self.fail_rate
    }
}

fn variable<T>(name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, String> {
    match env::var(name) {
        Ok(value) => read(&value).map(Some).ok_or_else(|| format!("{name}: cannot be used as it is set")),
        Err(_) => Ok(None),
    }
}
