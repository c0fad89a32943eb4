//! A scheme of your own, twice: as a recipe, and as code for what no recipe can say.
//!
//! ```sh
//! cargo run --example custom_scheme --features axum
//! ```
//!
//! Both are for a made-up provider, Acme. `/v1` signs the time and the body, which is data. `/v2` signs a digest of the
//! body in a list of its own making, which takes code: some sixty lines, and every layer takes them like a built-in.

mod support;

use axum::{Router, routing::post};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, request::Parts};
use sha2::{Digest, Sha256};
use std::{error::Error, time::Duration};
use support::{demo, serve};
use tower_webhook::{
    ConfigError, Keyring, UnixTime, VerifiedEvent, WebhookLayer,
    schemes::{
        Field, FieldPlace, Recipe, Scheme, SchemeError, SchemeErrorKind, SchemeInput, SignaturePlace, TimestampPlace,
        Verification,
    },
};

/// Version 1: `acme-signature: t=1764000000,v1=…`, where each `v1` is the HMAC-SHA256 of `{timestamp}.{body}` in hex.
fn acme_v1() -> Result<Recipe, ConfigError> {
    Recipe::builder("acme-v1")
        .signature(SignaturePlace::header("acme-signature")?.items(",", '=', ["v1"])?)
        .timestamp(TimestampPlace::item("t")?.tolerance(Duration::from_secs(300))?)
        .content("{timestamp}.{body}")?
        .id(FieldPlace::json("/id")?.signed())
        .kind(FieldPlace::json("/type")?.signed())
        // Refuses what does not go together: a time that nobody signs, an id that is said to be signed and is not.
        .build()
}

/// Version 2: `acme-signature` is the HMAC-SHA256, in hex, of method, path, `acme-timestamp` and the SHA-256 of the
/// body in hex, with a line feed between two.
#[derive(Debug)]
struct AcmeV2;

const SIGNATURE: HeaderName = HeaderName::from_static("acme-signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("acme-timestamp");
const TOLERANCE: Duration = Duration::from_secs(300);

/// What the head says: the time as it was written, the time, and the signature.
type Claims<'a> = (&'a str, UnixTime, [u8; 32]);

impl AcmeV2 {
    fn claims(head: &Parts, now: UnixTime) -> Result<Claims<'_>, SchemeError> {
        let written = single(&head.headers, &TIMESTAMP)?;
        // Digits only: a parser that takes `+1` or `001` lets one time be written in many ways.
        let is_plain = written.len() == 10 && written.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = written.parse().ok().filter(|_| is_plain).ok_or_else(|| malformed("acme-timestamp"))?;
        let time = UnixTime::from_seconds(seconds);
        if now.saturating_since(time).max(time.saturating_since(now)) > TOLERANCE {
            return Err(SchemeError::new(SchemeErrorKind::OutOfTolerance));
        }
        let mut signature = [0; 32];
        const_hex::decode_to_slice(single(&head.headers, &SIGNATURE)?, &mut signature)
            .map_err(|_| malformed("acme-signature"))?;
        Ok((written, time, signature))
    }
}

impl Scheme for AcmeV2 {
    fn name(&self) -> &str {
        "acme-v2"
    }

    /// Before the first byte of the body is read.
    fn precheck(&self, head: &Parts, now: UnixTime) -> Result<(), SchemeError> {
        Self::claims(head, now).map(drop)
    }

    fn verify(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError> {
        let (written, time, signature) = Self::claims(input.head, input.now)?;
        let (method, path) = (&input.head.method, input.head.uri.path());
        let digest = const_hex::encode(Sha256::digest(input.payload));
        // The time is signed as it was received, never as we would write it.
        let content = format!("{method}\n{path}\n{written}\n{digest}");
        for (id, secret) in keys.active(input.now) {
            let mac = Hmac::<Sha256>::new_from_slice(secret.expose()).map_err(|_| mismatch())?;
            // Compares in constant time; `==` would tell a forger how far a guess was right.
            if mac.chain_update(&content).verify_slice(&signature).is_ok() {
                return Ok(Verification::new(id.clone())
                    .timestamp(time)
                    .id(Field::payload("/id", true))
                    .kind(Field::payload("/type", true))
                    .replay_material(&signature));
            }
        }
        Err(mismatch())
    }

    /// Past and future together: the replay guard has to remember for longer.
    fn time_window(&self) -> Option<Duration> {
        Some(2 * TOLERANCE)
    }
}

/// A header that is sent twice has no value: two readers could each take another one.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a str, SchemeError> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().ok_or_else(|| SchemeError::new(SchemeErrorKind::Missing).hint(format!("no {name}")))?;
    match values.next() {
        None => value.to_str().map_err(|_| malformed(name.as_str())),
        Some(_) => Err(malformed(name.as_str())),
    }
}

fn malformed(name: &str) -> SchemeError {
    SchemeError::new(SchemeErrorKind::Malformed).hint(format!("{name} is not of the form that Acme writes"))
}

const fn mismatch() -> SchemeError {
    SchemeError::new(SchemeErrorKind::Mismatch)
}

async fn on_event(event: VerifiedEvent) -> &'static str {
    let id = event.id().unwrap_or("-").escape_debug();
    println!("accepted {}: id={id} signed={}", event.scheme(), event.id_is_signed());
    "received\n"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (variable, demo_secret) = ("ACME_SECRET", "demo-acme-signing-secret");
    let secret = demo::secret(variable, demo_secret)?;
    let app = Router::new()
        .route("/v1", post(on_event).route_layer(WebhookLayer::builder(acme_v1()?, secret.clone()).build()?))
        .route("/v2", post(on_event).route_layer(WebhookLayer::builder(AcmeV2, secret).build()?));

    let listener = serve::listen().await?;
    let address = format!("http://{}", listener.local_addr()?);
    let hmac = demo::HMAC_SHA256;
    let v1 = format!(r#"set -- -H "acme-signature: t=$ts,v1=$(printf %s "$ts.$body" | {hmac})""#);
    demo::print_commands("v1", &format!("{address}/v1"), variable, demo_secret, &v1);
    let digest = r#"$(printf %s "$body" | openssl dgst -sha256 | sed 's/^.* //')"#;
    let v2 = format!(
        r#"set -- -H "acme-timestamp: $ts" -H "acme-signature: $(printf 'POST\n/v2\n%s\n%s' "$ts" "{digest}" | {hmac})""#
    );
    demo::print_commands("v2", &format!("{address}/v2"), variable, demo_secret, &v2);
    println!();
    Ok(serve::serve(listener, app).await?)
}
