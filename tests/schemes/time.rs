//! The window, and the grammar of times.

use crate::{Case, NOW, cases, head, set, verify};
use std::time::Duration;
use tower_webhook::{
    UnixTime,
    schemes::{
        self, Recipe, Scheme,
        SchemeErrorKind::{Malformed, OutOfTolerance},
        SignaturePlace, TimestampPlace, TimestampUnit,
    },
};

#[test]
fn each_provider_has_the_window_it_documents() {
    for case in cases() {
        let minutes = match case.name() {
            "partner" | "slack" | "standard_webhooks" | "stripe" | "textus" => Some(5),
            "eka" => Some(3),
            _ => None,
        };
        // And the second that lies between two whole ones: now is rounded down to them.
        assert_eq!(case.recipe.time_window(), minutes.map(|minutes| Duration::from_secs(2 * 60 * minutes + 1)));
    }
}

#[test]
fn the_window_ends_exactly_where_it_says() {
    for case in cases() {
        let Some(window) = case.recipe.time_window() else { continue };
        let tolerance = i64::try_from(window.as_secs()).unwrap() / 2;
        let (head, body) = case.signed();
        let at = |millis| {
            let now = UnixTime::from_millis(NOW * 1000 + millis);
            verify(case.recipe, &head, &body, &case.keys(), now).map(|_| ()).map_err(|error| error.kind())
        };
        for (millis, expected) in [
            (tolerance * 1000, Ok(())),
            (tolerance * 1000 + 999, Ok(())),
            ((tolerance + 1) * 1000, Err(OutOfTolerance)),
            (-tolerance * 1000, Ok(())),
            (-tolerance * 1000 - 1, Err(OutOfTolerance)),
            (-(tolerance + 1) * 1000, Err(OutOfTolerance)),
            (i64::MIN, Err(OutOfTolerance)),
            (i64::MAX - NOW * 1000, Err(OutOfTolerance)),
        ] {
            let millis = millis.max(i64::MIN + NOW * 1000 + 1);
            assert_eq!(at(millis), expected, "{} at {millis} ms", case.name());
        }
    }
}

#[test]
fn the_hint_says_how_far_a_clock_is_off() {
    let case = cases().into_iter().find(|case| case.name() == "slack").unwrap();
    let (head, body) = case.signed();
    let hint = |seconds| {
        let now = UnixTime::from_seconds(NOW + seconds);
        let error = verify(case.recipe, &head, &body, &case.keys(), now).unwrap_err();
        error.hint_text().unwrap().to_owned()
    };
    assert!(hint(412).contains("412 s in the past"), "{}", hint(412));
    assert!(hint(-412).contains("412 s in the future"), "{}", hint(-412));
}

const BAD: [&str; 22] = [
    "",
    " 1764000000",
    "1764000000 ",
    "+1764000000",
    "-1764000000",
    "-9223372036854775808",
    "18446744073709551615",
    "01764000000",
    "00",
    "1764000000.0",
    "1764000000.5",
    "1.764e9",
    "1_764_000_000",
    "0x6924a500",
    "NaN",
    "inf",
    "1234567890123",
    "1234567890123456789012345678901234567890",
    "١٧٦٤",
    "1764000000,1764000000",
    "true",
    "2025-11-24T16:00:00Z",
];

/// Signed rightly, so that nothing but the grammar is to blame.
#[test]
fn a_time_that_is_not_of_the_grammar_is_malformed_wherever_it_stands() {
    for case in cases() {
        for text in BAD {
            match case.name() {
                _ if case.time_in_body() => in_the_body(&case, text),
                _ if case.time_header().is_some() => {
                    let mut head = case.signed().0;
                    if let Ok(signed) = case.signing(b"{}").timestamp(text).build() {
                        head = signed.into_parts().0;
                    } else {
                        set(&mut head, case.time_header().unwrap(), text);
                    }
                    case.refuses(&head, b"{}", Malformed);
                }
                // An item cannot hold what separates items, and the spaces around it do not count.
                _ if case.time_in_signature() && !text.contains([',', ' ']) => {
                    let head = head(case.signing(b"{}").timestamp(text));
                    case.refuses(&head, b"{}", Malformed);
                }
                _ => {}
            }
        }
    }
}

fn in_the_body(case: &Case, text: &str) {
    // White space around a JSON value, and a second value after a comma, are no part of it.
    if text.is_empty() || text.contains([',', ' ']) {
        return;
    }
    let head = case.signed().0;
    for body in [
        format!("{{\"timestamp\":{text}}}"),
        format!("{{\"timestamp\":\"{text}\"}}"),
        format!("{{\"timestamp\":[{text}]}}"),
        format!("{{\"a\":1,\"timestamp\":{text},\"b\":2}}"),
    ] {
        case.refuses(&head, body.as_bytes(), Malformed);
    }
    for body in [format!("{{\"timestamp\":\"{NOW}\"}}"), format!("{{\"timestamp\":{{\"a\":{NOW}}}}}")] {
        case.refuses(&head, body.as_bytes(), Malformed);
    }
}

