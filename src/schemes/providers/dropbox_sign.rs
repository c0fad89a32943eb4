//! Dropbox Sign.

use super::prelude::*;

/// [Dropbox Sign](https://developers.hellosign.com/docs/events/walkthrough): hex HMAC-SHA256 in the body, as
/// `event.event_hash`.
///
/// Signed: the digits of `event.event_time` (Unix seconds), `event.event_type`, the type, right after them. Not
/// covered: everything else in the body, or any header. Whoever sees one delivery can send its hash with another
/// document, of the same time and type: ask the API for what matters. Dropbox Sign names no window; five minutes
/// both ways are this crate's choice. The hash repeats for equal time and type, so it does not serve to
/// deduplicate; deliveries are told apart by a digest of their body. The secret is the API key.
///
/// The JSON stands in the field `json` of a multipart body; a body that is JSON itself is taken too. Dropbox Sign
/// wants to hear `Hello API Event Received`: `Answers::dropbox_sign`.
pub const DROPBOX_SIGN: Recipe = Recipe {
    name: Borrowed("dropbox_sign"),
    provider: provider(
        "Dropbox Sign",
        "https://developers.hellosign.com/docs/events/walkthrough",
        "everything in the body but time and type, or any header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[at(SignatureSource::Json(Borrowed("/event/event_hash")), Hex)] }),
    content: Template::of(const { &[Part::Timestamp, Part::Json(Borrowed("/event/event_type"))] }),
    body_form: BodyForm(Form::Wrapped(Wrapping {
        unwrap: json_field,
        #[cfg(feature = "testing")]
        wrap: |json| {
            let start = b"--signed-event\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n";
            let body = [start, json, b"\r\n--signed-event--\r\n"].concat();
            ("multipart/form-data; boundary=signed-event", body)
        },
    })),
    timestamp: seconds(TimestampSource::Json { pointer: Borrowed("/event/event_time"), quoted: true }, 300),
    kind: signed_json("/event/event_type"),
    ..NOTHING_ELSE
};

/// The field `json` of a multipart body (RFC 7578), which has to be there once.
fn json_field<'a>(head: &'a Parts, body: &'a [u8]) -> Result<Cow<'a, [u8]>, SchemeError> {
    let mut content_types = head.headers.get_all("content-type").iter();
    let content_type = content_types.next().map_or(&[][..], |value| value.as_bytes());
    let content_type = std::str::from_utf8(content_type).unwrap_or_default();
    if content_types.next().is_some() {
        return Err(payload_malformed("the type of the body is there twice"));
    }
    if !content_type.get(..MULTIPART.len()).is_some_and(|start| start.eq_ignore_ascii_case(MULTIPART)) {
        return Ok(body.into());
    }
    let boundary = boundary(content_type).ok_or_else(|| payload_malformed("the multipart body has no boundary"))?;
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may stand at the very start, without a line end of its own.
    let first = delimiter.get(2..).unwrap_or_default();
    let mut rest = match body.strip_prefix(first.as_bytes()) {
        Some(rest) => rest,
        None => split_once(body, delimiter.as_bytes()).ok_or_else(not_multipart)?.1,
    };
    let mut found = None;
    for _ in 0..MAX_FIELDS {
        if rest.starts_with(b"--") {
            return found.map(Borrowed).ok_or_else(|| payload_malformed("there is no field `json`"));
        }
        if !rest.starts_with(b"\r\n") {
            return Err(not_multipart());
        }
        let (part, after) = split_once(rest, delimiter.as_bytes()).ok_or_else(not_multipart)?;
        let (headers, value) = split_once(part, b"\r\n\r\n").ok_or_else(not_multipart)?;
        if is_json_field(headers)? && found.replace(value).is_some() {
            return Err(payload_malformed("the field `json` is there twice"));
        }
        rest = after;
    }
    Err(payload_malformed("the multipart body has too many fields"))
}

const MULTIPART: &str = "multipart/form-data";

/// An event may come with files.
const MAX_FIELDS: usize = 64;

fn not_multipart() -> SchemeError {
    payload_malformed("the body is not multipart, or its boundary is another one")
}

/// With or without quotes; `None` where another reader might see another one.
fn boundary(content_type: &str) -> Option<&str> {
    let mut boundaries = content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.trim().split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"));
    let (_, value) = boundaries.next()?;
    let boundary = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let is_plain = !boundary.is_empty() && boundary.len() <= 70 && !boundary.contains(['"', '\\', ' ']);
    (is_plain && boundaries.next().is_none()).then_some(boundary)
}

/// Anything that another reader might take for this field, too, is an error.
fn is_json_field(headers: &[u8]) -> Result<bool, SchemeError> {
    let headers = String::from_utf8_lossy(headers);
    let mut dispositions = headers
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"));
    match (dispositions.next(), dispositions.next()) {
        (Some((_, value)), None) if value.trim() == "form-data; name=\"json\"" => Ok(true),
        (Some((_, value)), None)
            if !["name=\"json\"", "name=json", "name*"].iter().any(|name| value.contains(name)) =>
        {
            Ok(false)
        }
        _ => Err(payload_malformed("a field of the multipart body has no name, or several")),
    }
}

fn split_once<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let position = text.windows(at.len()).position(|window| window == at)?;
    Some((text.get(..position)?, text.get(position + at.len()..)?))
}
