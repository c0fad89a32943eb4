//! Bodies as an attacker or a broken network sends them.

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use std::{
    collections::VecDeque,
    error::Error,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Sleep;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
/// Whatever body a test wants to send, as one type.
pub(crate) type TestBody = UnsyncBoxBody<Bytes, BoxError>;

pub(crate) fn boxed<B>(body: B) -> TestBody
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

pub(crate) fn whole(bytes: impl Into<Bytes>) -> TestBody {
    boxed(http_body_util::Full::new(bytes.into()))
}

type Poller = dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> + Send;

/// A body made of a function. Counts its polls, and says nothing of its end or length unless told to.
pub(crate) struct Scripted {
    poll: Box<Poller>,
    polls: Arc<AtomicUsize>,
    hint: SizeHint,
}

impl Scripted {
    pub(crate) fn new(
        poll: impl FnMut(&mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> + Send + 'static,
    ) -> Self {
        Self { poll: Box::new(poll), polls: Arc::default(), hint: SizeHint::default() }
    }

    /// These frames, then the end.
    pub(crate) fn frames(frames: impl IntoIterator<Item = Frame<Bytes>>) -> Self {
        let mut frames: VecDeque<_> = frames.into_iter().collect();
        Self::new(move |_| Poll::Ready(frames.pop_front().map(Ok)))
    }

    /// Each byte in a frame of its own.
    pub(crate) fn one_byte_chunks(bytes: &[u8]) -> Self {
        Self::frames(bytes.iter().map(|byte| Frame::data(Bytes::copy_from_slice(&[*byte]))))
    }

    /// Data without end.
    pub(crate) fn endless() -> Self {
        let chunk = Bytes::from(vec![b'x'; 16 << 10]);
        Self::new(move |_| Poll::Ready(Some(Ok(Frame::data(chunk.clone())))))
    }

    /// Frames without data, without end.
    pub(crate) fn endless_emptiness() -> Self {
        Self::new(|_| Poll::Ready(Some(Ok(Frame::data(Bytes::new())))))
    }

    /// Some data, then silence for ever.
    pub(crate) fn stalls_after(bytes: &'static [u8]) -> Self {
        let mut first = Some(Bytes::from_static(bytes));
        Self::new(move |_| match first.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None => Poll::Pending,
        })
    }

    /// Some data, then the transport fails.
    pub(crate) fn fails_after(bytes: &'static [u8], message: &'static str) -> Self {
        let mut first = Some(Bytes::from_static(bytes));
        Self::new(move |_| {
            Poll::Ready(Some(match first.take() {
                Some(bytes) => Ok(Frame::data(bytes)),
                None => Err(message.into()),
            }))
        })
    }

    /// A byte every `period`, for ever.
    pub(crate) fn drip(period: Duration) -> Self {
        let mut sleep: Option<Pin<Box<Sleep>>> = None;
        Self::new(move |cx| {
            let timer = sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(period)));
            match timer.as_mut().poll(cx) {
                Poll::Ready(()) => {
                    sleep = None;
                    Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b".")))))
                }
                Poll::Pending => Poll::Pending,
            }
        })
    }

    /// A test that polls it fails.
    pub(crate) fn panics_when_polled() -> Self {
        Self::new(|_| panic!("the body was polled"))
    }

    pub(crate) fn hinting(mut self, hint: SizeHint) -> Self {
        self.hint = hint;
        self
    }

    /// How often it has been polled.
    pub(crate) fn polls(&self) -> Polls {
        Polls { count: Arc::clone(&self.polls) }
    }

    pub(crate) fn boxed(self) -> TestBody {
        boxed(self)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Polls {
    count: Arc<AtomicUsize>,
}

impl Polls {
    pub(crate) fn count(&self) -> usize {
        self.count.load(Relaxed)
    }
}

pub(crate) fn trailers(name: &'static str, value: &'static str) -> Frame<Bytes> {
    let mut trailers = HeaderMap::new();
    trailers.insert(name, value.parse().unwrap());
    Frame::trailers(trailers)
}

impl Body for Scripted {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.polls.fetch_add(1, Relaxed);
        (self.poll)(cx)
    }

    // Never true: a published rival spins on this.
    fn is_end_stream(&self) -> bool {
        false
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}
