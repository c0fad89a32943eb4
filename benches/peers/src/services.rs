//! How a tower service is driven, and proved to verify.

use crate::{
    Hash, Measure, Variant,
    deliveries::{Deliveries, Delivery},
};
use http::{Request, Response, StatusCode};
use std::{
    fmt::Debug,
    hint::black_box,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};
use tower::{Service, ServiceExt};

/// What no middleware says by itself: the inner service was reached.
pub const REACHED: StatusCode = StatusCode::ACCEPTED;

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls until it is done, and again at once when it was woken. A runtime would let it wait for its turn.
fn drive<F: Future>(future: F, woken: &Arc<Woken>, waker: &Waker) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        assert!(woken.0.swap(false, Ordering::Relaxed), "it waits, and there is nothing to wait for");
    }
}

/// Calls a service with requests that were made before.
pub struct Driver<S> {
    service: S,
    woken: Arc<Woken>,
    waker: Waker,
}

impl<S> Driver<S> {
    pub fn new(service: S) -> Self {
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        Self { service, waker: Arc::clone(&woken).into(), woken }
    }

    pub fn call<B, R>(&mut self, request: Request<B>) -> Response<R>
    where
        S: Service<Request<B>, Response = Response<R>, Error: Debug>,
    {
        let Self { service, woken, waker } = self;
        drive(async { service.ready().await.unwrap().call(request).await.unwrap() }, woken, waker)
    }

    /// Takes the time of the calls alone. The answers are part of them, down to their being dropped.
    pub fn measure<B, R>(&mut self, requests: Vec<Request<B>>, measure: Measure<'_>)
    where
        S: Service<Request<B>, Response = Response<R>, Error: Debug>,
    {
        let mut requests = requests.into_iter();
        measure(&mut || {
            for request in requests.by_ref() {
                assert_eq!(black_box(self.call(request)).status(), REACHED);
            }
        });
    }
}

/// A service that refuses what is forged, which is proved first. `without` a hash it is one that does not look.
pub fn service<S, B: 'static, R>(
    name: impl Into<String>,
    hash: impl Into<Option<Hash>>,
    service: S,
    size: usize,
    request: fn(Delivery) -> Request<B>,
) -> Variant
where
    S: Service<Request<B>, Response = Response<R>, Error: Debug> + 'static,
{
    let (name, hash) = (name.into(), hash.into());
    let mut driver = Driver::new(service);
    let mut deliveries = Deliveries::new(size);
    let good = deliveries.next();
    for forged in good.forgeries() {
        let status = driver.call(request(forged)).status();
        // One of them is no JSON besides.
        let refused = status.is_client_error();
        assert_eq!(refused, hash.is_some(), "{name} answers {status} to what is forged");
    }
    assert_eq!(driver.call(request(good)).status(), REACHED, "{name} refuses what is good");
    Variant::new(name, hash, move |calls, measure| {
        driver.measure((0..calls).map(|_| request(deliveries.next())).collect(), measure);
    })
}
