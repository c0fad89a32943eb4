//! What the inbox reads may be anything: its own rows after somebody else's hand, ids and queries of whoever asks.

use crate::{
    common::{START, inbox, partner, send},
    status::app,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use proptest::prelude::*;
use tower_webhook::{
    InboxEvent, UnixTime,
    inbox::JobId,
    testing::{EventBuilder, MemoryJobStore},
};

static KEPT: HeaderName = HeaderName::from_static("x-kept");

fn stored(payload: Vec<u8>, id: &str, header: &[u8]) -> Option<InboxEvent> {
    let mut headers = HeaderMap::new();
    headers.append(KEPT.clone(), HeaderValue::from_bytes(header).ok()?);
    let event = EventBuilder::new("stripe", payload).id(id).received_at(UnixTime::from_seconds(START)).build();
    Some(InboxEvent::new("money", &event, &headers, std::slice::from_ref(&KEPT)))
}

proptest! {
    #[test]
    fn an_event_comes_back_as_it_was_stored(
        payload in prop::collection::vec(any::<u8>(), 0..300),
        id in "\\PC{0,40}",
        header in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let Some(event) = stored(payload, &id, &header) else { return Ok(()) };
        let read = InboxEvent::from_bytes(event.to_bytes()).unwrap();
        prop_assert_eq!(read.payload(), event.payload());
        prop_assert_eq!(read.headers(), event.headers());
        prop_assert_eq!((read.job(), read.id(), read.public_id()), (event.job(), event.id(), event.public_id()));
        prop_assert_eq!(read.received_at(), event.received_at());
    }

    #[test]
    fn an_event_that_was_cut_or_garbled_is_an_error_or_another_event_and_never_a_panic(
        garbage in prop::collection::vec(any::<u8>(), 0..300),
        cut in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let _ = InboxEvent::from_bytes(Bytes::from(garbage));
        let whole = stored(b"{}".to_vec(), "evt_1", b"kept").unwrap().to_bytes();
        // Without the payload alone it is an event that has less of it.
        let head = whole.len() - 2;
        prop_assert!(InboxEvent::from_bytes(whole[..cut.index(head)].to_vec()).is_err());
        let mut garbled = whole.clone();
        garbled[place.index(whole.len())] = byte;
        let _ = InboxEvent::from_bytes(garbled);
    }

    #[test]
    fn the_id_of_a_job_is_read_as_it_is_written_or_not_at_all(text in "\\PC{0,40}") {
        if let Some(job) = JobId::parse(&text) {
            prop_assert_eq!(JobId::parse(job.as_str()), Some(job));
        }
        let job = JobId::random();
        prop_assert_eq!(JobId::parse(job.as_str()), Some(job));
    }

    #[test]
    fn whatever_a_status_is_asked_by_is_answered(query in "[ -~]{0,80}", id in "[ -~]{0,30}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        for query in [query, format!("eventId={id}")] {
            let Ok(uri) = format!("/status?{query}").parse::<Uri>() else { continue };
            let app = app(&inbox(&MemoryJobStore::default()));
            let answer = runtime.block_on(send(&app, partner("GET", &uri.to_string(), "acme", "")));
            prop_assert!([400, 404].contains(&answer.status().as_u16()), "{uri}: {answer:?}");
        }
    }
}
