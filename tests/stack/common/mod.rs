//! Senders, hosts and stand-ins.

pub(crate) mod bodies;
pub(crate) mod doubles;
pub(crate) mod hosts;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, request::Builder};
use http_body_util::Full;
use sha2::Sha256;
use std::{net::IpAddr, pin::Pin, task::Poll};
use tower_webhook::{
    Payload, PeerAddr, Secret, Tenant, TenantMap, UnixTime, Verified, Verifier, schemes, schemes::Recipe,
    testing::FakeClock,
};

pub(crate) const NOW: i64 = 1_764_000_000;
pub(crate) const SECRET: &str = "kzm-stack-secret-7Q2vXw91";
pub(crate) const OTHER_SECRET: &str = "kzm-other-secret-0pLr55tG";
pub(crate) const API_KEY: &str = "pk_live_stack_8841_hhQz";
/// What `STANDARD_SECRET` is the base64 of.
pub(crate) const STANDARD_KEY: &str = "kzm-standard-key-000111222333";
pub(crate) const HOME: [u8; 4] = [192, 0, 2, 1];

/// Polls once.
pub(crate) async fn poll<F: Future + ?Sized>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

pub(crate) fn clock() -> FakeClock {
    FakeClock::at(UnixTime::from_seconds(NOW))
}

pub(crate) fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

/// One partner, known by [`API_KEY`].
pub(crate) fn partners() -> TenantMap {
    TenantMap::new([(Secret::new(API_KEY).unwrap(), Tenant::new("acme", secret()).unwrap())]).unwrap()
}

pub(crate) fn github_verifier() -> Verifier<Recipe> {
    Verifier::new(schemes::GITHUB, secret()).unwrap().clock(clock())
}

pub(crate) fn mac(key: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

pub(crate) fn hex_mac(key: &str, parts: &[&[u8]]) -> String {
    const_hex::encode(mac(key, parts))
}

/// A POST to `/hook` from [`HOME`].
pub(crate) fn post() -> Builder {
    Request::post("/hook").extension(PeerAddr::new(IpAddr::from(HOME)))
}

/// The head of a delivery that GitHub would have signed with `key`.
pub(crate) fn github_signed_with(key: &str, body: &[u8]) -> Builder {
    post().header("x-hub-signature-256", format!("sha256={}", hex_mac(key, &[body])))
}

pub(crate) fn github(body: &[u8]) -> Builder {
    github_signed_with(SECRET, body)
}

pub(crate) fn stripe(key: &str, time: i64, body: &[u8]) -> Builder {
    let signature = hex_mac(key, &[time.to_string().as_bytes(), b".", body]);
    post().header("stripe-signature", format!("t={time},v1={signature}"))
}

pub(crate) fn partner(api_key: &str, key: &str, time: i64, body: &[u8]) -> Builder {
    let signature = hex_mac(key, &[time.to_string().as_bytes(), b".", body]);
    post()
        .header("x-api-key", api_key)
        .header("x-timestamp", time)
        .header("x-webhook-signature", format!("sha256={signature}"))
}

pub(crate) fn standard_secret() -> Secret {
    Secret::new(format!("whsec_{}", BASE64.encode(STANDARD_KEY))).unwrap()
}

pub(crate) fn standard(key: &str, id: &str, time: i64, body: &[u8]) -> Builder {
    let tag = mac(key, &[id.as_bytes(), b".", time.to_string().as_bytes(), b".", body]);
    post()
        .header("webhook-id", id)
        .header("webhook-timestamp", time)
        .header("webhook-signature", format!("v1,{}", BASE64.encode(tag)))
}

/// A request that verifies, one for each `n`.
pub(crate) fn delivery(n: usize) -> Request<Full<Bytes>> {
    let body = Bytes::from(format!(r#"{{"n":{n}}}"#));
    github(&body).body(Full::new(body)).unwrap()
}

/// What `SignatureVerify` lets through: the request a layer below it gets.
pub(crate) async fn verified(n: usize) -> Request<Payload<Verified>> {
    use tower::{ServiceBuilder, ServiceExt};
    use tower_webhook::{BufferedBodyLayer, SignatureVerifyLayer};

    let (sender, receiver) = tokio::sync::oneshot::channel();
    let sender = std::sync::Arc::new(std::sync::Mutex::new(Some(sender)));
    let service = ServiceBuilder::new()
        .layer(BufferedBodyLayer::new())
        .layer(SignatureVerifyLayer::new(github_verifier()))
        .service_fn(move |request: Request<Payload<Verified>>| {
            let sender = sender.lock().unwrap().take().unwrap();
            sender.send(request).unwrap();
            std::future::ready(Ok::<_, std::convert::Infallible>(http::Response::new(Full::<Bytes>::default())))
        });
    assert_eq!(service.oneshot(delivery(n)).await.unwrap().status(), 200);
    receiver.await.unwrap()
}
