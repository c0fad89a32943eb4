//! Signed requests, for every recipe.

#[cfg(feature = "message-signatures")]
use super::message::MessageSigning;
#[cfg(feature = "public-key")]
use super::{keys::TestKey, token::TokenSigning};
#[cfg(feature = "message-signatures")]
use crate::schemes::message_signature::{Means as MessageMeans, MessageSignatureForm};
#[cfg(feature = "public-key")]
use crate::schemes::{
    PublicKeyAlgorithm,
    jwt::{JwtForm, Means, TokenPlace},
};
use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    schemes::{
        MacAlgorithm, Recipe, SignatureEncoding,
        body_form::Form,
        content::{Content, ContentSource},
        form, json,
        mac::{MacKey, Tag},
        places::{FieldPlace, FieldPlaceSource, SignaturePlace, SignatureSource, TimestampSource},
        recipe::Proof,
        template::Part,
    },
    secrets::Secret,
    time::UnixTime,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header::CONTENT_TYPE, request::Parts};
use http_body_util::Full;
use serde_json::{Map, Value};
use std::{borrow::Cow, fmt};

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
///
/// For a recipe whose senders sign with a private key, `secret` is the public half of the test key of its algorithm:
/// what a `TestKey` calls `public_pem`.
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

    /// Adds a header. Where it is the one of the signatures and holds a list, they are added to the list.
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
        Ok(self.signed()?.0.headers)
    }

    /// The whole request.
    ///
    /// # Errors
    ///
    /// When something cannot be part of a request, when the body lacks what is signed apart from it, or when the
    /// signature cannot be put where the scheme wants it: into a body that is not JSON, or twice where there is room for
    /// one.
    pub fn build(self) -> Result<Request<Full<Bytes>>, ConfigError> {
        let (head, body) = self.signed()?;
        Ok(Request::from_parts(head, Full::new(body)))
    }

    fn signed(self) -> Result<(Parts, Bytes), ConfigError> {
        let mut head = self.unsigned_head()?;
        let mut body = self.body.clone();
        match &self.recipe.proof {
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => {
                self.put_token(form, &mut head, &mut body)?;
                return Ok((head, body));
            }
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => {
                self.put_message_signature(form, &mut head)?;
                return Ok((head, body));
            }
            _ => {}
        }
        let timestamp = self.timestamp_text()?;
        if let (Some(TimestampSource::Header(name)), Some(text)) =
            (self.recipe.timestamp.as_ref().map(|place| &place.source), &timestamp)
        {
            insert(&mut head.headers, name, text.as_bytes())?;
        }
        let signatures = self.signatures(&head, timestamp.as_deref())?;
        self.put(&mut head, &mut body, timestamp.as_deref(), &signatures)?;
        if let Form::Wrapped(wrapping) = self.recipe.body_form.0 {
            let (content_type, wrapped) = (wrapping.wrap)(&body);
            insert(&mut head.headers, "content-type", content_type.as_bytes())?;
            body = wrapped.into();
        }
        Ok((head, body))
    }

    fn unsigned_head(&self) -> Result<Parts, ConfigError> {
        let mut head = Request::new(()).into_parts().0;
        head.method = self.method.clone();
        head.uri = self.uri.parse().map_err(|_| ConfigError::new("uri", "is none"))?;
        for (name, value) in &self.headers {
            head.headers.append(header_name(name)?, header_value(name, value)?);
        }
        match (&self.recipe.key_header, &self.api_key) {
            (Some(name), Some(api_key)) => insert(&mut head.headers, name, api_key.as_bytes())?,
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
            if !self.recipe.has_part(&Part::Timestamp) {
                return Ok(None);
            }
            let text = json::unique(&self.body, pointer)
                .map_err(|_| ConfigError::new("body", format!("must hold the timestamp, once, at {pointer}")))?;
            return Ok(Some(text.trim_matches('"').to_owned()));
        }
        if let TimestampSource::Form(name) = &place.source {
            if !self.recipe.has_part(&Part::Timestamp) {
                return Ok(None);
            }
            let text = form::unique(&self.body, name)
                .map_err(|_| ConfigError::new("body", format!("must hold the timestamp, once, as `{name}`")))?;
            return Ok(Some(String::from_utf8_lossy(&text).into_owned()));
        }
        if let Some(Timestamp::Text(text)) = &self.timestamp {
            return Ok(Some(text.clone()));
        }
        let text = place.unit.render(self.time()).ok_or_else(|| ConfigError::new("timestamp", "is out of range"))?;
        Ok(Some(text))
    }

    fn signatures(&self, head: &Parts, timestamp: Option<&str>) -> Result<Vec<Signature>, ConfigError> {
        let wrong = |error: crate::schemes::SchemeError| ConfigError::new("request", error.to_string());
        let template = self.recipe.signed_content();
        let payload = &*match self.recipe.body_form.0 {
            // It is wrapped once it is signed.
            Form::Wrapped(_) => Cow::Borrowed(&*self.body),
            _ => self.recipe.body_form.render(head, &self.body).map_err(wrong)?,
        };
        let values = self.recipe.body_values(template, head, payload).map_err(wrong)?;
        let timestamp = timestamp.map(str::as_bytes);
        let id = self.recipe.id.as_ref().and_then(FieldPlace::header_name).and_then(|name| head.headers.get(name));
        let source = ContentSource { head, payload, timestamp, id: id.map(HeaderValue::as_bytes) };
        let mut content = Content::new();
        self.recipe.fill(&mut content, template, &source, &values).map_err(wrong)?;
        let sign = |secret: &Secret| match &self.recipe.proof {
            Proof::Tag(form) if form.algorithm == MacAlgorithm::Token => {
                Ok(Signature::Text(String::from_utf8_lossy(secret.expose()).into_owned()))
            }
            Proof::Tag(form) => {
                let key = MacKey::new(form, secret.expose())?;
                Ok(Signature::Tag(key.tag(content.parts())))
            }
            #[cfg(feature = "public-key")]
            Proof::PublicKey(algorithm) => {
                let key = test_key(*algorithm, secret)?;
                Ok(Signature::Bytes(key.sign(&content.to_slices().concat())?))
            }
            #[cfg(feature = "public-key")]
            _ => Err(ConfigError::new("recipe", "puts its signature elsewhere")),
        };
        self.secrets.iter().map(sign).collect()
    }

    #[cfg(feature = "public-key")]
    fn put_token(&self, form: &JwtForm, head: &mut Parts, body: &mut Bytes) -> Result<(), ConfigError> {
        let algorithm = *form.algorithms.first().ok_or_else(|| ConfigError::new("token", "has no algorithm"))?;
        let [secret] = &self.secrets[..] else {
            return Err(ConfigError::new("secret", "is one too many: there is one token"));
        };
        if let Means::PublicKey(algorithm) = algorithm.means() {
            test_key(algorithm, secret).map(drop)?;
        }
        let claims = match (&form.place, serde_json::from_slice(&self.body)) {
            (TokenPlace::Body, Ok(claims)) => claims,
            (TokenPlace::Body, Err(_)) => return Err(ConfigError::new("body", "is no JSON object of claims")),
            _ => Map::new(),
        };
        let token = TokenSigning {
            form,
            algorithm,
            secret: secret.expose(),
            key_id: None,
            head,
            payload: &self.body,
            public_origin: self.recipe.origin(),
            now: self.time(),
            id: self.id.as_deref(),
            claims,
            signed_headers: &[],
            parameters: Map::new(),
        };
        let token = token.sign()?;
        match &form.place {
            TokenPlace::Header { name, .. } => insert(&mut head.headers, name, token.as_bytes()),
            TokenPlace::Body => {
                *body = token.into();
                Ok(())
            }
        }
    }

    #[cfg(feature = "message-signatures")]
    fn put_message_signature(&self, form: &MessageSignatureForm, head: &mut Parts) -> Result<(), ConfigError> {
        let mut components: Vec<_> = form.required.iter().map(|name| format!("\"{name}\"")).collect();
        if !form.required.iter().any(|name| name == "content-digest") {
            components.push("\"content-digest\"".to_owned());
        }
        let components: Vec<_> = components.iter().map(String::as_str).collect();
        for (number, secret) in self.secrets.iter().enumerate() {
            if let MessageMeans::PublicKey(algorithm) = form.algorithm.means() {
                test_key(algorithm, secret).map(drop)?;
            }
            let signing = MessageSigning {
                form,
                secret: secret.expose(),
                label: &format!("sig{}", number + 1),
                components: &components,
                created: Some(self.time()),
                key_id: None,
                parameters: "",
                payload: &self.body,
                public_origin: self.recipe.origin(),
            };
            signing.sign(head)?;
        }
        Ok(())
    }

    fn time(&self) -> UnixTime {
        match &self.timestamp {
            Some(Timestamp::Time(time)) => *time,
            _ => SystemClock.now(),
        }
    }

    /// All signatures in the first place, if it holds several; else one in each place.
    fn put(
        &self,
        head: &mut Parts,
        body: &mut Bytes,
        timestamp: Option<&str>,
        signatures: &[Signature],
    ) -> Result<(), ConfigError> {
        let mut places = self.recipe.signatures.iter();
        let mut rest = signatures;
        while !rest.is_empty() {
            let place = places.next().ok_or_else(|| {
                ConfigError::new("secret", "is one too many: there is no place for another signature")
            })?;
            let (now, later) = rest.split_at(place.capacity().min(rest.len()));
            self.put_at(place, head, body, timestamp, now)?;
            rest = later;
        }
        Ok(())
    }

    fn put_at(
        &self,
        place: &SignaturePlace,
        head: &mut Parts,
        body: &mut Bytes,
        timestamp: Option<&str>,
        signatures: &[Signature],
    ) -> Result<(), ConfigError> {
        let timestamp = match (self.recipe.timestamp.as_ref().map(|place| &place.source), timestamp) {
            (Some(TimestampSource::Item(label)), Some(text)) => Some((&**label, text)),
            (Some(TimestampSource::FirstItem), Some(text)) => Some(("", text)),
            _ => None,
        };
        let signatures: Vec<_> = signatures.iter().map(|signature| signature.encode(place.encoding)).collect();
        // The senders that write a key before a signature have it as a setting here.
        let key = self.recipe.settings.iter().find_map(|setting| setting.value.as_deref()).unwrap_or("key");
        let value = || place.grammar.write(key, timestamp, &signatures);
        let each = || signatures.chunks(1).map(|signature| place.grammar.write(key, timestamp, signature));
        match &place.source {
            SignatureSource::Header { name, repeated: true } if !place.grammar.is_list() => {
                for value in each() {
                    head.headers.append(header_name(name)?, header_value(name, value.as_bytes())?);
                }
            }
            SignatureSource::Header { name, .. } => {
                // Items that the caller has put there stay: some schemes read more from them than signatures.
                let items = head.headers.get(&**name).filter(|_| place.grammar.is_list()).map(HeaderValue::as_bytes);
                let separator = place.grammar.separator();
                let value = items.map_or_else(
                    || value().into_bytes(),
                    |items| [items, separator.as_bytes(), value().as_bytes()].concat(),
                );
                insert(&mut head.headers, name, &value)?;
            }
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
            #[cfg(feature = "public-key")]
            SignatureSource::Base64Json { name, pointer } => {
                let document = with_json_string(b"{}", pointer, &value())?;
                insert(&mut head.headers, name, STANDARD.encode(document).as_bytes())?;
            }
            SignatureSource::Json(pointer) => *body = with_json_string(body, pointer, &value())?,
            SignatureSource::Form(name) => {
                let separator = if body.is_empty() { "" } else { "&" };
                let parameter = format!("{separator}{name}={}", percent_encoded(&value()));
                *body = [body, parameter.as_bytes()].concat().into();
                head.headers
                    .entry(CONTENT_TYPE)
                    .or_insert(HeaderValue::from_static("application/x-www-form-urlencoded"));
            }
        }
        Ok(())
    }
}

