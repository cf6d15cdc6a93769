//! From pieces to expressions: "下周三" and "下午" and "三点" are one moment, "周一" 到 "周五" one range.

use crate::calendar::plus_days;
use crate::repeat::week_range;
use crate::scan::{Bound, Day, Phrase, Piece, Scan, Span, What};
use crate::token::Kind;
use crate::value::{Grain, Moment};
use crate::{chinese_day, clock, english_day, numeric, relative, repeat};

/// The expressions of a text, in order; none overlaps another.
pub(crate) fn expressions(scan: &Scan) -> Vec<Piece> {
    let pieces = fold(pieces(scan), |a, b| merged(scan, a, b));
    let pieces = fold(hours_of_weekdays(scan, pieces), |a, b| ranged(scan, a, b));
    let pieces = fold(pieces, |a, b| attached(scan, a, b));
    pieces.into_iter().map(|piece| bounded(scan, piece)).collect()
}

fn pieces(scan: &Scan) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut i = 0;
    while i < scan.tokens.len() {
        if scan.any(i, &["农历", "阴历", "旧历"]) {
            // The moon's dates are not known here: better nothing than the wrong month.
            i += 1;
            while scan.number(i).is_some() || scan.any(i, &["年", "月", "日", "号", "初", "正", "月初"]) {
                i += 1;
            }
            continue;
        }
        if scan.number_in_digits(i) {
            match numeric::read(scan, i) {
                numeric::Read::Piece(piece) => {
                    i = piece.to.max(i + 1);
                    pieces.push(piece);
                    continue;
                }
                numeric::Read::Skip(to) => {
                    i = to.max(i + 1);
                    continue;
                }
                numeric::Read::Plain => {}
            }
        }
        match piece(scan, i) {
            Some(piece) => {
                i = piece.to.max(i + 1);
                pieces.push(piece);
            }
            None => i += 1,
        }
    }
    pieces
}

fn piece(scan: &Scan, i: usize) -> Option<Piece> {
    repeat::piece(scan, i)
        .or_else(|| english_day::piece(scan, i))
        .or_else(|| chinese_day::piece(scan, i))
        .or_else(|| clock::piece(scan, i))
        .or_else(|| relative::piece(scan, i))
        .or_else(|| english_day::part_of_day(scan, i))
}

/// Joins each piece with the next as long as they join.
fn fold(pieces: Vec<Piece>, mut join: impl FnMut(&Piece, &Piece) -> Option<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let together = joined.last().and_then(|last| join(last, &piece));
        match (together, joined.last_mut()) {
            (Some(together), Some(last)) => *last = together,
            _ => joined.push(piece),
        }
    }
    joined
}

/// Words that may stand between the parts of one moment: "Monday at 3", "明天的下午", "Nov 22 (Sunday)".
const GLUE: &[&str] =
    &["的", ",", "，", "(", ")", "（", "）", "at", "on", "in", "the", "of", "around", "about", "大概", "大约", "于"];

fn near(scan: &Scan, a: &Piece, b: &Piece) -> bool {
    b.from >= a.to && b.from - a.to <= 3 && (a.to..b.from).all(|i| GLUE.contains(&scan.text(i)))
}

fn together(what: What, a: &Piece, b: &Piece) -> Piece {
    Piece { what, from: a.from, to: b.to, confidence: a.confidence.max(b.confidence), weak: false }
}

fn merged(scan: &Scan, a: &Piece, b: &Piece) -> Option<Piece> {
    let (What::Phrase(first), What::Phrase(second)) = (&a.what, &b.what) else { return None };
    if !near(scan, a, b) || (a.weak && b.weak) {
        return None;
    }
    // A Chinese time stands behind its day and its part of the day: in "营业到14:30 晚上" and "21:00 周六" they are strangers.
    let backwards = first.has_time() && !first.has_date() && (second.has_date() || first.clock.is_some());
    if backwards && !scan.is_latin(b.from) && !scan.number_in_digits(b.from) {
        return None;
    }
    Some(together(What::Phrase(one(first, second)?), a, b))
}

/// Two phrases of the same moment as one.
fn one(a: &Phrase, b: &Phrase) -> Option<Phrase> {
    if (a.clock.is_some() && b.clock.is_some()) || (a.part.is_some() && b.part.is_some() && a.part != b.part) {
        return None;
    }
    let (day, span) = match (a.has_date(), b.has_date()) {
        (true, true) if a.has_time() => return None,
        (true, true) => same_date(a, b)?,
        (true, false) => (a.day, a.span),
        _ => (b.day, b.span),
    };
    let phrase = Phrase { day, span, part: a.part.or(b.part), clock: a.clock.or(b.clock) };
    // A week has no three o'clock.
    (phrase.span.is_none() || !phrase.has_time()).then_some(phrase)
}

