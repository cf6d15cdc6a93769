//! Order and parcel numbers, by the workspace's patterns and by the words before them.

use std::sync::LazyLock;

use regex::Regex;

use crate::fixed;
use crate::kind::{By, Kind};
use crate::message::{Hit, Message};

/// What the large carriers' numbers look like: SF Express, YTO, ZTO, STO, Yunda, JD, J&T, Deppon, EMS and
/// the post (UPU S10), UPS.
pub(crate) const PARCEL_NUMBERS: [&str; 11] = [
    r"SF\d{12,15}",
    r"YT\d{13,15}",
    r"(?:ZTO|ZT)\d{10,14}",
    r"7[3589]\d{12}",
    r"(?:STO)\d{10,15}|77\d{13}",
    r"JD(?:[A-Z]{1,3})?\d{10,15}(?:-\d{1,3}-\d{1,3}-?)?",
    r"JT\d{13}",
    r"(?:YD|DPK|DB)\d{10,15}",
    r"[A-Z]{2}\d{9}[A-Z]{2}",
    r"1Z[A-Z0-9]{16}",
    r"EMS\d{10,13}",
];
/// Letters and digits as many shops number their orders.
pub(crate) const ORDER_NUMBERS: [&str; 2] = [r"[A-Z]{1,4}-?\d{8,20}", r"\d{6}-\d{15}"];

static ORDER_BY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(?:订单(?:编号|号码|号)?|单号|\border(?:\s?(?:no|number|num|id|#))?\.?)(?:[\s:#]|是|为|is|was){0,4}([A-Z]{0,6}[-_]?\d[A-Z0-9]*(?:[-_][A-Z0-9]+)*)",
    )
});
static PARCEL_BY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(?:(?:快递|运|物流|包裹)单?(?:编号|号码|号)|顺丰|圆通|中通|申通|韵达|极兔|邮政|京东快递|\b(?:tracking|parcel|waybill|shipment|awb)(?:\s?(?:no|number|num|id|code|#))?\.?)(?:[\s:#]|单号|快递|是|为|is|was){0,4}([A-Z]{0,6}\d[A-Z0-9-]{6,24})",
    )
});

/// A workspace's patterns of one kind of number.
#[derive(Debug, Clone)]
pub(crate) struct Codes {
    kind: Kind,
    /// All the patterns as one.
    pattern: Option<Regex>,
    by_name: &'static LazyLock<Regex>,
    /// How sure a number is that no word announces.
    confidence: f32,
}

impl Codes {
    /// Order numbers: the workspace's patterns, or the usual ones when it has none.
    pub fn orders(patterns: &[String]) -> Result<Self, regex::Error> {
        let own = !patterns.is_empty();
        let pattern = if own { any_of(patterns)? } else { any_of(&ORDER_NUMBERS)? };
        let confidence = if own { 0.95 } else { 0.6 };
        Ok(Self { kind: Kind::OrderNumber, pattern, by_name: &ORDER_BY_NAME, confidence })
    }

    /// Parcel numbers: the carriers' and those of the workspace.
    pub fn parcels(patterns: &[String]) -> Result<Self, regex::Error> {
        let all: Vec<&str> = patterns.iter().map(String::as_str).chain(PARCEL_NUMBERS).collect();
        Ok(Self { kind: Kind::ParcelNumber, pattern: any_of(&all)?, by_name: &PARCEL_BY_NAME, confidence: 0.85 })
    }

    pub fn find(&self, message: &Message, hits: &mut Vec<Hit>) {
        if message.digits < 4 {
            return;
        }
        let mut push = |start: usize, end: usize, confidence: f32| {
            let text = message.text[start..end].to_uppercase();
            hits.push(Hit::text(self.kind.clone(), (start, end), text, confidence, By::Pattern));
        };
        for found in self.by_name.captures_iter(&message.text) {
            if let Some(number) = found.get(1)
                && number.as_str().chars().filter(char::is_ascii_digit).count() >= 4
                && message.stands_alone(number.start(), number.end())
            {
                push(number.start(), number.end(), 0.96);
            }
        }
        for found in self.pattern.iter().flat_map(|pattern| pattern.find_iter(&message.text)) {
            if found.len() > 3 && message.stands_alone(found.start(), found.end()) {
                push(found.start(), found.end(), self.confidence);
            }
        }
    }
}

/// One pattern out of many, case ignored.
fn any_of<S: AsRef<str>>(patterns: &[S]) -> Result<Option<Regex>, regex::Error> {
    if patterns.is_empty() {
        return Ok(None);
    }
    // Each is compiled alone first, so that a stray bracket cannot change its neighbours.
    for pattern in patterns {
        own_pattern(pattern.as_ref())?;
    }
    let joined = patterns.iter().map(|pattern| format!("(?:{})", pattern.as_ref())).collect::<Vec<_>>().join("|");
    own_pattern(&joined).map(Some)
}

/// A pattern that a person wrote: case ignored, bounded in size.
pub(crate) fn own_pattern(pattern: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(pattern).case_insensitive(true).size_limit(1 << 20).build()
}
