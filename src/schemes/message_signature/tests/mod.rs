#![allow(clippy::unwrap_used)]

mod published;

use self::published::P256;
use super::*;
use crate::{
    schemes::{SchemeError, SchemeErrorKind, SchemeInput, Verification},
    testing::{TestKey, message::MessageSigning},
    time::UnixTime,
};
use http::{HeaderValue, Method, Request, request::Parts};
use std::sync::Arc;

const SHARED_SECRET: &str = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";
const CREATED: i64 = 1_618_884_473;
const ORIGIN: &str = "https://example.com";
const BODY: &[u8] = br#"{"hello": "world"}"#;

const PSS_FORM: MessageSignatureForm = MessageSignatureForm::new(MessageSignatureAlgorithm::RsaPssSha512);
const ED25519_FORM: MessageSignatureForm = MessageSignatureForm::new(MessageSignatureAlgorithm::Ed25519);
const P256_FORM: MessageSignatureForm = MessageSignatureForm::new(MessageSignatureAlgorithm::EcdsaP256Sha256);
const RSA_FORM: MessageSignatureForm = MessageSignatureForm::new(MessageSignatureAlgorithm::RsaV15Sha256);

fn hmac_form() -> MessageSignatureForm {
    MessageSignatureForm::new(MessageSignatureAlgorithm::HmacSha256).secret(SecretEncoding::Base64)
}

/// A delivery, and what its receiver has.
#[derive(Clone)]
struct Case {
    form: MessageSignatureForm,
    head: Parts,
    body: Vec<u8>,
    now: i64,
    origin: Option<&'static str>,
    keys: Vec<(&'static str, String)>,
}

impl Case {
    /// The request of the appendix.
    fn of((input, signature): (&str, &str), form: MessageSignatureForm, key: &str) -> Self {
        let head = Request::post("/foo?param=Value&Pet=dog")
            .header("host", "example.com")
            .header("date", "Tue, 20 Apr 2021 02:07:55 GMT")
            .header("content-type", "application/json")
            .header(
                "content-digest",
                "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
            )
            .header("content-length", "18")
            .header("signature-input", input)
            .header("signature", signature)
            .body(())
            .unwrap()
            .into_parts()
            .0;
        let keys = vec![("1", key.to_owned())];
        Self { form, head, body: BODY.to_vec(), now: CREATED + 1, origin: Some(ORIGIN), keys }
    }

    /// A request of our own, signed with a test key.
    fn signed(form: MessageSignatureForm, components: &[&str], parameters: &str) -> Self {
        let head = Request::post("/foo?param=Value&Pet=dog").header("x-list", "a, b").header("x-list", "c");
        let mut case = Self {
            head: head.body(()).unwrap().into_parts().0,
            keys: vec![("1", key_text(form.algorithm))],
            form,
            body: BODY.to_vec(),
            now: CREATED,
            origin: Some(ORIGIN),
        };
        case.sign(components, parameters);
        case
    }

    /// In place of the signature that is there.
    fn sign(&mut self, components: &[&str], parameters: &str) {
        self.head.headers.remove("signature");
        self.head.headers.remove("signature-input");
        let signing = MessageSigning {
            form: &self.form,
            secret: SHARED_SECRET.as_bytes(),
            label: "sig",
            components,
            created: (!parameters.contains(";created")).then_some(UnixTime::from_seconds(CREATED)),
            key_id: None,
            parameters,
            payload: &self.body,
            public_origin: self.origin,
        };
        signing.sign(&mut self.head).unwrap();
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.head.headers.insert(name, value.parse().unwrap());
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.head.headers[name].as_bytes().to_vec()).unwrap()
    }

    fn verify(&self) -> Result<Verification, SchemeError> {
        let form = &self.form;
        let key = |text: &str| MessageKey::parse(form.algorithm, &form.secret, text.as_bytes()).unwrap();
        let ring: Vec<(Arc<str>, _)> = self.keys.iter().map(|(id, text)| ((*id).into(), key(text))).collect();
        let keys: Vec<_> = ring.iter().map(|(id, key)| (id, key)).collect();
        let now = UnixTime::from_seconds(self.now);
        let input = SchemeInput::new(&self.head, &self.body, now);
        let result = form.verify(&MessageRequest { input, public_origin: self.origin }, &keys);
        if result.is_ok() {
            form.precheck(&self.head, now, self.origin).unwrap();
        }
        result
    }

