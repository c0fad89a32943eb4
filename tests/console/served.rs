//! How the page is served, and to whom.

use crate::console::{ConsoleSource, Hosts, RecentAttempts, router};
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tower_webhook::schemes;

async fn get(hosts: Hosts, request: http::request::Builder) -> (StatusCode, HeaderMap, String) {
    let sources = [
        ConsoleSource::new("github", "/hooks/github", &schemes::GITHUB),
        ConsoleSource::new("hubspot", "/hooks/hubspot", &schemes::HUBSPOT_V1),
    ];
    let app = router(&sources, RecentAttempts::default(), hosts);
    let (head, body) = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn the_page_runs_its_own_script_and_no_other() {
    let (status, headers, page) = get(Hosts::Loopback, Request::get("/").header("host", "localhost:3000")).await;
    assert_eq!(status, 200);
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["cache-control"], "no-store");
    let policy = headers["content-security-policy"].to_str().unwrap();
    for directive in ["default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "frame-ancestors 'none'"] {
        assert!(policy.contains(directive), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    for markup in [" style=", " onclick=", "{{", "http://", "https://"] {
        let without_icon = page.replace("http://www.w3.org/2000/svg", "");
        let (before_script, _) = without_icon.split_once("<script").unwrap();
        assert!(!before_script.contains(markup), "{markup}");
    }
    assert!(!page.contains("innerHTML"));
}

#[tokio::test]
async fn a_name_that_somebody_points_at_this_machine_is_refused() {
    for path in ["/", "/console/sources", "/console/attempts"] {
        for host in ["localhost", "LOCALHOST:3000", "127.0.0.1:3000", "127.8.9.10", "[::1]:3000"] {
            assert_eq!(get(Hosts::Loopback, Request::get(path).header("host", host)).await.0, 200, "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:3000",
            "localhost.evil.example",
            "192.0.2.1",
            "",
            "a b",
            "127.0.0.1@evil.example",
        ] {
            let (status, headers, _) = get(Hosts::Loopback, Request::get(path).header("host", host)).await;
            assert_eq!(status, 403, "{host:?}");
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(get(Hosts::Any, Request::get(path).header("host", host)).await.0, 200);
        }
        assert_eq!(get(Hosts::Loopback, Request::get(path)).await.0, 403, "no host");
        let two = Request::get(path).header("host", "localhost").header("host", "evil.example");
        assert_eq!(get(Hosts::Loopback, two).await.0, 403, "two hosts");
        assert_eq!(get(Hosts::Loopback, Request::get(format!("http://localhost:3000{path}"))).await.0, 200, "HTTP/2");
    }
}

#[tokio::test]
async fn what_a_browser_cannot_sign_is_offered_with_the_reason() {
    let (_, _, sources) = get(Hosts::Any, Request::get("/console/sources")).await;
    let sources: serde_json::Value = serde_json::from_str(&sources).unwrap();
    assert_eq!(sources[0]["disabled"], serde_json::Value::Null);
    assert_eq!(sources[0]["form"]["signature"][0]["header"], "x-hub-signature-256");
    assert_eq!(sources[1]["disabled"], "signs in a way of its own");
    assert_eq!(sources[1]["form"], serde_json::Value::Null);
}
