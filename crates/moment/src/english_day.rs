//! Days, weeks, months and years in English: next Wednesday, Nov 22nd, the end of the month, Black Friday.

use crate::calendar::{self, date, monday, plus_days, plus_months, weekday};
use crate::chinese_day::{quarter_away, year_edge};
use crate::holiday::{ENGLISH, Holiday};
use crate::scan::{Day, Phrase, Piece, Scan, Span};
use crate::token::{Edge, Kind, Part, Unit};
use crate::value::Grain;

pub(crate) fn piece(scan: &Scan, i: usize) -> Option<Piece> {
    if let Some((holiday, words)) = holiday(scan, i) {
        return Some(holiday_piece(scan, i, i + words, holiday));
    }
    match scan.kind(i) {
        Kind::Month { .. } => month_first(scan, i),
        Kind::Number { .. } => day_first(scan, i, i).or_else(|| lone_year(scan, i)),
        Kind::HolidayWord if scan.is(i, "mid") => {
            let at = i + 1 + usize::from(scan.is(i + 1, "-"));
            let number = named_month(scan, at)?;
            Some(Piece::phrase(Phrase::span(Span::Month(number, Some(Edge::Middle))), i, at + 1, 0.9))
        }
        Kind::Unit(Unit::Second) if scan.is(i, "second") => {
            let of = usize::from(scan.is(i + 1, "of"));
            named_month(scan, i + 1 + of).and_then(|_| day_first(scan, i, i))
        }
        Kind::Unit(Unit::Day) if scan.is(i, "day") => around_tomorrow(scan, i, i),
        Kind::Word => match scan.text(i) {
            "the" => the(scan, i),
            "this" | "next" | "last" | "past" | "previous" | "coming" | "upcoming" => shifted(scan, i, i),
            "end" | "beginning" | "start" | "middle" | "early" | "late" => edge(scan, i),
            _ => None,
        },
        _ => None,
    }
}

fn holiday(scan: &Scan, i: usize) -> Option<(Holiday, usize)> {
    if !matches!(scan.kind(i), Kind::HolidayWord | Kind::Month { .. }) {
        return None;
    }
    let matches = |words: &[&str]| {
        words.iter().enumerate().all(|(n, word)| possessive(scan.text(i + n)) == *word)
            || words.iter().enumerate().all(|(n, word)| scan.is(i + n, word))
    };
    ENGLISH.iter().find(|(words, _)| matches(words)).map(|(words, holiday)| (*holiday, words.len()))
}

/// The name without "'s", but not when the 's belongs to it.
fn possessive(text: &str) -> &str {
    text.strip_suffix("'s").unwrap_or(text)
}

fn holiday_piece(scan: &Scan, i: usize, to: usize, holiday: Holiday) -> Piece {
    // "Christmas 2027", "Christmas next year".
    if let Some(year) = year(scan, to)
        && let Some(day) = holiday.day(year)
    {
        return Piece::phrase(Phrase::day(Day::Fixed(day)), i, to + 1, 0.95);
    }
    let away = match scan.text(to) {
        "this" => Some(0),
        "next" => Some(1),
        "last" => Some(-1),
        _ => None,
    };
    if let Some(away) = away
        && scan.kind(to + 1) == Kind::Unit(Unit::Year)
        && let Some(day) = holiday.day(scan.today.year() + away)
    {
        return Piece::phrase(Phrase::day(Day::Fixed(day)), i, to + 2, 0.95);
    }
    Piece::phrase(Phrase::day(Day::Holiday(holiday)), i, to, 0.9)
}

/// A year with four digits.
fn year(scan: &Scan, i: usize) -> Option<i32> {
    let number = scan.number(i)?;
    let year = scan.exact(i, 1900..=2100)?;
    (number.digits == 4).then(|| i32::try_from(year).ok()).flatten()
}

fn named_month(scan: &Scan, i: usize) -> Option<u8> {
    match scan.kind(i) {
        Kind::Month { month, .. } => Some(month),
        _ => None,
    }
}

/// A day of a month: 22, 22nd, twenty-second, "second".
fn day_number(scan: &Scan, i: usize) -> Option<u8> {
    if scan.is(i, "second") {
        return Some(2);
    }
    let number = scan.number(i)?;
    let fits = number.least == number.most && (1..=31).contains(&number.least) && number.digits <= 2;
    fits.then(|| u8::try_from(number.least).ok()).flatten()
}

/// The ending of "8 th", written apart.
fn suffix(scan: &Scan, i: usize) -> usize {
    usize::from(scan.any(i, &["st", "nd", "rd", "th"]))
}

/// The year after a day of a month: ", 2026" or " 2026".
fn trailing_year(scan: &Scan, i: usize) -> Option<(i32, usize)> {
    let at = i + usize::from(scan.is(i, ",")) + usize::from(scan.is(i, "of"));
    if scan.any(at + 1, &[":"]) && scan.glued(at + 1) {
        return None;
    }
    year(scan, at).map(|year| (year, at + 1))
}

