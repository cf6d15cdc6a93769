//! What messages are understood by, live: one understanding for each workspace.

use std::collections::HashMap;
use std::sync::Arc;

use yingda_classify::Classifier;
use yingda_desk::entity_setup;
use yingda_embedding::Embedder;
use yingda_entity::{Entities, Setup};
use yingda_model::{IntentAction, IntentId, Scope};
use yingda_nlu::Language;
use yingda_store::{Intent, Store, StoreError};

use crate::shelves::{Held, Shelf, Shelves};

/// Why there is nothing to understand messages by.
#[derive(Debug, thiserror::Error)]
pub enum LanguageError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("loading the language model was interrupted: {0}; it is tried again with the next message")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// What a workspace's messages are understood by.
pub struct WorkspaceLanguage {
    pub(crate) language: Language,
    pub(crate) entities: Entities,
    /// Version of the model; `None` where none is in use, or none could be read.
    pub(crate) version: Option<u32>,
    classifier: Option<Arc<Classifier>>,
    /// The intents as they are now, by the names that the model knows them by.
    intents: HashMap<String, Arc<KnownIntent>>,
    problem: Option<String>,
}

/// An intent as the assistant acts on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownIntent {
    pub name: String,
    pub title_zh: String,
    pub title_en: String,
    pub answer_key: Option<String>,
    pub action: IntentAction,
}

impl From<Intent> for KnownIntent {
    fn from(intent: Intent) -> Self {
        Self {
            name: intent.name,
            title_zh: intent.title_zh,
            title_en: intent.title_en,
            answer_key: intent.answer_key,
            action: intent.action,
        }
    }
}

impl WorkspaceLanguage {
    /// A language of a classifier (or none), with its intents by the names that the classifier knows them by.
    pub fn new(
        classifier: Option<Classifier>,
        intents: impl IntoIterator<Item = (String, KnownIntent)>,
        entities: Entities,
        embedder: Option<Arc<Embedder>>,
    ) -> Self {
        let intents = intents.into_iter().map(|(label, intent)| (label, Arc::new(intent))).collect();
        Self::with(classifier.map(Arc::new), intents, entities, embedder)
    }

    fn with(
        classifier: Option<Arc<Classifier>>,
        intents: HashMap<String, Arc<KnownIntent>>,
        entities: Entities,
        embedder: Option<Arc<Embedder>>,
    ) -> Self {
        let language = Language::new(classifier.clone(), entities.clone(), embedder);
        Self { language, entities, version: None, classifier, intents, problem: None }
    }

    /// The intent that the model calls `label`; `None` when it was removed.
    pub(crate) fn intent(&self, label: &str) -> Option<&Arc<KnownIntent>> {
        self.intents.get(label)
    }

    /// The version of the model in use.
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// Why the version that should be in use is not.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }
}

/// The languages of workspaces in memory: derived from what is in the store, and loaded anew when that has changed.
pub struct Languages {
    store: Store,
    embedder: Option<Arc<Embedder>>,
    shelves: Shelves<WorkspaceLanguage>,
}

impl Languages {
    /// Without an embedder, messages are understood by their words alone.
    pub fn new(store: Store, embedder: Option<Arc<Embedder>>) -> Self {
        Self { store, embedder, shelves: Shelves::default() }
    }

    /// What the workspace's messages are understood by. Only the first waits; after a change the one before goes on until the
    /// new one is loaded.
    ///
    /// # Errors
    /// [`LanguageError`] when rows cannot be read. A model that cannot be read is no error: it is reported
    /// ([`WorkspaceLanguage::problem`]), and the one before stays.
    pub async fn language(&self, scope: &Scope) -> Result<Arc<WorkspaceLanguage>, LanguageError> {
        let revision = self.store.read(scope).language_revision().await?;
        let shelf = self.shelves.of(scope.workspace());
        if let Some(language) = shelf.at(revision) {
            return Ok(language);
        }
        let old = shelf.held.lock().clone();
        match (shelf.making.clone().try_lock_owned(), old) {
            (Ok(guard), Some(held)) => {
                let loading = self.load(scope, shelf);
                tokio::spawn(async move {
                    if let Err(error) = loading.await {
                        tracing::error!(%error, "a language could not be loaded; the one before stays");
                    }
                    drop(guard);
                });
                Ok(held.value)
            }
            (Err(_), Some(held)) => Ok(held.value),
            (guard, None) => {
                let guard = match guard {
                    Ok(guard) => guard,
                    Err(_) => shelf.making.clone().lock_owned().await,
                };
                let loading = self.load(scope, shelf);
                // A task of its own: when the asking side goes away, the work is not lost.
                tokio::spawn(async move {
                    let loaded = loading.await;
                    drop(guard);
                    loaded
                })
                .await?
            }
        }
    }

