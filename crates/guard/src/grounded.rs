//! Whether the facts that a model wrote stand in the evidence at all.

use std::sync::LazyLock;

use regex::Regex;

use crate::derived::{follows, from_price};
use crate::fact::{Fact, Value, scan};
use crate::ground::{Ground, Source};
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::Rule;

/// What stands before the last digits of a longer number.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?:尾号|末尾|后[三四五六3-6]位|\bend(?:ing|s)(?: in| with)?|\blast (?:three|four|3|4) digits)\D{0,4}$")
});

/// Checks the facts of a sentence, which comes after `before`.
pub(crate) fn facts(piece: &Piece, before: Option<&str>, ground: &Ground, broken: &mut Vec<Broken>) {
    let mut reckoned: Option<Vec<Fact>> = None;
    for clause in &piece.clauses {
        for fact in &clause.unit.facts {
            if fact.is_trivial() || ground.states(fact) {
                continue;
            }
            let span = clause.at + fact.span.start..clause.at + fact.span.end;
            let text = &piece.folded.text;
            // “One of the two” counts what was named.
            let counts = matches!(fact.value, Value::Plain(amount) if amount <= 5.0)
                && ["the ", "these ", "those ", "all "].iter().any(|word| text[..span.start].ends_with(word));
            // 您和妈妈两个人.
            let pair = matches!(fact.value, Value::Quantity { amount: 2.0, .. })
                && text[..span.start].contains(['和', '跟', '与']);
            let counts = counts || pair;
            let reckoned = reckoned.get_or_insert_with(|| derived(text, before, ground));
            let follows = reckoned.iter().any(|other| other.span == span && other.value == fact.value);
            if counts || follows || is_tail(text, &span, ground) {
                continue;
            }
            broken.push(Broken::new(
                Rule::Number,
                span,
                "依据里没有这个数字、日期、金额或编号",
                "no evidence states this number, date, amount or code",
            ));
        }
    }
}

/// Whether the bytes `span` of a folded text are said to be the last digits of a number, and some number ends so.
pub(crate) fn is_tail(text: &str, span: &std::ops::Range<usize>, ground: &Ground) -> bool {
    let digits = text[span.clone()].trim();
    (3..=6).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && TAIL.is_match(&text[..span.start])
        && ground
            .text
            .match_indices(digits)
            .any(|(at, _)| !ground.text[at + digits.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

/// The facts of a folded sentence that no evidence states but that follow from what it, the sentence before it and
/// the customer name.
pub(crate) fn derived(text: &str, before: Option<&str>, ground: &Ground) -> Vec<Fact> {
    let own = scan(text);
    let earlier = before.map(scan).unwrap_or_default();
    let mut given: Vec<&Fact> = earlier.iter().chain(&own).filter(|fact| ground.states(fact)).collect();
    let asked: Vec<&Fact> = ground
        .lines
        .iter()
        .filter(|line| line.source == Source::Customer)
        .flat_map(|line| &line.whole.facts)
        .filter(|fact| {
            matches!(fact.value, Value::Plain(_) | Value::Quantity { .. } | Value::Length(_) | Value::Money { .. })
        })
        .collect();
    given.extend(asked);
    // With what a number here is reckoned from may stand in the evidence only: 80 yuan a metre.
    let stated: Vec<&Fact> = ground
        .lines
        .iter()
        .filter(|line| line.source != Source::Customer)
        .flat_map(|line| &line.whole.facts)
        .filter(|fact| {
            matches!(
                fact.value,
                Value::Quantity { .. }
                    | Value::Length(_)
                    | Value::Date { .. }
                    | Value::Clock { .. }
                    | Value::Percent(_)
                    | Value::Off(_)
            )
        })
        .collect();
    let prices: Vec<&Fact> = ground
        .lines
        .iter()
        .filter(|line| line.source != Source::Customer)
        .flat_map(|line| &line.whole.facts)
        .filter(|fact| matches!(fact.value, Value::Money { .. }))
        .collect();
    let mut found: Vec<Fact> = Vec::new();
    for fact in own.iter().filter(|fact| !fact.is_trivial() && !ground.states(fact)) {
        let mut known = given.clone();
        known.extend(found.iter());
        let parts = pieces_of(fact, &own);
        let whole = matches!(fact.value, Value::Length(_)) && parts.is_some_and(|sum| states_length(sum, ground));
        let here = |more: &[&Fact]| {
            let mut known = known.clone();
            known.extend(more);
            follows(fact, text, &known)
        };
        let priced = || from_price(fact, text, &known, &prices);
        if whole || here(&[]) || priced() || !known.is_empty() && stated.iter().any(|other| here(&[other])) {
            found.push(fact.clone());
        }
    }
    found
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
