//! JSON Lines: an object a line.

use serde_json::{Map, Value};

use super::collect::{Collector, Draft};
use super::{ImportError, Parsed, Reason, lines};

pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, ImportError> {
    let mut collector = Collector::default();
    for (place, line) in lines(bytes) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match object(line).and_then(|object| draft(&object)) {
            Ok(draft) => collector.add(place, draft)?,
            Err(reason) => collector.refuse(place, reason)?,
        }
    }
    Ok(collector.finish())
}

/// The JSON object of a line.
pub(crate) fn object(line: &[u8]) -> Result<Map<String, Value>, Reason> {
    let line = std::str::from_utf8(line).map_err(|_| Reason::NotUtf8)?;
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(Reason::NotJson { detail: format!("it is {}", type_of(&other)) }),
        Err(error) => Err(Reason::NotJson { detail: format!("column {}: {}", error.column(), kind(&error)) }),
    }
}

/// The field as text; absent is a refusal.
pub(crate) fn required(object: &Map<String, Value>, field: &'static str) -> Result<String, Reason> {
    match object.get(field) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Null) | None => Err(Reason::Missing { field }),
        Some(other) => Err(Reason::WrongType { field, expected: "text", got: type_of(other) }),
    }
}

pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn kind(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "the line ends too early",
        serde_json::error::Category::Syntax => "the syntax is wrong",
        serde_json::error::Category::Data | serde_json::error::Category::Io => "unexpected data",
    }
}

fn draft(object: &Map<String, Value>) -> Result<Draft, Reason> {
    Ok(Draft {
        question: required(object, "question")?,
        answer: required(object, "answer")?,
        variants: variants(object)?,
        lang: optional(object, "lang")?,
        category: optional(object, "category")?,
        id: id(object)?,
    })
}

fn optional(object: &Map<String, Value>, field: &'static str) -> Result<Option<String>, Reason> {
    match object.get(field) {
        Some(Value::Null) | None => Ok(None),
        Some(_) => required(object, field).map(Some),
    }
}

fn variants(object: &Map<String, Value>) -> Result<Vec<String>, Reason> {
    let wrong = |got| Reason::WrongType { field: "variants", expected: "a list of text", got };
    match object.get("variants") {
        Some(Value::Null) | None => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => Ok(text.clone()),
                other => Err(wrong(type_of(other))),
            })
            .collect(),
        Some(other) => Err(wrong(type_of(other))),
    }
}

fn id(object: &Map<String, Value>) -> Result<Option<String>, Reason> {
    for field in ["id", "key", "faq_id"] {
        match object.get(field) {
            Some(Value::Null) | None => {}
            Some(Value::String(text)) => return Ok(Some(text.clone())),
            Some(Value::Number(number)) => return Ok(Some(number.to_string())),
            Some(other) => {
                return Err(Reason::WrongType { field, expected: "text or a number", got: type_of(other) });
            }
        }
    }
    Ok(None)
}
