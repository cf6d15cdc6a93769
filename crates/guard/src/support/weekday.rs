//! Days of the week: who is open from Tuesday to Saturday is closed on Sunday.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::fixed;

/// A set of days: Monday is the lowest bit.
pub(crate) type Days = u8;

const ALL: Days = 0b111_1111;
const WEEKEND: Days = 0b110_0000;
const WORKING: Days = 0b001_1111;

static DAY_ZH: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?:周|星期|礼拜)([一二三四五六日天])(?:\s?(?:至|到|-|~)\s?(?:周|星期|礼拜)?([一二三四五六日天]))?")
});
static DAY_EN: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"\b(mon|tue|wed|thu|fri|sat|sun)(?:days?|sdays?|nesdays?|rsdays?|urdays?|s|rs)?\b(?:\s?(?:to|through|thru|until|till|-)\s?(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs)?s?\b)?",
    )
});
static EVERY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"每天|天天|每日|全年无休|一周七天|无休|\bevery ?day\b|\bdaily\b|\b(?:7|seven) days a week\b|\ball week\b|\b24/7\b",
    )
});
static ENDS: LazyLock<Regex> = LazyLock::new(|| fixed(r"周末|双休日|\bweekends?\b"));
static WORKS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?:^|[^个\d一二三四五六七八九十两 ])(?:工作日|平日|平时)|\bweek ?days?\b|\bworking week\b")
});
static BUT: LazyLock<Regex> = LazyLock::new(|| fixed(r"除|以外|\bexcept\b|\bother than\b|\bapart from\b"));

/// The days that a folded clause names; none where it names none.
pub(crate) fn days(text: &str) -> Days {
    let mut days = 0;
    for found in DAY_ZH.captures_iter(text) {
        // 每周三次 is no Wednesday.
        let counts = found.get(0).is_some_and(|whole| {
            text[whole.end()..].starts_with(['次', '回', '节', '个', '天', '堂'])
                && text[..whole.start()].ends_with('每')
        });
        let day = |group: usize| {
            let day = found.get(group)?.as_str().chars().next()?;
            "一二三四五六日".chars().position(|known| known == day).or((day == '天').then_some(6))
        };
        if !counts {
            days |= span(day(1), day(2));
        }
    }
    for found in DAY_EN.captures_iter(text) {
        let day = |group: usize| {
            let day = found.get(group)?.as_str();
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|known| *known == day)
        };
        days |= span(day(1), day(2));
    }
    if ENDS.is_match(text) {
        days |= WEEKEND;
    }
    if WORKS.is_match(text) {
        days |= WORKING;
    }
    if days == 0 && EVERY.is_match(text) {
        return ALL;
    }
    if days != 0 && BUT.is_match(text) { ALL & !days } else { days }
}

fn span(first: Option<usize>, last: Option<usize>) -> Days {
    match (first, last) {
        (Some(first), None) => 1 << first,
        (Some(first), Some(last)) if first <= last => (first..=last).map(|day| 1 << day).sum(),
        (Some(first), Some(last)) => (first..7).chain(0..=last).map(|day| 1 << day).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn days_of_the_week_are_read_in_both_languages() {
        for (text, expected) in [
            ("周二至周六 10:00 开门", 0b011_1110),
            ("泳池周二闭馆", 0b000_0010),
            ("周末和周一", 0b110_0001),
            ("每周三次", 0),
            ("5 个工作日", 0),
            ("工作日 9 点", 0b001_1111),
            ("除周一外每天", 0b111_1110),
            ("open tuesday to saturday", 0b011_1110),
            ("tessa works on mondays", 0b000_0001),
            ("every day except sundays", 0b011_1111),
            ("within 5 working days", 0),
            ("satisfied sunny monthly money", 0),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
