//! WeChat Pay v3.

use super::prelude::*;

/// [WeChat Pay v3](https://github.com/wechatpay-apiv3/wechatpay-go): Time, nonce and body, each ended by a line feed;
/// base64 RSA signature in `Wechatpay-Signature`.
///
/// Not covered: any header but time and nonce. The time may be off by 5 minutes both ways, as in its own library. A
/// difference of exactly 300 s is refused. Secret: Platform certificate or public key chosen by `Wechatpay-Serial`. The
/// resource is AES-256-GCM encrypted under the APIv3 key. Probe requests carry WECHATPAY/SIGNTEST/ before a wrong
/// signature and must fail. Give all of the platform's keys to one ring: the serial is not looked at.
pub const WECHAT_PAY: Recipe = Recipe {
    name: Borrowed("wechat_pay"),
    provider: provider(
        "WeChat Pay v3",
        "https://github.com/wechatpay-apiv3/wechatpay-go",
        "any header but time and nonce",
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
