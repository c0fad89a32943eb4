//! What standards and providers publish.

use super::*;

/// The tests of its own library, with the key as it is published: a zero that starts a coordinate left out.
#[test]
fn truelayer_published_one() {
    const JWKS: &str = r#"{"keys":[{"kty":"RSA","alg":"RS512","kid":"db2e0bb4-e33d-4fc6-a8c5-645e70331127","n":"piC9",
        "e":"AQAB"},{"kty":"EC","alg":"ES512","kid":"45fc75cf-5649-4134-84b3-192c2c78e990","crv":"P-521",
        "x":"oLuW4nFqoUuR8d7FVsUoI62libYdQlWGtLStnqdudLY92bQ0ra5eZAbkunrGTR9-w9mr4o2Etyb6pC7YB2-23WM",
        "y":"AX1cjkGMiltikPrkX49qwuJDdcETaTsj-kyFP8jsF9W5XAB3Z4tBiQtc72DQnJYeKyAV_T6qZTtFKFr-Tp4iu-j7"}]}"#;
    const SIGNATURE: &str = "eyJhbGciOiJFUzUxMiIsImtpZCI6IjQ1ZmM3NWNmLTU2NDktNDEzNC04NGIzLTE5MmMyYzc4ZTk5MCIsInRsX3ZlcnN\
        pb24iOiIyIiwidGxfaGVhZGVycyI6IlgtVGwtV2ViaG9vay1UaW1lc3RhbXAsQ29udGVudC1UeXBlIiwiamt1IjoiaHR0cHM6Ly93ZWJob29r\
        cy50cnVlbGF5ZXIuY29tLy53ZWxsLWtub3duL2p3a3MifQ..AB9S1dzZTmw0tofUjJNGO7Kt_jZsahPyIrBTdhfxBWOI3KoLALkMy6ka1MjpZ\
        Qx06_hQUJnanu9K_LS6V9lNaNGiAX5Cos5RWQfbeBCZWqAvIpXO3FvIzyJKRaTYK8FBG4lfJYPi76_pIkCLGKWeq8__7ElpMVRcLTM5IBKWL8\
        isVZn_";

    let head = Request::post("/tl-webhook")
        .header("x-tl-webhook-timestamp", "2021-11-29T11:42:55Z")
        .header("content-type", "application/json")
        .header("tl-signature", SIGNATURE)
        .body(())
        .unwrap()
        .into_parts()
        .0;
    let body = br#"{"event_type":"example","event_id":"18b2842b-a57b-4887-a0a6-d3c7c36f1020"}"#.to_vec();
    let case =
        || Case { form: TRUELAYER, head: head.clone(), body: body.clone(), now: NOW, keys: vec![JWKS.to_owned()] };
    assert!(case().verify().is_ok());
    let change = |change: fn(&mut Case)| {
        let mut case = case();
        change(&mut case);
        case
    };
    assert!(change(|case| case.head.uri = "/tl-webhook/".parse().unwrap()).verify().is_ok());
    for changed in [
        change(|case| case.head.uri = "/tl-webhook//".parse().unwrap()),
        change(|case| case.head.uri = "/".parse().unwrap()),
        change(|case| case.head.method = Method::PUT),
        change(|case| case.body.push(b' ')),
        change(|case| {
            case.head.headers.insert("x-tl-webhook-timestamp", "2021-11-29T11:42:56Z".parse().unwrap());
        }),
    ] {
        changed.refused(SchemeErrorKind::Mismatch);
    }
    change(|case| drop(case.head.headers.remove("content-type"))).refused(SchemeErrorKind::Missing);
    let twice = change(|case| {
        case.head.headers.append("content-type", "application/json".parse().unwrap());
    });
    twice.refused(SchemeErrorKind::Malformed);
    // Signed for another path, with what was signed attached: a library for tokens would take it.
    let attached = change(|case| {
        case.put(
            "eyJhbGciOiJFUzUxMiIsImtpZCI6IjQ1ZmM3NWNmLTU2NDktNDEzNC04NGIzLTE5MmMyYzc4ZTk5MCIsInRsX3ZlcnNpb24iOiIyIiwid\
             GxfaGVhZGVycyI6IiJ9.UE9TVCAvYmFyCnt9.ARLa7Q5b8k5CIhfy1qrS-IkNqCDeE-VFRDz7Lb0fXUMOi_Ktck-R7BHDMXFDzbI5Tyax\
             Io5TGHZV_cs0fg96dlSxAERp3UaN2oCQHIE5gQ4m5uU3ee69XfwwU_RpEIMFypycxwq1HOf4LzTLXqP_CDT8DdyX8oTwYdUBd2d3D17Wd\
             9UA",
        );
    });
    attached.refused(SchemeErrorKind::Malformed);
}