/// Two dates that name one: "周三 11月25日", "next week Wednesday", "下个月的 3号".
fn same_date(a: &Phrase, b: &Phrase) -> Option<(Option<Day>, Option<Span>)> {
    let day = match (a.day, a.span, b.day, b.span) {
        (Some(Day::Weekday(_)), _, Some(other), _) | (Some(other), _, Some(Day::Weekday(_)), _) => match other {
            Day::Weekday(_) => return None,
            other => other,
        },
        (Some(Day::Fixed(date)), _, Some(other), _) | (Some(other), _, Some(Day::Fixed(date)), _) => {
            let same = match other {
                Day::Fixed(other) => other == date,
                Day::Month { month, day } => u8::from(date.month()) == month && date.day() == day,
                Day::OfMonth(day) => date.day() == day,
                _ => false,
            };
            return same.then_some((Some(Day::Fixed(date)), None));
        }
        (_, Some(Span::Fixed(first, _, Grain::Week)), Some(Day::Weekday(day)), _)
        | (Some(Day::Weekday(day)), _, _, Some(Span::Fixed(first, _, Grain::Week))) => {
            Day::Fixed(plus_days(first, i64::from(day))?)
        }
        (_, Some(span), Some(Day::OfMonth(day)), _) => in_month(span, day)?,
        _ => return None,
    };
    Some((Some(day), None))
}

fn in_month(span: Span, day: u8) -> Option<Day> {
    match span {
        Span::Month(month, None) => Some(Day::Month { month, day }),
        Span::Fixed(first, _, Grain::Month) => first.replace_day(day).ok().map(Day::Fixed),
        _ => None,
    }
}

const CONNECTORS: &[&str] = &["到", "至", "-", "~", "to", "through", "thru", "until", "till", "til"];

/// Whether the words between two pieces make a range of them.
fn connected(scan: &Scan, a: &Piece, b: &Piece) -> bool {
    if b.from <= a.to || b.from - a.to > 3 {
        return false;
    }
    let between = a.from > 0 && scan.is(a.from - 1, "between");
    let first = CONNECTORS.contains(&scan.text(a.to)) || (between && scan.is(a.to, "and"));
    first && (a.to + 1..b.from).all(|i| scan.any(i, &["the", "-", "at", "on"]))
}

/// "周一到周五9点到18点", "Monday to Friday, 9am to 6pm": hours of several days, every week.
fn hours_of_weekdays(scan: &Scan, pieces: Vec<Piece>) -> Vec<Piece> {
    let mut rest = pieces.into_iter().peekable();
    let mut found: Vec<Piece> = Vec::new();
    while let Some(piece) = rest.next() {
        let known = found.last().zip(rest.peek()).and_then(|(first, last)| {
            let (What::Phrase(monday), What::Phrase(middle), What::Phrase(until)) =
                (&first.what, &piece.what, &last.what)
            else {
                return None;
            };
            let (Some(Day::Weekday(from)), Some(Day::Weekday(to))) = (monday.day, middle.day) else { return None };
            let ranges = connected(scan, first, &piece) && connected(scan, &piece, last);
            if !ranges || monday.has_time() || middle.clock.is_none() || until.has_date() || until.clock.is_none() {
                return None;
            }
            let opening = Phrase { day: None, ..*middle };
            Some(together(What::Every(week_range(from, to), Some(opening), Some(*until)), first, last))
        });
        match known {
            Some(known) => {
                found.pop();
                let from = begin(scan, known.from);
                found.push(Piece { from, ..known });
                rest.next();
            }
            None => found.push(piece),
        }
    }
    found
}

/// The beginning with the "from" of a range.
fn begin(scan: &Scan, from: usize) -> usize {
    let opens = ["从", "自", "from", "between"];
    if from > 0 && scan.any(from - 1, &opens) { from - 1 } else { from }
}

fn ranged(scan: &Scan, a: &Piece, b: &Piece) -> Option<Piece> {
    // "3小时 - 4小时".
    if let (What::Value(Moment::Duration { least, .. }), What::Value(Moment::Duration { most, .. })) =
        (&a.what, &b.what)
    {
        let value = Moment::Duration { least: *least, most: *most };
        let grows = (least.months, least.days, least.seconds) <= (most.months, most.days, most.seconds);
        return (grows && connected(scan, a, b)).then(|| together(What::Value(value), a, b));
    }
    let (What::Phrase(first), What::Phrase(last)) = (&a.what, &b.what) else { return None };
    if !connected(scan, a, b) {
        return None;
    }
    let (first, last) = completed(*first, *last)?;
    let piece = together(What::Between(first, last), a, b);
    Some(Piece { from: begin(scan, piece.from), ..piece })
}

