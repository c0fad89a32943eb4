//! Secrets, key rings, tenants, and (in `keys/`) the cache in front of a database.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "keys/cache.rs"]
mod cache;
#[path = "keys/flight.rs"]
mod flight;

use base64::{Engine as _, engine::general_purpose};
use std::{fmt::Debug, process::Command};
use tower_webhook::{
    ConfigError, Key, KeySource, Keyring, Monotonic, ReloadableKeys, Secret, Tenant, TenantId, TenantMap, UnixTime,
    secrets::{Credentials, KeySourceError},
};

const SECRET: &str = "a secret nobody may ever print";

fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

fn ids_at(keys: &Keyring, now: UnixTime) -> Vec<String> {
    keys.active(now).map(|(id, _)| id.to_string()).collect()
}

fn ids(keys: &Keyring) -> Vec<String> {
    ids_at(keys, UnixTime::from_seconds(1_764_000_000))
}

/// What a source in memory answers.
async fn owner(source: &impl KeySource, selector: Option<&[u8]>) -> Option<String> {
    let credentials = source.lookup(selector, Monotonic::default()).await.unwrap()?;
    credentials.tenant().map(|tenant| tenant.id().to_string())
}

/// Every form of the secret that could turn up in a log.
#[track_caller]
fn assert_redacted(printed: &str) {
    let bytes = SECRET.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let list = format!("{bytes:?}");
    let forms = [
        SECRET.to_owned(),
        hex.to_uppercase(),
        hex,
        general_purpose::STANDARD_NO_PAD.encode(bytes),
        general_purpose::URL_SAFE_NO_PAD.encode(bytes),
        list.trim_matches(['[', ']']).to_owned(),
        format!("{bytes:#?}"),
    ];
    for form in forms {
        assert!(!printed.contains(&form), "{form} is in {printed}");
        // A first part of it is too much already.
        assert!(!printed.contains(&form[..12]), "{} is in {printed}", &form[..12]);
    }
}

#[track_caller]
fn assert_debug_is_redacted(value: &impl Debug) {
    assert_redacted(&format!("{value:?}"));
    assert_redacted(&format!("{value:#?}"));
}

// === Secret ===

#[test]
fn a_secret_is_kept_byte_for_byte() {
    for secret in ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ssh-is-not-always-a-key", " spaces around it too "] {
        assert_eq!(Secret::new(secret).unwrap().expose(), secret.as_bytes());
    }
    assert_eq!(Secret::new([0xff; 32]).unwrap().expose(), [0xff; 32]);
    assert_eq!(Secret::new([vec![0; 31], vec![1]].concat()).unwrap().expose().len(), 32);
}

#[test]
fn an_empty_or_blank_secret_is_refused() {
    let error = Secret::new("").unwrap_err();
    assert_eq!((error.field(), error.reason()), ("secret", "is empty"));
    for blank in [" ", "\n", " \t\r\n", "\u{a0}\u{3000}", "\0", &"\0".repeat(64), "\u{feff}\n", "\u{200b}"] {
        let error = Secret::new(blank).unwrap_err();
        assert_eq!((error.field(), error.reason()), ("secret", "is blank"), "{blank:?}");
    }
}

#[test]
fn a_key_of_the_wrong_sort_is_refused_and_not_repeated() {
    for start in [
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "ssh-rsa ",
        "ssh-ed25519 ",
        "ecdsa-sha2-nistp256 ",
        "sk-ssh-ed25519@openssh.com ",
        "whsk_",
        "\twhsk_",
    ] {
        let error = Secret::new(format!("{start}{SECRET}")).unwrap_err();
        assert_eq!(error.field(), "secret", "{start:?}");
        assert!(error.reason().contains("key"), "{start:?}");
        assert_redacted(&error.to_string());
        assert_debug_is_redacted(&error);
    }
}

