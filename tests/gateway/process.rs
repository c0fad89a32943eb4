//! A gateway that runs, until this is dropped.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

/// Nothing here takes a second on an idle machine; this is for one that is not.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until there is an answer.
fn patiently<T>(mut answer: impl FnMut() -> Option<T>) -> Option<T> {
    const MOMENT: Duration = Duration::from_millis(5);
    let moments = PATIENCE.as_millis() / MOMENT.as_millis();
    (0..moments).find_map(|_| {
        let answer = answer();
        if answer.is_none() {
            thread::sleep(MOMENT);
        }
        answer
    })
}

/// A folder of its own, until it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("gateway-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) struct Gateway {
    child: Child,
    pub(crate) address: String,
    /// Standard output after its first line.
    pub(crate) hints: Lines,
    pub(crate) log: Lines,
}

/// What was printed so far.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let kept = lines.clone();
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                kept.0.lock().unwrap().push(line);
            }
        });
        lines
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// The first line that has all of this in it, once it is there.
    pub(crate) fn wait_for(&self, parts: &[&str]) -> String {
        let has_all = |line: &String| parts.iter().all(|part| line.contains(part));
        let found = patiently(|| self.all().into_iter().find(has_all));
        found.unwrap_or_else(|| panic!("no line with {parts:?} in {:#?}", self.all()))
    }
}

/// Beside this test. A test alone is built without the examples, which would leave an old one, or none.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // …/target/debug/deps/gateway-1234
        let this = env::current_exe().unwrap();
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

fn command(folder: &Folder, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program());
    // Whatever secrets this machine has in its environment are none of the gateway's.
    command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).envs(variables.iter().copied());
    command.current_dir(&folder.0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Gateway {
    /// With this configuration, at any free port.
    pub(crate) fn start(folder: &Folder, config: &str) -> Self {
        Self::start_with(folder, config, &[])
    }

    pub(crate) fn start_with(folder: &Folder, config: &str, variables: &[(&str, &str)]) -> Self {
        folder.write("gateway.toml", config);
        let mut command = command(folder, variables);
        command.args(["--config", "gateway.toml"]);
        if !config.contains("listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        Self::run(&mut command)
    }

    /// Standard error and, after the first line, standard output lead nowhere.
    pub(crate) fn start_unheard(folder: &Folder) -> Self {
        let mut command = command(folder, &[]);
        let mut child = command.args(["--listen", "127.0.0.1:0"]).spawn().unwrap();
        drop(child.stderr.take());
        let mut first = [0; 64];
        let length = child.stdout.take().unwrap().read(&mut first).unwrap();
        let first = String::from_utf8_lossy(&first[..length]);
        let address = first.lines().next().and_then(|line| line.strip_prefix("listening on http://")).unwrap();
        let address = address.to_owned();
        Self { child, address, hints: Lines::default(), log: Lines::default() }
    }

    /// With the built-in configuration.
    pub(crate) fn start_as_in_the_readme(folder: &Folder) -> Self {
        Self::run(command(folder, &[]).args(["--listen", "127.0.0.1:0"]))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let log = Lines::of(child.stderr.take().unwrap());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let address = first.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("first line {first:?}, log {:#?}", log.all())).to_owned();
        Self { child, address, hints: Lines::of(stdout), log }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for it to end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let status = patiently(|| self.child.try_wait().unwrap());
        status.unwrap_or_else(|| panic!("it does not end: {:#?}", self.log.all()))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What becomes of a gateway that cannot start.
pub(crate) fn refused(folder: &Folder, config: &str, variables: &[(&str, &str)]) -> Output {
    folder.write("gateway.toml", config);
    let mut child = command(folder, variables).args(["--config", "gateway.toml"]).spawn().unwrap();
    if patiently(|| child.try_wait().unwrap()).is_none() {
        let _ = child.kill();
        panic!("it started:\n{config}");
    }
    child.wait_with_output().unwrap()
}
