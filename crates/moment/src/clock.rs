//! Times of day: 三点一刻, 差五分八点, 15:30, half past three, 9am; and what hour they mean.

use time::Time;

use crate::scan::{Clock, Phrase, Piece, Scan};
use crate::token::{Kind, Part, Unit};
use crate::value::Grain;

pub(crate) fn piece(scan: &Scan, i: usize) -> Option<Piece> {
    match scan.kind(i) {
        Kind::Hour(hour) => {
            let clock = Clock { hour, minute: 0, second: 0, grain: Grain::Hour, exact: true, half_said: false };
            Some(Piece::phrase(Phrase::clock(clock), i, i + 1, 0.9))
        }
        Kind::Number { .. } => chinese(scan, i).or_else(|| english(scan, i)),
        Kind::Word => match scan.text(i) {
            "差" => before_the_hour(scan, i),
            "half" => half_past(scan, i),
            "a" => past_or_to(scan, i, i + 1),
            _ => None,
        },
        Kind::Unit(Unit::Quarter) => past_or_to(scan, i, i),
        _ => None,
    }
}

/// A clock when the numbers are a time: hour to 24, and 24 only on the hour.
pub(crate) fn clock(hour: u32, minute: u32, second: u32, grain: Grain, exact: bool) -> Option<Clock> {
    let inside = hour < 24 || (hour == 24 && minute == 0 && second == 0);
    if !inside || minute > 59 || second > 59 {
        return None;
    }
    let exact = exact || hour == 0 || hour > 12;
    let small = |value: u32| u8::try_from(value).ok();
    Some(Clock { hour: small(hour)?, minute: small(minute)?, second: small(second)?, grain, exact, half_said: false })
}

fn confidence(clock: Clock) -> f32 {
    if clock.exact { 0.9 } else { 0.75 }
}

/// Words after 点 that show that points are counted, not hours.
const POINTS: &[&str] = &[
    "积分",
    "折",
    "优惠",
    "意见",
    "建议",
    "要求",
    "原因",
    "问题",
    "理由",
    "内容",
    "疑问",
    "疑惑",
    "好处",
    "不足",
    "需要",
    "希望",
    "想法",
    "心得",
    "声明",
    "说明",
    "注意",
    "感受",
    "体会",
    "请求",
    "诉求",
    "经验",
    "东西",
    "钱",
    "小",
    "零头",
    "好",
    "血",
    "经验值",
    "信息",
    "区别",
    "不同",
    "优势",
    "缺点",
    "优点",
];

/// 三点, 3点半, 三点一刻, 3点05分20秒, 15时30分.
fn chinese(scan: &Scan, i: usize) -> Option<Piece> {
    let number = scan.number(i)?;
    let hour = number.exact().filter(|hour| *hour <= 24)?;
    if !scan.stands_alone(i) || scan.after_any(i, &["第"]) {
        return None;
    }
    match scan.text(i + 1) {
        "点钟" | "点整" => {
            let clock = clock(hour, 0, 0, Grain::Hour, false)?;
            Some(Piece::phrase(Phrase::clock(clock), i, i + 2, confidence(clock)))
        }
        "点" => oclock(scan, i, hour),
        "时" => {
            // "15时30分"; a bare "15时" only beside another word of time.
            let padded = number.digits == 2;
            let (minute, second, to) = minutes(scan, i + 2)?;
            let grain = if second > 0 { Grain::Second } else { Grain::Minute };
            let grain = if to == i + 2 { Grain::Hour } else { grain };
            let clock = clock(hour, minute, second, grain, padded)?;
            Some(Piece::phrase(Phrase::clock(clock), i, to, confidence(clock)).weak(to == i + 2))
        }
        _ => None,
    }
}

