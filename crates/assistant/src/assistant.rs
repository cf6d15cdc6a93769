//! The assistant at work: does the desk's jobs.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use serde::Deserialize;
use yingda_desk::{BotTurn, Desk, DeskError, Handler, JobError, TurnOutcome};
use yingda_entity::Entities;
use yingda_knowledge::Thresholds;
use yingda_library::{Knowledge, KnowledgeError, Library, View};
use yingda_model::{
    ContactId, Conversation, ConversationId, IdentityKind, InboxSettings, MAX_TEXT_CHARS, MessageId, Permission, Scope,
    Status, TraceDecision, TraceMood, TraceUnderstanding,
};
use yingda_store::{Job, StoreError};

use crate::turn::give_up;
use crate::understood::{Personal, read};
use crate::{Asked, LanguageError, Languages, Question, TurnInput, WorkspaceLanguage, ask, turn};

/// Answers customers. Register it for [`yingda_desk::job_kind::BOT_TURN`].
pub struct Assistant {
    desk: Desk,
    knowledge: Knowledge,
    languages: Arc<Languages>,
    thresholds: Thresholds,
}

/// What a text was taken for.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Reading {
    pub understanding: TraceUnderstanding,
    /// Microseconds that it took.
    pub took_us: u64,
    /// Why the version of the model that should be in use is not; the one before is.
    pub problem: Option<String>,
}

/// Messages before this one whose mood counts.
const REMEMBERED_MOODS: u64 = 8;

/// Attempts after which a customer is given to people rather than kept waiting for a search that fails.
const PATIENCE: u32 = 3;

#[derive(Deserialize)]
struct Payload {
    conversation_id: ConversationId,
    message_id: MessageId,
}

impl Assistant {
    pub fn new(desk: Desk, knowledge: Knowledge, languages: Arc<Languages>) -> Self {
        Self { desk, knowledge, languages, thresholds: Thresholds::default() }
    }

    /// What the assistant would do about `text`, without a conversation.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`] without [`Permission::ReadKnowledge`]; [`DeskError::Invalid`] for a text that is empty or too
    /// long.
    pub async fn ask(&self, scope: &Scope, text: &str) -> Result<Asked, DeskError> {
        let language = self.readable(scope, text).await?;
        let library = self.knowledge.library(scope, text).await.map_err(unsearchable)?;
        let (language, thresholds, now) = (language.as_deref(), &self.thresholds, self.desk.world().now());
        ask(&Question { text, library: &library, view: &View::signed_in(now), language, thresholds, now })
            .map_err(|error| unsearchable(error.into()))
    }

    /// What `text` is taken for, personal data shown.
    ///
    /// # Errors
    /// As [`Assistant::ask`].
    pub async fn understand(&self, scope: &Scope, text: &str) -> Result<Reading, DeskError> {
        let Some(language) = self.readable(scope, text).await? else {
            return Err(StoreError::Corrupt { what: "language", detail: "it could not be loaded".into() }.into());
        };
        let begun = Instant::now();
        let understanding = read(&language, text, self.desk.world().now(), &InboxSettings::default(), Personal::Shown);
        let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok(Reading { understanding, took_us, problem: language.problem().map(str::to_owned) })
    }

