//! Adyen, standard webhooks.

use super::prelude::*;

/// The pointer to a field of the one item.
macro_rules! item {
    ($field:literal) => {
        concat!("/notificationItems/0/NotificationRequestItem/", $field)
    };
}
/// [Adyen](https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures/), standard webhooks:
/// base64 HMAC-SHA256 in the body, as `additionalData.hmacSignature` of the notification item.
///
/// Signed: eight fields of the item, with a colon in between: `pspReference`, `originalReference`,
/// `merchantAccountCode`, `merchantReference`, `amount.value`, `amount.currency`, `eventCode`, which is the type,
/// and `success`. Colons in them are not escaped, so only `merchantReference` may hold one. Not covered: all other
/// fields of the body, so neither `eventDate` nor `reason`; time, so there is no window; and all headers.
///
/// No single field tells items apart; `pspReference` with `eventCode` and `success` does. Deliveries are told apart
/// by their signature, which covers all three. Every item of `notificationItems` is signed on its own. Adyen sends
/// one in each JSON delivery, and more are refused: nothing would vouch for the others, nor for their number and
/// order. The secret is hex. Adyen wants to hear `[accepted]`: `Answers::adyen`.
pub const ADYEN: Recipe = Recipe {
    name: Borrowed("adyen"),
    provider: provider(
        "Adyen (standard webhooks)",
        "https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures/",
        "all other fields than the eight, time, or any header",
        None,
    ),
    proof: secret(HmacSha256, SecretEncoding::Hex),
    signatures: Borrowed(
        const { &[at(SignatureSource::Json(Borrowed(item!("additionalData/hmacSignature"))), Base64)] },
    ),
    content: Template::of(
        const {
            &[
                Part::Json(Borrowed(item!("pspReference"))),
                text(":"),
                Part::Computed(ORIGINAL_REFERENCE),
                text(":"),
                Part::Json(Borrowed(item!("merchantAccountCode"))),
                text(":"),
                Part::Computed(MERCHANT_REFERENCE),
                text(":"),
                Part::Json(Borrowed(item!("amount/value"))),
                text(":"),
                Part::Json(Borrowed(item!("amount/currency"))),
                text(":"),
                Part::Json(Borrowed(item!("eventCode"))),
                text(":"),
                Part::Json(Borrowed(SUCCESS)),
            ]
        },
    ),
    check: Some(Check(is_one_item)),
    kind: signed_json(item!("eventCode")),
    single_use: true,
    ..NOTHING_ELSE
};

const SUCCESS: &str = item!("success");

const ORIGINAL_REFERENCE: Computed = Computed {
    name: "original_reference",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| {
        let reference = text_or_nothing(delivery, item!("originalReference"))?;
        if reference.contains(&b':') {
            return Err(payload_malformed("`originalReference` holds a colon, which separates signed values"));
        }
        Ok(reference)
    },
};

const MERCHANT_REFERENCE: Computed = Computed {
    name: "merchant_reference",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| text_or_nothing(delivery, item!("merchantReference")),
};

fn text_or_nothing<'a>(delivery: Delivery<'a>, pointer: &str) -> Result<Cow<'a, [u8]>, SchemeError> {
    match json::unique(delivery.payload, pointer) {
        Ok("null") | Err(json::LookupError::Absent) => Ok(Cow::default()),
        Ok(_) => body_scalar_bytes(delivery.payload, pointer),
        Err(error) => Err(lookup_failed(error, pointer)),
    }
}

/// The one signature that is looked at vouches for no other item. And the last value is one of two, so that no colon
/// hides in it.
fn is_one_item(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    if json::unique(delivery.payload, "/notificationItems/1").is_ok() {
        return Err(payload_malformed("there are several notification items, each signed on its own"));
    }
    match json::unique(delivery.payload, SUCCESS) {
        Ok(r#""true""# | r#""false""#) => Ok(()),
        _ => Err(payload_malformed("`success` is neither true nor false")),
    }
}
