//! Values in the head of a request: each of them once, and of a form that two readers take for the same.

use super::{SchemeError, read::malformed};
use http::{HeaderMap, HeaderValue, request::Parts};

/// The longest value that is read, in bytes.
const MAX_VALUE: usize = 8 * 1024;

/// What stands under a name.
pub(super) struct Header<'h, 'n> {
    pub(super) name: &'n str,
    value: Option<&'h HeaderValue>,
    is_repeated: bool,
}

impl<'h, 'n> Header<'h, 'n> {
    /// No header has the empty name: it stands for one that nobody looks for.
    #[inline]
    pub(super) const fn named(name: &'n str) -> Self {
        Self { name, value: None, is_repeated: false }
    }

    /// The one value.
    #[inline]
    pub(super) fn once(&self) -> Result<Option<&'h HeaderValue>, SchemeError> {
        match self.value {
            None => Ok(None),
            Some(value) if !self.is_repeated && is_plain(value.as_bytes()) => Ok(Some(value)),
            Some(value) => Err(self.refuse(value.as_bytes())),
        }
    }

    #[cold]
    fn refuse(&self, value: &[u8]) -> SchemeError {
        if self.is_repeated { malformed(self.name, "is there twice") } else { refuse_value(self.name, value) }
    }
}

/// Looks for all these headers in one walk. It costs little more than the map's hash of a single name does.
#[inline]
pub(super) fn find<'h, const N: usize>(headers: &'h HeaderMap, wanted: &mut [Header<'h, '_>; N]) {
    // Most other names have another length: a set of lengths tells them apart at once.
    let bit = |name: &str| 1_u64 << (name.len() % 64);
    let lengths = wanted.iter().fold(0, |lengths, wanted| lengths | bit(wanted.name));
    for (header, value) in headers {
        let header = header.as_str();
        if lengths & bit(header) != 0 {
            for found in wanted.iter_mut().filter(|wanted| wanted.name == header) {
                found.is_repeated = found.value.is_some();
                found.value = Some(value);
            }
        }
    }
}

/// The one value of this header.
pub(super) fn once<'a>(map: &'a HeaderMap, name: &str) -> Result<Option<&'a HeaderValue>, SchemeError> {
    let mut headers = [Header::named(name)];
    find(map, &mut headers);
    headers[0].once()
}

/// All values of this header, in one walk as well.
pub(super) fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a HeaderValue> {
    headers.iter().filter(move |(header, _)| header.as_str() == name).map(|(_, value)| value)
}

#[inline]
pub(super) fn check_value(name: &str, value: &[u8]) -> Result<(), SchemeError> {
    if is_plain(value) { Ok(()) } else { Err(refuse_value(name, value)) }
}

#[inline]
fn is_plain(value: &[u8]) -> bool {
    !value.is_empty() && value.len() <= MAX_VALUE && is_visible_ascii(value)
}

#[cold]
fn refuse_value(name: &str, value: &[u8]) -> SchemeError {
    let reason = match value.len() {
        0 => "is empty",
        1..=MAX_VALUE => "holds something other than visible ASCII",
        _ => "is longer than 8 KiB",
    };
    malformed(name, reason)
}

/// Eight bytes at a time, and the last eight once more for the rest.
fn is_visible_ascii(text: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 0xff;
    // The highest bit of a byte is set if it was, or is by one more than `~`, or by too little to take a space off. The
    // carry of one byte may spoil the next, but only where the first one has told already.
    let others = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        word | word.wrapping_add(ONES) | word.wrapping_sub(ONES * 0x20)
    };
    let Some(last) = text.last_chunk() else { return text.iter().all(|byte| matches!(byte, b' '..=b'~')) };
    let (words, _) = text.as_chunks();
    words.iter().fold(others(last), |all, word| all | others(word)) & (ONES * 0x80) == 0
}

/// The one value of this parameter, as received.
pub(super) fn query_parameter<'a>(head: &'a Parts, name: &str) -> Result<Option<&'a [u8]>, SchemeError> {
    let mut values = head
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.as_bytes());
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(malformed(name, "is there twice"));
    }
    check_value(name, value)?;
    Ok(Some(value))
}

pub(super) fn percent_decode<'b>(value: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let mut bytes = value.iter();
    let mut length = 0;
    while let Some(byte) = bytes.next() {
        let decoded = match byte {
            b'%' => {
                let mut octet = [0];
                const_hex::decode_to_slice([*bytes.next()?, *bytes.next()?], &mut octet).ok()?;
                octet[0]
            }
            byte => *byte,
        };
        *buffer.get_mut(length)? = decoded;
        length += 1;
    }
    buffer.get(..length)
}
