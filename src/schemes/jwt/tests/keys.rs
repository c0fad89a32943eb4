//! Which key, and which algorithm.

use super::*;

#[test]
fn other_keys_vouch_for_nothing() {
    for (_, form) in ALL {
        let mut case = Case::of(form);
        if form.algorithms[0].is_mac() {
            case.keys = vec!["another secret, of another tenant".to_owned()];
            case.refused(SchemeErrorKind::Mismatch);
            case.keys.push(SECRET.to_owned());
            assert_eq!(case.verify().unwrap().key_id(), "key-1");
        } else {
            let token = case.token();
            let (start, signature) = token.rsplit_once('.').unwrap();
            let swapped = if signature.starts_with('A') { 'B' } else { 'A' };
            case.put(&format!("{start}.{swapped}{}", &signature[1..]));
            case.refused(SchemeErrorKind::Mismatch);
        }
    }
}

#[test]
fn the_token_does_not_choose_its_algorithm() {
    // A public key is no secret: whoever knows it could sign with it. (Nothing here does, so another secret stands in.)
    let pem = TestKey::new(PublicKeyAlgorithm::RsaPkcs1Sha256).public_pem();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    assert!(JwtKeys::parse(&[JwtAlgorithm::Hs256], base64.as_bytes()).is_err());
    let confused = Case::signed(&LAGO, |signing| {
        (signing.algorithm, signing.secret) = (JwtAlgorithm::Hs256, b"what a public key would be");
    });
    let case = Case { keys: vec![base64], ..confused };
    case.refused(SchemeErrorKind::Malformed);
    for name in ["none", "None", "", "HS384", "RS256", "hs256"] {
        let parameters = claims(json!({"alg": name}));
        Case::signed(&VONAGE, |signing| signing.parameters = parameters.clone()).refused(SchemeErrorKind::Malformed);
    }
    let mut unsigned = Case::of(&VONAGE);
    let token = unsigned.token();
    unsigned.put(&token[..=token.rfind('.').unwrap()]);
    unsigned.refused(SchemeErrorKind::Mismatch);
}

#[test]
fn no_form_takes_shared_secrets_and_public_keys() {
    for (name, form) in ALL {
        let macs = form.algorithms.iter().filter(|algorithm| algorithm.is_mac()).count();
        assert!(macs == 0 || macs == form.algorithms.len(), "{name}");
        assert_eq!(form.check(), Ok(()), "{name}");
    }
    let mixed = JwtForm::header("x-token", [JwtAlgorithm::Hs256, JwtAlgorithm::Rs256]).unwrap_err();
    assert_eq!(mixed.field(), "token.algorithms");
    assert!(JwtForm::body([]).is_err());
    assert!(JwtForm::header("x-token", [JwtAlgorithm::Hs256]).unwrap().issuer("acme").check().is_err());
    assert!(JwtForm::header("not a header", [JwtAlgorithm::Hs256]).is_err());
    assert!(JwtForm::header("x-token", [JwtAlgorithm::Hs256]).unwrap().max_age(Duration::from_secs(1)).is_err());
}

#[test]
fn a_set_of_keys_is_searched_by_key_id() {
    let jwk = TestKey::new(PublicKeyAlgorithm::EcdsaP256Sha256Fixed).public_jwk("mine");
    let other = TestKey::new(PublicKeyAlgorithm::RsaPkcs1Sha256).public_jwk("theirs");
    let set = format!(r#"{{"keys":[{other},{jwk}]}}"#);
    let answer = format!(r#"{{"key":{jwk},"request_id":"1"}}"#);
    for text in [&jwk, &set, &answer, &key_text(JwtAlgorithm::Es256)] {
        let mut case = Case::signed(&PLAID, |signing| signing.key_id = Some("mine"));
        case.keys = vec![text.clone()];
        assert!(case.verify().is_ok(), "{text}");
    }
    for (key_id, expected) in [(Some("theirs"), false), (Some(""), false), (None, true)] {
        let mut case = Case::signed(&PLAID, |signing| signing.key_id = key_id);
        case.keys = vec![set.clone()];
        assert_eq!(case.verify().is_ok(), expected, "{key_id:?}");
    }
    for useless in [
        jwk.replace(r#""use":"sig""#, r#""use":"enc""#),
        jwk.replace(r#""use":"sig""#, r#""alg":"ES384""#),
        jwk.replace(r#""use":"sig""#, r#""key_ops":["sign"]"#),
        jwk.replace("P-256", "P-384"),
        r#"{"kty":"oct","k":"c2VjcmV0"}"#.to_owned(),
        other,
        r#"{"keys":[]}"#.to_owned(),
        "{}".to_owned(),
        "{".to_owned(),
        format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 65].join(",")),
        format!(r#"{{"keys":"{}"}}"#, "A".repeat(100_000)),
    ] {
        let error = JwtKeys::parse(&PLAID.algorithms, useless.as_bytes()).unwrap_err();
        assert_eq!(error.field(), "secret");
        assert!(!error.to_string().contains("kty"));
    }
}

#[test]
fn json_web_keys_of_every_kind_verify() {
    for algorithm in [
        JwtAlgorithm::EdDsa,
        JwtAlgorithm::Es256,
        JwtAlgorithm::Es384,
        JwtAlgorithm::Es512,
        JwtAlgorithm::Ps256,
        JwtAlgorithm::Ps384,
        JwtAlgorithm::Ps512,
        JwtAlgorithm::Rs256,
        JwtAlgorithm::Rs384,
        JwtAlgorithm::Rs512,
    ] {
        let form = JwtForm::header("x-token", [algorithm]).unwrap().body_digest("sha", SignatureEncoding::Base64Url);
        let Means::PublicKey(key) = algorithm.means() else { panic!() };
        let mut case = Case::of(&form);
        case.keys = vec![TestKey::new(key).public_jwk("1")];
        assert!(case.verify().is_ok(), "{algorithm:?}");
    }
}
