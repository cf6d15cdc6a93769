//! Tools of MCP servers over streamable HTTP (Model Context Protocol, revisions 2025-03-26 to 2025-11-25).
//!
//! Every message is a request of `yingda-outbound`, so that an MCP server is reached like any other back end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rmcp::model::{
    CallToolResult, ClientCapabilities, Implementation, InitializeRequestParams, InitializeResult, ListToolsResult,
    ProtocolVersion, Tool as ServerTool,
};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use yingda_outbound::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use yingda_outbound::{Redirects, Request};

use crate::call::Code;
use crate::http::{MAX_ANSWER, shortened, unanswered, with_key};
use crate::run::{Acted, Answer, Attempt, Fault, Health, Work};
use crate::schema::{Schema, same};
use crate::toolbox::{Effect, Tool};

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// How long a server's list of tools is believed.
const FRESH: Duration = Duration::from_secs(60);
/// Pages of a list of tools.
const MOST_PAGES: usize = 20;

/// What is known of a server.
#[derive(Default)]
pub(crate) struct Sessions {
    open: Mutex<Option<Arc<Session>>>,
}

struct Session {
    id: Option<HeaderValue>,
    version: HeaderValue,
    tools: BTreeMap<String, ServerTool>,
    listed: Instant,
    /// What the session was opened with: other settings need another session.
    url: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Asks once.
pub(crate) async fn attempt(sessions: &Sessions, work: &Work<'_>, whole: Duration) -> Attempt {
    let deadline = Instant::now() + whole;
    let session = session(sessions, work, deadline).await?;
    let tool = work.tool;
    check(tool, session.tools.get(&tool.own_name), work.input)?;
    let mut params = json!({"name": tool.own_name, "arguments": work.input});
    if tool.effect == Effect::Write && !work.key.is_empty() {
        params["_meta"] = json!({"yingda/idempotencyKey": work.key});
    }
    let called = ask(work, Some(&session), "tools/call", params, deadline, tool.effect).await;
    let reply = match called {
        Ok(reply) => reply,
        Err(fault) => {
            // A server that has forgotten the session says 404 (2025-11-25, Session Management): nothing was done.
            if fault.status == Some(404) && session.id.is_some() {
                *sessions.open.lock().await = None;
                return Err(Fault { again: Some(Duration::ZERO), ..fault });
            }
            return Err(fault);
        }
    };
    let result: CallToolResult = match serde_json::from_value(reply.result) {
        Ok(result) => result,
        Err(_) => {
            let body = Err("the answer is no result of an MCP tool".to_owned());
            return Ok(Answer { status: reply.status, body });
        }
    };
    let text: String = result.content.iter().filter_map(|content| Some(content.as_text()?.text.as_str())).collect();
    if result.is_error == Some(true) {
        let code =
            result.structured_content.as_ref().and_then(|content| content["code"].as_str()).or(Some(text.trim()));
        let known = code.and_then(|code| tool.errors.get(code)).copied();
        return Err(Fault {
            code: known.unwrap_or(Code::Refused),
            message: "the server's tool reports an error".to_owned(),
            said: Some(shortened(&text)).filter(|text| !text.is_empty()),
            status: Some(reply.status),
            acted: Acted::No,
            health: Health::Well,
            again: None,
        });
    }
    let output = match result.structured_content {
        Some(output) => output,
        None => serde_json::from_str(&text).unwrap_or_else(|_| json!({"text": text})),
    };
    Ok(Answer { status: reply.status, body: Ok(output) })
}

/// Compares what the file declares with what the server has.
fn check(tool: &Tool, server: Option<&ServerTool>, input: &serde_json::Map<String, Value>) -> Result<(), Fault> {
    let own = &tool.own_name;
    let wrong = |message: String| Fault::before(Code::Schema, message);
    let server = server.ok_or_else(|| wrong(format!("the server has no tool “{own}” any more")))?;
    let server_input = Value::Object((*server.input_schema).clone());
    match &tool.input_schema {
        Some(declared) if !same(&declared.source, &server_input) => {
            return Err(wrong(format!(
                "the server's tool “{own}” takes another input than the file declares: compare “input” with the server's inputSchema"
            )));
        }
        Some(_) => {}
        None => {
            let schema =
                Schema::compile(server_input).map_err(|error| wrong(format!("the input of “{own}”: {}", error.en)))?;
            let input = Value::Object(input.clone());
            schema.check(&input).map_err(|wrong| Fault::before(Code::Input, format!("the input: {wrong}")))?;
        }
    }
    if let (Some(declared), Some(output)) = (&tool.output_schema, &server.output_schema)
        && !same(&declared.source, &Value::Object((**output).clone()))
    {
        return Err(wrong(format!(
            "the server's tool “{own}” gives another output than the file declares: compare “output” with the server's outputSchema"
        )));
    }
    Ok(())
}

/// The session that is open, or a new one with the server's list of tools.
async fn session(sessions: &Sessions, work: &Work<'_>, deadline: Instant) -> Result<Arc<Session>, Fault> {
    let backend = &work.tool.backend;
    let broken = |message: String| Fault::before(Code::Broken, message);
    let url = backend.url(work.names).map_err(broken)?.to_string();
    let headers = backend.headers(work.names).map_err(broken)?;
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    // Another call may be opening it.
    let open = tokio::time::timeout_at(deadline.into(), sessions.open.lock()).await;
    let mut open = open.map_err(|_| Fault::before(Code::Timeout, "the MCP server does not open a session in time"))?;
    if let Some(session) = open.as_ref()
        && session.url == url
        && session.headers == headers
        && session.listed.elapsed() < FRESH
    {
        return Ok(Arc::clone(session));
    }
    *open = None;
    let client = Implementation::new("yingda", env!("CARGO_PKG_VERSION"));
    let params = InitializeRequestParams::new(ClientCapabilities::default(), client)
        .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE);
    let params = serde_json::to_value(params).map_err(|error| broken(error.to_string()))?;
    let reply = ask(work, None, "initialize", params, deadline, Effect::Read).await?;
    let not_mcp = |what: &str| Fault::before(Code::Schema, format!("the server's answer to “{what}” is none of MCP"));
    let result: InitializeResult = serde_json::from_value(reply.result).map_err(|_| not_mcp("initialize"))?;
    let version = HeaderValue::from_str(result.protocol_version.as_str()).map_err(|_| not_mcp("initialize"))?;
    let mut session =
        Session { id: reply.session, version, tools: BTreeMap::new(), listed: Instant::now(), url, headers };
    post(
        work,
        Some(&session),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        deadline,
        Effect::Read,
    )
    .await?;
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let params = cursor.take().map_or_else(|| json!({}), |cursor| json!({"cursor": cursor}));
        let reply = ask(work, Some(&session), "tools/list", params, deadline, Effect::Read).await?;
        let page: ListToolsResult = serde_json::from_value(reply.result).map_err(|_| not_mcp("tools/list"))?;
        session.tools.extend(page.tools.into_iter().map(|tool| (tool.name.to_string(), tool)));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let session = Arc::new(session);
    *open = Some(Arc::clone(&session));
    Ok(session)
}

