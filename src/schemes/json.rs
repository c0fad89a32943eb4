//! Finds one value in a JSON document without building the rest.

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::{borrow::Cow, cell::Cell, fmt};

/// The string (unescaped) or integer literal at `pointer` (RFC 6901): the first, where a key stands twice.
///
/// What comes after it is not looked at, so the payload need not be a whole document.
pub(crate) fn scalar(payload: &[u8], pointer: &str) -> Option<String> {
    let search = Search::new(Duplicates::Ignored);
    // Always an error, or there would be no way to stop.
    let _ = search.run(payload, pointer);
    let text = search.found.get()?;
    match string(text) {
        Some(string) => Some(string.into_owned()),
        None => is_integer(text).then(|| text.to_owned()),
    }
}

/// The JSON text at `pointer`, in a document that is valid as a whole and in which nothing else stands there too.
pub(crate) fn unique<'a>(payload: &'a [u8], pointer: &str) -> Result<&'a str, LookupError> {
    let search = Search::new(Duplicates::Refused);
    let result = search.run(payload, pointer);
    match (result, search.found.get()) {
        _ if search.twice.get() => Err(LookupError::Twice),
        (Ok(()), Some(text)) => Ok(text),
        (Ok(()), None) => Err(LookupError::Absent),
        // The value itself is what cannot be read: `NaN`, `+1`, `007`.
        (Err(error), None) if search.reached.get() && !error.is_eof() => Err(LookupError::BadValue),
        // So it is when its start can be read: `1_764`, `0x69`.
        (Err(_), Some(text)) if !ends_well(payload, text) => Err(LookupError::BadValue),
        (Err(_), _) => Err(LookupError::NotJson),
    }
}

/// The JSON texts of the elements, if `text` is an array of no more than `at_most`.
pub(crate) fn elements(text: &str, at_most: usize) -> Option<Vec<&str>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let elements = reader.deserialize_seq(Elements { at_most }).ok()?;
    reader.end().ok().map(|()| elements)
}

struct Elements {
    at_most: usize,
}

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element::<&RawValue>()? {
            if elements.len() == self.at_most {
                return Err(A::Error::custom("too many"));
            }
            elements.push(element.get());
        }
        Ok(elements)
    }
}

/// Whether what follows `text`, a part of `payload`, may follow a value.
fn ends_well(payload: &[u8], text: &str) -> bool {
    let end = (text.as_ptr() as usize + text.len()).saturating_sub(payload.as_ptr() as usize);
    payload.get(end).is_none_or(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'))
}

/// Why there is no unique value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookupError {
    Absent,
    BadValue,
    NotJson,
    Twice,
}

/// The string that this JSON text is.
pub(crate) fn string(text: &str) -> Option<Cow<'_, str>> {
    match text.strip_prefix('"')?.strip_suffix('"')? {
        plain if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
        _ => serde_json::from_str(text).ok().map(Cow::Owned),
    }
}

/// Whether this JSON text is an integer: a number without fraction and exponent.
pub(crate) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is a pointer: empty, or parts that each start with a slash, with `~` only in `~0` and `~1`.
pub(crate) fn is_pointer(pointer: &str) -> bool {
    let escapes = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    (pointer.is_empty() || pointer.starts_with('/')) && escapes
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Duplicates {
    Ignored,
    Refused,
}

struct Search<'de> {
    duplicates: Duplicates,
    /// The value is where the reader is, or was.
    reached: Cell<bool>,
    found: Cell<Option<&'de str>>,
    twice: Cell<bool>,
}

impl<'de> Search<'de> {
    const fn new(duplicates: Duplicates) -> Self {
        Self { duplicates, reached: Cell::new(false), found: Cell::new(None), twice: Cell::new(false) }
    }

    fn run(&self, payload: &'de [u8], pointer: &str) -> serde_json::Result<()> {
        // A pointer has a slash before each of its parts.
        let path = pointer.strip_prefix('/');
        let mut reader = serde_json::Deserializer::from_slice(payload);
        Step { search: self, path }.deserialize(&mut reader)?;
        reader.end()
    }

    const fn refuses_duplicates(&self) -> bool {
        matches!(self.duplicates, Duplicates::Refused)
    }
}

/// A value on the path: `path` is what is left of the pointer, `None` where it ends.
struct Step<'s, 'p, 'de> {
    search: &'s Search<'de>,
    path: Option<&'p str>,
}

impl<'p, 'de> Step<'_, 'p, 'de> {
    /// The next part of the path, and the step after it.
    fn split(&self) -> (&'p str, Option<&'p str>) {
        match self.path.unwrap_or_default().split_once('/') {
            Some((part, rest)) => (part, Some(rest)),
            None => (self.path.unwrap_or_default(), None),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Step<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_some() {
            return deserializer.deserialize_any(self);
        }
        self.search.reached.set(true);
        let value = <&RawValue as serde::Deserialize>::deserialize(deserializer)?;
        self.search.found.set(Some(value.get()));
        if self.search.refuses_duplicates() { Ok(()) } else { Err(D::Error::custom("found")) }
    }
}

