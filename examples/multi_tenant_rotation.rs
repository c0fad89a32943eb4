//! Many senders on one endpoint, told apart by API key: each with keys, a quota and addresses of its own, all in a
//! database. And a rotation while requests come in.
//!
//! ```sh
//! cargo run --example multi_tenant_rotation --features axum
//! ```
//!
//! Press Enter, and `acme` gets the key that was refused before.

mod support;

use axum::{Router, routing::post};
use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use support::{demo, serve};
use tokio::io::{AsyncBufReadExt, BufReader};
use tower_webhook::{
    CachedKeySource, Clock, ConfigError, IpSet, Key, Keyring, Quota, SystemClock, Tenant, VerifiedEvent, WebhookLayer,
    schemes,
    secrets::{Credentials, KeySourceError},
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A row of the table `partner`.
struct Row {
    id: &'static str,
    /// The current one first.
    keys: Vec<Key>,
    per_second: u32,
    addresses: IpSet,
}

impl Row {
    fn tenant(&self) -> Result<Tenant, ConfigError> {
        Ok(Tenant::new(self.id, Keyring::from_keys(self.keys.iter().cloned())?)?
            .quota(Quota::per_second(self.per_second)?)
            .allow(self.addresses.clone()))
    }
}

/// Stands for your database. A real table would hold digests of API keys, and secrets encrypted.
#[derive(Clone)]
struct Database {
    partners: Arc<RwLock<HashMap<&'static str, Row>>>,
}

impl Database {
    /// `SELECT … FROM partner WHERE api_key = …`
    async fn partner(&self, api_key: &[u8]) -> Result<Option<Credentials>, KeySourceError> {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let partners = self.partners.read().unwrap_or_else(PoisonError::into_inner);
        let row = std::str::from_utf8(api_key).ok().and_then(|api_key| partners.get(api_key));
        row.map(|row| row.tenant().map(Credentials::from)).transpose().map_err(KeySourceError::new)
    }

    /// Makes `key` the current one. The one so far counts for another day: deliveries signed with it are on the way.
    fn rotate(&self, api_key: &str, key: Key) {
        let until = SystemClock.now().saturating_add(DAY);
        let mut partners = self.partners.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = partners.get_mut(api_key) {
            row.keys.truncate(1);
            row.keys = std::iter::once(key).chain(row.keys.drain(..).map(|key| key.not_after(until))).collect();
        }
    }
}

const ACME: &str = "pk_demo_acme";
const GLOBEX: &str = "pk_demo_globex";
const CURRENT: (&str, &str) = ("ACME_SECRET", "demo-acme-secret-current");
const PREVIOUS: (&str, &str) = ("ACME_PREVIOUS_SECRET", "demo-acme-secret-previous");
const RETIRED: (&str, &str) = ("ACME_RETIRED_SECRET", "demo-acme-secret-retired");
const NEXT: (&str, &str) = ("ACME_NEXT_SECRET", "demo-acme-secret-next");
const GLOBEX_SECRET: (&str, &str) = ("GLOBEX_SECRET", "demo-globex-secret-0");

fn key(id: &str, (variable, demo_secret): (&str, &'static str)) -> Result<Key, ConfigError> {
    Key::new(demo::secret(variable, demo_secret)?).id(id)
}

fn database() -> Result<Database, ConfigError> {
    let now = SystemClock.now();
    let acme = Row {
        id: "acme",
        keys: vec![
            key("2026-11", CURRENT)?,
            key("2026-05", PREVIOUS)?.not_after(now.saturating_add(7 * DAY)),
            key("2025-11", RETIRED)?.not_after(now.saturating_sub(DAY)),
        ],
        per_second: 10,
        addresses: IpSet::parse(["127.0.0.0/8", "::1"])?,
    };
    let globex = Row {
        id: "globex",
        keys: vec![key("only", GLOBEX_SECRET)?],
        per_second: 100,
        addresses: IpSet::parse(["192.0.2.0/24"])?,
    };
    Ok(Database { partners: Arc::new(RwLock::new(HashMap::from([(ACME, acme), (GLOBEX, globex)]))) })
}

async fn on_event(event: VerifiedEvent) -> &'static str {
    let tenant = event.tenant().map_or("-", |tenant| tenant.id().as_str());
    println!("accepted tenant={tenant} key={}", event.key_id());
    "received\n"
}

/// Rotates at the first line of standard input.
async fn rotate_on_enter<L>(database: Database, keys: CachedKeySource<L>, next: Key) {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    if let Ok(Some(_)) = lines.next_line().await {
        database.rotate(ACME, next);
        // Without this the old keys would count, and the new one would not, until the minute of `ttl` is over.
        keys.forget(ACME.as_bytes());
        println!("rotated acme");
    }
}

fn print_commands(url: &str) {
    let signed = |api_key: &str| {
        format!(
            r#"set -- -H "x-api-key: {api_key}" -H "x-timestamp: $ts" -H "x-webhook-signature: sha256=$(printf %s "$ts.$body" | {hmac})""#,
            hmac = demo::HMAC_SHA256
        )
    };
    for (what, api_key, (variable, demo_secret)) in [
        ("acme, current key: signed, answers 200", ACME, CURRENT),
        ("acme, previous key: signed, answers 200", ACME, PREVIOUS),
        ("acme, retired key: answers 401", ACME, RETIRED),
        ("acme, next key: answers 401 until you press Enter", ACME, NEXT),
        ("globex, from an address it did not register: answers 403", GLOBEX, GLOBEX_SECRET),
        ("nobody's API key: answers 401", "pk_demo_initech", CURRENT),
    ] {
        println!("# {what}\n{}", demo::command(url, &demo::value_of(variable, demo_secret), &signed(api_key)));
    }
    println!("# acme: forged, answers 401\n{}\n", demo::command(url, demo::NOT_THE_SECRET, &signed(ACME)));
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let database = database()?;
    let rows = database.clone();
    let keys = CachedKeySource::new(move |api_key| {
        let rows = rows.clone();
        async move { rows.partner(&api_key).await }
    })
    .ttl(Duration::from_secs(60))?
    .lookup_timeout(Duration::from_millis(500))?;

    let webhook = WebhookLayer::builder(schemes::PARTNER, keys.clone())
        // For tenants that have none of their own. Counted below the signature: nobody spends another's.
        .tenant_rate_limit(Quota::per_second(1)?)
        .failure_limit(Quota::per_minute(600)?)
        .build()?;
    let app = Router::new().route("/partners", post(on_event).route_layer(webhook));

    let listener = serve::listen().await?;
    println!();
    print_commands(&format!("http://{}/partners", listener.local_addr()?));
    tokio::spawn(rotate_on_enter(database, keys, key("2026-12", NEXT)?));
    Ok(serve::serve(listener, app).await?)
}