    #[track_caller]
    fn refused(&self, kind: SchemeErrorKind) {
        let error = self.verify().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut case = self.clone();
        change(&mut case);
        case
    }
}

fn key_text(algorithm: MessageSignatureAlgorithm) -> String {
    match algorithm.means() {
        Means::Mac(_) => SHARED_SECRET.to_owned(),
        Means::PublicKey(algorithm) => TestKey::new(algorithm).public_pem(),
    }
}

#[test]
fn every_algorithm_verifies_what_it_signs_and_nothing_else() {
    use MessageSignatureAlgorithm as Algorithm;

    for algorithm in [
        Algorithm::EcdsaP256Sha256,
        Algorithm::EcdsaP384Sha384,
        Algorithm::Ed25519,
        Algorithm::HmacSha256,
        Algorithm::RsaPssSha512,
        Algorithm::RsaV15Sha256,
    ] {
        let form = MessageSignatureForm::new(algorithm).secret(SecretEncoding::Base64);
        let alg = format!(";alg=\"{}\"", algorithm.name());
        let case = Case::signed(form, &["\"content-digest\"", "\"@method\""], &alg);
        assert_eq!(case.verify().unwrap().key_id(), "1", "{algorithm:?}");
        case.with(|case| case.head.method = Method::PUT).refused(SchemeErrorKind::Mismatch);
        let signature = case.text("signature");
        case.with(|case| case.set("signature", "sig=:AAAA:")).refused(SchemeErrorKind::Mismatch);
        case.with(|case| case.set("signature", "sig=::")).refused(SchemeErrorKind::Mismatch);
        case.with(|case| case.set("signature", &signature.replace(':', "\""))).refused(SchemeErrorKind::Malformed);
        case.with(|case| case.set("signature", "other=:AAAA:")).refused(SchemeErrorKind::Malformed);
        // It may name its algorithm, not choose it.
        Case::signed(case.form, &["\"content-digest\""], ";alg=\"hmac-sha1\"").refused(SchemeErrorKind::Missing);
    }
}

#[test]
fn the_content_is_bound_by_a_strong_digest() {
    use SchemeErrorKind::{Malformed, Mismatch, Missing};

    let case = Case::signed(P256_FORM, &["\"content-digest\""], "");
    let honest = case.text("content-digest");
    for digest in [
        "md5=:XrY7u+Ae7tCTyyK7j1rNww==:",
        "sha-256=:AAAA:",
        "sha-256=\"no bytes\"",
        "",
        "sha-256=::, sha-256=::",
        &*honest.replace("sha-256", "sha-999"),
    ] {
        case.with(|case| case.set("content-digest", digest)).refused(Malformed);
    }
    case.with(|case| drop(case.head.headers.remove("content-digest"))).refused(Missing);
    let signed = |digests: &str, component: &str| {
        case.with(|case| {
            case.set("content-digest", digests);
            case.sign(&[component], "");
        })
    };
    // One that is right does not make up for another one that is wrong.
    let other = format!("sha-512=:{}==:", "A".repeat(86));
    signed(&format!("{honest}, {other}"), "\"content-digest\"").refused(Mismatch);
    signed(&format!("{other}, {honest}"), "\"content-digest\"").refused(Mismatch);
    // Weak ones may stand beside, and do not count.
    let both = format!("md5=:AAAA:, {honest}");
    assert!(signed(&both, "\"content-digest\"").verify().is_ok());
    assert!(signed(&both, "\"content-digest\";key=\"sha-256\"").verify().is_ok());
    signed(&both, "\"content-digest\";key=\"md5\"").refused(Missing);
    signed(&both, "\"@method\"").refused(Missing);
}

