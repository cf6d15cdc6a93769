//! The pieces that are tagged: words, runs of digits, single Han characters, marks, line breaks.

use yingda_language::is_han;

/// What a piece consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Word,
    Digits,
    Han,
    Mark,
    Line,
}

/// A piece of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub start: usize,
    pub end: usize,
    pub sort: Sort,
}

/// Cuts a text into pieces; white space inside a line is left out.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(text.len() / 3 + 4);
    let mut open: Option<Piece> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let sort = if c == '\n' {
            Sort::Line
        } else if c.is_whitespace() || c == '\u{200b}' {
            out.extend(open.take());
            continue;
        } else if is_han(c) {
            Sort::Han
        } else if c.is_numeric() {
            Sort::Digits
        } else if c.is_alphabetic() || is_joined(c) && open.is_some_and(|open| open.sort == Sort::Word) {
            Sort::Word
        } else if matches!(c, '\'' | '’')
            && open.is_some_and(|open| open.sort == Sort::Word)
            && chars.peek().is_some_and(|(_, next)| next.is_alphabetic())
            && !is_possessive(&text[end..])
        {
            // O'Brien is one word; Anna's is two.
            Sort::Word
        } else {
            Sort::Mark
        };
        match &mut open {
            Some(piece) if piece.sort == sort && matches!(sort, Sort::Word | Sort::Digits) => piece.end = end,
            _ => {
                out.extend(open.take());
                open = Some(Piece { start: at, end, sort });
            }
        }
    }
    out.extend(open);
    out
}

/// Combining marks belong to the letter before.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0900}'..='\u{0DFF}')
}

fn is_possessive(rest: &str) -> bool {
    let mut rest = rest.chars();
    matches!(rest.next(), Some('s' | 'S')) && !rest.next().is_some_and(char::is_alphanumeric)
}
