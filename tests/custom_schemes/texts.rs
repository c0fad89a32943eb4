//! What a text can say, and what it means.

use crate::{NOW, json, secret, toml, verify};
use http::request::Parts;
use proptest::{collection::vec, prelude::*};
use serde::{Deserialize, de::IntoDeserializer};
use serde_json::json;
use std::{collections::HashMap, time::Duration};
use tower_webhook::{
    MacAlgorithm, UnixTime,
    schemes::{
        self, BodyForm, FieldPlace, Recipe, Scheme, SchemeErrorKind, SecretEncoding, SignatureEncoding, SignaturePlace,
        TimestampPlace, TimestampUnit,
    },
    testing::{self, Signing},
};

const BODY: &[u8] = br#"{"id":"evt_1","type":"paid","at":1764000000}"#;

/// Recipes have no `==`; what they print holds all that they are.
#[track_caller]
fn are_equal(first: &Recipe, second: &Recipe) {
    assert_eq!(format!("{first:#?}"), format!("{second:#?}"));
}

fn signed(recipe: &Recipe, adjust: impl FnOnce(Signing) -> Signing) -> Parts {
    adjust(testing::sign(recipe, &secret()).body(BODY)).build().unwrap().into_parts().0
}

#[test]
fn every_field_is_a_method_of_the_builder() -> Result<(), Box<dyn std::error::Error>> {
    let text = r#"
        name = "acme"
        algorithm = "hmac-sha512"
        secret_encoding = { base64_after_or_utf8 = "whsec_" }
        content = "{setting:endpoint}.{timestamp}.{url}.{id}{body}"
        body_form = "json_stringify"
        key_header = "X-Api-Key"
        public_origin = "https://hooks.example.com/base/"
        insecure_ambiguous_content = true
        single_use_signature = true
        id = { header = "x-id", signed = true }
        kind = { form = "type" }
        settings = { endpoint = "ep_1" }

        [[signature]]
        header = "X-Acme-Signature"
        list = ", "
        prefix = "v1="
        repeated = true
        encoding = "base64url"

        [[signature]]
        numbered_headers = "x-acme-{n}"
        count = 8
        optional_prefix = "v1="

        [[signature]]
        query = "signature"
        items = { separators = ";", assign = ",", labels = ["a", "b"] }
        encoding = "hex_or_base64"

        [timestamp]
        header = "x-time"
        unit = "rfc3339_optional_offset"
        tolerance_seconds = { past = 600, future = 30 }
    "#;
    let built = Recipe::builder("acme")
        .algorithm(MacAlgorithm::HmacSha512)
        .secret(SecretEncoding::Base64AfterOrUtf8("whsec_".into()))
        .signature(
            SignaturePlace::header("x-acme-signature")?
                .list(", ")?
                .prefix("v1=")
                .repeated()
                .encoding(SignatureEncoding::Base64Url),
        )
        .signature(SignaturePlace::numbered_headers("x-acme-{n}", 8)?.optional_prefix("v1="))
        .signature(
            SignaturePlace::query("signature")?.items(";", ',', ["a", "b"])?.encoding(SignatureEncoding::HexOrBase64),
        )
        .content("{setting:endpoint}.{timestamp}.{url}.{id}{body}")?
        .setting("endpoint", "ep_1")?
        .body_form(BodyForm::JSON_STRINGIFY)
        .timestamp(
            TimestampPlace::header("x-time")?
                .unit(TimestampUnit::Rfc3339OptionalOffset)
                .tolerances(Duration::from_secs(600), Duration::from_secs(30))?,
        )
        .id(FieldPlace::header("x-id")?.signed())
        .kind(FieldPlace::form("type")?)
        .key_header("x-api-key")?
        .public_origin("https://hooks.example.com/base/")?
        .insecure_ambiguous_content()
        .single_use_signature()
        .build()?;
    are_equal(&toml(text), &built);
    Ok(())
}

#[test]
fn what_is_left_out_is_what_the_builder_leaves_out() {
    let built = Recipe::builder("acme").signature(SignaturePlace::header("x-sig").unwrap()).build().unwrap();
    are_equal(&toml("name = 'acme'\nsignature.header = 'x-sig'"), &built);
    let absent = json!({"name": "acme", "signature": {"header": "x-sig", "prefix": null}, "timestamp": null});
    are_equal(&json(&absent), &built);
    let off = "insecure_ambiguous_content = false\nsingle_use_signature = false\nbody_form = 'as_received'";
    are_equal(&toml(&format!("name = 'acme'\n{off}\n[signature]\nheader = 'x-sig'\nrepeated = false")), &built);
}

