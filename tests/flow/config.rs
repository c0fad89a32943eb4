//! What an operator can get wrong never runs; what is risky is said once.

use crate::common::{SECRET, logs::Logs, secret};
use std::{fmt::Debug, time::Duration};
use tower_webhook::{
    BufferedBodyLayer, CachedKeySource, ClientIpLayer, ConfigError, FailureLimitLayer, InFlightLimitLayer,
    IpAllowlistLayer, IpSet, Key, Keyring, MemoryRateStore, MemoryReplayStore, ProxyHeader, Quota, RateLimitLayer,
    ReplayGuardLayer, Secret, SignatureVerifyLayer, Tenant, TenantId, TenantMap, Verifier, WebhookLayer, schemes,
    schemes::{Recipe, SecretEncoding, SignaturePlace, TimestampPlace},
    webhook::WebhookBuilder,
};

/// It is an error that names the field, and holds none of the secret.
#[track_caller]
fn wrong<T: Debug>(result: Result<T, ConfigError>, field: &str) -> ConfigError {
    let error = result.expect_err(field);
    assert_eq!(error.field(), field, "{error}");
    assert!(error.to_string().starts_with(&format!("`{field}` ")), "{error}");
    assert!(error.reason().len() > 5, "{error}");
    error
}

#[track_caller]
fn wrong_secret<T: Debug>(result: Result<T, ConfigError>, secret: &str) {
    let error = wrong(result, "secret");
    let secret = secret.trim();
    for printed in [error.to_string(), format!("{error:?}")] {
        let shown = secret.get(..8).filter(|start| printed.contains(start));
        // The kinds of key that are recognised by how they start may be told by that.
        assert!(shown.is_none(), "{shown:?} is in {printed}");
    }
}

fn github() -> WebhookBuilder<Recipe, Keyring> {
    WebhookLayer::builder(schemes::GITHUB, secret())
}

const ZERO: Duration = Duration::ZERO;

#[test]
fn secrets_that_are_none_do_not_run() {
    for nothing in ["", " ", "\n", "\t \r\n", "\u{feff}", "\0\0\0\0", "\u{a0}\u{2003}"] {
        wrong_secret(Secret::new(nothing), nothing);
    }
    for key in [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI",
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNo",
        "whsk_MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bb",
    ] {
        wrong(Secret::new(key), "secret");
    }
    // Where both sides share a secret, a public key is none.
    for key in [
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA",
        "\n-----BEGIN CERTIFICATE-----\nMIIDdzCCAl",
        "whpk_MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lP",
    ] {
        wrong_secret(WebhookLayer::builder(schemes::GITHUB, Secret::new(key).unwrap()).build(), key);
    }
    let error = Secret::from_env("TOWER_WEBHOOK_TEST_NOT_SET").unwrap_err();
    assert_eq!(error.field(), "TOWER_WEBHOOK_TEST_NOT_SET");
}

#[test]
fn secrets_that_are_wrongly_encoded_do_not_run() {
    for text in ["whsec_not*base64*at*all", "whsec_", "whsec_AAAAAAAAAAAAAAAAAAAAAAAA", "whsec_abc def ghi jkl mno"] {
        let built = WebhookLayer::builder(schemes::STANDARD_WEBHOOKS, Secret::new(text).unwrap()).build();
        wrong_secret(built, text.trim_start_matches("whsec_"));
    }
    let place = || SignaturePlace::header("x-signature").unwrap();
    let hex = Recipe::builder("hex").signature(place()).secret(SecretEncoding::Hex).build().unwrap();
    for text in
        ["zz112233445566778899aabbccddeeff", "00112233445566778899aabbccddee1", "00000000000000000000000000000000"]
    {
        wrong_secret(WebhookLayer::builder(hex.clone(), Secret::new(text).unwrap()).build(), text);
    }
    // Also where it is a previous key, or one tenant's among many.
    let ring = || {
        let bad = Secret::new("whsec_not*base64*at*all").unwrap();
        Keyring::new(Secret::new("whsec_ZGVtby1zdGFuZGFyZC13ZWJob29rcy1rZXk=").unwrap()).previous(bad)
    };
    wrong_secret(WebhookLayer::builder(schemes::STANDARD_WEBHOOKS, ring()).build(), "not*base64*at*all");
    let keyed = Recipe::builder("keyed").signature(place()).secret(SecretEncoding::Hex).key_header("x-key").unwrap();
    let tenant = Tenant::new("acme", Secret::new("xyz is a word for the test").unwrap()).unwrap();
    let map = TenantMap::new([(Secret::new("api-key-of-acme-1").unwrap(), tenant)]).unwrap();
    wrong_secret(WebhookLayer::builder(keyed.build().unwrap(), map).build(), "xyz is a word for the test");
}

