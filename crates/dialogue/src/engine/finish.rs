//! How flows end.

use serde_json::Value;
use yingda_model::{Done, EndedFlow, FlowOutcome, Frame, Question, Timestamp};

use super::undo::{FAILED, PART_CANCELLED, PART_FAILED};
use super::{DEEPEST, Engine, Origin};
use crate::phrase::Phrase;
use crate::{HandOver, Next};

/// Ended flows that are remembered.
const MOST_ENDED: usize = 10;

/// Notes that a flow ended.
pub(super) fn remember(ended: &mut Vec<EndedFlow>, flow: String, outcome: FlowOutcome, at: Timestamp) {
    ended.push(EndedFlow { flow, outcome, at });
    let surplus = ended.len().saturating_sub(MOST_ENDED);
    ended.drain(..surplus);
}

impl Engine<'_> {
    /// Puts a flow on the stack.
    ///
    /// # Errors
    /// Why it cannot begin, for the record.
    pub(super) fn push(
        &mut self,
        flow: &str,
        values: std::collections::BTreeMap<String, Value>,
        origin: Origin,
    ) -> Result<(), String> {
        let release = self.release;
        let Some(program) = release.program(flow) else {
            return Err(format!("release {} has no flow {flow}", self.release.number));
        };
        if self.state.stack.len() >= DEEPEST {
            return Err(format!("{DEEPEST} flows are under way already"));
        }
        let digression = origin == Origin::Customer && !self.state.stack.is_empty();
        self.state.stack.push(Frame { flow: flow.to_owned(), values, digression, ..Frame::default() });
        if program.flow.needs > self.customer() {
            self.ask_identity(flow)?;
        }
        Ok(())
    }

    /// What is known of the customer: from outside, or proved in this dialogue.
    fn customer(&self) -> crate::Needs {
        match self.state.identity {
            Some(_) => crate::Needs::Verified,
            None => self.turn.customer,
        }
    }

    /// Runs the flow that finds out who the customer is, on top of the one that needs it.
    fn ask_identity(&mut self, flow: &str) -> Result<(), String> {
        let identity = self.release.wordings.identity.clone();
        let known = identity.as_ref().filter(|identity| self.release.program(identity).is_some());
        let Some(identity) = known else {
            // Checked at publication; a flow that nobody can begin goes to people.
            self.fail("unverified", "there is no flow to find out who the customer is", false);
            return Ok(());
        };
        let title = self.title(flow);
        self.say_phrase(Phrase::NeedsIdentity, &[("title", title)]);
        let frame = Frame { flow: identity.clone(), into: Some(IDENTITY.to_owned()), ..Frame::default() };
        self.state.stack.push(frame);
        Ok(())
    }

    /// Ends the flow on top; gives its result to the one that called it.
    pub(super) fn end(&mut self, outcome: FlowOutcome) {
        let Some(frame) = self.state.stack.pop() else { return };
        self.ended.push((frame.flow.clone(), outcome));
        remember(&mut self.state.ended, frame.flow.clone(), outcome, self.turn.now);
        let Some(into) = &frame.into else {
            return self.after_end(&frame, outcome);
        };
        let result = self.result_of(&frame);
        if into == IDENTITY {
            return self.identified(outcome, &result);
        }
        let Some(caller) = self.state.stack.last_mut() else { return };
        let at = caller.at;
        // What it did is done by the whole.
        caller.done.extend(frame.done.into_iter().map(|done| Done { at, ..done }));
        if outcome == FlowOutcome::Done {
            if !into.is_empty() {
                caller.values.insert(into.clone(), result);
                caller.set_at.insert(into.clone(), at);
            }
            caller.at = at + 1;
        } else {
            // What a flow calls is part of it: when that does not come about, neither does the whole.
            caller.undoing = Some(if outcome == FlowOutcome::Cancelled { PART_CANCELLED } else { PART_FAILED });
        }
    }

    /// What a flow gives back: its `result`, or all that it knows.
    fn result_of(&self, frame: &Frame) -> Value {
        let Some(program) = self.release.program(&frame.flow) else { return Value::Null };
        let whole = || {
            let slots = frame.values.iter().filter(|(name, _)| program.flow.slots.contains_key(*name));
            Value::Object(slots.map(|(name, value)| (name.clone(), value.clone())).collect())
        };
        let Some(result) = &program.flow.result else { return whole() };
        let mut names = self.turn_names();
        names.declare(&program.names).over(&frame.values);
        result.value(&names).unwrap_or_default()
    }

    fn identified(&mut self, outcome: FlowOutcome, result: &Value) {
        let by = result.get("by").and_then(Value::as_str);
        match by.filter(|_| outcome == FlowOutcome::Done) {
            Some(by) => {
                let external_id = result.get("external_id").and_then(Value::as_str).map(str::to_owned);
                self.state.identity =
                    Some(yingda_model::Identified { by: by.to_owned(), external_id, at: self.turn.now });
            }
            None => {
                let title = self.state.top().map(|top| self.title(&top.flow)).unwrap_or_default();
                if outcome != FlowOutcome::Cancelled {
                    self.say_phrase(Phrase::IdentityFailed, &[("title", title)]);
                }
                // A check that ends without saying who it is has failed.
                self.end(if outcome == FlowOutcome::Done { FlowOutcome::Failed } else { outcome });
            }
        }
    }

    /// What follows the end of a flow that nobody called. Whether it helped is worth a question where it only told something: what
    /// was done speaks for itself.
    fn after_end(&mut self, frame: &Frame, outcome: FlowOutcome) {
        if !self.state.stack.is_empty() || !self.state.waiting.is_empty() || outcome != FlowOutcome::Done {
            return;
        }
        self.state.question = Some(Question::Helped);
        let flow = self.release.flow(&frame.flow);
        let only_told = frame.done.is_empty() && flow.is_some_and(|flow| flow.looks_up() && flow.changes_nothing());
        if only_told && !self.triggered && !self.lines.is_empty() {
            let buttons = [("helped:yes", Phrase::Yes), ("helped:no", Phrase::No)];
            self.ask_phrase(Phrase::Helped, &[], &buttons);
        }
    }

    /// A step failed: what can be taken back is taken back, then people look after it.
    pub(super) fn fail(&mut self, code: &str, message: &str, acted: bool) {
        let flow = self.state.top().map(|frame| frame.flow.clone()).unwrap_or_default();
        self.state.failure = Some(yingda_model::FailedStep {
            flow,
            code: code.to_owned(),
            message: message.chars().take(500).collect(),
            acted,
            undone: 0,
            not_undone: 0,
        });
        if let Some(frame) = self.state.stack.last_mut() {
            frame.undoing = Some(FAILED);
            frame.asking = None;
        }
    }

    /// After the compensations of a failure: the words, and the hand-over.
    pub(super) fn failed(&mut self) {
        let Some(mut failure) = self.state.failure.take() else { return };
        if let Some(frame) = self.state.stack.pop() {
            // What is left in it cannot be taken back.
            failure.acted |= !frame.done.is_empty();
            let is_part = frame.into.is_some() && !self.state.stack.is_empty();
            self.ended.push((frame.flow.clone(), FlowOutcome::Failed));
            remember(&mut self.state.ended, frame.flow, FlowOutcome::Failed, self.turn.now);
            if is_part && let Some(caller) = self.state.stack.last_mut() {
                caller.undoing = Some(FAILED);
                self.state.failure = Some(failure);
                return;
            }
        }
        let phrase = match (failure.acted || failure.not_undone > 0, failure.undone) {
            (true, _) => Phrase::Uncertain,
            (false, 0) => Phrase::ToolFailed,
            (false, _) => Phrase::ToolFailedUndone,
        };
        self.say_phrase(phrase, &[]);
        let detail = format!("{} {}: {}", failure.flow, failure.code, failure.message);
        self.hand_over(HandOver::ToolFailed, detail, None);
    }

    /// What there is to do when the flows of a turn have come to rest: the next that waits, or nothing.
    pub(super) fn next_waiting(&mut self) -> bool {
        if !self.state.stack.is_empty() || self.state.waiting.is_empty() {
            return false;
        }
        let waiting = self.state.waiting.remove(0);
        let title = self.title(&waiting.flow);
        self.say_phrase(Phrase::Next, &[("title", title)]);
        if self.push(&waiting.flow, waiting.values, Origin::Customer).is_err() {
            let title = self.title(&waiting.flow);
            self.say_phrase(Phrase::NotAvailable, &[("title", title)]);
        }
        true
    }

    /// Ends the turn: waits for the customer.
    pub(super) fn wait(&mut self) {
        self.next = Some(Next::Customer);
    }
}

/// Where the identity flow's result goes.
pub(super) const IDENTITY: &str = "!identity";