#[test]
fn no_extreme_time_overflows() {
    for case in cases().iter().filter(|case| case.time_header().is_some() || case.time_in_signature()) {
        for (text, expected) in [("999999999999", OutOfTolerance), ("0", OutOfTolerance), ("1000000000000", Malformed)]
        {
            let head = head(case.signing(b"{}").timestamp(text));
            for now in [i64::MIN, -1, 0, NOW * 1000, i64::MAX] {
                let now = UnixTime::from_millis(now);
                match verify(case.recipe, &head, b"{}", &case.keys(), now) {
                    Err(error) => assert_eq!(error.kind(), expected, "{text} at {now:?}"),
                    Ok(_) => assert!(text == "0" && now.as_millis().abs() <= 1),
                }
            }
        }
    }
}

#[test]
fn tolerances_can_be_changed_but_not_switched_off() {
    let strict = schemes::STRIPE.tolerances(Duration::from_secs(60), Duration::from_secs(5)).unwrap();
    assert_eq!(strict.time_window(), Some(Duration::from_secs(66)));
    let case = cases().into_iter().find(|case| case.name() == "stripe").unwrap();
    let (head, body) = case.signed();
    let at = |seconds| verify(&strict, &head, &body, &case.keys(), UnixTime::from_seconds(NOW + seconds)).is_ok();
    assert_eq!([at(60), at(61), at(-5), at(-6)], [true, false, true, false]);
    assert!(schemes::STRIPE.tolerance(Duration::from_secs(2 * 24 * 60 * 60)).is_ok());
    for zero in [schemes::STRIPE.tolerance(Duration::ZERO), schemes::STRIPE.tolerances(Duration::MAX, Duration::ZERO)] {
        assert_eq!(zero.unwrap_err().field(), "tolerance");
    }
    assert_eq!(schemes::GITHUB.tolerance(Duration::from_secs(1)).unwrap_err().field(), "tolerance");
    let forever = schemes::STRIPE.tolerance(Duration::MAX).unwrap();
    assert_eq!(forever.time_window(), Some(Duration::MAX));
    verify(&forever, &head, &body, &case.keys(), UnixTime::from_millis(i64::MAX)).unwrap();
}

#[test]
fn dates_follow_their_one_grammar() {
    let keys = cases().remove(0).keys();
    let secret = cases().remove(0).secret();
    let check = |unit, text: &str| {
        let recipe = Recipe::builder("dated")
            .signature(SignaturePlace::header("x-signature").unwrap())
            .timestamp(TimestampPlace::header("date").unwrap().unit(unit))
            .content("v1:{timestamp}:{body}")
            .unwrap()
            .build()
            .unwrap();
        let head = head(tower_webhook::testing::sign(&recipe, &secret).timestamp(text).body("x"));
        let now = UnixTime::from_millis(784_111_777_250);
        verify(&recipe, &head, b"x", &keys, now).map(|_| ()).map_err(|error| error.kind())
    };
    for good in [
        "1994-11-06T08:49:37Z",
        "1994-11-06T08:49:37.25Z",
        "1994-11-06T08:49:37.250000000Z",
        "1994-11-06T09:49:37+01:00",
        "1994-11-06T03:49:37-05:00",
    ] {
        assert_eq!(check(TimestampUnit::Rfc3339, good), Ok(()), "{good}");
    }
    for bad in [
        "1994-11-06",
        "1994-11-06T08:49Z",
        "1994-11-06T08:49:37",
        "1994-11-06 08:49:37Z",
        "1994-11-06t08:49:37z",
        "1994-11-06T08:49:37.Z",
        "1994-11-06T08:49:37,5Z",
        "1994-11-06T08:49:37.1234567890Z",
        "1994-11-06T08:49:37+01",
        "1994-11-06T08:49:37+0100",
        "1994-11-06T08:49:37Z[UTC]",
        "1994-13-06T08:49:37Z",
        "1994-11-31T08:49:37Z",
        "1994-11-06T25:49:37Z",
        "+001994-11-06T08:49:37Z",
        "19941106T084937Z",
    ] {
        assert_eq!(check(TimestampUnit::Rfc3339, bad), Err(Malformed), "{bad}");
    }
    assert_eq!(check(TimestampUnit::Rfc3339, "1994-11-06T08:54:37.251Z"), Err(OutOfTolerance));
    assert_eq!(check(TimestampUnit::HttpDate, "Sun, 06 Nov 1994 08:49:37 GMT"), Ok(()));
    for bad in [
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 UT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 GMT (comment)",
        "sun, 06 nov 1994 08:49:37 gmt",
    ] {
        assert_eq!(check(TimestampUnit::HttpDate, bad), Err(Malformed), "{bad}");
    }
}

#[test]
fn milliseconds_are_counted_in_milliseconds() {
    let case = cases().remove(0);
    let recipe = Recipe::builder("millis")
        .signature(SignaturePlace::header("x-signature").unwrap().positional(',').unwrap())
        .timestamp(TimestampPlace::first_item().unit(TimestampUnit::Milliseconds))
        .content("{timestamp}.{body}")
        .unwrap()
        .build()
        .unwrap();
    let head = head(tower_webhook::testing::sign(&recipe, &case.secret()).at(crate::now()).body("x"));
    let at = |millis| {
        let now = UnixTime::from_millis(NOW * 1000 + millis);
        verify(&recipe, &head, b"x", &case.keys(), now).is_ok()
    };
    assert_eq!([at(300_000), at(300_001), at(-300_000), at(-300_001)], [true, false, true, false]);
}
