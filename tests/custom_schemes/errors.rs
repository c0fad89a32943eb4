//! What is wrong in a text, and where.

use std::collections::HashMap;
use tower_webhook::{Recipe, schemes};

fn error_of(text: &str) -> String {
    toml::from_str::<Recipe>(text).expect_err(text).to_string()
}

/// The TOML of a sound recipe, with one thing replaced. All of them fail, each at the path and for the reason that
/// stands beside it.
#[test]
fn a_wrong_field_is_named_with_all_that_is_allowed() {
    let acme = "name = 'acme'\nsignature.header = 'x-sig'\n";
    let timed = "name = 'acme'\ncontent = '{timestamp}.{body}'\nsignature.header = 'x-sig'\n";
    let named = "name = 'acme'\n";
    let fields = "allowed are `name`, `algorithm`, `secret_encoding`, `signature`, `content`, `body_form`, \
                  `settings`, `timestamp`, `id`, `kind`, `key_header`, `public_origin`, `public_url`, \
                  `insecure_ambiguous_content`, `insecure_repeating_events`, `single_use_signature`, `preset`";
    let encodings = "must be one of `base64`, `base64_optional_padding`, `base64url`, `hex`, `hex_or_base64`";
    let places = "must have exactly one of `header`, `numbered_headers`, `query`, `json`, `form`";
    let times = "must have exactly one of `header`, `item`, `first_item`, `json`, `form`";
    let forms = "must be one of `as_received`, `json_stringify`, or a table with `gunzip_limit_bytes`";
    let secrets = "`sha1`, `utf8`, `utf8_after_second_dash`, or a table of one of `base64_after`, \
                   `base64_after_required`, `base64_after_or_utf8`";
    let placeholders = "allowed are {body} {timestamp} {id}";
    let preset_fields = "allowed are `preset`, `algorithm`, `timestamp`, `settings`, `public_origin`, `public_url`, \
                         `allow_base64`, `fixed_key`";
    for (start, text, path, reason) in [
        // The whole.
        ("", "", "name", "is missing"),
        (acme, "algoritm = 'hmac-sha256'", "algoritm", fields),
        (acme, "secret = 'whsec_abc'", "secret", "is no field of a recipe"),
        ("", "name = ' '\nsignature.header = 'x'", "name", "is empty"),
        ("", "name = 3", "name", "must be text, and is a whole number"),
        // The algorithm.
        (acme, "algorithm = 'sha256'", "algorithm", "must be one of `hmac-sha1`, `hmac-sha256`, `hmac-sha384`"),
        (acme, "algorithm = 'HMAC-SHA256'", "algorithm", "`keyed-sha1`, `keyed-sha256`, `token`"),
        (acme, "algorithm = ['hmac-sha256']", "algorithm", "must be text, and is a list"),
        (acme, "algorithm = 'keyed-sha256'", "content", "must hold {secret}"),
        (acme, "algorithm = 'token'\ncontent = '{body}'", "content", "must be there, unless a token"),
        // The secret.
        (acme, "secret_encoding = 'base32'", "secret_encoding", secrets),
        (acme, "secret_encoding = {}", "secret_encoding", "must have exactly one of `base64_after`"),
        (acme, "secret_encoding.base64_before = 'a'", "secret_encoding.base64_before", "allowed are `base64_after`"),
        (acme, "secret_encoding.base64_after = 1", "secret_encoding.base64_after", "must be text"),
        // Signatures.
        (named, "", "signature", "is missing"),
        (named, "signature = []", "signature", "has no place"),
        (named, "signature = 'x-sig'", "signature", "must be a table, and is text"),
        (named, "signature = {}", "signature", places),
        (named, "signature = { header = 'x', query = 'y' }", "signature", places),
        (named, "signature = { heder = 'x' }", "signature.heder", "allowed are `header`, `numbered_headers`, `count`"),
        (named, "signature = { header = 'x y' }", "signature.header", "cannot be the name of a header"),
        (named, "signature = { query = '' }", "signature.query", "is empty"),
        (named, "signature = { form = '' }", "signature.form", "is empty"),
        (named, "signature = { json = 'a' }", "signature.json", "is no JSON pointer such as `/data/id`"),
        (named, "signature = { json = '/a' }", "signature", "stands in the body, and the body is signed"),
        (named, "signature = { numbered_headers = 'x-{n}' }", "signature.count", "is missing"),
        (named, "signature = { numbered_headers = 'x-', count = 2 }", "signature.numbered_headers", "hold `{n}` once"),
        (named, "signature = { numbered_headers = 'x-{n}', count = 17 }", "signature.count", "must be at most 16"),
        (named, "signature = { numbered_headers = 'x-{n}', count = 0 }", "signature.count", "at least 1"),
        (named, "signature = { numbered_headers = 'x-{n}', count = '2' }", "signature.count", "must be a whole number"),
        (named, "signature = { header = 'x', count = 2 }", "signature.count", "goes with `numbered_headers` alone"),
        (named, "signature = { query = 'x', repeated = true }", "signature.repeated", "goes with `header` alone"),
        (named, "signature = { header = 'x', repeated = 1 }", "signature.repeated", "must be true or false"),
        (
            named,
            "signature = { header = 'x', prefix = 'a', optional_prefix = 'b' }",
            "signature.optional_prefix",
            "cannot stand beside `prefix`",
        ),
        (named, "signature = { header = 'x', prefix = 1 }", "signature.prefix", "must be text"),
        (named, "signature = { header = 'x', list = '|' }", "signature.list", "must be among `,`, `;`, `&`"),
        (named, "signature = { header = 'x', positional = ', ' }", "signature.positional", "must be one character"),
        (named, "signature = { header = 'x', positional = '|' }", "signature.positional", "must be among `,`, `;`"),
        (named, "signature = { header = 'x', positional = ',' }", "timestamp", "must be the first item"),
        (
            named,
            "signature = { header = 'x', list = ',', positional = ',' }",
            "signature.positional",
            "cannot stand beside `list`",
        ),
        (named, "signature = { header = 'x', items = 'v1' }", "signature.items", "must be a table, and is text"),
        (named, "signature = { header = 'x', items = {} }", "signature.items.separators", "is missing"),
        (
            named,
            "signature = { header = 'x', items = { separator = ',' } }",
            "signature.items.separator",
            "allowed are `separators`, `assign`, `labels`",
        ),
        (
            named,
            "signature = { header = 'x', items = { separators = '|', assign = '=', labels = ['v1'] } }",
            "signature.items.separators",
            "must be among `,`, `;`, `&`",
        ),
        (
            named,
            "signature = { header = 'x', items = { separators = ',', assign = ':', labels = ['v1'] } }",
            "signature.items.assign",
            "must have `=` or `,` after a label",
        ),
        (
            named,
            "signature = { header = 'x', items = { separators = ',', assign = '=', labels = [] } }",
            "signature.items.labels",
            "must be the labels of signatures",
        ),
        (
            named,
            "signature = { header = 'x', items = { separators = ',', assign = '=', labels = ['v1', 2] } }",
            "signature.items.labels[1]",
            "must be text",
        ),
        (named, "signature = { header = 'x', encoding = 'base32' }", "signature.encoding", encodings),
        (
            named,
            "[[signature]]\nheader = 'x'\n[[signature]]\nheader = 'y'\nencoding = 'Hex'",
            "signature[1].encoding",
            encodings,
        ),
        // What is signed.
        (acme, "content = '{time}.{body}'", "content", placeholders),
        (acme, "content = 'body'", "content", placeholders),
        (acme, "content = '{body'", "content", "has a `{` at byte 0 that is never closed"),
        (acme, "content = '{header:x y}'", "content", "cannot be the name of a header"),
        (acme, "content = '{id}{body}'\nid.header = 'x-id'", "content", "has {id} and {body} side by side"),
        (acme, "content = '{timestamp}.{body}'", "content", "holds {timestamp}, and the timestamp has no place"),
        (acme, "content = '{url}'", "public_origin", "is not set, and {url} is signed"),
        (acme, "content = '{setting:a}.{body}'", "settings.a", "is missing, and the content names it"),
        (acme, "content = '{setting:a}.{body}'\nsettings.b = 'c'", "settings.b", "allowed are `a`"),
        (acme, "content = '{setting:a}.{body}'\nsettings.a = ''", "settings.a", "is empty"),
        (acme, "content = '{setting:name}.{body}'", "settings.name", "is missing"),
        (acme, "settings.a = 'b'", "settings.a", "is no setting of `acme`; there is none"),
        (acme, "settings = 'a'", "settings", "must be a table, and is text"),
        (acme, "body_form = 'JSON.stringify'", "body_form", forms),
        (acme, "body_form = 3", "body_form", "must be text"),
        (acme, "body_form = { gunzip = 1 }", "body_form.gunzip", "allowed are `gunzip_limit_bytes`"),
        (acme, "insecure_ambiguous_content = 'yes'", "insecure_ambiguous_content", "must be true or false"),
        (acme, "insecure_repeating_events = 1", "insecure_repeating_events", "must be true or false"),
        (acme, "single_use_signature = 1", "single_use_signature", "must be true or false"),
        // The time.
        (timed, "timestamp = {}", "timestamp", times),
        (timed, "timestamp = { header = 'a', item = 'b' }", "timestamp", times),
        (timed, "timestamp = 'x-time'", "timestamp", "must be a table, and is text"),
        (timed, "timestamp = { tolerance = 3 }", "timestamp.tolerance", "`unit`, `quoted`, `tolerance_seconds`"),
        (timed, "timestamp = { header = '' }", "timestamp.header", "cannot be the name of a header"),
        (timed, "timestamp = { json = 'at' }", "timestamp.json", "is no JSON pointer"),
        (timed, "timestamp = { item = '' }", "timestamp.item", "is empty"),
        (timed, "timestamp = { item = 't' }", "timestamp", "is an item, and no signature header has items"),
        (timed, "timestamp = { form = '' }", "timestamp.form", "is empty"),
        (timed, "timestamp = { first_item = false }", "timestamp.first_item", "must be true, or not be there"),
        (
            timed,
            "timestamp = { header = 'x-time', unit = 's' }",
            "timestamp.unit",
            "must be one of `http_date`, `milliseconds`, `rfc3339`, `rfc3339_optional_offset`, `seconds`, \
             `seconds_or_milliseconds`",
        ),
        (timed, "timestamp = { header = 'x', quoted = true }", "timestamp.quoted", "goes with `json` alone"),
        (
            timed,
            "timestamp = { header = 'x', tolerance_seconds = 0 }",
            "timestamp.tolerance_seconds",
            "must be a whole number, at least 1",
        ),
        (
            timed,
            "timestamp = { header = 'x', tolerance_seconds = -5 }",
            "timestamp.tolerance_seconds",
            "must be a whole number, at least 1",
        ),
        (
            timed,
            "timestamp = { header = 'x', tolerance_seconds = '5m' }",
            "timestamp.tolerance_seconds",
            "must be a whole number, and is text; or a table of `past` and `future`",
        ),
        (
            timed,
            "timestamp = { header = 'x', tolerance_seconds = { past = 5 } }",
            "timestamp.tolerance_seconds.future",
            "is missing",
        ),
        (
            timed,
            "timestamp = { header = 'x', tolerance_seconds = { past = 5, future = 0 } }",
            "timestamp.tolerance_seconds.future",
            "at least 1",
        ),
        (
            timed,
            "timestamp = { header = 'x', tolerance_seconds = { before = 5 } }",
            "timestamp.tolerance_seconds.before",
            "allowed are `past`, `future`",
        ),
        (acme, "timestamp.header = 'x-time'", "timestamp", "is no part of the signed content"),
        // Id and type.
        (acme, "id = '/id'", "id", "must be a table, and is text"),
        (acme, "id = { signed = true }", "id", "must have exactly one of `header`, `json`, `form`"),
        (acme, "id = { json = 'id' }", "id.json", "is no JSON pointer"),
        (acme, "id = { pointer = '/id' }", "id.pointer", "allowed are `header`, `json`, `form`, `signed`"),
        (acme, "id = { header = 'x-id', signed = true }", "id", "is said to be signed"),
        (acme, "kind = { header = 'x y' }", "kind.header", "cannot be the name of a header"),
        (acme, "kind = { form = '' }", "kind.form", "is empty"),
        (acme, "kind = { json = '/type', signed = 'yes' }", "kind.signed", "must be true or false"),
        // The rest.
        (acme, "key_header = 'x y'", "key_header", "cannot be the name of a header"),
        (acme, "public_origin = '/path'", "public_origin", "must be a scheme, a host"),
        (acme, "public_url = '/path'", "public_url", "must be a whole URL"),
        (
            acme,
            "public_origin = 'https://a'\npublic_url = 'https://a/b'",
            "public_url",
            "cannot stand beside `public_origin`",
        ),
        // Presets.
        ("", "preset = 'strip'", "preset", "`stripe`, "),
        ("", "preset = 1", "preset", "must be text"),
        ("", "preset = 'stripe'\ncontent = '{body}'", "content", preset_fields),
        ("", "preset = 'stripe'\nname = 'mine'", "name", "is no field of a recipe with a `preset`"),
        ("", "preset = 'stripe'\ntimestamp.item = 't'", "timestamp.item", "allowed are `tolerance_seconds`"),
        (
            "",
            "preset = 'stripe'\ntimestamp.tolerance_seconds = 0",
            "timestamp.tolerance_seconds",
            "must be a whole number, at least 1",
        ),
        (
            "",
            "preset = 'github'\ntimestamp.tolerance_seconds = 5",
            "timestamp.tolerance_seconds",
            "means nothing here: no time is signed",
        ),
        ("", "preset = 'stripe'\nalgorithm = 'token'", "algorithm", "does not go with this preset: `content` must"),
        ("", "preset = 'stripe'\nalgorithm = 'rot13'", "algorithm", "must be one of `hmac-sha1`"),
        ("", "preset = 'stripe'\nsettings.a = 'b'", "settings.a", "is no setting of `stripe`; there is none"),
        ("", "preset = 'stripe'\nallow_base64 = 'yes'", "allow_base64", "must be true or false"),
        ("", "preset = 'stripe'\nfixed_key = 'yes'", "fixed_key", "must be true or false"),
        ("", "preset = 'stripe'\npublic_origin = 'a'", "public_origin", "must be a scheme, a host"),
    ] {
        let text = format!("{start}{text}");
        let expected = format!("{path}: ");
        let said = error_of(&text);
        assert!(said.starts_with(&expected) && said.contains(reason), "{text}\n=> {said}\nnot {expected}…{reason}…");
        // JSON says the same, since it is the recipe that speaks.
        let value: toml::Value = toml::from_str(&text).unwrap();
        let in_json = serde_json::from_str::<Recipe>(&serde_json::to_string(&value).unwrap()).unwrap_err();
        assert_eq!(in_json.to_string(), said.trim_end(), "{text}");
    }
}

