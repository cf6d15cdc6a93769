//! Who is asked: an endpoint that speaks the chat completions protocol, or whatever a test puts in its place.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use yingda_outbound::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use yingda_outbound::{Client, Incoming, Redirects, Request, StatusCode};

use crate::config::Model;
use crate::error::short;
use crate::sse::Events;
use crate::wire::{Called, Completion, Said, error_text, request};

/// What is asked of a model. Nothing in it is personal any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub messages: Vec<Message>,
    pub shape: Shape,
    /// The longest answer, in tokens.
    pub most_tokens: u32,
}

/// Something said to or by the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub text: String,
}

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    System,
    User,
    Assistant,
}

/// What the answer has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Text,
    /// A JSON object of this schema; `name` is also the one tool that the model may call.
    Json {
        name: String,
        schema: Value,
    },
}

/// What came.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatAnswer {
    pub text: String,
    pub calls: Vec<ToolCall>,
    pub end: End,
    pub usage: Option<Usage>,
    /// From sending to the first piece.
    pub first_byte: Duration,
}

/// A call that the model wants made. Nobody makes it: its arguments are an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    pub name: String,
    /// JSON, if the model got it right.
    pub arguments: String,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The model was done.
    Done,
    /// It reached a limit: its own, or ours.
    Cut,
}

/// Tokens, as the server counted them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub input: u64,
    pub output: u64,
}

/// Why nothing came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not a byte, or not the last one, within the limit. `partial` is what came.
    Timeout { limit: Duration, partial: String },
    /// No connection, or it broke. `partial` is what came.
    Unreachable { why: String, partial: String },
    /// 429 or 5xx.
    Busy { status: u16, why: String, retry_after: Option<Duration> },
    /// Any other status.
    Refused { status: u16, why: String },
    /// No chat completion.
    Broken { why: String },
    /// More than anybody asked for.
    TooLong { why: String },
}

/// Asks a model once.
#[async_trait]
pub trait Provider: Send + Sync {
    /// `key` is sent as a bearer token. The answer is complete before `deadline`, or [`Failure::Timeout`].
    async fn chat(&self, model: &Model, key: Option<&str>, ask: &Ask, deadline: Instant)
    -> Result<ChatAnswer, Failure>;
}

/// An OpenAI-compatible endpoint.
pub struct OpenAi {
    client: Client,
}

impl OpenAi {
    /// Asks by way of `client`, which decides which hosts may be reached.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

/// No token of any model is longer on average, in characters.
const CHARS_A_TOKEN: usize = 12;

#[async_trait]
impl Provider for OpenAi {
    async fn chat(
        &self,
        model: &Model,
        key: Option<&str>,
        ask: &Ask,
        deadline: Instant,
    ) -> Result<ChatAnswer, Failure> {
        let started = Instant::now();
        let limit = deadline.saturating_duration_since(started);
        let most_chars = ask.most_tokens as usize * CHARS_A_TOKEN;
        let request = http(model, key, ask, limit, most_chars)?;
        let first_limit = model.first_byte.min(limit);
        let first_by = if model.offers.streaming { started + first_limit } else { deadline };
        let late = |limit: Duration| Failure::Timeout { limit, partial: String::new() };
        let incoming = match timeout_at(first_by, self.client.open(request)).await {
            Err(_) => return Err(late(if model.offers.streaming { first_limit } else { limit })),
            Ok(incoming) => incoming.map_err(|error| outside(&error, limit, String::new()))?,
        };
        if !incoming.status.is_success() {
            return Err(refusal(incoming, deadline, key).await);
        }
        let kind = incoming.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "text/event-stream" => stream(incoming, started, first_by, first_limit, limit, most_chars).await,
            "application/json" => whole(incoming, started, limit, most_chars).await,
            other => Err(Failure::Broken {
                why: format!("expected application/json or text/event-stream, came “{}”", short(other)),
            }),
        }
    }
}

