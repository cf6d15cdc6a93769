//! A turn of the assistant: one transaction.

use yingda_model::{
    BotOutcome, Command, Content, Conversation, ConversationId, DialogueState, Draft, EntryId, HandOverReason,
    MAX_TEXT_CHARS, NewTicket, PendingChoices, Scope, Status, TeamId, Topic, Trace, TraceDecision,
};
use yingda_store::{Job, NewEntry, Used, Writing};

use super::outcomes::{Course, note_turn};
use super::{tags, tickets};
use crate::{Desk, DeskError};

/// What the assistant decided to do in one turn.
#[derive(Clone, Debug)]
pub struct BotTurn {
    pub steps: Vec<BotStep>,
    /// What the turn was about. Empty: what the trace says.
    pub topic: Topic,
    /// Where flows stand after the turn; `None` leaves what is remembered.
    pub dialogue: Option<Box<DialogueState>>,
    /// The conversation that the dialogue was taken over from: there it is forgotten.
    pub taken_from: Option<ConversationId>,
    pub trace: Trace,
}

/// One thing that the assistant does in a turn.
#[derive(Clone, Debug)]
pub enum BotStep {
    Say {
        content: Content,
        outcome: BotOutcome,
        offered: Option<PendingChoices>,
    },
    /// Gives the conversation to people. Done last, wherever it stands among the steps.
    HandOver {
        reason: HandOverReason,
        /// What people need to know; they read it as a private note.
        brief: Option<String>,
    },
    Tag {
        name: String,
    },
    /// Writes for colleagues only. An empty one is left out, a long one cut.
    Note {
        text: String,
    },
    /// Makes a ticket, and says so in a private note.
    Ticket(NewTicket),
    /// Names the team that the conversation is for, and goes on. A team that is no more is named in a note.
    Route {
        team: TeamId,
    },
    /// The customer said that it helped.
    Confirmed,
    /// The customer said thanks, without having been asked whether it helped.
    Thanked,
    /// The customer said that it did not help.
    Denied,
}

/// How a turn of the assistant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnOutcome {
    Done,
    /// Somebody else had finished this turn already, or people have taken over: nothing was said.
    Superseded,
}

/// What a turn came to, for whoever has to be told.
struct Done {
    outcome: TurnOutcome,
    woke_jobs: bool,
}

impl Desk {
    /// Does what the assistant decided, once: finishing the job, all steps, the trace and the stretch are one transaction.
    pub async fn bot_turn(&self, job: &Job, id: ConversationId, turn: BotTurn) -> Result<TurnOutcome, DeskError> {
        let scope = Scope::bot(job.workspace);
        let (desk, job) = (self.clone(), job.clone());
        let done = self
            .store()
            .write(&scope, move |tx| {
                let (desk, job, turn) = (desk.clone(), job.clone(), turn.clone());
                Box::pin(async move {
                    // Both before the first write, always in the same order.
                    let mut locks: Vec<_> = turn.taken_from.into_iter().chain([id]).map(|id| id.0).collect();
                    locks.sort_unstable();
                    for lock in locks {
                        tx.lock(lock).await?;
                    }
                    let superseded = Done { outcome: TurnOutcome::Superseded, woke_jobs: false };
                    if !tx.complete_job(&job).await? {
                        return Ok(superseded);
                    }
                    let conversation = tx.conversation(id).await?;
                    if conversation.status != Status::Bot {
                        return Ok(superseded);
                    }
                    let woke_jobs = desk.turn_in(tx, conversation, turn).await?;
                    Ok::<_, DeskError>(Done { outcome: TurnOutcome::Done, woke_jobs })
                })
            })
            .await?;
        if done.outcome == TurnOutcome::Done {
            metrics::counter!("yingda_messages_total", "sender" => "bot").increment(1);
            self.told().await;
        }
        if done.woke_jobs {
            self.jobs_added().await;
        }
        Ok(done.outcome)
    }