#[test]
fn an_unknown_preset_is_told_all_of_them() {
    let said = error_of("preset = 'acme'");
    for recipe in schemes::ALL {
        use tower_webhook::Scheme;
        assert!(said.contains(&format!("`{}`", recipe.name())), "{said}");
    }
}

#[test]
fn what_is_no_recipe_at_all_is_refused() {
    for text in ["3", "\"stripe\"", "[]", "null", "true", "1.5"] {
        let said = serde_json::from_str::<Recipe>(text).unwrap_err().to_string();
        assert!(said.starts_with("recipe: must be a table, and is "), "{said}");
    }
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    for (text, path) in [
        (r#"{"name":"a","name":"b","signature":{"header":"x"}}"#, "name"),
        (r#"{"name":"a","signature":{"header":"x","header":"y"}}"#, "signature.header"),
    ] {
        let said = serde_json::from_str::<Recipe>(text).unwrap_err().to_string();
        assert_eq!(said, format!("{path}: is there twice"));
    }
}

/// Somebody will put the secret where its encoding belongs.
#[test]
fn no_value_is_repeated_where_a_secret_could_stand() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for text in [
        format!("secret_encoding = '{secret}'"),
        format!("secret = '{secret}'"),
        format!("algorithm = '{secret}'"),
        format!("secret_encoding.{secret} = 1").replace(secret, "base64_afer"),
        format!("secret_encoding = ['{secret}']"),
    ] {
        let text = format!("name = 'acme'\nsignature.header = 'x-sig'\n{text}");
        assert!(!error_of(&text).contains(secret), "{}", error_of(&text));
    }
}

#[test]
fn in_a_larger_file_the_path_goes_on_from_the_recipe() {
    let text = "[acme]\nname = 'acme'\nsignature = { header = 'x', encoding = 'hexx' }";
    let said = toml::from_str::<HashMap<String, Recipe>>(text).unwrap_err().to_string();
    assert!(said.contains("signature.encoding: must be one of `base64`"), "{said}");
    assert!(said.contains("line 1") && said.contains("[acme]"), "and TOML says in which one: {said}");
}

/// Run by `cargo test --features serde,testing`.
#[test]
fn what_another_feature_brings_is_said_with_its_name() {
    let acme = "name = 'acme'\nsignature.header = 'x-sig'\n";
    for (there, text, path, feature) in [
        (cfg!(feature = "insecure-md5"), "algorithm = 'insecure-hmac-md5'", "algorithm", "insecure-md5"),
        (cfg!(feature = "keccak"), "algorithm = 'keyed-keccak256'\ncontent = '{body}{secret}'", "algorithm", "keccak"),
        (cfg!(feature = "gzip"), "body_form = { gunzip_limit_bytes = 1 }", "body_form.gunzip_limit_bytes", "gzip"),
    ] {
        let read = toml::from_str::<Recipe>(&format!("{acme}{text}")).map(drop).map_err(|error| error.to_string());
        let expected = format!("{path}: needs the feature `{feature}` of this crate\n");
        assert_eq!(read, if there { Ok(()) } else { Err(expected) });
    }
}
