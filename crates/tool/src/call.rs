//! What is asked of a tool, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use yingda_expression::Names;

use crate::secrets::Secrets;

/// What a flow asks of a tool.
#[derive(Clone)]
pub struct Call {
    /// `shop.get_order`
    pub tool: String,
    /// A map of the tool's inputs. What is null counts as not given.
    pub input: Value,
    /// Makes a change happen once, however often it is asked for: the same key for the same change. Up to 255 visible ASCII
    /// characters. An empty one says that there is none: such a change is never tried twice.
    pub key: String,
    /// Whether changes are made.
    pub mode: Mode,
}

/// Inputs are personal: only their names are shown.
impl fmt::Debug for Call {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Call({} {:?} {:?})", self.tool, masked(&self.input), self.mode)
    }
}

/// Whether changes are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything happens.
    #[default]
    Real,
    /// Reads happen; of a change everything is checked, and the tool's `example` is the answer.
    DryRun,
}

/// How well the customer is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Customer {
    /// Somebody.
    #[default]
    None,
    /// A contact of ours, by a channel's account.
    Known,
    /// Who it is was proven in this conversation.
    Verified,
}

/// Where a call happens.
pub struct Env<'a> {
    /// The way out. Private addresses must be allowed there.
    pub client: &'a yingda_outbound::Client,
    /// Plain values of the workspace, `settings` in templates.
    pub settings: &'a Map<String, Value>,
    /// Sealed values of the workspace, `secrets` in templates.
    pub secrets: &'a Secrets,
    /// `contact`, `inbox`, `channel`, `lang`, `mood`: what is missing is null in expressions.
    pub names: &'a Names<'a>,
    /// The rights that the bot has: a tool's `scope` must be among them.
    pub granted: &'a BTreeSet<String>,
    /// How well the customer is known.
    pub customer: Customer,
    /// `now` in expressions.
    pub now: OffsetDateTime,
}

/// What came of a call.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The answer, which keeps the tool's output schema; or why there is none.
    pub result: Result<Value, Failure>,
    /// For the trace.
    pub record: Record,
}

impl Outcome {
    /// The answer.
    pub fn output(&self) -> Option<&Value> {
        self.result.as_ref().ok()
    }

    /// Why there is none.
    pub fn failure(&self) -> Option<&Failure> {
        self.result.as_ref().err()
    }
}

/// Why there is no answer to go on with. The message is for operators, in English, and holds no values.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    /// What flows branch on.
    pub code: Code,
    /// What was expected, what came, what to do.
    pub message: String,
    /// What the back end itself said, at most 500 characters. It may be personal: it is in no debug text.
    pub said: Option<String>,
    /// A change that may have happened: no answer came, or none that says.
    pub uncertain: bool,
    /// A change that happened, though its answer cannot be used.
    pub acted: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.code.as_str(), self.message)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (uncertain, acted) = (self.uncertain, self.acted);
        write!(to, "Failure({self}; uncertain: {uncertain}, acted: {acted})")
    }
}

impl std::error::Error for Failure {}

/// Why a call failed, for flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// There is no such thing.
    NotFound,
    /// It belongs to somebody else.
    NotTheirs,
    /// The back end's business rules forbid it.
    Refused,
    /// More than the bot may do.
    Limit,
    /// The bot has no right to it.
    Right,
    /// The customer is not known well enough.
    Unverified,
    /// The inputs are not as the tool wants them.
    Input,
    /// The answer is not as the file says.
    Schema,
    /// No answer in time.
    Timeout,
    /// No connection, or the back end asks for a pause.
    Unreachable,
    /// The back end fails, or does not accept us.
    Broken,
    /// A change without an answer: it may have happened.
    Uncertain,
}

impl Code {
    /// Every code, as it is written in files.
    pub const ALL: [(&'static str, Self); 12] = [
        ("not_found", Self::NotFound),
        ("not_theirs", Self::NotTheirs),
        ("refused", Self::Refused),
        ("limit", Self::Limit),
        ("right", Self::Right),
        ("unverified", Self::Unverified),
        ("input", Self::Input),
        ("schema", Self::Schema),
        ("timeout", Self::Timeout),
        ("unreachable", Self::Unreachable),
        ("broken", Self::Broken),
        ("uncertain", Self::Uncertain),
    ];

    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, code)| *code == self).map_or("broken", |(name, _)| name)
    }
}

/// What a trace keeps of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `shop.get_order`
    pub tool: String,
    /// The inputs' names with what they are, not their values: `order_no` → `text of 12`.
    pub input: BTreeMap<String, String>,
    /// The last HTTP status.
    pub status: Option<u16>,
    /// Requests that were made; 0 when the call was refused before, or in a dry run.
    pub attempts: u32,
    /// How long it all took, in milliseconds.
    pub ms: u64,
    /// `None` when it went well.
    pub code: Option<Code>,
}

/// The inputs without their values.
pub(crate) fn masked(input: &Value) -> BTreeMap<String, String> {
    let what = |value: &Value| match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(text) => format!("text of {}", text.chars().count()),
        Value::Array(items) => format!("list of {}", items.len()),
        Value::Object(map) => format!("map of {}", map.len()),
    };
    input.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), what(value))).collect()
}
