//! One conversation with the assistant, on the stage.

mod kept;

use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use yingda_assistant::{Brain, Plain, Service, Tongue, TurnInput, desk_hours, respond};
use yingda_desk::BotStep;
use yingda_dialogue::Lang;
use yingda_knowledge::{IndexError, Thresholds};
use yingda_library::View;
use yingda_model::{
    BotMemory, BotOutcome, Choice, Content, DialogueState, FlowOutcome, HandOverReason, InboxKind, Timestamp, Trace,
    TraceDecision, TraceMood,
};

use crate::caller::{Made, Props, Recorded, StageCaller};
use crate::dice::Dice;
use crate::stage::Stage;
use crate::who::Who;

pub use kept::Kept;

/// Time that a customer takes to write.
const THINKING: Duration = Duration::from_secs(20);
/// Moods of messages before that count, as in service.
const REMEMBERED_MOODS: usize = 8;

/// What came of one message.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The bot's messages, in order.
    pub said: Vec<Said>,
    pub handed_over: Option<HandOverReason>,
    /// Flows that ended in this turn.
    pub ended: Vec<(String, FlowOutcome)>,
    pub calls: Vec<Made>,
    pub trace: Trace,
}

/// A message of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub options: Vec<Choice>,
}

impl Heard {
    /// All that the customer reads, buttons too.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for said in &self.said {
            words.push_str(&said.text);
            words.push('\n');
            for option in &said.options {
                words.push_str(&option.label);
                words.push('\n');
            }
        }
        words
    }

    /// Everything that can be tapped.
    pub fn options(&self) -> impl Iterator<Item = &Choice> {
        self.said.iter().flat_map(|said| &said.options)
    }

    /// Whether the bot was silent.
    pub fn is_silent(&self) -> bool {
        self.said.iter().all(|said| said.text.trim().is_empty())
    }
}

/// A conversation under way.
pub struct Talk<'a> {
    stage: &'a Stage,
    brain: &'a Brain,
    who: &'a Who,
    lang: Lang,
    channel: &'a str,
    memory: BotMemory,
    moods: Vec<TraceMood>,
    things: Vec<String>,
    now: Timestamp,
    dice: Dice,
    conversation: uuid::Uuid,
    props: Mutex<Props>,
    recorded: Option<&'a Mutex<Recorded>>,
    /// What was last shown to be tapped.
    shown: Vec<Choice>,
    handed_over: Option<HandOverReason>,
}

impl<'a> Talk<'a> {
    /// A conversation that begins at the stage's moment. `seed` draws what the service draws: the same seed, the same words.
    pub fn new(stage: &'a Stage, brain: &'a Brain, who: &'a Who, lang: Lang, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let conversation = dice.uuid();
        Self {
            stage,
            brain,
            who,
            lang,
            channel: InboxKind::Web.as_str(),
            memory: BotMemory::default(),
            moods: Vec::new(),
            things: Vec::new(),
            now: stage.now,
            dice,
            conversation,
            props: Mutex::default(),
            recorded: None,
            shown: Vec::new(),
            handed_over: None,
        }
    }

