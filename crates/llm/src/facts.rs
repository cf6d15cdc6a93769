//! The facts of a text that can be compared by code: numbers, codes, links, placeholders.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::llm::Lang;
use crate::privacy::{placeholders, without_placeholders};

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    let link = r"(?i)https?://[^\s<>，。；！？、）（]+|www\.[a-z0-9.\-/]+|[a-z0-9._%+\-]+@[a-z0-9.\-]+\.[a-z]{2,}";
    Regex::new(link).expect("a constant pattern, which the tests compile")
});
/// A code such as QH2024001, or a number such as 1,299.50.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z]+[0-9][A-Za-z0-9]*|[0-9]+(?:[.,][0-9]+)*")
        .expect("a constant pattern, which the tests compile")
});

/// What of a text must not change or come from nowhere.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    numbers: BTreeSet<String>,
    /// Links, addresses of mail, placeholders.
    names: BTreeSet<String>,
}

fn facts(text: &str) -> Facts {
    let mut names: BTreeSet<String> = placeholders(text).into_iter().collect();
    let text = half_width(&without_placeholders(text));
    names.extend(LINK.find_iter(&text).map(|link| link.as_str().trim_end_matches(['.', ',', '/']).to_lowercase()));
    let text = LINK.replace_all(&text, " ");
    let money = CURRENCIES.iter().filter(|(pattern, _)| pattern.is_match(&text));
    names.extend(money.map(|(_, currency)| (*currency).to_owned()));
    let mut numbers: BTreeSet<String> = NUMBER.find_iter(&text).map(|number| normal(number.as_str())).collect();
    numbers.extend(
        ZH_NUMBER.captures_iter(&text).filter_map(|found| chinese(&found[1])).filter(|n| *n > 1).map(|n| n.to_string()),
    );
    numbers.extend(EN_NUMBER.find_iter(&text).filter_map(|word| english(word.as_str())).map(|n| n.to_string()));
    Facts { numbers, names }
}

/// Currencies, as they are written in both languages. Small models take one for another.
static CURRENCIES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let written = [
        (r"(?:[0-9]|[一二三四五六七八九十百千万])\s*[元块]|[¥￥]|人民币|(?i:(?-u:\b)(?:cny|rmb|yuan)(?-u:\b))", "CNY"),
        (r"[$]|美[元金]|(?i:(?-u:\b)(?:usd|dollars?)(?-u:\b))", "USD"),
        (r"€|欧元|(?i:(?-u:\b)(?:eur|euros?)(?-u:\b))", "EUR"),
        (r"£|英镑|(?i:(?-u:\b)(?:gbp|pounds? sterling)(?-u:\b))", "GBP"),
        (r"日元|日圆|(?i:(?-u:\b)(?:jpy|yen)(?-u:\b))", "JPY"),
        (r"港[元币]|(?i:(?-u:\b)hkd(?-u:\b))", "HKD"),
        (r"美分|(?i:(?-u:\b)cents?(?-u:\b))", "cent"),
    ];
    let pattern = |text| Regex::new(text).expect("a constant pattern, which the tests compile");
    written.map(|(text, currency)| (pattern(text), currency)).into()
});

/// A number in Chinese characters that counts something: 三天, 二十元, not 一些 or 三星. One is left out, as in English:
/// 一个月 is “a month”.
static ZH_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let number = "([零一二两三四五六七八九十百千万]+)\\s*(?:个?(?:小时|工作日|自然日|星期|礼拜|月)|天|日|周|年|分钟|元|块|折|倍|次|件|成)";
    Regex::new(number).expect("a constant pattern, which the tests compile")
});
/// A number as an English word. “One” is left out: it counts nothing in “this one”.
static EN_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let tens = EN_TENS[2..].join("|");
    let number =
        format!(r"(?i)(?-u:\b)(?:(?:{tens})(?:-(?:{}))?|{})(?-u:\b)", EN_ONES[1..10].join("|"), EN_ONES[2..].join("|"));
    Regex::new(&number).expect("a constant pattern, which the tests compile")
});

