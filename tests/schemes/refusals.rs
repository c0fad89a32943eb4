//! What is turned away, and as what.

use crate::{Case, cases, head, set, verify};
use http::HeaderValue;
use std::time::{Duration, Instant};
use tower_webhook::{
    Keyring, Secret,
    schemes::{
        self, Scheme,
        SchemeErrorKind::{self, Malformed, Mismatch, Missing, PayloadMalformed},
        SchemeInput,
    },
    testing,
};

#[test]
fn an_altered_body_is_refused() {
    for case in cases() {
        let (head, body) = case.signed();
        case.refuses(&head, &[&body[..], b" "].concat(), Mismatch);
        case.refuses(&head, b"", if case.time_in_body() { PayloadMalformed } else { Mismatch });
    }
}

#[test]
fn an_altered_timestamp_is_refused() {
    for case in cases() {
        let (mut head, body) = case.signed();
        if let Some(name) = case.time_header() {
            set(&mut head, name, (crate::NOW + 1).to_string());
        } else if case.time_in_signature() {
            let altered = case.signature(&head).replace(&crate::NOW.to_string(), &(crate::NOW + 1).to_string());
            set(&mut head, case.header, altered);
        } else {
            continue;
        }
        case.refuses(&head, &body, Mismatch);
    }
}

#[test]
fn another_secret_is_refused() {
    for case in cases() {
        let (head, body) = case.signed();
        let keys = Keyring::new(Secret::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap());
        let error = verify(case.recipe, &head, &body, &keys, crate::now()).unwrap_err();
        assert_eq!(error.kind(), Mismatch);
    }
}

#[test]
fn a_required_header_that_is_missing_empty_doubled_or_not_ascii_is_refused() {
    for case in cases() {
        let key = (case.name() == "partner").then_some("x-api-key");
        let id = (case.name() == "standard_webhooks").then_some("webhook-id");
        for name in [Some(case.header), case.time_header(), key, id].into_iter().flatten() {
            let (good, body) = case.signed();
            let mut head = good.clone();
            let value = head.headers.remove(name).unwrap();
            case.refuses(&head, &body, Missing);
            for bad in [&b""[..], b"\xff", "ü".as_bytes(), b"a\tb", &[b'a'; 8193]] {
                set(&mut head, name, bad);
                case.refuses(&head, &body, Malformed);
            }
            let mut head = good.clone();
            head.headers.append(name, value);
            case.refuses(&head, &body, Malformed);
            let mut head = good;
            head.headers.append(name, HeaderValue::from_static("x"));
            case.refuses(&head, &body, Malformed);
        }
    }
}

#[test]
fn an_api_key_with_a_space_is_refused() {
    let case = cases().into_iter().find(|case| case.name() == "partner").unwrap();
    let (mut head, body) = case.signed();
    set(&mut head, "x-api-key", "pk test");
    case.refuses(&head, &body, Malformed);
}

#[test]
fn unsigned_headers_may_be_missing_but_not_doubled() {
    for (name, header) in
        [("github", "x-github-delivery"), ("github", "x-github-event"), ("shopify", "x-shopify-topic")]
    {
        let case = cases().into_iter().find(|case| case.name() == name).unwrap();
        let (mut head, body) = case.signed();
        case.verify(&head, &body).unwrap();
        set(&mut head, header, "first");
        case.verify(&head, &body).unwrap();
        head.headers.append(header, HeaderValue::from_static("second"));
        case.refuses(&head, &body, Malformed);
    }
}

/// The lesson of CVE-2024-21491: an implementation that compared up to the end of the shorter one.
#[test]
fn every_strict_prefix_of_a_signature_is_refused() {
    for case in cases() {
        let (mut head, body) = case.signed();
        let signature = case.signature(&head);
        for end in 0..signature.len() {
            set(&mut head, case.header, &signature[..end]);
            assert!(case.verify(&head, &body).is_err(), "{} with {:?}", case.name(), &signature[..end]);
        }
    }
}

