//! Comparing what was expected with what came.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use yingda_library::View;
use yingda_model::{DialogueState, HandOverReason, TraceDecision};

use crate::script::{End, Expect, HandedOver};
use crate::stage::Stage;
use crate::talk::{Heard, Talk};

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Which: `says`, `slots.order_no` …
    pub what: String,
    pub expected: String,
    pub got: String,
}

impl Miss {
    pub(crate) fn new(what: impl Into<String>, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { what: what.into(), expected: expected.into(), got: got.into() }
    }
}

/// The values that the dialogue holds by name: of the flow that is spoken of, of those below it, and what is known from before.
pub(crate) fn slots(state: &DialogueState) -> BTreeMap<String, Value> {
    let mut slots = state.known.clone();
    for waiting in &state.waiting {
        slots.extend(waiting.values.clone());
    }
    for frame in &state.stack {
        slots.extend(frame.values.clone());
    }
    slots
}

/// What is asked now: a slot, `confirm`, or what the engine itself asks.
pub(crate) fn asks(state: &DialogueState) -> Option<String> {
    use yingda_model::Question;
    match &state.question {
        Some(Question::Clarify { .. }) => Some("clarify".into()),
        Some(Question::Resume) => Some("resume".into()),
        Some(Question::Helped) => Some("helped".into()),
        Some(Question::Person) => Some("person".into()),
        None => state.asking().map(|asking| asking.slot.clone()),
    }
}

/// What a turn missed.
pub(crate) fn missed(expect: &Expect, heard: &Heard, talk: &Talk<'_>, stage: &Stage) -> Vec<Miss> {
    let state = talk.state();
    let mut misses = Vec::new();
    if heard.is_silent() {
        misses.push(Miss::new("says", "something", "nothing at all"));
    }
    let none = || "(none)".to_owned();
    if let Some(flow) = &expect.flow {
        let top = state.top().map(|frame| frame.flow.clone());
        if *flow != top {
            misses.push(Miss::new("flow", flow.clone().unwrap_or_else(none), top.unwrap_or_else(none)));
        }
    }
    if let Some(slot) = &expect.asks {
        let own = state.asking().map(|asking| asking.slot.clone());
        let asked = asks(&state);
        if *slot != asked && *slot != own {
            misses.push(Miss::new("asks", slot.clone().unwrap_or_else(none), asked.unwrap_or_else(none)));
        }
    }
    let filled = slots(&state);
    for (name, wanted) in &expect.slots {
        let actual = filled.get(name);
        if !wanted.is(actual) {
            let got = actual.map_or_else(|| "(empty)".into(), shown);
            misses.push(Miss::new(format!("slots.{name}"), &wanted.written, got));
        }
    }
    said(expect, heard, &mut misses);
    answered(expect, heard, stage, &mut misses);
    called(expect, heard, &mut misses);
    let refused: Vec<&str> =
        commands(heard).filter(|command| command.refused.is_some()).map(|command| command.name.as_str()).collect();
    for name in expect.refused.iter().filter(|name| !refused.contains(&name.as_str())) {
        let proposed: Vec<String> = commands(heard).map(|command| command.name.clone()).collect();
        let got = format!("refused [{}] of [{}]", refused.join(", "), proposed.join(", "));
        misses.push(Miss::new("refused", name, got));
    }
    for (flow, outcome) in &expect.ends {
        if !heard.ended.iter().any(|(ended, how)| ended == flow && how == outcome) {
            let ended: Vec<String> =
                heard.ended.iter().map(|(flow, how)| format!("{flow}: {}", how.as_str())).collect();
            misses.push(Miss::new("ends", format!("{flow}: {}", outcome.as_str()), list(&ended)));
        }
    }
    if let Some(wanted) = &expect.handed_over {
        misses.extend(handed_over(wanted, heard.handed_over));
    }
    misses
}

fn said(expect: &Expect, heard: &Heard, misses: &mut Vec<Miss>) {
    let words = heard.words();
    for wanted in expect.says.iter().filter(|wanted| !wanted.are_in(&words)) {
        misses.push(Miss::new("says", wanted.to_string(), words.trim()));
    }
    for unwanted in expect.never.iter().filter(|unwanted| unwanted.are_in(&words)) {
        let line = words.lines().find(|line| unwanted.are_in(line)).unwrap_or(&words);
        misses.push(Miss::new("never", format!("not {unwanted}"), line.trim()));
    }
}

