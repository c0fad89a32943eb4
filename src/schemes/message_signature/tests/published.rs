//! What the standard publishes.

use super::*;

// The keys and signatures of RFC 9421: appendix B, unless it is said otherwise.
const RSA: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----";
const RSA_PSS: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----";
pub(super) const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----";
const ED25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----";
const SIG_B21: (&str, &str) = (
    "sig-b21=();created=1618884473;keyid=\"test-key-rsa-pss\";nonce=\"b3k2pp5k7z-50gnwp.yemd\"",
    "sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zF\
     ZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhW\
     wE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7\
     EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:",
);
const SIG_B22: (&str, &str) = (
    "sig-b22=(\"@authority\" \"content-digest\" \
     \"@query-param\";name=\"Pet\");created=1618884473;keyid=\"test-key-rsa-pss\";tag=\"header-example\"",
    "sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UC\
     MkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpc\
     AoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUq\
     iYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==:",
);
const SIG_B23: (&str, &str) = (
    "sig-b23=(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \"content-digest\" \
     \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"",
    "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voT\
     p768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7\
     YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJz\
     SRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:",
);
const SIG_B24: (&str, &str) = (
    "sig-b24=(\"@status\" \"content-type\" \"content-digest\" \
     \"content-length\");created=1618884473;keyid=\"test-key-ecc-p256\"",
    "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:",
);
const SIG_B25: (&str, &str) = (
    "sig-b25=(\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"",
    "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
);
const SIG_B26: (&str, &str) = (
    "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
     \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
);
/// Section 4.3: the sender's, and that of a proxy.
const TWO: (&str, &str) = (
    "sig1=(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\" \
     \"content-length\");created=1618884475;keyid=\"test-key-ecc-p256\", proxy_sig=(\"@method\" \"@authority\" \"@path\" \
     \"content-digest\" \"content-type\" \"content-length\" \
     \"forwarded\");created=1618884480;keyid=\"test-key-rsa\";alg=\"rsa-v1_5-sha256\";expires=1618884540",
    "sig1=:X5spyd6CFnAG5QnDyHfqoSNICd+BUP4LYMz2Q0JXlb//4Ijpzp+kve2w4NIyqeAuM7jTDX+sNalzA8ESSaHD3A==:, proxy_sig\
     =:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkDcnL9cCpXJl\
     eXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5k\
     XQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VH\
     R6WfgS9ddzirrswsE1w5o0LV/g==:",
);

#[test]
fn the_signatures_of_the_standard_verify() {
    for (vector, form, key) in
        [(SIG_B22, PSS_FORM, RSA_PSS), (SIG_B23, PSS_FORM, RSA_PSS), (TWO, P256_FORM, P256), (TWO, RSA_FORM, RSA)]
    {
        let mut case = Case::of(vector, form, key);
        if key == RSA {
            case.set("forwarded", "for=192.0.2.123;host=example.com;proto=https");
            case.origin = Some("https://origin.host.internal.example");
        }
        if vector == TWO {
            case.now = CREATED + 10;
        }
        assert!(case.verify().is_ok(), "{:?}", case.form.algorithm);
        case.with(|case| case.body.push(b'\n')).refused(SchemeErrorKind::Mismatch);
        case.with(|case| case.origin = Some("https://example.org")).refused(SchemeErrorKind::Mismatch);
        let other_method = case.with(|case| case.head.method = Method::PUT).verify();
        assert_eq!(other_method.is_ok(), vector == SIG_B22, "only this one does not cover it");
    }
    // These say nothing about the content, so there may be none.
    for (vector, form, key) in [(SIG_B25, hmac_form(), SHARED_SECRET), (SIG_B26, ED25519_FORM, ED25519)] {
        let case = Case::of(vector, form, key);
        case.refused(SchemeErrorKind::Missing);
        let case = case.with(|case| case.body.clear());
        assert_eq!(case.verify().unwrap().timestamp, Some(UnixTime::from_seconds(CREATED)));
        case.with(|case| case.set("content-type", "text/plain")).refused(SchemeErrorKind::Mismatch);
        case.with(|case| drop(case.head.headers.remove("date"))).refused(SchemeErrorKind::Missing);
    }
    // This one says nothing at all.
    Case::of(SIG_B21, PSS_FORM, RSA_PSS).with(|case| case.body.clear()).refused(SchemeErrorKind::Malformed);
    // Only answers have a status.
    Case::of(SIG_B24, P256_FORM, P256).refused(SchemeErrorKind::Malformed);
}

