//! Proofs are made by the layer that did the check, and by nobody else.
use bytes::Bytes;
use tower_webhook::{
    Buffered, Payload, Verified, VerifiedEvent,
    payload::{IsBuffered, IsVerified},
};

struct Mine;

impl IsBuffered for Mine {
    fn into_buffered(self) -> Payload<Buffered> {
        unimplemented!()
    }
}

impl IsVerified for Mine {
    fn into_verified(self) -> Payload<Verified> {
        unimplemented!()
    }

    fn verified_event(&self) -> &VerifiedEvent {
        unimplemented!()
    }
}

fn main() {
    let _ = VerifiedEvent::new;
    let _ = |event| Payload::buffered(Bytes::new(), None).verified(event).fresh();
}
