//! GitLab (signing token).

use super::prelude::*;

/// [GitLab (signing token)](https://docs.gitlab.com/user/project/integrations/webhooks/): `{id}.{timestamp}.{body}`;
/// base64 HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, which
/// is the choice of this crate: the provider names no window. Secret: Base64 after `whsec_` (GitLab wants exactly 32
/// bytes). Equals Idempotency-Key, kept on a retry. Available from GitLab 19.0; `X-Gitlab-Token` may be sent beside it
/// and proves less.
pub const GITLAB: Recipe = Recipe {
    name: Borrowed("gitlab"),
    provider: provider(
        "GitLab (signing token)",
        "https://docs.gitlab.com/user/project/integrations/webhooks/",
        "any header but id and timestamp, the URL, the method",
        Some(Ours),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterRequired(Borrowed("whsec_"))),
    kind: signed_json("/object_kind"),
    ..STANDARD
};