#[test]
fn a_signature_with_something_around_it_is_refused() {
    for case in cases() {
        let signature = case.signature(&case.signed().0);
        for bad in [
            format!("{signature}0"),
            format!("{signature}00"),
            format!("{signature}=="),
            format!("{signature},"),
            format!("0x{signature}"),
            format!("\"{signature}\""),
            signature.replace("sha256=", ""),
            signature.replace("sha256=", "SHA256="),
            signature.replace("v0=", ""),
            signature.replace("v0=", "v1="),
        ] {
            if bad != signature {
                let (head, body) = case.with_signature(&bad);
                // What stands before the first item becomes part of its label.
                let lost_time = case.time_in_signature() && bad.starts_with("0x");
                case.refuses(&head, &body, if lost_time { Missing } else { Malformed });
            }
        }
    }
}

#[test]
fn a_signature_that_is_not_in_the_encoding_is_refused() {
    for case in cases() {
        let signature = case.signature(&case.signed().0);
        let start = signature.len() - if case.is_base64() { 44 } else { 40 };
        for bad in ["g", "zz", " ", "é", "-", "=", "%41"] {
            let replaced = format!("{}{bad}{}", &signature[..start], &signature[start + bad.len()..]);
            let (head, body) = case.with_signature(&replaced);
            // One letter of base64 is as good as another.
            let expected = if case.is_base64() && matches!(bad, "g" | "zz") { Mismatch } else { Malformed };
            case.refuses(&head, &body, expected);
        }
        let (head, body) = case.with_signature(&signature[..signature.len() - 1]);
        case.refuses(&head, &body, Malformed);
    }
}

#[test]
fn hex_counts_in_either_case() {
    for case in cases().iter().filter(|case| !case.is_base64()) {
        let signature = case.signature(&case.signed().0);
        let start = signature.rfind('=').map_or(0, |position| position + 1);
        let upper = format!("{}{}", &signature[..start], signature[start..].to_uppercase());
        let (head, body) = case.with_signature(&upper);
        case.verify(&head, &body).unwrap();
    }
}

/// The algorithm is never taken from a request.
#[test]
fn a_right_sha1_does_not_do_for_github() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let sha1 = schemes::Recipe::builder("old")
        .algorithm(tower_webhook::MacAlgorithm::HmacSha1)
        .signature(schemes::SignaturePlace::header("x-hub-signature-256").unwrap().prefix("sha1="))
        .build()
        .unwrap();
    let mut parts = head(testing::sign(&sha1, &secret).body("Hello"));
    let keys = Keyring::new(secret);
    let kind =
        |head: &http::request::Parts| verify(&schemes::GITHUB, head, b"Hello", &keys, crate::now()).unwrap_err().kind();
    assert_eq!(kind(&parts), Malformed);
    let unmasked = parts.headers["x-hub-signature-256"].to_str().unwrap().replace("sha1=", "sha256=");
    set(&mut parts, "x-hub-signature-256", unmasked);
    assert_eq!(kind(&parts), Malformed);
    let value = parts.headers.remove("x-hub-signature-256").unwrap();
    parts.headers.insert("x-hub-signature", value);
    assert_eq!(kind(&parts), Missing);
}

#[test]
fn items_must_be_items() {
    let case = cases().into_iter().find(|case| case.name() == "stripe").unwrap();
    let good = case.signature(&case.signed().0);
    let (time, signature) = good.split_once(',').unwrap();
    let accepted = |header: String| {
        let (head, body) = case.with_signature(&header);
        case.verify(&head, &body).map(|_| ()).map_err(|error| error.kind())
    };
    assert_eq!(accepted(format!("{signature},{time}")), Ok(()), "the order is free");
    assert_eq!(accepted(format!("{time}, {signature}")), Ok(()), "spaces may stand around items");
    assert_eq!(accepted(format!("{time},v0=junk,{signature},v2=a=b")), Ok(()), "other labels are passed over");
    assert_eq!(accepted(format!("{time},{time},{signature}")), Err(Malformed), "two times");
    assert_eq!(accepted(signature.to_owned()), Err(Missing), "no time");
    assert_eq!(accepted(time.to_owned()), Err(Malformed), "no signature");
    assert_eq!(accepted(format!("{time},{}", signature.replace("v1", "v0"))), Err(Malformed), "none of this version");
    assert_eq!(accepted(format!("{time},junk,{signature}")), Err(Malformed), "an item without a label");
    assert_eq!(accepted(format!("{time},,{signature}")), Err(Malformed), "an empty item");
    assert_eq!(
        accepted(format!("{time},v1=zz,{signature}")),
        Ok(()),
        "one that is none, as the provider's library does"
    );
    assert_eq!(accepted(format!("{time},v1=zz,v1=")), Err(Malformed), "none that is one");
}

