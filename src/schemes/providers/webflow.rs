//! Webflow.

use super::prelude::*;

/// [Webflow](https://developers.webflow.com/data/docs/working-with-webhooks): `{timestamp}:{body}`; bare hex
/// HMAC-SHA256 in `x-webflow-signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as its documentation asks.
/// The page refuses after 300000 ms, past only; the SDK checks nothing. Secret: The OAuth app's client secret, or the
/// webhook's own secret for site-token webhooks, as UTF-8 bytes. Id: No event id is documented. Site-token webhooks
/// have their own secret only since 14 April 2025; OAuth apps use the client secret. The body's `/payload/id` names the
/// form submission.
pub const WEBFLOW: Recipe = Recipe {
    name: Borrowed("webflow"),
    provider: provider(
        "Webflow",
        "https://developers.webflow.com/data/docs/working-with-webhooks",
        "any header, the URL, the method",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("x-webflow-signature", Hex)] }),
    content: Template::of(const { &[Part::Timestamp, text(":"), Part::Body] }),
    timestamp: milliseconds(in_header("x-webflow-timestamp"), 300),
    kind: signed_json("/triggerType"),
    ..NOTHING_ELSE
};
