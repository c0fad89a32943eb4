//! GitLab (secret token).

use super::prelude::*;

/// [GitLab](https://docs.gitlab.com/user/project/integrations/webhooks/), webhooks with a secret token: the token
/// itself in `X-Gitlab-Token`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge deliveries, their id
/// (`Idempotency-Key`) and their type (`X-Gitlab-Event`). The id stays the same on a retry; `X-Gitlab-Event-UUID` does
/// not serve to deduplicate, since webhooks that cause one another share it. Prefer a signing token, and
/// [`GITLAB`](super::GITLAB).
pub const GITLAB_TOKEN: Recipe = Recipe {
    name: Borrowed("gitlab_token"),
    provider: provider(
        "GitLab (secret token)",
        "https://docs.gitlab.com/user/project/integrations/webhooks/",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-gitlab-token", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_header("idempotency-key"),
    kind: unsigned_header("x-gitlab-event"),
    ..NOTHING_ELSE
};
