//! Amazon SNS.

use super::prelude::*;

/// [Amazon SNS](https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html), version 2 of its
/// signature: an RSA signature (SHA-256) in base64, as `Signature` in the body.
///
/// Signed: the name, a line feed, the value and a line feed of each of these fields: `Message`, `MessageId` (the id),
/// `Subject`, `Timestamp`, `TopicArn`, `Type`; `SubscribeURL` and `Token` instead of `Subject` where it is about a
/// subscription. Values hold line feeds as they like, so where one ends and the next one starts is not signed. Not
/// covered: `UnsubscribeURL`, `MessageAttributes`, any header. The time is not checked, since a delivery that is tried
/// again keeps it: there is no window.
///
/// Set the topic to signature version 2, and leave raw message delivery off: it is not signed. The secret is the
/// certificate (PEM) that `SigningCertURL` leads to: fetch it yourself, once. Messages whose certificate is not one of
/// SNS are refused. SNS signs for everybody who has a topic, so look at `TopicArn`. `Handshake::sns` confirms
/// subscriptions to the topics that you name.
pub const SNS: Recipe = Recipe {
    name: Borrowed("sns"),
    provider: provider(
        "Amazon SNS",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
        "`UnsubscribeURL`, message attributes, or any header",
        None,
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Json(Borrowed("/Signature")),
                grammar: Grammar::BARE,
                encoding: Base64,
            }]
        },
    ),
    content: Template::of(const { &[Part::Computed(SIGNED_FIELDS)] }),
    id: signed_json("/MessageId"),
    kind: signed_json("/Type"),
    ambiguous: true,
    check: Some(Check(|delivery| check_version(delivery, "2"))),
    ..NOTHING_ELSE
};

pub(super) const SIGNED_FIELDS: Computed = Computed {
    name: "signed_fields",
    // What matters of the body is in it; `UnsubscribeURL` is not.
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        let field = |name: &str| json::unique(delivery.payload, &format!("/{name}")).ok();
        let names: &[&str] = if field("Type") == Some("\"Notification\"") {
            &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
        } else {
            &["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        };
        let mut signed = Vec::with_capacity(delivery.payload.len());
        for name in names {
            // A subject may be missing. Whatever else is, the signature does not fit.
            let Some(value) = field(name) else { continue };
            let value = json::string(value).ok_or_else(|| payload_malformed("a signed field is no string"))?;
            for text in [name.as_bytes(), b"\n", value.as_bytes(), b"\n"] {
                signed.extend_from_slice(text);
            }
        }
        Ok(signed.into())
    },
};

/// The version that the message names is the one of this preset, and its certificate is one of Amazon.
pub(super) fn check_version(delivery: Delivery<'_>, version: &str) -> Result<(), SchemeError> {
    let field = |name: &str| json::unique(delivery.payload, &format!("/{name}")).ok().and_then(json::string);
    if field("SignatureVersion").as_deref() != Some(version) {
        return Err(payload_malformed("the message has another signature version"));
    }
    let url: Option<http::Uri> = field("SigningCertURL").and_then(|url| url.parse().ok());
    let is_amazon = |url: &http::Uri| {
        let host = url.host().and_then(|host| host.strip_prefix("sns."));
        let host = host.and_then(|host| host.strip_suffix(".amazonaws.com").or(host.strip_suffix(".amazonaws.com.cn")));
        let region =
            |region: &str| region.len() >= 3 && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        url.scheme_str() == Some("https") && host.is_some_and(region) && url.path().ends_with(".pem")
    };
    if url.as_ref().is_some_and(is_amazon) {
        Ok(())
    } else {
        Err(payload_malformed("the certificate is not one of Amazon"))
    }
}
