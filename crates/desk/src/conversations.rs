//! Commands on conversations.

use futures::future::BoxFuture;
use serde::Serialize;
use yingda_model::{
    Actor, Assignment, Command, Contact, ContactId, Content, Conversation, ConversationId, Draft, Event, EventBody,
    InboxId, InboxKind, MessageId, OpenConversation, Permission, Refusal, Scope, Status, Timestamp,
};
use yingda_store::{Beginning, ConversationChange, FoundMessage, Job, NewJob, StoreError, Writing};

use crate::contacts::locked_contact;
use crate::{Desk, DeskError, Signal, assistant, job_kind};

/// A message on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    pub content: Content,
    /// Made by the client, 1 to 100 characters: the same key again is the same message.
    pub client_key: Option<String>,
    /// Given by the channel: the same id again is the same message.
    pub external_id: Option<String>,
}

/// The acknowledgement of a message. Whoever has it can rely on the message being stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Receipt {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub seq: u64,
    /// Whether the message had been stored before.
    pub duplicate: bool,
}

const MAX_KEY_CHARS: usize = 100;
const MAX_EXTERNAL_ID_CHARS: usize = 255;

impl Desk {
    /// Takes a customer's message: opens the conversation if there is none, stores the message, wakes the assistant.
    pub async fn receive(&self, scope: &Scope, inbox: InboxId, incoming: Incoming) -> Result<Receipt, DeskError> {
        let contact = scope.contact_id().ok_or(Refusal::WrongActor { command: "receive", needed: "a customer" })?;
        check_keys(&incoming)?;
        incoming.content.check()?;
        let desk = self.clone();
        let (receipt, woke) = self
            .store()
            .write(scope, move |tx| {
                let (desk, incoming) = (desk.clone(), incoming.clone());
                Box::pin(async move {
                    let (conversation, found) = desk.thread_in(tx, contact, inbox, &incoming).await?;
                    if let Some(found) = found {
                        return Ok((receipt(found), false));
                    }
                    let content = checked_files(tx, incoming.content).await?;
                    let draft = Draft {
                        id: desk.world().uuid().into(),
                        content,
                        client_key: incoming.client_key,
                        external_id: incoming.external_id,
                    };
                    let message_id = draft.id;
                    let change = desk.apply_in(tx, &conversation, Command::Receive { draft }).await?;
                    Ok((
                        Receipt {
                            message_id,
                            conversation_id: conversation.id,
                            seq: change.message_seq.unwrap_or(change.state.seq),
                            duplicate: false,
                        },
                        change.woke_jobs,
                    ))
                })
            })
            .await
            .map_err(|error: DeskError| error)?;
        if !receipt.duplicate {
            metrics::counter!("yingda_messages_total", "sender" => "customer").increment(1);
            self.told().await;
        }
        if woke {
            self.jobs_added().await;
        }
        Ok(receipt)
    }

    /// Takes a customer's message that another system delivers, into an inbox made for that. The system's own id for the message
    /// makes sure that it is stored once, however often it is delivered.
    pub async fn deliver(
        &self,
        scope: &Scope,
        inbox: InboxId,
        contact: ContactId,
        incoming: Incoming,
    ) -> Result<Receipt, DeskError> {
        require(scope, Permission::WriteConversations)?;
        let reader = self.store().read(scope);
        if reader.inbox(inbox).await?.kind != InboxKind::Api {
            return Err(DeskError::invalid(
                "id",
                "expected an inbox of kind `api`: customers of others write by themselves",
            ));
        }
        let contact = reader.surviving_contact(contact).await?;
        self.receive(&Scope::contact(scope.workspace(), contact.id), inbox, incoming).await
    }

    /// The thread of a contact in an inbox, locked; opened when there is none. And the message, if it was stored in it before.
    async fn thread_in(
        &self,
        tx: Writing<'_>,
        contact: ContactId,
        inbox: InboxId,
        incoming: &Incoming,
    ) -> Result<(Conversation, Option<FoundMessage>), DeskError> {
        // The usual case in one read: nobody can come in between, the thread is there, the client gave a key.
        if tx.is_alone()
            && let (Some(key), None) = (&incoming.client_key, &incoming.external_id)
            && let Some(thread) = tx.thread_with_key(contact, inbox, key).await?
        {
            return Ok(thread);
        }
        // One lock for the contact's thread: two first messages at once must not open two. Whoever was merged into another
        // contact a moment ago writes as that one, and whoever was erased does not write.
        let contact = locked_contact(tx, contact).await?;
        if contact.erased_at.is_some() {
            return Err(StoreError::Erased.into());
        }
        let conversation = match tx.conversation_of(contact.id, inbox).await? {
            Some(conversation) => locked(tx, conversation).await?,
            None => return Ok((self.open_in(tx, &contact, inbox).await?, None)),
        };
        let found = already_stored(tx, &conversation, incoming).await?;
        Ok((conversation, found))
    }

