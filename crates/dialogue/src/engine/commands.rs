//! Commands: each is executed, or refused with a reason.

use std::collections::BTreeMap;

use serde_json::Value;
use yingda_model::{FlowOutcome, Question, WaitingFlow};

use super::order::Beginning;
use super::run::CONFIRM;
use super::undo::Unwinding;
use super::{Engine, LONGEST_QUEUE, Origin};
use crate::compile::Act;
use crate::phrase::Phrase;
use crate::{Command, HandOver, Judged, Line, Next, Proposed};

/// What executing a command came to: nothing more to say, or why it was refused.
type Executed = Result<(), String>;

impl Engine<'_> {
    /// A turn of the customer. Whoever wants a person gets one, whatever else was said. Then what was asked is settled, what is
    /// called off or corrected, what is filled in; new wishes begin; questions are answered first of all.
    pub(super) fn take(&mut self, mut proposed: Vec<Proposed>) {
        let expired = self.expire();
        if let Some(frame) = self.top() {
            // A call of an earlier turn: its step makes it anew.
            frame.call = None;
        }
        let stale = self.is_stale();
        let begun_with = self.state.top().map(|frame| frame.flow.clone());
        let asked = self.state.asking().map(|asking| asking.slot.clone());
        let question = self.state.question.take();
        proposed.sort_by_key(|proposed| (rank(&proposed.command), proposed.start));
        let (mut acted, mut answered) = (false, false);
        let mut rest = Vec::new();
        let mut beginning = Beginning::default();
        let begins: Vec<String> = proposed.iter().filter_map(|proposed| self.begins(&proposed.command)).collect();
        for proposed in proposed {
            if self.next.is_some() {
                self.judge(proposed, Err("the turn was over".into()));
                continue;
            }
            let executed = match &proposed.command {
                Command::HandOver { reason, detail } => self.give_up(*reason, detail),
                Command::Affirm => self.yes_or_no(true, question.as_ref(), stale),
                Command::Deny => self.yes_or_no(false, question.as_ref(), stale),
                Command::Cancel => self.cancel(),
                Command::CorrectSlot { slot, value } => self.correct(slot, value.clone()),
                // Of “and where is parcel QH…?” the number belongs to what is asked now.
                Command::FillSlot { slot, .. }
                    if asked.as_deref() != Some(slot) && begins.iter().any(|flow| self.knows(flow, slot)) =>
                {
                    rest.push((proposed, "no flow that begins takes it".into()));
                    continue;
                }
                Command::FillSlot { slot, value } => match self.fill_asked(slot, value, stale) {
                    // Perhaps it belongs to what begins in this turn.
                    Err(why) => {
                        rest.push((proposed, why));
                        continue;
                    }
                    done => done,
                },
                Command::StartFlow { flow } => {
                    let before = (self.lines.len(), begun_with.clone());
                    let executed = self.start(flow);
                    if executed.is_ok() {
                        beginning.add(flow, before);
                    }
                    executed
                }
                Command::Answer { answer } | Command::ChitChat { answer } => {
                    self.lines.push(Line::Answer { answer: *answer });
                    answered = true;
                    self.judge(proposed, Ok(()));
                    continue;
                }
                Command::Clarify { flows } => {
                    // Only where nothing better was understood.
                    if acted || answered { Err("something else was understood".into()) } else { self.clarify(flows) }
                }
                Command::CannotHandle => Err("nothing was understood".into()),
            };
            acted |= executed.is_ok();
            self.judge(proposed, executed);
        }
        for (proposed, why) in rest {
            let Command::FillSlot { slot, value } = &proposed.command else { continue };
            let executed = if self.next.is_some() { Err(why) } else { self.fill_begun(slot, value, why, stale) };
            acted |= executed.is_ok();
            self.judge(proposed, executed);
        }
        if self.next.is_some() {
            return;
        }
        self.announce(beginning);
        let open = asked.as_ref().filter(|_| self.repeated && !acted && !answered && !stale);
        if let Some(slot) = open {
            // Who asks for it again and again does not get on with it.
            return self.miss(slot, None);
        }
        if acted || self.explained {
            return self.run();
        }
        if let Some(flow) = expired.filter(|_| !answered && self.judged.iter().any(goes_on)) {
            let title = self.title(&flow);
            self.say_phrase(Phrase::Expired, &[("title", title)]);
            return self.wait();
        }
        let Some(flow) = begun_with else {
            self.state.question = question.filter(|question| !matches!(question, Question::Helped | Question::Person));
            self.next = Some(if answered { Next::Customer } else { Next::Nobody });
            return;
        };
        if stale {
            return self.ask_to_resume(&flow);
        }
        match asked {
            Some(slot) if !answered => self.not_understood(&slot),
            _ => self.run(),
        }
    }

    /// The flow that a command begins, where it is not under way.
    fn begins(&self, command: &Command) -> Option<String> {
        let Command::StartFlow { flow } = command else { return None };
        let under_way = self.state.stack.iter().any(|frame| frame.flow == *flow);
        (!under_way).then(|| flow.clone())
    }

    fn knows(&self, flow: &str, slot: &str) -> bool {
        self.release.flow(flow).is_some_and(|flow| flow.slots.contains_key(slot))
    }

    fn judge(&mut self, proposed: Proposed, executed: Executed) {
        self.judged.push(Judged { proposed, refused: executed.err() });
    }

    /// Ends what was begun so long ago that nobody would go on with it. Gives the flow that was spoken of.
    fn expire(&mut self) -> Option<String> {
        if self.silent_ms() < self.release.wordings.expire_after_ms {
            return None;
        }
        let task = self.state.stack.get(self.task_begin()).map(|frame| frame.flow.clone());
        let now = self.turn.now;
        for frame in self.state.stack.drain(..).rev() {
            self.ended.push((frame.flow.clone(), FlowOutcome::Expired));
            super::finish::remember(&mut self.state.ended, frame.flow, FlowOutcome::Expired, now);
        }
        self.state.waiting.clear();
        self.state.question = None;
        self.state.known.clear();
        self.state.mentioned.clear();
        self.state.listed.clear();
        self.state.identity = None;
        self.state.failure = None;
        self.state.release = self.release.number;
        task
    }

    /// How long nothing was heard of the customer.
    fn silent_ms(&self) -> i64 {
        self.state.updated_at.map_or(0, |at| self.turn.now.0.saturating_sub(at.0))
    }

    /// Whether the customer was silent so long that they may have something else in mind.
    fn is_stale(&mut self) -> bool {
        let elsewhere = std::mem::take(&mut self.state.elsewhere);
        !self.state.stack.is_empty() && (elsewhere || self.silent_ms() >= self.release.wordings.resume_after_ms)
    }

    fn ask_to_resume(&mut self, flow: &str) {
        let title = self.title(flow);
        let buttons = [("resume:yes", Phrase::GoOn), ("resume:no", Phrase::SomethingElse)];
        self.ask_phrase(Phrase::Resume, &[("title", title)], &buttons);
        self.state.question = Some(Question::Resume);
        self.wait();
    }

    fn give_up(&mut self, reason: yingda_model::HandOverReason, detail: &str) -> Executed {
        use yingda_model::HandOverReason as Reason;
        let reason = match reason {
            Reason::Flow => HandOver::Flow,
            Reason::HighValue => HandOver::HighValue,
            Reason::Rule => HandOver::Rule,
            Reason::Upset => HandOver::Upset,
            Reason::ToolFailed => HandOver::ToolFailed,
            Reason::RepeatedFailure => HandOver::RepeatedFailure,
            // The caller knows what it proposed.
            _ => HandOver::Requested,
        };
        self.hand_over(reason, detail.to_owned(), None);
        Ok(())
    }

    fn yes_or_no(&mut self, yes: bool, question: Option<&Question>, stale: bool) -> Executed {
        match question {
            Some(Question::Resume) => {
                let flow = self.state.top().map(|frame| frame.flow.clone());
                let title = flow.map(|flow| self.title(&flow)).unwrap_or_default();
                if yes {
                    self.say_phrase(Phrase::Resumed, &[("title", title)]);
                    self.returned = true;
                } else {
                    self.drop_task(FlowOutcome::Cancelled);
                    self.say_phrase(Phrase::ResumeDeclined, &[]);
                }
                return Ok(());
            }
            Some(Question::Clarify { flows }) => {
                return match (yes, flows.as_slice()) {
                    (true, [only]) => self.start(&only.clone()),
                    (true, _) => Err("yes to one of several".into()),
                    (false, _) => {
                        // A flow that is under way goes on with its own question.
                        if self.state.stack.is_empty() {
                            self.say_phrase(Phrase::ClarifyDeclined, &[]);
                        }
                        Ok(())
                    }
                };
            }
            Some(Question::Helped) if self.state.stack.is_empty() && yes => {
                self.say_phrase(Phrase::GladToHelp, &[]);
                return Ok(());
            }
            Some(Question::Helped) if self.state.stack.is_empty() => {
                let buttons = [("person:yes", Phrase::Person), ("person:no", Phrase::No)];
                self.ask_phrase(Phrase::SorryNotHelped, &[], &buttons);
                self.state.question = Some(Question::Person);
                return Ok(());
            }
            Some(Question::Person) if yes => {
                let flow = self.state.ended.last().map(|ended| ended.flow.clone()).unwrap_or_default();
                self.hand_over(HandOver::Requested, format!("{flow}: not helped"), None);
                return Ok(());
            }
            Some(Question::Person) => {
                self.say_phrase(Phrase::ClarifyDeclined, &[]);
                return Ok(());
            }
            Some(Question::Helped) | None => {}
        }
        let Some(asking) = self.state.asking() else { return Err("nothing was asked".into()) };
        let slot = asking.slot.clone();
        if slot == CONFIRM {
            return self.confirmed(yes, stale);
        }
        self.fits(&slot, &Value::Bool(yes))?;
        self.fill(&slot, Value::Bool(yes));
        Ok(())
    }

    fn confirmed(&mut self, yes: bool, stale: bool) -> Executed {
        if stale && yes {
            // Days later, or elsewhere, a yes is not enough: they see again what they agree to.
            return Ok(());
        }
        let release = self.release;
        let Some(frame) = self.state.stack.last_mut() else { return Err("nothing was asked".into()) };
        let at = frame.at;
        let op = release.program(&frame.flow).and_then(|program| program.ops.get(at as usize));
        let Some(Act::Confirm { no, .. }) = op.map(|op| &op.does) else {
            return Err("nothing is to be confirmed".into());
        };
        frame.asking = None;
        frame.misses.remove(CONFIRM);
        // An earlier yes was to something else.
        frame.values.remove("confirmed");
        if yes {
            self.keep("confirmed", Value::Bool(true), at);
            self.go(at + 1);
        } else if let Some(no) = no {
            self.go(*no);
        } else if self.has_done() {
            self.call_off();
        } else {
            self.say_phrase(Phrase::NotDone, &[]);
            self.drop_task(FlowOutcome::Cancelled);
        }
        Ok(())
    }

    fn cancel(&mut self) -> Executed {
        let Some(frame) = self.state.top() else {
            if let Some(waiting) = self.state.waiting.pop() {
                let title = self.title(&waiting.flow);
                self.say_phrase(Phrase::Cancelled, &[("title", title)]);
                return Ok(());
            }
            return Err("nothing is under way".into());
        };
        if frame.is_given_up() {
            return Err("it is being taken back already".into());
        }
        self.call_off();
        Ok(())
    }

    /// Fills a slot of the flow that is spoken of.
    fn fill_asked(&mut self, slot: &str, value: &Value, stale: bool) -> Executed {
        let Some(frame) = self.state.top() else { return Err("no flow is under way".into()) };
        if frame.is_given_up() {
            return Err("it is being taken back".into());
        }
        let asked = frame.asking.as_ref().is_some_and(|asking| asking.slot == slot);
        if asked && slot == CONFIRM {
            return match value {
                Value::Bool(yes) => self.confirmed(*yes, stale),
                _ => Err("expected yes or no".into()),
            };
        }
        if !asked && frame.values.get(slot) == Some(value) {
            return Err(format!("{slot} has this value already"));
        }
        if !asked && frame.values.get(slot).is_some_and(|old| !old.is_null()) {
            return self.correct(slot, Some(value.clone()));
        }
        self.fits(slot, value)?;
        self.fill(slot, value.clone());
        Ok(())
    }

    /// Fills a slot of a flow that began in this turn, or that waits.
    fn fill_begun(&mut self, slot: &str, value: &Value, why: String, stale: bool) -> Executed {
        if self.fill_asked(slot, value, stale).is_ok() {
            return Ok(());
        }
        // Below an identity check is the flow that was asked for.
        let begin = self.task_begin();
        let below = self.state.stack.iter().enumerate().skip(begin).rev();
        let mut fitting = below.filter(|(_, frame)| {
            !frame.values.contains_key(slot) && self.fits_flow(&frame.flow, None, slot, value).is_ok()
        });
        if let Some((place, _)) = fitting.next() {
            self.state.stack[place].values.insert(slot.to_owned(), value.clone());
            return Ok(());
        }
        let fits = |waiting: &WaitingFlow| self.fits_flow(&waiting.flow, None, slot, value).is_ok();
        match self.state.waiting.iter().position(fits) {
            Some(place) => {
                self.state.waiting[place].values.insert(slot.to_owned(), value.clone());
                Ok(())
            }
            None => Err(why),
        }
    }

    /// Begins a flow, or lets it wait for its turn.
    fn start(&mut self, flow: &str) -> Executed {
        let Some(known) = self.release.flow(flow) else {
            return Err(format!("release {} has no flow {flow}", self.release.number));
        };
        let under_way = self.state.stack.iter().any(|frame| frame.flow == flow);
        if under_way || self.state.waiting.iter().any(|waiting| waiting.flow == flow) {
            let title = self.title(flow);
            self.explain(Phrase::AlreadyRunning, title);
            // It says itself that it goes on.
            self.returned = true;
            self.repeated = true;
            return Err("it is under way already".into());
        }
        if let Some(when) = &known.starts.when
            && !when.is_true(&self.turn_names()).map_err(|error| format!("when: {error}"))?
        {
            return Err("its `when` is false here".into());
        }
        // What is being taken back comes first.
        if self.started || self.state.stack.iter().any(|frame| frame.undoing.is_some()) {
            if self.state.waiting.len() >= LONGEST_QUEUE {
                return Err(format!("{LONGEST_QUEUE} flows are waiting already"));
            }
            self.state.waiting.push(WaitingFlow { flow: flow.to_owned(), values: Default::default() });
            return Ok(());
        }
        if self.state.stack.is_empty() {
            self.state.release = self.release.number;
        }
        self.push(flow, Default::default(), Origin::Customer)?;
        self.started = true;
        Ok(())
    }

    /// A flow that something else begins than the customer.
    pub(super) fn begin(&mut self, flow: &str, values: BTreeMap<String, Value>) {
        let elsewhere = self.state.release != self.release.number;
        if elsewhere || self.state.stack.iter().any(|frame| frame.flow == flow) {
            return;
        }
        let Some(known) = self.release.flow(flow) else { return };
        let fits = |(slot, value): &(String, Value)| known.slots.get(slot).is_some_and(|slot| slot.of.holds(value));
        let values = values.into_iter().filter(fits).collect();
        self.triggered = true;
        if self.push(flow, values, Origin::Customer).is_ok() {
            self.run();
        }
    }

    /// Says why something that was understood cannot be.
    pub(super) fn explain(&mut self, phrase: Phrase, title: String) {
        if !self.explained {
            self.say_phrase(phrase, &[("title", title)]);
        }
        self.explained = true;
    }

    fn clarify(&mut self, flows: &[String]) -> Executed {
        let mut known: Vec<String> = Vec::new();
        for flow in flows {
            if !known.contains(flow) && super::may_start(self.release, self.turn, flow) {
                known.push(flow.clone());
            }
        }
        if known.is_empty() {
            return Err("none of these flows is known, or may begin here".into());
        }
        let titles: Vec<String> = known.iter().map(|flow| self.title(flow)).collect();
        let told = self.enumerate(&titles);
        let text = self.phrase(Phrase::Clarify, &[("titles", told)]);
        let mut options: Vec<_> = known
            .iter()
            .zip(titles)
            .map(|(flow, label)| yingda_model::Choice { id: format!("flow:{flow}"), label })
            .collect();
        options.push(yingda_model::Choice { id: "flow:".into(), label: self.phrase(Phrase::SomethingElse, &[]) });
        self.lines.push(Line::Ask { text, options });
        self.state.question = Some(Question::Clarify { flows: known });
        self.wait();
        Ok(())
    }

    /// Nothing fitted what was asked.
    fn not_understood(&mut self, slot: &str) {
        let options: Vec<String> = self
            .state
            .asking()
            .map(|asking| asking.options.iter().map(|option| option.label.clone()).collect())
            .unwrap_or_default();
        let missed = self.state.top().and_then(|frame| frame.misses.get(slot)).copied().unwrap_or(0);
        let title = self.slot_title(slot);
        let told = self.enumerate(&options);
        let said = match (slot == CONFIRM, missed) {
            (true, _) => self.phrase(Phrase::ConfirmAgain, &[]),
            (false, 0) => self.phrase(Phrase::NotUnderstood, &[("title", title)]),
            (false, _) => self.phrase(Phrase::NotUnderstoodAgain, &[("title", title), ("options", told)]),
        };
        self.miss(slot, Some(said));
    }

    /// Counts that what was asked has no answer, says why not, and goes on.
    fn miss(&mut self, slot: &str, said: Option<String>) {
        self.returned = true;
        if let Err(message) = self.missed(slot, said) {
            self.fail("expression", &message, false);
        }
        self.run();
    }
}

/// Whether a command was meant for something that was under way.
fn goes_on(judged: &Judged) -> bool {
    use Command::{Affirm, Cancel, CorrectSlot, Deny, FillSlot};
    matches!(judged.proposed.command, Affirm | Deny | Cancel | CorrectSlot { .. } | FillSlot { .. })
}

/// The order in which kinds of commands are executed.
fn rank(command: &Command) -> u8 {
    match command {
        Command::HandOver { .. } => 0,
        Command::Answer { .. } | Command::ChitChat { .. } => 1,
        Command::Affirm | Command::Deny => 2,
        Command::Cancel => 3,
        Command::CorrectSlot { .. } => 4,
        Command::FillSlot { .. } => 5,
        Command::StartFlow { .. } => 6,
        Command::Clarify { .. } => 7,
        Command::CannotHandle => 8,
    }
}