/// Nov 22nd, November the 22nd, 2026; Nov 22-25; November 2026; November.
fn month_first(scan: &Scan, i: usize) -> Option<Piece> {
    let Kind::Month { month: number, weak } = scan.kind(i) else { return None };
    let dot = usize::from(scan.is(i + 1, ".") && scan.glued(i + 1) && scan.number(i + 2).is_some());
    let at = i + 1 + dot + usize::from(scan.is(i + 1 + dot, "the"));
    if let Some(day) = day_number(scan, at)
        && !(scan.is(at + 1, ":") && scan.glued(at + 1))
        && !matches!(scan.kind(at + 1), Kind::HalfDay(_))
    {
        date(2000, number, day)?;
        let suffix = suffix(scan, at + 1);
        let plain = suffix == 0 && scan.number(at).is_some_and(|number| !number.ordinal);
        let at = at + suffix;
        if weak && plain && scan.noun_follows(at + 1) {
            return None;
        }
        if let Some((year, to)) = trailing_year(scan, at + 1) {
            return Some(Piece::phrase(Phrase::day(Day::Fixed(date(year, number, day)?)), i, to, 0.98));
        }
        if scan.is(at + 1, "-")
            && let Some(last) = day_number(scan, at + 2).filter(|last| *last > day)
        {
            date(2000, number, last)?;
            let between = crate::scan::What::Between(
                Phrase::day(Day::Month { month: number, day }),
                Phrase::day(Day::Month { month: number, day: last }),
            );
            return Some(Piece::new(between, i, at + 3, 0.9));
        }
        return Some(Piece::phrase(Phrase::day(Day::Month { month: number, day }), i, at + 1, 0.95));
    }
    if let Some((year, to)) = trailing_year(scan, i + 1 + dot) {
        return Some(Piece::phrase(Phrase::span(Span::Month(number, None).settled(year)?), i, to, 0.95));
    }
    let short = weak && scan.text(i).len() <= 4;
    let weak = weak && (short || scan.is(i, "march"));
    Some(Piece::phrase(Phrase::span(Span::Month(number, None)), i, i + 1, 0.8).weak(weak))
}

/// 22 November 2026, 22nd of Nov; `from` is where the expression begins ("the").
fn day_first(scan: &Scan, i: usize, from: usize) -> Option<Piece> {
    let day = day_number(scan, i)?;
    if !scan.stands_alone(i) {
        return None;
    }
    if scan.is(i + 1, "-") && scan.glued(i + 1) && named_month(scan, i + 3).is_some() {
        // 22-25 November.
        let last = day_number(scan, i + 2).filter(|last| *last > day)?;
        let month = named_month(scan, i + 3)?;
        date(2000, month, last)?;
        let phrase = |day| Phrase::day(Day::Month { month, day });
        return Some(Piece::new(crate::scan::What::Between(phrase(day), phrase(last)), from, i + 4, 0.9));
    }
    let i = i + suffix(scan, i + 1);
    let at = i + 1 + usize::from(scan.is(i + 1, "of") || (scan.is(i + 1, "-") && scan.glued(i + 1)));
    if let Kind::Month { month, weak } = scan.kind(at) {
        // "5 may help": the word must be the month.
        if weak && scan.is(at, "may") && scan.noun_follows(at + 1) {
            return None;
        }
        date(2000, month, day)?;
        let end = at + 1;
        let year_at = end + usize::from(scan.is(end, "-") && scan.glued(end));
        return Some(match trailing_year(scan, year_at) {
            Some((year, to)) => Piece::phrase(Phrase::day(Day::Fixed(date(year, month, day)?)), from, to, 0.98),
            None => Piece::phrase(Phrase::day(Day::Month { month, day }), from, end, 0.95),
        });
    }
    // The 15th of next month.
    if at == i + 2 && scan.is(i + 1, "of") {
        let the = usize::from(scan.is(at, "the"));
        let away = match scan.text(at + the) {
            "this" => 0,
            "next" => 1,
            "last" => -1,
            _ => return None,
        };
        if scan.kind(at + the + 1) != Kind::Unit(Unit::Month) {
            return None;
        }
        let first = plus_months(scan.today.replace_day(1).ok()?, away)?;
        let day = date(first.year(), first.month().into(), day)?;
        return Some(Piece::phrase(Phrase::day(Day::Fixed(day)), from, at + the + 2, 0.95));
    }
    None
}

