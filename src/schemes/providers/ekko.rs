//! Ekko.

use super::prelude::*;

/// [Ekko](https://docs.ekko.earth/docs/signature-verification): hex HMAC-SHA256 of the body in `signature`.
///
/// Signed: the raw body, with the time in it: `timestamp`, in RFC 3339. Not covered: any header. Ekko names no window;
/// five minutes both ways are this crate's choice. Whether a retry has a new time is not documented. The secret is the
/// id of your organisation, which others may know: let nobody else reach the endpoint. No id and no type are known.
pub const EKKO: Recipe = Recipe {
    name: Borrowed("ekko"),
    provider: provider("Ekko", "https://docs.ekko.earth/docs/signature-verification", "any header", Some(Ours)),
    signatures: Borrowed(const { &[bare("signature", Hex)] }),
    timestamp: timestamp(in_json("/timestamp"), Rfc3339, 300, 300),
    ..NOTHING_ELSE
};
