//! From expressions to values: which Wednesday, which half of the day.

use time::{Date, OffsetDateTime, Time};

use crate::calendar::{date, ends, month, plus_days, plus_months, starts, weekday};
use crate::clock::{part_hours, settle};
use crate::scan::{Bound, Clock, Day, Phrase, Piece, Scan, Span, What};
use crate::tense::{Tense, tense};
use crate::token::Part;
use crate::value::{Grain, Moment, Rule};

/// A date without a year that lies so few days back is the past one, when nothing says otherwise: on the 22nd of
/// November "11月3号" is rarely said of next year.
const JUST_PAST: i64 = 45;

/// The value of an expression, and how sure it is.
pub(crate) fn value(scan: &Scan, piece: &Piece) -> Option<(Moment, f32)> {
    if piece.weak && !supported(scan, piece) {
        return None;
    }
    let context = Context { scan, tense: tense_of(scan, piece) };
    let sure = piece.confidence;
    match &piece.what {
        What::Value(value) => Some((value.clone(), sure)),
        What::Phrase(phrase) => {
            let value = context.phrase(phrase)?;
            Some((value, if guessed(phrase) { sure.min(0.8) } else { sure }))
        }
        What::Between(first, last) => Some((context.between(first, last)?, sure)),
        What::Bounded(bound, phrase) => Some((context.bounded(*bound, phrase)?, sure * 0.95)),
        What::Every(rule, first, last) => Some((every(rule, first.as_ref(), last.as_ref())?, sure)),
    }
}

fn tense_of(scan: &Scan, piece: &Piece) -> Tense {
    match &piece.what {
        What::Value(_) | What::Every(..) => Tense::Open,
        _ => tense(scan, piece.from),
    }
}

/// Words beside a weak piece that make it one of time: "on sat", "in may", "在一点".
fn supported(scan: &Scan, piece: &Piece) -> bool {
    let What::Phrase(phrase) = piece.what else { return false };
    let before: &[&str] = match (phrase.span, phrase.day, phrase.clock) {
        (Some(_), _, _) => {
            &["in", "of", "by", "until", "till", "since", "during", "from", "to", "mid", "early", "late"]
        }
        (_, Some(_), _) => &["on", "by", "until", "till", "since", "from", "to", "before", "after", "next", "this"],
        _ => &[],
    };
    scan.after_any(piece.from, before)
}

fn guessed(phrase: &Phrase) -> bool {
    phrase.clock.and_then(|clock| settle(clock, phrase.part)).is_some_and(|settled| settled.guessed)
}

struct Context<'a> {
    scan: &'a Scan,
    tense: Tense,
}

/// A stretch from `start` to `end`; both are the same for a point in time.
struct Stretch {
    start: OffsetDateTime,
    end: OffsetDateTime,
    grain: Grain,
}

