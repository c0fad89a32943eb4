//! Signed requests, for every recipe.

use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    schemes::{
        Recipe, json,
        mac::{MacKey, Tag},
        places::{FieldPlaceSource, SignaturePlace, SignatureSource, TimestampSource},
        template::Part,
    },
    secrets::Secret,
    time::UnixTime,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, request::Parts};
use http_body_util::Full;
use std::fmt;

/// Starts a request that is signed the way `recipe` says.
///
/// ```
/// use tower_webhook::{Keyring, Secret, UnixTime, schemes::{self, Scheme, SchemeInput}, testing};
///
/// let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let now = UnixTime::from_seconds(1_764_000_000);
/// let request = testing::sign(&schemes::STANDARD_WEBHOOKS, &secret)
///     .at(now)
///     .id("msg_1")
///     .body(r#"{"type":"invoice.paid"}"#)
///     .build()?;
///
/// let (head, _) = request.into_parts();
/// let input = SchemeInput::new(&head, br#"{"type":"invoice.paid"}"#, now);
/// assert!(schemes::STANDARD_WEBHOOKS.verify(&input, &Keyring::new(secret)).is_ok());
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
pub fn sign(recipe: &Recipe, secret: &Secret) -> Signing {
    Signing {
        recipe: recipe.clone(),
        secrets: vec![secret.clone()],
        timestamp: None,
        id: None,
        api_key: None,
        headers: Vec::new(),
        method: Method::POST,
        uri: "/".to_owned(),
        body: Bytes::new(),
    }
}

/// A request that is about to be signed. See [`sign`].
#[derive(Clone)]
#[must_use]
pub struct Signing {
    recipe: Recipe,
    secrets: Vec<Secret>,
    timestamp: Option<Timestamp>,
    id: Option<String>,
    api_key: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    method: Method,
    uri: String,
    body: Bytes,
}

#[derive(Clone)]
enum Timestamp {
    Time(UnixTime),
    Text(String),
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // API keys stand in headers, and the body may hold personal data.
        f.debug_struct("Signing").field("recipe", &self.recipe.name).finish_non_exhaustive()
    }
}

impl Signing {
    /// When it is signed: now, unless you say so. Where the time stands in the body, write it there yourself.
    pub fn at(mut self, time: UnixTime) -> Self {
        self.timestamp = Some(Timestamp::Time(time));
        self
    }

    /// The time as text, right or wrong: what the sender wrote is what is signed.
    pub fn timestamp(mut self, text: impl Into<String>) -> Self {
        self.timestamp = Some(Timestamp::Text(text.into()));
        self
    }

