//! How signatures are written: split a header's value, decode what was found.

use super::mac::Tag;
use base64_simd::{Base64, Out, STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::borrow::Cow;

/// How the bytes of a signature are written.
///
/// A text of any other length than the algorithm's tags have is refused, and so is everything around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureEncoding {
    /// Hex, of either case.
    Hex,
    /// Base64 of the standard alphabet, padded.
    Base64,
    /// Base64 of the standard alphabet, padded or not.
    Base64OptionalPadding,
    /// Base64 of the URL-safe alphabet, padded or not.
    Base64Url,
    /// Hex or padded base64: their lengths tell them apart.
    HexOrBase64,
}

impl SignatureEncoding {
    /// Writes to `tag`, which is empty; `None` unless `text` is exactly one tag of `length` bytes.
    #[inline(always)]
    pub(super) fn decode(self, text: &[u8], length: usize, tag: &mut Tag) -> Option<()> {
        let padded = length.div_ceil(3) * 4;
        let unpadded = (length * 4).div_ceil(3);
        match self {
            // The decoder would take a leading `0x` for no digits at all; the length leaves no room for one.
            Self::Hex if text.len() == 2 * length => {
                tag.fill(length, |bytes| const_hex::decode_to_slice(text, bytes).ok())
            }
            Self::Base64 | Self::Base64OptionalPadding if text.len() == padded => base64(&STANDARD, text, length, tag),
            Self::Base64OptionalPadding if text.len() == unpadded => base64(&STANDARD_NO_PAD, text, length, tag),
            Self::Base64Url if text.len() == padded => base64(&URL_SAFE, text, length, tag),
            Self::Base64Url if text.len() == unpadded => base64(&URL_SAFE_NO_PAD, text, length, tag),
            Self::HexOrBase64 if text.len() == padded => Self::Base64.decode(text, length, tag),
            Self::HexOrBase64 => Self::Hex.decode(text, length, tag),
            _ => None,
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn encode(self, signature: &[u8]) -> String {
        match self {
            Self::Hex | Self::HexOrBase64 => const_hex::encode(signature),
            Self::Base64 | Self::Base64OptionalPadding => STANDARD.encode_to_string(signature),
            Self::Base64Url => URL_SAFE_NO_PAD.encode_to_string(signature),
        }
    }
}

fn base64(codec: &Base64, text: &[u8], length: usize, tag: &mut Tag) -> Option<()> {
    // Without padding where some is due, a text is longer than it should be: up to two bytes.
    let mut decoded = [0; Tag::MAX + 2];
    let decoded = codec.decode(text, Out::from_slice(&mut decoded)).ok().filter(|decoded| decoded.len() == length)?;
    tag.fill(length, |bytes| {
        bytes.copy_from_slice(decoded);
        Some(())
    })
}

/// How a value is cut into signatures.
#[derive(Clone, Debug)]
pub(crate) struct Grammar {
    pub(crate) shape: Shape,
    /// Stands before each signature; empty for none.
    pub(crate) prefix: Cow<'static, str>,
    pub(crate) prefix_optional: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// The value is one signature.
    Bare,
    /// Signatures between separators.
    List { separators: Cow<'static, str> },
    /// Labelled items between separators: `t=1,v1=ab`.
    Items {
        separators: Cow<'static, str>,
        assign: char,
        /// The labels of signatures; none for any label. Items with other labels are passed over.
        labels: Cow<'static, [Cow<'static, str>]>,
    },
    /// The timestamp, then signatures, between separators.
    Positional { separator: char },
    /// The signature comes after the last of these: `key:signature`.
    AfterLast { separator: char },
}

impl Grammar {
    pub(crate) const BARE: Self = Self { shape: Shape::Bare, prefix: Cow::Borrowed(""), prefix_optional: false };

    /// Whether one value can hold several signatures.
    pub(crate) const fn is_list(&self) -> bool {
        !matches!(self.shape, Shape::Bare | Shape::AfterLast { .. })
    }

    /// Hands every part of `value` to `found`, which may stop it.
    ///
    /// `timestamp_label` is the label of the item that holds the timestamp, where one does.
    pub(super) fn read<'v>(
        &self,
        value: &'v [u8],
        timestamp_label: Option<&str>,
        found: &mut impl FnMut(Found<'v>) -> Result<(), &'static str>,
    ) -> Result<(), &'static str> {
        match &self.shape {
            Shape::Bare => found(Found::Signature(self.strip(value)?)),
            Shape::List { separators } => {
                items(value, separators).try_for_each(|item| found(Found::Signature(self.strip(item?)?)))
            }
            Shape::Items { separators, assign, labels } => items(value, separators).try_for_each(|item| {
                // Only the first: base64 ends in the `=` that may be what separates label and value.
                let (label, value) = split_once(item?, *assign as u32 as u8).ok_or("holds an item without a label")?;
                if labels.is_empty() || labels.iter().any(|signature| signature.as_bytes() == label) {
                    found(Found::Signature(self.strip(value)?))
                } else if timestamp_label.is_some_and(|timestamp| timestamp.as_bytes() == label) {
                    found(Found::Timestamp(value))
                } else {
                    Ok(())
                }
            }),
            Shape::Positional { separator } => {
                let mut items = value.split(|byte| *byte == *separator as u32 as u8);
                found(Found::Timestamp(items.next().unwrap_or_default()))?;
                items.try_for_each(|item| found(Found::Signature(self.strip(item)?)))
            }
            Shape::AfterLast { separator } => {
                let value = self.strip(value)?;
                let last = value.iter().rposition(|byte| *byte == *separator as u32 as u8);
                let signature =
                    last.and_then(|last| value.get(last + 1..)).ok_or("holds no key before the signature")?;
                found(Found::Signature(signature))
            }
        }
    }

    fn strip<'v>(&self, signature: &'v [u8]) -> Result<&'v [u8], &'static str> {
        match signature.strip_prefix(self.prefix.as_bytes()) {
            Some(rest) => Ok(rest),
            None if self.prefix_optional => Ok(signature),
            None => Err("does not start with the prefix of this scheme"),
        }
    }

