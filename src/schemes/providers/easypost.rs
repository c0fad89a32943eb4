//! EasyPost.

use super::prelude::*;

/// [EasyPost](https://docs.easypost.com/guides/webhooks-guide): Hex HMAC-SHA256 of the body, with whole-number weights
/// rewritten, in `X-Hmac-Signature` after "hmac-sha256-hex=".
///
/// Not covered: time, URL, or any header. Secret: the text itself after Unicode NFKD normalisation. Before the MAC the
/// text "weight": N with a whole number gets ".0" appended. A verifier without this step refuses good requests. Only
/// ASCII secrets are taken: any other text would have to be normalised first.
pub const EASYPOST: Recipe = Recipe {
    name: Borrowed("easypost"),
    provider: provider("EasyPost", "https://docs.easypost.com/guides/webhooks-guide", "time, URL, or any header", None),
    proof: secret(HmacSha256, Ascii),
    signatures: Borrowed(const { &[prefixed("x-hmac-signature", "hmac-sha256-hex=", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/description"),
    body_form: BodyForm(Form::Rewritten(with_decimal_weights)),
    ..NOTHING_ELSE
};

/// Integer weights get a `.0` and lose the white space after them, as EasyPost signs them.
#[expect(clippy::unnecessary_wraps, reason = "other bodies can be refused")]
fn with_decimal_weights(payload: &[u8]) -> Result<Cow<'_, [u8]>, SchemeError> {
    const KEY: &[u8] = b"\"weight\":";
    let mut rewritten = Vec::with_capacity(payload.len() + 16);
    let mut rest = payload;
    while let Some(start) = rest.windows(KEY.len()).position(|window| window == KEY) {
        let (before, after) = rest.split_at(start + KEY.len());
        rewritten.extend_from_slice(before);
        let spaces = after.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let digits = after.iter().skip(spaces).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, after) = after.split_at(spaces + digits);
        rewritten.extend_from_slice(number);
        let end = after.trim_ascii_start();
        rest = if digits > 0 && matches!(end.first(), Some(b',' | b'}')) {
            rewritten.extend_from_slice(b".0");
            end
        } else {
            after
        };
    }
    rewritten.extend_from_slice(rest);
    Ok(rewritten.into())
}
