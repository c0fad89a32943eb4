//! Structured fields (RFC 9651), as far as signatures need them.

use crate::schemes::{SchemeError, SchemeErrorKind, read::malformed};
use http::request::Parts;
use sfv::{
    BareItem, BareItemFromInput, ItemSerializer, Key, KeyRef, ListSerializer, Parser,
    visitor::{DictionaryVisitor, EntryVisitor, InnerListVisitor, ItemVisitor, ParameterVisitor},
};
use std::{error::Error, fmt};

/// The longest field that is read or signed, all its values together.
pub(super) const MAX_FIELD: usize = 8 * 1024;

/// How many members a dictionary may have, and so how many signatures a request.
const MAX_MEMBERS: usize = 16;

/// How many items an inner list may have, and so how many components a signature may cover.
const MAX_ITEMS: usize = 32;

/// How many parameters one thing may have.
const MAX_PARAMETERS: usize = 16;

/// In the order in which they were received, which is the order in which they are signed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    entries: Vec<(Key, BareItem)>,
}

impl Parameters {
    pub(super) fn value(&self, name: &str) -> Option<&BareItem> {
        self.entries.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, SchemeError> {
        match self.value(name) {
            None => Ok(None),
            Some(value) => match value.as_string() {
                Some(text) => Ok(Some(text.as_str())),
                None => Err(malformed(name, "is not a string")),
            },
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn push(&mut self, name: &str, value: impl Into<BareItem>) -> Option<()> {
        self.entries.push((KeyRef::from_str(name).ok()?.to_owned(), value.into()));
        Some(())
    }
}

/// A member of a dictionary.
#[derive(Clone, Debug)]
pub(crate) enum Member {
    Item(BareItem, Parameters),
    List(Vec<(BareItem, Parameters)>, Parameters),
}

impl Member {
    pub(super) fn serialize(&self) -> String {
        match self {
            Self::Item(item, parameters) => serialize_item(item, parameters),
            Self::List(items, parameters) => serialize_list(items, parameters),
        }
    }
}

pub(super) fn serialize_item(item: &BareItem, parameters: &Parameters) -> String {
    ItemSerializer::new().bare_item(item).parameters(parameters.pairs()).finish()
}

/// An inner list.
pub(super) fn serialize_list(items: &[(BareItem, Parameters)], parameters: &Parameters) -> String {
    let mut serializer = ListSerializer::new();
    let mut list = serializer.inner_list();
    for (item, parameters) in items {
        let _ = list.bare_item(item).parameters(parameters.pairs());
    }
    let _ = list.finish().parameters(parameters.pairs());
    serializer.finish().unwrap_or_default()
}

impl Parameters {
    fn pairs(&self) -> impl Iterator<Item = (&Key, &BareItem)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}

/// The values of this field as one, the way RFC 9421 combines them; `None` where it is not there.
pub(super) fn combined(head: &Parts, name: &str) -> Result<Option<Vec<u8>>, SchemeError> {
    let mut text: Option<Vec<u8>> = None;
    for value in head.headers.get_all(name) {
        let value = value.as_bytes().trim_ascii();
        if !value.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
            return Err(malformed(name, "holds something other than visible ASCII"));
        }
        match &mut text {
            None => text = Some(value.to_vec()),
            Some(text) => text.extend([b", ", value].concat()),
        }
        if text.as_ref().is_some_and(|text| text.len() > MAX_FIELD) {
            return Err(malformed(name, "is longer than 8 KiB"));
        }
    }
    Ok(text)
}

/// The members of the dictionary that this field is. One that is there twice is refused: two readers could each take
/// another one.
pub(super) fn dictionary(head: &Parts, name: &str) -> Result<Option<Vec<(Key, Member)>>, SchemeError> {
    let Some(text) = combined(head, name)? else { return Ok(None) };
    match parse_dictionary(&text) {
        Some(members) => Ok(Some(members)),
        None => Err(malformed(name, "is no dictionary of structured fields, or one that holds too much")),
    }
}

pub(super) fn required_dictionary(head: &Parts, name: &str) -> Result<Vec<(Key, Member)>, SchemeError> {
    let missing = || SchemeError::new(SchemeErrorKind::Missing).hint(format!("there is no `{name}`"));
    dictionary(head, name)?.ok_or_else(missing)
}

pub(crate) fn parse_dictionary(text: &[u8]) -> Option<Vec<(Key, Member)>> {
    Parser::new(text).parse_dictionary_with_visitor(Members(Vec::new())).ok()
}

/// There is too much of something, or the same twice.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is too much of something, or the same twice")
    }
}