impl Context<'_> {
    fn phrase(&self, phrase: &Phrase) -> Option<Moment> {
        match (phrase.day, phrase.clock, phrase.part) {
            (Some(day), None, None) => Some(Moment::Date { date: self.day(day)? }),
            (None, Some(clock), part) if phrase.span.is_none() => {
                Some(Moment::Time { time: settle(clock, part)?.time })
            }
            (None, None, Some(part)) if phrase.span.is_none() => hours_of(part),
            _ => {
                let Stretch { start, end, grain } = self.stretch(phrase)?;
                if start == end {
                    return Some(Moment::DateTime { at: start, grain });
                }
                Some(Moment::Range { from: Some(start), to: Some(end), grain })
            }
        }
    }

    /// When a phrase that has a date begins and ends.
    fn stretch(&self, phrase: &Phrase) -> Option<Stretch> {
        let now = self.scan.now;
        if let Some(span) = phrase.span {
            let Span::Fixed(first, last, grain) = self.span(span)? else { return None };
            return Some(Stretch { start: starts(first, now), end: ends(last, now)?, grain });
        }
        self.on_day(self.day(phrase.day?)?, phrase)
    }

    /// When the time of a phrase begins and ends on a day.
    fn on_day(&self, day: Date, phrase: &Phrase) -> Option<Stretch> {
        let now = self.scan.now;
        if let Some(clock) = phrase.clock {
            let settled = settle(clock, phrase.part)?;
            let at = plus_days(day, settled.days)?.with_time(settled.time).assume_offset(now.offset());
            return Some(Stretch { start: at, end: at, grain: clock.grain });
        }
        match phrase.part.map(part_hours) {
            Some((from, to)) => {
                let start = starts(day, now).replace_hour(from).ok()?;
                let end = if to == 0 { ends(day, now)? } else { starts(day, now).replace_hour(to).ok()? };
                Some(Stretch { start, end, grain: Grain::Hour })
            }
            None => Some(Stretch { start: starts(day, now), end: ends(day, now)?, grain: Grain::Day }),
        }
    }

    /// The day that is meant: the coming one, the one before when the sentence tells of the past.
    fn day(&self, day: Day) -> Option<Date> {
        let today = self.scan.today;
        match day {
            Day::Fixed(date) => Some(date),
            Day::Weekday(wanted) => {
                let ahead = i64::from((7 + wanted - weekday(today)) % 7);
                plus_days(today, if self.tense == Tense::Past { ahead - 7 } else { ahead })
            }
            Day::Month { month, day } => self.of_years(|year| date(year, month, day), 8),
            Day::Holiday(holiday) => self.of_years(|year| holiday.day(year), 1),
            Day::OfMonth(day) => {
                let first = today.replace_day(1).ok()?;
                let months: &[i64] = if self.tense == Tense::Past { &[0, -1, -2] } else { &[0, 1, 2] };
                months.iter().find_map(|months| {
                    let found = plus_months(first, *months)?.replace_day(day).ok()?;
                    let fits = if self.tense == Tense::Past { found <= today } else { found >= today };
                    fits.then_some(found)
                })
            }
        }
    }

    /// The day among those of the years around; `reach`: how many years to look, for the 29th of February.
    fn of_years(&self, day: impl Fn(i32) -> Option<Date>, reach: i32) -> Option<Date> {
        let today = self.scan.today;
        let coming = (0..=reach).filter_map(|years| day(today.year() + years)).find(|day| *day >= today);
        let past = (0..=reach).filter_map(|years| day(today.year() - years)).find(|day| *day <= today);
        match (self.tense, past, coming) {
            (Tense::Past, Some(past), _) => Some(past),
            (Tense::Open, Some(past), _) if (today - past).whole_days() <= JUST_PAST => Some(past),
            (_, past, coming) => coming.or(past),
        }
    }

    /// A span with its days: a month without a year is the one whose end is not over, the last one in the past.
    fn span(&self, span: Span) -> Option<Span> {
        let today = self.scan.today;
        let past = self.tense == Tense::Past;
        let candidates = if past { [0, -1, -1] } else { [0, 1, 1] };
        candidates.into_iter().find_map(|years| {
            let settled = span.settled(today.year() + years)?;
            let Span::Fixed(first, last, _) = settled else { return None };
            let fits = if past { first <= today } else { last >= today };
            (fits || matches!(span, Span::Fixed(..))).then_some(settled)
        })
    }

    fn between(&self, first: &Phrase, last: &Phrase) -> Option<Moment> {
        if !first.has_date() {
            let (from, to) = hours_between(first, last)?;
            return Some(Moment::Hours { from: Some(from), to: Some(to) });
        }
        let start = self.stretch(first)?;
        let from = start.start.date();
        let same_day = first.day == last.day && first.clock.is_some() && last.clock.is_some();
        if same_day && first.day.is_some() {
            let day = self.day(first.day?)?;
            let (from, to) = hours_between(first, last)?;
            let at = |day: Date, time: Time| day.with_time(time).assume_offset(self.scan.now.offset());
            let end = if to <= from { day.next_day()? } else { day };
            let grain = first.clock.map_or(Grain::Hour, |clock| clock.grain);
            let to = at(end, to);
            return Some(Moment::Range { from: Some(at(day, from)), to: Some(to), grain });
        }
        let end = match (last.day, last.span) {
            (Some(day), _) => self.on_day(following(day, from)?, last)?,
            (_, Some(span)) => {
                let years = [0, 1].map(|years| span.settled(from.year() + years));
                years.into_iter().flatten().find_map(|span| {
                    let Span::Fixed(first, last, grain) = span else { return None };
                    let now = self.scan.now;
                    (first >= from).then_some(Stretch { start: starts(first, now), end: ends(last, now)?, grain })
                })?
            }
            _ => return None,
        };
        (start.start < end.end).then_some(Moment::Range {
            from: Some(start.start),
            to: Some(end.end),
            grain: start.grain.min(end.grain),
        })
    }

    fn bounded(&self, bound: Bound, phrase: &Phrase) -> Option<Moment> {
        if phrase.has_date() {
            let Stretch { start, end, grain } = self.stretch(phrase)?;
            let (from, to) = match bound {
                Bound::Before => (None, Some(start)),
                Bound::Until => (None, Some(end)),
                Bound::From => (Some(start), None),
                Bound::After => (Some(end), None),
            };
            return Some(Moment::Range { from, to, grain });
        }
        let (start, end) = match (phrase.clock, phrase.part) {
            (Some(clock), part) => {
                let time = settle(clock, part)?.time;
                (time, time)
            }
            (None, part) => part_times(part?)?,
        };
        let (from, to) = match bound {
            Bound::Before => (None, Some(start)),
            Bound::Until => (None, Some(end)),
            Bound::From => (Some(start), None),
            Bound::After => (Some(end), None),
        };
        Some(Moment::Hours { from, to })
    }
}

