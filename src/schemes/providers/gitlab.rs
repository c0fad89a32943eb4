//! GitLab (signing token).

use super::prelude::*;

/// [GitLab](https://docs.gitlab.com/user/project/integrations/webhooks/), webhooks with a signing token: `webhook-id`,
/// `webhook-timestamp`, `webhook-signature: v1,… v1,…`, as of the [Standard Webhooks](super::STANDARD_WEBHOOKS).
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the type, `object_kind`, in
/// it. System hooks have `event_name` instead, which is not read. Not covered: any other header, so neither
/// `X-Gitlab-Event`. GitLab names no window; five minutes both ways are this crate's choice. The secret is base64 after
/// `whsec_`, which must be there. A retry has the same id. GitLab signs from 19.0 on;
/// [`GITLAB_TOKEN`](super::GITLAB_TOKEN) is for the secret tokens of before.
pub const GITLAB: Recipe = Recipe {
    name: Borrowed("gitlab"),
    provider: provider(
        "GitLab (signing token)",
        "https://docs.gitlab.com/user/project/integrations/webhooks/",
        "any header but the id and the time",
        Some(Ours),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterRequired(Borrowed("whsec_"))),
    kind: signed_json("/object_kind"),
    ..STANDARD
};
