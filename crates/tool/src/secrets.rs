//! Values that nobody may see.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// Secrets by name. They go into headers, queries and bodies, and never into an error, a record or a debug text.
#[derive(Clone, Default)]
pub struct Secrets {
    values: Value,
}

impl Secrets {
    /// No secrets.
    pub fn new() -> Self {
        Self { values: Value::Object(Map::new()) }
    }

    pub(crate) fn value(&self) -> &Value {
        &self.values
    }
}

impl From<BTreeMap<String, String>> for Secrets {
    fn from(secrets: BTreeMap<String, String>) -> Self {
        Self { values: secrets.into_iter().map(|(name, value)| (name, Value::String(value))).collect() }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Secrets({})", self.values.as_object().map_or(0, Map::len))
    }
}