/// RFC 7515, appendices A.1 to A.3; RFC 7797, 4.2.
#[test]
fn the_tokens_of_the_standards_are_accepted() {
    const HMAC: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const EC: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    const RSA: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
    const CLAIMS: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    let secret = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, HMAC).unwrap();
    for (algorithm, header, signature, key) in [
        (
            JwtAlgorithm::Hs256,
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            &secret[..],
        ),
        (
            JwtAlgorithm::Rs256,
            "eyJhbGciOiJSUzI1NiJ9",
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9\
             CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOL\
             n6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtV\
             rBp0igcN_IoypGlUPQGe77Rw",
            RSA.as_bytes(),
        ),
        (
            JwtAlgorithm::Es256,
            "eyJhbGciOiJFUzI1NiJ9",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            EC.as_bytes(),
        ),
    ] {
        let form = JwtForm::body([algorithm]).unwrap().issuer("joe").require_expiry().leeway(Duration::ZERO);
        let head = Request::post("/").body(()).unwrap().into_parts().0;
        let body = format!("{header}.{CLAIMS}.{signature}");
        let keys = JwtKeys::parse(&form.algorithms, key).unwrap();
        let id: Arc<str> = "1".into();
        for (now, expected) in [(1_300_819_379, Ok(())), (1_300_819_380, Err(SchemeErrorKind::OutOfTolerance))] {
            let input = SchemeInput::new(&head, body.as_bytes(), UnixTime::from_seconds(now));
            let result = form.verify(&JwtRequest { input, public_origin: None }, [(&id, &keys)]);
            assert_eq!(result.map(drop).map_err(|error| error.kind()), expected, "{algorithm:?}");
        }
    }

    let form = JwtForm::header("x-signature", [JwtAlgorithm::Hs256]).unwrap();
    let keys = JwtKeys::parse(&form.algorithms, &secret).unwrap();
    let id: Arc<str> = "1".into();
    for (token, body, expected) in [
        (
            "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
            "$.02",
            true,
        ),
        (
            "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
            "$.03",
            false,
        ),
        // The same, with the body in base64.
        ("eyJhbGciOiJIUzI1NiJ9..5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ", "$.02", true),
        ("eyJhbGciOiJIUzI1NiJ9..5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ", "JC4wMg", false),
    ] {
        let head = Request::post("/").header("x-signature", token).body(()).unwrap().into_parts().0;
        let input = SchemeInput::new(&head, body.as_bytes(), UnixTime::from_seconds(NOW));
        let result = form.verify(&JwtRequest { input, public_origin: None }, [(&id, &keys)]);
        assert_eq!(result.is_ok(), expected, "{body}");
    }
}

/// RFC 7515, appendix A.4; RFC 8037, appendix A.4. What they sign is no JSON.
#[test]
fn the_signatures_of_the_standards_verify() {
    for (algorithm, jwk, token) in [
        (
            JwtAlgorithm::Es512,
            r#"{"kty":"EC","crv":"P-521",
                "x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
                "y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#,
            "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34\
             XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
        ),
        (
            JwtAlgorithm::EdDsa,
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR\
             4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ] {
        let form = JwtForm::body([algorithm]).unwrap();
        let keys = JwtKeys::parse(&form.algorithms, jwk.as_bytes()).unwrap();
        let head = Request::post("/").body(()).unwrap().into_parts().0;
        let input = SchemeInput::new(&head, token.as_bytes(), UnixTime::from_seconds(NOW));
        let id: Arc<str> = "1".into();
        let result = form.verify(&JwtRequest { input, public_origin: None }, [(&id, &keys)]);
        // Not a mismatch: the signature holds.
        assert_eq!(result.unwrap_err().kind(), SchemeErrorKind::Malformed, "{algorithm:?}");
    }
}
