//! Microsoft Teams outgoing webhooks.

use super::prelude::*;

/// [Microsoft Teams](https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook),
/// outgoing webhooks: `Authorization: HMAC …`, in base64.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is base64, as Teams shows
/// it. No id and no type of the delivery are known: `id` names the chat message. Teams waits a few seconds for an
/// answer in JSON, which it shows in the channel.
pub const MS_TEAMS: Recipe = Recipe {
    name: Borrowed("ms_teams"),
    provider: provider(
        "Microsoft Teams outgoing webhooks",
        "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64),
    signatures: Borrowed(const { &[prefixed("authorization", "HMAC ", Base64)] }),
    ..NOTHING_ELSE
};
