//! One signature, another request: what a captured delivery must not turn into.

use crate::{head, now, set, verify};
use http::{Method, request::Parts};
use std::time::{Duration, Instant};
use tower_webhook::{
    Keyring, Secret, Tenant, TenantMap, Verifier,
    schemes::{
        self, FieldPlace, Recipe, Scheme, SchemeError,
        SchemeErrorKind::{Malformed, PayloadMalformed},
        SignaturePlace, Verification,
    },
    testing::{self, TestKey},
};

fn secret() -> Secret {
    Secret::new("5357c91b-21b0-45d4-8b00-86b215bda515").unwrap()
}

fn check(recipe: &Recipe, head: &Parts, body: &[u8]) -> Result<Verification, SchemeError> {
    verify(recipe, head, body, &Keyring::new(secret()), now())
}

#[track_caller]
fn refused(recipe: &Recipe, head: &Parts, body: &[u8], kind: schemes::SchemeErrorKind) {
    assert_eq!(check(recipe, head, body).map(|_| ()).map_err(|error| error.kind()), Err(kind));
}

/// What `recipe` signs when all of `signed` is the body.
fn over_body(name: &'static str, header: &str, signed: &[u8]) -> Parts {
    let recipe = Recipe::builder(name).signature(SignaturePlace::header(header.to_owned()).unwrap()).build().unwrap();
    head(testing::sign(&recipe, &secret()).body(signed.to_vec()))
}

