//! Every preset against what this crate signs: what a stranger may not change, and what a sender may send.

use crate::fixture::{Delivery, Fixture, NOT_SIGNED_HERE, NOW};
use std::{ops::Range, time::Duration};
use tower_webhook::{
    Key, Keyring, Secret, UnixTime,
    schemes::{self, Scheme, SchemeErrorKind},
};

fn fixtures() -> impl Iterator<Item = Fixture> {
    schemes::ALL.iter().filter(|recipe| !NOT_SIGNED_HERE.contains(&recipe.name())).map(Fixture::of)
}

/// Those for which there are other keys than the one test key: the vectors of the others have them.
fn with_shared_secrets() -> impl Iterator<Item = Fixture> {
    fixtures().filter(|fixture| !fixture.is_public)
}

fn bits(positions: Range<usize>) -> impl Iterator<Item = (usize, u32)> {
    positions.flat_map(|position| (0..8).map(move |bit| (position, bit)))
}

/// Those that cover the body byte for byte, not only what is written in it.
fn with_covered_bodies() -> impl Iterator<Item = Fixture> {
    fixtures().filter(|fixture| fixture.recipe.covers_body() && !["alipay", "sns"].contains(&fixture.recipe.name()))
}

/// Refused, whatever for.
fn assert_refused(fixture: &Fixture, delivery: &Delivery, what: &str) {
    assert!(fixture.judge(delivery).is_err(), "{}: {what} is accepted: {delivery:?}", fixture.recipe.name());
}

#[test]
fn what_is_signed_is_accepted() {
    for fixture in fixtures() {
        let verification = fixture.judge(&fixture.delivery());
        assert!(verification.is_ok(), "{}: {:?}", fixture.recipe.name(), verification.err());
    }
}

#[test]
fn another_key_is_refused() {
    for fixture in with_shared_secrets() {
        let other: String = fixture.secret.chars().rev().collect();
        let other = other.strip_prefix('=').unwrap_or(&other).replace("_ceshw", "");
        let keys = Keyring::new(Secret::new(format!("whsec_{other}")).unwrap());
        let refused = fixture.judge_at(&fixture.delivery(), NOW, &keys).unwrap_err();
        assert_eq!(refused.kind(), SchemeErrorKind::Mismatch, "{}", fixture.recipe.name());
    }
}

#[test]
fn each_changed_bit_of_a_signature_a_time_and_a_signed_id_is_refused() {
    for fixture in fixtures() {
        let delivery = fixture.delivery();
        for name in delivery.signed_headers() {
            let value = delivery.head.headers[&name].as_bytes();
            // What stands before the signature in this header is not signed.
            let start = value.iter().position(|byte| *byte == b';').filter(|_| name == "x-infisical-signature");
            for (position, bit) in bits(start.unwrap_or(0)..value.len()) {
                let mut changed = value.to_vec();
                changed[position] ^= 1 << bit;
                // The name of a scheme of authorization may be in either case.
                let is_scheme = value.iter().position(|byte| *byte == b' ').is_some_and(|end| position < end);
                if name == "authorization" && is_scheme && bit == 5 {
                    continue;
                }
                // The unused bits of the last character: structured fields may hold any (RFC 8941, 4.2.7).
                if fixture.recipe.name() == "mailchannels" && name == "signature" && position + 4 == value.len() {
                    continue;
                }
                // Two labels of signatures over the same content.
                if fixture.recipe.name() == "hook0" && changed.windows(3).any(|label| label == b"v0=") {
                    continue;
                }
                // Hex digits count in either case.
                if changed[position].is_ascii_hexdigit() && changed.eq_ignore_ascii_case(value) {
                    continue;
                }
                if let Some(changed) = delivery.with_header(&name, &changed) {
                    assert_refused(&fixture, &changed, &format!("bit {bit} of byte {position} of `{name}` changed"));
                }
            }
        }
    }
}

#[test]
fn each_changed_bit_of_a_covered_body_is_refused() {
    for fixture in with_covered_bodies() {
        let delivery = fixture.delivery();
        for (position, bit) in bits(0..delivery.body.len()) {
            let mut changed = delivery.clone();
            changed.body[position] ^= 1 << bit;
            // A signature in the body, whose hex digits count in either case.
            if fixture.recipe.name() == "vonage_sms"
                && delivery.body[..position].windows(4).any(|text| text == b"sig=")
                && changed.body.eq_ignore_ascii_case(&delivery.body)
            {
                continue;
            }
            assert_refused(&fixture, &changed, &format!("bit {bit} of byte {position} of the body changed"));
        }
    }
}

#[test]
fn a_longer_or_shorter_body_is_refused_where_it_is_covered() {
    for fixture in with_covered_bodies() {
        let delivery = fixture.delivery();
        for body in [[&delivery.body[..], b" "].concat(), delivery.body[1..].to_vec(), Vec::new()] {
            assert_refused(&fixture, &Delivery { body, ..delivery.clone() }, "another body");
        }
    }
}

