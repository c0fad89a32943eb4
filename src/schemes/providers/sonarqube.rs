//! SonarQube and SonarCloud.

use super::prelude::*;

/// [SonarQube and SonarCloud](https://docs.sonarsource.com/sonarqube-server/latest/project-administration/webhooks/):
/// hex HMAC-SHA256 of the body in `X-Sonar-Webhook-HMAC-SHA256`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. No id and no type are known: `taskId`
/// names the analysis, and may be missing. They wait ten seconds for an answer.
pub const SONARQUBE: Recipe = Recipe {
    name: Borrowed("sonarqube"),
    provider: provider(
        "SonarQube and SonarCloud",
        "https://docs.sonarsource.com/sonarqube-server/latest/project-administration/webhooks/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-sonar-webhook-hmac-sha256", Hex)] }),
    ..NOTHING_ELSE
};
