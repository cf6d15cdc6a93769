//! Reading, with the permissions checked.

use yingda_model::{Conversation, ConversationId, Event, Permission, Scope, Trace};
use yingda_store::{ConversationFilter, Counts, Job, JobState, Page, StoreError};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// Traces shown of one conversation.
const TRACES: u64 = 100;

impl Desk {
    /// One conversation: for users who may read, and for the contact whose it is.
    pub async fn conversation(&self, scope: &Scope, id: ConversationId) -> Result<Conversation, DeskError> {
        let conversation = self.store().read(scope).conversation(id).await?;
        match scope.contact_id() {
            Some(contact) if conversation.contact_id == contact => Ok(conversation),
            Some(_) => Err(DeskError::not_found("conversation")),
            None => {
                require(scope, Permission::ReadConversations)?;
                Ok(conversation)
            }
        }
    }

    /// A page of a list. `Ok(None)` when the cursor is not one of ours.
    pub async fn conversations(
        &self,
        scope: &Scope,
        filter: &ConversationFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<Conversation>>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        Ok(self.store().read(scope).conversations(filter, limit, cursor).await?)
    }

    /// How many conversations each of the asking user's lists has.
    pub async fn counts(&self, scope: &Scope) -> Result<Counts, DeskError> {
        require(scope, Permission::ReadConversations)?;
        let user = scope.user_id().ok_or(DeskError::Forbidden(Permission::ReadConversations))?;
        Ok(self.store().read(scope).conversation_counts(user).await?)
    }

    /// Events of a conversation after `after`, in order: all of them for users, the public ones for the contact.
    pub async fn events_after(
        &self,
        scope: &Scope,
        id: ConversationId,
        after: u64,
        limit: u64,
    ) -> Result<Events, DeskError> {
        let conversation = self.conversation(scope, id).await?;
        let events = self.store().read(scope).events_after(id, after, limit).await?;
        let more = events.last().is_some_and(|event| event.seq < conversation.seq);
        let reached = events.last().map_or(after, |event| event.seq);
        Ok(Events::new(scope, &conversation, events, more, reached))
    }

    /// The events of a conversation just before `before`, in order.
    pub async fn events_before(
        &self,
        scope: &Scope,
        id: ConversationId,
        before: u64,
        limit: u64,
    ) -> Result<Events, DeskError> {
        let conversation = self.conversation(scope, id).await?;
        let events = self.store().read(scope).events_before(id, before, limit).await?;
        let more = events.first().is_some_and(|event| event.seq > 1);
        let reached = events.first().map_or(before, |event| event.seq);
        Ok(Events::new(scope, &conversation, events, more, reached))
    }

    /// Why the assistant did what it did in a conversation, newest first.
    pub async fn traces(&self, scope: &Scope, id: ConversationId) -> Result<Vec<Trace>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        self.store().read(scope).conversation(id).await?;
        Ok(self.store().read(scope).traces(id, TRACES).await?)
    }

    /// Background jobs in one state.
    pub async fn jobs(
        &self,
        scope: &Scope,
        state: JobState,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Job>, DeskError> {
        require(scope, Permission::Operate)?;
        Ok(self.store().read(scope).jobs(state, before, limit).await?)
    }

    /// Runs a job that was set aside again.
    pub async fn retry_job(&self, scope: &Scope, id: i64) -> Result<(), DeskError> {
        require(scope, Permission::Operate)?;
        let now = self.now();
        let found = self
            .store()
            .write(scope, move |tx| Box::pin(async move { tx.retry_job(id, now).await }))
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        if !found {
            return Err(DeskError::not_found("job that was set aside"));
        }
        self.jobs_added().await;
        Ok(())
    }
}

/// A part of a conversation's events.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    pub events: Vec<Event>,
    /// The last event there is for this reader.
    pub last_seq: u64,
    /// Whether there are more in the direction that was asked for.
    pub more: bool,
    /// Where this part ends in the direction that was asked for, in the conversation's own numbering, events that this reader
    /// may not see included.
    pub reached: u64,
}

impl Events {
    fn new(scope: &Scope, conversation: &Conversation, mut events: Vec<Event>, more: bool, reached: u64) -> Self {
        let customer = scope.contact_id().is_some();
        if customer {
            events.retain(Event::is_public);
        }
        Self { events, last_seq: if customer { conversation.public_seq } else { conversation.seq }, more, reached }
    }
}
