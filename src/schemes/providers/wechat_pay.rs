//! WeChat Pay v3.

use super::prelude::*;

/// [WeChat Pay](https://github.com/wechatpay-apiv3/wechatpay-go), version 3: an RSA signature (SHA-256) in base64 in
/// `Wechatpay-Signature`, over the time in `Wechatpay-Timestamp`, `Wechatpay-Nonce` and the body.
///
/// Signed: the digits of the time (Unix seconds), the nonce and the raw body, with a line feed behind each; `id` and
/// `event_type` are in it. Not covered: any other header. Five minutes both ways, as in WeChat Pay's library. The
/// secret is the platform's certificate or public key: give all of them, since `Wechatpay-Serial`, which names one, is
/// not looked at. The event itself is encrypted (AES-256-GCM, under the key of API v3), and left so. Now and then
/// WeChat Pay sends a wrong signature, to see it refused.
pub const WECHAT_PAY: Recipe = Recipe {
    name: Borrowed("wechat_pay"),
    provider: provider(
        "WeChat Pay v3",
        "https://github.com/wechatpay-apiv3/wechatpay-go",
        "any header but the nonce and the time",
        Some(Library),
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(const { &[bare("wechatpay-signature", Base64)] }),
    content: Template::of(
        const {
            &[
                Part::Timestamp,
                text("\n"),
                Part::Header(Borrowed("wechatpay-nonce")),
                text("\n"),
                Part::Body,
                text("\n"),
            ]
        },
    ),
    timestamp: seconds(in_header("wechatpay-timestamp"), 300),
    id: signed_json("/id"),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
