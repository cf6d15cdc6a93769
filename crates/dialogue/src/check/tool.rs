//! What a call needs: a tool that is there, its inputs, a confirmation, a customer who is known well enough.

use yingda_expression::Expression;
use yingda_yaml::{Said, said};

use super::path::Walk;
use super::state::{State, join};
use super::{Effect, KnownTool};
use crate::{Needs, Place, Problem, ToolStep};

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
    /// Checks a call, and what may take it back.
    pub fn tool(&mut self, tool: &ToolStep, place: Place, state: State) -> Option<State> {
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
                let message = said!("调用工具时没有“{code}”这种错误", "no call fails with the code `{code}`");
                let problem = Problem::error(self.file(), spot, message);
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
            let message = said!("没有工具“{name}”", "there is no tool `{name}`");
            let problem = Problem::error(self.file(), place, message);
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
                let message = said!("“{tool}”没有输入“{name}”", "`{tool}` has no input `{name}`", tool = known.name);
                let problem = Problem::error(self.file(), spot, message);
                self.problems.push(problem.one_of(name, known.inputs.iter().map(|input| input.name.as_str())));
            }
            let what = said!("“{tool}”的输入“{name}”", "the input `{name}` of `{tool}`", tool = known.name);
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
            let (tool, first) = (&known.name, missing[0]);
            let message = Said {
                zh: format!("“{tool}”缺少输入“{}”", missing.join("”“")),
                en: format!("`{tool}` needs `{}`", missing.join("`, `")),
            };
            let hint = said!("请在 `with:` 下加上：`{first}: …`", "add it under `with:`: `{first}: …`");
            self.error(spot, message).hint = Some(hint);
        }
    }

    fn values(&mut self, with: &[(String, Expression)], place: Place, part: &str, state: &State) {
        for (name, value) in with {
            let spot = self.place(place, &format!("{part}.{name}"));
            self.expression(value, spot, None, &said!("值", "the value"), state);
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
                    said!(
                        "“{name}”会改动数据，但顾客不同意时也会走到这里",
                        "`{name}` changes something, but is also reached after a no"
                    ),
                    said!(
                        "第 {line} 行“confirm”的 `no:` 会继续走到这里：请在那里最后加上 `- end: cancelled`",
                        "the `no:` steps of the `confirm` in line {line} go on to here: end them with `- end: cancelled`"
                    ),
                ),
                (None, true) => (
                    said!(
                        "“{name}”会改动数据，但不是每条路都先经过“confirm”",
                        "`{name}` changes something, but not every path to it has a `confirm`"
                    ),
                    said!("请把“confirm”步骤放在紧挨着它的前面", "put the `confirm` step right before it"),
                ),
                (None, false) => (
                    said!(
                        "“{name}”会改动数据，但前面没有确认",
                        "`{name}` changes something, but nothing is confirmed before"
                    ),
                    said!(
                        "请在前面加一步 `- confirm: {{zh: …, en: …}}`",
                        "put a `- confirm: {{zh: …, en: …}}` step before it"
                    ),
                ),
            };
            self.error(spot, message).hint = Some(hint);
            return;
        };
        for (input, value) in &tool.with {
            if let Some(slot) = value.names().iter().find(|name| state.asked_since.contains(*name)) {
                let spot = self.place(place, &format!("with.{input}"));
                let message = said!(
                    "“{slot}”是在第 {line} 行的“confirm”之后才问的：顾客没有确认过它",
                    "`{slot}` is asked after the `confirm` in line {line}: the customer did not confirm it"
                );
                let hint = said!("请提前问，并在确认时说出来", "ask it before, and say it in the confirmation");
                self.warn(spot, message).hint = Some(hint);
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
            let message = said!(
                "“{tool}”要求 `needs: {needs}`，而这个流程正是用来核实身份的",
                "`{tool}` needs a customer who is {needs}, but this flow is there to find that out",
                tool = known.name
            );
            let hint = said!("这里请用 `needs: none` 的工具", "call a tool with `needs: none` here");
            self.error(spot, message).hint = Some(hint);
            return;
        }
        let message = match known.needs {
            Needs::Verified => said!(
                "没有核实顾客身份时，“{tool}”会被拒绝",
                "`{tool}` is refused unless the customer is verified",
                tool = known.name
            ),
            _ => said!(
                "不知道顾客是谁时，“{tool}”会被拒绝",
                "`{tool}` is refused unless the customer is known",
                tool = known.name
            ),
        };
        let hint = match identity {
            Some(identity) => said!(
                "请在流程开头写上 `needs: {needs}`，或者在前面加一步 `- call: {identity}`",
                "write `needs: {needs}` at the head of the flow, or `- call: {identity}` before"
            ),
            None => said!("请在流程开头写上 `needs: {needs}`", "write `needs: {needs}` at the head of the flow"),
        };
        self.warn(spot, message).hint = Some(hint);
    }
}
