//! Key pairs for tests. Everybody knows their private halves, so they protect nothing.

use crate::{error::ConfigError, schemes::PublicKeyAlgorithm};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, RsaEncoding, RsaKeyPair},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

/// A key pair that is the same in each test run, one for each algorithm.
///
/// Its private half is in the source of this crate: never let a service trust it.
///
/// ```
/// use tower_webhook::{schemes::PublicKeyAlgorithm, testing::TestKey};
///
/// let key = TestKey::new(PublicKeyAlgorithm::Ed25519);
/// let signature = key.sign(b"1764000000.{}")?;
/// assert_eq!(signature.len(), 64);
/// assert!(key.public_pem().starts_with("-----BEGIN PUBLIC KEY-----"));
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct TestKey {
    algorithm: PublicKeyAlgorithm,
}

impl TestKey {
    /// The pair for this algorithm.
    pub const fn new(algorithm: PublicKeyAlgorithm) -> Self {
        Self { algorithm }
    }

    /// The public half, as providers hand it out: what goes into a `Secret`.
    #[must_use]
    pub fn public_pem(self) -> String {
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", self.pair().public)
    }

    /// The public half as a JSON Web Key with this id.
    #[must_use]
    pub fn public_jwk(self, id: &str) -> String {
        let der = decode(self.pair().public);
        let part = |start: usize, length: usize| URL_SAFE_NO_PAD.encode(der.get(start..start + length).unwrap_or(&[]));
        // A SubjectPublicKeyInfo ends in the key, whose length the algorithm gives.
        let point = |curve: &str, length: usize| {
            let start = der.len().saturating_sub(2 * length);
            let (x, y) = (part(start, length), part(start + length, length));
            format!(r#""kty":"EC","crv":"{curve}","x":"{x}","y":"{y}""#)
        };
        let members = match self.pair().kind {
            Kind::Ed25519 => {
                format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, part(der.len().saturating_sub(32), 32))
            }
            Kind::P256 => point("P-256", 32),
            Kind::P384 => point("P-384", 48),
            Kind::P521 => point("P-521", 66),
            // After the headers of five elements and a zero byte.
            Kind::Rsa => format!(r#""kty":"RSA","n":"{}","e":"AQAB""#, part(33, 256)),
        };
        let id = id.replace(['"', '\\'], "_");
        format!(r#"{{{members},"kid":"{id}","use":"sig"}}"#)
    }

    /// Signs `content`. ECDSA and RSA-PSS signatures differ each time.
    ///
    /// # Errors
    ///
    /// For the algorithms with SHA-1: nothing here makes such signatures, only verifies them.
    pub fn sign(self, content: &[u8]) -> Result<Vec<u8>, ConfigError> {
        match self.algorithm {
            PublicKeyAlgorithm::Ed25519 => self.sign_ed25519(content),
            PublicKeyAlgorithm::EcdsaP256Sha256 => self.sign_ecdsa(&signature::ECDSA_P256_SHA256_ASN1_SIGNING, content),
            PublicKeyAlgorithm::EcdsaP256Sha256Fixed => {
                self.sign_ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, content)
            }
            PublicKeyAlgorithm::EcdsaP384Sha384 => self.sign_ecdsa(&signature::ECDSA_P384_SHA384_ASN1_SIGNING, content),
            PublicKeyAlgorithm::EcdsaP384Sha384Fixed => {
                self.sign_ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, content)
            }
            PublicKeyAlgorithm::EcdsaP521Sha512Fixed => {
                self.sign_ecdsa(&signature::ECDSA_P521_SHA512_FIXED_SIGNING, content)
            }
            PublicKeyAlgorithm::RsaPkcs1Sha256 => self.sign_rsa(&signature::RSA_PKCS1_SHA256, content),
            PublicKeyAlgorithm::RsaPkcs1Sha384 => self.sign_rsa(&signature::RSA_PKCS1_SHA384, content),
            PublicKeyAlgorithm::RsaPkcs1Sha512 => self.sign_rsa(&signature::RSA_PKCS1_SHA512, content),
            PublicKeyAlgorithm::RsaPssSha256 => self.sign_rsa(&signature::RSA_PSS_SHA256, content),
            PublicKeyAlgorithm::RsaPssSha384 => self.sign_rsa(&signature::RSA_PSS_SHA384, content),
            PublicKeyAlgorithm::RsaPssSha512 => self.sign_rsa(&signature::RSA_PSS_SHA512, content),
            PublicKeyAlgorithm::InsecureEcdsaP256Sha1 | PublicKeyAlgorithm::InsecureRsaPkcs1Sha1 => {
                Err(ConfigError::new("algorithm", "is one with SHA-1, which is verified here but not signed with"))
            }
        }
    }

