//! Telephone numbers: mainland, Hong Kong, Macau, Taiwan, and E.164 from anywhere.

use std::sync::LazyLock;

use regex::Regex;

use crate::kind::{By, Kind, Line, Phone, Value};
use crate::message::{Hit, Message, is_word};
use crate::number::chinese_digit;
use crate::{checks, fixed};

/// Groups of digits with at most two marks between them. A line break ends a number.
static RUN: LazyLock<Regex> = LazyLock::new(|| fixed(r"[+(]?\(?\d+(?:[ \-.()/·]{1,3}\d+){0,8}"));
static EXTENSION: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"^(?i)(?:\s?(?:转|分机|x|ext\.?|extension)\s?|-(?:转)?)(\d{1,6})"));

/// A group of digits in a run: its place and its place's text.
#[derive(Clone, Copy)]
struct Group<'a> {
    start: usize,
    end: usize,
    digits: &'a str,
}

/// Finds telephone numbers.
pub(crate) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.digits >= 3 {
        for run in RUN.find_iter(&message.text) {
            in_run(message, run.start(), run.end(), hits);
        }
    }
    if message.numerals >= 7 {
        spoken(message, hits);
    }
}

fn in_run(message: &Message, start: usize, end: usize, hits: &mut Vec<Hit>) {
    let text = &*message.text;
    let mut groups = Vec::new();
    let mut from = None;
    for (at, byte) in text.as_bytes()[start..end].iter().enumerate() {
        match (byte.is_ascii_digit(), from) {
            (true, None) => from = Some(start + at),
            (false, Some(begin)) => {
                groups.push(Group { start: begin, end: start + at, digits: &text[begin..start + at] });
                from = None;
            }
            _ => {}
        }
    }
    if let Some(begin) = from {
        groups.push(Group { start: begin, end, digits: &text[begin..end] });
    }
    let mut first = 0;
    while first < groups.len() {
        let found = (first + 1..=groups.len())
            .rev()
            .find_map(|last| whole(message, &groups[first..last]).map(|hit| (last, hit)));
        match found {
            Some((last, hit)) => {
                hits.push(hit);
                first = last;
            }
            None => first += 1,
        }
    }
}

/// The number that these groups make together.
fn whole(message: &Message, groups: &[Group]) -> Option<Hit> {
    let text = &*message.text;
    let (head, tail) = (groups.first()?, groups.last()?);
    let digits: String = groups.iter().map(|group| group.digits).collect();
    let (mut start, mut end) = (head.start, tail.end);
    // An opening bracket and a plus belong to the number.
    if text[..start].ends_with('(') && text[start..end].contains(')') {
        start -= 1;
    }
    let plus = text[..start].ends_with('+');
    if plus {
        start -= 1;
    } else if text[..start].ends_with("+(") {
        start -= 2;
    }
    let plus = text[start..].starts_with('+');
    let alone =
        message.stands_alone(start, end) || (extension(text, end).is_some() && !text[..start].ends_with(is_word));
    if !alone && !cue_touches(message, start, end) {
        return None;
    }
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let marks = &text[start..end];
    let (mut phone, mut confidence) = classify(&digits, &lengths, plus, marks)?;
    // PO-2026-0418-0093, ISBN 978-…, C-0071: a number of something else.
    let mut before = message.before(start);
    if matches!(before.next(), Some('-' | '_' | '#' | '/')) && before.next().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let cued = cue(message, start, end);
    if cued {
        confidence = (confidence + 0.35_f32).min(0.97);
    }
    if confidence < 0.5 {
        return None;
    }
    if let Some((length, number)) = extension(text, end) {
        phone.extension = Some(number);
        end += length;
    }
    Some(Hit::new(Kind::Phone, (start, end), Value::Phone(phone), confidence, By::Pattern))
}

fn extension(text: &str, end: usize) -> Option<(usize, String)> {
    let found = EXTENSION.captures(&text[end..])?;
    let whole = found.get(0)?;
    if whole.as_str().starts_with('-') && !whole.as_str().starts_with("-转") {
        return None;
    }
    Some((whole.end(), found[1].to_owned()))
}

/// Whether the words around say that a telephone number is meant.
fn cue(message: &Message, start: usize, end: usize) -> bool {
    static CUES: LazyLock<Regex> = LazyLock::new(|| {
        fixed(
            r"(?i)电话|手机|号码|致电|拨打|联系|热线|座机|传真|来电|回电|打给|微信|\b(?:phone|call(?:ed)?|tel|mobile|cell|fax|dial|whatsapp|reach|ring|text|office|telephone|landline|contact)\b",
        )
    });
    let right = message.right(end, 10);
    let right = right.split([',', '，', '。', ';', ':']).next().unwrap_or_default();
    CUES.is_match(message.left(start, 24)) || CUES.is_match(right.strip_prefix("\\").unwrap_or(right))
}

