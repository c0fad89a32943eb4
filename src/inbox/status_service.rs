//! The service that tells what became of an event.

use super::{
    builder::Inbox,
    endpoint::{Answer, json},
    enqueue::unavailable,
    event::ID_LIMIT,
    status::{EventStatus, StatusScope},
};
use crate::{
    event::VerifiedEvent,
    layers::respond::respond,
    observe::{self, Started},
    payload::HoldsEvent,
    rejection::{ProblemJson, ResponseForRejection},
    schemes::form,
};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::Full;
use serde::Serialize;
use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};
use tower_service::Service;

/// Answers `GET …?eventId=…`: what became of the sender's newest event with this id.
///
/// * Needs: [`Payload<Verified>`](crate::Payload), of an empty body; as an axum handler (feature `axum`), a
///   [`VerifiedEvent`] in the extensions. No replay guard, as one may ask twice, and no
///   [`WebhookLayer`](crate::WebhookLayer), which takes no GET.
/// * Answers: 200 with the [`EventStatus`] as JSON, and the id as `eventId`; 404 for an event that is unknown, or
///   somebody else's; 400 unless `eventId` is there once, with 1 to 256 bytes.
/// * Rejects with: `store_unavailable`.
///
/// The last error is told as the handler gave it: nothing is in it that its sender may not read, or replace the answer by
/// one of your own, made of [`Inbox::status`].
///
/// A tenant asks about its own events, at whichever endpoint. Keys that belong to no tenant ask about the events of one
/// [endpoint](Self::endpoint).
///
/// The signature of a GET without a body vouches for whoever asks, not for what is asked, unless the scheme signs the
/// query: who can read such a request can ask about other events of that tenant until its timestamp is too old.
///
/// ```
/// use axum::{Router, routing::get};
/// use std::sync::Arc;
/// use tower::ServiceBuilder;
/// use tower_webhook::{
///     BufferedBodyLayer, Inbox, Secret, SignatureVerifyLayer, Tenant, TenantMap, Verifier, schemes,
///     testing::MemoryJobStore,
/// };
///
/// let acme = Tenant::new("acme", Secret::new("whsec-acme")?)?;
/// let verifier = Verifier::new(schemes::PARTNER, TenantMap::new([(Secret::new("pk_acme")?, acme)])?)?;
/// let inbox = Inbox::builder(Arc::new(MemoryJobStore::default())).build()?;
/// let app: Router = Router::new().route(
///     "/status",
///     get(inbox.status_service()).route_layer(
///         ServiceBuilder::new()
///             .layer(BufferedBodyLayer::new().limit(1)?.precheck(verifier.clone()))
///             .layer(SignatureVerifyLayer::new(verifier)),
///     ),
/// );
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct StatusService<R = ProblemJson> {
    inbox: Inbox,
    endpoint: Option<Arc<str>>,
    respond: R,
}

impl StatusService {
    pub(super) const fn new(inbox: Inbox) -> Self {
        Self { inbox, endpoint: None, respond: ProblemJson }
    }
}

impl<R> StatusService<R> {
    /// Keys that belong to no tenant ask about the events of this endpoint. Unless it is set, they are answered 404.
    pub fn endpoint(mut self, name: impl Into<Arc<str>>) -> Self {
        self.endpoint = Some(name.into());
        self
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<Q>(self, respond: Q) -> StatusService<Q> {
        StatusService { inbox: self.inbox, endpoint: self.endpoint, respond }
    }

    fn scope(&self, event: &VerifiedEvent) -> Option<StatusScope> {
        match event.tenant() {
            Some(tenant) => Some(StatusScope::Tenant(tenant.id().as_str().into())),
            None => self.endpoint.clone().map(StatusScope::Endpoint),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    event_id: &'a str,
    #[serde(flatten)]
    status: EventStatus,
}

#[derive(Serialize)]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'static str,
}

fn problem(status: StatusCode, code: &'static str, detail: &'static str) -> Response<Full<Bytes>> {
    let title = status.canonical_reason().unwrap_or_default();
    let problem = Problem { r#type: "about:blank", title, status: status.as_u16(), code, detail };
    let mut response = json(&problem, "application/problem+json");
    *response.status_mut() = status;
    response
}

fn asked_for(request: &Parts) -> Option<String> {
    let id = form::unique(request.uri.query()?.as_bytes(), "eventId").ok()?;
    let id = String::from_utf8(id.into_owned()).ok()?;
    (1..=ID_LIMIT).contains(&id.len()).then_some(id)
}

impl<R: ResponseForRejection<Full<Bytes>>> StatusService<R> {
    async fn answer(self, event: VerifiedEvent, request: Parts) -> Response<Full<Bytes>> {
        let mut response = self.tell(&event, &request).await;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn tell(self, event: &VerifiedEvent, request: &Parts) -> Response<Full<Bytes>> {
        // Nobody vouches for it: in report-only mode, anybody may be asking.
        if let Some(rejection) = event.reported() {
            return respond(&self.respond, rejection.clone());
        }
        if ![Method::GET, Method::HEAD].contains(&request.method) {
            let mut response =
                problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "a status is asked by GET");
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
            return response;
        }
        let Some(id) = asked_for(request) else {
            let detail = "`eventId` has to be in the query once, with 1 to 256 bytes";
            return problem(StatusCode::BAD_REQUEST, "event_id_malformed", detail);
        };
        let unknown = || problem(StatusCode::NOT_FOUND, "event_unknown", "there is no such event");
        let Some(scope) = self.scope(event) else { return unknown() };
        match self.inbox.status(&scope, &id).await {
            Ok(Some(status)) => json(&Told { event_id: &id, status }, "application/json"),
            Ok(None) => unknown(),
            Err(error) => {
                let rejection = unavailable(error);
                observe::rejected(&rejection, None, &request.extensions, Started::unknown());
                respond(&self.respond, rejection)
            }
        }
    }
}

impl<B, R> Service<Request<B>> for StatusService<R>
where
    B: HoldsEvent,
    R: ResponseForRejection<Full<Bytes>> + Send + Sync + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answer {
        let (request, body) = request.into_parts();
        let answer = self.clone().answer(body.held_event().clone(), request);
        Box::pin(async { Ok(answer.await) })
    }
}

#[cfg(feature = "axum")]
impl<R, S> axum::handler::Handler<VerifiedEvent, S> for StatusService<R>
where
    R: ResponseForRejection<Full<Bytes>> + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    type Future = super::axum::AxumAnswer;

    fn call(self, request: axum::extract::Request, _: S) -> Self::Future {
        super::axum::answer(request, move |event, request| self.answer(event, request))
    }
}
