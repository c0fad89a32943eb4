//! What a detached signature covers.

use super::{BodyProof, JwtForm, JwtRequest, keys::JwtKeys, token::Token};
use crate::schemes::{
    SchemeError, SchemeInput,
    read::{malformed, required_header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// How many headers a signature may cover.
const MAX_HEADERS: usize = 32;

/// The texts that a signature may cover: one, for all but TrueLayer.
pub(super) struct Signed {
    texts: Vec<Vec<u8>>,
}

impl Signed {
    /// The body in base64 where it has to be copied for that; `None` where it is signed as it is.
    pub(super) fn new(
        form: &JwtForm,
        token: &Token<'_>,
        request: &JwtRequest<'_>,
    ) -> Result<Option<Self>, SchemeError> {
        match form.proof {
            BodyProof::Detached if token.is_encoded => {
                Ok(Some(Self { texts: vec![URL_SAFE_NO_PAD.encode(request.input.payload).into_bytes()] }))
            }
            BodyProof::DetachedRequest => Self::request(token, request).map(Some),
            _ => Ok(None),
        }
    }

    /// `METHOD path`, a line for each header that the token names, the body. Proxies add and take away the slash that
    /// ends a path, so the sender's library tries both.
    fn request(token: &Token<'_>, request: &JwtRequest<'_>) -> Result<Self, SchemeError> {
        let SchemeInput { head, payload, .. } = request.input;
        if token.parameters.text("tl_version")?.as_deref() != Some("2") {
            return Err(malformed("tl_version", "is not 2"));
        }
        let names = token.parameters.text("tl_headers")?.unwrap_or_default();
        let mut rest = Vec::new();
        for (count, name) in names.split(',').filter(|name| !name.is_empty()).enumerate() {
            if count == MAX_HEADERS {
                return Err(malformed("tl_headers", "names more than 32 headers"));
            }
            rest.extend([name.as_bytes(), b": ", required_header(head, &name.to_ascii_lowercase())?, b"\n"].concat());
        }
        rest.extend(payload);
        let path = format!("{}{}", path_of(request.public_origin), head.uri.path());
        let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
        let text = |path: &str| {
            let start = format!("{} {path}\n", head.method);
            let text = [start.as_bytes(), &rest].concat();
            if token.is_encoded { URL_SAFE_NO_PAD.encode(text).into_bytes() } else { text }
        };
        Ok(Self { texts: vec![text(&path), text(&other)] })
    }

    /// The one that the key vouches for.
    pub(super) fn verified_by(&self, token: &Token<'_>, keys: &JwtKeys) -> Option<&[u8]> {
        let verifies = |text: &&Vec<u8>| keys.verify(token, &[token.header, b".", text]);
        self.texts.iter().find(verifies).map(|text| &text[..])
    }
}

/// What a proxy takes away from the paths of requests.
fn path_of(origin: Option<&str>) -> &str {
    let rest = origin.and_then(|origin| origin.split_once("://")).map_or("", |(_, rest)| rest);
    rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default()
}
