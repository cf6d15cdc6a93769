//! Taking back what was done: after a failure, a correction, or because the customer calls it off.

use yingda_model::{FailedStep, FlowOutcome, Frame};

use super::tools::Purpose;
use super::{Engine, finish};
use crate::phrase::Phrase;
use crate::{Called, HandOver};

// In `Frame::undoing`, besides an operation to go on with: what follows the last compensation.

/// The flow has failed.
pub(super) const FAILED: u32 = u32::MAX;
/// The customer called it off.
const CALLED_OFF: u32 = u32::MAX - 1;
/// A flow that this one called ended cancelled, or failed: so does this one.
pub(super) const PART_CANCELLED: u32 = u32::MAX - 2;
pub(super) const PART_FAILED: u32 = u32::MAX - 3;

/// Of flows under way.
pub(super) trait Unwinding {
    /// Whether it does not go on when everything is taken back.
    fn is_given_up(&self) -> bool;
    /// Where the latest of what is to be taken back now stands in what was done.
    fn next_undo(&self) -> Option<usize>;
}

impl Unwinding for Frame {
    fn is_given_up(&self) -> bool {
        self.undoing.is_some_and(|then| then >= PART_FAILED)
    }

    fn next_undo(&self) -> Option<usize> {
        // A correction takes back what followed from the place that the flow went back to; all else takes back everything.
        let since = self.undoing.filter(|then| *then == self.at);
        self.done.iter().rposition(|done| done.undo.is_some() && since.is_none_or(|since| done.at > since))
    }
}

impl Engine<'_> {
    /// Takes back the latest of what was done, or goes on when nothing is left.
    pub(super) fn undo_next(&mut self) {
        let Some(frame) = self.top() else { return };
        let next = frame.next_undo().and_then(|place| frame.done[place].undo.clone());
        if let Some(undo) = next {
            return self.begin_call(undo.tool, undo.input, Purpose::Undo);
        }
        match frame.undoing.take() {
            Some(FAILED) => self.failed(),
            Some(CALLED_OFF) => self.called_off(),
            Some(PART_CANCELLED) => self.end(FlowOutcome::Cancelled),
            Some(PART_FAILED) => self.end(FlowOutcome::Failed),
            Some(at) => self.go(at),
            None => {}
        }
    }

    /// Goes on with the result of a compensation.
    pub(super) fn undone(&mut self, called: Called) {
        let Some(frame) = self.top() else { return };
        let tool = frame.next_undo().map(|place| frame.done.remove(place).tool).unwrap_or_default();
        match (called, &mut self.state.failure) {
            (Called::Ok { .. }, Some(failure)) => failure.undone += 1,
            (Called::Ok { .. }, None) => {}
            (Called::Failed { .. }, Some(failure)) => failure.not_undone += 1,
            // Nobody may believe that it was taken back.
            (Called::Failed { code, message, .. }, None) => {
                self.fail(&code, &format!("{tool} is not taken back: {message}"), true);
            }
        }
    }

    /// Where the task that is spoken of begins on the stack: what it called is above it.
    pub(super) fn task_begin(&self) -> usize {
        self.state.stack.iter().rposition(|frame| frame.into.is_none()).unwrap_or(0)
    }

    /// Whether the task that is spoken of did something.
    pub(super) fn has_done(&self) -> bool {
        self.state.stack.iter().skip(self.task_begin()).any(|frame| !frame.done.is_empty())
    }

    /// The customer does not want the task that is spoken of any more: what can be taken back is taken back.
    pub(super) fn call_off(&mut self) {
        let Some(task) = self.state.stack.get(self.task_begin()).map(|frame| frame.flow.clone()) else { return };
        if !self.has_done() {
            let title = self.title(&task);
            self.drop_task(FlowOutcome::Cancelled);
            return self.say_phrase(Phrase::Cancelled, &[("title", title)]);
        }
        self.state.failure = Some(FailedStep {
            flow: task,
            code: "called_off".into(),
            message: "the customer called it off, and not all could be taken back".into(),
            acted: false,
            undone: 0,
            not_undone: 0,
        });
        if let Some(frame) = self.top() {
            frame.asking = None;
            frame.undoing = Some(CALLED_OFF);
        }
    }

    fn called_off(&mut self) {
        let Some(mut failure) = self.state.failure.take() else { return };
        let Some(frame) = self.state.stack.pop() else { return };
        failure.acted |= !frame.done.is_empty();
        self.ended.push((frame.flow.clone(), FlowOutcome::Cancelled));
        finish::remember(&mut self.state.ended, frame.flow, FlowOutcome::Cancelled, self.turn.now);
        if frame.into.is_some()
            && let Some(caller) = self.state.stack.last_mut()
        {
            caller.undoing = Some(CALLED_OFF);
            self.state.failure = Some(failure);
            return;
        }
        if failure.not_undone > 0 {
            self.say_phrase(Phrase::Uncertain, &[]);
            let detail = format!("{} {}: {}", failure.flow, failure.code, failure.message);
            return self.hand_over(HandOver::ToolFailed, detail, None);
        }
        let title = self.title(&failure.flow);
        let phrase = if failure.acted { Phrase::CancelledButDone } else { Phrase::CancelledAndUndone };
        self.say_phrase(phrase, &[("title", title)]);
    }

    /// Takes the task that is spoken of off the stack.
    pub(super) fn drop_task(&mut self, outcome: FlowOutcome) {
        let begin = self.task_begin();
        for frame in self.state.stack.split_off(begin).into_iter().rev() {
            self.ended.push((frame.flow.clone(), outcome));
            finish::remember(&mut self.state.ended, frame.flow, outcome, self.turn.now);
        }
    }
}
