//! A scheme as data.

use super::{
    grammar::SignatureEncoding,
    mac::KeyForm,
    places::{FieldPlace, SignaturePlace, TimestampPlace},
    template::Template,
};
use crate::error::ConfigError;
use http::{HeaderName, Uri};
use std::{borrow::Cow, time::Duration};

/// A way of signing that data can describe: which hash, where the signature stands, what is signed.
///
/// The providers of [`ALL`](super::ALL) are recipes; [`builder`](Self::builder) makes one for a provider of your own.
/// Adjust a copy with the methods below.
///
/// ```
/// use std::time::Duration;
/// use tower_webhook::schemes::{self, FieldPlace, Recipe, SignaturePlace, TimestampPlace};
///
/// let stricter = schemes::STRIPE.tolerance(Duration::from_secs(60))?;
///
/// let acme = Recipe::builder("acme")
///     .signature(SignaturePlace::header("x-acme-signature")?.prefix("sha256="))
///     .timestamp(TimestampPlace::header("x-acme-timestamp")?)
///     .content("{timestamp}.{body}")?
///     .id(FieldPlace::json("/id")?.signed())
///     .build()?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct Recipe {
    pub(crate) name: Cow<'static, str>,
    pub(crate) key: KeyForm,
    /// Tried in this order; those that are there all count.
    pub(crate) signatures: Cow<'static, [SignaturePlace]>,
    pub(crate) content: Template,
    pub(crate) timestamp: Option<TimestampPlace>,
    pub(crate) id: Option<FieldPlace>,
    pub(crate) kind: Option<FieldPlace>,
    pub(crate) key_header: Option<HeaderName>,
    pub(crate) public_origin: Option<Cow<'static, str>>,
}

impl Recipe {
    /// What is signed.
    #[must_use]
    pub const fn signed_content(&self) -> &Template {
        &self.content
    }

    /// Whether the signature covers the payload. A scheme whose signature does not proves no more than that its sender
    /// once made that signature.
    #[must_use]
    pub fn covers_body(&self) -> bool {
        self.content.covers_body()
    }

    /// How far from now the signed time may be, both ways.
    ///
    /// A day or more is accepted with a warning.
    ///
    /// # Errors
    ///
    /// When it is zero, or this scheme signs no time.
    pub fn tolerance(self, tolerance: Duration) -> Result<Self, ConfigError> {
        self.tolerances(tolerance, tolerance)
    }

    /// How far in the past and in the future the signed time may be.
    ///
    /// # Errors
    ///
    /// As for [`tolerance`](Self::tolerance).
    pub fn tolerances(mut self, past: Duration, future: Duration) -> Result<Self, ConfigError> {
        let timestamp =
            self.timestamp.ok_or_else(|| ConfigError::new("tolerance", "means nothing here: no time is signed"))?;
        self.timestamp = Some(timestamp.tolerances(past, future)?);
        Ok(self)
    }

    /// Takes base64 where the scheme writes hex, too: for a provider whose documentation says neither.
    pub fn allow_base64(mut self) -> Self {
        for place in self.signatures.to_mut() {
            if place.encoding == SignatureEncoding::Hex {
                place.encoding = SignatureEncoding::HexOrBase64;
            }
        }
        self
    }

    /// The keys are always the same: the header that would select them is neither needed nor read. For an endpoint
    /// that belongs to one sender. Goes with [`TenantMap::fixed`](crate::TenantMap::fixed).
    pub fn fixed_key(mut self) -> Self {
        self.key_header = None;
        self
    }

    /// What the sender's URL of this endpoint starts with, such as `https://hooks.example.com`, for schemes that sign
    /// the URL. Path and query are added as the scheme sees them; a path that a proxy takes away belongs here.
    ///
    /// It has to be said: what a request says about the host it was meant for, whoever replays it can change.
    ///
    /// # Errors
    ///
    /// When it does not start with a scheme and a host, or has a query.
    pub fn public_origin(mut self, origin: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        let origin = origin.into();
        let wrong = || ConfigError::new("public_origin", "must be a scheme, a host and perhaps a path, and no query");
        let uri: Uri = origin.parse().map_err(|_| wrong())?;
        if uri.scheme().is_none() || uri.authority().is_none() || uri.query().is_some() {
            return Err(wrong());
        }
        let trimmed = origin.trim_end_matches('/');
        self.public_origin = Some(if trimmed.len() == origin.len() { origin } else { trimmed.to_owned().into() });
        Ok(self)
    }
}
