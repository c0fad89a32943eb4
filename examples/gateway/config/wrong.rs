//! One line that says what is wrong.

use std::fmt;
use tower_webhook::ConfigError;

/// Every key of the file.
const KEYS: [&str; 18] = [
    "allow",
    "api_key",
    "audit",
    "body_limit",
    "body_timeout",
    "console",
    "database",
    "id",
    "listen",
    "name",
    "path",
    "rate_limit",
    "replay_window",
    "report_only",
    "scheme",
    "secrets",
    "tolerance",
    "trusted_proxies",
];

/// What is wrong with the configuration: file, key, reason. No value is ever quoted, since it may be a secret.
#[derive(Debug)]
pub(crate) struct Wrong {
    file: String,
    key: String,
    reason: String,
}

impl Wrong {
    /// `key` is a path such as `source[1].tolerance`; empty for the file as a whole.
    pub(crate) fn new(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: String::new(), key: key.into(), reason: reason.into() }
    }

    /// What the library says of the setting that `key` became.
    pub(super) fn setting(key: impl Into<String>, error: &ConfigError) -> Self {
        Self::new(key, error.reason())
    }

    /// It is no TOML. The parser would show the line, with the secret in it; the place has to do.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
        let line = before.split('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let mut key = format!("line {line}, column {column}");
        // The key that the line begins with, but no other word: it may be part of a secret.
        let begins_with = |key: &&&str| {
            let rest = text.split('\n').nth(line - 1).and_then(|line| line.trim_start().strip_prefix(**key));
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        if let Some(name) = KEYS.iter().find(begins_with) {
            key = format!("{key}: {name}");
        }
        Self::new(key, one_line(error.message()))
    }

    /// It is TOML, but of another shape.
    pub(super) fn value(error: serde_path_to_error::Error<toml::de::Error>) -> Self {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let message = error.inner().message();
        if let Some(field) = message.strip_prefix("missing field `") {
            let dot = if path.is_empty() { "" } else { "." };
            return Self::new(format!("{path}{dot}{}", field.trim_end_matches('`')), "is missing");
        }
        Self::new(path, without_value(message))
    }

    pub(super) fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.file, &self.key].into_iter().filter(|part| !part.is_empty()) {
            write!(f, "{}: ", one_line(part))?;
        }
        f.write_str(&one_line(&self.reason))
    }
}

impl std::error::Error for Wrong {}

/// `invalid type: string "s3cr3t", expected a sequence` without what was found.
fn without_value(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((found, wanted)) if found.starts_with("invalid ") => format!("must be {wanted}"),
        Some((found, wanted)) if found.starts_with("unknown field") => format!("is no key here; expected {wanted}"),
        Some((found, wanted)) if found.starts_with("unknown variant") => format!("must be {wanted}"),
        _ => message.to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}
