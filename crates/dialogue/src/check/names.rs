//! Names: whether each exists where it is used, and whether the words it is compared with can be its values.

use std::collections::BTreeSet;

use yingda_expression::Expression;
use yingda_yaml::said;

use super::path::Walk;
use super::state::State;
use crate::read::KNOWN_NAMES;
use crate::{Place, Problem, Text};

/// Names that exist only in some places.
const LOCAL: [&str; 2] = ["error", "item"];

impl Walk<'_> {
    /// Checks the names of a text that is said here.
    pub fn text(&mut self, text: &Text, place: Place, state: &State) {
        let names: BTreeSet<&String> = text.templates().flat_map(|template| template.names()).collect();
        for name in names {
            // Every variant must cope with a missing value: one that does not is enough to say so.
            let bare =
                text.templates().find(|template| template.names().contains(name) && !guards(template.source(), name));
            let guarded = text.templates().find(|template| template.names().contains(name));
            let source = bare.or(guarded).map(|template| template.source().to_owned()).unwrap_or_default();
            self.name(name, place, state, &source);
            self.not_asked_yet(name, place, state, &source);
        }
    }

    /// Checks names of an expression. `source` is searched for what guards against missing values.
    pub fn names(&mut self, names: &BTreeSet<String>, place: Place, state: &State, source: &str) {
        for name in names {
            self.name(name, place, state, source);
        }
    }

    fn name(&mut self, name: &str, place: Place, state: &State, source: &str) {
        self.used.insert(name.to_owned());
        let flow = &self.read.flow;
        let is_known = KNOWN_NAMES.contains(&name) && !LOCAL.contains(&name);
        if is_known
            || self.locals.iter().any(|local| local == name)
            || flow.slots.contains_key(name)
            || state.sure.contains(name)
        {
            return;
        }
        if state.maybe.contains(name) {
            if self.conditions == 0 && !guards(source, name) && !self.read.broken {
                let line = self.given_at.get(name).copied().unwrap_or_default();
                let message = said!(
                    "“{name}”在这里可能没有值：给它值的步骤在第 {line} 行，不是每条路都会经过",
                    "`{name}` may have no value here: the step that sets it, in line {line}, is not on every path"
                );
                let hint = said!(
                    "请让每条路都给它值，或者先判断：`has({name}.…)`",
                    "set it on every path, or ask first: `has({name}.…)`"
                );
                self.warn(place, message).hint = Some(hint);
            }
            return;
        }
        if name == "error" {
            let hint = said!("“error”只能在“on_error”里用", "`error` exists within `on_error`");
            self.error(place, said!("这里没有“error”", "there is no `error` here")).hint = Some(hint);
            return;
        }
        if let Some(line) = self.given_at.get(name).copied() {
            let message = said!(
                "“{name}”在这里没有值：它在第 {line} 行才得到值，走到这里之前不会经过那一行",
                "`{name}` has no value here: it is set in line {line}, which no path passes before this"
            );
            let hint =
                said!("请把给它值的步骤移到前面，或者换一个名称", "move the step that sets it up, or use another name");
            self.error(place, message).hint = Some(hint);
            return;
        }
        if self.read.given.contains(name) {
            return;
        }
        let problem = Problem::error(self.file(), place, said!("没有名称“{name}”", "there is no name `{name}`"));
        let names: BTreeSet<&str> = flow
            .slots
            .keys()
            .chain(self.given_at.keys())
            .chain(self.locals.iter())
            .map(String::as_str)
            .chain(KNOWN_NAMES.into_iter().filter(|known| !LOCAL.contains(known)))
            .collect();
        let mut problem = problem.meant(name, names);
        if problem.hint.is_none() && source == name {
            problem.hint = Some(said!(
                "固定文字要再加一层单引号：\"'{name}'\"",
                "a fixed text has quotes of its own: \"'{name}'\""
            ));
        } else if problem.hint.is_none() {
            problem.hint = Some(said!(
                "能用的名称有：槽位、结果（“into”）、“set”设置的，以及 contact、inbox、channel、lang、now、mood 等",
                "names are slots, results (`into`), what `set` sets, and contact, inbox, channel, lang, now, mood …"
            ));
        }
        self.problems.push(problem);
    }

    /// A slot that is printed, or given to a tool, before it is asked.
    pub fn not_asked_yet(&mut self, name: &str, place: Place, state: &State, source: &str) {
        let Some(slot) = self.read.flow.slots.get(name) else { return };
        let Some(line) = self.given_at.get(name).copied() else { return };
        if state.maybe.contains(name) || slot.carry || self.conditions > 0 || guards(source, name) || self.read.broken {
            return;
        }
        let message = said!(
            "“{name}”在这里可能没有值：它在第 {line} 行才问，走到这里之前不会经过那一行",
            "`{name}` may have no value here: it is asked in line {line}, which no path passes before this"
        );
        self.warn(place, message).hint = Some(said!("请先问这一项", "ask it before"));
    }

    /// Checks that a name which holds one of some options is compared with one of them.
    pub fn literals(&mut self, expression: &Expression, place: Place, state: &State) {
        for name in expression.names() {
            let Some(options) = state.options.get(name) else { continue };
            for literal in compared(expression.source(), name) {
                if !options.contains(literal) {
                    let message = said!(
                        "“{name}”不会是“{literal}”：没有这个选项",
                        "`{name}` is never '{literal}': it has no such option"
                    );
                    let problem = Problem::error(self.file(), place, message);
                    self.problems.push(problem.one_of(literal, options.iter().map(String::as_str)));
                }
            }
        }
    }
}

/// What is known where a condition holds: names that it looks at have a value, unless it is the missing value that it looks for.
pub(super) fn when_true(condition: &Expression, mut state: State) -> State {
    let source = condition.source();
    if source.contains("||") || source.contains("== null") || source.contains('?') {
        return state;
    }
    for name in condition.names() {
        let negated = source.contains(&format!("!has({name}")) || source.contains(&format!("!{name}"));
        if state.maybe.contains(name) && !negated {
            state.sure.insert(name.clone());
        }
    }
    state
}

/// Whether a source asks whether a name has a value before it uses it, as far as can be told without understanding it.
fn guards(source: &str, name: &str) -> bool {
    let spaced: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms = [
        format!("has({name}"),
        format!("{name} != null"),
        format!("{name} == null"),
        format!("if {name}"),
        format!("if not {name}"),
        format!("and {name}"),
        format!("{name} or "),
        format!("{name} | default"),
        format!("{name}|default"),
        format!("{name} is defined"),
        format!("{name} is none"),
        format!("{name} is not none"),
    ];
    forms.iter().any(|form| spaced.contains(form.as_str()))
}

/// The texts that a name is compared with: `NAME == 'TEXT'` and `NAME != 'TEXT'`.
fn compared<'s>(source: &'s str, name: &str) -> Vec<&'s str> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices(name) {
        let is_part = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.';
        if source[..at].chars().next_back().is_some_and(is_part) {
            continue;
        }
        let rest = source[at + name.len()..].trim_start();
        let Some(rest) = rest.strip_prefix("==").or_else(|| rest.strip_prefix("!=")) else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|sign| ['\'', '"'].contains(sign)) else { continue };
        if let Some((literal, _)) = rest[1..].split_once(quote) {
            found.push(literal);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_with_texts_are_found() {
        assert_eq!(compared("how == 'refund' || how != \"exchange\"", "how"), ["refund", "exchange"]);
        assert_eq!(compared("somehow == 'refund' && x.how == 'a' && how == other", "how"), Vec::<&str>::new());
        assert_eq!(compared("how=='退款'", "how"), ["退款"]);
    }
}
