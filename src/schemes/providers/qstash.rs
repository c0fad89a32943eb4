//! Upstash QStash.

use super::prelude::*;

/// [QStash](https://upstash.com/docs/qstash/howto/signature) of Upstash: a token (JWT, HS256) in `Upstash-Signature`,
/// with the URL and a digest of the body.
///
/// Signed: the claims, and by them the URL (`sub`) and the raw body (`body`). Not covered: any other header, so anybody
/// on the way can change the message's id (`Upstash-Message-Id`), which stays the same on a retry; `jti` is that of the
/// token. What the URL starts with has to be said: [`public_origin`](Recipe::public_origin). The token has to say when
/// it begins to count (`nbf`) and when it expires (`exp`). That the clocks may be a minute apart, and that what began
/// to count more than an hour ago is refused, are this crate's choices. Give both the current and the next signing key;
/// each region has its own. No type is known.
pub const QSTASH: Recipe = Recipe {
    name: Borrowed("qstash"),
    provider: provider(
        "Upstash QStash",
        "https://upstash.com/docs/qstash/howto/signature",
        "any other header",
        Some(Ours),
    ),
    proof: Proof::Jwt(jwt::QSTASH),
    id: unsigned_header("upstash-message-id"),
    ..NOTHING_ELSE
};