    /// Does the steps and stores trace and stretch. Tells whether there is a new job.
    async fn turn_in(&self, tx: Writing<'_>, conversation: Conversation, turn: BotTurn) -> Result<bool, DeskError> {
        let BotTurn { steps, topic, dialogue, taken_from, trace } = turn;
        let topic = if topic.is_empty() { topic_of(&trace) } else { topic };
        let now = self.now();
        let (seq, memory) = (conversation.seq, conversation.memory.clone());
        let (mut state, mut last_said) = (conversation, None);
        if let Some(dialogue) = dialogue {
            // Stored with the first step that is.
            (state, _) = state.apply(Command::Remember { dialogue }, tx.scope().actor(), now)?;
        }
        if let Some(other) = taken_from {
            let other = tx.conversation(other).await?;
            match self.apply_in(tx, &other, Command::Remember { dialogue: Box::default() }).await {
                // People have it by now, and with them what was under way.
                Ok(_) | Err(DeskError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let (mut course, mut handing_over) = (Course::GoesOn, None);
        for step in steps {
            state = match step {
                BotStep::Say { content, outcome, offered } => {
                    last_said = Some(outcome);
                    let command = Command::BotReply { draft: self.draft(content), understood: outcome, offered };
                    self.apply_in(tx, &state, command).await?.state
                }
                BotStep::HandOver { reason, brief } => {
                    handing_over = Some((reason, brief));
                    state
                }
                BotStep::Tag { name } => {
                    if let Ok(name) = tags::checked(&name) {
                        tx.add_tag(state.id, &name, now).await?;
                    }
                    state
                }
                BotStep::Note { text } => self.noted(tx, state, &text).await?,
                BotStep::Ticket(new) => {
                    let (ticket, state) = self.ticket_in(tx, state, tickets::fitted(new)).await?;
                    tracing::debug!(number = ticket.number, "the assistant made a ticket");
                    tx.append_entry(NewEntry::TicketsChanged, now).await?;
                    state
                }
                BotStep::Route { team } => self.routed(tx, state, team).await?,
                BotStep::Confirmed => {
                    course = Course::Confirmed;
                    state
                }
                BotStep::Thanked => {
                    course = Course::Thanked;
                    state
                }
                BotStep::Denied => {
                    course = Course::Denied;
                    state
                }
            };
        }
        if handing_over.is_some() {
            course = Course::HandedOver;
        }
        let woke_jobs = note_turn(self, tx, &state, topic, last_said, course).await?;
        if let Some((reason, brief)) = handing_over {
            if let Some(brief) = brief {
                state = self.noted(tx, state, &brief).await?;
            }
            state = self.apply_in(tx, &state, Command::HandOver { reason }).await?.state;
        }
        if state.seq == seq && state.memory != memory {
            tx.update_conversation(&state).await?;
        }
        tx.insert_trace(&trace, state.contact_id).await?;
        tx.count_kb_use(&used(&trace), trace.at).await?;
        Ok(woke_jobs)
    }

    fn draft(&self, content: Content) -> Draft {
        Draft { id: self.world().uuid().into(), content, client_key: None, external_id: None }
    }

    /// Leaves a private note. What cannot be in a message is left out: a note must not keep the customer from an answer.
    pub(super) async fn noted(
        &self,
        tx: Writing<'_>,
        state: Conversation,
        text: &str,
    ) -> Result<Conversation, DeskError> {
        let clean = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
        let clean: String = clean.take(MAX_TEXT_CHARS).collect();
        if clean.trim().is_empty() {
            return Ok(state);
        }
        let command = Command::Note { draft: self.draft(Content::text(clean.trim())) };
        Ok(self.apply_in(tx, &state, command).await?.state)
    }

    async fn routed(&self, tx: Writing<'_>, state: Conversation, team: TeamId) -> Result<Conversation, DeskError> {
        if tx.teams().await?.iter().any(|known| known.id == team) {
            Ok(self.apply_in(tx, &state, Command::Route { team_id: team }).await?.state)
        } else {
            let note = format!("要转给的团队已不存在 / The team that this is for is no more: {team}");
            self.noted(tx, state, &note).await
        }
    }
}

/// What a turn was about, by its record.
fn topic_of(trace: &Trace) -> Topic {
    let answer = match &trace.decision {
        _ if trace.decided_by.starts_with("courtesy/") => None,
        TraceDecision::Answer { entry_id, .. } => Some(entry_id.clone()),
        TraceDecision::Answers { entry_ids, .. } | TraceDecision::Generated { entry_ids, .. } => {
            entry_ids.first().cloned()
        }
        TraceDecision::Flow { flow, entry_ids, .. } => {
            // A yes or no to “did that help?” is of no flow: what was asked about goes on.
            let flow = Some(flow.clone()).filter(|flow| !flow.is_empty());
            return Topic { flow, answer: entry_ids.first().cloned() };
        }
        TraceDecision::Graph { things, .. } => things.first().map(|thing| format!("graph:{thing}")),
        _ => None,
    };
    Topic { flow: None, answer }
}

/// What a decision did to entries of the knowledge base.
fn used(trace: &Trace) -> Vec<(EntryId, Used)> {
    let each = |ids: &[String], used: Used| ids.iter().filter_map(|id| Some((id.parse().ok()?, used))).collect();
    match &trace.decision {
        // The customer picked it from an offer.
        TraceDecision::Answer { entry_id, .. } if trace.decided_by.starts_with("choice/") => {
            each(std::slice::from_ref(entry_id), Used::Chosen)
        }
        TraceDecision::Answer { entry_id, .. } => each(std::slice::from_ref(entry_id), Used::Answered),
        TraceDecision::Answers { entry_ids, .. }
        | TraceDecision::Flow { entry_ids, .. }
        | TraceDecision::Generated { entry_ids, .. } => each(entry_ids, Used::Answered),
        TraceDecision::Choices { entry_ids, .. } => each(entry_ids, Used::Offered),
        TraceDecision::Unknown { .. } | TraceDecision::HandOver { .. } | TraceDecision::Graph { .. } => Vec::new(),
    }
}
