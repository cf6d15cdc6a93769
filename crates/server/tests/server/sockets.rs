//! Sockets: who may open one, and who is told what.

use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;
use yingda_desk::{Incoming, NewContact};
use yingda_model::{Content, ConversationId, InboxSettings, Role, Scope};

use crate::support::{Server, Session, Setup, Visitor};

/// Headers of the request that opens a socket.
type Headers<'a> = &'a [(&'static str, &'a str)];

/// A server on a port, telling what happens, until this is dropped.
struct Listening {
    server: Server,
    address: SocketAddr,
    live: CancellationToken,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.live.cancel();
        self.server.stop.cancel();
    }
}

impl Listening {
    async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    async fn with(setup: Setup) -> Self {
        let server = Server::with(setup).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(yingda_server::serve(server.router.clone(), listener, server.stop.clone()));
        let live = CancellationToken::new();
        let (desk, stop) = (server.desk.clone(), live.clone());
        tokio::spawn(async move { desk.run(stop).await.unwrap() });
        Self { server, address, live }
    }

    async fn connect(&self, path: &str, headers: Headers<'_>) -> Socket {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        Socket(connect_async(request).await.unwrap().0)
    }

    /// A visitor's socket that has been welcomed.
    async fn visitor(&self, visitor: &Visitor, last_seq: u64) -> (Socket, Value) {
        let mut socket = self.connect("/api/v1/visitor/ws", &[]).await;
        socket.send(json!({"type": "hello", "token": visitor.token, "last_seq": last_seq})).await;
        let welcome = socket.receive_kind("welcome").await;
        (socket, welcome)
    }

    /// An agent's socket that has been welcomed, by cookie from a page of ours.
    async fn agent(&self, session: &Session) -> (Socket, Value) {
        let origin = format!("http://{}", self.address);
        let mut socket = self.connect("/api/v1/ws", &[("cookie", &session.cookie), ("origin", &origin)]).await;
        socket.send(json!({"type": "hello"})).await;
        let welcome = socket.receive_kind("welcome").await;
        (socket, welcome)
    }
}

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn send(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn next(&mut self) -> Message {
        let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
        next.expect("nothing came in 20 s").expect("the socket is open").unwrap()
    }

    async fn receive(&mut self) -> Value {
        loop {
            match self.next().await {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(frame) => panic!("the socket was closed: {frame:?}"),
                _ => continue,
            }
        }
    }

    /// The next frame of a kind; others are passed over.
    async fn receive_kind(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.receive().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The code of the problem and that of the end.
    async fn end(&mut self) -> (Option<String>, u16) {
        let mut problem = None;
        loop {
            match self.next().await {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if frame["type"] == "error" {
                        problem = frame["problem"]["code"].as_str().map(str::to_owned);
                    }
                }
                Message::Close(frame) => return (problem, frame.unwrap().code.into()),
                _ => continue,
            }
        }
    }
}

fn write(words: &str) -> Incoming {
    Incoming { content: Content::text(words), client_key: None, external_id: None }
}

fn said(frame: &Value) -> Option<&str> {
    frame.pointer("/event/message/content/text")?.as_str()
}

#[tokio::test]
async fn a_customer_is_told_everything_but_notes_and_can_see_that_nothing_is_missing() {
    let listening = Listening::start().await;
    let server = &listening.server;
    let agent = server.person(Role::Agent).await;
    let visitor = server.visitor().await;
    let (mut socket, welcome) = listening.visitor(&visitor, 0).await;
    assert_eq!(welcome["conversation_id"], json!(null));
    let content = json!({"type": "text", "text": "hello"});
    socket.send(json!({"type": "message", "client_key": "1", "content": content})).await;
    let (mut events, mut ack) = (Vec::new(), Value::Null);
    while ack.is_null() {
        let frame = socket.receive().await;
        if frame["type"] == "ack" { ack = frame } else { events.push(frame) }
    }
    assert_eq!((&ack["client_key"], &ack["duplicate"]), (&json!("1"), &json!(false)));
    let id: ConversationId = ack["conversation_id"].as_str().unwrap().parse().unwrap();

    server.desk.take_over(&agent, id).await.unwrap();
    server.desk.note(&agent, id, write("a difficult one")).await.unwrap();
    server.desk.note(&agent, id, write("indeed")).await.unwrap();
    server.desk.reply(&agent, id, write("good day")).await.unwrap();
    server.desk.resolve(&agent, id).await.unwrap();
    let last = server.desk.conversation(&server.system, id).await.unwrap().public_seq;
    while events.last().and_then(|frame| frame["event"]["seq"].as_u64()) != Some(last) {
        let frame = socket.receive().await;
        if frame["type"] == "event" {
            events.push(frame);
        }
    }
    let mut before = 0;
    for frame in &events {
        assert_eq!(frame["prev"], json!(before), "{frame}");
        before = frame["event"]["seq"].as_u64().unwrap();
    }
    assert_eq!(events.iter().filter_map(said).collect::<Vec<_>>(), ["hello", "good day"]);

    let (mut again, welcome) = listening.visitor(&visitor, 2).await;
    assert_eq!(welcome["last_seq"], json!(last));
    for expected in events.iter().filter(|frame| frame["event"]["seq"].as_u64() > Some(2)) {
        assert_eq!(&again.receive_kind("event").await, expected, "exactly what was missed");
    }
}

