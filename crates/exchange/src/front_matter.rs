//! The keys and values between two lines `---` at the top of a Markdown file, in YAML.

use serde_json::{Map, Value};
use yingda_model::KbEntry;

use crate::{Reason, table};

/// The fields of an entry, as JSONL names them.
type Fields = Map<String, Value>;

/// A Markdown file in its two parts.
pub(crate) struct Parts<'a> {
    /// Between the two lines.
    yaml: &'a str,
    /// The text after them.
    pub body: &'a str,
}

/// Parts a file that has front matter.
pub(crate) fn split(text: &str) -> Option<Parts<'_>> {
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(Parts { yaml: &rest[..at], body: &rest[at + line.len()..] });
        }
        at += line.len();
    }
    None
}

impl Parts<'_> {
    /// The fields of the entry, as JSONL names them. `None` when it is no front matter after all but text between two rules.
    ///
    /// # Errors
    /// [`Reason::BadFrontMatter`], with the line of the file where that is known.
    pub fn fields(&self) -> Result<Option<Fields>, (Reason, Option<u64>)> {
        let object = match serde_saphyr::from_str::<Value>(self.yaml) {
            Ok(Value::Object(object)) => object,
            Ok(Value::Null) => Map::new(),
            Ok(_) => return Ok(None),
            Err(error) => {
                let line = error.location().map(|location| location.line() + 1);
                let detail = error.to_string().lines().next().unwrap_or_default().chars().take(200).collect();
                return Err((Reason::BadFrontMatter { detail }, line));
            }
        };
        Ok(Some(object.into_iter().map(|(key, value)| field(key, value)).fold(Map::new(), put)))
    }

    /// The line of the file, from 1, where a field stands.
    pub fn line_of(&self, field: &str) -> Option<u64> {
        let is_it =
            |line: &str| line.split_once(':').is_some_and(|(key, _)| name(key.trim().trim_matches('"')) == field);
        self.yaml.lines().zip(2..).find(|(line, _)| is_it(line)).map(|(_, number)| number)
    }
}

/// The first of several names of a field counts.
fn put(mut fields: Map<String, Value>, (name, value): (String, Value)) -> Map<String, Value> {
    if !value.is_null() && !fields.contains_key(&name) {
        fields.insert(name, value);
    }
    fields
}

/// What JSONL calls a key of front matter.
fn name(key: &str) -> &str {
    match key {
        "title" | "标题" => "question",
        "categories" | "分类" => "category",
        "language" | "locale" | "语言" => "lang",
        "标签" => "tags",
        "draft" => "status",
        other => other,
    }
}

/// Brings a key and its value into the form that JSONL has: YAML makes numbers of words such as `2026`.
fn field(key: String, value: Value) -> (String, Value) {
    let name = name(&key).to_owned();
    let value = match (key.as_str(), name.as_str(), value) {
        ("draft", _, Value::Bool(true)) => Value::from("draft"),
        ("draft", _, Value::Bool(false)) => Value::Null,
        (_, "category", Value::Array(parts)) => {
            let parts: Vec<String> =
                parts.into_iter().filter_map(|part| as_text(part).as_str().map(str::to_owned)).collect();
            Value::from(parts.join("/"))
        }
        (_, "tags", Value::String(tags)) => {
            tags.split([',', '，']).map(str::trim).filter(|tag| !tag.is_empty()).map(Value::from).collect()
        }
        (_, "variants" | "follow_ups", one @ Value::String(_)) => Value::Array(vec![one]),
        (_, "answers" | "source", value) => value,
        (_, _, Value::Array(items)) => items.into_iter().map(as_text).collect(),
        (_, _, value) => as_text(value),
    };
    (name, value)
}

fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.to_string()),
        Value::Bool(value) => Value::from(value.to_string()),
        other => other,
    }
}

/// The front matter of an entry with everything but its text, the two lines included.
pub(crate) fn write(entry: &KbEntry) -> String {
    let content = &entry.content;
    let mut out = String::from("---\n");
    let mut line = |key: &str, value: Value| {
        let is_empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        if !is_empty {
            out.push_str(key);
            out.push_str(": ");
            out.push_str(&yaml(&value));
            out.push('\n');
        }
    };
    line("title", content.question.as_str().into());
    line("id", entry.id.to_string().into());
    line("kind", table::kind(content.kind).into());
    line("key", content.key.clone().into());
    line("lang", content.lang.clone().into());
    line("category", content.category.clone().into());
    line("tags", content.tags.clone().into());
    line("status", table::status(content.status).into());
    line("audience", table::audience(content.audience).into());
    line("valid_from", content.valid_from.map(|moment| moment.to_string()).into());
    line("valid_until", content.valid_until.map(|moment| moment.to_string()).into());
    line("owner_id", content.owner_id.map(|id| id.to_string()).into());
    line("variants", content.variants.clone().into());
    line("answers", serde_json::to_value(&content.answers).unwrap_or_default());
    line("follow_ups", content.follow_ups.clone().into());
    line("source", serde_json::to_value(&content.source).unwrap_or_default());
    line("version", entry.version.to_string().into());
    line("created_at", entry.created_at.to_string().into());
    line("updated_at", entry.updated_at.to_string().into());
    out + "---\n"
}

/// A value as YAML takes it: every JSON text is one (YAML 1.2 §1.3), but for characters that YAML does not allow or folds
/// (§5.1, §5.4), which are escaped.
fn yaml(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        match c {
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}
