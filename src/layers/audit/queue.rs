//! From the tasks of requests to a thread that writes.

use super::{entry::AuditEntry, record::AuditRecord, sink::AuditSink};
use crate::{error::ConfigError, observe};
use std::{
    collections::VecDeque,
    error::Error,
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// Entries that are written at once.
const BATCH: usize = 512;
/// The longest time that an entry waits for others to be written with.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long the end waits for a writer.
const FAREWELL: Duration = Duration::from_secs(2);

/// Writes entries somewhere, on the thread of a [`QueuedSink`]. It may block.
pub trait AuditWriter: Send + 'static {
    /// Writes 1 to 512 entries, oldest first.
    ///
    /// # Errors
    ///
    /// When not all of them were written. All of them count as dropped then, and are not written again.
    fn write(&mut self, entries: &[AuditEntry]) -> io::Result<()>;

    /// What metrics call it.
    fn name(&self) -> &'static str {
        "custom"
    }
}

/// Takes records to a thread of its own, which writes them.
///
/// No request waits for the writer, and none fails with it. At most `capacity` entries of at most 1 KiB wait for it;
/// what does not fit, and what could not be written, is lost and counted by [`dropped`](Self::dropped). Entries are
/// written within 250 milliseconds if the writer keeps up.
///
/// Clones share the queue. The last one that is dropped [closes](Self::close) it, so keep one until the server has
/// ended.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::{io, sync::mpsc};
/// use tower_webhook::{AuditLayer, layers::audit::{AuditEntry, AuditWriter, QueuedSink}};
/// # use tower::{Layer, ServiceExt};
/// # use {http::{Request, Response}, std::convert::Infallible};
///
/// struct Lines(mpsc::Sender<String>);
///
/// impl AuditWriter for Lines {
///     fn write(&mut self, entries: &[AuditEntry]) -> io::Result<()> {
///         entries.iter().try_for_each(|entry| {
///             let line = serde_json::to_string(entry)?;
///             self.0.send(line).map_err(io::Error::other)
///         })
///     }
/// }
///
/// let (sender, lines) = mpsc::channel();
/// let sink = QueuedSink::new(Lines(sender), 10_000)?;
/// let layer = AuditLayer::new(sink.clone()).route("github")?;
/// # let service = layer.layer(tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(()))));
/// # service.oneshot(Request::post("/hook").body(())?).await?;
///
/// // … a request later:
/// sink.close();
/// assert!(lines.recv()?.contains(r#""outcome":"unverified","status":200,"route":"github","path":"/hook""#));
/// assert_eq!((sink.written(), sink.dropped()), (1, 0));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct QueuedSink {
    owner: Arc<Owner>,
}

/// What all clones share; the thread does not, so that the last clone can be told from others.
struct Owner {
    queue: Arc<Queue>,
}

struct Queue {
    name: &'static str,
    capacity: usize,
    state: Mutex<State>,
    /// Tells the thread of the first entry, of a full batch, and of the end.
    work: Condvar,
    /// Tells whoever closes that the thread has ended.
    end: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<AuditEntry>,
    /// Entries that the writer has in hand.
    in_hand: usize,
    written: u64,
    dropped: u64,
    closed: bool,
    /// The thread has ended, or was given up.
    ended: bool,
}

impl QueuedSink {
    /// Starts the thread. It holds at most `capacity` entries besides the 512 that the writer has in hand.
    ///
    /// # Errors
    ///
    /// When `capacity` is 0, or no thread can be started.
    pub fn new(writer: impl AuditWriter, capacity: usize) -> Result<Self, ConfigError> {
        if capacity == 0 {
            return Err(ConfigError::new("audit.capacity", "leaves no room for a record; it must be at least 1"));
        }
        let queue = Arc::new(Queue {
            name: writer.name(),
            capacity,
            state: Mutex::default(),
            work: Condvar::new(),
            end: Condvar::new(),
        });
        let on_thread = Arc::clone(&queue);
        thread::Builder::new()
            .name("webhook-audit".into())
            .spawn(move || on_thread.write_with(writer))
            .map_err(|error| ConfigError::new("audit", format!("could not start its thread: {error}")))?;
        Ok(Self { owner: Arc::new(Owner { queue }) })
    }

