//! Recipes from TOML, JSON and whatever else serde reads.

use super::{
    body_form::BodyForm,
    fields::{At, Table, quoted},
    grammar::SignatureEncoding,
    mac::{MacAlgorithm, SecretEncoding},
    places::{FieldPlace, MAX_SIGNATURES, SignaturePlace, TimestampPlace},
    providers::{ALL, by_name},
    recipe::{Recipe, Setting},
    time::TimestampUnit,
};
use crate::error::ConfigError;
use serde::de::{Deserialize, Deserializer, Error};
use std::time::Duration;

/// The fields of a recipe that is described as a whole.
const RECIPE: &[&str] = &[
    "name",
    "algorithm",
    "secret_encoding",
    "signature",
    "content",
    "body_form",
    "settings",
    "timestamp",
    "id",
    "kind",
    "key_header",
    "public_origin",
    "public_url",
    "insecure_ambiguous_content",
    "insecure_repeating_events",
    "single_use_signature",
    "preset",
];

/// The fields of one that starts from a provider's.
const ADJUSTED: &[&str] =
    &["preset", "algorithm", "timestamp", "settings", "public_origin", "public_url", "allow_base64", "fixed_key"];

const SIGNATURE: &[&str] = &[
    "header",
    "numbered_headers",
    "count",
    "query",
    "json",
    "form",
    "prefix",
    "optional_prefix",
    "list",
    "items",
    "positional",
    "repeated",
    "encoding",
];

const TIMESTAMP: &[&str] = &["header", "item", "first_item", "json", "form", "unit", "quoted", "tolerance_seconds"];

pub(super) const ALGORITHMS: &[(&str, MacAlgorithm)] = &[
    ("hmac-sha1", MacAlgorithm::HmacSha1),
    ("hmac-sha256", MacAlgorithm::HmacSha256),
    ("hmac-sha384", MacAlgorithm::HmacSha384),
    ("hmac-sha512", MacAlgorithm::HmacSha512),
    #[cfg(feature = "insecure-md5")]
    ("insecure-hmac-md5", MacAlgorithm::InsecureHmacMd5),
    #[cfg(feature = "insecure-md5")]
    ("insecure-keyed-md5", MacAlgorithm::InsecureKeyedMd5),
    #[cfg(feature = "keccak")]
    ("keyed-keccak256", MacAlgorithm::KeyedKeccak256),
    ("keyed-sha1", MacAlgorithm::KeyedSha1),
    ("keyed-sha256", MacAlgorithm::KeyedSha256),
    ("token", MacAlgorithm::Token),
];

/// Those that this build does not have, and the feature that brings them.
const ALGORITHMS_ELSEWHERE: &[(&str, &str)] = &[
    #[cfg(not(feature = "insecure-md5"))]
    ("insecure-hmac-md5", "insecure-md5"),
    #[cfg(not(feature = "insecure-md5"))]
    ("insecure-keyed-md5", "insecure-md5"),
    #[cfg(not(feature = "keccak"))]
    ("keyed-keccak256", "keccak"),
];

pub(super) const SECRET_ENCODINGS: &[(&str, SecretEncoding)] = &[
    ("base64", SecretEncoding::Base64),
    ("base64_after_underscore", SecretEncoding::Base64AfterUnderscore),
    ("hex", SecretEncoding::Hex),
    ("html_escaped", SecretEncoding::HtmlEscaped),
    #[cfg(feature = "nfkd")]
    ("nfkd", SecretEncoding::Nfkd),
    ("sha1", SecretEncoding::Sha1),
    ("utf8", SecretEncoding::Utf8),
    ("utf8_after_second_dash", SecretEncoding::Utf8AfterSecondDash),
];

pub(super) const ENCODINGS: &[(&str, SignatureEncoding)] = &[
    ("base64", SignatureEncoding::Base64),
    ("base64_optional_padding", SignatureEncoding::Base64OptionalPadding),
    ("base64url", SignatureEncoding::Base64Url),
    ("hex", SignatureEncoding::Hex),
    ("hex_or_base64", SignatureEncoding::HexOrBase64),
];

pub(super) const UNITS: &[(&str, TimestampUnit)] = &[
    ("http_date", TimestampUnit::HttpDate),
    ("milliseconds", TimestampUnit::Milliseconds),
    ("rfc3339", TimestampUnit::Rfc3339),
    ("rfc3339_optional_offset", TimestampUnit::Rfc3339OptionalOffset),
    ("seconds", TimestampUnit::Seconds),
    ("seconds_or_milliseconds", TimestampUnit::SecondsOrMilliseconds),
];

