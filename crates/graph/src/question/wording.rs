//! Values, adjectives and readings in words.

use yingda_language::is_han;

use crate::graph::{Attribute, Graph, Thing};
use crate::rows::{AttributeRow, Texts, Value, date_text, text_in};
use crate::unit;
use crate::words::Sign;

use super::condition::{Condition, written};
use super::read::{Comparison, Group, Query};

/// A value in words: `1.7 L`, `2 年`, `¥259`.
pub(crate) fn value_text(value: &Value, row: &AttributeRow, lang: &str) -> String {
    let zh = lang.starts_with("zh");
    match value {
        Value::Number { amount, unit } => {
            let symbol = unit.as_deref().or(row.unit.as_deref()).unwrap_or("");
            let (amount, symbol) = readable(*amount, symbol);
            let number = unit::plain(amount);
            match unit::find(symbol) {
                Some(unit) if !zh && unit.dimension.starts_with("money") => match unit.symbol {
                    "CNY" => format!("¥{number}"),
                    "USD" => format!("${number}"),
                    "EUR" => format!("€{number}"),
                    other => format!("{other} {number}"),
                },
                Some(unit) if unit.symbol == "%" => format!("{number}%"),
                Some(unit) => {
                    let (chinese, one, several) = unit.said;
                    let said = if zh {
                        chinese
                    } else if amount == 1.0 {
                        one
                    } else {
                        several
                    };
                    format!("{number} {said}")
                }
                None if symbol.is_empty() => number,
                None => format!("{number} {symbol}"),
            }
        }
        Value::Text { texts } => text_in(texts, lang).to_owned(),
        Value::Bool { value } => match (zh, value) {
            (true, true) => "是",
            (true, false) => "否",
            (false, true) => "yes",
            (false, false) => "no",
        }
        .to_owned(),
        Value::Date { date } if zh => format!("{} 年 {} 月 {} 日", date.year(), u8::from(date.month()), date.day()),
        Value::Date { date } => date_text(*date),
        Value::List { items } => {
            let items: Vec<&str> = items.iter().map(|item: &Texts| text_in(item, lang)).collect();
            items.join(if zh { "、" } else { ", " })
        }
    }
}

/// The unit that people would say it in.
fn readable(amount: f64, symbol: &str) -> (f64, &str) {
    match symbol {
        "g" if amount >= 1000.0 => (amount / 1000.0, "kg"),
        "L" if amount > 0.0 && amount < 1.0 => (amount * 1000.0, "ml"),
        "month" if amount >= 12.0 && amount % 12.0 == 0.0 => (amount / 12.0, "year"),
        "min" if amount >= 60.0 && amount % 60.0 == 0.0 => (amount / 60.0, "h"),
        _ => (amount, symbol),
    }
}

/// A space between Chinese characters and the digits or Latin letters beside them.
pub(super) fn gapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut last: Option<char> = None;
    for c in text.chars() {
        if let Some(last) = last
            && (is_han(last) && c.is_ascii_alphanumeric() || last.is_ascii_alphanumeric() && is_han(c))
        {
            out.push(' ');
        }
        out.push(c);
        last = Some(c);
    }
    out
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// 功率大 after 功率 is 大.
pub(super) fn adjective<'w>(word: &'w str, label: &str) -> &'w str {
    word.strip_prefix(label).filter(|rest| !rest.is_empty()).unwrap_or(word)
}

/// How a question was read.
pub(super) fn logical_form(graph: &Graph, query: &Query) -> String {
    let ids = |things: &[Thing]| things.iter().take(4).map(|&thing| graph.id(thing)).collect::<Vec<_>>().join(", ");
    let all = |conditions: &[Condition]| {
        conditions.iter().map(|condition| written(graph, condition)).collect::<Vec<_>>().join(" and ")
    };
    let group = |group: &Group| {
        let kind = group.kind.map_or("things", |kind| graph.schema.types[kind].name.as_str());
        if group.conditions.is_empty() { kind.to_owned() } else { format!("{kind} where {}", all(&group.conditions)) }
    };
    let name = |attribute: Attribute| graph.attribute(attribute).name.as_str();
    match query {
        Query::Compare { things, attribute, sign, comparison } => {
            let (things, name) = (ids(things), name(*attribute));
            match (comparison, sign) {
                (Comparison::Difference, _) => format!("difference({name}) of {things}"),
                (Comparison::Same, _) => format!("same({name}) of {things}"),
                (Comparison::Best, Sign::More) => format!("max({name}) of {things}"),
                (Comparison::Best, Sign::Less) => format!("min({name}) of {things}"),
                (Comparison::Greater, Sign::More) => format!("more({name}) of {things}"),
                (Comparison::Greater, Sign::Less) => format!("less({name}) of {things}"),
            }
        }
        Query::Extreme { group: found, attribute, sign, count } => {
            let word = if *sign == Sign::More { "max" } else { "min" };
            let first = if *count > 1 { format!("first {count} by ") } else { String::new() };
            format!("{first}{word}({}) of {}", name(*attribute), group(found))
        }
        Query::Value { thing, attribute, .. } => format!("{}({})", name(*attribute), graph.id(*thing)),
        Query::Check { thing, conditions } => format!("{}: {}?", graph.id(*thing), all(conditions)),
        Query::Exists { group: found } => format!("any {}", group(found)),
        Query::Count { group: found } => format!("count of {}", group(found)),
        Query::List { group: found } => format!("all {}", group(found)),
        Query::Which { things } => format!("which of {}", ids(things)),
    }
}
