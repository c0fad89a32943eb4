//! Calendly.

use super::prelude::*;

/// [Calendly](https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures):
/// `Calendly-Webhook-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body, with the type, `event`, in it. Not covered: any other
/// header. Three minutes, as in Calendly's sample, but both ways: that looks at the past alone. The secret is the
/// signing key that you chose for the subscription, or that of the OAuth app; a subscription made with a personal token
/// and no key is not signed. No id is documented.
pub const CALENDLY: Recipe = Recipe {
    name: Borrowed("calendly"),
    provider: provider(
        "Calendly",
        "https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures",
        "any header",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[items("calendly-webhook-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 180),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
