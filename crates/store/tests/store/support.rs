//! What the tests of the store share: both engines, and a small world to put into them.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use uuid::Uuid;
use yingda_model::{
    Actor, Command, Contact, ContactId, Content, Conversation, ConversationId, Draft, EntryContent, Event, EventBody,
    Inbox, InboxId, InboxKind, InboxSettings, KbEntry, OpenConversation, Role, Scope, Timestamp, User, UserId,
};
use yingda_store::{
    Entry, JournalCursor, MasterKey, NewUser, NewWorkspace, Store, StoreConfig, StoreError, StoredMessage, Writing,
};
use yingda_testing::Postgres;

pub const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// Runs a test on SQLite and on PostgreSQL: the function is given an empty [`Place`].
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() { super::$name($crate::support::Place::sqlite()).await }
            )*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() { super::$name($crate::support::Place::postgres()).await }
            )*
        }
    };
}

/// Runs a change as a company: `change!(company, [used, values], |tx| expression)`.
#[macro_export]
macro_rules! change {
    ($company:expr, [$($name:ident),*], |$tx:ident| $body:expr) => {
        $company.write({
            $(let $name = $name.clone();)*
            move |$tx| {
                $(let $name = $name.clone();)*
                Box::pin(async move { $body })
            }
        })
    };
}

/// An empty database.
pub struct Place {
    pub url: String,
    pub key: MasterKey,
    pub folder: tempfile::TempDir,
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        Self { url, key: MasterKey::generate().unwrap(), folder }
    }

    pub fn postgres() -> Self {
        let url = Postgres::shared().database();
        Self { url, key: MasterKey::generate().unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").map(PathBuf::from)
    }

    pub fn config(&self) -> StoreConfig {
        StoreConfig { url: self.url.clone(), master_key: self.key.clone() }
    }

    pub async fn open(&self) -> Store {
        Store::open(self.config()).await.unwrap()
    }

    /// A connection beside the store's.
    pub async fn raw(&self) -> DatabaseConnection {
        let url = self.url.replace("sqlite:", "sqlite://");
        Database::connect(url).await.unwrap()
    }
}

