//! Signing in, and who a browser may speak for.

use std::time::Instant;

use serde_json::json;
use yingda_tests::{Api, Closed, DEMO_INBOX, DEMO_PASSWORD, Server, Setup, Socket, sign_in, visitor};

use crate::{problem, unharmed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cookie_changes_nothing_without_the_csrf_token() {
    let mut server = Server::start(Setup::demo()).await;
    let signed_in = sign_in(server.address(), "default", "admin@qinghe.example", DEMO_PASSWORD).await;
    for csrf in ["", "x", "undefined"] {
        let forged = signed_in.with_header("x-csrf-token", csrf);
        problem("contact", &forged.post("/contacts", json!({"name": "x"})).await, &[403]);
        problem("token", &forged.post("/tokens", json!({"name": "x", "scopes": ["admin"]})).await, &[403]);
        problem("log out", &forged.post("/auth/logout", json!({})).await, &[403]);
        problem("erase", &forged.delete("/contacts/00000000-0000-7000-8000-000000000000").await, &[403]);
        assert_eq!(forged.get("/auth/me").await.status, 200, "reading needs none");
    }
    assert_eq!(signed_in.get("/contacts").await.done()["items"], json!([]));
    unharmed(&mut server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_with_a_cookie_is_refused_from_another_page_and_ends_with_the_session() {
    let mut server = Server::start(Setup::demo()).await;
    let address = server.address().clone();
    let signed_in = sign_in(&address, "default", "agent1@qinghe.example", DEMO_PASSWORD).await;
    let credentials = json!({"email": "agent1@qinghe.example", "password": DEMO_PASSWORD});
    let login = Api::new(&address).post("/auth/login", credentials).await;
    let cookie = login.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(login.header("set-cookie").contains("HttpOnly") && login.header("set-cookie").contains("SameSite=Lax"));
    let second =
        Api::new(&address).with_header("cookie", &cookie).with_header("x-csrf-token", login.text("csrf_token"));
    let own = format!("http://{}", signed_in.authority());
    for origin in ["https://evil.example", "null", "http://127.0.0.1", &format!("{own}.evil.example"), ""] {
        let mut socket =
            Socket::connect(&address, "/api/v1/ws", &[("cookie", &cookie), ("origin", origin)]).await.unwrap();
        socket.send(&json!({"type": "hello"})).await.unwrap();
        let error = socket.next_of("error", 5).await.unwrap();
        assert_eq!(error["problem"]["code"], "origin_not_allowed", "{origin}");
        assert_eq!(socket.end(5).await, Closed::Code(4403));
    }
    let mut none = Socket::connect(&address, "/api/v1/ws", &[("cookie", &cookie)]).await.unwrap();
    none.send(&json!({"type": "hello"})).await.unwrap();
    assert_eq!(none.end(5).await, Closed::Code(4403), "no origin is no page of ours");

    let mut socket = Socket::connect(&address, "/api/v1/ws", &[("cookie", &cookie), ("origin", &own)]).await.unwrap();
    socket.send(&json!({"type": "hello"})).await.unwrap();
    socket.next_of("welcome", 5).await.unwrap();
    assert_eq!(second.post("/auth/logout", json!({})).await.status, 204);
    problem("the session is over", &second.get("/auth/me").await, &[401]);
    let begun = Instant::now();
    assert_eq!(socket.end(40).await, Closed::Code(4401));
    eprintln!("the socket of a session that ended was closed after {:.1} s", begun.elapsed().as_secs_f32());
    assert_eq!(signed_in.get("/auth/me").await.status, 200, "another session goes on");
    unharmed(&mut server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_passwords_is_slowed_down_and_tells_nothing() {
    let mut server = Server::start(Setup::demo().with_rate_limits()).await;
    let api = Api::new(server.address());
    let unknown =
        api.post("/auth/login", json!({"email": "nobody@qinghe.example", "password": "wrong password"})).await;
    let known = api.post("/auth/login", json!({"email": "agent1@qinghe.example", "password": "wrong password"})).await;
    problem("unknown", &unknown, &[401]);
    assert_eq!(unknown.body, known.body, "the answers differ");
    let mut limited = None;
    for _ in 0..30 {
        let reply =
            api.post("/auth/login", json!({"email": "agent1@qinghe.example", "password": "wrong password"})).await;
        if reply.status == 429 {
            limited = Some(reply);
            break;
        }
    }
    let limited = limited.expect("guessing is limited");
    problem("limited", &limited, &[429]);
    assert!(limited.header("retry-after").parse::<u64>().unwrap() > 0);
    // Writing is limited as well, per customer.
    let (customer, _) = visitor(server.address(), DEMO_INBOX).await;
    let mut refused = 0;
    for number in 0..60 {
        let message = json!({"client_key": format!("k{number}"), "content": {"type": "text", "text": "你好"}});
        refused += u64::from(customer.post("/visitor/messages", message).await.status == 429);
    }
    assert!(refused > 10, "only {refused} of 60 at once were refused");
    unharmed(&mut server).await;
}
