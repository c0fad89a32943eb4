//! Keys from a database, remembered for a while.

use super::{
    Credentials, KeySource, KeySourceError,
    flight::{Cache, Course, Settings, SharedAnswer},
    source::digest,
};
use crate::{error::ConfigError, time::Monotonic};
use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

/// Asks whoever knows the keys: a database, a secret manager.
///
/// Closures from `Vec<u8>` to such a future implement it, which is what [`CachedKeySource::new`] takes. Implement it
/// yourself, for [`CachedKeySource::from_lookup`], to name the type.
pub trait KeyLookup: Send + Sync + 'static {
    /// The future of [`lookup`](Self::lookup).
    type Lookup: Future<Output = Result<Option<Credentials>, KeySourceError>> + Send + 'static;

    /// The keys for `selector`, the value of the scheme's key header; `None` if nobody has that key.
    ///
    /// The selector is up to 8 KiB of anything a header may hold, sent by anybody.
    fn lookup(&self, selector: &[u8]) -> Self::Lookup;
}

impl<F, Fut> KeyLookup for F
where
    F: Fn(Vec<u8>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Option<Credentials>, KeySourceError>> + Send + 'static,
{
    type Lookup = Fut;

    fn lookup(&self, selector: &[u8]) -> Fut {
        self(selector.to_vec())
    }
}

/// Looks keys up elsewhere and remembers the answers.
///
/// - One selector is looked up once at a time: whoever asks meanwhile waits for the same answer. The look-up is driven
///   by those who wait for it, and is dropped with the last of them.
/// - An answer counts for its [`ttl`](Self::ttl) from the moment the look-up began. "Nobody has that key" is an answer
///   too, with a [`negative_ttl`](Self::negative_ttl) and room of its own, so that made-up API keys neither reach your
///   database twice in a row nor push real ones out.
/// - Errors, time-outs and panics of the look-up are never remembered. The request ends with 503.
/// - Selectors are kept as SHA-256 digests, keys until the first look-up after they expired.
///
/// After a rotation call [`forget`](Self::forget) or [`clear`](Self::clear); otherwise a revoked key counts until its
/// `ttl` is over. Cloning it copies pointers; clones share what they remember. Needs a tokio runtime with its timer on.
///
/// ```
/// use std::{collections::HashMap, sync::Arc, time::Duration};
/// use tower_webhook::{CachedKeySource, Keyring, Secret, Tenant};
///
/// # struct Pool(HashMap<Vec<u8>, (String, String)>);
/// # impl Pool {
/// #     async fn partner(&self, api_key: &[u8]) -> Result<Option<(String, String)>, std::io::Error> {
/// #         Ok(self.0.get(api_key).cloned())
/// #     }
/// # }
/// # let pool = Arc::new(Pool(HashMap::new()));
/// use tower_webhook::secrets::KeySourceError;
///
/// let keys = CachedKeySource::new(move |api_key| {
///     let pool = Arc::clone(&pool);
///     async move {
///         let row = pool.partner(&api_key).await.map_err(KeySourceError::new)?;
///         let Some((id, secret)) = row else { return Ok(None) };
///         let keyring = Keyring::new(Secret::new(secret).map_err(KeySourceError::new)?);
///         Ok(Some(Tenant::new(id, keyring).map_err(KeySourceError::new)?.into()))
///     }
/// })
/// .ttl(Duration::from_secs(300))?
/// .lookup_timeout(Duration::from_millis(500))?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[must_use]
pub struct CachedKeySource<L> {
    lookup: Arc<L>,
    cache: Arc<Cache>,
}

impl<F, Fut> CachedKeySource<F>
where
    F: Fn(Vec<u8>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Option<Credentials>, KeySourceError>> + Send + 'static,
{
    /// Asks this closure, which gets the value of the scheme's key header.
    pub fn new(lookup: F) -> Self {
        Self::from_lookup(lookup)
    }
}

impl<L: KeyLookup> CachedKeySource<L> {
    /// Asks this.
    pub fn from_lookup(lookup: L) -> Self {
        Self { lookup: Arc::new(lookup), cache: Arc::new(Cache::new(Settings::default())) }
    }
}

/// Options. Each returns a source that remembers nothing yet: set them before you clone it.
impl<L> CachedKeySource<L> {
    /// How long keys count after they were looked up. 60 s unless set.
    ///
    /// # Errors
    ///
    /// When it is zero.
    pub fn ttl(self, ttl: Duration) -> Result<Self, ConfigError> {
        self.with("ttl", ttl.is_zero(), |settings| settings.ttl = ttl)
    }

    /// How long "nobody has that key" counts after it was looked up, and so how long a new API key may take to work if
    /// it was tried too early. 10 s unless set.
    ///
    /// # Errors
    ///
    /// When it is zero.
    pub fn negative_ttl(self, ttl: Duration) -> Result<Self, ConfigError> {
        self.with("negative_ttl", ttl.is_zero(), |settings| settings.negative_ttl = ttl)
    }

    /// How many selectors are remembered with their keys. 10,000 unless set. The oldest makes room for the next.
    ///
    /// # Errors
    ///
    /// When it is zero.
    pub fn capacity(self, selectors: usize) -> Result<Self, ConfigError> {
        self.with("capacity", selectors == 0, |settings| settings.capacity = selectors)
    }

    /// How many selectors are remembered as nobody's. 10,000 unless set, at some 150 bytes each. The oldest makes room
    /// for the next.
    ///
    /// # Errors
    ///
    /// When it is zero.
    pub fn negative_capacity(self, selectors: usize) -> Result<Self, ConfigError> {
        self.with("negative_capacity", selectors == 0, |settings| settings.negative_capacity = selectors)
    }

    /// How long one look-up may take; after that, all who wait for it get an error. 2 s unless set.
    ///
    /// # Errors
    ///
    /// When it is zero.
    pub fn lookup_timeout(self, timeout: Duration) -> Result<Self, ConfigError> {
        self.with("lookup_timeout", timeout.is_zero(), |settings| settings.lookup_timeout = timeout)
    }

    /// How many look-ups may be under way at once; one more fails immediately. 256 unless set.
    ///
    /// # Errors
    ///
    /// When it is zero.
    pub fn max_pending(self, lookups: usize) -> Result<Self, ConfigError> {
        self.with("max_pending", lookups == 0, |settings| settings.max_pending = lookups)
    }

    fn with(self, field: &'static str, is_zero: bool, change: impl FnOnce(&mut Settings)) -> Result<Self, ConfigError> {
        if is_zero {
            return Err(ConfigError::new(field, "must be more than zero"));
        }
        let mut settings = self.cache.settings;
        change(&mut settings);
        Ok(Self { lookup: self.lookup, cache: Arc::new(Cache::new(settings)) })
    }
}

/// Rotation.
impl<L> CachedKeySource<L> {
    /// Forgets every answer. Those of look-ups under way still go to whoever waits for them, and to nobody else.
    pub fn clear(&self) {
        self.cache.clear();
    }

    /// Forgets the answer for one selector, as [`clear`](Self::clear) does for all.
    pub fn forget(&self, selector: &[u8]) {
        self.cache.forget(&digest(selector));
    }
}

impl<L: KeyLookup> KeySource for CachedKeySource<L> {
    type Lookup = CachedLookup;

    fn lookup(&self, selector: Option<&[u8]>, now: Monotonic) -> CachedLookup {
        let Some(selector) = selector else { return CachedLookup { progress: Progress::Answered(Some(Ok(None))) } };
        let progress = match self.cache.course(digest(selector), now, &self.lookup, selector) {
            Course::Remembered(answer) => Progress::Answered(Some(Ok(answer))),
            Course::UnderWay(answer) => Progress::Waiting(answer),
            Course::TooMany => Progress::Answered(Some(Err(KeySourceError::new("too many look-ups are under way")))),
        };
        CachedLookup { progress }
    }
}

impl<L> Clone for CachedKeySource<L> {
    fn clone(&self) -> Self {
        Self { lookup: Arc::clone(&self.lookup), cache: Arc::clone(&self.cache) }
    }
}

impl<L> fmt::Debug for CachedKeySource<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CachedKeySource").field(&self.cache).finish()
    }
}

/// The future of a [`CachedKeySource`]: ready at once where the answer is remembered.
#[must_use = "futures do nothing unless they are awaited"]
pub struct CachedLookup {
    progress: Progress,
}

enum Progress {
    /// `None` once it was handed out.
    Answered(Option<Result<Option<Credentials>, KeySourceError>>),
    Waiting(SharedAnswer),
}

impl Future for CachedLookup {
    type Output = Result<Option<Credentials>, KeySourceError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &mut self.progress {
            Progress::Answered(answer) => {
                answer.take().unwrap_or_else(|| Err(KeySourceError::new("the answer was handed out before")))
            }
            Progress::Waiting(answer) => ready!(Pin::new(answer).poll(cx)),
        };
        self.progress = Progress::Answered(None);
        Poll::Ready(answer)
    }
}

impl fmt::Debug for CachedLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedLookup").finish_non_exhaustive()
    }
}