/// The value of 三, 二十四, 一百零五, 两千.
fn chinese(text: &str) -> Option<u64> {
    let (mut total, mut digit) = (0_u64, None);
    for c in text.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '万' => {
                total = (total + digit.take().unwrap_or(0)).checked_mul(10_000)?;
                continue;
            }
            _ => {
                let c = if c == '两' { "二" } else { &*c.to_string() };
                digit = Some(ZH_DIGITS.iter().position(|known| *known == c)? as u64);
                continue;
            }
        };
        total = total.checked_add(digit.take().unwrap_or(1) * unit)?;
    }
    Some(total + digit.unwrap_or(0))
}

/// The value of three, twenty-four.
fn english(text: &str) -> Option<usize> {
    let text = text.to_lowercase();
    let (tens, ones) = text.split_once('-').unwrap_or(("", &text));
    let place = |words: &[&str], word: &str| words.iter().position(|known| *known == word && !word.is_empty());
    match (place(&EN_TENS, tens), place(&EN_ONES, ones)) {
        (Some(tens), Some(ones)) => Some(tens * 10 + ones),
        (_, Some(ones)) => Some(ones),
        (_, None) => place(&EN_TENS, ones).map(|tens| tens * 10),
    }
}

const ZH_DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
const EN_ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const EN_TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Whether words state numbers, in figures or in words of either language, and each of them stands in the source.
pub fn states_numbers_of(source: &str, words: &str) -> bool {
    let (source, words) = (facts(source), facts(words));
    !words.numbers.is_empty() && words.numbers.is_subset(&source.numbers)
}

/// A fact of `said` that `source` does not have.
pub(crate) fn invented(source: &str, said: &str) -> Option<String> {
    let (from, to) = (facts(source), facts(said));
    if let Some(name) = to.names.difference(&from.names).next() {
        return Some(name.clone());
    }
    let source = source.to_lowercase();
    to.numbers
        .difference(&from.numbers)
        .find(|number| !spelled(number).iter().any(|word| source.contains(word)))
        .cloned()
}

/// A fact of `source` that `said` does not have.
pub(crate) fn lost(source: &str, said: &str) -> Option<String> {
    invented(said, source)
}

/// Says whether a text is in a language, by its script.
pub(crate) fn is_in(lang: Lang, text: &str) -> bool {
    let text = LINK.replace_all(text, " ");
    let text = without_placeholders(&text);
    let (mut han, mut letters) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        han += usize::from(('\u{3400}'..='\u{9fff}').contains(&c));
    }
    // An English word is one word of several letters, a Chinese one is one or two characters.
    match lang {
        Lang::Zh => letters == 0 || han * 5 >= letters,
        Lang::En => han * 10 <= letters,
    }
}

/// How much of what is said stands in the source, from 0 to 1: pairs of Chinese characters, English words by their beginning. 1 where
/// they cannot be compared, because one is Chinese and the other English.
pub(crate) fn overlap(source: &str, said: &str) -> f64 {
    let (source, said) = (units(source), units(said));
    let comparable =
        |units: &BTreeSet<String>| units.iter().any(|unit| said.iter().any(|own| own.is_ascii() == unit.is_ascii()));
    if said.is_empty() || !comparable(&source) {
        return 1.0;
    }
    said.intersection(&source).count() as f64 / said.len() as f64
}

fn units(text: &str) -> BTreeSet<String> {
    let text = half_width(text).to_lowercase();
    let mut units = BTreeSet::new();
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 4) {
        units.insert(word[..word.len().min(5)].to_owned());
    }
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    for run in text.split(|c| !is_han(c)) {
        let chars: Vec<char> = run.chars().collect();
        units.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
    }
    units
}

/// Full-width letters, digits and signs as ASCII.
pub(crate) fn half_width(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(half).collect()
}

