//! Visitors: who they are, what they see, what they may send.

use axum::http::StatusCode;
use ring::hmac;
use serde_json::{Value, json};
use yingda_desk::{Incoming, NewInbox};
use yingda_model::{Content, InboxKind, InboxSettings, Role};

use crate::support::{Reply, Server, Setup, Visitor};

const SESSION: &str = "/api/v1/visitor/session";

fn hex_hmac(secret: &str, text: &str) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), text.as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn start(server: &Server, more: Value) -> Reply {
    let mut body = json!({"inbox_key": server.inbox.key});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    server.post(SESSION).json(&body).await
}

#[tokio::test]
async fn a_new_visitor_gets_a_token_and_what_to_show() {
    let server = Server::start().await;
    let body = start(&server, json!({"locale": "zh-CN"})).await.ok();
    assert!(body["token"].as_str().unwrap().starts_with("yv1."));
    assert_eq!((&body["conversation_id"], &body["last_seq"], &body["unread"]), (&json!(null), &json!(0), &json!(0)));
    assert_eq!(body["inbox"]["persona"]["name_zh"], "智能助手");
    assert_eq!((&body["inbox"]["bot"], &body["inbox"]["open_now"]), (&json!(true), &json!(true)));
    assert!(body["inbox"].get("settings").is_none() && body["inbox"].get("allowed_origins").is_none());
    let unknown = server.post(SESSION).json(&json!({"inbox_key": "nonsense"})).await;
    unknown.problem(404, "not_found");
    start(&server, json!({"locale": "x".repeat(36)})).await.problem(422, "bad_request");
}

#[tokio::test]
async fn a_returning_token_finds_its_thread() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "hello").await;
    let again = start(&server, json!({"token": visitor.token})).await.ok();
    assert_eq!(again["contact_id"], json!(visitor.contact));
    assert_eq!(again["conversation_id"], json!(id));
    assert_eq!(again["last_seq"], json!(2));
}

#[tokio::test]
async fn a_token_that_was_changed_is_worth_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    server.says(&visitor, "hello").await;
    let events = async |token: &str| server.get("/api/v1/visitor/events").bearer(token).send().await;
    events(&visitor.token).await.ok();
    for position in [4, 20, 40, 60, 80, 100] {
        let mut changed = visitor.token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        events(&changed).await.problem(401, "unauthenticated");
        let fresh = start(&server, json!({"token": changed})).await.ok();
        assert_ne!(fresh["contact_id"], json!(visitor.contact), "a forged token is as good as none");
    }
    events("nonsense").await.problem(401, "unauthenticated");
    server.get("/api/v1/visitor/events").send().await.problem(401, "unauthenticated");
    let admin = server.signed_in(Role::Admin).await;
    let token = server.token(&admin, &["admin"]).await;
    events(&token).await.problem(401, "unauthenticated");
    server.get("/api/v1/conversations").bearer(&visitor.token).send().await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_of_another_inbox_opens_no_thread_here() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    server.says(&visitor, "hello").await;
    let new = NewInbox { name: "B".into(), kind: InboxKind::Web, key: None, settings: InboxSettings::default() };
    let other = server.desk.create_inbox(&server.system, new).await.unwrap();
    let body = json!({"inbox_key": other.key, "token": visitor.token});
    let reply = server.post(SESSION).json(&body).await;
    let there = Visitor::of(&reply);
    assert_ne!(there.contact, visitor.contact);
    assert_eq!(reply.ok()["conversation_id"], json!(null));
    let events = server.get("/api/v1/visitor/events").bearer(&there.token).send().await.ok();
    assert_eq!(events["events"], json!([]));
}

#[tokio::test]
async fn a_customer_number_is_believed_with_the_right_hmac_only() {
    let server = Server::start().await;
    let claim = |hmac: Option<String>| json!({"identity": {"external_id": "C-1", "name": "Li Na", "hmac": hmac}});
    start(&server, claim(Some("00".repeat(32)))).await.problem(422, "bad_request");
    let secret = server.desk.new_identity_secret(&server.system, server.inbox.id).await.unwrap();
    let proven = start(&server, claim(Some(hex_hmac(&secret, "C-1")))).await;
    let owner = Visitor::of(&proven);
    server.says(&owner, "my order").await;
    for wrong in [hex_hmac(&secret, "C-2"), hex_hmac("other", "C-1"), "short".into(), "é".repeat(32), String::new()] {
        let problem = start(&server, claim(Some(wrong))).await.problem(422, "bad_request");
        assert_eq!(problem["field"], "identity.hmac");
    }
    let stranger = start(&server, claim(None)).await.ok();
    assert_ne!(stranger["contact_id"], json!(owner.contact));
    assert_eq!(stranger["conversation_id"], json!(null));
    let again = start(&server, claim(Some(hex_hmac(&secret, "C-1").to_uppercase()))).await.ok();
    assert_eq!(again["contact_id"], json!(owner.contact));
    assert!(again["conversation_id"].is_string());
    let renewed = server.desk.new_identity_secret(&server.system, server.inbox.id).await.unwrap();
    start(&server, claim(Some(hex_hmac(&secret, "C-1")))).await.problem(422, "bad_request");
    start(&server, claim(Some(hex_hmac(&renewed, "C-1")))).await.ok();
}

