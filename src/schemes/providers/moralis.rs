//! Moralis Streams.

use super::prelude::*;

/// [Moralis Streams](https://docs.moralis.com/streams-api/evm/webhook-security): Body followed by the secret,
/// Keccak-256; 0x and hex in `x-signature`.
///
/// Not covered: any header, the time. Secret: The streams secret (by default the API key) as UTF-8 text after the
/// message; no HMAC. Id: streamId names the stream; a block is sent once unconfirmed and once confirmed. Keccak-256 as
/// in Ethereum, not NIST SHA-3.
pub const MORALIS: Recipe = Recipe {
    name: Borrowed("moralis"),
    provider: provider(
        "Moralis Streams",
        "https://docs.moralis.com/streams-api/evm/webhook-security",
        "any header, the time",
        None,
    ),
    proof: secret(MacAlgorithm::KeyedKeccak256, Utf8),
    signatures: Borrowed(const { &[prefixed("x-signature", "0x", Hex)] }),
    content: Template::of(const { &[Part::Body, Part::Secret] }),
    ..NOTHING_ELSE
};
