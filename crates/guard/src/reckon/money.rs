//! Amounts of money: prices times counts, shares, and sums and differences of these.

use std::sync::LazyLock;

use regex::Regex;

use super::{Announced, Operand, Reach};
use crate::fact::{Currency, Fact, Value};
use crate::pattern::fixed;

static ADDED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"加收|另收|另加|上浮|再加|加急|\bmore\b|\bextra\b|\bplus\b|\bsurcharge|\bon top|\badds?\b|\brush\b|\bexpress\b",
    )
});
static ROUGHLY: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"大约|大概|约|左右|差不多|将近|\babout\b|\baround\b|\broughly\b|\bjust (?:over|under)\b"));

/// What follows or goes before an amount that is said of one of something.
static EACH: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"^\s?(?:per|each|every|for every|for each|an?)\b|^\s?(?:/|起|一(?:个|位|次|张|件))|^\s?每")
});
static OF_EACH: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"每(?:多|增加|超出?)?\s?(?:一|1)?\s?\p{Han}{0,3}\s?$|\b(?:each|per \w+) (?:is|costs?|at)? ?$")
});

/// An amount made of at most three operands.
struct Term<'a> {
    value: f64,
    price: usize,
    far: u8,
    /// Whether all that is not far stands in the sentence or the one before.
    here: bool,
    /// How many operands.
    size: u8,
    others: [Option<&'a Operand>; 2],
    share: Option<&'static str>,
}

impl Term<'_> {
    fn written(&self, operands: &[Operand]) -> String {
        let mut text = operands[self.price].text.clone();
        for other in self.others.iter().flatten() {
            text = match self.share {
                Some(sign) if other.share().is_some() => format!("{text} {sign} {}", other.text),
                _ => format!("{} × {text}", other.text),
            };
        }
        text
    }
}

/// From what an amount follows.
pub(super) fn follows(fact: &Fact, text: &str, operands: &[Operand], announced: Announced) -> Option<String> {
    let (wanted, currency) = wanted(fact)?;
    let near = if ROUGHLY.is_match(text) && wanted >= 100.0 { wanted * 0.005 } else { 0.006 };
    let close = |value: f64| (value - wanted).abs() <= near.max(wanted.abs() * 1e-6);
    let terms = terms(operands, currency, ADDED.is_match(text));
    let counted = |term: &&Term| {
        term.size > 1
            && close(term.value)
            && (term.here || term.far == 0 || announced.sum || !operands[term.price].is_far())
    };
    // A price of one is stated, or the sum of what one costs; no product.
    let of_each = is_of_each(fact, text);
    if let Some(term) = terms.iter().find(counted).filter(|_| !of_each) {
        return Some(term.written(operands));
    }
    if let Some(how) = run(operands, currency, &close) {
        return Some(how);
    }
    let announces = announced.sum || announced.difference;
    let small: Vec<&Term> =
        terms.iter().filter(|term| term.size <= 2 && (announces || term.here && term.far == 0)).collect();
    for (at, a) in small.iter().enumerate() {
        for b in &small[at + 1..] {
            let named = a.here && b.here;
            if a.far + b.far > 1 || a.price == b.price {
                continue;
            }
            let far = a.far + b.far == 1;
            let plain = a.size == 1 && b.size == 1;
            // Two products, or one with a price that only a passage names, come out right by chance too often.
            let may = |announced: bool| if far { announced && named } else { announced || named };
            if may(announced.sum) && close(a.value + b.value) {
                return Some(format!("{} + {}", a.written(operands), b.written(operands)));
            }
            if (plain || named) && may(announced.difference) && close((a.value - b.value).abs()) {
                let (more, less) = if a.value > b.value { (a, b) } else { (b, a) };
                return Some(format!("{} − {}", more.written(operands), less.written(operands)));
            }
        }
    }
    None
}

/// A price that only a passage names times what the customer counts: only where words announce it.
pub(super) fn times(fact: &Fact, operands: &[Operand]) -> Option<String> {
    let (wanted, currency) = wanted(fact)?;
    let terms = terms(operands, currency, false);
    terms
        .iter()
        .find(|term| term.size > 1 && term.share.is_none() && (term.value - wanted).abs() <= 0.006)
        .map(|term| term.written(operands))
}

fn is_of_each(fact: &Fact, text: &str) -> bool {
    EACH.is_match(&text[fact.span.end..]) || OF_EACH.is_match(&text[..fact.span.start])
}

fn wanted(fact: &Fact) -> Option<(f64, Option<Currency>)> {
    match fact.value {
        Value::Money { amount, currency } => Some((amount, currency)),
        _ => None,
    }
}