    fn sign_ed25519(self, content: &[u8]) -> Result<Vec<u8>, ConfigError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&decode(self.pair().private)).map_err(|_| broken())?;
        Ok(pair.sign(content).as_ref().to_vec())
    }

    fn sign_ecdsa(self, algorithm: &'static EcdsaSigningAlgorithm, content: &[u8]) -> Result<Vec<u8>, ConfigError> {
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &decode(self.pair().private)).map_err(|_| broken())?;
        let signature = pair.sign(&SystemRandom::new(), content).map_err(|_| broken())?;
        Ok(signature.as_ref().to_vec())
    }

    fn sign_rsa(self, encoding: &'static dyn RsaEncoding, content: &[u8]) -> Result<Vec<u8>, ConfigError> {
        let pair = RsaKeyPair::from_pkcs8(&decode(self.pair().private)).map_err(|_| broken())?;
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), content, &mut signature).map_err(|_| broken())?;
        Ok(signature)
    }

    const fn pair(self) -> Pair {
        match self.algorithm {
            PublicKeyAlgorithm::Ed25519 => {
                Pair { kind: Kind::Ed25519, private: TEST_ONLY_ED25519_PRIVATE, public: TEST_ONLY_ED25519_PUBLIC }
            }
            PublicKeyAlgorithm::EcdsaP256Sha256
            | PublicKeyAlgorithm::EcdsaP256Sha256Fixed
            | PublicKeyAlgorithm::InsecureEcdsaP256Sha1 => {
                Pair { kind: Kind::P256, private: TEST_ONLY_P256_PRIVATE, public: TEST_ONLY_P256_PUBLIC }
            }
            PublicKeyAlgorithm::EcdsaP384Sha384 | PublicKeyAlgorithm::EcdsaP384Sha384Fixed => {
                Pair { kind: Kind::P384, private: TEST_ONLY_P384_PRIVATE, public: TEST_ONLY_P384_PUBLIC }
            }
            PublicKeyAlgorithm::EcdsaP521Sha512Fixed => {
                Pair { kind: Kind::P521, private: TEST_ONLY_P521_PRIVATE, public: TEST_ONLY_P521_PUBLIC }
            }
            _ => Pair { kind: Kind::Rsa, private: TEST_ONLY_RSA_PRIVATE, public: TEST_ONLY_RSA_PUBLIC },
        }
    }
}

struct Pair {
    kind: Kind,
    /// PKCS #8, base64.
    private: &'static str,
    /// SubjectPublicKeyInfo, base64.
    public: &'static str,
}

enum Kind {
    Ed25519,
    P256,
    P384,
    P521,
    Rsa,
}

fn decode(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).unwrap_or_default()
}

fn broken() -> ConfigError {
    ConfigError::new("key", "cannot sign")
}

/// Made for these tests; not secret.
const TEST_ONLY_ED25519_PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEIHQ2kBV+Jy5CvoDmIhl2mea6HxkZD4LcGJD8U3eOgXqU";

/// Belongs to the one above.
const TEST_ONLY_ED25519_PUBLIC: &str = "MCowBQYDK2VwAyEAe+vv9G4B3O3QfkOxEg2xembZ32t1SW8LLvg8k/kkVII=";