/// Every row of every table as text, one a line; on PostgreSQL bytes are in hexadecimal.
pub async fn everything(place: &Place) -> String {
    let raw = place.raw().await;
    let backend = raw.get_database_backend();
    let mut out = String::new();
    for table in TABLES {
        let sql = if place.is_sqlite() {
            // Bytes as they are, so that a text hidden in a BLOB is found too.
            format!("SELECT * FROM \"{table}\"")
        } else {
            format!("SELECT t::text AS line FROM \"{table}\" t")
        };
        let rows = raw.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        for row in rows {
            if place.is_sqlite() {
                for column in row.column_names() {
                    if let Ok(Some(text)) = row.try_get::<Option<String>>("", &column) {
                        out.push_str(&text);
                    } else if let Ok(Some(bytes)) = row.try_get::<Option<Vec<u8>>>("", &column) {
                        out.push_str(&String::from_utf8_lossy(&bytes));
                    } else if let Ok(Some(number)) = row.try_get::<Option<i64>>("", &column) {
                        out.push_str(&number.to_string());
                    }
                    out.push('|');
                }
            } else {
                out.push_str(&row.try_get::<String>("", "line").unwrap());
            }
            out.push('\n');
        }
    }
    // An update moves a row on PostgreSQL.
    let mut lines: Vec<&str> = out.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

pub const TABLES: &[&str] = &[
    "instance",
    "workspace",
    "data_key",
    "app_user",
    "team",
    "team_member",
    "session",
    "api_token",
    "inbox",
    "contact",
    "contact_identity",
    "conversation",
    "message",
    "journal",
    "job",
    "idempotency_key",
    "file",
    "file_shown",
    "kb_entry",
    "trace",
    "intent",
    "utterance",
    "entity_type",
    "language_model",
    "kb_gone",
    "kb_version",
    "kb_change",
    "kb_use",
    "kb_comment",
    "kb_eval",
    "kb_web",
    "kb_page",
    "graph_row",
    "kb_site",
    "assistant_draft",
    "assistant_text",
    "assistant_release",
    "assistant_release_file",
    "assistant_secret",
    "assistant_setting",
    "ticket",
    "conversation_tag",
    "one_time_code",
    "flow_fired",
    "consent",
    "consent_said",
    "stretch",
    "tool_call",
    "model_spent",
    "model_use",
    "assistant_run",
];

/// A new id, greater than those before.
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// Numbers for tests that need many different ones.
pub fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A workspace with an inbox.
#[derive(Clone)]
pub struct Company {
    pub store: Store,
    pub scope: Scope,
    pub inbox: InboxId,
}

impl Company {
    pub async fn found(store: &Store) -> Self {
        let name = format!("company-{}", number());
        let new = NewWorkspace { id: id().into(), slug: name.clone(), name, created_at: NOW };
        let scope = store.create_workspace(new).await.unwrap();
        let inbox = Inbox {
            id: id().into(),
            kind: InboxKind::Web,
            key: format!("key-{}", id()),
            name: "Web".into(),
            settings: InboxSettings::default(),
            created_at: NOW,
        };
        let inbox_id = inbox.id;
        let company = Self { store: store.clone(), scope, inbox: inbox_id };
        change!(company, [inbox], |tx| tx.insert_inbox(&inbox).await).await.unwrap();
        company
    }

    pub async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> Fn(Writing<'t>) -> futures::future::BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        self.store.write(&self.scope, change).await
    }

    pub fn read(&self) -> yingda_store::Access<'_, DatabaseConnection> {
        self.store.read(&self.scope)
    }

    pub async fn contact(&self, name: &str) -> Contact {
        let contact = Contact {
            id: id().into(),
            name: Some(name.into()),
            email: None,
            phone: None,
            locale: Some("zh-CN".into()),
            attributes: BTreeMap::new(),
            merged_into: None,
            erased_at: None,
            created_at: NOW,
            updated_at: NOW,
        };
        let stored = contact.clone();
        self.write(move |tx| {
            let contact = stored.clone();
            Box::pin(async move { tx.insert_contact(&contact).await })
        })
        .await
        .unwrap();
        contact
    }

    pub async fn user(&self, email: &str) -> User {
        let user = User {
            id: id().into(),
            email: email.into(),
            name: email.into(),
            role: Role::Agent,
            skills: vec!["returns".into()],
            teams: Vec::new(),
            active: true,
            created_at: NOW,
        };
        let new = NewUser { user: user.clone(), password_hash: "$argon2id$hash-of-a-password".into() };
        self.write(move |tx| {
            let new = new.clone();
            Box::pin(async move { tx.insert_user(&new).await })
        })
        .await
        .unwrap();
        user
    }

    /// A conversation with its first event.
    pub async fn conversation(&self, contact: ContactId) -> Conversation {
        let inbox_id = self.inbox;
        self.write(move |tx| {
            Box::pin(async move {
                let open = OpenConversation { id: id().into(), inbox_id, contact_id: contact, bot: false };
                let (conversation, events) = Conversation::open(open, Actor::Contact { id: contact }, NOW);
                tx.insert_conversation(&conversation).await?;
                tx.append_events(&events).await?;
                Ok(conversation)
            })
        })
        .await
        .unwrap()
    }

    /// The customer writes.
    pub async fn say(&self, conversation: ConversationId, text: &str) -> Result<u64, StoreError> {
        self.say_as(conversation, text, None, None).await
    }

    pub async fn say_as(
        &self,
        conversation: ConversationId,
        text: &str,
        client_key: Option<&str>,
        external_id: Option<&str>,
    ) -> Result<u64, StoreError> {
        let (text, client_key, external_id) =
            (text.to_owned(), client_key.map(str::to_owned), external_id.map(str::to_owned));
        self.write(move |tx| {
            let draft = Draft {
                id: id().into(),
                content: Content::text(text.clone()),
                client_key: client_key.clone(),
                external_id: external_id.clone(),
            };
            Box::pin(async move { receive(tx, conversation, draft).await.map(|event| event.seq) })
        })
        .await
    }
}

/// What the desk does with a customer's message.
pub async fn receive(tx: Writing<'_>, conversation: ConversationId, draft: Draft) -> Result<Event, StoreError> {
    tx.lock(conversation.0).await?;
    let before = tx.conversation(conversation).await?;
    let actor = Actor::Contact { id: before.contact_id };
    let external = draft.external_id.clone();
    let (after, events) = before.apply(Command::Receive { draft }, actor, NOW).unwrap();
    for event in &events {
        if let EventBody::Message { message } = &event.body {
            tx.insert_message(StoredMessage {
                message,
                conversation_id: conversation,
                inbox_id: after.inbox_id,
                contact_id: after.contact_id,
                external_id: external.as_deref(),
            })
            .await?;
        }
    }
    tx.append_events(&events).await?;
    tx.update_conversation(&after).await?;
    Ok(events.into_iter().next().unwrap())
}

pub fn user_scope(scope: &Scope, user: UserId) -> Scope {
    Scope::user(scope.workspace(), user, Role::Agent)
}

/// The first `count` entries of the journal after `after`. On PostgreSQL an entry is shown when no older transaction runs any
/// more, be it in another database of the server, so it may take a moment.
pub async fn entries(store: &Store, after: JournalCursor, count: usize) -> Vec<Entry> {
    let begun = std::time::Instant::now();
    loop {
        let entries = store.journal_after(after, 100_000).await.unwrap();
        if entries.len() >= count || begun.elapsed() > std::time::Duration::from_secs(60) {
            return entries;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// Numbers that look random and are the same in every run of a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// An entry with a question and an answer.
pub fn faq(question: &str, answer: &str) -> KbEntry {
    let content = EntryContent { question: question.into(), answer: answer.into(), ..EntryContent::default() };
    KbEntry { id: id().into(), content, version: 1, created_at: NOW, updated_at: NOW }
}
