//! Plivo (V3).

use super::prelude::*;

/// [Plivo](https://www.plivo.com/docs/voice/concepts/signature-validation), V3: base64 HMAC-SHA256 in
/// `X-Plivo-Signature-V3`, over the URL, the form and `X-Plivo-Signature-V3-Nonce`. The header may list several
/// signatures, with commas in between.
///
/// Signed: the URL, with the parameters of its query sorted; a dot; the decoded parameters of the form, sorted,
/// each name right before its value; a dot; the nonce. Not covered: time, or any other header, so there is no
/// window. A body that is no form is not covered by Plivo at all, and is refused here. The secret is the auth
/// token. `X-Plivo-Signature-Ma-V3`, the main account's signature where a subaccount is used, is not read. No id of
/// the event is known: `CallUUID` and `MessageUUID` name objects, and the nonce belongs to the delivery.
///
/// The URL has to be said, with [`public_url`](Recipe::public_url) or [`public_origin`](Recipe::public_origin).
/// What is signed is ambiguous: nothing separates the names and values of the form from one another, and those of
/// the query are signed decoded. Whoever holds a signed delivery can move the end of a value into the next name.
pub const PLIVO_V3: Recipe = Recipe {
    name: Borrowed("plivo_v3"),
    provider: provider(
        "Plivo (V3)",
        "https://www.plivo.com/docs/voice/concepts/signature-validation",
        "a body that is no form, time, or any header but the nonce",
        None,
    ),
    signatures: Borrowed(
        const { &[shaped("x-plivo-signature-v3", Shape::List { separators: Borrowed(",") }, Base64)] },
    ),
    content: Template::of(
        const {
            &[
                Part::UrlForm(WITHOUT_QUERY),
                Part::Computed(PARAMETERS),
                text("."),
                Part::Header(Borrowed("x-plivo-signature-v3-nonce")),
            ]
        },
    ),
    ambiguous: true,
    ..NOTHING_ELSE
};

/// `?`, the sorted query, a dot, the sorted form; without what separates them, where there is nothing to separate.
const PARAMETERS: Computed = Computed {
    name: "query_and_form_parameters",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        let url = delivery.recipe.url(delivery.head)?;
        let mut query = form::pairs(url::query(&url).as_bytes())?;
        let mut parameters = form::pairs(delivery.payload)?;
        query.sort_unstable();
        parameters.sort_unstable();
        let query: Vec<_> = query.iter().map(|(name, value)| [&**name, &**value].join(&b'=')).collect();
        let start: &[u8] = if query.is_empty() && parameters.is_empty() { b"" } else { b"?" };
        let dot: &[u8] = if query.is_empty() || parameters.is_empty() { b"" } else { b"." };
        Ok([start, &query.join(&b'&'), dot, &concatenated(&parameters)].concat().into())
    },
};
