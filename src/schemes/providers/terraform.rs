//! HCP Terraform and Terraform Enterprise.

use super::prelude::*;

/// [HCP Terraform and Terraform Enterprise](https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations):
/// hex HMAC-SHA512 of the body in `X-TFE-Notification-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the token of the
/// notification; without one it is not signed. No id of the event is known: `run_id` names the run, which sends
/// several. The type is the `trigger` of each element of `notifications`, so there is no single one. A new notification
/// starts with the trigger `verification`, which only wants success. Run tasks are signed in another header, which is
/// not read.
pub const TERRAFORM: Recipe = Recipe {
    name: Borrowed("terraform"),
    provider: provider(
        "HCP Terraform and Terraform Enterprise",
        "https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha512, Utf8),
    signatures: Borrowed(const { &[bare("x-tfe-notification-signature", Hex)] }),
    ..NOTHING_ELSE
};
