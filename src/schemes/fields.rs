//! The values of a text that describes a recipe, each with the path at which it stands there.
//!
//! They are read into a tree first: so every format gives the same errors, and each of them says where.

use crate::error::ConfigError;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::{collections::HashSet, fmt};

/// A value, and where it stands.
#[derive(Debug)]
pub(super) struct At {
    /// As the user would write it, such as `signature[1].items.labels`; empty for the whole.
    path: String,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Flag(bool),
    List(Vec<Self>),
    /// JSON's `null`: as if the field were not there.
    Nothing,
    /// A fraction or less than zero.
    OtherNumber,
    Table(Vec<(String, Self)>),
    Text(String),
    Whole(u64),
}

impl Value {
    const fn what(&self) -> &'static str {
        match self {
            Self::Flag(_) => "true or false",
            Self::List(_) => "a list",
            Self::Nothing => "nothing",
            Self::OtherNumber => "another number",
            Self::Table(_) => "a table",
            Self::Text(_) => "text",
            Self::Whole(_) => "a whole number",
        }
    }
}

impl At {
    /// # Errors
    ///
    /// When the format cannot be read, or holds something else than text, numbers, lists and tables.
    pub(super) fn root<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { path: String::new(), value: Tree { levels: MAX_LEVELS }.deserialize(deserializer)? })
    }

    /// What is wrong with it. `reason` continues a sentence that starts with the path.
    pub(super) fn wrong(&self, reason: impl Into<String>) -> ConfigError {
        let path = if self.path.is_empty() { "recipe" } else { &self.path };
        ConfigError::new(path.to_owned(), reason.into())
    }

    fn is_not(&self, wanted: &str) -> ConfigError {
        self.wrong(format!("must be {wanted}, and is {}", self.value.what()))
    }

    pub(super) const fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }

    pub(super) fn text(&self) -> Result<&str, ConfigError> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.is_not("text")),
        }
    }

    pub(super) fn character(&self) -> Result<char, ConfigError> {
        let mut characters = self.text()?.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(self.wrong("must be one character")),
        }
    }

    pub(super) fn flag(&self) -> Result<bool, ConfigError> {
        match self.value {
            Value::Flag(flag) => Ok(flag),
            _ => Err(self.is_not("true or false")),
        }
    }

    /// A number from 1 on.
    pub(super) fn positive(&self) -> Result<u64, ConfigError> {
        match self.value {
            Value::Whole(0) | Value::OtherNumber => Err(self.wrong("must be a whole number, at least 1")),
            Value::Whole(number) => Ok(number),
            _ => Err(self.is_not("a whole number")),
        }
    }

    /// What stands for this name.
    pub(super) fn one_of<T: Clone>(&self, allowed: &[(&str, T)]) -> Result<T, ConfigError> {
        let text = self.text()?;
        match allowed.iter().find(|(name, _)| *name == text) {
            Some((_, meaning)) => Ok(meaning.clone()),
            None => Err(self.wrong(format!("must be one of {}", quoted(allowed.iter().map(|(name, _)| *name))))),
        }
    }

    /// What is made of the text, with an error that says where it stands.
    pub(super) fn parse<T>(&self, parse: impl FnOnce(String) -> Result<T, ConfigError>) -> Result<T, ConfigError> {
        let text = self.text()?.to_owned();
        parse(text).map_err(|error| self.wrong(error.reason()))
    }

    /// The elements of a list, or the value itself where it is none.
    pub(super) fn elements(self) -> Vec<Self> {
        match self.value {
            Value::List(values) => values
                .into_iter()
                .enumerate()
                .map(|(index, value)| Self { path: format!("{}[{index}]", self.path), value })
                .collect(),
            _ => vec![self],
        }
    }

    /// A table with these fields and no others. `what` says what it describes.
    pub(super) fn table(self, what: &str, allowed: &[&str]) -> Result<Table, ConfigError> {
        let table = self.any_table()?;
        match table.fields.iter().find(|(name, _)| !allowed.contains(&&**name)) {
            None => Ok(table),
            Some((_, field)) => {
                let allowed = quoted(allowed.iter().copied());
                Err(field.wrong(format!("is no field of {what}; allowed are {allowed}")))
            }
        }
    }

    /// A table whose fields can have any name.
    pub(super) fn any_table(self) -> Result<Table, ConfigError> {
        let Value::Table(fields) = self.value else { return Err(self.is_not("a table")) };
        let mut names = HashSet::new();
        let twice = fields.iter().find(|(name, _)| !names.insert(name));
        if let Some((name, _)) = twice {
            return Err(ConfigError::new(path_below(&self.path, name), "is there twice"));
        }
        let fields = fields
            .into_iter()
            .map(|(name, value)| {
                let path = path_below(&self.path, &name);
                (name, Self { path, value })
            })
            .collect();
        Ok(Table { path: self.path, fields })
    }

    /// Whether it is a table with this field.
    pub(super) fn has(&self, name: &str) -> bool {
        let Value::Table(fields) = &self.value else { return false };
        fields.iter().any(|(field, value)| field == name && !matches!(value, Value::Nothing))
    }
}

