//! Words as terms of the full-text index.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use yingda_language::{Kind, Segmenter, concept, is_han, is_stop_word};

use crate::phrase::Word;

/// Weight of a term that stands for a group of synonyms, relative to the word itself.
const CONCEPT_BOOST: f32 = 0.6;
/// … of a single Chinese character.
const CHARACTER_BOOST: f32 = 0.45;

/// A term of the full-text index.
pub(crate) struct Form {
    pub text: String,
    pub boost: f32,
}

/// How a word stands in the full-text index: itself, its concept, and its single characters when Chinese,
/// so that 退个款 finds 退款.
pub(crate) fn forms(word: &Word) -> Vec<Form> {
    let mut forms = vec![Form { text: word.text.clone(), boost: 1.0 }];
    if let Some(concept) = concept(&word.text) {
        forms.push(Form { text: format!("\u{1}{}", concept.0), boost: CONCEPT_BOOST });
    }
    if word.kind == Kind::Han {
        let mut buffer = [0; 4];
        for c in word.text.chars().filter(|&c| is_han(c)) {
            let c: &str = c.encode_utf8(&mut buffer);
            if !is_stop_word(c) {
                forms.push(Form {
                    // Apart from words of one character, which count in full.
                    text: format!("\u{2}{c}"),
                    boost: CHARACTER_BOOST,
                });
            }
        }
    }
    forms
}

/// Cuts normalised text into words and gives each in all its forms.
#[derive(Clone, Default)]
pub(crate) struct WordTokenizer(Segmenter);

impl WordTokenizer {
    /// The name that fields refer to it by.
    pub const NAME: &str = "words";
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream {
        let mut tokens = Vec::new();
        for token in self.0.search_tokens(text) {
            let (offset_from, offset_to) = (token.start, token.end);
            for form in forms(&Word::from(token)) {
                let position = tokens.len();
                tokens.push(Token { offset_from, offset_to, position, text: form.text, position_length: 1 });
            }
        }
        WordStream { next: tokens.into_iter(), token: Token::default() }
    }
}

pub(crate) struct WordStream {
    next: std::vec::IntoIter<Token>,
    token: Token,
}

impl TokenStream for WordStream {
    fn advance(&mut self) -> bool {
        match self.next.next() {
            Some(token) => {
                self.token = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
