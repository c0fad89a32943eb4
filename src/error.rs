//! Everything that can be wrong before the first request arrives.

use std::{borrow::Cow, error::Error, fmt};

/// A setting that cannot work.
///
/// Names the setting and what is wrong with it. Never holds a secret, so it may be logged.
///
/// ```
/// let error = tower_webhook::Secret::new("").unwrap_err();
/// assert_eq!(error.field(), "secret");
/// assert_eq!(error.to_string(), "`secret` is empty");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    field: Cow<'static, str>,
    reason: Cow<'static, str>,
}

impl ConfigError {
    /// `reason` continues a sentence that starts with the field: "is empty", "must be at least 1".
    ///
    /// Public because your own key sources, stores and schemes report set-up mistakes too.
    pub fn new(field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }

    /// The setting that is wrong, such as `secret` or `trusted_proxies`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.reason)
    }
}

impl Error for ConfigError {}
