//! Mandrill.

use super::prelude::*;

/// [Mandrill](https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests):
/// base64 HMAC-SHA1 in `X-Mandrill-Signature`, over the URL of the webhook and the form.
///
/// Signed: the URL and the decoded parameters, sorted by name, each name right before its value. Not covered:
/// method, time, or any header, so there is no window. The secret is the webhook's authentication key. A delivery
/// is a batch, in the parameter `mandrill_events`, and no id of it is known: `_id` names the message.
///
/// The URL is the one in the dashboard, credentials included: say it with [`public_url`](Recipe::public_url). What
/// is signed is ambiguous: nothing separates the names and values of the parameters from one another or from the
/// URL. `public_url` keeps the URL out of that. Mandrill tests with HEAD, which `Handshake::mandrill` answers, and
/// with an empty batch signed with the key `test-webhook`.
pub const MANDRILL: Recipe = Recipe {
    name: Borrowed("mandrill"),
    provider: provider(
        "Mandrill",
        "https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests",
        "method, time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-mandrill-signature", Base64)] }),
    content: Template::of(const { &[Part::Url, Part::Computed(SORTED_FORM)] }),
    ambiguous: true,
    ..NOTHING_ELSE
};
