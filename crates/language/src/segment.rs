//! Words of mixed Chinese and English text.

use std::collections::HashMap;
use std::sync::OnceLock;

use jieba_rs::{Jieba, TokenizeMode};

use crate::scan::{Piece, scan};
use crate::{english, is_han, is_stop_word};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Chinese word, or an own word with a Chinese character in it.
    Han,
    /// A word of an alphabet; English ones are stemmed.
    Word,
    /// Digits: `1,000.5` becomes `1000.5`, `400-000-1234` becomes `4000001234`, and so do the groups of a
    /// telephone or card number: `+86 138 1234 5678` becomes `8613812345678`.
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

/// Loads the Chinese dictionary and the tables of this crate now (about 0.1 s and 35 MB, once in the life of the
/// process) instead of when the first text arrives.
pub fn warm_up() {
    dictionary();
    crate::speller::warm_up();
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

    /// A segmenter that keeps each of `words` in one piece wherever it occurs, also such as mix scripts (5G套餐,
    /// A1退款险). Words are compared normalised; those without a Chinese character are left out, since spaces divide them
    /// already.
    pub fn with_words<I, S>(words: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut own: HashMap<char, Vec<String>> = HashMap::new();
        for word in words {
            let word = crate::normalise(word.as_ref());
            if let Some(first) = word.chars().next()
                && (is_han(first) || first.is_ascii_alphanumeric())
                && word.chars().any(is_han)
                && word.chars().nth(1).is_some()
            {
                own.entry(first).or_default().push(word);
            }
        }
        for list in own.values_mut() {
            list.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
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
        // Own words may reach into the next pieces.
        let mut covered = 0;
        for piece in scan(text) {
            let start = piece.start.max(covered);
            if start >= piece.end {
                continue;
            }
            if piece.kind == Kind::Han {
                covered = self.cut_han(text, Piece { start, ..piece }, mode, &mut tokens);
            } else if start > piece.start {
                // The rest of a piece that an own word ends in is no word.
                covered = piece.end;
            } else if let Some(word) = self.own_at(text, start) {
                covered = start + word.len();
                push_own(text, start, covered, mode, &mut tokens);
            } else {
                tokens.push(other(&text[start..piece.end], start, piece.kind));
            }
        }
        tokens
    }

    /// Cuts around own words first, so that the dictionary only sees what is between them. Says where it ended,
    /// which an own word may have put beyond the piece.
    fn cut_han(&self, text: &str, piece: Piece, mode: TokenizeMode, tokens: &mut Vec<Token>) -> usize {
        let mut from = piece.start;
        if !self.own.is_empty() {
            let mut at = piece.start;
            while at < piece.end
                && let Some(c) = text[at..].chars().next()
            {
                match self.own_at(text, at) {
                    Some(word) => {
                        cut_plain(text, from, at, mode, tokens);
                        let end = at + word.len();
                        push_own(text, at, end, mode, tokens);
                        at = end;
                        from = end;
                    }
                    None => at += c.len_utf8(),
                }
            }
        }
        if from < piece.end {
            cut_plain(text, from, piece.end, mode, tokens);
        }
        from.max(piece.end)
    }

    /// The longest own word that stands at `at`; one that ends in a letter or digit must end there.
    fn own_at(&self, text: &str, at: usize) -> Option<&str> {
        let rest = &text[at..];
        let list = self.own.get(&rest.chars().next()?)?;
        let ends = |word: &str| {
            !word.ends_with(|c: char| c.is_ascii_alphanumeric())
                || !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric() && !is_han(c))
        };
        list.iter().find(|word| rest.starts_with(word.as_str()) && ends(word)).map(String::as_str)
    }
}

/// An own word; for searching also the words inside it.
fn push_own(text: &str, start: usize, end: usize, mode: TokenizeMode, tokens: &mut Vec<Token>) {
    if mode == TokenizeMode::Search {
        for piece in scan(&text[start..end]) {
            let (from, to) = (start + piece.start, start + piece.end);
            match piece.kind {
                Kind::Han => cut_plain(text, from, to, mode, tokens),
                kind => tokens.push(other(&text[from..to], from, kind)),
            }
        }
        // The dictionary may know the word as well; once is enough.
        tokens.pop_if(|last| last.start == start && last.end == end);
    }
    tokens.push(han(text, start, end));
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
        Kind::Number => lower.replace([',', '-', '_', ' ', '+'], ""),
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
    fn own_words_may_mix_scripts() {
        let segmenter = Segmenter::with_words(["5G套餐", "A1退款险", "会员卡Plus"]);
        let cut = |text: &str| segmenter.tokens(&normalise(text)).into_iter().map(|t| t.text).collect::<Vec<_>>();
        assert_eq!(cut("我的5G套餐多少钱"), ["我", "的", "5g套餐", "多少", "钱"]);
        assert_eq!(cut("买了Ａ1退款险和会员卡plus"), ["买", "了", "a1退款险", "和", "会员卡plus"]);
        assert_eq!(cut("会员卡plus2"), ["会员卡", "plus", "2"]);
        let search: Vec<_> = segmenter.search_tokens("5g套餐").into_iter().map(|t| t.text).collect();
        assert_eq!(search, ["5g", "套餐", "5g套餐"]);
    }

    #[test]
    fn telephone_and_card_numbers_stay_whole() {
        for (text, number) in [
            ("我的手机138 1234 5678", "13812345678"),
            ("+86 138-1234-5678", "8613812345678"),
            ("４００－０００－１２３４", "4000001234"),
            ("call 400 000 1234", "4000001234"),
            ("座机010 8888 6666", "01088886666"),
            ("6222 0200 1234 5678 123", "6222020012345678123"),
            ("+1 650 253 0000", "16502530000"),
            ("订单 2611050123，", "2611050123"),
            ("QH-2611-050123", "qh2611050123"),
        ] {
            assert!(words(text).contains(&number.to_owned()), "{text} {:?}", words(text));
        }
        assert_eq!(words("12 300 20"), ["12", "300", "20"]);
        assert_eq!(words("2 + 3"), ["2", "3"]);
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
        let segmenter = Segmenter::with_words(["订单怎么", "退款", "a退", "退0", "1订b"]);
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
