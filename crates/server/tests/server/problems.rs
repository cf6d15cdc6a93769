//! Whatever goes wrong is told as a problem document.

use axum::http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;
use yingda_model::Role;

use crate::support::{Server, Setup};

#[tokio::test]
async fn an_unknown_address_is_a_problem() {
    let server = Server::start().await;
    for path in ["/nothing", "/api/v1/nothing", "/api/v2", "/console/missing.js", "/docs/missing.js", "/widget/x"] {
        server.get(path).send().await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn an_unknown_method_is_a_problem() {
    let server = Server::start().await;
    for (method, path) in [
        (Method::GET, "/api/v1/auth/login"),
        (Method::DELETE, "/api/v1/conversations"),
        (Method::PUT, "/api/v1/visitor/session"),
        (Method::POST, "/healthz"),
        (Method::POST, "/openapi.json"),
        (Method::DELETE, "/console/"),
    ] {
        server.call(method, path).send().await.problem(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn broken_json_is_told_with_its_place() {
    let server = Server::start().await;
    let reply = server
        .post("/api/v1/auth/login")
        .header("content-type", "application/json; charset=utf-8")
        .body("{\n  \"email\": \"a\",\n  \"password\": }")
        .await;
    let detail = reply.problem(422, "bad_json")["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("line 3, column"), "{detail}");
}

#[tokio::test]
async fn an_unknown_or_missing_field_is_named() {
    let server = Server::start().await;
    let cases = [
        (json!({"email": "a", "password": "b", "remember": true}), "remember"),
        (json!({"email": "a"}), "password"),
        (json!({"email": 7, "password": "b"}), "string"),
    ];
    for (body, named) in cases {
        let reply = server.post("/api/v1/auth/login").json(&body).await;
        let detail = reply.problem(422, "bad_json")["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(named), "{detail}");
    }
}

#[tokio::test]
async fn another_content_type_is_refused() {
    let server = Server::start().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let reply = server.post("/api/v1/auth/login").header("content-type", kind).body("{}").await;
        reply.problem(415, "unsupported_media_type");
    }
    server.post("/api/v1/auth/login").body("{}").await.problem(415, "unsupported_media_type");
    let admin = server.signed_in(Role::Admin).await;
    server.post("/api/v1/files").session(&admin).json(&json!({})).await.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = Server::start().await;
    let body = json!({"email": "a", "password": "x".repeat(300 * 1024)});
    server.post("/api/v1/auth/login").json(&body).await.problem(413, "payload_too_large");
}

#[tokio::test]
async fn what_is_no_id_no_cursor_or_no_number_is_a_problem() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let get = async |path: &str| server.get(path).session(&admin).send().await;
    get("/api/v1/conversations/nonsense").await.problem(404, "not_found");
    get(&format!("/api/v1/conversations/{}", Uuid::now_v7())).await.problem(404, "not_found");
    for list in ["conversations", "contacts", "kb/entries", "jobs"] {
        get(&format!("/api/v1/{list}?cursor=nonsense")).await.problem(400, "bad_cursor");
        for limit in ["0", "101"] {
            let problem = get(&format!("/api/v1/{list}?limit={limit}")).await.problem(422, "bad_request");
            assert_eq!(problem["field"], "limit");
        }
        get(&format!("/api/v1/{list}?limit=many")).await.problem(400, "bad_request");
        get(&format!("/api/v1/{list}?nonsense=1")).await.problem(400, "bad_request");
    }
}

#[tokio::test]
async fn the_state_machines_refusals_keep_their_codes() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "hello").await;
    let post = async |what: &str, body: serde_json::Value| {
        server.post(&format!("/api/v1/conversations/{id}/{what}")).session(&agent).json(&body).await
    };
    let reply = json!({"client_key": "1", "content": {"type": "text", "text": "hi"}});
    let problem = post("messages", reply.clone()).await.problem(409, "wrong_status");
    assert!(problem["detail"].as_str().unwrap().contains("take it over first"), "{problem}");
    post("snooze", json!({"until": "yesterday"})).await.problem(422, "bad_json");
    post("take-over", json!({})).await.ok();
    post("snooze", json!({"until": "2000-01-01T00:00:00Z"})).await.problem(422, "snooze_in_the_past");
    post("read", json!({"seq": 999})).await.problem(422, "no_such_seq");
    let empty = json!({"client_key": "1", "content": {"type": "text", "text": " "}});
    post("messages", empty).await.problem(422, "bad_content");
    assert_eq!(post("messages", reply.clone()).await.status, StatusCode::CREATED);
    let again = post("messages", reply).await.ok();
    assert_eq!(again["duplicate"], true);
    post("assign", json!({"user_id": Uuid::now_v7()})).await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_nul_never_reaches_the_database() {
    let setup = Setup { database: Some(yingda_testing::Postgres::shared().database()), ..Setup::default() };
    let server = Server::with(setup).await;
    let admin = server.signed_in(Role::Admin).await;
    let login = async |body| server.post("/api/v1/auth/login").json(&body).await;
    login(json!({"email": "a\0@shop.example", "password": "x"})).await.problem(401, "bad_credentials");
    login(json!({"email": "a@shop.example", "password": "x", "workspace": "a\0"}))
        .await
        .problem(401, "bad_credentials");
    let session = server.post("/api/v1/visitor/session").json(&json!({"inbox_key": "a\0"})).await;
    session.problem(404, "not_found");
    server.get("/api/v1/kb/entries?lang=%00").session(&admin).send().await.problem(422, "bad_request");
    assert_eq!(server.get("/api/v1/contacts?q=%00").session(&admin).send().await.ok()["items"], json!([]));
    assert_eq!(server.get("/api/v1/kb/entries?q=%00").session(&admin).send().await.status, StatusCode::OK);
    let visitor = server.visitor().await;
    let message = json!({"client_key": "a\0", "content": {"type": "text", "text": "hi"}});
    let reply = server.post("/api/v1/visitor/messages").bearer(&visitor.token).json(&message).await;
    reply.problem(422, "bad_request");
    let message = json!({"client_key": "a", "content": {"type": "text", "text": "a\0"}});
    let reply = server.post("/api/v1/visitor/messages").bearer(&visitor.token).json(&message).await;
    reply.problem(422, "bad_content");
    for (path, body) in [
        ("/api/v1/teams", json!({"name": "a\0"})),
        ("/api/v1/inboxes", json!({"name": "a\0", "kind": "web"})),
        ("/api/v1/contacts", json!({"name": "a\0"})),
        ("/api/v1/kb/entries", json!({"question": "a\0", "answer": "b"})),
        ("/api/v1/tokens", json!({"name": "a\0", "scopes": ["admin"]})),
    ] {
        server.post(path).session(&admin).json(&body).await.problem(422, "bad_request");
    }
}
