//! Text cut into the pieces that names and questions are compared by: Chinese characters, word stems, numbers and
//! amounts with their unit.

use yingda_language::{is_han, normalise, stem};

use crate::unit::{self, Unit};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Han,
    Word,
    Number(f64),
    /// In the base unit of the dimension.
    Amount(f64, &'static Unit),
    /// A year of the calendar: 2026年.
    Year(i32),
    /// How many of the things: 三款.
    Count(usize),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// What it is compared by.
    pub key: String,
    /// As written, normalised.
    pub raw: String,
    pub kind: Kind,
    /// Bytes in the normalised text.
    pub start: usize,
    pub end: usize,
    /// Whether punctuation that ends a part of a sentence stands before it.
    pub after_break: bool,
}

/// No more tokens than this are read of a text.
const MOST: usize = 200;

const NUMERALS: &str = "零〇一二两三四五六七八九十百千万亿半";
const CLASSIFIERS: &[char] = &['款', '个', '种', '家', '台', '只'];

/// The normalised text and its tokens.
pub(crate) fn tokens(text: &str) -> (String, Vec<Token>) {
    let text = normalise(&text[..text.floor_char_boundary(4096)]);
    let mut cutter = Cutter { text: &text, at: 0, out: Vec::new(), broken: false };
    while cutter.at < text.len() && cutter.out.len() < MOST {
        cutter.next();
    }
    let out = cutter.out;
    (text, out)
}

/// Keys joined: what a phrase is looked up by.
pub(crate) fn key(tokens: &[Token]) -> String {
    let mut key = String::new();
    for token in tokens {
        key.push_str(&token.key);
        key.push(' ');
    }
    key
}

struct Cutter<'t> {
    text: &'t str,
    at: usize,
    out: Vec<Token>,
    broken: bool,
}

