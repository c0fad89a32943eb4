#![allow(clippy::unwrap_used)]

mod keys;
mod published;

use super::*;
use crate::{
    schemes::{SchemeError, SchemeErrorKind, SchemeInput, Verification},
    testing::{TestKey, token::TokenSigning},
    time::UnixTime,
};
use http::{HeaderName, Method, Request, request::Parts};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const NOW: i64 = 1_764_000_000;
const ORIGIN: &str = "https://hooks.example.com";
const SECRET: &str = "the secret that both sides share";
const BODY: &[u8] = br#"{"event":"paid"}"#;

const ALL: [(&str, &JwtForm); 9] = [
    ("kinde", &KINDE),
    ("lago", &LAGO),
    ("livekit", &LIVEKIT),
    ("messagebird", &MESSAGEBIRD),
    ("plaid", &PLAID),
    ("qstash", &QSTASH),
    ("saleor", &SALEOR),
    ("truelayer", &TRUELAYER),
    ("vonage", &VONAGE),
];

/// A delivery, and what its receiver has.
struct Case {
    form: JwtForm,
    head: Parts,
    body: Vec<u8>,
    now: i64,
    keys: Vec<String>,
}

impl Case {
    fn of(form: &JwtForm) -> Self {
        Self::signed(form, |_| {})
    }

