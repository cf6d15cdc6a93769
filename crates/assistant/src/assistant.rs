//! The assistant at work: does the desk's jobs.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use serde::Deserialize;
use yingda_desk::{BotStep, BotTurn, Desk, DeskError, Handler, JobError, TurnOutcome, job_kind};
use yingda_dialogue::Needs;
use yingda_entity::Entities;
use yingda_knowledge::Thresholds;
use yingda_library::{Knowledge, KnowledgeError, Library, View};
use yingda_model::{
    BotMemory, Content, Conversation, ConversationId, InboxSettings, MAX_TEXT_CHARS, MessageId, Permission, Scope,
    Status, Topic, TraceDecision, TraceMood, TraceUnderstanding,
};
use yingda_outbound::Client;
use yingda_store::{Job, StoreError};

use crate::brain::Brain;
use crate::brains::{Brains, Loaded};
use crate::caller::DeskCaller;
use crate::proactive::EventPayload;
use crate::respond::{Service, begin_flow, respond};
use crate::turn::give_up;
use crate::understood::{Personal, read};
use crate::{
    Asked, LanguageError, Languages, Question, Tongue, TurnInput, TurnPlan, WorkspaceLanguage, ask, facts, turn, voice,
};

/// Answers customers. Register it for [`job_kind::BOT_TURN`] and [`job_kind::BOT_EVENT`].
pub struct Assistant {
    desk: Desk,
    knowledge: Knowledge,
    languages: Arc<Languages>,
    thresholds: Thresholds,
    brains: Brains,
    client: Option<Client>,
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

/// What a turn is about.
enum Cue {
    Message(MessageId),
    /// A flow begins because of something that happened.
    Event {
        flow: String,
        event: serde_json::Value,
    },
}

#[derive(Deserialize)]
struct Payload {
    conversation_id: ConversationId,
    message_id: MessageId,
}

impl Assistant {
    pub fn new(desk: Desk, knowledge: Knowledge, languages: Arc<Languages>) -> Self {
        let brains = Brains::new(desk.store().clone(), None);
        Self { desk, knowledge, languages, thresholds: Thresholds::default(), brains, client: None }
    }

