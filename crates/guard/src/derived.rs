//! Numbers that follow from others: a difference, a sum, a product, a date or an hour reckoned from another.

use std::sync::LazyLock;

use regex::Regex;

use crate::fact::{Fact, Value, scan};
use crate::pattern::fixed;

pub(crate) static SUM: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"合计|总共|一共|共|总计|加起来|加上|连同|总|就是|也就是|等于|\btotal|\btogether\b|\ball in\b|\baltogether\b|\bcomes? to\b|\bin all\b|\bmakes?\b|\bso\b|\bthat(?:'s| is)\b|=",
    )
});
pub(crate) static DIFFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"差|贵|便宜|省|剩|余|后面|其余|另外|再|还|多出|超出|超了|多了|少|扣|减|找零|比|更|\bleft\b|\bremain|\bdifference\b|\bmore\b|\bless\b|\bcheaper\b|\bdearer\b|\bsaves?\b|\bstill\b|\bso\b|\bextra\b|\bover\b|\bthat(?:'s| is)\b|\banother\b|\bto go\b|\bshort\b|\byou'd get\b|\byou get\b|自付|自己|到手",
    )
});
pub(crate) static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"合计|总共|一共|共|总计|总|就是|等于|算下来|×|乘|=|\btotal|\btogether\b|\ball in\b|\baltogether\b|\bcomes? to\b|\bin all\b|\bmakes?\b|\bso\b|\bthat(?:'s| is| would be)\b|\btimes\b",
    )
});
static EQUALS: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"是|就要|需要?|要|收|为|\b(?:is|are|cost|costs|would be|pay|you'd get|you get|come to)\b"));
static DIFFERS: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"便宜|省|贵|比|差|\bcheaper\b|\bsaves?\b|\bmore expensive\b|\bdifference\b|\bdearer\b"));
pub(crate) static WHEN: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"也就是|就是|所以|因此|算下来|大约|大概|左右|最晚|截止|为止|之前|前|早|晚|\bso\b|\bat\b|\bearlier\b|\blater\b|\baround\b|\babout\b|\bby\b|\bthat(?:'s| is)\b|\buntil\b|\bend",
    )
});

const DAY: f64 = 1440.0;

/// Whether a fact of `text` (folded) follows from two of `given` by one step of arithmetic that the words announce.
pub(crate) fn follows(fact: &Fact, text: &str, given: &[&Fact]) -> bool {
    if let Value::Date { .. } | Value::Day(_) | Value::Clock { .. } = fact.value {
        return WHEN.is_match(text) && reckoned(fact, given);
    }
    // 27 日 less a day: a day of the month may be written as a length is.
    if matches!(fact.value, Value::Length(_)) && text.get(fact.span.clone()).is_some_and(|t| t.trim().ends_with('日'))
    {
        let day = Fact { value: Value::Day(fact.raw.clamp(1.0, 31.0) as u8), ..fact.clone() };
        if WHEN.is_match(text) && reckoned(&day, given) {
            return true;
        }
    }
    let Some(wanted) = amount(fact) else { return false };
    let close = |value: f64| (value - wanted).abs() <= 0.005_f64.max(wanted.abs() * 1e-6);
    let (sum, difference, times) = (SUM.is_match(text), DIFFERENCE.is_match(text), TIMES.is_match(text));
    for (at, a) in given.iter().enumerate() {
        for b in given.iter().skip(at + 1) {
            let (Some(x), Some(y)) = (amount(a), amount(b)) else { continue };
            if joins(fact, a) && joins(fact, b) && (sum && close(x + y) || difference && close((x - y).abs())) {
                return true;
            }
            let product = |one: &Fact, each: f64, other: &Fact| {
                joins(fact, one) && counts(other).is_some_and(|count| count <= 1000.0 && close(each * count))
            };
            let in_text =
                |fact: &Fact| text.get(fact.span.clone()).is_some_and(|t| scan(t).iter().any(|f| f.agrees(fact)));
            // 每平方米 9 元，120 平方米是 1080 元.
            let beside = EQUALS.is_match(text) && in_text(a) && in_text(b);
            if (times || beside) && (product(a, x, b) || product(b, y, a)) {
                return true;
            }
        }
    }
    if share_of(fact, wanted, given) || sum && first_and_more(fact, wanted, given) {
        return true;
    }
    // Two hours and twenty minutes are 140 minutes.
    sum && matches!(fact.value, Value::Length(_)) && given.iter().any(|other| fact.agrees(other))
}

/// A percentage of an amount, what is left when it is taken off, or what a discount leaves.
fn share_of(fact: &Fact, wanted: f64, given: &[&Fact]) -> bool {
    let close = |value: f64| (value - wanted).abs() <= 0.006_f64.max(wanted.abs() * 1e-4);
    let shares = given.iter().filter_map(|other| match other.value {
        Value::Percent(percent) | Value::Off(percent) => Some(percent / 100.0),
        _ => None,
    });
    let mut shares = shares.filter(|share| (0.0..1.0).contains(share));
    shares.any(|share| {
        given
            .iter()
            .filter(|whole| joins(fact, whole))
            .filter_map(|whole| amount(whole))
            .any(|whole| whole > 0.0 && (close(whole * share) || close(whole * (1.0 - share))))
    })
}

