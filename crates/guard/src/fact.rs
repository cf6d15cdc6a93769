//! Numbers, dates, lengths of time, amounts and codes, in one form for all ways of writing them.

mod phrase;
mod scan;
mod side;
mod when;

use std::ops::Range;

pub(crate) use scan::scan;

/// Something exact that a text states.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    /// Bytes of the folded text.
    pub span: Range<usize>,
    pub value: Value,
    /// The number as it is written, without its unit.
    pub raw: f64,
    /// On which side of the number the statement holds.
    pub side: Side,
    /// Whether it may be part of a phrase (一天 for "a day", 第二天): it supports others, and needs no support.
    pub weak: bool,
}

/// What the fact is worth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Date {
        year: Option<i32>,
        month: u8,
        day: u8,
    },
    /// The 8th of a month that is not named.
    Day(u8),
    /// Minutes since midnight; `exact` when the half of the day is known.
    Clock {
        minutes: u16,
        exact: bool,
    },
    /// Main units of a currency: yuan, dollars.
    Money {
        amount: f64,
        currency: Option<Currency>,
    },
    Percent(f64),
    /// A price reduction: 20 for 八折 and for "20% off".
    Off(f64),
    /// Minutes.
    Length(f64),
    Quantity {
        amount: f64,
        unit: &'static str,
    },
    /// A number by itself.
    Plain(f64),
    /// Letters and digits, or many digits: an order number, a telephone number, a model.
    Code(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Currency {
    Yuan,
    Dollar,
    Euro,
    Pound,
    Other,
}

/// Up to the number, or from it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Within,
    Beyond,
    Open,
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}

/// Lengths are the same also where one counts a year as 365 days and the other as 12 months of 30.
fn same_length(a: f64, b: f64) -> bool {
    const DAY: f64 = 1440.0;
    same(a, b) || a.min(b) >= 59.0 * DAY && (a - b).abs() / a.max(b) < 0.02
}

impl Fact {
    /// Whether the two state the same.
    pub fn agrees(&self, other: &Fact) -> bool {
        use Value::*;
        match (&self.value, &other.value) {
            (Date { year: a, month: m, day: d }, Date { year: b, month: n, day: e }) => {
                m == n && d == e && (a == b || a.is_none() || b.is_none())
            }
            (Day(a), Day(b)) => a == b,
            (Day(a), Date { day, .. }) | (Date { day, .. }, Day(a)) => a == day,
            (Clock { minutes: a, exact: true }, Clock { minutes: b, exact: true }) => a == b,
            (Clock { minutes: a, .. }, Clock { minutes: b, .. }) => a % 720 == b % 720,
            (Money { amount: a, currency: c }, Money { amount: b, currency: d }) => {
                same(*a, *b) && (c == d || c.is_none() || d.is_none())
            }
            (Percent(a), Percent(b)) | (Off(a), Off(b)) => same(*a, *b),
            (Percent(a), Off(b)) | (Off(b), Percent(a)) => same(*a, *b) || same(*a, 100.0 - b),
            (Length(a), Length(b)) => same_length(*a, *b),
            (Quantity { amount: a, unit: u }, Quantity { amount: b, unit: v }) => same(*a, *b) && u == v,
            // 2k is 2000 of whatever is spoken of.
            (Quantity { amount, unit: "k" }, Money { amount: b, .. })
            | (Money { amount: b, .. }, Quantity { amount, unit: "k" }) => same(amount * 1000.0, *b),
            (Code(a), Code(b)) => a == b || same_tail(a, b),
            (Code(code), _) => code.parse::<f64>().is_ok_and(|number| same(number, other.number())),
            (_, Code(code)) => code.parse::<f64>().is_ok_and(|number| same(number, self.number())),
            (Plain(written), Clock { minutes, .. }) | (Clock { minutes, .. }, Plain(written)) => {
                same(self.raw, other.raw) && minutes % 60 == 0 || is_dotted(*written, *minutes)
            }
            (Plain(_), _) | (_, Plain(_)) => same(self.raw, other.raw) || same(self.number(), other.number()),
            (Length(_), Day(_)) | (Day(_), Length(_)) => same(self.raw, other.raw),
            _ => false,
        }
    }

    /// The number in its main unit.
    fn number(&self) -> f64 {
        match &self.value {
            Value::Money { amount, .. } | Value::Quantity { amount, .. } | Value::Plain(amount) => *amount,
            Value::Percent(percent) => *percent,
            _ => self.raw,
        }
    }

    /// Whether the two are of one kind, so that one could stand where the other stands.
    pub fn is_like(&self, other: &Fact) -> bool {
        std::mem::discriminant(&self.value) == std::mem::discriminant(&other.value)
    }

    /// Whether the fact is too small to need support: one of something.
    pub fn is_trivial(&self) -> bool {
        self.weak
            || match &self.value {
                Value::Plain(amount) | Value::Quantity { amount, .. } => same(*amount, 1.0) || same(*amount, 0.5),
                _ => false,
            }
    }

    /// One word for the fact, which two ways of writing it share.
    pub fn key(&self) -> String {
        let value = match &self.value {
            Value::Length(minutes) => format!("length {minutes}"),
            Value::Money { amount, .. } => format!("money {amount}"),
            Value::Clock { minutes, .. } => format!("clock {}", minutes % 720),
            other => format!("{other:?}"),
        };
        match self.side {
            Side::Beyond => format!("#{value} beyond"),
            _ => format!("#{value}"),
        }
    }
}

/// Whether 6.30 is written for the time so many minutes after midnight.
fn is_dotted(written: f64, minutes: u16) -> bool {
    let clock = written.trunc() * 60.0 + written.fract() * 100.0;
    written.fract() > 0.0 && same(clock % 720.0, f64::from(minutes % 720))
}

/// A telephone number with and without its country code.
fn same_tail(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    short.len() >= 8
        && short.bytes().all(|b| b.is_ascii_digit())
        && long.bytes().all(|b| b.is_ascii_digit())
        && long.len() - short.len() <= 3
        && long.ends_with(short)
}
