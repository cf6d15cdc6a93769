//! Figures with units in a sentence: amounts, lengths of time, clock times, dates, telephone numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::text::pattern;

/// What a figure measures. Figures of one unit compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unit {
    /// In a currency: `¥`, `$`, `€`, `£`.
    Money(&'static str),
    /// In days; hours and years are days as well.
    Time,
    WorkDays,
    Percent,
    /// 八折: tenths of the price that is paid.
    Tenths,
    Millimetres,
    Grams,
    Millilitres,
    Celsius,
    Watts,
    Volts,
    MilliampHours,
    Decibels,
    Megabytes,
    /// Of something: `people`, `times`, `characters` …
    Count(&'static str),
    /// Minutes after midnight.
    Clock,
    /// Year, month and day as digits; 0 for what is not said.
    Date,
    Phone,
    Email,
}

/// On which side of the figure what is meant lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// "7 天", "7 天内", "up to 7 days": figures that are used for the same.
    At,
    /// "满 59 元", "over 59", "超过 7 天".
    From,
    /// "不满 59 元", "below 59".
    Below,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// From the first to the second; the same for a single one.
    Numbers(f64, f64),
    Text(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    pub unit: Unit,
    pub value: Value,
    pub bound: Bound,
    /// What one of the word's unit is in the base unit: an hour is a 24th of a day.
    pub scale: f64,
    /// Bytes of the text.
    pub at: Range<usize>,
}

impl Figure {
    /// Whether both may be true of one thing: the same, or one number within the range of the other.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Numbers(a, b), Value::Numbers(c, d)) => {
                let same = |x: f64, y: f64| (x - y).abs() <= 1e-6_f64.max(0.02 * x.abs().max(y.abs()) * self.slack());
                let within = |x: f64, low: f64, high: f64| low < high && x >= low && x <= high;
                (same(*a, *c) && same(*b, *d)) || (a == b && within(*a, *c, *d)) || (c == d && within(*c, *a, *b))
            }
            (Value::Text(a), Value::Text(b)) => a == b,
            _ => false,
        }
    }

    /// A month is about thirty days; all else is exact.
    fn slack(&self) -> f64 {
        match (self.unit, &self.value) {
            (Unit::Time, Value::Numbers(_, high)) if *high >= 28.0 => 1.0,
            _ => 0.0,
        }
    }
}

const NUMBER: &str = r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|[零一二两三四五六七八九十百千半]+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|sixty|ninety|half an|an|a)\b)";

