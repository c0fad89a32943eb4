//! Hygraph.

use super::prelude::*;

/// [Hygraph](https://hygraph.com/docs/api-reference/basics/webhooks): `gcms-signature: sign=…, env=…, t=…`, in base64.
///
/// Signed: a JSON object of the raw body as a string, of `env`, the name of the environment, and of `t` (Unix
/// milliseconds); `operation`, the type, is in the body. Not covered: any other header. Hygraph names no window; five
/// minutes both ways are this crate's choice. A body that is not UTF-8 is refused. No id of the event is known:
/// `data.id` names the entry.
pub const HYGRAPH: Recipe = Recipe {
    name: Borrowed("hygraph"),
    provider: provider("Hygraph", "https://hygraph.com/docs/api-reference/basics/webhooks", "any header", Some(Ours)),
    signatures: Borrowed(const { &[items_between("gcms-signature", ",", &[Borrowed("sign")], Base64)] }),
    content: Template::of(
        const {
            &[
                text(r#"{"Body":"#),
                Part::Computed(QUOTED_BODY),
                text(r#","EnvironmentName":"#),
                Part::Computed(QUOTED_ENVIRONMENT),
                text(r#","TimeStamp":"#),
                Part::Timestamp,
                text("}"),
            ]
        },
    ),
    timestamp: milliseconds(in_item("t"), 300),
    kind: signed_json("/operation"),
    ..NOTHING_ELSE
};

const QUOTED_BODY: Computed =
    Computed { name: "quoted_body", covers_body: true, is_bounded: true, compute: |delivery| quoted(delivery.payload) };

/// The item `env` of the signature header.
const QUOTED_ENVIRONMENT: Computed = Computed {
    name: "quoted_environment",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| {
        let header = delivery.head.headers.get("gcms-signature").map_or(&[][..], |value| value.as_bytes());
        let mut items = header.split(|byte| *byte == b',').filter_map(|item| item.trim_ascii().strip_prefix(b"env="));
        match (items.next(), items.next()) {
            (Some(environment), None) => quoted(environment),
            _ => Err(SchemeError::new(SchemeErrorKind::Malformed).hint("`env` is missing, or there twice")),
        }
    },
};

/// As a string of JSON.
fn quoted<'a>(text: &[u8]) -> Result<Cow<'a, [u8]>, SchemeError> {
    let text = std::str::from_utf8(text).map_err(|_| payload_malformed("the body is not text"))?;
    let quoted = serde_json::to_vec(text).map_err(|_| payload_malformed("the body is not text"))?;
    Ok(quoted.into())
}
