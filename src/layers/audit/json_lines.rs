//! Entries as lines of JSON.

use super::{entry::AuditEntry, queue::AuditWriter};
use crate::error::ConfigError;
use file_rotate::{ContentLimit, FileRotate, compression::Compression, suffix::AppendCount};
use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

/// Writes entries into a file, one JSON object a line; for a [`QueuedSink`](super::QueuedSink).
///
/// A file that would become longer than 64 MiB is renamed (`audit.jsonl.1`, the next time `audit.jsonl.2`, …) and a new
/// one is begun; of 8 files the oldest is deleted. Only the owner may read them, on Unix. A file that somebody else
/// deletes or renames is begun anew. While it cannot be written, entries are dropped and counted.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tower_webhook::{AuditLayer, layers::audit::{JsonLines, QueuedSink}};
/// # use tower::{Layer, ServiceExt};
/// # use {http::{Request, Response}, std::convert::Infallible};
/// # let directory = std::env::temp_dir().join(format!("json-lines-{}", std::process::id()));
/// # let path = directory.join("audit.jsonl");
///
/// let file = JsonLines::open(&path)?.rotation(16 << 20, 4)?;
/// let sink = QueuedSink::new(file, 10_000)?;
/// let layer = AuditLayer::new(sink.clone()).route("github")?;
/// # let service = layer.layer(tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(()))));
/// # service.oneshot(Request::post("/hook").body(())?).await?;
///
/// // … a request later, when the server has ended:
/// sink.close();
/// let line = std::fs::read_to_string(&path)?;
/// assert!(line.starts_with(r#"{"at":"2"#) && line.ends_with("}\n"));
/// # std::fs::remove_dir_all(directory)?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct JsonLines {
    path: PathBuf,
    limit: u64,
    files: usize,
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    file: File,
    length: u64,
}

impl JsonLines {
    /// Appends to the file at `path`, which is made if it is not there, as is its directory.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let fails = |error| ConfigError::new("audit.path", format!("cannot be opened: {error}"));
        // Whoever changes the working directory does not move the file.
        let path = std::path::absolute(path).map_err(fails)?;
        let current = Current::open(&path).map_err(fails)?;
        Ok(Self { path, limit: 64 << 20, files: 8, current: Some(current) })
    }

    /// How long a file may become, in bytes, and how many there may be, the current one included; 64 MiB and 8 unless
    /// set.
    ///
    /// # Errors
    ///
    /// When a file would not hold one entry (1 KiB), or there is none but the current one.
    pub fn rotation(mut self, bytes: u64, files: usize) -> Result<Self, ConfigError> {
        if bytes < LONGEST_LINE {
            return Err(ConfigError::new("audit.rotation", "must let a file hold 1 KiB at least"));
        }
        if files < 2 {
            return Err(ConfigError::new(
                "audit.rotation",
                "must keep 2 files at least: the current one, and the last",
            ));
        }
        self.limit = bytes;
        self.files = files;
        Ok(self)
    }

    /// Writes whole lines, all into one file.
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let mut current = match self.current.take() {
            Some(current) if current.is_at(&self.path) => current,
            _ => Current::open(&self.path)?,
        };
        if current.length > 0 && current.length + lines.len() as u64 > self.limit {
            drop(current);
            self.rotate()?;
            current = Current::open(&self.path)?;
        }
        current.file.write_all(lines)?;
        current.length += lines.len() as u64;
        // After an error there is none: it is opened anew, which mends a line that was not ended.
        self.current = Some(current);
        Ok(())
    }

    /// Renames what there is. The crate that does it goes on where a file cannot be written, so it never writes any.
    fn rotate(&self) -> io::Result<()> {
        let renamed = catch_unwind(AssertUnwindSafe(|| {
            let suffixes = AppendCount::new(self.files - 1);
            let options = Some(appending());
            FileRotate::new(&self.path, suffixes, ContentLimit::None, Compression::None, options).rotate()
        }));
        // It takes for granted that nobody else renames files meanwhile.
        renamed.unwrap_or_else(|_| Err(io::Error::other("the audit files could not be renamed")))
    }
}

/// In bytes, with its end.
const LONGEST_LINE: u64 = 1025;

impl AuditWriter for JsonLines {
    fn write(&mut self, entries: &[AuditEntry]) -> io::Result<()> {
        let mut lines = Vec::with_capacity(entries.len() * 256);
        for entry in entries {
            let before = lines.len();
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
            // As many as one file holds.
            if lines.len() as u64 > self.limit {
                let rest = lines.split_off(before);
                self.append(&lines)?;
                lines = rest;
            }
        }
        self.append(&lines)
    }

    fn name(&self) -> &'static str {
        "json_lines"
    }
}

impl Current {
    fn open(path: &Path) -> io::Result<Self> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let mut file = appending().open(path)?;
        let mut length = file.metadata()?.len();
        if length > 0 {
            // A crash, or a disk that was full, may have left half a line.
            let mut last = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
                length += 1;
            }
        }
        Ok(Self { file, length })
    }

    /// Whether this is the file that is there.
    fn is_at(&self, path: &Path) -> bool {
        match (self.file.metadata(), fs::metadata(path)) {
            (Ok(ours), Ok(there)) => is_same(&ours, &there),
            _ => false,
        }
    }
}

#[cfg(unix)]
fn is_same(ours: &Metadata, there: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (ours.dev(), ours.ino()) == (there.dev(), there.ino())
}

/// Where an open file cannot be deleted or renamed, it is.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

fn appending() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
