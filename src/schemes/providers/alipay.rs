//! Alipay.

use super::prelude::*;

/// [Alipay](https://opendocs.alipay.com/open/270/105902): an RSA signature (SHA-256) in base64, in the parameter `sign`
/// of the form that is the body.
///
/// Signed: the decoded parameters without `sign` and `sign_type`, sorted by name, as `name=value` with `&` in between;
/// the same with `sign_type` is taken too. `notify_type`, the type, is among them. Not covered: any header.
/// `notify_time` is signed but not checked, so there is no window. `sign_type` chooses nothing: only RSA2 is taken. A
/// `&` in a value looks like the start of the next parameter, so two forms can have one signature. The secret is
/// Alipay's public key, not your own. No id is known: `trade_no` and `out_trade_no` name the trade, which is notified
/// several times.
///
/// Alipay wants to hear `success`: `Answers::alipay`.
pub const ALIPAY: Recipe = Recipe {
    name: Borrowed("alipay"),
    provider: provider("Alipay", "https://opendocs.alipay.com/open/270/105902", "any header", None),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(const { &[at(SignatureSource::Form(Borrowed("sign")), Base64)] }),
    content: Template::of(const { &[Part::Computed(WITHOUT_TYPE)] }),
    kind: Some(FieldPlace { source: FieldPlaceSource::Form(Borrowed("notify_type")), signed: true }),
    other_contents: Borrowed(const { &[Template::of(const { &[Part::Computed(WITH_TYPE)] })] }),
    ambiguous: true,
    ..NOTHING_ELSE
};

const WITHOUT_TYPE: Computed = Computed {
    name: "sorted_parameters",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| sorted(delivery, &["sign", "sign_type"]),
};

const WITH_TYPE: Computed = Computed {
    name: "sorted_parameters_and_type",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| sorted(delivery, &["sign"]),
};

/// `name=value` of all parameters but these, in the order of their names, with `&` in between.
fn sorted<'a>(delivery: Delivery<'a>, except: &[&str]) -> Result<Cow<'a, [u8]>, SchemeError> {
    let mut pairs = form::pairs(delivery.payload)?;
    pairs.retain(|(name, _)| !except.iter().any(|other| **name == *other.as_bytes()));
    pairs.sort_unstable();
    let parameters: Vec<_> = pairs.iter().map(|(name, value)| [&**name, b"=", &**value].concat()).collect();
    Ok(parameters.join(&b'&').into())
}