    /// A person answers the customer.
    pub async fn reply(&self, scope: &Scope, id: ConversationId, incoming: Incoming) -> Result<Receipt, DeskError> {
        self.write_message(scope, id, incoming, |draft| Command::Reply { draft }).await
    }

    /// A person writes for colleagues only.
    pub async fn note(&self, scope: &Scope, id: ConversationId, incoming: Incoming) -> Result<Receipt, DeskError> {
        self.write_message(scope, id, incoming, |draft| Command::Note { draft }).await
    }

    async fn write_message(
        &self,
        scope: &Scope,
        id: ConversationId,
        incoming: Incoming,
        command: fn(Draft) -> Command,
    ) -> Result<Receipt, DeskError> {
        require(scope, Permission::WriteConversations)?;
        check_keys(&incoming)?;
        incoming.content.check()?;
        let desk = self.clone();
        let receipt = self
            .store()
            .write(scope, move |tx| {
                let (desk, incoming) = (desk.clone(), incoming.clone());
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    let conversation = tx.conversation(id).await?;
                    if let Some(found) = already_stored(tx, &conversation, &incoming).await? {
                        return Ok(receipt(found));
                    }
                    let content = checked_files(tx, incoming.content).await?;
                    let draft = Draft {
                        id: desk.world().uuid().into(),
                        content,
                        client_key: incoming.client_key,
                        external_id: None,
                    };
                    let message_id = draft.id;
                    let change = desk.apply_in(tx, &conversation, command(draft)).await?;
                    Ok::<_, DeskError>(Receipt {
                        message_id,
                        conversation_id: id,
                        seq: change.message_seq.unwrap_or(change.state.seq),
                        duplicate: false,
                    })
                })
            })
            .await?;
        if !receipt.duplicate {
            metrics::counter!("yingda_messages_total", "sender" => "agent").increment(1);
            self.told().await;
        }
        Ok(receipt)
    }

    /// Gives the conversation to a person or into a queue. Giving it to somebody else needs the right to.
    pub async fn assign(&self, scope: &Scope, id: ConversationId, to: Assignment) -> Result<Conversation, DeskError> {
        let own = to.user_id.is_some() && to.user_id == scope.user_id();
        require(scope, if own { Permission::WriteConversations } else { Permission::AssignOthers })?;
        let reader = self.store().read(scope);
        if let Some(user) = to.user_id {
            let user = reader.user(user).await?;
            if !user.active || !user.role.may(Permission::WriteConversations) {
                return Err(DeskError::invalid("user_id", format!("{} cannot answer customers", user.name)));
            }
        }
        if let Some(team) = to.team_id
            && !reader.teams().await?.iter().any(|known| known.id == team)
        {
            return Err(DeskError::not_found("team"));
        }
        self.command(scope, id, Command::Assign(to)).await
    }

    /// The asking user takes the conversation.
    pub async fn take_over(&self, scope: &Scope, id: ConversationId) -> Result<Conversation, DeskError> {
        self.command(scope, id, Command::TakeOver).await
    }

    pub async fn return_to_bot(&self, scope: &Scope, id: ConversationId) -> Result<Conversation, DeskError> {
        self.command(scope, id, Command::ReturnToBot).await
    }

    pub async fn snooze(&self, scope: &Scope, id: ConversationId, until: Timestamp) -> Result<Conversation, DeskError> {
        self.command(scope, id, Command::Snooze { until }).await
    }

    pub async fn resolve(&self, scope: &Scope, id: ConversationId) -> Result<Conversation, DeskError> {
        self.command(scope, id, Command::Resolve).await
    }

    pub async fn reopen(&self, scope: &Scope, id: ConversationId) -> Result<Conversation, DeskError> {
        self.command(scope, id, Command::Reopen).await
    }

    /// The asking side has read up to `seq`; both sides are told live.
    pub async fn mark_read(&self, scope: &Scope, id: ConversationId, seq: u64) -> Result<Conversation, DeskError> {
        // Whoever only looks leaves no trace: what they have seen still waits for somebody who can answer.
        let conversation = match scope.actor() {
            Actor::Contact { .. } => self.apply(scope, id, Command::MarkRead { seq }).await?,
            _ => self.command(scope, id, Command::MarkRead { seq }).await?,
        };
        self.signal(scope, id, Signal::Read { by: scope.actor().into(), seq }).await;
        Ok(conversation)
    }

    /// Opens a conversation with a contact, or gives the one there is; the second value tells whether it is new.
    pub async fn open(
        &self,
        scope: &Scope,
        inbox: InboxId,
        contact: ContactId,
    ) -> Result<(Conversation, bool), DeskError> {
        require(scope, Permission::WriteConversations)?;
        let desk = self.clone();
        let opened = self
            .store()
            .write(scope, move |tx| {
                let desk = desk.clone();
                Box::pin(async move {
                    let contact = locked_contact(tx, contact).await?;
                    match tx.conversation_of(contact.id, inbox).await? {
                        Some(conversation) => Ok((conversation, false)),
                        None => Ok::<_, DeskError>((desk.open_in(tx, &contact, inbox).await?, true)),
                    }
                })
            })
            .await?;
        if opened.1 {
            self.told().await;
        }
        Ok(opened)
    }

    /// Ends a snooze whose moment has come; finishes `job` in the same transaction.
    pub(crate) async fn wake(&self, job: &Job, id: ConversationId) -> Result<(), DeskError> {
        let scope = Scope::system(job.workspace);
        let (desk, job) = (self.clone(), job.clone());
        self.store()
            .write(&scope, move |tx| {
                let (desk, job) = (desk.clone(), job.clone());
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    if tx.complete_job(&job).await? {
                        let conversation = tx.conversation(id).await?;
                        match desk.apply_in(tx, &conversation, Command::Wake).await {
                            // It woke otherwise, or was put off again: the newer snooze has its own job.
                            Ok(_) | Err(DeskError::Refused(_)) => {}
                            Err(error) => return Err(error),
                        }
                    }
                    Ok::<_, DeskError>(())
                })
            })
            .await?;
        self.told().await;
        Ok(())
    }

    async fn command(&self, scope: &Scope, id: ConversationId, command: Command) -> Result<Conversation, DeskError> {
        require(scope, Permission::WriteConversations)?;
        self.apply(scope, id, command).await
    }

    async fn apply(&self, scope: &Scope, id: ConversationId, command: Command) -> Result<Conversation, DeskError> {
        let desk = self.clone();
        let change = self
            .store()
            .write(scope, move |tx| {
                let (desk, command) = (desk.clone(), command.clone());
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    let conversation = tx.conversation(id).await?;
                    if let Some(contact) = tx.scope().contact_id()
                        && conversation.contact_id != contact
                    {
                        return Err(DeskError::not_found("conversation"));
                    }
                    desk.apply_in(tx, &conversation, command).await
                })
            })
            .await?;
        if change.told {
            self.told().await;
        }
        if change.woke_jobs {
            self.jobs_added().await;
        }
        Ok(change.state)
    }

    async fn open_in(&self, tx: Writing<'_>, contact: &Contact, inbox: InboxId) -> Result<Conversation, DeskError> {
        let inbox = tx.inbox(inbox).await?;
        if contact.erased_at.is_some() {
            return Err(StoreError::Erased.into());
        }
        let open = OpenConversation {
            id: self.world().uuid().into(),
            inbox_id: inbox.id,
            contact_id: contact.id,
            bot: inbox.settings.bot,
        };
        let (conversation, events) = Conversation::open(open, tx.scope().actor(), self.now());
        tx.store_change(ConversationChange {
            conversation: &conversation,
            beginning: Beginning::New,
            events: &events,
            external_id: None,
            jobs: Vec::new(),
            now: self.now(),
        })
        .await?;
        Ok(conversation)
    }

    /// Applies one command inside a transaction and stores all that follows from it.
    pub(crate) fn apply_in<'t>(
        &'t self,
        tx: Writing<'t>,
        conversation: &'t Conversation,
        command: Command,
    ) -> BoxFuture<'t, Result<Change, DeskError>> {
        Box::pin(async move {
            let now = self.now();
            let external_id = match &command {
                Command::Receive { draft } => draft.external_id.clone(),
                _ => None,
            };
            let received = matches!(command, Command::Receive { .. });
            let snoozed = match command {
                Command::Snooze { until } => Some(until),
                _ => None,
            };
            let (state, events) = conversation.apply(command, tx.scope().actor(), now)?;
            if state == *conversation {
                return Ok(Change { state, message_seq: None, told: false, woke_jobs: false });
            }
            if conversation.status == Status::Bot && state.status != Status::Bot {
                assistant::end_stretch(tx, &state, now).await?;
            }
            let message_seq =
                events.iter().find(|event| matches!(event.body, EventBody::Message { .. })).map(|event| event.seq);
            let mut jobs = Vec::new();
            if received && state.status == Status::Bot {
                jobs.extend(bot_turn_job(&events, now));
            }
            let woke_jobs = !jobs.is_empty();
            if let Some(until) = snoozed
                && !events.is_empty()
            {
                jobs.push(wake_job(state.id, until));
            }
            tx.store_change(ConversationChange {
                conversation: &state,
                beginning: Beginning::Known,
                events: &events,
                external_id: external_id.as_deref(),
                jobs,
                now,
            })
            .await?;
            Ok(Change { state, message_seq, told: !events.is_empty(), woke_jobs })
        })
    }
}

