//! Signed deliveries, as the bytes that go over the wire.

use bytes::Bytes;
use const_hex::encode;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{error::Error, io::Write, path::Path};

pub const SECRET: &str = "a-secret-of-24-characters";

/// What every server answers a delivery with that it has accepted.
pub const ACCEPTED: &str = r#"{"received":true}"#;

/// The key as the bare handler uses it: prepared once, cloned for each request.
pub fn key() -> Hmac<Sha256> {
    // No key is too long or too short for HMAC.
    Hmac::new_from_slice(SECRET.as_bytes()).unwrap_or_else(|_| unreachable!())
}

/// An event of exactly `size` bytes: JSON of many small fields, as events are.
fn event(number: usize, size: usize) -> Vec<u8> {
    let mut event =
        format!(r#"{{"uuid":"{number:032x}","channel":"sms","direction":"inbound","records":["#).into_bytes();
    let record = r#"{"case":"2026-CR-004711","status":"delivered","attempt":1,"to":"+15550100"},"#;
    while event.len() + record.len() + 32 < size {
        event.extend_from_slice(record.as_bytes());
    }
    event.extend_from_slice(br#"{}],"note":""#);
    event.resize(size.saturating_sub(2), b'x');
    event.extend_from_slice(br#""}"#);
    event
}

/// A whole request.
pub fn request(number: usize, size: usize) -> Bytes {
    let body = event(number, size);
    let signature = encode(key().chain_update(&body).finalize().into_bytes());
    render(&signature, &body)
}

/// One whose signature is wrong.
pub fn forged(size: usize) -> Bytes {
    render(&encode([7; 32]), &event(0, size))
}

fn render(signature: &str, body: &[u8]) -> Bytes {
    let head = format!(
        "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: end-to-end\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nX-ECD-Signature: {signature}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat().into()
}

/// Different deliveries of `size` bytes, for a client to send in turn.
pub fn pool(size: usize) -> Vec<Bytes> {
    let count = ((4 << 20) / size).clamp(1, 512);
    (0..count).map(|number| request(number, size)).collect()
}

/// Writes `requests` where a client finds them.
pub fn write_pool(path: &Path, requests: &[Bytes]) -> Result<(), Box<dyn Error>> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for request in requests {
        writeln!(file, "{}", request.len())?;
        file.write_all(request)?;
    }
    Ok(file.flush()?)
}

/// Reads them again.
pub fn read_pool(path: &Path) -> Result<Vec<Bytes>, Box<dyn Error>> {
    let mut rest = Bytes::from(std::fs::read(path)?);
    let mut requests = Vec::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let length: usize = std::str::from_utf8(&rest.split_to(end))?.parse()?;
        if rest.len() <= length {
            return Err("the pool file is cut off".into());
        }
        let _line_feed = rest.split_to(1);
        requests.push(rest.split_to(length));
    }
    Ok(requests)
}