/// Words for units, longest first; the factor makes the base unit.
const UNITS: &[(&str, Unit, f64)] = &[
    (r"个?工作日|(?:working|business)[ -]days?", Unit::WorkDays, 1.0),
    (r"个?小时|个?钟头|hours?\b|hrs?\b|h\b", Unit::Time, 1.0 / 24.0),
    (r"分钟|minutes?\b|mins?\b", Unit::Time, 1.0 / 1440.0),
    (r"秒钟?|seconds?\b", Unit::Time, 1.0 / 86_400.0),
    (r"天|个?自然日|日|(?:calendar[ -])?days?\b", Unit::Time, 1.0),
    (r"个?星期|个?礼拜|周|weeks?\b", Unit::Time, 7.0),
    (r"个月|months?\b", Unit::Time, 30.0),
    (r"周年|年|years?\b", Unit::Time, 365.0),
    (r"万元|万块", Unit::Money("¥"), 10_000.0),
    (r"美元|美金|usd|dollars?\b", Unit::Money("$"), 1.0),
    (r"欧元|eur\b|euros?\b", Unit::Money("€"), 1.0),
    (r"元|块钱?|人民币|rmb|cny|yuan", Unit::Money("¥"), 1.0),
    (r"%|percent\b|per cent\b", Unit::Percent, 1.0),
    (r"折", Unit::Tenths, 1.0),
    (r"°c|℃|摄氏度|度|degrees?\b", Unit::Celsius, 1.0),
    (r"毫米|mm\b|millimet(?:re|er)s?\b", Unit::Millimetres, 1.0),
    (r"厘米|公分|cm\b|centimet(?:re|er)s?\b", Unit::Millimetres, 10.0),
    (r"公里|千米|km\b|kilomet(?:re|er)s?\b", Unit::Millimetres, 1e6),
    (r"米|m\b|met(?:re|er)s?\b", Unit::Millimetres, 1000.0),
    (r"公斤|千克|kg\b|kilograms?\b|kilos?\b", Unit::Grams, 1000.0),
    (r"斤", Unit::Grams, 500.0),
    (r"克|g\b|grams?\b", Unit::Grams, 1.0),
    (r"毫升|ml\b|millilit(?:re|er)s?\b", Unit::Millilitres, 1.0),
    (r"升|l\b|lit(?:re|er)s?\b", Unit::Millilitres, 1000.0),
    (r"毫安时?|mah\b", Unit::MilliampHours, 1.0),
    (r"千瓦|kw\b", Unit::Watts, 1000.0),
    (r"瓦|w\b|watts?\b", Unit::Watts, 1.0),
    (r"伏|v\b|volts?\b", Unit::Volts, 1.0),
    (r"分贝|db\b|decibels?\b", Unit::Decibels, 1.0),
    (r"gb?\b|千兆", Unit::Megabytes, 1024.0),
    (r"mb?\b|兆", Unit::Megabytes, 1.0),
    (r"个?人|位|people\b|persons?\b", Unit::Count("people"), 1.0),
    (r"次|遍|times\b|time\b", Unit::Count("times"), 1.0),
    (r"个?字符|个?汉字|个字|字|characters?\b|letters?\b", Unit::Count("characters"), 1.0),
    (r"个?积分|points?\b", Unit::Count("points"), 1.0),
    (r"期|instal?ments?\b", Unit::Count("instalments"), 1.0),
    (r"家|个?门店|(?:physical )?stores?\b|shops?\b|branch(?:es)?\b", Unit::Count("shops"), 1.0),
    (r"级|个?等级|levels?\b|tiers?\b", Unit::Count("levels"), 1.0),
    (r"档|settings?\b", Unit::Count("settings"), 1.0),
    (r"(?:free )?(?:return )?labels?\b", Unit::Count("sheets"), 1.0),
    (r"张|coupons?\b|vouchers?\b", Unit::Count("sheets"), 1.0),
    (r"份|copies\b|copy\b", Unit::Count("copies"), 1.0),
    (r"件|items?\b|pieces?\b|articles?\b", Unit::Count("pieces"), 1.0),
    (r"台|devices?\b|units?\b", Unit::Count("devices"), 1.0),
    (r"条|只|瓶|盒|枚|套|袋|箱|双|包", Unit::Count("things"), 1.0),
    (r"种|kinds?\b|types?\b", Unit::Count("kinds"), 1.0),
    (r"倍", Unit::Count("fold"), 1.0),
    (r"岁|years? old\b", Unit::Count("age"), 1.0),
    (r"位数?字|digits?\b", Unit::Count("digits"), 1.0),
];

struct Patterns {
    mail: Regex,
    address: Regex,
    phone: Regex,
    date: Regex,
    month_day: Regex,
    month_name: Regex,
    clock: Regex,
    money: Regex,
    free: Regex,
    amount: Regex,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
        let units = UNITS.iter().enumerate().map(|(at, (words, ..))| format!("(?P<u{at}>{words})")).collect::<Vec<_>>();
        let joint = r"\s*(?:[-–—~〜～至到或]|to|or)\s*";
        Patterns {
            mail: pattern(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
            address: pattern(r"https?://[^\s，。；）)]+"),
            phone: pattern(
                r"(?:\+?86[- ]?)?\b(?:1[3-9][0-9]{9}|[48]00[- ]?[0-9]{3}[- ]?[0-9]{4}|[48]00[- ]?[0-9]{4}[- ]?[0-9]{3}|0[0-9]{2,3}[- ][0-9]{7,8}|95[0-9]{3})\b|\+[0-9]{1,3}(?:[- ]?[0-9]{2,5}){2,4}\b",
            ),
            date: pattern(
                r"(?P<y>(?:19|20)[0-9]{2})\s*(?:年\s*(?P<m>[0-9]{1,2})\s*月(?:份|\s*(?P<d>[0-9]{1,2})\s*[日号])?|[-/.](?P<m2>[0-9]{1,2})[-/.](?P<d2>[0-9]{1,2})\b)",
            ),
            month_day: pattern(r"(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})\s*[日号]"),
            month_name: pattern(
                r"\b(?:(?P<d1>[0-9]{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m1>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?|(?P<m2>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?\b)(?:,?\s+(?P<y>20[0-9]{2}))?",
            ),
            clock: pattern(
                r"(?P<half>上午|早上|早晨|早|下午|晚上|晚|中午|凌晨|夜里)?\s*(?:(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?:\s*(?P<ap2>[ap])\.?m\b\.?)?|(?P<h2>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:点钟?|时)(?:(?P<half2>半)|(?P<min2>[0-9]{1,2})分?)?|\b(?P<h3>[0-9]{1,2})\s*(?P<ap>[ap])\.?m\b\.?)",
            ),
            money: pattern(&format!(
                r"(?P<c>[¥$€£]|rmb|cny|usd)\s*(?P<a>{NUMBER})(?:{joint}[¥$€£]?\s*(?P<b>{NUMBER}))?"
            )),
            free: pattern(
                r"免费|包邮|免邮|免运费|不收取?(?:任何)?(?:费用?|运费|手续费)|免手续费|free of charge|free shipping|no charge|at no cost|for free|\bfree\b",
            ),
            amount: pattern(&format!(
                r"(?P<a>{NUMBER})(?:[ -]?(?:{each}))?(?:{joint}(?P<b>{NUMBER}))?[ -]?(?:{units})",
                each = r"小时|天|日|元|块|分钟|年|个月|周",
                units = units.join("|")
            )),
        }
    });
    &PATTERNS
}

