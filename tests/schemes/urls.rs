//! The presets that sign the URL, single fields, or content with the secret in it.

use crate::{NOW, now, set, verify};
use futures_util::FutureExt as _;
use http::{Method, Uri, request::Parts};
use http_body_util::BodyExt as _;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{
        self, Recipe, Scheme,
        SchemeErrorKind::{self, Malformed, Mismatch, Missing, OutOfTolerance, PayloadMalformed},
    },
    testing::{self, Signing},
};

const SECRET: &str = "00112233445566778899aabbccddeeff";
const JSON: &str = r#"{"a":1}"#;
const FORM: &str = "CallSid=CA1&Digits=12&Digits=1";
const ADYEN: &str = r#"{"notificationItems":[{"NotificationRequestItem":{"amount":{"currency":"EUR","value":1999},"eventCode":"CAPTURE","merchantAccountCode":"Acme","merchantReference":"order:1","pspReference":"8515","success":"true"}}]}"#;
const DIGEST: &str = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";

/// A preset, told what it has to know.
fn preset(name: &str) -> Recipe {
    let recipe = schemes::by_name(name).unwrap().clone().public_origin("https://hooks.example.com").unwrap();
    match name {
        "braintree" => recipe.setting("public_key", "pk_1").unwrap(),
        "sinch_application" => recipe.setting("key", "app_1").unwrap(),
        "smile_id" => recipe.setting("partner_id", "001").unwrap(),
        _ => recipe,
    }
}