    /// The id of the event, for schemes that have a header for it.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The value of the header that selects the key, for schemes that have one.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into());
        self
    }

    /// Signs with this secret too, as senders do while they rotate.
    pub fn also_with(mut self, secret: &Secret) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The method: `POST`, unless you say so.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// The URI: `/`, unless you say so.
    pub fn uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = uri.into();
        self
    }

    /// The body: empty, unless you say so.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The headers alone: yours and those that the scheme adds.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build).
    pub fn headers(self) -> Result<HeaderMap, ConfigError> {
        Ok(self.head()?.headers)
    }

    /// The whole request.
    ///
    /// # Errors
    ///
    /// When something cannot be part of a request, when the body lacks what is signed apart from it, or when the
    /// signature cannot be put where the scheme wants it: inside the body, or twice where there is room for one.
    pub fn build(self) -> Result<Request<Full<Bytes>>, ConfigError> {
        let body = Full::new(self.body.clone());
        Ok(Request::from_parts(self.head()?, body))
    }

    fn head(self) -> Result<Parts, ConfigError> {
        let mut head = self.unsigned_head()?;
        let timestamp = self.timestamp_text()?;
        if let (Some(TimestampSource::Header(name)), Some(text)) =
            (self.recipe.timestamp.as_ref().map(|place| &place.source), &timestamp)
        {
            insert(&mut head.headers, name, text.as_bytes())?;
        }
        let tags = self.tags(&head, timestamp.as_deref())?;
        self.put(&mut head, timestamp.as_deref(), &tags)?;
        Ok(head)
    }

    fn unsigned_head(&self) -> Result<Parts, ConfigError> {
        let mut head = Request::new(()).into_parts().0;
        head.method = self.method.clone();
        head.uri = self.uri.parse().map_err(|_| ConfigError::new("uri", "is none"))?;
        for (name, value) in &self.headers {
            head.headers.append(header_name(name)?, header_value(name, value)?);
        }
        match (&self.recipe.key_header, &self.api_key) {
            (Some(name), Some(api_key)) => insert(&mut head.headers, name.as_str(), api_key.as_bytes())?,
            (None, Some(_)) => return Err(ConfigError::new("api_key", "has no header in this scheme")),
            (_, None) => {}
        }
        match (self.recipe.id.as_ref().map(|id| &id.source), &self.id) {
            (Some(FieldPlaceSource::Header(name)), Some(id)) => insert(&mut head.headers, name, id.as_bytes())?,
            (_, Some(_)) => return Err(ConfigError::new("id", "has no header in this scheme")),
            (_, None) => {}
        }
        Ok(head)
    }

    fn timestamp_text(&self) -> Result<Option<String>, ConfigError> {
        let Some(place) = &self.recipe.timestamp else { return Ok(None) };
        if let TimestampSource::Json { pointer, .. } = &place.source {
            if !self.recipe.signed_content().has(&Part::Timestamp) {
                return Ok(None);
            }
            let text = json::unique(&self.body, pointer)
                .map_err(|_| ConfigError::new("body", format!("must hold the timestamp, once, at {pointer}")))?;
            return Ok(Some(text.trim_matches('"').to_owned()));
        }
        let time = match &self.timestamp {
            Some(Timestamp::Text(text)) => return Ok(Some(text.clone())),
            Some(Timestamp::Time(time)) => *time,
            None => SystemClock.now(),
        };
        let text = place.unit.render(time).ok_or_else(|| ConfigError::new("timestamp", "is out of range"))?;
        Ok(Some(text))
    }

    fn tags(&self, head: &Parts, timestamp: Option<&str>) -> Result<Vec<Tag>, ConfigError> {
        let wrong = |error: crate::schemes::SchemeError| ConfigError::new("request", error.to_string());
        let values = self.recipe.body_values(&self.body).map_err(wrong)?;
        let content = self.recipe.content(head, &self.body, timestamp.map(str::as_bytes), &values).map_err(wrong)?;
        let keys = self.secrets.iter().map(|secret| MacKey::new(&self.recipe.key, secret.expose()));
        keys.map(|key| Ok(key?.tag(|update| content.feed(update)))).collect()
    }

    /// All signatures in the first place, if it holds several; else one in each place.
    fn put(&self, head: &mut Parts, timestamp: Option<&str>, tags: &[Tag]) -> Result<(), ConfigError> {
        let mut places = self.recipe.signatures.iter();
        let mut rest = tags;
        while !rest.is_empty() {
            let place = places.next().ok_or_else(|| {
                ConfigError::new("secret", "is one too many: there is no place for another signature")
            })?;
            let (now, later) = rest.split_at(place.capacity().min(rest.len()));
            self.put_at(place, head, timestamp, now)?;
            rest = later;
        }
        Ok(())
    }

    fn put_at(
        &self,
        place: &SignaturePlace,
        head: &mut Parts,
        timestamp: Option<&str>,
        tags: &[Tag],
    ) -> Result<(), ConfigError> {
        let timestamp = match (self.recipe.timestamp.as_ref().map(|place| &place.source), timestamp) {
            (Some(TimestampSource::Item(label)), Some(text)) => Some((&**label, text)),
            (Some(TimestampSource::FirstItem), Some(text)) => Some(("", text)),
            _ => None,
        };
        let signatures: Vec<_> = tags.iter().map(|tag| place.encoding.encode(tag)).collect();
        let value = || place.grammar.write(timestamp, &signatures);
        let each = || signatures.chunks(1).map(|signature| place.grammar.write(timestamp, signature));
        match &place.source {
            SignatureSource::Header { name, repeated: true } if !place.grammar.is_list() => {
                for value in each() {
                    head.headers.append(header_name(name)?, header_value(name, value.as_bytes())?);
                }
            }
            SignatureSource::Header { name, .. } => insert(&mut head.headers, name, value().as_bytes())?,
            SignatureSource::NumberedHeaders { name, .. } => {
                for (index, value) in each().enumerate() {
                    let name = name.replace("{n}", &(index + 1).to_string());
                    insert(&mut head.headers, &name, value.as_bytes())?;
                }
            }
            SignatureSource::Query(_) if self.recipe.signed_content().has(&Part::Url) => {
                return Err(ConfigError::new("signature", "stands in the URL, and the URL is signed"));
            }
            SignatureSource::Query(name) => head.uri = with_parameter(&head.uri, name, &value())?,
            SignatureSource::Json(_) => {
                return Err(ConfigError::new("signature", "stands in the body: put it there yourself"));
            }
        }
        Ok(())
    }
}

impl SignaturePlace {
    /// How many signatures it holds.
    fn capacity(&self) -> usize {
        match &self.source {
            SignatureSource::NumberedHeaders { count, .. } => usize::from(*count),
            SignatureSource::Header { repeated: true, .. } => usize::MAX,
            _ if self.grammar.is_list() => usize::MAX,
            _ => 1,
        }
    }
}

fn with_parameter(uri: &Uri, name: &str, value: &str) -> Result<Uri, ConfigError> {
    let separator = if uri.query().is_some() { '&' } else { '?' };
    let value = value.replace('%', "%25").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{uri}{separator}{name}={value}").parse().map_err(|_| ConfigError::new("uri", "is none"))
}

fn insert(headers: &mut HeaderMap, name: &str, value: &[u8]) -> Result<(), ConfigError> {
    headers.insert(header_name(name)?, header_value(name, value)?);
    Ok(())
}

fn header_name(name: &str) -> Result<HeaderName, ConfigError> {
    name.parse().map_err(|_| ConfigError::new("header", format!("cannot be named {name:?}")))
}

fn header_value(name: &str, value: &[u8]) -> Result<HeaderValue, ConfigError> {
    HeaderValue::from_bytes(value).map_err(|_| ConfigError::new(name.to_owned(), "has a value that no header can have"))
}
