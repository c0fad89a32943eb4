//! Recipes made at run time: each knob works, and each wrong one is named.

use crate::{NOW, head, set, verify};
use std::time::Duration;
use tower_webhook::{
    ConfigError, Keyring, Secret,
    schemes::{
        FieldPlace, Recipe, RecipeBuilder, Scheme,
        SchemeErrorKind::{self, Malformed, Mismatch, Missing, OutOfTolerance, PayloadMalformed},
        SecretEncoding, SignatureEncoding, SignaturePlace, TimestampPlace, TimestampUnit,
    },
    testing::{self, Signing},
};

fn secret() -> Secret {
    Secret::new("6b6579206f6620612070726f76696465").unwrap()
}

fn builder() -> RecipeBuilder {
    Recipe::builder("acme")
}

fn header() -> SignaturePlace {
    SignaturePlace::header("X-Acme-Signature").unwrap()
}

fn signing(recipe: &Recipe) -> Signing {
    testing::sign(recipe, &secret()).at(crate::now())
}

fn check(recipe: &Recipe, head: &http::request::Parts, body: &[u8]) -> Result<(), SchemeErrorKind> {
    verify(recipe, head, body, &Keyring::new(secret()), crate::now()).map(|_| ()).map_err(|error| error.kind())
}

#[test]
fn a_wrong_knob_is_named() {
    let field = |result: Result<Recipe, ConfigError>| result.unwrap_err().field().to_owned();
    let timestamp = || TimestampPlace::header("x-time").unwrap();
    for (builder, expected) in [
        (Recipe::builder(" ").signature(header()), "name"),
        (builder(), "signature"),
        (builder().signature(SignaturePlace::json("/signature").unwrap()), "signature"),
        (builder().signature(header()).content("{timestamp}.{body}").unwrap(), "content"),
        (builder().signature(header()).content("{id}.{body}").unwrap(), "content"),
        (builder().signature(header()).timestamp(timestamp()), "timestamp"),
        (builder().signature(header()).timestamp(TimestampPlace::first_item()), "timestamp"),
        (builder().signature(header()).timestamp(TimestampPlace::item("t").unwrap()), "timestamp"),
        (builder().signature(header().positional(',').unwrap()), "timestamp"),
        (
            builder()
                .signature(header().items(",", '=', ["t"]).unwrap())
                .timestamp(TimestampPlace::item("t").unwrap())
                .content("{timestamp}.{body}")
                .unwrap(),
            "timestamp",
        ),
        (builder().signature(header()).timestamp(timestamp()).content("{timestamp}0{body}").unwrap(), "content"),
        (builder().signature(header()).id(FieldPlace::header("x-id").unwrap().signed()), "id"),
        (builder().signature(header()).kind(FieldPlace::header("x-type").unwrap().signed()), "kind"),
        (
            builder()
                .signature(header())
                .content("{header:x-a}")
                .unwrap()
                .kind(FieldPlace::json("/type").unwrap().signed()),
            "kind",
        ),
        (builder().signature(header()).content("{url}\n{body}").unwrap(), "public_origin"),
    ] {
        assert_eq!(field(builder.build()), expected);
    }
    for (error, expected) in [
        (SignaturePlace::header("x y").unwrap_err(), "signature.header"),
        (SignaturePlace::numbered_headers("x-signature", 3).unwrap_err(), "signature.header"),
        (SignaturePlace::numbered_headers("x-signature-{n}", 17).unwrap_err(), "signature.header"),
        (SignaturePlace::query("").unwrap_err(), "signature.query"),
        (SignaturePlace::json("signature").unwrap_err(), "signature.json"),
        (header().list("").unwrap_err(), "signature.separators"),
        (header().list("a").unwrap_err(), "signature.separators"),
        (header().positional('a').unwrap_err(), "signature.separators"),
        (header().items(",", ',', ["v1"]).unwrap_err(), "signature.items"),
        (header().items(",", ':', ["v1"]).unwrap_err(), "signature.items"),
        (header().items(",", '=', [""]).unwrap_err(), "signature.items"),
        (TimestampPlace::header("").unwrap_err(), "timestamp.header"),
        (TimestampPlace::item("").unwrap_err(), "timestamp.item"),
        (TimestampPlace::json("time").unwrap_err(), "timestamp.json"),
        (TimestampPlace::header("x-time").unwrap().tolerance(Duration::ZERO).unwrap_err(), "tolerance"),
        (FieldPlace::json("").unwrap_err(), "field.json"),
        (builder().key_header("x y").unwrap_err(), "key_header"),
        (builder().public_origin("/path").unwrap_err(), "public_origin"),
        (builder().public_origin("https://a/?b").unwrap_err(), "public_origin"),
    ] {
        assert_eq!(error.field(), expected);
    }
}

