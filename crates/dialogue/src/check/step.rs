//! What each kind of step needs, and what is known after it.

use yingda_expression::Expression;

use super::path::{Exit, Walk, Way};
use super::state::{State, join};
use super::{Effect, Kind, KnownTool, kind, names};
use crate::{ChoiceOption, Collect, Does, Needs, Place, Problem, SlotType, Step, ToolStep};

/// The most rounds of loops within loops, multiplied.
const MOST_ROUNDS: u32 = 500;

/// What can go wrong with a call; see docs/tools.md.
pub(crate) const CODES: [&str; 13] = [
    "any",
    "not_found",
    "not_theirs",
    "refused",
    "limit",
    "right",
    "unverified",
    "input",
    "schema",
    "timeout",
    "unreachable",
    "broken",
    "uncertain",
];

impl<'a> Walk<'a> {
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
                    let came = self.expression(value, spot, expected, &format!("the slot `{name}`"), &state);
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
                    let problem = Problem::error(
                        self.file(),
                        self.place(place, "knowledge"),
                        format!("there is no knowledge entry with the key `{key}`"),
                    );
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
            let problem = Problem::error(self.file(), spot, format!("there is no slot `{name}`"))
                .meant(name, flow.slots.keys().map(String::as_str));
            let hint = format!("add it under `slots:`: `{name}: {{type: text}}`");
            self.problems.push(if problem.hint.is_some() { problem } else { problem.hint(hint) });
            return Some(state);
        };
        self.asked_in.insert(name.to_owned(), self.loops.clone());
        if let SlotType::Pick(pick) = &slot.of {
            let spot = self.place(slot.place, "from");
            self.expression(&pick.from, spot, Some(Kind::List), "the list to pick from", &state);
            self.locals.push("item".to_owned());
            self.text(&pick.label, self.place(slot.place, "label"), &state);
            if let Some(value) = &pick.value {
                self.expression(value, self.place(slot.place, "value"), None, "the value", &state);
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
            self.expression(offer, self.place(place, "offer"), Some(Kind::List), "what is offered", &state);
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
                self.error(spot, "this case is never reached: the condition before it is always true");
                break;
            }
            self.condition(condition, spot, &state);
            let constant = kind::constant(condition);
            if let Some(always) = constant {
                self.warn(spot, format!("the condition is always {always}"));
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
        self.expression(list, self.place(place, "in"), Some(Kind::List), "what a loop goes over", &state);
        let outer = self.rounds;
        self.rounds = outer.saturating_mul(most);
        if self.rounds > MOST_ROUNDS {
            let message = format!("loops within loops make up to {} rounds, more than {MOST_ROUNDS}", self.rounds);
            self.error(self.place(place, "for"), message).hint = Some("lower `most`".to_owned());
        }
        self.locals.push(item.to_owned());
        self.loops.push(place);
        let after = self.sometimes(steps, Some(state.clone()));
        self.loops.pop();
        self.locals.pop();
        self.rounds = outer;
        join(Some(state), after)
    }

    fn tool(&mut self, tool: &ToolStep, place: Place, state: State) -> Option<State> {
        let spot = self.place(place, "do");
        if let Some(known) = self.known_tool(&tool.tool, spot) {
            self.inputs(known, &tool.with, place, "with", spot, &state);
            if known.effect == Effect::Write {
                self.confirmed(tool, place, spot, &state);
            }
            self.may_call(known, tool, spot, &state);
        } else {
            self.values(&tool.with, place, "with", &state);
        }
        let mut done = state.clone();
        if let Some(into) = &tool.into {
            done.give(into, None);
        }
        if let Some((name, with)) = &tool.undo {
            let undo = self.place(place, "undo.do");
            match self.known_tool(name, undo) {
                Some(known) => self.inputs(known, with, place, "undo.with", undo, &done),
                None => self.values(with, place, "undo.with", &done),
            }
        }
        let mut after = Some(done);
        for (code, steps) in &tool.on_error {
            if !CODES.contains(&code.as_str()) {
                let spot = self.place(place, &format!("on_error.{code}"));
                let problem = Problem::error(self.file(), spot, format!("no call fails with the code `{code}`"));
                self.problems.push(problem.one_of(code, CODES));
            }
            self.locals.push("error".to_owned());
            after = join(after, self.sometimes(steps, Some(state.clone())));
            self.locals.pop();
        }
        after
    }

    /// The tool of this name; reports it when there is none.
    fn known_tool(&mut self, name: &str, place: Place) -> Option<&'a KnownTool> {
        let tools = &self.world.known.tools;
        let found = tools.iter().find(|tool| tool.name == name);
        if found.is_none() {
            let problem = Problem::error(self.file(), place, format!("there is no tool `{name}`"));
            self.problems.push(problem.one_of(name, tools.iter().map(|tool| tool.name.as_str())));
        }
        found
    }

    /// Checks what a tool is given.
    fn inputs(
        &mut self,
        known: &KnownTool,
        with: &[(String, Expression)],
        place: Place,
        part: &str,
        spot: Place,
        state: &State,
    ) {
        for (name, value) in with {
            let input = known.inputs.iter().find(|input| input.name == *name);
            if input.is_none() {
                let spot = self.place(place, &format!("{part}.{name}:"));
                let problem = Problem::error(self.file(), spot, format!("`{}` has no input `{name}`", known.name));
                self.problems.push(problem.one_of(name, known.inputs.iter().map(|input| input.name.as_str())));
            }
            let what = format!("the input `{name}` of `{}`", known.name);
            let spot = self.place(place, &format!("{part}.{name}"));
            self.expression(value, spot, input.and_then(|input| input.of), &what, state);
            self.given_to_tool(value, spot, state);
        }
        let missing: Vec<&str> = known
            .inputs
            .iter()
            .filter(|input| input.required && !with.iter().any(|(name, _)| *name == input.name))
            .map(|input| input.name.as_str())
            .collect();
        if !missing.is_empty() {
            let message = format!("`{}` needs `{}`", known.name, missing.join("`, `"));
            let hint = format!("add it under `with:`: `{}: …`", missing[0]);
            self.error(spot, message).hint = Some(hint);
        }
    }

    fn values(&mut self, with: &[(String, Expression)], place: Place, part: &str, state: &State) {
        for (name, value) in with {
            let spot = self.place(place, &format!("{part}.{name}"));
            self.expression(value, spot, None, "the value", state);
            self.given_to_tool(value, spot, state);
        }
    }

    fn given_to_tool(&mut self, value: &Expression, place: Place, state: &State) {
        for name in value.names() {
            self.not_asked_yet(name, place, state, value.source());
        }
    }

    /// What changes something must be confirmed before.
    fn confirmed(&mut self, tool: &ToolStep, place: Place, spot: Place, state: &State) {
        if self.read.broken {
            return;
        }
        let name = &tool.tool;
        let Some(line) = state.confirmed else {
            let (message, hint) = match (state.no_goes_on, state.sometimes_confirmed) {
                (Some(line), _) => (
                    format!("`{name}` changes something, but is also reached after a no"),
                    format!(
                        "the `no:` steps of the `confirm` in line {line} go on to here: end them with `- end: cancelled`"
                    ),
                ),
                (None, true) => (
                    format!("`{name}` changes something, but not every path to it has a `confirm`"),
                    "put the `confirm` step right before it".to_owned(),
                ),
                (None, false) => (
                    format!("`{name}` changes something, but nothing is confirmed before"),
                    "put a `- confirm: {zh: …, en: …}` step before it".to_owned(),
                ),
            };
            self.error(spot, message).hint = Some(hint);
            return;
        };
        for (input, value) in &tool.with {
            if let Some(slot) = value.names().iter().find(|name| state.asked_since.contains(*name)) {
                let spot = self.place(place, &format!("with.{input}"));
                let message =
                    format!("`{slot}` is asked after the `confirm` in line {line}: the customer did not confirm it");
                self.warn(spot, message).hint = Some("ask it before, and say it in the confirmation".to_owned());
            }
        }
    }

    /// What a tool wants to know of the customer.
    fn may_call(&mut self, known: &KnownTool, tool: &ToolStep, spot: Place, state: &State) {
        let flow = &self.read.flow;
        let is_handled = tool.on_error.iter().any(|(code, _)| code == "unverified");
        if known.needs <= flow.needs || state.identified || is_handled || self.read.broken {
            return;
        }
        let needs = match known.needs {
            Needs::Verified => "verified",
            _ => "known",
        };
        let identity = self.world.identity();
        if identity == Some(flow.id.as_str()) {
            let message =
                format!("`{}` needs a customer who is {needs}, but this flow is there to find that out", known.name);
            self.error(spot, message).hint = Some("call a tool with `needs: none` here".to_owned());
            return;
        }
        let message = format!("`{}` is refused unless the customer is {needs}", known.name);
        let hint = match identity {
            Some(identity) => format!("write `needs: {needs}` at the head of the flow, or `- call: {identity}` before"),
            None => format!("write `needs: {needs}` at the head of the flow"),
        };
        self.warn(spot, message).hint = Some(hint);
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
                let problem = Problem::error(self.file(), spot, format!("the flow `{flow}` has no slot `{name}`"));
                self.problems.push(problem.one_of(name, target.flow.slots.keys().map(String::as_str)));
            }
            let spot = self.place(place, &format!("with.{name}"));
            let what = format!("the slot `{name}` of `{flow}`");
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
            let problem = Problem::error(self.file(), place, format!("there is no flow `{flow}`"));
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
        let problem = Problem::error(self.file(), place, format!("there is no slot `{name}`")).meant(name, names);
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
                let message = format!("`again` goes back to where `{slot}` is asked, but no step before this asks it");
                self.error(place, message).hint = Some(format!("`collect: {slot}` must come before"));
            }
            return;
        };
        if !self.loops.starts_with(asked_in) {
            let message =
                format!("`{slot}` is asked within a loop that has ended here: `again` cannot go back into it");
            self.error(place, message).hint = Some("ask it before the loop, or put `again` into it".to_owned());
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
