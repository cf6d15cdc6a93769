//! Requests that are not as they should be.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use yingda_tests::{Api, Closed, DEMO_INBOX, Server, Setup, Socket, staff, visitor};

use crate::{problem, unharmed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_as_expected_is_a_problem_and_stores_nothing() {
    let mut server = Server::start(Setup::demo()).await;
    let (admin, _) = staff(server.address(), "admin").await;
    let (customer, _) = visitor(server.address(), DEMO_INBOX).await;
    let document = admin.get("!/openapi.json").await.done();
    let wrong = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!("text"),
        json!([]),
        json!([[[[]]]]),
        json!({"unknown": 1}),
        json!({"name": {"a": []}, "email": [1], "client_key": 7, "content": {"type": "text", "text": 5}, "text": 9,
            "question": {}, "scopes": "admin", "until": "tomorrow", "seq": -3, "into": "x", "on": "yes", "inbox_key": 4}),
        json!({"__proto__": {"admin": true}, "constructor": 1}),
    ];
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if operation["requestBody"]["content"]["application/json"].is_null() {
                continue;
            }
            let api = if path.contains("/visitor/") { &customer } else { &admin };
            let path = real_path(path);
            let method: Method = method.to_uppercase().parse().unwrap();
            for body in &wrong {
                let reply = api.call(method.clone(), &path, Some(body)).await.unwrap();
                // An empty change changes nothing; there, an object without known fields is refused all the same.
                problem(&format!("{method} {path} {body}"), &reply, &[400, 403, 404, 409, 422]);
                asked += 1;
            }
            for (what, bytes) in raw_bodies() {
                // What is refused before it is read takes the connection along: each of these has its own.
                let request = api
                    .request(method.clone(), &path)
                    .header("content-type", "application/json")
                    .header("connection", "close")
                    .body(bytes);
                let reply = api.send(request).await;
                problem(&format!("{method} {path} {what}"), &reply, &[400, 403, 404, 413, 422]);
                asked += 1;
            }
            let request = api.request(method.clone(), &path).header("content-type", "text/plain").body("{}");
            problem(&format!("{method} {path} as text"), &api.send(request).await, &[403, 404, 415]);
        }
    }
    assert!(asked > 300, "only {asked} requests were made: does the document name its bodies?");
    assert_eq!(admin.get("/conversations").await.done()["items"], json!([]), "something was stored");
    unharmed(&mut server).await;
}

