//! HCP Terraform and Terraform Enterprise.

use super::prelude::*;

/// [HCP Terraform and Terraform
/// Enterprise](https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations): Hex
/// HMAC-SHA512 of the raw body in `X-TFE-Notification-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (token of the notification). Id: run_id names the
/// run, which sends several notifications. Signed only if a token is set. Run tasks use another header
/// (`X-TFC-Task-Signature`).
pub const TERRAFORM: Recipe = Recipe {
    name: Borrowed("terraform"),
    provider: provider(
        "HCP Terraform and Terraform Enterprise",
        "https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha512, Utf8),
    signatures: Borrowed(const { &[bare("x-tfe-notification-signature", Hex)] }),
    ..NOTHING_ELSE
};
