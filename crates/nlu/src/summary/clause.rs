//! Cutting a message into sentences and clauses without changing a byte of it.

use yingda_language::is_han;

/// A part of a sentence between commas; a sentence without a comma is one clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clause {
    /// Byte offset where it starts, behind white space and marks.
    pub start: usize,
    /// Byte offset after it, behind its closing marks other than commas.
    pub end: usize,
    /// The number of its sentence in the message.
    pub sentence: usize,
}

/// How many clauses of a message are read.
const MOST: usize = 200;

/// What separates two pieces.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    Sentence,
    Clause,
}

/// The clauses of a message, in order, none without a letter or digit.
pub(super) fn clauses(text: &str) -> Vec<Clause> {
    let mut found: Vec<Clause> = Vec::new();
    let mut sentence = 0;
    let mut from = 0;
    let mut previous = '\n';
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map_or('\n', |&(_, next)| next);
        let cut = cut(text, at, previous, c, next);
        previous = c;
        let Some(cut) = cut else { continue };
        let mut end = at + c.len_utf8();
        while let Some(&(after, closing)) = rest.peek()
            && cut == Cut::Sentence
            && is_closing(closing)
        {
            end = after + closing.len_utf8();
            previous = closing;
            rest.next();
        }
        push(text, from, end, sentence, &mut found);
        if found.len() >= MOST {
            return found;
        }
        sentence += usize::from(cut == Cut::Sentence);
        from = end;
    }
    push(text, from, text.len(), sentence, &mut found);
    found
}

/// Whether the text is cut behind `c`.
fn cut(text: &str, at: usize, previous: char, c: char, next: char) -> Option<Cut> {
    let ends_word = next.is_whitespace() || is_closing(next) || is_han(next);
    match c {
        '。' | '！' | '？' | '；' | '\n' | '\r' | '…' => Some(Cut::Sentence),
        '!' | '?' | ';' if ends_word || is_han(previous) => Some(Cut::Sentence),
        '.' if is_han(previous) || (next.is_whitespace() && !is_abbreviation(&text[..at])) => Some(Cut::Sentence),
        '，' => Some(Cut::Clause),
        ',' if next.is_whitespace() || is_han(next) || is_han(previous) => Some(Cut::Clause),
        ' ' | '\u{3000}' | '~' | '～' if is_han(previous) && is_han(next) => Some(Cut::Clause),
        _ => None,
    }
}

fn is_closing(c: char) -> bool {
    "。！？!?…~～.）)”\"’".contains(c)
}

/// Whether a full stop behind this only shortens a word: `Mr`, `a.m`, initials.
fn is_abbreviation(before: &str) -> bool {
    let tail = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let word = &before[tail.len()..];
    word.len() == 1
        || ["mr", "mrs", "ms", "dr", "st", "no", "vs", "approx"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn push(text: &str, from: usize, to: usize, sentence: usize, found: &mut Vec<Clause>) {
    let piece = &text[from..to];
    if !piece.chars().any(char::is_alphanumeric) {
        return;
    }
    let opens = |c: char| !c.is_alphanumeric() && !"“\"‘'「『《（([【#@¥$€£+-*".contains(c);
    let start = to - piece.trim_start_matches(opens).len();
    let separates = |c: char| c.is_whitespace() || "，,、；;：:~～".contains(c);
    let end = from + piece.trim_end_matches(separates).len();
    found.push(Clause { start, end, sentence });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut_up(text: &str) -> Vec<(usize, &str)> {
        clauses(text).into_iter().map(|clause| (clause.sentence, &text[clause.start..clause.end])).collect()
    }

    #[test]
    fn chinese_is_cut_at_marks_and_at_spaces_between_characters() {
        assert_eq!(
            cut_up("你好，我要退货！！订单QH123 怎么办 急？"),
            [(0, "你好"), (0, "我要退货！！"), (1, "订单QH123 怎么办"), (1, "急？")]
        );
    }

    #[test]
    fn english_is_cut_at_sentences_but_not_in_numbers_and_abbreviations() {
        assert_eq!(
            cut_up("Hi Mr. Lee, it cost $1,299.50 at 9 a.m. today. Why?! See a.b/c?d=e"),
            [(0, "Hi Mr. Lee"), (0, "it cost $1,299.50 at 9 a.m. today."), (1, "Why?!"), (2, "See a.b/c?d=e")]
        );
    }

    proptest! {
        #[test]
        fn clauses_lie_in_order_on_characters(text in "\\PC{0,60}|[你好，。？！,.?!a-z \n]{0,60}") {
            let mut from = 0;
            let mut sentence = 0;
            for clause in clauses(&text) {
                prop_assert!(from <= clause.start && clause.start < clause.end && clause.end <= text.len());
                prop_assert!(text.is_char_boundary(clause.start) && text.is_char_boundary(clause.end));
                prop_assert!(sentence <= clause.sentence);
                (from, sentence) = (clause.end, clause.sentence);
            }
        }
    }
}
