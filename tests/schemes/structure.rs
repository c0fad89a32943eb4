//! What the code of the schemes may not know.

use std::{fs, path::Path};

/// Schemes are pure functions: somebody calls them from a worker that has no tower, with the time as an argument.
#[test]
fn schemes_know_no_tower_no_clock_and_no_async() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schemes");
    let mut files = 0;
    let mut paths = vec![directory];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.replace("tower_webhook", "").replace("tower-webhook", "");
        for word in ["tower", "Clock", "async", "await", "SystemTime", "Instant", "tokio", "to_str()"] {
            assert!(!code.contains(word), "{word} in {}", path.display());
        }
        assert!(text.lines().count() <= 450, "{} is too long", path.display());
        files += 1;
    }
    assert!(files > 10);
}
