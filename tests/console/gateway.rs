//! The gateway, started as its operator would.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Runs until it is dropped.
pub(crate) struct Gateway {
    child: Child,
    folder: PathBuf,
    pub(crate) url: String,
}

impl Gateway {
    pub(crate) fn start(config: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("console-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("gateway.toml"), config).unwrap();
        // Whatever secrets this machine has in its environment are none of the gateway's.
        let child = Command::new(binary())
            .args(["--config", "gateway.toml"])
            .current_dir(&folder)
            .env_clear()
            .env("TYLER_API_KEY", "pk_test_acme")
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut gateway = Self { child, folder, url: String::new() };
        let mut lines = BufReader::new(gateway.child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("it prints where it listens").unwrap();
        gateway.url = first.strip_prefix("listening on ").unwrap_or_else(|| panic!("{first}")).to_owned();
        // It may print more, and nobody else reads that.
        std::thread::spawn(move || lines.for_each(drop));
        gateway
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Built before, or now.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        // …/target/debug/deps/console-1234
        let this = std::env::current_exe().unwrap();
        let profile = this.parent().and_then(Path::parent).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--example", "gateway", "--all-features", "--quiet", "--target-dir"]);
        cargo.arg(profile.parent().unwrap()).current_dir(env!("CARGO_MANIFEST_DIR"));
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().unwrap().success(), "the gateway does not build");
        profile.join("examples").join("gateway")
    })
}
