//! EasyPost.

use super::prelude::*;

/// [EasyPost](https://docs.easypost.com/guides/webhooks-guide): `X-Hmac-Signature: hmac-sha256-hex=…`.
///
/// Signed: the body, in which EasyPost writes each whole number after `"weight":` with `.0` behind it, so `2` and `2.0`
/// have one signature there; `id` and `description`, the type, are in it. Not covered: time, or any header, so there is
/// no window. The secret's text is brought into Unicode's normal form KD; that is what the feature `nfkd` is for. Your
/// handler gets the body as it came.
pub const EASYPOST: Recipe = Recipe {
    name: Borrowed("easypost"),
    provider: provider("EasyPost", "https://docs.easypost.com/guides/webhooks-guide", "time, or any header", None),
    proof: secret(HmacSha256, SecretEncoding::Nfkd),
    signatures: Borrowed(const { &[prefixed("x-hmac-signature", "hmac-sha256-hex=", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/description"),
    body_form: BodyForm(Form::Rewritten(with_decimal_weights)),
    ..NOTHING_ELSE
};

/// Integer weights get a `.0` and lose the white space after them, as EasyPost signs them.
fn with_decimal_weights<'a>(_: &'a Parts, payload: &'a [u8]) -> Result<Cow<'a, [u8]>, SchemeError> {
    const KEY: &[u8] = b"\"weight\":";
    let mut rewritten = Vec::new();
    // What comes before it is in `rewritten`.
    let mut copied = 0;
    let mut position = 0;
    while let Some(start) =
        payload.get(position..).and_then(|rest| rest.windows(KEY.len()).position(|found| found == KEY))
    {
        position += start + KEY.len();
        let after = payload.get(position..).unwrap_or_default();
        let spaces = after.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let digits = after.iter().skip(spaces).take_while(|byte| byte.is_ascii_digit()).count();
        let end = after.get(spaces + digits..).unwrap_or_default().trim_ascii_start();
        if digits > 0 && matches!(end.first(), Some(b',' | b'}')) {
            rewritten.extend_from_slice(payload.get(copied..position + spaces + digits).unwrap_or_default());
            rewritten.extend_from_slice(b".0");
            copied = payload.len() - end.len();
            position = copied;
        }
    }
    if copied == 0 {
        return Ok(payload.into());
    }
    rewritten.extend_from_slice(payload.get(copied..).unwrap_or_default());
    Ok(rewritten.into())
}
