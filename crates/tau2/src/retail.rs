//! The shop's back end: a database and the tools that read and change it.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::folder::{self, LoadError};
use crate::{Database, tools};

/// The back end. Every call is checked whole before anything changes: a call that fails has changed nothing.
#[derive(Clone, Debug)]
pub struct Retail {
    database: Database,
}

impl Retail {
    /// Reads `db.json` of the folder.
    ///
    /// # Errors
    /// When the file cannot be read or has another form.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        Ok(Self::new(folder::read(folder, "db.json")?))
    }

    /// A back end over the data.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// The data as it is now.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Calls a tool by its name, with an object of arguments.
    ///
    /// # Errors
    /// As the tool's documentation says; also when there is no such tool, or its arguments are not of its form.
    pub fn call(&mut self, tool: &str, arguments: &Value) -> Result<Value, ToolError> {
        let Some(tool) = TOOLS.iter().find(|known| known.name == tool) else {
            return Err(ToolError::new(ErrorCode::Input, format!("There is no tool {tool:?}")));
        };
        (tool.run)(&mut self.database, arguments)
    }

    /// A digest of the whole state: equal exactly when two databases are equal.
    #[must_use]
    pub fn state_hash(&self) -> String {
        self.database.state_hash()
    }
}

/// What a tool does to the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolEffect {
    /// It only looks.
    Read,
    /// It changes.
    Write,
    /// It does not touch the data.
    Generic,
}

/// A tool of the back end.
#[derive(Clone, Copy)]
pub struct Tool {
    /// `cancel_pending_order`.
    pub name: &'static str,
    /// What it does to the data.
    pub effect: ToolEffect,
    run: fn(&mut Database, &Value) -> Result<Value, ToolError>,
}

/// Every tool of the domain.
pub const TOOLS: [Tool; 16] = [
    generic("calculate", tools::calculate),
    write("cancel_pending_order", tools::cancel_pending_order),
    write("exchange_delivered_order_items", tools::exchange_delivered_order_items),
    read("find_user_id_by_email", tools::find_user_id_by_email),
    read("find_user_id_by_name_zip", tools::find_user_id_by_name_zip),
    read("get_item_details", tools::get_item_details),
    read("get_order_details", tools::get_order_details),
    read("get_product_details", tools::get_product_details),
    read("get_user_details", tools::get_user_details),
    read("list_all_product_types", tools::list_all_product_types),
    write("modify_pending_order_address", tools::modify_pending_order_address),
    write("modify_pending_order_items", tools::modify_pending_order_items),
    write("modify_pending_order_payment", tools::modify_pending_order_payment),
    write("modify_user_address", tools::modify_user_address),
    write("return_delivered_order_items", tools::return_delivered_order_items),
    generic("transfer_to_human_agents", tools::transfer_to_human_agents),
];

type Run = fn(&mut Database, &Value) -> Result<Value, ToolError>;

const fn read(name: &'static str, run: Run) -> Tool {
    Tool { name, effect: ToolEffect::Read, run }
}

const fn write(name: &'static str, run: Run) -> Tool {
    Tool { name, effect: ToolEffect::Write, run }
}

const fn generic(name: &'static str, run: Run) -> Tool {
    Tool { name, effect: ToolEffect::Generic, run }
}

/// Why a tool did nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{message}")]
pub struct ToolError {
    /// Which kind.
    pub code: ErrorCode,
    /// What to tell.
    pub message: String,
}

impl ToolError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::NotFound, format!("{what} not found"))
    }

    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::new(ErrorCode::Refused, why)
    }
}

/// Kinds of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// What was named does not exist.
    NotFound,
    /// It exists, but the shop's rules do not allow the change.
    Refused,
    /// The call itself is wrong: no such tool, arguments missing or of another type.
    Input,
}
