//! How a sender signs, as text: the inverse of reading a recipe.

use super::{
    body_form::Form,
    computed::NAMED,
    grammar::{Grammar, Shape},
    mac::SecretEncoding,
    places::{FieldPlace, FieldPlaceSource, SignaturePlace, SignatureSource, TimestampPlace, TimestampSource},
    recipe::{PublicAddress, Recipe},
    template::{Part, Template},
    text::{ALGORITHMS, ENCODINGS, SECRET_ENCODINGS, UNITS},
};
use crate::error::ConfigError;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// How a sender signs, in the fields in which a [`Recipe`] is read: for senders and tools that are not written in Rust.
/// See [`Recipe::signing_form`].
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
#[derive(Clone, Debug)]
#[must_use]
pub struct SigningForm {
    fields: Value,
}

impl Serialize for SigningForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

impl Recipe {
    /// How a sender signs, in the fields of [the guide](crate::guide::schemes).
    ///
    /// It says what to do, not all that is accepted: where a provider signs in several ways, it is the first of them.
    /// Read as a recipe, it accepts what is signed in this way. The values of settings are in it; secrets never are.
    ///
    /// ```
    /// use tower_webhook::{Recipe, schemes};
    ///
    /// let form = serde_json::to_value(schemes::GITHUB.signing_form()?)?;
    /// assert_eq!(form["signature"][0]["header"], "x-hub-signature-256");
    /// assert_eq!(form["content"], "{body}");
    /// let read: Recipe = serde_json::from_value(form)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When these fields cannot say it: a signature by a private key, a step that only one provider knows, or a setting
    /// without a value.
    #[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
    pub fn signing_form(&self) -> Result<SigningForm, ConfigError> {
        let proof = self.proof.as_tag().ok_or_else(|| {
            ConfigError::new("algorithm", format!("is {}, for which fields have no words", self.proof_name()))
        })?;
        if self.check.is_some() {
            return Err(ConfigError::new("recipe", "asks for more than a signature, in a way of this provider's own"));
        }
        let content = content(&self.content, proof.algorithm.is_keyed_hash())?;
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        put("name", json!(self.name));
        put("algorithm", json!(name_of(ALGORITHMS, &proof.algorithm)));
        put("secret_encoding", secret_encoding(&proof.encoding));
        put("signature", self.signatures.iter().map(signature).collect::<Result<_, _>>()?);
        // Nothing is signed where the secret itself is sent.
        if !content.is_empty() {
            put("content", json!(content));
        }
        put("body_form", body_form(self.body_form.0)?);
        if let Some(place) = &self.timestamp {
            put("timestamp", timestamp(place));
        }
        for (name, place) in [("id", &self.id), ("kind", &self.kind)] {
            if let Some(place) = place {
                put(name, field(place));
            }
        }
        if let Some(header) = &self.key_header {
            put("key_header", json!(header));
        }
        match &self.address {
            Some(PublicAddress::Origin(origin)) => drop(put("public_origin", json!(origin))),
            Some(PublicAddress::Url(url)) => drop(put("public_url", json!(url))),
            None => {}
        }
        let named = self.settings.iter().filter(|setting| self.content.has(&Part::Setting(setting.name.clone())));
        let missing = |name: &str| ConfigError::new(format!("settings.{name}"), "is missing");
        let settings = named
            .map(|setting| {
                Ok((setting.name.to_string(), json!(setting.value.as_ref().ok_or_else(|| missing(&setting.name))?)))
            })
            .collect::<Result<Map<_, _>, ConfigError>>()?;
        if !settings.is_empty() {
            put("settings", Value::Object(settings));
        }
        for (name, flag) in [
            ("insecure_ambiguous_content", self.ambiguous),
            ("insecure_repeating_events", self.repeats),
            ("single_use_signature", self.single_use),
        ] {
            if flag {
                put(name, json!(true));
            }
        }
        Ok(SigningForm { fields: Value::Object(fields) })
    }
}