fn oclock(scan: &Scan, i: usize, hour: u32) -> Option<Piece> {
    let after = i + 2;
    let rest = scan.rest(after);
    if POINTS.iter().any(|word| rest.starts_with(word)) && scan.glued(after) {
        return None;
    }
    let in_words = scan.number(i).is_some_and(|number| number.digits == 0);
    let before = i.checked_sub(1).map_or("", |before| scan.text(before));
    let counts = [
        "有", "这", "那", "差", "多", "少", "早", "快", "慢", "好", "大", "小", "高", "低", "贵", "便宜", "以下",
        "以上", "如下", "提", "说", "几", "重要", "共",
    ];
    if in_words && counts.iter().any(|word| before.ends_with(word)) && scan.glued(i) {
        return None;
    }
    if let Some((minute, to)) = quarter_or_half(scan, after) {
        let clock = clock(hour, minute, 0, Grain::Minute, false)?;
        return Some(Piece::phrase(Phrase::clock(clock), i, to, confidence(clock) + 0.05));
    }
    // 八点差五分.
    if scan.is(after, "差") && hour > 0 {
        let (minutes, to) = spare_minutes(scan, after + 1)?;
        let clock = clock(hour - 1, 60 - minutes, 0, Grain::Minute, false)?;
        return Some(Piece::phrase(Phrase::clock(clock), i, to, 0.85));
    }
    // 三点五 is a decimal: 三点五折.
    let decimal = scan.number(after).is_some_and(|next| next.least < 10 && next.digits < 2);
    if decimal && scan.glued(after) && !scan.any(after + 1, &["分"]) && !scan.text(after).starts_with('零') {
        return None;
    }
    let (minute, second, to) = minutes(scan, after)?;
    let grain = match (to == after, second) {
        (true, _) => Grain::Hour,
        (_, 0) => Grain::Minute,
        _ => Grain::Second,
    };
    let clock = clock(hour, minute, second, grain, false)?;
    // "一点" alone is "a little" more often than one o'clock.
    let weak = in_words && hour == 1 && to == after && !one_is_a_time(scan, i, after);
    Some(Piece::phrase(Phrase::clock(clock), i, to, confidence(clock)).weak(weak))
}

fn one_is_a_time(scan: &Scan, i: usize, after: usize) -> bool {
    scan.any(after, &["前", "后", "之前", "以前", "之后", "以后", "左右", "起", "开始", "到", "至"])
        || scan.after_any(i, &["到", "至", "从", "在", "自", "大概", "大约"])
}

/// 半, 一刻, 三刻.
fn quarter_or_half(scan: &Scan, i: usize) -> Option<(u32, usize)> {
    let hour_follows = matches!(scan.kind(i + 1), Kind::Unit(_)) || scan.is(i + 1, "个");
    if scan.is(i, "半") && !hour_follows {
        return Some((30, i + 1));
    }
    let quarters = scan.exact(i, 1..=3)?;
    (scan.is(i + 1, "刻") && !scan.is(i + 2, "钟")).then_some((quarters * 15, i + 2))
}

/// 五分, 五分钟, 一刻: how many minutes are missing.
fn spare_minutes(scan: &Scan, i: usize) -> Option<(u32, usize)> {
    let minutes = scan.exact(i, 1..=59)?;
    match scan.text(i + 1) {
        "分" | "分钟" => Some((minutes, i + 2)),
        "刻" if minutes <= 3 => Some((minutes * 15, i + 2)),
        _ => None,
    }
}

/// What "3点20个" counts: the number is no minute.
const COUNTED: &[&str] = &[
    "个", "多", "号", "点", "月", "年", "日", "件", "单", "元", "块", "条", "张", "只", "瓶", "箱", "包", "盒", "次",
    "人", "份", "台", "套", "双", "岁", "度", "斤", "公里", "米", "名", "位", "楼", "层", "折", "万",
];

/// The minutes and seconds after the hour, and where they end. `None` when what follows is no time at all.
fn minutes(scan: &Scan, i: usize) -> Option<(u32, u32, usize)> {
    let at = i + usize::from(scan.is(i, "过"));
    let Some(minute) = scan.number(at).and_then(|number| number.exact()) else { return Some((0, 0, i)) };
    if !scan.glued(at) || scan.kind(at + 1) == Kind::Unit(Unit::Minute) && !scan.is(at + 1, "分钟") {
        return Some((0, 0, i));
    }
    if scan.any(at + 1, &["分", "分钟"]) {
        if minute > 59 {
            return None;
        }
        if let Some(second) = scan.exact(at + 2, 0..=59)
            && scan.any(at + 3, &["秒", "秒钟"])
        {
            return Some((minute, second, at + 4));
        }
        return Some((minute, 0, at + 2));
    }
    // "3点20" without 分, but not "3点20个".
    let two_digits = minute >= 10 || scan.number(at).is_some_and(|n| n.digits == 2) || scan.text(at).starts_with('零');
    let counted = matches!(scan.kind(at + 1), Kind::Unit(_) | Kind::Mark('.' | '%' | ':')) && scan.glued(at + 1)
        || COUNTED.iter().any(|word| scan.rest(at + 1).starts_with(word));
    Some(if minute <= 59 && two_digits && !counted && at == i { (minute, 0, at + 1) } else { (0, 0, i) })
}

