//! What the page has to know to sign for a source.

use serde::Serialize;
use serde_json::Value;
use tower_webhook::{Recipe, schemes::Template};

/// A place that takes events, as the page shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ConsoleSource {
    name: String,
    path: String,
    algorithm: &'static str,
    /// How its senders sign.
    form: Option<Value>,
    /// Why a browser cannot.
    disabled: Option<String>,
    status_path: Option<String>,
}

impl ConsoleSource {
    pub(crate) fn new(name: impl Into<String>, path: impl Into<String>, recipe: &Recipe) -> Self {
        let form = signing_form(recipe).and_then(|form| match beyond_a_browser(&form, recipe.signed_content()) {
            Some(reason) => Err(reason),
            None => Ok(form),
        });
        let (form, disabled) = match form {
            Ok(form) => (Some(form), None),
            Err(reason) => (None, Some(reason)),
        };
        let algorithm = recipe.proof_name();
        Self { name: name.into(), path: path.into(), algorithm, form, disabled, status_path: None }
    }

    /// Where its senders ask what became of an event, signed in the same way.
    pub(crate) fn status_path(mut self, path: impl Into<String>) -> Self {
        self.status_path = Some(path.into());
        self
    }
}

fn signing_form(recipe: &Recipe) -> Result<Value, String> {
    let form = recipe.signing_form().map_err(|error| match error.field() {
        "algorithm" => format!("{}: the page has no such key", recipe.proof_name()),
        field if field.starts_with("settings.") => error.to_string(),
        _ => "signs in a way of its own".to_owned(),
    })?;
    serde_json::to_value(form).map_err(|error| error.to_string())
}

/// What the page's script does not do, because WebCrypto or `fetch` cannot, or since hardly anybody needs it.
fn beyond_a_browser(form: &Value, content: &Template) -> Option<String> {
    const ALGORITHMS: [&str; 7] =
        ["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512", "keyed-sha1", "keyed-sha256", "token"];
    let algorithm = form["algorithm"].as_str().unwrap_or_default();
    if !ALGORITHMS.contains(&algorithm) {
        return Some(format!("no browser has {algorithm}"));
    }
    let place = &form["signature"][0];
    if !["header", "numbered_headers", "query"].iter().any(|source| place[*source].is_string()) {
        return Some("its signature is part of the body".to_owned());
    }
    let content = content.to_string();
    if content.contains("{form:") || content.contains("{sorted_form}") || form["timestamp"]["form"].is_string() {
        return Some("its events are forms".to_owned());
    }
    if content.contains("{url}") && form["public_origin"].is_null() && form["public_url"].is_null() {
        return Some("it signs its URL, which has to be set".to_owned());
    }
    let mut headers = [&form["timestamp"]["header"], &form["id"]["header"], &place["header"]].into_iter();
    headers.any(|name| name == "date").then(|| "it signs `Date`, which browsers set".to_owned())
}
