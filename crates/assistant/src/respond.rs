//! A turn with flows: what was understood becomes commands, the engine executes them, tools are called, and lines become messages.

mod calls;
mod checked;
mod circumstances;
mod meaning;
mod messages;
mod plan;
mod record;

use std::time::Instant;

use serde_json::Value;
use yingda_desk::BotStep;
use yingda_dialogue::{Call, Called, Judged as JudgedCommand, Line, Needs, Next, begin, take};
use yingda_expression::Names;
use yingda_knowledge::IndexError;
use yingda_llm::Llm;
use yingda_model::{
    Content, DialogueState, FlowOutcome, Frame, Question, TraceCall, TraceGuard, TraceModelCall, TraceStep,
    TraceTimings,
};

use crate::brain::Brain;
use crate::judge::{Judged, Verdict};
use crate::modelled::Generated;
use crate::option::chosen;
use crate::propose::Mended;
use crate::turn::Turn;
use crate::{TurnInput, TurnPlan};

/// What a turn has beside its input: flows, and what they may do.
pub struct Service<'a> {
    pub brain: &'a Brain,
    /// Does what flows ask of tools.
    pub caller: &'a dyn Caller,
    /// `contact`, `inbox`, `channel`, `desk`, `settings`: the same for the whole turn.
    pub facts: &'a serde_json::Map<String, Value>,
    /// What is known of the customer from outside the dialogue.
    pub customer: Needs,
    /// Whether the customer is to be spoken to in plain language.
    pub plain: Plain,
    /// A language model, where one is configured.
    pub llm: Option<&'a Llm>,
}

/// Whether plain language was chosen: short sentences, one thing at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plain {
    #[default]
    No,
    Yes,
}

/// Calls tools.
#[async_trait::async_trait]
pub trait Caller: Send + Sync {
    /// Calls a tool. Whatever happens, there is a result.
    async fn call(&self, call: &Call, names: &Names<'_>, customer: Needs) -> CallDone;
}

/// What a call came to.
#[derive(Clone, Debug)]
pub struct CallDone {
    pub called: Called,
    pub attempts: u32,
    /// Whether the result was there from an earlier run of the same turn.
    pub again: bool,
    /// What the desk has to do with the turn: a tag, a ticket.
    pub steps: Vec<BotStep>,
}

/// Decides what to do about a message, with flows.
///
/// # Errors
/// Only when the search engine fails.
pub async fn respond(input: &TurnInput<'_>, service: &Service<'_>) -> Result<TurnPlan, IndexError> {
    let mut work = Work::new(input, service);
    if let Some(plan) = work.settle_without_reading() {
        return Ok(plan);
    }
    work.understand();
    let (judged, answers) = work.look_up()?;
    let proposed = work.proposed(&judged, &answers);
    let proposed = work.ask_model(proposed).await;
    let next = work.engine(|brain, state, turn| take(&brain.release, state, turn, proposed));
    let next = work.call_tools(next).await;
    if next == Next::Nobody {
        work.generate(&judged).await;
    }
    Ok(work.plan(judged, answers, next))
}

/// Begins a flow that the customer has not asked for. `None` when it has nothing to say.
pub(crate) async fn begin_flow(input: &TurnInput<'_>, service: &Service<'_>, flow: &str) -> Option<TurnPlan> {
    let mut work = Work::new(input, service);
    if !work.state.stack.is_empty() {
        return None;
    }
    let next = work.engine(|brain, state, turn| begin(&brain.release, state, turn, flow, Default::default()));
    let next = work.call_tools(next).await;
    let nothing = Judged { hits: Vec::new(), verdict: Verdict::Unknown };
    let says = work.lines.iter().any(|line| !matches!(line, Line::Answer { .. }));
    says.then(|| work.plan(nothing, Vec::new(), next))
}

struct Work<'a> {
    turn: Turn<'a>,
    service: &'a Service<'a>,
    /// The message as it was meant.
    heard: Mended,
    state: DialogueState,
    /// The flows that were under way before the engine moved last: those that end by it are not in the state any more.
    under_way: Vec<Frame>,
    /// Whether it was asked if it helped.
    asked_if_helped: bool,
    timings: TraceTimings,
    lines: Vec<Line>,
    judged: Vec<JudgedCommand>,
    passed: Vec<TraceStep>,
    ended: Vec<(String, FlowOutcome)>,
    calls: Vec<TraceCall>,
    /// What tools gave: what is said may rest on it.
    results: Vec<Value>,
    steps: Vec<BotStep>,
    models: Vec<TraceModelCall>,
    generated: Option<Generated>,
    guarded: Vec<TraceGuard>,
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

impl<'a> Work<'a> {
    fn new(input: &TurnInput<'a>, service: &'a Service<'a>) -> Self {
        let mut state = input.memory.dialogue.as_deref().cloned().unwrap_or_default();
        let turn = Turn::new(input);
        state.lang = Some(turn.tongue.tag().to_owned());
        Self {
            turn,
            service,
            heard: Mended::default(),
            under_way: Vec::new(),
            asked_if_helped: state.question == Some(Question::Helped),
            state,
            timings: TraceTimings::default(),
            lines: Vec::new(),
            judged: Vec::new(),
            passed: Vec::new(),
            ended: Vec::new(),
            calls: Vec::new(),
            results: Vec::new(),
            steps: Vec::new(),
            models: Vec::new(),
            generated: None,
            guarded: Vec::new(),
        }
    }

    /// What needs no reading: an option of the knowledge base that was chosen, and what cannot be read.
    fn settle_without_reading(&mut self) -> Option<TurnPlan> {
        let input = self.turn.input;
        let is_tap = matches!(input.content, Content::Text { choice: Some(_), .. });
        let offered = chosen(input.content, input.memory.pending.as_ref());
        if let Some(chosen) = offered.filter(|_| is_tap || self.state.asking().is_none()) {
            let plan = self.turn.chose(chosen);
            return Some(self.settled(plan));
        }
        let unreadable = matches!(input.content, Content::Image { .. } | Content::File { .. } | Content::Voice { .. });
        if unreadable && !self.wants_file() {
            let plan = self.turn.cannot_read();
            return Some(self.settled(plan));
        }
        None
    }

    fn wants_file(&self) -> bool {
        let Some(frame) = self.state.top() else { return false };
        let asked = frame.asking.as_ref().map(|asking| asking.slot.as_str());
        let flow = self.service.brain.release.flow(&frame.flow);
        let slot = asked.and_then(|slot| flow?.slots.get(slot));
        slot.is_some_and(|slot| matches!(slot.of, yingda_dialogue::SlotType::File))
    }
}