    /// As a sender would send it who got something wrong, or did not.
    fn signed(form: &JwtForm, adjust: impl FnOnce(&mut TokenSigning<'_>)) -> Self {
        let mut head = Request::post("/webhooks/acme?tenant=7").body(()).unwrap().into_parts().0;
        head.headers.insert("x-tl-webhook-timestamp", "2025-11-24T16:00:00Z".parse().unwrap());
        let is_body = matches!(form.place, TokenPlace::Body);
        let algorithm = form.algorithms[0];
        let mut signing = TokenSigning {
            form,
            algorithm,
            secret: SECRET.as_bytes(),
            key_id: None,
            head: &head,
            payload: if is_body { b"" } else { BODY },
            public_origin: Some(ORIGIN),
            now: UnixTime::from_seconds(NOW),
            id: Some("evt_1"),
            claims: Map::new(),
            signed_headers: &["X-Tl-Webhook-Timestamp"],
            parameters: Map::new(),
        };
        adjust(&mut signing);
        let body = signing.payload.to_vec();
        let token = signing.sign().unwrap();
        let keys = vec![key_text(algorithm)];
        let mut case = Self { form: form.clone(), head, body, now: NOW, keys };
        case.put(&token);
        case
    }

    fn token(&self) -> String {
        let bytes = match &self.form.place {
            TokenPlace::Header { name, .. } => self.head.headers[&**name].as_bytes(),
            TokenPlace::Body => &self.body,
        };
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn put(&mut self, token: &str) {
        match &self.form.place {
            TokenPlace::Header { name, .. } => {
                self.head.headers.insert(name.parse::<HeaderName>().unwrap(), token.parse().unwrap());
            }
            TokenPlace::Body => self.body = token.as_bytes().to_vec(),
        }
    }

    fn verify(&self) -> Result<Verification, SchemeError> {
        let ring: Vec<_> = self
            .keys
            .iter()
            .enumerate()
            .map(|(place, text)| {
                let keys = JwtKeys::parse(&self.form.algorithms, text.as_bytes()).unwrap();
                (Arc::from(format!("key-{place}")), keys)
            })
            .collect();
        let now = UnixTime::from_seconds(self.now);
        let request = JwtRequest { input: SchemeInput::new(&self.head, &self.body, now), public_origin: Some(ORIGIN) };
        self.form.verify(&request, ring.iter().map(|(id, keys): &(Arc<str>, _)| (id, keys)))
    }

    #[track_caller]
    fn refused(&self, kind: SchemeErrorKind) {
        assert_eq!(self.verify().unwrap_err().kind(), kind);
    }

    fn precheck(&self) -> Result<(), SchemeErrorKind> {
        self.form.precheck(&self.head, UnixTime::from_seconds(self.now)).map_err(|error| error.kind())
    }
}

fn key_text(algorithm: JwtAlgorithm) -> String {
    match algorithm.means() {
        Means::Mac(_) => SECRET.to_owned(),
        Means::PublicKey(algorithm) => TestKey::new(algorithm).public_pem(),
    }
}

fn claims(claims: Value) -> Map<String, Value> {
    claims.as_object().unwrap().clone()
}

#[test]
fn what_a_sender_signs_is_accepted() {
    for (name, form) in ALL {
        let case = Case::of(form);
        assert_eq!(case.precheck(), Ok(()), "{name}");
        let verification = case.verify().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(verification.key_id(), "key-0", "{name}");
        assert_eq!(verification.id.is_some(), form.id.is_some(), "{name}");
        assert!(verification.replay_material.is_some(), "{name}");
        let has_time = form.times.issued_at || form.times.max_age.is_some();
        let time = has_time.then(|| UnixTime::from_seconds(NOW));
        assert_eq!(verification.timestamp, time, "{name}");
    }
}

#[test]
fn the_body_is_bound_to_the_token() {
    for (name, form) in ALL {
        let mut case = Case::of(form);
        if matches!(form.place, TokenPlace::Body) {
            continue;
        }
        for changed in [&br#"{"event":"Paid"}"#[..], b"", br#"{"event":"paid"} "#] {
            case.body = changed.to_vec();
            assert_eq!(case.verify().unwrap_err().kind(), SchemeErrorKind::Mismatch, "{name}");
        }
    }
    // A token that says nothing about the body says nothing for it.
    for form in [&LIVEKIT, &MESSAGEBIRD, &PLAID, &QSTASH, &VONAGE, &LAGO] {
        let (BodyProof::Digest { claim, .. } | BodyProof::Text { claim }) = &form.proof else { panic!() };
        let claim = Map::from_iter([(claim.to_string(), Value::Null)]);
        Case::signed(form, |signing| signing.claims = claim.clone()).refused(SchemeErrorKind::Missing);
    }
}

#[test]
fn where_there_is_no_body_its_digest_may_be_missing() {
    for form in [&MESSAGEBIRD, &VONAGE] {
        assert!(Case::signed(form, |signing| signing.payload = b"").verify().is_ok());
    }
    let other = claims(json!({"payload_hash": "00".repeat(32)}));
    Case::signed(&MESSAGEBIRD, |signing| (signing.payload, signing.claims) = (b"", other))
        .refused(SchemeErrorKind::Mismatch);
}

#[test]
fn claims_have_to_be_those_of_the_sender_and_of_the_endpoint() {
    for (form, wrong) in [
        (&QSTASH, json!({"iss": "Downstash"})),
        (&QSTASH, json!({"sub": "https://hooks.example.com/webhooks/other?tenant=7"})),
        (&QSTASH, json!({"sub": "https://hooks.example.com.evil.test/webhooks/acme?tenant=7"})),
        (&MESSAGEBIRD, json!({"url_hash": "00".repeat(32)})),
        (&MESSAGEBIRD, json!({"url_hash": ""})),
        (&VONAGE, json!({"iss": "vonage"})),
    ] {
        Case::signed(form, |signing| signing.claims = claims(wrong)).refused(SchemeErrorKind::Mismatch);
    }
    for (form, left_out) in [(&QSTASH, "iss"), (&QSTASH, "sub"), (&MESSAGEBIRD, "url_hash"), (&VONAGE, "iss")] {
        let left_out = Map::from_iter([(left_out.to_owned(), Value::Null)]);
        Case::signed(form, |signing| signing.claims = left_out).refused(SchemeErrorKind::Missing);
    }
    let mut elsewhere = Case::of(&QSTASH);
    elsewhere.head.uri = "/webhooks/acme?tenant=8".parse().unwrap();
    elsewhere.refused(SchemeErrorKind::Mismatch);
    // The Host header says nothing.
    elsewhere.head.headers.insert("host", "hooks.example.com".parse().unwrap());
    elsewhere.refused(SchemeErrorKind::Mismatch);
}

#[test]
fn a_bare_host_is_the_url_of_the_root() {
    let mut case = Case::signed(&QSTASH, |signing| signing.claims = claims(json!({"sub": ORIGIN})));
    case.head.uri = "/".parse().unwrap();
    assert!(case.verify().is_ok());
    case.head.uri = "/other".parse().unwrap();
    case.refused(SchemeErrorKind::Mismatch);
}

#[test]
fn times_are_checked_to_the_second() {
    use SchemeErrorKind::{Malformed, Missing, OutOfTolerance};

    for (form, said, now, expected) in [
        (&PLAID, json!({"iat": NOW}), NOW + 300, Ok(())),
        (&PLAID, json!({"iat": NOW}), NOW + 301, Err(OutOfTolerance)),
        (&PLAID, json!({"iat": NOW}), NOW - 60, Ok(())),
        (&PLAID, json!({"iat": NOW}), NOW - 61, Err(OutOfTolerance)),
        (&PLAID, json!({"iat": null}), NOW, Err(Missing)),
        (&PLAID, json!({"iat": "1764000000"}), NOW, Err(Malformed)),
        (&PLAID, json!({"iat": -1}), NOW, Err(Malformed)),
        (&PLAID, json!({"iat": 1e300}), NOW, Err(Malformed)),
        (&PLAID, json!({"iat": 1_764_000_000.75}), NOW, Ok(())),
        (&PLAID, json!({"exp": NOW + 10}), NOW + 69, Ok(())),
        (&PLAID, json!({"exp": NOW + 10}), NOW + 70, Err(OutOfTolerance)),
        (&QSTASH, json!({"exp": null}), NOW, Err(Missing)),
        (&QSTASH, json!({"nbf": null}), NOW, Err(Missing)),
        (&QSTASH, json!({"exp": NOW + 100_000}), NOW + 3600, Ok(())),
        (&QSTASH, json!({"exp": NOW + 100_000}), NOW + 3601, Err(OutOfTolerance)),
        (&MESSAGEBIRD, json!({"nbf": NOW + 5}), NOW, Ok(())),
        (&MESSAGEBIRD, json!({"nbf": NOW + 6}), NOW, Err(OutOfTolerance)),
        (&MESSAGEBIRD, json!({"exp": NOW - 4}), NOW, Ok(())),
        (&MESSAGEBIRD, json!({"exp": NOW - 5}), NOW, Err(OutOfTolerance)),
        (&MESSAGEBIRD, json!({"iat": null}), NOW, Ok(())),
        (&LIVEKIT, json!({"iat": null}), NOW, Err(Missing)),
        (&LIVEKIT, json!({"iat": null, "nbf": NOW}), NOW, Ok(())),
        (&KINDE, json!({"exp": NOW - 61}), NOW, Err(OutOfTolerance)),
    ] {
        let mut case = Case::signed(form, |signing| signing.claims = claims(said.clone()));
        case.now = now;
        assert_eq!(case.verify().map(drop).map_err(|error| error.kind()), expected, "{said} at {now}");
        if !matches!(form.place, TokenPlace::Body) {
            assert_eq!(case.precheck(), expected, "{said} at {now}, before the body");
        }
    }
    assert_eq!(PLAID.time_span(), Some(Duration::from_secs(361)));
    assert_eq!(SALEOR.time_span(), None);
}

#[test]
fn a_path_that_a_proxy_takes_away_is_signed() {
    let signed_for = |path: &'static str| {
        let case = Case::of(&TRUELAYER);
        let mut sent = Request::post(path).body(()).unwrap().into_parts().0;
        sent.headers = case.head.headers.clone();
        sent
    };
    let outside = signed_for("/hooks/truelayer");
    let mut inside = outside.clone();
    inside.uri = "/truelayer".parse().unwrap();
    let token = |head: &Parts| {
        let signing = TokenSigning {
            form: &TRUELAYER,
            algorithm: JwtAlgorithm::Es512,
            secret: b"",
            key_id: None,
            head,
            payload: BODY,
            public_origin: None,
            now: UnixTime::from_seconds(NOW),
            id: None,
            claims: Map::new(),
            signed_headers: &[],
            parameters: Map::new(),
        };
        signing.sign().unwrap()
    };
    inside.headers.insert("tl-signature", token(&outside).parse().unwrap());
    let keys = JwtKeys::parse(&TRUELAYER.algorithms, key_text(JwtAlgorithm::Es512).as_bytes()).unwrap();
    let id: Arc<str> = "1".into();
    for (origin, expected) in
        [(Some("https://example.com/hooks"), true), (Some("https://example.com"), false), (None, false)]
    {
        let input = SchemeInput::new(&inside, BODY, UnixTime::from_seconds(NOW));
        let result = TRUELAYER.verify(&JwtRequest { input, public_origin: origin }, [(&id, &keys)]);
        assert_eq!(result.is_ok(), expected, "{origin:?}");
    }
}

#[test]
fn a_copy_with_an_altered_signature_is_still_a_copy() {
    // The order of the group of P-256: with `s`, the order less `s` is good too.
    let order = const_hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    let mut case = Case::of(&PLAID);
    let material = |case: &Case| case.verify().unwrap().replay_material.unwrap().as_bytes().to_vec();
    let first = material(&case);
    let token = case.token();
    let (start, signature) = token.rsplit_once('.').unwrap();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut signature = base64::Engine::decode(&engine, signature).unwrap();
    let mut borrow = 0;
    for (place, order) in (32..64).zip(&order).rev() {
        let difference = i32::from(*order) - i32::from(signature[place]) - borrow;
        borrow = i32::from(difference < 0);
        signature[place] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    case.put(&format!("{start}.{}", base64::Engine::encode(&engine, signature)));
    assert_ne!(case.token(), token);
    assert_eq!(material(&case), first);
}

#[test]
fn whatever_is_no_token_is_malformed_or_missing() {
    use SchemeErrorKind::{Malformed, Missing, PayloadMalformed};

    let good = Case::of(&QSTASH).token();
    let long = format!("{good}{}", "A".repeat(9000));
    for token in
        ["", "a", "a.b", "a.b.c", "...", "e30.e30.", "e30.e30.AA", &format!("{good}."), &long, &good.replace('.', "..")]
    {
        let mut case = Case::of(&QSTASH);
        case.put(token);
        case.refused(Malformed);
        assert_eq!(case.precheck(), Err(Malformed), "{token}");
    }
    for parameters in [
        json!({"crit": ["b64"]}),
        json!({"crit": ["exp"]}),
        json!({"crit": []}),
        json!({"b64": false}),
        json!({"b64": false, "crit": ["b64"]}),
        json!({"kid": 7}),
        json!({"kid": "k".repeat(600)}),
        json!({"alg": ["HS256"]}),
    ] {
        Case::signed(&QSTASH, |signing| signing.parameters = claims(parameters)).refused(Malformed);
    }
    let mut case = Case::of(&VONAGE);
    let bare = case.token().replace("Bearer ", "");
    case.put(&bare);
    case.refused(Malformed);
    case.put(&format!("bearer {bare}"));
    assert!(case.verify().is_ok());
    case.head.headers.append("authorization", "Bearer a.b.c".parse().unwrap());
    case.refused(Malformed);
    case.head.headers.remove("authorization");
    case.refused(Missing);
    assert_eq!(case.precheck(), Err(Missing));
    for (body, kind) in [(&b""[..], Missing), (b"{}", PayloadMalformed), (b"a.b.c", PayloadMalformed)] {
        let mut case = Case::of(&KINDE);
        case.body = body.to_vec();
        case.refused(kind);
    }
}

#[test]
fn a_claim_that_is_there_twice_says_nothing() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
    let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"iss":"joe","iss":"jane","iat":{NOW}}}"#));
    let form = JwtForm::body([JwtAlgorithm::Hs256]).unwrap().issuer("jane");
    let mut case = Case::of(&form);
    let key = crate::schemes::mac::MacKey::new(
        &crate::schemes::mac::KeyForm {
            algorithm: MacAlgorithm::HmacSha256,
            encoding: crate::schemes::SecretEncoding::Utf8,
        },
        SECRET.as_bytes(),
    );
    let content = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.encode(key.unwrap().tag([Some(content.as_bytes())]).as_bytes());
    case.body = format!("{content}.{signature}").into_bytes();
    case.refused(SchemeErrorKind::Malformed);
}

#[test]
fn any_header_is_survived() {
    for (_, form) in ALL {
        let mut case = Case::of(form);
        let token = case.token();
        let TokenPlace::Header { name, .. } = &form.place else { continue };
        let name: HeaderName = name.parse().unwrap();
        for place in 0..token.len() {
            for byte in [b'.', b'A', b'=', b'"', 0xff] {
                let mut bytes = token.as_bytes().to_vec();
                bytes[place] = byte;
                case.head.headers.insert(&name, http::HeaderValue::from_bytes(&bytes).unwrap());
                let _ = case.precheck();
            }
        }
    }
}
