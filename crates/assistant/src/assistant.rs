//! The assistant at work: does the desk's jobs.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use serde::Deserialize;
use yingda_desk::{BotTurn, Desk, DeskError, Handler, JobError, TurnOutcome};
use yingda_knowledge::{Index, Thresholds};
use yingda_model::{ConversationId, MAX_TEXT_CHARS, MessageId, Permission, Scope, Status};
use yingda_store::{Job, StoreError};

use crate::turn::give_up;
use crate::{Asked, Knowledge, KnowledgeError, TurnInput, ask_index, turn};

/// Answers customers. Register it for [`yingda_desk::job_kind::BOT_TURN`].
pub struct Assistant {
    desk: Desk,
    knowledge: Arc<Knowledge>,
    thresholds: Thresholds,
}

/// Attempts after which a customer is given to people rather than kept waiting for a search that fails.
const PATIENCE: u32 = 3;

#[derive(Deserialize)]
struct Payload {
    conversation_id: ConversationId,
    message_id: MessageId,
}

impl Assistant {
    pub fn new(desk: Desk, knowledge: Arc<Knowledge>) -> Self {
        Self { desk, knowledge, thresholds: Thresholds::default() }
    }

    /// What the assistant would do about `text`, without a conversation.
    ///
    /// # Errors
    /// [`DeskError::Forbidden`] without [`Permission::ReadKnowledge`]; [`DeskError::Invalid`] for a text that is empty or too
    /// long.
    pub async fn ask(&self, scope: &Scope, text: &str) -> Result<Asked, DeskError> {
        if !scope.may(Permission::ReadKnowledge) {
            return Err(DeskError::Forbidden(Permission::ReadKnowledge));
        }
        let length = text.chars().count();
        if text.trim().is_empty() || length > MAX_TEXT_CHARS {
            let detail = format!("expected 1 to {MAX_TEXT_CHARS} characters, got {length}");
            return Err(DeskError::Invalid { field: "text", detail });
        }
        let index = self.knowledge.index(scope).await.map_err(unsearchable)?;
        ask_index(&index, &self.thresholds, text).map_err(|error| unsearchable(error.into()))
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
        let decide = |index: &Index| {
            let input = TurnInput {
                memory: &conversation.memory,
                content: &message.content,
                settings: &inbox.settings,
                locale: contact.locale.as_deref(),
                index,
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
            Index::build([]).and_then(|nothing| decide(&nothing))
        } else {
            let index = self.knowledge.index(&scope).await.map_err(other)?;
            decide(&index)
        };
        let plan = planned.map_err(other)?;
        let mut trace = plan.trace;
        trace.took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok(self.desk.bot_turn(job, conversation.id, BotTurn { steps: plan.steps, trace }).await?)
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
