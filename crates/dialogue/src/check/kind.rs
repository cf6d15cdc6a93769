//! What kind of value an expression gives, where that can be told before it runs.
//!
//! Expressions are not typed; but slots are. An expression over names whose kinds are known is evaluated with samples of them: when it
//! takes none of the samples, it cannot be meant so.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yingda_expression::{EvalError, Expression, Names};
use yingda_yaml::{Said, said};

use crate::{Slot, SlotType};

/// A kind of value, as JSON has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Number,
    YesNo,
    List,
    Object,
}

impl Kind {
    /// How messages call it.
    pub(super) fn name(self) -> Said {
        match self {
            Self::Text => said!("文字", "a text"),
            Self::Number => said!("数字", "a number"),
            Self::YesNo => said!("真假值", "true or false"),
            Self::List => said!("列表", "a list"),
            Self::Object => said!("一组“名称: 值”", "an object"),
        }
    }

    /// The kind that JSON Schema calls so.
    pub(super) fn of_schema(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::Text,
            "number" | "integer" => Self::Number,
            "boolean" => Self::YesNo,
            "array" => Self::List,
            "object" => Self::Object,
            _ => return None,
        })
    }

    fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) => Self::YesNo,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        })
    }

    /// Values of this kind, unlike each other.
    fn samples(self) -> [Value; 3] {
        match self {
            Self::Text => [json!("2026-11-20"), json!("2026-11-20T10:00:00+08:00"), json!("12")],
            Self::Number => [json!(2), json!(1.5), json!(100)],
            Self::YesNo => [json!(true), json!(false), json!(true)],
            Self::List => [json!([]), json!(["a", "b"]), json!([1, 2])],
            Self::Object => [json!({}), json!({}), json!({})],
        }
    }
}

/// The kind of a slot's values, where there is only one.
pub(super) fn of_slot(slot: &Slot) -> Option<Kind> {
    Some(match &slot.of {
        SlotType::Text
        | SlotType::Date
        | SlotType::Time
        | SlotType::Phone
        | SlotType::Email
        | SlotType::Person
        | SlotType::OrderNumber
        | SlotType::TrackingNumber
        | SlotType::File
        | SlotType::Choice(_) => Kind::Text,
        SlotType::Number | SlotType::Integer | SlotType::Money | SlotType::Duration => Kind::Number,
        SlotType::YesNo => Kind::YesNo,
        SlotType::Pick(pick) if pick.many => Kind::List,
        SlotType::Pick(_) | SlotType::Address | SlotType::Product | SlotType::Entity(_) => return None,
    })
}

/// What an expression over values of these kinds gives; `None` when it cannot be told.
///
/// # Errors
/// Why it can take no such values.
pub(super) fn of_expression(expression: &Expression, kinds: &BTreeMap<String, Kind>) -> Result<Option<Kind>, Said> {
    let mut used = Vec::new();
    for name in expression.names() {
        match kinds.get(name) {
            Some(Kind::Object) | None => return Ok(None),
            Some(kind) => used.push((name, *kind)),
        }
    }
    let mut given = Vec::new();
    let mut refused = None;
    for round in 0..3 {
        let mut names = Names::new();
        for (name, kind) in &used {
            let [a, b, c] = kind.samples();
            names.set(name.as_str(), [a, b, c][round].clone());
        }
        match expression.value(&names) {
            Ok(value) => given.push(Kind::of(&value)),
            Err(EvalError::Type { message }) => refused = Some(message),
            // A sample may be out of bounds, or no date: that tells nothing.
            Err(_) => given.push(None),
        }
    }
    match (given.first(), refused) {
        (None, Some(message)) => Err(message),
        (Some(first), _) => Ok(first.filter(|_| given.iter().all(|kind| kind == first))),
        (None, None) => Ok(None),
    }
}

/// What a condition without names always gives.
pub(super) fn constant(expression: &Expression) -> Option<bool> {
    if !expression.names().is_empty() {
        return None;
    }
    expression.is_true(&Names::new()).ok()
}
