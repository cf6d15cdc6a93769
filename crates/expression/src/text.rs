//! How amounts, dates and numbers of telephones are written: for expressions and templates alike.

use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime};

/// Cents as an amount: 1250 → `12.50`, -5 → `-0.05`.
pub fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// A telephone number with its middle hidden: 13812345678 → `138****5678`. Less than seven digits are hidden wholly.
pub fn mask_phone(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 7 {
        return "*".repeat(text.chars().count());
    }
    let tail = digits.len() - 4;
    let head = (tail - 1).min(3);
    let shown = |range: std::ops::Range<usize>| digits[range].iter().collect::<String>();
    format!("{}{}{}", shown(0..head), "*".repeat(tail - head), shown(tail..digits.len()))
}

/// A point in time: RFC 3339, or a date alone (`2026-11-22`, midnight UTC).
pub(crate) fn moment(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok().or_else(|| {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
        Some(date.midnight().assume_utc())
    })
}

/// Whole days from one RFC 3339 text to another: negative when `to` is earlier. `None` when one of them is none.
pub fn days_between(from: &str, to: &str) -> Option<i64> {
    Some((moment(to)? - moment(from)?).whole_days())
}

/// How much of a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateForm {
    /// 11月22日, 22 Nov
    Short,
    /// 2026年11月22日, 22 Nov 2026
    Long,
    /// 11月22日 09:30, 22 Nov 09:30
    Time,
}

/// A date in the language's own way, in the offset that it has.
pub(crate) fn date(at: OffsetDateTime, form: DateForm, chinese: bool) -> String {
    let (year, month, day) = (at.year(), at.month(), at.day());
    let time = format!(" {:02}:{:02}", at.hour(), at.minute());
    let mut text = match (chinese, form) {
        (true, DateForm::Long) => format!("{year}年{}月{day}日", u8::from(month)),
        (true, _) => format!("{}月{day}日", u8::from(month)),
        (false, DateForm::Long) => format!("{day} {:.3} {year}", month.to_string()),
        (false, _) => format!("{day} {:.3}", month.to_string()),
    };
    if form == DateForm::Time {
        text.push_str(&time);
    }
    text
}

/// A number rounded half away from zero to so many decimals (at most 9).
pub(crate) fn round(number: f64, digits: i64) -> f64 {
    let factor = 10f64.powi(i32::try_from(digits.clamp(0, 9)).unwrap_or(0));
    let scaled = number * factor;
    if scaled.is_finite() { scaled.round() / factor } else { number }
}

/// The nearest of the known words, when it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits from one word to another (Levenshtein 1966).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, sign) in from.chars().enumerate() {
        let mut corner = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = corner + usize::from(sign != *other);
            corner = row[column + 1];
            row[column + 1] = replaced.min(corner + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
