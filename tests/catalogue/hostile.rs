//! Whatever a stranger writes into a request, nobody panics, and what the head lets through is what it let through before.

use crate::vector::{self, Verdict};
use http::HeaderValue;
use proptest::{prelude::*, test_runner::TestRunner};
use tower_webhook::schemes::{self, Scheme, SchemeInput};

/// What a stranger does to a genuine request.
#[derive(Clone, Debug)]
enum Mischief {
    Header(usize, Vec<u8>),
    Cut(usize, usize),
    Body(Vec<u8>),
    BodyCut(usize),
    Query(String),
}

fn mischief() -> impl Strategy<Value = Mischief> {
    let text = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[ -~]{0,200}".prop_map(String::into_bytes),
        "[a-f0-9=,;: .v1t{}\"\\[\\]/-]{0,200}".prop_map(String::into_bytes),
    ];
    prop_oneof![
        (any::<usize>(), text.clone()).prop_map(|(header, value)| Mischief::Header(header, value)),
        (any::<usize>(), any::<usize>()).prop_map(|(header, length)| Mischief::Cut(header, length)),
        text.prop_map(Mischief::Body),
        any::<usize>().prop_map(Mischief::BodyCut),
        "[a-zA-Z0-9%&=+.\\[\\]-]{0,100}".prop_map(Mischief::Query),
    ]
}

#[test]
fn nothing_that_a_stranger_writes_makes_a_preset_panic() {
    for recipe in schemes::ALL {
        // One for each: a runner counts its cases over all that it runs.
        let mut runner = TestRunner::new(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() });
        let genuine: Vec<_> = vector::of(recipe).into_iter().filter(|it| it.verdict == Verdict::Accepted).collect();
        let requests = (any::<prop::sample::Index>(), proptest::collection::vec(mischief(), 1..3));
        let result = runner.run(&requests, |(index, mischief)| {
            let vector = index.get(&genuine);
            let recipe = vector.configured(recipe);
            let (mut head, mut body, keys) = (vector.head(), vector.body(), vector.keyring());
            for what in mischief {
                let names: Vec<_> = head.headers.keys().cloned().collect();
                let named = |index: usize| names.get(index % names.len().max(1)).cloned();
                match what {
                    Mischief::Header(index, value) => {
                        if let (Some(name), Ok(value)) = (named(index), HeaderValue::from_bytes(&value)) {
                            head.headers.insert(name, value);
                        }
                    }
                    Mischief::Cut(index, length) => {
                        if let Some(name) = named(index) {
                            let value = head.headers[&name].as_bytes();
                            let cut = HeaderValue::from_bytes(&value[..length % (value.len() + 1)]).unwrap();
                            head.headers.insert(name, cut);
                        }
                    }
                    Mischief::Body(bytes) => body = bytes,
                    Mischief::BodyCut(length) => body.truncate(length % (body.len() + 1)),
                    Mischief::Query(query) => {
                        if let Ok(uri) = format!("{}?{query}", head.uri.path()).parse() {
                            head.uri = uri;
                        }
                    }
                }
            }
            let verdict = recipe.verify(&SchemeInput::new(&head, &body, vector.now()), &keys);
            // What the head alone rules out, no body can mend.
            if recipe.precheck(&head, vector.now()).is_err() {
                prop_assert!(verdict.is_err());
            }
            let _ = recipe.explain_mismatch(&SchemeInput::new(&head, &body, vector.now()), &keys);
            Ok(())
        });
        assert_eq!(result.map_err(|error| error.to_string()), Ok(()), "{}", recipe.name());
    }
}
