//! From a URL to a store.

use super::{JobStore, sqlite::SqliteJobStore};
use std::{borrow::Cow, error::Error, fmt, sync::Arc};

/// Opens the store of this URL, and makes it if it is not there:
///
/// | URL | feature |
/// |---|---|
/// | `sqlite://inbox.db`, `sqlite:///var/lib/app/inbox.db`, `sqlite::memory:` | `inbox` |
/// | `postgres://…` | `inbox-postgres` |
/// | `redis://…` | `inbox-redis` |
///
/// ```
/// use tower_webhook::inbox::{Durability, store};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
///
/// // For a demo: gone with the process.
/// let store = store::open("sqlite::memory:").await?;
/// assert_eq!(store.durability(), Durability::Nothing);
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// When there is no such store, its feature is off, or it cannot be opened or does not keep what it is given.
pub async fn open(url: &str) -> Result<Arc<dyn JobStore>, InboxError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(SqliteJobStore::open(url).await?)),
        #[cfg(feature = "inbox-postgres")]
        Some("postgres" | "postgresql") => Ok(Arc::new(super::PostgresJobStore::open(url).await?)),
        #[cfg(not(feature = "inbox-postgres"))]
        Some("postgres" | "postgresql") => Err(missing(url, "inbox-postgres")),
        #[cfg(feature = "inbox-redis")]
        Some("redis" | "rediss" | "redis+unix") => Ok(Arc::new(super::redis::RedisJobStore::open(url).await?)),
        #[cfg(not(feature = "inbox-redis"))]
        Some("redis" | "rediss" | "redis+unix") => Err(missing(url, "inbox-redis")),
        _ => Err(InboxError::new(url, "is no store that is known: it must begin with sqlite:, postgres: or redis:")),
    }
}

#[cfg(not(all(feature = "inbox-postgres", feature = "inbox-redis")))]
fn missing(url: &str, feature: &str) -> InboxError {
    InboxError::new(url, format!("needs the feature `{feature}` of tower-webhook"))
}

/// A store that cannot be opened.
///
/// Names the store without user, password and query, so it may be logged.
#[derive(Clone, Debug)]
pub struct InboxError {
    store: String,
    reason: Cow<'static, str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl InboxError {
    /// `reason` continues a sentence that starts with the store.
    pub(crate) fn new(url: &str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { store: shown(url), reason: reason.into(), source: None }
    }

    /// With what went wrong underneath, which must name no secret either.
    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }
}

impl fmt::Display for InboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the inbox {} {}", self.store, self.reason)?;
        // Often the only line that is logged.
        self.source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
    }
}

impl Error for InboxError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What of a URL may be shown: a file as it is, of a server the scheme, the host and the path.
fn shown(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (plain, query) = url.split_at(end);
    if plain.starts_with("sqlite:") {
        return plain.to_owned();
    }
    let Some((scheme, rest)) = plain.split_once("://") else { return "of this URL".to_owned() };
    // Whoever forgot to encode a question mark in a password has its rest there.
    let host = if query.contains('@') { "…" } else { rest.rsplit_once('@').map_or(rest, |(_, host)| host) };
    format!("{scheme}://{host}")
}