/// The fields that were not taken yet.
pub(super) struct Table {
    path: String,
    pub(super) fields: Vec<(String, At)>,
}

impl Table {
    pub(super) fn take(&mut self, name: &str) -> Option<At> {
        let position = self.fields.iter().position(|(field, _)| field == name)?;
        Some(self.fields.swap_remove(position).1).filter(|field| !matches!(field.value, Value::Nothing))
    }

    pub(super) fn required(&mut self, name: &str) -> Result<At, ConfigError> {
        let missing = At { path: path_below(&self.path, name), value: Value::Nothing };
        self.take(name).ok_or_else(|| missing.wrong("is missing"))
    }

    /// False where it is not there.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, ConfigError> {
        self.take(name).map_or(Ok(false), |flag| flag.flag())
    }

    /// The one of these that is there.
    pub(super) fn exactly_one<'n>(&mut self, names: &[&'n str]) -> Result<(&'n str, At), ConfigError> {
        let whole = At { path: self.path.clone(), value: Value::Nothing };
        let wrong = || whole.wrong(format!("must have exactly one of {}", quoted(names.iter().copied())));
        self.at_most_one(names).map_err(|_| wrong())?.ok_or_else(wrong)
    }

    /// The one of these that is there, if any is.
    pub(super) fn at_most_one<'n>(&mut self, names: &[&'n str]) -> Result<Option<(&'n str, At)>, ConfigError> {
        let mut present = names.iter().filter_map(|name| Some((*name, self.take(name)?))).collect::<Vec<_>>();
        let last = present.pop();
        match (present.first(), last) {
            (Some((first, _)), Some((_, second))) => Err(second.wrong(format!("cannot stand beside `{first}`"))),
            (_, last) => Ok(last),
        }
    }
}

fn path_below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// As a list for a sentence.
pub(super) fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// More than any recipe has.
const MAX_LEVELS: usize = 16;

/// Reads a value of whatever type it says it is.
#[derive(Clone, Copy)]
struct Tree {
    levels: usize,
}

impl Tree {
    fn below<E: Error>(self) -> Result<Self, E> {
        let levels = self.levels.checked_sub(1).ok_or_else(|| E::custom("recipe: is nested too deeply"))?;
        Ok(Self { levels })
    }
}

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a recipe: text, numbers, lists and tables")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(u64::try_from(number).map_or(Value::OtherNumber, Value::Whole))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Whole(number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::OtherNumber)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.below()?.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(below)? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut fields = Vec::new();
        while let Some(name) = table.next_key::<String>()? {
            fields.push((name, table.next_value_seed(below)?));
        }
        Ok(Value::Table(fields))
    }
}
