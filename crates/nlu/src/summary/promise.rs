//! What the bot and the agents promised, and what they say to have done.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use yingda_entity::{Entity, Kind};

use super::Extract;
use super::again::{Term, terms};
use super::read::Message;
use super::sign::Does;

/// A promise or a deed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promise {
    /// The words.
    #[serde(flatten)]
    pub extract: Extract,
    /// Whether it is still to come.
    pub stage: Stage,
    /// The times, lengths of time, amounts of money and percentages in it.
    pub entities: Vec<Entity>,
    /// Whether a later message bears it out: one here that says it is done and shares a word with it, or one of the
    /// customer's that says it arrived, works, is settled.
    pub confirmed: bool,
}

/// Whether what is promised has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It is to come.
    Will,
    /// It is said to be done.
    Done,
}

/// The promises, in order.
pub(super) fn promised(messages: &[Message]) -> Vec<Promise> {
    let mut found: Vec<Promise> = Vec::new();
    let mut about: Vec<BTreeSet<Term>> = Vec::new();
    for message in messages {
        let settled = message.is_customers() && message.sentences().any(|sentence| is_outcome(message, sentence));
        if settled {
            found.iter_mut().for_each(|promise| promise.confirmed = true);
        }
        if message.is_customers() {
            continue;
        }
        for (clauses, stage) in message.sentences().flat_map(|sentence| in_sentence(message, sentence)) {
            let words = terms(message.text(&clauses));
            if stage == Stage::Done {
                for (promise, of) in found.iter_mut().zip(&about) {
                    promise.confirmed |= promise.stage == Stage::Will && !of.is_disjoint(&words);
                }
            }
            let extract = message.extract(&clauses);
            let inside = |entity: &&Entity| extract.start <= entity.start && entity.end <= extract.end;
            let entities =
                message.entities.iter().filter(inside).filter(|entity| is_term(&entity.kind)).cloned().collect();
            found.push(Promise { extract, stage, entities, confirmed: false });
            about.push(words);
        }
    }
    found
}

/// Whether the kind belongs to the terms of a promise: by when, how much.
fn is_term(kind: &Kind) -> bool {
    matches!(kind, Kind::Time | Kind::Duration | Kind::Money | Kind::Percent)
}

/// Whether the customer says here that it works, arrived, is settled.
pub(super) fn is_outcome(message: &Message, sentence: Range<usize>) -> bool {
    outcome(message, sentence).is_some()
}

/// The clause in which the customer says so.
pub(super) fn outcome(message: &Message, sentence: Range<usize>) -> Option<usize> {
    let says = |&clause: &usize| {
        let signs = message.clause_signs(clause);
        signs.has(Does::Outcome) && !signs.has_any(&[Does::NoOutcome, Does::Question])
    };
    if message.asks(&sentence) { None } else { sentence.clone().find(says) }
}

/// The promises of a sentence: runs of clauses that promise something, with the condition before them. English
/// sentences are left whole.
fn in_sentence(message: &Message, sentence: Range<usize>) -> Vec<(Range<usize>, Stage)> {
    if message.asks(&sentence) {
        return Vec::new();
    }
    let Some(said) = message.without_courtesy(sentence) else { return Vec::new() };
    let promises = |clause: usize| {
        let signs = message.clause_signs(clause);
        signs.has_any(&[Does::Will, Does::Done]) && !signs.has_any(&[Does::NoPromise, Does::Courtesy])
    };
    let mut runs: Vec<Range<usize>> = Vec::new();
    for clause in said.clone().filter(|&clause| promises(clause)) {
        match runs.last_mut() {
            Some(run) if run.end == clause || !message.is_chinese(&said) => run.end = clause + 1,
            _ => runs.push(clause..clause + 1),
        }
    }
    let is_first = runs.len() == 1;
    runs.into_iter()
        .map(|run| {
            let stage = if run.clone().any(|clause| promises(clause) && message.clause_signs(clause).has(Does::Will)) {
                Stage::Will
            } else {
                Stage::Done
            };
            let key = run.start;
            let whole = if !message.is_chinese(&said) && is_first {
                said.clone()
            } else if run.start > said.start && message.clause_signs(run.start - 1).has(Does::Condition) {
                // A promise without its condition would promise more.
                run.start - 1..run.end
            } else {
                run
            };
            (message.fitting(whole, key), stage)
        })
        .collect()
}
