//! A scheme as data.

#[cfg(feature = "message-signatures")]
use super::message_signature::MessageSignatureForm;
use super::{
    SchemeError,
    body_form::BodyForm,
    computed::Delivery,
    grammar::SignatureEncoding,
    mac::{KeyForm, MacAlgorithm},
    places::{FieldPlace, SignaturePlace, TimestampPlace},
    provider::Provider,
    template::{Part, Template},
};
#[cfg(feature = "public-key")]
use super::{jwt::JwtForm, public_key::PublicKeyAlgorithm, time::Window};
use crate::error::ConfigError;
use http::{Uri, request::Parts};
use std::{borrow::Cow, fmt, time::Duration};

/// A way of signing that data can describe: which hash, where the signature stands, what is signed.
///
/// The providers of [`ALL`](super::ALL) are recipes; [`builder`](Self::builder) makes one for a provider of your own.
/// Adjust a copy with the methods below. With the feature `serde`, recipes can also be read from
/// [TOML or JSON](crate::guide::schemes).
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
    pub(crate) provider: Option<Provider>,
    pub(crate) proof: Proof,
    /// Tried in this order; those that are there all count.
    pub(crate) signatures: Cow<'static, [SignaturePlace]>,
    pub(crate) content: Template,
    /// What the same sender may have signed instead: tried one after the other.
    pub(crate) other_contents: Cow<'static, [Template]>,
    /// The values of `content` may touch, since that is how the provider signs.
    pub(crate) ambiguous: bool,
    pub(crate) body_form: BodyForm,
    /// What else has to hold before the signature is looked at.
    pub(crate) check: Option<Check>,
    pub(crate) timestamp: Option<TimestampPlace>,
    pub(crate) id: Option<FieldPlace>,
    pub(crate) kind: Option<FieldPlace>,
    pub(crate) key_header: Option<Cow<'static, str>>,
    pub(crate) address: Option<PublicAddress>,
    pub(crate) settings: Cow<'static, [Setting]>,
    /// No two events have one signature, although it does not cover the body.
    pub(crate) single_use: bool,
    /// Genuine events may be equal in all that is signed.
    pub(crate) repeats: bool,
    /// Other ways in which the same provider signs. The first one whose signature is there counts.
    pub(crate) alternatives: Cow<'static, [Self]>,
}

/// How a sender proves that it holds a key.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    /// By a tag that this side can compute too.
    Tag(KeyForm),
    /// By a signature that a public key verifies.
    #[cfg(feature = "public-key")]
    PublicKey(PublicKeyAlgorithm),
    /// By a token, or a signature in the form of one.
    #[cfg(feature = "public-key")]
    Jwt(JwtForm),
    #[cfg(feature = "message-signatures")]
    Message(MessageSignatureForm),
}

impl Proof {
    /// The keyed hash, where there is one.
    pub(crate) const fn as_tag(&self) -> Option<&KeyForm> {
        match self {
            Self::Tag(form) => Some(form),
            #[cfg(feature = "public-key")]
            _ => None,
        }
    }