/// The amounts that operands make by themselves, times one or two counts, and by a share.
fn terms(operands: &[Operand], currency: Option<Currency>, added: bool) -> Vec<Term<'_>> {
    let mut terms = Vec::new();
    for (at, operand) in operands.iter().enumerate() {
        let Some(amount) = operand.money().filter(|_| is_of(operand, currency)) else { continue };
        let (far, here) = (u8::from(operand.is_far()), operand.reach != Reach::Told);
        let single = Term { value: amount, price: at, far, here, size: 1, others: [None, None], share: None };
        for (number, count) in operands.iter().enumerate().filter(|(number, _)| *number != at) {
            let (more_far, in_sight) = (far + u8::from(count.is_far()), here && count.reach != Reach::Told);
            if more_far > 1 {
                continue;
            }
            if let Some(times) = count.count() {
                let value = amount * times;
                let others = [Some(count), None];
                terms.push(Term { value, price: at, far: more_far, here: in_sight, size: 2, others, share: None });
                let second = operands.iter().enumerate().skip(number + 1);
                for (_, second) in second.filter(|(second, other)| *second != at && !other.is_far()) {
                    let in_sight = in_sight && second.reach != Reach::Told;
                    let others = [Some(count), Some(second)];
                    let make =
                        |value, share| Term { value, price: at, far: more_far, here: in_sight, size: 3, others, share };
                    if let Some(again) = second.count() {
                        terms.push(make(value * again, None));
                    }
                    if let Some(share) = second.share() {
                        terms.push(make(value * share, Some("×")));
                        terms.push(make(value * (1.0 - share), Some("−")));
                    }
                }
            }
            if let Some(share) = count.share() {
                let make = |value, sign| Term {
                    value,
                    price: at,
                    far: more_far,
                    here: in_sight,
                    size: 2,
                    others: [Some(count), None],
                    share: Some(sign),
                };
                terms.push(make(amount * share, "×"));
                terms.push(make(amount * (1.0 - share), "−"));
                if added {
                    terms.push(make(amount * (1.0 + share), "+"));
                }
            }
        }
        terms.push(single);
    }
    terms
}

/// Whether the operand is of the currency, or names none.
fn is_of(operand: &Operand, currency: Option<Currency>) -> bool {
    match operand.fact.value {
        Value::Money { currency: own, .. } => own.is_none() || currency.is_none() || own == currency,
        _ => true,
    }
}

/// Three amounts or more that are said one after the other.
fn run(operands: &[Operand], currency: Option<Currency>, close: &dyn Fn(f64) -> bool) -> Option<String> {
    let said: Vec<(f64, &str)> = operands
        .iter()
        .filter(|operand| operand.reach == Reach::Here && is_of(operand, currency))
        .filter_map(|operand| operand.money().map(|amount| (amount, operand.text.as_str())))
        .collect();
    (0..said.len()).find_map(|first| {
        (first + 3..=said.len().min(first + 8)).find_map(|end| {
            let part = &said[first..end];
            close(part.iter().map(|(amount, _)| amount).sum())
                .then(|| part.iter().map(|(_, text)| *text).collect::<Vec<_>>().join(" + "))
        })
    })
}

/// So much for every started quarter of an hour, by one sentence of a passage.
pub(super) fn started(fact: &Fact, text: &str, operands: &[Operand], far: &[Operand]) -> Option<String> {
    let (wanted, currency) = wanted(fact)?;
    if is_of_each(fact, text) {
        return None;
    }
    let lengths = |operand: &Operand| match operand.fact.value {
        Value::Length(minutes) => Some(minutes).filter(|minutes| *minutes > 0.0),
        _ => None,
    };
    let clock = |operand: &Operand| match operand.fact.value {
        Value::Clock { minutes, .. } => Some(f64::from(minutes)),
        _ => None,
    };
    let near = || operands.iter().filter(|operand| !operand.is_far());
    for price in far.iter().filter(|operand| is_of(operand, currency)) {
        let Some(amount) = price.money() else { continue };
        let same = || far.iter().filter(|other| other.reach == price.reach);
        for (unit, step) in same().filter_map(|unit| lengths(unit).map(|step| (unit, step))) {
            for known in near() {
                let from = |end: f64| same().find_map(clock).map(|start| (end - start).rem_euclid(720.0));
                let gap = lengths(known).or_else(|| clock(known).and_then(from));
                let Some(gap) = gap.filter(|gap| *gap > 0.0) else { continue };
                let steps = (gap / step - 1e-9).ceil();
                if (2.0..=100.0).contains(&steps) && (amount * steps - wanted).abs() < 0.006 {
                    return Some(format!("{steps} × {} ({} / {})", price.text, known.text, unit.text));
                }
            }
        }
    }
    None
}