    /// Why the version of the language model that should be in use is not, where that is so.
    pub async fn language_problem(&self, scope: &Scope) -> Option<String> {
        self.language(scope).await?.problem().map(str::to_owned)
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// How the workspace finds entities.
    pub(crate) async fn entities(&self, scope: &Scope) -> Result<Entities, DeskError> {
        match self.language(scope).await {
            Some(language) => Ok(language.entities.clone()),
            None => Err(StoreError::Corrupt { what: "language", detail: "it could not be loaded".into() }.into()),
        }
    }

    /// The language to read `text` by, for those who may try the assistant out.
    async fn readable(&self, scope: &Scope, text: &str) -> Result<Option<Arc<WorkspaceLanguage>>, DeskError> {
        if !scope.may(Permission::ReadKnowledge) {
            return Err(DeskError::Forbidden(Permission::ReadKnowledge));
        }
        let length = text.chars().count();
        if text.trim().is_empty() || length > MAX_TEXT_CHARS {
            let detail = format!("expected 1 to {MAX_TEXT_CHARS} characters, got {length}");
            return Err(DeskError::Invalid { field: "text", detail });
        }
        Ok(self.language(scope).await)
    }

    /// The workspace's language; without one the assistant still answers from the knowledge base.
    async fn language(&self, scope: &Scope) -> Option<Arc<WorkspaceLanguage>> {
        match self.languages.language(scope).await {
            Ok(language) => Some(language),
            Err(error @ (LanguageError::Store(_) | LanguageError::Interrupted(_))) => {
                tracing::error!(%error, "the language could not be loaded; the knowledge base answers alone");
                None
            }
        }
    }

    /// The moods of the customer's messages before, oldest first, and the things of the graph that were spoken of last.
    async fn before(
        &self,
        scope: &Scope,
        conversation: &Conversation,
    ) -> Result<(Vec<TraceMood>, Vec<String>), StoreError> {
        // The first message is the second event.
        if conversation.seq <= 2 {
            return Ok((Vec::new(), Vec::new()));
        }
        let traces = self.desk.store().read(scope).traces(conversation.id, REMEMBERED_MOODS).await?;
        let things = traces.iter().find_map(|trace| match &trace.decision {
            TraceDecision::Graph { things, .. } if !things.is_empty() => Some(things.clone()),
            _ => None,
        });
        let moods = traces.into_iter().rev().filter_map(|trace| Some(trace.understanding?.mood)).collect();
        Ok((moods, things.unwrap_or_default()))
    }

    async fn take_turn(&self, job: &Job, payload: &Payload) -> Result<TurnOutcome, JobError> {
        let begun = Instant::now();
        let scope = Scope::bot(job.workspace);
        let reader = self.desk.store().read(&scope);
        let conversation = match reader.conversation(payload.conversation_id).await {
            Ok(conversation) if conversation.status == Status::Bot => conversation,
            // People have taken over, or the conversation is gone: there is nothing to say.
            Ok(_) | Err(StoreError::NotFound { .. }) => return self.leave(job).await,
            Err(error) => return Err(error.into()),
        };
        let contact = reader.contact(conversation.contact_id).await?;
        let message = reader.messages(&[payload.message_id]).await?.into_iter().next();
        let (Some(message), None) = (message, contact.erased_at) else { return self.leave(job).await };
        let inbox = reader.inbox(conversation.inbox_id).await?;
        let world = self.desk.world();
        let view = match self.is_known(&scope, conversation.contact_id).await? {
            true => View::signed_in(world.now()),
            false => View::public(world.now()),
        };
        let view = view.through(inbox.kind.as_str());
        let (language, (moods, things)) = match job.attempts > PATIENCE {
            true => (None, (Vec::new(), Vec::new())),
            false => (self.language(&scope).await, self.before(&scope, &conversation).await?),
        };
        let decide = |library: &Library| {
            let input = TurnInput {
                memory: &conversation.memory,
                content: &message.content,
                settings: &inbox.settings,
                locale: contact.locale.as_deref(),
                library,
                view: &view,
                language: language.as_deref(),
                moods: &moods,
                things: &things,
                thresholds: &self.thresholds,
                now: world.now(),
                trace_id: world.uuid().into(),
                conversation_id: conversation.id,
                message_id: message.id,
            };
            if job.attempts > PATIENCE { Ok(give_up(&input)) } else { turn(&input) }
        };
        let planned = if job.attempts > PATIENCE {
            // Whatever fails may fail in the index: do without it.
            Library::build([], None).and_then(|nothing| decide(&nothing))
        } else {
            let library = self.knowledge.library(&scope, message.content.as_text()).await.map_err(other)?;
            decide(&library)
        };
        let plan = planned.map_err(other)?;
        let mut trace = plan.trace;
        trace.took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok(self.desk.bot_turn(job, conversation.id, BotTurn { steps: plan.steps, trace }).await?)
    }

    /// Whether the company knows who a customer is.
    async fn is_known(&self, scope: &Scope, contact: ContactId) -> Result<bool, StoreError> {
        let identities = self.desk.store().read(scope).identities(contact).await?;
        Ok(identities.iter().any(|identity| identity.verified && identity.kind != IdentityKind::Visitor))
    }

    /// Finishes a job without doing anything.
    async fn leave(&self, job: &Job) -> Result<TurnOutcome, JobError> {
        let finished = job.clone();
        self.desk
            .store()
            .write(&Scope::bot(job.workspace), move |tx| {
                let job = finished.clone();
                Box::pin(async move { tx.complete_job(&job).await })
            })
            .await
            .map_err(|error: StoreError| JobError::from(error))?;
        Ok(TurnOutcome::Superseded)
    }
}

#[async_trait]
impl Handler for Assistant {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload = serde_json::from_str(&job.payload).map_err(|error| {
            JobError::Other(format!("expected a payload with conversation_id and message_id: {error}"))
        })?;
        let outcome = self.take_turn(job, &payload).await?;
        tracing::debug!(job = job.id, conversation = %payload.conversation_id, ?outcome, "a turn ended");
        Ok(())
    }
}

fn other(error: impl std::fmt::Display) -> JobError {
    JobError::Other(error.to_string())
}

fn unsearchable(error: KnowledgeError) -> DeskError {
    match error {
        KnowledgeError::Store(error) => error.into(),
        error => StoreError::Corrupt { what: "knowledge base", detail: error.to_string() }.into(),
    }
}
