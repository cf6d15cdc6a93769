//! Counts and measures: how many a list names, ratios, measures added.

use std::sync::LazyLock;

use regex::Regex;

use super::{Operand, Reach};
use crate::fact::{Fact, Value};
use crate::ground::{Ground, Source};
use crate::pattern::fixed;

/// Who speaks of another beside themselves.
static TWO: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"我(?:和|跟|与)|和我|我们俩|咱俩|我俩|\b(?:me|i) and (?:my|a|the)\b|\bmy \w+ and (?:i|me)\b|\bboth of us\b|\bthe two of us\b|\bus both\b",
    )
});
/// Three things or more, one after the other.
static LIST: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?:[a-z-]+, )+[a-z-]+,? (?:and|or) [a-z-]+|(?:[\p{Han}a-z]+、)+[\p{Han}a-z]+"));

/// How many are named in lists of the evidence and of the customer.
pub(super) fn listed(ground: &Ground) -> Vec<f64> {
    let mut all = Vec::new();
    for line in &ground.lines {
        let text = &line.whole.text;
        all.extend(LIST.find_iter(text).map(|found| {
            let list = found.as_str();
            let marks = list.matches([',', '、']).count();
            (marks + if list.contains('、') || list.contains(", and ") || list.contains(", or ") { 1 } else { 2 })
                as f64
        }));
        if line.source == Source::Customer && TWO.is_match(text) {
            all.push(2.0);
        }
    }
    all
}

/// From what a count or a measure follows.
pub(super) fn follows(fact: &Fact, text: &str, operands: &[Operand], own: &[Fact], listed: &[f64]) -> Option<String> {
    match fact.value {
        Value::Plain(amount) | Value::Quantity { amount, unit: "个" | "次" } if listed.contains(&amount) => {
            return Some(format!("{amount} named"));
        }
        Value::Length(minutes) => return between(fact, minutes, operands, own),
        _ => {}
    }
    if let Some((wanted, unit)) = measure(&fact.value) {
        let near: Vec<_> = operands
            .iter()
            .filter(|operand| !operand.is_far())
            .filter_map(|operand| measure(&operand.fact.value).map(|(value, unit)| (operand, value, unit)))
            .filter(|(_, _, other)| *other == unit)
            .collect();
        for (at, (a, x, _)) in near.iter().enumerate() {
            for (b, y, _) in &near[at + 1..] {
                if (x + y - wanted).abs() < wanted * 1e-6 {
                    return Some(format!("{} + {}", a.text, b.text));
                }
            }
            if (x - wanted).abs() < wanted * 1e-6 {
                return Some(a.text.clone());
            }
        }
    }
    ratio(fact, text, operands)
}

/// So many measures fit in what there is: 60 m², 5 m² for each.
fn ratio(fact: &Fact, text: &str, operands: &[Operand]) -> Option<String> {
    let Value::Quantity { amount: wanted, unit } = fact.value else { return None };
    let part_of = |operand: &Operand| match operand.fact.value {
        Value::Quantity { amount, unit } if amount > 0.0 => Some((amount, unit)),
        _ => None,
    };
    for whole in operands.iter().filter(|operand| !operand.is_far()) {
        let Some((all, kind)) = part_of(whole).filter(|(_, kind)| *kind != unit) else { continue };
        for part in operands.iter().filter(|part| part.is_far() || text.contains(part.text.as_str())) {
            let Some((each, other)) = part_of(part) else { continue };
            if other == kind && each < all && (all / each - wanted).abs() < 1e-6 {
                return Some(format!("{} / {}", whole.text, part.text));
            }
        }
    }
    None
}

/// A measure in the smallest unit of its kind.
fn measure(value: &Value) -> Option<(f64, char)> {
    let Value::Quantity { amount, unit } = value else { return None };
    let (by, kind) = match *unit {
        "mm" => (1.0, 'm'),
        "cm" => (10.0, 'm'),
        "m" => (1000.0, 'm'),
        "km" => (1e6, 'm'),
        "g" => (1.0, 'g'),
        "斤" => (500.0, 'g'),
        "kg" => (1000.0, 'g'),
        "ml" => (1.0, 'l'),
        "l" => (1000.0, 'l'),
        _ => return None,
    };
    Some((amount * by, kind))
}

/// Six to seven hours, where five and one and a half are said.
fn between(fact: &Fact, minutes: f64, operands: &[Operand], own: &[Fact]) -> Option<String> {
    let other = own.iter().find(|other| other.span == fact.span && other.value != fact.value)?;
    let Value::Length(end) = other.value else { return None };
    let (low, high) = (minutes.min(end), minutes.max(end));
    let said: Vec<(f64, &str)> = operands
        .iter()
        .filter(|operand| operand.reach == Reach::Here && operand.fact.span != fact.span)
        .filter_map(|operand| match operand.fact.value {
            Value::Length(length) => Some((length, operand.text.as_str())),
            _ => None,
        })
        .collect();
    said.iter().enumerate().find_map(|(at, (a, first))| {
        let sum = said[at + 1..].iter().find(|(b, _)| low <= a + b && a + b <= high && high < 1.5 * low);
        sum.map(|(_, second)| format!("{first} + {second}"))
    })
}
