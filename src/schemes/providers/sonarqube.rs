//! SonarQube and SonarCloud.

use super::prelude::*;

/// [SonarQube and SonarCloud](https://docs.sonarsource.com/sonarqube-server/latest/project-administration/webhooks/):
/// Hex HMAC-SHA256 of the raw body in `X-Sonar-Webhook-HMAC-SHA256`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (16 characters or more since 10.6). Id: taskId names
/// the analysis task and can be missing; it is not an id of the delivery. Bare hex without a prefix. Answer within 10
/// s.
pub const SONARQUBE: Recipe = Recipe {
    name: Borrowed("sonarqube"),
    provider: provider(
        "SonarQube and SonarCloud",
        "https://docs.sonarsource.com/sonarqube-server/latest/project-administration/webhooks/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-sonar-webhook-hmac-sha256", Hex)] }),
    ..NOTHING_ELSE
};
