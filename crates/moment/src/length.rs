//! Lengths of time: 三天, 一个半小时, 2-3个工作日, half an hour, 3 business days.

use crate::scan::Scan;
use crate::token::{Kind, Part, Unit};
use crate::value::Length;

/// A length read from the text, from `least` to `most`.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    pub least: Length,
    pub most: Length,
    pub to: usize,
    /// "a day", "an hour": too vague to be one without a word like "in" or "for".
    pub article: bool,
    /// "几天", "a few days".
    pub vague: bool,
}

/// How many, in hundredths, so that halves and "1.5" stay exact.
#[derive(Clone, Copy)]
struct Count {
    least: u64,
    most: u64,
    to: usize,
    article: bool,
    vague: bool,
}

const WHOLE: u64 = 100;
const HALF: u64 = 50;
/// More of any unit than this is no length of time but a number that happens to stand there.
const MOST: u32 = 100_000;

pub(crate) fn measure(scan: &Scan, i: usize) -> Option<Measured> {
    if scan.after_any(i, &["第"]) || !scan.stands_alone(i) {
        return None;
    }
    let (mut measured, mut unit) = single(scan, i)?;
    if measured.most == Length::default() {
        return None;
    }
    // 1小时30分钟, 2 days and 3 hours.
    while unit > Unit::Second {
        let and = usize::from(scan.any(measured.to, &["and", "又", "零"]));
        let Some((next, smaller)) = single(scan, measured.to + and).filter(|(_, smaller)| *smaller < unit) else {
            break;
        };
        if next.article || next.vague || (and == 0 && scan.is(measured.to, "a")) {
            break;
        }
        measured.least = plus(measured.least, next.least);
        measured.most = plus(measured.most, next.most);
        (measured.to, unit) = (next.to, smaller);
    }
    Some(measured)
}

/// 几天, 几个月: from two to five.
pub(crate) fn measure_vague(scan: &Scan, i: usize) -> Option<Measured> {
    if !scan.is(i, "几") {
        return measure(scan, i);
    }
    let at = i + 1 + usize::from(scan.is(i + 1, "个"));
    let (unit, to) = unit(scan, at, scan.is(i + 1, "个"))?;
    let least = length(unit, 2 * WHOLE)?;
    Some(Measured { least, most: length(unit, 5 * WHOLE)?, to, article: false, vague: true })
}

/// One of a unit that stands without a number: the "week" of "the past week".
pub(crate) fn measure_unit(scan: &Scan, i: usize) -> Option<Measured> {
    let Kind::Unit(unit @ (Unit::Hour | Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Year)) =
        scan.kind(i)
    else {
        return None;
    };
    let length = length(unit, WHOLE)?;
    Some(Measured { least: length, most: length, to: i + 1, article: false, vague: false })
}

fn single(scan: &Scan, i: usize) -> Option<(Measured, Unit)> {
    if scan.is(i, "半") {
        return half(scan, i);
    }
    let count = count(scan, i)?;
    let mut at = count.to;
    if scan.is(at, "多") {
        at += 1;
    }
    let measure_word = scan.is(at, "个");
    at += usize::from(measure_word);
    let mut extra = 0;
    if scan.is(at, "半") && measure_word {
        (extra, at) = (HALF, at + 1);
    }
    if scan.is(at, "-") && scan.glued(at) && scan.glued(at + 1) {
        at += 1;
    }
    let (unit, mut to) = unit(scan, at, measure_word)?;
    if unit == Unit::Year && count.least > 200 * WHOLE {
        return None;
    }
    // 一年半, "an hour and a half".
    let chinese = !scan.is_latin(at);
    if extra == 0 && chinese && scan.is(to, "半") && !matches!(scan.kind(to + 1), Kind::Unit(_)) {
        (extra, to) = (HALF, to + 1);
    } else if !chinese && scan.is(to, "and") && scan.is(to + 1, "a") && scan.is(to + 2, "half") {
        (extra, to) = (HALF, to + 3);
    }
    // "8 years old" is an age, "a second card" another card.
    if scan.is(to, "old") || (count.article && scan.is(at, "second")) {
        return None;
    }
    let or_two = count.article && scan.is(to, "or") && scan.is(to + 1, "two");
    if or_two {
        to += 2;
    }
    let article = count.article && extra == 0 && !or_two;
    let least = length(unit, count.least + extra)?;
    let most = length(unit, if or_two { 2 * WHOLE } else { count.most + extra })?;
    Some((Measured { least, most, to, article, vague: count.vague }, unit))
}

/// 半天, 半个小时.
fn half(scan: &Scan, i: usize) -> Option<(Measured, Unit)> {
    let measure_word = scan.is(i + 1, "个");
    let (unit, to) = unit(scan, i + 1 + usize::from(measure_word), measure_word)?;
    if unit < Unit::Hour && !scan.is(to - 1, "分钟") {
        return None;
    }
    let length = length(unit, HALF)?;
    Some((Measured { least: length, most: length, to, article: false, vague: false }, unit))
}

