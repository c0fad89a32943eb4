//! The template parser.

use proptest::prelude::*;
use tower_webhook::schemes::Template;

#[test]
fn templates_say_what_is_wrong_and_where() {
    for (text, expected) in [
        ("", "holds no placeholder"),
        ("v0:", "holds no placeholder"),
        ("{{body}}", "holds no placeholder"),
        ("v0:{tiemstamp}.{body}", "unknown placeholder {tiemstamp} at byte 3; allowed are {body} {timestamp}"),
        ("{body", "`{` at byte 0 that is never closed"),
        ("{body}}", "`}` at byte 6 that closes nothing"),
        ("ü{}", "unknown placeholder {} at byte 2"),
        ("{header:}", "cannot be the name of a header"),
        ("{header:a b}", "cannot be the name of a header"),
        ("{query:}", "unknown placeholder {query:}"),
        ("{json:id}", "unknown placeholder {json:id}"),
        ("{json:/~2}", "unknown placeholder {json:/~2}"),
        ("{ body }", "unknown placeholder { body }"),
        (&"{id}.".repeat(9), "too many parts"),
    ] {
        let error = text.parse::<Template>().unwrap_err();
        assert_eq!(error.field(), "content");
        assert!(error.reason().contains(expected), "{text}: {error}");
    }
}

#[test]
fn templates_print_as_they_were_written() {
    for text in [
        "{body}",
        "{timestamp}.{body}",
        "v0:{timestamp}:{body}",
        "{id}.{timestamp}.{body}",
        "{method}\n{url}\n{path}?{query:data.id}\n{header:x-request-id}|{json:/a~1b/0}",
        "{{\"Body\": \"{body}\"}}",
    ] {
        assert_eq!(text.parse::<Template>().unwrap().to_string(), text);
    }
    assert_eq!("{header:X-Id}".parse::<Template>().unwrap().to_string(), "{header:x-id}");
    assert!("{body}".parse::<Template>().unwrap().covers_body());
    assert!(!"{timestamp}{json:/token}".parse::<Template>().unwrap().covers_body());
}

proptest! {
    #[test]
    fn the_parser_never_panics_and_reads_what_it_prints(text in "(\\{|\\}|body|id|json:/a|header:x|[a-z.:/~ü])*") {
        if let Ok(template) = text.parse::<Template>() {
            prop_assert_eq!(template.to_string().parse::<Template>().unwrap(), template);
        }
    }
}