/// Made for these tests; not secret.
const TEST_ONLY_P256_PRIVATE: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge1a4SuYKdNfQdsGUMr3K+EnWSncYkwOdXeaFNV00mDChRANCAAQNGmy4dr094IGb\
    JaftRTZQJwYCslBCxrXszf58SpWuZAUVcMRYXVMVDkVtAKYMAXSNQbq9YYqgDsEzn26ZP+jU";

/// Belongs to the one above.
const TEST_ONLY_P256_PUBLIC: &str = "\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDRpsuHa9PeCBmyWn7UU2UCcGArJQQsa17M3+fEqVrmQFFXDEWF1TFQ5FbQCmDAF0jUG6vWGKoA7B\
    M59umT/o1A==";

/// Made for these tests; not secret.
const TEST_ONLY_P384_PRIVATE: &str = "\
    MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCOUXZnp+QozzI4YRvgcD5kq5jvrelTx+L4wI6gFANoy2nJ/RaDtl06EDMzim8dc6eh\
    ZANiAAQmZ7EhgBdLmOUojRBQZ71kwJNy6z7hCVjBidyr6AA+nVp95rKQzBNCG1RlU7bApZ1Jlgl//UGRhqybYMBULQCGN53fi0EMTapB6D1Z9t0E\
    YCvNzkDNWJ5nvudC16SHVZI=";

/// Belongs to the one above.
const TEST_ONLY_P384_PUBLIC: &str = "\
    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEJmexIYAXS5jlKI0QUGe9ZMCTcus+4QlYwYncq+gAPp1afeaykMwTQhtUZVO2wKWdSZYJf/1BkYasm2DA\
    VC0Ahjed34tBDE2qQeg9WfbdBGArzc5AzVieZ77nQtekh1WS";

/// Made for these tests; not secret.
const TEST_ONLY_P521_PRIVATE: &str = "\
    MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAuRvvrhxKoK1w82bMK/9MnrLPO+jR7FdWTpkY5DLAETMgUyNKifaltMf4Bi/GWZ4b\
    VKuj8Reb678zlQax/eSJhOKhgYkDgYYABACEugw9uO7s1VLpKSnjXfxLHs9KD/8YzxXpqBNZawRjShsQySb7HVDEN1cEAhW3LCl378ZLhKufCZ6l\
    EvN9HKoN0wAfIvnEfUNmaah8q+2UiMEMlVNOqWHM8BbNeLsCuChNbZ3CaRZmr6VbPJhqgGHNi1tbqbq0AoAj1akEPDTtDGsx4A==";

/// Belongs to the one above.
const TEST_ONLY_P521_PUBLIC: &str = "\
    MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQAhLoMPbju7NVS6Skp4138Sx7PSg//GM8V6agTWWsEY0obEMkm+x1QxDdXBAIVtywpd+/GS4Srnwme\
    pRLzfRyqDdMAHyL5xH1DZmmofKvtlIjBDJVTTqlhzPAWzXi7ArgoTW2dwmkWZq+lWzyYaoBhzYtbW6m6tAKAI9WpBDw07QxrMeA=";

