//! Test conversations: what a customer does, turn by turn, and what is expected of the assistant.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;
use yingda_dialogue::{Lang, Place};
use yingda_model::{FlowOutcome, Timestamp};

use crate::backend::Fault;
use crate::who::Who;

/// A test conversation.
#[derive(Clone, Debug)]
pub struct Script {
    pub name: String,
    /// The file that it is from.
    pub file: String,
    pub lang: Lang,
    /// When it begins; otherwise at the stage's moment.
    pub now: Option<Timestamp>,
    pub who: Who,
    pub channel: String,
    /// Whether the back end is put back to where it was before.
    pub resets: bool,
    pub faults: Vec<Fault>,
    pub turns: Vec<ScriptTurn>,
    pub end: End,
}

impl Script {
    /// Whether it needs a back end that is there for tests.
    pub fn needs_backend(&self) -> bool {
        self.resets || !self.faults.is_empty() || !self.end.backend.is_empty()
    }
}

/// A turn: what the customer does, and what is expected then.
#[derive(Clone, Debug)]
pub struct ScriptTurn {
    pub place: Place,
    pub does: Does,
    pub expect: Expect,
}

/// What a customer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Writes. `{{ code }}` is the one-time code that was sent.
    Says(String),
    /// Taps an option, by its id or label.
    Taps(String),
    /// Sends a picture.
    Picture,
    /// Lets time pass.
    Waits(Duration),
}

/// What is expected of the assistant in a turn; what is absent is not looked at.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    /// The flow that is spoken of afterwards; `Some(None)`: none.
    pub flow: Option<Option<String>>,
    /// The slot that is asked afterwards; `Some(None)`: none.
    pub asks: Option<Option<String>>,
    pub slots: BTreeMap<String, Wanted>,
    pub says: Vec<Words>,
    pub never: Vec<Words>,
    /// Keys of knowledge entries.
    pub answers: Vec<String>,
    /// Tools, in this order; an empty list: none.
    pub calls: Option<Vec<String>>,
    /// Commands that were refused.
    pub refused: Vec<String>,
    pub ends: BTreeMap<String, FlowOutcome>,
    pub handed_over: Option<HandedOver>,
}

/// What is expected at the end.
#[derive(Clone, Debug, Default)]
pub struct End {
    pub place: Place,
    pub handed_over: Option<HandedOver>,
    /// What the back end knows: by what it is asked for, values by path.
    pub backend: Vec<(String, Vec<(String, Wanted)>)>,
    /// Flows that are left open, the one that is spoken of last.
    pub stack: Option<Vec<String>>,
}

/// Whether people take over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandedOver {
    No,
    Yes,
    /// For this reason.
    Because(String),
}

/// Words that are looked for in what is said.
#[derive(Clone, Debug)]
pub enum Words {
    /// Upper and lower case make no difference.
    Plain(String),
    /// Written between `/` and `/`.
    Pattern(Regex),
}

impl Words {
    pub fn are_in(&self, text: &str) -> bool {
        match self {
            Self::Plain(words) => text.to_lowercase().contains(&words.to_lowercase()),
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain(words) => f.write_str(words),
            Self::Pattern(pattern) => write!(f, "/{pattern}/"),
        }
    }
}

/// A value that is expected, and how it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub value: Value,
    pub written: String,
}

impl Wanted {
    /// Whether `actual` is it: equal, the same in writing, or (of a mapping) with all that was written.
    pub fn is(&self, actual: Option<&Value>) -> bool {
        let Some(actual) = actual else { return self.value.is_null() };
        same(&self.value, actual) || actual.as_str() == Some(self.written.as_str())
    }
}

fn same(wanted: &Value, actual: &Value) -> bool {
    match (wanted, actual) {
        (Value::Object(wanted), Value::Object(actual)) => {
            wanted.iter().all(|(name, value)| actual.get(name).is_some_and(|actual| same(value, actual)))
        }
        (Value::Array(wanted), Value::Array(actual)) => {
            wanted.len() == actual.len() && wanted.iter().zip(actual).all(|(wanted, actual)| same(wanted, actual))
        }
        (Value::Number(wanted), Value::Number(actual)) => wanted.as_f64() == actual.as_f64(),
        // A product is known by its id.
        (Value::String(wanted), Value::Object(actual)) => actual.get("id").and_then(Value::as_str) == Some(wanted),
        (Value::String(wanted), Value::Number(actual)) => *wanted == actual.to_string(),
        (wanted, actual) => wanted == actual,
    }
}
