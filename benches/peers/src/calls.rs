//! The whole verify call: headers, decoding, time, MAC, comparison.

use crate::{
    Hash, Section, Variant,
    deliveries::{Delivery, SECRET, body, secret, signed},
    versioned,
};
use bytes::Bytes;
use futures_util::FutureExt;
use hmac::{KeyInit, Mac};
use http::request::Parts;
use std::hint::black_box;
use tower_webhook::{
    Clock, Keyring, Recipe, Scheme, SystemClock, Verifier,
    schemes::{self, SchemeInput},
};

const NOTES: &str = "Ours, by `Scheme::verify`, with the clock read as the peers do; where the scheme says so, ours \
    also takes the event's id and type out of the JSON. `Verifier::verify` makes the whole event of it. A body that a \
    peer wants as text is checked to be UTF-8 within the call. `hmac-sha256` never uses SHA extensions: on a CPU that has \
    them, what hashes with it falls behind by more than on one that has not.";

pub fn section(size: usize) -> Section {
    let github = signed(&schemes::GITHUB, body(size));
    let stripe = signed(&schemes::STRIPE, body(size));
    let slack = signed(&schemes::SLACK, body(size));
    let standard = signed(&schemes::STANDARD_WEBHOOKS, body(size));
    let mut variants = bare(&github);
    for (provider, recipe, delivery) in [
        ("GitHub", schemes::GITHUB, &github),
        ("Stripe", schemes::STRIPE, &stripe),
        ("Slack", schemes::SLACK, &slack),
        ("Standard Webhooks", schemes::STANDARD_WEBHOOKS, &standard),
    ] {
        let name = format!("**tower-webhook**, {provider}");
        variants.push(call(&*name, Hash::ours(), delivery, scheme(recipe.clone())));
        variants.push(call(format!("{name}, `Verifier`"), Hash::ours(), delivery, verifier(recipe)));
    }
    for (provider, delivery) in [
        (webhook_verify::Provider::GitHub, &github),
        (webhook_verify::Provider::Stripe, &stripe),
        (webhook_verify::Provider::Slack, &slack),
        (webhook_verify::Provider::StandardWebhooks, &standard),
    ] {
        let secret = webhook_verify::Secret::new(SECRET);
        let name = format!("{}, {provider}", versioned("webhook-verify"));
        variants.push(call(name, Hash::Sha2, delivery, move |head, body| {
            match webhook_verify::verify(provider, &head.headers, body, &secret, Default::default()) {
                Ok(()) => true,
                Err(webhook_verify::VerifyError::SignatureMismatch) => false,
                Err(error) => panic!("{error}"),
            }
        }));
    }
    let webhook = standardwebhooks::Webhook::new(SECRET).unwrap();
    variants.push(call(versioned("standardwebhooks"), Hash::HmacSha256, &standard, move |head, body| {
        match webhook.verify(body, &head.headers) {
            Ok(()) => true,
            Err(standardwebhooks::WebhookError::InvalidSignature) => false,
            Err(error) => panic!("{error}"),
        }
    }));
    let webhook = svix::webhooks::Webhook::new(SECRET).unwrap();
    variants.push(call(versioned("svix"), Hash::HmacSha256, &standard, move |head, body| {
        match webhook.verify(body, &head.headers) {
            Ok(()) => true,
            Err(svix::webhooks::WebhookError::InvalidSignature) => false,
            Err(error) => panic!("{error}"),
        }
    }));
    variants.push(slack_morphism_call(&slack));
    variants.extend(async_stripe_calls(size, &stripe));
    Section { title: String::new(), notes: NOTES, reference: Hash::Sha2.bare(), variants, calls: calls(size) }
}

/// In a batch over bodies of this size.
pub const fn calls(size: usize) -> usize {
    if size > 8 << 10 { 2 } else { 64 }
}

/// Proves that it verifies before anybody times it.
fn call(
    name: impl Into<String>,
    hash: Hash,
    delivery: &Delivery,
    mut verify: impl FnMut(&Parts, &Bytes) -> bool + 'static,
) -> Variant {
    let name = name.into();
    assert!(verify(&delivery.head, &delivery.body), "{name} refuses what is good");
    for forged in delivery.forgeries() {
        assert!(!verify(&forged.head, &forged.body), "{name} accepts what is forged");
    }
    let Delivery { head, body } = delivery.clone();
    Variant::new(name, hash, move |calls, measure| {
        measure(&mut || {
            for _ in 0..calls {
                assert!(verify(black_box(&head), black_box(&body)));
            }
        });
    })
}

