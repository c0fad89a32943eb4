//! A connection that is not torn down while its client still sends.
//!
//! What is too long, or from the wrong address, is answered before it was read. If the socket were closed then, with
//! bytes in it that nobody read, the client would see a broken connection where there is a 413 or a 403.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    runtime::Handle,
    sync::OwnedSemaphorePermit,
    time::timeout,
};

/// How long a client has to read its answer and end, after the connection was done with.
const PATIENCE: Duration = Duration::from_secs(5);

/// Throws away what comes in after it was dropped, for a while. Nobody waits for that.
pub(crate) struct Lingering {
    socket: Option<TcpStream>,
    place: Option<OwnedSemaphorePermit>,
}

impl Lingering {
    /// `place` is given back at the very end.
    pub(crate) fn new(socket: TcpStream, place: Option<OwnedSemaphorePermit>) -> Self {
        Self { socket: Some(socket), place }
    }

    fn socket(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.socket.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let (socket, place) = (self.socket.take(), self.place.take());
        let (Some(mut socket), Ok(runtime)) = (socket, Handle::try_current()) else { return };
        runtime.spawn(async move {
            let _ = timeout(PATIENCE, async {
                socket.shutdown().await?;
                let mut rest = [0; 4096];
                while socket.read(&mut rest).await? > 0 {}
                io::Result::Ok(())
            })
            .await;
            drop(place);
        });
    }
}

impl AsyncRead for Lingering {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.socket()?.poll_read(cx, into)
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.socket()?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.socket()?.poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.as_ref().is_some_and(TcpStream::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket()?.poll_shutdown(cx)
    }
}