/// Runs the test of this name again, alone, with one more variable in its environment.
#[track_caller]
fn passes_with(test: &str, variable: &str, value: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(variable, value)
        .env("TOWER_WEBHOOK_INNER_RUN", "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
}

fn is_inner_run() -> bool {
    std::env::var_os("TOWER_WEBHOOK_INNER_RUN").is_some()
}

#[test]
fn a_missing_variable_is_named() {
    let error = Secret::from_env("TOWER_WEBHOOK_NOBODY_SETS_THIS").unwrap_err();
    assert_eq!(error.to_string(), "`TOWER_WEBHOOK_NOBODY_SETS_THIS` is not set in the environment");
    for odd in ["", "=", "A=B", "A\0B"] {
        assert_eq!(Secret::from_env(odd).unwrap_err().field(), odd);
    }
}

#[test]
fn an_empty_variable_is_named() {
    if !is_inner_run() {
        return passes_with("an_empty_variable_is_named", "TOWER_WEBHOOK_EMPTY", "");
    }
    let error = Secret::from_env("TOWER_WEBHOOK_EMPTY").unwrap_err();
    assert_eq!(error.to_string(), "`TOWER_WEBHOOK_EMPTY` is empty");
}

#[test]
fn a_secret_comes_from_a_variable() {
    if !is_inner_run() {
        return passes_with("a_secret_comes_from_a_variable", "TOWER_WEBHOOK_SECRET", SECRET);
    }
    assert_eq!(Secret::from_env("TOWER_WEBHOOK_SECRET").unwrap().expose(), SECRET.as_bytes());
}

#[cfg(feature = "tracing")]
mod warnings {
    use super::*;
    use std::{
        io,
        sync::{Arc, Mutex},
    };
    use tracing_subscriber::util::SubscriberInitExt as _;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that `work` logs on this thread, at any level.
    fn logged(work: impl FnOnce()) -> Vec<String> {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let guard = subscriber.set_default();
        work();
        drop(guard);
        let bytes = log.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }

    fn use_everywhere(secret: &str) {
        let secret = Secret::new(secret).unwrap();
        let tenant = Tenant::new("acme", Keyring::new(secret.clone()).previous(secret.clone())).unwrap();
        TenantMap::new([(secret.clone(), tenant)]).unwrap().fixed(&secret).unwrap();
    }

    #[test]
    fn a_good_secret_is_not_mentioned() {
        assert_eq!(logged(|| use_everywhere(SECRET)), Vec::<String>::new());
        assert_eq!(logged(|| use_everywhere("exactly 16 bytes")), Vec::<String>::new());
    }

    #[test]
    fn a_short_secret_warns_once() {
        let lines = logged(|| use_everywhere("fifteen bytes.."));
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("WARN") && lines[0].contains("`secret` is shorter than 16 bytes"));
        assert!(!lines[0].contains("fifteen"));
    }

    #[test]
    fn white_space_at_the_end_warns_once() {
        for end in [" ", "\n", "\r\n", "\t"] {
            let lines = logged(|| use_everywhere(&format!("{SECRET}{end}")));
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert!(lines[0].contains("WARN") && lines[0].contains("`secret` ends in white space"));
            assert_redacted(&lines[0]);
        }
    }

    #[test]
    fn a_refused_secret_does_not_warn_as_well() {
        assert_eq!(logged(|| drop(Secret::new("\n"))), Vec::<String>::new());
    }

    #[test]
    fn a_warning_names_the_variable() {
        if !is_inner_run() {
            return passes_with("warnings::a_warning_names_the_variable", "TOWER_WEBHOOK_SHORT", "short");
        }
        let lines = logged(|| drop(Secret::from_env("TOWER_WEBHOOK_SHORT").unwrap()));
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("`TOWER_WEBHOOK_SHORT` is shorter"));
    }
}

// === Redaction ===