fn http(model: &Model, key: Option<&str>, ask: &Ask, limit: Duration, most_chars: usize) -> Result<Request, Failure> {
    let mut url = model.base_url.clone();
    let path = format!("{}/chat/completions", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let mut post = Request::post(url, request(model, ask).to_string())
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    if let Some(key) = key {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", key.trim()))
            .map_err(|_| Failure::Refused { status: 0, why: "the key is no text for a header".into() })?;
        value.set_sensitive(true);
        post = post.header(AUTHORIZATION, value);
    }
    post.redirects = Redirects::Stay;
    post.whole = Some(limit);
    // A piece that streams wraps a few characters into 300 bytes.
    post.max_body = Some(64_000 + most_chars as u64 * if model.offers.streaming { 400 } else { 16 });
    Ok(post)
}

/// What an error of the connection means.
fn outside(error: &yingda_outbound::Error, limit: Duration, partial: String) -> Failure {
    use yingda_outbound::Error as E;
    match error {
        E::TimedOut { .. } => Failure::Timeout { limit, partial },
        E::TooLarge { .. } => Failure::TooLong { why: "the answer has no end: it was cut and dropped".into() },
        E::Encoding { .. } => Failure::Broken { why: error.en() },
        other if other.is_passing() => Failure::Unreachable { why: other.en(), partial },
        // A private address, a scheme that is not allowed: nothing was sent, and trying again changes nothing.
        other => Failure::Refused { status: 0, why: other.en() },
    }
}

async fn refusal(incoming: Incoming, deadline: Instant, key: Option<&str>) -> Failure {
    let status = incoming.status;
    let retry_after = retry_after(&incoming.headers);
    let body = timeout_at(deadline.min(Instant::now() + Duration::from_secs(2)), incoming.read()).await;
    let body = body.ok().and_then(Result::ok).and_then(|body| serde_json::from_slice::<Value>(&body.body).ok());
    let why = body.as_ref().and_then(error_text).unwrap_or_else(|| "no reason given".to_owned());
    // Some servers repeat a key that they do not know.
    let why =
        short(&key.filter(|key| !key.trim().is_empty()).map_or(why.clone(), |key| why.replace(key.trim(), "***")));
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        Failure::Busy { status: status.as_u16(), why, retry_after }
    } else {
        Failure::Refused { status: status.as_u16(), why }
    }
}

/// Seconds or a date (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc2822;
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    Some((at - OffsetDateTime::now_utc()).try_into().unwrap_or(Duration::ZERO))
}

async fn whole(
    incoming: Incoming,
    started: Instant,
    limit: Duration,
    most_chars: usize,
) -> Result<ChatAnswer, Failure> {
    let first_byte = started.elapsed();
    let body = incoming.read().await.map_err(|error| outside(&error, limit, String::new()))?.body;
    let completion: Completion = serde_json::from_slice(&body).map_err(|why| Failure::Broken {
        why: format!("the answer is no chat completion: {}", short(&why.to_string())),
    })?;
    let mut building = Building::default();
    building.take(completion, most_chars)?;
    building.answer(first_byte)
}

async fn stream(
    mut incoming: Incoming,
    started: Instant,
    first_by: Instant,
    first_limit: Duration,
    limit: Duration,
    most_chars: usize,
) -> Result<ChatAnswer, Failure> {
    let mut events = Events::default();
    let mut building = Building::default();
    let mut first_byte = None;
    loop {
        let chunk = if first_byte.is_none() {
            match timeout_at(first_by, incoming.chunk()).await {
                Ok(chunk) => chunk,
                Err(_) => return Err(Failure::Timeout { limit: first_limit, partial: String::new() }),
            }
        } else {
            incoming.chunk().await
        };
        let Some(bytes) = chunk.map_err(|error| outside(&error, limit, building.text.clone()))? else { break };
        first_byte.get_or_insert_with(|| started.elapsed());
        let overlong = |_| Failure::TooLong { why: "an event of the stream has no end".into() };
        for data in events.push(&bytes).map_err(overlong)? {
            building.piece(&data, most_chars)?;
        }
        if building.over {
            break;
        }
    }
    if let Some(data) = events.end().filter(|_| !building.over) {
        building.piece(&data, most_chars)?;
    }
    if building.end.is_none() {
        let partial = building.text;
        return Err(Failure::Unreachable { why: "the stream broke off before its end".into(), partial });
    }
    building.answer(first_byte.unwrap_or_else(|| started.elapsed()))
}