/// Bodies that are no JSON, or too much of it.
fn raw_bodies() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", Vec::new()),
        ("broken UTF-8", b"{\"name\": \"\xff\xfe\xc3\x28\"}".to_vec()),
        ("a lone surrogate", br#"{"name": "\ud800"}"#.to_vec()),
        ("cut off", br#"{"name": "#.to_vec()),
        ("two values", b"{} {}".to_vec()),
        ("deep", [b"[".repeat(100_000), b"]".repeat(100_000)].concat()),
        ("huge", vec![b' '; 257 * 1024]),
        ("UTF-16", "{\"name\":\"x\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ]
}

/// A path of the document with ids that name nothing.
fn real_path(path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let parts = path.split('/').map(|part| match part.strip_prefix('{') {
        Some(_) if path.starts_with("/jobs/") => "999999999",
        Some(_) => "00000000-0000-7000-8000-000000000000",
        None => part,
    });
    let path = parts.collect::<Vec<_>>().join("/");
    // Which file, its query says.
    if path == "/assistant/file" { format!("{path}?path=flows/a.yml") } else { path }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_ids_cursors_queries_and_credentials_are_problems() {
    let mut server = Server::start(Setup::demo()).await;
    let (admin, token) = staff(server.address(), "admin").await;
    let (customer, visitor_token) = visitor(server.address(), DEMO_INBOX).await;
    for id in [
        "1",
        "null",
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "'%20OR%201=1--",
        "%F0%28%8C%28",
        "{}",
        "00000000-0000-0000-0000-000000000000",
    ] {
        for path in ["/conversations/ID", "/conversations/ID/events", "/contacts/ID", "/kb/entries/ID", "/files/ID"] {
            let path = path.replace("ID", id);
            problem(&path, &admin.get(&path).await, &[400, 404]);
        }
        let path = format!("/visitor/files/{id}");
        problem(&path, &customer.get(&path).await, &[400, 404]);
    }
    for cursor in
        ["x", "%00", "-1", "9".repeat(400).as_str(), "MTIz", "%27%3B--", "18446744073709551616", "1:2:3", "%E4%BD%A0"]
    {
        for path in ["/conversations", "/contacts", "/kb/entries"] {
            let path = format!("{path}?cursor={cursor}");
            problem(&path, &admin.get(&path).await, &[400, 422]);
        }
        problem("jobs", &admin.get(&format!("/jobs?cursor=x{cursor}")).await, &[400, 422]);
    }
    for query in [
        "limit=0",
        "limit=-1",
        "limit=101",
        "limit=x",
        "limit=1e9",
        "unknown=1",
        "status=gone",
        "view=yours",
        "inbox_id=x",
    ] {
        let path = format!("/conversations?{query}");
        problem(&path, &admin.get(&path).await, &[400, 422]);
    }
    for query in ["after=-1", "after=18446744073709551616", "after=1&before=2", "limit=501", "before=x"] {
        let path = format!("/visitor/events?{query}");
        problem(&path, &customer.get(&path).await, &[400, 422]);
    }
    for query in ["after=18446744073709551615", "before=18446744073709551615", "before=0"] {
        let reply = customer.get(&format!("/visitor/events?{query}")).await;
        assert!(reply.status < 500, "{query}: {}", reply.body);
    }

    let bare = Api::new(server.address());
    let flipped = format!(
        "{}{}",
        &visitor_token[..visitor_token.len() - 2],
        if visitor_token.ends_with("AA") { "BB" } else { "AA" }
    );
    for bad in
        ["", "x", "yd_", "yd_AAAA", "yv1.", "yv1.AAAA", "null", &flipped, &token.to_uppercase(), &"A".repeat(8_000)]
    {
        let with = bare.with_token(bad);
        problem(&format!("token {bad:.20}"), &with.get("/conversations").await, &[401]);
        problem(&format!("visitor token {bad:.20}"), &with.get("/visitor/events").await, &[401]);
        for path in ["/api/v1/ws", "/api/v1/visitor/ws"] {
            let mut socket = Socket::connect(server.address(), path, &[]).await.unwrap();
            socket.send(&json!({"type": "hello", "token": bad})).await.unwrap();
            let error = socket.next_of("error", 5).await.unwrap();
            assert_eq!(error["problem"]["status"], 401, "{error}");
            assert_eq!(socket.end(5).await, Closed::Code(4401));
        }
    }
    // A customer's token opens no door of the staff, and the other way round.
    problem("visitor as staff", &bare.with_token(&visitor_token).get("/conversations").await, &[401]);
    problem("staff as visitor", &bare.with_token(&token).get("/visitor/events").await, &[401]);
    problem("session cookie", &bare.with_header("cookie", "yingda_session=x").get("/auth/me").await, &[401]);
    unharmed(&mut server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let mut server = Server::start(Setup::demo()).await;
    let (customer, token) = visitor(server.address(), DEMO_INBOX).await;
    let authority = customer.authority();
    for (path, kind) in
        [("/api/v1/visitor/messages", "application/json"), ("/api/v1/visitor/files", "multipart/form-data; boundary=x")]
    {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n"
        );
        // Said beforehand: refused before it is read.
        let answer = raw(&authority, format!("{head}Content-Length: 99999999999\r\n\r\n").as_bytes(), 0).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        // Not said: cut off when it is too much.
        let first = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        let first = if kind.starts_with("multi") { first } else { "" };
        let start = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n", first.len())
            .replace("0\r\n\r\n", "");
        let answer = raw(&authority, start.as_bytes(), 40 * 1024 * 1024).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
    }
    // Heads that are no heads.
    for (what, head) in [
        ("a huge header", format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(200_000))),
        ("many headers", format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "a: b\r\n".repeat(5_000))),
        ("no HTTP", "\u{0}\u{1}\u{2} hello\r\n\r\n".into()),
        (
            "two lengths",
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".into(),
        ),
        (
            "length and chunks",
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                .into(),
        ),
        ("a long address", format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000))),
    ] {
        let answer = raw(&authority, head.as_bytes(), 0).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{what}: {answer:.100}");
    }
    // Frames that are too large, or none.
    for (what, frame) in [
        ("a huge frame", Message::text(format!("{{\"type\":\"hello\",\"token\":\"{}\"}}", "a".repeat(1_000_000)))),
        ("bytes", Message::binary(vec![0, 159, 146, 150])),
        ("no JSON", Message::text("hello")),
        ("deep", Message::text("[".repeat(50_000))),
        ("an unknown type", Message::text(r#"{"type":"drop_tables"}"#)),
        ("an unknown field", Message::text(r#"{"type":"ping","x":1}"#)),
        ("not hello first", Message::text(r#"{"type":"ping"}"#)),
    ] {
        for path in ["/api/v1/ws", "/api/v1/visitor/ws"] {
            let mut socket = Socket::connect(server.address(), path, &[]).await.unwrap();
            let _ = socket.send_raw(frame.clone()).await;
            let end = socket.end(5).await;
            assert!(matches!(end, Closed::Code(4400 | 4401) | Closed::Broken), "{what} at {path}: {end:?}");
        }
    }
    let mut socket = Socket::visitor(server.address(), &token, 0).await.unwrap();
    socket.next_of("welcome", 5).await.unwrap();
    for (key, content) in [
        ("", json!({"type": "text", "text": "a"})),
        (&*"k".repeat(101), json!({"type": "text", "text": "a"})),
        ("k1", json!({"type": "text", "text": "  "})),
        ("k2", json!({"type": "text", "text": "a".repeat(10_001)})),
        ("k3", json!({"type": "text", "text": "a\u{0}b"})),
        ("k4", json!({"type": "image", "file_id": "00000000-0000-7000-8000-000000000000"})),
        ("k5", json!({"type": "card", "title": "click me"})),
    ] {
        socket.send(&json!({"type": "message", "client_key": key, "content": content})).await.unwrap();
        let refused = socket.next_of("refused", 5).await.unwrap();
        assert_eq!(refused["client_key"].as_str(), Some(key));
    }
    assert_eq!(customer.get("/visitor/events").await.done()["events"], json!([]), "something was stored");
    unharmed(&mut server).await;
}

/// Sends bytes and then `more` bytes of chunks, and reads what comes back until the end or for ten seconds.
async fn raw(authority: &str, bytes: &[u8], more: usize) -> String {
    let stream = TcpStream::connect(authority).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let bytes = bytes.to_vec();
    let sending = tokio::spawn(async move {
        if to.write_all(&bytes).await.is_err() {
            return to;
        }
        let chunk = [format!("{:x}\r\n", 64 * 1024).as_bytes(), &vec![b' '; 64 * 1024], b"\r\n"].concat();
        for _ in 0..more / (64 * 1024) {
            if to.write_all(&chunk).await.is_err() {
                break;
            }
        }
        to
    });
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    let _ = tokio::time::timeout(Duration::from_secs(10), async {
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            answer.extend_from_slice(&buffer[..read]);
            if answer.windows(4).any(|window| window == b"\r\n\r\n") {
                break;
            }
        }
    })
    .await;
    sending.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paths_lead_nowhere_but_to_what_is_served() {
    let mut server = Server::start(Setup::demo()).await;
    let api = Api::new(server.address());
    let authority = api.authority();
    for prefix in ["/console", "/widget", "/docs", "/demo", ""] {
        for trick in [
            "/../../../../../etc/passwd",
            "/..%2f..%2f..%2f..%2fetc%2fpasswd",
            "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/....//....//etc/passwd",
            "/..\\..\\..\\etc\\passwd",
            "/%5c..%5c..%5cetc%5cpasswd",
            "//etc/passwd",
            "/%00/etc/passwd",
            "/%ff%fe.js",
            "/file:///etc/passwd",
            "/master.key",
            "/../master.key",
            "/yingda.db",
        ] {
            let request = format!("GET {prefix}{trick} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
            let answer = raw(&authority, request.as_bytes(), 0).await;
            let status: u16 = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
            assert!(matches!(status, 200 | 301 | 307 | 308 | 400 | 404), "{prefix}{trick}: {answer:.200}");
            assert!(!answer.contains("root:"), "{prefix}{trick} led out");
        }
    }
    for (method, path) in
        [("DELETE", "!/healthz"), ("PUT", "/conversations"), ("TRACE", "/auth/me"), ("POST", "!/openapi.json")]
    {
        let request = api.request(method.parse().unwrap(), path);
        problem(path, &api.send(request).await, &[404, 405]);
    }
    problem("unknown", &api.get("/nothing/here").await, &[404]);
    unharmed(&mut server).await;
}

/// The value of a header of a socket's upgrade does not matter to REST; a plain GET is told so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_address_without_an_upgrade_says_what_it_is() {
    let mut server = Server::start(Setup::demo()).await;
    let api = Api::new(server.address());
    for path in ["/ws", "/visitor/ws"] {
        problem(path, &api.get(path).await, &[400]);
    }
    let _: Value = api.get("!/healthz").await.done();
    unharmed(&mut server).await;
}