fn scheme(recipe: Recipe) -> impl FnMut(&Parts, &Bytes) -> bool {
    let keys = Keyring::new(secret());
    recipe.check_keys(&keys).unwrap();
    move |head, body| match recipe.verify(&SchemeInput::new(head, body, SystemClock.now()), &keys) {
        Ok(verification) => {
            black_box(verification);
            true
        }
        Err(error) => {
            assert_eq!(error.kind(), schemes::SchemeErrorKind::Mismatch);
            false
        }
    }
}

fn verifier(recipe: Recipe) -> impl FnMut(&Parts, &Bytes) -> bool {
    let verifier = Verifier::new(recipe, secret()).unwrap();
    move |head, body| match verifier.verify(head, body).now_or_never().unwrap() {
        Ok(event) => {
            black_box(event);
            true
        }
        Err(rejection) => {
            assert_eq!(rejection.kind(), tower_webhook::RejectionKind::SignatureMismatch);
            false
        }
    }
}

/// A MAC of the body and nothing else, with the key prepared where the implementation lets one.
pub fn bare(github: &Delivery) -> Vec<Variant> {
    let key = SECRET.as_bytes();
    let new = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    let old = <hmac_0_12::Hmac<sha2_0_10::Sha256> as hmac_0_12::Mac>::new_from_slice(key).unwrap();
    let aws = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
    vec![
        mac(Hash::Sha2, github, move |body| new.clone().chain_update(body).finalize().into_bytes().into()),
        mac(Hash::Sha2Old, github, move |body| {
            use hmac_0_12::Mac;
            old.clone().chain_update(body).finalize().into_bytes().into()
        }),
        mac(Hash::AwsLc, github, move |body| aws_lc_rs::hmac::sign(&aws, body).as_ref().try_into().unwrap()),
        mac(Hash::HmacSha256, github, move |body| hmac_sha256::HMAC::mac(body, key)),
    ]
}

/// Proves that it computes what GitHub's header says.
fn mac(hash: Hash, github: &Delivery, mac: impl Fn(&[u8]) -> [u8; 32] + 'static) -> Variant {
    for Delivery { head, body } in github.forgeries().iter().chain([github]) {
        let signature = format!("sha256={}", const_hex::encode(mac(body)));
        let good = head.headers == github.head.headers && body == &github.body;
        assert_eq!(head.headers["x-hub-signature-256"] == signature, good, "{}", hash.bare());
    }
    let body = github.body.clone();
    Variant::new(hash.bare(), hash, move |calls, measure| {
        measure(&mut || {
            for _ in 0..calls {
                black_box(mac(black_box(&body)));
            }
        });
    })
}

fn slack_morphism_call(slack: &Delivery) -> Variant {
    use slack_morphism::signature_verifier::{SlackEventSignatureVerifier, SlackEventSignatureVerifierError};
    let verifier = SlackEventSignatureVerifier::new(&SECRET.to_owned().into());
    call(format!("{}, Slack", versioned("slack-morphism")), Hash::Sha2, slack, move |head, body| {
        let header = |name| head.headers[name].to_str().unwrap();
        let (signature, time) = (header("x-slack-signature"), header("x-slack-request-timestamp"));
        match verifier.verify(signature, str::from_utf8(body).unwrap(), time) {
            Ok(()) => true,
            Err(SlackEventSignatureVerifierError::WrongSignatureError(_)) => false,
            Err(error) => panic!("{error}"),
        }
    })
}

#[cfg(not(feature = "async-stripe"))]
fn async_stripe_calls(_: usize, _: &Delivery) -> Vec<Variant> {
    Vec::new()
}

#[cfg(feature = "async-stripe")]
fn async_stripe_calls(size: usize, stripe: &Delivery) -> Vec<Variant> {
    use stripe_webhook::{Webhook, WebhookError};
    fn construct(head: &Parts, body: &Bytes) -> Result<stripe_webhook::Event, WebhookError> {
        let signature = head.headers["stripe-signature"].to_str().unwrap();
        Webhook::construct_event(str::from_utf8(body).unwrap(), signature, SECRET)
    }
    let name = versioned("async-stripe-webhook");
    let event = call(format!("{name}, the event read"), Hash::Sha2, stripe, |head, body| match construct(head, body) {
        Ok(event) => {
            black_box(event);
            true
        }
        Err(WebhookError::BadSignature) => false,
        Err(error) => panic!("{error}"),
    });
    // It has no other way to check a signature. What is no JSON fails right behind it.
    let mut body = body(size);
    body[0] = b'x';
    let signature =
        call(format!("{name}, the event no JSON"), Hash::Sha2, &signed(&schemes::STRIPE, body), |head, body| {
            match construct(head, body) {
                Err(WebhookError::BadParse(_)) => true,
                Err(WebhookError::BadSignature) => false,
                other => panic!("{other:?}"),
            }
        });
    vec![signature, event]
}
