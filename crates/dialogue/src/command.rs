//! What can be asked of the engine: the understanding of a turn is a list of these.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yingda_model::HandOverReason;

/// What a customer's message may mean for the dialogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// Begin a flow.
    StartFlow {
        flow: String,
    },
    /// A value for a slot of the flow that is spoken of, or of one that is begun in the same turn.
    FillSlot {
        slot: String,
        value: Value,
    },
    /// Another value for a slot that has one; without a value it is asked again.
    CorrectSlot {
        slot: String,
        value: Option<Value>,
    },
    /// Yes or no, to whatever was asked.
    Affirm,
    Deny,
    /// Call off the flow that is spoken of.
    Cancel,
    /// Answer a question from the knowledge base; `answer` is the caller's own number of it.
    Answer {
        answer: usize,
    },
    /// Ask which of these flows is meant.
    Clarify {
        flows: Vec<String>,
    },
    /// Small talk; the caller has the words.
    ChitChat {
        answer: usize,
    },
    /// A person is wanted, or needed.
    HandOver {
        reason: HandOverReason,
        detail: String,
    },
    /// Nothing fits.
    CannotHandle,
}

impl Command {
    /// Its name in traces and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::StartFlow { .. } => "start_flow",
            Self::FillSlot { .. } => "fill_slot",
            Self::CorrectSlot { .. } => "correct_slot",
            Self::Affirm => "affirm",
            Self::Deny => "deny",
            Self::Cancel => "cancel",
            Self::Answer { .. } => "answer",
            Self::Clarify { .. } => "clarify",
            Self::ChitChat { .. } => "chit_chat",
            Self::HandOver { .. } => "hand_over",
            Self::CannotHandle => "cannot_handle",
        }
    }
}

/// A command with who proposed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    pub command: Command,
    /// `rules`, `language`, `knowledge`, `model:NAME`, `tap`.
    pub by: String,
    /// From 0 to 1.
    pub score: f32,
    /// Where in the message it is from: bytes; commands are executed in the order of their places, what people ask first comes first.
    pub start: usize,
    pub end: usize,
}

/// A command with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub proposed: Proposed,
    /// Why it was refused; `None` when it was executed.
    pub refused: Option<String>,
}