struct Reply {
    status: u16,
    result: Value,
    session: Option<HeaderValue>,
}

/// The one request of every body: each is answered in its own response.
const ID: u64 = 1;

async fn ask(
    work: &Work<'_>,
    session: Option<&Session>,
    method: &str,
    params: Value,
    deadline: Instant,
    effect: Effect,
) -> Result<Reply, Fault> {
    let message = json!({"jsonrpc": "2.0", "id": ID, "method": method, "params": params});
    let posted = post(work, session, message, deadline, effect).await?;
    let is_write = effect == Effect::Write;
    let maybe = if is_write { Acted::Maybe } else { Acted::No };
    let mut fault = Fault { status: Some(posted.status), ..Fault::before(Code::Schema, "") };
    let Some(mut answer) = posted.answer else {
        fault.message = format!("the server's answer to “{method}” is none of JSON-RPC");
        fault.acted = maybe;
        return Err(fault);
    };
    if let Some(error) = answer.get("error") {
        let code = error["code"].as_i64().unwrap_or(0);
        fault.said = error["message"].as_str().map(shortened);
        fault.message = format!("the server refuses “{method}” (JSON-RPC {code})");
        fault.code = if code == -32602 { Code::Input } else { Code::Broken };
        // An internal error does not tell how far it came.
        fault.acted = if matches!(code, -32700 | -32600 | -32601 | -32602) { Acted::No } else { maybe };
        return Err(fault);
    }
    let result = answer["result"].take();
    Ok(Reply { status: posted.status, result, session: posted.session })
}

