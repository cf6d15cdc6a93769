//! The record that every automatic decision leaves.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, MessageId, Timestamp, TraceId, TraceUnderstanding};

/// What the assistant saw, what it weighed and what it did, for one turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Trace {
    pub id: TraceId,
    pub conversation_id: ConversationId,
    /// The customer's message that was answered.
    pub message_id: MessageId,
    pub at: Timestamp,
    /// What was read, after normalising.
    pub input: String,
    /// Language taken from the text: `zh`, `en` or `other`.
    pub language: String,
    /// Name and version of the deciding part, such as `faq/1`.
    pub decided_by: String,
    /// Everything that was weighed, best first.
    pub candidates: Vec<TraceCandidate>,
    pub decision: TraceDecision,
    /// Messages that the customer got for it; absent in records of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<u32>,
    /// What the engine of flows did; absent where no flow was concerned, and in records of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialogue: Option<Box<TraceDialogue>>,
    /// What the guard did to what was to be said; empty when nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guard: Vec<TraceGuard>,
    /// What language models were asked, where one is configured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<TraceModelCall>,
    /// What the message was taken for; absent where nothing was read, and in records of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub understanding: Option<TraceUnderstanding>,
    /// Why, in words for people.
    pub why_zh: String,
    pub why_en: String,
    /// Microseconds that the decision took.
    pub took_us: u64,
}

/// One answer that was weighed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceCandidate {
    /// The knowledge entry.
    pub entry_id: String,
    pub question: String,
    /// The wording of the entry that was nearest.
    pub matched: String,
    /// Full-text score (BM25, unbounded).
    pub score: f32,
    /// How sure, from 0 to 1.
    pub confidence: f32,
    /// The words that carried it.
    pub terms: Vec<TraceTerm>,
}

/// A word of the question with its weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceTerm {
    pub term: String,
    pub weight: f32,
    /// Whether the candidate has the word.
    pub matched: bool,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TraceDecision {
    /// Answered from a knowledge entry.
    Answer { entry_id: String, confidence: f32, threshold: f32 },
    /// Answered several wishes of one message, each from an entry, in their order. `open` counts the wishes without an answer,
    /// which were named.
    Answers { entry_ids: Vec<String>, open: u8 },
    /// Went on with a flow, or with several.
    Flow {
        /// The flow that is spoken of after the turn, or that ended in it.
        flow: String,
        /// The slot that is asked; `confirm` for a confirmation; absent when nothing is.
        asks: Option<String>,
        /// Flows that ended, with how.
        ended: Vec<(String, crate::FlowOutcome)>,
        /// Entries that were told on the way.
        entry_ids: Vec<String>,
    },
    /// Answered by a language model from passages, with its sources.
    Generated { entry_ids: Vec<String>, model: String },
    /// Answered from the knowledge graph.
    Graph {
        /// Ids of the things that were spoken of, for what follows.
        things: Vec<String>,
        /// What the answer rests on, such as `QH-KT17 price 259 CNY`.
        facts: Vec<String>,
        /// How the question was read.
        reading: String,
        confidence: f32,
    },
    /// Offered near matches.
    Choices { entry_ids: Vec<String>, threshold: f32 },
    /// Said that it does not know.
    Unknown { best: f32, threshold: f32, failures_in_a_row: u8 },
    /// Gave the conversation to people.
    HandOver { reason: crate::HandOverReason, matched: String },
}

/// What the engine of flows did in a turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceDialogue {
    /// The release that was in charge.
    pub release: u32,
    /// Commands that were proposed, with what became of them.
    pub commands: Vec<TraceCommand>,
    /// Steps that were passed, in order.
    pub steps: Vec<TraceStep>,
    /// Tools that were called.
    pub calls: Vec<TraceCall>,
    /// Flows under way after the turn, the one that is spoken of last, each with its slots; personal data masked.
    pub stack: Vec<TraceFrame>,
    /// Flows that wait for their turn.
    pub waiting: Vec<String>,
    /// How people call what is named here: flows by their ids, slots as `FLOW.SLOT`, tools by their names.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub titles: std::collections::BTreeMap<String, TraceTitle>,
    /// Microseconds: understanding, search, engine, tools, guard.
    pub timings: TraceTimings,
}

/// What people call something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceTitle {
    pub zh: String,
    pub en: String,
}

/// A command with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceCommand {
    /// Such as `start_flow`.
    pub name: String,
    /// What it is about: a flow, a slot with its value (masked where personal).
    pub about: String,
    /// `rules`, `language`, `knowledge`, `tap` or `model:NAME`.
    pub by: String,
    pub score: f32,
    /// Bytes of the message that it comes from.
    pub start: usize,
    pub end: usize,
    /// Why it was refused; absent when it was executed.
    pub refused: Option<String>,
}

/// A step of a flow that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceStep {
    pub flow: String,
    /// Its id, or `LINE:COLUMN` of its file.
    pub step: String,
    pub does: String,
}

/// A tool that was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceCall {
    pub tool: String,
    /// `ok`, or the code of the failure.
    pub outcome: String,
    /// For operators; empty when it went well.
    pub message: String,
    pub attempts: u32,
    pub took_us: u64,
    /// Whether the result was there already: the turn was run again.
    pub again: bool,
}

/// A flow under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceFrame {
    pub flow: String,
    /// The slot that is asked.
    pub asks: Option<String>,
    /// Slots with their values as text; personal data masked.
    pub slots: std::collections::BTreeMap<String, String>,
}

/// Where the time of a turn went, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceTimings {
    pub understanding: u64,
    pub search: u64,
    pub engine: u64,
    pub tools: u64,
    pub guard: u64,
}

/// Something that the guard found in what was to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceGuard {
    pub rule: String,
    /// `dropped`, `replaced`, `blocked` or `noted`.
    pub action: String,
    /// The words that broke the rule; masked where personal.
    pub words: String,
    pub why_zh: String,
    pub why_en: String,
}

/// A request to a language model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceModelCall {
    /// `propose`, `answer` …
    pub task: String,
    pub model: String,
    /// `ok`, `cached`, or the code of the failure.
    pub outcome: String,
    pub tokens_in: u32,
    pub tokens_out: u32,
    /// In millionths of the currency of the model's price.
    pub cost_micros: u64,
    pub took_ms: u64,
}
