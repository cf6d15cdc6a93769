//! Yingda as an MCP server, asked by the client of the protocol's own library over a real connection.

use std::net::SocketAddr;

use axum::http::{Method, StatusCode};
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService, ServiceExt};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};
use yingda_model::Role;

use crate::support::{Server, Session};

type Client = RunningService<RoleClient, ()>;

/// A server that can be reached, with an agent.
struct Reached {
    server: Server,
    agent: Session,
    address: SocketAddr,
}

impl Reached {
    async fn open() -> Self {
        let server = Server::start().await;
        let agent = server.signed_in(Role::Agent).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = server.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { server, agent, address }
    }

    /// A client with a token.
    async fn client(&self, token: &str) -> Client {
        rustls::crypto::ring::default_provider().install_default().ok();
        let config =
            StreamableHttpClientTransportConfig::with_uri(format!("http://{}/mcp", self.address)).auth_header(token);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        ().serve(StreamableHttpClientTransport::with_client(http, config)).await.unwrap()
    }

    /// A client of the agent, with a token for this.
    async fn may(&self, scopes: &[&str]) -> Client {
        self.client(&self.server.token(&self.agent, scopes).await).await
    }
}

/// Calls a tool; gives what it found.
async fn call(client: &Client, tool: &'static str, arguments: Value) -> Value {
    let result = asked(client, tool, arguments).await;
    assert_eq!(result.is_error, Some(false), "{result:?}");
    result.structured_content.unwrap()
}

/// Calls a tool; gives the code of the problem.
async fn refused(client: &Client, tool: &'static str, arguments: Value) -> String {
    let result = asked(client, tool, arguments).await;
    assert_eq!(result.is_error, Some(true), "{result:?}");
    result.structured_content.unwrap()["code"].as_str().unwrap().to_owned()
}

async fn asked(client: &Client, tool: &'static str, arguments: Value) -> rmcp::model::CallToolResult {
    let arguments = arguments.as_object().unwrap().clone();
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.unwrap()
}