#[test]
fn times_are_checked_to_the_second() {
    use SchemeErrorKind::{Malformed, Missing, OutOfTolerance};

    let undated = P256_FORM.insecure_allow_undated();
    for (form, parameters, now, expected) in [
        (&P256_FORM, "", CREATED + 300, Ok(())),
        (&P256_FORM, "", CREATED + 301, Err(OutOfTolerance)),
        (&P256_FORM, "", CREATED - 300, Ok(())),
        (&P256_FORM, "", CREATED - 301, Err(OutOfTolerance)),
        (&P256_FORM, ";expires=1618884483", CREATED + 10, Ok(())),
        (&P256_FORM, ";expires=1618884483", CREATED + 11, Err(OutOfTolerance)),
        (&P256_FORM, ";expires=\"1618884483\"", CREATED, Err(Malformed)),
        (&P256_FORM, ";created=1618884473.0", CREATED, Err(Malformed)),
        (&P256_FORM, ";created=-1", CREATED, Err(Malformed)),
        (&P256_FORM, ";created=999999999999999", CREATED, Err(Malformed)),
        (&P256_FORM, ";created-not=1", CREATED, Err(Missing)),
        (&undated, ";created-not=1", CREATED, Ok(())),
        (&undated, ";created=1618884473", CREATED + 301, Err(OutOfTolerance)),
    ] {
        let mut case = Case::signed(form.clone(), &["\"content-digest\""], parameters);
        case.now = now;
        assert_eq!(case.verify().map(drop).map_err(|error| error.kind()), expected, "{parameters} at {now}");
        let precheck = form.precheck(&case.head, UnixTime::from_seconds(now), case.origin);
        assert_eq!(precheck.map_err(|error| error.kind()), expected, "{parameters} at {now}, before the body");
    }
    assert_eq!(P256_FORM.time_span(), Some(Duration::from_secs(601)));
    assert_eq!(undated.time_span(), None);
}

#[test]
fn a_form_may_ask_for_more() {
    let covered = ["\"content-digest\"", "\"@method\"", "\"@target-uri\""];
    let form = P256_FORM.cover(["@method", "@target-uri"]).unwrap().tag("acme").label("sig").require_nonce();
    assert!(form.needs_origin());
    let case = Case::signed(form.clone(), &covered, ";tag=\"acme\";nonce=\"1\"");
    assert!(case.verify().is_ok());
    for (components, parameters) in [
        (&covered[..2], ";tag=\"acme\";nonce=\"1\""),
        (&covered[1..], ";tag=\"acme\";nonce=\"1\""),
        (&covered[..], ";tag=\"other\";nonce=\"1\""),
        (&covered[..], ";nonce=\"1\""),
        (&covered[..], ";tag=\"acme\""),
    ] {
        Case::signed(form.clone(), components, parameters).refused(SchemeErrorKind::Missing);
    }
    case.with(|case| case.origin = None).refused(SchemeErrorKind::Mismatch);
    case.with(|case| case.form = form.label("other")).refused(SchemeErrorKind::Missing);
    for name in ["Content-Type", "@status", "@signature-params", "not a header", ""] {
        assert_eq!(P256_FORM.cover([name]).unwrap_err().field(), "cover", "{name}");
    }
    assert!(P256_FORM.tolerances(Duration::ZERO, Duration::from_secs(1)).is_err());
}

#[test]
fn a_header_that_says_which_host_it_was_meant_for_is_not_believed() {
    let case = Case::signed(P256_FORM, &["\"content-digest\"", "\"@authority\""], "");
    let elsewhere = case.with(|case| {
        case.origin = Some("https://other.example.com");
        case.set("host", "example.com");
        case.set("x-forwarded-host", "example.com");
    });
    elsewhere.refused(SchemeErrorKind::Mismatch);
}

#[test]
fn one_of_several_signatures_is_enough_and_names_its_key() {
    let mut case = Case::signed(P256_FORM, &["\"content-digest\""], ";keyid=\"2\"");
    let own = case.keys[0].1.clone();
    case.keys = vec![("1", P256.to_owned()), ("2", own.clone())];
    assert_eq!(case.verify().unwrap().key_id(), "2");
    // No key has this name: any may be meant.
    let unnamed = case.with(|case| case.keys = vec![("a", P256.to_owned()), ("b", own.clone())]);
    assert_eq!(unnamed.verify().unwrap().key_id(), "b");
    // The one that is named did not sign.
    case.with(|case| case.keys = vec![("1", own.clone()), ("2", P256.to_owned())]).refused(SchemeErrorKind::Mismatch);
    for (input, signature) in [
        ("first=(\"x-gone\");created=1618884473", "first=:AAAA:"),
        ("first=(\"@method\");created=1618884473", "first=:AAAA:"),
        ("first=(\"content-digest\");created=1", "first=:AAAA:"),
        ("first=(\"content-digest\");created=1618884473", "second=:AAAA:"),
        ("first=()", "first=:AAAA:"),
        ("first=1", "first=:AAAA:"),
    ] {
        let more = |case: &mut Case| {
            for (name, value) in [("signature-input", input), ("signature", signature)] {
                let own = case.text(name);
                case.set(name, &format!("{value}, {own}"));
            }
        };
        assert!(case.with(more).verify().is_ok(), "{input}");
    }
}