#[test]
fn every_name_means_what_the_builder_means_by_it() {
    let acme = |rest: &str| toml(&format!("name = 'acme'\n{rest}"));
    let place = || SignaturePlace::header("x-sig").unwrap();
    let builder = || Recipe::builder("acme").signature(place());
    for (name, algorithm) in [
        ("hmac-sha1", MacAlgorithm::HmacSha1),
        ("hmac-sha256", MacAlgorithm::HmacSha256),
        ("hmac-sha384", MacAlgorithm::HmacSha384),
        ("hmac-sha512", MacAlgorithm::HmacSha512),
        #[cfg(feature = "insecure-md5")]
        ("insecure-hmac-md5", MacAlgorithm::InsecureHmacMd5),
        #[cfg(feature = "insecure-md5")]
        ("insecure-keyed-md5", MacAlgorithm::InsecureKeyedMd5),
        ("keyed-sha1", MacAlgorithm::KeyedSha1),
        ("keyed-sha256", MacAlgorithm::KeyedSha256),
        #[cfg(feature = "keccak")]
        ("keyed-keccak256", MacAlgorithm::KeyedKeccak256),
    ] {
        let content = if name.contains("keyed") { "{body}.{secret}" } else { "{body}" };
        let built = builder().algorithm(algorithm).content(content).unwrap().build().unwrap();
        are_equal(&acme(&format!("signature.header = 'x-sig'\nalgorithm = '{name}'\ncontent = '{content}'")), &built);
    }
    for (name, encoding) in [
        #[cfg(feature = "nfkd")]
        ("'nfkd'", SecretEncoding::Nfkd),
        ("'base64'", SecretEncoding::Base64),
        ("'base64_after_underscore'", SecretEncoding::Base64AfterUnderscore),
        ("'hex'", SecretEncoding::Hex),
        ("'html_escaped'", SecretEncoding::HtmlEscaped),
        ("'sha1'", SecretEncoding::Sha1),
        ("'utf8'", SecretEncoding::Utf8),
        ("'utf8_after_second_dash'", SecretEncoding::Utf8AfterSecondDash),
        ("{ base64_after = 'a_' }", SecretEncoding::Base64After("a_".into())),
        ("{ base64_after_required = 'a_' }", SecretEncoding::Base64AfterRequired("a_".into())),
        ("{ base64_after_or_utf8 = 'a_' }", SecretEncoding::Base64AfterOrUtf8("a_".into())),
    ] {
        let built = builder().secret(encoding).build().unwrap();
        are_equal(&acme(&format!("signature.header = 'x-sig'\nsecret_encoding = {name}")), &built);
    }
    for (name, encoding) in [
        ("base64", SignatureEncoding::Base64),
        ("base64_optional_padding", SignatureEncoding::Base64OptionalPadding),
        ("base64url", SignatureEncoding::Base64Url),
        ("hex", SignatureEncoding::Hex),
        ("hex_or_base64", SignatureEncoding::HexOrBase64),
    ] {
        let built = Recipe::builder("acme").signature(place().encoding(encoding)).build().unwrap();
        are_equal(&acme(&format!("signature = {{ header = 'x-sig', encoding = '{name}' }}")), &built);
    }
    for (name, unit) in [
        ("http_date", TimestampUnit::HttpDate),
        ("milliseconds", TimestampUnit::Milliseconds),
        ("rfc3339", TimestampUnit::Rfc3339),
        ("rfc3339_optional_offset", TimestampUnit::Rfc3339OptionalOffset),
        ("seconds", TimestampUnit::Seconds),
        ("seconds_or_milliseconds", TimestampUnit::SecondsOrMilliseconds),
    ] {
        let timestamp = TimestampPlace::json("/at").unwrap().unit(unit).quoted();
        let built = builder().timestamp(timestamp).build().unwrap();
        let text = format!("timestamp = {{ json = '/at', unit = '{name}', quoted = true }}");
        are_equal(&acme(&format!("signature.header = 'x-sig'\n{text}")), &built);
    }
    let built = builder().timestamp(TimestampPlace::form("at").unwrap()).build().unwrap();
    are_equal(&acme("signature.header = 'x-sig'\ntimestamp.form = 'at'"), &built);
    let positional = Recipe::builder("acme").signature(place().positional(',').unwrap());
    let built = positional.timestamp(TimestampPlace::first_item()).content("{timestamp}.{body}").unwrap().build();
    let text = "content = '{timestamp}.{body}'\nsignature = { header = 'x-sig', positional = ',' }";
    are_equal(&acme(&format!("{text}\ntimestamp.first_item = true")), &built.unwrap());
}

