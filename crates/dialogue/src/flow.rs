//! A flow as it was written: checked by `check`, compiled by `compile`, drawn by `graph`.

use std::collections::BTreeMap;

use yingda_expression::Expression;

use crate::{Place, Text};

/// A flow.
#[derive(Clone, Debug)]
pub struct Flow {
    pub id: String,
    pub title: Text,
    pub description: Option<Text>,
    pub starts: Starts,
    pub needs: Needs,
    pub slots: BTreeMap<String, Slot>,
    pub steps: Vec<Step>,
    /// What a caller gets back; all slots when absent.
    pub result: Option<Expression>,
    /// The file that it is from.
    pub file: String,
    pub place: Place,
}

/// What begins a flow.
#[derive(Clone, Debug, Default)]
pub struct Starts {
    pub intents: Vec<String>,
    pub phrases_zh: Vec<String>,
    pub phrases_en: Vec<String>,
    pub events: Vec<String>,
    /// Whether an event that begins it is about the customer's own affairs, or an offer that needs their consent.
    pub occasion: Occasion,
    pub when: Option<Expression>,
}

/// Why a customer is spoken to first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Their own order, their own basket.
    #[default]
    Service,
    /// An offer: only with consent.
    Marketing,
}

/// What must be known of the customer before a flow runs, or a tool is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    #[default]
    None,
    /// The channel says who it is.
    Known,
    /// They proved it.
    Verified,
}

/// Something that a flow has to know.
#[derive(Clone, Debug)]
pub struct Slot {
    pub name: String,
    pub title: Option<Text>,
    pub of: SlotType,
    /// Whether its value is known to the flows that follow.
    pub carry: bool,
    pub place: Place,
}

/// What a slot holds; the JSON of each is told in docs/flows.md.
#[derive(Clone, Debug)]
pub enum SlotType {
    Text,
    Number,
    Integer,
    /// In hundredths.
    Money,
    YesNo,
    Date,
    Time,
    /// In seconds.
    Duration,
    Phone,
    Email,
    Address,
    Person,
    Product,
    OrderNumber,
    TrackingNumber,
    File,
    /// One of these.
    Choice(Vec<ChoiceOption>),
    /// One or several of a list that is known only when it is asked.
    Pick(Pick),
    /// A type of entity of the workspace.
    Entity(String),
}

/// An option of a choice.
#[derive(Clone, Debug)]
pub struct ChoiceOption {
    pub id: String,
    pub label: Text,
    pub also_zh: Vec<String>,
    pub also_en: Vec<String>,
    /// What is done when it is chosen: for `choice` steps.
    pub then: Vec<Step>,
    pub place: Place,
}

/// A list to choose from.
#[derive(Clone, Debug)]
pub struct Pick {
    pub from: Expression,
    /// Over `item`.
    pub label: Text,
    /// Over `item`; the item itself when absent.
    pub value: Option<Expression>,
    /// What “that one” calls it.
    pub kind: Option<String>,
    /// Whether several may be chosen; the value is then a list.
    pub many: bool,
}

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    pub id: Option<String>,
    /// Skipped when this is false.
    pub only_if: Option<Expression>,
    pub does: Does,
    pub place: Place,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Does {
    Collect(Box<Collect>),
    Say(Text),
    /// Asks to choose, and goes on with what belongs to the choice.
    Choice {
        ask: Text,
        into: Option<String>,
        options: Vec<ChoiceOption>,
    },
    Call(Box<ToolStep>),
    Branch {
        arms: Vec<(Expression, Vec<Step>)>,
        otherwise: Vec<Step>,
    },
    For {
        item: String,
        list: Expression,
        most: u32,
        steps: Vec<Step>,
    },
    /// Goes on after a yes; `no: None` says that nothing was done and ends.
    Confirm {
        ask: Text,
        no: Option<Vec<Step>>,
    },
    Set(Vec<(String, Expression)>),
    Forget(Vec<String>),
    /// Forgets a slot and what followed it, and asks for it again.
    Again(String),
    /// Runs another flow and comes back.
    Run {
        flow: String,
        with: Vec<(String, Expression)>,
        into: Option<String>,
    },
    /// Goes to another flow and does not come back.
    Link {
        flow: String,
    },
    /// Says the entry with this key.
    Knowledge(String),
    /// Takes back what was done, latest first.
    UndoAll,
    HandOver {
        reason: HandOver,
        note: Option<Text>,
    },
    End(End),
}

/// Asking for a slot.
#[derive(Clone, Debug)]
pub struct Collect {
    pub slot: String,
    pub ask: Text,
    /// A list of values, or of `{value, label}`, to tap.
    pub offer: Option<Expression>,
    pub check: Option<Expression>,
    pub invalid: Option<Text>,
    pub retries: u8,
    /// After the last retry; `None` hands over.
    pub otherwise: Option<Vec<Step>>,
}

/// Calling a tool.
#[derive(Clone, Debug)]
pub struct ToolStep {
    pub tool: String,
    pub with: Vec<(String, Expression)>,
    pub into: Option<String>,
    /// Steps by code; `any` for every other.
    pub on_error: Vec<(String, Vec<Step>)>,
    /// What takes it back.
    pub undo: Option<(String, Vec<(String, Expression)>)>,
}

/// Why a flow gives the customer to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOver {
    Flow,
    HighValue,
    Rule,
    Upset,
    ToolFailed,
    /// Failed too often to understand.
    RepeatedFailure,
    /// The customer wants a person.
    Requested,
}

/// How a flow says that it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    Done,
    Failed,
    Cancelled,
}

impl Flow {
    /// Whether it calls a tool in a step of its own, not within another.
    pub fn looks_up(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.does, Does::Call(_)))
    }

    /// Whether it only tells: it confirms nothing and asks for nothing to be changed.
    pub fn changes_nothing(&self) -> bool {
        fn quiet(steps: &[Step]) -> bool {
            steps.iter().all(|step| match &step.does {
                Does::Confirm { .. } => false,
                Does::Choice { options, .. } => options.iter().all(|option| quiet(&option.then)),
                Does::Branch { arms, otherwise } => arms.iter().all(|(_, steps)| quiet(steps)) && quiet(otherwise),
                Does::For { steps, .. } => quiet(steps),
                Does::Call(call) => call.on_error.iter().all(|(_, steps)| quiet(steps)),
                _ => true,
            })
        }
        quiet(&self.steps)
    }
}
