//! Trello.

use super::prelude::*;

/// [Trello](https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/): Body followed by the callback URL;
/// base64 HMAC-SHA1 in `X-Trello-Webhook`.
///
/// Not covered: any header, the method, the time. Secret: The application's (OAuth) secret as UTF-8 bytes. The URL is
/// the callbackURL exactly as given at creation: say it with [`public_url`](Recipe::public_url). A HEAD request without
/// signature checks the address.
///
/// **Ambiguous**: nothing separates body and URL. With [`public_origin`](Recipe::public_origin), a body that is no JSON
/// object or array is refused, and so are brackets in the URL; so no end of one can be moved into the other.
pub const TRELLO: Recipe = Recipe {
    name: Borrowed("trello"),
    provider: provider(
        "Trello",
        "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
        "any header, the method, the time",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-trello-webhook", Base64)] }),
    content: Template::of(const { &[Part::Body, Part::Url] }),
    ambiguous: true,
    check: JSON_BESIDE_URL,
    id: signed_json("/action/id"),
    kind: signed_json("/action/type"),
    ..NOTHING_ELSE
};