#[test]
fn a_token_signs_nothing() {
    let built = toml("name = 'acme'\nalgorithm = 'token'\nsignature.header = 'x-token'");
    let head = http::Request::post("/").header("x-token", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").body(()).unwrap();
    let head = head.into_parts().0;
    assert_eq!(verify(&built, &head, BODY), Ok(()));
    let head = http::Request::post("/").header("x-token", "another").body(()).unwrap().into_parts().0;
    assert_eq!(verify(&built, &head, BODY), Err(SchemeErrorKind::Mismatch));
}

#[test]
fn json_and_toml_say_the_same() {
    let in_toml = toml(
        r#"
        name = "acme"
        algorithm = "hmac-sha256"
        content = "{timestamp}.{body}"
        id = { json = "/id", signed = true }
        [signature]
        header = "acme-signature"
        items = { separators = ",", assign = "=", labels = ["v1"] }
        [timestamp]
        item = "t"
        tolerance_seconds = 300
        "#,
    );
    let in_json = json(&json!({
        "name": "acme",
        "algorithm": "hmac-sha256",
        "content": "{timestamp}.{body}",
        "id": {"json": "/id", "signed": true},
        "signature": [{
            "header": "acme-signature",
            "items": {"separators": ",", "assign": "=", "labels": "v1"},
        }],
        "timestamp": {"item": "t", "tolerance_seconds": {"past": 300, "future": 300}},
    }));
    are_equal(&in_toml, &in_json);
    for (signs, checks) in [(&in_toml, &in_json), (&in_json, &in_toml)] {
        let head = signed(signs, |signing| signing.at(NOW));
        assert_eq!(verify(checks, &head, BODY), Ok(()));
        assert_eq!(verify(checks, &head, b"{}"), Err(SchemeErrorKind::Mismatch));
    }
}

#[test]
fn recipes_may_stand_inside_a_larger_file() {
    #[derive(Deserialize)]
    struct Settings {
        port: u16,
        schemes: HashMap<String, Recipe>,
        other: Option<Recipe>,
    }
    let settings: Settings = toml::from_str(
        r#"
        port = 3000
        [schemes.payments]
        preset = "stripe"
        [schemes.orders]
        name = "orders"
        signature = { header = "x-orders" }
        "#,
    )
    .unwrap();
    assert_eq!((settings.port, settings.schemes.len(), settings.other.is_none()), (3000, 2, true));
    assert_eq!(settings.schemes["payments"].name(), "stripe");
    assert_eq!(settings.schemes["orders"].name(), "orders");
}

#[test]
fn a_preset_alone_is_the_constant() {
    for recipe in schemes::ALL {
        are_equal(&toml(&format!("preset = {:?}", recipe.name())), recipe);
    }
}

#[test]
fn a_preset_can_be_adjusted() {
    let minute = toml("preset = 'stripe'\ntimestamp.tolerance_seconds = 60");
    are_equal(&minute, &schemes::STRIPE.tolerance(Duration::from_secs(60)).unwrap());
    let old = signed(&schemes::STRIPE, |signing| signing.at(UnixTime::from_seconds(NOW.as_seconds() - 61)));
    assert_eq!(verify(&schemes::STRIPE, &old, BODY), Ok(()));
    assert_eq!(verify(&minute, &old, BODY), Err(SchemeErrorKind::OutOfTolerance));

    let both = toml("preset = 'stripe'\ntimestamp.tolerance_seconds = { past = 60, future = 5 }");
    let expected = schemes::STRIPE.tolerances(Duration::from_secs(60), Duration::from_secs(5));
    are_equal(&both, &expected.unwrap());
    are_equal(&toml("preset = 'textus'\nallow_base64 = true"), &schemes::TEXTUS.allow_base64());
    are_equal(&toml("preset = 'partner'\nfixed_key = true"), &schemes::PARTNER.fixed_key());
    let stronger = toml("preset = 'github'\nalgorithm = 'hmac-sha512'");
    are_equal(&stronger, &schemes::GITHUB.algorithm(MacAlgorithm::HmacSha512).unwrap());
    let origin = "https://hooks.example.com";
    let at = schemes::STRIPE.public_origin(origin).unwrap();
    are_equal(&toml(&format!("preset = 'stripe'\npublic_origin = '{origin}'")), &at);
    let at = schemes::STRIPE.public_url(format!("{origin}/stripe")).unwrap();
    are_equal(&toml(&format!("preset = 'stripe'\npublic_url = '{origin}/stripe'")), &at);
    are_equal(&toml("preset = 'stripe'\nallow_base64 = false\nfixed_key = false\nsettings = {}"), &schemes::STRIPE);
}

/// Whatever a configuration may hold: near to a recipe, and far from one.
fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|flag| json!(flag)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        ".*".prop_map(|text| json!(text)),
        proptest::sample::select(&WORDS[..]).prop_map(|word| json!(word)),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        let key = prop_oneof![
            9 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned),
            1 => ".{0,8}",
        ];
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            vec((key, inner), 0..8).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// The same with the fields in their places, each of which may be wrong.
fn near_recipe() -> impl Strategy<Value = serde_json::Value> {
    let field = (proptest::sample::select(&WORDS[..]), any_value());
    let place = || {
        vec((proptest::sample::select(&WORDS[..]), any_value()), 0..3).prop_map(|fields| {
            let mut place: serde_json::Map<_, _> =
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            place.insert("header".to_owned(), json!("x-sig"));
            serde_json::Value::Object(place)
        })
    };
    (vec(field, 0..4), place(), proptest::option::of(place())).prop_map(|(fields, signature, timestamp)| {
        let mut recipe: serde_json::Map<_, _> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        recipe.insert("name".to_owned(), json!("acme"));
        recipe.insert("signature".to_owned(), signature);
        recipe.extend(timestamp.map(|place| ("timestamp".to_owned(), place)));
        serde_json::Value::Object(recipe)
    })
}

