//! Finding the facts of a folded text.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use yingda_entity::number;

use super::phrase::{is_phrase, read_day};
use super::side::side;
use super::when::{clocks, dates};
use super::{Currency, Fact, Value};
use crate::pattern::fixed;

const DIGITS: &str = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?";
const HAN: &str = "[零〇一二两三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+)?";
const WORDS: &str = r"\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|half|a hundred|a thousand)(?: (?:hundred|thousand|million))?\b";
const RANGE: &str = r"\s?(?:-|至|到|或|to|or|and)\s?";

/// A pattern in which `{n}` is a number, `{d}` one in digits, `{h}` one in digits or Chinese numerals, and `{r}`
/// the rest of a range.
pub(super) fn pattern(text: &str) -> Regex {
    let number =
        format!(r"(?:{DIGITS}(?:\s?(?:百万|千万|万|亿|千|百|k\b|million\b|thousand\b|hundred\b))?|{HAN}|半|{WORDS})");
    let text = text
        .replace("{r}", &format!("(?:{RANGE}({number}))?"))
        .replace("{n}", &number)
        .replace("{d}", DIGITS)
        .replace("{h}", &format!("(?:{DIGITS}|{HAN})"));
    fixed(&text)
}

macro_rules! patterns {
    ($($name:ident = $text:expr;)*) => { $(static $name: LazyLock<Regex> = LazyLock::new(|| pattern($text));)* };
}

patterns! {
    LINK = r"(?:https?://|www\.)[^\s，。；、]+|[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}|\b(?:[a-z0-9-]+\.)+(?:[a-z]{2,})(?:/[^\s，。；、]*)?";
    TENTHS = r"([一二两三四五六七八九])成(?:([一二三四五六七八九半]))?";
    HALF = r"一半|半价|\bhalf (?:price|off|of the|the)\b|\bhalf\b(?: back)?(?:$|[.,;])";
    PERCENT_ZH = r"(百|千|万)分之({n})";
    PERCENT = r"({d})(?:\s?%)?(?:\s?(?:-|至|到|to)\s?({d}))?\s?(?:%|percent\b|per cent\b)(\s?off\b)?";
    DISCOUNT = r"({h}|[一二三四五六七八九]{1,2})\s?折";
    MONEY_SIGN = r"(us\$|[¥$€£]|\brmb|\busd|\beur\b|\bgbp)\s?({d})\s?(万|million\b|k\b)?(?:\s?(?:-|至|到|to)\s?[¥$€£]?({d}))?";
    MONEY = r"({n}){r}\s?(?:多|几)?\s?(万元|千元|亿元|元|块钱|块|圆|毛钱|毛|角|分钱|人民币|dollars?\b|bucks\b|usd\b|euros?\b|eur\b|pounds?\b|gbp\b|cents?\b|pence\b|yuan\b|rmb\b|cny\b|美元|欧元|英镑|日元|港币|港元)";
    LENGTH = r"({n}){r}\s?-?(?:多|几)?\s?(个半|个)?\s?(?:more |full |whole |working |business |banking |calendar |consecutive |remaining )?(工作日|自然日|月|小时|钟头|分钟|星期|礼拜|天|日|周|年|晚|夜|刻钟|秒钟|秒|days?\b|nights?\b|hours?\b|hrs?\b|minutes?\b|mins?\b|weeks?\b|months?\b|years?\b|seconds?\b|secs?\b)(半)?( and a half\b)?";
    LENGTH_A = r"\b(?:(within|for|after|in|is|are|takes?|about|only|least|most|than|up to)\s)?(?:an?|half an?)\s(minute|hour|day|night|week|month|year)\b( and a half\b)?";
    EVERY = r"每(年|月|周|星期|天|日|晚|小时|分钟)|\b(?:per|each|every)\s(minute|hour|day|night|week|month|year)\b";
    PHONE = r"\+?\(?\d[\d ()-]{5,}\d";
    CODE = r"[a-z0-9]+(?:[-_·/.][a-z0-9]+)*";
    DAY = r"(?P<span>({h})\s?号)(?:[^楼线路院馆门桌柜电店机码员]|$)";
    ORDINAL = r"\b(\d{1,2})(?:st|nd|rd|th)\b";
    QUANTITY = r"({n}){r}\s?(个?平方米|个?平方|个|件|只|罐|台|次|倍|栋|幢|楼|号楼|号线|层|段|级|号|人|位|张|节|盒|份|袋|斤|公斤|千克|克|升|毫升|米|平米|平|立方米|千瓦时|千瓦|方|公里|千米|岁|周岁|册|本|条|桶|瓶|页|名|步|期|场|集|码|times\b|percent points\b)";
    MEASURE = r"({n})\s?-?(kwh|kw|gb|mb|tb|kg|km|cm|mm|ml|m|g|l|kilowatts?|kilograms?|kilos?|grams?|millimet(?:re|er)s?|centimet(?:re|er)s?|kilomet(?:re|er)s?|met(?:re|er)s?|lit(?:re|er)s?|millilit(?:re|er)s?)\b";
    PAIR = r"(?:一|1)\s?对\s?([二两三四五2-5])";
    PLAIN = r"{d}(?:\s?(?:万|亿|千|百))?|{h}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen)\b(?: (?:hundred|thousand)\b)?|\b(?:once|twice)\b";
}

