//! The keyed hashes there are.

/// How a secret proves that a sender holds it. It comes from the scheme alone, never from a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MacAlgorithm {
    /// HMAC with SHA-1: no longer what one would choose, but HMAC does not suffer from its collisions.
    HmacSha1,
    /// HMAC with SHA-256: what nearly everybody uses.
    HmacSha256,
    /// HMAC with SHA-384.
    HmacSha384,
    /// HMAC with SHA-512.
    HmacSha512,
    /// HMAC with MD5: only for a sender that offers nothing else.
    #[cfg(feature = "insecure-md5")]
    #[cfg_attr(docsrs, doc(cfg(feature = "insecure-md5")))]
    InsecureHmacMd5,
    /// SHA-1 of content that holds `{secret}`. Where the secret comes first, whoever sees one signature can sign longer
    /// content too; where it comes last, a collision of the hash is enough.
    KeyedSha1,
    /// SHA-256 of content that holds `{secret}`, with the same reserve as for [`KeyedSha1`](Self::KeyedSha1).
    KeyedSha256,
    /// MD5 of content that holds `{secret}`: only for a sender that offers nothing else.
    #[cfg(feature = "insecure-md5")]
    #[cfg_attr(docsrs, doc(cfg(feature = "insecure-md5")))]
    InsecureKeyedMd5,
    /// Keccak-256 (not SHA3-256) of content that holds `{secret}`.
    #[cfg(feature = "keccak")]
    #[cfg_attr(docsrs, doc(cfg(feature = "keccak")))]
    KeyedKeccak256,
    /// The secret itself is sent, and nothing is signed: a token proves no more than that its sender once knew it. It is
    /// compared by its SHA-256, in constant time.
    Token,
}

impl MacAlgorithm {
    /// The length of a tag in bytes.
    #[must_use]
    pub const fn tag_length(self) -> usize {
        match self {
            #[cfg(feature = "insecure-md5")]
            Self::InsecureHmacMd5 | Self::InsecureKeyedMd5 => 16,
            Self::HmacSha1 | Self::KeyedSha1 => 20,
            Self::HmacSha256 | Self::KeyedSha256 | Self::Token => 32,
            #[cfg(feature = "keccak")]
            Self::KeyedKeccak256 => 32,
            Self::HmacSha384 => 48,
            Self::HmacSha512 => 64,
        }
    }

    /// Its usual name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha384 => "HMAC-SHA384",
            Self::HmacSha512 => "HMAC-SHA512",
            #[cfg(feature = "insecure-md5")]
            Self::InsecureHmacMd5 => "HMAC-MD5",
            #[cfg(feature = "insecure-md5")]
            Self::InsecureKeyedMd5 => "MD5 with the secret",
            Self::KeyedSha1 => "SHA-1 with the secret",
            Self::KeyedSha256 => "SHA-256 with the secret",
            #[cfg(feature = "keccak")]
            Self::KeyedKeccak256 => "Keccak-256 with the secret",
            Self::Token => "token",
        }
    }

    /// Whether the content itself holds the secret.
    pub(crate) const fn is_keyed_hash(self) -> bool {
        match self {
            Self::KeyedSha1 | Self::KeyedSha256 => true,
            #[cfg(feature = "insecure-md5")]
            Self::InsecureKeyedMd5 => true,
            #[cfg(feature = "keccak")]
            Self::KeyedKeccak256 => true,
            _ => false,
        }
    }
}
