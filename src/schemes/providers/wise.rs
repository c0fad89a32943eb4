//! Wise.

use super::prelude::*;

/// [Wise](https://docs.wise.com/features/webhooks-notifications/event-handling): an RSA signature (SHA-256) in base64
/// in `X-Signature-SHA256`.
///
/// Signed: the raw body, with the type, `event_type`, in it. Not covered: time, so there is no window; and all headers,
/// so anybody on the way can change the delivery's id (`X-Delivery-Id`) and whether it is a test
/// (`X-Test-Notification`). Whether the id stays the same on a retry is not documented. The secret is Wise's public key
/// (PEM): that of the sandbox or that of production. The older `X-Signature`, with SHA-1, is not read.
pub const WISE: Recipe = Recipe {
    name: Borrowed("wise"),
    provider: provider(
        "Wise",
        "https://docs.wise.com/features/webhooks-notifications/event-handling",
        "time, or any header",
        None,
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(const { &[bare("x-signature-sha256", Base64)] }),
    id: unsigned_header("x-delivery-id"),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