/// What a command led to.
pub(crate) struct Change {
    pub state: Conversation,
    pub message_seq: Option<u64>,
    /// Whether there are events to tell.
    pub told: bool,
    pub woke_jobs: bool,
}

/// The key of the assistant's jobs in a conversation: they run one after the other.
pub(crate) fn conversation_key(id: ConversationId) -> String {
    format!("conversation:{id}")
}

fn bot_turn_job(events: &[Event], now: Timestamp) -> Option<NewJob> {
    events.iter().find_map(|event| match &event.body {
        EventBody::Message { message } => Some(NewJob {
            kind: job_kind::BOT_TURN,
            key: conversation_key(event.conversation_id),
            payload: format!(r#"{{"conversation_id":"{}","message_id":"{}"}}"#, event.conversation_id, message.id),
            run_at: now,
        }),
        _ => None,
    })
}

fn wake_job(id: ConversationId, until: Timestamp) -> NewJob {
    NewJob {
        kind: job_kind::WAKE,
        // Not the conversation's own key: a job far in the future must not hold up the assistant's turns.
        key: format!("wake:{id}:{}", until.0),
        payload: format!(r#"{{"conversation_id":"{id}"}}"#),
        run_at: until,
    }
}

/// Locks a conversation that was just read, and reads it again where it may have changed while waiting for the lock.
async fn locked(tx: Writing<'_>, conversation: Conversation) -> Result<Conversation, DeskError> {
    if tx.is_alone() {
        return Ok(conversation);
    }
    tx.lock(conversation.id.0).await?;
    Ok(tx.conversation(conversation.id).await?)
}

pub(crate) fn require(scope: &Scope, permission: Permission) -> Result<(), DeskError> {
    if scope.may(permission) { Ok(()) } else { Err(DeskError::Forbidden(permission)) }
}

fn check_keys(incoming: &Incoming) -> Result<(), DeskError> {
    for (field, key, max) in [
        ("client_key", &incoming.client_key, MAX_KEY_CHARS),
        ("external_id", &incoming.external_id, MAX_EXTERNAL_ID_CHARS),
    ] {
        let Some(key) = key else { continue };
        let length = key.chars().count();
        if length == 0 || length > max || key.chars().any(char::is_control) {
            return Err(DeskError::invalid(
                field,
                format!("expected 1 to {max} characters without control characters, got {length}"),
            ));
        }
    }
    Ok(())
}

async fn already_stored(
    tx: Writing<'_>,
    conversation: &Conversation,
    incoming: &Incoming,
) -> Result<Option<FoundMessage>, DeskError> {
    if let Some(key) = &incoming.client_key
        && let Some(found) = tx.message_by_client_key(conversation.id, tx.scope().actor(), key).await?
    {
        return Ok(Some(found));
    }
    if let Some(id) = &incoming.external_id
        && let Some(found) = tx.message_by_external_id(conversation.inbox_id, id).await?
    {
        return Ok(Some(found));
    }
    Ok(None)
}

fn receipt(found: FoundMessage) -> Receipt {
    Receipt { message_id: found.id, conversation_id: found.conversation_id, seq: found.seq, duplicate: true }
}

/// Checks that a message's file is one that its sender uploaded, and fills in what is known of it: what the client says of the
/// file does not count.
async fn checked_files(tx: Writing<'_>, content: Content) -> Result<Content, DeskError> {
    let Some(id) = content.file_id() else { return Ok(content) };
    let file = tx.file(id).await?;
    let may_use = match tx.scope().actor() {
        Actor::Contact { .. } => file.uploaded_by == tx.scope().actor(),
        // Colleagues may send what colleagues uploaded, never pass one customer's file to another.
        _ => !matches!(file.uploaded_by, Actor::Contact { .. }),
    };
    if !may_use {
        return Err(DeskError::not_found("file"));
    }
    Ok(match content {
        Content::Image { .. } if file.mime.starts_with("image/") => Content::Image { file_id: id, name: file.name },
        Content::Voice { duration_ms, .. } if file.mime.starts_with("audio/") => {
            Content::Voice { file_id: id, duration_ms }
        }
        _ => Content::File { file_id: id, name: file.name, size: file.size },
    })
}
