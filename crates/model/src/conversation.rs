//! The conversation as a state machine.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Actor, Assignment, BotOutcome, Choice, Command, ContactId, ConversationId, DialogueState, Draft, Event, EventBody,
    InboxId, Message, MessageId, Refusal, SenderKind, TeamId, Timestamp, UserId, Visibility,
};

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The assistant answers.
    Bot,
    /// Waits for a person.
    Queued,
    /// A person has it and owes the customer an answer.
    Assigned,
    /// A person has it and waits for the customer.
    Waiting,
    /// Put aside until a moment or until the customer writes.
    Snoozed,
    /// Done.
    Resolved,
}

impl Status {
    pub const ALL: [Self; 6] = [Self::Bot, Self::Queued, Self::Assigned, Self::Waiting, Self::Snoozed, Self::Resolved];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Queued => "queued",
            Self::Assigned => "assigned",
            Self::Waiting => "waiting",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the assistant remembers from turn to turn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct BotMemory {
    /// Turns in a row in which it had no answer.
    pub failures: u8,
    /// What it last offered to choose from.
    pub pending: Option<PendingChoices>,
    /// Flows under way, and what is known of the customer's case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialogue: Option<Box<DialogueState>>,
}

impl BotMemory {
    /// Forgets how the last turns went: people have the conversation now.
    fn forget_turns(&mut self) {
        self.failures = 0;
        self.pending = None;
    }
}

/// Options that were offered and not yet answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PendingChoices {
    pub options: Vec<Choice>,
}

/// What is needed to begin a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConversation {
    pub id: ConversationId,
    pub inbox_id: InboxId,
    pub contact_id: ContactId,
    /// Whether the inbox has an assistant that answers first.
    pub bot: bool,
}

/// A conversation's state. It is changed by [`Conversation::apply`] only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Conversation {
    pub id: ConversationId,
    pub inbox_id: InboxId,
    pub contact_id: ContactId,
    pub status: Status,
    /// Who has it: somebody while assigned, waiting or snoozed, nobody while with the assistant or queued. A resolved
    /// conversation keeps the person who had it.
    pub assignee_id: Option<UserId>,
    pub team_id: Option<TeamId>,
    /// Number of the last event.
    pub seq: u64,
    /// Number of the last event that the customer may see.
    pub public_seq: u64,
    /// Whether the inbox had an assistant when the conversation began; decides where a reopened conversation goes.
    pub bot: bool,
    pub snoozed_until: Option<Timestamp>,
    /// Customer messages that no person has read.
    pub unread_by_agents: u32,
    /// Messages to the customer that the customer has not read.
    pub unread_by_contact: u32,
    /// Last event that a person has read.
    pub agents_read_seq: u64,
    /// Last event that the customer has read.
    pub contact_read_seq: u64,
    /// Since when the customer waits for a person's answer.
    pub waiting_since: Option<Timestamp>,
    #[serde(skip)]
    pub memory: BotMemory,
    pub last_message_at: Option<Timestamp>,
    /// The newest public message, for previews.
    pub last_message_id: Option<MessageId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
}

const TAKE_OVER_FIRST: &str = "take it over first";
const REOPEN_FIRST: &str = "reopen it first";

impl Conversation {
    /// Begins a conversation.
    pub fn open(open: OpenConversation, actor: Actor, now: Timestamp) -> (Self, Vec<Event>) {
        let status = if open.bot { Status::Bot } else { Status::Queued };
        let mut change = Change {
            state: Self {
                id: open.id,
                inbox_id: open.inbox_id,
                contact_id: open.contact_id,
                status,
                assignee_id: None,
                team_id: None,
                seq: 0,
                public_seq: 0,
                bot: open.bot,
                snoozed_until: None,
                unread_by_agents: 0,
                unread_by_contact: 0,
                agents_read_seq: 0,
                contact_read_seq: 0,
                waiting_since: None,
                memory: BotMemory::default(),
                last_message_at: None,
                last_message_id: None,
                created_at: now,
                updated_at: now,
                resolved_at: None,
            },
            events: Vec::new(),
            actor,
            now,
        };
        change.event(EventBody::Opened { status });
        (change.state, change.events)
    }

