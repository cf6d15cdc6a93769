//! The way to the models.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use yingda_entity::pii::Masking;
use yingda_outbound::Client;

use crate::breaker::Breakers;
use crate::cache::Cache;
use crate::config::{Config, Task};
use crate::error::Error;
use crate::ledger::{Account, Ledger, MemoryLedger};
use crate::provider::{OpenAi, Provider};
use crate::record::Record;

/// The language of a prompt and of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    Zh,
    En,
}

/// For whom a model is asked.
pub struct Call<'a> {
    pub account: Account,
    pub lang: Lang,
    /// What was hidden in this conversation so far. It holds personal data: keep it with the conversation.
    pub masking: &'a mut Masking,
    /// How long the caller waits for all models together; `None` leaves it to the models' own limits.
    pub within: Option<Duration>,
}

/// What came of a call, and its record either way.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    pub result: Result<T, Error>,
    pub record: Record,
}

/// Asks the models of one workspace. Cheap to clone; clones share budgets, breakers and cache.
#[derive(Clone)]
pub struct Llm {
    pub(crate) config: Arc<Config>,
    /// By the name of the sealed value.
    pub(crate) keys: Arc<HashMap<String, String>>,
    pub(crate) state: Arc<State>,
}

/// What outlives a change of the configuration.
pub(crate) struct State {
    pub provider: Box<dyn Provider>,
    pub ledger: Arc<dyn Ledger>,
    pub breakers: Breakers,
    pub cache: Cache,
}

impl Llm {
    /// Asks by way of `client`, with books in memory. `secret` gives the sealed values that the models' keys name; one that is missing
    /// makes its model end with [`Error::NotConfigured`].
    pub fn new(config: Config, client: Client, secret: impl Fn(&str) -> Option<String>) -> Self {
        Self::with(config, Box::new(OpenAi::new(client)), Arc::new(MemoryLedger::default()), secret)
    }

    /// As [`Llm::new`], with one's own provider and books.
    pub fn with(
        config: Config,
        provider: Box<dyn Provider>,
        ledger: Arc<dyn Ledger>,
        secret: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let state = State { provider, ledger, breakers: Breakers::default(), cache: Cache::new() };
        Self { keys: Arc::new(keys(&config, secret)), config: Arc::new(config), state: Arc::new(state) }
    }

    /// The same with another configuration: what was spent, kept and learnt about the models stays.
    pub fn reconfigured(&self, config: Config, secret: impl Fn(&str) -> Option<String>) -> Self {
        Self { keys: Arc::new(keys(&config, secret)), config: Arc::new(config), state: Arc::clone(&self.state) }
    }

    /// Says whether a task has a model.
    pub fn has(&self, task: Task) -> bool {
        self.config.has(task)
    }
}

fn keys(config: &Config, secret: impl Fn(&str) -> Option<String>) -> HashMap<String, String> {
    config.secrets().into_iter().filter_map(|name| Some((name.to_owned(), secret(name)?))).collect()
}
