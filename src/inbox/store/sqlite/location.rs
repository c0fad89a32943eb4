//! Where the file is, and who else has it open.

// The inbox needs Rust 1.94 as it is, for sqlx.
#![allow(clippy::incompatible_msrv)]

use super::InboxError;
use sqlx::sqlite::SqliteConnectOptions;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

#[derive(Debug)]
pub(super) enum Location {
    Memory,
    File { path: PathBuf, create: bool },
}

impl Location {
    pub(super) fn parse(url: &str) -> Result<Self, InboxError> {
        let refused = |reason: &'static str| InboxError::new(&marked(url), reason);
        let (path, create) = match url.strip_prefix("sqlite:") {
            None => (PathBuf::from(url), true),
            Some(":memory:" | "//:memory:") => return Ok(Self::Memory),
            Some(rest) => {
                let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
                let create = match query {
                    "" | "mode=rwc" => true,
                    "mode=rw" => false,
                    _ => return Err(refused("has a parameter that is neither `mode=rwc` nor `mode=rw`")),
                };
                // Decodes what is written with %.
                let decoded = format!("sqlite://{}", path.strip_prefix("//").unwrap_or(path));
                let decoded: SqliteConnectOptions =
                    decoded.parse().map_err(|_| refused("is not written as a URL should be"))?;
                (decoded.get_filename().to_owned(), create)
            }
        };
        let name = path.file_name().ok_or_else(|| refused("names no file"))?.to_owned();
        if path.is_dir() {
            return Err(refused("is a folder, not a file"));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder =
            folder.canonicalize().map_err(|error| refused("is in a folder that cannot be used").because(error))?;
        // One file has one lock, by whatever name it goes.
        let path = path.canonicalize().unwrap_or_else(|_| folder.join(name));
        Ok(Self::File { path, create })
    }
}

/// As it is shown in errors.
fn marked(url: &str) -> String {
    if url.starts_with("sqlite:") { url.to_owned() } else { format!("sqlite://{url}") }
}

/// Makes the file, for its owner alone: SQLite would let everybody read it. What SQLite writes beside it has the same
/// rights.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    private().append(true).open(path).map(drop)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// That this process has the file open, for others to see.
#[derive(Debug)]
pub(super) struct Presence {
    /// None in memory, where there are no others.
    lock: Option<File>,
    alone: bool,
}

/// How long opening it may take another process, in steps.
const PATIENCE: (u32, Duration) = (500, Duration::from_millis(20));

impl Presence {
    pub(super) const IN_MEMORY: Self = Self { lock: None, alone: true };

    pub(super) async fn in_file(url: &str, path: &Path) -> Result<Self, InboxError> {
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        let refused = |reason| InboxError::new(&marked(url), reason);
        let lock = private().append(true).open(lock);
        let lock = lock.map_err(|error| refused("cannot have a lock beside it").because(error))?;
        for _ in 0..PATIENCE.0 {
            let alone = match lock.try_lock() {
                Ok(()) => true,
                Err(TryLockError::WouldBlock) => false,
                // There are no locks here: others may be there.
                Err(TryLockError::Error(_)) => return Ok(Self { lock: None, alone: false }),
            };
            if alone || lock.try_lock_shared().is_ok() {
                return Ok(Self { lock: Some(lock), alone });
            }
            tokio::time::sleep(PATIENCE.1).await;
        }
        Err(refused("is being opened by another process, which does not come to an end"))
    }

    /// Nobody else has it open, nor can open it before [`settled`](Self::settled).
    pub(super) const fn is_alone(&self) -> bool {
        self.alone
    }

    /// What was left is dealt with: others may come.
    pub(super) async fn settled(self) -> io::Result<Self> {
        let Self { lock: Some(lock), alone: true } = self else { return Ok(self) };
        // Nothing is in hand here yet, so that it does no harm if another one is alone for a moment.
        lock.unlock()?;
        for _ in 0..PATIENCE.0 {
            if lock.try_lock_shared().is_ok() {
                return Ok(Self { lock: Some(lock), alone: false });
            }
            tokio::time::sleep(PATIENCE.1).await;
        }
        Err(io::Error::new(io::ErrorKind::WouldBlock, "another process does not come to an end of opening it"))
    }
}
