//! Walking all paths of a flow, step by step, with what is known at each.

use std::collections::{BTreeMap, BTreeSet};

use yingda_expression::Expression;
use yingda_yaml::{Said, said};

use super::state::{State, join};
use super::{Kind, World, kind};
use crate::read::Read;
use crate::{Does, Place, Problem, SlotType, Step};

/// Whether a flow comes back from where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Call,
    Link,
}

/// A flow goes to another.
pub(super) struct Exit {
    pub to: String,
    pub way: Way,
    pub place: Place,
    /// Whether the customer is asked something before, on every path.
    pub asked: bool,
}

/// What a walk through a flow found.
pub(super) struct Walked {
    pub exits: Vec<Exit>,
}

/// A walk under way.
pub(super) struct Walk<'a> {
    pub world: &'a World<'a>,
    pub read: &'a Read,
    pub problems: &'a mut Vec<Problem>,
    pub exits: Vec<Exit>,
    /// Where each name first gets a value.
    pub given_at: BTreeMap<String, u32>,
    /// Names that exist here only: the item of a loop, of a pick; `error`.
    pub locals: Vec<String>,
    /// Conditions, choices and cases around the step.
    pub conditions: usize,
    /// Rounds of the loops around the step, multiplied.
    pub rounds: u32,
    /// Loops around the step by place, and around each slot that was asked.
    pub loops: Vec<Place>,
    pub asked_in: BTreeMap<String, Vec<Place>>,
    /// Names that are used anywhere.
    pub used: BTreeSet<String>,
    /// Ids of steps.
    pub ids: BTreeMap<String, u32>,
}

/// Walks a flow and reports what is wrong on its paths.
pub(super) fn walk<'a>(world: &'a World<'a>, read: &'a Read, problems: &'a mut Vec<Problem>) -> Walked {
    let mut walk = Walk {
        world,
        read,
        problems,
        exits: Vec::new(),
        given_at: BTreeMap::new(),
        locals: Vec::new(),
        conditions: 0,
        rounds: 1,
        loops: Vec::new(),
        asked_in: BTreeMap::new(),
        used: BTreeSet::new(),
        ids: BTreeMap::new(),
    };
    note_given(&read.flow.steps, &mut walk.given_at);
    walk.head();
    let mut begin = State::default();
    for slot in read.flow.slots.values() {
        if let Some(kind) = kind::of_slot(slot) {
            begin.kinds.insert(slot.name.clone(), kind);
        }
        if let SlotType::Choice(options) = &slot.of {
            begin.options.insert(slot.name.clone(), options.iter().map(|option| option.id.clone()).collect());
        }
    }
    let end = walk.steps(&read.flow.steps, Some(begin));
    if let Some(result) = &read.flow.result {
        let mut state = end.unwrap_or_default();
        state.sure.extend(walk.given_at.keys().cloned());
        walk.names(result.names(), walk.place(read.flow.place, "result"), &state, result.source());
    }
    walk.unused();
    Walked { exits: walk.exits }
}

/// A condition that could as well be left out.
pub(super) fn always_is(constant: bool) -> Said {
    if constant {
        said!("这个条件总是成立", "the condition is always true")
    } else {
        said!("这个条件永远不成立", "the condition is always false")
    }
}

/// Notes where names get values, in the order of the file.
fn note_given(steps: &[Step], given: &mut BTreeMap<String, u32>) {
    for step in steps {
        let mut note = |name: &String| {
            given.entry(name.clone()).or_insert(step.place.line);
        };
        match &step.does {
            Does::Collect(collect) => note(&collect.slot),
            Does::Choice { into, .. } | Does::Run { into, .. } => into.iter().for_each(&mut note),
            Does::Call(tool) => tool.into.iter().for_each(&mut note),
            Does::Set(set) => set.iter().for_each(|(name, _)| note(name)),
            _ => {}
        }
        for (_, below) in step.below() {
            note_given(below, given);
        }
    }
}

