//! Money: ¥1,299.50, 一千二百块, 3k, 99块9, $12.99, 12 dollars, 三万五, 2.5万元.

use std::sync::LazyLock;

use regex::Regex;

use super::{ARABIC, CHINESE, ENGLISH, begins_number, ends_word};
use crate::kind::{By, Kind, Value};
use crate::message::{Hit, Message};
use crate::{fixed, number};

const TIMES: &str = r"(?:\s?(?:[kKwW]\b|百万|千万|[百千万亿]|(?:thousand|million|billion|hundred|mn|bn)\b))?";

static SIGN_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(
        r"(?i)(US\$|HK\$|NT\$|A\$|C\$|S\$|[¥$€£]|\b(?:RMB|CNY|USD|HKD|TWD|EUR|GBP|JPY|SGD|AUD|CAD)\b|人民币|美元|美金|港币)\s?(-?{ARABIC}{TIMES}|{CHINESE})(元|块|刀)?"
    ))
});
static UNIT_LAST: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(
        r"(?i)({ARABIC}{TIMES}|{CHINESE}|{ENGLISH})\s?(块钱|人民币|美元|美金|美刀|港币|港元|港纸|新台币|台币|欧元|英镑|日元|日币|韩元|新币|澳元|加元|元|块|圆|刀|毛钱|角钱|毛|分钱|rmb|cny|usd|hkd|twd|eur|gbp|jpy|sgd|aud|cad|yuan|kuai|dollars?|bucks?|euros?|pounds?|quid|yen|cents?|pence)"
    ))
});
/// What follows 块: 九, 九毛, 5毛5, 半.
static AFTER_UNIT: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"^(?:([\d一二三四五六七八九])(?:[毛角]([\d一二三四五六七八九])?分?)?|(\d\d)|(半))"));
/// A number that nothing but its size makes money: 三万五, 2.5万, 3k.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(
        r"{ARABIC}(?:[kKwW]\b|[千万]|百万|千万|亿)|[一二两三四五六七八九][十百千万亿][零〇一二两三四五六七八九十百千万亿]*"
    ))
});

/// Finds money.
pub(super) fn find(message: &Message, hits: &mut Vec<Hit>) {
    let signs = message.has('$') || message.text.contains(['¥', '€', '£']);
    if (signs || message.letters > 2 || message.han > 1) && message.digits + message.numerals > 0 {
        for found in SIGN_FIRST.captures_iter(&message.text) {
            let (Some(whole), Some(sign), Some(number)) = (found.get(0), found.get(1), found.get(2)) else { continue };
            // A multiplier glued to a word is the word's: 3k but not 3kg.
            let (end, number) = without_stray_multiplier(message, whole.end(), number.as_str(), found.get(3).is_some());
            push(message, (whole.start(), end), number, sign.as_str(), 0.97, hits);
        }
    }
    if message.han > 0 || message.letters > 2 {
        for found in UNIT_LAST.captures_iter(&message.text) {
            let (Some(whole), Some(number), Some(unit)) = (found.get(0), found.get(1), found.get(2)) else { continue };
            with_unit(message, whole, number, unit, hits);
        }
    }
    if message.digits > 0 && (message.letters > 0 || message.han > 0) || message.numerals >= 2 {
        bare(message, hits);
    }
}

fn without_stray_multiplier<'a>(message: &Message, end: usize, number: &'a str, unit: bool) -> (usize, &'a str) {
    if unit || ends_word(message, end) {
        return (end, number);
    }
    let kept = number.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    (end - (number.len() - kept.len()), kept)
}

fn push(message: &Message, span: (usize, usize), number: &str, sign: &str, confidence: f32, hits: &mut Vec<Hit>) {
    let Some(amount) = number::any(number) else { return };
    let (currency, share) = currency(sign);
    if message.before(span.0).next().is_some_and(|c| c.is_ascii_alphanumeric()) && !sign.is_ascii() {
        return;
    }
    hits.push(Hit::new(Kind::Money, span, money(amount * share, currency), confidence, By::Pattern));
}

/// The amount in the smallest unit of the currency.
fn money(amount: f64, currency: Option<&str>) -> Value {
    let places = match currency {
        Some("JPY" | "KRW") => 1.0,
        _ => 100.0,
    };
    // Amounts beyond what is counted in cents saturate.
    Value::Money { minor: (amount * places).round() as i64, currency: currency.map(str::to_owned) }
}