#[test]
fn a_form_around_giteas_payload_holds_nothing_else() {
    let signed = over_body("gitea", "x-gitea-signature", br#"{"id":1}"#);
    let mut form = signed.clone();
    set(&mut form, "content-type", "application/x-www-form-urlencoded");
    check(&schemes::GITEA, &form, b"payload=%7B%22id%22%3A1%7D").unwrap();
    // What a handler reads as JSON, whatever the content type says.
    let forged = br#"{"id":2,"x":"&payload=%7B%22id%22%3A1%7D&"}"#;
    assert_eq!(serde_json::from_slice::<serde_json::Value>(forged).unwrap()["id"], 2);
    for body in [&forged[..], b"payload=%7B%22id%22%3A1%7D&admin=1", b"admin=1&payload=%7B%22id%22%3A1%7D"] {
        refused(&schemes::GITEA, &form, body, PayloadMalformed);
    }
}

#[test]
fn a_body_that_nobody_signed_does_not_come_with_giteas_query() {
    let mut head = over_body("gitea", "x-gitea-signature", br#"{"id":1}"#);
    head.method = Method::GET;
    head.uri = "/?payload=%7B%22id%22%3A1%7D".parse().unwrap();
    check(&schemes::GITEA, &head, b"").unwrap();
    refused(&schemes::GITEA, &head, br#"{"id":2}"#, PayloadMalformed);
}

const SNS_START: &str = r#""SignatureVersion":"2","SigningCertURL":"https://sns.eu-central-1.amazonaws.com/a.pem","Timestamp":"2025-11-24T16:00:00Z""#;

fn sns(fields: &str) -> Vec<u8> {
    format!("{{{SNS_START},{fields}}}").into_bytes()
}

fn sns_keys() -> Secret {
    Secret::new(TestKey::new(schemes::PublicKeyAlgorithm::RsaPkcs1Sha256).public_pem()).unwrap()
}

/// The signature of this message.
fn sns_signature(body: &[u8]) -> String {
    use http_body_util::BodyExt as _;
    let signed = testing::sign(&schemes::SNS, &sns_keys()).body(body.to_vec()).build().unwrap();
    let body = futures_executor(signed.into_body().collect()).unwrap().to_bytes();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    body["Signature"].as_str().unwrap().to_owned()
}

fn futures_executor<T>(future: impl Future<Output = T>) -> T {
    use futures_util::FutureExt as _;
    future.now_or_never().unwrap()
}

fn sns_check(fields: &str, signature: &str) -> Result<Verification, SchemeError> {
    let body = sns(&format!(r#"{fields},"Signature":"{signature}""#));
    let head = http::Request::post("/").body(()).unwrap().into_parts().0;
    verify(&schemes::SNS, &head, &body, &Keyring::new(sns_keys()), now())
}

#[test]
fn no_subject_can_be_put_onto_a_message_of_sns_that_has_none() {
    let plain = r#""Message":"m","MessageId":"1","TopicArn":"arn","Type":"Notification""#;
    let signature = sns_signature(&sns(plain));
    sns_check(plain, &signature).unwrap();
    for kind in ["Notification", r"Notific\u0061tion"] {
        let forged = format!(r#""Message":"m","MessageId":"1","Subject":"pay me","TopicArn":"arn","Type":"{kind}""#);
        assert!(sns_check(&forged, &signature).is_err(), "{kind}");
    }
}

#[test]
fn the_fields_of_a_message_of_sns_cannot_be_cut_elsewhere() {
    // Whoever writes the message writes what looks like the fields after it.
    let message = r"hi\nMessageId\n2\nTimestamp\n2025-11-24T16:00:00Z\nTopicArn\nother";
    let real = format!(r#""Message":"{message}","MessageId":"1","TopicArn":"arn","Type":"Notification""#);
    let signature = sns_signature(&sns(&real));
    sns_check(&real, &signature).unwrap();
    let rest = r"other\nMessageId\n1\nTimestamp\n2025-11-24T16:00:00Z\nTopicArn\narn";
    let cut = format!(r#""Message":"hi","MessageId":"2","TopicArn":"{rest}","Type":"Notification""#);
    assert!(sns_check(&cut, &signature).is_err());
    // Without its id, a copy would pass for a new message.
    let plain = r#""Message":"m","MessageId":"1","TopicArn":"arn","Type":"Notification""#;
    let signature = sns_signature(&sns(plain));
    assert!(sns_check(r#""Message":"m\nMessageId\n1","TopicArn":"arn","Type":"Notification""#, &signature).is_err());
}

#[test]
fn hook0s_signed_headers_do_not_become_part_of_the_body() {
    let body = br#"{"id":1}"#;
    let sign = |list: &str, body: &[u8]| {
        let signing = testing::sign(&schemes::HOOK0, &secret()).at(now()).body(body.to_vec());
        head(signing.header("x-event-type", "user.created").header("x-hook0-signature", list))
    };
    let head = sign("h=x-event-type", body);
    check(&schemes::HOOK0, &head, body).unwrap();
    let signature = head.headers["x-hook0-signature"].to_str().unwrap().to_owned();
    let bare: Vec<_> = signature.split(',').filter(|item| !item.starts_with("h=")).collect();
    let mut cut = head.clone();
    set(&mut cut, "x-hook0-signature", bare.join(","));
    refused(&schemes::HOOK0, &cut, br#"x-event-type.user.created.{"id":1}"#, Malformed);
    let mut cut = head.clone();
    set(&mut cut, "x-event-type", "user");
    refused(&schemes::HOOK0, &cut, br#"created.{"id":1}"#, Malformed);
    let mut doubled = head;
    doubled.headers.append("x-event-type", "user.deleted".parse().unwrap());
    refused(&schemes::HOOK0, &doubled, body, Malformed);
    // A body that starts as a header ends.
    let decimal = br#"{"amount":12.5}"#;
    let signed = sign("h=x-event-type", decimal);
    check(&schemes::HOOK0, &signed, decimal).unwrap();
    let mut cut = signed;
    set(&mut cut, "x-event-type", r#"user.created.{"amount":12"#);
    refused(&schemes::HOOK0, &cut, b"5}", Malformed);
}

#[test]
fn no_list_of_hook0_makes_a_long_text_of_a_short_request() {
    let names = vec!["x-long"; 4000].join(" ");
    let mut head = http::Request::post("/").header("x-long", "a".repeat(8000)).body(()).unwrap().into_parts().0;
    set(&mut head, "x-hook0-signature", format!("t={},h={},v1={}", crate::NOW, &names[..8000], "00".repeat(32)));
    refused(&schemes::HOOK0, &head, b"{}", Malformed);
}

#[test]
fn an_empty_batch_of_segment_is_no_empty_body() {
    let recipe = Recipe::builder("segment")
        .signature(SignaturePlace::header("x-signature").unwrap())
        .algorithm(schemes::MacAlgorithm::HmacSha1)
        .build()
        .unwrap();
    let signed = head(testing::sign(&recipe, &secret()).body(""));
    check(&schemes::SEGMENT, &signed, b"").unwrap();
    refused(&schemes::SEGMENT, &signed, b"[]", PayloadMalformed);
}

#[test]
fn a_header_beside_a_token_is_not_signed() {
    let token = || schemes::JwtForm::header("x-token", [schemes::JwtAlgorithm::Hs256]).unwrap();
    let id = || FieldPlace::header("x-event-id").unwrap();
    let _ = Recipe::builder("acme").jwt(token()).id(id()).build().unwrap();
    let _ = Recipe::builder("acme").jwt(token()).id(FieldPlace::json("/id").unwrap().signed()).build().unwrap();
    assert!(Recipe::builder("acme").jwt(token()).id(id().signed()).build().is_err());
}

#[test]
fn a_header_is_signed_where_the_message_signature_has_to_cover_it() {
    let form = || schemes::MessageSignatureForm::new(schemes::MessageSignatureAlgorithm::HmacSha256);
    let id = || FieldPlace::header("x-event-id").unwrap();
    let _ = Recipe::builder("acme").message_signature(form()).id(id()).build().unwrap();
    let _ = Recipe::builder("acme")
        .message_signature(form().cover(["x-event-id"]).unwrap())
        .id(id().signed())
        .build()
        .unwrap();
    assert!(Recipe::builder("acme").message_signature(form()).id(id().signed()).build().is_err());
}

#[test]
fn a_value_after_a_sorted_form_cannot_grow_into_it() {
    let recipe = Recipe::builder("acme")
        .signature(SignaturePlace::header("x-sig").unwrap())
        .content("{sorted_form}.{header:x-event-id}")
        .unwrap()
        .id(FieldPlace::header("x-event-id").unwrap().signed())
        .build()
        .unwrap();
    let sign = |body: &'static str, id: &'static str| {
        head(testing::sign(&recipe, &secret()).header("x-event-id", id).body(body))
    };
    let mut cut = sign("a=b.c", "d");
    check(&recipe, &cut, b"a=b.c").unwrap();
    set(&mut cut, "x-event-id", "c.d");
    refused(&recipe, &cut, b"a=b", Malformed);
}

#[test]
fn a_field_of_a_sorted_form_is_not_signed_as_an_id() {
    // `id=1&tail=x` and `id=1tailx` have one signature.
    let recipe = || {
        Recipe::builder("acme").signature(SignaturePlace::header("x-sig").unwrap()).content("{sorted_form}").unwrap()
    };
    let _ = recipe().id(FieldPlace::form("id").unwrap()).build().unwrap();
    assert!(recipe().id(FieldPlace::form("id").unwrap().signed()).build().is_err());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
fn no_stranger_makes_microsoft_graphs_check_read_a_body_again_and_again() {
    let small = r#"{"clientState":"x"}"#;
    let mut body = format!(r#"{{"value":[{}"#, vec![small; 900].join(","));
    body.push_str(r#"],"filler":["#);
    body.push_str(&vec!["1"; 400_000].join(","));
    body.push_str("]}");
    let head = http::Request::post("/").body(()).unwrap().into_parts().0;
    let started = Instant::now();
    let _ = check(&schemes::MICROSOFT_GRAPH, &head, body.as_bytes());
    let took = started.elapsed();
    assert!(took < Duration::from_secs(2), "{} bytes took {took:?}", body.len());
}

#[test]
fn a_compressed_body_is_one_whole() {
    use std::io::Write as _;
    let gzip = |text: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    };
    let signed = over_body("getstream", "x-signature", b"{\"id\":1}\n{\"id\":2}\n");
    check(&schemes::GETSTREAM, &signed, &gzip(b"{\"id\":1}\n{\"id\":2}\n")).unwrap();
    // Many readers stop where the first of several members ends.
    let cut = [gzip(b"{\"id\":1}\n"), gzip(b"{\"id\":2}\n")].concat();
    refused(&schemes::GETSTREAM, &signed, &cut, PayloadMalformed);
    let trailed = [gzip(b"{\"id\":1}\n{\"id\":2}\n"), b"{}".to_vec()].concat();
    refused(&schemes::GETSTREAM, &signed, &trailed, PayloadMalformed);
}

#[test]
fn a_body_is_not_brought_into_its_signed_form_for_a_request_without_a_signature() {
    let recipe = Recipe::builder("acme")
        .signature(SignaturePlace::header("x-sig").unwrap())
        .body_form(schemes::BodyForm::JSON_STRINGIFY)
        .build()
        .unwrap();
    let head = http::Request::post("/").body(()).unwrap().into_parts().0;
    // It is not even looked at.
    refused(&recipe, &head, b"no JSON", schemes::SchemeErrorKind::Missing);
    let signed = head_with("x-sig", &"00".repeat(32));
    refused(&recipe, &signed, b"no JSON", PayloadMalformed);
}

fn head_with(name: &'static str, value: &str) -> Parts {
    let mut head = http::Request::post("/").body(()).unwrap().into_parts().0;
    set(&mut head, name, value);
    head
}

/// A request with an HTTP message signature of each of these keys, made in this second.
fn message_signed(keys: &[(&str, &Secret)]) -> Parts {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Digest, Sha256};

    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(b"{}")));
    let (mut inputs, mut signatures) = (Vec::new(), Vec::new());
    for (name, secret) in keys {
        let parameters = format!(r#"("content-digest");created={};keyid="{name}""#, crate::NOW);
        let base = format!("\"content-digest\": {digest}\n\"@signature-params\": {parameters}");
        let mac = Hmac::<Sha256>::new_from_slice(secret.expose()).unwrap().chain_update(base);
        inputs.push(format!("{name}={parameters}"));
        signatures.push(format!("{name}=:{}:", STANDARD.encode(mac.finalize().into_bytes())));
    }
    let mut head = head_with("content-digest", &digest);
    set(&mut head, "signature-input", inputs.join(", "));
    set(&mut head, "signature", signatures.join(", "));
    head
}

#[test]
fn a_copy_with_fewer_message_signatures_or_in_another_order_is_no_new_delivery() {
    let form = schemes::MessageSignatureForm::new(schemes::MessageSignatureAlgorithm::HmacSha256);
    let recipe = Recipe::builder("acme").message_signature(form).build().unwrap();
    let old = Secret::new("another-secret-of-some-length").unwrap();
    let verifier = Verifier::new(recipe, Keyring::new(secret()).previous(old.clone())).unwrap();
    let verifier = verifier.clock(testing::FakeClock::at(now()));
    let key = |keys: &[(&str, &Secret)]| {
        let body = bytes::Bytes::from_static(b"{}");
        futures_executor(verifier.verify(&message_signed(keys), &body)).unwrap().replay_key()
    };
    let (new, old) = (("new", &secret()), ("old", &old));
    let first = key(&[new, old]);
    for copy in [&[old, new][..], &[new], &[old]] {
        assert_eq!(key(copy), first);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
fn an_unknown_key_costs_what_a_known_public_key_costs() {
    let algorithm = schemes::PublicKeyAlgorithm::EcdsaP384Sha384;
    let places = || Recipe::builder("acme").key_header("x-api-key").unwrap();
    let signature = || SignaturePlace::header("x-sig").unwrap();
    let key = Secret::new(TestKey::new(algorithm).public_pem()).unwrap();
    let form = schemes::MessageSignatureForm::new(schemes::MessageSignatureAlgorithm::EcdsaP384Sha384);
    let token = schemes::JwtForm::header("x-sig", [schemes::JwtAlgorithm::Es384]).unwrap();
    let recipes = [
        places().signature(signature()).public_key(algorithm).build().unwrap(),
        places().jwt(token).build().unwrap(),
        places().message_signature(form).build().unwrap(),
    ];
    for recipe in recipes {
        let tenants = TenantMap::new([(Secret::new("known").unwrap(), Tenant::new("acme", key.clone()).unwrap())]);
        let verifier = Verifier::new(recipe.clone(), tenants.unwrap()).unwrap().clock(testing::FakeClock::at(now()));
        let signed = |body: &'static str| {
            testing::sign(&recipe, &key).at(now()).api_key("known").body(body).build().unwrap().into_parts().0
        };
        let known = signed("{}");
        let mut unknown = known.clone();
        set(&mut unknown, "x-api-key", "unknown");
        let other = bytes::Bytes::from_static(b"[]");
        let median = |head: &Parts, body: &bytes::Bytes| {
            let mut times: Vec<_> = (0..31)
                .map(|_| {
                    let started = Instant::now();
                    assert!(futures_executor(verifier.verify(head, body)).is_err());
                    started.elapsed()
                })
                .collect();
            times.sort_unstable();
            times[15]
        };
        // The message signature fits, and the content does not; the other two do not fit.
        let (known, unknown) = (median(&known, &other), median(&unknown, &other));
        assert!(
            unknown * 2 > known,
            "{}: {unknown:?} for an unknown key, {known:?} for a known one",
            recipe.proof_name()
        );
    }
}

#[test]
fn a_public_key_in_any_form_is_no_shared_secret() {
    let algorithms = [
        schemes::PublicKeyAlgorithm::Ed25519,
        schemes::PublicKeyAlgorithm::EcdsaP256Sha256,
        schemes::PublicKeyAlgorithm::EcdsaP384Sha384,
        schemes::PublicKeyAlgorithm::EcdsaP521Sha512Fixed,
        schemes::PublicKeyAlgorithm::RsaPkcs1Sha256,
    ];
    for key in algorithms.map(TestKey::new) {
        let pem = key.public_pem();
        let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let jwk = key.public_jwk("a");
        let set = format!("\n{{ \"keys\": [{jwk}]}}");
        for text in [pem, base64, jwk, set] {
            let ring = Keyring::new(Secret::new(text.clone()).unwrap());
            for recipe in [&schemes::STRIPE, &schemes::TELEGRAM, &schemes::VONAGE] {
                assert!(Scheme::check_keys(recipe, &ring).is_err(), "{text}");
            }
        }
    }
    for text in ["MIIBsecret", "{\"a\":1}", "MCowBQYDK2Vx"] {
        let ring = Keyring::new(Secret::new(text).unwrap());
        assert_eq!(Scheme::check_keys(&schemes::STRIPE, &ring), Ok(()), "{text}");
    }
}

/// What the handshake answers, anybody can ask for: it must be the signature of nothing that is taken for a delivery.
#[test]
fn no_answer_to_a_challenge_is_the_signature_of_a_delivery() {
    for challenge in ["1", "true", "a=b", "Zm9v-._~+/="] {
        refused(&schemes::X, &over_body_of_x(challenge), challenge.as_bytes(), PayloadMalformed);
    }
    check(&schemes::X, &over_body_of_x(r#"{"a":1}"#), br#"{"a":1}"#).unwrap();
    let braintree = schemes::BRAINTREE.setting("public_key", "pk").unwrap();
    let delivery = |payload: &str| {
        use http_body_util::BodyExt as _;
        let body = format!("bt_payload={payload}");
        let signed = testing::sign(&braintree, &secret()).header("content-type", FORM).body(body).build().unwrap();
        let (head, body) = signed.into_parts();
        let body = String::from_utf8(futures_executor(body.collect()).unwrap().to_bytes().to_vec()).unwrap();
        check(&braintree, &head, body.replace("key%7C", "pk%7C").as_bytes()).map(|_| ()).map_err(|error| error.kind())
    };
    assert_eq!(delivery("PG5vdGlmaWNhdGlvbi8%2B"), Ok(()));
    for challenge in ["0123456789abcdef0123", "0123456789abcdef0123456789abcdef"] {
        assert_eq!(delivery(challenge), Err(PayloadMalformed), "{challenge}");
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn over_body_of_x(body: &str) -> Parts {
    head(testing::sign(&schemes::X, &secret()).body(body.to_owned()))
}

#[test]
fn events_that_may_be_equal_are_never_duplicates() {
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let keys = |recipe: &Recipe, body: &'static [u8]| {
        let request = testing::sign(recipe, &secret).body(body).build().unwrap();
        let (head, _) = request.into_parts();
        let verifier = Verifier::new(recipe.clone(), secret.clone()).unwrap();
        let verify = || {
            let body = bytes::Bytes::from_static(body);
            let verdict = verifier.verify(&head, &body);
            futures_util::FutureExt::now_or_never(verdict).unwrap().unwrap()
        };
        let (first, second) = (verify(), verify());
        assert_eq!(first.replay_key(), first.replay_key(), "one event keeps its key");
        (first.replay_key(), second.replay_key())
    };
    let (first, second) = keys(&schemes::DROPBOX, br#"{"list_folder":{"accounts":["dbid:A"]}}"#);
    assert_ne!(first, second);
    let (first, second) = keys(&schemes::GITHUB, b"{}");
    assert_eq!(first, second, "elsewhere, what is equal is a copy");
    let place = || SignaturePlace::header("x-sig").unwrap();
    let identified = Recipe::builder("acme").signature(place()).insecure_repeating_events();
    let identified = identified.id(FieldPlace::json("/id").unwrap().signed());
    assert_eq!(identified.build().unwrap_err().field(), "insecure_repeating_events");
}
