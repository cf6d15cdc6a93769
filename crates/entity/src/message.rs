//! A message made ready for recognising: one spelling for full-width forms, and what characters it has.

use std::borrow::Cow;

use yingda_language::is_han;

use crate::kind::{By, Kind, Value};

/// A text with full-width letters, digits and marks made half-width, and without zero-width marks; and
/// what it consists of, so that a recogniser runs only where it can find something.
pub(crate) struct Message<'t> {
    /// What recognisers read.
    pub text: Cow<'t, str>,
    /// For each byte of `text` its offset in the text that was given; nothing when they are the same.
    origin: Option<Vec<u32>>,
    /// ASCII digits.
    pub digits: usize,
    /// Characters that may be part of a Chinese numeral.
    pub numerals: usize,
    /// Letters that are not Han.
    pub letters: usize,
    /// Han characters.
    pub han: usize,
    /// The other ASCII characters that occur, by bit.
    marks: u128,
}

/// Something found in a [`Message`], in offsets of its text.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    pub value: Value,
    pub confidence: f32,
    pub by: By,
}

impl Hit {
    pub fn new(kind: Kind, span: (usize, usize), value: Value, confidence: f32, by: By) -> Self {
        Self { kind, start: span.0, end: span.1, value, confidence, by }
    }

    /// A hit whose value is a normalised text.
    pub fn text(kind: Kind, span: (usize, usize), text: impl Into<String>, confidence: f32, by: By) -> Self {
        Self::new(kind, span, Value::Text { text: text.into() }, confidence, by)
    }
}

impl<'t> Message<'t> {
    pub fn new(text: &'t str) -> Self {
        let (text, origin) = fold(text);
        let mut message =
            Self { text: Cow::Borrowed(""), origin, digits: 0, numerals: 0, letters: 0, han: 0, marks: 0 };
        for c in text.chars() {
            if c.is_ascii() {
                if c.is_ascii_digit() {
                    message.digits += 1;
                } else if c.is_ascii_alphabetic() {
                    message.letters += 1;
                } else {
                    message.marks |= 1 << (c as u32);
                }
            } else if is_han(c) {
                message.han += 1;
                if is_numeral(c) {
                    message.numerals += 1;
                }
            } else if c.is_alphabetic() {
                message.letters += 1;
            } else if c == '〇' {
                message.numerals += 1;
            }
        }
        message.text = text;
        message
    }

    /// Whether an ASCII mark occurs.
    pub fn has(&self, mark: char) -> bool {
        mark.is_ascii() && self.marks & (1 << (mark as u32)) != 0
    }

    /// The span in the text that was given, for a span of this one.
    pub fn given(&self, start: usize, end: usize) -> (usize, usize) {
        match &self.origin {
            None => (start, end),
            Some(origin) => (origin[start] as usize, origin[end] as usize),
        }
    }

    /// The characters before an offset, the nearest first.
    pub fn before(&self, at: usize) -> impl Iterator<Item = char> + '_ {
        self.text[..at].chars().rev()
    }

    /// The characters from an offset on.
    pub fn after(&self, at: usize) -> impl Iterator<Item = char> + '_ {
        self.text[at..].chars()
    }

    /// Whether neither a letter (but Han) nor a digit touches the span: the whole of a word or a number.
    pub fn stands_alone(&self, start: usize, end: usize) -> bool {
        let before = self.before(start).next().is_some_and(is_word);
        let mut after = self.after(end);
        let next = after.next();
        let touches =
            next.is_some_and(is_word) || (next == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()));
        !before && !touches && !self.is_decimal_tail(start)
    }

    /// Whether what starts here is the rest of a decimal number.
    fn is_decimal_tail(&self, start: usize) -> bool {
        let mut before = self.before(start);
        before.next() == Some('.') && before.next().is_some_and(|c| c.is_ascii_digit())
    }

    /// Up to `chars` characters before an offset, in the same line.
    pub fn left(&self, at: usize, chars: usize) -> &str {
        let from = self.text[..at].char_indices().rev().take(chars).last().map_or(at, |(from, _)| from);
        let left = &self.text[from..at];
        left.rfind('\n').map_or(left, |line| &left[line + 1..])
    }

    /// Up to `chars` characters from an offset on, in the same line.
    pub fn right(&self, at: usize, chars: usize) -> &str {
        let right = &self.text[at..];
        let to = right.char_indices().nth(chars).map_or(right.len(), |(to, _)| to);
        let right = &right[..to];
        right.find('\n').map_or(right, |line| &right[..line])
    }
}

/// A letter or digit that continues a word; Han characters do not.
pub(crate) fn is_word(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && !is_han(c))
}

fn is_numeral(c: char) -> bool {
    crate::number::chinese_digit(c).is_some()
        || matches!(c, '十' | '百' | '千' | '万' | '亿' | '半' | '拾' | '佰' | '仟' | '萬')
}

/// The half-width form of a full-width character.
pub(crate) fn folded(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0),
        '\u{3000}' | '\u{00A0}' | '\u{2009}' | '\u{202F}' => Some(' '),
        '￥' => Some('¥'),
        '\u{2010}'..='\u{2014}' | '\u{2212}' | '﹣' => Some('-'),
        _ => None,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}')
}

fn fold(text: &str) -> (Cow<'_, str>, Option<Vec<u32>>) {
    if text.is_ascii() || !text.chars().any(|c| folded(c).is_some() || is_invisible(c)) {
        return (Cow::Borrowed(text), None);
    }
    let mut out = String::with_capacity(text.len());
    let mut origin = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        if is_invisible(c) {
            continue;
        }
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let c = folded(c).unwrap_or(c);
        out.push(c);
        origin.extend(std::iter::repeat_n(at, c.len_utf8()));
    }
    origin.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
    // An offset behind a character is the offset of the next one; behind the last, invisible marks
    // that follow belong to nothing, which does no harm.
    (Cow::Owned(out), Some(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_digits_are_read_and_spans_refer_to_what_was_given() {
        let given = "电话１３８\u{200b}００！";
        let message = Message::new(given);
        assert_eq!(message.text, "电话13800!");
        let (start, end) = message.given(6, 11);
        assert_eq!(&given[start..end], "１３８\u{200b}００");
        assert!(message.has('!') && message.digits == 5 && message.han == 2);
    }

    #[test]
    fn a_number_inside_a_word_does_not_stand_alone() {
        let message = Message::new("sku12345 和12345。1.5");
        assert!(!message.stands_alone(3, 8));
        assert!(message.stands_alone(12, 17));
        let point = message.text.len() - 1;
        assert!(!message.stands_alone(point, point + 1));
    }
}
