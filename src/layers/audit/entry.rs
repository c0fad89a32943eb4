//! What is kept of a record.

use super::record::AuditRecord;
use crate::time::UnixTime;
use http::StatusCode;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::{fmt::Write as _, net::IpAddr, sync::Arc, time::Duration};

/// The longest texts, in bytes of JSON. Together with the rest they make at most 1 KiB.
const LONGEST_NAME: usize = 64;
const LONGEST_ID: usize = 128;
const LONGEST_PATH: usize = 256;

/// One attempt, small enough to be kept: at most 1 KiB as JSON, without the payload.
///
/// Texts of the sender are clipped, and end in `…` then; characters that do not print are written as `\u{…}`.
///
/// As JSON it is one object, without what is not known:
///
/// ```json
/// {"at":"2026-11-22T05:53:27.000Z","outcome":"accepted","status":200,"route":"github","path":"/hooks/github",
///  "client_ip":"192.0.2.1","scheme":"github","key_id":"current","event_id":"72d3162e","latency_us":214}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub(super) at: UnixTime,
    pub(super) outcome: Arc<str>,
    pub(super) status: Option<StatusCode>,
    pub(super) route: Option<Arc<str>>,
    pub(super) path: Box<str>,
    pub(super) client_ip: Option<IpAddr>,
    pub(super) scheme: Option<Arc<str>>,
    pub(super) tenant: Option<Box<str>>,
    pub(super) key_id: Option<Box<str>>,
    pub(super) event_id: Option<Box<str>>,
    pub(super) latency: Duration,
}

impl AuditEntry {
    /// When the request arrived.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// The code of the [`Outcome`](super::Outcome).
    #[must_use]
    pub fn outcome(&self) -> &str {
        &self.outcome
    }

    /// What the sender was answered.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The name of the route.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who delivered it.
    #[must_use]
    pub const fn client_ip(&self) -> Option<IpAddr> {
        self.client_ip
    }

    /// The scheme that was asked.
    #[must_use]
    pub fn scheme(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    /// The tenant that vouches for it.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The key that matched.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The sender's id of the event.
    #[must_use]
    pub fn event_id(&self) -> Option<&str> {
        self.event_id.as_deref()
    }

    /// From the arrival to the head of the response, in whole microseconds.
    #[must_use]
    pub const fn latency(&self) -> Duration {
        self.latency
    }

    pub(super) fn latency_micros(&self) -> u64 {
        u64::try_from(self.latency.as_micros()).unwrap_or(u64::MAX)
    }
}

impl From<&AuditRecord> for AuditEntry {
    fn from(record: &AuditRecord) -> Self {
        let name = |text: &Arc<str>| shared_clipped(text, LONGEST_NAME);
        Self {
            at: record.at(),
            outcome: record.outcome().code().into(),
            status: record.status(),
            route: record.shared_route().map(name),
            path: clipped(record.path(), LONGEST_PATH),
            client_ip: record.client_ip(),
            scheme: record.shared_scheme().map(name),
            tenant: record.tenant().map(|tenant| clipped(tenant, LONGEST_NAME)),
            key_id: record.key_id().map(|id| clipped(id, LONGEST_NAME)),
            event_id: record.event_id().map(|id| clipped(id, LONGEST_ID)),
            latency: Duration::from_micros(u64::try_from(record.latency().as_micros()).unwrap_or(u64::MAX)),
        }
    }
}

impl Serialize for AuditEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("AuditEntry", 11)?;
        fields.serialize_field("at", &self.at.to_rfc3339_millis())?;
        fields.serialize_field("outcome", &*self.outcome)?;
        match self.status {
            Some(status) => fields.serialize_field("status", &status.as_u16())?,
            None => fields.skip_field("status")?,
        }
        optional(&mut fields, "route", self.route())?;
        fields.serialize_field("path", &*self.path)?;
        optional(&mut fields, "client_ip", self.client_ip)?;
        optional(&mut fields, "scheme", self.scheme())?;
        optional(&mut fields, "tenant", self.tenant())?;
        optional(&mut fields, "key_id", self.key_id())?;
        optional(&mut fields, "event_id", self.event_id())?;
        fields.serialize_field("latency_us", &self.latency_micros())?;
        fields.end()
    }
}