async fn names(client: &Client) -> Vec<String> {
    let mut names: Vec<String> =
        client.list_all_tools().await.unwrap().into_iter().map(|tool| tool.name.to_string()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_customer_is_answered_through_the_protocol() {
    let reached = Reached::open().await;
    let server = &reached.server;
    let id = server.says(&server.visitor().await, "Where is my parcel?").await;
    let client = reached.may(&["conversations:write", "knowledge:read"]).await;
    let all = [
        "add_note",
        "answer_conversation",
        "create_ticket",
        "list_conversations",
        "list_tickets",
        "read_conversation",
        "search_knowledge",
    ];
    assert_eq!(names(&client).await, all);
    for tool in client.list_all_tools().await.unwrap() {
        assert!(tool.description.is_some() && tool.input_schema["additionalProperties"] == false, "{tool:?}");
    }

    let list = call(&client, "list_conversations", json!({"view": "bot"})).await;
    assert_eq!(list["items"][0]["conversation_id"], id.as_str());
    assert_eq!(list["items"][0]["last_message"]["text"], "Where is my parcel?");
    let answer = json!({"conversation_id": id, "text": "On its way.", "client_key": "one"});
    assert_eq!(refused(&client, "answer_conversation", answer.clone()).await, "wrong_status");
    let mut taking = answer;
    taking["take_over"] = json!("if_needed");
    assert_eq!(call(&client, "answer_conversation", taking.clone()).await["duplicate"], false);
    assert_eq!(call(&client, "answer_conversation", taking).await["duplicate"], true, "sent twice, stored once");
    call(&client, "add_note", json!({"conversation_id": id, "text": "Look after it."})).await;
    let ticket = call(&client, "create_ticket", json!({"conversation_id": id, "subject": "Find the parcel"})).await;
    assert_eq!(ticket["number"], 1);
    let tickets = call(&client, "list_tickets", json!({"state": "open", "conversation_id": id})).await;
    assert_eq!(tickets["items"][0]["id"], ticket["id"]);

    let read = call(&client, "read_conversation", json!({"conversation_id": id})).await;
    let told = |message: &Value| {
        (message["from"].clone(), message["private"].clone(), message["text"].as_str().unwrap_or_default().to_owned())
    };
    let messages: Vec<_> = read["messages"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(messages[0], (json!("customer"), json!(false), "Where is my parcel?".into()));
    assert_eq!(messages[1], (json!("agent"), json!(false), "On its way.".into()));
    assert_eq!(messages[2], (json!("agent"), json!(true), "Look after it.".into()));
    assert_eq!(read["conversation"]["status"], "waiting");
    client.cancel().await.unwrap();
}

#[tokio::test]
async fn knowledge_is_found() {
    let reached = Reached::open().await;
    let supervisor = reached.server.signed_in(Role::Supervisor).await;
    let entry = json!({"question": "When do you open?", "answer": "At nine."});
    let reply = reached.server.post("/api/v1/kb/entries").session(&supervisor).json(&entry).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let client = reached.may(&["knowledge:read"]).await;
    assert_eq!(names(&client).await, ["search_knowledge"]);
    let found = call(&client, "search_knowledge", json!({"text": "when do you open"})).await;
    assert_eq!(found["hits"][0]["question"], "When do you open?");
}

#[tokio::test]
async fn a_token_that_reads_cannot_write() {
    let reached = Reached::open().await;
    let id = reached.server.says(&reached.server.visitor().await, "hello").await;
    let client = reached.may(&["conversations:read"]).await;
    assert_eq!(names(&client).await, ["list_conversations", "list_tickets", "read_conversation"]);
    call(&client, "read_conversation", json!({"conversation_id": id})).await;
    let answer = json!({"conversation_id": id, "text": "hi", "take_over": "if_needed"});
    assert_eq!(refused(&client, "answer_conversation", answer).await, "forbidden");
    assert_eq!(refused(&client, "add_note", json!({"conversation_id": id, "text": "hi"})).await, "forbidden");
    assert_eq!(refused(&client, "create_ticket", json!({"conversation_id": id, "subject": "x"})).await, "forbidden");
    assert_eq!(refused(&client, "search_knowledge", json!({"text": "x"})).await, "forbidden");
    let page = reached.server.get(&format!("/api/v1/conversations/{id}")).session(&reached.agent).send().await.ok();
    assert_eq!(page["conversation"]["status"], "bot", "nobody took it over");
}

#[tokio::test]
async fn another_workspace_is_not_there() {
    let reached = Reached::open().await;
    let id = reached.server.says(&reached.server.visitor().await, "a secret").await;
    let client = reached.client(&reached.server.stranger().await).await;
    assert_eq!(call(&client, "list_conversations", json!({})).await["items"], json!([]));
    assert_eq!(call(&client, "list_tickets", json!({"conversation_id": id})).await["items"], json!([]));
    for (tool, arguments) in [
        ("read_conversation", json!({"conversation_id": id})),
        ("answer_conversation", json!({"conversation_id": id, "text": "x", "take_over": "if_needed"})),
        ("add_note", json!({"conversation_id": id, "text": "x"})),
        ("create_ticket", json!({"conversation_id": id, "subject": "x"})),
    ] {
        assert_eq!(refused(&client, tool, arguments).await, "not_found", "{tool}");
    }
}

#[tokio::test]
async fn arguments_are_checked_and_what_is_wrong_is_told() {
    let reached = Reached::open().await;
    let id = reached.server.says(&reached.server.visitor().await, "hello").await;
    let client = reached.may(&["conversations:write", "knowledge:read"]).await;
    for (tool, arguments, code) in [
        ("search_knowledge", json!({}), "bad_json"),
        ("search_knowledge", json!({"text": " "}), "bad_request"),
        ("search_knowledge", json!({"text": "x", "limit": 51}), "bad_request"),
        ("list_conversations", json!({"limit": 51}), "bad_request"),
        ("list_conversations", json!({"cursor": "x"}), "bad_cursor"),
        ("list_conversations", json!({"view": "theirs"}), "bad_json"),
        ("read_conversation", json!({"conversation_id": "x"}), "bad_json"),
        ("read_conversation", json!({"conversation_id": id, "limit": 0}), "bad_request"),
        ("answer_conversation", json!({"conversation_id": id, "text": " ", "take_over": "if_needed"}), "bad_content"),
        ("answer_conversation", json!({"conversation_id": id, "text": "x", "visibility": "public"}), "bad_json"),
        ("add_note", json!({"conversation_id": id, "text": "a\u{0}"}), "bad_content"),
        ("create_ticket", json!({"conversation_id": id, "subject": ""}), "bad_request"),
        ("list_tickets", json!({"state": "lost"}), "bad_json"),
    ] {
        assert_eq!(refused(&client, tool, arguments.clone()).await, code, "{tool} {arguments}");
    }
    let unknown = client.call_tool(CallToolRequestParams::new("drop_database")).await;
    assert!(unknown.is_err());
    // The end of numbers is no end of the server.
    call(&client, "read_conversation", json!({"conversation_id": id, "before": u64::MAX})).await;
}

#[tokio::test]
async fn only_programs_with_a_token_come_in() {
    let server = Server::start().await;
    let agent = server.signed_in(Role::Agent).await;
    let token = server.token(&agent, &["conversations:read"]).await;
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let post =
        || server.post("/mcp").header("host", "desk.example").header("accept", "application/json, text/event-stream");
    post().json(&message).await.problem(401, "unauthenticated");
    post().bearer("yd_nobody").json(&message).await.problem(401, "unauthenticated");
    post().session(&agent).json(&message).await.problem(401, "unauthenticated");
    for origin in ["https://evil.example", "http://localhost", "null"] {
        let reply = post().bearer(&token).header("origin", origin).json(&message).await;
        reply.problem(403, "origin_not_allowed");
    }
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        server.call(method, "/mcp").bearer(&token).send().await.problem(405, "method_not_allowed");
    }
    let large = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"x": "x".repeat(300 * 1024)}});
    post().bearer(&token).json(&large).await.problem(413, "payload_too_large");
    let typed = post().bearer(&token).header("content-type", "text/plain").body(message.to_string()).await;
    typed.problem(415, "unsupported_media_type");
    let deaf = server.post("/mcp").bearer(&token).header("host", "desk.example").json(&message).await;
    deaf.problem(406, "bad_request");
    for body in ["", "{", "[]", "null", "{\"jsonrpc\": \"1.0\"}", "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":7}"] {
        let reply = post().bearer(&token).header("content-type", "application/json").body(body).await;
        assert!(reply.status.is_client_error(), "{body}: {}", reply.status);
        assert!(reply.header("content-type").contains("json"), "{body}: {}", reply.text());
    }
    let reply = post().bearer(&token).json(&message).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.json()["result"]["tools"].as_array().unwrap().len(), 3);
}
