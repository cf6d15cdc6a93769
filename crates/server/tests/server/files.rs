//! Files: what they are is found from their bytes, they cannot act, and only who was shown them gets them.

use axum::http::StatusCode;
use serde_json::{Value, json};
use yingda_model::Role;

use crate::support::{Reply, Server, Session, Visitor};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const SVG: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#;
const HTML: &[u8] = b"<!doctype html><script>alert(1)</script>";

async fn upload(server: &Server, visitor: &Visitor, name: &str, bytes: &[u8]) -> Value {
    let reply = server.post("/api/v1/visitor/files").bearer(&visitor.token).upload(name, bytes).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()
}

async fn upload_as(server: &Server, session: &Session, name: &str, bytes: &[u8]) -> Value {
    let reply = server.post("/api/v1/files").session(session).upload(name, bytes).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()
}

async fn fetched(server: &Server, visitor: &Visitor, file: &Value) -> Reply {
    let path = format!("/api/v1/visitor/files/{}", file["id"].as_str().unwrap());
    server.get(&path).bearer(&visitor.token).send().await
}

async fn fetched_as(server: &Server, session: &Session, file: &Value) -> Reply {
    let path = format!("/api/v1/files/{}", file["id"].as_str().unwrap());
    server.get(&path).session(session).send().await
}

fn message(file: &Value, visibility: &str) -> Value {
    let content = json!({"type": "file", "file_id": file["id"], "name": "forged.exe", "size": 1});
    json!({"client_key": file["id"], "content": content, "visibility": visibility})
}

#[tokio::test]
async fn a_picture_is_shown_and_everything_that_could_act_is_only_downloaded() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let cases = [
        ("a.png", PNG, "image/png", "inline"),
        ("a.html", PNG, "image/png", "inline"),
        ("a.svg", SVG, "application/octet-stream", "attachment"),
        ("a.png", SVG, "application/octet-stream", "attachment"),
        ("a.png", HTML, "application/octet-stream", "attachment"),
        ("a.pdf", b"%PDF-1.4".as_slice(), "application/pdf", "attachment"),
        ("a.txt", b"hello".as_slice(), "application/octet-stream", "attachment"),
    ];
    for (name, bytes, mime, disposition) in cases {
        let file = upload(&server, &visitor, name, bytes).await;
        assert_eq!((&file["mime"], &file["size"]), (&json!(mime), &json!(bytes.len())));
        let reply = fetched(&server, &visitor, &file).await;
        assert_eq!(reply.body, bytes);
        assert_eq!(reply.header("content-type"), mime, "{name}");
        assert!(reply.header("content-disposition").starts_with(&format!("{disposition};")), "{name}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("content-security-policy"), "default-src 'none'; sandbox");
        assert!(reply.header("cache-control").starts_with("private"));
    }
}

#[tokio::test]
async fn names_lose_folders_and_are_sent_so_that_no_header_breaks() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let cases = [
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\\\docs\\\\发票.pdf", "发票.pdf", "%E5%8F%91%E7%A5%A8.pdf"),
        ("a b;c=d.txt", "a b;c=d.txt", "a%20b%3Bc%3Dd.txt"),
        ("..", "file", "file"),
    ];
    for (sent, stored, encoded) in cases {
        let file = upload(&server, &visitor, sent, b"x").await;
        assert_eq!(file["name"], stored);
        let reply = fetched(&server, &visitor, &file).await;
        assert_eq!(reply.header("content-disposition"), format!("attachment; filename*=UTF-8''{encoded}"));
    }
}