/// What a price that only the evidence names makes of what the sentence or the customer names: so many of it, a share
/// of it, or how much less or more it is than another price.
pub(crate) fn from_price(fact: &Fact, text: &str, given: &[&Fact], prices: &[&Fact]) -> bool {
    let Some(wanted) = amount(fact).filter(|_| matches!(fact.value, Value::Money { .. })) else { return false };
    let close = |value: f64| (value - wanted).abs() <= 0.005_f64.max(wanted * 1e-6);
    let differs = DIFFERS.is_match(text);
    let equals = EQUALS.is_match(text) || TIMES.is_match(text) || SUM.is_match(text);
    prices.iter().filter_map(|price| amount(price)).any(|price| {
        given.iter().any(|other| match other.value {
            Value::Money { amount, .. } => differs && close((price - amount).abs()),
            Value::Percent(share) | Value::Off(share) => {
                close(price * share / 100.0) || close(price * (1.0 - share / 100.0))
            }
            _ => equals && counts(other).is_some_and(|count| (2.0..=1000.0).contains(&count) && close(price * count)),
        })
    })
}

/// The first at one price and more at another: 12 元, 2 公斤, 每公斤 2.5 元 are 17 元.
fn first_and_more(fact: &Fact, wanted: f64, given: &[&Fact]) -> bool {
    let prices = || given.iter().filter(|other| matches!(other.value, Value::Money { .. }) && joins(fact, other));
    prices().filter_map(|first| amount(first)).any(|first| {
        prices().filter_map(|each| amount(each)).any(|each| {
            given
                .iter()
                .filter(|other| !matches!(other.value, Value::Money { .. }))
                .filter_map(|other| counts(other))
                .any(|count| (2.0..=1000.0).contains(&count) && (first + each * count - wanted).abs() <= 0.005)
        })
    })
}

/// What can be added, in main units; lengths in minutes.
fn amount(fact: &Fact) -> Option<f64> {
    match &fact.value {
        Value::Money { amount, .. } | Value::Quantity { amount, .. } | Value::Plain(amount) => Some(*amount),
        Value::Length(minutes) => Some(*minutes),
        _ => None,
    }
}

/// How many, where the fact is a number of something.
fn counts(fact: &Fact) -> Option<f64> {
    match &fact.value {
        Value::Quantity { amount, .. } | Value::Plain(amount) => Some(*amount),
        Value::Length(_) => Some(fact.raw),
        _ => None,
    }
}

/// Whether the two are numbers of the same sort of thing; a bare number may be one of anything.
fn joins(fact: &Fact, other: &Fact) -> bool {
    matches!(
        (&fact.value, &other.value),
        (Value::Money { .. }, Value::Money { .. } | Value::Plain(_))
            | (Value::Length(_), Value::Length(_))
            | (Value::Quantity { .. } | Value::Plain(_), Value::Quantity { .. } | Value::Plain(_))
            | (Value::Plain(_), Value::Money { .. })
    )
}

/// Whether a date or an hour is another one and a length, or one less a length.
fn reckoned(fact: &Fact, given: &[&Fact]) -> bool {
    let lengths = || {
        given.iter().filter_map(|other| match other.value {
            Value::Length(minutes) => Some(minutes),
            _ => None,
        })
    };
    // One length, or two that are said together: 2 hours 20 minutes.
    let mut spans: Vec<f64> = lengths().collect();
    spans.extend(lengths().flat_map(|a| lengths().filter(move |b| a > *b).map(move |b| a + b)));
    given.iter().any(|other| {
        spans.iter().any(|span| match (&fact.value, &other.value) {
            (Value::Clock { minutes: a, .. }, Value::Clock { minutes: b, .. }) => {
                let gap = (f64::from(*a) - f64::from(*b)).rem_euclid(720.0);
                same(gap, span.rem_euclid(720.0)) || same(gap, (-span).rem_euclid(720.0))
            }
            (Value::Date { year, month, day }, Value::Date { year: known, month: from, day: first }) => {
                let year = year.or(*known).unwrap_or(2001);
                let known = known.unwrap_or(year);
                match (ordinal(year, *month, *day), ordinal(known, *from, *first)) {
                    (Some(a), Some(b)) => same(f64::from(a - b).abs() * DAY, *span),
                    _ => false,
                }
            }
            (Value::Day(day), Value::Date { day: first, .. }) => {
                same((f64::from(*day) - f64::from(*first)).abs() * DAY, *span)
            }
            _ => false,
        })
    })
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.5
}

fn ordinal(year: i32, month: u8, day: u8) -> Option<i32> {
    let month = time::Month::try_from(month).ok()?;
    time::Date::from_calendar_date(year, month, day).ok().map(time::Date::to_julian_day)
}

#[cfg(test)]
mod tests {
    use super::follows;
    use crate::fact::scan;

    #[test]
    fn a_number_follows_from_two_others_when_the_words_say_so() {
        for (text, known, follows_from) in [
            ("差 400 元", "2380 元 2780 元", true),
            ("售价 400 元", "2380 元 2780 元", false),
            ("还剩 11 次", "16 次 5 次", true),
            ("so $120 together", "$75 $45", true),
            ("合计 160 元", "80 元 2 米", true),
            ("it ends around 10:05 pm", "7:45 pm, 2 hours 20 minutes", true),
            ("也就是到 11 月 23 日", "2026-11-20 72 小时", true),
            ("so $130 together", "$75 $45", false),
            ("合计 17 元", "12 元 2 公斤 2.5 元", true),
            ("报六成就是 30 元", "50 元 60%", true),
            ("the counters close at 06:05", "06:50, 45 minutes", true),
            ("也就是 26 日之前", "1 天 2026-11-27", true),
            ("也就是 24 日之前", "1 天 2026-11-27", false),
        ] {
            let (facts, given) = (scan(text), scan(known));
            let given: Vec<_> = given.iter().collect();
            assert_eq!(facts.iter().any(|fact| follows(fact, text, &given)), follows_from, "{text} from {known}");
        }
    }
}
