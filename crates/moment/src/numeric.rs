//! Dates and times in digits with signs between: 2026-11-22, 11/22/2026, 5.3, 15:30, 9:00-18:00, 3-5号.
//! A chain of digits that is none of them (a version, an address, a phone number) is passed over whole.

use time::{Date, OffsetDateTime, UtcOffset};

use crate::calendar::{date, month};
use crate::clock::{clock, half_day};
use crate::scan::{Clock, Day, Phrase, Piece, Scan, Span, What};
use crate::token::Kind;
use crate::value::{Grain, Moment};

pub(crate) enum Read {
    Piece(Piece),
    /// Nothing of time up to this token.
    Skip(usize),
    /// A plain number: other rules may know it.
    Plain,
}

/// Numbers that stand close together: their tokens, and the signs between them.
struct Chain {
    numbers: Vec<usize>,
    signs: Vec<char>,
}

fn chain(scan: &Scan, i: usize) -> Chain {
    let mut chain = Chain { numbers: vec![i], signs: Vec::new() };
    let mut at = i;
    while let Kind::Mark(sign @ ('.' | ':' | '/' | '-')) = scan.kind(at + 1) {
        if !scan.glued(at + 1) || !scan.glued(at + 2) || !scan.number_in_digits(at + 2) {
            break;
        }
        chain.signs.push(sign);
        chain.numbers.push(at + 2);
        at += 2;
    }
    chain
}

pub(crate) fn read(scan: &Scan, i: usize) -> Read {
    let chain = chain(scan, i);
    let end = chain.numbers.last().map_or(i, |last| *last) + 1;
    if !scan.stands_alone(i) {
        return Read::Skip(end);
    }
    if chain.signs.is_empty() {
        return number_range(scan, i, end).map_or(Read::Plain, Read::Piece);
    }
    // Letters right behind make it a name (1.2-beta), but for units, am and pm, and the T of ISO 8601.
    let named = scan.glued(end) && scan.is_latin(end) && scan.kind(end) == Kind::Other && !scan.is(end, "t");
    if named || matches!(scan.kind(end), Kind::Mark('%' | '_' | '@')) && scan.glued(end) {
        return Read::Skip(end);
    }
    let unit = match chain.signs[..] {
        ['.' | '-'] => number_range(scan, i, end).or_else(|| crate::relative::piece(scan, i)),
        _ => None,
    };
    unit.or_else(|| whole(scan, &chain, i, end)).map_or(Read::Skip(end), Read::Piece)
}

/// One date or time, or two of them with a hyphen between.
fn whole(scan: &Scan, chain: &Chain, i: usize, end: usize) -> Option<Piece> {
    let hyphens_only = chain.signs.iter().all(|sign| *sign == '-');
    let split = if hyphens_only { None } else { chain.signs.iter().position(|sign| *sign == '-') };
    let Some(split) = split else {
        let (numbers, signs) = (&chain.numbers[..], &chain.signs[..]);
        return match group(scan, numbers, signs)? {
            Group::Date(date) => Some(dated(scan, date, i, end)),
            Group::Clock(clock) => Some(timed(scan, clock, i, end)),
            Group::Pair { month: number, day, sign } => {
                if sign == '.'
                    && let Kind::HalfDay(half) = scan.kind(end)
                {
                    let minute = scan.number(numbers[1]).filter(|minute| minute.digits == 2)?;
                    let clock = clock(u32::from(number), minute.least, 0, Grain::Minute, false)?;
                    return Some(Piece::phrase(Phrase::clock(half_day(clock, half)?), i, end + 1, 0.9));
                }
                pair(scan, i, end, number, day, sign)
            }
            Group::Month(year, number) => {
                let (first, last) = month(year, number)?;
                let span = Span::Fixed(first, last, Grain::Month);
                Some(Piece::phrase(Phrase::span(span), i, end, 0.7))
            }
        };
    };
    let left = group(scan, &chain.numbers[..=split], &chain.signs[..split])?;
    let right = group(scan, &chain.numbers[split + 1..], &chain.signs[split + 1..])?;
    let between = |a, b, to, confidence| Some(Piece::new(What::Between(a, b), i, to, confidence));
    match (left, right) {
        (Group::Date(a), Group::Date(b)) => between(Phrase::day(Day::Fixed(a)), Phrase::day(Day::Fixed(b)), end, 0.95),
        (Group::Clock(a), Group::Clock(b)) => {
            let (b, to) = with_half(scan, b, end)?;
            between(Phrase::clock(a), Phrase::clock(b), to, 0.9)
        }
        (Group::Pair { month, day, sign }, Group::Pair { month: to_month, day: to_day, sign: to_sign })
            if sign == to_sign && (month, day) < (to_month, to_day) =>
        {
            let phrase = |month, day| Phrase::day(Day::Month { month, day });
            let to = end + usize::from(scan.any(end, &["号", "日"]));
            between(phrase(month, day), phrase(to_month, to_day), to, 0.75)
        }
        _ => None,
    }
}