impl Cutter<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        if c.is_ascii_digit() {
            return self.number();
        }
        if let Some(unit) = currency(c) {
            let after = self.rest()[c.len_utf8()..].trim_start();
            if after.starts_with(|c: char| c.is_ascii_digit()) {
                let end = self.text.len() - after.len();
                let (amount, length) = digits(after);
                return self.push_amount(amount, unit, end + length);
            }
        }
        if NUMERALS.contains(c) && self.chinese_number() {
            return;
        }
        if is_han(c) {
            let end = self.at + c.len_utf8();
            return self.push(c.to_string(), Kind::Han, end);
        }
        if c.is_alphabetic() {
            return self.word();
        }
        if matches!(c, ',' | '.' | ';' | '!' | '?' | '。' | '、' | ':' | '(' | ')') {
            self.broken = true;
        }
        self.at += c.len_utf8();
    }

    fn push(&mut self, key: String, kind: Kind, end: usize) {
        let raw = self.text[self.at..end].to_owned();
        let after_break = std::mem::take(&mut self.broken);
        self.out.push(Token { key, raw, kind, start: self.at, end, after_break });
        self.at = end;
    }

    fn push_amount(&mut self, amount: f64, unit: &'static Unit, end: usize) {
        let base = amount * unit.factor;
        self.push(format!("{}~{}", unit::plain(base), unit.dimension), Kind::Amount(base, unit), end);
    }

    /// A number in digits, with its unit when one follows.
    fn number(&mut self) {
        let (mut amount, length) = digits(self.rest());
        let mut end = self.at + length;
        if unit_at(&self.text[end..]).is_none() {
            for (sign, times) in [("万", 1e4), ("千", 1e3), ("百", 1e2)] {
                if self.text[end..].starts_with(sign) {
                    amount *= times;
                    end += sign.len();
                }
            }
        }
        self.measured(amount, end);
    }

    /// A number in Chinese numerals, taken for one only before a unit or a classifier.
    fn chinese_number(&mut self) -> bool {
        let length: usize = self.rest().chars().take_while(|&c| NUMERALS.contains(c)).map(char::len_utf8).sum();
        let numeral = &self.rest()[..length];
        let after = &self.rest()[length..];
        let Some(amount) = chinese(numeral) else { return false };
        let bare = numeral.chars().all(|c| "百千万亿".contains(c));
        let known = match unit_at(after) {
            Some((unit, _)) => !bare || unit.dimension.starts_with("money"),
            None => !bare && after.starts_with(CLASSIFIERS),
        };
        if known {
            let end = self.at + length;
            self.measured(amount, end);
        }
        known
    }

    fn measured(&mut self, mut amount: f64, end: usize) {
        let after = &self.text[end..];
        if let Some((unit, length)) = unit_at(after) {
            let mut end = end + length;
            if unit.symbol == "year" && (1900.0..2100.0).contains(&amount) && amount.fract() == 0.0 {
                return self.push(format!("{amount}年"), Kind::Year(amount as i32), end);
            }
            if self.text[end..].starts_with('半') {
                amount += 0.5;
                end += '半'.len_utf8();
            }
            return self.push_amount(amount, unit, end);
        }
        if let Some(classifier) = after.chars().next().filter(|c| CLASSIFIERS.contains(c))
            && (1.0..1000.0).contains(&amount)
        {
            return self.push(format!("{amount}款"), Kind::Count(amount as usize), end + classifier.len_utf8());
        }
        self.push(unit::plain(amount), Kind::Number(amount), end);
    }

    fn word(&mut self) {
        let rest = self.rest();
        let length = rest
            .char_indices()
            .find(|&(_, c)| !(c.is_alphabetic() && !is_han(c) || c == '\''))
            .map_or(rest.len(), |(at, _)| at);
        let raw = &rest[..length];
        let end = self.at + length;
        if let Some(stem) = raw.strip_suffix("n't") {
            let verb = if stem == "ca" { "can" } else { stem };
            let verb = verb.to_owned();
            let middle = end - "n't".len();
            self.push(verb, Kind::Word, middle);
            return self.push("not".to_owned(), Kind::Word, end);
        }
        let bare = raw.strip_suffix("'s").or_else(|| raw.strip_suffix("'re")).unwrap_or(raw).replace('\'', "");
        if bare.is_empty() {
            self.at = end;
            return;
        }
        if let Some(amount) = english_number(&bare) {
            let unit_start = end;
            return self.measured(amount, unit_start);
        }
        self.push(word_key(&bare), Kind::Word, end);
    }
}

/// What a word of an alphabet is compared by.
pub(crate) fn word_key(word: &str) -> String {
    if word.is_ascii() && word.len() > 3 { stem(word) } else { word.to_owned() }
}

fn currency(c: char) -> Option<&'static Unit> {
    match c {
        '¥' | '￥' => unit::find("CNY"),
        '$' => unit::find("USD"),
        '€' => unit::find("EUR"),
        _ => None,
    }
}

/// The number at the start of `text` and how many bytes it takes.
fn digits(text: &str) -> (f64, usize) {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    let mut written = String::new();
    while digit(end) || (bytes.get(end) == Some(&b',') && (1..=3).all(|i| digit(end + i)) && !digit(end + 4)) {
        if bytes[end] != b',' {
            written.push(char::from(bytes[end]));
        }
        end += 1;
    }
    if bytes.get(end) == Some(&b'.') && digit(end + 1) {
        written.push('.');
        end += 1;
        while digit(end) {
            written.push(char::from(bytes[end]));
            end += 1;
        }
    }
    (written.parse().unwrap_or(0.0), end)
}

