//! A server on this machine that plays a language model: each request gets the next of its answers, the last one again and again.

#![allow(dead_code, clippy::unwrap_used)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio_stream::StreamExt;
use yingda_entity::pii::Masking;
use yingda_llm::{Account, Call, Lang, Llm, read};
use yingda_outbound::{Client, Settings};

/// What the server does with one request.
#[derive(Clone)]
pub enum Act {
    /// Says this, and counts 100 and 10 tokens.
    Say(String),
    /// Says this as a stream, a character at a time, without counting.
    Stream(String),
    /// Streams so much and then breaks off.
    CutOff(String),
    /// Streams this again and again for ever.
    Endless(String),
    /// Calls a tool.
    CallTool(String, Value),
    /// This status with these headers.
    Status(u16, Vec<(&'static str, String)>),
    /// A body of a kind.
    Body(&'static str, String),
    /// Nothing for so long, then `Say`.
    Slow(Duration, String),
    /// The head and the first piece at once, the next after so long.
    Stutter(Duration),
    /// A body of so many bytes.
    Huge(usize),
}

pub fn say(text: &str) -> Act {
    Act::Say(text.to_owned())
}

#[derive(Clone)]
pub struct Play {
    acts: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
    pub port: u16,
}

impl Play {
    pub async fn serve(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acts = Arc::new(Mutex::new(acts.into_iter().collect()));
        let play = Self { acts, asked: Arc::default(), port };
        let app = Router::new().route("/v1/chat/completions", post(answer)).with_state(play.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        play
    }

    /// The bodies of all requests so far.
    pub fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().iter().map(|(_, body)| body.clone()).collect()
    }

    pub fn headers(&self) -> Vec<HeaderMap> {
        self.asked.lock().unwrap().iter().map(|(headers, _)| headers.clone()).collect()
    }

    pub fn then(&self, acts: impl IntoIterator<Item = Act>) {
        *self.acts.lock().unwrap() = acts.into_iter().collect();
    }
}

async fn answer(State(play): State<Play>, headers: HeaderMap, body: Bytes) -> Response {
    play.asked.lock().unwrap().push((headers, serde_json::from_slice(&body).unwrap()));
    let act = {
        let mut acts = play.acts.lock().unwrap();
        if acts.len() > 1 { acts.pop_front().unwrap() } else { acts.front().cloned().unwrap() }
    };
    act.response().await
}

impl Act {
    async fn response(self) -> Response {
        match self {
            Self::Say(text) => said(json!({"role": "assistant", "content": text})),
            Self::CallTool(name, arguments) => {
                let function = json!({"name": name, "arguments": arguments.to_string()});
                said(
                    json!({"role": "assistant", "content": null, "tool_calls": [{"type": "function", "function": function}]}),
                )
            }
            Self::Stream(text) => {
                let mut events: Vec<String> = text.chars().map(|c| piece(&c.to_string(), Value::Null)).collect();
                events.push(piece("", json!("stop")));
                events.push("data: [DONE]\n\n".into());
                streamed(tokio_stream::iter(events.into_iter().map(|event| Ok(Bytes::from(event)))))
            }
            Self::CutOff(text) => {
                let error = std::io::Error::other("the cable was pulled");
                let events = [Ok(Bytes::from(piece(&text, Value::Null))), Err(error)];
                // The head and the piece have to leave before the error does.
                streamed(tokio_stream::iter(events).throttle(Duration::from_millis(30)))
            }
            Self::Endless(text) => {
                streamed(tokio_stream::iter(std::iter::repeat_with(move || Ok(Bytes::from(piece(&text, Value::Null))))))
            }
            Self::Status(status, headers) => {
                let body = json!({"error": {"message": "as the play has it"}}).to_string();
                let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
                for (name, value) in headers {
                    response.headers_mut().insert(name, value.parse().unwrap());
                }
                response
            }
            Self::Body(kind, body) => ([("content-type", kind)], body).into_response(),
            Self::Slow(time, text) => {
                tokio::time::sleep(time).await;
                said(json!({"role": "assistant", "content": text}))
            }
            Self::Stutter(time) => {
                let events = [Ok(Bytes::from(piece("a", Value::Null))), Ok(Bytes::from(piece("b", json!("stop"))))];
                streamed(tokio_stream::iter(events).throttle(time))
            }
            Self::Huge(bytes) => {
                let body = format!("{{\"choices\":[{{\"message\":{{\"content\":\"{}\"}}}}]}}", "x".repeat(bytes));
                ([("content-type", "application/json")], body).into_response()
            }
        }
    }
}

fn said(message: Value) -> Response {
    let body = json!({
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10},
    });
    ([("content-type", "application/json; charset=utf-8")], body.to_string()).into_response()
}

fn piece(text: &str, reason: Value) -> String {
    format!("data: {}\n\n", json!({"choices": [{"delta": {"content": text}, "finish_reason": reason}]}))
}

fn streamed(stream: impl tokio_stream::Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static) -> Response {
    ([("content-type", "text/event-stream")], Body::from_stream(stream)).into_response()
}

/// A client that may reach this machine.
pub fn client() -> Client {
    Client::new(Settings { allowed: vec!["127.0.0.1".parse().unwrap()], ..Settings::default() }).unwrap()
}

/// The models of a `models.yml` in which `PORT`, `PORT2` stand for the servers' ports.
pub fn llm(yaml: &str, plays: &[&Play]) -> Llm {
    let mut yaml = yaml.to_owned();
    for (at, play) in plays.iter().enumerate().rev() {
        let name = if at == 0 { "PORT".to_owned() } else { format!("PORT{}", at + 1) };
        yaml = yaml.replace(&name, &play.port.to_string());
    }
    let config = read(&yaml).unwrap_or_else(|problems| panic!("{problems:?}"));
    Llm::new(config, client(), |name| (name == "good").then(|| "the-key".to_owned()))
}

/// One model with everything as it comes.
pub const ONE: &str = "
models: {one: {base_url: 'http://127.0.0.1:PORT/v1', model: m, timeout_ms: 2000, retries: 1}}
tasks: {default: one}
cache: {enabled: false}
";

/// One model that streams.
pub const STREAMS: &str = "
models: {one: {base_url: 'http://127.0.0.1:PORT/v1', model: m, timeout_ms: 2000, first_byte_ms: 400, retries: 0, offers: {streaming: true}}}
tasks: {default: one}
cache: {enabled: false}
";

/// Two models, the second for when the first fails.
pub const TWO: &str = "
models:
  one: {base_url: 'http://127.0.0.1:PORT/v1', model: m, timeout_ms: 1000, retries: 0}
  two: {base_url: 'http://127.0.0.1:PORT2/v1', model: m, timeout_ms: 1000, retries: 0}
tasks: {default: [one, two]}
cache: {enabled: false}
";

pub fn call(masking: &mut Masking, lang: Lang) -> Call<'_> {
    let account = Account { conversation: "c1".into(), day: "2026-11-22".into() };
    Call { account, lang, masking, within: None }
}
