//! Wise.

use super::prelude::*;

/// [Wise](https://docs.wise.com/features/webhooks-notifications/event-handling): The body; base64 RSA signature in
/// `X-Signature-SHA256`.
///
/// Not covered: every header, the time. Secret: Public key in PEM; sandbox and production differ. Outside the
/// signature; unique per notification, and whether a retry keeps it is not said. `X-Test-Notification`: true marks
/// trial deliveries and is unsigned. `X-Signature` is an older SHA-1 form.
pub const WISE: Recipe = Recipe {
    name: Borrowed("wise"),
    provider: provider(
        "Wise",
        "https://docs.wise.com/features/webhooks-notifications/event-handling",
        "every header, the time",
        None,
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(const { &[bare("x-signature-sha256", Base64)] }),
    id: unsigned_header("x-delivery-id"),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
