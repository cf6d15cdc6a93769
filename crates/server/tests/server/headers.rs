//! Headers on every answer.

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::routing::get;
use serde_json::json;

use crate::support::{Reply, Server, Setup};

fn is_protected(reply: &Reply, what: &str) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(reply.header("x-frame-options"), "DENY", "{what}");
    assert_eq!(reply.header("referrer-policy"), "strict-origin-when-cross-origin", "{what}");
    assert!(reply.header("content-security-policy").starts_with("default-src 'none'"), "{what}");
    assert!(!reply.header("content-security-policy").contains("unsafe-eval"), "{what}");
    assert!(!reply.header("cache-control").is_empty(), "{what}");
    assert!(!reply.header("cross-origin-resource-policy").is_empty(), "{what}");
    assert_eq!(reply.header("x-request-id").len(), 32, "{what}");
}

#[tokio::test]
async fn every_answer_is_protected() {
    let demo = Router::new().route("/", get(async || "shop"));
    let server = Server::with(Setup { demo: Some(demo), ..Setup::default() }).await;
    let paths = [
        "/",
        "/console/",
        "/console/inbox/1",
        "/docs/",
        "/widget/yingda.js",
        "/demo",
        "/demo/",
        "/demo/nothing",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/nothing",
        "/api/v1/conversations",
        "/api/v1/visitor/events",
        "/api/v1/ws",
    ];
    for path in paths {
        is_protected(&server.get(path).send().await, path);
    }
    is_protected(&server.call(Method::DELETE, "/healthz").send().await, "405");
    is_protected(&server.post("/api/v1/auth/login").body("x").await, "415");
    let preflight = server.call(Method::OPTIONS, "/api/v1/visitor/messages").header("origin", "https://shop.example");
    is_protected(&preflight.header("access-control-request-method", "POST").send().await, "preflight");
}

#[tokio::test]
async fn other_sites_may_use_the_visitor_api_and_the_widget_only() {
    let server = Server::start().await;
    let get = async |path: &str| server.get(path).header("origin", "https://shop.example").send().await;
    for path in ["/api/v1/visitor/events", "/widget/yingda.js"] {
        let reply = get(path).await;
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(reply.header("access-control-allow-credentials"), "", "{path}: cookies never cross");
        assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin", "{path}");
    }
    let preflight = async |path: &str| {
        let call = server.call(Method::OPTIONS, path).header("origin", "https://shop.example");
        let call = call.header("access-control-request-headers", "authorization,content-type");
        call.header("access-control-request-method", "POST").send().await
    };
    let reply = preflight("/api/v1/visitor/messages").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.header("access-control-allow-methods").contains("POST"));
    assert!(reply.header("access-control-allow-headers").contains("authorization"));

    for path in ["/api/v1/conversations", "/api/v1/auth/login", "/api/v1/files", "/metrics", "/console/", "/nothing"] {
        for reply in [get(path).await, preflight(path).await] {
            let crossing: Vec<&str> = reply
                .headers
                .keys()
                .map(axum::http::HeaderName::as_str)
                .filter(|name| name.starts_with("access-control-"))
                .collect();
            assert!(crossing.is_empty(), "{path}: {crossing:?}");
            assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
        }
    }
}

#[tokio::test]
async fn answers_are_not_kept_unless_they_may_be() {
    let server = Server::start().await;
    let reply = server.post("/api/v1/visitor/session").json(&json!({"inbox_key": server.inbox.key})).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert!(!server.get("/console/").send().await.header("cache-control").is_empty());
}

#[tokio::test]
async fn the_demo_is_at_one_address() {
    let demo = Router::new().route("/", get(async || "shop"));
    let server = Server::with(Setup { demo: Some(demo), ..Setup::default() }).await;
    let reply = server.get("/demo").send().await;
    assert_eq!((reply.status, reply.text().as_str()), (StatusCode::OK, "shop"));
    assert!(reply.header("content-security-policy").contains("script-src 'self'"));
    let reply = server.get("/demo/").send().await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::PERMANENT_REDIRECT, "/demo"));
    Server::start().await.get("/demo").send().await.problem(404, "not_found");
}
