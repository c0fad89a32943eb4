//! Wrong configurations: one line each, and no secret in it.

use crate::process::{Folder, refused};

const SECRET: &str = "hunter2-and-more-of-it";
const API_KEY: &str = "pk_hunter2_and_more";

const SOURCE: &str = r#"
[[source]]
name = "code"
path = "/code"
scheme = "github"
secrets = ["hunter2-and-more-of-it"]
"#;
const STRIPE: &str = r#"
[[source]]
name = "money"
path = "/money"
scheme = "stripe"
secrets = ["hunter2-and-more-of-it"]
"#;
const PARTNER: &str = r#"
[[partner]]
id = "acme"
api_key = "pk_hunter2_and_more"
secrets = ["hunter2-and-more-of-it"]
"#;

/// It ends at once, with one line on standard error that has the file, the key and the reason in it.
#[track_caller]
fn assert_refused(config: &str, variables: &[(&str, &str)], key: &str, reason: &str) {
    let output = refused(&Folder::new(), config, variables);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{config}");
    assert!(output.stdout.is_empty(), "{output:?}", output = output.stdout);
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    let start = format!("gateway.toml: {key}: ");
    assert!(stderr.starts_with(&start) && stderr.contains(reason), "want {start}…{reason}…, have {stderr}");
    for secret in [SECRET, API_KEY, "hunter2"] {
        assert!(!stderr.contains(secret), "{stderr}");
    }
}

#[track_caller]
fn assert_wrong(config: impl AsRef<str>, key: &str, reason: &str) {
    assert_refused(config.as_ref(), &[], key, reason);
}