    /// What this side writes between two items.
    #[cfg(feature = "testing")]
    pub(crate) fn separator(&self) -> String {
        match &self.shape {
            Shape::List { separators } | Shape::Items { separators, .. } => separators.chars().take(1).collect(),
            Shape::Positional { separator } => separator.to_string(),
            Shape::Bare | Shape::AfterLast { .. } => String::new(),
        }
    }

    /// The inverse of [`read`](Self::read). `key` is the label of a signature, where it can be any.
    #[cfg(feature = "testing")]
    pub(crate) fn write(&self, key: &str, timestamp: Option<(&str, &str)>, signatures: &[String]) -> String {
        let separator = self.separator();
        let prefix = &self.prefix;
        let prefixed = signatures.iter().map(|signature| format!("{prefix}{signature}"));
        match &self.shape {
            Shape::Bare => prefixed.collect(),
            Shape::List { .. } => prefixed.collect::<Vec<_>>().join(&separator),
            Shape::AfterLast { separator } => {
                signatures.iter().map(|signature| format!("{prefix}{key}{separator}{signature}")).collect()
            }
            Shape::Items { assign, labels, .. } => {
                let label = labels.first().map_or(key, |label| &**label);
                let timestamp = timestamp.map(|(label, text)| format!("{label}{assign}{text}"));
                let signatures = prefixed.map(|signature| format!("{label}{assign}{signature}"));
                timestamp.into_iter().chain(signatures).collect::<Vec<_>>().join(&separator)
            }
            Shape::Positional { .. } => {
                let timestamp = timestamp.map(|(_, text)| text.to_owned());
                timestamp.into_iter().chain(prefixed).collect::<Vec<_>>().join(&separator)
            }
        }
    }
}

/// A part of a signature header.
pub(super) enum Found<'v> {
    Signature(&'v [u8]),
    Timestamp(&'v [u8]),
}

/// The items between separators, without the spaces around them.
///
/// White space may stand around any separator, so empty items are passed over where a space is one; elsewhere an
/// empty item is an error.
fn items<'v>(value: &'v [u8], separators: &str) -> impl Iterator<Item = Result<&'v [u8], &'static str>> {
    let separators = separators.as_bytes();
    let spaced = separators.contains(&b' ');
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let value = rest.take()?;
        let end = match separators {
            [only] => memchr::memchr(*only, value),
            _ => value.iter().position(|byte| separators.contains(byte)),
        };
        let (item, after) = match end {
            Some(end) => (value.get(..end)?, value.get(end + 1..)),
            None => (value, None),
        };
        rest = after;
        Some(item.trim_ascii())
    })
    .filter(move |item| !(spaced && item.is_empty()))
    .map(|item| if item.is_empty() { Err("holds an empty item") } else { Ok(item) })
}

fn split_once(item: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let position = item.iter().position(|byte| *byte == at)?;
    Some((item.get(..position)?, item.get(position + 1..)?))
}