const BODY_FORMS: &[(&str, BodyForm)] =
    &[("as_received", BodyForm::AS_RECEIVED), ("json_stringify", BodyForm::JSON_STRINGIFY)];

/// A recipe in TOML, JSON or another format that says itself of what type a value is. The fields are the methods of
/// [`RecipeBuilder`](super::RecipeBuilder); [the guide](crate::guide::schemes) shows them.
///
/// An error starts with the path of the field that is wrong, such as `timestamp.unit`, and lists what is allowed there.
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl<'de> Deserialize<'de> for Recipe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = At::root(deserializer)?;
        let recipe = if text.has("preset") { adjusted(text) } else { described(text) };
        recipe.map_err(|error| D::Error::custom(format_args!("{}: {}", error.field(), error.reason())))
    }
}

fn described(text: At) -> Result<Recipe, ConfigError> {
    let mut fields = text.table("a recipe", RECIPE)?;
    let mut builder = Recipe::builder(fields.required("name")?.text()?.to_owned());
    if let Some(name) = fields.take("algorithm") {
        builder = builder.algorithm(algorithm(&name)?);
    }
    if let Some(encoding) = fields.take("secret_encoding") {
        builder = builder.secret(secret_encoding(encoding)?);
    }
    for place in fields.required("signature")?.elements() {
        builder = builder.signature(signature(place)?);
    }
    if let Some(content) = fields.take("content") {
        builder = content.parse(|content| builder.content(&content))?;
    }
    if let Some(form) = fields.take("body_form") {
        builder = builder.body_form(body_form(form)?);
    }
    if let Some(place) = fields.take("timestamp") {
        builder = builder.timestamp(timestamp(place)?);
    }
    if let Some(place) = fields.take("id") {
        builder = builder.id(field(place)?);
    }
    if let Some(place) = fields.take("kind") {
        builder = builder.kind(field(place)?);
    }
    if let Some(name) = fields.take("key_header") {
        builder = name.parse(|name| builder.key_header(&name))?;
    }
    if fields.flag("insecure_ambiguous_content")? {
        builder = builder.insecure_ambiguous_content();
    }
    if fields.flag("insecure_repeating_events")? {
        builder = builder.insecure_repeating_events();
    }
    if fields.flag("single_use_signature")? {
        builder = builder.single_use_signature();
    }
    builder.recipe = address(set(builder.recipe, &mut fields)?, &mut fields)?;
    if let Some(Setting { name, .. }) = builder.recipe.settings.iter().find(|setting| setting.value.is_none()) {
        return Err(ConfigError::new(format!("settings.{name}"), "is missing, and the content names it"));
    }
    builder.build()
}

/// A provider's recipe, with what its users may choose.
fn adjusted(text: At) -> Result<Recipe, ConfigError> {
    let mut fields = text.table("a recipe with a `preset`", ADJUSTED)?;
    let preset = fields.required("preset")?;
    let unknown = || preset.wrong(format!("must be one of {}", quoted(ALL.iter().map(|recipe| &*recipe.name))));
    let mut recipe = by_name(preset.text()?).ok_or_else(unknown)?.clone();
    if let Some(name) = fields.take("algorithm") {
        let unfit = |error| name.wrong(format!("does not go with this preset: {error}"));
        recipe = recipe.algorithm(algorithm(&name)?).map_err(unfit)?;
    }
    if let Some(timestamp) = fields.take("timestamp") {
        let tolerance = timestamp.table("a preset's timestamp", &["tolerance_seconds"])?.take("tolerance_seconds");
        if let Some(tolerance) = tolerance {
            let unfit = |error: ConfigError| ConfigError::new("timestamp.tolerance_seconds", error.reason().to_owned());
            let (past, future) = tolerances(tolerance)?;
            recipe = recipe.tolerances(past, future).map_err(unfit)?;
        }
    }
    if fields.flag("allow_base64")? {
        recipe = recipe.allow_base64();
    }
    if fields.flag("fixed_key")? {
        recipe = recipe.fixed_key();
    }
    address(set(recipe, &mut fields)?, &mut fields)
}

