//! Paths, queries and bodies with gaps.

use serde_json::{Map, Value};
use yingda_expression::{Expression, Names, Template};
use yingda_yaml::{Is, Key, Node, Said, said};

use crate::section::Problems;

/// A value to be made: texts that begin with `=` are expressions, texts with `{{` are templates, the rest is as it is.
pub(crate) enum Fill {
    Plain(Value),
    Expression(Expression),
    Template(Template),
    List(Vec<Fill>),
    Map(Vec<(String, Fill)>),
}

impl Fill {
    pub fn read(
        node: &Node,
        what: &Said,
        expression: &[&str],
        template: &[&str],
        problems: &mut Problems<'_>,
    ) -> Option<Self> {
        match &node.is {
            Is::List(items) => {
                let items = items.iter().map(|item| Self::read(item, what, expression, template, problems));
                items.collect::<Option<_>>().map(Self::List)
            }
            Is::Map(map) => {
                let read = |(key, node): &(Key, Node)| {
                    Some((key.name.clone(), Self::read(node, what, expression, template, problems)?))
                };
                map.entries.iter().map(read).collect::<Option<_>>().map(Self::Map)
            }
            // What cannot be told was reported.
            Is::Spoiled => None,
            Is::Nothing | Is::Scalar(_) => match node.json() {
                Value::String(text) => match text.strip_prefix('=') {
                    Some(source) => problems.expression(node, what, source, expression).map(Self::Expression),
                    None if text.contains("{{") || text.contains("{%") => {
                        problems.template(node, what, &text, template).map(Self::Template)
                    }
                    None => Some(Self::Plain(Value::String(text))),
                },
                value => Some(Self::Plain(value)),
            },
        }
    }

    /// # Errors
    /// Which gap has no value, and why.
    pub fn fill(&self, names: &Names<'_>) -> Result<Value, String> {
        Ok(match self {
            Self::Plain(value) => value.clone(),
            Self::Expression(expression) => {
                expression.value(names).map_err(|error| format!("“{}”: {error}", expression.source()))?
            }
            Self::Template(template) => Value::String(template.render(names).map_err(|error| error.to_string())?),
            Self::List(items) => Value::Array(items.iter().map(|item| item.fill(names)).collect::<Result<_, _>>()?),
            Self::Map(entries) => {
                let filled = entries.iter().map(|(key, fill)| Ok((key.clone(), fill.fill(names)?)));
                Value::Object(filled.collect::<Result<Map<_, _>, String>>()?)
            }
        })
    }
}

/// `/orders/{order_no}`
pub(crate) struct Path {
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    Input(String),
}

impl Path {
    /// # Errors
    /// What is wrong with it.
    pub fn read(source: &str) -> Result<Self, Said> {
        if !source.starts_with('/') {
            return Err(said!(
                "路径以“/”开头，例如 /orders/{{order_no}}，实际是“{source}”",
                "a path begins with “/”, such as /orders/{{order_no}}, and this is “{source}”"
            ));
        }
        if source.contains(['?', '#', '\\']) || source.chars().any(char::is_whitespace) {
            return Err(said!(
                "路径里不能有“?”“#”“\\”和空格：“?”后面的内容请写在“query”里",
                "a path has no “?”, “#”, “\\” and no spaces: what follows “?” is for “query”"
            ));
        }
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some((text, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err(said!("路径里有一个“{{”没有写完", "a “{{” of the path is not closed"));
            };
            if name.is_empty() || !name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_') {
                return Err(said!("“{{{name}}}”里应是一个输入的名称", "“{{{name}}}” must be the name of an input"));
            }
            parts.push(Part::Text(text.to_owned()));
            parts.push(Part::Input(name.to_owned()));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { parts })
    }

    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Input(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// # Errors
    /// Which input cannot stand in a path.
    pub fn fill(&self, input: &Map<String, Value>) -> Result<String, String> {
        let mut path = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Input(name) => {
                    let value = input.get(name).and_then(plain);
                    // A parser of URLs takes dots for a way up, however they are encoded.
                    let value = value.filter(|value| !value.is_empty() && value != "." && value != "..");
                    let value =
                        value.ok_or_else(|| format!("the input “{name}” is missing or cannot stand in a path"))?;
                    encode(&value, &mut path);
                }
            }
        }
        Ok(path)
    }
}

/// A value as it stands in a URL.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub(crate) fn encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            to.push(char::from(byte));
        } else {
            to.push_str(&format!("%{byte:02X}"));
        }
    }
}
