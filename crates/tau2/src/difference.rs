//! What differs between two databases.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::Database;

/// One place where two databases differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// `orders/#W0000000/status`.
    pub path: String,
    /// What the first has there; `None` when it has nothing.
    pub before: Option<Value>,
    /// What the second has there; `None` when it has nothing.
    pub after: Option<Value>,
}

/// `orders/#W0000000/status: "pending" → "cancelled"`.
impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
        write!(out, "{}: {} → {}", self.path, show(&self.before), show(&self.after))
    }
}

/// Where `after` differs from `before`, in the order of paths; empty when they are equal.
#[must_use]
pub fn difference(before: &Database, after: &Database) -> Vec<Change> {
    let mut changes = Vec::new();
    rows("products", &before.products, &after.products, &mut changes);
    rows("users", &before.users, &after.users, &mut changes);
    rows("orders", &before.orders, &after.orders, &mut changes);
    changes
}

/// Compares rows as they are, and only those that differ field by field.
fn rows<T: PartialEq + Serialize>(
    table: &str,
    before: &std::collections::BTreeMap<String, T>,
    after: &std::collections::BTreeMap<String, T>,
    changes: &mut Vec<Change>,
) {
    let ids: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for id in ids {
        let (old, new) = (before.get(id), after.get(id));
        if old != new {
            let value = |row: Option<&T>| row.and_then(|row| serde_json::to_value(row).ok());
            fields(format!("{table}/{id}"), value(old), value(new), changes);
        }
    }
}

fn fields(path: String, before: Option<Value>, after: Option<Value>, changes: &mut Vec<Change>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(mut before)), Some(Value::Object(mut after))) => {
            let keys: std::collections::BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
            for key in keys {
                fields(format!("{path}/{key}"), before.remove(&key), after.remove(&key), changes);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            let length = before.len().max(after.len());
            let (mut before, mut after) = (before.into_iter(), after.into_iter());
            for index in 0..length {
                fields(format!("{path}/{index}"), before.next(), after.next(), changes);
            }
        }
        (before, after) => changes.push(Change { path, before, after }),
    }
}
