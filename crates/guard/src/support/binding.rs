//! What a number is a number of: whether the evidence says it of the same thing.

use super::known::{Gram, Known, Sentence};
use crate::fact::{Fact, Side, Value};
use crate::ground::Source;

/// How well a number fits its evidence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit {
    /// How close the statement is to what the evidence says with this number, 0 to 1.
    pub right: f32,
    /// … and with another number of the kind.
    pub rival: f32,
    /// How much of the statement stands only with another number, less what stands only with this one.
    pub contrast: f32,
    /// Whether only the customer names the number.
    pub by_customer: bool,
    /// Whether the evidence means up to the number and the statement from it on, or the other way.
    pub turned: bool,
}

/// Lays a fact of a statement, which speaks of `about`, beside the evidence.
pub(crate) fn fit(fact: &Fact, about: &[Gram], known: &Known) -> Fit {
    let total = about.iter().map(|gram| gram.weight).sum::<f32>().max(0.01);
    let share = |near: &[f32]| about.iter().zip(near).map(|(gram, near)| gram.weight * near).sum::<f32>() / total;
    let mut stated = false;
    let mut right: (f32, Vec<f32>, Option<Side>) = (-1.0, vec![0.0; about.len()], None);
    let mut rivals: Vec<(Vec<f32>, Source)> = Vec::new();
    let mut from_result = false;
    for sentence in &known.sentences {
        for other in &sentence.facts {
            let agrees = fact.agrees(other);
            if sentence.source == Source::Customer {
                stated |= agrees;
                continue;
            }
            if !agrees && (other.weak && !fact.weak || !is_rival(fact, other, sentence)) {
                continue;
            }
            let near = nearness(about, sentence, other, known);
            let close = share(&near);
            if !agrees {
                rivals.push((near, sentence.source));
            } else if close > right.0 {
                right = (close, near, Some(other.side));
            }
            from_result |= agrees && sentence.source == Source::Result;
        }
    }
    // What a result states holds for this customer, whatever the texts say of others.
    let rivals: Vec<Vec<f32>> = rivals
        .into_iter()
        .filter(|(_, source)| !from_result || *source == Source::Result)
        .map(|(near, _)| near)
        .collect();
    let contrast = |rival: &Vec<f32>| -> f32 {
        let mut sum = 0.0;
        for ((gram, right), rival) in about.iter().zip(&right.1).zip(rival) {
            match (*right >= 0.5, *rival >= 0.5) {
                (false, true) => sum += gram.weight,
                (true, false) => sum -= gram.weight,
                _ => {}
            }
        }
        sum
    };
    Fit {
        right: right.0.max(0.0),
        rival: rivals.iter().map(|rival| share(rival)).fold(0.0, f32::max),
        contrast: rivals.iter().map(contrast).fold(-3.0, f32::max),
        by_customer: stated && right.2.is_none(),
        turned: matches!((fact.side, right.2), (Side::Beyond, Some(Side::Within)) | (Side::Within, Some(Side::Beyond))),
    }
}

/// Whether the other number could stand where this one does.
fn is_rival(fact: &Fact, other: &Fact, sentence: &Sentence) -> bool {
    let plain = matches!(other.value, Value::Plain(_))
        && !matches!(fact.value, Value::Date { .. } | Value::Clock { .. } | Value::Code(_) | Value::Day(_));
    // Ready in 5 working days, lenses in 10.
    let elliptic = || {
        let mut before = sentence.facts.iter().filter(|first| first.span.start < other.span.start);
        before.any(|first| first.is_like(fact))
    };
    fact.is_like(other) || plain && (sentence.source == Source::Result || elliptic())
}

/// How near each gram stands to the number in the evidence, 0 to 1.
fn nearness(about: &[Gram], sentence: &Sentence, number: &Fact, known: &Known) -> Vec<f32> {
    let part_of = |at: usize| sentence.parts.iter().position(|part| part.start <= at && at < part.end).unwrap_or(0);
    let home = part_of(number.span.start);
    // The places of other numbers of the kind.
    let others: Vec<(usize, usize)> = sentence
        .facts
        .iter()
        .filter(|other| {
            (other.is_like(number) || matches!(number.value, Value::Plain(_)) && other.span.start < number.span.start)
                && other.span != number.span
                && !other.weak
        })
        .map(|other| (other.span.start, part_of(other.span.start)))
        .collect();
    // Without a word of its own before it, the number is of what was named before: $35 online and $55 at the airport.
    let opens = sentence.parts.get(home).is_some_and(|part| {
        !sentence.grams.iter().any(|gram| part.start <= gram.at && gram.at < number.span.start && gram.weight >= 0.9)
    });
    let near = |at: usize| -> f32 {
        let part = part_of(at);
        let (low, high) = (at.min(number.span.start), at.max(number.span.start));
        let between = others.iter().any(|(other, _)| low <= *other && *other <= high);
        let foreign = others.iter().any(|(_, other)| *other == part);
        match part.cmp(&home) {
            std::cmp::Ordering::Equal if between => 0.35,
            std::cmp::Ordering::Equal => 1.0,
            std::cmp::Ordering::Less if !between => 0.85,
            std::cmp::Ordering::Less if others.iter().all(|(other, _)| at < *other) => {
                if opens {
                    0.9
                } else {
                    0.6
                }
            }
            std::cmp::Ordering::Greater if !between && !foreign => 0.5,
            _ => 0.15,
        }
    };
    let said_by = |gram: &Gram, there: &Sentence| there.grams.iter().any(|other| other.key == gram.key);
    about
        .iter()
        .map(|gram| {
            let here = sentence
                .grams
                .iter()
                .filter(|other| other.key == gram.key && other.at != number.span.start)
                .map(|other| near(other.at))
                .fold(0.0f32, f32::max);
            let passage =
                || known.sentences.iter().any(|other| other.passage == sentence.passage && said_by(gram, other));
            if here == 0.0 && passage() { 0.12 } else { here }
        })
        .collect()
}