#[test]
fn a_header_full_of_signatures_is_refused_at_once() {
    for name in ["stripe", "standard_webhooks"] {
        let case = cases().into_iter().find(|case| case.name() == name).unwrap();
        let good = case.signature(&case.signed().0);
        let (separator, item) = if name == "stripe" { (",", good.split_once(',').unwrap().1) } else { (" ", &*good) };
        let many = |count| [vec![&*good], vec![item; count]].concat().join(separator);
        let (head, body) = case.with_signature(&many(15));
        case.verify(&head, &body).unwrap();
        for count in [16, 10_000] {
            let (head, body) = case.with_signature(&many(count));
            // The best of a few, since somebody else may have had the processor in between.
            #[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
            let best = (0..5).map(|_| {
                let start = Instant::now();
                case.refuses(&head, &body, Malformed);
                start.elapsed()
            });
            assert!(best.min() < Some(Duration::from_millis(20)));
        }
    }
}

/// (id `a`, time, body `<time>.{}`) must not pass for (id `a.<time>`, time, body `{}`).
#[test]
fn a_delimiter_inside_an_id_is_refused() {
    let case = cases().into_iter().find(|case| case.name() == "standard_webhooks").unwrap();
    let shifted_body = format!("{}.{{}}", crate::NOW);
    let mut head = head(case.signing(shifted_body.as_bytes()));
    case.verify(&head, shifted_body.as_bytes()).unwrap();
    set(&mut head, "webhook-id", format!("msg_1.{}", crate::NOW));
    case.refuses(&head, b"{}", Malformed);
    assert!(case.signing(b"{}").id("a.b").build().is_err(), "and nothing is signed that way");
}

#[test]
fn base64_is_taken_for_textus_by_choice_only() {
    for case in cases().iter().filter(|case| case.name().starts_with("textus")) {
        let body = case.signed().1;
        let hex = head(case.signing(&body));
        let lenient = case.recipe.clone().allow_base64();
        let keys = case.keys();
        let accepts = |head: &http::request::Parts| {
            verify(&lenient, head, &body, &keys, crate::now()).map(|_| ()).map_err(|error| error.kind())
        };
        assert_eq!(accepts(&hex), Ok(()));
        let base64 = schemes::Recipe::builder("textus");
        let base64 = base64
            .signature(
                schemes::SignaturePlace::header(case.header).unwrap().encoding(schemes::SignatureEncoding::Base64),
            )
            .content(&case.recipe.signed_content().to_string());
        let mut base64 = base64.unwrap();
        if case.time_in_body() {
            base64 = base64.timestamp(schemes::TimestampPlace::json("/timestamp").unwrap());
        }
        let parts = head(case.signing_with(&base64.build().unwrap(), &body));
        assert_eq!(accepts(&parts), Ok(()));
        case.refuses(&parts, &body, Malformed);
    }
}

#[test]
fn a_fixed_key_needs_no_header() {
    let case = cases().into_iter().find(|case| case.name() == "partner").unwrap();
    let (mut head, body) = case.signed();
    head.headers.remove("x-api-key");
    case.refuses(&head, &body, Missing);
    let fixed = schemes::PARTNER.fixed_key();
    assert!(fixed.key_header().is_none());
    verify(&fixed, &head, &body, &case.keys(), crate::now()).unwrap();
}