#[tokio::test]
async fn only_allowed_pages_may_use_an_inbox() {
    let settings = InboxSettings { allowed_origins: vec!["https://shop.example".into()], ..InboxSettings::default() };
    let server = Server::with(Setup { inbox: settings, ..Setup::default() }).await;
    let body = json!({"inbox_key": server.inbox.key});
    let session = async |origin: &str| server.post(SESSION).header("origin", origin).json(&body).await;
    for origin in ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"] {
        session(origin).await.problem(403, "origin_not_allowed");
    }
    let visitor = Visitor::of(&session("https://shop.example").await);
    session("https://SHOP.example").await.ok();
    server.visitor().await;
    let events = server.get("/api/v1/visitor/events").bearer(&visitor.token);
    events.header("origin", "https://evil.example").send().await.problem(403, "origin_not_allowed");
}

#[tokio::test]
async fn a_visitor_sees_no_notes_and_no_names_of_what_is_internal() {
    let server = Server::start().await;
    let agent = server.person(Role::Agent).await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "hello").await.parse().unwrap();
    server.desk.take_over(&agent, id).await.unwrap();
    let write = |words: &str| Incoming { content: Content::text(words), client_key: None, external_id: None };
    server.desk.note(&agent, id, write("a difficult one")).await.unwrap();
    server.desk.reply(&agent, id, write("good day")).await.unwrap();
    server.desk.snooze(&agent, id, yingda_model::Timestamp(i64::MAX / 2)).await.unwrap();
    for query in ["?after=0", "?before=1000", "?after=0&limit=500"] {
        let reply = server.get(&format!("/api/v1/visitor/events{query}")).bearer(&visitor.token).send().await;
        let text = reply.text();
        assert!(text.contains("good day") && !text.contains("difficult") && !text.contains("snoozed\","), "{text}");
    }
    let both = server.get("/api/v1/visitor/events?after=1&before=2").bearer(&visitor.token).send().await;
    both.problem(400, "bad_request");
    let path = format!("/api/v1/conversations/{id}");
    server.get(&path).bearer(&visitor.token).send().await.problem(401, "unauthenticated");
    let other = server.visitor().await;
    let theirs = server.get("/api/v1/visitor/events").bearer(&other.token).send().await.ok();
    assert_eq!(theirs["events"], json!([]));
}

#[tokio::test]
async fn a_message_sent_again_is_stored_once() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let body = json!({"client_key": "k", "content": {"type": "text", "text": "hello"}});
    let send = async || server.post("/api/v1/visitor/messages").bearer(&visitor.token).json(&body).await;
    let (first, again) = (send().await, send().await);
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    let (first, again) = (first.json(), again.json());
    assert_eq!((&first["message_id"], &first["seq"]), (&again["message_id"], &again["seq"]));
    assert_eq!((&first["duplicate"], &again["duplicate"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn customers_send_what_people_type_and_not_what_companies_show() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let send = async |content: Value| {
        let body = json!({"client_key": "k", "content": content});
        server.post("/api/v1/visitor/messages").bearer(&visitor.token).json(&body).await
    };
    let card = json!({"type": "card", "title": "Win a prize", "url": "https://evil.example"});
    send(card).await.problem(422, "bad_request");
    let choices = json!({"type": "choices", "text": "?", "options": [{"id": "a", "label": "A"}]});
    send(choices).await.problem(422, "bad_request");
    send(json!({"type": "html", "text": "<b>"})).await.problem(422, "bad_json");
    let tapped = json!({"type": "text", "text": "A", "choice": {"id": "a", "label": "A"}});
    assert_eq!(send(tapped).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn typing_and_reading_are_taken_also_before_there_is_a_thread() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let post = async |what: &str, body: Value| {
        server.post(&format!("/api/v1/visitor/{what}")).bearer(&visitor.token).json(&body).await.status
    };
    assert_eq!(post("typing", json!({"on": true})).await, StatusCode::NO_CONTENT);
    assert_eq!(post("read", json!({"seq": 5})).await, StatusCode::NO_CONTENT);
    server.says(&visitor, "hello").await;
    assert_eq!(post("typing", json!({"on": true})).await, StatusCode::NO_CONTENT);
    assert_eq!(post("read", json!({"seq": 1})).await, StatusCode::NO_CONTENT);
    assert_eq!(post("read", json!({"seq": 99})).await, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_erased_visitors_token_is_worth_nothing() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    server.says(&visitor, "hello").await;
    server.desk.erase_contact(&server.system, visitor.contact.parse().unwrap()).await.unwrap();
    let events = server.get("/api/v1/visitor/events").bearer(&visitor.token).send().await;
    events.problem(401, "unauthenticated");
    let fresh = start(&server, json!({"token": visitor.token})).await.ok();
    assert_ne!(fresh["contact_id"], json!(visitor.contact));
}
