//! What the server says of itself.

use serde_json::{Value, json};

use crate::support::{Server, Setup};

#[tokio::test]
async fn the_openapi_document_is_the_one_that_clients_are_made_from() {
    let server = Server::start().await;
    let served = server.get("/openapi.json").send().await.ok();
    let document: Value = serde_json::from_str(&yingda_server::document()).unwrap();
    assert_eq!(served, document);
    assert_eq!(document["openapi"].as_str().map(|version| &version[..2]), Some("3."));
}

#[test]
fn the_stored_openapi_document_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let Ok(stored) = std::fs::read_to_string(path) else { return };
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert!(parsed(&stored) == parsed(&yingda_server::document()), "docs/openapi.json is stale: run `make api`");
}

#[tokio::test]
async fn every_reference_in_the_openapi_document_leads_somewhere() {
    let document: Value = serde_json::from_str(&yingda_server::document()).unwrap();
    let mut look = vec![&document];
    while let Some(value) = look.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let place = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(place).is_some(), "{reference} leads nowhere");
                }
                look.extend(members.values());
            }
            Value::Array(items) => look.extend(items),
            _ => {}
        }
    }
}

#[tokio::test]
async fn the_server_says_that_it_lives_and_that_it_is_ready() {
    let server = Server::start().await;
    let health = server.get("/healthz").send().await.ok();
    assert_eq!((&health["status"], &health["version"]), (&json!("ok"), &json!(env!("CARGO_PKG_VERSION"))));
    let ready = server.get("/readyz").send().await.ok();
    assert_eq!(ready, json!({"status": "ok", "database": "SQLite", "bus": "ok"}));
    server.stop.cancel();
    server.get("/readyz").send().await.problem(503, "unavailable");
    server.get("/healthz").send().await.ok();
}

#[tokio::test]
async fn readiness_names_the_database() {
    let setup = Setup { database: Some(yingda_testing::Postgres::shared().database()), ..Setup::default() };
    let ready = Server::with(setup).await.get("/readyz").send().await.ok();
    assert_eq!(ready["database"], "PostgreSQL");
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_messages_by_sender() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    server.says(&visitor, "hello").await;
    server.get("/api/v1/conversations/0192f0c1-2345-7abc-8def-0123456789ab").send().await;
    let reply = server.get("/metrics").send().await;
    assert!(reply.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = reply.text();
    for line in [
        "yingda_http_requests_total{route=\"/api/v1/visitor/messages\",status=\"201\"}",
        "yingda_http_requests_total{route=\"/api/v1/conversations/{id}\",status=\"401\"}",
        "yingda_http_seconds",
        "yingda_messages_total{sender=\"customer\"}",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("0192f0c1"), "ids would make a series each");
}
