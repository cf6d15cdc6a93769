//! A company with people, customers and a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use uuid::Uuid;
use yingda_bus::Bus;
use yingda_desk::{BotStep, BotTurn, Desk, DeskError, Incoming, NewInbox, Receipt, VisitorStart};
use yingda_model::{
    BotOutcome, Content, Conversation, ConversationId, EventBody, Inbox, InboxKind, InboxSettings, MessageId, Role,
    Scope, Timestamp, Topic, Trace, TraceDecision, User, UserId,
};
use yingda_store::{Job, MasterKey, NewWorkspace, Store, StoreConfig, StoreError};
use yingda_testing::{Clock, Postgres};

pub const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// Runs a test on SQLite and on PostgreSQL: the function is given a [`Place`].
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() { super::$name($crate::support::Place::sqlite().await).await }
            )*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() { super::$name($crate::support::Place::postgres().await).await }
            )*
        }
    };
}

/// A database with a desk over it.
pub struct Place {
    pub desk: Desk,
    pub clock: Arc<Clock>,
    bus: Bus,
    url: String,
    key: MasterKey,
    _folder: tempfile::TempDir,
}

impl Place {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        Self::at(url, folder).await
    }

    pub async fn postgres() -> Self {
        Self::at(Postgres::shared().database(), tempfile::tempdir().unwrap()).await
    }

    async fn at(url: String, folder: tempfile::TempDir) -> Self {
        let key = MasterKey::generate().unwrap();
        let bus = Bus::connect("memory:").await.unwrap();
        let clock = Arc::new(Clock::at(NOW));
        let store = Store::open(StoreConfig { url: url.clone(), master_key: key.clone() }).await.unwrap();
        let desk = Desk::new(store, bus.clone(), clock.clone());
        Self { desk, clock, bus, url, key, _folder: folder }
    }

    /// Another node over the same database and bus.
    pub async fn second_node(&self) -> Desk {
        let config = StoreConfig { url: self.url.clone(), master_key: self.key.clone() };
        Desk::new(Store::open(config).await.unwrap(), self.bus.clone(), self.clock.clone())
    }

    pub async fn company(&self) -> Company {
        Company::found(&self.desk, InboxSettings::default()).await
    }
}

/// A company on SQLite, and the place it is in.
pub async fn company() -> (Place, Company) {
    let place = Place::sqlite().await;
    let company = place.company().await;
    (place, company)
}

/// A number that was not given before.
pub fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A workspace with an inbox and one person of each role.
#[derive(Clone)]
pub struct Company {
    pub desk: Desk,
    pub system: Scope,
    pub inbox: Inbox,
    pub admin: Scope,
    pub supervisor: Scope,
    pub agent: Scope,
    pub reader: Scope,
}

impl Company {
    /// `settings` are those of the inbox.
    pub async fn found(desk: &Desk, settings: InboxSettings) -> Self {
        let name = format!("company-{}", number());
        let new = NewWorkspace { id: Uuid::now_v7().into(), slug: name.clone(), name, created_at: NOW };
        let system = desk.store().create_workspace(new).await.unwrap();
        let new = NewInbox { name: "Web".into(), kind: InboxKind::Web, key: None, settings };
        let inbox = desk.create_inbox(&system, new).await.unwrap();
        Self {
            admin: person(desk, &system, Role::Admin).await,
            supervisor: person(desk, &system, Role::Supervisor).await,
            agent: person(desk, &system, Role::Agent).await,
            reader: person(desk, &system, Role::ReadOnly).await,
            desk: desk.clone(),
            system,
            inbox,
        }
    }

    pub async fn person(&self, role: Role) -> Scope {
        person(&self.desk, &self.system, role).await
    }

    /// A visitor of whom nothing is known.
    pub async fn customer(&self) -> Scope {
        let visit = self.desk.visit(&self.system, &self.inbox, VisitorStart::default()).await.unwrap();
        Scope::contact(self.system.workspace(), visit.contact.id)
    }

    pub async fn says(&self, customer: &Scope, words: &str) -> Receipt {
        self.desk.receive(customer, self.inbox.id, text(words)).await.unwrap()
    }

