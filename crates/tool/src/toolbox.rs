//! All the tools of a release.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use yingda_expression::Expression;
use yingda_yaml::Problem;

use crate::backend::Backend;
use crate::call::{Call, Code, Customer, Env, Outcome};
use crate::fill::{Fill, Path};
use crate::schema::{Need, Schema};
use crate::{read, run};

/// All the tools of a release. Cheap to clone; clones share the state of the back ends.
#[derive(Clone, Default)]
pub struct Toolbox {
    tools: Arc<BTreeMap<String, Tool>>,
}

impl Toolbox {
    /// Reads files, each with its name and its text.
    ///
    /// # Errors
    /// Everything that is wrong with them, by file, line and column.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<Problem>> {
        read::files(files).map(|tools| Self { tools: Arc::new(tools) })
    }

    /// Every tool, by name.
    pub fn tools(&self) -> impl Iterator<Item = &Tool> {
        self.tools.values()
    }

    /// The tool of a name such as `shop.get_order`.
    pub fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.get(name)
    }

    /// Runs a tool. It ends within the back end's `timeout_ms`, whatever the back end does.
    ///
    /// Dropping the future ends the request; a change may have happened then.
    pub async fn call(&self, call: &Call, env: &Env<'_>) -> Outcome {
        run::call(self, call, env).await
    }
}

impl fmt::Debug for Toolbox {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_set().entries(self.tools.keys()).finish()
    }
}

/// A tool.
pub struct Tool {
    /// `shop.get_order`
    pub name: String,
    /// What operators see, in Chinese.
    pub title_zh: String,
    /// What operators see, in English.
    pub title_en: String,
    /// Whether it changes something.
    pub effect: Effect,
    /// How well the customer must be known.
    pub needs: Customer,
    /// The right that the bot must have.
    pub scope: Option<String>,
    /// The inputs, as far as the file declares them. `None` for an MCP tool whose file leaves them to the server.
    pub input: Option<BTreeMap<String, Property>>,
    /// The fields of the answer, as far as the file declares them.
    pub output: Option<BTreeMap<String, Property>>,
    pub(crate) backend: Arc<Backend>,
    pub(crate) own_name: String,
    pub(crate) input_schema: Option<Schema>,
    pub(crate) output_schema: Option<Schema>,
    pub(crate) limit: Option<Limit>,
    pub(crate) owner: Option<Expression>,
    pub(crate) errors: BTreeMap<String, Code>,
    pub(crate) example: Option<serde_json::Value>,
    /// `None` for MCP.
    pub(crate) request: Option<HttpRequest>,
}

impl fmt::Debug for Tool {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Tool({} {:?})", self.name, self.effect)
    }
}

/// An input of a tool, or a field of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// JSON Schema's `type`, when it is one word: `string`, `integer` …
    pub kind: Option<String>,
    /// Whether it must be there.
    pub need: Need,
}

/// Whether a tool changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    Read,
    /// Something: flows must ask before.
    Write,
}

pub(crate) struct Limit {
    pub value: Expression,
    pub most: f64,
}

pub(crate) struct HttpRequest {
    pub method: yingda_outbound::Method,
    pub path: Path,
    pub query: Option<Vec<(String, Fill)>>,
    pub body: Option<Fill>,
}
