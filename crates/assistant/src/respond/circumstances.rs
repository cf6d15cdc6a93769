//! The circumstances that the engine of flows works in, and its steps.

use std::time::Instant;

use serde_json::json;
use yingda_dialogue::{Circumstances, Lang, Needs, Next, Outcome, Tone};
use yingda_expression::Names;
use yingda_model::{DialogueState, TraceStep};

use super::{Plain, Work, micros};
use crate::Tongue;
use crate::brain::Brain;

impl<'a> Work<'a> {
    /// Lets `act` move the engine, in the circumstances as they are.
    pub(super) fn engine(
        &mut self,
        act: impl FnOnce(&Brain, &mut DialogueState, &Circumstances<'_>) -> Outcome,
    ) -> Next {
        let names = self.names();
        let turn = self.circumstances(&names);
        if !self.state.stack.is_empty() {
            self.under_way.clone_from(&self.state.stack);
        }
        let begun = Instant::now();
        let outcome = act(self.service.brain, &mut self.state, &turn);
        self.timings.engine += micros(begun);
        self.lines.extend(outcome.lines);
        self.judged.extend(outcome.judged);
        self.passed.extend(outcome.steps.into_iter().map(|step| TraceStep {
            flow: step.flow,
            step: step.step,
            does: step.does,
        }));
        self.ended.extend(outcome.ended);
        outcome.next
    }

    /// The names that texts and expressions may use in this turn.
    pub(super) fn names(&self) -> Names<'a> {
        let mut names = Names::new();
        names.over(self.service.facts);
        names.set("lang", json!(self.turn.tongue.tag()));
        names.set("now", json!(self.turn.input.now.to_string()));
        let mood = self.turn.understood.as_ref().map(|understood| understood.record.mood.emotion.clone());
        names
            .set("mood", json!({ "emotion": mood.unwrap_or_else(|| "neutral".into()), "upset": self.turn.is_upset() }));
        if let Some(identity) = &self.state.identity {
            let mut contact = self.service.facts.get("contact").cloned().unwrap_or_else(|| json!({}));
            if let Some(fields) = contact.as_object_mut() {
                fields.insert("known".into(), json!(true));
                fields.insert("verified".into(), json!(true));
                if let Some(external_id) = &identity.external_id {
                    fields.insert("external_id".into(), json!(external_id));
                }
            }
            names.set("contact", contact);
        }
        names
    }

    /// The circumstances of this turn, over its names.
    pub(super) fn circumstances<'n>(&self, names: &'n Names<'n>) -> Circumstances<'n> {
        Circumstances {
            lang: self.lang(),
            tone: self.tone(),
            now: self.turn.input.now,
            customer: self.service.customer,
            names,
            seed: seed(self.turn.input.message_id.0),
        }
    }

    pub(super) fn customer(&self) -> Needs {
        if self.state.identity.is_some() { Needs::Verified } else { self.service.customer }
    }

    pub(super) fn lang(&self) -> Lang {
        match self.turn.tongue {
            Tongue::Zh => Lang::Zh,
            Tongue::En => Lang::En,
        }
    }

    fn tone(&self) -> Tone {
        match (self.turn.is_upset(), self.service.plain) {
            (true, _) => Tone::Upset,
            (false, Plain::Yes) => Tone::Plain,
            (false, Plain::No) => Tone::Normal,
        }
    }
}

/// A number that is the same for the same message, and spread evenly.
fn seed(id: uuid::Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    (high ^ low).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16
}
