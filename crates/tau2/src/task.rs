//! The tasks, in the form of `tasks.json`.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::folder::{self, LoadError};

/// A customer with wishes, and what the shop's data must be in the end.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Task {
    /// `17`.
    pub id: String,
    /// Who calls, and what for.
    pub user_scenario: Scenario,
    /// What must have happened.
    pub evaluation_criteria: Criteria,
}

impl Task {
    /// All tasks of the folder, in the order of `tasks.json`.
    ///
    /// # Errors
    /// When the file cannot be read or has another form.
    pub fn load_all(folder: &Path) -> Result<Vec<Task>, LoadError> {
        folder::read(folder, "tasks.json")
    }

    /// What the customer was told. The only part that a simulated customer may see.
    #[must_use]
    pub fn instructions(&self) -> &Instructions {
        &self.user_scenario.instructions
    }
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Scenario {
    /// What the customer is like; `None` where the instructions say it.
    #[serde(default)]
    pub persona: Option<String>,
    /// What the customer was told.
    pub instructions: Instructions,
}

/// What the customer was told, in prose.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Instructions {
    /// How to behave, sometimes conditions too.
    #[serde(default)]
    pub task_instructions: String,
    /// The wishes.
    pub reason_for_call: String,
    /// Name, address, e-mail …: what may be told.
    #[serde(default)]
    pub known_info: Option<String>,
    /// What was forgotten.
    #[serde(default)]
    pub unknown_info: Option<String>,
}

/// What must have happened in the end.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Criteria {
    /// Tool calls that lead to the end state; reading ones may be left out or differ.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// What the customer must have been told, such as `918.43`.
    #[serde(default)]
    pub communicate_info: Vec<String>,
    /// What a judge should find true, in prose.
    #[serde(default)]
    pub nl_assertions: Option<Vec<String>>,
}

/// A tool call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Action {
    /// `cancel_pending_order`.
    pub name: String,
    /// An object.
    pub arguments: Value,
}
