//! Mercado Pago.

use super::prelude::*;

/// [Mercado Pago](https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks):
/// `x-signature: ts=…,v1=…` over the resource's id in the query, `x-request-id` and the time.
///
/// Signed: `id:…;request-id:…;ts:…;` with `data.id` of the query, `x-request-id` and the digits of `ts`; an id that
/// is not there is left out, and so is its label. A `data.id` with letters may be signed in lower case. Not
/// covered: the body, the rest of the query, or any other header. So trust only `data.id` of the query, and ask the
/// API for the rest. `x-request-id` belongs to one delivery, so deliveries are told apart by their signature. The
/// time is in seconds or, by its length, in milliseconds. Mercado Pago names no window; five minutes both ways are
/// this crate's choice.
///
/// The secret is the application's webhook secret. `id` and `type` in the body are not signed; `data.id` there
/// names the payment or the order. QR code notifications are not signed.
pub const MERCADO_PAGO: Recipe = Recipe {
    name: Borrowed("mercado_pago"),
    provider: provider(
        "Mercado Pago",
        "https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks",
        "the body, the query but for `data.id`, or any header but `x-request-id`",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("x-signature", V1)] }),
    content: Template::of(const { &[Part::Computed(IDS), text("ts:"), Part::Timestamp, text(";")] }),
    other_contents: Borrowed(
        const { &[Template::of(const { &[Part::Computed(LOWER_CASE_IDS), text("ts:"), Part::Timestamp, text(";")] })] },
    ),
    timestamp: timestamp(in_item("ts"), SecondsOrMilliseconds, 300, 300),
    id: unsigned_json("/id"),
    kind: unsigned_json("/type"),
    single_use: true,
    ..NOTHING_ELSE
};

const IDS: Computed =
    Computed { name: "ids", covers_body: false, is_bounded: true, compute: |delivery| ids(delivery, |id| id.to_vec()) };

const LOWER_CASE_IDS: Computed = Computed {
    name: "lower_case_ids",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| ids(delivery, <[u8]>::to_ascii_lowercase),
};

/// `id:…;request-id:…;`, without those that are not there.
fn ids(delivery: Delivery<'_>, written: fn(&[u8]) -> Vec<u8>) -> Result<Cow<'_, [u8]>, SchemeError> {
    let malformed = |hint: &'static str| SchemeError::new(SchemeErrorKind::Malformed).hint(hint);
    let query = delivery.head.uri.query().unwrap_or_default();
    let parameters = form::pairs(query.as_bytes()).map_err(|_| malformed("the query is not percent-encoded"))?;
    let mut resources = parameters.iter().filter(|(name, _)| **name == *b"data.id").map(|(_, id)| written(id));
    let resource = resources.next();
    if resources.next().is_some() {
        return Err(malformed("`data.id` is there twice"));
    }
    let request = match delivery.head.headers.contains_key(REQUEST_ID) {
        true => Some(required_header(delivery.head, REQUEST_ID)?.to_vec()),
        false => None,
    };
    let mut signed = Vec::new();
    for (label, value) in [("id:", resource), ("request-id:", request)] {
        let value = value.unwrap_or_default();
        if value.contains(&b';') {
            return Err(malformed("an id holds a semicolon, which ends one"));
        }
        if !value.trim_ascii().is_empty() {
            signed.extend([label.as_bytes(), &value, b";"].concat());
        }
    }
    Ok(signed.into())
}

const REQUEST_ID: &str = "x-request-id";