/// The grammars that providers use, beyond those of the presets.
#[test]
fn each_grammar_can_be_written_and_read() {
    let item = |label| TimestampPlace::item(label).unwrap();
    let millis = |place: TimestampPlace| place.unit(TimestampUnit::Milliseconds);
    for (place, timestamp, content, starts) in [
        // Paddle
        (header().items(";", '=', ["h1"]).unwrap(), item("ts"), "{timestamp}:{body}", "ts=1764000000;h1="),
        // Inngest
        (header().items("&", '=', ["s"]).unwrap(), item("t"), "{body}{timestamp}", "t=1764000000&s="),
        // Ghost
        (header().items(",", '=', ["sha256"]).unwrap(), millis(item("t")), "{body}{timestamp}", "t=1764000000000,sha"),
        // Sanity
        (
            header().items(", ", '=', ["v1"]).unwrap().encoding(SignatureEncoding::Base64Url),
            millis(item("t")),
            "{timestamp}.{body}",
            "t=1764000000000,v1=",
        ),
        // Recurly
        (
            header().positional(',').unwrap(),
            millis(TimestampPlace::first_item()),
            "{timestamp}.{body}",
            "1764000000000,",
        ),
        // Orb
        (
            header().items(" ", '=', ["v1"]).unwrap(),
            TimestampPlace::header("x-orb-timestamp").unwrap().unit(TimestampUnit::Rfc3339),
            "v1:{timestamp}:{body}",
            "v1=",
        ),
        // Crisp
        (header(), millis(TimestampPlace::header("x-time").unwrap()), "[{timestamp};{body}]", ""),
        // Metronome
        (
            header(),
            TimestampPlace::header("x-metronome-date").unwrap().unit(TimestampUnit::HttpDate),
            "{timestamp}\n{body}",
            "",
        ),
    ] {
        let recipe = builder().signature(place).timestamp(timestamp).content(content).unwrap().build().unwrap();
        let parts = head(signing(&recipe).body("body"));
        assert!(parts.headers["x-acme-signature"].to_str().unwrap().starts_with(starts), "{parts:?}");
        assert_eq!(check(&recipe, &parts, b"body"), Ok(()));
        assert_eq!(check(&recipe, &parts, b"Body"), Err(Mismatch));
        let late = recipe.clone().tolerance(Duration::from_secs(1)).unwrap();
        let parts = head(testing::sign(&recipe, &secret()).at(tower_webhook::UnixTime::from_seconds(NOW - 2)));
        assert_eq!(check(&late, &parts, b""), Err(OutOfTolerance));
    }
}

#[test]
fn separators_can_be_a_comma_and_spaces_at_once() {
    let place = header().items(", ", '=', ["v1"]).unwrap();
    let recipe = builder().signature(place).build().unwrap();
    let mut parts = head(signing(&recipe).body("x"));
    let value = parts.headers["x-acme-signature"].to_str().unwrap().to_owned();
    set(&mut parts, "x-acme-signature", format!("a=b,  c=d , {value}"));
    assert_eq!(check(&recipe, &parts, b"x"), Ok(()));
}

#[test]
fn a_signature_may_stand_in_the_query() {
    for encoding in [SignatureEncoding::Hex, SignatureEncoding::Base64] {
        let place = SignaturePlace::query("signature").unwrap().encoding(encoding);
        let recipe = builder().signature(place).content("{path}:{query:a}:{body}").unwrap().build().unwrap();
        let mut parts = head(signing(&recipe).uri("/hook?a=%201").body("x"));
        assert_eq!(check(&recipe, &parts, b"x"), Ok(()));
        let uri = parts.uri.to_string();
        for (altered, kind) in [
            (uri.replace("signature=", "Signature="), Missing),
            (uri.clone() + "&signature=00", Malformed),
            (uri.replace("a=%201", "a=%202"), Mismatch),
            (uri.replace("a=%201", "b=%201"), Missing),
            (uri.replace("a=%201", "a="), Malformed),
            (uri.replace("a=%201", "a=1&a=1"), Malformed),
            (uri.replace("/hook", "/hooks"), Mismatch),
            (uri.replace("a=%201", "a=:"), Malformed),
            (uri.clone() + "%", Malformed),
            (uri.clone() + "%zz", Malformed),
            (uri.clone() + &"%41".repeat(300), Malformed),
        ] {
            parts.uri = altered.parse().unwrap();
            assert_eq!(check(&recipe, &parts, b"x"), Err(kind), "{altered}");
        }
    }
}