    /// Does `command` as `actor` at `now`: the new state and what happened, or why it was refused.
    ///
    /// A command that changes nothing (resolving what is resolved, taking over what one already has) gives no events.
    pub fn apply(&self, command: Command, actor: Actor, now: Timestamp) -> Result<(Self, Vec<Event>), Refusal> {
        let name = command.name();
        let mut change = Change { state: self.clone(), events: Vec::new(), actor, now };
        let status = self.status;
        let refuse = |hint| Err(Refusal::WrongStatus { command: name, status, hint });
        require_actor(&command, actor)?;
        // Whatever the assistant decided on an older state must not reach into what people do now.
        if actor == Actor::Bot && status != Status::Bot {
            return refuse("the assistant is not in charge");
        }
        match command {
            Command::Receive { draft } => {
                draft.content.check()?;
                change.message(draft, Visibility::Public);
                change.state.unread_by_agents = change.state.unread_by_agents.saturating_add(1);
                change.customer_wrote();
            }
            Command::Reply { draft } => {
                draft.content.check()?;
                match status {
                    Status::Bot | Status::Queued => return refuse(TAKE_OVER_FIRST),
                    Status::Resolved => return refuse(REOPEN_FIRST),
                    Status::Assigned | Status::Waiting | Status::Snoozed => {}
                }
                change.message(draft, Visibility::Public);
                change.reaches_customer();
                change.state.waiting_since = None;
                change.read_by_agents(change.state.seq);
                change.status(Status::Waiting);
            }
            Command::Note { draft } => {
                draft.content.check()?;
                change.message(draft, Visibility::Private);
            }
            Command::BotReply { draft, understood, offered } => {
                draft.content.check()?;
                change.message(draft, Visibility::Public);
                change.reaches_customer();
                change.state.memory.pending = offered;
                change.state.memory.failures = match understood {
                    BotOutcome::Failed => change.state.memory.failures.saturating_add(1),
                    // Asking back is no answer yet: offering in vain again and again must lead to a person.
                    BotOutcome::Asked => change.state.memory.failures,
                    BotOutcome::Answered => 0,
                };
            }
            Command::HandOver { reason } => {
                change.event(EventBody::HandedOver { reason });
                change.state.memory.forget_turns();
                change.state.waiting_since = Some(now);
                change.status(Status::Queued);
            }
            Command::Route { team_id } => {
                if self.team_id != Some(team_id) {
                    change.state.team_id = Some(team_id);
                    change.event(EventBody::Assigned { user_id: None, team_id: Some(team_id) });
                }
            }
            Command::Remember { dialogue } => {
                let is_empty = *dialogue == DialogueState::default();
                change.state.memory.dialogue = (!is_empty).then_some(dialogue);
            }
            Command::Announce { draft } => {
                draft.content.check()?;
                change.message(draft, Visibility::Public);
                change.reaches_customer();
            }
            Command::Assign(Assignment { user_id, team_id }) => {
                if status == Status::Resolved {
                    return refuse(REOPEN_FIRST);
                }
                change.assign(user_id, team_id);
            }
            Command::TakeOver => {
                if status == Status::Resolved {
                    return refuse(REOPEN_FIRST);
                }
                if let Actor::User { id } = actor {
                    change.assign(Some(id), self.team_id);
                }
                // Taking a conversation up means working on it now.
                if change.state.status == Status::Snoozed {
                    change.event(EventBody::Woke);
                    change.status(Status::Assigned);
                }
            }
            Command::ReturnToBot => {
                if status == Status::Resolved {
                    return refuse(REOPEN_FIRST);
                }
                if !self.bot {
                    return refuse("this inbox has no assistant");
                }
                if status != Status::Bot {
                    change.state.assignee_id = None;
                    change.state.memory = BotMemory::default();
                    change.state.waiting_since = None;
                    change.event(EventBody::ReturnedToBot);
                    change.status(Status::Bot);
                }
            }
            Command::Snooze { until } => {
                match status {
                    Status::Assigned | Status::Waiting | Status::Snoozed => {}
                    Status::Bot | Status::Queued => return refuse(TAKE_OVER_FIRST),
                    Status::Resolved => return refuse(REOPEN_FIRST),
                }
                if until <= now {
                    return Err(Refusal::SnoozeInThePast { until, now });
                }
                if self.snoozed_until != Some(until) {
                    change.event(EventBody::Snoozed { until });
                    change.status(Status::Snoozed);
                    change.state.snoozed_until = Some(until);
                }
            }
            Command::Wake => {
                let (Status::Snoozed, Some(until)) = (status, self.snoozed_until) else {
                    return refuse("it is not snoozed");
                };
                if until > now {
                    return Err(Refusal::NotYet { until, now });
                }
                change.event(EventBody::Woke);
                change.status(change.with_people());
            }
            Command::Resolve => {
                if status != Status::Resolved {
                    change.event(EventBody::Resolved);
                    change.state.waiting_since = None;
                    change.state.resolved_at = Some(now);
                    change.state.memory = BotMemory::default();
                    change.read_by_agents(change.state.seq);
                    change.status(Status::Resolved);
                }
            }
            Command::Reopen => {
                if status == Status::Resolved {
                    change.event(EventBody::Reopened);
                    change.status(change.with_people());
                }
            }
            Command::MarkRead { seq } => {
                if seq > self.seq {
                    return Err(Refusal::NoSuchSeq { seq, last: self.seq });
                }
                match actor {
                    Actor::Contact { .. } => {
                        if seq > self.contact_read_seq {
                            change.state.contact_read_seq = seq;
                            // Reading is "up to here": the count is exact when the reader has seen the newest. Private
                            // events after it do not count, the customer cannot know their numbers.
                            change.state.unread_by_contact = if seq >= self.public_seq {
                                0
                            } else {
                                self.unread_by_contact.min(u32::try_from(self.public_seq - seq).unwrap_or(u32::MAX))
                            };
                        }
                    }
                    _ => change.read_by_agents(seq),
                }
            }
            Command::MoveToContact { contact_id } => {
                if contact_id != self.contact_id {
                    change.state.contact_id = contact_id;
                    change.event(EventBody::ContactChanged { contact_id });
                }
            }
        }
        if !change.events.is_empty() {
            change.state.updated_at = now;
        }
        Ok((change.state, change.events))
    }
}

