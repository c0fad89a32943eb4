//! Contentful.

use super::prelude::*;

/// [Contentful](https://www.contentful.com/developers/docs/webhooks/request-verification/): hex HMAC-SHA256 in
/// `x-contentful-signature`, over the method, the path, the headers that `x-contentful-signed-headers` lists, and
/// the body.
///
/// Signed: the method, the path with its query, the listed headers and the raw body, with a line feed in between;
/// the headers are sorted, as `name:value` with `;` in between. Not covered: scheme and host, or any header that is
/// not listed. The list has to name itself and the time, `x-contentful-timestamp` (Unix milliseconds), and at most
/// 64 headers. 30 seconds back, as in Contentful's library; as many ahead are this crate's choice.
///
/// The type, `X-Contentful-Topic`, is signed where the list names it, which the sender decides, so it counts as not
/// signed. No id of the event is known: `sys.id` names the entry. The secret has 64 characters that look like hex,
/// but are not decoded. A URL without a query avoids the one point where Contentful's prose and its library differ;
/// here it is as in the library, and a second `?` is refused.
pub const CONTENTFUL: Recipe = Recipe {
    name: Borrowed("contentful"),
    provider: provider(
        "Contentful",
        "https://www.contentful.com/developers/docs/webhooks/request-verification/",
        "scheme, host, or any header that is not listed",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("x-contentful-signature", Hex)] }),
    content: Template::of(
        const {
            &[
                Part::Method,
                text("\n"),
                Part::Computed(ESCAPED_PATH),
                text("\n"),
                Part::Computed(HEADERS_BEFORE),
                text("x-contentful-timestamp:"),
                Part::Timestamp,
                Part::Computed(HEADERS_AFTER),
                text("\n"),
                Part::Body,
            ]
        },
    ),
    check: Some(Check(lists_what_must_be_signed)),
    timestamp: milliseconds(in_header(TIMESTAMP), 30),
    kind: unsigned_header("x-contentful-topic"),
    ..NOTHING_ELSE
};

const LIST: &str = "x-contentful-signed-headers";
const TIMESTAMP: &str = "x-contentful-timestamp";

/// The query is escaped as one value, and then once more together with the path.
const ESCAPED_PATH: Computed = Computed {
    name: "escaped_path",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| {
        let uri = &delivery.head.uri;
        let path = match uri.query().filter(|query| !query.is_empty()) {
            Some(query) if query.contains('?') => {
                return Err(SchemeError::new(SchemeErrorKind::Malformed).hint("the query holds a `?`"));
            }
            Some(query) => format!("{}?{}", uri.path(), url::escape(query.as_bytes(), url::QUERYSTRING)),
            None => uri.path().to_owned(),
        };
        Ok(url::escape(path.as_bytes(), url::ENCODE_URI).into_bytes().into())
    },
};

/// `name:value;` of the headers on the list that stand before the time, sorted by name.
const HEADERS_BEFORE: Computed = Computed {
    name: "signed_headers_before",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| {
        let headers = signed_headers(delivery, |name| name < TIMESTAMP)?;
        Ok(headers.iter().flat_map(|header| [&**header, b";"]).collect::<Vec<_>>().concat().into())
    },
};

/// `;name:value` of those that stand behind it.
const HEADERS_AFTER: Computed = Computed {
    name: "signed_headers_after",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| {
        let headers = signed_headers(delivery, |name| name > TIMESTAMP)?;
        Ok(headers.iter().flat_map(|header| [b";", &**header]).collect::<Vec<_>>().concat().into())
    },
};

/// `name:value` of these headers on the list, sorted by name.
fn signed_headers(delivery: Delivery<'_>, wanted: fn(&str) -> bool) -> Result<Vec<Vec<u8>>, SchemeError> {
    let mut signed = Vec::new();
    let names = listed_names(delivery)?;
    for (index, name) in names.iter().enumerate().filter(|(_, name)| wanted(name)) {
        let value = required_header(delivery.head, name)?.trim_ascii();
        // Otherwise the end of this value could be moved into the next one.
        let next = names.get(index + 1).map(|next| format!(";{next}:"));
        if next.is_some_and(|next| value.windows(next.len()).any(|window| window == next.as_bytes())) {
            return Err(SchemeError::new(SchemeErrorKind::Malformed).hint("a signed header holds the name of another"));
        }
        signed.push([name.as_bytes(), b":", value].concat());
    }
    Ok(signed)
}

/// The names on the list, sorted.
fn listed_names(delivery: Delivery<'_>) -> Result<Vec<String>, SchemeError> {
    let wrong = |hint: &'static str| Err(SchemeError::new(SchemeErrorKind::Malformed).hint(hint));
    let list = String::from_utf8_lossy(required_header(delivery.head, LIST)?);
    let names = list.split(',').map(|name| name.trim().to_ascii_lowercase());
    let mut names: Vec<_> = names.take(MAX_HEADERS + 1).collect();
    names.sort_unstable();
    if names.len() > MAX_HEADERS {
        return wrong("the list of signed headers is too long");
    }
    if !names.is_sorted_by(|first, second| first < second) {
        return wrong("the list of signed headers names one twice");
    }
    Ok(names)
}

const MAX_HEADERS: usize = 64;

/// What is not on the list is not signed: without these two, anybody could change the list or the time.
fn lists_what_must_be_signed(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let names = listed_names(delivery)?;
    if [LIST, TIMESTAMP].iter().all(|required| names.iter().any(|name| name == required)) {
        Ok(())
    } else {
        let hint = "the list of signed headers does not name itself and the time";
        Err(SchemeError::new(SchemeErrorKind::Malformed).hint(hint))
    }
}