    /// Entries that were lost: there was no room, or they could not be written.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.owner.queue.lock().dropped
    }

    /// Entries that were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.owner.queue.lock().written
    }

    /// Writes what waits, and ends the thread. Records that come later are dropped, and counted.
    ///
    /// Blocks until all is written, for 2 seconds at most: what the writer has not done by then counts as dropped.
    pub fn close(&self) {
        self.owner.queue.close();
    }
}

impl AuditSink for QueuedSink {
    fn record(&self, record: AuditRecord) {
        // Made before the lock is taken, and without the payload.
        let entry = AuditEntry::from(&record);
        drop(record);
        self.owner.queue.push(entry);
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, entry: AuditEntry) {
        let mut state = self.lock();
        if state.closed || state.waiting.len() >= self.capacity {
            state.dropped += 1;
            drop(state);
            return observe::audit_dropped(self.name, 1);
        }
        state.waiting.push_back(entry);
        let waiting = state.waiting.len();
        drop(state);
        if waiting == 1 || waiting == BATCH {
            self.work.notify_one();
        }
    }

    fn write_with(&self, mut writer: impl AuditWriter) {
        let mut failing = false;
        while let Some(batch) = self.next_batch() {
            let outcome = catch_unwind(AssertUnwindSafe(|| writer.write(&batch)));
            let error = match outcome {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error),
                Err(_) => Some(io::Error::other("the writer panicked")),
            };
            let count = batch.len() as u64;
            let mut state = self.lock();
            if state.ended {
                // Given up, and counted, by whoever closed the queue.
                return;
            }
            state.in_hand = 0;
            *(if error.is_some() { &mut state.dropped } else { &mut state.written }) += count;
            drop(state);
            if let Some(error) = &error {
                observe::audit_dropped(self.name, count);
                // Once, for a disk that is full stays so for a while.
                if !failing {
                    observe::trouble("audit entries could not be written, and are lost until it works again", error);
                }
            }
            failing = error.is_some();
        }
        // Before the end is told: it may have files to flush.
        drop(catch_unwind(AssertUnwindSafe(move || drop(writer))));
        self.lock().ended = true;
        self.end.notify_all();
    }

    /// `None` once the queue is closed and empty, or was given up.
    fn next_batch(&self) -> Option<Vec<AuditEntry>> {
        let waits = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let state = self.work.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        let grows = |state: &mut State| state.waiting.len() < BATCH && !state.closed;
        let (mut state, _) =
            self.work.wait_timeout_while(state, PATIENCE, grows).unwrap_or_else(PoisonError::into_inner);
        if state.ended || state.waiting.is_empty() {
            return None;
        }
        let count = state.waiting.len().min(BATCH);
        state.in_hand = count;
        Some(state.waiting.drain(..count).collect())
    }

    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        self.work.notify_all();
        let (mut state, _) =
            self.end.wait_timeout_while(state, FAREWELL, |state| !state.ended).unwrap_or_else(PoisonError::into_inner);
        if state.ended {
            return;
        }
        state.ended = true;
        let lost = (std::mem::take(&mut state.waiting).len() + std::mem::take(&mut state.in_hand)) as u64;
        state.dropped += lost;
        drop(state);
        self.end.notify_all();
        observe::audit_dropped(self.name, lost);
        observe::trouble("the audit ended before all of it was written", &Unfinished);
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

#[derive(Debug)]
struct Unfinished;

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its writer took longer than 2 seconds")
    }
}

impl Error for Unfinished {}

impl fmt::Debug for QueuedSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queue = &self.owner.queue;
        let state = queue.lock();
        f.debug_struct("QueuedSink")
            .field("writer", &queue.name)
            .field("waiting", &state.waiting.len())
            .field("written", &state.written)
            .field("dropped", &state.dropped)
            .finish_non_exhaustive()
    }
}