/// Units of measure that are written right behind digits.
const MEASURES: [&str; 27] = [
    "kwh", "mah", "ghz", "mhz", "mbps", "gb", "mb", "tb", "kb", "kg", "km", "cm", "mm", "ml", "wh", "kw", "hz", "w",
    "g", "l", "m", "v", "a", "k", "p", "x", "t",
];

pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    facts: Vec<Fact>,
}

impl Scan<'_> {
    fn free(&self, span: &Range<usize>) -> bool {
        self.facts.iter().all(|fact| span.end <= fact.span.start || fact.span.end <= span.start)
    }

    fn push(&mut self, span: Range<usize>, value: Value, raw: f64) {
        let side = side(self.text, &span);
        // 第二天 counts days, it measures none.
        let weak = self.text[..span.start].trim_end().ends_with('第');
        self.facts.push(Fact { span, value, raw, side, weak });
    }

    /// Whether one of the words stands in the text: cheaper than a pattern that cannot match without them.
    fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.contains(word))
    }

    /// Every match of `pattern`, which needs one of the words `of`, in what no fact has taken.
    pub(super) fn each_of(&mut self, of: &[&str], pattern: &Regex, read: impl Fn(&Captures) -> Vec<(Value, f64)>) {
        if self.has(of) {
            self.each(pattern, read);
        }
    }

    /// Every match of `pattern` in what no fact has taken.
    pub(super) fn each(&mut self, pattern: &Regex, read: impl Fn(&Captures) -> Vec<(Value, f64)>) {
        let text = self.text;
        let mut at = 0;
        while let Some(found) = pattern.captures_at(text, at) {
            let Some(whole) = found.name("span").or(found.get(0)) else { break };
            at = match text[whole.start()..].chars().next() {
                Some(c) if whole.is_empty() || !self.free(&whole.range()) => whole.start() + c.len_utf8(),
                _ => whole.end(),
            };
            if whole.is_empty() || !self.free(&whole.range()) {
                if at >= text.len() {
                    break;
                }
                continue;
            }
            let values = read(&found);
            if values.is_empty() {
                at = whole.start() + text[whole.start()..].chars().next().map_or(1, char::len_utf8);
            }
            for (value, raw) in values {
                self.push(whole.range(), value, raw);
            }
            if at >= text.len() {
                break;
            }
        }
    }
}

pub(super) fn number(text: &str) -> Option<f64> {
    // 两个小时零十分钟.
    let text = match text.trim() {
        "零" => "零",
        text => text.trim_start_matches('零'),
    };
    match text {
        "half" | "半" => Some(0.5),
        "once" => Some(1.0),
        "twice" => Some(2.0),
        _ => number::any(text).or_else(|| number::arabic(text)),
    }
}

/// The numbers of a range; 一两 is one and two.
fn numbers(found: &Captures, first: usize, last: usize) -> Vec<f64> {
    let mut all = Vec::new();
    for group in [first, last] {
        let Some(text) = found.get(group).map(|group| group.as_str()) else { continue };
        let digits: Vec<char> = text.chars().collect();
        match digits[..] {
            [a, b] if "一二两三四五六七八九".contains(a) && "一二两三四五六七八九".contains(b) => {
                all.extend([a, b].iter().filter_map(|c| number::chinese_digit(*c)).map(f64::from));
            }
            _ => all.extend(number(text)),
        }
    }
    all
}

