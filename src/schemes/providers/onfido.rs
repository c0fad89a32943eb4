//! Onfido.

use super::prelude::*;

/// [Onfido](https://documentation.onfido.com/api/manual-webhook-signature-verification): hex HMAC-SHA256 of the body in
/// `X-SHA2-Signature`.
///
/// Signed: the raw body, with the type, `payload.action`, in it. Not covered: time, or any header, so there is no
/// window. The secret is the webhook's token. No id of the event is known: `payload.object.id` names the check or the
/// report.
pub const ONFIDO: Recipe = Recipe {
    name: Borrowed("onfido"),
    provider: provider(
        "Onfido",
        "https://documentation.onfido.com/api/manual-webhook-signature-verification",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-sha2-signature", Hex)] }),
    kind: signed_json("/payload/action"),
    ..NOTHING_ELSE
};
