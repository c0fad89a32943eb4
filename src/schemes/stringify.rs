//! JSON, as JavaScript's `JSON.stringify(JSON.parse(text))` renders it.

use super::{SchemeError, computed::payload_malformed};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::{
    collections::HashMap,
    fmt::{self, Write as _},
};

/// # Errors
///
/// When the text is not JSON, is nested more than 128 levels deep, or holds what Rust has no text for (half of a
/// surrogate pair) or no number (beyond the range of a double).
pub(crate) fn stringify(text: &[u8]) -> Result<Vec<u8>, SchemeError> {
    let not_json = || payload_malformed("the body is not JSON, or nested too deeply");
    let value: Value = serde_json::from_slice(text).map_err(|_| not_json())?;
    let mut rendered = String::with_capacity(text.len());
    value.render(&mut rendered).map_err(|_| not_json())?;
    Ok(rendered.into_bytes())
}

enum Value {
    /// Rendered: a literal, number or string.
    Scalar(String),
    Array(Vec<Self>),
    /// In the order of JavaScript's properties.
    Object(Vec<(String, Self)>),
}

impl Value {
    fn render(&self, out: &mut String) -> fmt::Result {
        match self {
            Self::Scalar(text) => out.write_str(text),
            Self::Array(values) => {
                out.write_char('[')?;
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.write_char(',')?;
                    }
                    value.render(out)?;
                }
                out.write_char(']')
            }
            Self::Object(properties) => {
                out.write_char('{')?;
                for (index, (key, value)) in properties.iter().enumerate() {
                    if index > 0 {
                        out.write_char(',')?;
                    }
                    out.write_str(&quoted(key)?)?;
                    out.write_char(':')?;
                    value.render(out)?;
                }
                out.write_char('}')
            }
        }
    }
}

/// serde_json escapes what JavaScript does, and in the same way.
fn quoted(text: &str) -> Result<String, fmt::Error> {
    serde_json::to_string(text).map_err(|_| fmt::Error)
}

/// A key that JavaScript takes for the index of an array: such properties come first, in ascending order.
fn index(key: &str) -> Option<u32> {
    let canonical = key == "0" || key.starts_with(|first: char| ('1'..='9').contains(&first));
    key.parse().ok().filter(|index| canonical && *index < u32::MAX)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Scalar("null".to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    // JavaScript has doubles alone: beyond 2^53, integers lose digits there, and have to here.
    #[expect(clippy::cast_precision_loss)]
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    #[expect(clippy::cast_precision_loss)]
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Scalar(ryu_js::Buffer::new().format(value).to_owned()))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        quoted(text).map(Value::Scalar).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut properties: Vec<(String, Value)> = Vec::new();
        let mut positions = HashMap::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            // The last of equal keys wins, at the place of the first.
            match positions.get(&key).and_then(|position: &usize| properties.get_mut(*position)) {
                Some(property) => property.1 = value,
                None => {
                    positions.insert(key.clone(), properties.len());
                    properties.push((key, value));
                }
            }
        }
        properties.sort_by_key(|(key, _)| index(key).unwrap_or(u32::MAX));
        Ok(Value::Object(properties))
    }
}