    pub(crate) const fn as_tag_mut(&mut self) -> Option<&mut KeyForm> {
        match self {
            Self::Tag(form) => Some(form),
            #[cfg(feature = "public-key")]
            _ => None,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Check(pub(crate) fn(Delivery<'_>) -> Result<(), SchemeError>);

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

/// Where senders believe this endpoint to be.
#[derive(Clone, Debug)]
pub(crate) enum PublicAddress {
    /// Path and query come from the request.
    Origin(Cow<'static, str>),
    /// All of it.
    Url(Cow<'static, str>),
}

impl PublicAddress {
    /// What comes before path and query.
    #[cfg(feature = "public-key")]
    pub(crate) fn origin(&self) -> &str {
        match self {
            Self::Origin(origin) => origin,
            Self::Url(url) => {
                let host = url.find("://").map_or(0, |scheme| scheme + 3);
                let end =
                    url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |end| host + end);
                url.get(..end).unwrap_or(url)
            }
        }
    }
}

/// Something that only whoever runs the endpoint can know.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: Option<Cow<'static, str>>,
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

    /// How far in the past and in the future the signed time may be. For a token, that is its age, and the leeway for
    /// clocks that differ.
    ///
    /// # Errors
    ///
    /// As for [`tolerance`](Self::tolerance).
    pub fn tolerances(mut self, past: Duration, future: Duration) -> Result<Self, ConfigError> {
        match &mut self.proof {
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) if form.times.max_age.is_some() => {
                let window = Window::new(past, future)?;
                *form = form.clone().max_age(window.past)?.leeway(window.future);
                return Ok(self);
            }
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => {
                *form = form.clone().tolerances(past, future)?;
                return Ok(self);
            }
            _ => {}
        }
        self.timestamp = match self.timestamp {
            Some(timestamp) => Some(timestamp.tolerances(past, future)?),
            None if self.alternatives.iter().any(|alternative| alternative.timestamp.is_some()) => None,
            None => return Err(ConfigError::new("tolerance", "means nothing here: no time is signed")),
        };
        for alternative in self.alternatives.to_mut().iter_mut().filter(|other| other.timestamp.is_some()) {
            *alternative = alternative.clone().tolerances(past, future)?;
        }
        Ok(self)
    }

    /// What is known of the provider, for the recipes of [`ALL`](super::ALL).
    #[must_use]
    pub const fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    /// How a sender proves that it holds a key, such as `HMAC-SHA256`.
    #[must_use]
    pub const fn proof_name(&self) -> &'static str {
        match &self.proof {
            Proof::Tag(form) => form.algorithm.name(),
            #[cfg(feature = "public-key")]
            Proof::PublicKey(algorithm) => algorithm.name(),
            #[cfg(feature = "public-key")]
            Proof::Jwt(_) => "JWT",
            #[cfg(feature = "message-signatures")]
            Proof::Message(_) => "HTTP message signature",
        }
    }

    /// How far in the past and in the future the signed time may be; `None` where no time is signed.
    #[must_use]
    pub fn time_tolerances(&self) -> Option<(Duration, Duration)> {
        match &self.proof {
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => Some((form.times.max_age?, form.times.leeway)),
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => Some((form.window.past, form.window.future)),
            _ => self.timestamp.as_ref().map(|place| (place.window.past, place.window.future)),
        }
    }

    /// Whether this recipe knows where the event's id stands.
    #[must_use]
    pub const fn has_id(&self) -> bool {
        self.id.is_some()
    }

    /// Whether the event's id is covered by the signature, so that nobody can make a replay look new by changing it.
    #[must_use]
    pub fn signs_id(&self) -> bool {
        self.id.as_ref().is_some_and(|id| id.signed)
    }

    /// Another keyed hash than the provider's default, for those where it can be chosen.
    ///
    /// # Errors
    ///
    /// When this recipe does not sign with a keyed hash, or its content holds the secret where that of `algorithm` does
    /// not, or the other way round.
    pub fn algorithm(mut self, algorithm: MacAlgorithm) -> Result<Self, ConfigError> {
        let not_keyed = || ConfigError::new("algorithm", "cannot be chosen: this recipe has no keyed hash");
        self.proof.as_tag_mut().ok_or_else(not_keyed)?.algorithm = algorithm;
        self.check()?;
        Ok(self)
    }

    /// Another form in which the body is signed, for a provider that signs a rendering of the JSON that it sends.
    pub const fn body_form(mut self, form: BodyForm) -> Self {
        self.body_form = form;
        self
    }

    /// What only you can know: the id of your endpoint at the provider, say. The documentation of a recipe names the
    /// settings that it needs.
    ///
    /// # Errors
    ///
    /// When this recipe has no setting of that name, or the value is empty.
    pub fn setting(mut self, name: &str, value: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        let value = value.into();
        if value.is_empty() {
            return Err(ConfigError::new(name.to_owned(), "is empty"));
        }
        let Some(setting) = self.settings.to_mut().iter_mut().find(|setting| setting.name == name) else {
            return Err(ConfigError::new(name.to_owned(), format!("is no setting of `{}`", self.name)));
        };
        #[cfg(feature = "public-key")]
        if let Proof::Jwt(form) = &mut self.proof
            && form.issuer_setting.is_some_and(|issuer| setting.name == issuer)
        {
            form.issuer = Some(value.clone());
        }
        setting.value = Some(value);
        Ok(self)
    }

    /// The value of a setting of this name.
    pub(crate) fn setting_value(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|setting| setting.name == name)?.value.as_deref()
    }

    /// The recipe or alternative that the request was signed by.
    pub(crate) fn choose(&self, head: &Parts) -> &Self {
        if self.alternatives.is_empty() || self.is_presented(head) {
            return self;
        }
        self.alternatives.iter().find(|alternative| alternative.is_presented(head)).unwrap_or(self)
    }

    /// Whether it signs this part, in any of its contents.
    pub(crate) fn has_part(&self, part: &Part) -> bool {
        self.content.has(part) || self.other_contents.iter().any(|content| content.has(part))
    }

    /// Whether it signs the URL, in any of its contents, so that somebody has to say what the URL is.
    pub(crate) fn signs_url(&self) -> bool {
        let mut contents = [&self.content].into_iter().chain(self.other_contents.iter());
        contents.any(|content| content.parts.iter().any(|part| matches!(part, Part::Url | Part::UrlForm(_))))
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
        let origin = if trimmed.len() == origin.len() { origin } else { trimmed.to_owned().into() };
        self.address = Some(PublicAddress::Origin(origin));
        Ok(self)
    }

    /// The sender's URL of this endpoint, byte for byte as the sender knows it, for schemes that sign the URL. What the
    /// request says of its path and query does not count then, so nothing of it can be moved into other parts of what
    /// is signed. For an endpoint that is called with various queries, use [`public_origin`](Self::public_origin).
    ///
    /// # Errors
    ///
    /// When it does not start with a scheme and a host.
    pub fn public_url(mut self, url: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        let url = url.into();
        if !url.parse().is_ok_and(|uri: Uri| uri.scheme().is_some() && uri.authority().is_some()) {
            return Err(ConfigError::new("public_url", "must be a whole URL, as the sender knows it"));
        }
        self.address = Some(PublicAddress::Url(url));
        Ok(self)
    }
}
