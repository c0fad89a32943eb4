//! What is stored of a delivery, and what a job's handler gets.

use crate::{
    event::{ReplayKey, VerifiedEvent},
    stores::StoreError,
    time::UnixTime,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, sync::Arc};
use ulid::Ulid;

/// Names one job: the same for every delivery of one event at one endpoint, on every instance and after every restart.
///
/// It is made of the [`ReplayKey`], so that no store can hold two jobs for one event. 26 characters, as of a ULID.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(Arc<str>);

impl JobId {
    /// The job of this delivery. The key must be in the namespace of the endpoint.
    #[must_use]
    pub fn of(key: &ReplayKey) -> Self {
        let half = key.as_bytes().first_chunk().copied().unwrap_or_default();
        Self(Ulid::from_bytes(half).to_string().into())
    }

    /// A job of its own, whatever was delivered.
    #[must_use]
    pub fn random() -> Self {
        Self(Ulid::generate().to_string().into())
    }

    /// From text that was stored or shown; `None` if it names no job.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Ulid::from_string(text).ok().map(|id| Self(id.to_string().into()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A delivery out of the inbox.
///
/// Only verified deliveries get in, unless verification was in report-only mode: then [`reported`](Self::reported)
/// says what would have turned it away. It is not a [`VerifiedEvent`]: whoever can write to the store can make one.
#[derive(Clone)]
pub struct InboxEvent {
    head: Head,
    headers: HeaderMap,
    payload: Bytes,
}

#[derive(Clone, Serialize, Deserialize)]
struct Head {
    job: JobId,
    endpoint: String,
    scheme: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    key_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    id_is_signed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    kind_is_signed: bool,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    received_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ip: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reported: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(String, String)>,
}

/// Longest id of a sender's by which its event is looked up, in bytes: a payload may have any.
pub(super) const ID_LIMIT: usize = 256;

/// The first byte of what is stored: another one is another layout.
const LAYOUT: u8 = 1;

impl InboxEvent {
    /// What is kept of `event` at `endpoint`, with those of the request's headers that are in `keep`.
    #[must_use]
    pub fn new(endpoint: &str, event: &VerifiedEvent, headers: &HeaderMap, keep: &[HeaderName]) -> Self {
        // A forgery in report-only mode must not use up the key of what it forges.
        let job = match event.reported() {
            None => JobId::of(&event.replay_key().in_namespace(endpoint)),
            Some(_) => JobId::random(),
        };
        let mut kept = HeaderMap::new();
        for name in keep {
            for value in headers.get_all(name) {
                kept.append(name, value.clone());
            }
        }
        Self {
            head: Head {
                job,
                endpoint: endpoint.to_owned(),
                scheme: event.scheme().to_owned(),
                tenant: event.tenant().map(|tenant| tenant.id().as_str().to_owned()),
                key_id: event.key_id().to_owned(),
                id: event.id().map(ToOwned::to_owned),
                id_is_signed: event.id_is_signed(),
                kind: event.kind().map(ToOwned::to_owned),
                kind_is_signed: event.kind_is_signed(),
                timestamp: event.timestamp().map(UnixTime::as_millis),
                received_at: event.received_at().as_millis(),
                client_ip: event.client_ip(),
                reported: event.reported().map(|rejection| rejection.kind().code().to_owned()),
                headers: Vec::new(),
            },
            headers: kept,
            payload: event.payload().clone(),
        }
    }

    /// The job that handles it.
    #[must_use]
    pub const fn job(&self) -> &JobId {
        &self.head.job
    }

    /// The name of the endpoint it came in at.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.head.endpoint
    }

    /// The name of the scheme that verified it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.head.scheme
    }

    /// The id of the tenant whose keys matched, where keys belong to tenants.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.head.tenant.as_deref()
    }

    /// The id of the key that matched.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.head.key_id
    }

    /// The sender's id of the event. It is what makes a handler idempotent that may run more than once; where there is
    /// none, [`job`](Self::job) does.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.head.id.as_deref()
    }

    /// Whether the signature covered the id.
    #[must_use]
    pub const fn id_is_signed(&self) -> bool {
        self.head.id_is_signed
    }

    /// By which it can be asked for: the sender's id, or the job's where there is none, or one of more than 256 bytes.
    #[must_use]
    pub fn public_id(&self) -> &str {
        self.id().filter(|id| id.len() <= ID_LIMIT).unwrap_or(self.head.job.as_str())
    }

    /// The sender's type of the event.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.head.kind.as_deref()
    }

    /// Whether the signature covered the type.
    #[must_use]
    pub const fn kind_is_signed(&self) -> bool {
        self.head.kind_is_signed
    }

    /// The time the sender signed.
    #[must_use]
    pub fn timestamp(&self) -> Option<UnixTime> {
        self.head.timestamp.map(UnixTime::from_millis)
    }

    /// When it was verified.
    #[must_use]
    pub const fn received_at(&self) -> UnixTime {
        UnixTime::from_millis(self.head.received_at)
    }

    /// Who delivered it.
    #[must_use]
    pub const fn client_ip(&self) -> Option<IpAddr> {
        self.head.client_ip
    }

    /// The code of what would have turned it away, in report-only mode alone.
    #[must_use]
    pub fn reported(&self) -> Option<&str> {
        self.head.reported.as_deref()
    }

    /// The headers that were chosen to be kept.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The bytes that were signed.
    #[must_use]
    pub const fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// As it is stored: a layout byte, the length of the head, the head as JSON, the payload.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = self.head.clone();
        // Bytes beyond ASCII come back as they were: each is one character.
        let text = |value: &HeaderValue| value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
        head.headers = self.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        // Strings, numbers and truth values alone: nothing that JSON refuses.
        let head = serde_json::to_vec(&head).unwrap_or_default();
        let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
        let mut bytes = Vec::with_capacity(5 + head.len() + self.payload.len());
        bytes.push(LAYOUT);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// From what [`to_bytes`](Self::to_bytes) made.
    ///
    /// # Errors
    ///
    /// When it is of another layout, or damaged.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Result<Self, StoreError> {
        let damaged = || StoreError::failed("a stored event is damaged, or of a later version");
        let mut rest = bytes.into();
        let (prefix, _) = rest.split_first_chunk::<5>().ok_or_else(damaged)?;
        let [layout, length @ ..] = *prefix;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| damaged())?;
        let end = length.checked_add(5).filter(|end| layout == LAYOUT && *end <= rest.len()).ok_or_else(damaged)?;
        let payload = rest.split_off(end);
        let mut head: Head = serde_json::from_slice(rest.get(5..).unwrap_or_default()).map_err(|_| damaged())?;
        let mut headers = HeaderMap::new();
        for (name, value) in std::mem::take(&mut head.headers) {
            let value = value.chars().map(u8::try_from).collect::<Result<Vec<_>, _>>().map_err(|_| damaged())?;
            let name = HeaderName::try_from(name).map_err(|_| damaged())?;
            headers.append(name, HeaderValue::try_from(value).map_err(|_| damaged())?);
        }
        Ok(Self { head, headers, payload })
    }
}

impl fmt::Debug for InboxEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxEvent")
            .field("job", &self.head.job)
            .field("endpoint", &self.head.endpoint)
            .field("scheme", &self.head.scheme)
            .field("tenant", &self.head.tenant)
            .field("received_at", &self.received_at())
            .field("payload_length", &self.payload.len())
            .finish_non_exhaustive()
    }
}
