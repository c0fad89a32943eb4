//! Other implementations, byte for byte: OpenSSL, Python, Node.

use crate::{Case, NOW, cases, head};
use std::{
    io::Write,
    process::{Command, Stdio},
};
use tower_webhook::schemes::Scheme;

const BODIES: [&[u8]; 10] = [
    b"",
    br#"{"id":"evt_1","amount":136.0}"#,
    br#"{"amount":1e3,"url":"https:\/\/example.com\/"}"#,
    "{\"text\":\"Grüße, 世界 🌍\"}".as_bytes(),
    br#"{"text":"\u00fc\ud83c\udf0d"}"#,
    b"{\"text\":\"a\"}\r\n",
    b"{\"text\":\"a\"}\n",
    b"{ \"b\" : 1,\t\"a\" : 1, \"a\" : 2 }",
    b"\xff\xfe\x00\x80",
    b"token=1&text=%2F+a",
];

/// Bodies that the scheme can take: where the time stands in the body, it has to be JSON.
fn bodies(case: &Case) -> Vec<Vec<u8>> {
    if !case.time_in_body() {
        return BODIES.iter().map(|body| body.to_vec()).collect();
    }
    BODIES
        .iter()
        .filter_map(|body| Some([format!("{{\"timestamp\":{NOW},").as_bytes(), body.strip_prefix(b"{")?].concat()))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the program prints, or `None` where it is not installed. In CI everything is.
fn run(program: &str, arguments: &[&str], input: &[u8]) -> Option<String> {
    let spawned = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{program}: {error}");
            eprintln!("SKIPPED: {program} is not there, so nothing was compared with it: {error}");
            return None;
        }
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} failed");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn agrees_with(program: &str, script: &str) {
    let script = format!("{}/tests/scripts/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut lines = String::new();
    let mut requests = Vec::new();
    for case in cases() {
        for body in bodies(&case) {
            let (secret, time, id) = (hex(case.secret.as_bytes()), hex(NOW.to_string().as_bytes()), hex(b"msg_1"));
            lines += &format!("{},{secret},{time},{id},{}\n", case.name(), hex(&body));
            requests.push((head(case.signing(&body)), body));
        }
    }
    let Some(output) = run(program, &[&script], lines.as_bytes()) else { return };
    let mut signatures = output.lines();
    let mut requests = requests.into_iter();
    for case in cases() {
        for body in bodies(&case) {
            let (ours, _) = requests.next().unwrap();
            let theirs = signatures.next().unwrap();
            assert_eq!(case.signature(&ours), theirs, "{} of {:?}", case.name(), String::from_utf8_lossy(&body));
            let mut head = ours.clone();
            crate::set(&mut head, case.header, theirs);
            case.verify(&head, &body).unwrap();
        }
    }
}

#[test]
fn python_signs_the_same() {
    agrees_with("python3", "sign.py");
}

#[test]
fn node_signs_the_same() {
    agrees_with("node", "sign.mjs");
}

#[test]
fn openssl_signs_the_same() {
    for case in cases().iter().filter(|case| matches!(case.name(), "comapi" | "ecourtdate" | "github" | "stripe")) {
        let hash = if case.name() == "comapi" { "-sha1" } else { "-sha256" };
        let key = format!("hexkey:{}", hex(case.secret.as_bytes()));
        for body in bodies(case) {
            let time = if case.recipe.time_window().is_some() { format!("{NOW}.") } else { String::new() };
            let content = [time.as_bytes(), &body].concat();
            let Some(output) = run("openssl", &["dgst", hash, "-mac", "HMAC", "-macopt", &key], &content) else {
                return;
            };
            let digest = output.trim().rsplit(['=', ' ']).next().unwrap().to_owned();
            assert!(case.signature(&head(case.signing(&body))).ends_with(&digest), "{}", case.name());
        }
    }
}
