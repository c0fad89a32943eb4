//! Alipay.

use super::prelude::*;

/// [Alipay](https://opendocs.alipay.com/open/270/105902): The form's parameters without sign, sorted; base64 RSA
/// signature in the parameter sign.
///
/// Not covered: headers, the URL. Secret: Alipay's public key (not one's own). Id: trade_no and out_trade_no name the
/// trade; notify_id's rule on retries was not settled. Answer the bare text success. sign_type comes from the request:
/// allow RSA2 only. Only RSA2 is taken: what `sign_type` says does not count. A `&` in a value looks like the start of
/// the next one, so read the parameters as what is signed: one text.
pub const ALIPAY: Recipe = Recipe {
    name: Borrowed("alipay"),
    provider: provider("Alipay", "https://opendocs.alipay.com/open/270/105902", "headers, the URL", None),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Form(Borrowed("sign")),
                grammar: Grammar::BARE,
                encoding: Base64,
            }]
        },
    ),
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
