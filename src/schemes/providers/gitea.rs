//! Gitea / Forgejo / Gogs.

use super::prelude::*;
use http::Method;

/// [Gitea, Forgejo and Gogs](https://docs.gitea.com/usage/webhooks): hex HMAC-SHA256 of the JSON in `X-Gitea-Signature`
/// or `X-Gogs-Signature`.
///
/// Signed: the JSON: the raw body, or the decoded parameter `payload` where the webhook is set to send a form or to
/// GET. A form has to hold nothing but `payload`, and there is no body beside the query: neither would be signed. Not
/// covered: time, so there is no window; and all headers,
/// so anybody on the way can change the delivery's id (`X-Gitea-Delivery`) and the event's type (`X-Gitea-Event`). The
/// signature of a webhook without a secret is empty, which is refused.
pub const GITEA: Recipe = Recipe {
    name: Borrowed("gitea"),
    provider: provider("Gitea / Forgejo / Gogs", "https://docs.gitea.com/usage/webhooks", "time, or any header", None),
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
        form::sole(payload, "payload")
    } else if head.method == Method::GET {
        if !payload.is_empty() {
            return Err(payload_malformed("there is a body, and the query is signed"));
        }
        form::unique(head.uri.query().unwrap_or_default().as_bytes(), "payload")
    } else {
        Ok(payload.into())
    }
}
