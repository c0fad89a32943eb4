//! Gitea / Forgejo / Gogs.

use super::prelude::*;
use http::Method;

/// [Gitea / Forgejo / Gogs](https://docs.gitea.com/usage/webhooks): Bare hex HMAC-SHA256 of the JSON payload in
/// `X-Gitea-Signature`.
///
/// Not covered: time, URL, or any header. With form or GET delivery the MAC covers the payload parameter, not the raw
/// body. Without a secret `X-Hub-Signature-256` is sent as "sha256=" with nothing after it: refuse. Both forms are
/// taken.
pub const GITEA: Recipe = Recipe {
    name: Borrowed("gitea"),
    provider: provider(
        "Gitea / Forgejo / Gogs",
        "https://docs.gitea.com/usage/webhooks",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-gitea-signature", Hex), bare("x-gogs-signature", Hex)] }),
    body_form: BodyForm(Form::Rewritten(json_payload)),
    id: unsigned_header("x-gitea-delivery"),
    kind: unsigned_header("x-gitea-event"),
    ..NOTHING_ELSE
};

/// The JSON, wherever it is: the body, or the parameter `payload` of a form or of the query.
fn json_payload<'a>(head: &'a Parts, payload: &'a [u8]) -> Result<Cow<'a, [u8]>, SchemeError> {
    let content_type = head.headers.get("content-type").map(|value| value.as_bytes());
    if content_type.is_some_and(|value| value.starts_with(b"application/x-www-form-urlencoded")) {
        form::unique(payload, "payload")
    } else if head.method == Method::GET {
        form::unique(head.uri.query().unwrap_or_default().as_bytes(), "payload")
    } else {
        Ok(payload.into())
    }
}