/// "in 2027", "since 2019".
fn lone_year(scan: &Scan, i: usize) -> Option<Piece> {
    let year = year(scan, i)?;
    let said = ["in", "since", "until", "till", "by", "before", "after", "of", "during", "from", "year"];
    let ends = !scan.noun_follows(i + 1) && !matches!(scan.kind(i + 1), Kind::Mark('-' | '/' | '.' | ':'));
    if !scan.after_any(i, &said) || !ends || !scan.stands_alone(i) || matches!(scan.kind(i + 1), Kind::Unit(_)) {
        return None;
    }
    let (first, last) = calendar::year(year)?;
    Some(Piece::phrase(Phrase::span(Span::Fixed(first, last, Grain::Year)), i, i + 1, 0.7))
}

fn around_tomorrow(scan: &Scan, from: usize, i: usize) -> Option<Piece> {
    let days = match (scan.text(i + 1), scan.kind(i + 2)) {
        ("after", Kind::Day(1)) => 2,
        ("before", Kind::Day(-1)) => -2,
        _ => return None,
    };
    Some(Piece::phrase(Phrase::day(Day::Fixed(plus_days(scan.today, days)?)), from, i + 3, 0.97))
}

fn the(scan: &Scan, i: usize) -> Option<Piece> {
    if let Some(found) = around_tomorrow(scan, i, i + 1) {
        return Some(found);
    }
    // The week after next.
    if scan.is(i + 2, "after") && scan.is(i + 3, "next") {
        return whole(scan, scan.kind(i + 1), 2, i, i + 4);
    }
    if scan.any(i + 1, &["coming", "upcoming", "next", "last", "previous", "past"]) {
        return shifted(scan, i, i + 1);
    }
    if scan.any(i + 1, &["end", "beginning", "start", "middle"]) {
        return edge(scan, i + 1).map(|piece| Piece { from: i, ..piece });
    }
    if let Some(found) = day_first(scan, i + 1, i) {
        return Some(found);
    }
    let ordinal = scan.number(i + 1).is_some_and(|number| number.ordinal && number.digits > 0);
    if ordinal && !scan.noun_follows(i + 2) && !matches!(scan.kind(i + 2), Kind::Unit(_) | Kind::HolidayWord) {
        let day = day_number(scan, i + 1)?;
        let sure = scan.after_any(i, &["on", "by", "before", "after", "until", "till", "from", "since", "to"]);
        return Some(Piece::phrase(Phrase::day(Day::OfMonth(day)), i, i + 2, 0.75).weak(!sure));
    }
    None
}

/// this/next/last with what follows; `from` is where the expression begins ("the").
fn shifted(scan: &Scan, from: usize, i: usize) -> Option<Piece> {
    let (away, i) = match (scan.text(i), scan.text(i + 1)) {
        ("this", "coming" | "upcoming" | "past") => (0, i + 1),
        ("this", _) => (0, i),
        ("next" | "coming" | "upcoming", _) => (1, i),
        _ => (-1, i),
    };
    let soonest = away == 0 || scan.any(i, &["coming", "upcoming"]);
    let to = i + 2;
    let day = |day| Some(Piece::phrase(Phrase::day(Day::Fixed(day)), from, to, 0.95));
    match scan.kind(i + 1) {
        Kind::Weekday { day: wanted, .. } if soonest && !scan.is(i, "past") => {
            // The coming one, today included: "this Wednesday" said on a Sunday is not four days ago.
            day(plus_days(scan.today, i64::from((7 + wanted - weekday(scan.today)) % 7))?)
        }
        Kind::Weekday { day: wanted, .. } if away == 1 => day(plus_days(monday(scan.today, 1)?, i64::from(wanted))?),
        Kind::Weekday { day: wanted, .. } => {
            let back = (7 + weekday(scan.today) - wanted) % 7;
            day(plus_days(scan.today, -i64::from(if back == 0 { 7 } else { back }))?)
        }
        Kind::Weekend(_) => {
            let first = plus_days(monday(scan.today, if soonest { 0 } else { away })?, 5)?;
            let span = Span::Fixed(first, plus_days(first, 1)?, Grain::Day);
            Some(Piece::phrase(Phrase::span(span), from, to, 0.95))
        }
        Kind::Part(part) if away == 0 || (away == -1 && scan.is(i + 1, "night")) => {
            let day = Some(Day::Fixed(plus_days(scan.today, away)?));
            Some(Piece::phrase(Phrase { day, part: Some(part), ..Phrase::default() }, from, to, 0.95))
        }
        // "this may take": the word after "this" is the month only where the clause ends or a number follows.
        Kind::Month { weak: true, .. }
            if scan.is(i + 1, "may") && !matches!(scan.kind(to), Kind::Break | Kind::Mark(_) | Kind::Number { .. }) =>
        {
            None
        }
        // The past week is the seven days up to now, the last week the one before this.
        Kind::Unit(_) if scan.is(i, "past") => None,
        Kind::Month { month: number, weak: _ } => {
            let this = u8::from(scan.today.month());
            let year = scan.today.year();
            let year = match away {
                1 if number <= this => year + 1,
                -1 if number >= this => year - 1,
                _ => year,
            };
            // "last Nov 22".
            if let Some(day) = day_number(scan, i + 2) {
                let found = Day::Fixed(date(year, number, day)?);
                return Some(Piece::phrase(Phrase::day(found), from, to + 1, 0.9));
            }
            Some(Piece::phrase(Phrase::span(Span::Month(number, None).settled(year)?), from, to, 0.9))
        }
        Kind::HolidayWord => {
            let (holiday, words) = holiday(scan, i + 1)?;
            let year = scan.today.year();
            let candidates = [year - 1, year, year + 1].map(|year| holiday.day(year));
            let mut days = candidates.into_iter().flatten();
            let found = match away {
                -1 => days.rfind(|day| *day < scan.today)?,
                _ => days.find(|day| *day >= scan.today)?,
            };
            Some(Piece::phrase(Phrase::day(Day::Fixed(found)), from, i + 1 + words, 0.9))
        }
        kind => whole(scan, kind, away, from, to),
    }
}

