//! The whole verify call of each provider beside a bare HMAC over the same body, in one run.
#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Request};
use sha1::Sha1;
use sha2::Sha256;
use std::hint::black_box;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{self, Scheme, SchemeInput},
    testing,
};

const SIZES: [usize; 4] = [64, 1024, 64 * 1024, 1024 * 1024];

fn body(size: usize) -> Vec<u8> {
    let mut body = br#"{"timestamp":1764000000,"data":""#.to_vec();
    body.resize(size - 2, b'x');
    body.extend(b"\"}");
    body
}

fn verify(criterion: &mut Criterion) {
    let now = UnixTime::from_seconds(1_764_000_000);
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    for size in SIZES {
        let body = body(size);
        let mut group = criterion.benchmark_group(format!("verify/{size}"));
        group.throughput(Throughput::Bytes(size as u64));
        let sha256 = Hmac::<Sha256>::new_from_slice(secret.expose()).unwrap();
        group.bench_function("bare hmac-sha256", |bencher| {
            bencher.iter(|| black_box(&sha256).clone().chain_update(black_box(&body)).finalize().into_bytes());
        });
        let sha1 = Hmac::<Sha1>::new_from_slice(secret.expose()).unwrap();
        group.bench_function("bare hmac-sha1", |bencher| {
            bencher.iter(|| black_box(&sha1).clone().chain_update(black_box(&body)).finalize().into_bytes());
        });
        // One for each shape: bare, prefixed, base64, items, a time in the body, an id, a key chosen by a header.
        let shapes = [
            "comapi",
            "ecourtdate",
            "eka",
            "github",
            "partner",
            "shopify",
            "slack",
            "standard_webhooks",
            "stripe",
            "textus",
        ];
        for recipe in shapes.iter().filter_map(|name| schemes::by_name(name)) {
            let mut signing = testing::sign(recipe, &secret).at(now).body(body.clone());
            signing = match recipe.name() {
                "github" => signing.id("72d3162e-cc78-11e3-81ab-4c9367dc0958").header("x-github-event", "push"),
                "partner" => signing.api_key("pk_test_1"),
                "shopify" => signing.id("b54557e4").header("x-shopify-topic", "orders/create"),
                "standard_webhooks" => signing.id("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                _ => signing,
            };
            let (mut head, _) = signing.build().unwrap().into_parts();
            // What every request carries besides.
            for (name, value) in Request::post("/")
                .header("host", "hooks.example.com")
                .header("user-agent", "webhooks/1.0")
                .header("content-type", "application/json")
                .header("content-length", size)
                .header("accept", "*/*")
                .body(())
                .unwrap()
                .headers()
            {
                head.headers.insert(name, HeaderValue::clone(value));
            }
            let keys = Keyring::new(secret.clone());
            recipe.check_keys(&keys).unwrap();
            group.bench_function(BenchmarkId::from_parameter(recipe.name()), |bencher| {
                bencher.iter(|| {
                    let input = SchemeInput::new(black_box(&head), black_box(&body), now);
                    recipe.verify(&input, black_box(&keys)).unwrap()
                });
            });
        }
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
