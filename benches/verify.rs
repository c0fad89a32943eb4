//! The whole verify call for each shape of scheme beside a bare HMAC over the same body, in one run.
//!
//! The same hash is under both: with the feature `aws-lc`, compare with the bare HMAC of the implementation that this
//! processor gets. A prefix such as a time can take one more block of the hash than the body alone.
#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Request};
use sha1::Sha1;
use sha2::Sha256;
use std::hint::black_box;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{self, Scheme, SchemeInput},
    testing,
};

const SIZES: [usize; 4] = [64, 1024, 64 * 1024, 1024 * 1024];
const NOW: UnixTime = UnixTime::from_seconds(1_764_000_000);

/// One scheme for each shape.
const SHAPES: [(&str, &str); 9] = [
    ("hex", "ecourtdate"),
    ("hex, prefixed", "github"),
    ("hex, a key that a header selects, a time", "partner"),
    ("hex, a time in the same header", "stripe"),
    ("base64, two sets of headers", "shopify"),
    ("base64, an id and a time", "standard_webhooks"),
    ("hex of SHA-1", "comapi"),
    ("a time in the body", "textus"),
    ("a token", "gitlab_token"),
];

fn body(size: usize) -> Vec<u8> {
    let mut body = br#"{"timestamp":1764000000,"data":""#.to_vec();
    body.resize(size - 2, b'x');
    body.extend(b"\"}");
    body
}

/// What every request carries besides.
fn usual_headers(size: usize) -> HeaderMap {
    let request = Request::post("/")
        .header("host", "hooks.example.com")
        .header("user-agent", "webhooks/1.0")
        .header("content-type", "application/json")
        .header("content-length", size)
        .header("accept", "*/*")
        .body(());
    request.unwrap().into_parts().0.headers
}

fn verify(criterion: &mut Criterion) {
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let key = secret.expose();
    for size in SIZES {
        let body = body(size);
        let mut group = criterion.benchmark_group(format!("verify/{size}"));
        group.throughput(Throughput::Bytes(size as u64));
        let sha256 = Hmac::<Sha256>::new_from_slice(key).unwrap();
        group.bench_function("bare HMAC-SHA256", |bencher| {
            bencher.iter(|| black_box(&sha256).clone().chain_update(black_box(&body)).finalize().into_bytes());
        });
        let sha1 = Hmac::<Sha1>::new_from_slice(key).unwrap();
        group.bench_function("bare HMAC-SHA1", |bencher| {
            bencher.iter(|| black_box(&sha1).clone().chain_update(black_box(&body)).finalize().into_bytes());
        });
        #[cfg(feature = "aws-lc")]
        for (name, algorithm) in [
            ("bare HMAC-SHA256 of AWS-LC", aws_lc_rs::hmac::HMAC_SHA256),
            ("bare HMAC-SHA1 of AWS-LC", aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        ] {
            let key = aws_lc_rs::hmac::Key::new(algorithm, key);
            group.bench_function(name, |bencher| {
                bencher.iter(|| aws_lc_rs::hmac::sign(black_box(&key), black_box(&body)));
            });
        }
        for (shape, name) in SHAPES {
            let recipe = schemes::by_name(name).unwrap();
            let mut signing = testing::sign(recipe, &secret).at(NOW).body(body.clone());
            signing = match name {
                "github" => signing.id("72d3162e-cc78-11e3-81ab-4c9367dc0958").header("x-github-event", "push"),
                "partner" => signing.api_key("pk_test_1"),
                "shopify" => signing.id("b54557e4").header("x-shopify-topic", "orders/create"),
                "standard_webhooks" => signing.id("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                _ => signing,
            };
            let (mut head, _) = signing.build().unwrap().into_parts();
            head.headers.extend(usual_headers(size));
            let keys = Keyring::new(secret.clone());
            recipe.check_keys(&keys).unwrap();
            group.bench_function(BenchmarkId::new(name, shape), |bencher| {
                bencher.iter(|| {
                    let input = SchemeInput::new(black_box(&head), black_box(&body), NOW);
                    recipe.verify(&input, black_box(&keys)).unwrap()
                });
            });
        }
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
