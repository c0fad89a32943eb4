//! Mandrill.

use super::prelude::*;

/// [Mandrill](https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests):
/// The webhook URL and the sorted form parameters; base64 HMAC-SHA1 in `X-Mandrill-Signature`.
///
/// Not covered: any header, the method, the time. Secret: The webhook's authentication key as bytes. Id: The body is a
/// batch in the parameter `mandrill_events`; _id names the message. The URL is the one in the dashboard, credentials
/// included: say it with [`public_url`](Recipe::public_url). Mandrill tests with HEAD and with an empty batch signed by
/// the key test-webhook.
///
/// **Ambiguous**: nothing separates the names and values of the parameters, sorted by name, from one another or from the
/// URL. [`public_url`](Recipe::public_url) keeps the URL out of that.
pub const MANDRILL: Recipe = Recipe {
    name: Borrowed("mandrill"),
    provider: provider(
        "Mandrill",
        "https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests",
        "any header, the method, the time",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-mandrill-signature", Base64)] }),
    content: Template::of(const { &[Part::Url, Part::Computed(SORTED_FORM)] }),
    ambiguous: true,
    ..NOTHING_ELSE
};