#[test]
fn no_keys_at_all_do_not_run() {
    wrong(Keyring::from_keys([]), "secrets");
    wrong(TenantMap::new([]), "tenants");
    for blank in ["", " ", "\t\n"] {
        wrong(Tenant::new(blank, secret()), "tenant.id");
        wrong(TenantId::new(blank), "tenant.id");
        wrong(Key::new(secret()).id(blank), "key.id");
        wrong(Secret::new(blank), "secret");
    }
    let tenant = |id: &str| Tenant::new(id, secret()).unwrap();
    let api_key = || Secret::new("one api key for two").unwrap();
    let error = wrong(TenantMap::new([(api_key(), tenant("acme")), (api_key(), tenant("bolt"))]), "api_key");
    assert!(!format!("{error} {error:?}").contains("one api"));
    let map = TenantMap::new([(api_key(), tenant("acme"))]).unwrap();
    wrong(map.fixed(&secret()), "api_key");
}

#[test]
fn lists_of_addresses_that_are_none_do_not_run() {
    for bad in [
        "010.0.0.0/8",
        "10.0.0.01",
        "0x0a.0.0.1",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/+8",
        "10.0.0.0/",
        "10.0.0/8",
        "2001:db8::/129",
        "2001:db8::1/32",
        "hooks.example.com",
        "localhost",
        "192.0.2.1:443",
        "[2001:db8::1]",
        "192.0.2.1-192.0.2.9",
        "192.0.2.*",
        "*",
        "",
    ] {
        let error = wrong(IpSet::parse(["192.0.2.0/24", bad]), "allowed_addresses");
        assert!(error.reason().contains(&format!("{bad:?}")), "{error}");
        wrong(ClientIpLayer::new().trusted_proxies([bad], ProxyHeader::XForwardedFor), "trusted_proxies");
    }
    wrong(IpSet::parse([""; 0]), "allowed_addresses");
    wrong(ClientIpLayer::new().trusted_proxies([""; 0], ProxyHeader::Forwarded), "trusted_proxies");
}

#[test]
fn to_trust_everybody_does_not_run() {
    for everybody in [&["0.0.0.0/0"][..], &["::/0"], &["0.0.0.0/1", "128.0.0.0/1"], &["::/1", "8000::/1"]] {
        let layer = ClientIpLayer::new().trusted_proxies(everybody, ProxyHeader::XForwardedFor);
        wrong(layer, "trusted_proxies");
    }
    wrong(ProxyHeader::single("x-forwarded-for"), "proxy_header");
    wrong(ProxyHeader::single("not a header"), "proxy_header");
}