    /// The same at another moment.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self { now, ..self }
    }

    /// The same through another channel, such as `sms`.
    #[must_use]
    pub fn through(self, channel: &'a str) -> Self {
        Self { channel, ..self }
    }

    /// The same, with results that calls had before.
    #[must_use]
    pub(crate) fn with_results(self, recorded: &'a Mutex<Recorded>) -> Self {
        Self { recorded: Some(recorded), ..self }
    }

    /// Lets time pass.
    pub fn wait(&mut self, time: Duration) {
        self.now = self.now.plus(time);
    }

    /// The next message is written at this moment, unless it is later already.
    pub(crate) fn moves_to(&mut self, at: Timestamp) {
        self.now = self.now.max(at.minus(THINKING));
    }

    /// Whether people have it, and why.
    pub fn handed_over(&self) -> Option<HandOverReason> {
        self.handed_over
    }

    /// Where the dialogue stands.
    pub fn state(&self) -> DialogueState {
        self.memory.dialogue.as_deref().cloned().unwrap_or_default()
    }

    /// What was last shown to be tapped.
    pub fn shown(&self) -> &[Choice] {
        &self.shown
    }

    /// The one-time code that was sent last, and is still good.
    pub fn code(&self) -> Option<String> {
        self.props.lock().code.as_ref().map(|(code, _)| code.clone())
    }

    /// The option that is meant by an id, by what it stands for, or by its label.
    pub fn option(&self, named: &str) -> Option<&Choice> {
        let state = self.memory.dialogue.as_deref();
        let by_value = |option: &&Choice| {
            let asked =
                state.and_then(DialogueState::asking).map(|asking| asking.options.as_slice()).unwrap_or_default();
            asked.iter().any(|asked| {
                asked.id == option.id
                    && (asked.value.as_str() == Some(named) || asked.also.iter().any(|also| also == named))
            })
        };
        let shown = || self.shown.iter();
        shown()
            .find(|option| option.id == named)
            .or_else(|| shown().find(|option| option.label == named))
            .or_else(|| shown().find(|option| option.id.split_once(':').is_some_and(|(_, id)| id == named)))
            .or_else(|| shown().find(by_value))
            .or_else(|| shown().find(|option| option.label.contains(named)))
    }

    /// Taps an option.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub async fn taps(&mut self, option: &Choice) -> Result<Heard, IndexError> {
        self.hears(Content::Text { text: option.label.clone(), choice: Some(option.clone()) }).await
    }

    /// Writes something.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub async fn says(&mut self, text: &str) -> Result<Heard, IndexError> {
        self.hears(Content::text(text)).await
    }

    /// Sends a picture.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub async fn shows_picture(&mut self) -> Result<Heard, IndexError> {
        let file_id = self.dice.uuid().into();
        self.hears(Content::Image { file_id, name: "photo.jpg".into() }).await
    }

    /// Sends a message, and remembers what the desk would remember.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub async fn hears(&mut self, content: Content) -> Result<Heard, IndexError> {
        self.now = self.now.plus(THINKING);
        let (now, locale) = (self.now, self.locale());
        let view = if self.who.verified { View::signed_in(now) } else { View::public(now) }.through(self.channel);
        let thresholds = Thresholds::default();
        let message_id = self.dice.uuid().into();
        let calls_before = self.props.lock().calls.len();
        let facts = self.facts();
        let caller = StageCaller {
            stage: self.stage,
            brain: self.brain,
            props: &self.props,
            recorded: self.recorded,
            conversation: self.conversation,
            now,
        };
        let service = Service {
            brain: self.brain,
            caller: &caller,
            facts: &facts,
            customer: self.who.known(),
            plain: if self.who.wants_plain() { Plain::Yes } else { Plain::No },
            llm: None,
        };
        let input = TurnInput {
            memory: &self.memory,
            content: &content,
            settings: &self.stage.inbox,
            locale: Some(locale),
            library: &self.stage.library,
            view: &view,
            language: self.stage.language.as_deref(),
            moods: &self.moods,
            things: &self.things,
            thresholds: &thresholds,
            now,
            trace_id: self.dice.uuid().into(),
            conversation_id: self.conversation.into(),
            message_id,
        };
        let plan = respond(&input, &service).await?;
        let mut heard = Heard {
            said: Vec::new(),
            handed_over: None,
            ended: Vec::new(),
            calls: self.props.lock().calls[calls_before..].to_vec(),
            trace: plan.trace,
        };
        if let Some(dialogue) = plan.dialogue {
            self.memory.dialogue = Some(dialogue);
        }
        for step in plan.steps {
            self.take(step, &mut heard);
        }
        heard.ended = self.ended(&heard.trace);
        self.remember(&heard.trace);
        if !heard.said.is_empty() {
            self.shown = heard.options().cloned().collect();
        }
        Ok(heard)
    }

    fn take(&mut self, step: BotStep, heard: &mut Heard) {
        match step {
            BotStep::Say { content, outcome, offered } => {
                self.memory.pending = offered;
                self.memory.failures = match outcome {
                    BotOutcome::Failed => self.memory.failures.saturating_add(1),
                    BotOutcome::Asked => self.memory.failures,
                    BotOutcome::Answered => 0,
                };
                let text = content.as_text().to_owned();
                let options = if let Content::Choices { options, .. } = content { options } else { Vec::new() };
                heard.said.push(Said { text, options });
            }
            BotStep::HandOver { reason, .. } => {
                heard.handed_over = Some(reason);
                self.handed_over = Some(reason);
                self.memory.failures = 0;
                self.memory.pending = None;
            }
            BotStep::Tag { .. }
            | BotStep::Note { .. }
            | BotStep::Ticket(_)
            | BotStep::Route { .. }
            | BotStep::Confirmed
            | BotStep::Thanked
            | BotStep::Denied => {}
        }
    }

    /// Flows that ended in the turn, as the record and the dialogue tell.
    fn ended(&self, trace: &Trace) -> Vec<(String, FlowOutcome)> {
        let mut ended = match &trace.decision {
            TraceDecision::Flow { ended, .. } => ended.clone(),
            _ => Vec::new(),
        };
        let remembered = self.memory.dialogue.as_deref().map(|dialogue| dialogue.ended.as_slice()).unwrap_or_default();
        for flow in remembered.iter().filter(|flow| flow.at == self.now) {
            let one = (flow.flow.clone(), flow.outcome);
            if !ended.contains(&one) {
                ended.push(one);
            }
        }
        ended
    }

    fn remember(&mut self, trace: &Trace) {
        if let Some(understanding) = &trace.understanding {
            self.moods.push(understanding.mood.clone());
            let surplus = self.moods.len().saturating_sub(REMEMBERED_MOODS);
            self.moods.drain(..surplus);
        }
        if let TraceDecision::Graph { things, .. } = &trace.decision
            && !things.is_empty()
        {
            self.things.clone_from(things);
        }
    }

    fn locale(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    fn facts(&self) -> Map<String, Value> {
        let tongue = match self.lang {
            Lang::Zh => Tongue::Zh,
            Lang::En => Tongue::En,
        };
        let mut facts = Map::new();
        facts.insert("contact".into(), self.who.contact(self.locale()));
        facts.insert("inbox".into(), json!({ "name": self.stage.inbox_name, "kind": self.channel }));
        facts.insert("channel".into(), json!(self.channel));
        facts.insert("desk".into(), desk_hours(&self.stage.inbox, self.now, tongue));
        facts.insert("settings".into(), Value::Object(self.stage.settings.clone()));
        facts.insert("event".into(), Value::Null);
        facts
    }
}