/// Each command belongs to one side: a customer cannot reply as an agent whatever the layers above let through.
fn require_actor(command: &Command, actor: Actor) -> Result<(), Refusal> {
    let (allowed, needed) = match command {
        Command::Receive { .. } => (matches!(actor, Actor::Contact { .. }), "a customer"),
        Command::Reply { .. } | Command::TakeOver => (matches!(actor, Actor::User { .. }), "a user"),
        Command::Note { .. } => (matches!(actor, Actor::User { .. } | Actor::Bot), "a user or the assistant"),
        Command::BotReply { .. } | Command::HandOver { .. } | Command::Route { .. } | Command::Remember { .. } => {
            (matches!(actor, Actor::Bot), "the assistant")
        }
        Command::Announce { .. } | Command::Wake | Command::MoveToContact { .. } => {
            (matches!(actor, Actor::System | Actor::User { .. }), "the platform or a user")
        }
        Command::Assign(_) | Command::ReturnToBot | Command::Snooze { .. } | Command::Resolve | Command::Reopen => {
            (!matches!(actor, Actor::Contact { .. }), "the company's side")
        }
        Command::MarkRead { .. } => {
            (matches!(actor, Actor::Contact { .. } | Actor::User { .. }), "a customer or a user")
        }
    };
    if allowed { Ok(()) } else { Err(Refusal::WrongActor { command: command.name(), needed }) }
}