impl Walk<'_> {
    pub fn file(&self) -> &str {
        &self.read.flow.file
    }

    pub fn place(&self, whole: Place, part: &str) -> Place {
        self.read.spots.of(whole, part)
    }

    pub fn error(&mut self, place: Place, message: Said) -> &mut Problem {
        self.report(Problem::error(self.file(), place, message))
    }

    pub fn warn(&mut self, place: Place, message: Said) -> &mut Problem {
        self.report(Problem::warning(self.file(), place, message))
    }

    fn report(&mut self, problem: Problem) -> &mut Problem {
        self.problems.push(problem);
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    /// What the head of the flow says.
    fn head(&mut self) {
        let flow = &self.read.flow;
        let state = State::default();
        if let Some(when) = &flow.starts.when {
            let place = self.place(flow.place, "starts.when");
            if let Some(slot) = when.names().iter().find(|name| flow.slots.contains_key(*name)) {
                let message = said!(
                    "“when”在流程开始之前判断，那时“{slot}”还没有值",
                    "`when` is looked at before the flow begins, and `{slot}` has no value then"
                );
                let hint = said!(
                    "“when”里可以用 contact、inbox、channel、lang、now、mood、event、desk 和 settings",
                    "`when` may use contact, inbox, channel, lang, now, mood, event, desk and settings"
                );
                self.error(place, message).hint = Some(hint);
                self.used.extend(when.names().iter().cloned());
            } else {
                self.condition(when, place, &state);
            }
        }
        let titles = std::iter::once((flow.place, "title", Some(&flow.title)))
            .chain([(flow.place, "description", flow.description.as_ref())])
            .chain(flow.slots.values().map(|slot| (slot.place, "title", slot.title.as_ref())));
        for (whole, part, text) in titles {
            let Some(text) = text else { continue };
            if let Some(name) = text.templates().flat_map(|template| template.names()).next() {
                let message = said!(
                    "说到“{part}”时“{name}”还没有值：这里只能是固定的文字",
                    "a {part} is said where `{name}` has no value: it must be a plain text"
                );
                self.error(self.place(whole, part), message);
            }
        }
    }

    /// Walks steps one after the other.
    pub fn steps(&mut self, steps: &[Step], state: Option<State>) -> Option<State> {
        let mut state = state;
        let mut before: Option<&Step> = None;
        for step in steps {
            let Some(here) = state else {
                if !self.read.broken
                    && let Some(before) = before
                {
                    let message = said!(
                        "走不到这一步：第 {line} 行的步骤已经结束或者跳走了",
                        "this step is never reached: the step in line {line} does not go on",
                        line = before.place.line
                    );
                    let hint = said!("请删掉它，或者移到前面", "remove it, or move it up");
                    self.error(step.place, message).hint = Some(hint);
                }
                return None;
            };
            state = self.step(step, here);
            before = Some(step);
        }
        state
    }

    /// Walks steps that are done only sometimes.
    pub fn sometimes(&mut self, steps: &[Step], state: Option<State>) -> Option<State> {
        self.conditions += 1;
        let state = self.steps(steps, state);
        self.conditions -= 1;
        state
    }

    fn step(&mut self, step: &Step, state: State) -> Option<State> {
        if let Some(id) = &step.id
            && let Some(line) = self.ids.insert(id.clone(), step.place.line)
        {
            let place = self.place(step.place, "id");
            let message = said!(
                "第 {line} 行已经有一个步骤叫“{id}”：步骤的 id 不能相同",
                "there is another step `{id}`, in line {line}: ids must differ"
            );
            self.error(place, message);
        }
        let Some(condition) = &step.only_if else { return self.does(step, state) };
        let place = self.place(step.place, "if");
        self.condition(condition, place, &state);
        if let Some(always) = kind::constant(condition) {
            self.warn(place, always_is(always));
        }
        self.conditions += 1;
        let done = self.does(step, super::names::when_true(condition, state.clone()));
        self.conditions -= 1;
        join(done, Some(state))
    }

    /// Checks a condition.
    pub fn condition(&mut self, condition: &Expression, place: Place, state: &State) {
        self.expression(condition, place, Some(Kind::YesNo), &said!("条件", "a condition"), state);
    }

    /// Checks an expression of which a kind of value is expected; `what` it is, for messages. Gives its kind, where that can be told.
    pub fn expression(
        &mut self,
        expression: &Expression,
        place: Place,
        expected: Option<Kind>,
        what: &Said,
        state: &State,
    ) -> Option<Kind> {
        self.names(expression.names(), place, state, expression.source());
        self.literals(expression, place, state);
        let mut kinds = state.kinds.clone();
        kinds.extend(["channel", "lang", "now"].map(|name| (name.to_owned(), Kind::Text)));
        for local in &self.locals {
            kinds.remove(local);
        }
        match kind::of_expression(expression, &kinds) {
            Ok(came) => {
                if let (Some(came), Some(expected)) = (came, expected)
                    && came != expected
                {
                    let (expected, came) = (expected.name(), came.name());
                    let message = said!(
                        "{what}应为{expected}，但 `{source}` 是{came}",
                        "{what} must be {expected}, but `{source}` is {came}",
                        [what, expected, came],
                        source = expression.source()
                    );
                    self.error(place, message);
                }
                came
            }
            Err(message) => {
                let message = said!(
                    "`{source}` 的类型不合：{message}",
                    "`{source}` does not fit its types: {message}",
                    [message],
                    source = expression.source()
                );
                self.error(place, message);
                None
            }
        }
    }

    /// Slots that nobody needs.
    fn unused(&mut self) {
        if self.read.broken {
            return;
        }
        let flow = &self.read.flow;
        for slot in flow.slots.values() {
            if !self.used.contains(&slot.name) && !self.given_at.contains_key(&slot.name) {
                let message = said!(
                    "槽位“{name}”既没有问过，也没有用到",
                    "the slot `{name}` is neither asked nor used",
                    name = slot.name
                );
                let hint = said!("请删掉它，或者用“collect”去问", "remove it, or `collect` it");
                self.warn(slot.place, message).hint = Some(hint);
            }
        }
    }
}
