//! Large bodies are worked on in turns with everything else that the executor has to do.

use futures_util::task::AtomicWaker;
use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// What is done in one go: small enough to hold nobody up, and larger than what most senders send.
pub(crate) const AT_ONCE: usize = 64 << 10;

/// What is done in each further turn: as much as takes SHA-256 some forty microseconds.
pub(crate) fn turn() -> usize {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let has_instructions = std::arch::is_x86_feature_detected!("sha");
    #[cfg(target_arch = "aarch64")]
    let has_instructions = std::arch::is_aarch64_feature_detected!("sha2");
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    let has_instructions = false;
    if has_instructions { 64 << 10 } else { 8 << 10 }
}

/// Waits for the next turn.
///
/// That is more than to be woken at once: a task that has been woken meanwhile, as the connections of hyper wake
/// themselves, would be polled again before the runtime has looked for what arrived for others.
#[derive(Debug, Default)]
pub(crate) struct NextTurn {
    asked: Option<Arc<Turn>>,
}

#[derive(Debug, Default)]
struct Turn {
    has_come: AtomicBool,
    task: AtomicWaker,
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.has_come.store(true, Ordering::Release);
        self.task.wake();
    }
}

impl NextTurn {
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let turn = self.asked.get_or_insert_with(|| {
            let turn = Arc::new(Turn::default());
            turn.task.register(cx.waker());
            // It need not be kept: it has asked the runtime to be woken. Outside of tokio it is woken at once.
            let waker = Waker::from(Arc::clone(&turn));
            let _ = pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(&waker));
            turn
        });
        turn.task.register(cx.waker());
        if turn.has_come.load(Ordering::Acquire) {
            self.asked = None;
            return Poll::Ready(());
        }
        Poll::Pending
    }

    pub(crate) async fn come(&mut self) {
        poll_fn(|cx| self.poll(cx)).await;
    }
}
