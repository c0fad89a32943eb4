//! The services of the inbox as axum handlers.

use crate::{axum::EventRejection, event::VerifiedEvent, observe};
use axum_core::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::request::Parts;
use http_body_util::Full;
use std::{future::Future, pin::Pin};

pub(super) type AxumAnswer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Answers for the verified event in the extensions: without one, 500.
pub(super) fn answer<F, Fut>(request: Request, service: F) -> AxumAnswer
where
    F: FnOnce(VerifiedEvent, Parts) -> Fut + Send + 'static,
    Fut: Future<Output = http::Response<Full<Bytes>>> + Send + 'static,
{
    let (request, _) = request.into_parts();
    let Some(event) = request.extensions.get::<VerifiedEvent>().cloned() else {
        let error = EventRejection::LayersMissing;
        observe::trouble("the inbox was asked without a verified event; add `WebhookLayer` to its route", &error);
        return Box::pin(std::future::ready(error.into_response()));
    };
    Box::pin(async { service(event, request).await.map(Body::new) })
}
