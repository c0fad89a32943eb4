//! Parameters of the query, as HTML forms encode them (RFC 9421, 2.2.8).

use crate::schemes::{SchemeError, SchemeErrorKind, read::malformed};

/// The value of the one parameter with this name, both encoded anew.
pub(super) fn parameter(query: &str, name: &str) -> Result<String, SchemeError> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut values = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(key, _)| encode(&decode(key)) == name)
        .map(|(_, value)| encode(&decode(value)));
    let missing = || SchemeError::new(SchemeErrorKind::Missing).hint("a parameter that is signed is not in the query");
    let value = values.next().ok_or_else(missing)?;
    if values.next().is_some() { Err(malformed("@query-param", "is there twice in the query")) } else { Ok(value) }
}

fn decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let mut octet = [0];
        rest = after;
        match (byte, after.split_at_checked(2)) {
            (b'+', _) => decoded.push(b' '),
            (b'%', Some((digits, after))) if const_hex::decode_to_slice(digits, &mut octet).is_ok() => {
                decoded.push(octet[0]);
                rest = after;
            }
            _ => decoded.push(*byte),
        }
    }
    decoded
}

fn encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    // Forms hold UTF-8; what is none becomes the character for that.
    for byte in String::from_utf8_lossy(bytes).bytes() {
        if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&const_hex::encode_upper([byte]));
        }
    }
    encoded
}
