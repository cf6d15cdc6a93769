//! Everything from outside is hostile until checked: a clear problem document, nothing stored half, nothing leaked, and the server
//! stays up.

#![allow(clippy::unwrap_used)]

mod files;
mod flood;
mod requests;
mod sessions;
mod text;
mod workspaces;

use yingda_tests::{Reply, Server};

/// Checks that an answer is a problem document (RFC 9457) of this status, and that it gives nothing away.
#[track_caller]
fn problem(what: &str, reply: &Reply, status: &[u16]) {
    assert!(status.contains(&reply.status), "{what}: expected {status:?}, got {}: {}", reply.status, reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json", "{what}");
    let body = reply.body.as_object().unwrap_or_else(|| panic!("{what}: no JSON object"));
    assert_eq!(body["status"].as_u64(), Some(reply.status.into()), "{what}");
    let code = body["code"].as_str().unwrap();
    assert!(!code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{what}: code {code:?}");
    assert_eq!(body["type"], format!("https://yingda.dev/problems/{code}"), "{what}");
    for field in ["title", "detail"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{what}: no {field}");
    }
    assert!(!reply.header("x-request-id").is_empty(), "{what}: no request id");
    let text = String::from_utf8_lossy(&reply.bytes).to_lowercase();
    for leak in ["sqlx", "sqlite", "postgres", "select ", "insert into", "panicked", ".rs:", "/tmp/", "backtrace"] {
        assert!(!text.contains(leak), "{what}: the answer gives {leak:?} away: {text}");
    }
}

/// Checks that the server is as it was: running, answering, and without an error in its log.
async fn unharmed(server: &mut Server) {
    assert!(server.runs(), "the server ended");
    let api = yingda_tests::Api::new(server.address());
    assert_eq!(api.get("!/readyz").await.status, 200);
    let log = server.log();
    for line in log.lines() {
        // What is refused because the server is full is meant.
        let meant = line.contains("\"status\":503");
        assert!(meant || !line.contains("\"level\":\"ERROR\""), "an error in the log: {line}");
        assert!(!line.contains("panicked"), "a panic: {line}");
    }
}