/// A whole week, month, quarter or year, counted from this one.
fn whole(scan: &Scan, unit: Kind, away: i64, from: usize, to: usize) -> Option<Piece> {
    let span = match unit {
        Kind::Unit(Unit::Week) => {
            let first = monday(scan.today, away)?;
            Span::Fixed(first, plus_days(first, 6)?, Grain::Week)
        }
        Kind::Unit(Unit::Month) => {
            let first = plus_months(scan.today.replace_day(1).ok()?, away)?;
            Span::Month(first.month().into(), None).settled(first.year())?
        }
        Kind::Unit(Unit::Quarter) => quarter_away(scan, away)?,
        Kind::Unit(Unit::Year) => {
            let (first, last) = calendar::year(scan.today.year() + i32::try_from(away).ok()?)?;
            Span::Fixed(first, last, Grain::Year)
        }
        _ => return None,
    };
    Some(Piece::phrase(Phrase::span(span), from, to, 0.95))
}

/// The end of the month, the beginning of next year, early December.
fn edge(scan: &Scan, i: usize) -> Option<Piece> {
    let edge = match scan.text(i) {
        "beginning" | "start" | "early" => Edge::Start,
        "middle" => Edge::Middle,
        _ => Edge::End,
    };
    if scan.any(i, &["early", "late"]) {
        let third = if edge == Edge::Start { Edge::Third(0) } else { Edge::Third(2) };
        let month = Span::Month(named_month(scan, i + 1)?, Some(third));
        return Some(Piece::phrase(Phrase::span(month), i, i + 2, 0.9));
    }
    if !scan.is(i + 1, "of") {
        return None;
    }
    if let Some(number) = named_month(scan, i + 2) {
        return Some(Piece::phrase(Phrase::span(Span::Month(number, Some(edge))), i, i + 3, 0.9));
    }
    let (away, unit) = match scan.text(i + 2) {
        "the" | "this" => (0, i + 3),
        "next" => (1, i + 3),
        "last" => (-1, i + 3),
        "month" | "year" => (0, i + 2),
        _ => return None,
    };
    let span = match scan.kind(unit) {
        Kind::Unit(Unit::Month) => {
            let first = plus_months(scan.today.replace_day(1).ok()?, away)?;
            Span::Month(first.month().into(), Some(edge)).settled(first.year())?
        }
        Kind::Unit(Unit::Year) => year_edge(scan.today.year() + i32::try_from(away).ok()?, edge)?,
        Kind::Unit(Unit::Week) => {
            let first = monday(scan.today, away)?;
            let (from, to) = match edge {
                Edge::Start => (0, 1),
                Edge::Middle => (2, 2),
                _ => (4, 6),
            };
            Span::Fixed(plus_days(first, from)?, plus_days(first, to)?, Grain::Day)
        }
        _ => return None,
    };
    Some(Piece::phrase(Phrase::span(span), i, unit + 1, 0.9))
}

/// A part of the day by itself: not in a greeting, and in English only after "the" ("in the morning").
pub(crate) fn part_of_day(scan: &Scan, i: usize) -> Option<Piece> {
    let Kind::Part(part) = scan.kind(i) else { return None };
    if scan.rest(i + 1).starts_with('好') || scan.is(i, "nights") || scan.after_any(i, &["good"]) {
        return None;
    }
    // "12 at night" and "1 in the morning" are told apart by the clock.
    let part = if scan.is(i, "morning") { Part::Forenoon } else { part };
    let english = scan.is_latin(i);
    let said = scan.after_any(i, &["the"]) && i >= 2 && scan.any(i - 2, &["in", "during"]);
    Some(Piece::phrase(Phrase::part(part), i, i + 1, 0.8).weak(english && !said))
}
