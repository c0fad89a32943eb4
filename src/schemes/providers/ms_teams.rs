//! Microsoft Teams outgoing webhooks.

use super::prelude::*;

/// [Microsoft Teams outgoing
/// webhooks](https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook):
/// Base64 HMAC-SHA256 of the raw body in Authorization after "HMAC ".
///
/// Not covered: time, URL, or any header. Secret: base64. Id: id in the body names the chat message; no delivery id is
/// documented. Teams waits a few seconds for a JSON reply and shows it in the channel.
pub const MS_TEAMS: Recipe = Recipe {
    name: Borrowed("ms_teams"),
    provider: provider(
        "Microsoft Teams outgoing webhooks",
        "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64),
    signatures: Borrowed(const { &[prefixed("authorization", "HMAC ", Base64)] }),
    ..NOTHING_ELSE
};