#[tokio::test]
async fn a_visitor_cannot_fetch_or_send_the_file_of_another() {
    let server = Server::start().await;
    let (owner, other) = (server.visitor().await, server.visitor().await);
    server.says(&other, "hello").await;
    let file = upload(&server, &owner, "secret.png", PNG).await;
    fetched(&server, &owner, &file).await;
    fetched(&server, &other, &file).await.problem(404, "not_found");
    let body = json!({"client_key": "k", "content": {"type": "image", "file_id": file["id"]}});
    let stolen = server.post("/api/v1/visitor/messages").bearer(&other.token).json(&body).await;
    stolen.problem(404, "not_found");
    let own = server.post("/api/v1/visitor/messages").bearer(&owner.token).json(&body).await;
    assert_eq!(own.status, StatusCode::CREATED);
    fetched(&server, &other, &file).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_visitor_gets_the_files_of_answers_and_not_those_of_notes() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "hello").await;
    server.post(&format!("/api/v1/conversations/{id}/take-over")).session(&agent).send().await.ok();
    let path = format!("/api/v1/conversations/{id}/messages");
    let internal = upload_as(&server, &agent, "internal.pdf", b"%PDF-1.4 internal").await;
    let answer = upload_as(&server, &agent, "answer.pdf", b"%PDF-1.4 answer").await;
    for (file, visibility) in [(&internal, "private"), (&answer, "public")] {
        fetched(&server, &visitor, file).await.problem(404, "not_found");
        let reply = server.post(&path).session(&agent).json(&message(file, visibility)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    }
    fetched(&server, &visitor, &internal).await.problem(404, "not_found");
    assert_eq!(fetched(&server, &visitor, &answer).await.body, b"%PDF-1.4 answer".as_slice());
    assert_eq!(fetched_as(&server, &agent, &internal).await.body, b"%PDF-1.4 internal".as_slice());

    let other = server.visitor().await;
    server.says(&other, "hello").await;
    fetched(&server, &other, &answer).await.problem(404, "not_found");

    let events = server.get("/api/v1/visitor/events").bearer(&visitor.token).send().await.text();
    assert!(events.contains("answer.pdf") && !events.contains("forged"), "the name is the stored one: {events}");
}

#[tokio::test]
async fn an_agent_cannot_pass_one_customers_file_to_another() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let (owner, other) = (server.visitor().await, server.visitor().await);
    let file = upload(&server, &owner, "passport.png", PNG).await;
    let id = server.says(&other, "hello").await;
    server.post(&format!("/api/v1/conversations/{id}/take-over")).session(&agent).send().await.ok();
    let path = format!("/api/v1/conversations/{id}/messages");
    server.post(&path).session(&agent).json(&message(&file, "public")).await.problem(404, "not_found");
    assert_eq!(fetched_as(&server, &agent, &file).await.status, StatusCode::OK, "colleagues may look at it");
}

#[tokio::test]
async fn forms_that_are_not_one_small_file_are_refused() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let call = || server.post("/api/v1/visitor/files").bearer(&visitor.token);
    call().form("other", "a.png", PNG).await.problem(422, "bad_request");
    call().upload("a.png", b"").await.problem(422, "bad_request");
    let broken = call().header("content-type", "multipart/form-data; boundary=edge").body("no form").await;
    assert!(broken.status.is_client_error());
    assert_eq!(broken.header("content-type"), "application/problem+json");
    let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n";
    let two = call()
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(format!("{part}{part}--edge--\r\n"))
        .await;
    two.problem(422, "bad_request");
    let empty = call().header("content-type", "multipart/form-data; boundary=edge").body("--edge--\r\n").await;
    empty.problem(422, "bad_request");
    call().upload("a.bin", &vec![7; 20 * 1024 * 1024 + 1]).await.problem(413, "payload_too_large");
    call().upload("a.bin", &vec![7; 21 * 1024 * 1024]).await.problem(413, "payload_too_large");
    let whole = upload(&server, &visitor, "a.bin", &vec![7; 20 * 1024 * 1024]).await;
    assert_eq!(whole["size"], 20 * 1024 * 1024);
}

#[tokio::test]
async fn whoever_only_reads_uploads_nothing() {
    let server = Server::start().await;
    let reader = server.signed_in(Role::ReadOnly).await;
    server.post("/api/v1/files").session(&reader).upload("a.png", PNG).await.problem(403, "forbidden");
    server.post("/api/v1/files").upload("a.png", PNG).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_file_of_an_erased_customer_cannot_be_opened() {
    let server = Server::start().await;
    let admin = server.signed_in(Role::Admin).await;
    let visitor = server.visitor().await;
    let file = upload(&server, &visitor, "passport.png", PNG).await;
    assert_eq!(fetched_as(&server, &admin, &file).await.status, StatusCode::OK);
    server.desk.erase_contact(&server.system, visitor.contact.parse().unwrap()).await.unwrap();
    fetched_as(&server, &admin, &file).await.problem(409, "conflict");
}
