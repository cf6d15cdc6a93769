//! SQL, HTML and the rest of the zoo are data.

use serde_json::json;
use yingda_tests::{DEMO_INBOX, Server, Setup, Socket, staff, visitor};

use crate::{problem, unharmed};

const NASTY: [&str; 10] = [
    "'; DROP TABLE message; --",
    "\" OR \"\"=\"",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "%s%n%x %2e%2e/ \\x00 \\u0000",
    "مرحبا \u{202e}gnp.exe\u{202c} שלום",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿👩‍👩‍👧‍👦 é\u{301}\u{301}\u{301}",
    "=HYPERLINK(\"http://evil.example\")",
    "javascript:alert(1)//\r\nSet-Cookie: a=b",
    "$1 :name ? ?1 @x -- /* */",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_written_comes_back_as_it_was_written() {
    let mut server = Server::start(Setup::demo()).await;
    let (admin, _) = staff(server.address(), "admin").await;
    let (agent, _) = staff(server.address(), "agent1").await;
    for (number, text) in NASTY.iter().enumerate() {
        let (customer, _) = visitor(server.address(), DEMO_INBOX).await;
        let key = format!("{text}{number}").replace(['\r', '\n'], "");
        let sent = customer
            .post("/visitor/messages", json!({"client_key": key, "content": {"type": "text", "text": text}}))
            .await;
        assert_eq!(sent.status, 201, "{text}: {}", sent.body);
        let again = customer
            .post("/visitor/messages", json!({"client_key": key, "content": {"type": "text", "text": text}}))
            .await;
        assert_eq!((again.status, again.text("message_id")), (200, sent.text("message_id")));
        let id = sent.text("conversation_id");
        let page = agent.get(&format!("/conversations/{id}/events")).await.done();
        let stored =
            page["events"].as_array().unwrap().iter().find(|event| event["message"]["id"] == sent.body["message_id"]);
        assert_eq!(stored.unwrap()["message"]["content"]["text"].as_str(), Some(*text));

        let line = text.replace(['\r', '\n'], " ");
        let made = admin
            .post(
                "/contacts",
                json!({"name": line, "attributes": {"note": line}, "external_id": format!("{line}{number}")}),
            )
            .await;
        if made.status == 201 {
            let id = made.text("id");
            let read = admin.get(&format!("/contacts/{id}")).await.done();
            assert_eq!(read["name"].as_str(), Some(line.trim()));
            assert_eq!(read["attributes"]["note"].as_str(), Some(line.as_str()));
            let found = admin
                .send(
                    admin
                        .request(reqwest::Method::GET, &format!("/contacts?q={}", encoded(&format!("{line}{number}")))),
                )
                .await;
            assert_eq!(found.done()["items"][0]["id"].as_str(), Some(id));
        } else {
            problem(text, &made, &[422]);
        }
        let entry = admin
            .post(
                "/kb/entries",
                json!({"question": line, "answer": text, "variants": [format!("{line}?")], "category": line}),
            )
            .await;
        if entry.status == 201 {
            let read = admin.get(&format!("/kb/entries/{}", entry.text("id"))).await.done();
            assert_eq!(read["answer"].as_str(), Some(*text));
            assert_eq!(read["question"].as_str(), Some(line.trim()));
        } else {
            problem(text, &entry, &[422]);
        }
        assert!(admin.post("/kb/ask", json!({"text": text})).await.status < 500);
        let team = admin.post("/teams", json!({"name": line})).await;
        assert!(matches!(team.status, 201 | 422), "{}", team.body);
        let found = admin.send(admin.request(reqwest::Method::GET, &format!("/kb/entries?q={}", encoded(&line)))).await;
        assert!(found.status < 500, "{}", found.body);
        let login = json!({"email": text, "password": text, "workspace": text});
        problem("login", &yingda_tests::Api::new(server.address()).post("/auth/login", login).await, &[401]);
        let session = json!({"inbox_key": text, "locale": "zh-CN"});
        problem("session", &yingda_tests::Api::new(server.address()).post("/visitor/session", session).await, &[404]);
        let identity =
            json!({"inbox_key": DEMO_INBOX, "identity": {"external_id": format!("{line}x{number}"), "name": line}});
        assert!(matches!(
            yingda_tests::Api::new(server.address()).post("/visitor/session", identity).await.status,
            200 | 422
        ));
    }
    unharmed(&mut server).await;
}

/// Percent-encodes everything but letters and digits.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_never_reaches_the_customer() {
    let mut server = Server::start(Setup::demo()).await;
    let (customer, token) = visitor(server.address(), DEMO_INBOX).await;
    let (agent, _) = staff(server.address(), "agent1").await;
    let receipt = customer
        .post("/visitor/messages", json!({"client_key": "k", "content": {"type": "text", "text": "转人工"}}))
        .await
        .done();
    let id = receipt["conversation_id"].as_str().unwrap();
    agent.post(&format!("/conversations/{id}/take-over"), json!({})).await.done();
    let mut socket = Socket::visitor(server.address(), &token, 0).await.unwrap();
    let secret = "密语：这位客户很难缠";
    let file = agent.upload("/files", "secret.txt", "text/plain", b"for colleagues").await.done();
    for (key, content) in [
        ("n1", json!({"type": "text", "text": secret})),
        ("n2", json!({"type": "file", "file_id": file["id"], "name": secret})),
    ] {
        let note = json!({"client_key": key, "visibility": "private", "content": content});
        agent.post(&format!("/conversations/{id}/messages"), note).await.done();
    }
    agent
        .post(
            &format!("/conversations/{id}/messages"),
            json!({"client_key": "end", "content": {"type": "text", "text": "您好"}}),
        )
        .await
        .done();
    // The socket that was there, one that comes later, and all pages of REST.
    let mut told = Vec::new();
    loop {
        let frame = socket.next().await.unwrap();
        told.push(frame.to_string());
        if frame["event"]["message"]["client_key"] == "end" {
            break;
        }
    }
    for after in 0..12 {
        told.push(customer.get(&format!("/visitor/events?after={after}")).await.done().to_string());
        told.push(customer.get(&format!("/visitor/events?before={after}&limit=3")).await.done().to_string());
    }
    let session = json!({"inbox_key": DEMO_INBOX, "token": token});
    told.push(yingda_tests::Api::new(server.address()).post("/visitor/session", session).await.done().to_string());
    for text in told {
        assert!(!text.contains("密语") && !text.contains("private") && !text.contains("secret"), "{text}");
    }
    let path = format!("/visitor/files/{}", file["id"].as_str().unwrap());
    problem("the file of a note", &customer.get(&path).await, &[404]);
    unharmed(&mut server).await;
}