/// An answer that is put together.
#[derive(Default)]
struct Building {
    text: String,
    calls: BTreeMap<usize, (String, String)>,
    end: Option<End>,
    usage: Option<Usage>,
    /// Nothing more is wanted.
    over: bool,
}

impl Building {
    fn piece(&mut self, data: &str, most_chars: usize) -> Result<(), Failure> {
        if data.trim() == "[DONE]" {
            // Some servers say no reason.
            self.end.get_or_insert(End::Done);
            self.over = true;
            return Ok(());
        }
        let completion: Completion = serde_json::from_str(data)
            .map_err(|why| Failure::Broken { why: format!("an event is no JSON: {}", short(&why.to_string())) })?;
        self.take(completion, most_chars)
    }

    fn take(&mut self, completion: Completion, most_chars: usize) -> Result<(), Failure> {
        if let Some(error) = completion.error.filter(|error| !error.is_null()) {
            let body = serde_json::json!({ "error": error });
            return Err(Failure::Broken { why: error_text(&body).map_or("an error came".into(), |text| short(&text)) });
        }
        if let Some(usage) = completion.usage
            && let (Some(input), Some(output)) = (usage.prompt_tokens, usage.completion_tokens)
        {
            self.usage = Some(Usage { input, output });
        }
        let Some(choice) = completion.choices.into_iter().next() else { return Ok(()) };
        if let Some(said) = choice.message.or(choice.delta) {
            self.said(said)?;
        }
        let reason = choice.finish_reason.filter(|reason| !reason.is_empty());
        if let Some(reason) = reason {
            if reason == "content_filter" {
                return Err(Failure::Refused { status: 200, why: "its own content filter stopped the answer".into() });
            }
            self.end = Some(if reason == "length" { End::Cut } else { End::Done });
        }
        let length = self.text.len() + self.calls.values().map(|(name, given)| name.len() + given.len()).sum::<usize>();
        // Bytes are enough: a character has at least one.
        if length > most_chars {
            self.end = Some(End::Cut);
            self.over = true;
            let at = (0..=most_chars.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at));
            self.text.truncate(at.unwrap_or_default());
        }
        Ok(())
    }

    fn said(&mut self, said: Said) -> Result<(), Failure> {
        if let Some(refusal) = said.refusal.filter(|text| !text.is_empty()) {
            return Err(Failure::Refused { status: 200, why: short(&refusal) });
        }
        self.text.push_str(said.content.as_deref().unwrap_or_default());
        for Called { index, function } in said.tool_calls.unwrap_or_default() {
            let index = index.unwrap_or(self.calls.len());
            let (name, arguments) = self.calls.entry(index).or_default();
            name.push_str(function.name.as_deref().unwrap_or_default());
            match function.arguments {
                Some(Value::String(piece)) => arguments.push_str(&piece),
                // Some servers send the object itself.
                Some(Value::Null) | None => {}
                Some(object) => *arguments = object.to_string(),
            }
        }
        Ok(())
    }

    fn answer(self, first_byte: Duration) -> Result<ChatAnswer, Failure> {
        let calls: Vec<ToolCall> =
            self.calls.into_values().map(|(name, arguments)| ToolCall { name, arguments }).collect();
        let Some(end) = self.end.or((!self.text.is_empty() || !calls.is_empty()).then_some(End::Done)) else {
            return Err(Failure::Broken { why: "the answer has no choices".into() });
        };
        Ok(ChatAnswer { text: self.text, calls, end, usage: self.usage, first_byte })
    }
}
