//! What comes before what, where several things are wanted.

use super::Engine;
use crate::Line;
use crate::phrase::Phrase;

/// What begins in a turn, in order.
#[derive(Default)]
pub(super) struct Beginning {
    flows: Vec<String>,
    /// Where in what is said.
    at: usize,
    /// What was under way before.
    other: Option<String>,
}

impl Beginning {
    /// `at`: how much had been said; `other`: what was under way.
    pub(super) fn add(&mut self, flow: &str, (at, other): (usize, Option<String>)) {
        if self.flows.is_empty() {
            (self.at, self.other) = (at, other);
        }
        self.flows.push(flow.to_owned());
    }
}

impl Engine<'_> {
    /// Says in which order several wishes are taken, or what comes before what is under way.
    pub(super) fn announce(&mut self, beginning: Beginning) {
        let Some(first) = beginning.flows.first() else { return };
        let title = self.title(first);
        let said = match (beginning.flows.as_slice(), &beginning.other) {
            ([_], None) => return,
            // What only tells something is told at once.
            ([only], Some(_)) if self.release.flow(only).is_none_or(|flow| flow.changes_nothing()) => return,
            ([_], Some(other)) => {
                let other = self.title(other);
                self.phrase(Phrase::PutAside, &[("title", title), ("other", other)])
            }
            (several, _) => {
                let titles: Vec<String> = several.iter().map(|flow| self.title(flow)).collect();
                let titles = self.enumerate_all(&titles);
                self.phrase(Phrase::InTurn, &[("title", title), ("titles", titles)])
            }
        };
        let at = beginning.at.min(self.lines.len());
        self.lines.insert(at, Line::Say { text: said });
    }

    /// A、B、C, or A, B or C: one of them.
    pub(super) fn enumerate(&self, items: &[String]) -> String {
        self.listed(items, "or")
    }

    /// A、B、C, or A, B and C: all of them.
    fn enumerate_all(&self, items: &[String]) -> String {
        self.listed(items, "and")
    }

    fn listed(&self, items: &[String], joint: &str) -> String {
        match (self.turn.lang, items) {
            (crate::Lang::Zh, items) => items.join("、"),
            (crate::Lang::En, [head @ .., last]) if !head.is_empty() => format!("{} {joint} {last}", head.join(", ")),
            (crate::Lang::En, items) => items.join(", "),
        }
    }
}
