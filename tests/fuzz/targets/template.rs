//! Arbitrary templates: refused with a reason, or read back the same from what they print.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_webhook::schemes::Template;

fuzz_target!(|text: &str| {
    if let Ok(template) = text.parse::<Template>() {
        let printed = template.to_string();
        assert_eq!(printed.parse::<Template>().unwrap().to_string(), printed);
    }
});
