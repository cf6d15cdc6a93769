//! Where a dialogue stands: what the engine of flows remembers from turn to turn. Plain data; `yingda-dialogue` moves it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;

/// The state of the dialogue with one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct DialogueState {
    /// The release that the flows on the stack began with; 0 while there is none.
    pub release: u32,
    /// Flows under way, the one that is spoken of last.
    pub stack: Vec<Frame>,
    /// Flows that the customer asked for and that wait for their turn, in order.
    pub waiting: Vec<WaitingFlow>,
    /// What is known of the customer's case, by slot: carried from flow to flow.
    pub known: BTreeMap<String, Value>,
    /// What was spoken of lately, the latest first: what “that order” means.
    pub mentioned: Vec<Mention>,
    /// What was listed last, in its order: what “the second one” means.
    pub listed: Vec<Mention>,
    /// What the engine itself asked, where it did: see [`Question`].
    pub question: Option<Question>,
    /// How the customer proved who they are, if they did.
    pub identity: Option<Identified>,
    /// Which variant of a text was said last, so that it is not said twice.
    pub said: BTreeMap<String, u32>,
    /// A step that failed while what was done before is being taken back.
    pub failure: Option<FailedStep>,
    /// Flows that ended lately, the latest last.
    pub ended: Vec<EndedFlow>,
    /// Calls made in this conversation: numbers the next.
    pub calls: u32,
    pub updated_at: Option<Timestamp>,
    /// The language that was spoken last, `zh` or `en`: what a message without words is answered in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Whether it was begun on another channel, and the customer has not said yet that it is to go on here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// One flow under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Frame {
    pub flow: String,
    /// The next operation of the compiled flow.
    pub at: u32,
    /// Slots and results by name.
    pub values: BTreeMap<String, Value>,
    /// Which operation set a value, so that a correction can take back what followed.
    #[serde(default)]
    pub set_at: BTreeMap<String, u32>,
    /// What the customer was asked and has not answered.
    #[serde(default)]
    pub asking: Option<Asking>,
    /// Answers that did not fit, by slot.
    #[serde(default)]
    pub misses: BTreeMap<String, u8>,
    /// Loops under way, the innermost last.
    #[serde(default)]
    pub loops: Vec<Loop>,
    /// The call that was begun and has no result yet.
    #[serde(default)]
    pub call: Option<u32>,
    /// Where the result goes, when this flow was called by the one below.
    #[serde(default)]
    pub into: Option<String>,
    /// What was done and can be taken back, oldest first.
    #[serde(default)]
    pub done: Vec<Done>,
    /// Compensations under way: the operation to go on with after the last.
    #[serde(default)]
    pub undoing: Option<u32>,
    /// Whether it was begun while another was under way, to which it returns.
    #[serde(default)]
    pub digression: bool,
}

/// A question of a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Asking {
    /// The slot; `confirm` for a confirmation.
    pub slot: String,
    /// What can be chosen, where something can.
    #[serde(default)]
    pub options: Vec<AskedOption>,
}

/// An option with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AskedOption {
    /// What comes back when it is tapped.
    pub id: String,
    /// What the customer reads.
    pub label: String,
    #[schema(value_type = Object)]
    pub value: Value,
    /// Other words for it.
    #[serde(default)]
    pub also: Vec<String>,
}

/// A loop over a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Loop {
    /// The operation that begins it.
    pub begin: u32,
    pub items: Vec<Value>,
    /// Items begun.
    pub begun: u32,
}

/// Something that was done, with what takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Done {
    pub tool: String,
    /// The operation that did it.
    pub at: u32,
    /// Tool and input that take it back, where that is possible.
    pub undo: Option<Undo>,
}

/// What takes something back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Undo {
    pub tool: String,
    #[schema(value_type = Object)]
    pub input: Value,
}

/// A step that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FailedStep {
    pub flow: String,
    pub code: String,
    pub message: String,
    /// Whether it may have acted all the same.
    pub acted: bool,
    /// Earlier steps that were taken back, and that could not be.
    pub undone: u32,
    pub not_undone: u32,
}

/// A flow that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WaitingFlow {
    pub flow: String,
    /// Slots that the customer named already.
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
}

/// Something that was spoken of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mention {
    /// The type of the slot: `order_number`, `product` …
    pub kind: String,
    #[schema(value_type = Object)]
    pub value: Value,
    /// How people call it.
    pub label: String,
}

/// What the engine itself asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Question {
    /// Which of these flows is meant.
    Clarify { flows: Vec<String> },
    /// Whether to go on with what was begun a while ago, or on another channel.
    Resume,
    /// Whether it helped.
    Helped,
    /// Whether a person shall take over.
    Person,
}

/// How a customer proved who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Identified {
    /// `signed_in`, `order_and_phone`, `code`.
    pub by: String,
    /// The company's own number of the customer.
    pub external_id: Option<String>,
    pub at: Timestamp,
}

/// A flow that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EndedFlow {
    pub flow: String,
    pub outcome: FlowOutcome,
    pub at: Timestamp,
}

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowOutcome {
    /// It reached its end.
    Done,
    /// The customer called it off.
    Cancelled,
    /// A step failed.
    Failed,
    /// Given to people.
    HandedOver,
    /// The customer did not come back.
    Expired,
}

impl FlowOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::HandedOver => "handed_over",
            Self::Expired => "expired",
        }
    }
}

impl DialogueState {
    /// Whether nothing is under way, waiting or asked.
    pub fn is_idle(&self) -> bool {
        self.stack.is_empty() && self.waiting.is_empty() && self.question.is_none()
    }

    /// The flow that is spoken of.
    pub fn top(&self) -> Option<&Frame> {
        self.stack.last()
    }

    /// What the customer is asked now by a flow.
    pub fn asking(&self) -> Option<&Asking> {
        self.top()?.asking.as_ref()
    }
}