/// 差五分八点.
fn before_the_hour(scan: &Scan, i: usize) -> Option<Piece> {
    let (minutes, at) = spare_minutes(scan, i + 1)?;
    let hour = scan.exact(at, 1..=24)?;
    if !scan.any(at + 1, &["点", "点钟", "点整"]) {
        return None;
    }
    let clock = clock(hour - 1, 60 - minutes, 0, Grain::Minute, false)?;
    Some(Piece::phrase(Phrase::clock(clock), i, at + 2, 0.85))
}

/// 9am, 615am, seven pm, 5 o'clock, ten past five.
fn english(scan: &Scan, i: usize) -> Option<Piece> {
    let number = scan.number(i)?;
    let value = number.exact()?;
    if !scan.stands_alone(i) {
        return None;
    }
    if let Kind::HalfDay(half) = scan.kind(i + 1) {
        let (hour, minute) = if number.digits >= 3 { (value / 100, value % 100) } else { (value, 0) };
        let grain = if number.digits >= 3 { Grain::Minute } else { Grain::Hour };
        let clock = half_day(clock(hour, minute, 0, grain, false)?, half)?;
        return Some(Piece::phrase(Phrase::clock(clock), i, i + 2, 0.95));
    }
    if scan.is(i + 1, "o'clock") || (scan.is(i + 1, "o") && scan.is(i + 2, "clock")) {
        let mut clock = clock(value, 0, 0, Grain::Hour, false)?;
        let mut to = i + if scan.is(i + 1, "o'clock") { 2 } else { 3 };
        if let Kind::HalfDay(half) = scan.kind(to) {
            clock = half_day(clock, half)?;
            to += 1;
        }
        return Some(Piece::phrase(Phrase::clock(clock), i, to, confidence(clock)));
    }
    spoken(scan, i, value).or_else(|| past_or_to(scan, i, i))
}

/// "seven thirty am", "six in the morning", "at five": the last only beside a day.
fn spoken(scan: &Scan, i: usize, hour: u32) -> Option<Piece> {
    if let (Some(minute), Kind::HalfDay(half), 1..=12) = (scan.exact(i + 1, 10..=59), scan.kind(i + 2), hour) {
        let clock = half_day(clock(hour, minute, 0, Grain::Minute, false)?, half)?;
        return Some(Piece::phrase(Phrase::clock(clock), i, i + 3, 0.95));
    }
    let clock = clock(hour, 0, 0, Grain::Hour, false)?;
    let in_the = scan.is(i + 1, "in") && scan.is(i + 2, "the") && matches!(scan.kind(i + 3), Kind::Part(_));
    let at_night = scan.is(i + 1, "at") && scan.is(i + 2, "night");
    if hour <= 12 && (in_the || at_night) {
        return Some(Piece::phrase(Phrase::clock(clock), i, i + 1, 0.85));
    }
    let ends =
        matches!(scan.kind(i + 1), Kind::Break | Kind::Word | Kind::Day(_) | Kind::DayPart(..) | Kind::Weekday { .. })
            || scan.is(i + 1, ",");
    (scan.after_any(i, &["at"]) && ends).then(|| Piece::phrase(Phrase::clock(clock), i, i + 1, 0.75).weak(true))
}

/// The clock in its half of the day: 12 am is midnight. 0 pm is no time, nor is 13 am.
pub(crate) fn half_day(clock: Clock, half: u8) -> Option<Clock> {
    let hour = match (clock.hour, half) {
        (0, 0) => 0,
        (1..=12, half) => clock.hour % 12 + half,
        (13..=23, 12) => clock.hour,
        _ => return None,
    };
    Some(Clock { hour, exact: true, half_said: true, ..clock })
}

fn half_past(scan: &Scan, i: usize) -> Option<Piece> {
    if !scan.is(i + 1, "past") {
        return None;
    }
    turned(scan, i, i + 2, 30)
}

