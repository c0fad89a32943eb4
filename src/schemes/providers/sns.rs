//! Amazon SNS.

use super::prelude::*;

/// [Amazon SNS](https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html), version 2 of its
/// signature: an RSA signature (SHA-256) in base64, as `Signature` in the body.
///
/// Signed: the name, a line feed, the value and a line feed of each of these fields: `Message`, `MessageId` (the id),
/// `Subject`, `Timestamp`, `TopicArn`, `Type`; `SubscribeURL` and `Token` instead of `Subject` where it is about a
/// subscription. No field but the message may hold line feeds, or it could be cut into others. Not covered:
/// `UnsubscribeURL`, `MessageAttributes`, any header. The time is not checked, since a delivery that is tried again
/// keeps it: there is no window.
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
    signatures: Borrowed(const { &[at(SignatureSource::Json(Borrowed("/Signature")), Base64)] }),
    content: Template::of(const { &[Part::Computed(SIGNED_FIELDS)] }),
    id: signed_json("/MessageId"),
    kind: signed_json("/Type"),
    check: Some(Check(|delivery| check_version(delivery, "2"))),
    ..NOTHING_ELSE
};

pub(super) const SIGNED_FIELDS: Computed = Computed {
    name: "signed_fields",
    // What matters of the body is in it; `UnsubscribeURL` is not.
    covers_body: true,
    is_bounded: true,
    compute: |delivery| {
        let field = |name: &str| match json::unique(delivery.payload, &format!("/{name}")) {
            Ok(value) => json::string(value).map(Some).ok_or_else(|| payload_malformed("a signed field is no string")),
            Err(json::LookupError::Absent) => Ok(None),
            Err(_) => Err(payload_malformed("a signed field is there twice, or cannot be read")),
        };
        let names: &[&str] = match field("Type")?.as_deref() {
            Some("Notification") => &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
            Some("SubscriptionConfirmation" | "UnsubscribeConfirmation") => {
                &["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
            }
            _ => return Err(payload_malformed("the message is of no type that is known")),
        };
        let mut signed = Vec::with_capacity(delivery.payload.len());
        for name in names {
            let value = match field(name)? {
                Some(value) => value,
                None if *name == "Subject" => continue,
                None => return Err(payload_malformed(format!("there is no `{name}`"))),
            };
            // The message comes first. With a line end in any other field, it could end elsewhere, and the text of a
            // message become the id.
            if *name != "Message" && value.contains('\n') {
                return Err(payload_malformed(format!("`{name}` holds a line end")));
            }
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
