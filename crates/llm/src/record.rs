//! What a call did, for the trace.

use serde::{Deserialize, Serialize};

use crate::config::Task;

/// One call of [`Llm`](crate::Llm), with all attempts. Where it quotes a model, placeholders stand for personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub task: Task,
    /// The operator's name of the model whose answer was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether the answer was had before.
    pub cached: bool,
    /// `ok`, or the code of the error.
    pub outcome: String,
    pub attempts: Vec<Attempt>,
    /// Of all attempts.
    pub tokens_in: u64,
    /// Of all attempts.
    pub tokens_out: u64,
    /// Whether a server did not count, so that the tokens are a guess.
    pub estimated: bool,
    /// Of all attempts, in millionths of the currency's unit.
    pub cost_micros: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// From the first to the last moment.
    pub took_ms: u64,
    /// Pieces of personal data that were hidden, over the conversation so far.
    pub masked: usize,
    /// What was dropped from the answer, and why.
    pub notes: Vec<Note>,
}

/// One request, or the decision to make none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The operator's name of the model.
    pub model: String,
    /// `ok`, or the code of an error.
    pub outcome: String,
    /// Why, in English, where it failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Waited before it.
    pub waited_ms: u64,
    /// Until the first piece came; 0 when none did.
    pub first_byte_ms: u64,
    pub took_ms: u64,
    pub tokens_in: u64,
    pub tokens_out: u64,
    /// In millionths of the currency's unit.
    #[serde(default)]
    pub cost_micros: u64,
    /// Whether the model was asked to mend its answer.
    pub repair: bool,
    /// Whether the answer was cut because it was too long.
    pub cut: bool,
}

/// Something that was dropped from an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Such as `unknown_flow`, `not_said`, `no_citation`, `invented_placeholder`, `cut`.
    pub code: String,
    /// What it was about, short, with placeholders for personal data.
    pub detail: String,
}

impl Note {
    pub(crate) fn new(code: &str, detail: &str) -> Self {
        Self { code: code.to_owned(), detail: crate::error::short(detail) }
    }
}

impl Record {
    pub(crate) fn new(task: Task) -> Self {
        Self {
            task,
            model: None,
            cached: false,
            outcome: "ok".into(),
            attempts: Vec::new(),
            tokens_in: 0,
            tokens_out: 0,
            estimated: false,
            cost_micros: 0,
            currency: None,
            took_ms: 0,
            masked: 0,
            notes: Vec::new(),
        }
    }
}
