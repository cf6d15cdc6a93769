//! A file as a tree.

use serde_json::Value;

use crate::{Place, Said, said};

/// A part of a file.
#[derive(Clone, Debug)]
pub struct Node {
    pub place: Place,
    pub is: Is,
}

/// What a part is.
#[derive(Clone, Debug)]
pub enum Is {
    /// Nothing was written.
    Nothing,
    /// It cannot be told, and was reported: a mapping with a key that is no word.
    Spoiled,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Map),
}

/// A text, number or word as it was written.
#[derive(Clone, Debug)]
pub struct Scalar {
    pub text: String,
    pub style: Style,
}

impl Scalar {
    /// Whether it stands without quotes: then `5` is a number and `true` is true.
    pub fn is_plain(&self) -> bool {
        self.style == Style::Plain
    }
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// Between quotes, single or double.
    Quoted,
    /// Behind `|`: line for line.
    Literal,
    /// Behind `>`: lines are joined.
    Folded,
}

/// Keys with their values, in the order of the file; no key twice.
#[derive(Clone, Debug)]
pub struct Map {
    pub entries: Vec<(Key, Node)>,
    /// Written as `{ … }`.
    pub braces: bool,
}

/// A key.
#[derive(Clone, Debug)]
pub struct Key {
    pub name: String,
    pub place: Place,
}

impl Map {
    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// A key as it stands in the file.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.entries.iter().map(|(key, _)| key).find(|key| key.name == name)
    }
}

impl Node {
    /// A text, number or word.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.is {
            Is::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The value without its places, as JSON. Without quotes `true` is true and `5` a number; all else is a text, such as `no`, and
    /// `007`, which is a code.
    pub fn json(&self) -> Value {
        match &self.is {
            Is::Nothing | Is::Spoiled => Value::Null,
            Is::Scalar(scalar) if scalar.is_plain() => match scalar.text.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                text => text.parse().map_or_else(|_| Value::String(text.to_owned()), Value::Number),
            },
            Is::Scalar(scalar) => Value::String(scalar.text.clone()),
            Is::List(items) => items.iter().map(Self::json).collect(),
            Is::Map(map) => map.entries.iter().map(|(key, node)| (key.name.clone(), node.json())).collect(),
        }
    }

    /// What came, for messages.
    pub fn came(&self) -> Said {
        match &self.is {
            Is::Nothing | Is::Spoiled => said!("空白", "nothing"),
            Is::Scalar(scalar) => {
                let short: String = scalar.text.chars().take(40).collect();
                let more = if short.len() < scalar.text.len() { "…" } else { "" };
                said!("“{short}{more}”", "`{short}{more}`")
            }
            Is::List(_) => said!("列表", "a list"),
            Is::Map(_) => said!("一组“名称: 值”", "a mapping"),
        }
    }
}