fn name_of<T: PartialEq>(names: &[(&'static str, T)], wanted: &T) -> Option<&'static str> {
    names.iter().find(|(_, meaning)| meaning == wanted).map(|(name, _)| *name)
}

fn secret_encoding(encoding: &SecretEncoding) -> Value {
    match encoding {
        SecretEncoding::Base64After(prefix) => json!({ "base64_after": prefix }),
        SecretEncoding::Base64AfterRequired(prefix) => json!({ "base64_after_required": prefix }),
        SecretEncoding::Base64AfterOrUtf8(prefix) => json!({ "base64_after_or_utf8": prefix }),
        _ => json!(name_of(SECRET_ENCODINGS, encoding)),
    }
}

fn content(content: &Template, is_keyed_hash: bool) -> Result<String, ConfigError> {
    let unspeakable = |part: &&Part| match part {
        Part::Computed(computed) => !NAMED.contains(computed),
        Part::UrlForm(_) => true,
        _ => false,
    };
    if let Some(part) = content.parts.iter().find(unspeakable) {
        return Err(ConfigError::new("content", format!("has {part}, which only this provider knows")));
    }
    let signed = content.parts.iter().filter(|part| is_keyed_hash || **part != Part::SecretOfKeyedHash);
    Ok(signed.map(Part::to_string).collect())
}

fn body_form(form: Form) -> Result<Value, ConfigError> {
    match form {
        Form::AsReceived => Ok(json!("as_received")),
        Form::JsonStringify => Ok(json!("json_stringify")),
        #[cfg(feature = "gzip")]
        Form::Gunzipped(limit) => Ok(json!({ "gunzip_limit_bytes": limit })),
        Form::Rewritten(_) | Form::Wrapped(_) => {
            Err(ConfigError::new("body_form", "is one that only this provider knows"))
        }
    }
}

fn signature(place: &SignaturePlace) -> Result<Value, ConfigError> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    match &place.source {
        SignatureSource::Header { name, repeated } => {
            put("header", json!(name));
            put("repeated", json!(repeated));
        }
        SignatureSource::NumberedHeaders { name, count } => {
            put("numbered_headers", json!(name));
            put("count", json!(count));
        }
        SignatureSource::Query(name) => drop(put("query", json!(name))),
        SignatureSource::Json(pointer) => drop(put("json", json!(pointer))),
        SignatureSource::Form(name) => drop(put("form", json!(name))),
        #[cfg(feature = "public-key")]
        SignatureSource::Base64Json { .. } => {
            return Err(ConfigError::new("signature", "stands where only this provider puts it"));
        }
    }
    let Grammar { shape, prefix, prefix_optional } = &place.grammar;
    if !prefix.is_empty() {
        put(if *prefix_optional { "optional_prefix" } else { "prefix" }, json!(prefix));
    }
    match shape {
        Shape::Bare => {}
        Shape::List { separators } => drop(put("list", json!(separators))),
        Shape::Items { separators, assign, labels } if !labels.is_empty() => {
            put("items", json!({ "separators": separators, "assign": assign, "labels": labels }));
        }
        Shape::Positional { separator } => drop(put("positional", json!(separator))),
        Shape::Items { .. } | Shape::AfterLast { .. } => {
            return Err(ConfigError::new("signature", "stands beside the name of a key, as only this provider has it"));
        }
    }
    put("encoding", json!(name_of(ENCODINGS, &place.encoding)));
    Ok(Value::Object(fields))
}

fn timestamp(place: &TimestampPlace) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    match &place.source {
        TimestampSource::Header(name) => put("header", json!(name)),
        TimestampSource::Item(label) => put("item", json!(label)),
        TimestampSource::FirstItem => put("first_item", json!(true)),
        TimestampSource::Form(name) => put("form", json!(name)),
        TimestampSource::Json { pointer, quoted } => {
            put("quoted", json!(quoted));
            put("json", json!(pointer))
        }
    };
    // In whole seconds, as it is read: less is stricter, none at all is refused.
    let [past, future] = [place.window.past, place.window.future].map(|way| way.as_secs().max(1));
    put("tolerance_seconds", json!({ "past": past, "future": future }));
    put("unit", json!(name_of(UNITS, &place.unit)));
    Value::Object(fields)
}

fn field(place: &FieldPlace) -> Value {
    let (name, value) = match &place.source {
        FieldPlaceSource::Header(name) => ("header", name),
        FieldPlaceSource::Json(pointer) => ("json", pointer),
        FieldPlaceSource::Form(name) => ("form", name),
    };
    json!({ name: value, "signed": place.signed })
}
