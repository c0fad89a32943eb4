//! Caps what is in flight: the excess is turned away at once instead of queueing.
//!
//! * Needs: any body; [`ClientIpLayer`](crate::ClientIpLayer) above it for a share per client.
//! * Rejects with: `overloaded` (503, with `Retry-After`), also when the inner service is not ready, or was not
//!   asked (`poll_ready`) before the call.
//!
//! A request takes its place when it is called, not when its service is polled ready as with tower's own concurrency
//! limit: instances that sit idle, one for each connection perhaps, must not use up the cap.
//!
//! The cap alone can be taken by one client that keeps its requests waiting, byte by byte of a body.
//! [`per_client`](InFlightLimitLayer::per_client) leaves the others their places.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use std::convert::Infallible;
//! use tower::{Service, ServiceBuilder, ServiceExt};
//! use tower_webhook::InFlightLimitLayer;
//!
//! let service = ServiceBuilder::new()
//!     .layer(InFlightLimitLayer::new(1)?)
//!     .service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Bytes::new())));
//!
//! let mut first = service.clone();
//! let in_flight = ServiceExt::<Request<()>>::ready(&mut first).await?.call(Request::new(()));
//! let refused = service.clone().oneshot(Request::new(())).await?;
//! assert_eq!(refused.status(), 503);
//! assert_eq!(refused.headers()["retry-after"], "1");
//!
//! assert_eq!(in_flight.await?.status(), 200);
//! assert_eq!(service.oneshot(Request::new(())).await?.status(), 200);
//! # Ok(()) }
//! ```

use super::{future::ResponseFuture, rate_limit::checked_ipv6_prefix, respond::respond};
use crate::{
    error::ConfigError,
    net::ClientIp,
    observe::{self, Started},
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
};
use http::{Extensions, Request, Response};
use pin_project_lite::pin_project;
use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    future::Future,
    hash::{BuildHasher, Hasher, RandomState},
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::Semaphore;
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`InFlightLimit`]. Every service it makes shares the one cap. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct InFlightLimitLayer<R = ProblemJson> {
    places: Places,
    respond: R,
}

/// Middleware that caps what is in flight. See the [module](self).
pub struct InFlightLimit<S, R = ProblemJson> {
    inner: S,
    places: Places,
    ready: bool,
    respond: R,
}

#[derive(Clone)]
struct Places {
    taken: Arc<Mutex<Taken>>,
    maximum: usize,
    /// How many of them one client may take.
    per_client: Option<usize>,
    ipv6_prefix: u8,
}

#[derive(Default)]
struct Taken {
    places: usize,
    /// Who has how many. Nobody is in it who has none, so it is no longer than the cap.
    of_client: HashMap<u128, usize, Seeds>,
}

/// Spreads networks, which their owners choose, by numbers that they do not know. What collides in spite of that is no
/// longer than the cap.
#[derive(Clone)]
struct Seeds([u64; 2]);

impl Default for Seeds {
    fn default() -> Self {
        let random = RandomState::new();
        Self([0, 1].map(|seed| random.hash_one(seed)))
    }
}

impl BuildHasher for Seeds {
    type Hasher = Spread;

    fn build_hasher(&self) -> Spread {
        Spread { seeds: self.0, hash: 0 }
    }
}

struct Spread {
    seeds: [u64; 2],
    hash: u64,
}

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.hash
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u128((*byte).into());
        }
    }

    fn write_u128(&mut self, network: u128) {
        let [first, second] = self.seeds;
        let product = u128::from(network as u64 ^ first) * u128::from((network >> 64) as u64 ^ second);
        self.hash = self.hash.rotate_left(1) ^ (product >> 64) as u64 ^ product as u64;
    }
}

impl InFlightLimitLayer {
    /// At most `maximum` requests at a time.
    ///
    /// # Errors
    ///
    /// When it is 0, or more than [`Semaphore::MAX_PERMITS`].
    pub fn new(maximum: usize) -> Result<Self, ConfigError> {
        if !(1..=Semaphore::MAX_PERMITS).contains(&maximum) {
            return Err(ConfigError::new("in_flight", "must be at least 1, and not astronomical"));
        }
        let places = Places { taken: Arc::default(), maximum, per_client: None, ipv6_prefix: 64 };
        Ok(Self { places, respond: ProblemJson })
    }
}

impl<R> InFlightLimitLayer<R> {
    /// At most this many of the places for one client: one IPv4 address, one IPv6 network of 64 bits. Requests without
    /// a [`ClientIp`] have the cap alone.
    ///
    /// If all your deliveries come from one address, this is the cap that counts.
    ///
    /// # Errors
    ///
    /// When it is 0, or more than the cap.
    pub fn per_client(mut self, maximum: usize) -> Result<Self, ConfigError> {
        if !(1..=self.places.maximum).contains(&maximum) {
            return Err(ConfigError::new("in_flight_per_client", "must be at least 1, and not more than the cap"));
        }
        self.places.per_client = Some(maximum);
        Ok(self)
    }