#[test]
fn the_url_is_what_this_side_says_it_is() {
    let square = builder()
        .signature(header().encoding(SignatureEncoding::Base64))
        .content("{method} {url}\n{body}")
        .unwrap()
        .public_origin("https://hooks.example.com/base/")
        .unwrap()
        .build()
        .unwrap();
    let parts = head(signing(&square).uri("/square?a=b").body("x"));
    assert_eq!(check(&square, &parts, b"x"), Ok(()));
    let literal = builder()
        .signature(header().encoding(SignatureEncoding::Base64))
        .content("POST https://hooks.example.com/base/square?a=b\n{body}")
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(check(&literal, &parts, b"x"), Ok(()));
    let mut forged = parts.clone();
    forged.uri = "https://hooks.example.com/base/other".parse().unwrap();
    set(&mut forged, "host", "hooks.example.com");
    assert_eq!(check(&square, &forged, b"x"), Err(Mismatch));
}

#[test]
fn fields_of_the_body_can_be_signed_without_the_body() {
    let mailgun = builder()
        .signature(SignaturePlace::json("/signature/signature").unwrap())
        .timestamp(TimestampPlace::json("/signature/timestamp").unwrap().quoted())
        .content("{timestamp}{json:/signature/token}")
        .unwrap()
        .build()
        .unwrap();
    assert!(!mailgun.covers_body());
    let signed = signing(&mailgun).body(format!(r#"{{"signature":{{"timestamp":"{NOW}","token":"abc"}}}}"#));
    assert!(signed.build().is_ok(), "the signature is put into the body");
    assert_eq!(signing(&mailgun).body("no JSON").build().unwrap_err().field(), "body");
    let same = builder().signature(header()).content(&format!("{{method}}{NOW}abc")).unwrap().build().unwrap();
    let tag = head(signing(&same).method("X".parse().unwrap())).headers["x-acme-signature"].clone();
    assert!(tag.to_str().unwrap().len() == 64);
    // The tag over `<time>abc`, made by a recipe that takes it from a header.
    let oracle = builder().signature(header()).content("{header:x-all}").unwrap().build().unwrap();
    let tag = head(signing(&oracle).header("x-all", format!("{NOW}abc")));
    let tag = tag.headers["x-acme-signature"].to_str().unwrap().to_owned();
    let body = |time: &str, token: &str| {
        format!(r#"{{"signature":{{"timestamp":{time},"token":{token},"signature":"{tag}"}},"event":1}}"#)
    };
    let empty = http::Request::post("/").body(()).unwrap().into_parts().0;
    let accepted = |body: String| check(&mailgun, &empty, body.as_bytes());
    let time = format!("\"{NOW}\"");
    assert_eq!(accepted(body(&time, "\"abc\"")), Ok(()));
    assert_eq!(accepted(body(&time, "\"\\u0061bc\"")), Ok(()), "unescaped");
    assert_eq!(accepted(body(&time, "\"abd\"")), Err(Mismatch));
    assert_eq!(accepted(body(&NOW.to_string(), "\"abc\"")), Err(Malformed));
    assert_eq!(accepted(body(&time, "[]")), Err(Malformed));
    assert_eq!(accepted(body(&time, "\"abc\",\"token\":\"abc\"")), Err(Malformed));
    assert_eq!(accepted("{}".to_owned()), Err(PayloadMalformed));
}

/// As Linear and Pusher do: the time is signed, since the body is.
#[test]
fn a_time_inside_the_signed_body_is_looked_at_once_the_body_is_genuine() {
    let recipe = builder()
        .signature(header())
        .timestamp(TimestampPlace::json("/meta/0/at").unwrap().unit(TimestampUnit::Rfc3339))
        .build()
        .unwrap();
    let check = |body: &str, genuine: bool| {
        let sender = if genuine { secret() } else { Secret::new("quite another secret").unwrap() };
        let parts = head(testing::sign(&recipe, &sender).body(body.to_owned()));
        check(&recipe, &parts, body.as_bytes())
    };
    assert_eq!(check(r#"{"meta":[{"at":"2025-11-24T16:00:00Z"}]}"#, true), Ok(()));
    assert_eq!(check(r#"{"meta":[{"at":"2025-11-24T15:00:00Z"}]}"#, true), Err(OutOfTolerance));
    assert_eq!(check(r#"{"meta":[{"at":"yesterday"}]}"#, true), Err(Malformed));
    assert_eq!(check(r#"{"meta":[]}"#, true), Err(PayloadMalformed));
    assert_eq!(check("no JSON", true), Err(PayloadMalformed));
    assert_eq!(check("no JSON", false), Err(Mismatch));
}

#[test]
fn values_behind_the_body_may_not_hold_the_delimiter_before_them() {
    // As Sinch does.
    let recipe = builder()
        .signature(header())
        .content("{body}.{header:x-nonce}.{timestamp}")
        .unwrap()
        .timestamp(TimestampPlace::header("x-time").unwrap())
        .build()
        .unwrap();
    let mut parts = head(signing(&recipe).header("x-nonce", "n1").body("a.b"));
    assert_eq!(check(&recipe, &parts, b"a.b"), Ok(()));
    set(&mut parts, "x-nonce", "b.n1");
    assert_eq!(check(&recipe, &parts, b"a"), Err(Malformed));
    let last = builder().signature(header()).content("{body}|{header:x-nonce}").unwrap().build().unwrap();
    let mut parts = head(signing(&last).header("x-nonce", "n1").body("a|b"));
    assert_eq!(check(&last, &parts, b"a|b"), Ok(()));
    set(&mut parts, "x-nonce", "b|n1");
    assert_eq!(check(&last, &parts, b"a"), Err(Malformed));
}

#[test]
fn an_optional_prefix_may_be_missing_and_a_required_one_may_not() {
    let bare = builder().signature(header()).build().unwrap();
    let prefixed = builder().signature(header().prefix("sha256=")).build().unwrap();
    let either = builder().signature(header().optional_prefix("sha256=")).build().unwrap();
    let with = head(signing(&prefixed).body("x"));
    let without = head(signing(&bare).body("x"));
    assert_eq!([check(&either, &with, b"x"), check(&either, &without, b"x")], [Ok(()), Ok(())]);
    assert_eq!([check(&prefixed, &with, b"x"), check(&prefixed, &without, b"x")], [Ok(()), Err(Malformed)]);
    assert_eq!([check(&bare, &with, b"x"), check(&bare, &without, b"x")], [Err(Malformed), Ok(())]);
}

#[test]
fn secrets_are_decoded_as_the_recipe_says() {
    let recipe = |encoding| builder().signature(header()).secret(encoding).build().unwrap();
    let text = recipe(SecretEncoding::Utf8);
    let hex = recipe(SecretEncoding::Hex);
    let parts = head(testing::sign(&text, &Secret::new("key of a provide").unwrap()).body("x"));
    assert_eq!(check(&hex, &parts, b"x"), Ok(()), "the secret is the hex of `key of a provide`");
    assert_eq!(check(&text, &parts, b"x"), Err(Mismatch));
    let keys = Keyring::new(Secret::new("no hex at all, is it").unwrap());
    assert_eq!(hex.check_keys(&keys).unwrap_err().field(), "secret");
}

#[test]
fn numbers_of_headers_are_numbers() {
    let recipe = builder().signature(SignaturePlace::numbered_headers("x-signature-{n}", 12).unwrap()).build().unwrap();
    let good = head(signing(&recipe).body("x"));
    let value = good.headers["x-signature-1"].clone();
    let with = |name: &'static str| {
        let mut parts = http::Request::post("/").body(()).unwrap().into_parts().0;
        parts.headers.insert(name, value.clone());
        check(&recipe, &parts, b"x")
    };
    assert_eq!([with("x-signature-1"), with("x-signature-12")], [Ok(()), Ok(())]);
    for name in
        ["x-signature-0", "x-signature-13", "x-signature-01", "x-signature-", "x-signature-+1", "x-signature-1a"]
    {
        assert_eq!(with(name), Err(Missing), "{name}");
    }
}