/// What a match measures, how much, and the unit's scale; `None` when it is something else.
type Make<'a> = dyn Fn(&Captures<'_>, &Range<usize>) -> Option<(Unit, Value, f64)> + 'a;

/// The figures of a normalised text ([`yingda_language::normalise`]), in order.
pub(crate) fn figures(text: &str) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::new();
    let patterns = patterns();
    let mut taken: Vec<Range<usize>> = patterns.address.find_iter(text).map(|found| found.range()).collect();
    let mut read = |pattern: &Regex, make: &Make<'_>| {
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            let start = whole.start() + (whole.as_str().len() - whole.as_str().trim_start().len());
            let at = start..whole.end();
            if taken.iter().any(|other| at.start < other.end && other.start < at.end) {
                continue;
            }
            if let Some((unit, value, scale)) = make(&captures, &at) {
                taken.push(at.clone());
                let bound = bound(text, &at);
                figures.push(Figure { unit, value, bound, scale, at });
            }
        }
    };
    read(&patterns.mail, &|_, at| Some((Unit::Email, Value::Text(text[at.clone()].to_owned()), 1.0)));
    read(&patterns.phone, &|_, at| {
        let digits: String = text[at.clone()].chars().filter(char::is_ascii_digit).collect();
        let digits = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&digits).to_owned();
        (digits.len() >= 5 && !is_in_code(text, at)).then_some((Unit::Phone, Value::Text(digits), 1.0))
    });
    read(&patterns.date, &|found, _| {
        let number = |names: [&str; 2]| names.iter().find_map(|name| found.name(name)?.as_str().parse::<u32>().ok());
        date(number(["y", "y"])?, number(["m", "m2"])?, number(["d", "d2"]).unwrap_or(0))
    });
    read(&patterns.month_day, &|found, _| {
        date(0, found.name("m")?.as_str().parse().ok()?, found.name("d")?.as_str().parse().ok()?)
    });
    read(&patterns.month_name, &|found, _| {
        const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
        let month = MONTHS.find(found.name("m1").or_else(|| found.name("m2"))?.as_str())? / 3 + 1;
        let day = found.name("d1").or_else(|| found.name("d2"))?.as_str().parse().ok()?;
        let year = found.name("y").and_then(|year| year.as_str().parse().ok()).unwrap_or(0);
        date(year, u32::try_from(month).ok()?, day)
    });
    read(&patterns.clock, &|found, at| clock(found, text, at));
    read(&patterns.money, &|found, _| {
        let sign = match &found["c"] {
            "$" | "usd" => "$",
            "€" => "€",
            "£" => "£",
            _ => "¥",
        };
        Some((Unit::Money(sign), range(found, 1.0)?, 1.0))
    });
    read(&patterns.amount, &|found, at| {
        let (place, (_, unit, factor)) =
            UNITS.iter().enumerate().find(|(place, _)| found.name(&format!("u{place}")).is_some())?;
        let whole = &text[at.clone()];
        // 第一次, 周一天, 2026 年; 一下, 一样.
        if text[..at.start].ends_with(['第', '每', '周', '前', '同'])
            && !whole.starts_with(|c: char| c.is_ascii_digit())
            || text[..at.start].ends_with('第')
            || is_in_code(text, at)
        {
            return None;
        }
        let value = range(found, *factor)?;
        let Value::Numbers(low, _) = value else { return None };
        let unit_word = found.name(&format!("u{place}")).map_or("", |unit| unit.as_str());
        let is_year = matches!(unit_word, "年") && (1900.0..2200.0).contains(&(low / factor));
        // "a time", "one item", 一种: manners of speaking.
        let idle = matches!(unit, Unit::Count(_))
            && found.name("a").is_some_and(|a| matches!(a.as_str(), "一" | "a" | "an" | "one" | "几" | "半"))
            && !matches!(unit_word, "次" | "张");
        (!is_year && !idle).then_some((*unit, value, *factor))
    });
    read(&patterns.free, &|_, _| Some((Unit::Money("¥"), Value::Numbers(0.0, 0.0), 1.0)));
    figures.sort_by_key(|figure| figure.at.start);
    join_hours(text, figures)
}

