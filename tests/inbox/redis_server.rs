//! A Redis server of its own for a test: on a socket in a directory of its own, gone when the test is over.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use tokio::time::Instant;

pub(crate) const SAFE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

pub(crate) struct RedisServer {
    directory: PathBuf,
    settings: Vec<String>,
    process: Child,
}

impl RedisServer {
    /// With settings that keep everything. `None`, said aloud, where there is no Redis; not under CI, though.
    pub(crate) async fn safe() -> Option<Self> {
        Self::with(SAFE).await
    }

    pub(crate) async fn with(settings: &[&str]) -> Option<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        // Short: the path of a socket has a hundred bytes at most.
        let directory = std::env::temp_dir().join(format!("tw-redis-{}-{number}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let settings: Vec<_> = settings.iter().map(ToString::to_string).collect();
        match start(&directory, &settings) {
            Ok(process) => {
                let server = Self { directory, settings, process };
                server.answers().await;
                Some(server)
            }
            Err(error) => {
                fs::remove_dir_all(&directory).unwrap();
                let advice = "this test needs a Redis server: apt-get install redis-server";
                assert!(std::env::var("CI").is_err(), "{advice} ({error})");
                eprintln!("SKIPPED, {advice} ({error})");
                None
            }
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.directory.join("socket")
    }

    /// As if it were somebody else's hand at the server.
    pub(crate) async fn client(&self) -> redis::aio::MultiplexedConnection {
        redis::Client::open(self.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(crate) async fn start_again(&mut self) {
        self.process = start(&self.directory, &self.settings).unwrap();
        self.answers().await;
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.process.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
    }

    async fn answers(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        let client = redis::Client::open(self.url()).unwrap();
        loop {
            if let Ok(mut connection) = client.get_multiplexed_async_connection().await {
                let answer: Result<String, _> = redis::cmd("PING").query_async(&mut connection).await;
                if answer.is_ok() {
                    return;
                }
            }
            assert!(Instant::now() < deadline, "the Redis server does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn start(directory: &Path, settings: &[String]) -> std::io::Result<Child> {
    // The socket of one that was killed is still there.
    let _ = fs::remove_file(directory.join("socket"));
    Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--unixsocket", "socket", "--daemonize", "no", "--dir"])
        .arg(directory)
        .args(settings)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}
