//! Every preset against what others made: the providers' own libraries, published examples, and implementations in
//! other languages. `tests/sdk` has what made them.
#![allow(clippy::unwrap_used)]

mod fixture;
#[cfg(feature = "serde")]
mod forms;
mod hostile;
mod messages;
mod signed;
mod table;
mod vector;

use std::{collections::BTreeSet, path::Path};
use tower_webhook::schemes::{self, Scheme};
use vector::{Evidence, Verdict};

/// Where this crate judges otherwise, and why.
const ON_PURPOSE: [(&str, &str, &str); 15] = [
    ("adyen", "two items, each with its own signature", "nothing vouches for their number and order"),
    ("alipay", "the old type RSA is SHA-1", "the sender may not choose SHA-1"),
    ("alipay", "the type of the signature was changed", "what it says chooses nothing"),
    ("box", "1 seconds ahead", "no clock is that good: a minute ahead is let pass"),
    ("discord", "two hours old: Discord's own verifier has no window", "five minutes are enough for a delivery"),
    ("ecourtdate", "signed as JavaScript writes it again, 4", "half of a surrogate pair is no text"),
    ("lovable", "the time is a date", "its senders write numbers"),
    ("lovable", "the time is in ISO 8601", "its senders write numbers"),
    ("messagebird", "no token id", "it tells no event from another, so nothing reads it"),
    ("paypal", "the certificate is for another name", "whoever runs the endpoint has chosen the certificate"),
    ("qstash", "expired, correctly signed", "a minute of leeway for clocks that differ"),
    ("qstash", "not yet valid, correctly signed", "a minute of leeway for clocks that differ"),
    ("saleor", "b64 is not declared critical, as older servers send it", "RFC 7797 wants it declared"),
    ("segment", "of a batch the first event is signed", "nothing vouches for the other events"),
    ("sendgrid", "two hours old: SendGrid's own verifier has no window", "five minutes are enough for a delivery"),
];

#[test]
fn what_others_signed_is_accepted_and_what_they_refused_is_refused() {
    let mut wrong = Vec::new();
    let mut on_purpose = BTreeSet::new();
    for recipe in schemes::ALL {
        for vector in vector::of(recipe) {
            let verdict = vector.judge(recipe);
            if verdict.is_ok() == (vector.verdict == Verdict::Accepted) {
                continue;
            }
            if let Some(known) =
                ON_PURPOSE.iter().find(|(slug, name, _)| (*slug, *name) == (recipe.name(), &vector.name))
            {
                on_purpose.insert(known);
                continue;
            }
            let verdict = verdict.map(drop);
            wrong.push(format!("{} by {}: {}: {verdict:?}", recipe.name(), vector.made_by, vector.name));
        }
    }
    assert!(wrong.is_empty(), "{} vectors are judged wrongly:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(on_purpose.len(), ON_PURPOSE.len(), "an exception is no longer one");
}

#[test]
fn every_preset_is_proven_by_what_others_made() {
    let mut by_provider = 0;
    for recipe in schemes::ALL {
        let vectors = vector::of(recipe);
        let of = |verdict| vectors.iter().filter(move |vector| vector.verdict == verdict);
        assert!(of(Verdict::Accepted).count() > 0, "{}: nothing that others signed", recipe.name());
        assert!(of(Verdict::Refused).count() > 0, "{}: nothing that others refused", recipe.name());
        by_provider += usize::from(of(Verdict::Accepted).any(|vector| vector.evidence != Evidence::Independent));
    }
    println!("{}", table::evidence());
    assert!(schemes::ALL.len() >= 150, "{} presets", schemes::ALL.len());
    assert!(by_provider >= 60, "{by_provider} presets are proven by their provider");
}

#[test]
fn every_window_is_somebodys_choice() {
    for recipe in schemes::ALL {
        let provider = recipe.provider().unwrap();
        assert_eq!(provider.tolerance.is_some(), recipe.time_tolerances().is_some(), "{}", recipe.name());
        assert!(provider.documentation.starts_with("https://"), "{}", recipe.name());
    }
}

#[test]
fn every_file_of_vectors_is_read() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    for entry in std::fs::read_dir(directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_suffix(".json") else { continue };
        assert!(name == "message_signature" || schemes::by_name(name).is_some(), "{name} is no preset");
    }
}

#[test]
fn what_is_read_from_a_delivery_is_what_its_sender_wrote() {
    for recipe in schemes::ALL {
        for vector in vector::of(recipe) {
            if let Ok(event) = vector.event(recipe) {
                let expected = &vector.expect;
                let name = format!("{}: {}", recipe.name(), vector.name);
                if let (Some(expected), Some(timestamp)) = (expected.timestamp_ms, event.timestamp()) {
                    assert_eq!(timestamp.as_millis(), expected, "{name}");
                }
                if let (Some(expected), Some(kind)) = (&expected.kind, event.kind()) {
                    assert_eq!(kind, expected, "{name}");
                }
                if let (Some(expected), Some(id)) = (&expected.id, event.id()) {
                    assert_eq!(id, expected, "{name}");
                }
            }
        }
    }
}