/// Letters or digits touch it: part of a code such as QH-KT17 or USB3.
fn is_in_code(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let near = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let touches = before.is_some_and(near) && text[at.start..].starts_with(|c: char| c.is_ascii_alphanumeric());
    touches || before == Some('-') && text[..at.start - 1].ends_with(|c: char| c.is_ascii_alphabetic())
}

fn date(year: u32, month: u32, day: u32) -> Option<(Unit, Value, f64)> {
    let digits = f64::from(year * 10_000 + month * 100 + day);
    ((1..=12).contains(&month) && day <= 31).then_some((Unit::Date, Value::Numbers(digits, digits), 1.0))
}

fn clock(found: &Captures<'_>, text: &str, at: &Range<usize>) -> Option<(Unit, Value, f64)> {
    let hour = found.name("h").or_else(|| found.name("h2")).or_else(|| found.name("h3"))?.as_str();
    let mut hour = number(hour)?;
    let half = if found.name("half2").is_some() { 30.0 } else { 0.0 };
    let minutes = found.name("min").or_else(|| found.name("min2")).and_then(|min| number(min.as_str())).unwrap_or(half);
    let mut afternoon = matches!(found.name("half").map(|half| half.as_str()), Some("下午" | "晚上" | "晚"));
    match found.name("ap").or_else(|| found.name("ap2")).map(|ap| ap.as_str()) {
        Some("p") => afternoon = true,
        Some(_) if hour == 12.0 => hour = 0.0,
        _ => {}
    }
    if afternoon && hour < 12.0 {
        hour += 12.0;
    }
    // 5点 of a rating, 1.5 点, 3:2 of a ratio.
    let sound = hour <= 24.0 && minutes < 60.0 && !is_in_code(text, at);
    // 一点 is "a little", 三点 may be three points: a bare hour needs company.
    let after = text[at.end..].trim_start();
    let bare = found.name("h2").is_some() && ["half", "half2", "min2"].iter().all(|name| found.name(name).is_none());
    let company = after.starts_with(['到', '至', '-', '~', '前', '后', '开', '关', '上', '下', '停', '截', '营'])
        || text[..at.start].trim_end().ends_with(['到', '至', '-', '~', '于']);
    (sound && (!bare || company)).then_some((
        Unit::Clock,
        Value::Numbers(hour * 60.0 + minutes, hour * 60.0 + minutes),
        1.0,
    ))
}

/// "9:00-21:00" is one figure.
fn join_hours(text: &str, figures: Vec<Figure>) -> Vec<Figure> {
    let mut joined: Vec<Figure> = Vec::with_capacity(figures.len());
    for figure in figures {
        if let Some(before) = joined.last_mut()
            && before.unit == figure.unit
            && matches!(figure.unit, Unit::Clock | Unit::Time | Unit::Date)
            && let (Value::Numbers(from, same), Value::Numbers(_, to)) = (&before.value, &figure.value)
            && from == same
            && matches!(
                text[before.at.end..figure.at.start].trim(),
                "-" | "–" | "—" | "~" | "到" | "至" | "to" | "until" | "and"
            )
        {
            // From 9 to 6 ends in the evening.
            let to = if figure.unit == Unit::Clock && to <= from && *to < 720.0 { to + 720.0 } else { *to };
            before.value = Value::Numbers(*from, to);
            before.at.end = figure.at.end;
            continue;
        }
        joined.push(figure);
    }
    joined
}

fn range(found: &Captures<'_>, factor: f64) -> Option<Value> {
    let low = number(found.name("a")?.as_str())? * factor;
    let high = found.name("b").and_then(|high| number(high.as_str())).map_or(low, |high| high * factor);
    Some(Value::Numbers(low.min(high), low.max(high)))
}

