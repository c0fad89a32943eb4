//! Onfido.

use super::prelude::*;

/// [Onfido](https://documentation.onfido.com/api/manual-webhook-signature-verification): Hex HMAC-SHA256 of the raw
/// body in `X-SHA2-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (webhook token). Id: payload.object.id names the
/// check or report, not the event. Header name confirmed. The raw body has to be used as it came.
pub const ONFIDO: Recipe = Recipe {
    name: Borrowed("onfido"),
    provider: provider(
        "Onfido",
        "https://documentation.onfido.com/api/manual-webhook-signature-verification",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-sha2-signature", Hex)] }),
    kind: signed_json("/payload/action"),
    ..NOTHING_ELSE
};