    /// How many bits of an IPv6 address name a client; 64 unless set.
    ///
    /// # Errors
    ///
    /// When it is not from 1 to 128.
    pub fn ipv6_prefix(mut self, bits: u8) -> Result<Self, ConfigError> {
        self.places.ipv6_prefix = checked_ipv6_prefix(bits)?;
        Ok(self)
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<T>(self, respond: T) -> InFlightLimitLayer<T> {
        InFlightLimitLayer { places: self.places, respond }
    }
}

impl<S, R: Clone> Layer<S> for InFlightLimitLayer<R> {
    type Service = InFlightLimit<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        InFlightLimit { inner, places: self.places.clone(), ready: false, respond: self.respond.clone() }
    }
}

impl Places {
    /// `None` if there is none left, or none for this client.
    fn take(&self, extensions: &Extensions) -> Option<Place> {
        let share = self.per_client.zip(extensions.get::<ClientIp>());
        let share = share.map(|(maximum, client)| (maximum, network(client.ip(), self.ipv6_prefix)));
        let mut taken = lock(&self.taken);
        if taken.places >= self.maximum {
            return None;
        }
        if let Some((maximum, client)) = share {
            let places = taken.of_client.entry(client).or_insert(0);
            if *places >= maximum {
                return None;
            }
            *places += 1;
        }
        taken.places += 1;
        Some(Place { taken: Arc::clone(&self.taken), client: share.map(|(_, client)| client) })
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An IPv4 address as it is mapped into IPv6, where no [`ClientIp`] is.
fn network(client: IpAddr, ipv6_prefix: u8) -> u128 {
    match client {
        IpAddr::V4(client) => client.to_ipv6_mapped().to_bits(),
        IpAddr::V6(client) => client.to_bits() & !u128::MAX.checked_shr(ipv6_prefix.into()).unwrap_or(0),
    }
}

/// Taken until it is dropped.
struct Place {
    taken: Arc<Mutex<Taken>>,
    client: Option<u128>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.places -= 1;
        if let Some(Entry::Occupied(mut places)) = self.client.map(|client| taken.of_client.entry(client)) {
            *places.get_mut() -= 1;
            if *places.get() == 0 {
                places.remove();
            }
        }
    }
}

impl<S, R, B, ResBody> Service<Request<B>> for InFlightLimit<S, R>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<InFlight<S::Future>, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.ready = self.inner.poll_ready(cx)?.is_ready();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if std::mem::take(&mut self.ready)
            && let Some(place) = self.places.take(request.extensions())
        {
            return ResponseFuture::called(InFlight { future: self.inner.call(request), place });
        }
        let rejection = Rejection::new(RejectionKind::Overloaded).retry_after(Duration::from_secs(1));
        observe::rejected(&rejection, None, request.extensions(), Started::unknown());
        ResponseFuture::rejected(respond(&self.respond, rejection))
    }
}

pin_project! {
    /// The inner service's future, with the place it takes until it is dropped.
    pub struct InFlight<F> {
        #[pin]
        future: F,
        place: Place,
    }
}

impl<F: Future> Future for InFlight<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

impl<F> fmt::Debug for InFlight<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight").finish_non_exhaustive()
    }
}

impl<S: Clone, R: Clone> Clone for InFlightLimit<S, R> {
    fn clone(&self) -> Self {
        // Whether the inner service is ready is not true of its clone.
        Self { inner: self.inner.clone(), places: self.places.clone(), ready: false, respond: self.respond.clone() }
    }
}

impl<S, R> fmt::Debug for InFlightLimit<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlightLimit").finish_non_exhaustive()
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places")
            .field("maximum", &self.maximum)
            .field("per_client", &self.per_client)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use std::net::IpAddr;

    #[test]
    fn nobody_is_on_the_list_who_has_no_place() {
        let layer = InFlightLimitLayer::new(3).unwrap().per_client(2).unwrap();
        let known = || layer.places.taken.lock().unwrap().of_client.len();
        let take = |client: [u8; 4]| {
            let mut extensions = Extensions::new();
            extensions.insert(ClientIp::new(IpAddr::from(client)));
            layer.places.take(&extensions)
        };
        let held = [take([192, 0, 2, 1]), take([192, 0, 2, 1]), take([192, 0, 2, 2])];
        assert!(held.iter().all(Option::is_some));
        for last in 1..=255 {
            assert!(take([192, 0, 2, last]).is_none());
        }
        assert_eq!(known(), 2);
        let [first, second, third] = held;
        drop(first);
        assert_eq!(known(), 2);
        drop(second);
        assert_eq!(known(), 1);
        drop(third);
        assert_eq!((known(), layer.places.taken.lock().unwrap().places), (0, 0));
    }
}
