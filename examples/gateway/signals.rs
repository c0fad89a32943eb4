//! What the operating system wants of the process.

use std::{future::Future, io};
use tokio::signal::unix::{SignalKind, signal};

/// Ends at the first SIGTERM or SIGINT.
pub(crate) fn shutdown() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Calls `reload` at each SIGHUP.
pub(crate) fn on_hangup(reload: impl Fn() + Send + 'static) -> io::Result<impl Future<Output = ()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        while hangup.recv().await.is_some() {
            reload();
        }
    })
}