/// (a) quarter past five, twenty (minutes) to six.
fn past_or_to(scan: &Scan, from: usize, i: usize) -> Option<Piece> {
    let (minutes, mut at) = match scan.kind(i) {
        Kind::Unit(Unit::Quarter) if scan.is(i, "quarter") => (15, i + 1),
        Kind::Number { .. } => (scan.exact(i, 1..=29)?, i + 1),
        _ => return None,
    };
    let spelt = scan.number(i).is_none_or(|number| number.digits == 0);
    if scan.any(at, &["minutes", "minute", "mins", "min"]) {
        at += 1;
    } else if !spelt || (scan.number(i).is_some() && minutes % 5 != 0) {
        return None;
    }
    // "ten to fifteen people" is a range: "to" needs a quarter, minutes or an end after the hour.
    match scan.text(at) {
        "past" | "after" => turned(scan, from, at + 1, minutes),
        "to" | "till" | "before" => {
            let sure = scan.number(i).is_none() || at > i + 1 || matches!(scan.kind(at + 2), Kind::HalfDay(_));
            if sure { turned(scan, from, at + 1, 60 - minutes) } else { None }
        }
        _ => None,
    }
}

/// The hour after "half past" or "quarter to", with am or pm; from 30 minutes on "to" counts from the hour before.
fn turned(scan: &Scan, from: usize, at: usize, minute: u32) -> Option<Piece> {
    let mut hour = match scan.kind(at) {
        Kind::Hour(0) => 24,
        Kind::Hour(hour) => u32::from(hour),
        _ => scan.exact(at, 1..=12)?,
    };
    let exact = matches!(scan.kind(at), Kind::Hour(_));
    let mut to = at + 1;
    let half = match scan.kind(to) {
        Kind::HalfDay(half) => Some(half),
        _ => None,
    };
    if half.is_some() || scan.is(to, "o'clock") {
        to += 1;
    } else if matches!(scan.kind(to), Kind::Unit(_)) || scan.noun_follows(to) {
        return None;
    }
    let back = minute > 30;
    if let Some(half) = half {
        hour = u32::from(half_day(clock(hour, 0, 0, Grain::Hour, false)?, half)?.hour);
    }
    let hour = if back { (hour + 23) % 24 } else { hour % 24 };
    // A quarter to one is 12:45.
    let hour = if back && hour == 0 && half.is_none() && !exact { 12 } else { hour };
    let clock = clock(hour, minute, 0, Grain::Minute, half.is_some() || exact)?;
    Some(Piece::phrase(Phrase::clock(clock), from, to, 0.85))
}

/// What a clock means in a part of the day.
pub(crate) struct Settled {
    /// 1 when the time is on the day after: 晚上12点, 24:00.
    pub days: i64,
    pub time: Time,
    /// The half of the day was not said.
    pub guessed: bool,
}

/// The time that a clock means. Without a part of the day, 1 to 6 are in the afternoon, as office hours are:
/// who means 3 in the morning says so.
pub(crate) fn settle(clock: Clock, part: Option<Part>) -> Option<Settled> {
    let given = clock.hour;
    let (days, hour) = match (given, part) {
        (24, _) => (1, 0),
        (0, Some(Part::Evening)) => (1, 0),
        _ if clock.exact => (0, given),
        (1..=6, None) => (0, given + 12),
        (12, Some(Part::BeforeDawn)) => (0, 0),
        (1..=3, Some(Part::Noon)) => (0, given + 12),
        (1..=11, Some(Part::Afternoon | Part::Dusk)) | (5..=11, Some(Part::Evening)) => (0, given + 12),
        (12, Some(Part::Evening)) => (1, 0),
        (1..=4, Some(Part::Evening)) => (1, given),
        _ => (0, given),
    };
    let time = Time::from_hms(hour, clock.minute, clock.second).ok()?;
    Some(Settled { days, time, guessed: !clock.exact && part.is_none() && given != 12 })
}

/// From when to when a part of the day lasts; an end of 0 is midnight.
pub(crate) fn part_hours(part: Part) -> (u8, u8) {
    match part {
        Part::BeforeDawn => (0, 6),
        Part::Morning => (6, 10),
        Part::Forenoon => (8, 12),
        Part::Noon => (11, 13),
        Part::Afternoon => (12, 18),
        Part::Dusk => (17, 19),
        Part::Evening => (18, 0),
    }
}