struct Posted {
    status: u16,
    session: Option<HeaderValue>,
    /// The JSON-RPC response of the one request.
    answer: Option<Value>,
}

async fn post(
    work: &Work<'_>,
    session: Option<&Session>,
    message: Value,
    deadline: Instant,
    effect: Effect,
) -> Result<Posted, Fault> {
    let backend = &work.tool.backend;
    let broken = |message: String| Fault::before(Code::Broken, message);
    let url = backend.url(work.names).map_err(broken)?;
    let mut headers = backend.headers(work.names).map_err(broken)?;
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    if let Some(session) = session {
        headers.insert(VERSION, session.version.clone());
        if let Some(id) = &session.id {
            headers.insert(SESSION, id.clone());
        }
    }
    if effect == Effect::Write {
        with_key(&mut headers, work)?;
    }
    let mut request = Request::post(url, message.to_string());
    request.headers = headers;
    request.redirects = Redirects::Stay;
    request.max_body = Some(MAX_ANSWER);
    request.whole = Some(deadline.saturating_duration_since(Instant::now()));
    let is_write = effect == Effect::Write;
    let mut incoming = work.env.client.open(request).await.map_err(|error| unanswered(&error, is_write))?;
    let status = incoming.status.as_u16();
    if !incoming.status.is_success() {
        let (code, health) = match status {
            500.. => (Code::Broken, Health::Ill),
            _ => (Code::Broken, Health::Well),
        };
        let acted = if is_write && status >= 500 && status != 503 { Acted::Maybe } else { Acted::No };
        let again = matches!(status, 429 | 502..=504).then_some(Duration::ZERO);
        let message = format!("the MCP server answers HTTP {status}");
        return Err(Fault { code, message, said: None, status: Some(status), acted, health, again });
    }
    let session = incoming.headers.get(SESSION).cloned();
    let content = incoming.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_stream = content.starts_with("text/event-stream");
    let mut body = Vec::new();
    let mut read = 0;
    loop {
        let piece =
            incoming.chunk().await.map_err(|error| Fault { status: Some(status), ..unanswered(&error, is_write) });
        let Some(piece) = piece? else { break };
        body.extend_from_slice(&piece);
        // A server may leave the stream open: what is waited for is the response.
        if is_stream && let Some(answer) = event(&body, &mut read) {
            return Ok(Posted { status, session, answer: Some(answer) });
        }
    }
    let answer = if is_stream { None } else { serde_json::from_slice(&body).ok().and_then(response) };
    Ok(Posted { status, session, answer })
}

/// The response, if this is it and not another message of the server.
fn response(message: Value) -> Option<Value> {
    let is_ours = message["id"] == ID && (message.get("result").is_some() || message.get("error").is_some());
    is_ours.then_some(message)
}

/// What ends an event.
const ENDS: [&[u8]; 3] = [b"\n\n", b"\r\n\r\n", b"\r\r"];

/// Reads events (WHATWG HTML §9.2.6) from where reading ended until one is the response.
fn event(body: &[u8], read: &mut usize) -> Option<Value> {
    loop {
        let rest = &body[*read..];
        let ends = ENDS.iter().filter_map(|mark| {
            let at = rest.windows(mark.len()).position(|window| window == *mark)?;
            Some((at, at + mark.len()))
        });
        let (end, next) = ends.min()?;
        let text = String::from_utf8_lossy(&rest[..end]).into_owned();
        *read += next;
        let data: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim_end_matches('\r').strip_prefix("data:"))
            .map(|data| data.strip_prefix(' ').unwrap_or(data))
            .collect();
        if let Some(answer) = serde_json::from_str(&data.join("\n")).ok().and_then(response) {
            return Some(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_is_found_among_other_events_and_across_pieces() {
        let body =
            b": hello\n\nevent: message\ndata: {\"method\":\"x\"}\n\ndata: {\"id\":1,\r\ndata: \"result\":{}}\n\ndata";
        let mut read = 0;
        assert_eq!(event(&body[..30], &mut read), None);
        assert_eq!(event(body, &mut read), Some(json!({"id": 1, "result": {}})));
    }
}
