//! Text to tokens: numbers, words that speak of time, everything else.

use crate::holiday::Holiday;
use crate::numbers;
use crate::{chinese, english};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    WorkingDay,
    Week,
    Month,
    Quarter,
    Year,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    BeforeDawn,
    Morning,
    Forenoon,
    Noon,
    Afternoon,
    Dusk,
    Evening,
}

/// A part of a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    Middle,
    End,
    /// 上旬, 中旬, 下旬.
    Third(u8),
    /// 上半, 下半.
    Half(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `digits`: how many ASCII digits it is written with, 0 for a number in words.
    Number {
        least: u32,
        most: u32,
        digits: u8,
        ordinal: bool,
    },
    /// Days from today.
    Day(i8),
    /// Days from today, and the part of that day: 今晚, tonight.
    DayPart(i8, Part),
    /// 0 is Monday. `weak`: the word has another meaning (sun, sat).
    Weekday {
        day: u8,
        weak: bool,
    },
    /// "Mondays".
    Weekdays(u8),
    /// Weeks from this one: 下周.
    Week(i8),
    /// `None`: 周末, `Some`: weeks from this one.
    Weekend(Option<i8>),
    /// Months from this one.
    MonthAway(i8),
    /// Years from this one.
    YearAway(i8),
    /// The name of a month in English. `weak`: the word has another meaning (may, march).
    Month {
        month: u8,
        weak: bool,
    },
    Part(Part),
    Unit(Unit),
    Edge(Unit, Edge),
    Holiday(Holiday),
    /// The first word of a holiday's English name, perhaps.
    HolidayWord,
    /// a.m. (0) or p.m. (12).
    HalfDay(u8),
    /// Noon, midnight: an hour.
    Hour(u8),
    /// 现在, 刚才, 马上: about now. `exact`: 现在.
    Now {
        exact: bool,
    },
    /// 工作日, weekdays: Monday to Friday.
    WorkingDays,
    /// Words that build expressions: 之前, 半, 点, from, next.
    Word,
    /// A word or character that says nothing of time.
    Other,
    Mark(char),
    /// End of a sentence, a new line, the end of the text.
    Break,
}

impl Kind {
    /// Whether the token can be the heart of an expression.
    fn speaks_of_time(self) -> bool {
        !matches!(self, Kind::Word | Kind::Other | Kind::Mark(_) | Kind::Break)
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub kind: Kind,
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    /// Whether white space stands before it.
    pub gap: bool,
}

/// The tokens of a folded text; nothing when none of them speaks of time.
pub(crate) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 3 + 2);
    let (mut at, mut gap, mut speaks) = (0, true, false);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if c == '\n' || c == '\r' {
            tokens.push(Token { kind: Kind::Break, start: at, end: at + 1, gap });
            (at, gap) = (at + 1, true);
            continue;
        }
        if c.is_whitespace() {
            (at, gap) = (at + c.len_utf8(), true);
            continue;
        }
        let rest = &text[at..];
        let (kind, length) = match c {
            '0'..='9' => digits(rest),
            'a'..='z' => word(rest, &tokens, gap),
            _ if c.is_alphabetic() && !chinese::is_han(c) => {
                (Kind::Other, length_while(rest, |c| c.is_alphabetic() && !chinese::is_han(c)))
            }
            _ if chinese::is_han(c) => han(rest, c, &tokens, gap),
            '。' | '！' | '？' | '；' | '!' | '?' | ';' | '…' => (Kind::Break, c.len_utf8()),
            '.' if rest[1..].starts_with([' ', '\n']) || rest.len() == 1 => (Kind::Break, 1),
            _ => (Kind::Mark(c), c.len_utf8()),
        };
        speaks |= kind.speaks_of_time() || (kind == Kind::Word && matches!(&rest[..length], "半" | "每" | "天天"));
        tokens.push(Token { kind, start: at, end: at + length, gap });
        (at, gap) = (at + length, false);
    }
    if !speaks {
        return None;
    }
    tokens.push(Token { kind: Kind::Break, start: text.len(), end: text.len(), gap: true });
    Some(tokens)
}