enum Group {
    Date(Date),
    Clock(Clock),
    /// Perhaps a month and a day.
    Pair {
        month: u8,
        day: u8,
        sign: char,
    },
    Month(i32, u8),
}

fn group(scan: &Scan, numbers: &[usize], signs: &[char]) -> Option<Group> {
    let value = |n: usize| numbers.get(n).and_then(|at| scan.exact(*at, 0..=9999));
    let digits = |n: usize| numbers.get(n).and_then(|at| scan.number(*at)).map_or(0, |number| number.digits);
    let small = |n: usize| value(n).and_then(|value| u8::try_from(value).ok()).filter(|_| digits(n) <= 2);
    let year = |n: usize| {
        value(n).filter(|year| digits(n) == 4 && (1900..=2100).contains(year)).and_then(|year| i32::try_from(year).ok())
    };
    match signs {
        ['-', '-'] | ['/', '/'] | ['.', '.'] => {
            if let Some(year) = year(0) {
                return date(year, small(1)?, small(2)?).map(Group::Date);
            }
            let year = match year(2) {
                Some(year) => year,
                None if signs[0] == '/' && digits(2) == 2 => 2000 + i32::from(small(2)?),
                None => return None,
            };
            let (a, b) = (small(0)?, small(1)?);
            // Month first as in 11/22/2026; with dots the day is first. The other order where only that is a date.
            let (first, second) = if signs[0] == '.' {
                (date(year, b, a), date(year, a, b))
            } else {
                (date(year, a, b), date(year, b, a))
            };
            first.or(second).map(Group::Date)
        }
        [':'] | [':', ':'] if digits(1) == 2 && matches!(digits(2), 0 | 2) => {
            let second = if signs.len() == 2 { value(2)? } else { 0 };
            let grain = if signs.len() == 2 { Grain::Second } else { Grain::Minute };
            let padded = digits(0) == 2 && value(0)? < 10;
            clock(u32::from(small(0)?), value(1)?, second, grain, padded).map(Group::Clock)
        }
        [sign @ ('-' | '/' | '.')] => {
            if let Some(year) = year(0) {
                let number = small(1).filter(|_| digits(1) == 2)?;
                month(year, number)?;
                return Some(Group::Month(year, number));
            }
            let (month, day) = (small(0)?, small(1)?);
            let clock_like = *sign == '.' && digits(1) == 2 && month <= 12;
            if date(2000, month, day).is_none() && !clock_like {
                return None;
            }
            Some(Group::Pair { month, day, sign: *sign })
        }
        _ => None,
    }
}

/// A date, and the time of ISO 8601 right behind it.
fn dated(scan: &Scan, day: Date, i: usize, end: usize) -> Piece {
    let plain = Piece::phrase(Phrase::day(Day::Fixed(day)), i, end, 0.98);
    if !scan.is(end, "t") || !scan.glued(end + 1) || !scan.number_in_digits(end + 1) {
        return plain;
    }
    let chain = chain(scan, end + 1);
    let Some(Group::Clock(time)) = group(scan, &chain.numbers, &chain.signs) else { return plain };
    let to = chain.numbers.last().map_or(end, |last| *last) + 1;
    let time = Clock { exact: true, ..time };
    if let Some((at, to)) = with_offset(scan, day, time, to) {
        return Piece::new(What::Value(Moment::DateTime { at, grain: time.grain }), i, to, 0.99);
    }
    Piece::phrase(Phrase { day: Some(Day::Fixed(day)), clock: Some(time), ..Phrase::default() }, i, to, 0.99)
}

/// The instant when an offset (Z, +08:00) follows, in the customer's own offset.
fn with_offset(scan: &Scan, day: Date, clock: Clock, i: usize) -> Option<(OffsetDateTime, usize)> {
    let (offset, to) = match scan.text(i) {
        "z" => (UtcOffset::UTC, i + 1),
        sign @ ("+" | "-") if scan.glued(i + 1) && scan.is(i + 2, ":") => {
            let hours = i8::try_from(scan.exact(i + 1, 0..=23)?).ok()?;
            let minutes = i8::try_from(scan.exact(i + 3, 0..=59)?).ok()?;
            let sign = if sign == "-" { -1 } else { 1 };
            (UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()?, i + 4)
        }
        _ => return None,
    };
    let time = time::Time::from_hms(clock.hour, clock.minute, clock.second).ok()?;
    let at = day.with_time(time).assume_offset(offset).checked_to_offset(scan.now.offset())?;
    Some((at, to))
}

fn with_half(scan: &Scan, clock: Clock, end: usize) -> Option<(Clock, usize)> {
    match scan.kind(end) {
        Kind::HalfDay(half) => Some((half_day(clock, half)?, end + 1)),
        _ => Some((clock, end)),
    }
}

fn timed(scan: &Scan, clock: Clock, i: usize, end: usize) -> Piece {
    let (clock, to) = with_half(scan, clock, end).unwrap_or((clock, end));
    Piece::phrase(Phrase::clock(clock), i, to, if clock.exact { 0.95 } else { 0.8 })
}

