//! GitLab (secret token).

use super::prelude::*;

/// [GitLab (secret token)](https://docs.gitlab.com/user/project/integrations/webhooks/): Nothing is signed; the
/// configured secret token is repeated as it is in the `X-Gitlab-Token` header.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text. Constant over retries of one webhook. `X-Gitlab-Event-UUID` must not be used: recursive webhooks share it.
/// The body is not protected, so anybody who learns the token can forge events; prefer the newer signing token. Compare
/// in constant time.
pub const GITLAB_TOKEN: Recipe = Recipe {
    name: Borrowed("gitlab_token"),
    provider: provider(
        "GitLab (secret token)",
        "https://docs.gitlab.com/user/project/integrations/webhooks/",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-gitlab-token", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_header("idempotency-key"),
    kind: unsigned_header("x-gitlab-event"),
    ..NOTHING_ELSE
};