fn length_while(text: &str, mut holds: impl FnMut(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

/// 12, 22nd.
fn digits(rest: &str) -> (Kind, usize) {
    let length = length_while(rest, |c| c.is_ascii_digit());
    let value = rest[..length].parse().unwrap_or(u32::MAX);
    let after = &rest[length..];
    let letters = length_while(after, |c| c.is_ascii_lowercase());
    let ordinal = matches!(&after[..letters], "st" | "nd" | "rd" | "th") && value <= 31;
    let digits = u8::try_from(length).unwrap_or(u8::MAX);
    (Kind::Number { least: value, most: value, digits, ordinal }, if ordinal { length + 2 } else { length })
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_lowercase() || c == '\''
}

fn word(rest: &str, before: &[Token], gap: bool) -> (Kind, usize) {
    let mut length = length_while(rest, is_word_char);
    while rest[..length].ends_with('\'') && length > 1 {
        length -= 1;
    }
    if rest[length..].starts_with(|c: char| c.is_alphabetic() && !c.is_ascii() && !chinese::is_han(c)) {
        // "maïs": a word of another language.
        return (Kind::Other, length_while(rest, |c| c.is_alphabetic() && !chinese::is_han(c)));
    }
    let word = &rest[..length];
    let after_number = matches!(before.last(), Some(Token { kind: Kind::Number { .. }, .. }));
    if after_number {
        if let Some(half) = ["a.m.", "a.m", "p.m.", "p.m"].iter().find(|half| rest.starts_with(**half)) {
            let whole = !rest[half.len()..].starts_with(|c: char| c.is_alphanumeric());
            if whole {
                return (Kind::HalfDay(if half.starts_with('a') { 0 } else { 12 }), half.len());
            }
        }
        if let Some(kind) = english::after_number(word, gap) {
            return (kind, length);
        }
    }
    if let Some((value, ordinal)) = numbers::english(word) {
        let (least, ordinal, length) = match compound(&rest[length..]) {
            Some((ones, ordinal, more)) if value >= 20 && value % 10 == 0 => (value + ones, ordinal, length + more),
            _ => (value, ordinal, length),
        };
        return (Kind::Number { least, most: least, digits: 0, ordinal }, length);
    }
    (english::kind(word), length)
}

/// The ones of "twenty-three", "twenty second": their value, whether they are ordinal, and the bytes they take.
fn compound(rest: &str) -> Option<(u32, bool, usize)> {
    let word = rest.strip_prefix(['-', ' '])?;
    let length = length_while(word, is_word_char);
    let (ones, ordinal) = match &word[..length] {
        "second" => (2, true),
        word => numbers::english(word)?,
    };
    (1..=9).contains(&ones).then_some((ones, ordinal, length + 1))
}

fn han(rest: &str, c: char, before: &[Token], gap: bool) -> (Kind, usize) {
    let after_number = !gap && matches!(before.last(), Some(Token { kind: Kind::Number { .. }, .. }));
    let after_measure = !gap
        && matches!(before, [.., Token { kind: Kind::Number { .. }, .. }, last]
            if last.kind == Kind::Word && last.end - last.start == 3 && rest_is_week(rest));
    // 一点不: not at all; but 下午一点不在: at one.
    let one_oclock = rest.starts_with("一点") && before.last().is_some_and(|token| opens_a_clock(token.kind));
    if let (Some((kind, length)), false) = (chinese::kind(rest, c), one_oclock) {
        // 一周|一次, 三个星期|一直: a number of weeks, not a Monday.
        if let (Kind::Weekday { .. }, true) = (kind, after_number || after_measure) {
            return (Kind::Unit(Unit::Week), if rest.starts_with('周') { 3 } else { 6 });
        }
        return (kind, length);
    }
    if numbers::is_chinese_numeral(c) {
        if let Some(number) = numbers::chinese(rest) {
            let kind = Kind::Number { least: number.least, most: number.most, digits: 0, ordinal: false };
            return (kind, number.length);
        }
        return (Kind::Other, length_while(rest, numbers::is_chinese_numeral));
    }
    (Kind::Other, c.len_utf8())
}

fn opens_a_clock(kind: Kind) -> bool {
    matches!(kind, Kind::Part(_) | Kind::DayPart(..) | Kind::Day(_) | Kind::Weekday { .. })
}

fn rest_is_week(rest: &str) -> bool {
    rest.starts_with("周") || rest.starts_with("星期") || rest.starts_with("礼拜")
}