/// Words that show a pair of numbers to be a date, before it and after it.
const BEFORE: &[&str] = &[
    "on",
    "by",
    "since",
    "until",
    "till",
    "before",
    "after",
    "from",
    "dated",
    "date",
    "day",
    "从",
    "自",
    "截止",
    "截至",
    "截止到",
    "日期",
    "时间",
    "生日",
    "in",
];
const AFTER: &[&str] = &[
    "之前",
    "以前",
    "之后",
    "以后",
    "起",
    "开始",
    "前",
    "后",
    "发货",
    "下单",
    "入住",
    "送",
    "的订单",
    "的单",
    "下的",
    "买",
    "付款",
    "收到",
    "签收",
    "寄",
    "当天",
    "那天",
    "上午",
    "下午",
    "晚上",
    "早上",
    "的活动",
    "活动",
    "出发",
    "退房",
    "到期",
    "生效",
    "订",
    "预约",
];

/// 5.3, 5/3, 11-22: a date when a word beside it says so; 11-22 also at the end of a clause.
fn pair(scan: &Scan, i: usize, end: usize, month: u8, day: u8, sign: char) -> Option<Piece> {
    date(2000, month, day)?;
    let phrase = Phrase::day(Day::Month { month, day });
    if scan.any(end, &["号", "日"]) {
        let thing = scan.is(end, "号") && crate::chinese_day::numbers_a_thing(scan, i, end + 1);
        return (!thing).then(|| Piece::phrase(phrase, i, end + 1, 0.9));
    }
    let before = i > 0 && (BEFORE.contains(&scan.text(i - 1)) && !(sign == '.' && scan.is(i - 1, "in")));
    let beside = i > 0
        && (matches!(scan.kind(i - 1), Kind::Weekday { .. } | Kind::Day(_))
            || (i > 1
                && scan.any(i - 1, &[",", "(", "（"])
                && matches!(scan.kind(i - 2), Kind::Weekday { .. } | Kind::Day(_))));
    let after = AFTER.iter().any(|word| scan.rest(end).starts_with(word))
        || matches!(scan.kind(end), Kind::Part(_) | Kind::DayPart(..) | Kind::Weekday { weak: false, .. });
    let counted = matches!(scan.kind(end), Kind::Unit(_)) || scan.noun_follows(end);
    if counted {
        return None;
    }
    if before || beside || after {
        return Some(Piece::phrase(phrase, i, end, 0.8));
    }
    let two_digits = |at| scan.number(at).is_some_and(|number| number.digits == 2);
    let ends = matches!(scan.kind(end), Kind::Break)
        || scan.any(end, &[",", "，", "、", ")", "）", "到", "的", "发", "送", "下", "寄", "收"]);
    // "5/3" and "5.3" get their chance from a word of time beside them.
    let sure = sign == '-' && two_digits(i) && two_digits(i + 2) && ends;
    Some(Piece::phrase(phrase, i, end, 0.6).weak(!sure))
}

/// 3-5号, 5到8月, 9-18点, 9-6pm, 9 to 5pm: two numbers and one unit. `first` is alone or ends at `end` as a pair.
fn number_range(scan: &Scan, i: usize, end: usize) -> Option<Piece> {
    let sign_at = i + 1;
    if !scan.any(sign_at, &["-", "~", "到", "至", "to"]) || (end != i + 1 && end != i + 3) {
        return None;
    }
    let (a, b) = (scan.exact(i, 0..=31)?, scan.exact(i + 2, 0..=31)?);
    let unit = i + 3;
    let between = |a, b, to, confidence| Some(Piece::new(What::Between(a, b), i, to, confidence));
    match (scan.kind(unit), scan.text(unit)) {
        (_, "号" | "日") if a < b && a > 0 => {
            let day = |day| u8::try_from(day).ok().map(|day| Phrase::day(Day::OfMonth(day)));
            if scan.is(unit, "号") && crate::chinese_day::numbers_a_thing(scan, i, unit + 1) {
                return None;
            }
            between(day(a)?, day(b)?, unit + 1, 0.8)
        }
        (_, "月" | "月份") if a < b && a > 0 && b <= 12 => {
            let span = |number| u8::try_from(number).ok().map(|number| Phrase::span(Span::Month(number, None)));
            between(span(a)?, span(b)?, unit + 1, 0.85)
        }
        (_, "点" | "点钟") => {
            let time = |hour| clock(hour, 0, 0, Grain::Hour, false).map(Phrase::clock);
            between(time(a)?, time(b)?, unit + 1, 0.9)
        }
        (Kind::HalfDay(half), _) => {
            let last = half_day(clock(b, 0, 0, Grain::Hour, false)?, half)?;
            between(Phrase::clock(clock(a, 0, 0, Grain::Hour, false)?), Phrase::clock(last), unit + 1, 0.9)
        }
        _ => None,
    }
}