fn answered(expect: &Expect, heard: &Heard, stage: &Stage, misses: &mut Vec<Miss>) {
    let ids: Vec<&String> = match &heard.trace.decision {
        TraceDecision::Answer { entry_id, .. } => vec![entry_id],
        TraceDecision::Answers { entry_ids, .. }
        | TraceDecision::Flow { entry_ids, .. }
        | TraceDecision::Generated { entry_ids, .. } => entry_ids.iter().collect(),
        _ => Vec::new(),
    };
    let view = View::signed_in(heard.trace.at);
    let words = squeezed(&heard.words());
    for key in &expect.answers {
        let entries = stage.library.with_key(key, &view);
        let told = entries.iter().any(|entry| {
            // What a flow itself tells is not in the record of sources: its words are.
            let answer = squeezed(&stage.library.answer(&entry.id, &view).unwrap_or_default());
            let beginning: String = answer.chars().take(24).collect();
            ids.contains(&&entry.id) || (!beginning.is_empty() && words.contains(&beginning))
        });
        if !told {
            let ids: Vec<String> = ids
                .iter()
                .map(|id| stage.library.entry(id).map_or_else(|| (*id).clone(), |entry| entry.question.clone()))
                .collect();
            misses.push(Miss::new("answers", key, list(&ids)));
        }
    }
}

/// Letters alone: marks, spaces and Markdown make no difference.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn called(expect: &Expect, heard: &Heard, misses: &mut Vec<Miss>) {
    let Some(wanted) = &expect.calls else { return };
    let made: Vec<String> = heard.calls.iter().map(|made| made.tool.clone()).collect();
    let mut rest = made.iter();
    let in_order = wanted.iter().all(|tool| rest.any(|made| made == tool));
    if !in_order || (wanted.is_empty() && !made.is_empty()) {
        let shown: Vec<String> = heard.calls.iter().map(call).collect();
        misses.push(Miss::new("calls", list(wanted), list(&shown)));
    }
}

/// A call with how it went.
pub(crate) fn call(made: &crate::Made) -> String {
    match &made.called {
        yingda_dialogue::Called::Ok { .. } => made.tool.clone(),
        yingda_dialogue::Called::Failed { code, message, .. } => format!("{} ({code}: {message})", made.tool),
    }
}

pub(crate) fn commands(heard: &Heard) -> impl Iterator<Item = &yingda_model::TraceCommand> {
    heard.trace.dialogue.iter().flat_map(|dialogue| &dialogue.commands)
}

fn handed_over(wanted: &HandedOver, reason: Option<HandOverReason>) -> Option<Miss> {
    let got = reason.map(reason_name);
    let is_right = match wanted {
        HandedOver::No => got.is_none(),
        HandedOver::Yes => got.is_some(),
        HandedOver::Because(reason) => got.as_ref() == Some(reason),
    };
    let expected = match wanted {
        HandedOver::No => "false".to_owned(),
        HandedOver::Yes => "true".to_owned(),
        HandedOver::Because(reason) => reason.clone(),
    };
    (!is_right).then(|| Miss::new("handed_over", expected, got.unwrap_or_else(|| "false".into())))
}

/// A reason as traces call it.
pub(crate) fn reason_name(reason: HandOverReason) -> String {
    let name = serde_json::to_value(reason).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What the end missed.
pub(crate) async fn missed_at_end(end: &End, talk: &Talk<'_>, stage: &Stage) -> Vec<Miss> {
    let mut misses = Vec::new();
    if let Some(wanted) = &end.handed_over {
        misses.extend(handed_over(wanted, talk.handed_over()));
    }
    if let Some(wanted) = &end.stack {
        let open: Vec<String> = talk.state().stack.iter().map(|frame| frame.flow.clone()).collect();
        if *wanted != open {
            misses.push(Miss::new("stack", list(wanted), list(&open)));
        }
    }
    let (Some(backend), Some(client)) = (&stage.backend, &stage.client) else { return misses };
    for (asked, values) in &end.backend {
        let path = path_of(asked);
        match backend.get(client, &path).await {
            Err(error) => misses.push(Miss::new(format!("backend.{asked}"), "an answer", error)),
            Ok(answer) => {
                for (path, wanted) in values {
                    let actual = at(&answer, path);
                    if !wanted.is(actual) {
                        let got = actual.map_or_else(|| "(absent)".into(), shown);
                        misses.push(Miss::new(format!("backend.{asked}.{path}"), &wanted.written, got));
                    }
                }
            }
        }
    }
    misses
}

/// `order QH…` is `/orders/QH…`, `order QH… refund` is `/orders/QH…/refund`; what begins with a slash is a path already.
fn path_of(asked: &str) -> String {
    if asked.starts_with('/') {
        return asked.to_owned();
    }
    let mut words = asked.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    format!("/{kind}s/{}", rest.join("/"))
}

/// The value at a path such as `return.status` or `items.0.sku`.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn list(items: &[String]) -> String {
    if items.is_empty() { "(none)".into() } else { items.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_back_end_is_asked_is_written_as_people_say_it() {
        assert_eq!(path_of("order QH2611050123"), "/orders/QH2611050123");
        assert_eq!(path_of("customer cust-0017 points"), "/customers/cust-0017/points");
        assert_eq!(path_of("/orders/1/refund"), "/orders/1/refund");
    }

    #[test]
    fn values_are_found_by_path() {
        let order = json!({ "return": { "status": "requested" }, "items": [{ "sku": "A" }] });
        assert_eq!(at(&order, "return.status"), Some(&json!("requested")));
        assert_eq!(at(&order, "items.0.sku"), Some(&json!("A")));
        assert_eq!(at(&order, "items.9.sku"), None);
    }
}
