//! Arithmetic on days. Everything that could leave the calendar (years -9999 to 9999) gives `None`.

use time::{Date, Duration, Month, OffsetDateTime, Time};

use crate::value::{Grain, Length};

/// The day, when there is such a day: no 30th of February.
pub(crate) fn date(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

pub(crate) fn plus_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Duration::seconds(days.checked_mul(86_400)?))
}

/// The same day of another month, or its last day when that month is too short.
pub(crate) fn plus_months(from: Date, months: i64) -> Option<Date> {
    let count = i64::from(from.year()) * 12 + i64::from(u8::from(from.month())) - 1 + months;
    let year = i32::try_from(count.div_euclid(12)).ok().filter(|year| (-9999..=9999).contains(year))?;
    let month = u8::try_from(count.rem_euclid(12)).ok()? + 1;
    let last = Month::try_from(month).ok()?.length(year);
    date(year, month, from.day().min(last))
}

/// `days` working days (Monday to Friday) later, or earlier when negative.
fn plus_working_days(from: Date, days: i64) -> Option<Date> {
    // From a weekend the count begins at the working day beside it.
    let beside = match (weekday(from), days.signum()) {
        (day @ 5.., 1) => 4 - i64::from(day),
        (day @ 5.., -1) => 7 - i64::from(day),
        _ => 0,
    };
    let mut date = plus_days(from, beside + days / 5 * 7)?;
    let mut left = days % 5;
    while left != 0 {
        date = plus_days(date, left.signum())?;
        if weekday(date) < 5 {
            left -= left.signum();
        }
    }
    Some(date)
}

/// 0 is Monday, 6 is Sunday.
pub(crate) fn weekday(date: Date) -> u8 {
    date.weekday().number_days_from_monday()
}

/// The Monday of the week `weeks` after the one of `date`.
pub(crate) fn monday(date: Date, weeks: i64) -> Option<Date> {
    plus_days(date, weeks * 7 - i64::from(weekday(date)))
}

/// First and last day of a month.
pub(crate) fn month(year: i32, month: u8) -> Option<(Date, Date)> {
    let length = Month::try_from(month).ok()?.length(year);
    Some((date(year, month, 1)?, date(year, month, length)?))
}

/// First and last day of a year.
pub(crate) fn year(year: i32) -> Option<(Date, Date)> {
    Some((date(year, 1, 1)?, date(year, 12, 31)?))
}

/// The `nth` (1 is the first) such weekday (0 is Monday) of a month.
pub(crate) fn nth_weekday(year: i32, month: u8, nth: u8, day: u8) -> Option<Date> {
    let first = date(year, month, 1)?;
    let skip = (7 + day - weekday(first)) % 7;
    date(year, month, 1 + skip + 7 * (nth - 1))
}

/// Western Easter Sunday: the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
pub(crate) fn easter(year: i32) -> Option<Date> {
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15).rem_euclid(30);
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    date(year, u8::try_from(n / 31).ok()?, u8::try_from(n % 31 + 1).ok()?)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Later,
    Earlier,
}

/// The instant a length away from another, and how exactly that is meant: "in two hours" to the minute,
/// "in two days" to the day.
pub(crate) fn away(from: OffsetDateTime, length: Length, way: Way) -> Option<(OffsetDateTime, Grain)> {
    let sign = if way == Way::Later { 1 } else { -1 };
    let day = plus_months(from.date(), sign * i64::from(length.months))?;
    let day = plus_days(day, sign * i64::from(length.days))?;
    let day = plus_working_days(day, sign * i64::from(length.working_days))?;
    let seconds = i64::try_from(length.seconds).ok()?;
    let at = from.replace_date(day).checked_add(Duration::seconds(sign * seconds))?;
    let grain = match length.seconds {
        0 => Grain::Day,
        seconds if seconds % 60 != 0 => Grain::Second,
        _ => Grain::Minute,
    };
    Some((at, grain))
}

/// Midnight that begins the day, in the offset of `now`.
pub(crate) fn starts(day: Date, now: OffsetDateTime) -> OffsetDateTime {
    day.with_time(Time::MIDNIGHT).assume_offset(now.offset())
}

/// Midnight that ends the day.
pub(crate) fn ends(day: Date, now: OffsetDateTime) -> Option<OffsetDateTime> {
    Some(starts(day.next_day()?, now))
}
