//! A state is a proof: it has no public constructor either.
use tower_webhook::{Fresh, Payload, Verified, VerifiedEvent};

fn verified(event: VerifiedEvent) -> Verified {
    Verified { event }
}

fn fresh(event: VerifiedEvent) -> Fresh {
    Fresh { event }
}

fn payload(state: Fresh) -> Payload<Fresh> {
    Payload { trailers: None, data_pending: true, state }
}

fn main() {
    let _ = (verified, fresh, payload);
}
