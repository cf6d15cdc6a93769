//! What flows may name that is not in flow files.

use std::collections::BTreeSet;

use crate::Needs;
use crate::check::Kind;

/// What else there is. A list that is absent is not known: what flows name of it is not checked.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub tools: Vec<KnownTool>,
    /// Names of the workspace's intents.
    pub intents: Option<BTreeSet<String>>,
    /// Names of the workspace's own types of entities.
    pub entities: Option<BTreeSet<String>>,
    /// Keys of knowledge entries.
    pub entries: Option<BTreeSet<String>>,
}

/// A tool that flows may call.
#[derive(Clone, Debug)]
pub struct KnownTool {
    /// `BACKEND.TOOL`.
    pub name: String,
    pub inputs: Vec<KnownInput>,
    pub effect: Effect,
    pub needs: Needs,
}

/// An input of a tool.
#[derive(Clone, Debug)]
pub struct KnownInput {
    pub name: String,
    pub required: bool,
    /// `None` when it can be anything, or several things.
    pub of: Option<Kind>,
}

/// What a tool does to the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Read,
    /// It changes something: customers confirm before.
    Write,
}

impl KnownInput {
    /// The inputs that a JSON Schema of an object names.
    pub fn of_schema(schema: &serde_json::Value) -> Vec<Self> {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties
            .map(|(name, property)| Self {
                name: name.clone(),
                required: required.contains(&name.as_str()),
                of: property["type"].as_str().and_then(Kind::of_schema),
            })
            .collect()
    }
}
