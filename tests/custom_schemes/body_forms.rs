//! Bodies that are signed in another form than the one in which they arrive.

use crate::{json, secret, verify};
use http::request::Parts;
use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use std::{
    io::Write,
    process::{Command, Stdio},
};
use tower_webhook::{
    schemes::{BodyForm, Recipe, SchemeErrorKind::PayloadMalformed, SignaturePlace},
    testing,
};

fn as_received() -> Recipe {
    json(&serde_json::json!({"name": "acme", "signature": {"header": "x-sig"}}))
}

fn in_form(form: serde_json::Value) -> Recipe {
    json(&serde_json::json!({"name": "acme", "signature": {"header": "x-sig"}, "body_form": form}))
}

/// A request whose sender signed these bytes.
fn signed(bytes: &[u8]) -> Parts {
    testing::sign(&as_received(), &secret()).body(bytes.to_vec()).build().unwrap().into_parts().0
}

/// What they come to in JavaScript, by hand: for where there is no Node.
const RENDERED: [(&str, &str); 40] = [
    // White space.
    (" { \"b\" : 1,\t\"a\" : [ ] }\r\n", r#"{"b":1,"a":[]}"#),
    ("\n[\n1 ,\n{ }\n]", "[1,{}]"),
    ("null", "null"),
    (" true ", "true"),
    (r#""""#, r#""""#),
    // Keys: those like indices first and in their order; of equal ones the last, at the place of the first.
    (r#"{"b":1,"10":2,"a":3,"9":4,"0":5}"#, r#"{"0":5,"9":4,"10":2,"b":1,"a":3}"#),
    (r#"{"01":1,"1":2,"-1":3,"1.0":4,"+1":5,"":6}"#, r#"{"1":2,"01":1,"-1":3,"1.0":4,"+1":5,"":6}"#),
    (r#"{"4294967295":1,"4294967294":2,"4294967296":3}"#, r#"{"4294967294":2,"4294967295":1,"4294967296":3}"#),
    (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
    (r#"{"a":1,"\u0061":2}"#, r#"{"a":2}"#),
    (r#"{"2":1,"1":2,"2":3}"#, r#"{"1":2,"2":3}"#),
    (r#"{"__proto__":1,"constructor":2}"#, r#"{"__proto__":1,"constructor":2}"#),
    // Numbers: doubles, all of them.
    ("136.0", "136"),
    ("-0", "0"),
    ("[-0.0,0e5,-0e-5]", "[0,0,0]"),
    ("1e3", "1000"),
    ("1E+3", "1000"),
    ("1e-3", "0.001"),
    ("1e-7", "1e-7"),
    ("1e21", "1e+21"),
    ("123456789012345680000", "123456789012345680000"),
    ("9007199254740993", "9007199254740992"),
    ("[9007199254740992,-9007199254740993]", "[9007199254740992,-9007199254740992]"),
    ("18446744073709551615", "18446744073709552000"),
    ("18446744073709551616", "18446744073709552000"),
    ("-9223372036854775809", "-9223372036854776000"),
    ("0.1", "0.1"),
    ("0.30000000000000004", "0.30000000000000004"),
    ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ("[5e-324,2e-324,1e-400]", "[5e-324,0,0]"),
    ("4.35", "4.35"),
    ("100000000000000000000000", "1e+23"),
    // Strings.
    (r#""\/\u002f""#, r#""//""#),
    (r#""\u00fc\ud83c\udf0d""#, "\"ü🌍\""),
    (r#""\b\f\n\r\t\"\\""#, r#""\b\f\n\r\t\"\\""#),
    (r#""\u0000\u001F\u007f""#, "\"\\u0000\\u001f\u{7f}\""),
    (r#""\u2028\u2029""#, "\"\u{2028}\u{2029}\""),
    (r#""\u0008\u0009\u000A""#, r#""\b\t\n""#),
    // Nested.
    (r#"{"a":{"b":[{"c":1.50},[[]]]}}"#, r#"{"a":{"b":[{"c":1.5},[[]]]}}"#),
    (r#"[{"2":{"1":0},"1":{"b":0,"0":0}}]"#, r#"[{"1":{"0":0,"b":0},"2":{"1":0}}]"#),
];

/// Refused here and there.
const NO_JSON: [&str; 14] =
    ["", " ", "{", "[1,]", "{\"a\":1,}", "01", "+1", "NaN", "1.", ".5", "'a'", "{a:1}", "1 2", "\"\n\""];

#[test]
fn json_is_signed_as_javascript_renders_it() {
    let recipe = in_form("json_stringify".into());
    for (text, rendered) in RENDERED {
        assert_eq!(verify(&recipe, &signed(rendered.as_bytes()), text.as_bytes()), Ok(()), "{text} => {rendered}");
        assert_eq!(verify(&recipe, &signed(rendered.as_bytes()), rendered.as_bytes()), Ok(()), "again: {rendered}");
        if text != rendered {
            assert!(verify(&recipe, &signed(text.as_bytes()), text.as_bytes()).is_err(), "as received: {text}");
        }
    }
}

#[test]
fn what_cannot_be_rendered_is_refused() {
    let recipe = in_form("json_stringify".into());
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let bodies = NO_JSON.iter().map(|text| text.as_bytes().to_vec()).chain([
        // Half of a pair: JavaScript has text for it, Rust has none.
        br#""\ud800""#.to_vec(),
        br#""\udc00\ud800""#.to_vec(),
        br#"{"\ud800":1}"#.to_vec(),
        b"1e400".to_vec(),
        b"[-1e309]".to_vec(),
        b"\"\xff\"".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        deep(129).into_bytes(),
        deep(100_000).into_bytes(),
        "{\"a\":".repeat(100_000).into_bytes(),
    ]);
    for body in bodies {
        let text = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(verify(&recipe, &signed(&body), &body), Err(PayloadMalformed), "{text}");
    }
    assert_eq!(verify(&recipe, &signed(deep(100).as_bytes()), deep(100).as_bytes()), Ok(()));
}

fn any_number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(|n| format!("{n:e}")),
        (-50_i32..50, any::<u32>()).prop_map(|(exponent, digits)| format!("{digits}e{exponent}")),
        "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?",
    ]
}

/// With escapes that need not be there.
fn any_string() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        any::<char>().prop_map(|character| serde_json::to_string(&character).unwrap().trim_matches('"').to_owned()),
        any::<char>().prop_map(|character| {
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect()
        }),
        prop_oneof!["\\\\[/\"\\\\bfnrt]", "[0-9a-z]"],
    ];
    // `trim_matches` takes the quote of an escaped one.
    let character = character.prop_filter("half an escape", |text| text != "\\");
    vec(character, 0..8).prop_map(|characters| format!("\"{}\"", characters.concat()))
}

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        any_number(),
        any_string(),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        let key = prop_oneof![any_string(), (0_u64..5_000_000_000).prop_map(|n| format!("\"{n}\"")), "\"[ab0-3]\""];
        let space = "[ \t\r\n]{0,2}";
        prop_oneof![
            (vec(inner.clone(), 0..5), space)
                .prop_map(|(values, space)| { format!("[{space}{}{space}]", values.join(&format!("{space},"))) }),
            (vec((key, inner), 0..6), space).prop_map(|(properties, space)| {
                let properties: Vec<_> =
                    properties.iter().map(|(key, value)| format!("{key}{space}:{space}{value}")).collect();
                format!("{{{}}}", properties.join(&format!(",{space}")))
            }),
        ]
    })
}

/// What Node makes of each, `None` where it throws; nothing at all where it is not installed. In CI it is.
fn node_renders(texts: &[Vec<u8>]) -> Option<Vec<Option<Vec<u8>>>> {
    let script = format!("{}/tests/scripts/stringify.mjs", env!("CARGO_MANIFEST_DIR"));
    let spawned = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "node: {error}");
            eprintln!("SKIPPED: node is not there, so nothing was compared with it: {error}");
            return None;
        }
    };
    let input: String = texts.iter().map(|text| const_hex::encode(text) + "\n").collect();
    // It reads all before it writes any.
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "node failed");
    let lines = String::from_utf8(output.stdout).unwrap();
    let rendered: Vec<_> = lines.lines().map(|line| const_hex::decode(line).ok()).collect();
    assert_eq!(rendered.len(), texts.len());
    Some(rendered)
}

#[test]
fn node_renders_the_same() {
    let recipe = in_form("json_stringify".into());
    let mut runner = TestRunner::deterministic();
    let strategy = any_json();
    let generated = (0..2000).map(|_| strategy.new_tree(&mut runner).unwrap().current().into_bytes());
    let known = RENDERED.iter().map(|(text, _)| *text).chain(NO_JSON);
    let texts: Vec<_> = known.map(|text| text.as_bytes().to_vec()).chain(generated).collect();
    let Some(rendered) = node_renders(&texts) else { return };
    for ((text, expected), theirs) in RENDERED.iter().zip(&rendered) {
        assert_eq!(theirs.as_deref(), Some(expected.as_bytes()), "{text}");
    }
    for (text, theirs) in texts.iter().zip(&rendered) {
        let shown = String::from_utf8_lossy(text);
        match theirs {
            Some(theirs) => assert_eq!(verify(&recipe, &signed(theirs), text), Ok(()), "{shown}"),
            None => assert_eq!(verify(&recipe, &signed(text), text), Err(PayloadMalformed), "{shown}"),
        }
    }
    let whole = rendered.iter().filter(|theirs| theirs.is_some()).count();
    assert!(whole >= 2000, "only {whole} of {} were JSON", rendered.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn rendering_never_panics_and_hides_no_change(bytes in vec(any::<u8>(), 0..64), text in any_json()) {
        let recipe = in_form("json_stringify".into());
        let _ = verify(&recipe, &signed(&bytes), &bytes);
        let own = testing::sign(&recipe, &secret()).body(text.clone()).build().unwrap().into_parts().0;
        prop_assert_eq!(verify(&recipe, &own, text.as_bytes()), Ok(()));
        prop_assert_eq!(verify(&recipe, &own, format!("\n {text}\t").as_bytes()), Ok(()), "white space around it");
        let changed = format!("[{text}]");
        prop_assert!(verify(&recipe, &own, changed.as_bytes()).is_err());
    }
}

#[test]
fn the_builder_has_the_same_forms() {
    let place = || SignaturePlace::header("x-sig").unwrap();
    let built = Recipe::builder("acme").signature(place()).body_form(BodyForm::JSON_STRINGIFY).build().unwrap();
    assert_eq!(format!("{built:?}"), format!("{:?}", in_form("json_stringify".into())));
}

#[cfg(feature = "gzip")]
mod gunzip {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn gzipped(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn recipe(limit: usize) -> Recipe {
        in_form(serde_json::json!({ "gunzip_limit_bytes": limit }))
    }

    #[test]
    fn a_body_is_decompressed_before_its_signature_is_checked() {
        let plain = br#"{"id":"evt_1"}"#;
        let head = signed(plain);
        let packed = gzipped(plain);
        assert_eq!(verify(&recipe(1024), &head, &packed), Ok(()));
        assert_eq!(verify(&recipe(1024), &head, plain), Ok(()), "one that was never compressed");
        assert!(
            verify(&recipe(1024), &signed(&packed), &packed).is_err(),
            "the compressed bytes are not what is signed"
        );
    }

    #[test]
    fn the_limit_itself_still_fits() {
        let plain = vec![b'x'; 100];
        let head = signed(&plain);
        let packed = gzipped(&plain);
        assert_eq!(verify(&recipe(100), &head, &packed), Ok(()));
        assert_eq!(verify(&recipe(99), &head, &packed), Err(PayloadMalformed));
        assert_eq!(verify(&recipe(usize::MAX), &head, &packed), Ok(()), "no overflow at the far end");
    }

    #[test]
    fn a_bomb_is_refused_in_little_memory() {
        let bomb = gzipped(&vec![0; 64 << 20]);
        assert!(bomb.len() < 128 << 10, "{} bytes become 64 MiB", bomb.len());
        let (recipe, head) = (recipe(64 << 10), signed(b""));
        let used = allocation_counter::measure(|| {
            assert_eq!(verify(&recipe, &head, &bomb), Err(PayloadMalformed));
        });
        assert!(used.bytes_max < 512 << 10, "{} bytes at once", used.bytes_max);
        assert!(used.bytes_total < 1 << 20, "{} bytes in all", used.bytes_total);
    }

    #[test]
    fn several_members_are_refused() {
        let both = [gzipped(b"first "), gzipped(b"second")].concat();
        assert_eq!(verify(&recipe(12), &signed(b"first second"), &both), Err(PayloadMalformed));
        assert_eq!(verify(&recipe(12), &signed(b"first "), &both), Err(PayloadMalformed));
        assert_eq!(verify(&recipe(1), &signed(b""), &gzipped(b"")), Ok(()));
        let empty = gzipped(b"").repeat(10_000);
        assert_eq!(verify(&recipe(1), &signed(b""), &empty), Err(PayloadMalformed));
    }

    #[test]
    fn what_is_cut_short_altered_or_followed_by_more_is_refused() {
        let head = signed(b"some text, and some more text");
        let packed = gzipped(b"some text, and some more text");
        for end in 2..packed.len() {
            assert_eq!(verify(&recipe(1024), &head, &packed[..end]), Err(PayloadMalformed), "{end} bytes");
        }
        for more in [&b"x"[..], b"\0", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08\0\0\0\0\0\0\0"] {
            let longer = [&packed, more].concat();
            assert_eq!(verify(&recipe(1024), &head, &longer), Err(PayloadMalformed), "{more:?}");
        }
        for index in packed.len() - 8..packed.len() {
            let mut altered = packed.clone();
            altered[index] ^= 1;
            assert_eq!(verify(&recipe(1024), &head, &altered), Err(PayloadMalformed), "checksum and length");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_decompressing_panic(bytes in vec(any::<u8>(), 0..200), cut in 0..100_usize) {
            let start = [&[0x1f, 0x8b][..], &bytes].concat();
            prop_assert!(verify(&recipe(64), &signed(b"x"), &start).is_err());
            let packed = gzipped(&bytes);
            let mixed = [&packed[..cut.min(packed.len())], &bytes].concat();
            let _ = verify(&recipe(64), &signed(&bytes), &mixed);
        }
    }
}
