//! Stands for the gateway, with the layers and the console alone.

use crate::console::{ConsoleSource, Hosts, RecentAttempts, router};
use axum::{
    Router,
    http::{Request, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use std::net::SocketAddr;
use tower_webhook::{
    AuditLayer, Clock, Keyring, Quota, Secret, SystemClock, Tenant, TenantMap, VerifiedEvent, WebhookLayer,
    schemes::{self, Scheme, SchemeInput},
};

async fn received(event: VerifiedEvent) -> Response {
    axum::Json(serde_json::json!({ "received": true, "id": event.id(), "timestamp": "2026-11-22T05:53:27Z" }))
        .into_response()
}

pub(crate) async fn start() -> String {
    let recent = RecentAttempts::default();
    let github = WebhookLayer::builder(schemes::GITHUB, Secret::new("s3cr3t").unwrap()).build().unwrap();
    let acme = Tenant::new("acme", Keyring::new(Secret::new("whsec-acme").unwrap())).unwrap();
    let acme = acme.quota(Quota::per_second(10).unwrap().burst(20).unwrap());
    let tenants = TenantMap::new([(Secret::new("pk_test_acme").unwrap(), acme)]).unwrap();
    let partner = WebhookLayer::builder(schemes::PARTNER, tenants).build().unwrap();
    let audit = || tower::ServiceBuilder::new().layer(AuditLayer::new(recent.clone()));
    let status = |request: Request<axum::body::Body>| async move {
        let (head, _) = request.into_parts();
        let keys = Keyring::new(Secret::new("whsec-acme").unwrap());
        let input = SchemeInput::new(&head, b"", SystemClock.now());
        if schemes::PARTNER
            .fixed_key()
            .verify(&input, &keys)
            .is_err_and(|error| error.kind() == schemes::SchemeErrorKind::Mismatch)
        {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let id = head.uri.query().and_then(|query| query.strip_prefix("eventId=")).unwrap_or_default();
        axum::Json(serde_json::json!({ "eventId": id, "status": "done", "attempts": 1 })).into_response()
    };
    let sources = [
        ConsoleSource::new("github", "/hooks/github", &schemes::GITHUB),
        ConsoleSource::new("acme (partner)", "/api/webhooks/events", &schemes::PARTNER)
            .status_path("/api/webhooks/status"),
        ConsoleSource::new("stripe", "/hooks/stripe", &schemes::STRIPE),
        ConsoleSource::new("hubspot", "/hooks/hubspot", &schemes::HUBSPOT_V1),
    ];
    let app = Router::new()
        .route("/hooks/github", post(received).route_layer(audit().layer(github)))
        .route("/api/webhooks/events", post(received).route_layer(audit().layer(partner)))
        .route("/api/webhooks/status", get(status))
        .merge(router(&sources, recent, Hosts::Loopback));
    serve(app).await
}

pub(crate) async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, app).await });
    url
}
