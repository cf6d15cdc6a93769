//! An entry as an object of named fields: a line of JSONL, or the front matter of a Markdown file.

use serde_json::{Map, Value};
use yingda_model::EntrySource;

use crate::Reason;
use crate::check::{Draft, DraftAnswer};

/// The fields of an entry's object. Those that are left out of a line are as in an entry that is written anew.
const KNOWN: [&str; 22] = [
    "type",
    "id",
    "faq_id",
    "kind",
    "key",
    "question",
    "answer",
    "variants",
    "answers",
    "follow_ups",
    "lang",
    "category",
    "tags",
    "status",
    "audience",
    "valid_from",
    "valid_until",
    "owner_id",
    "source",
    "version",
    "created_at",
    "updated_at",
];

/// The entry of a line.
pub(crate) fn draft(object: &Map<String, Value>) -> Result<Draft, Reason> {
    Ok(Draft { question: required(object, "question")?, answer: required(object, "answer")?, ..rest(object)? })
}

/// The entry without question and answer.
pub(crate) fn rest(object: &Map<String, Value>) -> Result<Draft, Reason> {
    Ok(Draft {
        id: match number_or_text(object, "id")? {
            Some(id) => Some(id),
            None => number_or_text(object, "faq_id")?,
        },
        kind: optional(object, "kind")?,
        key: optional(object, "key")?,
        variants: list(object, "variants")?,
        answers: answers(object.get("answers"))?,
        follow_ups: list(object, "follow_ups")?,
        lang: optional(object, "lang")?,
        category: optional(object, "category")?,
        tags: list(object, "tags")?,
        status: optional(object, "status")?,
        audience: audience(object.get("audience"))?,
        valid_from: optional(object, "valid_from")?,
        valid_until: optional(object, "valid_until")?,
        owner_id: optional(object, "owner_id")?,
        source: source(object.get("source"))?,
        version: number_or_text(object, "version")?,
        created_at: optional(object, "created_at")?,
        updated_at: optional(object, "updated_at")?,
        ..Draft::default()
    })
}

/// The names of fields that are not known.
pub(crate) fn unknown(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    object.keys().map(String::as_str).filter(|field| !KNOWN.contains(field))
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

/// Special answers: a list of objects with `answer`, and if they have them `channel` and `audience`.
pub(crate) fn answers(value: Option<&Value>) -> Result<Vec<DraftAnswer>, Reason> {
    let wrong = |got| Reason::WrongType { field: "answers", expected: "a list of answers", got };
    let items = match value {
        Some(Value::Null) | None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(wrong(type_of(other))),
    };
    let one = |item: &Value| {
        let Value::Object(object) = item else { return Err(wrong(type_of(item))) };
        if object.keys().any(|field| !["channel", "audience", "answer"].contains(&field.as_str())) {
            return Err(wrong("an object with other fields"));
        }
        Ok(DraftAnswer {
            channel: optional(object, "channel")?,
            audience: audience(object.get("audience"))?,
            answer: required(object, "answer")?,
        })
    };
    items.iter().map(one).collect()
}

/// A web address as text, or an object.
pub(crate) fn source(value: Option<&Value>) -> Result<EntrySource, Reason> {
    let wrong = |got| Reason::WrongType { field: "source", expected: "a web address or an object", got };
    match value {
        Some(Value::Null) | None => Ok(EntrySource::default()),
        Some(Value::String(text)) => Ok(EntrySource { url: Some(text.clone()), ..EntrySource::default() }),
        Some(object @ Value::Object(_)) => {
            serde_json::from_value(object.clone()).map_err(|_| wrong("an object with other fields"))
        }
        Some(other) => Err(wrong(type_of(other))),
    }
}

/// `"public"`, or `{"team": "…"}` as the API writes it, which becomes `team:…`.
fn audience(value: Option<&Value>) -> Result<Option<String>, Reason> {
    match value {
        Some(Value::Null) | None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Object(object)) if object.len() == 1 && object.contains_key("team") => {
            Ok(Some(format!("team:{}", object["team"].as_str().unwrap_or_default())))
        }
        Some(other) => Err(Reason::Unknown { field: "audience", got: other.to_string().chars().take(60).collect() }),
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

pub(crate) fn optional(object: &Map<String, Value>, field: &'static str) -> Result<Option<String>, Reason> {
    match object.get(field) {
        Some(Value::Null) | None => Ok(None),
        Some(_) => required(object, field).map(Some),
    }
}

fn number_or_text(object: &Map<String, Value>, field: &'static str) -> Result<Option<String>, Reason> {
    match object.get(field) {
        Some(Value::Null) | None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(other) => Err(Reason::WrongType { field, expected: "text or a number", got: type_of(other) }),
    }
}

fn list(object: &Map<String, Value>, field: &'static str) -> Result<Vec<String>, Reason> {
    let wrong = |got| Reason::WrongType { field, expected: "a list of text", got };
    match object.get(field) {
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
