//! Numbers that no evidence states but that follow from what it, the customer and the answer so far name: sums of
//! products of amounts, shares, ratios, dates and hours.
//!
//! All operands but one have to be named where the reader sees them (in the sentence or the one before, earlier in the
//! answer, by the customer, in a result); one more may stand in a passage only, when its sentence speaks of the same
//! thing. So a sum that happens to come out right stays rare.

mod counted;
mod money;
mod when;

use std::collections::HashSet;

use crate::derived::{DIFFERENCE, SUM, TIMES, WHEN, follows, from_price};
use crate::fact::{Fact, Value, scan};
use crate::ground::{Ground, Source};
use crate::unit::Unit;

/// A number that follows.
#[derive(Debug, Clone)]
pub(crate) struct Reckoned {
    /// Its place is that in the sentence.
    pub fact: Fact,
    /// From what: `4 × £103`. None where only words announce it.
    pub how: Option<String>,
}

/// Where an operand stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// In the sentence or the one before.
    Here,
    /// Earlier in the answer, in the customer's words or in a result.
    Told,
    /// In a passage: the line of the ground.
    Far(usize),
}

/// A number that others may be made of.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub fact: Fact,
    /// As it is written.
    pub text: String,
    pub reach: Reach,
    /// Whether it stands in a result, whose numbers bear no unit.
    pub of_result: bool,
}

impl Operand {
    fn new(fact: &Fact, text: &str, reach: Reach) -> Self {
        let written = text.get(fact.span.clone()).unwrap_or_default().trim();
        let text = if written.is_empty() { shown(fact) } else { written.to_owned() };
        Self { fact: fact.clone(), text, reach, of_result: false }
    }

    pub fn is_far(&self) -> bool {
        matches!(self.reach, Reach::Far(_))
    }

    /// An amount of money. A bare number may be one.
    pub fn money(&self) -> Option<f64> {
        match self.fact.value {
            Value::Money { amount, .. } => Some(amount),
            Value::Plain(amount) if !self.is_far() && (self.of_result || amount >= 20.0) => Some(amount),
            _ => None,
        }
    }

    /// How many of something, in the unit that is written.
    pub fn count(&self) -> Option<f64> {
        let count = match self.fact.value {
            Value::Quantity { amount, .. } | Value::Plain(amount) => amount,
            Value::Length(_) => self.fact.raw,
            _ => return None,
        };
        // Less than one is a part, which only words beside it tell.
        let hours =
            matches!(self.fact.value, Value::Length(minutes) if minutes < 1440.0 && self.fact.raw * 60.0 == minutes);
        let least = if self.reach == Reach::Here && hours { 0.0 } else { 1.0 };
        (count > least && count <= 10_000.0 && count != 1.0).then_some(count)
    }

    /// A share of something, between 0 and 1.
    pub fn share(&self) -> Option<f64> {
        match self.fact.value {
            Value::Percent(percent) | Value::Off(percent) => Some(percent / 100.0).filter(|s| *s > 0.0 && *s < 1.0),
            _ => None,
        }
    }
}

/// A number of a result, as people write it.
fn shown(fact: &Fact) -> String {
    match &fact.value {
        Value::Money { amount, .. } | Value::Quantity { amount, .. } | Value::Plain(amount) => format!("{amount}"),
        Value::Date { year: Some(year), month, day } => format!("{year}-{month:02}-{day:02}"),
        _ => format!("{}", fact.raw),
    }
}

/// What the words of a sentence announce.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announced {
    pub sum: bool,
    pub difference: bool,
    pub when: bool,
}

/// Follows an answer sentence by sentence.
#[derive(Debug, Default)]
pub(crate) struct Reckoner {
    /// What the customer and results name, and what passages do.
    told: Vec<Operand>,
    far: Vec<Operand>,
    /// The words of the customer.
    asked: HashSet<String>,
    /// What of the answer is right: the last sentence, and those before it.
    last: Vec<Operand>,
    earlier: Vec<Operand>,
    last_text: String,
    /// Small numbers that lists have: four months are named.
    listed: Vec<f64>,
}

impl Reckoner {
    pub fn new(ground: &Ground) -> Self {
        let mut all = Self { listed: counted::listed(ground), ..Self::default() };
        let of_results = || ground.lines.iter().filter(|line| line.source == Source::Result);
        // Of a long list it is not plain which row is spoken of.
        let short = of_results().map(|line| line.whole.facts.len()).sum::<usize>() <= 30;
        for (number, line) in ground.lines.iter().enumerate() {
            if line.source == Source::Customer {
                all.asked.extend(words(&line.whole));
            }
            for fact in line.whole.facts.iter().filter(|fact| !matches!(fact.value, Value::Code(_))) {
                let reach = match line.source {
                    Source::Text => Reach::Far(number),
                    Source::Result if !short => Reach::Far(number),
                    Source::Result | Source::Customer => Reach::Told,
                };
                let mut operand = Operand::new(fact, &line.whole.text, reach);
                operand.of_result = line.source == Source::Result;
                let place = if operand.is_far() { &mut all.far } else { &mut all.told };
                let same = |other: &Operand| other.reach == operand.reach && other.fact.value == operand.fact.value;
                if !place.iter().any(same) {
                    place.push(operand);
                }
            }
        }
        all
    }

