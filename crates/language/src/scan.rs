//! Cuts text into pieces by script and shape, before words are looked up.

use crate::is_han;
use crate::segment::Kind;

/// A piece of text: byte offsets, and what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

/// The pieces of `text` in order; they do not overlap, and what is between them (white space,
/// punctuation, emoji) carries no word. A run of Chinese is one piece of kind [`Kind::Han`].
pub(crate) fn scan(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (len, kind) = if is_han(c) {
            (run(rest, is_han), Some(Kind::Han))
        } else if let Some(len) = url(rest) {
            (len, Some(Kind::Url))
        } else if let Some(len) = grouped_number(rest) {
            (len, Some(Kind::Number))
        } else if is_ascii_word(c) {
            if let Some(len) = email(rest) { (len, Some(Kind::Email)) } else { ascii_word(rest) }
        } else if c.is_alphanumeric() {
            let len = run(rest, |c| (c.is_alphanumeric() || is_mark(c)) && !is_han(c));
            (len, Some(Kind::Word))
        } else {
            (c.len_utf8(), None)
        };
        if let Some(kind) = kind {
            pieces.push(Piece { start: at, end: at + len, kind });
        }
        at += len;
    }
    split_models(text, pieces)
}

/// Length in bytes of the longest start of `text` whose characters all pass.
fn run(text: &str, passes: impl Fn(char) -> bool) -> usize {
    text.find(|c| !passes(c)).unwrap_or(text.len())
}

fn is_ascii_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{3099}' | '\u{309A}')
}

fn url(text: &str) -> Option<usize> {
    let starts = ["http://", "https://", "www."];
    let prefix = starts.iter().find(|p| text.get(..p.len()).is_some_and(|s| s.eq_ignore_ascii_case(p)))?;
    let len =
        run(text, |c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}'));
    let len = text[..len].trim_end_matches(['.', ',', '!', '?', ';', ':']).len();
    (len > prefix.len()).then_some(len)
}

/// `local@domain.tld`: enough to keep an address in one piece, not to validate it.
fn email(text: &str) -> Option<usize> {
    let local = run(text, |c| is_ascii_word(c) || matches!(c, '.' | '_' | '%' | '+' | '-'));
    let domain = text[local..].strip_prefix('@')?;
    let len = run(domain, |c| is_ascii_word(c) || matches!(c, '.' | '-'));
    let domain = domain[..len].trim_end_matches(['.', '-']);
    domain.contains('.').then_some(local + 1 + domain.len())
}

/// A telephone or card number whose groups are divided by spaces or hyphens: a Chinese mobile number (3, 4 and 4
/// digits), one that starts with a country's code (`+86`), a service number (400, 800), a landline with its area
/// code, groups of four.
fn grouped_number(text: &str) -> Option<usize> {
    const MOST: usize = 7;
    let plus = usize::from(text.starts_with('+'));
    let bytes = text.as_bytes();
    if !bytes.get(plus)?.is_ascii_digit() {
        return None;
    }
    // Lengths and ends of the groups.
    let mut groups = [(0, 0); MOST];
    let mut count = 0;
    let mut at = plus;
    while count < MOST {
        let end = at + run(&text[at..], |c| c.is_ascii_digit());
        groups[count] = (end - at, end);
        count += 1;
        let divided = matches!(bytes.get(end), Some(b' ' | b'-')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !divided {
            break;
        }
        at = end + 1;
    }
    let number = |groups: &[(usize, usize)]| {
        let lengths: Vec<usize> = groups.iter().map(|group| group.0).collect();
        let digits: usize = lengths.iter().sum();
        match (&lengths[..], bytes[plus]) {
            (_, _) if plus == 1 => (8..=15).contains(&digits),
            ([3, 4, 4], b'1') => true,
            ([2, 3, 4, 4], b'8') => true,
            ([3, 3, 4] | [3, 4, 3], b'4' | b'8') => text[1..].starts_with("00"),
            ([3 | 4, 7 | 8] | [3 | 4, 3 | 4, 4], b'0') => true,
            ([4, 4, 4, .., last], _) => (1..=4).contains(last) && lengths[..lengths.len() - 1].iter().all(|&l| l == 4),
            _ => false,
        }
    };
    let whole = |end: usize| !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    (2..=count)
        .rev()
        .map(|count| &groups[..count])
        .find(|groups| number(groups) && whole(groups[groups.len() - 1].1))
        .map(|groups| groups[groups.len() - 1].1)
}

/// A word, number or code that starts with an ASCII letter or digit. Hyphens, points, commas and
/// apostrophes belong to it only between two such characters.
fn ascii_word(text: &str) -> (usize, Option<Kind>) {
    let bytes = text.as_bytes();
    let digits_at = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let letter_at = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphabetic);
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let joins = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => true,
            b'\'' => end > 0 && letter_at(end - 1) && letter_at(end + 1),
            b'.' | b',' => end > 0 && digits_at(end - 1) && digits_at(end + 1),
            b'-' | b'_' => {
                end > 0
                    && (digits_at(end - 1) || digits_at(end + 1) || has_digit_near(bytes, end))
                    && (digits_at(end + 1) || letter_at(end + 1))
            }
            _ => false,
        };
        if !joins {
            break;
        }
        end += 1;
    }
    // A letter with an accent right after belongs to the same word (café), and so does one of another alphabet
    // that looks the same (Cyrillic е).
    let accented = run(&text[end..], |c| !c.is_ascii() && c.is_alphabetic() && c < '\u{0530}' || is_mark(c));
    if accented > 0 {
        let end = run(text, |c| (c.is_alphanumeric() && c < '\u{0530}') || is_mark(c));
        return (end.max(1), Some(Kind::Word));
    }
    let word = &bytes[..end];
    let kind = match (word.iter().any(u8::is_ascii_digit), word.iter().any(u8::is_ascii_alphabetic)) {
        (true, true) => Kind::Code,
        (true, false) => Kind::Number,
        _ => Kind::Word,
    };
    (end, Some(kind))
}

/// Whether a part next to the hyphen at `at` holds a digit: `QH-KT17` is one code, `e-mail` two words.
fn has_digit_near(bytes: &[u8], at: usize) -> bool {
    let word = |b: &&u8| b.is_ascii_alphanumeric();
    bytes[..at].iter().rev().take_while(word).any(u8::is_ascii_digit)
        || bytes[at + 1..].iter().take_while(word).any(u8::is_ascii_digit)
}

/// `covid-19`, `mate60`: a word of three letters or more and a short number are two pieces, since
/// people write them with and without the space. Order numbers and product codes stay whole.
fn split_models(text: &str, pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let word = &text[piece.start..piece.end];
        let letters = run(word, |c| c.is_ascii_alphabetic());
        let tail = &word[letters..];
        let digits = tail.strip_prefix('-').unwrap_or(tail);
        let is_model = piece.kind == Kind::Code
            && letters >= 3
            && (1..=3).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit());
        if is_model {
            out.push(Piece { start: piece.start, end: piece.start + letters, kind: Kind::Word });
            out.push(Piece { start: piece.end - digits.len(), end: piece.end, kind: Kind::Number });
        } else {
            out.push(piece);
        }
    }
    out
}
