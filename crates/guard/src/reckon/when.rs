//! Dates and hours reckoned from others, and how long it is from one date to another.

use time::{Date, Duration, Month};

use super::{Announced, Operand, Reach};
use crate::fact::{Fact, Value};

const DAY: f64 = 1440.0;

/// From what a date, an hour or a length of time follows.
pub(super) fn follows(fact: &Fact, operands: &[Operand], announced: Announced) -> Option<String> {
    match fact.value {
        Value::Date { .. } | Value::Day(_) => date(fact, operands, announced),
        Value::Clock { minutes, .. } => clock(minutes, operands, announced),
        Value::Length(minutes) => gap(minutes, operands),
        _ => None,
    }
}

fn lengths(operands: &[Operand]) -> impl Iterator<Item = (&Operand, f64)> {
    operands.iter().filter_map(|operand| match operand.fact.value {
        Value::Length(minutes) => Some((operand, minutes)),
        _ => None,
    })
}

/// Whether a length of the passages may be used: words announce the date, or it stands here.
fn may(length: &Operand, base: &Operand, announced: Announced) -> bool {
    !base.is_far() && (length.reach == Reach::Here || announced.when)
}

fn date(fact: &Fact, operands: &[Operand], announced: Announced) -> Option<String> {
    for base in operands {
        let Value::Date { year, month, day } = base.fact.value else { continue };
        let named = match fact.value {
            Value::Date { year, .. } => year,
            _ => None,
        };
        let Some(known) = calendar(year.or(named).unwrap_or(2001), month, day) else { continue };
        for (length, minutes) in lengths(operands).filter(|(length, _)| may(length, base, announced)) {
            for (sign, to) in [("+", later(known, minutes, 1)), ("−", later(known, minutes, -1))] {
                let Some(to) = to else { continue };
                let is = match fact.value {
                    Value::Date { year: wanted, month, day } => {
                        u8::from(to.month()) == month
                            && to.day() == day
                            && (wanted.is_none() || year.is_none() || wanted == Some(to.year()))
                    }
                    Value::Day(day) => to.day() == day,
                    _ => false,
                };
                if is {
                    return Some(format!("{} {sign} {}", base.text, length.text));
                }
            }
        }
    }
    None
}

fn calendar(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// The date so many minutes later; months and years go by the calendar.
fn later(date: Date, minutes: f64, sign: i32) -> Option<Date> {
    let days = minutes / DAY;
    let months = days / 30.0;
    if months >= 1.0 && months.fract() == 0.0 && days != 90.0 || days == 90.0 {
        let index = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + sign * months as i32;
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u8 + 1);
        let to = (0..4).find_map(|less| calendar(year, month, date.day().saturating_sub(less)));
        if days > 30.0 || to.is_none() {
            return to;
        }
    }
    // A part of a day keeps the date or not: that is for hours.
    (days >= 1.0 && days.fract() == 0.0).then(|| date.checked_add(Duration::days(i64::from(sign) * days as i64)))?
}

fn clock(wanted: u16, operands: &[Operand], announced: Announced) -> Option<String> {
    for base in operands {
        let from = match base.fact.value {
            Value::Clock { minutes, .. } => minutes,
            _ => continue,
        };
        for (length, minutes) in lengths(operands).filter(|(_, minutes)| *minutes < DAY) {
            let gap = (f64::from(wanted) - f64::from(from)).rem_euclid(720.0);
            let one_far = !(base.is_far() && length.is_far());
            let shown = one_far && (announced.when || base.reach == Reach::Here || length.reach == Reach::Here);
            if !shown {
                continue;
            }
            for (sign, by) in [("+", minutes), ("−", -minutes)] {
                if (gap - by.rem_euclid(720.0)).abs() < 0.5 {
                    return Some(format!("{} {sign} {}", base.text, length.text));
                }
            }
        }
    }
    None
}

/// How long it is from one date to another, in days, or nearly in weeks.
fn gap(minutes: f64, operands: &[Operand]) -> Option<String> {
    let dates: Vec<(&Operand, Date)> = operands
        .iter()
        .filter(|operand| !operand.is_far())
        .filter_map(|operand| match operand.fact.value {
            Value::Date { year, month, day } => calendar(year.unwrap_or(2001), month, day).map(|date| (operand, date)),
            _ => None,
        })
        .collect();
    let weeks = (minutes / DAY) % 7.0 == 0.0 && minutes / DAY >= 14.0;
    for (at, (a, first)) in dates.iter().enumerate() {
        for (b, last) in &dates[at + 1..] {
            let years = |operand: &Operand| matches!(operand.fact.value, Value::Date { year: Some(_), .. });
            let days = if years(a) == years(b) || first.year() == last.year() {
                (*last - *first).whole_days().abs()
            } else {
                let (Some(one), Some(other)) = (first.replace_year(2001).ok(), last.replace_year(2001).ok()) else {
                    continue;
                };
                (other - one).whole_days().abs()
            } as f64;
            let off = (days - minutes / DAY).abs();
            if days > 0.0 && (off < 0.5 || weeks && off <= 2.0) {
                return Some(format!("{} … {}", a.text, b.text));
            }
        }
    }
    None
}