#[tokio::test]
async fn a_message_that_is_refused_does_not_end_the_socket() {
    let listening = Listening::start().await;
    let visitor = listening.server.visitor().await;
    let (mut socket, _) = listening.visitor(&visitor, 0).await;
    socket.send(json!({"type": "message", "client_key": "1", "content": {"type": "text", "text": " "}})).await;
    let refused = socket.receive_kind("refused").await;
    assert_eq!((&refused["client_key"], &refused["problem"]["code"]), (&json!("1"), &json!("bad_content")));
    for _ in 0..2 {
        socket.send(json!({"type": "message", "client_key": "2", "content": {"type": "text", "text": "hi"}})).await;
    }
    assert_eq!(socket.receive_kind("ack").await["duplicate"], json!(false));
    assert_eq!(socket.receive_kind("ack").await["duplicate"], json!(true));
    socket.send(json!({"type": "ping"})).await;
    socket.receive_kind("pong").await;
}

#[tokio::test]
async fn agents_are_told_notes_and_the_lists_line_with_each_event() {
    let listening = Listening::start().await;
    let server = &listening.server;
    let session = server.signed_in(Role::Agent).await;
    let agent = server.get("/api/v1/auth/me").session(&session).send().await.ok()["user"]["id"].clone();
    let scope = Scope::user(server.system.workspace(), agent.as_str().unwrap().parse().unwrap(), Role::Agent);
    let (mut socket, welcome) = listening.agent(&session).await;
    assert_eq!(welcome["user_id"], agent);
    let visitor = server.visitor().await;
    let id: ConversationId = server.says(&visitor, "hello").await.parse().unwrap();
    server.desk.note(&scope, id, write("a difficult one")).await.unwrap();
    let mut number = 0;
    let frame = loop {
        let frame = socket.receive_kind("event").await;
        assert_eq!(frame["prev"], json!(number), "every event, in order");
        number = frame["event"]["seq"].as_u64().unwrap();
        assert_eq!(frame["view"]["conversation"]["id"], json!(id));
        if said(&frame) == Some("a difficult one") {
            break frame;
        }
    };
    assert_eq!(frame["event"]["message"]["visibility"], "private");

    let cursor = frame["cursor"].as_str().unwrap().to_owned();
    drop(socket);
    server.says(&visitor, "are you there?").await;
    let origin = format!("http://{}", listening.address);
    let mut socket = listening.connect("/api/v1/ws", &[("cookie", &session.cookie), ("origin", &origin)]).await;
    socket.send(json!({"type": "hello", "cursor": cursor})).await;
    assert_eq!(said(&socket.receive_kind("event").await), Some("are you there?"), "it goes on where it was");
    socket.send(json!({"type": "watch", "conversation_id": id, "last_seq": 0})).await;
    let mut replayed = Vec::new();
    loop {
        let frame = socket.receive().await;
        match frame["type"].as_str() {
            Some("event") if frame.get("cursor").is_none() => replayed.push(frame["event"]["seq"].as_u64().unwrap()),
            Some("watched") => break,
            _ => continue,
        }
    }
    assert_eq!(replayed, (1..=number + 1).collect::<Vec<_>>());
}

