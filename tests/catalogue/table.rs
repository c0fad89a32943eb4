//! The tables of providers in the README and in the guide are what the code says.
//!
//! `UPDATE_TABLES=1 cargo test --all-features --test catalogue tables` writes them.

use crate::vector::{self, Evidence, Verdict};
use std::{collections::BTreeSet, env, fs, path::Path, time::Duration};
use tower_webhook::schemes::{self, Recipe, Scheme, ToleranceSource};

const START: &str = "<!-- providers: generated, see tests/catalogue/table.rs -->\n";
const END: &str = "<!-- end of providers -->";

#[test]
fn tables_of_providers_are_up_to_date() {
    check("README.md", &short_table());
    check("src/guide/providers.md", &long_table());
}

fn check(file: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap_or_else(|| panic!("{file} has no place for the table"));
    let (found, after) = rest.split_once(END).unwrap_or_else(|| panic!("the table of {file} has no end"));
    if env::var_os("UPDATE_TABLES").is_some() {
        fs::write(path, format!("{before}{START}{table}{END}{after}")).unwrap();
    } else {
        assert!(
            found == table,
            "{file} is out of date: UPDATE_TABLES=1 cargo test --all-features --test catalogue tables"
        );
    }
}

fn short_table() -> String {
    let mut table = format!(
        "{}\n\n<details>\n<summary>All of them</summary>\n\n| preset | provider | proof | signed | window |\n|---|---|---|---|---|\n",
        evidence()
    );
    for recipe in schemes::ALL {
        let provider = recipe.provider().unwrap();
        table += &format!(
            "| `{}` | [{}]({}) | {} | {} | {} |\n",
            recipe.name(),
            provider.name,
            provider.documentation,
            recipe.proof_name(),
            content(recipe),
            window(recipe),
        );
    }
    table + "\n</details>\n\n"
}

fn long_table() -> String {
    let features = features();
    let mut table = format!(
        "{}\n\n| preset | provider | proof | signed | body covered | id | window, and whose choice | not covered | proven by | feature |\n|---|---|---|---|---|---|---|---|---|---|\n",
        evidence()
    );
    for recipe in schemes::ALL {
        let provider = recipe.provider().unwrap();
        let id = match (recipe.has_id(), recipe.signs_id()) {
            (true, true) => "signed",
            (true, false) => "not signed",
            (false, _) => "–",
        };
        let source = match provider.tolerance {
            Some(ToleranceSource::Documentation) => ", its documentation\u{2019}s",
            Some(ToleranceSource::Library) => ", its library\u{2019}s",
            Some(_) => ", ours",
            None => "",
        };
        let feature = features.iter().find(|(name, _)| name == recipe.name()).map_or("", |(_, feature)| feature);
        table += &format!(
            "| `{}` | [{}]({}) | {} | {} | {} | {id} | {}{source} | {} | {} | {feature} |\n",
            recipe.name(),
            provider.name,
            provider.documentation,
            recipe.proof_name(),
            content(recipe),
            if recipe.covers_body() { "yes" } else { "**no**" },
            window(recipe),
            provider.not_covered,
            kinds(recipe),
        );
    }
    table
}

fn content(recipe: &Recipe) -> String {
    let content = recipe.signed_content().to_string().replace('\n', "\\n").replace('|', "\\|");
    if content.is_empty() { "–".to_owned() } else { format!("`{content}`") }
}

fn window(recipe: &Recipe) -> String {
    let span = |span: Duration| match span.as_secs() {
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    };
    match recipe.time_tolerances() {
        Some((past, future)) if past == future => span(past),
        Some((past, future)) => format!("{} back, {} ahead", span(past), span(future)),
        None => "–".to_owned(),
    }
}

/// What accepting vectors of this preset were made by.
fn evidence_of(recipe: &Recipe) -> BTreeSet<Evidence> {
    let accepted = vector::of(recipe).into_iter().filter(|vector| vector.verdict == Verdict::Accepted);
    accepted.map(|vector| vector.evidence).collect()
}

fn kinds(recipe: &Recipe) -> String {
    let name = |evidence: &Evidence| match evidence {
        Evidence::Sdk => "its library",
        Evidence::Published => "published vectors",
        Evidence::Independent => "another implementation",
    };
    evidence_of(recipe).iter().map(name).collect::<Vec<_>>().join(", ")
}

/// How many presets there are, and what proves them.
pub(crate) fn evidence() -> String {
    let (mut library, mut published, mut by_provider, mut independent) = (0, 0, 0, 0);
    for recipe in schemes::ALL {
        let evidence = evidence_of(recipe);
        library += usize::from(evidence.contains(&Evidence::Sdk));
        published += usize::from(evidence.contains(&Evidence::Published));
        by_provider += usize::from(evidence.contains(&Evidence::Sdk) || evidence.contains(&Evidence::Published));
        independent += usize::from(evidence.contains(&Evidence::Independent));
    }
    format!(
        "{} presets, with all features. {by_provider} are proven by the provider: {library} by its own library, {published} by vectors that it \
         published. {independent} are proven by an independent implementation in another language.",
        schemes::ALL.len(),
    )
}

/// The presets that need a feature, and which.
fn features() -> Vec<(String, String)> {
    let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schemes/providers/mod.rs")).unwrap();
    let lines: Vec<_> = list.lines().map(str::trim).collect();
    let gated = lines.windows(2).filter_map(|lines| {
        let feature = lines[0].strip_prefix("#[cfg(feature = \"")?.strip_suffix("\")]")?;
        let (_, name) = lines[1].strip_suffix(';')?.split_once(": ")?;
        Some((name.to_ascii_lowercase(), format!("`{feature}`")))
    });
    gated.collect()
}
