//! The only place that changes a conversation.
//!
//! Everybody else sends commands ([`Desk`]) and reads events ([`Live`], [`yingda_store`]'s journal). A command is checked
//! against the actor's permissions here, once, applied by the pure state machine of [`yingda_model`], and written in one
//! transaction: state, message, events and jobs. Only then is it acknowledged.

mod admin;
mod assistant;
mod contacts;
mod conversations;
mod error;
mod housekeeping;
mod jobs;
mod knowledge;
mod language;
mod live;
mod presence;
mod reading;
mod tail;
mod views;
mod visitors;
mod world;

use std::sync::Arc;

use tokio::sync::Notify;
use yingda_bus::Bus;
use yingda_model::World;
use yingda_store::Store;

pub use admin::{InboxChange, NewInbox, UserChange};
pub use assistant::{
    BotStep, BotTurn, CodeSent, CodeToSend, Expected, Fire, FireLimit, FireRule, Limited, Occasion, Publication,
    RunInfo, RunProgress, RunState, RunStep, StillWanted, TurnOutcome, check_release_note,
};
pub use contacts::NewContact;
pub use conversations::{Incoming, Receipt};
pub use error::DeskError;
pub use jobs::{Handler, JobError, Workers};
pub use knowledge::{
    Accepted, CategoryName, ChangeDraft, EvalDraft, Imported, KbDraft, PageRead, SiteSettings, SiteText, Suggested,
    Suggestion, Versions, WebOutcome, WebSettings,
};
pub use language::{
    AddedUtterances, IntentCount, IntentDraft, Intents, LanguageFile, LanguageFormat, LanguageImported, LanguageStatus,
    NewEntityType, NewIntent, NewUtterance, SkippedUtterance, Trainer, Training, TrainingProgress, UtteranceDraft,
    entity_setup, origin,
};
pub use live::{Live, Push, Reader, Signal, Subscription, Topic};
pub use presence::{Availability, Presence};
pub use reading::Events;
pub use views::{AssigneeView, ContactView, ConversationView, InboxView, Preview};
pub use visitors::{IdentityClaim, Visit, VisitorStart};
pub use world::SystemWorld;

/// Kinds of jobs that the desk asks for.
pub mod job_kind {
    /// A customer wrote and the assistant is in charge.
    pub const BOT_TURN: &str = "bot.turn";
    /// Something happened that a flow waits for, and the assistant is in charge.
    pub const BOT_EVENT: &str = "bot.event";
    /// The assistant's files are to be tried out, or published after that.
    pub const ASSISTANT_RUN: &str = "assistant.run";
    /// A snooze ends.
    pub const WAKE: &str = "conversation.wake";
    /// A language model is to be trained.
    pub const TRAIN_LANGUAGE: &str = "language.train";
    /// A website is to be read into the knowledge base.
    pub const READ_WEB: &str = "knowledge.web";
    /// It is to be decided what came of conversations that the assistant had and that have been silent.
    pub const SETTLE_OUTCOMES: &str = "outcomes.settle";
    /// The knowledge base is to be looked through for what could be better.
    pub const TEND_KNOWLEDGE: &str = "knowledge.tend";
}

/// Topics on the bus.
mod topic {
    /// The journal has grown.
    pub const JOURNAL: &str = "journal";
    /// There is a new job.
    pub const JOBS: &str = "jobs";
    /// Something to show that is not stored: typing, reading.
    pub const SIGNAL: &str = "signal";
    /// Who is there.
    pub const PRESENCE: &str = "presence";
}

/// The desk. Clones share everything.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    bus: Bus,
    world: Arc<dyn World>,
    live: Live,
    presence: Presence,
    jobs_ready: Notify,
}

impl Desk {
    /// A desk over a store and a bus. Call [`Desk::run`] beside it, or nothing is told live.
    pub fn new(store: Store, bus: Bus, world: Arc<dyn World>) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                bus,
                world,
                live: Live::default(),
                presence: Presence::default(),
                jobs_ready: Notify::new(),
            }),
        }
    }

    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    pub fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    pub fn world(&self) -> &dyn World {
        &*self.inner.world
    }

    /// What happens, as it happens.
    pub fn live(&self) -> &Live {
        &self.inner.live
    }

    /// Which users are there.
    pub fn presence(&self) -> &Presence {
        &self.inner.presence
    }

    fn now(&self) -> yingda_model::Timestamp {
        self.inner.world.now()
    }

    /// Tells every node that the journal has grown. A hint: readers also look by themselves.
    async fn told(&self) {
        self.inner.live.journal_grew();
        self.hint(topic::JOURNAL, bytes::Bytes::new()).await;
    }

    async fn jobs_added(&self) {
        self.inner.jobs_ready.notify_one();
        self.hint(topic::JOBS, bytes::Bytes::new()).await;
    }

    async fn hint(&self, topic: &str, payload: bytes::Bytes) {
        if let Err(error) = self.inner.bus.publish(topic, payload).await {
            tracing::debug!(%error, topic, "the bus did not take a hint");
        }
    }
}
