//! What an operator sets up: models, tasks, budgets.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use yingda_outbound::Url;

/// What a language model is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Read a message as commands for the dialogue engine.
    Propose,
    /// Answer a question from given passages, with citations.
    Answer,
    /// Say the same in another tone.
    Rephrase,
    /// Shorten a conversation.
    Summarise,
    /// Say the same in the other language.
    Translate,
    /// Draft an FAQ entry from a text.
    Draft,
}

impl Task {
    /// All tasks, in the order of `models.yml`.
    pub const ALL: [Self; 6] =
        [Self::Propose, Self::Answer, Self::Rephrase, Self::Summarise, Self::Translate, Self::Draft];

    /// The name in `models.yml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Answer => "answer",
            Self::Rephrase => "rephrase",
            Self::Summarise => "summarise",
            Self::Translate => "translate",
            Self::Draft => "draft",
        }
    }

    /// The longest answer that the task can need, in tokens.
    pub(crate) fn most_answer(self) -> u32 {
        match self {
            Self::Propose => 300,
            Self::Summarise => 400,
            Self::Answer | Self::Rephrase | Self::Translate => 800,
            Self::Draft => 600,
        }
    }
}

/// `models.yml`, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// By the operator's name for them.
    pub models: BTreeMap<String, Model>,
    /// The models of a task, the first first; a task that is missing is not done.
    pub tasks: BTreeMap<Task, Vec<String>>,
    pub budgets: Budgets,
    pub cache: CacheSettings,
    /// Whether what flows say is rephrased in the brand's tone.
    pub rephrase_bot: bool,
}

impl Config {
    /// Nothing configured: every task ends with [`Error::NotConfigured`](crate::Error::NotConfigured).
    pub fn none() -> Self {
        Self {
            models: BTreeMap::new(),
            tasks: BTreeMap::new(),
            budgets: Budgets::default(),
            cache: CacheSettings::default(),
            rephrase_bot: false,
        }
    }

    /// Says whether a task has a model.
    pub fn has(&self, task: Task) -> bool {
        self.tasks.contains_key(&task)
    }

    /// Names of the sealed values that the models need.
    pub fn secrets(&self) -> BTreeSet<&str> {
        self.models.values().filter_map(|model| model.key.as_deref()).collect()
    }
}

/// A model behind an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The operator's name for it.
    pub name: String,
    /// `https://models.example.com/v1`; `/chat/completions` is added.
    pub base_url: Url,
    /// Name of the sealed value that is the key; `None` when the endpoint wants none.
    pub key: Option<String>,
    /// The endpoint's name for it.
    pub model: String,
    /// Until the last byte of the last attempt, with all retries and waiting.
    pub timeout: Duration,
    /// Until the first piece of an answer that streams.
    pub first_byte: Duration,
    /// Attempts after the first, where another may help.
    pub retries: u32,
    pub offers: Offers,
    /// `None`: it costs nothing.
    pub price: Option<Price>,
    /// How many tokens question and answer may have together.
    pub context: u32,
    /// The longest answer, in tokens.
    pub most_answer: u32,
    /// Failures in a row after which it is left alone.
    pub breaker_failures: u32,
    /// How long it is left alone.
    pub breaker_pause: Duration,
}

/// What an endpoint can do besides text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// `response_format: {type: json_schema}`.
    pub json_schema: bool,
    /// `tools` and `tool_choice`.
    pub tools: bool,
    /// `stream: true`, as server-sent events.
    pub streaming: bool,
}

/// What a million tokens cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// Of the question.
    pub input: f64,
    /// Of the answer.
    pub output: f64,
    /// ISO 4217, such as `CNY`.
    pub currency: String,
}

impl Price {
    /// What so many tokens cost, in millionths of the currency's unit, rounded up.
    pub fn micros(&self, input: u64, output: u64) -> u64 {
        // A price per million tokens is the price of one token in millionths.
        (self.input * input as f64 + self.output * output as f64).ceil().max(0.0) as u64
    }
}

/// How much may be spent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budgets {
    pub conversation: Budget,
    pub day: Budget,
    /// Of all money in the file; `None` when no model has a price.
    pub currency: Option<String>,
}

/// Limits, each of them optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// In millionths of the currency's unit.
    pub micros: Option<u64>,
    pub tokens: Option<u64>,
}

/// Whether and how long answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheSettings {
    pub enabled: bool,
    pub ttl: Duration,
    /// How many answers at most; the one that was not used for longest goes.
    pub entries: usize,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { enabled: true, ttl: Duration::from_secs(3600), entries: 1000 }
    }
}
