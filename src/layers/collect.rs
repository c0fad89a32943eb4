//! Reading a body to its end, within bounds.

use crate::{
    payload::{Buffered, Payload},
    rejection::{Rejection, RejectionKind},
};
use bytes::{BufMut, Bytes, BytesMut};
use http::HeaderMap;
use http_body::Body;
use pin_project_lite::pin_project;
use std::{
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep};

/// What a body may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) bytes: usize,
    pub(super) total: Duration,
    pub(super) idle: Duration,
}

/// A body that was read.
#[derive(Debug)]
pub struct Collected {
    bytes: Bytes,
    trailers: Option<Box<HeaderMap>>,
}

impl Collected {
    pub(super) fn into_payload(self) -> Payload<Buffered> {
        Payload::buffered(self.bytes, self.trailers)
    }
}

/// Frames taken in one poll before the task lets others run: a body that is always ready must not keep a worker.
const FRAMES_PER_POLL: u32 = 64;

/// Frames without data in all. A body that has nothing to say may not say it for ever.
const EMPTY_FRAMES: u32 = 1 << 20;

pin_project! {
    /// Collects the frames of `B`.
    pub struct Collect<B> {
        #[pin]
        body: B,
        limits: Limits,
        expected: usize,
        parts: Parts,
        empty_frames: u32,
        // Both are set when the body first has to be waited for: most never are.
        waiting: Option<Waiting>,
        #[pin]
        sleep: Option<Sleep>,
    }
}

/// The bytes so far. One frame is kept as it came; the second starts a buffer.
enum Parts {
    None,
    One(Bytes),
    Many(BytesMut),
}

struct Waiting {
    deadline: Option<Instant>,
    progressed: bool,
}

impl<B: Body<Data = Bytes>> Collect<B> {
    /// `expected` is the declared length. It has been checked against the limit; it only sizes the buffer.
    pub(super) fn new(body: B, limits: Limits, expected: u64) -> Self {
        let expected = usize::try_from(body.size_hint().lower().max(expected)).unwrap_or(0);
        Self { body, limits, expected, parts: Parts::None, empty_frames: 0, waiting: None, sleep: None }
    }
}

impl Parts {
    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(bytes) => bytes.len(),
            Self::Many(bytes) => bytes.len(),
        }
    }

    /// `data` still fits into `limit`; the caller has checked.
    fn push(&mut self, data: Bytes, expected: usize, limit: usize) {
        let length = self.len().saturating_add(data.len());
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::One(data),
            Self::One(first) => Self::Many(enlarged(&first, &data, capacity(length, expected, limit))),
            Self::Many(bytes) if length > bytes.capacity() => {
                Self::Many(enlarged(&bytes, &data, capacity(length, expected, limit)))
            }
            Self::Many(mut bytes) => {
                bytes.put(data);
                Self::Many(bytes)
            }
        };
    }

    fn finish(&mut self) -> Bytes {
        match std::mem::replace(self, Self::None) {
            Self::None => Bytes::new(),
            Self::One(bytes) => bytes,
            Self::Many(bytes) => bytes.freeze(),
        }
    }
}

/// Room for what is there and what is to come. The declared length is a stranger's word: it buys no more than 64 KiB,
/// or as much again as has arrived.
fn capacity(length: usize, expected: usize, limit: usize) -> usize {
    let ahead = length.saturating_add(length.max(64 << 10)).min(limit);
    if expected > length { ahead.min(expected) } else { ahead }
}

fn enlarged(first: &[u8], second: &[u8], capacity: usize) -> BytesMut {
    let mut bytes = BytesMut::with_capacity(capacity);
    bytes.put(first);
    bytes.put(second);
    bytes
}

impl<B> Future for Collect<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Output = Result<Collected, Rejection>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let reject = |kind| Poll::Ready(Err(Rejection::new(kind)));
        for _ in 0..FRAMES_PER_POLL {
            match this.body.as_mut().poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => {
                        if data.len() > this.limits.bytes.saturating_sub(this.parts.len()) {
                            return reject(RejectionKind::PayloadTooLarge);
                        }
                        this.parts.push(data, *this.expected, this.limits.bytes);
                        if let Some(waiting) = this.waiting {
                            waiting.progressed = true;
                        }
                    }
                    Err(frame) if frame.is_trailers() => {
                        // Trailers are the last frame.
                        let trailers = frame.into_trailers().ok().map(Box::new);
                        return Poll::Ready(Ok(Collected { bytes: this.parts.finish(), trailers }));
                    }
                    _ => {
                        *this.empty_frames += 1;
                        if *this.empty_frames > EMPTY_FRAMES {
                            return reject(RejectionKind::BodyUnreadable);
                        }
                    }
                },
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Err(Rejection::new(RejectionKind::BodyUnreadable).caused_by(error)));
                }
                Poll::Ready(None) => {
                    return Poll::Ready(Ok(Collected { bytes: this.parts.finish(), trailers: None }));
                }
                Poll::Pending => return poll_deadline(this.waiting, this.sleep.as_mut(), *this.limits, cx),
            }
            if this.body.is_end_stream() {
                return Poll::Ready(Ok(Collected { bytes: this.parts.finish(), trailers: None }));
            }
        }
        cx.waker().wake_by_ref();
        poll_deadline(this.waiting, this.sleep.as_mut(), *this.limits, cx)
    }
}

/// One timer for both deadlines: the total one, and the idle one from the last progress on, whichever is nearer.
fn poll_deadline<T>(
    waiting: &mut Option<Waiting>,
    mut sleep: Pin<&mut Option<Sleep>>,
    limits: Limits,
    cx: &mut Context<'_>,
) -> Poll<Result<T, Rejection>> {
    let waiting = waiting.get_or_insert_with(|| Waiting {
        // Beyond what the clock can count there is no deadline to miss.
        deadline: Instant::now().checked_add(limits.total),
        progressed: true,
    });
    if std::mem::take(&mut waiting.progressed) {
        let idle = Instant::now().checked_add(limits.idle);
        let next = match (waiting.deadline, idle) {
            (Some(deadline), Some(idle)) => Some(deadline.min(idle)),
            (deadline, idle) => deadline.or(idle),
        };
        match (sleep.as_mut().as_pin_mut(), next) {
            (Some(sleep), Some(next)) => sleep.reset(next),
            (None, Some(next)) => sleep.set(Some(tokio::time::sleep_until(next))),
            (_, None) => {}
        }
    }
    match sleep.as_pin_mut() {
        Some(sleep) => sleep.poll(cx).map(|()| Err(Rejection::new(RejectionKind::BodyTimeout))),
        None => Poll::Pending,
    }
}

impl<B> fmt::Debug for Collect<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collect").field("limits", &self.limits).finish_non_exhaustive()
    }
}
