//! Running operations until the customer, a tool or a person is needed.

use serde_json::Value;
use yingda_model::{AskedOption, Asking, Choice, Done, FlowOutcome, Loop};

use super::{Engine, MOST_PASSED};
use crate::compile::{Act, Op};
use crate::phrase::Phrase;
use crate::{ChoiceOption, Collect, End, HandOver, Line, Passed, SlotType, Text};

/// The slot of a confirmation.
pub(super) const CONFIRM: &str = "confirm";

impl Engine<'_> {
    /// Goes on until somebody else has to act.
    pub(super) fn run(&mut self) {
        while self.next.is_none() {
            if self.fuel == 0 {
                return self.too_long();
            }
            self.fuel -= 1;
            let Some(frame) = self.state.stack.last() else {
                if self.state.failure.is_some() {
                    self.failed();
                } else if !self.next_waiting() {
                    self.wait();
                }
                continue;
            };
            if frame.undoing.is_some() {
                self.undo_next();
            } else if frame.asking.is_some() {
                self.ask_again();
            } else {
                self.step();
            }
        }
    }

    fn too_long(&mut self) {
        self.say_phrase(Phrase::TooLong, &[]);
        let flow = self.state.top().map(|frame| frame.flow.clone()).unwrap_or_default();
        let detail = format!("{flow} too_long: more than {} steps in one turn", super::FUEL);
        self.hand_over(HandOver::ToolFailed, detail, None);
    }

    /// Does the next operation of the flow on top.
    fn step(&mut self) {
        let release = self.release;
        let Some(frame) = self.state.stack.last() else { return };
        let at = frame.at;
        let op = release.program(&frame.flow).and_then(|program| program.ops.get(at as usize));
        let Some(op) = op else {
            // A state of another release: checked when it was loaded, and defined all the same.
            let message = format!("release {} has no operation {at} in this flow", release.number);
            return self.fail("gone", &message, false);
        };
        if op.is_step && self.passed.len() < MOST_PASSED {
            let passed = Passed { flow: frame.flow.clone(), step: op.label(), does: op.does.name().to_owned() };
            self.passed.push(passed);
        }
        if let Err(message) = self.act(at, op) {
            self.fail("expression", &message, false);
        }
    }

    fn act(&mut self, at: u32, op: &Op) -> Result<(), String> {
        let key = |engine: &Self| {
            let flow = engine.state.top().map(|frame| frame.flow.as_str()).unwrap_or_default();
            format!("{flow}:{at}")
        };
        match &op.does {
            Act::Collect { collect, otherwise } => self.collect(at, collect, *otherwise)?,
            Act::Say(text) => {
                let key = key(self);
                let said = self.words(&key, text).map_err(|error| error.to_string())?;
                self.say(said);
                self.go(at + 1);
            }
            Act::Choose { slot, ask, options, targets } => self.choose(at, slot, ask, options, targets)?,
            Act::Tool { step, .. } => self.call_tool(step)?,
            Act::JumpUnless { condition, to } => {
                let holds = self.is_true(condition).map_err(|error| format!("{}: {error}", condition.source()))?;
                self.go(if holds { at + 1 } else { *to });
            }
            Act::Jump(to) => self.go(*to),
            Act::LoopBegin { item, list, most, end } => {
                let begun = self.state.top().and_then(|frame| frame.loops.last()).is_some_and(|own| own.begin == at);
                if !begun {
                    let items = self.value(list).map_err(|error| format!("{}: {error}", list.source()))?;
                    let Value::Array(mut items) = items else {
                        return Err(format!("{}: expected a list to loop over", list.source()));
                    };
                    items.truncate(*most as usize);
                    if let Some(frame) = self.top() {
                        frame.loops.push(Loop { begin: at, items, begun: 0 });
                    }
                }
                self.next_item(at, item, *end);
            }
            Act::LoopNext { begin } => self.go(*begin),
            Act::Confirm { ask, .. } => {
                let yes = self.phrase(Phrase::Yes, &[]);
                let no = self.phrase(Phrase::No, &[]);
                let option = |id: &str, label: String, value: bool| AskedOption {
                    id: format!("{CONFIRM}:{id}"),
                    label,
                    value: Value::Bool(value),
                    also: Vec::new(),
                };
                let options = vec![option("yes", yes, true), option("no", no, false)];
                let key = key(self);
                self.ask(&key, CONFIRM, ask, options)?;
            }
            Act::Set(values) => {
                for (name, expression) in values {
                    let value = self.value(expression).map_err(|error| format!("{name}: {error}"))?;
                    self.keep(name, value, at);
                }
                self.go(at + 1);
            }
            Act::Forget(names) => {
                for name in names {
                    if let Some(frame) = self.top() {
                        frame.values.remove(name);
                        frame.set_at.remove(name);
                    }
                    self.state.known.remove(name);
                }
                self.go(at + 1);
            }
            Act::Again(slot) => {
                self.state.known.remove(slot);
                self.rewind(slot);
                self.missed(slot, None)?;
            }
            Act::Run { flow, with, into } => {
                let mut values = std::collections::BTreeMap::new();
                for (name, expression) in with {
                    values.insert(name.clone(), self.value(expression).map_err(|error| format!("{name}: {error}"))?);
                }
                if self.is_confirmed() {
                    values.insert("confirmed".into(), Value::Bool(true));
                }
                self.push(flow, values, super::Origin::Flow)?;
                // The frame of the flow itself; one that finds out who the customer is may be on top of it.
                let called = self.state.stack.iter_mut().rev().find(|frame| frame.flow == *flow);
                if let Some(frame) = called {
                    frame.into = Some(into.clone().unwrap_or_default());
                }
            }
            Act::Link(flow) => self.link(flow)?,
            Act::Knowledge(entry) => {
                self.lines.push(Line::Entry { key: entry.clone() });
                self.go(at + 1);
            }
            Act::UndoAll => {
                if let Some(frame) = self.top() {
                    frame.undoing = Some(at + 1);
                }
            }
            Act::HandOver { reason, note } => {
                let key = key(self);
                let note = note.as_ref().map(|note| self.words(&key, note)).transpose();
                let note = note.map_err(|error| error.to_string())?;
                let detail = self.state.top().map(|frame| frame.flow.clone()).unwrap_or_default();
                self.hand_over(*reason, detail, note);
            }
            Act::End(end) => self.end(match end {
                End::Done => FlowOutcome::Done,
                End::Failed => FlowOutcome::Failed,
                End::Cancelled => FlowOutcome::Cancelled,
            }),
        }
        Ok(())
    }

    pub(super) fn go(&mut self, at: u32) {
        if let Some(frame) = self.top() {
            frame.at = at;
        }
    }

    /// Keeps a value of the flow on top.
    pub(super) fn keep(&mut self, name: &str, value: Value, at: u32) {
        if let Some(frame) = self.top() {
            frame.values.insert(name.to_owned(), value);
            frame.set_at.insert(name.to_owned(), at);
        }
    }

    pub(super) fn is_confirmed(&self) -> bool {
        self.state.top().and_then(|frame| frame.values.get("confirmed")) == Some(&Value::Bool(true))
    }

    fn collect(&mut self, at: u32, collect: &Collect, otherwise: Option<u32>) -> Result<(), String> {
        let slot = collect.slot.as_str();
        let Some(frame) = self.state.top() else { return Ok(()) };
        if frame.values.get(slot).is_some_and(|value| !value.is_null()) {
            let holds = collect.check.as_ref().map_or(Ok(true), |check| self.is_true(check));
            if holds.map_err(|error| format!("check of {slot}: {error}"))? {
                self.go(at + 1);
                return Ok(());
            }
            let invalid = collect.invalid.clone();
            self.state.known.remove(slot);
            // Said before it is forgotten: the words may name it.
            let said = invalid.map(|text| self.words(&format!("{slot}:invalid"), &text)).transpose();
            let said = said.map_err(|error| error.to_string())?;
            if let Some(frame) = self.top() {
                frame.values.remove(slot);
                frame.set_at.remove(slot);
            }
            let said = match said {
                Some(said) => said,
                None => {
                    let title = self.slot_title(slot);
                    self.phrase(Phrase::NotUnderstood, &[("title", title)])
                }
            };
            return self.missed(slot, Some(said));
        }
        let missed = frame.misses.get(slot).copied().unwrap_or(0);
        let flow = self.release.flow(&frame.flow);
        let carried = flow.and_then(|flow| flow.slots.get(slot)).is_some_and(|known| known.carry);
        // What is asked for every item of a list is another thing for each.
        let is_in_loop = frame.loops.iter().any(|own| own.begin < at);
        if carried
            && missed == 0
            && !is_in_loop
            && let Some(value) = self.state.known.get(slot).cloned()
            && self.fits(slot, &value).is_ok()
        {
            self.fill(slot, value);
            // What was not said for this flow and does not suit it is asked, not blamed.
            let holds = collect.check.as_ref().is_none_or(|check| self.is_true(check).unwrap_or(false));
            if !holds && let Some(frame) = self.top() {
                frame.values.remove(slot);
                frame.set_at.remove(slot);
                self.state.known.remove(slot);
            }
            return Ok(());
        }
        let options = self.options(collect)?;
        let pick = flow.and_then(|flow| flow.slots.get(slot)).and_then(|known| match &known.of {
            SlotType::Pick(pick) => Some(pick),
            _ => None,
        });
        if pick.is_some() && options.is_empty() {
            let title = self.slot_title(slot);
            match otherwise {
                Some(otherwise) => self.go(otherwise),
                None => {
                    self.say_phrase(Phrase::NothingToPick, &[("title", title)]);
                    self.hand_over(HandOver::RepeatedFailure, format!("{slot}: nothing to choose from"), None);
                }
            }
            return Ok(());
        }
        if let ([only], Some(_), 0) = (options.as_slice(), pick, missed) {
            // What is the only one need not be asked.
            let value = only.value.clone();
            if let Some(frame) = self.top() {
                frame.asking = Some(Asking { slot: slot.to_owned(), options: options.clone() });
            }
            self.fill(slot, value);
            return Ok(());
        }
        let flow = self.state.top().map(|frame| frame.flow.clone()).unwrap_or_default();
        self.ask(&format!("{flow}:{at}"), slot, &collect.ask, options)
    }

    fn choose(
        &mut self,
        at: u32,
        slot: &str,
        ask: &Text,
        options: &[ChoiceOption],
        targets: &[u32],
    ) -> Result<(), String> {
        let chosen = self.state.top().and_then(|frame| frame.values.get(slot)).and_then(Value::as_str);
        let place = chosen.and_then(|id| options.iter().position(|option| option.id == id));
        if let Some(to) = place.and_then(|place| targets.get(place)) {
            self.go(*to);
            return Ok(());
        }
        let asked = self.choices(slot, options);
        let flow = self.state.top().map(|frame| frame.flow.clone()).unwrap_or_default();
        self.ask(&format!("{flow}:{at}"), slot, ask, asked)
    }

    /// Asks, and waits for the customer.
    fn ask(&mut self, key: &str, slot: &str, ask: &Text, options: Vec<AskedOption>) -> Result<(), String> {
        let text = self.words(key, ask).map_err(|error| error.to_string())?;
        let choices = options.iter().map(|option| Choice { id: option.id.clone(), label: option.label.clone() });
        let choices = choices.collect();
        if slot != CONFIRM {
            self.list(slot, &options);
        }
        if let Some(frame) = self.top() {
            frame.asking = Some(Asking { slot: slot.to_owned(), options });
        }
        self.lines.push(Line::Ask { text, options: choices });
        self.wait();
        Ok(())
    }

    /// Remembers what was listed: “the second one”.
    fn list(&mut self, slot: &str, options: &[AskedOption]) {
        if options.is_empty() {
            return;
        }
        let flow = self.state.top().and_then(|frame| self.release.flow(&frame.flow));
        let kind = flow.and_then(|flow| flow.slots.get(slot)).map(|known| match &known.of {
            SlotType::Pick(pick) => pick.kind.clone().unwrap_or_else(|| "pick".into()),
            of => of.name(),
        });
        let mention = |option: &AskedOption| yingda_model::Mention {
            kind: kind.clone().unwrap_or_else(|| "choice".into()),
            value: option.value.clone(),
            label: option.label.clone(),
        };
        self.state.listed = options.iter().map(mention).collect();
    }

    /// The question of the flow on top is still open: it is asked again, unless it was asked in this turn.
    fn ask_again(&mut self) {
        let Some(frame) = self.state.stack.last_mut() else { return };
        let flow = frame.flow.clone();
        frame.asking = None;
        if !self.lines.is_empty() && !self.returned {
            self.returned = true;
            let title = self.title(&flow);
            self.say_phrase(Phrase::BackTo, &[("title", title)]);
        }
        // The options may have changed since: the step asks anew.
        self.step();
    }

    /// An answer did not fit: the flow asks again, or goes another way after too many.
    pub(super) fn missed(&mut self, slot: &str, said: Option<String>) -> Result<(), String> {
        let release = self.release;
        let Some(frame) = self.state.stack.last_mut() else { return Ok(()) };
        frame.asking = None;
        let misses = frame.misses.entry(slot.to_owned()).or_default();
        *misses = misses.saturating_add(1);
        let misses = *misses;
        let at = frame.at;
        let op = release.program(&frame.flow).and_then(|program| program.ops.get(at as usize));
        let (retries, otherwise) = match op.map(|op| &op.does) {
            Some(Act::Collect { collect, otherwise }) => (collect.retries, *otherwise),
            _ => (DEFAULT_RETRIES, None),
        };
        if let Some(said) = said {
            self.say(said);
        }
        if misses <= retries {
            return Ok(());
        }
        match otherwise {
            Some(otherwise) => {
                if let Some(frame) = self.top() {
                    frame.misses.remove(slot);
                }
                self.go(otherwise);
            }
            None => {
                let flow = self.state.top().map(|frame| frame.flow.clone()).unwrap_or_default();
                self.hand_over(HandOver::RepeatedFailure, format!("{flow}: {slot}"), None);
            }
        }
        Ok(())
    }

    fn next_item(&mut self, at: u32, item: &str, end: u32) {
        let Some(frame) = self.top() else { return };
        let Some(own) = frame.loops.last_mut() else { return };
        match own.items.get(own.begun as usize).cloned() {
            Some(value) => {
                own.begun += 1;
                // What was learnt of the last item says nothing of this one.
                let inside: Vec<String> = frame
                    .set_at
                    .iter()
                    .filter(|(_, set)| **set > at && **set < end)
                    .map(|(name, _)| name.clone())
                    .collect();
                // And a correction in this round does not take back what was done in an earlier one.
                for done in frame.done.iter_mut().filter(|done| done.at > at && done.at < end) {
                    done.at = at + 1;
                }
                for name in inside {
                    frame.values.remove(&name);
                    frame.set_at.remove(&name);
                    frame.misses.remove(&name);
                }
                self.keep(item, value, at);
                self.go(at + 1);
            }
            None => {
                frame.loops.pop();
                frame.at = end;
            }
        }
    }

    /// Goes to another flow, with what both know.
    fn link(&mut self, flow: &str) -> Result<(), String> {
        let Some(target) = self.release.flow(flow) else { return Err(format!("no flow {flow}")) };
        let Some(frame) = self.state.stack.pop() else { return Ok(()) };
        let known = |(name, value): &(String, Value)| target.slots.get(name).is_some_and(|slot| slot.of.holds(value));
        let values = frame.values.into_iter().filter(known).collect();
        self.ended.push((frame.flow.clone(), FlowOutcome::Done));
        super::finish::remember(&mut self.state.ended, frame.flow, FlowOutcome::Done, self.turn.now);
        self.push(flow, values, super::Origin::Flow)?;
        let linked = self.state.stack.iter_mut().rev().find(|frame| frame.flow == flow);
        if let Some(linked) = linked {
            linked.into = frame.into;
            linked.digression = frame.digression;
            // It can still be taken back when a step of the linked flow fails; no correction there reaches it.
            linked.done = frame.done.into_iter().map(|done| Done { at: 0, ..done }).collect();
        }
        Ok(())
    }
}

/// Retries where a step does not say.
const DEFAULT_RETRIES: u8 = 2;
