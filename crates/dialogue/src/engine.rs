//! The engine: a pure state machine. The same state, circumstances and commands always give the same outcome.

mod commands;
mod correct;
mod finish;
mod order;
mod run;
mod say;
mod slots;
mod tools;
mod undo;

use serde_json::Value;
use yingda_expression::{EvalError, Expression, Names};
use yingda_model::{DialogueState, FlowOutcome, Frame};

use crate::{Called, Circumstances, HandOver, Judged, Line, Next, Outcome, Passed, Proposed, Release, Wanted};

/// Operations that one turn may take: enough for a loop over 50 items, too few to run forever.
const FUEL: u32 = 5_000;
/// Flows that may be under way, and that may wait.
const DEEPEST: usize = 8;
const LONGEST_QUEUE: usize = 6;
/// Steps that the record of a turn keeps.
const MOST_PASSED: usize = 200;

/// Gives the engine what a customer said, as commands. `state` is moved on.
///
/// `release` must be the one that `state.release` names while something is under way; otherwise it is the newest.
pub fn take(
    release: &Release,
    state: &mut DialogueState,
    turn: &Circumstances<'_>,
    proposed: Vec<Proposed>,
) -> Outcome {
    let mut engine = Engine::new(release, state, turn);
    engine.take(proposed);
    engine.outcome()
}

/// Gives the engine the result of the call that it asked for.
pub fn resume(
    release: &Release,
    state: &mut DialogueState,
    turn: &Circumstances<'_>,
    number: u32,
    called: Called,
) -> Outcome {
    let mut engine = Engine::new(release, state, turn);
    engine.called(number, called);
    engine.outcome()
}

/// Begins a flow without the customer having asked: a trigger. Values that do not fit their slots are left out. A flow that is under
/// way already is not begun again, and nothing is begun beside flows of another release.
pub fn begin(
    release: &Release,
    state: &mut DialogueState,
    turn: &Circumstances<'_>,
    flow: &str,
    values: std::collections::BTreeMap<String, Value>,
) -> Outcome {
    let mut engine = Engine::new(release, state, turn);
    engine.begin(flow, values);
    engine.outcome()
}

/// What would be good to know now: the slots of the flow that is spoken of, and of `flows`, which may be begun in this turn.
pub fn wanted(release: &Release, state: &DialogueState, turn: &Circumstances<'_>, flows: &[&str]) -> Vec<Wanted> {
    slots::wanted(release, state, turn, flows)
}

/// What the flow would ask of the customer to start: whether `when` allows it now.
pub fn may_start(release: &Release, turn: &Circumstances<'_>, flow: &str) -> bool {
    release
        .flow(flow)
        .is_some_and(|flow| flow.starts.when.as_ref().is_none_or(|when| when.is_true(turn.names).unwrap_or(false)))
}

/// Where a flow came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// Asked for, or triggered.
    Customer,
    /// Called by another.
    Flow,
}

struct Engine<'a> {
    release: &'a Release,
    state: &'a mut DialogueState,
    turn: &'a Circumstances<'a>,
    lines: Vec<Line>,
    next: Option<Next>,
    judged: Vec<Judged>,
    passed: Vec<Passed>,
    ended: Vec<(String, FlowOutcome)>,
    fuel: u32,
    /// Whether it was said in this turn that one comes back to a flow.
    returned: bool,
    /// Whether a flow began in this turn: others that are asked for wait.
    started: bool,
    /// Whether it was said in this turn why something cannot be: that is an answer too.
    explained: bool,
    /// Whether a flow was asked for that is under way already.
    repeated: bool,
    /// Whether something else than the customer began what runs: nobody asks then if it helped.
    triggered: bool,
}

impl<'a> Engine<'a> {
    fn new(release: &'a Release, state: &'a mut DialogueState, turn: &'a Circumstances<'a>) -> Self {
        if state.stack.is_empty() {
            state.release = release.number;
        }
        Self {
            release,
            state,
            turn,
            lines: Vec::new(),
            next: None,
            judged: Vec::new(),
            passed: Vec::new(),
            ended: Vec::new(),
            fuel: FUEL,
            returned: false,
            started: false,
            explained: false,
            repeated: false,
            triggered: false,
        }
    }

    fn outcome(self) -> Outcome {
        self.state.updated_at = Some(self.turn.now);
        Outcome {
            lines: self.lines,
            next: self.next.unwrap_or_default(),
            judged: self.judged,
            steps: self.passed,
            ended: self.ended,
        }
    }

    fn top(&mut self) -> Option<&mut Frame> {
        self.state.stack.last_mut()
    }

    /// The value of an expression in the flow that is spoken of.
    fn value(&self, expression: &Expression) -> Result<Value, EvalError> {
        let names = self.names();
        expression.value(&names)
    }

    fn is_true(&self, expression: &Expression) -> Result<bool, EvalError> {
        let names = self.names();
        expression.is_true(&names)
    }

    /// The names of the turn, with what is known of the customer by now.
    fn turn_names(&self) -> Names<'_> {
        let mut names = Names::new();
        names.over(self.turn.names);
        // Who proved in this very turn who they are is known by it from here on.
        if let (Some(identity), Some(Value::Object(contact))) = (&self.state.identity, self.turn.names.get("contact")) {
            let mut contact = contact.clone();
            contact.insert("verified".into(), Value::Bool(true));
            if let Some(external_id) = &identity.external_id {
                contact.insert("external_id".into(), Value::String(external_id.clone()));
            }
            names.set("contact", Value::Object(contact));
        }
        names
    }

    /// The names of the flow that is spoken of, over those of the turn.
    fn names(&self) -> Names<'_> {
        let mut names = self.turn_names();
        if let Some(frame) = self.state.stack.last() {
            if let Some(program) = self.release.program(&frame.flow) {
                names.declare(&program.names);
            }
            names.over(&frame.values);
        }
        names
    }

    /// People take over: nothing of the dialogue goes on.
    fn hand_over(&mut self, reason: HandOver, detail: String, note: Option<String>) {
        for frame in self.state.stack.drain(..).rev() {
            self.ended.push((frame.flow.clone(), FlowOutcome::HandedOver));
            finish::remember(&mut self.state.ended, frame.flow, FlowOutcome::HandedOver, self.turn.now);
        }
        self.state.waiting.clear();
        self.state.question = None;
        self.state.failure = None;
        self.next = Some(Next::HandOver { reason, detail, note });
    }
}