/// The number that digits, Chinese numerals or an English word say.
fn number(text: &str) -> Option<f64> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.replace(',', "").parse().ok();
    }
    const WORDS: &[(&str, f64)] = &[
        ("a", 1.0),
        ("an", 1.0),
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("eleven", 11.0),
        ("twelve", 12.0),
        ("fifteen", 15.0),
        ("twenty", 20.0),
        ("thirty", 30.0),
        ("sixty", 60.0),
        ("ninety", 90.0),
        ("half an", 0.5),
        ("半", 0.5),
    ];
    if let Some((_, value)) = WORDS.iter().find(|(word, _)| *word == text) {
        return Some(*value);
    }
    let (mut sum, mut digit, mut seen) = (0.0, 0.0, false);
    for c in text.chars() {
        let place = match c {
            '十' => 10.0,
            '百' => 100.0,
            '千' => 1000.0,
            _ => {
                // 三五 is a guess, no number.
                if digit > 0.0 {
                    return None;
                }
                digit = "零一二三四五六七八九"
                    .chars()
                    .position(|other| other == c)
                    .map(|at| at as f64)
                    .or((c == '两').then_some(2.0))?;
                seen = true;
                continue;
            }
        };
        sum += if digit == 0.0 { 1.0 } else { digit } * place;
        digit = 0.0;
        seen = true;
    }
    seen.then_some(sum + digit)
}

fn bound(text: &str, at: &Range<usize>) -> Bound {
    let before = text[..at.start].trim_end();
    let after = text[at.end..].trim_start();
    let begins = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
    let ends = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
    if ends(&["不满", "不足", "未满", "低于", "少于", "below", "under", "less than"]) || begins(&["以下"]) {
        Bound::Below
    } else if ends(&["不超过", "不多于", "no more than", "not exceed", "not more than"]) {
        Bound::At
    } else if ends(&[
        "满",
        "超过",
        "超出",
        "高于",
        "多于",
        "大于",
        "至少",
        "最少",
        "over",
        "above",
        "more than",
        "at least",
        "from",
        "exceed",
        "exceeds",
        "after",
    ]) || begins(&["以上", "以后", "之后", "后", "起", "or more", "and above", "after"])
    {
        Bound::From
    } else {
        Bound::At
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use yingda_language::normalise;

    use super::*;

    fn read(text: &str) -> Vec<(Unit, f64, f64)> {
        figures(&normalise(text))
            .into_iter()
            .filter_map(|figure| match figure.value {
                Value::Numbers(low, high) => {
                    Some((figure.unit, (low * 1440.0).round() / 1440.0, (high * 1440.0).round() / 1440.0))
                }
                Value::Text(_) => None,
            })
            .collect()
    }

    #[test]
    fn amounts_have_their_units() {
        assert_eq!(read("签收后 7 天内可以退货"), [(Unit::Time, 7.0, 7.0)]);
        assert_eq!(read("within seven days"), [(Unit::Time, 7.0, 7.0)]);
        assert_eq!(
            read("七日内，十五天，两周"),
            [(Unit::Time, 7.0, 7.0), (Unit::Time, 15.0, 15.0), (Unit::Time, 14.0, 14.0)]
        );
        assert_eq!(read("1–5 个工作日"), [(Unit::WorkDays, 1.0, 5.0)]);
        assert_eq!(read("满 ¥2,000 升级"), [(Unit::Money("¥"), 2000.0, 2000.0)]);
        assert_eq!(read("a 30-minute wait"), [(Unit::Time, 30.0 / 1440.0, 30.0 / 1440.0)]);
        assert_eq!(read("刻字最多 12 个字符"), [(Unit::Count("characters"), 12.0, 12.0)]);
        assert_eq!(read("免费"), [(Unit::Money("¥"), 0.0, 0.0)]);
    }

    #[test]
    fn hours_are_one_figure() {
        assert_eq!(read("每天 9:00–21:00"), [(Unit::Clock, 540.0, 1260.0)]);
        assert_eq!(read("上午九点到晚上九点"), [(Unit::Clock, 540.0, 1260.0)]);
        assert_eq!(read("from 9 am to 9 pm"), [(Unit::Clock, 540.0, 1260.0)]);
    }

    #[test]
    fn dates_are_dates() {
        assert_eq!(read("2024 年 12 月 31 日前"), [(Unit::Date, 20_241_231.0, 20_241_231.0)]);
        assert_eq!(read("until December 31, 2024"), [(Unit::Date, 20_241_231.0, 20_241_231.0)]);
    }

    #[test]
    fn codes_names_and_manners_of_speaking_are_no_figures() {
        assert_eq!(read("型号 QH-KT17，304 不锈钢，一般一样，第一次，再试一下"), []);
        assert_eq!(read("order QH2611050123, see https://shop.example/7days"), []);
    }

    #[test]
    fn telephone_numbers_compare_by_their_digits() {
        let of = |text: &str| figures(text).into_iter().next().unwrap().value;
        assert_eq!(of("400-000-1234"), of("400 000 1234"));
        assert_eq!(of("+86 13800138000"), of("13800138000"));
    }
}