/// With the values of `settings`.
fn set(mut recipe: Recipe, fields: &mut Table) -> Result<Recipe, ConfigError> {
    let Some(settings) = fields.take("settings") else { return Ok(recipe) };
    for (name, value) in settings.any_table()?.fields {
        if !recipe.settings.iter().any(|setting| setting.name == name) {
            let known = quoted(recipe.settings.iter().map(|setting| &*setting.name));
            let known = if known.is_empty() { "there is none".to_owned() } else { format!("allowed are {known}") };
            return Err(value.wrong(format!("is no setting of `{}`; {known}", recipe.name)));
        }
        recipe = value.parse(|value| recipe.setting(&name, value))?;
    }
    Ok(recipe)
}

/// With the address of the endpoint, as its senders know it.
fn address(recipe: Recipe, fields: &mut Table) -> Result<Recipe, ConfigError> {
    match fields.at_most_one(&["public_origin", "public_url"])? {
        None => Ok(recipe),
        Some(("public_origin", origin)) => origin.parse(|origin| recipe.public_origin(origin)),
        Some((_, url)) => url.parse(|url| recipe.public_url(url)),
    }
}

fn algorithm(name: &At) -> Result<MacAlgorithm, ConfigError> {
    let text = name.text()?;
    match ALGORITHMS_ELSEWHERE.iter().find(|(algorithm, _)| *algorithm == text) {
        Some((_, feature)) => Err(name.wrong(format!("needs the feature `{feature}` of this crate"))),
        None => name.one_of(ALGORITHMS),
    }
}

fn secret_encoding(encoding: At) -> Result<SecretEncoding, ConfigError> {
    const AFTER: &[&str] = &["base64_after", "base64_after_required", "base64_after_or_utf8"];
    if !encoding.is_table() {
        return encoding.one_of(SECRET_ENCODINGS).map_err(|error| {
            ConfigError::new(
                "secret_encoding",
                format!("{}, or a table of one of {}", error.reason(), quoted(AFTER.iter().copied())),
            )
        });
    }
    let (name, prefix) = encoding.table("a secret's encoding", AFTER)?.exactly_one(AFTER)?;
    let prefix = prefix.text()?.to_owned().into();
    Ok(match name {
        "base64_after" => SecretEncoding::Base64After(prefix),
        "base64_after_required" => SecretEncoding::Base64AfterRequired(prefix),
        _ => SecretEncoding::Base64AfterOrUtf8(prefix),
    })
}

fn signature(place: At) -> Result<SignaturePlace, ConfigError> {
    let mut fields = place.table("a signature's place", SIGNATURE)?;
    let (source, name) = fields.exactly_one(&["header", "numbered_headers", "query", "json", "form"])?;
    let mut place = match source {
        "header" => name.parse(SignaturePlace::header)?,
        "query" => name.parse(SignaturePlace::query)?,
        "json" => name.parse(SignaturePlace::json)?,
        "form" => name.parse(SignaturePlace::form)?,
        _ => {
            let count = fields.required("count")?;
            let at_most = u8::try_from(count.positive()?).ok().filter(|count| usize::from(*count) <= MAX_SIGNATURES);
            let at_most = at_most.ok_or_else(|| count.wrong(format!("must be at most {MAX_SIGNATURES}")))?;
            name.parse(|pattern| SignaturePlace::numbered_headers(&pattern, at_most))?
        }
    };
    if let Some(count) = fields.take("count") {
        return Err(count.wrong("goes with `numbered_headers` alone"));
    }
    if let Some(repeated) = fields.take("repeated")
        && repeated.flag()?
    {
        if source != "header" {
            return Err(repeated.wrong("goes with `header` alone"));
        }
        place = place.repeated();
    }
    place = match fields.at_most_one(&["prefix", "optional_prefix"])? {
        None => place,
        Some(("prefix", prefix)) => place.prefix(prefix.text()?.to_owned()),
        Some((_, prefix)) => place.optional_prefix(prefix.text()?.to_owned()),
    };
    place = match fields.at_most_one(&["list", "items", "positional"])? {
        None => place,
        Some(("list", separators)) => separators.parse(|separators| place.list(separators))?,
        Some(("items", shape)) => items(place, shape)?,
        Some((_, separator)) => {
            let character = separator.character()?;
            place.positional(character).map_err(|error| separator.wrong(error.reason()))?
        }
    };
    match fields.take("encoding") {
        Some(encoding) => Ok(place.encoding(encoding.one_of(ENCODINGS)?)),
        None => Ok(place),
    }
}