#[tokio::test]
async fn typing_is_shown_to_the_other_side() {
    let listening = Listening::start().await;
    let server = &listening.server;
    let session = server.signed_in(Role::Agent).await;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "hello").await;
    let (mut customer, _) = listening.visitor(&visitor, 0).await;
    let (mut agent, _) = listening.agent(&session).await;
    agent.send(json!({"type": "typing", "conversation_id": id, "on": true})).await;
    let frame = customer.receive_kind("typing").await;
    assert_eq!(frame, json!({"type": "typing", "who": "agent", "on": true}), "who exactly types is not told");
    customer.send(json!({"type": "typing", "on": true})).await;
    loop {
        let frame = agent.receive_kind("typing").await;
        if frame["who"] == "contact" {
            assert_eq!((&frame["conversation_id"], &frame["on"]), (&json!(id), &json!(true)));
            break;
        }
    }
    drop(customer);
    loop {
        let frame = agent.receive_kind("typing").await;
        if frame["who"] == "contact" && frame["on"] == false {
            break;
        }
    }
}

#[tokio::test]
async fn a_customer_who_turns_out_to_be_another_goes_on_in_the_same_socket() {
    let listening = Listening::start().await;
    let server = &listening.server;
    let visitor = server.visitor().await;
    let id = server.says(&visitor, "hello").await;
    let (mut socket, _) = listening.visitor(&visitor, 2).await;
    let known = server.desk.create_contact(&server.system, NewContact::default(), None).await.unwrap().0;
    server.desk.merge_contacts(&server.system, visitor.contact.parse().unwrap(), known.id).await.unwrap();
    for n in 0..3 {
        let content = json!({"type": "text", "text": format!("after {n}")});
        socket.send(json!({"type": "message", "client_key": n.to_string(), "content": content})).await;
        let frame = socket.receive_kind("ack").await;
        assert_eq!(frame["conversation_id"], json!(id), "it is still the same thread");
    }
    let state = server.desk.conversation(&server.system, id.parse().unwrap()).await.unwrap();
    assert_eq!(state.contact_id, known.id);
}

#[tokio::test]
async fn a_socket_that_may_not_be_there_is_told_why_and_closed() {
    let settings = InboxSettings { allowed_origins: vec!["https://shop.example".into()], ..InboxSettings::default() };
    let listening = Listening::with(Setup { inbox: settings, ..Setup::default() }).await;
    let server = &listening.server;
    let session = server.signed_in(Role::Admin).await;
    let token = server.token(&session, &["knowledge:read"]).await;
    let visitor = server.visitor().await;
    let origin = format!("http://{}", listening.address);
    let evil = [("cookie", session.cookie.as_str()), ("origin", "https://evil.example")];
    let own = [("cookie", session.cookie.as_str()), ("origin", origin.as_str())];
    let hello = json!({"type": "hello"});
    let visitor_hello = |token: &str| json!({"type": "hello", "token": token});
    let agents = "/api/v1/ws";
    let visitors = "/api/v1/visitor/ws";
    let cases: [(&str, Headers, Value, &str, u16); 10] = [
        (agents, &evil, hello.clone(), "origin_not_allowed", 4403),
        (agents, &evil[..1], hello.clone(), "origin_not_allowed", 4403),
        (agents, &own[1..], hello.clone(), "unauthenticated", 4401),
        (agents, &[], json!({"type": "hello", "token": token}), "forbidden", 4403),
        (agents, &[], visitor_hello(&visitor.token), "unauthenticated", 4401),
        (agents, &own, json!({"type": "ping"}), "unauthenticated", 4401),
        (agents, &own, json!({"type": "dance"}), "bad_json", 4400),
        (visitors, &[], visitor_hello("yv1.nonsense"), "unauthenticated", 4401),
        (visitors, &evil[1..], visitor_hello(&visitor.token), "origin_not_allowed", 4403),
        (visitors, &[], json!({"type": "read", "seq": 1}), "unauthenticated", 4401),
    ];
    for (path, headers, frame, problem, code) in cases {
        let mut socket = listening.connect(path, headers).await;
        socket.send(frame.clone()).await;
        assert_eq!(socket.end().await, (Some(problem.to_owned()), code), "{path} {frame}");
    }
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let listening = Listening::start().await;
    let visitor = listening.server.visitor().await;
    let (mut socket, _) = listening.visitor(&visitor, 0).await;
    let mut silent = listening.connect("/api/v1/ws", &[]).await;
    listening.server.stop.cancel();
    assert_eq!(socket.end().await, (None, 1012));
    assert_eq!(silent.end().await, (None, 1012));
}
