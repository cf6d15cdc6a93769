//! What is left to do, and signs that nothing is.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::promise::{Promise, Stage, is_outcome, outcome};
use super::read::Message;
use super::sign::{Does, Signs};
use super::{Extract, Repeated, Speaker};

/// Something that is left to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// The words.
    #[serde(flatten)]
    pub extract: Extract,
    /// Why it is open.
    pub why: Why,
}

/// Why something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The customer asked and nobody answered, or only to wait.
    Unanswered,
    /// It was promised, and nothing says that it happened.
    Promised,
    /// The customer was asked and has not written since.
    Asked,
}

/// A sign that the customer has what was wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The words.
    #[serde(flatten)]
    pub extract: Extract,
    /// What kind of sign.
    pub sign: Sign,
}

/// What kind of sign it is that something is settled, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Thanks, with no request after them.
    Thanks,
    /// There is nothing else.
    NothingElse,
    /// It works, arrived, is settled.
    Outcome,
}

const WANTING: [Does; 3] = [Does::Request, Does::Question, Does::Problem];

/// What is open, in the order of the conversation.
pub(super) fn open(messages: &[Message], promised: &[Promise], asked_again: &[Repeated]) -> Vec<Open> {
    let mut found = unanswered(messages);
    // Of what was asked again the last time is enough.
    let is_last = |extract: &Extract| {
        let said = |repeated: &&Repeated| repeated.first == *extract || repeated.again.contains(extract);
        asked_again.iter().find(said).and_then(|repeated| repeated.again.last()).is_none_or(|last| last == extract)
    };
    found.retain(|open| is_last(&open.extract));
    let kept = promised.iter().filter(|promise| promise.stage == Stage::Will && !promise.confirmed);
    found.extend(kept.map(|promise| Open { extract: promise.extract.clone(), why: Why::Promised }));
    for asked in asked(messages) {
        if found.iter().all(|open| open.extract != asked.extract) {
            found.push(asked);
        }
    }
    found.sort_by_key(|open| (open.extract.seq, open.extract.start));
    found
}

/// What the customer asked after the last answer, unless it is settled since.
fn unanswered(messages: &[Message]) -> Vec<Open> {
    let mut found: Vec<(Open, Signs)> = Vec::new();
    for message in messages {
        if !message.is_customers() {
            if is_answer(message) {
                found.clear();
            }
            if message.turn.who == Speaker::Agent {
                found.retain(|(_, signs)| !signs.has(Does::Person));
            }
            continue;
        }
        let settled = message.sentences().any(|sentence| is_outcome(message, sentence));
        if settled || message.all_signs().has(Does::NothingElse) {
            found.clear();
        }
        for clauses in message.sentences().filter_map(|sentence| message.without_courtesy(sentence)) {
            let signs = message.signs(clauses.clone());
            if signs.has_any(&WANTING) && !signs.has(Does::NothingElse) && !is_outcome(message, clauses.clone()) {
                let key = clauses.start;
                let extract = message.extract(&message.fitting(clauses, key));
                found.push((Open { extract, why: Why::Unanswered }, signs));
            }
        }
    }
    found.into_iter().map(|(open, _)| open).collect()
}

/// Whether the message gives an answer: it is more than polite and does more than ask for patience.
fn is_answer(message: &Message) -> bool {
    let signs = message.all_signs();
    let says = |sentence: Range<usize>| message.without_courtesy(sentence).is_some();
    signs.has(Does::Done) || (message.sentences().any(says) && !signs.has(Does::Hold))
}

/// What the customer was asked last and has not reacted to.
fn asked(messages: &[Message]) -> Vec<Open> {
    let since = messages.iter().rposition(Message::is_customers).map_or(0, |last| last + 1);
    let mut found = Vec::new();
    // Who never wrote is not asked anything yet.
    for message in messages.iter().skip(since).filter(|_| since > 0) {
        for clauses in message.sentences().filter_map(|sentence| message.without_courtesy(sentence)) {
            let signs = message.signs(clauses.clone());
            if message.asks(&clauses) && !signs.has(Does::Offer) {
                let key = clauses.start;
                found.push(Open { extract: message.extract(&message.fitting(clauses, key)), why: Why::Asked });
            }
        }
    }
    found
}

/// Signs that something is settled, in order.
pub(super) fn resolved(messages: &[Message]) -> Vec<Resolved> {
    let mut found: Vec<Resolved> = Vec::new();
    let mut was_served = false;
    for message in messages {
        if !message.is_customers() {
            was_served = true;
            continue;
        }
        if !was_served {
            continue;
        }
        let wants = message.sentences().any(|sentence| {
            let signs = message.signs(sentence.clone());
            signs.has_any(&WANTING) && !signs.has(Does::NothingElse) && !is_outcome(message, sentence)
        });
        if wants {
            // Thanks are no end when something else follows.
            found.retain(|resolved| resolved.sign == Sign::Outcome);
        }
        for sentence in message.sentences() {
            let mut add =
                |clause: usize, sign| found.push(Resolved { extract: message.extract(&(clause..clause + 1)), sign });
            let settled = outcome(message, sentence.clone());
            if let Some(clause) = settled {
                add(clause, Sign::Outcome);
            }
            for clause in sentence.filter(|&clause| !wants && settled != Some(clause)) {
                let signs = message.clause_signs(clause);
                if signs.has(Does::NothingElse) {
                    add(clause, Sign::NothingElse);
                } else if signs.has(Does::Thanks) {
                    add(clause, Sign::Thanks);
                }
            }
        }
    }
    found
}
