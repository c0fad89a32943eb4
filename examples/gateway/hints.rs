//! Commands to begin with, for a shell with curl and openssl.

use std::{
    io::{self, Write},
    net::SocketAddr,
};

/// Sends a signed event of the built-in partner, and asks what became of it. Their secrets are the demo's.
pub(crate) fn print(out: &mut impl Write, address: SocketAddr) -> io::Result<()> {
    let url = format!("http://{address}/api/webhooks");
    // The status is asked for with the signature of an empty body.
    let signed = |body: &str| {
        format!(
            r#"ts=$(date +%s); body='{body}'; sig=$(printf %s "$ts.$body" | openssl dgst -sha256 -hmac whsec-acme | sed 's/^.* //'); curl -sS -H "x-api-key: pk_test_acme" -H "x-timestamp: $ts" -H "x-webhook-signature: sha256=$sig""#
        )
    };
    writeln!(out, "\n# a first event: signed, answers 200")?;
    writeln!(
        out,
        r#"( {} -H 'content-type: application/json' --data-raw "$body" -w '\n%{{http_code}}\n' {url}/events )"#,
        signed(r#"{"id":"evt_first","type":"demo.ping"}"#)
    )?;
    writeln!(out, "\n# what became of it: answers 200")?;
    writeln!(out, r#"( {} -w '\n%{{http_code}}\n' '{url}/status?eventId=evt_first' )"#, signed(""))
}
