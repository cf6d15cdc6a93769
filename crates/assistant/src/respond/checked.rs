//! The guard looks at everything before it is said.

use std::time::Instant;

use serde_json::Value;
use yingda_desk::BotStep;
use yingda_dialogue::Line;
use yingda_guard::Origin;
use yingda_model::{Question, TraceDecision};

use super::plan::gives_up;
use super::{Work, micros};
use crate::TurnPlan;
use crate::guarded::{self, Grounds};
use crate::texts::Why;

impl Work<'_> {
    /// The guard looks at everything once more before it is said.
    pub(super) fn guard(&mut self, plan: &mut TurnPlan) {
        let begun = Instant::now();
        let texts = match plan.trace.decision {
            // It was looked at already.
            TraceDecision::Generated { .. } => return,
            // What the company published may say what it says: the guard looks for links and forbidden words.
            TraceDecision::Flow { .. } => Vec::new(),
            _ => plan.steps.iter().filter_map(said).map(str::to_owned).collect(),
        };
        let origin = match plan.trace.decision {
            TraceDecision::Flow { .. } | TraceDecision::HandOver { .. } => Origin::Template,
            _ => Origin::Knowledge,
        };
        let grounds = self.grounds(origin, texts);
        let handed_over = gives_up(plan);
        let found = guarded::guard(&self.service.brain.guard, &self.turn.input, grounds, &mut plan.steps);
        if !handed_over && gives_up(plan) {
            let rules: Vec<&str> = found.iter().map(|found| found.rule.as_str()).collect();
            let why = Why::guarded(&rules);
            (plan.trace.why_zh, plan.trace.why_en) = (why.zh, why.en);
            self.brief_people(plan, None);
        }
        self.guarded.extend(found);
        self.timings.guard += micros(begun);
    }

    pub(super) fn grounds(&self, origin: Origin, mut texts: Vec<String>) -> Grounds<'_> {
        let own = self.service.facts.get("contact").and_then(Value::as_object);
        let own = own.into_iter().flat_map(|contact| contact.values()).filter_map(Value::as_str).map(str::to_owned);
        // What the customer gave is theirs; what tools gave may be anybody's, also turns later.
        let (mut slots, mut results) = (serde_json::Map::new(), self.results.clone());
        for frame in &self.state.stack {
            let flow = self.service.brain.release.flow(&frame.flow);
            for (name, value) in &frame.values {
                if flow.is_some_and(|flow| flow.slots.contains_key(name)) {
                    slots.insert(name.clone(), value.clone());
                } else {
                    results.push(value.clone());
                }
            }
        }
        slots.extend(self.state.known.clone());
        texts.extend(self.service.brain.texts.iter().cloned());
        Grounds {
            tongue: self.turn.tongue,
            origin,
            channel: self.service.facts.get("channel").and_then(Value::as_str).unwrap_or("web"),
            results,
            texts,
            slots,
            own: own.collect(),
            tools: self.service.brain.toolbox.tools().map(|tool| tool.name.clone()).collect(),
            closing: self.lines.last().and_then(|line| match line {
                Line::Ask { text, .. } if self.state.question == Some(Question::Helped) => Some(text.clone()),
                _ => None,
            }),
        }
    }
}

/// The words of a step that says something.
fn said(step: &BotStep) -> Option<&str> {
    match step {
        BotStep::Say { content, .. } => Some(content.as_text()),
        _ => None,
    }
}
