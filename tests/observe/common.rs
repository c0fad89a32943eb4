//! An app behind an audit, whose handler does as the payload says.

use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use std::{
    convert::Infallible,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower::{ServiceBuilder, ServiceExt, util::BoxCloneSyncService};
use tower_webhook::{
    AuditLayer, Fresh, Handshake, MemoryReplayStore, Payload, PeerAddr, Secret, WebhookLayer,
    layers::audit::{AuditEntry, AuditSink, AuditWriter, QueuedSink},
    schemes, testing,
};

pub(crate) const SECRET: &str = "the secret of whoever sends";

pub(crate) type App = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

pub(crate) fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

/// GitHub's deliveries, and Dropbox's challenge.
pub(crate) fn app<K: AuditSink + Send + Sync + 'static>(audit: AuditLayer<K>) -> App {
    let webhook = WebhookLayer::builder(schemes::GITHUB, secret())
        .replay_store(MemoryReplayStore::new(1_000_000).unwrap())
        .handshake(Handshake::dropbox())
        .build()
        .unwrap();
    let handler = tower::service_fn(|request: Request<Payload<Fresh>>| async move {
        let payload = request.body().bytes().clone();
        match payload.split(|byte| *byte == b' ').next() {
            // As a panic does it, but without a message.
            Some(b"panic") => std::panic::resume_unwind(Box::new("as it was told")),
            Some(b"hang") => std::future::pending().await,
            Some(b"fail") => Ok(status(StatusCode::INTERNAL_SERVER_ERROR)),
            _ => Ok(status(StatusCode::ACCEPTED)),
        }
    });
    BoxCloneSyncService::new(ServiceBuilder::new().layer(audit).layer(webhook).service(handler))
}

fn status(status: StatusCode) -> Response<Body> {
    Response::builder().status(status).body(Body::empty()).unwrap()
}

/// Rightly signed.
pub(crate) fn delivery(payload: &str) -> Request<Body> {
    signed_with(&secret(), payload)
}

pub(crate) fn forged(payload: &str) -> Request<Body> {
    signed_with(&Secret::new("the secret of somebody else").unwrap(), payload)
}

fn signed_with(secret: &Secret, payload: &str) -> Request<Body> {
    let signing = testing::sign(&schemes::GITHUB, secret).uri("/hook?token=in-the-query").body(payload.to_owned());
    let mut request = signing.build().unwrap().map(|body| Body::new(body.map_err(|never| match never {})));
    request.headers_mut().insert("x-github-delivery", payload.replace(' ', "-").parse().unwrap());
    request.extensions_mut().insert(PeerAddr::new([192, 0, 2, 1].into()));
    request
}

/// As many requests, one after the other, each accepted.
pub(crate) async fn deliver(app: &App, count: usize) {
    for number in 0..count {
        let response = app.clone().oneshot(delivery(&format!("delivery {number}"))).await.unwrap();
        assert_eq!(response.status(), 202);
    }
}

/// Keeps what it is given.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<AuditEntry>>>);

impl Kept {
    pub(crate) fn entries(&self) -> MutexGuard<'_, Vec<AuditEntry>> {
        self.0.lock().unwrap()
    }
}

impl AuditWriter for Kept {
    fn write(&mut self, entries: &[AuditEntry]) -> io::Result<()> {
        assert!((1..=512).contains(&entries.len()));
        self.entries().extend_from_slice(entries);
        Ok(())
    }
}

/// A directory that is deleted with it.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("observe-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Sorted by name.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn lines(path: impl AsRef<Path>) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// Waits until the sink has got rid of so many entries, one way or the other.
pub(crate) fn settled(sink: &QueuedSink, count: u64) {
    let began = tokio::time::Instant::now();
    while sink.written() + sink.dropped() < count {
        assert!(began.elapsed() < Duration::from_secs(30), "{sink:?}");
        std::thread::yield_now();
    }
}