fn items(place: SignaturePlace, shape: At) -> Result<SignaturePlace, ConfigError> {
    let mut fields = shape.table("items", &["separators", "assign", "labels"])?;
    let separators = fields.required("separators")?;
    let assign = fields.required("assign")?;
    let listed = fields.required("labels")?;
    let wrong_labels = listed.wrong("must be the labels of signatures, at least one, and none of them empty");
    let labels = listed.elements();
    let labels = labels.iter().map(|label| Ok(label.text()?.to_owned())).collect::<Result<Vec<_>, ConfigError>>()?;
    if labels.is_empty() || labels.iter().any(String::is_empty) {
        return Err(wrong_labels);
    }
    place.items(separators.text()?.to_owned(), assign.character()?, labels).map_err(|error| {
        let at = if error.field() == "signature.separators" { &separators } else { &assign };
        at.wrong(error.reason())
    })
}

fn timestamp(place: At) -> Result<TimestampPlace, ConfigError> {
    let mut fields = place.table("a timestamp's place", TIMESTAMP)?;
    let (source, name) = fields.exactly_one(&["header", "item", "first_item", "json", "form"])?;
    let mut place = match source {
        "header" => name.parse(TimestampPlace::header)?,
        "item" => name.parse(TimestampPlace::item)?,
        "json" => name.parse(TimestampPlace::json)?,
        "form" => name.parse(TimestampPlace::form)?,
        _ if name.flag()? => TimestampPlace::first_item(),
        _ => return Err(name.wrong("must be true, or not be there")),
    };
    if let Some(unit) = fields.take("unit") {
        place = place.unit(unit.one_of(UNITS)?);
    }
    if let Some(quoted) = fields.take("quoted")
        && quoted.flag()?
    {
        if source != "json" {
            return Err(quoted.wrong("goes with `json` alone"));
        }
        place = place.quoted();
    }
    match fields.take("tolerance_seconds") {
        Some(tolerance) => {
            let (past, future) = tolerances(tolerance)?;
            place.tolerances(past, future)
        }
        None => Ok(place),
    }
}

/// A number for both ways, or one for each.
fn tolerances(tolerance: At) -> Result<(Duration, Duration), ConfigError> {
    if !tolerance.is_table() {
        let seconds = tolerance.positive().map_err(|error| {
            ConfigError::new(error.field().to_owned(), format!("{}; or a table of `past` and `future`", error.reason()))
        })?;
        return Ok((Duration::from_secs(seconds), Duration::from_secs(seconds)));
    }
    let mut fields = tolerance.table("a tolerance", &["past", "future"])?;
    let mut seconds = |name| Ok(Duration::from_secs(fields.required(name)?.positive()?));
    Ok((seconds("past")?, seconds("future")?))
}

fn field(place: At) -> Result<FieldPlace, ConfigError> {
    let mut fields = place.table("a field's place", &["header", "json", "form", "signed"])?;
    let place = match fields.exactly_one(&["header", "json", "form"])? {
        ("header", name) => name.parse(FieldPlace::header)?,
        ("json", pointer) => pointer.parse(FieldPlace::json)?,
        (_, name) => name.parse(FieldPlace::form)?,
    };
    Ok(if fields.flag("signed")? { place.signed() } else { place })
}

fn body_form(form: At) -> Result<BodyForm, ConfigError> {
    const GUNZIP: &str = "gunzip_limit_bytes";
    if !form.is_table() {
        return form
            .one_of(BODY_FORMS)
            .map_err(|error| ConfigError::new("body_form", format!("{}, or a table with `{GUNZIP}`", error.reason())));
    }
    let limit = form.table("a body's form", &[GUNZIP])?.required(GUNZIP)?;
    gunzipped(&limit)
}

#[cfg(feature = "gzip")]
fn gunzipped(limit: &At) -> Result<BodyForm, ConfigError> {
    let bytes = usize::try_from(limit.positive()?).map_err(|_| limit.wrong("is more than this machine can address"))?;
    Ok(BodyForm::gunzipped(bytes))
}

#[cfg(not(feature = "gzip"))]
fn gunzipped(limit: &At) -> Result<BodyForm, ConfigError> {
    Err(limit.wrong("needs the feature `gzip` of this crate"))
}