/// The facts of a folded text, in order, not overlapping (but the two of a range share their place).
pub(crate) fn scan(text: &str) -> Vec<Fact> {
    if !text
        .chars()
        .any(|c| c.is_ascii_alphanumeric() || number::chinese_digit(c).is_some() || "十百千万亿半".contains(c))
    {
        return Vec::new();
    }
    let mut scan = Scan { text, facts: Vec::new() };
    let links: Vec<Range<usize>> = LINK.find_iter(text).map(|found| found.range()).collect();
    for link in &links {
        scan.push(link.clone(), Value::Plain(1.0), 1.0);
    }
    dates(&mut scan);
    clocks(&mut scan);
    amounts(&mut scan);
    lengths(&mut scan);
    scan.each_of(&["半", "half"], &HALF, |_| vec![(Value::Percent(50.0), 0.5)]);
    codes(&mut scan);
    quantities(&mut scan);
    let mut facts = scan.facts;
    facts.retain(|fact| !links.contains(&fact.span) && !is_phrase(text, fact));
    facts.iter_mut().for_each(|fact| read_day(text, fact));
    facts.sort_by_key(|fact| fact.span.start);
    facts
}

fn amounts(scan: &mut Scan) {
    scan.each_of(&["分之"], &PERCENT_ZH, |found| {
        let by = match &found[1] {
            "百" => 1.0,
            "千" => 10.0,
            _ => 100.0,
        };
        number(&found[2]).map(|raw| (Value::Percent(raw / by), raw)).into_iter().collect()
    });
    scan.each_of(&["%", "percent", "per cent"], &PERCENT, |found| {
        let off = found.get(3).is_some();
        let value = |raw: f64| (if off { Value::Off(raw) } else { Value::Percent(raw) }, raw);
        numbers(found, 1, 2).into_iter().map(value).collect()
    });
    scan.each_of(&["成"], &TENTHS, |found| {
        let rest = match found.get(2).map(|rest| rest.as_str()) {
            Some("半") => 5.0,
            Some(digit) => number(digit).unwrap_or_default(),
            None => 0.0,
        };
        number(&found[1]).map(|raw| (Value::Percent(raw * 10.0 + rest), raw)).into_iter().collect()
    });
    scan.each_of(&["折"], &DISCOUNT, |found| {
        let Some(raw) = number(&found[1]) else { return Vec::new() };
        let tenths = if raw > 10.0 { raw / 10.0 } else { raw };
        vec![(Value::Off(100.0 - tenths * 10.0), raw)]
    });
    scan.each_of(&["¥", "$", "€", "£", "rmb", "usd", "eur", "gbp"], &MONEY_SIGN, |found| {
        let currency = currency(&found[1]);
        let by = found.get(3).and_then(|unit| number::multiplier(unit.as_str())).unwrap_or(1.0);
        numbers(found, 2, 4).into_iter().map(|raw| (Value::Money { amount: raw * by, currency }, raw)).collect()
    });
    scan.each(&MONEY, |found| {
        let unit = &found[3];
        let by = match unit {
            "毛钱" | "毛" | "角" => 0.1,
            "分钱" | "cent" | "cents" | "pence" => 0.01,
            "万元" => 1e4,
            "千元" => 1e3,
            "亿元" => 1e8,
            _ => 1.0,
        };
        let currency = currency(unit);
        numbers(found, 1, 2).into_iter().map(|raw| (Value::Money { amount: raw * by, currency }, raw)).collect()
    });
}

fn currency(unit: &str) -> Option<Currency> {
    Some(match unit {
        "¥" | "rmb" | "元" | "块" | "块钱" | "万元" | "千元" | "亿元" | "圆" | "毛" | "毛钱" | "角" | "分钱"
        | "人民币" | "yuan" | "cny" => Currency::Yuan,
        "$" | "us$" | "usd" | "dollar" | "dollars" | "bucks" | "美元" => Currency::Dollar,
        "€" | "eur" | "euro" | "euros" | "欧元" => Currency::Euro,
        "£" | "gbp" | "pound" | "pounds" | "pence" | "英镑" => Currency::Pound,
        "cent" | "cents" => return None,
        _ => Currency::Other,
    })
}