    /// The numbers of the next folded sentence of the answer that no evidence states but that follow.
    pub fn next(&mut self, text: &str, ground: &Ground) -> Vec<Reckoned> {
        let own = scan(text);
        let mut right: Vec<Operand> = Vec::new();
        let mut wanted: Vec<&Fact> = Vec::new();
        for fact in &own {
            match ground.states(fact) || fact.is_trivial() {
                true => right.push(Operand::new(fact, text, Reach::Here)),
                false => wanted.push(fact),
            }
        }
        let mut found: Vec<Reckoned> = Vec::new();
        if !wanted.is_empty() {
            let announced =
                Announced { sum: SUM.is_match(text), difference: DIFFERENCE.is_match(text), when: WHEN.is_match(text) };
            let stepwise = Stepwise::new(ground);
            let here = Unit::new(&format!("{}\n{text}", self.last_text));
            let near: HashSet<String> = words(&here).union(&self.asked).cloned().collect();
            let bound: Vec<bool> = ground
                .lines
                .iter()
                .map(|line| line.whole.words.iter().any(|word| !word.light && near.contains(&word.key)))
                .collect();
            // What follows may be what another follows from, also one that is written before it.
            for _ in 0..2 {
                for fact in &wanted {
                    if found.iter().any(|known| known.fact == **fact) {
                        continue;
                    }
                    let operands = self.operands(&right, &bound);
                    let how = when::follows(fact, &operands, announced)
                        .or_else(|| money::follows(fact, text, &operands, announced))
                        .or_else(|| money::started(fact, text, &operands, &self.far))
                        .or_else(|| counted::follows(fact, text, &operands, &own, &self.listed))
                        .or_else(|| TIMES.is_match(text).then(|| money::times(fact, &operands)).flatten());
                    let known = how.is_some() || stepwise.follows(fact, text, &own, &operands, ground);
                    if known {
                        right.push(Operand::new(fact, text, Reach::Here));
                        found.push(Reckoned { fact: (*fact).clone(), how });
                    }
                }
            }
        }
        self.earlier.append(&mut self.last);
        self.earlier.iter_mut().for_each(|operand| operand.reach = Reach::Told);
        right.retain(|operand| !matches!(operand.fact.value, Value::Code(_)));
        self.last = right;
        self.last_text = text.to_owned();
        found
    }

    /// All operands; of the far ones those whose sentence speaks of the same thing.
    fn operands(&self, right: &[Operand], bound: &[bool]) -> Vec<Operand> {
        let near = right.iter().chain(&self.last).chain(self.earlier.iter().rev().take(8)).chain(&self.told);
        let mut all: Vec<Operand> = Vec::new();
        for operand in near {
            if !all.iter().any(|other| other.fact.value == operand.fact.value) {
                all.push(operand.clone());
            }
        }
        let far = self.far.iter().filter(|operand| match operand.reach {
            Reach::Far(line) => bound.get(line).copied().unwrap_or(false),
            _ => false,
        });
        all.extend(far.cloned());
        all
    }
}

/// What carries meaning in a text.
fn words(unit: &Unit) -> HashSet<String> {
    unit.words.iter().filter(|word| !word.light).map(|word| word.key.clone()).collect()
}

/// One step that the words announce, from whatever the evidence states.
struct Stepwise<'a> {
    stated: Vec<&'a Fact>,
    prices: Vec<&'a Fact>,
}

impl<'a> Stepwise<'a> {
    fn new(ground: &'a Ground) -> Self {
        let facts =
            || ground.lines.iter().filter(|line| line.source != Source::Customer).flat_map(|line| &line.whole.facts);
        let counts = |value: &Value| {
            matches!(
                value,
                Value::Quantity { .. }
                    | Value::Length(_)
                    | Value::Date { .. }
                    | Value::Clock { .. }
                    | Value::Percent(_)
                    | Value::Off(_)
            )
        };
        Self {
            stated: facts().filter(|fact| counts(&fact.value)).collect(),
            prices: facts().filter(|fact| matches!(fact.value, Value::Money { .. })).collect(),
        }
    }

    fn follows(&self, fact: &Fact, text: &str, own: &[Fact], operands: &[Operand], ground: &Ground) -> bool {
        // A result's numbers are with the stated ones.
        let known: Vec<&Fact> = operands
            .iter()
            .filter(|operand| operand.reach == Reach::Here || operand.reach == Reach::Told && !operand.of_result)
            .map(|operand| &operand.fact)
            .collect();
        let whole = matches!(fact.value, Value::Length(_))
            && pieces_of(fact, own).is_some_and(|sum| states_length(sum, ground));
        let with = |more: &[&Fact]| {
            let mut known = known.clone();
            known.extend(more);
            follows(fact, text, &known)
        };
        whole
            || with(&[])
            || from_price(fact, text, &known, &self.prices)
            || !known.is_empty() && self.stated.iter().any(|other| with(&[other]))
    }
}

/// The sum of lengths that are said in one breath: 2 hours 20 minutes.
fn pieces_of(fact: &Fact, own: &[Fact]) -> Option<f64> {
    let length = |fact: &Fact| match fact.value {
        Value::Length(minutes) => Some(minutes),
        _ => None,
    };
    let first = length(fact)?;
    own.iter()
        .filter(|other| {
            let gap = if other.span.start >= fact.span.end {
                other.span.start - fact.span.end
            } else if fact.span.start >= other.span.end {
                fact.span.start - other.span.end
            } else {
                usize::MAX
            };
            gap <= 5
        })
        .find_map(|other| length(other).map(|second| first + second))
}

fn states_length(minutes: f64, ground: &Ground) -> bool {
    ground.lines.iter().flat_map(|line| &line.whole.facts).any(|fact| match fact.value {
        Value::Length(known) => (known - minutes).abs() < 0.5,
        _ => false,
    })
}
