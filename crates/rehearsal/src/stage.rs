//! Where conversations are rehearsed: all that one needs, without a server.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use serde_json::{Map, Value};
use yingda_assistant::{LanguageError, Languages, Surroundings, WorkspaceLanguage};
use yingda_desk::{Desk, DeskError};
use yingda_library::{Knowledge, KnowledgeError, Library};
use yingda_model::{InboxSettings, Scope, Timestamp};
use yingda_outbound::Client;
use yingda_store::StoreError;
use yingda_tool::{Mode, Secrets};

use crate::backend::Backend;

/// All that a conversation needs besides the assistant's files. Nobody is written to, and nothing is stored.
#[derive(Clone)]
pub struct Stage {
    pub library: Arc<Library>,
    /// What messages are understood by; without it, the knowledge base and flows' own phrases do what they can.
    pub language: Option<Arc<WorkspaceLanguage>>,
    /// Opening hours, persona.
    pub inbox: InboxSettings,
    /// `inbox.name` in expressions.
    pub inbox_name: String,
    /// `settings` in templates and expressions.
    pub settings: Map<String, Value>,
    pub secrets: Secrets,
    /// The way out for tools; without one they are unreachable.
    pub client: Option<Client>,
    /// Whether tools change anything.
    pub mode: Mode,
    /// A back end that is there for tests: it can be reset, and asked what became of an order.
    pub backend: Option<Backend>,
    /// When a conversation begins that names no moment of its own.
    pub now: Timestamp,
}

/// Why there is no stage.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    #[error(transparent)]
    Language(#[from] LanguageError),
}

/// Settings whose name begins so stand in for the one without, on the stage.
const TEST: &str = "test_";
/// The setting that says when test conversations begin, in RFC 3339; the present when absent.
const TEST_NOW: &str = "test_now";

impl Stage {
    /// The stage of a workspace: its knowledge, language, hours, settings and secrets as they are now.
    ///
    /// A setting `test_NAME` stands in for `NAME`. Where there is one, such as `test_shop_url` for `shop_url`, tools really do
    /// what flows ask for, there; without one, what would change something is only checked ([`Mode::DryRun`]). The setting
    /// `test_now` stands in for nothing: it is the moment (RFC 3339) at which conversations begin, so that runs can be repeated.
    ///
    /// # Errors
    /// [`StageError`] when something of the workspace cannot be read.
    pub async fn of_workspace(
        desk: &Desk,
        knowledge: &Knowledge,
        languages: &Languages,
        scope: &Scope,
        client: Option<Client>,
    ) -> Result<Self, StageError> {
        let bot = Scope::bot(scope.workspace());
        let (values, secrets) = desk.assistant_values(&bot).await?;
        let mut settings: Map<String, Value> = Map::new();
        for (name, value) in values.iter().filter(|(name, _)| !name.starts_with(TEST)) {
            settings.insert(name.clone(), Value::String(value.clone()));
        }
        let now = values.iter().find(|(name, _)| name.as_str() == TEST_NOW);
        let now = now.and_then(|(_, value)| Timestamp::parse_rfc3339(value)).unwrap_or_else(|| desk.world().now());
        let stand_ins: Vec<(&str, &String)> = values
            .iter()
            .filter(|(name, _)| name.as_str() != TEST_NOW)
            .filter_map(|(name, value)| Some((name.strip_prefix(TEST)?, value)))
            .collect();
        for (name, value) in &stand_ins {
            settings.insert((*name).to_owned(), Value::String((*value).clone()));
        }
        let mut sealed = secrets.0;
        let keys: Vec<(String, String)> = sealed
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(TEST)?.to_owned(), value.clone())))
            .collect();
        sealed.extend(keys);
        let address = stand_ins.iter().find(|(name, _)| name.ends_with("_url"));
        let backend = address.map(|(name, url)| Backend {
            url: (*url).clone(),
            // The key of `shop_url` is `shop_key`, where it has one.
            key: sealed.get(&name.replace("_url", "_key")).cloned().unwrap_or_default(),
            clock: Some(Arc::new(AtomicI64::new(now.0))),
        });
        let inboxes = desk.store().read(&bot).inboxes().await?;
        let inbox = inboxes.into_iter().next();
        Ok(Self {
            library: knowledge.whole_library(&bot).await?,
            language: Some(languages.language(&bot).await?),
            inbox_name: inbox.as_ref().map(|inbox| inbox.name.clone()).unwrap_or_default(),
            inbox: inbox.map(|inbox| inbox.settings).unwrap_or_default(),
            settings,
            secrets: sealed.into(),
            client,
            mode: if stand_ins.is_empty() { Mode::DryRun } else { Mode::Real },
            backend,
            now,
        })
    }
}

/// What a workspace's flows may name besides each other: its intents, its types of entities, the keys of its knowledge.
///
/// # Errors
/// [`DeskError`] when rows cannot be read.
pub async fn surroundings(desk: &Desk, scope: &Scope) -> Result<Surroundings, DeskError> {
    let reader = desk.store().read(scope);
    let intents = reader.intents().await?;
    let entities = reader.entity_types().await?;
    let entries = reader.all_kb_entries().await?;
    Ok(Surroundings {
        intents: Some(intents.into_iter().map(|intent| intent.name).collect()),
        entities: Some(entities.into_iter().map(|kind| kind.name).collect()),
        entries: Some(entries.into_iter().filter_map(|entry| entry.content.key).collect()),
    })
}
