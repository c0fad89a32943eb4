//! What the crate tells `tracing`, caught.

use std::{cell::RefCell, fmt, sync::Once};
use tracing_subscriber::layer::{Context, SubscriberExt as _};

thread_local! {
    static LINES: RefCell<Option<Vec<(tracing::Level, String)>>> = const { RefCell::new(None) };
}

/// The events of the current thread while it is held.
pub(crate) struct Logs;

/// Set once for all threads: subscribers that come and go make `tracing` miss events of other tests.
struct Capture;

struct Line(String);

impl tracing::field::Visit for Line {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        self.0 += &format!(" {}={value:?}", field.name());
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Capture {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        LINES.with_borrow_mut(|lines| {
            if let Some(lines) = lines {
                let mut line = Line(event.metadata().target().to_owned());
                event.record(&mut line);
                lines.push((*event.metadata().level(), line.0));
            }
        });
    }
}

impl Logs {
    pub(crate) fn capture() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Capture)).unwrap();
        });
        tracing::callsite::rebuild_interest_cache();
        LINES.set(Some(Vec::new()));
        Self
    }

    /// Those of the crate at this level.
    pub(crate) fn at(&self, level: tracing::Level) -> Vec<String> {
        let ours = |(at, line): &(tracing::Level, String)| *at == level && line.starts_with("tower_webhook");
        LINES.with_borrow(|lines| {
            lines.iter().flatten().filter(|line| ours(line)).map(|(_, line)| line.clone()).collect()
        })
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        self.at(tracing::Level::WARN)
    }

    pub(crate) fn errors(&self) -> Vec<String> {
        self.at(tracing::Level::ERROR)
    }

    pub(crate) fn everything(&self) -> String {
        LINES.with_borrow(|lines| lines.iter().flatten().map(|(level, line)| format!("{level} {line}\n")).collect())
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        LINES.set(None);
    }
}
