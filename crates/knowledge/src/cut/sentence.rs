//! The sentences of a text.

use std::ops::Range;

/// The bytes of each sentence, in order, with what closes it and the spaces after it; together they are the text. Lines of
/// lists and tables are sentences of their own.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let after = at + c.len_utf8();
        let next = characters.peek().map(|(_, c)| *c);
        let ends = match c {
            '\n' | '。' | '！' | '？' | '；' | '…' => true,
            '!' | '?' => next.is_none_or(|next| !is_ending(next)),
            // Not in 3.5, e.g. or v2.0.
            '.' => {
                let word = text[start..at].rsplit(char::is_whitespace).next().unwrap_or_default();
                next.is_none_or(char::is_whitespace) && word.chars().count() > 1 && !is_short(word)
            }
            _ => false,
        };
        if !ends {
            continue;
        }
        let mut end = after;
        while let Some(&(at, c)) = characters.peek()
            && (is_ending(c) || c.is_whitespace())
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
fn is_ending(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '…' | '!' | '?' | '”' | '’' | '"' | ')' | '）' | '」' | '』' | '】' | '*')
}

fn is_short(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '*']).to_ascii_lowercase();
    matches!(word.as_str(), "e.g" | "i.e" | "mr" | "mrs" | "ms" | "dr" | "no" | "vs" | "etc" | "st" | "approx" | "u.s")
        // The number of an item.
        || word.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        let all =
            |text: &str| sentences(text).into_iter().map(|range| text[range].trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            all("退款 24 小时内到账。节假日顺延！“真的吗？”是的"),
            ["退款 24 小时内到账。", "节假日顺延！", "“真的吗？”", "是的"]
        );
        assert_eq!(
            all("It costs 3.5 euros, e.g. by card. Really?! Yes."),
            ["It costs 3.5 euros, e.g. by card.", "Really?!", "Yes."]
        );
        assert_eq!(all("- one\n- two\n"), ["- one", "- two"]);
        assert_eq!(all("1. Open it."), ["1. Open it."]);
        assert!(all("").is_empty());
    }
}
