//! Whatever comes in: no panic, and no forgery.

use crate::{Case, cases, head, set};
use http::{HeaderName, HeaderValue, request::Parts};
use proptest::{collection::vec, prelude::*};
use tower_webhook::schemes::{Scheme, SchemeInput};

#[test]
fn every_flipped_bit_of_a_header_is_refused() {
    for case in cases() {
        let (good, body) = case.signed();
        let id = (case.name() == "standard_webhooks").then_some("webhook-id");
        for name in [Some(case.header), case.time_header(), id].into_iter().flatten() {
            let value = good.headers[name].as_bytes();
            for bit in 0..value.len() * 8 {
                let mut flipped = value.to_vec();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let same_hex = !case.is_base64()
                    && flipped.eq_ignore_ascii_case(value)
                    && bit / 8 >= value.len() - if case.name() == "comapi" { 40 } else { 64 };
                let Ok(flipped) = HeaderValue::from_bytes(&flipped) else { continue };
                let mut head = good.clone();
                head.headers.insert(HeaderName::from_static(name), flipped);
                assert_eq!(case.verify(&head, &body).is_ok(), same_hex, "{} {name} bit {bit}", case.name());
            }
        }
    }
}

#[test]
fn every_flipped_bit_of_a_body_is_refused() {
    for case in cases() {
        let (head, body) = case.signed();
        for bit in 0..body.len() * 8 {
            let mut flipped = body.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(case.verify(&head, &flipped).is_err(), "{} bit {bit}", case.name());
        }
    }
}

fn any_case() -> impl Strategy<Value = Case> {
    (0..cases().len()).prop_map(|index| cases().swap_remove(index))
}

/// Bytes, and text that comes closer to what is looked for.
fn any_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..200),
        "(t=|v1=|v0=|v1,|sha256=|[0-9a-f]{64}|[A-Za-z0-9+/]{43}=|1764000000|,| |=|;){0,12}"
            .prop_map(String::into_bytes),
    ]
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..200),
        r#"(\{|\}|\[|\]|"timestamp"|"id"|:|,|1764000000|"|\\|\\u00|1e9|-|null| ){0,30}"#.prop_map(String::into_bytes),
    ]
}

fn put(head: &mut Parts, name: &'static str, value: &[u8]) {
    if let Ok(value) = HeaderValue::from_bytes(value) {
        head.headers.append(name, value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_panics_and_nothing_random_verifies(
        case in any_case(),
        values in vec(any_value(), 4),
        body in any_body(),
        now in any::<i64>(),
    ) {
        let mut head = http::Request::post("/?a=b&%").body(()).unwrap().into_parts().0;
        let names = [Some(case.header), case.time_header(), Some("webhook-id"), Some("x-api-key")];
        for (name, value) in names.into_iter().zip(&values) {
            if let Some(name) = name {
                put(&mut head, name, value);
            }
        }
        for now in [crate::now(), tower_webhook::UnixTime::from_millis(now)] {
            let result = crate::verify(case.recipe, &head, &body, &case.keys(), now);
            prop_assert!(result.is_err());
            let _ = case.recipe.explain_mismatch(&SchemeInput::new(&head, &body, now), &case.keys());
        }
    }

    #[test]
    fn any_body_that_is_signed_verifies_and_no_other_does(
        case in any_case(),
        body in vec(any::<u8>(), 0..300),
        other in vec(any::<u8>(), 0..300),
    ) {
        prop_assume!(!case.time_in_body() && body != other);
        let head = head(case.signing(&body));
        prop_assert!(case.verify(&head, &body).is_ok());
        prop_assert!(case.verify(&head, &other).is_err());
    }

    #[test]
    fn a_request_changed_anywhere_verifies_only_if_it_means_the_same(
        case in any_case(),
        value in any_value(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..4,
    ) {
        let (mut head, body) = case.signed();
        let good = case.signature(&head);
        let start = at.index(good.len());
        let end = (start + length).min(good.len());
        let changed = [&good.as_bytes()[..start], &value, &good.as_bytes()[end..]].concat();
        prop_assume!(HeaderValue::from_bytes(&changed).is_ok());
        set(&mut head, case.header, &changed);
        if case.verify(&head, &body).is_ok() {
            // Items may gain company, and hex may change its case; the right signature has to be whole.
            let right = &good[good.len() - if case.is_base64() { 44 } else { 40 }..];
            let changed = String::from_utf8(changed).unwrap();
            let whole = if case.is_base64() {
                changed.contains(right)
            } else {
                changed.to_lowercase().contains(right)
            };
            prop_assert!(whole, "{changed}");
        }
    }
}
