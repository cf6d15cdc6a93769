//! Words of mixed Chinese and English text.

use std::collections::HashMap;
use std::sync::OnceLock;

use jieba_rs::{Jieba, TokenizeMode};

use crate::scan::{Piece, scan};
use crate::{english, is_han, is_stop_word};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Chinese word.
    Han,
    /// A word of an alphabet; English ones are stemmed.
    Word,
    /// Digits: `1,000.5` becomes `1000.5`, `400-000-1234` becomes `4000001234`.
    Number,
    /// Letters and digits: an order number, a product code. Hyphens and underscores are left out.
    Code,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word as it is compared: lower case, English words stemmed.
    pub text: String,
    /// Byte offset in the text where the word starts.
    pub start: usize,
    /// Byte offset in the text after the word.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Whether it is a stop word ([`is_stop_word`](crate::is_stop_word)).
    pub stop: bool,
}

/// Loads the Chinese dictionary now (about 0.1 s and 31 MB, once in the life of the process) instead
/// of when the first Chinese text arrives.
pub fn warm_up() {
    dictionary();
}

/// The words of `text`, each once, in order. Give it normalised text: offsets refer to what is given.
pub fn tokens(text: &str) -> Vec<Token> {
    static PLAIN: OnceLock<Segmenter> = OnceLock::new();
    PLAIN.get_or_init(Segmenter::new).tokens(text)
}

fn dictionary() -> &'static Jieba {
    static DICTIONARY: OnceLock<Jieba> = OnceLock::new();
    DICTIONARY.get_or_init(Jieba::new)
}

/// Cuts text into words with the shared dictionary and words of one's own (product names, terms of a
/// trade). Cheap to make and to clone: the dictionary exists once in the process.
#[derive(Debug, Clone, Default)]
pub struct Segmenter {
    /// Own words by their first character, the longest first.
    own: HashMap<char, Vec<String>>,
}

impl Segmenter {
    /// A segmenter with the dictionary alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// A segmenter that keeps each of `words` in one piece wherever it occurs. Words are compared
    /// normalised; those without a Chinese character are left out, since spaces divide them already.
    pub fn with_words<I, S>(words: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut own: HashMap<char, Vec<String>> = HashMap::new();
        for word in words {
            let word = crate::normalise(word.as_ref());
            if let Some(first) = word.chars().next()
                && word.chars().all(is_han)
                && word.chars().nth(1).is_some()
            {
                own.entry(first).or_default().push(word);
            }
        }
        for list in own.values_mut() {
            list.sort_by_key(|word| std::cmp::Reverse(word.len()));
            list.dedup();
        }
        Self { own }
    }

    /// The words of `text`, each once, in order, not overlapping. Give it normalised text
    /// ([`normalise`](crate::normalise)): offsets are bytes of what is given.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        self.cut(text, TokenizeMode::Default)
    }

    /// As [`tokens`](Self::tokens), and the shorter words inside long Chinese ones as well (增值税 and 发票 in
    /// 增值税发票), so that a search for a part finds the whole.
    pub fn search_tokens(&self, text: &str) -> Vec<Token> {
        self.cut(text, TokenizeMode::Search)
    }

    fn cut(&self, text: &str, mode: TokenizeMode) -> Vec<Token> {
        let mut tokens = Vec::new();
        for piece in scan(text) {
            let word = &text[piece.start..piece.end];
            match piece.kind {
                Kind::Han => self.cut_han(text, piece, mode, &mut tokens),
                kind => tokens.push(other(word, piece.start, kind)),
            }
        }
        tokens
    }

    /// Cuts around own words first, so that the dictionary only sees what is between them.
    fn cut_han(&self, text: &str, piece: Piece, mode: TokenizeMode, tokens: &mut Vec<Token>) {
        let mut from = piece.start;
        if !self.own.is_empty() {
            let mut at = piece.start;
            while let Some(c) = text[at..piece.end].chars().next() {
                let rest = &text[at..piece.end];
                let found =
                    self.own.get(&c).and_then(|words| words.iter().find(|word| rest.starts_with(word.as_str())));
                match found {
                    Some(word) => {
                        cut_plain(text, from, at, mode, tokens);
                        let end = at + word.len();
                        if mode == TokenizeMode::Search {
                            cut_plain(text, at, end, mode, tokens);
                            // The dictionary may know the word as well; once is enough.
                            tokens.pop_if(|last| last.start == at && last.end == end);
                        }
                        tokens.push(han(text, at, end));
                        at = end;
                        from = end;
                    }
                    None => at += c.len_utf8(),
                }
            }
        }
        cut_plain(text, from, piece.end, mode, tokens);
    }
}