#[test]
fn secrets_that_cannot_be_keys_are_found_at_start() {
    for secret in ["whsec_", "whsec_not base64!", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"] {
        let keys = Keyring::new(Secret::new(secret).unwrap());
        let error = schemes::STANDARD_WEBHOOKS.check_keys(&keys).unwrap_err();
        assert_eq!(error.field(), "secret");
        assert!(!error.to_string().contains("whsec_"), "{error}");
        let case = cases().into_iter().find(|case| case.name() == "standard_webhooks").unwrap();
        let (head, body) = case.signed();
        let kind = verify(case.recipe, &head, &body, &keys, crate::now()).unwrap_err().kind();
        assert_eq!(kind, Mismatch, "and every request is refused, should one get as far");
    }
}

#[test]
fn a_body_must_be_json_where_the_time_stands_in_it() {
    let case = cases().into_iter().find(|case| case.time_in_body()).unwrap();
    let head = case.signed().0;
    let time = crate::NOW;
    let check = |body: &[u8], kind: SchemeErrorKind| case.refuses(&head, body, kind);
    for body in [&b""[..], b"{", b"[]", b"17", b"\xff", b"{\"timestamp\":", b"{\"timestamp\" 17}", b"{}", b"null"] {
        check(body, PayloadMalformed);
    }
    check(format!("{{\"timestamp\":{time}}}x").as_bytes(), PayloadMalformed);
    check(format!("{{\"data\":{{\"timestamp\":{time}}}}}").as_bytes(), PayloadMalformed);
    check(format!("{{\"timestamp\":{time},\"timestamp\":{time}}}").as_bytes(), Malformed);
    check(format!("{{\"timestamp\":{time},\"timestam\\u0070\":{time}}}").as_bytes(), Malformed);
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for (depth, closed) in [(130, true), (100_000, true), (100_000, false)] {
            let nested = open.repeat(depth) + "1" + &close.repeat(if closed { depth } else { 0 });
            check(format!("{{\"timestamp\":{time},\"data\":{nested}}}").as_bytes(), PayloadMalformed);
            check(format!("{{\"data\":{nested},\"timestamp\":{time}}}").as_bytes(), PayloadMalformed);
        }
    }
}

#[test]
fn integrators_get_an_explanation() {
    let explain = |case: &Case, head: &http::request::Parts, body: &[u8], secret: &str| {
        let keys = Keyring::new(Secret::new(secret).unwrap());
        let input = SchemeInput::new(head, body, crate::now());
        case.recipe.explain_mismatch(&input, &keys).map(std::borrow::Cow::into_owned).unwrap_or_default()
    };
    let github = cases().into_iter().find(|case| case.name() == "github").unwrap();
    let body = br#"{"a":"b  c","d":[1,2]}"#;
    let parts = head(github.signing(body));
    assert!(explain(&github, &parts, body, &format!("{}\n", github.secret)).contains("white space"));
    let pretty = b"{\n  \"a\": \"b  c\",\n  \"d\": [1, 2]\n}\n";
    assert!(explain(&github, &parts, pretty, github.secret).contains("re-encoded"));
    assert_eq!(explain(&github, &parts, b"other", github.secret), "");
    let standard = cases().into_iter().find(|case| case.name() == "standard_webhooks").unwrap();
    let raw = schemes::Recipe::builder("raw")
        .signature(
            schemes::SignaturePlace::header("webhook-signature")
                .unwrap()
                .items(" ", ',', ["v1"])
                .unwrap()
                .encoding(schemes::SignatureEncoding::Base64),
        )
        .timestamp(schemes::TimestampPlace::header("webhook-timestamp").unwrap())
        .id(schemes::FieldPlace::header("webhook-id").unwrap().signed())
        .content("{id}.{timestamp}.{body}")
        .unwrap()
        .build()
        .unwrap();
    let parts = head(standard.signing_with(&raw, body));
    assert!(explain(&standard, &parts, body, standard.secret).contains("another way"));
}
