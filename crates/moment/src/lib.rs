//! Dates, times, ranges, durations, holidays and repetitions in Chinese and English text, as values.
//!
//! ```
//! use time::macros::datetime;
//! use yingda_moment::{Reference, find};
//!
//! let reference = Reference { now: datetime!(2026-11-22 10:00 +8) };
//! let found = find("下周三下午三点可以送到吗？", &reference);
//! assert_eq!(found[0].value.iso(), "2026-11-25T15:00+08:00");
//! assert_eq!(&"下周三下午三点可以送到吗？"[found[0].start..found[0].end], "下周三下午三点");
//! ```
//!
//! The text is the customer's own: full width or half, digits or numerals, simplified or traditional, Chinese and
//! English mixed. Everything here is pure; the time comes from the caller; no text makes it fail.
//!
//! Conventions, where people leave something open:
//! - A week begins on Monday; 下周三 and "next Wednesday" are the Wednesday of the week after this one. 这周三 is in this
//!   week even when it is over; "this Wednesday" is the coming one; "last Friday" is the latest one, 上周五 the one of
//!   the week before.
//! - A weekday, a day of the month, a date or holiday without a year is the coming one (today counts), and the latest
//!   one when the clause or else the sentence tells of the past (了, 已经, 买的; was, last, bought). A month and day or
//!   a holiday up to 45 days back is the past one unless something to come is told of.
//! - A clock without a half of the day: 1 to 6 are in the afternoon, the rest as written; such a value has a lower
//!   confidence. In a range the end follows the beginning: "9点到6点" ends at 18:00.
//! - 之前 and "before" end where the named time begins, "by" and "until" where it ends.
//! - Numbers with slashes are month first, unless only the other order is a date.
//! - 月初 is the first five days, 月底 and "end of the month" the last five; 年底 is December.
//! - Dates of the lunar calendar (农历八月十五) are passed over; its holidays are known from 2020 to 2035.

mod calendar;
mod chinese;
mod chinese_day;
mod clock;
mod english;
mod english_day;
mod fold;
mod holiday;
mod join;
mod length;
mod numbers;
mod numeric;
mod relative;
mod repeat;
mod resolve;
mod scan;
mod tense;
mod token;
mod value;

use time::OffsetDateTime;

use fold::Folded;
use scan::Scan;
pub use value::{Grain, Length, Moment, Rule};

/// No more bytes than this are read: a message is shorter.
const LONGEST: usize = 64 * 1024;

/// The moment that "today" and "in two hours" are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Its offset is that of the customer's time zone.
    pub now: OffsetDateTime,
}

/// An expression of time in a text.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Found {
    /// Bytes of the given text, `end` excluded; both are character boundaries.
    pub start: usize,
    pub end: usize,
    pub value: Moment,
    /// 0 to 1: an explicit date is near 1, "3点" without a half of the day about 0.75, 马上 0.4.
    pub confidence: f32,
}

/// Every expression of time in a text, in order, none overlapping another. Reads the first 64 KiB.
pub fn find(text: &str, reference: &Reference) -> Vec<Found> {
    let folded = Folded::new(&text[..text.floor_char_boundary(LONGEST)]);
    let Some(tokens) = token::tokens(&folded.text) else { return Vec::new() };
    let scan = Scan { folded, tokens, now: reference.now, today: reference.now.date() };
    let mut found: Vec<Found> = Vec::new();
    for piece in join::expressions(&scan) {
        let (Some(first), Some(last)) = (scan.tokens.get(piece.from), scan.tokens.get(piece.to - 1)) else { continue };
        let Some((value, confidence)) = resolve::value(&scan, &piece) else { continue };
        let (start, end) = (scan.folded.origin(first.start), scan.folded.origin(last.end));
        // A "from" or "since" taken along may belong to the expression before.
        if found.last().is_none_or(|before| before.end <= start) {
            found.push(Found { start, end, value, confidence });
        }
    }
    found
}