#[test]
fn limits_of_nothing_do_not_run() {
    wrong(github().body_limit(0).build(), "body_limit");
    wrong(BufferedBodyLayer::new().limit(0), "body_limit");
    wrong(github().in_flight(0).build(), "in_flight");
    wrong(github().in_flight(usize::MAX).build(), "in_flight");
    wrong(InFlightLimitLayer::new(0), "in_flight");
    for share in [0, 4, usize::MAX] {
        wrong(InFlightLimitLayer::new(3).unwrap().per_client(share), "in_flight_per_client");
        wrong(github().in_flight(3).in_flight_per_client(share).build(), "in_flight_per_client");
    }
    for quota in [Quota::per_second(0), Quota::per_minute(0), Quota::per(ZERO, 1), Quota::per(Duration::MAX, 1)] {
        wrong(quota, "rate_limit");
    }
    wrong(Quota::per_second(1).unwrap().burst(0), "rate_limit.burst");
    wrong(Quota::per(Duration::from_secs(86_400), 1).unwrap().burst(u32::MAX), "rate_limit.burst");
    for bits in [0, 129, 255] {
        wrong(github().ipv6_prefix(bits).build(), "rate_limit.ipv6_prefix");
        wrong(InFlightLimitLayer::new(3).unwrap().ipv6_prefix(bits), "rate_limit.ipv6_prefix");
    }
    wrong(MemoryReplayStore::new(0), "replay.capacity");
    wrong(MemoryReplayStore::new(9).unwrap().tenant_share(0), "replay.tenant_share");
    wrong(MemoryReplayStore::new(9).unwrap().tenant_share(10), "replay.tenant_share");
    wrong(MemoryRateStore::new(0), "rate_limit.max_keys");
    let keys = || CachedKeySource::new(async |_| Ok(None));
    wrong(keys().capacity(0), "capacity");
    wrong(keys().negative_capacity(0), "negative_capacity");
    wrong(keys().max_pending(0), "max_pending");
}

#[test]
fn no_time_at_all_does_not_run() {
    wrong(github().body_timeout(ZERO).build(), "body_timeout");
    wrong(github().body_idle_timeout(ZERO).build(), "body_idle_timeout");
    wrong(github().key_timeout(ZERO).build(), "key_timeout");
    wrong(github().replay_retention(ZERO).build(), "replay.retention");
    wrong(github().replay_lease(ZERO).build(), "replay.lease");
    wrong(github().replay_lease(Duration::from_millis(999)).build(), "replay.lease");
    drop(github().replay_lease(Duration::from_secs(1)).build().unwrap());
    let error = github().store_timeout(ZERO).build().unwrap_err();
    assert!(error.field().ends_with("store_timeout"), "{error}");
    let quota = Quota::per_second(1).unwrap();
    wrong(RateLimitLayer::for_everybody(quota).store_timeout(ZERO), "rate_limit.store_timeout");
    wrong(FailureLimitLayer::by_client_ip(quota).store_timeout(ZERO), "failure_limit.store_timeout");
    let guard = || ReplayGuardLayer::new(MemoryReplayStore::default());
    wrong(guard().store_timeout(ZERO), "replay.store_timeout");
    let verifier = Verifier::new(schemes::GITHUB, secret()).unwrap();
    wrong(SignatureVerifyLayer::new(verifier).key_timeout(ZERO), "key_timeout");
    let keys = || CachedKeySource::new(async |_| Ok(None));
    wrong(keys().ttl(ZERO), "ttl");
    wrong(keys().negative_ttl(ZERO), "negative_ttl");
    wrong(keys().lookup_timeout(ZERO), "lookup_timeout");
    wrong(schemes::STRIPE.tolerance(ZERO), "tolerance");
    wrong(schemes::STRIPE.tolerances(Duration::from_secs(60), ZERO), "tolerance");
    wrong(TimestampPlace::header("x-time").unwrap().tolerance(ZERO), "tolerance");
    wrong(schemes::GITHUB.tolerance(Duration::from_secs(60)), "tolerance");
}

#[test]
fn a_retention_that_a_replay_outlives_does_not_run() {
    let stripe = |seconds| {
        let layer = WebhookLayer::builder(schemes::STRIPE, secret());
        layer.replay_retention(Duration::from_secs(seconds)).build()
    };
    for seconds in [1, 300, 599] {
        let error = wrong(stripe(seconds), "replay.retention");
        assert!(error.reason().contains("stripe"), "{error}");
    }
    assert!(stripe(602).is_ok());
    // A wider tolerance asks for a longer one.
    let wide = schemes::STRIPE.tolerance(Duration::from_secs(13 * 3600)).unwrap();
    wrong(WebhookLayer::builder(wide, secret()).build(), "replay.retention");
}

