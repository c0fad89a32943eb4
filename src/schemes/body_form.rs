//! The form in which a body is signed, where that is not the one in which it arrives.

use super::SchemeError;
#[cfg(feature = "gzip")]
use super::computed::payload_malformed;
use http::request::Parts;
use std::{borrow::Cow, fmt};

/// The form in which a body is signed. It is handed on as it was received.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct BodyForm(pub(crate) Form);

#[derive(Clone, Copy)]
pub(crate) enum Form {
    AsReceived,
    /// Unless it does not start with the magic bytes of gzip. At most so many bytes come out.
    #[cfg(feature = "gzip")]
    Gunzipped(usize),
    JsonStringify,
    /// By a function of one provider.
    Rewritten(Rewrite),
    /// What a request carries in some wrapping.
    Wrapped(Wrapping),
}

#[derive(Clone, Copy)]
pub(crate) struct Wrapping {
    pub(crate) unwrap: Rewrite,
    /// The value of `content-type`, and the body.
    #[cfg(feature = "testing")]
    pub(crate) wrap: fn(&[u8]) -> (&'static str, Vec<u8>),
}

type Rewrite = for<'a> fn(&'a Parts, &'a [u8]) -> Result<Cow<'a, [u8]>, SchemeError>;

impl BodyForm {
    /// Byte for byte.
    pub const AS_RECEIVED: Self = Self(Form::AsReceived);

    /// As JavaScript's `JSON.stringify` renders it once it is parsed: for senders that sign another rendering of the
    /// JSON than the one they send. A body that is not JSON is refused.
    ///
    /// Two bodies with one rendering have one signature: what they differ in (white space, the notation of numbers and
    /// strings, digits beyond those of a double, the earlier one of two equal keys) anybody on the way can change.
    ///
    /// Where another crate switches on serde_json's `arbitrary_precision`, numbers with a fraction are not recognised,
    /// and bodies that hold one are refused.
    pub const JSON_STRINGIFY: Self = Self(Form::JsonStringify);

    /// Decompressed, where it starts as gzip does, to at most `limit` bytes. More is refused, and so is gzip of several
    /// members.
    #[cfg(feature = "gzip")]
    #[cfg_attr(docsrs, doc(cfg(feature = "gzip")))]
    pub const fn gunzipped(limit: usize) -> Self {
        Self(Form::Gunzipped(limit))
    }

    /// The body in this form.
    pub(crate) fn render<'a>(self, head: &'a Parts, payload: &'a [u8]) -> Result<Cow<'a, [u8]>, SchemeError> {
        match self.0 {
            Form::AsReceived => Ok(payload.into()),
            #[cfg(feature = "gzip")]
            Form::Gunzipped(limit) if payload.starts_with(&[0x1f, 0x8b]) => gunzip(payload, limit).map(Cow::Owned),
            #[cfg(feature = "gzip")]
            Form::Gunzipped(_) => Ok(payload.into()),
            Form::JsonStringify => super::stringify::stringify(payload).map(Cow::Owned),
            Form::Rewritten(rewrite) => rewrite(head, payload),
            Form::Wrapped(wrapping) => (wrapping.unwrap)(head, payload),
        }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsReceived => f.write_str("AsReceived"),
            #[cfg(feature = "gzip")]
            Self::Gunzipped(limit) => f.debug_tuple("Gunzipped").field(limit).finish(),
            Self::JsonStringify => f.write_str("JsonStringify"),
            Self::Rewritten(_) => f.write_str("Rewritten"),
            Self::Wrapped(_) => f.write_str("Wrapped"),
        }
    }
}

#[cfg(feature = "gzip")]
fn gunzip(payload: &[u8], limit: usize) -> Result<Vec<u8>, SchemeError> {
    use std::io::Read as _;

    let mut plain = Vec::new();
    let at_most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut decoder = flate2::bufread::GzDecoder::new(payload);
    decoder
        .by_ref()
        .take(at_most)
        .read_to_end(&mut plain)
        .map_err(|_| payload_malformed("the body starts as gzip does, and is none"))?;
    if plain.len() > limit {
        return Err(payload_malformed(format!("the body is larger than {limit} bytes once it is decompressed")));
    }
    // Gzip may go on with another member. Not all readers do, and one that stops sees another body than was signed.
    if !decoder.into_inner().is_empty() {
        return Err(payload_malformed("something follows the compressed body"));
    }
    Ok(plain)
}
