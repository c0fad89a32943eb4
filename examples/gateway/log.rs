//! The log, on standard error.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
};
use tracing_subscriber::EnvFilter;

/// Keeps what is logged to itself until the gateway has started: if it cannot, one line says why, and nothing beside it.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Option<Vec<u8>>>>);

impl Log {
    /// As much as `RUST_LOG` says.
    pub(crate) fn start() -> Self {
        let log = Self(Arc::new(Mutex::new(Some(Vec::new()))));
        let writer = log.clone();
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,apalis_core=warn"));
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal());
        // It would complain on standard error that standard error takes no more, and panic: a full disk must not end the
        // process.
        lines.with_writer(move || writer.clone()).log_internal_errors(false).init();
        log
    }

    /// Writes what was kept, and from now on everything at once.
    pub(crate) fn release(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // If nobody can read it, there is nobody to tell.
        let _ = io::stderr().write_all(&kept.take().unwrap_or_default());
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(kept) => kept.write(line),
            None => io::stderr().write(line),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