fn optional<F: SerializeStruct>(
    fields: &mut F,
    name: &'static str,
    value: Option<impl Serialize>,
) -> Result<(), F::Error> {
    match value {
        Some(value) => fields.serialize_field(name, &value),
        None => fields.skip_field(name),
    }
}

/// Most names need not change, and are shared then.
fn shared_clipped(text: &Arc<str>, limit: usize) -> Arc<str> {
    let prints = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if text.len() <= limit && text.bytes().all(prints) { Arc::clone(text) } else { clipped(text, limit).into() }
}

/// At most `limit` bytes, as JSON writes them.
fn clipped(text: &str, limit: usize) -> Box<str> {
    const ELLIPSIS: &str = "…";
    let mut kept = String::with_capacity(text.len().min(limit));
    let mut used = 0;
    // How much may stay if the ellipsis has to follow.
    let mut whole = 0;
    let mut printed = String::new();
    for character in text.chars() {
        printed.clear();
        match character {
            '"' | '\'' | '\\' => printed.push(character),
            _ => {
                let _ = write!(printed, "{}", character.escape_debug());
            }
        }
        let doubled = printed.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        used += printed.len() + doubled;
        if used > limit {
            kept.truncate(whole);
            kept.push_str(ELLIPSIS);
            break;
        }
        kept.push_str(&printed);
        if used + ELLIPSIS.len() <= limit {
            whole = kept.len();
        }
    }
    kept.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use proptest::prelude::*;

    fn entry(text: &str) -> AuditEntry {
        let name = || shared_clipped(&Arc::from(text), LONGEST_NAME);
        AuditEntry {
            at: UnixTime::from_millis(-1),
            outcome: "timestamp_out_of_tolerance".into(),
            status: Some(StatusCode::UNAUTHORIZED),
            route: Some(name()),
            path: clipped(text, LONGEST_PATH),
            client_ip: Some("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff".parse().unwrap()),
            scheme: Some(name()),
            tenant: Some(clipped(text, LONGEST_NAME)),
            key_id: Some(clipped(text, LONGEST_NAME)),
            event_id: Some(clipped(text, LONGEST_ID)),
            latency: Duration::MAX,
        }
    }

    proptest! {
        #[test]
        fn whatever_the_texts_are_an_entry_is_one_short_line(text in "(?s).{0,600}") {
            let json = serde_json::to_string(&entry(&text)).unwrap();
            prop_assert!(json.len() <= 1024, "{} bytes", json.len());
            prop_assert!(!json.contains(char::is_control));
            let read: serde_json::Value = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read["latency_us"].as_u64(), Some(u64::MAX));
        }
    }

    #[test]
    fn texts_that_fit_stay_as_they_are_and_others_say_that_they_were_cut() {
        for (text, limit, expected) in [
            ("evt_1", 5, "evt_1"),
            ("evt_12345", 8, "evt_1…"),
            ("größe", 7, "größe"),
            ("größe", 6, "gr…"),
            (r#"a"b\c"#, 7, r#"a"b\c"#),
            (r#"a"b\c"#, 6, "a\"…"),
            ("a\nb\0c", 20, r"a\nb\0c"),
            ("\u{202e}x", 20, r"\u{202e}x"),
            ("", 8, ""),
        ] {
            assert_eq!(&*clipped(text, limit), expected);
        }
    }

    #[test]
    fn an_entry_is_an_object_without_what_is_not_known() {
        let entry = AuditEntry {
            at: UnixTime::from_millis(1_764_000_000_000),
            outcome: "unverified".into(),
            status: None,
            route: None,
            path: "/".into(),
            client_ip: None,
            scheme: None,
            tenant: None,
            key_id: None,
            event_id: None,
            latency: Duration::from_micros(7),
        };
        let json = r#"{"at":"2025-11-24T16:00:00.000Z","outcome":"unverified","path":"/","latency_us":7}"#;
        assert_eq!(serde_json::to_string(&entry).unwrap(), json);
    }
}
