//! Back ends of apalis that take in events.

use super::{
    endpoint::Endpoint,
    event::InboxEvent,
    store::{EventSink, PushTerms, Pushed, StoreFuture},
};
use crate::stores::StoreError;
use apalis_core::{
    backend::{Backend, TaskSink, TaskSinkError, finalize::Durable},
    task::builder::TaskBuilder,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{
    any::type_name,
    borrow::Cow,
    fmt,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

/// Stores events in a back end of apalis 1.0, as tasks with an [`InboxEvent`] as their argument.
///
/// For back ends that are no [`JobStore`](super::JobStore), and for workers of apalis' own. The idempotency key is the
/// [`JobId`](super::JobId). All that is promised then is what the back end does: [`InboxWorker`](super::InboxWorker),
/// status, order, re-drive and the bounds of an [`Inbox`](super::Inbox) need a job store. What that is with a used key:
/// apalis-sqlite swallows the push, apalis-postgres returns an error ([`duplicate_if`](Self::duplicate_if)),
/// apalis-redis stores it again, unless an `idempotency_ttl` is set, and apalis-amqp stores it again and does not wait
/// until the broker has it.
///
/// `K` is the kind of the back end: durable, unless it is told apart.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use apalis_sqlite::SqliteStorage;
/// use axum::{Router, routing::post};
/// use tower_webhook::{InboxEvent, Secret, WebhookLayer, inbox::ApalisSink, schemes};
///
/// # let file = std::env::temp_dir().join(format!("tower-webhook-sink-{}.db", std::process::id()));
/// # let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
/// # let pool = sqlx::SqlitePool::connect_with(options).await?;
/// // Not `setup`: it turns off what makes SQLite survive a power cut.
/// SqliteStorage::<()>::migrations().run(&pool).await?;
/// let sink = ApalisSink::new(SqliteStorage::<InboxEvent>::new(&pool));
///
/// let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).build()?;
/// let app: Router = Router::new().route("/", post(sink.endpoint("github")).route_layer(layer));
/// # pool.close().await; std::fs::remove_file(file)?;
/// # Ok(()) }
/// ```
pub struct ApalisSink<B: Backend, K = Durable> {
    // A clone of it is what pushes. It need not be `Sync`.
    backend: Mutex<B>,
    is_duplicate: IsDuplicate<B>,
    kind: PhantomData<fn() -> K>,
}

type IsDuplicate<B> = Arc<dyn Fn(&TaskSinkError<<B as Backend>::Error>) -> bool + Send + Sync>;

impl<B, K> ApalisSink<B, K>
where
    B: TaskSink<InboxEvent, K> + Clone + Send + 'static,
    K: 'static,
{
    /// Pushes to `backend`.
    #[must_use]
    pub fn new(backend: B) -> Self {
        Self { backend: Mutex::new(backend), is_duplicate: Arc::new(|_| false), kind: PhantomData }
    }

    /// Which errors say that there is a task with this idempotency key: such an event is acknowledged as known.
    #[must_use]
    pub fn duplicate_if(
        mut self,
        is_duplicate: impl Fn(&TaskSinkError<B::Error>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.is_duplicate = Arc::new(is_duplicate);
        self
    }

    /// Takes in events under this name, as [`Inbox::endpoint`](super::Inbox::endpoint) does.
    pub fn endpoint(self, name: impl Into<Arc<str>>) -> Endpoint {
        Endpoint::into_sink(name, Arc::new(self))
    }
}

impl<B, K> EventSink for ApalisSink<B, K>
where
    B: TaskSink<InboxEvent, K> + Clone + Send + 'static,
    K: 'static,
{
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        let mut backend = self.backend.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Its id is left to the back end: SQLite takes a used id for an error, before it looks at the key.
        let task = TaskBuilder::new(event.clone())
            .idempotency_key(event.job().as_str())
            .max_attempts(usize::try_from(terms.attempts).unwrap_or(usize::MAX))
            .build();
        Box::pin(async move {
            match backend.push_task(task).await {
                Ok(()) => Ok(Pushed::New),
                Err(error) if (self.is_duplicate)(&error) => Ok(Pushed::Known),
                Err(error) => Err(StoreError::failed(error)),
            }
        })
    }
}

impl<B: Backend, K> fmt::Debug for ApalisSink<B, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApalisSink").field("backend", &type_name::<B>()).finish_non_exhaustive()
    }
}

/// The [bytes](InboxEvent::to_bytes), in Base64: what the codecs of back ends write.
impl Serialize for InboxEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for InboxEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let bytes = STANDARD.decode(&*text).map_err(|_| D::Error::custom("an event that is not Base64"))?;
        Self::from_bytes(bytes).map_err(D::Error::custom)
    }
}
