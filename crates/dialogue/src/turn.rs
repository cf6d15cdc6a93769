//! What a turn depends on besides the state and the commands.

use serde_json::Value;
use yingda_expression::Names;
use yingda_model::Timestamp;

use crate::{Lang, Needs, Tone};

/// The circumstances of a turn.
pub struct Circumstances<'a> {
    pub lang: Lang,
    pub tone: Tone,
    pub now: Timestamp,
    /// What is known of the customer from outside: flows with `needs` look at it.
    pub customer: Needs,
    /// `contact`, `inbox`, `channel`, `mood`, `desk`, `settings`, `event`.
    pub names: &'a Names<'a>,
    /// Draws variants of texts: the same number gives the same words.
    pub seed: u64,
}

/// What a flow would like to know now: for those who look for it in a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub flow: String,
    pub slot: String,
    /// Such as `order_number`, `choice`, `pick`, `entity:NAME`.
    pub kind: String,
    /// Whether it is what the customer was asked.
    pub asked: bool,
    /// Whether it has a value.
    pub filled: Option<Value>,
    pub options: Vec<yingda_model::AskedOption>,
    pub many: bool,
}
