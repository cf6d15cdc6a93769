//! People, places and organisations: what the tagger marks, and forms that need no model.

use std::sync::LazyLock;

use regex::Regex;
use yingda_language::is_han;

use crate::address::Address;
use crate::fixed;
use crate::kind::{By, Kind, Line, Phone, Value};
use crate::lexicon::{self, FAMILY, TITLE};
use crate::message::{Hit, Message};
use crate::tagger::{self, Class};

/// Words that a Chinese name follows.
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:我叫|名叫|名字(?:是|叫)|姓名|户名|收件人|收货人|联系人|寄件人|乘机人|持卡人|投保人|被保险人|受益人|病人叫|本人)(?:[\s:]|是|叫|写|为){0,3}(\p{Han}{2,4})(?:$|[\s，。,.;；、!！?？:（(])",
    )
});

/// Finds names of people, places and organisations, and addresses that are not Chinese.
pub(crate) fn find(message: &Message, hits: &mut Vec<Hit>) {
    let first = hits.len();
    if message.letters > 1 || message.han > 1 {
        for tagged in tagger::tag(&message.text) {
            let span = trimmed(&message.text, tagged.start, tagged.end);
            if span.0 >= span.1 {
                continue;
            }
            let text = &message.text[span.0..span.1];
            let (kind, value) = match tagged.class {
                Class::Person => (Kind::Person, plain(text)),
                Class::Place => (Kind::Place, plain(text)),
                Class::Organisation => (Kind::Organisation, plain(text)),
                Class::Postcode => (Kind::Postcode, plain(text)),
                Class::Address => (Kind::Address, Value::Address(Box::new(Address::parse(text)))),
                Class::Phone => {
                    let number: String = text.chars().filter(char::is_ascii_digit).collect();
                    if !(6..=16).contains(&number.len()) {
                        continue;
                    }
                    (Kind::Phone, Value::Phone(Phone { number, line: Line::Unknown, region: None, extension: None }))
                }
            };
            if kind == Kind::Person && !plausible_person(text, tagged.confidence)
                || kind == Kind::Address && message.han > 0 && !plausible_address(text)
            {
                continue;
            }
            hits.push(Hit::new(kind, span, value, tagged.confidence, By::Guess));
        }
    }
    if message.han >= 2 {
        chinese_people(message, first, hits);
    }
}

/// Names that words before or behind them give away, where the tagger saw nothing.
fn chinese_people(message: &Message, first: usize, hits: &mut Vec<Hit>) {
    let taken: Vec<(usize, usize)> = hits[first..].iter().map(|hit| (hit.start, hit.end)).collect();
    let free = |start: usize, end: usize| taken.iter().all(|(from, to)| end <= *from || *to <= start);
    let text = &*message.text;
    for found in ANNOUNCED.captures_iter(text) {
        if let Some(name) = found.get(1)
            && lexicon::longest(name.as_str(), FAMILY).is_some()
            && free(name.start(), name.end())
        {
            hits.push(Hit::new(Kind::Person, (name.start(), name.end()), plain(name.as_str()), 0.75, By::Guess));
        }
    }
    let titles = ["先生", "女士", "小姐", "太太", "师傅", "经理", "主任"];
    for title in titles {
        for (at, _) in text.match_indices(title) {
            let Some(before) = text[..at].chars().next_back().filter(|c| is_han(*c)) else { continue };
            let start = at - before.len_utf8();
            let known =
                lexicon::longest(&text[start..at], FAMILY | TITLE).is_some_and(|(_, flags)| flags & FAMILY != 0);
            let two = text[..start]
                .chars()
                .next_back()
                .filter(|c| is_han(*c))
                .is_some_and(|c| "老个位是好那这谢".contains(c));
            if known
                && !two
                && free(start, at + title.len())
                && !"明高时常和任方安平关于向班修装餐家工大小".contains(before)
            {
                let span = (start, at + title.len());
                hits.push(Hit::new(Kind::Person, span, plain(&text[span.0..span.1]), 0.7, By::Guess));
            }
        }
    }
}

/// Whether the tagger can be believed that this is a name: a Chinese one begins with a surname, has a title or
/// a dot, or is quite sure.
fn plausible_person(text: &str, confidence: f32) -> bool {
    match text.chars().next() {
        Some(first) if is_han(first) => {
            let length = text.chars().count();
            let surname = lexicon::longest(text, FAMILY).is_some() || text.contains('·');
            // A form of address names nobody: 师傅, 小哥, 门店店长.
            let title = |text: &str| lexicon::longest(text, TITLE).is_some_and(|(title, _)| title.len() == text.len());
            let nobody = title(text) || title(text.trim_start_matches(['小', '老', '大']));
            length >= 2 && !nobody && confidence >= if surname { 0.62 } else { 0.95 }
        }
        _ => text.chars().any(char::is_alphabetic),
    }
}

/// Whether the tagger can be believed that this is an address in a Chinese text: several words, and a number or
/// a comma. Article numbers look like addresses too.
fn plausible_address(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().nth(1).is_some()).count();
    match text.chars().any(is_han) {
        true => {
            words > 0
                && text.chars().count() >= 6
                && text.contains(|c| "路街道巷弄号栋幢座室区县镇乡村苑園园樓".contains(c))
        }
        false => words >= 2 && text.contains([',', ' ']),
    }
}

fn plain(text: &str) -> Value {
    Value::Text { text: text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

/// Without marks and white space at either end.
fn trimmed(text: &str, start: usize, end: usize) -> (usize, usize) {
    let outer = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | ';'
                    | ':'
                    | '"'
                    | '\''
                    | '，'
                    | '。'
                    | '、'
                    | '!'
                    | '?'
                    | '>'
                    | '<'
                    | '*'
                    | '“'
                    | '”'
                    | '（'
                    | '）'
            )
    };
    let inner = &text[start..end];
    let from = start + (inner.len() - inner.trim_start_matches(outer).len());
    let to = start + inner.trim_end_matches(outer).len();
    (from, to.max(from))
}