#[test]
fn a_missing_empty_or_truncated_header_is_refused() {
    for fixture in fixtures() {
        let delivery = fixture.delivery();
        for name in delivery.signed_headers() {
            let mut without = delivery.clone();
            without.head.headers.remove(&name);
            assert_refused(&fixture, &without, &format!("no `{name}`"));
            let value = delivery.head.headers[&name].as_bytes();
            for length in 0..value.len() {
                // Where padding may be missing, it may be cut off.
                let is_padding = value[length..].iter().all(|byte| *byte == b'=');
                if is_padding && fixture.recipe.name() == "authsignal" {
                    continue;
                }
                let truncated = delivery.with_header(&name, &value[..length]).unwrap();
                assert_refused(&fixture, &truncated, &format!("a `{name}` of {length} bytes"));
            }
        }
    }
}

#[test]
fn a_header_that_is_there_twice_is_refused_unless_it_may_hold_several_signatures() {
    for fixture in fixtures().filter(|fixture| fixture.recipe.name() != "mollie") {
        let delivery = fixture.delivery();
        for name in delivery.signed_headers() {
            let mut twice = delivery.clone();
            twice.head.headers.append(&name, delivery.head.headers[&name].clone());
            assert_refused(&fixture, &twice, &format!("`{name}` twice"));
        }
    }
}

#[test]
fn a_time_outside_of_the_window_is_refused_however_well_it_is_signed() {
    for fixture in fixtures() {
        let Some(window) = fixture.recipe.time_window() else { continue };
        let delivery = fixture.delivery();
        let beyond = i64::try_from(window.as_secs()).unwrap() + 1;
        for now in [NOW.as_seconds() - beyond, NOW.as_seconds() + beyond] {
            let refused = fixture.judge_at(&delivery, UnixTime::from_seconds(now), &fixture.keys()).unwrap_err();
            assert_eq!(refused.kind(), SchemeErrorKind::OutOfTolerance, "{} at {now}", fixture.recipe.name());
        }
    }
}

#[test]
fn bodies_may_be_any_bytes_where_nothing_has_to_be_read_from_them() {
    let long = vec![b'x'; 1 << 20];
    for fixture in fixtures().filter(|fixture| fixture.any_body) {
        for body in [&b""[..], b"{\r\n\t\"a\" : 1\r\n}\r\n", b"\xff\xfe\0\x80", "\u{feff}\u{e9}".as_bytes(), &long] {
            let delivery = fixture.deliver(fixture.signing().body(body.to_vec()));
            assert_eq!(delivery.body, body);
            let verdict = fixture.judge(&delivery);
            assert!(verdict.is_ok(), "{}: {} bytes: {verdict:?}", fixture.recipe.name(), body.len());
        }
    }
}

#[test]
fn the_key_that_matched_is_named_whichever_of_the_ring_it_is() {
    for fixture in with_shared_secrets() {
        let key = |secret: &str, id| Key::new(Secret::new(secret).unwrap()).id(id).unwrap();
        let other = fixture.secret.replace("f", "e").replace("Mf", "Nf");
        assert_ne!(other, fixture.secret);
        let ring = Keyring::new(key(&other, "2026-11")).previous(key(&fixture.secret, "2026-05"));
        let verification = fixture.judge_at(&fixture.delivery(), NOW, &ring).unwrap();
        assert_eq!(verification.key_id(), "2026-05", "{}", fixture.recipe.name());
        let newer = fixture.deliver(fixture.signing_with(&other));
        assert_eq!(fixture.judge_at(&newer, NOW, &ring).unwrap().key_id(), "2026-11", "{}", fixture.recipe.name());
    }
}

#[test]
fn of_several_signatures_one_that_is_right_is_enough() {
    let mut several = 0;
    for fixture in with_shared_secrets() {
        let other = Secret::new(fixture.secret.replace("f", "e").replace("Mf", "Nf")).unwrap();
        // Where there is room for one only, the second is one too many.
        let signing = fixture
            .signing_with(&fixture.secret.replace("f", "e").replace("Mf", "Nf"))
            .also_with(&Secret::new(fixture.secret.as_str()).unwrap());
        if signing.clone().build().is_err() {
            continue;
        }
        several += 1;
        let delivery = fixture.deliver(signing);
        assert!(fixture.judge(&delivery).is_ok(), "{}", fixture.recipe.name());
        assert!(fixture.judge_at(&delivery, NOW, &Keyring::new(other)).is_ok(), "{}", fixture.recipe.name());
    }
    assert!(several >= 60, "{several} presets take several signatures");
}

#[test]
fn ten_thousand_signatures_are_no_work() {
    for fixture in fixtures() {
        let delivery = fixture.delivery();
        for name in delivery.signed_headers() {
            let value = delivery.head.headers[&name].as_bytes();
            for separator in [&b","[..], b" ", b";", b"&", b", "] {
                let many = vec![value; 10_000].join(separator);
                let many = delivery.with_header(&name, &many).unwrap();
                assert_refused(&fixture, &many, "ten thousand values");
            }
        }
    }
}

#[test]
fn a_tolerance_can_be_tightened_where_a_time_is_signed_and_nowhere_else() {
    for recipe in schemes::ALL {
        let tightened = recipe.clone().tolerance(Duration::from_secs(1));
        match recipe.time_tolerances() {
            Some(_) => {
                assert!(tightened.unwrap().time_window().unwrap() <= Duration::from_secs(3), "{}", recipe.name())
            }
            None => assert_eq!(tightened.unwrap_err().field(), "tolerance", "{}", recipe.name()),
        }
    }
}