/// A change under way: the state so far and what happened so far.
struct Change {
    state: Conversation,
    events: Vec<Event>,
    actor: Actor,
    now: Timestamp,
}

impl Change {
    fn event(&mut self, body: EventBody) {
        self.state.seq += 1;
        let event =
            Event { conversation_id: self.state.id, seq: self.state.seq, at: self.now, actor: self.actor, body };
        if event.is_public() {
            self.state.public_seq = event.seq;
        }
        self.events.push(event);
    }

    fn message(&mut self, draft: Draft, visibility: Visibility) {
        let id = draft.id;
        let message = Message {
            id,
            seq: self.state.seq + 1,
            sender: SenderKind::of(self.actor),
            actor: self.actor,
            visibility,
            content: draft.content,
            client_key: draft.client_key,
            created_at: self.now,
        };
        self.event(EventBody::Message { message });
        if visibility == Visibility::Public {
            self.state.last_message_at = Some(self.now);
            self.state.last_message_id = Some(id);
        }
    }

    fn reaches_customer(&mut self) {
        self.state.unread_by_contact = self.state.unread_by_contact.saturating_add(1);
    }

    /// Who writes has read: the customer's own message marks everything before it as read by them.
    fn customer_wrote(&mut self) {
        self.state.unread_by_contact = 0;
        self.state.contact_read_seq = self.state.seq;
        match self.state.status {
            Status::Bot | Status::Queued | Status::Assigned => {}
            Status::Waiting | Status::Snoozed => self.status(self.with_people()),
            Status::Resolved => {
                // A new question after the end starts where a new conversation would.
                self.state.assignee_id = None;
                self.event(EventBody::Reopened);
                self.status(if self.state.bot { Status::Bot } else { Status::Queued });
            }
        }
        if self.state.status != Status::Bot && self.state.waiting_since.is_none() {
            self.state.waiting_since = Some(self.now);
        }
    }

    fn assign(&mut self, user_id: Option<UserId>, team_id: Option<TeamId>) {
        let moved = self.state.assignee_id != user_id || self.state.team_id != team_id;
        // The assistant's conversation has neither person nor, often, team: putting it into the queue moves it all the same.
        if !moved && self.state.status != Status::Bot {
            return;
        }
        let had_person = self.state.assignee_id.is_some();
        self.state.assignee_id = user_id;
        self.state.team_id = team_id;
        self.event(EventBody::Assigned { user_id, team_id });
        self.state.memory.forget_turns();
        let next = match (self.state.status, user_id) {
            (_, None) => Status::Queued,
            (Status::Waiting, Some(_)) if had_person => Status::Waiting,
            (Status::Snoozed, Some(_)) if had_person => Status::Snoozed,
            (_, Some(_)) => Status::Assigned,
        };
        self.status(next);
        if matches!(next, Status::Queued | Status::Assigned) && self.state.waiting_since.is_none() {
            self.state.waiting_since = Some(self.now);
        }
    }

    /// Where a conversation stands that people are to look at.
    fn with_people(&self) -> Status {
        if self.state.assignee_id.is_some() { Status::Assigned } else { Status::Queued }
    }

    fn read_by_agents(&mut self, seq: u64) {
        if seq > self.state.agents_read_seq {
            self.state.agents_read_seq = seq;
            if seq == self.state.seq {
                self.state.unread_by_agents = 0;
            } else {
                let newer = u32::try_from(self.state.seq - seq).unwrap_or(u32::MAX);
                self.state.unread_by_agents = self.state.unread_by_agents.min(newer);
            }
        }
    }

    fn status(&mut self, to: Status) {
        let from = self.state.status;
        if from == to {
            return;
        }
        self.state.status = to;
        if from == Status::Snoozed {
            self.state.snoozed_until = None;
        }
        if from == Status::Resolved {
            self.state.resolved_at = None;
        }
        self.event(EventBody::StatusChanged { from, to });
    }
}
