//! What only the operator can decide: keys that come by handshake, and subscriptions.

use super::reply::{Deciding, Question, Reply};
use crate::secrets::Secret;
use http::Uri;
use std::{fmt, future::Future, sync::Arc, time::Duration};

/// What your callback says to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It is expected: answer it.
    Accept,
    /// It is not: refuse it.
    Refuse,
    /// It cannot be told right now: 503, so that the provider tries again.
    TryLater,
}

/// A key that came by handshake, for your key store.
///
/// Nothing proves who sent it: whoever can reach the endpoint can offer a key of their own. Accept one only while you wait
/// for it, at a URL that nobody can guess, and never over a key that is in use.
#[derive(Clone)]
pub struct OfferedKey {
    pub(super) secret: Secret,
    pub(super) uri: Uri,
}

impl OfferedKey {
    /// The key.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The URI it was sent to: what tells your subscriptions apart.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl fmt::Debug for OfferedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Tokens travel in queries.
        f.debug_struct("OfferedKey").field("path", &self.uri.path()).finish_non_exhaustive()
    }
}

/// What a WebSub hub is about to do, and asks whether you want it.
#[derive(Clone)]
pub struct SubscriptionIntent {
    pub(super) mode: SubscriptionMode,
    pub(super) topic: Box<str>,
    pub(super) lease: Option<Duration>,
    pub(super) uri: Uri,
}

/// What becomes of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionMode {
    /// The hub has refused it, or ended it. Nothing has to be confirmed; look whether it is true before you act on it.
    Denied,
    /// It begins, or goes on.
    Subscribe,
    /// It ends.
    Unsubscribe,
}

impl SubscriptionIntent {
    /// What becomes of it.
    #[must_use]
    pub const fn mode(&self) -> SubscriptionMode {
        self.mode
    }

    /// The topic's URL.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// For how long, if it begins.
    #[must_use]
    pub const fn lease(&self) -> Option<Duration> {
        self.lease
    }

    /// The URI that was asked: what tells your subscriptions apart.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl fmt::Debug for SubscriptionIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionIntent")
            .field("mode", &self.mode)
            .field("lease", &self.lease)
            .field("path", &self.uri.path())
            .finish_non_exhaustive()
    }
}

/// A verified request of Amazon SNS to confirm a subscription.
#[derive(Clone)]
pub struct SubscriptionConfirmation {
    pub(super) topic: Box<str>,
    pub(super) subscribe_url: Uri,
    pub(super) token: Box<str>,
}

impl SubscriptionConfirmation {
    /// The topic's ARN, one of those you named.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The URL to GET. It is `https`, and its host is that of SNS in the region of the topic.
    #[must_use]
    pub const fn subscribe_url(&self) -> &Uri {
        &self.subscribe_url
    }

    /// The token for the API's `ConfirmSubscription`, for those who would rather call that.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for SubscriptionConfirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL holds the token.
        f.debug_struct("SubscriptionConfirmation").field("topic", &self.topic).finish_non_exhaustive()
    }
}

/// A callback, its type forgotten.
pub(super) type Callback<T> = Arc<dyn Fn(T) -> Deciding + Send + Sync>;

pub(super) fn callback<T, F, A>(decide: F) -> Callback<T>
where
    F: Fn(T) -> A + Send + Sync + 'static,
    A: Future<Output = Decision> + Send + 'static,
{
    Arc::new(move |asked| Box::pin(decide(asked)))
}

/// Has `callback` decide about `asked`.
pub(super) fn question<T: 'static>(
    callback: &Callback<T>,
    asked: T,
    accepted: Reply,
    refused: Option<Reply>,
) -> Question {
    let callback = Arc::clone(callback);
    Question { ask: Box::new(move || callback(asked)), accepted, refused }
}