fn minutes(unit: &str) -> f64 {
    const DAY: f64 = 1440.0;
    match unit.trim_end_matches('s') {
        "秒" | "秒钟" | "second" | "sec" => 1.0 / 60.0,
        "分钟" | "minute" | "min" => 1.0,
        "刻钟" => 15.0,
        "小时" | "钟头" | "hour" | "hr" => 60.0,
        "周" | "星期" | "礼拜" | "week" => 7.0 * DAY,
        "月" | "month" => 30.0 * DAY,
        "年" | "year" => 360.0 * DAY,
        _ => DAY,
    }
}

fn lengths(scan: &mut Scan) {
    let text = scan.text;
    let weak = std::cell::RefCell::new(Vec::new());
    scan.each(&LENGTH, |found| {
        let unit = &found[4];
        let more = found.get(3).is_some_and(|group| group.as_str() == "个半")
            || found.get(5).is_some()
            || found.get(6).is_some();
        let end = found.get(0).map_or(0, |whole| whole.end());
        let all = numbers(found, 1, 2);
        // 一天, 每年一次: one of a unit by itself is "per".
        let one = all == [1.0] && !more && found[1].chars().any(|c| !c.is_ascii_digit());
        let bounded = ["内", "以内", "之内", "后", "前", "左右", "之前"]
            .iter()
            .any(|word| text[end..].trim_start().starts_with(word));
        let english = found[1].starts_with(|c: char| c.is_ascii_alphabetic());
        // 半夜 is no length.
        if unit == "夜" && &found[1] == "半" {
            return Vec::new();
        }
        let month = unit == "月" && found.get(3).is_none();
        let year = unit == "年" && all.first().is_some_and(|year| (1900.0..2200.0).contains(year));
        if month {
            return Vec::new();
        }
        if one && !bounded && !english {
            weak.borrow_mut().push(found.get(0).map_or(0, |whole| whole.start()));
        }
        if year {
            return all.iter().map(|raw| (Value::Plain(*raw), *raw)).collect();
        }
        let half = if more { 0.5 } else { 0.0 };
        all.into_iter().map(|raw| (Value::Length((raw + half) * minutes(unit)), raw)).collect()
    });
    scan.each(&LENGTH_A, |found| {
        let base = if found[0].contains("half a") { 0.5 } else { 1.0 };
        let half = if found.get(3).is_some() { 0.5 } else { 0.0 };
        if found.get(1).is_none() && base == 1.0 && half == 0.0 {
            weak.borrow_mut().push(found.get(0).map_or(0, |whole| whole.start()));
        }
        vec![(Value::Length((base + half) * minutes(&found[2])), base)]
    });
    scan.each_of(&["每", "per ", "each ", "every "], &EVERY, |found| {
        weak.borrow_mut().push(found.get(0).map_or(0, |whole| whole.start()));
        found.get(1).or(found.get(2)).map(|unit| (Value::Length(minutes(unit.as_str())), 1.0)).into_iter().collect()
    });
    let weak = weak.into_inner();
    for fact in scan.facts.iter_mut().filter(|fact| matches!(fact.value, Value::Length(_))) {
        fact.weak |= weak.contains(&fact.span.start);
    }
}