#[test]
fn components_are_derived_as_the_standard_says() {
    const URI: &str = "/path?param=value&foo=bar&baz=batman&qux=";
    const ODD: &str = "/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace\
        &fa%C3%A7ade%22%3A%20=something";
    const HTTPS: &str = "https://www.example.com";

    let base = |uri: &str, origin: &'static str, component: &str| {
        let mut head = Request::post(uri)
            .header("example-dict", "a=1,    b=2;x=1;y=2,   c=(a   b   c), d")
            .header("example-header", "value, with, lots")
            .header("example-header", " of, commas ")
            .header("x-empty", "")
            .header("priority", "u=1,    i;x=2,   c=(a   b)")
            .body(())
            .unwrap()
            .into_parts()
            .0;
        head.headers.insert("x-latin", HeaderValue::from_bytes(b"caf\xe9").unwrap());
        let input = format!("sig=({component})");
        let (_, member) = parse_dictionary(input.as_bytes())?.pop()?;
        let covered = Covered::new(member).ok()?;
        let base = signature_base(&covered, &head, Some(origin)).ok()?;
        let text = String::from_utf8(base).unwrap();
        let (line, parameters) = text.rsplit_once('\n').unwrap();
        assert_eq!(parameters, format!("\"@signature-params\": ({component})"));
        Some(line.strip_prefix(&format!("{component}: ")).unwrap().to_owned())
    };
    for (uri, origin, component, expected) in [
        (URI, HTTPS, "\"@method\"", Some("POST")),
        ("/a?b=c", HTTPS, "\"@target-uri\"", Some("https://www.example.com/a?b=c")),
        ("/a", "http://www.example.com:80", "\"@target-uri\"", Some("http://www.example.com/a")),
        ("/a", "https://www.example.com/b/", "\"@target-uri\"", Some("https://www.example.com/b/a")),
        (URI, "HTTPS://WWW.Example.com:443", "\"@authority\"", Some("www.example.com")),
        (URI, "http://www.example.com:8080", "\"@authority\"", Some("www.example.com:8080")),
        (URI, "https://www.example.com/prefix", "\"@path\"", Some("/prefix/path")),
        (URI, "HTTPS://www.example.com", "\"@scheme\"", Some("https")),
        ("/a?b=c", HTTPS, "\"@request-target\"", Some("/a?b=c")),
        ("/path?queryString", HTTPS, "\"@query\"", Some("?queryString")),
        ("/path", HTTPS, "\"@query\"", Some("?")),
        (URI, HTTPS, "\"@query-param\";name=\"baz\"", Some("batman")),
        (URI, HTTPS, "\"@query-param\";name=\"qux\"", Some("")),
        (URI, HTTPS, "\"@query-param\";name=\"none\"", None),
        ("/?a=1&a=2", HTTPS, "\"@query-param\";name=\"a\"", None),
        (ODD, HTTPS, "\"@query-param\";name=\"var\"", Some("this%20is%20a%20big%0Amultiline%20value")),
        (ODD, HTTPS, "\"@query-param\";name=\"bar\"", Some("with%20plus%20whitespace")),
        (ODD, HTTPS, "\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\"", Some("something")),
        (URI, HTTPS, "\"@query-param\"", None),
        (URI, HTTPS, "\"@status\"", None),
        (URI, HTTPS, "\"@method\";req", None),
        (URI, HTTPS, "\"@signature-params\"", None),
        (URI, HTTPS, "\"@method\" \"@method\"", None),
        (URI, HTTPS, "\"example-dict\"", Some("a=1,    b=2;x=1;y=2,   c=(a   b   c), d")),
        (URI, HTTPS, "\"example-dict\";key=\"a\"", Some("1")),
        (URI, HTTPS, "\"example-dict\";key=\"d\"", Some("?1")),
        (URI, HTTPS, "\"example-dict\";key=\"b\"", Some("2;x=1;y=2")),
        (URI, HTTPS, "\"example-dict\";key=\"c\"", Some("(a b c)")),
        (URI, HTTPS, "\"example-dict\";key=\"e\"", None),
        (URI, HTTPS, "\"priority\";sf", Some("u=1, i;x=2, c=(a b)")),
        // Its type is not known.
        (URI, HTTPS, "\"example-dict\";sf", None),
        (URI, HTTPS, "\"example-header\"", Some("value, with, lots, of, commas")),
        (URI, HTTPS, "\"example-header\";bs", Some(":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:")),
        (URI, HTTPS, "\"example-header\";tr", None),
        (URI, HTTPS, "\"example-header\";bs=?0", None),
        (URI, HTTPS, "\"Example-Header\"", None),
        (URI, HTTPS, "\"x-empty\"", Some("")),
        (URI, HTTPS, "\"x-latin\"", None),
        (URI, HTTPS, "\"x-latin\";bs", Some(":Y2Fm6Q==:")),
        (URI, HTTPS, "example-header", None),
    ] {
        assert_eq!(base(uri, origin, component).as_deref(), expected, "{component} of {uri} at {origin}");
    }
}
