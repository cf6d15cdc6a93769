//! Repetitions: 每周三, 每周一三五, 每个月15号, 每隔两天, every other Wednesday, on Mondays, weekdays.

use crate::length::measure;
use crate::scan::{Phrase, Piece, Scan, What};
use crate::token::{Kind, Unit};
use crate::value::{Length, Rule};

pub(crate) fn piece(scan: &Scan, i: usize) -> Option<Piece> {
    match scan.kind(i) {
        Kind::Weekdays(day) => {
            let (days, to) = listed_english(scan, i, day)?;
            Some(every(weeks(1, days), i, to, 0.9))
        }
        Kind::Weekend(_) if scan.is(i, "weekends") => Some(every(weeks(1, vec![6, 7]), i, i + 1, 0.85)),
        Kind::WorkingDays if !scan.after_any(i, &["个", "非"]) && scan.number(i.wrapping_sub(1)).is_none() => {
            (!scan.is(i, "weekday")).then(|| every(weeks(1, vec![1, 2, 3, 4, 5]), i, i + 1, 0.8))
        }
        Kind::Word if scan.is(i, "天天") => Some(every(Rule::Days { interval: 1 }, i, i + 1, 0.85)),
        Kind::Word if scan.any(i, &["每", "每隔"]) => chinese(scan, i),
        Kind::Word if scan.any(i, &["every", "each"]) => english(scan, i),
        _ => None,
    }
}

fn every(rule: Rule, from: usize, to: usize, confidence: f32) -> Piece {
    Piece::new(What::Every(rule, None, None), from, to, confidence)
}

/// `days`: 1 is Monday.
fn weeks(interval: u32, mut days: Vec<u8>) -> Rule {
    days.sort_unstable();
    days.dedup();
    Rule::Weeks { interval, days }
}

/// Days of the week of a range, both included: Friday to Monday goes over the weekend. 0 is Monday.
pub(crate) fn week_range(first: u8, last: u8) -> Rule {
    let count = (7 + last - first) % 7;
    weeks(1, (0..=count).map(|n| (first + n) % 7 + 1).collect())
}

fn chinese(scan: &Scan, i: usize) -> Option<Piece> {
    if let Some(length) = measure(scan, i + 1).filter(|length| length.least == length.most)
        && scan.number(i + 1).is_some()
    {
        return Some(every(interval(length.least)?, i, length.to, 0.9));
    }
    if scan.is(i, "每隔") {
        return None;
    }
    let at = i + 1 + usize::from(scan.any(i + 1, &["个", "逢"]));
    match (scan.kind(at), scan.text(at)) {
        (Kind::Unit(Unit::Day), _) | (_, "日") => Some(every(Rule::Days { interval: 1 }, i, at + 1, 0.95)),
        (Kind::Part(part), _) => {
            let part = Some(Phrase::part(part));
            Some(Piece::new(What::Every(Rule::Days { interval: 1 }, part, None), i, at + 1, 0.95))
        }
        (_, "晚") => {
            let part = Some(Phrase::part(crate::token::Part::Evening));
            Some(Piece::new(What::Every(Rule::Days { interval: 1 }, part, None), i, at + 1, 0.9))
        }
        (Kind::Weekday { day, .. }, _) => {
            let (days, to) = listed_chinese(scan, at + 1, vec![day + 1]);
            Some(every(weeks(1, days), i, to, 0.95))
        }
        (Kind::Weekend(None), _) => Some(every(weeks(1, vec![6, 7]), i, at + 1, 0.95)),
        (Kind::WorkingDays, _) => Some(every(weeks(1, vec![1, 2, 3, 4, 5]), i, at + 1, 0.95)),
        (Kind::Unit(Unit::Week), _) => Some(every(weeks(1, Vec::new()), i, at + 1, 0.9)),
        (Kind::Unit(Unit::Minute), _) => Some(every(Rule::Minutes { interval: 1 }, i, at + 1, 0.9)),
        (Kind::Unit(Unit::Hour), _) => Some(every(Rule::Hours { interval: 1 }, i, at + 1, 0.9)),
        (_, "月") => {
            let next = at + 1 + usize::from(scan.is(at + 1, "的"));
            let day = scan.exact(next, 1..=31).filter(|_| scan.any(next + 1, &["号", "日"]));
            let day = day.and_then(|day| u8::try_from(day).ok());
            let to = if day.is_some() { next + 2 } else { at + 1 };
            Some(every(Rule::Months { interval: 1, day }, i, to, 0.95))
        }
        (Kind::Edge(Unit::Month, _), _) => Some(every(Rule::Months { interval: 1, day: None }, i, at + 1, 0.8)),
        (_, "年") => {
            let month = scan.exact(at + 1, 1..=12).filter(|_| scan.is(at + 2, "月"));
            let day = scan.exact(at + 3, 1..=31).filter(|_| month.is_some() && scan.any(at + 4, &["号", "日"]));
            let small = |value: Option<u32>| value.and_then(|value| u8::try_from(value).ok());
            let (month, day) = (small(month), small(day));
            let to = at + 1 + 2 * usize::from(month.is_some()) + 2 * usize::from(day.is_some());
            Some(every(Rule::Years { interval: 1, month, day }, i, to, 0.9))
        }
        _ => None,
    }
}

