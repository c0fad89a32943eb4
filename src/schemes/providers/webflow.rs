//! Webflow.

use super::prelude::*;

/// [Webflow](https://developers.webflow.com/data/docs/working-with-webhooks): hex HMAC-SHA256 in `x-webflow-signature`
/// over the time in `x-webflow-timestamp` and the body.
///
/// Signed: the digits of the time (Unix milliseconds), a colon, the raw body, with the type, `triggerType`, in it. Not
/// covered: any other header. Five minutes, as in Webflow's documentation, but both ways: that looks at the past alone.
/// The secret is the client secret of the OAuth app, or the webhook's own secret for one made with a site token, which
/// has one since April 2025. No id of the event is known: `payload.id` names the form submission.
pub const WEBFLOW: Recipe = Recipe {
    name: Borrowed("webflow"),
    provider: provider(
        "Webflow",
        "https://developers.webflow.com/data/docs/working-with-webhooks",
        "any header but the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("x-webflow-signature", Hex)] }),
    content: Template::of(const { &[Part::Timestamp, text(":"), Part::Body] }),
    timestamp: milliseconds(in_header("x-webflow-timestamp"), 300),
    kind: signed_json("/triggerType"),
    ..NOTHING_ELSE
};