#[test]
fn no_debug_output_holds_a_secret() {
    let secret = secret();
    let key = Key::new(secret.clone()).id("2026-11").unwrap();
    let keyring = Keyring::new(key.clone()).previous(secret.clone());
    let tenant = Tenant::new("acme", keyring.clone()).unwrap();
    let tenants = TenantMap::new([(secret.clone(), tenant.clone())]).unwrap();

    assert_debug_is_redacted(&secret);
    assert_debug_is_redacted(&key);
    assert_debug_is_redacted(&keyring);
    assert_debug_is_redacted(&tenant);
    assert_debug_is_redacted(&tenants);
    assert_debug_is_redacted(&tenants.fixed(&secret).unwrap());
    assert_debug_is_redacted(&Credentials::from(keyring.clone()));
    assert_debug_is_redacted(&Credentials::from(tenant.clone()));
    assert_debug_is_redacted(&keyring.lookup(None, Monotonic::default()));
    assert_debug_is_redacted(&tenants.lookup(Some(SECRET.as_bytes()), Monotonic::default()));

    assert_eq!(format!("{secret:?}"), "Secret(..)");
    assert_eq!(format!("{keyring:?}"), r#"["2026-11", "previous"]"#);
    assert_eq!(format!("{tenants:?}"), r#"{"acme"}"#);
}

#[test]
fn no_error_holds_a_secret() {
    let tenant = || Tenant::new("acme", secret()).unwrap();
    let tenants = TenantMap::new([(Secret::new("the key of somebody else").unwrap(), tenant())]).unwrap();
    let errors: [ConfigError; 4] = [
        Secret::new(format!("whsk_{SECRET}")).unwrap_err(),
        TenantMap::new([(secret(), tenant()), (secret(), tenant())]).unwrap_err(),
        tenants.fixed(&secret()).unwrap_err(),
        Tenant::new("", secret()).unwrap_err(),
    ];
    for error in errors {
        assert_redacted(&error.to_string());
        assert_debug_is_redacted(&error);
    }
}

#[test]
fn a_key_source_error_keeps_its_cause_to_itself() {
    let error = KeySourceError::new("the pool is empty");
    assert_eq!(error.to_string(), "the keys could not be looked up");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the pool is empty");
}

// === Keyring ===

#[test]
fn keys_without_an_id_are_current_and_previous() {
    let keys = Keyring::new(secret()).previous(secret()).previous(secret()).previous(secret());
    assert_eq!(ids(&keys), ["current", "previous", "previous-2", "previous-3"]);
    let keys = Keyring::from_keys((0..3).map(|_| Key::new(secret()))).unwrap();
    assert_eq!(ids(&keys), ["current", "previous", "previous-2"]);
    let keys = Keyring::from(secret()).previous(Key::new(secret()).id("2026-05").unwrap()).previous(secret());
    assert_eq!(ids(&keys), ["current", "2026-05", "previous-2"]);
}

#[test]
fn a_ring_of_no_keys_is_refused() {
    let error = Keyring::from_keys([]).unwrap_err();
    assert_eq!(error.to_string(), "`secrets` holds no key at all");
}

#[test]
fn an_empty_key_id_is_refused() {
    for id in ["", " ", "\n"] {
        assert_eq!(Key::new(secret()).id(id).unwrap_err().to_string(), "`key.id` is empty");
    }
}

#[test]
fn a_key_counts_from_its_first_to_its_last_millisecond() {
    let start = UnixTime::from_millis(1_764_000_000_500);
    let end = UnixTime::from_millis(1_765_000_000_500);
    let old = Key::new(secret()).id("old").unwrap().not_after(end);
    let new = Key::new(secret()).id("new").unwrap().not_before(start);
    let keys = Keyring::new(new).previous(old);
    let at = |millis| ids_at(&keys, UnixTime::from_millis(millis));

    assert_eq!(at(i64::MIN), ["old"]);
    assert_eq!(at(1_764_000_000_499), ["old"]);
    assert_eq!(at(1_764_000_000_500), ["new", "old"]);
    assert_eq!(at(1_765_000_000_500), ["new", "old"]);
    assert_eq!(at(1_765_000_000_501), ["new"]);
    assert_eq!(at(i64::MAX), ["new"]);

    let never = Keyring::new(Key::new(secret()).not_before(end).not_after(start));
    assert!(ids_at(&never, start).is_empty() && ids_at(&never, end).is_empty());
}

// === Tenants ===

#[test]
fn an_empty_tenant_id_is_refused() {
    for id in ["", "  ", "\n"] {
        assert_eq!(Tenant::new(id, secret()).unwrap_err().field(), "tenant.id");
        assert_eq!(TenantId::new(id).unwrap_err().to_string(), "`tenant.id` is empty");
    }
}

#[test]
fn a_tenant_map_of_nobody_is_refused() {
    assert_eq!(TenantMap::new([]).unwrap_err().to_string(), "`tenants` holds no tenant at all");
}

#[test]
fn one_api_key_for_two_tenants_is_refused() {
    let tenant = |id| Tenant::new(id, secret()).unwrap();
    let error = TenantMap::new([(secret(), tenant("acme")), (secret(), tenant("umbrella"))]).unwrap_err();
    assert_eq!(error.to_string(), "`api_key` of tenant `umbrella` is given twice");
}

#[test]
fn two_tenants_of_one_name_are_refused() {
    let tenant = |secret: &str| Tenant::new("acme", Secret::new(secret).unwrap()).unwrap();
    let keys = ["api-key-of-acme-1", "api-key-of-acme-2"].map(|key| Secret::new(key).unwrap());
    let [first, second] = &keys;
    let two = [(first.clone(), tenant("the first secret of acme")), (second.clone(), tenant("another secret of acme"))];
    assert_eq!(TenantMap::new(two).unwrap_err().field(), "tenant.id");
    let one = tenant("the first secret of acme");
    TenantMap::new([(first.clone(), one.clone()), (second.clone(), one)]).unwrap();
}

#[test]
fn a_ring_of_more_keys_than_anybody_rotates_is_refused() {
    let ring = |count| Keyring::from_keys((0..count).map(|_| Key::new(secret()))).unwrap();
    tower_webhook::Verifier::new(tower_webhook::schemes::GITHUB, ring(8)).unwrap();
    let error = tower_webhook::Verifier::new(tower_webhook::schemes::GITHUB, ring(9)).unwrap_err();
    assert_eq!(error.field(), "secrets");
}

#[tokio::test]
async fn a_tenant_is_found_by_each_of_its_api_keys() {
    let [first, second, third] =
        ["pk_acme_0123456789", "pk_acme_9876543210", "pk_umbrella_012345"].map(|key| Secret::new(key).unwrap());
    let acme = Tenant::new("acme", secret()).unwrap();
    let umbrella = Tenant::new("umbrella", secret()).unwrap();
    let tenants = TenantMap::new([(first, acme.clone()), (second, acme), (third, umbrella)]).unwrap();

    assert!(tenants.selects());
    assert_eq!(owner(&tenants, Some(b"pk_acme_0123456789")).await.as_deref(), Some("acme"));
    assert_eq!(owner(&tenants, Some(b"pk_acme_9876543210")).await.as_deref(), Some("acme"));
    assert_eq!(owner(&tenants, Some(b"pk_umbrella_012345")).await.as_deref(), Some("umbrella"));
    for unknown in [&b""[..], b"pk_acme", b"pk_acme_0123456789 ", b"PK_ACME_0123456789", &[0xff; 8192]] {
        assert!(tenants.lookup(Some(unknown), Monotonic::default()).await.unwrap().is_none());
    }
    assert!(tenants.lookup(None, Monotonic::default()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_fixed_tenant_is_found_whatever_the_request_says() {
    let tyler = Secret::new("pk_tyler_012345678").unwrap();
    let acme = Secret::new("pk_acme_0123456789").unwrap();
    let tenants = TenantMap::new([
        (tyler.clone(), Tenant::new("tyler", secret()).unwrap()),
        (acme, Tenant::new("acme", Keyring::new(Key::new(secret()).id("of acme").unwrap())).unwrap()),
    ])
    .unwrap();
    let fixed = tenants.fixed(&tyler).unwrap();

    assert!(!fixed.selects());
    for selector in [None, Some(&b"pk_acme_0123456789"[..]), Some(b"unknown")] {
        assert_eq!(owner(&fixed, selector).await.as_deref(), Some("tyler"));
    }
    assert_eq!(tenants.fixed(&secret()).unwrap_err().to_string(), "`api_key` is no tenant's");

    // Only its own keys have to fit the scheme.
    let refuse_acme = |keys: &Keyring| match ids(keys).contains(&"of acme".to_owned()) {
        true => Err(ConfigError::new("secret", "does not fit")),
        false => Ok(()),
    };
    assert!(fixed.check(&refuse_acme).is_ok());
    assert!(tenants.check(&refuse_acme).is_err());
}

#[tokio::test]
async fn a_keyring_answers_every_selector_with_itself() {
    let keys = Keyring::new(secret());
    assert!(!keys.selects());
    for selector in [None, Some(&b"anything"[..])] {
        let found = keys.lookup(selector, Monotonic::default()).await.unwrap().unwrap();
        assert_eq!(ids(found.keyring()), ["current"]);
        assert!(found.tenant().is_none());
    }
}

#[tokio::test]
async fn replaced_keys_count_at_once_and_for_every_clone() {
    let ring = |id: &str| Keyring::new(Key::new(secret()).id(id).unwrap());
    let keys = ReloadableKeys::new(ring("old"));
    let clone = keys.clone();
    assert!(!clone.selects());
    keys.replace(ring("new"));
    let found = clone.lookup(None, Monotonic::default()).await.unwrap().unwrap();
    assert_eq!(ids(found.keyring()), ["new"]);
    let refuse_new = |keys: &Keyring| match ids(keys).contains(&"new".to_owned()) {
        true => Err(ConfigError::new("secret", "does not fit")),
        false => Ok(()),
    };
    assert!(clone.check(&refuse_new).is_err());
    assert_redacted(&format!("{clone:?}"));

    let tenant = |id: &str| Tenant::new(id.to_owned(), secret()).unwrap();
    let map = |id: &str| TenantMap::new([(Secret::new("pk_acme_0123456789").unwrap(), tenant(id))]).unwrap();
    let keys = ReloadableKeys::new(map("acme"));
    assert!(keys.selects());
    keys.replace(map("umbrella"));
    assert_eq!(owner(&keys, Some(b"pk_acme_0123456789")).await.as_deref(), Some("umbrella"));
}
