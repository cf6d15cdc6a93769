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