/// `1,299.50` and `1299.5` are the same.
fn normal(number: &str) -> String {
    if number.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return number.to_lowercase();
    }
    let plain = number.replace(',', "");
    let plain = if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { &plain };
    let whole = plain.trim_start_matches('0');
    if whole.is_empty() || whole.starts_with('.') { format!("0{whole}") } else { whole.to_owned() }
}

/// The words for a whole number below a hundred.
fn spelled(number: &str) -> Vec<String> {
    let Some(n) = number.parse::<usize>().ok().filter(|n| *n < 100) else { return Vec::new() };
    let (tens, ones) = (n / 10, n % 10);
    let last = if ones == 0 && tens > 0 { "" } else { ZH_DIGITS[ones] };
    let mut words = vec![match tens {
        0 => last.to_owned(),
        1 => format!("十{last}"),
        _ => format!("{}十{last}", ZH_DIGITS[tens]),
    }];
    if n == 2 {
        words.push("两".into());
    }
    words.push(match (tens, ones) {
        (0 | 1, _) => EN_ONES[n].to_owned(),
        (_, 0) => EN_TENS[tens].to_owned(),
        _ => format!("{}-{}", EN_TENS[tens], EN_ONES[ones]),
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_comes_from_nowhere_is_seen() {
        assert_eq!(invented("签收后 7 天内可退", "您可以在 7 天内退货"), None);
        assert_eq!(invented("签收后七天内可退", "您可以在 7 天内退货"), None);
        assert_eq!(invented("签收后 7 天内可退", "您可以在 30 天内退货").as_deref(), Some("30"));
        assert_eq!(invented("twenty-four hours", "24 hours"), None);
        assert_eq!(invented("¥1,299.00", "1299 元"), None);
        assert_eq!(invented("order QH2024", "订单ＱＨ２０２４"), None);
    }

    #[test]
    fn numbers_in_words_are_numbers() {
        assert_eq!(invented("签收后 7 天内可退", "三天内可以退货").as_deref(), Some("3"));
        assert_eq!(invented("within 7 days", "within thirty-one days").as_deref(), Some("31"));
        assert_eq!(invented("within 7 days", "you have seven days for this one"), None);
        assert_eq!(invented("满 150 元", "一百五十元起"), None);
        assert_eq!(invented("可以退货", "我们一起看看三星手机的一些问题"), None);
        assert_eq!(lost("two weeks", "2 周"), None);
        assert_eq!(lost("一个月内", "within a month"), None);
    }

    #[test]
    fn one_currency_is_not_another() {
        assert_eq!(invented("退款 59.9 元", "a refund of 59.9 CNY"), None);
        assert_eq!(invented("￥20", "二十块钱"), None);
        assert_eq!(invented("退款 59.9 元", "a refund of 59.9 dollars").as_deref(), Some("USD"));
        assert_eq!(invented("worth 12.8 CNY", "价值 12.8 美元").as_deref(), Some("USD"));
        assert_eq!(lost("worth 12.8 CNY", "价值 12.8").as_deref(), Some("CNY"));
    }

    #[test]
    fn links_and_placeholders_are_facts() {
        assert_eq!(invented("see help", "see https://evil.example/x").as_deref(), Some("https://evil.example/x"));
        assert_eq!(invented("call ⟦PHONE_1⟧", "call [phone 1]"), None);
        assert_eq!(lost("call ⟦PHONE_1⟧", "call us").as_deref(), Some("⟦PHONE_1⟧"));
        assert_eq!(lost("满 99 元包邮", "满 99 元免运费"), None);
    }

    #[test]
    fn a_language_is_known_by_its_script() {
        assert!(is_in(Lang::Zh, "您的 iPhone 订单已发货"));
        assert!(!is_in(Lang::Zh, "Your order has been shipped"));
        assert!(is_in(Lang::En, "Your order has been shipped"));
        assert!(!is_in(Lang::En, "您的订单已发货"));
    }
}
