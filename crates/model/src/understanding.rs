//! What a message was taken for, as the record of a decision keeps it.
//!
//! Spans are byte offsets of the message as the customer wrote it.

use serde::{Deserialize, Serialize};

/// What the assistant understood of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceUnderstanding {
    /// Version of the workspace's language model; absent where none was trained.
    pub model: Option<u32>,
    /// Language of the message: `zh`, `en` or `und`.
    pub language: String,
    /// Whether the embedding was needed.
    pub embedded: bool,
    /// What the customer wants: one for each part of the message, in order.
    pub intents: Vec<TraceIntent>,
    /// What the message names, in order.
    pub entities: Vec<TraceEntity>,
    pub mood: TraceMood,
    pub safety: TraceSafety,
    /// Whether the customer's mood broke with this message.
    #[serde(default)]
    pub mood_broke: bool,
}

/// A wish.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceIntent {
    /// Name of the likeliest intent.
    pub name: String,
    /// From 0 to 1.
    pub probability: f32,
    /// Whether the part of the message is about any intent at all.
    pub in_scope: bool,
    /// How well the part belongs to any intent, from 0 to 1, and the value below which it counted as out of scope; absent in
    /// records of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f32>,
    pub start: usize,
    pub end: usize,
    /// The likeliest intents, at most five.
    pub candidates: Vec<TraceLabel>,
    /// The words that spoke for it (weight above 0) or against it.
    pub why: Vec<TraceReason>,
    /// What the meaning of the whole added, in logarithms of odds, where the embedding was needed.
    #[serde(default)]
    pub meaning: Option<f32>,
}

/// A name with its probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceLabel {
    pub name: String,
    /// From 0 to 1.
    pub probability: f32,
}

/// A word that moved a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceReason {
    pub text: String,
    /// In logarithms of odds; below 0 it spoke against.
    pub weight: f32,
    /// Where it stands in the message; absent where its words are hidden or written differently there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<TraceSpan>,
}

/// A part of a message, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceSpan {
    pub start: usize,
    pub end: usize,
}

/// Something that a message names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceEntity {
    /// Such as `order_number`, `time` or the name of an own type.
    pub kind: String,
    pub start: usize,
    pub end: usize,
    /// The words of the message; masked where they are personal.
    pub text: String,
    /// What the words mean, in one form for all ways of writing it; absent where it is personal.
    #[schema(value_type = Option<Object>)]
    pub value: Option<serde_json::Value>,
    /// From 0 to 1.
    pub confidence: f32,
}

/// How a customer feels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceMood {
    /// From -1 (bad) to 1 (good).
    pub polarity: f32,
    /// The likeliest of `neutral`, `pleased`, `anxious`, `disappointed` and `angry`.
    pub emotion: String,
    /// Of that emotion, from 0 to 1.
    pub probability: f32,
    /// From 0 (can wait) to 2 (now).
    pub urgency: f32,
    /// The words that carried the urgency, where it is urgent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urgency_words: Vec<TraceReason>,
    /// From -1 (rude) to 1 (polite).
    pub politeness: f32,
    /// All emotions with their probabilities.
    pub emotions: Vec<TraceLabel>,
    /// The words that carried it.
    pub words: Vec<TraceReason>,
}

/// Whether a message harms or threatens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TraceSafety {
    /// Such as `none`, `abuse`, `threat`, `self_harm` or `hazard`.
    pub label: String,
    /// From 0 (nothing) to 3 (act at once).
    pub level: u8,
    /// From 0 to 1.
    pub probability: f32,
    /// The words that carried it.
    pub words: Vec<TraceReason>,
}