const WORDS: [&str; 49] = [
    "name",
    "algorithm",
    "secret_encoding",
    "signature",
    "content",
    "body_form",
    "settings",
    "timestamp",
    "id",
    "kind",
    "key_header",
    "public_origin",
    "public_url",
    "insecure_ambiguous_content",
    "insecure_repeating_events",
    "single_use_signature",
    "preset",
    "allow_base64",
    "fixed_key",
    "header",
    "numbered_headers",
    "count",
    "query",
    "json",
    "form",
    "prefix",
    "optional_prefix",
    "list",
    "items",
    "positional",
    "repeated",
    "encoding",
    "item",
    "first_item",
    "unit",
    "quoted",
    "tolerance_seconds",
    "past",
    "future",
    "separators",
    "assign",
    "labels",
    "stripe",
    "/id",
    "{body}",
    "{timestamp}.{id}{body}",
    ",",
    "=",
    "x-{n}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn no_value_makes_reading_panic(value in prop_oneof![any_value(), near_recipe()]) {
        let from_text = serde_json::from_str::<Recipe>(&value.to_string()).map_err(|error| error.to_string());
        let from_value = Recipe::deserialize(value.clone().into_deserializer()).map_err(|error| error.to_string());
        prop_assert_eq!(from_text.is_ok(), from_value.is_ok());
        if let Ok(text) = toml::to_string(&value) {
            let from_toml = toml::from_str::<Recipe>(&text);
            prop_assert_eq!(from_toml.is_ok(), from_text.is_ok(), "{}", text);
        }
        if let Ok(recipe) = from_text {
            let head = http::Request::post("/").header("x-sig", "00").body(()).unwrap().into_parts().0;
            prop_assert!(verify(&recipe, &head, BODY).is_err());
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in ".*", words in vec(proptest::sample::select(&WORDS[..]), 0..12)) {
        let _ = serde_json::from_str::<Recipe>(&text);
        let _ = toml::from_str::<Recipe>(&text);
        let _ = toml::from_str::<Recipe>(&words.join(" = "));
    }
}

#[test]
fn no_depth_makes_reading_panic() {
    for depth in [10, 17, 100, 100_000] {
        for (open, close) in [("[", "]"), ("{\"signature\":", "}")] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(serde_json::from_str::<Recipe>(&text).is_err());
        }
        assert!(toml::from_str::<Recipe>(&format!("signature = {}{}", "[".repeat(depth), "]".repeat(depth))).is_err());
    }
    // A format that has no bound of its own.
    let mut value = json!(1);
    for _ in 0..1000 {
        value = json!([value]);
    }
    let error = Recipe::deserialize(json!({ "signature": value })).unwrap_err();
    assert_eq!(error.to_string(), "recipe: is nested too deeply");
}
