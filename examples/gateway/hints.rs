//! Commands to begin with, for a shell with curl and openssl.

use std::net::SocketAddr;

/// Sends a signed event of the built-in partner, and asks what became of it. Their secrets are the demo's.
pub(crate) fn print(address: SocketAddr) {
    let url = format!("http://{address}/api/webhooks");
    // The status is asked for with the signature of an empty body.
    let signed = |body: &str| {
        format!(
            r#"ts=$(date +%s); body='{body}'; sig=$(printf %s "$ts.$body" | openssl dgst -sha256 -hmac whsec-acme | sed 's/^.* //'); curl -sS -H "x-api-key: pk_test_acme" -H "x-timestamp: $ts" -H "x-webhook-signature: sha256=$sig""#
        )
    };
    println!("\n# a first event: signed, answers 200");
    println!(
        r#"( {} -H 'content-type: application/json' --data-raw "$body" -w '\n%{{http_code}}\n' {url}/events )"#,
        signed(r#"{"id":"evt_first","type":"demo.ping"}"#)
    );
    println!("\n# what became of it: answers 200");
    println!(r#"( {} -w '\n%{{http_code}}\n' '{url}/status?eventId=evt_first' )"#, signed(""));
}
