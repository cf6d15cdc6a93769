//! The releases of workspaces in memory: derived from what was published, and loaded anew when that has changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value};
use yingda_llm::{Llm, OpenAi};
use yingda_model::Scope;
use yingda_outbound::Client;
use yingda_store::{Store, StoreError};
use yingda_tool::Secrets;

use crate::books::Books;
use crate::brain::{Brain, Surroundings};
use crate::shelves::{Held, Shelves};

/// Older releases that are kept in memory for conversations that began with them.
const MOST_OLD: usize = 8;

/// What is loaded for a workspace.
pub struct Loaded {
    /// The release that new flows begin with; `None` before the first publication.
    pub live: Option<Arc<Brain>>,
    /// Values that the files may name.
    pub settings: Map<String, Value>,
    pub secrets: Secrets,
    /// The language models of the live release, where it has some and there is a way out.
    pub llm: Option<Llm>,
    old: Mutex<HashMap<u32, Arc<Brain>>>,
}

/// The releases of workspaces.
pub struct Brains {
    store: Store,
    client: Option<Client>,
    shelves: Shelves<Loaded>,
}

impl Brains {
    /// Without a client, no language model can be asked.
    pub fn new(store: Store, client: Option<Client>) -> Self {
        Self { store, client, shelves: Shelves::default() }
    }

    /// What the workspace's assistant works with now.
    ///
    /// # Errors
    /// [`StoreError`] when rows cannot be read. A release that cannot be read any more (a newer program may be stricter) is no
    /// error: it is reported in the log, and there is none.
    pub async fn loaded(&self, scope: &Scope) -> Result<Arc<Loaded>, StoreError> {
        let revision = self.store.read(scope).assistant_revision().await?;
        let shelf = self.shelves.of(scope.workspace());
        if let Some(loaded) = shelf.at(revision) {
            return Ok(loaded);
        }
        let _one = shelf.making.lock().await;
        let reader = self.store.read(scope);
        // Read before everything else: what changes meanwhile is loaded by the next turn.
        let revision = reader.assistant_revision().await?;
        if let Some(loaded) = shelf.at(revision) {
            return Ok(loaded);
        }
        let live = match reader.live_assistant_release().await? {
            Some(release) => self.read(scope, release.number).await?,
            None => None,
        };
        let settings = reader.assistant_settings().await?;
        let settings = settings.into_iter().map(|setting| (setting.name, Value::String(setting.value))).collect();
        let secrets: BTreeMap<String, String> = reader.assistant_secret_values().await?.0;
        let before = shelf.held.lock().as_ref().map(|held| held.value.clone());
        let llm = self.llm(scope, live.as_deref(), before.as_deref(), &secrets);
        let old = before.map(|before| before.old.lock().clone()).unwrap_or_default();
        let value = Arc::new(Loaded { live, settings, secrets: secrets.into(), llm, old: Mutex::new(old) });
        *shelf.held.lock() = Some(Held { revision, value: value.clone() });
        Ok(value)
    }

    /// The language models of a release. What was spent is kept over a change.
    fn llm(
        &self,
        scope: &Scope,
        live: Option<&Brain>,
        before: Option<&Loaded>,
        secrets: &BTreeMap<String, String>,
    ) -> Option<Llm> {
        let models = &live?.models;
        if models.models.is_empty() {
            return None;
        }
        let secret = |name: &str| secrets.get(name).cloned();
        match before.and_then(|before| before.llm.as_ref()) {
            Some(llm) => Some(llm.reconfigured(models.clone(), secret)),
            None => {
                let books = Arc::new(Books::new(self.store.clone(), scope.workspace()));
                Some(Llm::with(models.clone(), Box::new(OpenAi::new(self.client.clone()?)), books, secret))
            }
        }
    }

    /// The release with a number: for conversations that began with it.
    ///
    /// # Errors
    /// As [`Brains::loaded`].
    pub async fn release(&self, scope: &Scope, loaded: &Loaded, number: u32) -> Result<Option<Arc<Brain>>, StoreError> {
        if let Some(live) = loaded.live.as_ref().filter(|live| live.release.number == number) {
            return Ok(Some(live.clone()));
        }
        if let Some(old) = loaded.old.lock().get(&number) {
            return Ok(Some(old.clone()));
        }
        let brain = self.read(scope, number).await?;
        if let Some(brain) = &brain {
            let mut old = loaded.old.lock();
            if old.len() >= MOST_OLD
                && let Some(oldest) = old.keys().min().copied()
            {
                old.remove(&oldest);
            }
            old.insert(number, brain.clone());
        }
        Ok(brain)
    }

    async fn read(&self, scope: &Scope, number: u32) -> Result<Option<Arc<Brain>>, StoreError> {
        let files = match self.store.read(scope).assistant_release_files(number).await {
            Ok(files) => files,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let workspace = scope.workspace();
        let read = move || Brain::read(number, &files, &Surroundings::default());
        let (brain, problems) = tokio::task::spawn_blocking(read)
            .await
            .map_err(|error| StoreError::Corrupt { what: "release", detail: error.to_string() })?;
        for problem in problems.iter().filter(|problem| problem.fatal) {
            tracing::error!(%workspace, number, %problem, "a release of the assistant cannot be read");
        }
        Ok(brain.map(Arc::new))
    }
}