fn count(scan: &Scan, i: usize) -> Option<Count> {
    let found = |least: u64, most: u64, to| Some(Count { least, most, to, article: false, vague: false });
    match scan.text(i) {
        "half" => {
            let article = usize::from(scan.any(i + 1, &["a", "an"]));
            let dash = usize::from(scan.is(i + 1, "-") && scan.glued(i + 1));
            return found(HALF, HALF, i + 1 + article + dash);
        }
        "a" | "an" => {
            return match (scan.text(i + 1), scan.text(i + 2)) {
                ("couple", "of") => found(2 * WHOLE, 2 * WHOLE, i + 3),
                ("couple", _) => found(2 * WHOLE, 2 * WHOLE, i + 2),
                ("few", _) => Some(Count { least: 3 * WHOLE, most: 5 * WHOLE, to: i + 2, article: false, vague: true }),
                ("half", _) => found(HALF, HALF, i + 2),
                _ if scan.kind(i + 1) == Kind::Unit(Unit::Quarter) => None,
                _ => Some(Count { least: WHOLE, most: WHOLE, to: i + 1, article: true, vague: false }),
            };
        }
        "couple" => return found(2 * WHOLE, 2 * WHOLE, i + 1 + usize::from(scan.is(i + 1, "of"))),
        "few" => return Some(Count { least: 3 * WHOLE, most: 5 * WHOLE, to: i + 1, article: false, vague: true }),
        "several" => return Some(Count { least: 3 * WHOLE, most: 7 * WHOLE, to: i + 1, article: false, vague: true }),
        _ => {}
    }
    let number = scan.number(i).filter(|number| !number.ordinal && number.most <= MOST)?;
    if scan.any(i, &["百", "千"]) {
        return None;
    }
    let (least, most) = (u64::from(number.least) * WHOLE, u64::from(number.most) * WHOLE);
    // 1.5
    if scan.is(i + 1, ".") && scan.glued(i + 1) && scan.glued(i + 2) && number.digits > 0 {
        let decimals = scan.number(i + 2).filter(|decimals| matches!(decimals.digits, 1 | 2))?;
        let hundredths = if decimals.digits == 1 { decimals.least * 10 } else { decimals.least };
        return found(least + u64::from(hundredths), least + u64::from(hundredths), i + 3);
    }
    // 2-3, two to three, 2 or 3; and "one and a half".
    if least == most && (scan.any(i + 1, &["-", "~", "到", "至", "to", "or", "或"])) {
        let second = scan.number(i + 2).filter(|second| !second.ordinal && second.most <= MOST);
        if let Some(upper) = second.and_then(|second| second.exact()).filter(|upper| *upper > number.least) {
            return found(least, u64::from(upper) * WHOLE, i + 3);
        }
    }
    // "2、3个小时": two or three; further apart it is a list.
    if scan.is(i + 1, "、") && scan.exact(i + 2, 1..=MOST) == Some(number.least + 1) && number.least == number.most {
        return found(least, least + WHOLE, i + 3);
    }
    if scan.is(i + 1, "and") && scan.is(i + 2, "a") && scan.is(i + 3, "half") {
        return found(least + HALF, most + HALF, i + 4);
    }
    found(least, most, i + 1)
}

/// The unit at a place, and where it ends. Chinese 月 is a unit only after 个, 日 only before 内 and the like:
/// "3月" and "3日" are dates.
fn unit(scan: &Scan, i: usize, measure_word: bool) -> Option<(Unit, usize)> {
    if scan.any(i, &["business", "working", "work"]) && scan.any(i + 1, &["day", "days"]) {
        return Some((Unit::WorkingDay, i + 2));
    }
    match (scan.kind(i), scan.text(i)) {
        (Kind::WorkingDays, text) => (text == "工作日").then_some((Unit::WorkingDay, i + 1)),
        // 一个|天才: none of these is counted with 个.
        (_, "天" | "年" | "秒") if measure_word => None,
        (Kind::Unit(unit), _) => Some((unit, i + 1)),
        (Kind::Part(Part::Evening), "nights") => Some((Unit::Day, i + 1)),
        (_, "月") if measure_word => Some((Unit::Month, i + 1)),
        (_, "年") => Some((Unit::Year, i + 1)),
        (_, "钟") if measure_word => Some((Unit::Hour, i + 1)),
        (_, "晚") if !measure_word && !scan.after_any(i.saturating_sub(1), &["早"]) => Some((Unit::Day, i + 1)),
        (_, "日") if scan.any(i + 1, &["内", "以内", "之内"]) || scan.rest(i + 1).starts_with("无理由") => {
            Some((Unit::Day, i + 1))
        }
        (_, "分") if scan.after_any(i.saturating_sub(1), &["小时", "时", "钟头"]) => Some((Unit::Minute, i + 1)),
        (Kind::Edge(Unit::Month, _), _) => None,
        _ => None,
    }
}

/// So many hundredths of a unit; the rest of a month is counted in days of a thirtieth, the rest of a day in seconds.
fn length(unit: Unit, hundredths: u64) -> Option<Length> {
    let (whole, rest) = (hundredths / WHOLE, hundredths % WHOLE);
    let small = |value: u64| u32::try_from(value).ok();
    let days = |hundredths: u64| {
        Some(Length { days: small(hundredths / WHOLE)?, seconds: hundredths % WHOLE * 864, ..Length::default() })
    };
    Some(match unit {
        Unit::Second => Length { seconds: whole, ..Length::default() },
        Unit::Minute => Length { seconds: hundredths * 60 / WHOLE, ..Length::default() },
        Unit::Hour => Length { seconds: hundredths * 36, ..Length::default() },
        Unit::Day => days(hundredths)?,
        Unit::WorkingDay => Length { working_days: small(whole)?, seconds: rest * 864, ..Length::default() },
        Unit::Week => days(hundredths * 7).map(|length| Length { seconds: 0, ..length })?,
        Unit::Month => Length { months: small(whole)?, days: small(rest * 30 / WHOLE)?, ..Length::default() },
        Unit::Quarter => Length { months: small(whole * 3)?, ..Length::default() },
        Unit::Year => Length { months: small(hundredths * 12 / WHOLE)?, ..Length::default() },
    })
}

fn plus(a: Length, b: Length) -> Length {
    Length {
        months: a.months.saturating_add(b.months),
        days: a.days.saturating_add(b.days),
        working_days: a.working_days.saturating_add(b.working_days),
        seconds: a.seconds.saturating_add(b.seconds),
    }
}
