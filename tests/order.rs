//! Each file in `order/` is a mistake that must not compile; its `.stderr` is what whoever makes it reads.
//!
//! Messages move with the compiler, so this runs on one version of it. After that changes, look at what
//! `TRYBUILD=overwrite cargo test --test order --all-features` makes of them.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::Command,
};

const TOOLCHAIN: &str = "rustc 1.95.";

/// Each mistake, with what its message must say in our own words. Where the compiler leaves no room for ours, it must
/// name the two types that differ.
const MISTAKES: &[(&str, &[&str])] = &[
    (
        "forged_event",
        &[
            "`Mine` is no `Payload`",
            "only the webhook layers make these, each once it has done its check",
            "associated function `new` is private",
            "associated function `buffered` is private",
            "method `verified` is private",
        ],
    ),
    (
        "forged_state",
        &[
            "field `event` of struct `Verified` is private",
            "field `event` of struct `Fresh` is private",
            "fields `trailers`, `data_pending` and `state` of struct `Payload` are private",
        ],
    ),
    ("replay_above_verify", &["needs a verified payload", "put `SignatureVerifyLayer` above `ReplayGuardLayer`"]),
    ("replay_without_verify", &["needs a verified payload", "put `SignatureVerifyLayer` above `ReplayGuardLayer`"]),
    (
        "response_body_without_from_bytes",
        &[
            "`ProblemJson` cannot build the response for a rejection with",
            "put layers that wrap the response body (`TraceLayer`, `CompressionLayer`) above the webhook layers",
        ],
    ),
    (
        "separate_router_layers",
        &["needs a verified payload", "needs the buffered bytes", "each `Router::layer` call starts over"],
    ),
    (
        "signed_handshake_above_verify",
        &["`HandshakeLayer` got a `Payload<Buffered>`", "put `HandshakeLayer` right below `SignatureVerifyLayer`"],
    ),
    ("tenant_limit_above_verify", &["needs a verified payload", "and above `RateLimitLayer::by_tenant`"]),
    ("tonic_verify_without_buffer", &["needs the buffered bytes", "put `BufferedBodyLayer` above"]),
    ("typed_handler_without_replay", &["Payload<Fresh>", "Payload<Verified>"]),
    (
        "unsigned_handshake_above_buffer",
        &["`HandshakeLayer` got a", "put `HandshakeLayer` between `BufferedBodyLayer` and `SignatureVerifyLayer`"],
    ),
    ("verify_above_buffer", &["needs the buffered bytes", "put `BufferedBodyLayer` above `SignatureVerifyLayer`"]),
    ("verify_without_buffer", &["needs the buffered bytes", "put `BufferedBodyLayer` above `SignatureVerifyLayer`"]),
];

fn mistakes_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("the folder of mistakes").map(|entry| entry.expect("a file").path());
    let sources = names.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let mut names: Vec<_> = sources.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

#[test]
fn every_message_says_what_to_do_in_our_own_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/order");
    let listed: Vec<_> = MISTAKES.iter().map(|(mistake, _)| *mistake).collect();
    assert_eq!(mistakes_in(&folder), listed, "each mistake is listed, in the order of the alphabet");
    for (mistake, sentences) in MISTAKES {
        let message = fs::read_to_string(folder.join(format!("{mistake}.stderr"))).expect("its message");
        for sentence in *sentences {
            assert!(message.contains(sentence), "{mistake} does not say {sentence:?}, but:\n{message}");
        }
    }
}

#[test]
fn mistakes_do_not_compile() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc runs").stdout;
    let version = String::from_utf8_lossy(&version);
    if !version.starts_with(TOOLCHAIN) {
        // Past the capture of the test harness.
        let _ = writeln!(io::stderr(), "\nSKIPPED: the messages are those of {TOOLCHAIN}x, and this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/order/*.rs");
}