impl Error for Refused {}

struct Members(Vec<(Key, Member)>);

impl<'de> DictionaryVisitor<'de> for Members {
    type Out = Vec<(Key, Member)>;
    type Error = Refused;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Refused> {
        if self.0.len() == MAX_MEMBERS || self.0.iter().any(|(other, _)| other.as_str() == key.as_str()) {
            return Err(Refused);
        }
        self.0.push((key.to_owned(), Member::List(Vec::new(), Parameters::default())));
        self.0.last_mut().map(|(_, member)| MemberVisitor(member)).ok_or(Refused)
    }

    fn finish(self) -> Result<Self::Out, Refused> {
        Ok(self.0)
    }
}

struct MemberVisitor<'m>(&'m mut Member);

impl<'de> EntryVisitor<'de> for MemberVisitor<'_> {
    type Error = Refused;

    fn item(self) -> Result<impl ItemVisitor<'de>, Refused> {
        *self.0 = Member::Item(BareItem::Boolean(true), Parameters::default());
        match self.0 {
            Member::Item(item, parameters) => Ok(ItemSink { item, parameters }),
            Member::List(..) => Err(Refused),
        }
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Refused> {
        match self.0 {
            Member::List(items, parameters) => Ok(ListSink { items, parameters }),
            Member::Item(..) => Err(Refused),
        }
    }
}

struct ItemSink<'m> {
    item: &'m mut BareItem,
    parameters: &'m mut Parameters,
}

impl<'de> ItemVisitor<'de> for ItemSink<'_> {
    type Out = ();
    type Error = Refused;

    fn bare_item(self, item: BareItemFromInput<'de>) -> Result<impl ParameterVisitor<'de, Out = ()>, Refused> {
        *self.item = item.into();
        Ok(ParameterSink(self.parameters))
    }
}

struct ListSink<'m> {
    items: &'m mut Vec<(BareItem, Parameters)>,
    parameters: &'m mut Parameters,
}

impl<'de> InnerListVisitor<'de> for ListSink<'_> {
    type Error = Refused;

    fn item(&mut self) -> Result<impl ItemVisitor<'de>, Refused> {
        if self.items.len() == MAX_ITEMS {
            return Err(Refused);
        }
        self.items.push((BareItem::Boolean(true), Parameters::default()));
        self.items.last_mut().map(|(item, parameters)| ItemSink { item, parameters }).ok_or(Refused)
    }

    fn finish(self) -> Result<impl ParameterVisitor<'de>, Refused> {
        Ok(ParameterSink(self.parameters))
    }
}

struct ParameterSink<'m>(&'m mut Parameters);

impl<'de> ParameterVisitor<'de> for ParameterSink<'_> {
    type Out = ();
    type Error = Refused;

    fn parameter(&mut self, key: &'de KeyRef, value: BareItemFromInput<'de>) -> Result<(), Refused> {
        if self.0.entries.len() == MAX_PARAMETERS || self.0.value(key.as_str()).is_some() {
            return Err(Refused);
        }
        self.0.entries.push((key.to_owned(), value.into()));
        Ok(())
    }

    fn finish(self) -> Result<(), Refused> {
        Ok(())
    }
}