fn cut_plain(text: &str, start: usize, end: usize, mode: TokenizeMode, tokens: &mut Vec<Token>) {
    if start == end {
        return;
    }
    // The statistical model for unknown words glues particles to nouns in short questions, so it is off:
    // single characters are joined again by whoever compares.
    for token in dictionary().tokenize(&text[start..end], mode, false) {
        tokens.push(han(text, start + token.byte_start, start + token.byte_end));
    }
}

fn han(text: &str, start: usize, end: usize) -> Token {
    let word = &text[start..end];
    Token { text: word.to_owned(), start, end, kind: Kind::Han, stop: is_stop_word(word) }
}

fn other(word: &str, start: usize, kind: Kind) -> Token {
    let lower = word.to_lowercase();
    let stop = kind == Kind::Word && is_stop_word(&lower);
    let text = match kind {
        Kind::Word => english::stem(&lower),
        Kind::Number => lower.replace([',', '-', '_'], ""),
        Kind::Code => lower.replace(['-', '_'], ""),
        Kind::Han | Kind::Email | Kind::Url => lower,
    };
    Token { text, start, end: start + word.len(), kind, stop }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        tokens(&normalise(text)).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn chinese_is_cut_into_words() {
        assert_eq!(words("怎么取消订单？"), ["怎么", "取消", "订单"]);
    }

    #[test]
    fn numbers_codes_and_addresses_stay_whole() {
        assert_eq!(
            words(
                "订单QH2611050123发到help@qinghe.example，见https://shop.qinghe.example/a/b。QH-KT17 1,299.50元 400-000-1234"
            ),
            [
                "订单",
                "qh2611050123",
                "发到",
                "help@qinghe.example",
                "见",
                "https://shop.qinghe.example/a/b",
                "qhkt17",
                "1299.50",
                "元",
                "4000001234"
            ]
        );
    }

    #[test]
    fn a_model_number_is_the_same_with_and_without_space() {
        assert_eq!(words("COVID-19"), words("covid 19"));
        assert_eq!(words("Mate60"), words("mate 60"));
    }

    #[test]
    fn english_is_stemmed_and_apostrophes_do_not_split() {
        assert_eq!(words("Where's my parcels?"), ["wher", "my", "parcel"]);
        assert_eq!(words("I can't e-mail"), ["i", "can't", "e", "mail"]);
        assert_eq!(words("le café crème"), ["le", "café", "crème"]);
    }

    #[test]
    fn own_words_stay_in_one_piece() {
        let segmenter = Segmenter::with_words(["便携榨汁杯", "青禾优品"]);
        let text = "青禾优品的便携榨汁杯漏水";
        let cut: Vec<_> = segmenter.tokens(text).into_iter().map(|t| t.text).collect();
        assert_eq!(cut, ["青禾优品", "的", "便携榨汁杯", "漏水"]);
        let search: Vec<_> = segmenter.search_tokens(text).into_iter().map(|t| t.text).collect();
        assert!(search.contains(&"便携".to_owned()) && search.contains(&"便携榨汁杯".to_owned()));
    }

    #[test]
    fn searching_also_gives_the_words_inside_long_words() {
        let all: Vec<_> = Segmenter::new().search_tokens("中华人民共和国").into_iter().map(|t| t.text).collect();
        assert!(all.contains(&"共和国".to_owned()) && all.contains(&"中华人民共和国".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_cut_at_character_boundaries(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn mixed_text_is_cut_at_character_boundaries(text in "[a-zA-Z0-9退款订单怎么é\u{0301}@.,'_\\-:/ ＱＨ😀한か]{0,60}") {
            check(&text);
            check(&normalise(&text));
        }
    }

    fn check(text: &str) {
        let _ = crate::detect(text);
        let segmenter = Segmenter::with_words(["订单怎么", "退款"]);
        let mut last = 0;
        for token in segmenter.tokens(text) {
            assert!(token.start >= last && token.start < token.end, "{token:?} in {text:?}");
            assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
            last = token.end;
        }
        for token in segmenter.search_tokens(text) {
            assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
        }
    }
}
