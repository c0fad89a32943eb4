//! Moralis Streams.

use super::prelude::*;

/// [Moralis Streams](https://docs.moralis.com/streams-api/evm/webhook-security): `x-signature: 0x…`, a plain
/// Keccak-256 in hex over the body and the secret.
///
/// Signed: the raw body, the secret right after it; this is no HMAC. Not covered: time, or any header, so there is
/// no window. Keccak-256 is as in Ethereum, not the SHA-3 of NIST; that is what the feature `keccak` is for. The
/// secret is the streams secret, by default the API key. No id of the event is known: `streamId` names the stream,
/// and a block is sent once unconfirmed and once confirmed.
pub const MORALIS: Recipe = Recipe {
    name: Borrowed("moralis"),
    provider: provider(
        "Moralis Streams",
        "https://docs.moralis.com/streams-api/evm/webhook-security",
        "time, or any header",
        None,
    ),
    proof: secret(MacAlgorithm::KeyedKeccak256, Utf8),
    signatures: Borrowed(const { &[prefixed("x-signature", "0x", Hex)] }),
    content: Template::of(const { &[Part::Body, Part::Secret] }),
    ..NOTHING_ELSE
};
