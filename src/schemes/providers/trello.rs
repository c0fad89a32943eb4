//! Trello.

use super::prelude::*;

/// [Trello](https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/): base64 HMAC-SHA1 in
/// `X-Trello-Webhook`, over the body and the callback URL.
///
/// Signed: the raw body, the URL right after it; `action.id` and `action.type` are in the body. Not covered:
/// method, time, or any header, so there is no window. The secret is the application's (OAuth) secret. A HEAD
/// request without a signature checks the address: `Handshake::trello` answers it.
///
/// The URL is the `callbackURL` exactly as given at creation: say it with [`public_url`](Recipe::public_url). What
/// is signed is ambiguous, since nothing separates body and URL. With [`public_origin`](Recipe::public_origin), a
/// body that is neither a JSON object nor an array is refused, and so are brackets in the URL: so no end of one can
/// be moved into the other.
pub const TRELLO: Recipe = Recipe {
    name: Borrowed("trello"),
    provider: provider(
        "Trello",
        "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
        "method, time, or any header",
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