#[test]
fn keys_that_are_chosen_by_nobody_do_not_run() {
    let map = || {
        let tenant = Tenant::new("acme", secret()).unwrap();
        TenantMap::new([(Secret::new("api-key-of-acme-1").unwrap(), tenant)]).unwrap()
    };
    // A scheme that selects, with keys that are always the same; and the other way round.
    wrong(WebhookLayer::builder(schemes::PARTNER, secret()).build(), "keys");
    let fixed = map().fixed(&Secret::new("api-key-of-acme-1").unwrap()).unwrap();
    wrong(WebhookLayer::builder(schemes::PARTNER, fixed).build(), "keys");
    wrong(WebhookLayer::builder(schemes::GITHUB, map()).build(), "keys");
    wrong(WebhookLayer::builder(schemes::PARTNER.fixed_key(), map()).build(), "keys");
}

/// Exactly one warning, about this.
#[track_caller]
fn warns_once<T>(about: &str, risky: impl FnOnce() -> T) {
    let logs = Logs::capture();
    risky();
    let warnings = logs.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(about), "{warnings:?}");
    assert!(!warnings[0].contains("hunter2") && !warnings[0].contains(SECRET), "{warnings:?}");
}

#[test]
fn what_is_risky_is_said_once() {
    for all in [&["0.0.0.0/0"][..], &["::/0", "192.0.2.1"], &["0.0.0.0/0", "::/0"], &["0.0.0.0/1", "128.0.0.0/1"]] {
        warns_once("allowed_addresses", || github().allow(IpSet::parse(all).unwrap()).build().unwrap());
    }
    warns_once("shorter than 16 bytes", || WebhookLayer::builder(schemes::GITHUB, Secret::new("hunter2").unwrap()));
    warns_once("white space", || {
        let read_from_a_file = Secret::new("hunter2hunter2hunter2\n").unwrap();
        WebhookLayer::builder(schemes::GITHUB, read_from_a_file).build().unwrap()
    });
    for hours in [24, 25, 24 * 365] {
        let tolerance = Duration::from_secs(hours * 3600);
        warns_once("tolerance", || {
            let wide = schemes::STRIPE.tolerance(tolerance).unwrap();
            let layer = WebhookLayer::builder(wide, secret()).replay_retention(tolerance * 3);
            layer.build().unwrap()
        });
    }
    warns_once("replay_guard", || github().insecure_without_replay_guard().build().unwrap());
}

#[test]
fn what_is_insecure_is_said_once() {
    let quota = Quota::per_second(1).unwrap();
    let narrow = || IpSet::parse(["192.0.2.0/24"]).unwrap();
    let forged = "a forged signature reach the handler";
    warns_once(forged, || github().insecure_report_only().build().unwrap());
    warns_once(forged, || {
        let layer = github().insecure_report_only().allow(narrow()).rate_limit(quota).failure_limit(quota);
        layer.tenant_rate_limit(quota).build().unwrap()
    });
    warns_once("`insecure_stores_fail_open`", || github().insecure_stores_fail_open().build().unwrap());
    warns_once("`insecure_stores_fail_open`", || {
        let layer = github().insecure_stores_fail_open().rate_limit(quota).failure_limit(quota);
        layer.tenant_rate_limit(quota).build().unwrap()
    });
    warns_once("RateLimitLayer", || RateLimitLayer::by_client_ip(quota).insecure_fail_open());
    warns_once("FailureLimitLayer", || FailureLimitLayer::by_client_ip(quota).insecure_fail_open());
    warns_once("IpAllowlistLayer", || IpAllowlistLayer::new(narrow()).insecure_report_only());
    let verifier = Verifier::new(schemes::GITHUB, secret()).unwrap();
    warns_once(forged, || SignatureVerifyLayer::new(verifier).insecure_report_only());
}

#[test]
fn what_is_not_risky_is_not_warned_about() {
    let logs = Logs::capture();
    let _ = github().allow(IpSet::parse(["192.0.2.0/24", "2001:db8::/32"]).unwrap()).build().unwrap();
    let narrow = schemes::STRIPE.tolerance(Duration::from_secs(86_399)).unwrap();
    let _ = WebhookLayer::builder(narrow, secret()).replay_retention(Duration::from_secs(200_000)).build().unwrap();
    // A signed time bounds what can be replayed.
    let _ = WebhookLayer::builder(schemes::STRIPE, secret()).insecure_without_replay_guard().build().unwrap();
    let _ = github().explain_rejections().build().unwrap();
    assert_eq!(logs.warnings(), [""; 0]);
}
