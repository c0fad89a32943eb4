//! A PostgreSQL for tests alone, that ends with them.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
};

/// Runs until it is dropped, or until this process ends in whichever way; then nothing is left of it.
pub(crate) struct PostgresServer {
    programs: PathBuf,
    directory: PathBuf,
    /// PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
    /// Stops the server when its standard input is closed.
    keeper: Child,
}

impl PostgresServer {
    /// One that the tests of this binary share, as long as one of them runs. `None`, said aloud, where there is none.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<PostgresServer>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// One of its own. `None`, said aloud, where there is none.
    pub(crate) fn start() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Some(programs) = programs() else {
            let missing = "no PostgreSQL to test with: `apt-get install postgresql-15`";
            assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{missing}");
            eprintln!("SKIPPED: {missing}");
            return None;
        };
        // Paths of sockets are short. In memory it is quick.
        let parent = [Path::new("/dev/shm"), Path::new("/tmp")].into_iter().find(|parent| parent.is_dir()).unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let directory = parent.join(format!("tower-webhook-{}-{number}", std::process::id()));
        fs::create_dir(&directory).unwrap();
        let root = fs::metadata("/proc/self").is_ok_and(|this| std::os::unix::fs::MetadataExt::uid(&this) == 0);
        let user = root.then(postgres_user);
        if let Some((user, group)) = user {
            chown(&directory, Some(user), Some(group)).unwrap();
        }
        let keep = r#"read -r _; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", keep, "sh"]).arg(programs.join("pg_ctl")).arg(&directory);
        as_user(&mut keeper, user);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Apart, so that what interrupts the tests does not interrupt it.
        let keeper = keeper.process_group(0).spawn().unwrap();
        let server = Self { programs, directory, user, keeper };
        let initial = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
        server.run("initdb", &initial);
        server.resume();
        Some(server)
    }

    /// Starts it, when it was stopped.
    pub(crate) fn resume(&self) {
        let log = self.directory.join("log").display().to_string();
        let options = format!("-k {} -c listen_addresses='' -c max_connections=300", self.directory.display());
        self.run("pg_ctl", &["-l", &log, "-w", "-o", &options, "start"]);
    }

    /// Stops it as a crash would.
    pub(crate) fn crash(&self) {
        self.run("pg_ctl", &["-m", "immediate", "-w", "stop"]);
    }

    /// Sends a signal to all its processes.
    pub(crate) fn signal(&self, signal: &str) {
        let file = fs::read_to_string(self.directory.join("data/postmaster.pid")).unwrap();
        let first = file.lines().next().unwrap();
        let all = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().unwrap();
        let all = String::from_utf8(all.stdout).unwrap();
        let children = all.lines().filter_map(|line| {
            let (child, parent) = line.trim().split_once(' ')?;
            (parent.trim() == first).then_some(child)
        });
        // Some may have ended meanwhile.
        let _ = Command::new("kill").args(["-s", signal, first]).args(children).stderr(Stdio::null()).status().unwrap();
    }

    /// The URL of a database, there or not.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.directory.display())
    }

    /// The URL of a new database.
    pub(crate) async fn database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("inbox_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE DATABASE {name}")).await;
        self.url(&name)
    }

    /// Executes statements in a database of this name.
    pub(crate) async fn execute(&self, database: &str, statements: &str) {
        execute(&self.url(database), statements).await;
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.arg("-D").arg(self.directory.join("data")).args(arguments);
        as_user(&mut command, self.user);
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
        let log = || fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        assert!(status.success(), "{program} {arguments:?}: {status}\n{}", log());
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Executes statements in the database of this URL.
pub(crate) async fn execute(url: &str, statements: &str) {
    let mut connection = connect(url).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

/// A connection to the database of this URL.
pub(crate) async fn connect(url: &str) -> sqlx::PgConnection {
    <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap()
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) {
    command.current_dir("/");
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
}

fn postgres_user() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let user = users.lines().find_map(|line| line.strip_prefix("postgres:")).unwrap();
    let mut fields = user.split(':').skip(1).map(|field| field.parse().unwrap());
    (fields.next().unwrap(), fields.next().unwrap())
}

/// Where its programs are: in the `PATH`, or where Debian puts them, the latest first.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    let mut places = std::env::split_paths(&path).chain(versions.into_iter().rev());
    places.find(|place| ["initdb", "pg_ctl", "postgres"].iter().all(|program| place.join(program).is_file()))
}