    /// A conversation that a new customer has begun.
    pub async fn conversation(&self) -> ConversationId {
        let customer = self.customer().await;
        self.says(&customer, "hello").await.conversation_id
    }

    /// A conversation that the agent has taken over.
    pub async fn taken(&self) -> ConversationId {
        let id = self.conversation().await;
        self.desk.take_over(&self.agent, id).await.unwrap();
        id
    }

    pub async fn state(&self, id: ConversationId) -> Conversation {
        self.desk.conversation(&self.system, id).await.unwrap()
    }

    /// The texts of a conversation as `scope` sees them.
    pub async fn texts(&self, scope: &Scope, id: ConversationId) -> Vec<String> {
        let page = self.desk.events_after(scope, id, 0, 500).await.unwrap();
        page.events
            .into_iter()
            .filter_map(|event| match event.body {
                EventBody::Message { message } => Some(message.content.as_text().to_owned()),
                _ => None,
            })
            .collect()
    }

    /// The jobs that are due, claimed.
    pub async fn jobs(&self) -> Vec<Job> {
        self.desk.store().claim_jobs(self.desk.world().now(), Duration::from_secs(60), 100).await.unwrap()
    }
}

pub async fn person(desk: &Desk, system: &Scope, role: Role) -> Scope {
    let id = UserId(Uuid::now_v7());
    let user = User {
        id,
        email: format!("{role}-{}@company.example", number()),
        name: format!("A {role}"),
        role,
        skills: Vec::new(),
        teams: Vec::new(),
        active: true,
        created_at: NOW,
    };
    desk.create_user(system, user, "no hash".into()).await.unwrap();
    Scope::user(system.workspace(), id, role)
}

pub fn text(words: &str) -> Incoming {
    Incoming { content: Content::text(words), client_key: None, external_id: None }
}

pub fn keyed(words: &str, key: &str) -> Incoming {
    Incoming { client_key: Some(key.into()), ..text(words) }
}

/// A turn of the assistant that says one thing.
pub fn turn_saying(words: &str, conversation: ConversationId, message: MessageId) -> BotTurn {
    let steps = vec![BotStep::Say { content: Content::text(words), outcome: BotOutcome::Answered, offered: None }];
    BotTurn { steps, topic: Topic::default(), dialogue: None, taken_from: None, trace: trace(conversation, message) }
}

pub fn trace(conversation_id: ConversationId, message_id: MessageId) -> Trace {
    Trace {
        id: Uuid::now_v7().into(),
        conversation_id,
        message_id,
        at: NOW,
        input: "hello".into(),
        language: "en".into(),
        decided_by: "test/1".into(),
        candidates: Vec::new(),
        decision: TraceDecision::Unknown { best: 0.0, threshold: 0.5, failures_in_a_row: 1 },
        said: None,
        why_zh: "测试".into(),
        why_en: "a test".into(),
        dialogue: None,
        guard: Vec::new(),
        models: Vec::new(),
        understanding: None,
        took_us: 1,
    }
}

pub fn is_not_found<T: std::fmt::Debug>(result: Result<T, DeskError>) -> bool {
    matches!(result, Err(DeskError::Store(StoreError::NotFound { .. })))
}

pub fn is_forbidden<T: std::fmt::Debug>(result: Result<T, DeskError>) -> bool {
    matches!(result, Err(DeskError::Forbidden(_)))
}

/// The field that was refused, and why.
pub fn refused_field<T: std::fmt::Debug>(result: Result<T, DeskError>) -> (&'static str, String) {
    match result {
        Err(DeskError::Invalid { field, detail }) => (field, detail),
        other => panic!("expected a refused value, got {other:?}"),
    }
}

/// The code with which the state machine refused.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, DeskError>) -> (&'static str, String) {
    match result {
        Err(DeskError::Refused(refusal)) => (refusal.code(), refusal.to_string()),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// Waits until `look` is true, half a minute at most.
pub async fn eventually(what: &str, mut look: impl AsyncFnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !look().await {
        assert!(begun.elapsed() < Duration::from_secs(30), "waited for {what} in vain");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