fn codes(scan: &mut Scan) {
    scan.each(&PHONE, |found| {
        let digits: String = found[0].chars().filter(char::is_ascii_digit).collect();
        if digits.len() < 7 { Vec::new() } else { vec![(Value::Code(digits), f64::NAN)] }
    });
    scan.each(&CODE, |found| {
        let word = &found[0];
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        if digits == 0 || ORDINAL.find(word).is_some_and(|found| found.len() == word.len()) {
            return Vec::new();
        }
        let leading = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
        let (head, tail) = word.split_at(leading);
        if let Some(measure) = MEASURES.iter().find(|measure| **measure == tail)
            && let Some(amount) = number(head)
        {
            return vec![(Value::Quantity { amount, unit: measure }, amount)];
        }
        // Under-16s.
        if let Some(age) = ["under-", "over-", "up-to-"].iter().find_map(|start| word.strip_prefix(start))
            && let Some(raw) = number(age.trim_end_matches('s'))
        {
            return vec![(Value::Plain(raw), raw)];
        }
        // 3-seat, 5-star.
        if let Some(raw) = number(head)
            && tail.len() > 2
            && tail.starts_with('-')
            && tail[1..].bytes().all(|b| b.is_ascii_alphabetic())
        {
            return vec![(Value::Plain(raw), raw)];
        }
        if letters == 0 && (digits < 5 || word.contains(['.', '/'])) {
            return Vec::new();
        }
        // 361-600 立方米 is a range.
        if letters == 0
            && let Some((low, high)) = word.split_once('-')
            && low.len() <= 5
            && let (Ok(low), Ok(high)) = (low.parse::<u32>(), high.parse::<u32>())
            && low < high
        {
            return Vec::new();
        }
        let code: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        vec![(Value::Code(code), f64::NAN)]
    });
}

fn quantities(scan: &mut Scan) {
    scan.each_of(&["号"], &DAY, |found| match number(&found[2]) {
        Some(day) if (1.0..=31.0).contains(&day) && day.fract() == 0.0 => vec![(Value::Day(day as u8), day)],
        _ => Vec::new(),
    });
    scan.each(&ORDINAL, |found| {
        let day = number(&found[1]).unwrap_or_default();
        if (1.0..=31.0).contains(&day) { vec![(Value::Day(day as u8), day)] } else { Vec::new() }
    });
    scan.each_of(&["对"], &PAIR, |found| {
        let amount = number(&found[1]).unwrap_or(1.0);
        vec![(Value::Quantity { amount, unit: "个" }, amount)]
    });
    scan.each(&MEASURE, |found| {
        number(&found[1])
            .map(|raw| (Value::Quantity { amount: raw, unit: measure(&found[2]) }, raw))
            .into_iter()
            .collect()
    });
    scan.each(&QUANTITY, |found| {
        let unit = unit(&found[3]);
        numbers(found, 1, 2).into_iter().map(|amount| (Value::Quantity { amount, unit }, amount)).collect()
    });
    scan.each(&PLAIN, |found| {
        let word = &found[0];
        let han = word.chars().all(|c| !c.is_ascii());
        // 万一, 千万, 十分, 三餐: a numeral without a unit counts only when it is large.
        if han
            && (word.chars().count() < 2
                || matches!(word, "千万" | "万一" | "百万" | "万千" | "一一")
                || !word.contains(['百', '千', '万', '十']))
        {
            return Vec::new();
        }
        number(word).map(|raw| (Value::Plain(raw), raw)).into_iter().collect()
    });
}

/// The sign of a measure that is written in English.
fn measure(written: &str) -> &'static str {
    let one = written.trim_end_matches('s');
    let sign = match one {
        "kilowatt" => "kw",
        "kilogram" | "kilo" => "kg",
        "gram" => "g",
        "millimetre" | "millimeter" => "mm",
        "centimetre" | "centimeter" => "cm",
        "kilometre" | "kilometer" => "km",
        "metre" | "meter" => "m",
        "litre" | "liter" => "l",
        "millilitre" | "milliliter" => "ml",
        other => other,
    };
    MEASURES.iter().find(|measure| **measure == sign).copied().unwrap_or("个")
}

/// One name for units that measure the same.
fn unit(written: &str) -> &'static str {
    match written {
        "栋" | "幢" | "号楼" => "栋",
        "楼" | "层" => "层",
        "公斤" | "千克" | "kg" => "kg",
        "公里" | "千米" | "km" => "km",
        "平方米" | "个平方米" | "平方" | "个平方" | "平米" | "平" => "平方米",
        "千瓦" => "kw",
        "千瓦时" => "kwh",
        "立方米" | "方" => "立方米",
        "岁" | "周岁" => "岁",
        "倍" => "倍",
        "次" | "times" => "次",
        "段" => "段",
        "级" => "级",
        "步" => "步",
        "斤" => "斤",
        "克" => "g",
        "升" => "l",
        "毫升" => "ml",
        "米" => "m",
        "码" => "码",
        "号" | "号线" => "号",
        "期" => "期",
        _ => "个",
    }
}

#[cfg(test)]
mod tests;
