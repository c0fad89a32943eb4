//! SIGHUP.

use crate::{
    process::{Folder, Gateway},
    sender::{ACME, GLOBEX, Partner, github},
};
use http::StatusCode;

const OLD: &str = "the secret of last year";
const NEW: &str = "the secret of this year";

fn config(secrets: &str, allow: &str, partners: &str) -> String {
    format!(
        r#"
        database = "sqlite::memory:"
        [[source]]
        name = "code"
        path = "/code"
        scheme = "github"
        secrets = [{secrets}]
        {allow}
        {partners}"#
    )
}

fn partner(id: &str, secret: &str) -> String {
    format!("[[partner]]\nid = \"{id}\"\napi_key = \"pk_test_{id}\"\nsecrets = [\"{secret}\"]\n")
}

async fn code(gateway: &Gateway, secret: &str, body: &'static str) -> StatusCode {
    gateway.send(github("/code", secret, body)).await.status
}

#[tokio::test]
async fn allowlists_and_secrets_are_read_again() {
    let folder = Folder::new();
    let acme = partner("acme", ACME.secret);
    let gateway = Gateway::start(&folder, &config(&format!("'{OLD}'"), "", &acme));
    assert_eq!(code(&gateway, OLD, "1").await, StatusCode::OK);
    assert_eq!(code(&gateway, NEW, "2").await, StatusCode::UNAUTHORIZED);
    assert_eq!(gateway.send(GLOBEX.event("evt_1")).await.status, StatusCode::UNAUTHORIZED);

    // Both secrets, an allowlist where there was none, a new secret of a partner, and a new partner.
    let partners = partner("acme", "whsec-acme-2") + &partner("globex", GLOBEX.secret);
    let rotated = config(&format!("'{NEW}', '{OLD}'"), "allow = ['127.0.0.0/8']", &partners);
    folder.write("gateway.toml", &rotated);
    gateway.signal("HUP");
    gateway.log.wait_for(&["allowlists and secrets are reloaded"]);
    assert_eq!(code(&gateway, OLD, "3").await, StatusCode::OK);
    assert_eq!(code(&gateway, NEW, "4").await, StatusCode::OK);
    assert_eq!(gateway.send(ACME.event("evt_2")).await.status, StatusCode::UNAUTHORIZED);
    let renewed = Partner { secret: "whsec-acme-2", ..ACME };
    assert_eq!(gateway.send(renewed.event("evt_2")).await.status, StatusCode::OK);
    assert_eq!(gateway.send(GLOBEX.event("evt_1")).await.status, StatusCode::OK);

    // A narrower list, and what needs a restart.
    let narrowed = config(&format!("'{NEW}'"), "allow = ['192.0.2.1']\nbody_limit = '1KiB'", &partners);
    folder.write("gateway.toml", &format!("audit = 'audit.jsonl'\n{narrowed}"));
    gateway.signal("HUP");
    gateway.log.wait_for(&["needs a restart: audit, source.code.body_limit"]);
    assert_eq!(code(&gateway, NEW, "5").await, StatusCode::FORBIDDEN);

    // Secrets for another scheme wait for it.
    let replaced = narrowed.replace("'github'", "'stripe'").replace("\"github\"", "\"stripe\"").replace(NEW, OLD);
    let added = "[[source]]\nname = 'more'\npath = '/more'\nscheme = 'github'\nsecrets = ['more than a secret']\n";
    folder.write("gateway.toml", &format!("{replaced}{added}"));
    gateway.signal("HUP");
    gateway.log.wait_for(&["needs a restart: source.code.body_limit, source.code.scheme, source.more"]);

    // And away with it.
    folder.write("gateway.toml", &config(&format!("'{NEW}'"), "", &partners));
    gateway.signal("HUP");
    let reloads = || gateway.log.all().iter().filter(|line| line.contains("secrets are reloaded")).count();
    while reloads() < 4 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(code(&gateway, NEW, "6").await, StatusCode::OK);
    assert_eq!(code(&gateway, OLD, "7").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_bad_reload_changes_nothing_and_says_why_in_one_line() {
    let folder = Folder::new();
    let acme = partner("acme", ACME.secret);
    let gateway = Gateway::start(&folder, &config(&format!("'{OLD}'"), "", &acme));
    let bad = [
        // The source is right, and a partner below it is not.
        (config(&format!("'{NEW}'"), "", &partner("acme", "")), "partner[0].secrets[0]: is empty"),
        (config(&format!("'{NEW}'"), "allow = ['nowhere']", &acme), "source[0].allow"),
        (config(&format!("'{NEW}"), "", &acme), "line "),
        (config(&format!("'{NEW}'"), "", ""), "partner: cannot lose its last partner"),
        (config("", "", &acme), "source[0].secrets: needs at least one secret"),
    ];
    for (count, (bad, reason)) in bad.into_iter().enumerate() {
        folder.write("gateway.toml", &bad);
        gateway.signal("HUP");
        let line = gateway.log.wait_for(&["nothing is reloaded", reason]);
        assert!(!line.contains(NEW), "{line}");
        let lines = gateway.log.all().iter().filter(|line| line.contains("nothing is reloaded")).count();
        assert_eq!(lines, count + 1);
        let body: &str = ["[0]", "[1]", "[2]", "[3]", "[4]"][count];
        assert_eq!(gateway.send(github("/code", OLD, body)).await.status, StatusCode::OK, "{reason}");
        assert_eq!(code(&gateway, NEW, "{}").await, StatusCode::UNAUTHORIZED, "{reason}");
        assert_eq!(gateway.send(ACME.event(&format!("evt_{count}"))).await.status, StatusCode::OK, "{reason}");
    }
}

#[tokio::test]
async fn a_reload_keeps_the_partner_of_the_endpoint_that_has_its_key_from_the_environment() {
    let folder = Folder::new();
    let both = partner("acme", ACME.secret) + &partner("globex", GLOBEX.secret);
    let variables = [("TYLER_API_KEY", GLOBEX.api_key)];
    let gateway = Gateway::start_with(&folder, &config(&format!("'{OLD}'"), "", &both), &variables);
    folder.write("gateway.toml", &config(&format!("'{OLD}'"), "", &partner("acme", ACME.secret)));
    gateway.signal("HUP");
    gateway.log.wait_for(&["nothing is reloaded", "TYLER_API_KEY: is the api_key of no [[partner]] any more"]);
    assert_eq!(gateway.send(GLOBEX.event("evt_1")).await.status, StatusCode::OK);
}
