//! No writer, however bad, is a burden to requests.

use crate::common::{Kept, app, deliver, settled};
use std::{
    io,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};
use tower_webhook::{
    AuditLayer,
    layers::audit::{AuditEntry, AuditWriter, QueuedSink},
};

/// Does not return as long as somebody holds the other end.
struct Blocked(mpsc::Receiver<()>);

impl AuditWriter for Blocked {
    fn write(&mut self, _: &[AuditEntry]) -> io::Result<()> {
        let _ = self.0.recv();
        Ok(())
    }
}

#[tokio::test]
async fn a_writer_that_blocks_for_ever_costs_no_request_and_no_more_memory_than_its_queue() {
    let (hold, blocked) = mpsc::channel();
    let sink = QueuedSink::new(Blocked(blocked), 100).unwrap();
    let app = app(AuditLayer::new(sink.clone()));
    deliver(&app, 3000).await;
    // At most one batch is in the writer's hands, and a hundred entries wait.
    assert!(sink.dropped() >= 3000 - 512 - 100, "{sink:?}");
    assert!(format!("{sink:?}").contains("waiting: 100"), "{sink:?}");

    let began = tokio::time::Instant::now();
    sink.close();
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert_eq!((sink.written(), sink.dropped()), (0, 3000), "what was not written is counted");
    deliver_one_more(&app).await;
    assert_eq!(sink.dropped(), 3001);

    // It comes to itself after it was given up, and nothing is counted twice.
    drop(hold);
    drop(app);
    assert_eq!((sink.written(), sink.dropped()), (0, 3001));
}

async fn deliver_one_more(app: &crate::common::App) {
    use tower::ServiceExt;
    assert_eq!(app.clone().oneshot(crate::common::delivery("one more")).await.unwrap().status(), 202);
}

/// Fails, panics, and works again.
struct Moody {
    kept: Kept,
    mood: Arc<Mutex<Mood>>,
}

#[derive(Clone, Copy)]
enum Mood {
    Works,
    Fails,
    Panics,
}

impl AuditWriter for Moody {
    fn write(&mut self, entries: &[AuditEntry]) -> io::Result<()> {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Works => self.kept.write(entries),
            Mood::Fails => Err(io::Error::other("the disk is full")),
            Mood::Panics => std::panic::resume_unwind(Box::new("out of order")),
        }
    }
}

#[tokio::test]
async fn what_a_writer_fails_to_write_is_counted_and_what_comes_after_is_written() {
    let (mood, kept) = (Arc::new(Mutex::new(Mood::Works)), Kept::default());
    let sink = QueuedSink::new(Moody { kept: kept.clone(), mood: Arc::clone(&mood) }, 1000).unwrap();
    let mut expected = (0, 0);
    for (now, count) in [(Mood::Works, 1), (Mood::Fails, 2), (Mood::Panics, 3), (Mood::Works, 4)] {
        *mood.lock().unwrap() = now;
        let ends = if matches!(now, Mood::Works) { &mut expected.0 } else { &mut expected.1 };
        *ends += count as u64;
        deliver(&app(AuditLayer::new(sink.clone())), count).await;
        settled(&sink, expected.0 + expected.1);
        assert_eq!((sink.written(), sink.dropped()), expected);
    }
    assert_eq!(kept.entries().len(), 5);
}

#[tokio::test]
async fn entries_are_written_soon_and_in_order_and_the_last_clone_writes_the_rest() {
    let kept = Kept::default();
    let sink = QueuedSink::new(kept.clone(), 10_000).unwrap();
    let app = app(AuditLayer::new(sink.clone()));
    deliver(&app, 1).await;
    settled(&sink, 1);
    assert_eq!(kept.entries()[0].event_id(), Some("delivery-0"));
    kept.entries().clear();

    for number in 0..1500 {
        use tower::ServiceExt;
        app.clone().oneshot(crate::common::delivery(&format!("next {number}"))).await.unwrap();
    }
    drop(sink);
    drop(app);
    let ids: Vec<_> = kept.entries().iter().map(|entry| entry.event_id().unwrap().to_owned()).collect();
    let expected: Vec<_> = (0..1500).map(|number| format!("next-{number}")).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_queue_has_room() {
    assert_eq!(QueuedSink::new(Kept::default(), 0).unwrap_err().field(), "audit.capacity");
}
