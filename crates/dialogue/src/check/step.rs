//! What each kind of step needs, and what is known after it.

use yingda_expression::Expression;
use yingda_yaml::{Said, said};

use super::path::{Exit, Walk, Way, always_is};
use super::state::{State, join};
use super::{Kind, kind, names};
use crate::{ChoiceOption, Collect, Does, Place, Problem, SlotType, Step};

/// The most rounds of loops within loops, multiplied.
const MOST_ROUNDS: u32 = 500;

fn no_slot(name: &str) -> Said {
    said!("没有槽位“{name}”", "there is no slot `{name}`")
}

impl Walk<'_> {
    /// What is known after a step; `None` when it does not go on.
    pub fn does(&mut self, step: &Step, mut state: State) -> Option<State> {
        let place = step.place;
        match &step.does {
            Does::Collect(collect) => return self.collect(collect, place, state),
            Does::Say(text) => self.text(text, self.place(place, "say"), &state),
            Does::Choice { ask, into, options } => {
                self.text(ask, self.place(place, "choice"), &state);
                return self.choice(into.as_deref(), options, state);
            }
            Does::Call(tool) => return self.tool(tool, place, state),
            Does::Branch { arms, otherwise } => return self.branch(arms, otherwise, place, state),
            Does::For { item, list, most, steps } => return self.loops(item, list, *most, steps, place, state),
            Does::Confirm { ask, no } => {
                self.text(ask, self.place(place, "confirm"), &state);
                let mut denied = state.clone();
                denied.asked = true;
                state.confirm(place.line);
                if let Some(steps) = no {
                    denied.confirmed = None;
                    let mut after = self.sometimes(steps, Some(denied));
                    if let Some(after) = &mut after {
                        after.no_goes_on = Some(place.line);
                    }
                    return join(Some(state), after);
                }
            }
            Does::Set(set) => {
                for (name, value) in set {
                    let spot = self.place(place, &format!("set.{name}"));
                    let slot = self.read.flow.slots.get(name);
                    let expected = slot.and_then(kind::of_slot);
                    let what = said!("槽位“{name}”", "the slot `{name}`");
                    let came = self.expression(value, spot, expected, &what, &state);
                    let options = state.options.get(name).cloned();
                    state.give(name, expected.or(came));
                    state.options.extend(options.map(|options| (name.clone(), options)));
                }
            }
            Does::Forget(names) => {
                for name in names {
                    self.must_exist(name, self.place(place, "forget"));
                    state.take(name);
                }
            }
            Does::Again(slot) => {
                self.again(slot, self.place(place, "again"));
                return None;
            }
            Does::Run { flow, with, into } => return self.call(flow, with, into.as_deref(), place, state),
            Does::Link { flow } => {
                let spot = self.place(place, "link");
                self.flow_exists(flow, spot);
                self.exits.push(Exit { to: flow.clone(), way: Way::Link, place: spot, asked: state.asked });
                return None;
            }
            Does::Knowledge(key) => {
                if let Some(entries) = &self.world.known.entries
                    && !entries.contains(key)
                {
                    let message =
                        said!("没有编号为“{key}”的知识条目", "there is no knowledge entry with the key `{key}`");
                    let problem = Problem::error(self.file(), self.place(place, "knowledge"), message);
                    self.problems.push(problem.meant(key, entries.iter().map(String::as_str)));
                }
            }
            Does::UndoAll => {}
            Does::HandOver { note, reason: _ } => {
                if let Some(note) = note {
                    self.text(note, self.place(place, "note"), &state);
                }
                return None;
            }
            Does::End(_) => return None,
        }
        Some(state)
    }

    fn collect(&mut self, collect: &Collect, place: Place, mut state: State) -> Option<State> {
        let name = collect.slot.as_str();
        let flow = &self.read.flow;
        self.used.insert(name.to_owned());
        let Some(slot) = flow.slots.get(name) else {
            let spot = self.place(place, "collect");
            let problem =
                Problem::error(self.file(), spot, no_slot(name)).meant(name, flow.slots.keys().map(String::as_str));
            let hint = said!(
                "请在 `slots:` 下加上：`{name}: {{type: text}}`",
                "add it under `slots:`: `{name}: {{type: text}}`"
            );
            self.problems.push(if problem.hint.is_some() { problem } else { problem.hint(hint) });
            return Some(state);
        };
        self.asked_in.insert(name.to_owned(), self.loops.clone());
        if let SlotType::Pick(pick) = &slot.of {
            let spot = self.place(slot.place, "from");
            self.expression(
                &pick.from,
                spot,
                Some(Kind::List),
                &said!("供挑选的列表", "the list to pick from"),
                &state,
            );
            self.locals.push("item".to_owned());
            self.text(&pick.label, self.place(slot.place, "label"), &state);
            if let Some(value) = &pick.value {
                let what = said!("值", "the value");
                self.expression(value, self.place(slot.place, "value"), None, &what, &state);
            }
            self.locals.pop();
        }
        if let SlotType::Choice(options) = &slot.of {
            for option in options {
                self.text(&option.label, self.place(option.place, "label"), &state);
            }
        }
        self.text(&collect.ask, self.place(place, "ask"), &state);
        if let Some(offer) = &collect.offer {
            let what = said!("供选择的内容", "what is offered");
            self.expression(offer, self.place(place, "offer"), Some(Kind::List), &what, &state);
        }
        let before = state.clone();
        state.give(name, kind::of_slot(slot));
        if let SlotType::Choice(options) = &slot.of {
            state.options.insert(name.to_owned(), options.iter().map(|option| option.id.clone()).collect());
        }
        state.asked = true;
        state.asked_since.insert(name.to_owned());
        if let Some(check) = &collect.check {
            self.condition(check, self.place(place, "check"), &state);
        }
        if let Some(invalid) = &collect.invalid {
            self.text(invalid, self.place(place, "invalid"), &state);
        }
        let Some(otherwise) = &collect.otherwise else { return Some(state) };
        let after = self.sometimes(otherwise, Some(State { asked: true, ..before }));
        join(Some(state), after)
    }

    fn choice(&mut self, into: Option<&str>, options: &[ChoiceOption], mut state: State) -> Option<State> {
        state.asked = true;
        if let Some(into) = into {
            state.give(into, Some(Kind::Text));
            state.options.insert(into.to_owned(), options.iter().map(|option| option.id.clone()).collect());
            self.asked_in.insert(into.to_owned(), self.loops.clone());
        }
        let mut after = None;
        for option in options {
            self.text(&option.label, self.place(option.place, "label"), &state);
            after = join(after, self.sometimes(&option.then, Some(state.clone())));
        }
        after
    }

    fn branch(
        &mut self,
        arms: &[(Expression, Vec<Step>)],
        otherwise: &[Step],
        place: Place,
        state: State,
    ) -> Option<State> {
        let mut after = None;
        let mut is_over = false;
        for (index, (condition, steps)) in arms.iter().enumerate() {
            let spot = self.place(place, &format!("if.{index}"));
            if is_over {
                let message = said!(
                    "走不到这种情况：它前面的条件总是成立",
                    "this case is never reached: the condition before it is always true"
                );
                self.error(spot, message);
                break;
            }
            self.condition(condition, spot, &state);
            let constant = kind::constant(condition);
            if let Some(always) = constant {
                self.warn(spot, always_is(always));
            }
            is_over = constant == Some(true);
            after = join(after, self.sometimes(steps, Some(names::when_true(condition, state.clone()))));
        }
        join(after, self.sometimes(otherwise, Some(state)))
    }

    fn loops(
        &mut self,
        item: &str,
        list: &Expression,
        most: u32,
        steps: &[Step],
        place: Place,
        state: State,
    ) -> Option<State> {
        let what = said!("循环的内容", "what a loop goes over");
        self.expression(list, self.place(place, "in"), Some(Kind::List), &what, &state);
        let outer = self.rounds;
        self.rounds = outer.saturating_mul(most);
        if self.rounds > MOST_ROUNDS {
            let message = said!(
                "循环套循环，最多会转 {rounds} 次，超过了 {MOST_ROUNDS} 次",
                "loops within loops make up to {rounds} rounds, more than {MOST_ROUNDS}",
                rounds = self.rounds
            );
            self.error(self.place(place, "for"), message).hint = Some(said!("请把“most”改小", "lower `most`"));
        }
        self.locals.push(item.to_owned());
        self.loops.push(place);
        let after = self.sometimes(steps, Some(state.clone()));
        self.loops.pop();
        self.locals.pop();
        self.rounds = outer;
        join(Some(state), after)
    }

    fn call(
        &mut self,
        flow: &str,
        with: &[(String, Expression)],
        into: Option<&str>,
        place: Place,
        mut state: State,
    ) -> Option<State> {
        let spot = self.place(place, "call");
        self.flow_exists(flow, spot);
        self.exits.push(Exit { to: flow.to_owned(), way: Way::Call, place: spot, asked: state.asked });
        let target = self.world.flow(flow);
        for (name, value) in with {
            let slot = target.and_then(|target| target.flow.slots.get(name));
            if let (None, Some(target)) = (slot, target)
                && !target.given.contains(name)
            {
                let spot = self.place(place, &format!("with.{name}:"));
                let message = said!("流程“{flow}”没有槽位“{name}”", "the flow `{flow}` has no slot `{name}`");
                let problem = Problem::error(self.file(), spot, message);
                self.problems.push(problem.one_of(name, target.flow.slots.keys().map(String::as_str)));
            }
            let spot = self.place(place, &format!("with.{name}"));
            let what = said!("“{flow}”的槽位“{name}”", "the slot `{name}` of `{flow}`");
            self.expression(value, spot, slot.and_then(kind::of_slot), &what, &state);
        }
        if let Some(into) = into {
            state.give(into, None);
        }
        state.identified |= self.world.identity() == Some(flow);
        Some(state)
    }

    fn flow_exists(&mut self, flow: &str, place: Place) {
        if !self.world.is_flow(flow) {
            let message = said!("没有流程“{flow}”", "there is no flow `{flow}`");
            let problem = Problem::error(self.file(), place, message);
            self.problems.push(problem.one_of(flow, self.world.flow_ids()));
        }
    }

    fn must_exist(&mut self, name: &str, place: Place) {
        self.used.insert(name.to_owned());
        let flow = &self.read.flow;
        if flow.slots.contains_key(name) || self.given_at.contains_key(name) || self.read.given.contains(name) {
            return;
        }
        let names = flow.slots.keys().chain(self.given_at.keys()).map(String::as_str);
        let problem = Problem::error(self.file(), place, no_slot(name)).meant(name, names);
        self.problems.push(problem);
    }

    /// Where `again` goes back to.
    fn again(&mut self, slot: &str, place: Place) {
        self.must_exist(slot, place);
        if self.read.broken {
            return;
        }
        let Some(asked_in) = self.asked_in.get(slot) else {
            if self.read.flow.slots.contains_key(slot) || self.given_at.contains_key(slot) {
                let message = said!(
                    "“again”要回到问“{slot}”的地方，但前面没有步骤问过它",
                    "`again` goes back to where `{slot}` is asked, but no step before this asks it"
                );
                let hint = said!("前面要有 `collect: {slot}`", "`collect: {slot}` must come before");
                self.error(place, message).hint = Some(hint);
            }
            return;
        };
        if !self.loops.starts_with(asked_in) {
            let message = said!(
                "“{slot}”是在循环里问的，循环到这里已经结束：“again”回不去",
                "`{slot}` is asked within a loop that has ended here: `again` cannot go back into it"
            );
            let hint =
                said!("请在循环之前问，或者把“again”放进循环里", "ask it before the loop, or put `again` into it");
            self.error(place, message).hint = Some(hint);
        }
    }
}

impl Step {
    /// The lists of steps below this one, each with how the graph calls it.
    pub(crate) fn below(&self) -> Vec<(String, &[Step])> {
        match &self.does {
            Does::Collect(collect) => {
                collect.otherwise.iter().map(|steps| ("otherwise".to_owned(), steps.as_slice())).collect()
            }
            Does::Choice { options, .. } => {
                options.iter().map(|option| (option.id.clone(), option.then.as_slice())).collect()
            }
            Does::Call(tool) => tool.on_error.iter().map(|(code, steps)| (code.clone(), steps.as_slice())).collect(),
            Does::Branch { arms, otherwise } => {
                let arms = arms.iter().map(|(condition, steps)| (condition.source().to_owned(), steps.as_slice()));
                arms.chain([("else".to_owned(), otherwise.as_slice())]).collect()
            }
            Does::For { steps, .. } => vec![("each".to_owned(), steps.as_slice())],
            Does::Confirm { no, .. } => no.iter().map(|steps| ("no".to_owned(), steps.as_slice())).collect(),
            _ => Vec::new(),
        }
    }
}