/// With another line in place of the one that starts with this key.
fn with(table: &str, key: &str, line: &str) -> String {
    let lines = table.lines().map(|old| if old.starts_with(&format!("{key} ")) { line } else { old });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn every_key_at_the_top() {
    assert_wrong("listen = \"nowhere\"", "listen", "must be an address and a port");
    assert_wrong("listen = 3000", "listen", "must be");
    assert_wrong("trusted_proxies = [\"everybody\"]", "trusted_proxies", "is not an address");
    assert_wrong("trusted_proxies = [\"0.0.0.0/0\"]", "trusted_proxies", "covers every IPv4 address");
    assert_wrong("trusted_proxies = []", "trusted_proxies", "is empty");
    assert_wrong("database = \"mysql://root:hunter2@db/inbox\"", "database", "must begin with");
    assert_wrong("database = 1", "database", "must be a string");
    assert_wrong("database = \"sqlite:///dev/null/inbox.db\"", "database", "");
    assert_wrong("audit = true", "audit", "must be");
    assert_wrong("audit = \"/dev/null/audit.jsonl\"\ndatabase = \"sqlite::memory:\"", "audit", "");
    assert_wrong("console = \"on\"", "console", "must be a boolean");
    assert_wrong("lisen = \"127.0.0.1:0\"", "lisen", "is no key here; expected one of `listen`");
    assert_wrong("[source]\nname = \"code\"", "source", "must be a sequence");
}

#[test]
fn every_key_of_a_source() {
    let second = |line: &str| format!("{STRIPE}{SOURCE}{line}");
    assert_wrong(with(SOURCE, "name", ""), "source[0].name", "is missing");
    assert_wrong(with(SOURCE, "name", "name = \" code\""), "source[0].name", "must be 1 to 64");
    assert_wrong(with(SOURCE, "name", "name = \"status\""), "source[0].name", "is there anyway");
    assert_wrong(SOURCE.to_owned() + &with(SOURCE, "path", "path = \"/b\""), "source[1].name", "another source");
    assert_wrong(SOURCE.to_owned() + &with(SOURCE, "name", "name = \"b\""), "source[1].path", "another source");
    for (path, reason) in [
        ("code", "must begin with /"),
        ("/{code}", "must begin with /"),
        ("/", "clashes"),
        ("/api/webhooks/events", "clashes"),
        ("/api/health", "clashes"),
        ("/metrics", "clashes"),
        ("/console/attempts", "clashes"),
    ] {
        assert_wrong(with(SOURCE, "path", &format!("path = \"{path}\"")), "source[0].path", reason);
    }
    assert_wrong(with(SOURCE, "scheme", "scheme = \"githup\""), "source[0].scheme", "is no preset");
    assert_wrong(with(SOURCE, "scheme", "scheme = 1"), "source[0].scheme", "must be the name of a preset");
    assert_wrong(with(SOURCE, "scheme", "scheme = { name = \"x\" }"), "source[0].scheme", "signature: is missing");
    assert_wrong(with(SOURCE, "scheme", "scheme = \"twilio\""), "source[0].scheme", "signs the URL");
    let misspelt = "scheme = { name = \"x\", signature = { header = \"x\" }, contents = \"{body}\" }";
    assert_wrong(with(SOURCE, "scheme", misspelt), "source[0].scheme", "contents");
    assert_wrong(format!("{STRIPE}tolerance = \"soon\""), "source[0].tolerance", "must be a duration");
    assert_wrong(format!("{STRIPE}tolerance = \"-5m\""), "source[0].tolerance", "must be a duration");
    assert_wrong(format!("{STRIPE}tolerance = \"0s\""), "source[0].tolerance", "longer than zero");
    assert_wrong(format!("{STRIPE}tolerance = 300"), "source[0].tolerance", "must be a string");
    assert_wrong(second("allow = [\"192.0.2.1/24\"]"), "source[1].allow", "192.0.2.0/24");
    assert_wrong(second("allow = []"), "source[1].allow", "is empty");
    assert_wrong(second("allow = \"192.0.2.1\""), "source[1].allow", "must be a sequence");
    assert_wrong(second("rate_limit = 5"), "source[1].rate_limit", "must be a table such as");
    assert_wrong(second("rate_limit = {}"), "source[1].rate_limit.per_second", "is missing");
    assert_wrong(second("rate_limit = { per_second = 0 }"), "source[1].rate_limit.per_second", "nonzero");
    assert_wrong(second("rate_limit = { per_second = 1, burst = 0 }"), "source[1].rate_limit.burst", "nonzero");
    assert_wrong(second("rate_limit = { per_second = 4294967295 }"), "source[1].rate_limit", "too short");
    assert_wrong(second("rate_limit = { per_second = 1, by = \"moon\" }"), "source[1].rate_limit.by", "`client-ip`");
    assert_wrong(second("body_limit = \"0B\""), "source[1].body_limit", "lets no body through");
    assert_wrong(second("body_limit = \"large\""), "source[1].body_limit", "must be a size");
    assert_wrong(second("body_timeout = \"0s\""), "source[1].body_timeout", "leaves no time");
    assert_wrong(second("body_timeout = \"later\""), "source[1].body_timeout", "must be a duration");
    assert_wrong(second("replay_window = \"0s\""), "source[1].replay_window", "is zero");
    assert_wrong(format!("{STRIPE}replay_window = \"1m\""), "source[0].replay_window", "less than");
    assert_wrong(second("report_only = 1"), "source[1].report_only", "must be a boolean");
    assert_wrong(second("secret = \"hunter2\""), "source[1].secret", "is no key here");
}

#[test]
fn every_form_of_a_secret() {
    assert_wrong(with(SOURCE, "secrets", ""), "source[0].secrets", "needs at least one");
    assert_wrong(with(SOURCE, "secrets", "secrets = []"), "source[0].secrets", "needs at least one");
    assert_wrong(with(SOURCE, "secrets", "secrets = \"hunter2\""), "source[0].secrets", "must be a sequence");
    assert_wrong(with(SOURCE, "secrets", "secrets = 2222"), "source[0].secrets", "must be a sequence");
    let second = |secret: &str| with(SOURCE, "secrets", &format!("secrets = [\"{SECRET}\", {secret}]"));
    assert_wrong(second("\"\""), "source[0].secrets[1]", "is empty");
    assert_wrong(second("\"  \""), "source[0].secrets[1]", "is blank");
    assert_wrong(second("22"), "source[0].secrets[1]", "must be a text, or { env = \"NAME\" }");
    assert_wrong(second("{ evn = \"hunter2\" }"), "source[0].secrets[1]", "must be a text");
    assert_wrong(second("{ env = \"hunter2\" }"), "source[0].secrets[1]", "must be a text");
    assert_wrong(second("{ env = \"NOT_SET\" }"), "source[0].secrets[1]", "`NOT_SET` is not set in the environment");
    assert_refused(&second("{ env = \"SET\" }"), &[("SET", "")], "source[0].secrets[1]", "`SET` is empty");
    let nine = format!("secrets = [{}]", [r#""hunter2-and-more-of-it""#; 9].join(", "));
    assert_wrong(with(SOURCE, "secrets", &nine), "source[0].secrets", "holds 9 keys");
    let standard = with(SOURCE, "scheme", "scheme = \"standard_webhooks\"");
    assert_wrong(standard, "source[0].secrets[0]", "base64");
    let of_partners = with(SOURCE, "scheme", "scheme = \"partner\"");
    assert_wrong(format!("{PARTNER}{of_partners}"), "source[0].secrets", "must not be set");
    assert_wrong(with(&of_partners, "secrets", ""), "source[0].scheme", "needs a [[partner]]");
}

#[test]
fn every_key_of_a_partner() {
    let two = |second: &str| format!("{PARTNER}{second}");
    assert_wrong(with(PARTNER, "id", ""), "partner[0].id", "is missing");
    assert_wrong(with(PARTNER, "id", "id = \" \""), "partner[0].id", "is empty");
    assert_wrong(two(PARTNER), "partner[1].id", "another partner");
    assert_wrong(two(&with(PARTNER, "id", "id = \"globex\"")), "partner[1].api_key", "another partner");
    assert_wrong(with(PARTNER, "api_key", ""), "partner[0].api_key", "is missing");
    assert_wrong(with(PARTNER, "api_key", "api_key = 2222"), "partner[0].api_key", "must be a text");
    assert_wrong(with(PARTNER, "api_key", "api_key = \"\""), "partner[0].api_key", "is empty");
    assert_wrong(with(PARTNER, "secrets", ""), "partner[0].secrets", "is missing");
    assert_wrong(with(PARTNER, "secrets", "secrets = []"), "partner[0].secrets", "needs at least one");
    assert_wrong(with(PARTNER, "secrets", "secrets = [\"\"]"), "partner[0].secrets[0]", "is empty");
    assert_wrong(two("allow = [\"localhost\"]"), "partner[0].allow", "is not an address");
    assert_wrong(two("rate_limit = { per_second = 0 }"), "partner[0].rate_limit.per_second", "nonzero");
    let by = "rate_limit = { per_second = 1, by = \"route\" }";
    assert_wrong(two(by), "partner[0].rate_limit.by", "is no key here");
    assert_wrong(two("name = \"Acme\""), "partner[0].name", "is no key here");
}

#[test]
fn what_is_no_toml_next_to_a_secret() {
    for line in [
        "secrets = [hunter2]",
        "secrets = [\"hunter2]",
        "secrets = [\"hunter2\"",
        "secrets = [\"hunter2\\q\"]",
        "secrets = [\"hunter2\"] trailing",
        "secrets [\"hunter2\"]",
        "hunter2",
        "secrets = [\"hunter2\"]\nsecrets = [\"hunter2\"]",
    ] {
        // What the line begins with is named if it is a key.
        let key = if line.starts_with("secrets =") { ": secrets: " } else { ": " };
        let output = refused(&Folder::new(), &with(SOURCE, "secrets", line), &[]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{line}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.starts_with("gateway.toml: line ") && stderr.contains(key), "{stderr}");
        assert!(!stderr.contains("hunter2"), "{stderr}");
    }
}

/// A short secret is warned of, but not where the gateway cannot start anyway.
#[test]
fn what_is_wrong_with_what_the_file_names_is_all_that_is_said() {
    let risky = with(SOURCE, "secrets", "secrets = [\"hunter2\"]");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("listen = \"{}\"\n", taken.local_addr().unwrap());
    assert_wrong(listen + &risky, "listen", "in use");
    assert_wrong(format!("database = \"sqlite:///dev/null/inbox.db\"\n{risky}"), "database", "");
    assert_wrong(format!("database = \"sqlite::memory:\"\naudit = \"/dev/null/x\"\n{risky}"), "audit", "");
}

#[test]
fn what_the_environment_says() {
    let api_key = |value| [("TYLER_API_KEY", value)];
    assert_refused(PARTNER, &api_key(""), "TYLER_API_KEY", "is empty");
    let output = refused(&Folder::new(), PARTNER, &[("GATEWAY_FAIL_RATE", "2")]);
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("GATEWAY_FAIL_RATE: "));
}
