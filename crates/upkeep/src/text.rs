//! Sentences of Markdown, and short forms of texts.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use yingda_language::is_han;

/// A sentence, with the headings that it stands under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub text: String,
    /// Headings from the highest to the nearest, joined by spaces; empty above the first.
    pub under: String,
}

/// The sentences of a Markdown text without its marks, in order. A row of a table is a sentence.
pub(crate) fn sentences(markdown: &str) -> Vec<Sentence> {
    let mut headings: Vec<(usize, String)> = Vec::new();
    let mut found = Vec::new();
    for line in markdown.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with("<!--") || line.starts_with("```") {
            continue;
        }
        let level = line.chars().take_while(|c| *c == '#').count();
        if (1..=6).contains(&level) {
            headings.retain(|(above, _)| *above < level);
            headings.push((level, plain(line[level..].trim())));
            continue;
        }
        if line.chars().all(|c| "|-: *_=".contains(c)) {
            continue;
        }
        let under = headings.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ");
        for text in split(&plain(line)) {
            found.push(Sentence { text, under: under.clone() });
        }
    }
    found
}

/// Sentences of one line of plain text, with their marks at the end.
pub(crate) fn split(line: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut sentence = String::new();
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        sentence.push(c);
        let next = characters.peek().copied();
        let ends = match c {
            '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' => {
                next.is_none_or(|next| !"。！？!?”’\"'）)".contains(next))
            }
            '”' | '’' | '"' | '）' | ')' => {
                sentence.chars().rev().nth(1).is_some_and(|before| "。！？!?".contains(before))
            }
            // Not within 1.5, example.com or "e.g. this".
            '.' => next.is_none_or(char::is_whitespace) && !is_abbreviation(&sentence),
            _ => false,
        };
        if ends {
            push(&mut sentences, &mut sentence);
        }
    }
    push(&mut sentences, &mut sentence);
    sentences
}

fn push(sentences: &mut Vec<String>, sentence: &mut String) {
    let text = std::mem::take(sentence);
    let text = text.trim();
    if text.chars().any(char::is_alphanumeric) {
        sentences.push(text.to_owned());
    }
}

fn is_abbreviation(sentence: &str) -> bool {
    let word =
        sentence.trim_end_matches('.').rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    matches!(
        word.to_ascii_lowercase().as_str(),
        "e.g" | "i.e" | "etc" | "no" | "mr" | "mrs" | "ms" | "dr" | "approx" | "vs"
    ) && word.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
}

/// A line without marks of Markdown: emphasis, list, quote, link, cell.
fn plain(line: &str) -> String {
    let mut text = line.trim_start_matches(['>', ' ']);
    for mark in ["- ", "* ", "+ "] {
        text = text.strip_prefix(mark).unwrap_or(text);
    }
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if (1..=3).contains(&digits)
        && let Some(rest) = text[digits..].strip_prefix(". ").or_else(|| text[digits..].strip_prefix(") "))
    {
        text = rest;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_matches('|');
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' | '`' => {}
            '|' => out.push(' '),
            // [words](address) are the words.
            ']' if rest.starts_with('(') => {
                rest = rest.find(')').map_or(rest, |end| &rest[end + 1..]);
            }
            '[' | ']' if text.contains("](") => {}
            _ => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` without what stands in the place of masked personal data: `[PHONE]`, `⟦phone 1⟧`, `138****8000`.
pub(crate) fn without_masks(text: &str) -> Cow<'_, str> {
    mask().replace_all(text, " ")
}

pub(crate) fn has_mask(text: &str) -> bool {
    mask().is_match(text)
}

fn mask() -> &'static Regex {
    static MASK: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\[[A-Z][A-Z_ ]*[0-9]*\]|⟦[^⟧]*⟧|[\p{Alphabetic}\d@.+-]*\*{2,}[\w@.*-]*"));
    &MASK
}

/// A constant pattern.
pub(crate) fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, which the tests compile")
}

/// `text` in at most `most` characters (wide ones count as two), cut at a word, with an ellipsis when it was cut.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let width = |c: char| if is_han(c) || ('\u{3000}'..='\u{ffef}').contains(&c) { 2 } else { 1 };
    if text.chars().map(width).sum::<usize>() <= most {
        return text;
    }
    let mut used = 1;
    let mut end = 0;
    let mut word = 0;
    for (at, c) in text.char_indices() {
        used += width(c);
        if used > most {
            break;
        }
        end = at + c.len_utf8();
        if c == ' ' || width(c) == 2 {
            word = end;
        }
    }
    let end = if word * 3 > end * 2 { word } else { end };
    format!("{}…", text[..end].trim_end_matches([' ', ',', '，', '、', '.', '。', '?', '？']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_know_their_headings_and_lose_their_marks() {
        let found = sentences(
            "# 退货\n\n1. **7 天**内可以退。超过的，[看这里](/x)。\n## 运费\n| 省份 | 元 |\n|---|---|\n| 新疆 | 18 |\n",
        );
        let texts: Vec<(&str, &str)> = found.iter().map(|s| (s.text.as_str(), s.under.as_str())).collect();
        let expected = [
            ("7 天内可以退。", "退货"),
            ("超过的，看这里。", "退货"),
            ("省份 元", "退货 运费"),
            ("新疆 18", "退货 运费"),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn points_within_numbers_and_addresses_end_no_sentence() {
        let found = split("It holds 1.5 L (see shop.example). Please call No. 5! OK?");
        assert_eq!(found, ["It holds 1.5 L (see shop.example).", "Please call No. 5!", "OK?"]);
    }

    #[test]
    fn a_long_text_is_cut_at_a_word() {
        assert_eq!(shorten("how do I return it", 40), "how do I return it");
        assert_eq!(shorten("how do I return the thing that I bought", 24), "how do I return the…");
        assert_eq!(shorten("怎么退货呀我不想要了", 11), "怎么退货呀…");
    }
}