/// A signature that is not yet written.
enum Signature {
    Tag(Tag),
    #[cfg(feature = "public-key")]
    Bytes(Vec<u8>),
    Text(String),
}

impl Signature {
    fn encode(&self, encoding: SignatureEncoding) -> String {
        match self {
            Self::Tag(tag) => encoding.encode(tag.as_bytes()),
            #[cfg(feature = "public-key")]
            Self::Bytes(bytes) => encoding.encode(bytes),
            Self::Text(text) if encoding == SignatureEncoding::Base64 => STANDARD.encode(text),
            Self::Text(text) => text.clone(),
        }
    }
}

/// The pair of this algorithm, whose public half the secret has to be.
#[cfg(feature = "public-key")]
fn test_key(algorithm: PublicKeyAlgorithm, secret: &Secret) -> Result<TestKey, ConfigError> {
    let key = TestKey::new(algorithm);
    if secret.expose() == key.public_pem().as_bytes() {
        Ok(key)
    } else {
        Err(ConfigError::new(
            "secret",
            "must be `TestKey::public_pem` of the algorithm: no other key can be signed with",
        ))
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
    format!("{uri}{separator}{name}={}", percent_encoded(value)).parse().map_err(|_| ConfigError::new("uri", "is none"))
}

fn percent_encoded(value: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}

/// The body with this string at `pointer`, in objects that are made where there are none.
fn with_json_string(body: &[u8], pointer: &str, text: &str) -> Result<Bytes, ConfigError> {
    let wrong = |reason: &'static str| ConfigError::new("body", reason);
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    let mut document: Value =
        serde_json::from_slice(body).map_err(|_| wrong("is not JSON, and the signature has to be put into it"))?;
    let mut place = &mut document;
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        place = match place {
            Value::Array(values) => name.parse::<usize>().ok().and_then(|index| values.get_mut(index)),
            Value::Object(properties) => Some(properties.entry(name).or_insert_with(|| Value::Object(Map::new()))),
            _ => None,
        }
        .ok_or_else(|| wrong("has no room for the signature"))?;
    }
    *place = Value::String(text.to_owned());
    Ok(document.to_string().into())
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