/// Whether the number is glued to a word that announces it, as in `tel13800138000`.
fn cue_touches(message: &Message, start: usize, end: usize) -> bool {
    let left = message.left(start, 6).to_lowercase();
    ["tel", "phone", "mobile", "cell", "fax", "tel:"].iter().any(|word| left.ends_with(word))
        && !message.after(end).next().is_some_and(is_word)
}

fn phone(number: String, line: Line, region: Option<&str>) -> Phone {
    Phone { number, line, region: region.map(str::to_owned), extension: None }
}

/// What number the digits are, and how sure that is without any word around. `lengths` are those of the
/// groups as written, `marks` the number as written.
fn classify(digits: &str, lengths: &[usize], plus: bool, marks: &str) -> Option<(Phone, f32)> {
    let national = plus.then_some(digits).or_else(|| digits.strip_prefix("00"));
    if let Some(international) = national
        && let Some(found) = international_number(international, plus, lengths.len())
    {
        return Some(found);
    }
    if plus {
        return None;
    }
    if is_date_or_ip(lengths, digits, marks) {
        return None;
    }
    let bare = lengths.len() == 1;
    if let Some(found) = mainland(digits, lengths, bare) {
        return Some(found);
    }
    if let Some(rest) = digits.strip_prefix("86")
        && is_mainland_mobile(rest)
    {
        return Some((phone(format!("+86{rest}"), Line::Mobile, Some("CN")), 0.9));
    }
    if let Some(rest) = digits.strip_prefix("852").or_else(|| digits.strip_prefix("853"))
        && rest.len() == 8
        && !bare
        && lengths[0] == 3
    {
        return international_number(digits, true, 2).map(|(found, _)| (found, 0.85));
    }
    if digits.len() == 10 && digits.starts_with("09") {
        return Some((phone(format!("+886{}", &digits[1..]), Line::Mobile, Some("TW")), if bare { 0.6 } else { 0.85 }));
    }
    if digits.len() == 8
        && (bare || lengths == [4, 4])
        && matches!(digits.as_bytes()[0], b'5' | b'6' | b'9' | b'2' | b'3')
    {
        let line = if matches!(digits.as_bytes()[0], b'2' | b'3') { Line::Landline } else { Line::Mobile };
        return Some((phone(digits.to_owned(), line, None), if bare { 0.2 } else { 0.5 }));
    }
    north_american(digits, lengths).or_else(|| anywhere(digits, lengths, marks))
}

fn is_mainland_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

/// Mainland mobile numbers, landlines and the numbers of companies.
fn mainland(digits: &str, lengths: &[usize], bare: bool) -> Option<(Phone, f32)> {
    if is_mainland_mobile(digits) && (bare || lengths[0] >= 3) {
        return Some((phone(format!("+86{digits}"), Line::Mobile, Some("CN")), 0.95));
    }
    let hotline = match digits.len() {
        10 => digits.starts_with("400") || digits.starts_with("800") && lengths.len() > 1,
        _ => false,
    };
    if hotline {
        return Some((phone(digits.to_owned(), Line::Hotline, Some("CN")), 0.93));
    }
    if bare && is_short_hotline(digits) {
        return Some((phone(digits.to_owned(), Line::Hotline, Some("CN")), 0.35));
    }
    if let Some(without_zero) = digits.strip_prefix('0') {
        let area = match digits.as_bytes().get(1)? {
            b'1' if digits.starts_with("010") => 3,
            b'2' => 3,
            b'3'..=b'9' => 4,
            _ => return None,
        };
        let rest = digits.len().checked_sub(area)?;
        let split = lengths[0] == area && !bare;
        if (7..=8).contains(&rest) && digits.as_bytes()[area] != b'0' && (split || bare && digits.len() >= 11) {
            let number = format!("+86{without_zero}");
            return Some((phone(number, Line::Landline, Some("CN")), if split { 0.92 } else { 0.6 }));
        }
    }
    None
}

fn is_short_hotline(digits: &str) -> bool {
    matches!(digits.len(), 5 | 6) && (digits.starts_with("95") || digits.starts_with("96"))
        || matches!(
            digits,
            "110"
                | "119"
                | "120"
                | "122"
                | "12110"
                | "12301"
                | "12305"
                | "12306"
                | "12315"
                | "12318"
                | "12320"
                | "12328"
                | "12329"
                | "12333"
                | "12345"
                | "12348"
                | "12350"
                | "12356"
                | "12358"
                | "12365"
                | "12366"
                | "12367"
                | "12369"
                | "12377"
                | "12378"
                | "12381"
                | "12386"
                | "12388"
                | "12389"
                | "12393"
                | "10000"
                | "10010"
                | "10086"
                | "10099"
                | "10001"
                | "11183"
                | "11185"
        )
}