/// Both ends of a range, each with what only the other says.
fn completed(mut a: Phrase, mut b: Phrase) -> Option<(Phrase, Phrase)> {
    match (a.has_date(), b.has_date()) {
        (true, true) => {
            b.day = match (a.day, b.day) {
                (Some(Day::Month { month, .. }), Some(Day::OfMonth(day))) => Some(Day::Month { month, day }),
                (Some(Day::Fixed(date)), Some(Day::OfMonth(day))) => Some(Day::Fixed(date.replace_day(day).ok()?)),
                (_, other) => other,
            };
            let ends_vaguely = a.has_time() && !b.has_time();
            return (a.span.is_some() == b.span.is_some() && !ends_vaguely).then_some((a, b));
        }
        (true, false) if a.has_time() => b.day = a.day,
        (true, false) => return None,
        (false, true) if b.has_time() => a.day = b.day,
        (false, true) => return None,
        (false, false) => {}
    }
    let alike = a.has_date() || a.clock.is_some() == b.clock.is_some();
    (alike && a.has_time() && b.has_time()).then_some((a, b))
}

fn attached(scan: &Scan, a: &Piece, b: &Piece) -> Option<Piece> {
    if !near(scan, a, b) {
        return None;
    }
    let only_time = |phrase: &Phrase| phrase.has_time() && !phrase.has_date();
    let only_date = |phrase: &Phrase| !phrase.has_time() && phrase.has_date();
    let what = match (&a.what, &b.what) {
        (What::Phrase(date), What::Between(first, last)) | (What::Between(first, last), What::Phrase(date))
            if only_date(date)
                && only_time(first)
                && only_time(last)
                && (matches!(a.what, What::Phrase(_)) || scan.is_latin(b.from)) =>
        {
            date.day?;
            What::Between(Phrase { day: date.day, ..*first }, Phrase { day: date.day, ..*last })
        }
        (What::Phrase(Phrase { span: Some(span), .. }), What::Between(first, last)) => {
            let (Some(Day::OfMonth(from)), Some(Day::OfMonth(to))) = (first.day, last.day) else { return None };
            What::Between(Phrase::day(in_month(*span, from)?), Phrase::day(in_month(*span, to)?))
        }
        (What::Between(monday, friday), What::Between(first, last))
            if only_date(monday) && only_date(friday) && only_time(first) && only_time(last) =>
        {
            let (Some(Day::Weekday(from)), Some(Day::Weekday(to))) = (monday.day, friday.day) else { return None };
            What::Every(week_range(from, to), Some(*first), Some(*last))
        }
        (What::Every(rule, part, None), What::Phrase(time)) | (What::Phrase(time), What::Every(rule, part, None))
            if only_time(time) =>
        {
            let time = match part {
                Some(part) => one(part, time)?,
                None => *time,
            };
            What::Every(rule.clone(), Some(time), None)
        }
        (What::Every(rule, part, None), What::Between(first, last))
        | (What::Between(first, last), What::Every(rule, part, None))
            if only_time(first) && only_time(last) =>
        {
            let first = match part {
                Some(part) => one(part, first)?,
                None => *first,
            };
            What::Every(rule.clone(), Some(first), Some(*last))
        }
        _ => return None,
    };
    Some(together(what, a, b))
}

/// The words around an expression that make it an end or a beginning: 之前, by, since.
fn bounded(scan: &Scan, piece: Piece) -> Piece {
    let What::Phrase(phrase) = piece.what else { return piece };
    let suffix = match scan.text(piece.to) {
        "之前" | "以前" | "前" => Some(Bound::Before),
        "之后" | "以后" | "后" | "过后" => Some(Bound::After),
        "起" | "开始" | "以来" | "onwards" | "onward" => Some(Bound::From),
        "为止" => Some(Bound::Until),
        _ => None,
    };
    if let Some(bound) = suffix {
        let from = begin(scan, piece.from);
        let from = if from > 0 && scan.is(from - 1, "自从") { from - 1 } else { from };
        return Piece { what: What::Bounded(bound, phrase), from, to: piece.to + 1, weak: false, ..piece };
    }
    let the = usize::from(piece.from > 0 && scan.is(piece.from - 1, "the"));
    let Some(at) = piece.from.checked_sub(1 + the) else { return piece };
    let bound = match (scan.kind(at), scan.text(at)) {
        (Kind::Word, "before") => Bound::Before,
        (Kind::Word, "after") => Bound::After,
        (Kind::Word, "by" | "until" | "till" | "til" | "截止" | "截至" | "截止到" | "截至到") => Bound::Until,
        (Kind::Word, "since" | "自从") => Bound::From,
        _ => return piece,
    };
    Piece { what: What::Bounded(bound, phrase), from: at, weak: false, ..piece }
}