#[test]
fn what_cannot_be_read_in_one_way_alone_is_malformed() {
    use SchemeErrorKind::{Malformed, Missing};

    let case = Case::signed(P256_FORM, &["\"content-digest\""], "");
    let many = |of: &str| (0..17).map(|number| format!("s{number}={of}")).collect::<Vec<_>>().join(", ");
    let components = (0..33).map(|number| format!("\"x-{number}\"")).collect::<Vec<_>>().join(" ");
    for input in [
        "sig",
        "sig=1",
        "sig=(\"content-digest\" \"content-digest\");created=1618884473",
        "sig=(\"content-digest\");created=1618884473;created=1618884473",
        "sig=(\"content-digest\");created=1618884473, sig=(\"@method\");created=1618884473",
        "sig=(content-digest);created=1618884473",
        "sig=(\"content-digest\";created=1618884473",
        "sig=(\"content-digest\");created=1618884473;alg=1",
        "sig=(\"content-digest\");created=1618884473;keyid=1",
        "sig=(\"content-digest\");created=1618884473;tag=?1",
        "sig=(\"content-digest\");created=1618884473,",
        &many("(\"content-digest\")"),
        &format!("sig=({components})"),
        &format!("sig=(\"content-digest\");nonce=\"{}\"", "n".repeat(9000)),
    ] {
        case.with(|case| case.set("signature-input", input)).refused(Malformed);
    }
    case.with(|case| case.set("signature", &many("::"))).refused(Malformed);
    for gone in ["signature", "signature-input"] {
        case.with(|case| drop(case.head.headers.remove(gone))).refused(Missing);
    }
    case.with(|case| case.set("signature-input", "")).refused(Missing);
}

#[test]
fn mailchannels_signs_the_digest_of_the_body() {
    let case = Case::signed(MAILCHANNELS, &["\"content-digest\""], ";alg=\"ed25519\";keyid=\"mckey\"");
    let verification = case.verify().unwrap();
    assert_eq!(verification.timestamp, Some(UnixTime::from_seconds(CREATED)));
    assert!(verification.replay_material.is_some());
    // Even where there is no body.
    Case::signed(MAILCHANNELS, &["\"@method\""], "").with(|case| case.body.clear()).refused(SchemeErrorKind::Missing);
}

#[test]
fn a_copy_has_the_same_material_and_another_delivery_has_not() {
    let material = |case: &Case| case.verify().unwrap().replay_material.unwrap().as_bytes().to_vec();
    let case = Case::signed(P256_FORM, &["\"content-digest\""], ";nonce=\"1\"");
    // ECDSA signs the same in another way each time.
    let again = Case::signed(P256_FORM, &["\"content-digest\""], ";nonce=\"1\"");
    assert_ne!(case.head.headers["signature"], again.head.headers["signature"]);
    assert_eq!(material(&case), material(&again));
    let other = Case::signed(P256_FORM, &["\"content-digest\""], ";nonce=\"2\"");
    assert_ne!(material(&case), material(&other));
}

#[test]
fn any_header_is_survived() {
    let case = Case::signed(P256_FORM, &["\"content-digest\"", "\"x-list\";bs", "\"@query-param\";name=\"Pet\""], "");
    for name in ["signature-input", "signature", "content-digest"] {
        let value = case.head.headers[name].as_bytes().to_vec();
        for place in 0..value.len() {
            for byte in [b'"', b'=', b';', b'(', b',', b' ', b'A', 0xff] {
                let mut bytes = value.clone();
                bytes[place] = byte;
                let mut head = case.head.clone();
                head.headers.insert(name, HeaderValue::from_bytes(&bytes).unwrap());
                let _ = case.form.precheck(&head, UnixTime::from_seconds(CREATED), case.origin);
            }
        }
    }
}
