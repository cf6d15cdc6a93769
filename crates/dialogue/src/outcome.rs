//! What the engine gives back.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yingda_model::{Choice, FlowOutcome};

use crate::{HandOver, Judged};

/// What is to be done after the engine moved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What to say, in order.
    pub lines: Vec<Line>,
    pub next: Next,
    /// The commands with what became of them.
    pub judged: Vec<Judged>,
    /// Steps that were passed, in order.
    pub steps: Vec<Passed>,
    /// Flows that ended.
    pub ended: Vec<(String, FlowOutcome)>,
}

/// Something to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A template of a flow or a phrase of the engine, rendered.
    Say { text: String },
    /// A question with what may be tapped; ids are `SLOT:OPTION`, `confirm:yes`, `confirm:no`, `flow:ID`, `resume:yes` ….
    Ask { text: String, options: Vec<Choice> },
    /// The caller's answer with this number (see [`crate::Command::Answer`]).
    Answer { answer: usize },
    /// The knowledge entry with this key.
    Entry { key: String },
}

/// What the engine waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Next {
    /// The customer.
    #[default]
    Customer,
    /// The result of a call: give it to [`crate::resume`].
    Call(Call),
    /// People take over; the dialogue is over.
    HandOver { reason: HandOver, detail: String, note: Option<String> },
    /// No command was for the engine and nothing is under way: the caller decides.
    Nobody,
}

/// A tool to call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Counts the calls of a conversation.
    pub number: u32,
    pub tool: String,
    pub input: Value,
    /// Whether it takes back what was done.
    pub is_undo: bool,
    /// Whether the customer confirmed it.
    pub confirmed: bool,
}

/// How a call went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Called {
    Ok {
        output: Value,
    },
    Failed {
        /// Such as `not_found`; see docs/tools.md.
        code: String,
        /// For operators; business refusals carry the back end's words for customers.
        message: String,
        /// Whether it may have acted all the same.
        acted: bool,
    },
}

/// A step that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub flow: String,
    /// Its id, or `LINE:COLUMN`.
    pub step: String,
    pub does: String,
}
