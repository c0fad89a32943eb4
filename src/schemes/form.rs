//! `application/x-www-form-urlencoded`: the parameters of a query or of a form body.

use super::{SchemeError, computed::payload_malformed};
use std::borrow::Cow;

/// A decoded name and value.
pub(crate) type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// More than any sender of forms has.
const MAX_PAIRS: usize = 1024;

/// All parameters, decoded, in the order in which they stand there.
///
/// # Errors
///
/// When one of them has a `%` that two hex digits do not follow, or when there are more than 1024.
pub(crate) fn pairs(text: &[u8]) -> Result<Vec<Pair<'_>>, SchemeError> {
    let mut pairs = Vec::new();
    for parameter in text.split(|byte| *byte == b'&').filter(|parameter| !parameter.is_empty()) {
        if pairs.len() == MAX_PAIRS {
            return Err(payload_malformed("there are more than 1024 parameters"));
        }
        let (name, value) = match parameter.iter().position(|byte| *byte == b'=') {
            Some(end) => (&parameter[..end], &parameter[end + 1..]),
            None => (parameter, &[][..]),
        };
        let decoded = |text| decode(text).ok_or_else(|| payload_malformed("a parameter is not percent-encoded"));
        pairs.push((decoded(name)?, decoded(value)?));
    }
    Ok(pairs)
}

/// The one value of the parameter with this name.
pub(crate) fn unique<'a>(text: &'a [u8], name: &str) -> Result<Cow<'a, [u8]>, SchemeError> {
    let mut values = pairs(text)?.into_iter().filter(|(key, _)| **key == *name.as_bytes()).map(|(_, value)| value);
    let value = values.next().ok_or_else(|| payload_malformed(format!("the form has no `{name}`")))?;
    match values.next() {
        None => Ok(value),
        Some(_) => Err(super::read::malformed(name, "is there twice in the form")),
    }
}

/// The value of the parameter with this name, which is the only one: whatever else a form holds, a signature of this
/// value says nothing about, and a handler that reads the body as something else than a form would read that.
pub(crate) fn sole<'a>(text: &'a [u8], name: &str) -> Result<Cow<'a, [u8]>, SchemeError> {
    match <[Pair<'_>; 1]>::try_from(pairs(text)?) {
        Ok([(key, value)]) if *key == *name.as_bytes() => Ok(value),
        _ => Err(payload_malformed(format!("the form holds something else than one `{name}`"))),
    }
}

/// `+` is a space, `%` and two hex digits are a byte. `None` where digits are missing.
fn decode(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return Some(text.into());
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut octet = [0];
                const_hex::decode_to_slice([*bytes.next()?, *bytes.next()?], &mut octet).ok()?;
                octet[0]
            }
            byte => *byte,
        });
    }
    Some(decoded.into())
}