/// The unit at the start of `text`, a space or hyphen before it aside, and how many bytes it takes.
fn unit_at(text: &str) -> Option<(&'static Unit, usize)> {
    let inner = text.strip_prefix([' ', '-']).unwrap_or(text);
    let skipped = text.len() - inner.len();
    let first = inner.chars().next()?;
    if first.is_alphabetic() && !is_han(first) {
        let length = inner.find(|c: char| !c.is_alphabetic() || is_han(c)).unwrap_or(inner.len());
        let word = &inner[..length];
        let unit = unit::UNITS.iter().find(|unit| unit.words.contains(&word))?;
        return Some((unit, skipped + length));
    }
    let mut best: Option<(&'static Unit, usize)> = None;
    for unit in unit::UNITS {
        for word in unit.words {
            let written = word.chars().next().is_some_and(|c| !c.is_ascii_alphabetic());
            if written && inner.starts_with(word) && best.is_none_or(|(_, length)| word.len() > length) {
                best = Some((unit, word.len()));
            }
        }
    }
    best.map(|(unit, length)| (unit, skipped + length))
}

/// The number in Chinese numerals: 三百五 is 350, 半 is 0.5.
fn chinese(numeral: &str) -> Option<f64> {
    let (mut total, mut part, mut digit, mut scale) = (0.0, 0.0, None, 1.0);
    for c in numeral.chars() {
        match c {
            '半' => digit = Some(digit.unwrap_or(0.0) + 0.5),
            '十' | '百' | '千' => {
                let times = match c {
                    '十' => 10.0,
                    '百' => 100.0,
                    _ => 1000.0,
                };
                part += digit.take().unwrap_or(1.0) * times;
                scale = times / 10.0;
            }
            '万' | '亿' => {
                let whole: f64 = part + digit.take().unwrap_or(0.0);
                let times = if c == '万' { 1e4 } else { 1e8 };
                total += if whole == 0.0 { 1.0 } else { whole } * times;
                part = 0.0;
                scale = times / 10.0;
            }
            _ => {
                if matches!(c, '零' | '〇') {
                    scale = 1.0;
                }
                let value = "零一二三四五六七八九".chars().position(|d| d == c);
                let value = value.or(if c == '两' {
                    Some(2)
                } else if c == '〇' {
                    Some(0)
                } else {
                    None
                })?;
                digit = Some(digit.unwrap_or(0.0) * 10.0 + value as f64);
            }
        }
    }
    let last = digit.unwrap_or(0.0);
    let last = if last.fract() == 0.0 && last < 10.0 && (part > 0.0 || total > 0.0) { last * scale } else { last };
    Some(total + part + last)
}

fn english_number(word: &str) -> Option<f64> {
    Some(match word {
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        tokens(text).1.into_iter().map(|token| token.key).collect()
    }

    #[test]
    fn an_amount_has_one_key_however_it_is_written() {
        for text in ["1.5L", "1.5 升", "1500毫升", "1.5-litre", "一升半"] {
            assert_eq!(keys(text), ["1.5~volume"], "{text}");
        }
        assert_eq!(keys("半斤"), keys("250g"));
        assert_eq!(keys("三百块"), keys("¥300"));
        assert_eq!(keys("1.5万元"), keys("一万五千元"));
        assert_eq!(keys("3千克"), keys("3kg"));
        assert_eq!(keys("2,000 yuan"), keys("两千元"));
    }

    #[test]
    fn numerals_inside_words_are_no_numbers() {
        assert_eq!(keys("四件套"), ["四", "件", "套"]);
        assert_eq!(keys("周一"), ["周", "一"]);
        assert_eq!(keys("一样"), ["一", "样"]);
        assert_eq!(keys("百度"), ["百", "度"]);
    }

    #[test]
    fn years_and_counts_are_told_from_lengths_of_time() {
        assert_eq!(tokens("2026年").1[0].kind, Kind::Year(2026));
        assert!(matches!(tokens("2年").1[0].kind, Kind::Amount(..)));
        assert_eq!(tokens("三款").1[0].kind, Kind::Count(3));
    }

    #[test]
    fn negations_and_possessives_are_taken_apart() {
        assert_eq!(keys("isn't"), ["is", "not"]);
        assert_eq!(keys("what's the Jing'an shop"), ["what", "the", "jingan", "shop"]);
    }
}
