//! Demo secrets, and commands that sign with them.

use tower_webhook::{ConfigError, Secret};

/// HMAC-SHA256 of standard input with `$secret`, in hex.
pub(crate) const HMAC_SHA256: &str = r#"openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //'"#;

/// The secret from the environment, or the demo one.
pub(crate) fn secret(variable: &str, demo: &'static str) -> Result<Secret, ConfigError> {
    if std::env::var_os(variable).is_some() {
        return Secret::from_env(variable);
    }
    eprintln!("WARNING: {variable} is not set: anybody who has read this example can sign events. DEMO ONLY.");
    Secret::new(demo)
}

/// Shell for the value of a secret. It names the variable: a real secret is not printed.
pub(crate) fn value_of(variable: &str, demo: &str) -> String {
    format!(r#""${{{variable}:-{demo}}}""#)
}

/// What a forger signs with. The server does not know it.
pub(crate) const NOT_THE_SECRET: &str = "bm90IHRoZSByZWFsIHNlY3JldCE=";

/// A line to paste into a shell, which sends an event to `url`. `$$` and the time make each event a new one.
///
/// `secret` is shell for the secret; `signing` is shell that sets the arguments of curl, given `$body`, `$ts` and
/// `$secret`.
pub(crate) fn command(url: &str, secret: &str, signing: &str) -> String {
    format!(
        r#"( ts=$(date +%s); body='{{"id":"evt_'$ts$$'","type":"demo.ping","timestamp":'$ts'}}'; secret={secret}; {signing}; curl -sS -X POST "$@" -H 'Content-Type: application/json' --data-raw "$body" -w '\n%{{http_code}}\n' {url} )"#
    )
}

/// Prints a command that sends a genuine event, and one that sends a forged one.
pub(crate) fn print_commands(name: &str, url: &str, variable: &str, demo: &str, signing: &str) {
    println!("\n# {name}: signed, answers 200");
    println!("{}", command(url, &value_of(variable, demo), signing));
    println!("# {name}: forged, answers 401");
    println!("{}", command(url, NOT_THE_SECRET, signing));
}
