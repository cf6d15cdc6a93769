//! The few parts of the chat completions protocol that are used, as most servers speak them.
//!
//! Everything of an answer is optional: servers differ in what they leave out, and what matters is checked where it is used.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::Model;
use crate::provider::{Ask, Role, Shape};

/// The body of a request.
pub(crate) fn request(model: &Model, ask: &Ask) -> Value {
    let messages: Vec<Value> = ask
        .messages
        .iter()
        .map(|message| {
            let role = match message.role {
                Role::System => "system",
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            json!({"role": role, "content": message.text})
        })
        .collect();
    let mut body = json!({
        "model": model.model,
        "messages": messages,
        "temperature": 0,
        "max_tokens": ask.most_tokens,
    });
    if model.offers.streaming {
        body["stream"] = json!(true);
        body["stream_options"] = json!({"include_usage": true});
    }
    match &ask.shape {
        Shape::Json { name, schema } if model.offers.json_schema => {
            body["response_format"] =
                json!({"type": "json_schema", "json_schema": {"name": name, "strict": true, "schema": schema}});
        }
        Shape::Json { name, schema } if model.offers.tools => {
            body["tools"] = json!([{"type": "function", "function": {"name": name, "parameters": schema}}]);
            body["tool_choice"] = json!({"type": "function", "function": {"name": name}});
        }
        Shape::Json { .. } | Shape::Text => {}
    }
    body
}

/// An answer, or a piece of one that streams.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Completion {
    #[serde(default)]
    pub choices: Vec<Choice>,
    pub usage: Option<Usage>,
    pub error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Choice {
    /// Of a whole answer.
    pub message: Option<Said>,
    /// Of a piece.
    pub delta: Option<Said>,
    pub finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Said {
    pub content: Option<String>,
    pub refusal: Option<String>,
    pub tool_calls: Option<Vec<Called>>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Called {
    /// Of a piece: which call it belongs to.
    pub index: Option<usize>,
    #[serde(default)]
    pub function: Function,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Function {
    pub name: Option<String>,
    pub arguments: Option<Value>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Usage {
    pub prompt_tokens: Option<u64>,
    pub completion_tokens: Option<u64>,
}

/// The words of an error body, from any of the shapes that servers use.
pub(crate) fn error_text(body: &Value) -> Option<String> {
    let candidates =
        [body.pointer("/error/message"), body.pointer("/message"), body.pointer("/detail"), body.get("error")];
    candidates.into_iter().flatten().find_map(|text| text.as_str().map(str::to_owned))
}
