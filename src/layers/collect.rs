//! Reading a body to its end, within bounds.

use super::turns::{AT_ONCE, NextTurn, turn};
use crate::{
    payload::{Buffered, Payload},
    rejection::{Rejection, RejectionKind},
};
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};
use pin_project_lite::pin_project;
use std::{
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
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

/// What a frame counts for at least, in bytes: one with little in it is work too.
const LEAST: usize = 128;

/// Frames without data in all. A body that has nothing to say may not say it for ever.
const EMPTY_FRAMES: u32 = 1 << 20;

pin_project! {
    /// Waits for the frames of a body.
    pub struct Collect<B> {
        #[pin]
        body: B,
        reading: Reading,
        // Boxed: large, and what is there at once has none.
        waiting: Option<Pin<Box<Waiting>>>,
    }
}

/// What has been read of a body.
struct Reading {
    limits: Limits,
    expected: usize,
    parts: Parts,
    /// What has arrived and is not among the parts yet.
    rest: Bytes,
    empty_frames: u32,
    /// Bytes to be taken before others have their turn.
    left: usize,
    next_turn: NextTurn,
}

/// The bytes so far. One frame is kept as it came, unless more are announced; the second starts a buffer.
enum Parts {
    None,
    One(Bytes),
    Many(Vec<u8>),
}

pin_project! {
    #[project = WaitingProjection]
    struct Waiting {
        deadline: Option<Instant>,
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl Waiting {
    fn new(total: Duration) -> Self {
        // Beyond what the clock can count there is no deadline to miss.
        Self { deadline: Instant::now().checked_add(total), sleep: None }
    }

    /// One timer for both deadlines: the total one, and the idle one from the last progress on, whichever is nearer.
    fn poll<T>(
        self: Pin<&mut Self>,
        has_progressed: bool,
        idle: Duration,
        cx: &mut Context<'_>,
    ) -> Poll<Result<T, Rejection>> {
        let WaitingProjection { deadline, mut sleep } = self.project();
        if has_progressed || sleep.is_none() {
            let idle = Instant::now().checked_add(idle);
            let next = match (*deadline, idle) {
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
}

impl Parts {
    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(bytes) => bytes.len(),
            Self::Many(bytes) => bytes.len(),
        }
    }

    /// `data`, and `following` bytes after it, still fit into `limit`; the caller has checked.
    fn append(&mut self, data: &[u8], following: usize, expected: usize, limit: usize) {
        let length = self.len().saturating_add(data.len()).saturating_add(following);
        if let Self::One(first) = self {
            let mut bytes = Vec::with_capacity(capacity(length, expected, limit));
            bytes.extend_from_slice(first);
            *self = Self::Many(bytes);
        }
        if let Self::Many(bytes) = self {
            if length > bytes.capacity() {
                // In place where the allocator can: what is large is not copied in one turn.
                bytes.reserve_exact(capacity(length, expected, limit).saturating_sub(bytes.len()));
            }
            bytes.extend_from_slice(data);
        }
    }

    fn finish(&mut self) -> Bytes {
        match std::mem::replace(self, Self::None) {
            Self::None => Bytes::new(),
            Self::One(bytes) => bytes,
            Self::Many(bytes) => bytes.into(),
        }
    }
}

/// Room for what is there and what is to come. The declared length is a stranger's word: it buys no more than 64 KiB, or
/// sixteen times what has arrived. To double the room instead, again and again, would be to copy megabytes in one turn
/// where the allocator cannot grow in place.
fn capacity(length: usize, expected: usize, limit: usize) -> usize {
    if expected > length {
        length.saturating_mul(16).max(64 << 10).min(expected).min(limit)
    } else {
        length.saturating_add(length.max(64 << 10)).min(limit)
    }
}

impl Reading {
    fn poll_frames<B>(&mut self, mut body: Pin<&mut B>, cx: &mut Context<'_>) -> Poll<Result<Collected, Rejection>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let reject = |kind| Poll::Ready(Err(Rejection::new(kind)));
        loop {
            if self.left == 0 {
                ready!(self.next_turn.poll(cx));
                self.left = turn();
            }
            if !self.rest.is_empty() {
                let part = self.rest.split_to(self.rest.len().min(self.left));
                self.left -= part.len();
                self.parts.append(&part, self.rest.len(), self.expected, self.limits.bytes);
                continue;
            }
            if body.is_end_stream() {
                return Poll::Ready(Ok(self.finish(None)));
            }
            let Some(frame) = ready!(body.as_mut().poll_frame(cx)) else {
                return Poll::Ready(Ok(self.finish(None)));
            };
            self.left = self.left.saturating_sub(LEAST);
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) if !data.is_empty() => {
                    if data.len() > self.limits.bytes.saturating_sub(self.parts.len()) {
                        return reject(RejectionKind::PayloadTooLarge);
                    }
                    match self.parts {
                        Parts::None if data.len() >= self.expected => self.parts = Parts::One(data),
                        // More is to come: this is copied in turns, too.
                        Parts::None => (self.parts, self.rest) = (Parts::Many(Vec::new()), data),
                        _ => self.rest = data,
                    }
                }
                Ok(Err(frame)) if frame.is_trailers() => {
                    // Trailers are the last frame.
                    return Poll::Ready(Ok(self.finish(frame.into_trailers().ok())));
                }
                Ok(_) => {
                    self.empty_frames += 1;
                    if self.empty_frames > EMPTY_FRAMES {
                        return reject(RejectionKind::BodyUnreadable);
                    }
                }
                Err(error) => {
                    return Poll::Ready(Err(Rejection::new(RejectionKind::BodyUnreadable).caused_by(error)));
                }
            }
        }
    }

    fn finish(&mut self, trailers: Option<HeaderMap>) -> Collected {
        Collected { bytes: self.parts.finish(), trailers: trailers.map(Box::new) }
    }
}

impl<B> Collect<B> {
    /// `expected` is the declared length. It has been checked against the limit; it only sizes the buffer.
    pub(super) fn new(body: B, limits: Limits, expected: u64) -> Self {
        let reading = Reading {
            limits,
            expected: usize::try_from(expected).unwrap_or(0),
            parts: Parts::None,
            rest: Bytes::new(),
            empty_frames: 0,
            left: AT_ONCE,
            next_turn: NextTurn::default(),
        };
        Self { body, reading, waiting: None }
    }
}

impl<B> Future for Collect<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Output = Result<Collected, Rejection>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let before = this.reading.parts.len();
        if let Poll::Ready(outcome) = this.reading.poll_frames(this.body, cx) {
            return Poll::Ready(outcome);
        }
        let limits = this.reading.limits;
        let waiting = this.waiting.get_or_insert_with(|| Box::pin(Waiting::new(limits.total)));
        waiting.as_mut().poll(this.reading.parts.len() > before, limits.idle, cx)
    }
}

impl<B> fmt::Debug for Collect<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collect").field("limits", &self.reading.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_length_buys_64_kib_or_sixteen_times_what_has_arrived_and_never_more_than_the_limit() {
        const KIB: usize = 1 << 10;
        let limit = 20 << 20;
        for (arrived, declared, room) in [
            (1, usize::MAX, 64 * KIB),
            (1, 10 * KIB, 10 * KIB),
            (8 * KIB, limit, 128 * KIB),
            (KIB * KIB, 10 << 20, 10 << 20),
            (2 << 20, usize::MAX, limit),
            (limit, usize::MAX, limit),
            // Nothing is declared, or too little: as much again.
            (1 << 20, 0, 2 << 20),
            (1 << 20, 1 << 20, 2 << 20),
            (limit, 0, limit),
        ] {
            assert_eq!(capacity(arrived, declared, limit), room, "{arrived} of {declared}");
        }
    }
}