/// The last day of a range that begins on a day: the first such day from then on.
fn following(day: Day, from: Date) -> Option<Date> {
    match day {
        Day::Fixed(date) => Some(date),
        Day::Weekday(wanted) => plus_days(from, i64::from((7 + wanted - weekday(from)) % 7)),
        Day::Month { month, day } => {
            [0, 1].into_iter().filter_map(|n| date(from.year() + n, month, day)).find(|d| *d >= from)
        }
        Day::Holiday(holiday) => [0, 1].into_iter().filter_map(|n| holiday.day(from.year() + n)).find(|d| *d >= from),
        Day::OfMonth(day) => [0, 1].into_iter().find_map(|months| {
            let (first, _) = month(from.year(), from.month().into())?;
            plus_months(first, months)?.replace_day(day).ok().filter(|found| *found >= from)
        }),
    }
}

fn part_times(part: Part) -> Option<(Time, Time)> {
    let (from, to) = part_hours(part);
    Some((Time::from_hms(from, 0, 0).ok()?, Time::from_hms(to, 0, 0).ok()?))
}

fn hours_of(part: Part) -> Option<Moment> {
    let (from, to) = part_times(part)?;
    Some(Moment::Hours { from: Some(from), to: Some(to) })
}

/// The times of "9点到6点" (9 to 18), "下午两点至四点", "10-11pm", "晚上10点到2点"; also of parts: "上午到傍晚".
fn hours_between(first: &Phrase, last: &Phrase) -> Option<(Time, Time)> {
    let (Some(a), Some(b)) = (first.clock, last.clock) else {
        let from = match first.clock {
            Some(clock) => settle(clock, first.part)?.time,
            None => part_times(first.part?)?.0,
        };
        let to = match last.clock {
            Some(clock) => settle(clock, last.part)?.time,
            None => part_times(last.part?)?.1,
        };
        return Some((from, to));
    };
    let from = settle(opening(a, first.part, b), first.part)?.time;
    if b.exact || last.part.is_some() {
        return Some((from, settle(b, last.part)?.time));
    }
    let at = |hour: u8| Time::from_hms(hour, b.minute, b.second).ok();
    let candidates = [at(b.hour), at(b.hour + 12)];
    let to = candidates.into_iter().flatten().find(|to| *to > from).or_else(|| at(b.hour))?;
    Some((from, to))
}

/// The first clock of a range, with the half of the day that the second one says: "10-11pm" but "9-6pm".
fn opening(a: Clock, part: Option<Part>, b: Clock) -> Clock {
    if a.exact || part.is_some() || !b.half_said {
        return a;
    }
    let afternoon = b.hour >= 12 && a.hour % 12 < b.hour - 12;
    Clock { hour: if afternoon { a.hour % 12 + 12 } else { a.hour }, exact: true, ..a }
}

fn every(rule: &Rule, first: Option<&Phrase>, last: Option<&Phrase>) -> Option<Moment> {
    let (from, to) = match (first, last) {
        (Some(first), Some(last)) => {
            let (from, to) = hours_between(first, last)?;
            (Some(from), Some(to))
        }
        (Some(Phrase { clock: Some(clock), part, .. }), None) => (Some(settle(*clock, *part)?.time), None),
        (Some(Phrase { part: Some(part), .. }), None) => {
            let (from, to) = part_times(*part)?;
            (Some(from), Some(to))
        }
        _ => (None, None),
    };
    Some(Moment::Recurring { rule: rule.clone(), from, to })
}
