//! The time that is signed: its grammar, and the window around now.

use super::{SchemeError, SchemeErrorKind};
use crate::{error::ConfigError, observe, time::UnixTime};
use std::{fmt, time::Duration};

/// How a signed time is written. It is signed as received, whatever it says; this is how it is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimestampUnit {
    /// Seconds since the epoch: digits alone, at most 12, no leading zero.
    Seconds,
    /// Milliseconds since the epoch: digits alone, at most 15, no leading zero.
    Milliseconds,
    /// Either of the two: as milliseconds from 12 digits on, which is the year 2001 for them and 5138 for seconds.
    SecondsOrMilliseconds,
    /// RFC 3339, as in `2026-11-22T05:53:27.123Z`; the offset may be any, but must be there.
    Rfc3339,
    /// As [`Rfc3339`](Self::Rfc3339), in UTC where there is no offset.
    Rfc3339OptionalOffset,
    /// The preferred form of HTTP (RFC 9110), as in `Sun, 22 Nov 2026 05:53:27 GMT`.
    HttpDate,
}

impl TimestampUnit {
    /// `None` unless `text` follows the grammar to the letter.
    pub(super) fn parse(self, text: &[u8]) -> Option<UnixTime> {
        match self {
            Self::Seconds => digits(text, 12).map(UnixTime::from_seconds),
            Self::Milliseconds => digits(text, 15).map(UnixTime::from_millis),
            Self::SecondsOrMilliseconds if text.len() < 12 => Self::Seconds.parse(text),
            Self::SecondsOrMilliseconds => Self::Milliseconds.parse(text),
            Self::Rfc3339 => {
                let timestamp: jiff::Timestamp = rfc3339(text)?.parse().ok()?;
                Some(UnixTime::from_millis(timestamp.as_millisecond()))
            }
            Self::Rfc3339OptionalOffset => Self::Rfc3339.parse(text).or_else(|| {
                let mut utc = [b'Z'; 32];
                utc.get_mut(..text.len())?.copy_from_slice(text);
                Self::Rfc3339.parse(utc.get(..=text.len())?)
            }),
            Self::HttpDate => {
                let text = std::str::from_utf8(text).ok()?;
                let timestamp = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
                // The parser takes the many spellings of e-mail; HTTP has one.
                let mut rest = Rest(text);
                let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
                printer.print_timestamp_rfc9110(&timestamp, jiff::fmt::StdFmtWrite(&mut rest)).ok()?;
                rest.0.is_empty().then(|| UnixTime::from_seconds(timestamp.as_second()))
            }
        }
    }

    /// Now, as exactly as this unit can say it.
    const fn floor(self, now: UnixTime) -> UnixTime {
        if self.is_whole_seconds() { UnixTime::from_seconds(now.as_seconds()) } else { now }
    }

    pub(super) const fn is_whole_seconds(self) -> bool {
        matches!(self, Self::Seconds | Self::SecondsOrMilliseconds | Self::HttpDate)
    }

    pub(super) const fn is_numeric(self) -> bool {
        matches!(self, Self::Seconds | Self::Milliseconds | Self::SecondsOrMilliseconds)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn render(self, time: UnixTime) -> Option<String> {
        match self {
            Self::Seconds | Self::SecondsOrMilliseconds => Some(time.as_seconds().to_string()),
            Self::Milliseconds => Some(time.as_millis().to_string()),
            Self::Rfc3339 | Self::Rfc3339OptionalOffset => {
                Some(jiff::Timestamp::from_millisecond(time.as_millis()).ok()?.to_string())
            }
            Self::HttpDate => {
                let timestamp = jiff::Timestamp::from_second(time.as_seconds()).ok()?;
                jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp).ok()
            }
        }
    }
}

/// What is left of a text when what is written to it is taken from its start: compares without a copy.
struct Rest<'t>(&'t str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// `0|[1-9][0-9]*`: with a sign, a space or a leading zero, two texts would mean one time. At most 15 digits, so that
/// nothing overflows.
fn digits(text: &[u8], at_most: usize) -> Option<i64> {
    match text {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] if text.len() <= at_most => {
            // All at once, without a branch for each.
            let (value, others) = text.iter().fold((0, false), |(value, others), byte| {
                let digit = byte.wrapping_sub(b'0');
                (value * 10 + i64::from(digit), others | (digit > 9))
            });
            if others { None } else { Some(value) }
        }
        _ => None,
    }
}

/// The text, if it has the shape of RFC 3339: jiff takes all of ISO 8601 and more.
fn rfc3339(text: &[u8]) -> Option<&str> {
    let matches = |text: &[u8], shape: &[u8]| {
        text.len() == shape.len()
            && text.iter().zip(shape).all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                _ => byte == shape,
            })
    };
    let (start, rest) = text.split_at_checked(19)?;
    let fraction = match rest {
        [b'.', digits @ ..] => 1 + digits.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    let zone = rest.get(fraction..)?;
    let well_formed = matches(start, b"0000-00-00T00:00:00")
        && fraction != 1
        && fraction <= 10
        && (zone == b"Z" || matches(zone, b"+00:00") || matches(zone, b"-00:00"));
    if well_formed { std::str::from_utf8(text).ok() } else { None }
}

/// How far from now a signed time may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) past: Duration,
    pub(crate) future: Duration,
}

impl Window {
    pub(crate) const fn seconds(past: u64, future: u64) -> Self {
        Self { past: Duration::from_secs(past), future: Duration::from_secs(future) }
    }

    /// # Errors
    ///
    /// When one of them is zero: clocks differ, and there is no switching this check off.
    pub(crate) fn new(past: Duration, future: Duration) -> Result<Self, ConfigError> {
        if past.is_zero() || future.is_zero() {
            return Err(ConfigError::new("tolerance", "must be longer than zero, both ways"));
        }
        if past.max(future) >= Duration::from_secs(24 * 60 * 60) {
            observe::warning("tolerance", "is a day or more: so long may a captured delivery be sent again");
        }
        Ok(Self { past, future })
    }

    /// Exactly the tolerance away still counts.
    pub(super) fn check(self, unit: TimestampUnit, time: UnixTime, now: UnixTime) -> Result<(), SchemeError> {
        let age = unit.floor(now).as_millis().saturating_sub(time.as_millis());
        let (direction, allowed) = if age < 0 { ("in the future", self.future) } else { ("in the past", self.past) };
        let off = age.unsigned_abs();
        if u128::from(off) <= allowed.as_millis() {
            return Ok(());
        }
        Err(SchemeError::new(SchemeErrorKind::OutOfTolerance).hint(format!(
            "the timestamp is {} s {direction}, where {} s are allowed: if the delivery is new, one of the two machines has the wrong time",
            off.div_ceil(1000),
            allowed.as_secs_f64(),
        )))
    }
}