fn signing(name: &str) -> Signing {
    let recipe = preset(name);
    let signing = testing::sign(&recipe, &Secret::new(SECRET).unwrap()).uri("/hook?a=1");
    let signing = match recipe.provider().unwrap().tolerance {
        Some(_) => signing.at(now()),
        None => signing,
    };
    match name {
        "adyen" => signing.body(ADYEN),
        "braintree" => signing.body("bt_payload=PG4%2B%0A"),
        "contentful" => signing
            .header("x-contentful-topic", "Entry.publish")
            .header(
                "x-contentful-signed-headers",
                "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic",
            )
            .body(JSON),
        "dropbox_sign" => signing.body(format!(r#"{{"event":{{"event_time":"{NOW}","event_type":"sent"}}}}"#)),
        "lark" | "lark_card" => signing.header("x-lark-request-nonce", "n0nce").body(JSON),
        "mailgun" => signing.body(format!(r#"{{"signature":{{"timestamp":"{NOW}","token":"0a1b"}}}}"#)),
        "mandrill" => signing.body("mandrill_events=%5B%5D"),
        "mercado_pago" => signing.uri("/hook?data.id=1999&type=payment").header("x-request-id", "r-1").body(JSON),
        "opennode" => signing.body("id=charge-1&status=paid"),
        "plivo_v2" => signing.header("x-plivo-signature-v2-nonce", "1234").body(FORM),
        "plivo_v3" => signing.header("x-plivo-signature-v3-nonce", "1234").body(FORM),
        "signalwire" | "twilio" => signing.body(FORM),
        "sinch_application" => signing.header("content-type", "application/json").body(JSON),
        "smile_id" => signing.body(format!(r#"{{"ResultCode":"1012","timestamp":"{}"}}"#, "2025-11-24T16:00:00Z")),
        "twilio_json" => signing.uri(format!("/hook?bodySHA256={DIGEST}")).body(JSON),
        "vonage_sms" => signing.body(format!("msisdn=447700900001&text=a%26b&timestamp={NOW}")),
        _ => signing.body(JSON),
    }
}

const PRESETS: [&str; 26] = [
    "adyen",
    "braintree",
    "cloudinary",
    "contentful",
    "dropbox_sign",
    "hubspot_v1",
    "hubspot_v2",
    "hubspot_v3",
    "lark",
    "lark_card",
    "mailgun",
    "mandrill",
    "mercado_pago",
    "messagebird_legacy",
    "moralis",
    "opennode",
    "plivo_v2",
    "plivo_v3",
    "signalwire",
    "sinch_application",
    "smile_id",
    "square",
    "trello",
    "twilio",
    "twilio_json",
    "vonage_sms",
];

/// Those of them that this build has.
fn presets() -> impl Iterator<Item = &'static str> {
    PRESETS.into_iter().filter(|name| schemes::by_name(name).is_some())
}

#[derive(Clone)]
struct Delivery {
    recipe: Recipe,
    head: Parts,
    body: Vec<u8>,
}

fn build(recipe: Recipe, signing: Signing) -> Delivery {
    let (head, body) = signing.build().unwrap().into_parts();
    let body = body.collect().now_or_never().unwrap().unwrap().to_bytes().to_vec();
    Delivery { recipe, head, body }
}

/// A request of this preset that verifies.
fn delivery(name: &str) -> Delivery {
    build(preset(name), signing(name))
}

impl Delivery {
    fn verdict_at(&self, secret: &str, now: UnixTime) -> Result<(), SchemeErrorKind> {
        let keys = Keyring::new(Secret::new(secret.to_owned()).unwrap());
        self.recipe.check_keys(&keys).unwrap();
        let verdict = verify(&self.recipe, &self.head, &self.body, &keys, now);
        verdict.map(|_| ()).map_err(|error| error.kind())
    }

    fn verdict(&self) -> Result<(), SchemeErrorKind> {
        self.verdict_at(SECRET, now())
    }

    fn with(mut self, from: &str, to: &str) -> Self {
        let body = String::from_utf8(self.body).unwrap();
        assert!(body.contains(from), "{body}");
        self.body = body.replacen(from, to, 1).into_bytes();
        self
    }

    fn at(mut self, uri: &str) -> Self {
        self.head.uri = uri.parse::<Uri>().unwrap();
        self
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        set(&mut self.head, name, value);
        self
    }

    fn without(mut self, name: &str) -> Self {
        assert!(self.head.headers.remove(name).is_some());
        self
    }

    fn configured(mut self, recipe: Recipe) -> Self {
        self.recipe = recipe;
        self
    }
}

#[test]
fn what_is_signed_verifies_with_the_same_secret_alone() {
    for name in presets() {
        let delivery = delivery(name);
        assert_eq!(delivery.verdict(), Ok(()), "{name}");
        assert_eq!(delivery.verdict_at("ff112233445566778899aabbccddeeff", now()), Err(Mismatch), "{name}");
    }
}

#[test]
fn a_changed_body_is_refused_where_the_signature_covers_it_and_only_there() {
    for name in presets() {
        let signed = delivery(name);
        let mut changed = signed.clone();
        match name {
            // What stands in for the body there is signed apart from the rest of it.
            "adyen" => changed = changed.with("{\"notificationItems\"", "{\"live\":1,\"notificationItems\""),
            "dropbox_sign" | "mailgun" | "smile_id" => changed = changed.with("}", ",\"x\":1}"),
            _ => changed.body = [&changed.body[..], b"&x=1"].concat(),
        }
        if name == "mailgun" || name == "smile_id" || name == "dropbox_sign" {
            assert!(!signed.recipe.covers_body());
        }
        assert_eq!(changed.verdict().is_ok(), !signed.recipe.covers_body(), "{name}: {:?}", changed.verdict());
    }
}

#[test]
fn a_signed_url_is_held_to_the_last_character() {
    for name in ["hubspot_v2", "hubspot_v3", "mandrill", "plivo_v3", "signalwire", "square", "trello", "twilio"] {
        let signed = delivery(name);
        for uri in ["/hook?a=2", "/hook?a=1&b=2", "/hooks?a=1", "/hook"] {
            assert_eq!(signed.clone().at(uri).verdict(), Err(Mismatch), "{name}: {uri}");
        }
        let elsewhere = preset(name).public_origin("https://other.example.com").unwrap();
        assert_eq!(signed.clone().configured(elsewhere).verdict(), Err(Mismatch), "{name}");
        let whole = preset(name).public_url("https://hooks.example.com/hook?a=1").unwrap();
        assert_eq!(signed.at("/stripped").configured(whole).verdict(), Ok(()), "{name}");
    }
}

#[test]
fn a_preset_that_signs_the_url_asks_for_it_at_start() {
    for name in presets() {
        let bare = schemes::by_name(name).unwrap();
        let keys = Keyring::new(Secret::new(SECRET).unwrap());
        let field = bare.check_keys(&keys).err().map(|error| error.field().to_owned());
        let expected = match name {
            "hubspot_v2" | "hubspot_v3" | "mandrill" | "plivo_v2" | "plivo_v3" | "signalwire" | "square" | "trello"
            | "twilio" | "twilio_json" => Some("public_origin"),
            "braintree" => Some("public_key"),
            "sinch_application" => Some("key"),
            "smile_id" => Some("partner_id"),
            _ => None,
        };
        assert_eq!(field.as_deref(), expected, "{name}");
    }
}

#[test]
fn no_end_of_a_json_body_moves_into_the_url() {
    for name in ["hubspot_v2", "hubspot_v3", "square"] {
        let signed = build(preset(name), signing(name).uri("/hook").body(r#"{"a":{"b":1}}"#));
        assert_eq!(signed.verdict(), Ok(()));
        let moved = Delivery { body: br#"{"b":1}}"#.to_vec(), ..signed.clone() };
        assert!(moved.at(r#"/hook{"a":"#).verdict().is_err(), "{name}");
        let text = build(preset(name), signing(name).uri("/hook").body("/more{}"));
        assert_eq!(text.verdict(), Err(PayloadMalformed), "{name}");
    }
    let trello = build(preset("trello"), signing("trello").uri("/a?next=https://hooks.example.com/b").body("{}"));
    let moved = Delivery { body: b"{}https://hooks.example.com/a?next=".to_vec(), ..trello.clone() };
    assert_eq!((trello.verdict(), moved.at("/b").verdict()), (Ok(()), Err(PayloadMalformed)));
}

#[test]
fn twilio_signs_with_the_port_or_without_it() {
    for name in ["twilio", "twilio_json", "signalwire"] {
        let with_port = |port: &str| preset(name).public_origin(format!("https://hooks.example.com{port}")).unwrap();
        let signed = delivery(name);
        for port in ["", ":443", ":8443"] {
            assert_eq!(signed.clone().configured(with_port(port)).verdict(), Ok(()), "{name} {port}");
        }
    }
}

#[test]
fn twilio_signs_an_escaped_query_or_one_that_was_read_and_written_again() {
    let sign = |uri: &str| build(preset("twilio"), signing("twilio").uri(uri));
    assert_eq!(sign("/hook?name=O%27Brien").at("/hook?name=O'Brien").verdict(), Ok(()));
    assert_eq!(sign("/hook?b=%2Fx&a=1%202").at("/hook?b=/x&a=1+2").verdict(), Ok(()));
    assert_eq!(sign("/hook?b=%2Fx&a=1%202").at("/hook?b=/x&a=1+3").verdict(), Err(Mismatch));
    assert_eq!(sign("/hook?b=1&b=2&a=%2F").at("/hook?b=1&a=/&b=2").verdict(), Ok(()));
    assert_eq!(sign("/hook?b=%zz").at("/hook?b=%zy").verdict(), Err(Mismatch));
}

#[test]
fn repeated_parameters_are_told_apart_where_the_sender_does() {
    assert_eq!(delivery("twilio").with("&Digits=12&Digits=1", "&Digits=1&Digits=12&Digits=1").verdict(), Ok(()));
    assert_eq!(delivery("signalwire").with("Digits=12&Digits=1", "Digits=1&Digits=12").verdict(), Err(Mismatch));
    assert_eq!(delivery("plivo_v3").with("Digits=12&Digits=1", "Digits=1&Digits=12").verdict(), Ok(()));
    assert_eq!(delivery("plivo_v3").with("Digits=12&Digits=1", "Digits=12").verdict(), Err(Mismatch));
}

#[test]
fn twilio_binds_json_by_the_digest_in_the_url_and_nothing_else() {
    let signed = delivery("twilio_json");
    assert_eq!(signed.clone().with("1", "2").verdict(), Err(Mismatch));
    let other = "0".repeat(64);
    assert_eq!(signed.clone().at(&format!("/hook?bodySHA256={other}")).verdict(), Err(Mismatch));
    assert_eq!(signed.clone().at("/hook").verdict(), Err(Missing));
    let twice = format!("/hook?bodySHA256={DIGEST}&bodySHA256={DIGEST}");
    assert_eq!(signed.clone().at(&twice).verdict(), Err(Malformed));
    let fixed = preset("twilio_json").public_url("https://hooks.example.com/hook").unwrap();
    assert_eq!(signed.clone().configured(fixed).verdict(), Err(Missing), "the digest has to be in the signed URL");
    let form = Delivery { body: Vec::new(), ..signed };
    assert_eq!(form.configured(preset("twilio")).verdict(), Err(Malformed), "JSON is no form without parameters");
}

#[test]
fn hubspot_decodes_some_escapes_of_the_url() {
    let signed = build(preset("hubspot_v3"), signing("hubspot_v3").uri("/hook?u=https://x.example/%3Fa%3Db"));
    assert_eq!(signed.clone().at("/hook?u=https%3A%2F%2Fx.example%2F%3Fa%3Db").verdict(), Ok(()));
    assert_eq!(signed.clone().at("/hook?u=https://x.example/?a=b").verdict(), Err(Mismatch));
    assert_eq!(signed.at("/hook?u=https%253A//x.example/%3Fa%3Db").verdict(), Err(Mismatch));
}

#[test]
fn a_version_or_a_key_that_the_request_names_has_to_be_ours() {
    assert_eq!(delivery("hubspot_v1").header("x-hubspot-signature-version", "v1").verdict(), Ok(()));
    assert_eq!(delivery("hubspot_v1").header("x-hubspot-signature-version", "v2").verdict(), Err(Malformed));
    assert_eq!(delivery("hubspot_v2").header("x-hubspot-signature-version", "v1").verdict(), Err(Malformed));
    let other = preset("braintree").setting("public_key", "pk_2").unwrap();
    assert_eq!(delivery("braintree").configured(other).verdict(), Err(Mismatch));
}

#[cfg(feature = "insecure-md5")]
#[test]
fn sinch_holds_scheme_key_type_time_and_path_but_not_the_query() {
    let signed = delivery("sinch_application");
    let authorization = signed.head.headers["authorization"].to_str().unwrap().to_owned();
    let named = |to: &str| signed.clone().header("authorization", &authorization.replace("Application app_1", to));
    assert_eq!(named("service app_1").verdict(), Ok(()));
    assert_eq!(named("Basic app_1").verdict(), Err(Malformed));
    assert_eq!(named("Application app_2").verdict(), Err(Mismatch));
    assert_eq!(named("Application").verdict(), Err(Malformed));
    assert_eq!(signed.clone().at("/hook").verdict(), Ok(()));
    assert_eq!(signed.clone().at("/other").verdict(), Err(Mismatch));
    assert_eq!(signed.clone().header("content-type", "text/plain").verdict(), Err(Mismatch));
    assert_eq!(signed.without("x-timestamp").verdict(), Err(Missing));
}

#[test]
fn contentful_holds_the_listed_headers_and_the_list() {
    let signed = delivery("contentful");
    const LIST: &str = "x-contentful-signed-headers";
    let list = |names: &str| {
        build(preset("contentful"), signing("contentful").body("").header("x-a", "1")).header(LIST, names)
    };
    assert_eq!(signed.clone().header("x-contentful-topic", " Entry.publish ").verdict(), Ok(()));
    assert_eq!(signed.clone().header("x-contentful-topic", "Entry.delete").verdict(), Err(Mismatch));
    assert_eq!(signed.clone().without("x-contentful-topic").verdict(), Err(Missing));
    assert_eq!(signed.clone().at("/hook?a=1?b").verdict(), Err(Malformed));
    assert_eq!(signed.clone().at("/hook?a=2").verdict(), Err(Mismatch));
    assert_eq!(signed.header(LIST, "x-contentful-signed-headers,x-contentful-timestamp").verdict(), Err(Mismatch));
    assert_eq!(list("x-contentful-timestamp,x-a").verdict(), Err(Malformed), "the list does not name itself");
    assert_eq!(list("x-contentful-signed-headers,x-a").verdict(), Err(Malformed), "nor the time");
    assert_eq!(list(&format!("{LIST},x-contentful-timestamp,x-a,X-A")).verdict(), Err(Malformed), "a name twice");
    let many: String = (0..80).map(|number| format!(",x-{number}")).collect();
    assert_eq!(list(&format!("{LIST},x-contentful-timestamp{many}")).verdict(), Err(Malformed), "too many names");
}

#[test]
fn no_end_of_a_signed_header_moves_into_the_next_one() {
    let names = "x-a,x-b,x-contentful-signed-headers,x-contentful-timestamp";
    let signing = testing::sign(&preset("contentful"), &Secret::new(SECRET).unwrap())
        .at(now())
        .header("x-contentful-signed-headers", names);
    let signed = build(preset("contentful"), signing.clone().header("x-a", "1").header("x-b", "2;x-b:3"));
    assert_eq!(signed.verdict(), Ok(()));
    assert_eq!(signed.header("x-a", "1;x-b:2").header("x-b", "3").verdict(), Err(Malformed));
}

#[test]
fn messagebird_signs_the_query_in_any_order_and_escaped_in_any_way() {
    let sign = |uri: &str| build(preset("messagebird_legacy"), signing("messagebird_legacy").uri(uri));
    let signed = sign("/hook?b=x%20y&a=%C3%BC&statusDatetime=1%2B2");
    assert_eq!(signed.clone().at("/other?a=%c3%bc&statusDatetime=1+2&b=x+y").verdict(), Ok(()));
    assert_eq!(signed.clone().at("/hook?a=%C3%BC&b=x%20z&statusDatetime=1%2B2").verdict(), Err(Mismatch));
    assert_eq!(signed.at("/hook?a=%").verdict(), Err(Malformed));
}

#[test]
fn plivo_v2_covers_path_and_nonce_alone() {
    let signed = delivery("plivo_v2");
    assert!(!signed.recipe.covers_body());
    assert_eq!(signed.clone().at("/hook?other=1").verdict(), Ok(()));
    assert_eq!(signed.clone().at("/other").verdict(), Err(Mismatch));
    assert_eq!(signed.header("x-plivo-signature-v2-nonce", "1235").verdict(), Err(Mismatch));
    assert_eq!(delivery("plivo_v3").header("x-plivo-signature-v3-nonce", "1235").verdict(), Err(Mismatch));
}

#[test]
fn mailgun_is_taken_as_json_and_as_a_form() {
    let signed = delivery("mailgun");
    let text = String::from_utf8(signed.body.clone()).unwrap();
    let signature = text.split("\"signature\":\"").nth(1).unwrap().split('"').next().unwrap();
    let form =
        Delivery { body: format!("timestamp={NOW}&token=0a1b&signature={signature}&event=opened").into(), ..signed };
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.verdict(), Ok(()));
    assert_eq!(form.clone().with("0a1b", "0a1c").verdict(), Err(Mismatch));
    assert_eq!(form.clone().with("opened", "clicked").verdict(), Ok(()), "the event is not covered");
    assert_eq!(form.clone().with("&event", "&token=0a1b&event").verdict(), Err(Malformed));
    assert_eq!(form.verdict_at(SECRET, UnixTime::from_seconds(NOW + 302)), Err(OutOfTolerance));
    assert_eq!(delivery("mailgun").with("0a1b", "0a1c").verdict(), Err(Mismatch));
}

#[test]
fn adyen_vouches_for_one_item_and_no_more() {
    let signed = delivery("adyen");
    let item = |body: &str| body.split_once('[').unwrap().1.rsplit_once(']').unwrap().0.to_owned();
    let one = item(std::str::from_utf8(&signed.body).unwrap());
    let two = Delivery { body: format!(r#"{{"notificationItems":[{one},{one}]}}"#).into(), ..signed.clone() };
    assert_eq!(two.verdict(), Err(PayloadMalformed));
    for (from, to) in [("CAPTURE", "REFUND"), ("1999", "2000"), ("8515", "8516"), ("\"true\"", "\"false\"")] {
        assert_eq!(signed.clone().with(from, to).verdict(), Err(Mismatch), "{from}");
    }
    assert_eq!(signed.clone().with("\"true\"", "\"true:x\"").verdict(), Err(PayloadMalformed));
    assert_eq!(signed.clone().with("\"CAPTURE\"", "\"a:b\"").verdict(), Err(Malformed));
    assert_eq!(
        signed.with("\"pspReference\"", "\"originalReference\":\":\",\"pspReference\"").verdict(),
        Err(PayloadMalformed)
    );
}

#[test]
fn mercado_pago_leaves_out_what_is_not_there_and_nothing_else() {
    let sign = |uri: &str, request_id: &str| {
        let signing = testing::sign(&preset("mercado_pago"), &Secret::new(SECRET).unwrap()).at(now()).uri(uri);
        let signing = if request_id.is_empty() { signing } else { signing.header("x-request-id", request_id) };
        build(preset("mercado_pago"), signing.body(JSON))
    };
    assert_eq!(sign("/hook", "").verdict(), Ok(()));
    assert_eq!(sign("/hook", "").at("/hook?data.id=1").verdict(), Err(Mismatch));
    assert_eq!(sign("/hook?data.id=ab1", "r").at("/hook?data.id=AB1").verdict(), Ok(()));
    assert_eq!(sign("/hook?data.id=ab1", "r").at("/hook?data.id=AB2").verdict(), Err(Mismatch));
    assert_eq!(sign("/hook?data.id=1", "r").without("x-request-id").verdict(), Err(Mismatch));
    assert_eq!(sign("/hook?data.id=1", "r").at("/hook?data.id=1&data.id=2").verdict(), Err(Malformed));
    assert_eq!(sign("/hook", "r").at("/hook?data%2Eid=1").verdict(), Err(Mismatch));
    assert_eq!(sign("/hook", "r").at("/hook?data%2Eid=1&x=%").verdict(), Err(Malformed));
    let merged = sign("/hook?data.id=1", "r").without("x-request-id").at("/hook?data.id=1%3Brequest-id:r");
    assert_eq!(merged.verdict(), Err(Malformed));
}

#[test]
fn dropbox_sign_is_read_from_its_one_field_of_a_multipart_body() {
    let signed = delivery("dropbox_sign");
    assert_eq!(signed.clone().with("sent", "signed").verdict(), Err(Mismatch));
    let part = "--signed-event\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--signed-event\r\n";
    assert_eq!(signed.clone().with("--signed-event\r\n", part).verdict(), Ok(()));
    for part in [
        "--signed-event\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{}\r\n--signed-event\r\n",
        "--signed-event\r\nContent-Disposition: form-data; filename=\"; name=\"json\"\r\n\r\n{}\r\n--signed-event\r\n",
        "--signed-event\r\nContent-Type: text/plain\r\n\r\n{}\r\n--signed-event\r\n",
        "--signed-eventually\r\n",
        "",
    ] {
        assert_eq!(signed.clone().with("--signed-event\r\n", part).verdict(), Err(PayloadMalformed), "{part}");
    }
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=other", "multipart/form-data; boundary="]
    {
        assert_eq!(signed.clone().header("content-type", content_type).verdict(), Err(PayloadMalformed));
    }
    let two = "multipart/form-data; boundary=signed-event; boundary=other";
    assert_eq!(signed.clone().header("content-type", two).verdict(), Err(PayloadMalformed));
    let mut typed_twice = signed.clone();
    typed_twice.head.headers.append("content-type", "multipart/form-data; boundary=other".parse().unwrap());
    assert_eq!(typed_twice.verdict(), Err(PayloadMalformed));
    let quoted = signed.clone().header("content-type", "multipart/form-data; boundary=\"signed-event\"");
    assert_eq!(quoted.verdict(), Ok(()));
    let endless = Delivery { body: "--signed-event\r\n\r\n\r\n".repeat(1000).into_bytes(), ..signed };
    assert_eq!(endless.verdict(), Err(PayloadMalformed));
}

#[test]
fn braintree_takes_the_payload_without_its_last_line_end() {
    let signed = delivery("braintree");
    assert_eq!(signed.clone().with("%0A", "").verdict(), Ok(()));
    assert_eq!(signed.clone().with("PG4", "PG5").verdict(), Err(Mismatch));
    assert_eq!(signed.clone().with("%0A", "%0A%0A").verdict(), Err(Mismatch));
    assert_eq!(signed.clone().with("%0A", "%20").verdict(), Err(PayloadMalformed));
    let pairs = format!("bt_signature=pk_0%7C{}%26", "0".repeat(40));
    assert_eq!(signed.with("bt_signature=", &pairs).verdict(), Ok(()));
}

#[test]
fn smile_id_holds_the_partner_and_the_time() {
    let other = preset("smile_id").setting("partner_id", "002").unwrap();
    assert_eq!(delivery("smile_id").configured(other).verdict(), Err(Mismatch));
    assert_eq!(delivery("smile_id").with("16:00:00", "16:00:01").verdict(), Err(Mismatch));
    assert_eq!(delivery("smile_id").with("1012", "0000").verdict(), Ok(()), "the result is not covered");
    assert_eq!(delivery("opennode").with("status=paid", "status=free").verdict(), Ok(()), "nor is a status");
    assert_eq!(delivery("opennode").with("charge-1", "charge-2").verdict(), Err(Mismatch));
}

#[test]
fn keyed_hashes_hold_nonce_and_time() {
    for name in ["lark", "lark_card"] {
        assert_eq!(delivery(name).header("x-lark-request-nonce", "n0ncd").verdict(), Err(Mismatch));
        assert_eq!(delivery(name).header("x-lark-request-timestamp", "1764000001").verdict(), Err(Mismatch));
    }
    let cloudinary = delivery("cloudinary");
    assert_eq!(cloudinary.verdict_at(SECRET, UnixTime::from_seconds(NOW + 7200)), Ok(()));
    assert_eq!(cloudinary.verdict_at(SECRET, UnixTime::from_seconds(NOW + 7202)), Err(OutOfTolerance));
    let longer = preset("cloudinary").algorithm(schemes::MacAlgorithm::KeyedSha256).unwrap();
    assert_eq!(cloudinary.clone().configured(longer.clone()).verdict(), Err(Malformed), "the request does not choose");
    let secret = Secret::new(SECRET).unwrap();
    assert_eq!(build(longer.clone(), testing::sign(&longer, &secret).at(now()).body(JSON)).verdict(), Ok(()));
    assert!(preset("cloudinary").algorithm(schemes::MacAlgorithm::HmacSha256).is_err());
}

#[test]
fn vonage_signs_parameters_wherever_they_stand() {
    let signed = delivery("vonage_sms");
    let form = String::from_utf8(signed.body.clone()).unwrap();
    let query = Delivery { body: Vec::new(), ..signed.clone() }.without("content-type").at(&format!("/hook?{form}"));
    assert_eq!(query.verdict(), Ok(()));
    let mut get = query.clone();
    get.head.method = Method::GET;
    assert_eq!(get.verdict(), Ok(()));
    assert_eq!(query.at(&format!("/hook?{form}&x=1")).verdict(), Err(Mismatch));
    let sig = form.rsplit_once("sig=").unwrap().1;
    let json = |fields: &str| {
        let body = format!(r#"{{"text":"a&b","msisdn":447700900001,"timestamp":"{NOW}","sig":"{sig}"{fields}}}"#);
        Delivery { body: body.into(), ..signed.clone() }.header("content-type", "application/json; charset=utf-8")
    };
    assert_eq!(json("").verdict(), Ok(()));
    assert_eq!(json(r#","x":"1""#).verdict(), Err(Mismatch));
    for fields in [r#","x":null"#, r#","x":1.5"#, r#","x":{}"#, r#","text":"a&b""#, ","] {
        assert_eq!(json(fields).verdict(), Err(PayloadMalformed), "{fields}");
    }
    assert_eq!(signed.clone().with("text=a%26b", "text=a%26b&text=a%26b").verdict(), Err(PayloadMalformed));
    assert_eq!(
        signed.with("msisdn=447700900001&text=a%26b", "msisdn%3D447700900001%26text=a_b").verdict(),
        Err(PayloadMalformed),
        "a name that holds a pair"
    );
}

#[test]
fn vonage_accounts_choose_the_method() {
    let secret = Secret::new(SECRET).unwrap();
    for algorithm in [
        schemes::MacAlgorithm::HmacSha1,
        schemes::MacAlgorithm::HmacSha512,
        #[cfg(feature = "insecure-md5")]
        schemes::MacAlgorithm::InsecureHmacMd5,
        #[cfg(feature = "insecure-md5")]
        schemes::MacAlgorithm::InsecureKeyedMd5,
    ] {
        let recipe = preset("vonage_sms").algorithm(algorithm).unwrap();
        let signed = build(recipe.clone(), testing::sign(&recipe, &secret).body(format!("a=1&timestamp={NOW}")));
        assert_eq!(signed.verdict(), Ok(()), "{algorithm:?}");
        assert_eq!(signed.clone().with("a=1", "a=2").verdict(), Err(Mismatch), "{algorithm:?}");
        assert_eq!(signed.configured(preset("vonage_sms")).verdict(), Err(Malformed), "{algorithm:?}");
    }
}

#[test]
fn a_thousand_parameters_are_enough() {
    let many = "a=1&".repeat(1025);
    for name in ["twilio", "signalwire", "mandrill", "plivo_v3", "vonage_sms"] {
        let flood = Delivery { body: [many.as_bytes(), &delivery(name).body].concat(), ..delivery(name) };
        assert_eq!(flood.verdict(), Err(PayloadMalformed), "{name}");
    }
}
