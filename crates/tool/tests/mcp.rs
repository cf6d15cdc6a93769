//! Tools of an MCP server.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use rmcp::ErrorData;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::{Value, json};
use support::{World, serve};
use yingda_tool::Code;

#[derive(Clone)]
struct Server {
    stock: Value,
    calls: Arc<AtomicUsize>,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tool =
            |name: &'static str, schema: &Value| Tool::new(name, "…", Arc::new(schema.as_object().unwrap().clone()));
        let open = json!({"type": "object"});
        Ok(ListToolsResult::with_all_items(vec![
            tool("stock", &self.stock),
            tool("reserve", &open),
            tool("words", &open),
        ]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let result = match &*request.name {
            "stock" => CallToolResult::structured(json!({"sku": arguments["sku"], "left": 3})),
            "reserve" if arguments["sku"] == "gone" => CallToolResult::structured_error(json!({"code": "sold_out"})),
            "reserve" => {
                let meta = serde_json::to_value(&context.meta).unwrap();
                CallToolResult::structured(json!({"key": meta["yingda/idempotencyKey"]}))
            }
            _ => CallToolResult::success(vec![ContentBlock::text("plain words")]),
        };
        Ok(result.into())
    }
}

const SCHEMA: &str = "{type: object, required: [sku], properties: {sku: {type: string}}}";

fn file() -> String {
    format!(
        r#"
backend: stock
kind: mcp
url: "{{{{ settings.shop_url }}}}"
timeout_ms: 3000
headers: {{Authorization: "Bearer {{{{ secrets.shop_key }}}}"}}
tools:
  look:
    tool: stock
    effect: read
    input: {SCHEMA}
    output: {{type: object, required: [left], properties: {{left: {{type: integer}}}}}}
  reserve: {{effect: write, errors: {{sold_out: refused}}}}
  words: {{effect: read}}
  vanished: {{effect: read}}
"#
    )
}

/// A server with this schema of its tool `stock`.
async fn world(stock: Value) -> (Arc<AtomicUsize>, World) {
    let server = Server { stock, calls: Arc::default() };
    let calls = Arc::clone(&server.calls);
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    );
    let address = serve(Router::new().nest_service("/mcp", service)).await;
    (calls, World::with(&file(), &format!("http://{address}/mcp")))
}

fn stock() -> Value {
    json!({"type": "object", "properties": {"sku": {"type": "string", "description": "which"}}, "required": ["sku"]})
}

#[tokio::test]
async fn a_servers_tool_answers_and_its_session_is_used_again() {
    let (calls, world) = world(stock()).await;
    for _ in 0..2 {
        let outcome = world.call("stock.look", json!({"sku": "a"})).await;
        assert_eq!(outcome.output(), Some(&json!({"sku": "a", "left": 3})), "{outcome:?}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(world.call("stock.words", json!({})).await.output(), Some(&json!({"text": "plain words"})));
}

#[tokio::test]
async fn a_tool_whose_schema_changed_is_not_called() {
    let changed = json!({"type": "object", "properties": {"sku": {"type": "integer"}}, "required": ["sku"]});
    let (calls, world) = world(changed).await;
    let outcome = world.call("stock.look", json!({"sku": "a"})).await;
    assert_eq!(outcome.failure().unwrap().code, Code::Schema);
    assert!(outcome.failure().unwrap().message.contains("inputSchema"));
    assert_eq!(world.call("stock.vanished", json!({})).await.failure().unwrap().code, Code::Schema);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_write_carries_its_key_and_errors_have_codes() {
    let (_calls, world) = world(stock()).await;
    assert_eq!(world.call("stock.reserve", json!({"sku": "a"})).await.output(), Some(&json!({"key": "key-1"})));
    let failure = world.call("stock.reserve", json!({"sku": "gone"})).await.failure().unwrap().clone();
    assert_eq!((failure.code, failure.uncertain), (Code::Refused, false));
}

#[tokio::test]
async fn what_is_no_mcp_server_is_told() {
    let address = serve(Router::new().fallback(|| async { "hello" })).await;
    let world = World::with(&file(), &format!("http://{address}/mcp"));
    assert_eq!(world.call("stock.look", json!({"sku": "a"})).await.failure().unwrap().code, Code::Schema);
}

#[tokio::test]
async fn a_session_that_the_server_forgot_is_opened_again() {
    let (_calls, one) = world(stock()).await;
    assert!(one.call("stock.look", json!({"sku": "a"})).await.output().is_some());
    // Another server at the same place knows nothing of the session.
    let url = one.settings["shop_url"].as_str().unwrap().to_owned();
    let (_calls, two) = world(stock()).await;
    let other = two.settings["shop_url"].as_str().unwrap().to_owned();
    let switch = Arc::new(std::sync::Mutex::new(url));
    let address = serve(Router::new().fallback({
        let switch = Arc::clone(&switch);
        move |request: axum::extract::Request| {
            let to = switch.lock().unwrap().clone();
            async move { forward(&to, request).await }
        }
    }))
    .await;
    let world = World::with(&file(), &format!("http://{address}/mcp"));
    assert!(world.call("stock.look", json!({"sku": "a"})).await.output().is_some());
    *switch.lock().unwrap() = other;
    let outcome = world.call("stock.look", json!({"sku": "a"})).await;
    assert_eq!((outcome.output().is_some(), outcome.record.attempts), (true, 2), "{outcome:?}");
}

/// Sends a request on to another server.
async fn forward(to: &str, request: axum::extract::Request) -> axum::response::Response {
    let allowed = vec!["127.0.0.1".parse().unwrap()];
    let client = yingda_outbound::Client::new(yingda_outbound::Settings { allowed, ..Default::default() }).unwrap();
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1_000_000).await.unwrap();
    let mut out = yingda_outbound::Request::post(to.parse().unwrap(), body);
    out.headers = parts.headers;
    out.headers.remove("host");
    out.headers.remove("content-length");
    let mut answer = client.open(out).await.unwrap();
    let (status, mut headers) = (answer.status, answer.headers.clone());
    headers.remove("transfer-encoding");
    headers.remove("content-length");
    let mut bytes = Vec::new();
    // A stream that stays open is read as far as its first response.
    while let Some(piece) = answer.chunk().await.unwrap() {
        bytes.extend_from_slice(&piece);
        if String::from_utf8_lossy(&bytes).contains("\"jsonrpc\"") {
            break;
        }
    }
    let mut response = axum::response::Response::new(axum::body::Body::from(bytes));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