/// 每周一三五, 每周一、三、五, 每周一和周四; the digits are read one by one.
fn listed_chinese(scan: &Scan, mut at: usize, mut days: Vec<u8>) -> (Vec<u8>, usize) {
    loop {
        let next = at + usize::from(scan.any(at, &["、", "和", ",", "，"]));
        let listed = match scan.kind(next) {
            Kind::Weekday { day, .. } => Some(vec![day + 1]),
            Kind::Number { digits: 0, .. } => {
                let digits = scan.text(next).chars().map(|c| "一二三四五六".find(c).map(|at| at / 3 + 1));
                let digits: Option<Vec<usize>> = digits.collect();
                let counted = ["点", "个", "天", "次", "月", "号", "小时", "分钟", "点钟", "件", "单"];
                digits
                    .filter(|_| !scan.any(next + 1, &counted))
                    .map(|digits| digits.into_iter().filter_map(|day| u8::try_from(day).ok()).collect())
            }
            Kind::Word if scan.is(next, "日") && scan.glued(next) => Some(vec![7]),
            _ => None,
        };
        let Some(listed) = listed else { return (days, at) };
        days.extend(listed);
        at = next + 1;
    }
}

/// The rule for "每3天", "every 2 weeks"; mixed lengths repeat in no rule.
fn interval(length: Length) -> Option<Rule> {
    Some(match length {
        Length { months: 0, days: 0, working_days: 0, seconds } if seconds % 3600 != 0 && seconds % 60 == 0 => {
            Rule::Minutes { interval: u32::try_from(seconds / 60).ok()? }
        }
        Length { months: 0, days: 0, working_days: 0, seconds } if seconds > 0 && seconds % 3600 == 0 => {
            Rule::Hours { interval: u32::try_from(seconds / 3600).ok()? }
        }
        Length { months: 0, days, working_days: 0, seconds: 0 } if days > 0 && days % 7 == 0 => weeks(days / 7, vec![]),
        Length { months: 0, days, working_days: 0, seconds: 0 } if days > 0 => Rule::Days { interval: days },
        Length { months, days: 0, working_days: 0, seconds: 0 } if months > 0 && months % 12 == 0 => {
            Rule::Years { interval: months / 12, month: None, day: None }
        }
        Length { months, days: 0, working_days: 0, seconds: 0 } if months > 0 => {
            Rule::Months { interval: months, day: None }
        }
        _ => return None,
    })
}

fn english(scan: &Scan, i: usize) -> Option<Piece> {
    if let Some(length) = measure(scan, i + 1).filter(|length| length.least == length.most && !length.article) {
        return Some(every(interval(length.least)?, i, length.to, 0.9));
    }
    let other = scan.is(i + 1, "other");
    let at = i + 1 + usize::from(other || scan.is(i + 1, "single"));
    let interval = if other { 2 } else { 1 };
    match scan.kind(at) {
        Kind::Unit(Unit::Minute) => Some(every(Rule::Minutes { interval }, i, at + 1, 0.9)),
        Kind::Unit(Unit::Hour) => Some(every(Rule::Hours { interval }, i, at + 1, 0.9)),
        Kind::Unit(Unit::Day) => Some(every(Rule::Days { interval }, i, at + 1, 0.95)),
        Kind::Unit(Unit::Week) => Some(every(weeks(interval, Vec::new()), i, at + 1, 0.9)),
        Kind::Unit(Unit::Month) => {
            let on = at + 1 + 2 * usize::from(scan.any(at + 1, &["on"]) && scan.is(at + 2, "the"));
            let number = scan.number(on).filter(|number| number.ordinal && on > at + 1);
            let day = number.and_then(|number| u8::try_from(number.least).ok());
            let to = if day.is_some() { on + 1 } else { at + 1 };
            Some(every(Rule::Months { interval, day }, i, to, 0.9))
        }
        Kind::Unit(Unit::Year) => Some(every(Rule::Years { interval, month: None, day: None }, i, at + 1, 0.9)),
        Kind::Weekday { day, .. } => {
            let (days, to) = listed_english(scan, at, day)?;
            Some(every(weeks(interval, days), i, to, 0.95))
        }
        Kind::Weekend(_) => Some(every(weeks(interval, vec![6, 7]), i, at + 1, 0.95)),
        Kind::WorkingDays => Some(every(weeks(interval, vec![1, 2, 3, 4, 5]), i, at + 1, 0.95)),
        Kind::Part(part) if !other => {
            let part = Some(Phrase::part(part));
            Some(Piece::new(What::Every(Rule::Days { interval }, part, None), i, at + 1, 0.95))
        }
        _ => None,
    }
}

/// "Monday", "Monday and Thursday", "Mon, Wed and Fri" from the first day on.
fn listed_english(scan: &Scan, i: usize, first: u8) -> Option<(Vec<u8>, usize)> {
    let (mut days, mut at) = (vec![first + 1], i + 1);
    loop {
        let comma = usize::from(scan.is(at, ","));
        let next = at + comma + usize::from(scan.any(at + comma, &["and", "&"]));
        match scan.kind(next) {
            Kind::Weekday { day, .. } | Kind::Weekdays(day) if next > at => {
                days.push(day + 1);
                at = next + 1;
            }
            _ => return Some((days, at)),
        }
    }
}