    fn load(
        &self,
        scope: &Scope,
        shelf: Arc<Shelf<WorkspaceLanguage>>,
    ) -> impl Future<Output = Result<Arc<WorkspaceLanguage>, LanguageError>> + use<> {
        let (store, embedder, scope) = (self.store.clone(), self.embedder.clone(), scope.clone());
        async move { load(&store, embedder, &scope, &shelf).await }
    }
}

async fn load(
    store: &Store,
    embedder: Option<Arc<Embedder>>,
    scope: &Scope,
    shelf: &Shelf<WorkspaceLanguage>,
) -> Result<Arc<WorkspaceLanguage>, LanguageError> {
    // Read before everything else: see `Knowledge`.
    let reader = store.read(scope);
    let revision = reader.language_revision().await?;
    if let Some(language) = shelf.at(revision) {
        return Ok(language);
    }
    let before = shelf.held.lock().clone().map(|held| held.value);
    let mut intents: HashMap<IntentId, Intent> =
        reader.intents().await?.into_iter().map(|intent| (intent.id, intent)).collect();
    let setup = entity_setup(&reader.entity_types().await?);
    let model = reader.active_language_model().await?;
    let version = model.as_ref().map(|model| model.version);
    let loaded = before.as_ref().filter(|before| version.is_some() && before.version == version);
    let bytes = match (version, loaded) {
        (Some(version), None) => reader.language_model_bytes(version).await?,
        _ => None,
    };
    let kept = before.as_ref().and_then(|before| before.classifier.clone());
    let is_loaded = loaded.is_some();
    let (workspace, old_version) = (scope.workspace(), before.as_ref().and_then(|before| before.version));
    let old_intents = before.map(|before| before.intents.clone()).unwrap_or_default();
    let language = tokio::task::spawn_blocking(move || {
        let labels = model.map(|model| model.labels).unwrap_or_default();
        let known: HashMap<String, Arc<KnownIntent>> =
            labels.into_iter().filter_map(|(label, id)| Some((label, Arc::new(intents.remove(&id)?.into())))).collect();
        let (classifier, known, in_use, problem) = match (is_loaded, bytes) {
            (true, _) => (kept, known, version, None),
            (false, None) => (None, HashMap::new(), None, None),
            (false, Some(bytes)) => match Classifier::from_bytes(&bytes) {
                Ok(classifier) => (Some(Arc::new(classifier)), known, version, None),
                Err(error) => {
                    tracing::error!(%workspace, ?version, %error, "the language model in use cannot be read");
                    let detail = format!("version {}: {error}", version.unwrap_or_default());
                    (kept, old_intents, old_version, Some(detail))
                }
            },
        };
        // What cannot be used was refused when it was stored: this is for rows from elsewhere.
        let entities = Entities::new(&setup).or_else(|error| {
            tracing::error!(%workspace, %error, "the workspace's types of entity cannot be used");
            Entities::new(&Setup::default())
        });
        entities.map(|entities| {
            let language = WorkspaceLanguage::with(classifier, known, entities, embedder);
            WorkspaceLanguage { version: in_use, problem, ..language }
        })
    })
    .await?
    .map_err(|error| StoreError::Corrupt { what: "types of entity", detail: error.to_string() })?;
    let value = Arc::new(language);
    *shelf.held.lock() = Some(Held { revision, value: value.clone() });
    metrics::gauge!("yingda_language_model_problem", "workspace" => workspace.to_string())
        .set(if value.problem.is_some() { 1.0 } else { 0.0 });
    Ok(value)
}