    /// Tools are called through `client`: what it may reach, they may.
    #[must_use]
    pub fn reaching(self, client: Client) -> Self {
        let brains = Brains::new(self.desk.store().clone(), Some(client.clone()));
        Self { client: Some(client), brains, ..self }
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

    /// What messages are understood by.
    pub fn languages(&self) -> &Languages {
        &self.languages
    }

    /// The way out that tools have; `None` where they have none.
    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    pub(crate) fn brains(&self) -> &Brains {
        &self.brains
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

    /// Takes a turn in a conversation: about a message, or about something that happened.
    async fn take_turn(&self, job: &Job, id: ConversationId, cue: Cue) -> Result<TurnOutcome, JobError> {
        let begun = Instant::now();
        let scope = Scope::bot(job.workspace);
        let reader = self.desk.store().read(&scope);
        let conversation = match reader.conversation(id).await {
            Ok(conversation) if conversation.status == Status::Bot => conversation,
            // People have taken over, or the conversation is gone: there is nothing to say.
            Ok(_) | Err(StoreError::NotFound { .. }) => return self.leave(job).await,
            Err(error) => return Err(error.into()),
        };
        let contact = reader.contact(conversation.contact_id).await?;
        if contact.erased_at.is_some() {
            return self.leave(job).await;
        }
        let (message_id, content) = match &cue {
            Cue::Message(id) => match reader.messages(&[*id]).await?.into_iter().next() {
                Some(message) => (message.id, message.content),
                None => return self.leave(job).await,
            },
            // An event has no message of its own: the trace stands at the last one.
            Cue::Event { .. } => {
                (conversation.last_message_id.unwrap_or(MessageId(conversation.id.0)), Content::text(String::new()))
            }
        };
        let inbox = reader.inbox(conversation.inbox_id).await?;
        let identities = reader.identities(conversation.contact_id).await?;
        let world = self.desk.world();
        let customer = facts::customer(&identities);
        let view = match customer {
            Needs::Verified => View::signed_in(world.now()),
            Needs::Known | Needs::None => View::public(world.now()),
        };
        let view = view.through(inbox.kind.as_str());
        let patient = job.attempts <= PATIENCE;
        let (language, (moods, things)) = match patient {
            false => (None, (Vec::new(), Vec::new())),
            true => (self.language(&scope).await, self.before(&scope, &conversation).await?),
        };
        let library = match patient {
            true => self.knowledge.library(&scope, content.as_text()).await.map_err(other)?,
            // Whatever fails may fail in the index: do without it.
            false => Arc::new(Library::build([], None).map_err(other)?),
        };
        let (memory, taken_from) = match patient {
            true => self.memory(&scope, &conversation).await?,
            false => (conversation.memory.clone(), None),
        };
        let input = TurnInput {
            memory: &memory,
            content: &content,
            settings: &inbox.settings,
            locale: contact.locale.as_deref(),
            library: &library,
            view: &view,
            language: language.as_deref(),
            moods: &moods,
            things: &things,
            thresholds: &self.thresholds,
            now: world.now(),
            trace_id: world.uuid().into(),
            conversation_id: conversation.id,
            message_id,
        };
        let loaded = self.brains.loaded(&scope).await?;
        let brain = self.brain(&scope, &loaded, &memory).await?;
        let plan = match brain.filter(|_| patient) {
            None if matches!(cue, Cue::Event { .. }) => return self.leave(job).await,
            None if patient => turn(&input).map_err(other)?,
            None => give_up(&input),
            Some(brain) => {
                let desk = facts::Desk::at(&inbox.settings, world.now(), Tongue::of_contact(&contact));
                let mut facts = facts::facts(&contact, &identities, &inbox, desk, &loaded.settings);
                let caller = DeskCaller {
                    desk: &self.desk,
                    scope: &scope,
                    client: self.client.as_ref(),
                    loaded: &loaded,
                    brain: &brain,
                    conversation: conversation.id,
                    message: message_id,
                };
                if let Cue::Event { event, .. } = &cue {
                    facts.insert("event".into(), event.clone());
                }
                let plain = facts::plain(&contact);
                let service = Service {
                    brain: &brain,
                    caller: &caller,
                    facts: &facts,
                    customer,
                    plain,
                    llm: loaded.llm.as_ref(),
                };
                let mut plan = match &cue {
                    Cue::Message(_) => respond(&input, &service).await.map_err(other)?,
                    Cue::Event { flow, .. } => match begin_flow(&input, &service, flow).await {
                        Some(plan) => plan,
                        None => return self.leave(job).await,
                    },
                };
                if let Some(llm) = &loaded.llm {
                    voice::in_tone(llm, &brain, &input, inbox.kind.as_str(), &mut plan).await;
                }
                plan
            }
        };
        let TurnPlan { steps, dialogue, mut trace } = plan;
        let said = steps.iter().filter(|step| matches!(step, BotStep::Say { .. })).count();
        trace.said = Some(u32::try_from(said).unwrap_or(u32::MAX));
        trace.took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let turn = BotTurn { steps, topic: Topic::default(), dialogue, taken_from, trace };
        Ok(self.desk.bot_turn(job, conversation.id, turn).await?)
    }

    /// The release that is in charge: the one in which what is under way began, or the newest.
    async fn brain(
        &self,
        scope: &Scope,
        loaded: &Loaded,
        memory: &BotMemory,
    ) -> Result<Option<Arc<Brain>>, StoreError> {
        match memory.dialogue.as_deref().filter(|dialogue| !dialogue.stack.is_empty()) {
            Some(dialogue) => self.brains.release(scope, loaded, dialogue.release).await,
            None => Ok(loaded.live.clone()),
        }
    }

    /// What is remembered of the dialogue; in a conversation that has none, what the customer began on another channel, and
    /// where that was.
    async fn memory(
        &self,
        scope: &Scope,
        conversation: &Conversation,
    ) -> Result<(BotMemory, Option<ConversationId>), StoreError> {
        let own = conversation.memory.clone();
        // Whoever was answered here has a dialogue here: only who comes, or comes back, can come from elsewhere.
        if own.dialogue.is_some() {
            return Ok((own, None));
        }
        let reader = self.desk.store().read(scope);
        let mut ids = reader.conversations_of(conversation.contact_id).await?;
        ids.retain(|id| *id != conversation.id);
        let others = reader.conversations_by_id(&ids).await?;
        let begun = others.into_iter().filter_map(|other| {
            let dialogue = other.memory.dialogue.filter(|dialogue| !dialogue.stack.is_empty())?;
            (other.status == Status::Bot).then_some((other.id, dialogue))
        });
        let Some((id, mut dialogue)) = begun.max_by_key(|(_, dialogue)| dialogue.updated_at) else {
            return Ok((own, None));
        };
        // However short ago: who comes by another way is asked whether to go on.
        dialogue.elsewhere = true;
        Ok((BotMemory { dialogue: Some(dialogue), ..own }, Some(id)))
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
        let wrong = |error: serde_json::Error| JobError::Other(format!("this payload cannot be read: {error}"));
        let (conversation, cue) = if job.kind == job_kind::BOT_EVENT {
            let payload: EventPayload = serde_json::from_str(&job.payload).map_err(wrong)?;
            (payload.conversation_id, Cue::Event { flow: payload.flow, event: payload.event })
        } else {
            let payload: Payload = serde_json::from_str(&job.payload).map_err(wrong)?;
            (payload.conversation_id, Cue::Message(payload.message_id))
        };
        let outcome = self.take_turn(job, conversation, cue).await?;
        tracing::debug!(job = job.id, %conversation, ?outcome, "a turn ended");
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