/// The currency of a sign or a word, and what part of its main unit the word means.
fn currency(sign: &str) -> (Option<&'static str>, f64) {
    let sign = sign.to_lowercase();
    let whole = match sign.as_str() {
        "$" | "us$" | "usd" | "美元" | "美金" | "美刀" | "刀" | "dollar" | "dollars" | "buck" | "bucks" => "USD",
        "hk$" | "hkd" | "港币" | "港元" | "港纸" => "HKD",
        "nt$" | "twd" | "新台币" | "台币" => "TWD",
        "€" | "eur" | "euro" | "euros" | "欧元" => "EUR",
        "£" | "gbp" | "pound" | "pounds" | "quid" | "英镑" => "GBP",
        "jpy" | "yen" | "日元" | "日币" => "JPY",
        "韩元" => "KRW",
        "s$" | "sgd" | "新币" => "SGD",
        "a$" | "aud" | "澳元" => "AUD",
        "c$" | "cad" | "加元" => "CAD",
        "毛" | "毛钱" | "角钱" => return (Some("CNY"), 0.1),
        "分钱" => return (Some("CNY"), 0.01),
        "cent" | "cents" => return (Some("USD"), 0.01),
        "pence" => return (Some("GBP"), 0.01),
        _ => "CNY",
    };
    (Some(whole), 1.0)
}

fn with_unit(message: &Message, whole: regex::Match, number: regex::Match, unit: regex::Match, hits: &mut Vec<Hit>) {
    let text = &*message.text;
    let start = number.start();
    if !begins_number(message, start) || !ends_word(message, whole.end()) {
        return;
    }
    let Some(mut amount) = number::any(number.as_str().trim()) else { return };
    let word = unit.as_str();
    let english = number.as_str().starts_with(|c: char| c.is_ascii_alphabetic());
    if word == "毛"
        && message
            .after(whole.end())
            .next()
            .is_some_and(|c| matches!(c, '衣' | '巾' | '毯' | '病' | '孩' | '绒' | '线'))
    {
        return;
    }
    // 三元桥, 一元化, 一块 (one piece of, together).
    let next = message.after(whole.end()).next();
    if word == "元" && next.is_some_and(|c| matches!(c, '桥' | '化' | '宵' | '旦' | '素' | '件' | '里'))
        || word == "刀" && next.is_some_and(|c| matches!(c, '具' | '片' | '子'))
        || word == "块" && is_piece(message, number.as_str(), whole.end())
        || word.eq_ignore_ascii_case("pounds") && english && amount < 1.0
    {
        return;
    }
    let mut end = whole.end();
    if matches!(word, "块" | "元" | "刀")
        && let Some(tail) = AFTER_UNIT.captures(&text[end..])
        && let Some(length) = tail.get(0).map(|tail| tail.end())
        && !message
            .after(end + length)
            .next()
            .is_some_and(|c| c.is_ascii_digit() || "个件只条台盒箱袋瓶斤份张月天号点折包双次".contains(c))
    {
        let digit = |at: usize| {
            let digit = tail.get(at)?.as_str();
            digit.parse::<f64>().ok().or_else(|| number::chinese(digit))
        };
        amount += digit(1).unwrap_or(0.0) / 10.0 + digit(2).unwrap_or(0.0) / 100.0 + digit(3).unwrap_or(0.0) / 100.0;
        if tail.get(4).is_some() {
            amount += 0.5;
        }
        end += length;
        for suffix in ["块钱", "钱"] {
            if text[end..].starts_with(suffix) {
                end += suffix.len();
                break;
            }
        }
    }
    let (currency, share) = currency(word);
    let confidence = if english && amount <= 1.0 { 0.7 } else { 0.95 };
    hits.push(Hit::new(Kind::Money, (start, end), money(amount * share, currency), confidence, By::Pattern));
}

/// 一块 before anything but an amount mostly means a piece or together.
fn is_piece(message: &Message, number: &str, end: usize) -> bool {
    let next = message.after(end).next();
    let stops = next.is_none_or(|c| !yingda_language::is_han(c) && !c.is_ascii_digit())
        || next.is_some_and(|c| "一二三四五六七八九半钱的吗呢多吧啊左以不都能可就了优运".contains(c));
    let noun = next.is_some_and(|c| "表屏板儿布地糖肉饼砖石电".contains(c));
    noun || number == "一" && !stops
}

fn bare(message: &Message, hits: &mut Vec<Hit>) {
    for found in BARE.find_iter(&message.text) {
        if !begins_number(message, found.start()) || !ends_word(message, found.end()) {
            continue;
        }
        let next = message.after(found.end()).next();
        let word_goes_on = next
            .is_some_and(|c| yingda_language::is_han(c) && !"的吗呢吧啊左多以不了就买卖可能太贵便还是，".contains(c));
        let Some(amount) = number::any(found.as_str()) else { continue };
        if word_goes_on || amount < 100.0 || found.as_str().chars().count() < 2 {
            continue;
        }
        static CUE: LazyLock<Regex> = LazyLock::new(|| {
            fixed(
                r"(?i)钱|价|卖|买|花|付|预算|贵|便宜|转|借|贷|赔|退|工资|收入|额|费|存|取|budget|price|cost|pay|paid|worth|refund|salary|transfer|spend|spent",
            )
        });
        let cue = CUE.is_match(message.left(found.start(), 16)) || CUE.is_match(message.right(found.end(), 8));
        let confidence = if cue { 0.75 } else { 0.45 };
        hits.push(Hit::new(Kind::Money, (found.start(), found.end()), money(amount, None), confidence, By::Guess));
    }
}
