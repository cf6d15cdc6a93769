//! The sentences of a text and the clauses of a sentence.

use std::ops::Range;

/// The bytes of each sentence, in order, with what closes it and the spaces after it; together they are the text.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let after = at + c.len_utf8();
        let next = characters.peek().map(|(_, c)| *c);
        let ends = match c {
            '\n' | '。' | '！' | '？' | '；' | '…' => true,
            '!' | '?' => next.is_none_or(|next| !closes(next)),
            '.' => next.is_none_or(char::is_whitespace) && !is_short(&text[start..at]),
            _ => false,
        };
        if !ends {
            continue;
        }
        let mut end = after;
        while let Some(&(at, c)) = characters.peek()
            && (closes(c) || c.is_whitespace())
        {
            end = at + c.len_utf8();
            characters.next();
        }
        sentences.push(start..end);
        start = end;
    }
    if start < text.len() {
        sentences.push(start..text.len());
    }
    sentences
}

/// What may follow the end of a sentence and still belongs to it.
fn closes(c: char) -> bool {
    matches!(
        c,
        '。' | '！' | '？' | '…' | '!' | '?' | '”' | '’' | '"' | ')' | '）' | '」' | '』' | '】' | '*' | '~' | '～'
    )
}

/// Whether a full stop after this ends no sentence: an abbreviation, the number of an item.
fn is_short(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_start_matches(['(', '"', '*']).to_ascii_lowercase();
    matches!(word.as_str(), "e.g" | "i.e" | "mr" | "mrs" | "ms" | "dr" | "no" | "vs" | "st" | "approx" | "a.m" | "p.m")
        || !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit()) && before.trim() == word
}

/// The bytes of each clause of a folded sentence, without the marks between them. A colon ends one as well.
pub(crate) fn clauses(text: &str) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, c)| *c);
        let digits = before.is_ascii_digit() && next.is_ascii_digit();
        let ends = match c {
            '，' | '；' | '。' | '！' | '？' | '…' | '\n' | ';' | '!' | '?' | '(' | ')' => true,
            ',' | ':' => {
                !(digits || c == ':' && next == '/' || c == ',' && is_inside(&text[start..at], &text[after(at, c)..]))
            }
            // We take most plans but not that one.
            ' ' => text[at..].starts_with(" but not "),
            _ => false,
        };
        if ends {
            if start < at {
                clauses.push(start..at);
            }
            start = at + c.len_utf8();
        }
        before = c;
    }
    if start < text.len() {
        clauses.push(start..text.len());
    }
    clauses.retain(|range| !text[range.clone()].trim().is_empty());
    clauses
}

fn after(at: usize, c: char) -> usize {
    at + c.len_utf8()
}

/// Whether a comma stands inside a date (March 9, 2027) or a list that is denied as a whole (no food, fuel or animals).
fn is_inside(before: &str, rest: &str) -> bool {
    let rest = rest.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let day =
        before.rsplit(' ').next().is_some_and(|day| day.len() <= 4 && day.starts_with(|c: char| c.is_ascii_digit()));
    if digits == 4 && day && (rest.starts_with("19") || rest.starts_with("20")) {
        return true;
    }
    let list = rest.split(['.', ';', ':', '!', '?']).next().unwrap_or_default();
    before.trim_start().starts_with("no ") && before.split_whitespace().count() <= 4 && {
        list.find(" or ").is_some_and(|at| list[..at].split_whitespace().count() <= 6)
    }
}

#[cfg(test)]
mod tests {
    use super::{clauses, sentences};
    use proptest::prelude::{any, proptest};

    #[test]
    fn sentences_end_where_people_end_them() {
        let all = |text: &str| sentences(text).into_iter().map(|r| text[r].trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            all("退款 24 小时内到账。好的！“真的吗？”是的"),
            ["退款 24 小时内到账。", "好的！", "“真的吗？”", "是的"]
        );
        assert_eq!(
            all("It costs $3.5, e.g. by card. Really?! Yes."),
            ["It costs $3.5, e.g. by card.", "Really?!", "Yes."]
        );
        assert_eq!(all("1. Open it."), ["1. Open it."]);
        assert_eq!(all("It closes at 5 p.m. today."), ["It closes at 5 p.m. today."]);
    }

    #[test]
    fn a_comma_inside_a_number_divides_nothing() {
        let text = "共1,299元，可退: 是的";
        let all: Vec<&str> = clauses(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(all, ["共1,299元", "可退", " 是的"]);
    }

    proptest! {
        #[test]
        fn the_sentences_of_a_text_are_the_text(text in any::<String>()) {
            let whole: String = sentences(&text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(whole, text);
            for range in clauses(&text) {
                assert!(text.get(range).is_some());
            }
        }
    }
}