/// Made for these tests; not secret.
const TEST_ONLY_RSA_PRIVATE: &str = "\
    MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDHZ7KM1ZuL1NqpMqYlyvGpZ5dSsGm7MUGYnGrkZKPk/PWuIRGtQfqUIHCZ6tJg\
    lQ5a7f8lJQSO58zRQJGG9NC+1XWaf/oFpwVlz2VW152y8GtWx+jXdtw9Y4NUXOOVq3Zezvn0pKQdRYJ8UOo38b+YlF6M8YSpOMHT9zt57oyWjzgj\
    r4duzBwFOLf2RXBYja6RIGh0EZnP8XgmWRszhlOGZ7ZBGv/Bi9/nvnOJm2lh/DI9CyklVF64mXTnMdLnYTjVZDqTmnEii92g7zwNBJLNfefta5KI\
    YUH5CxBX/zG0j/d0Xyrkc4q6SI1ZPWOWvsJjM0HobcNstLOYUUbUU/T/AgMBAAECggEADN/5q9U481jde3I9PxBw9Q6uuxSP5xnBkgB7eF61JFpe\
    5IzXDthFPR4xFwcN6VWGdUGLqVLQDggSdepU2yFgfwnaS4z60DWeCBpRgT9vu7eBPruuoYbXppEP0DklKqtE+88iXXTp8cfkqnExBkayJ8BgsHoB\
    pkl3Xl/Gs9M+uZPNZJYOhLZqOW8khLQ6GXJLryLKBBmiXhgxJx1KtSQRaJv+XSaQEKBXNWXjLofr6SoIwTTA3Y2jI09apR7OjGiafRhEBfcQyJy5\
    OtkmGmZv+2/TUVnO35/ZmIY/d90VpZPyDMtOEMxNGcnBUEWGSXGLyyFdApLoBr2/LO7Hd40L2QKBgQD7ewRSGy6WaCv+hR1i9hemGnGExHio6EM3\
    mf9FsotJqbaAaQV2AbdYrO9OrKHa4Ms7ezy1iu5YbFaEjp3df97imgQEMEQjy1eSBPX8v+S441UYT3llGZVe+LhdrR5nN7hDbriHIN1WeH+VC4MR\
    pFxFlnJ7LY+ZHAxUT5gMDafqeQKBgQDK/RkBy7WLMEA96b7jJWTfsRDjVGL6a3FvoL4H0AFjTHBq+8ClPAoj2KTw/ZPNLRI8SSQ0PhPTXHnA2yrN\
    QB2Fpp/hUB+YppP7xuedZ2ibo5GzQ0A8xfYhtzhKa+0SUenI2W9ptZbgME9FURhkVyAD8W+b3tbegFgn8nxIhP/9NwKBgQD1wWEWj+O2LnUX1KRE\
    KnQv6dWXxpyXi+rsMj0psnK1+PkVggxJJyIysUVnoALIMDfLmAJa8zs7BByEjA6wAB8jWRmlsjlUtYmNc/WkGy78k4R8LmZWq2qyleMuAFkey2/x\
    zgjcXPyQXU9oqwhaPEHD62NTBtI28RcHaYUP+mRnGQKBgQC0wMeh17njJaYu+5PlRIkcv9lf9ObmQwKR+jr9TfXObGS2f1M+T8ZfwSyvA763N2lD\
    kYXRl22kCnbIiuEEQBGJz6QSyHw6PCsOSkI44bo+zVqSnFH5S/Yuc66GZrCGXbamCSiyouak35/XA62KvCJgIH/X9oizPOpDOCP/l58z5QKBgBdy\
    EzkG3QhSfQm5hK+P/g2PVOVMKhvX7dEMf1euDxab2x/ZBbVpgNA7DD2f6TxZUdzWNAbFsjkwHhHI3w/+g9NxIOzlCd49ciLcykO31yoTzLRbkN7E\
    v3fjc1oOTBAmcH/JIcpcPoSCXKj20eeUi7kjUe4PtbBXMRX5pbcMQ2K0";

/// Belongs to the one above.
const TEST_ONLY_RSA_PUBLIC: &str = "\
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx2eyjNWbi9TaqTKmJcrxqWeXUrBpuzFBmJxq5GSj5Pz1riERrUH6lCBwmerSYJUOWu3/\
    JSUEjufM0UCRhvTQvtV1mn/6BacFZc9lVtedsvBrVsfo13bcPWODVFzjlat2Xs759KSkHUWCfFDqN/G/mJRejPGEqTjB0/c7ee6Mlo84I6+Hbswc\
    BTi39kVwWI2ukSBodBGZz/F4JlkbM4ZThme2QRr/wYvf575ziZtpYfwyPQspJVReuJl05zHS52E41WQ6k5pxIovdoO88DQSSzX3n7WuSiGFB+QsQ\
    V/8xtI/3dF8q5HOKukiNWT1jlr7CYzNB6G3DbLSzmFFG1FP0/wIDAQAB";