/// A number with its country code. The territories whose numbers we know are checked.
fn international_number(digits: &str, plus: bool, groups: usize) -> Option<(Phone, f32)> {
    let known = |code: &str, length: std::ops::RangeInclusive<usize>| {
        digits.strip_prefix(code).filter(|rest| length.contains(&rest.len()))
    };
    if let Some(rest) = known("86", 9..=12) {
        let rest = rest.strip_prefix('0').unwrap_or(rest);
        let line = if is_mainland_mobile(rest) { Line::Mobile } else { Line::Landline };
        return Some((phone(format!("+86{rest}"), line, Some("CN")), 0.96));
    }
    for (code, region, first) in [("852", "HK", "5679"), ("853", "MO", "6")] {
        if let Some(rest) = known(code, 8..=8) {
            let line = if first.contains(&rest[..1]) { Line::Mobile } else { Line::Landline };
            return Some((phone(format!("+{digits}"), line, Some(region)), 0.96));
        }
    }
    if let Some(rest) = known("886", 8..=10) {
        let rest = rest.strip_prefix('0').unwrap_or(rest);
        let line = if rest.starts_with('9') { Line::Mobile } else { Line::Landline };
        return Some((phone(format!("+886{rest}"), line, Some("TW")), 0.95));
    }
    // E.164 allows 15 digits; no country code starts with 0.
    ((7..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| {
        (
            phone(format!("+{digits}"), Line::Unknown, None),
            if plus {
                0.93
            } else if groups > 1 {
                0.7
            } else {
                0.3
            },
        )
    })
}

fn north_american(digits: &str, lengths: &[usize]) -> Option<(Phone, f32)> {
    let digits = match (digits.len(), lengths) {
        (10, _) => digits,
        (11, [1, ..]) => digits.strip_prefix('1')?,
        _ => return None,
    };
    let bytes = digits.as_bytes();
    if bytes[0] < b'2' || bytes[3] < b'2' {
        return None;
    }
    let number = phone(format!("+1{digits}"), Line::Unknown, Some("US"));
    match lengths {
        [3, 3, 4] | [1, 3, 3, 4] => Some((number, 0.88)),
        [3, 7] | [6, 4] => Some((number, 0.6)),
        [10] => Some((number, 0.25)),
        _ => None,
    }
}

/// Groups of digits as many countries write them: not sure without a word that says so.
fn anywhere(digits: &str, lengths: &[usize], marks: &str) -> Option<(Phone, f32)> {
    let card = digits.len() >= 13 && lengths.iter().all(|length| *length == 4 || *length <= 3) && checks::luhn(digits);
    if !(7..=15).contains(&digits.len()) || card || lengths == [3, 2, 4] {
        return None;
    }
    let bracket = marks.contains('(');
    let longest = lengths.iter().max().copied().unwrap_or(0);
    let confidence = match lengths.len() {
        1 if digits.len() <= 12 => 0.2,
        1 => return None,
        _ if bracket => 0.65,
        2 if lengths[0] >= 3 && lengths[1] >= 4 && longest <= 8 && !marks.contains('.') => 0.45,
        3.. if longest <= 6 && (lengths.iter().all(|length| *length >= 2) || digits.starts_with('0')) => 0.6,
        _ => 0.15,
    };
    Some((phone(digits.to_owned(), Line::Unknown, None), confidence))
}

/// 2026-11-22, 22.11.2026, 192.168.0.1.
fn is_date_or_ip(lengths: &[usize], digits: &str, marks: &str) -> bool {
    let number = |range: std::ops::Range<usize>| digits[range].parse::<u32>().unwrap_or(0);
    match lengths {
        [4, 1..=2, 1..=2, ..] => {
            let year = number(0..4);
            (1900..2100).contains(&year)
        }
        [a @ 1..=2, b @ 1..=2, 4, ..] => {
            let year = number(a + b..a + b + 4);
            (1900..2100).contains(&year) && number(0..*a) <= 31 && number(*a..a + b) <= 31
        }
        [4, 4] => marks.contains('-') && (1900..2100).contains(&number(0..4)) && (1900..2100).contains(&number(4..8)),
        [1..=3, 1..=3, 1..=3, 1..=3] => marks.matches('.').count() == 3,
        _ => false,
    }
}

/// Numbers in Chinese digits, as a person says them: 幺三八零零幺三八零零零.
fn spoken(message: &Message, hits: &mut Vec<Hit>) {
    let mut from = None;
    let mut digits = String::new();
    let text = &*message.text;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if let Some(digit) = chinese_digit(c) {
            from.get_or_insert(at);
            digits.extend(char::from_digit(digit, 10));
            continue;
        }
        if let Some(start) = from.take()
            && let Some((found, confidence)) = mainland(&digits, &[digits.len()], true)
            && confidence > 0.5
        {
            hits.push(Hit::new(Kind::Phone, (start, at), Value::Phone(found), confidence - 0.05, By::Pattern));
        }
        digits.clear();
    }
}
