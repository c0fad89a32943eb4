//! Every preset as text, and read again.

use crate::fixture::{Fixture, NOT_SIGNED_HERE};
use tower_webhook::schemes::{self, Recipe, Scheme};

#[test]
fn what_is_signed_by_the_written_form_is_accepted_by_the_preset() {
    let mut written = 0;
    for recipe in schemes::ALL.iter().filter(|recipe| !NOT_SIGNED_HERE.contains(&recipe.name())) {
        let fixture = Fixture::of(recipe);
        let Ok(form) = fixture.recipe.signing_form() else { continue };
        written += 1;
        let text = serde_json::to_string(&form).unwrap();
        let read: Recipe = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(serde_json::to_string(&read.signing_form().unwrap()).unwrap(), text);
        let by_form = Fixture { recipe: read, ..fixture.clone() };
        let delivery = by_form.delivery();
        for judge in [&fixture, &by_form] {
            let verdict = judge.judge(&delivery);
            assert!(verdict.is_ok(), "{}: {:?}\n{text}", recipe.name(), verdict.err());
        }
    }
    assert!(written >= 120, "only {written} presets can be written");
}

#[test]
fn what_no_field_can_say_is_an_error_that_says_so() {
    let wrong = |recipe: &Recipe| recipe.signing_form().unwrap_err().to_string();
    assert_eq!(wrong(&schemes::HUBSPOT_V1), "`recipe` asks for more than a signature, in a way of this provider's own");
    assert_eq!(wrong(&schemes::SMILE_ID), "`settings.partner_id` is missing");
    #[cfg(feature = "public-key")]
    assert_eq!(wrong(&schemes::DISCORD), "`algorithm` is Ed25519, for which fields have no words");
}