/// Scalars where the path goes on: there is nothing at the pointer.
macro_rules! pass_over_scalars {
    () => {
        fn visit_bool<E>(self, _: bool) -> Result<(), E> {
            Ok(())
        }
        fn visit_i64<E>(self, _: i64) -> Result<(), E> {
            Ok(())
        }
        fn visit_u64<E>(self, _: u64) -> Result<(), E> {
            Ok(())
        }
        fn visit_f64<E>(self, _: f64) -> Result<(), E> {
            Ok(())
        }
        fn visit_str<E>(self, _: &str) -> Result<(), E> {
            Ok(())
        }
        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }
    };
}

impl<'de> Visitor<'de> for Step<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    pass_over_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (part, rest) = self.split();
        let mut seen = false;
        while let Some(on_the_path) = map.next_key_seed(KeyIs(part))? {
            if on_the_path {
                if seen && self.search.refuses_duplicates() {
                    self.search.twice.set(true);
                    return Err(A::Error::custom("twice"));
                }
                seen = true;
                map.next_value_seed(Step { search: self.search, path: rest })?;
            } else if self.search.refuses_duplicates() {
                map.next_value_seed(Elsewhere)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let (part, rest) = self.split();
        let mut position = 0_usize;
        loop {
            let more = if is_index(part, position) {
                seq.next_element_seed(Step { search: self.search, path: rest })?.is_some()
            } else if self.search.refuses_duplicates() {
                seq.next_element_seed(Elsewhere)?.is_some()
            } else {
                seq.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                return Ok(());
            }
            position = position.saturating_add(1);
        }
    }
}

/// Whether this part of a pointer names the element at `position`. Leading zeros and signs do not (RFC 6901, 4).
fn is_index(part: &str, position: usize) -> bool {
    let canonical = part == "0" || part.starts_with(|first: char| ('1'..='9').contains(&first));
    canonical && part.parse() == Ok(position)
}

/// A value off the path.
///
/// Walked, where `IgnoredAny` would skip: so serde_json's limit of 128 levels holds for all of the document, as it
/// does for whatever reads the payload after us.
struct Elsewhere;

impl<'de> DeserializeSeed<'de> for Elsewhere {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elsewhere {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    pass_over_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Self)?.is_some() {
            map.next_value_seed(Self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Self)?.is_some() {}
        Ok(())
    }
}

/// Whether a key, once unescaped, is this part of a pointer, once unescaped.
struct KeyIs<'p>(&'p str);

impl<'de> DeserializeSeed<'de> for KeyIs<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyIs<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(if self.0.contains('~') { self.0.replace("~1", "/").replace("~0", "~") == key } else { self.0 == key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_found_where_they_stand() {
        let payload = br#"{"a":{"b":[10,{"c":"x\u0079"}],"/~":"slash"},"id":"first","id":"second","n":-12,"":"empty"}"#;
        for (pointer, expected) in [
            ("/id", Some("first")),
            ("/n", Some("-12")),
            ("/a/b/0", Some("10")),
            ("/a/b/1/c", Some("xy")),
            ("/a/~1~0", Some("slash")),
            ("/", Some("empty")),
            ("/a", None),
            ("/a/b/00", None),
            ("/a/b/+0", None),
            ("/a/b/-", None),
            ("/a/b/9", None),
            ("/id/deeper", None),
            ("/missing", None),
        ] {
            assert_eq!(scalar(payload, pointer).as_deref(), expected, "{pointer}");
        }
        assert_eq!(scalar(b"17", "").as_deref(), Some("17"));
    }

    #[test]
    fn only_strings_and_integers_are_scalars() {
        for value in ["1.0", "1e3", "true", "null", "{}", "[]", "01", "NaN", "\"\\ud800\"", ""] {
            assert_eq!(scalar(format!("{{\"id\":{value}}}").as_bytes(), "/id"), None, "{value}");
        }
        assert_eq!(scalar(br#"{"id":""}"#, "/id").as_deref(), Some(""));
        assert_eq!(scalar(b"{\"id\":\"\xff\"}", "/id"), None);
    }

    #[test]
    fn a_search_ends_at_the_value_and_survives_any_depth() {
        assert_eq!(scalar(br#"{"id":"evt_1","data":"#, "/id").as_deref(), Some("evt_1"));
        for open in ["[", "{\"a\":"] {
            let deep = open.repeat(100_000);
            assert_eq!(scalar(format!("{{\"x\":{deep}").as_bytes(), "/id"), None);
            assert_eq!(scalar(deep.as_bytes(), &"/a".repeat(100_000)), None);
            assert_eq!(scalar(deep.as_bytes(), &"/0".repeat(100_000)), None);
            assert!(unique(deep.as_bytes(), "/id").is_err());
        }
    }
}
