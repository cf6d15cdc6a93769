//! What a classifier knows of how its examples are written, to read messages with slips in them.

use serde::{Deserialize, Serialize};
use yingda_language::{Kind, Speller, tokens};

use crate::gram::Text;

/// The words of the training texts in their order. Kept beside the weights, because these only know hashes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Spelling {
    /// Normalised texts, with `.` for what is no word: numbers, codes and addresses are not kept.
    texts: Vec<String>,
}

/// Most bytes that are kept of one text, and of all.
const MOST_OF_ONE: usize = 600;
const MOST: usize = 2 << 20;

impl Spelling {
    pub(crate) fn learn<'a>(texts: impl Iterator<Item = &'a Text<'a>>) -> Self {
        let mut spelling = Self::default();
        let mut kept = 0;
        for text in texts.map(Text::normalised) {
            let words = words(&text[..text.floor_char_boundary(MOST_OF_ONE)]);
            kept += words.len();
            if kept > MOST {
                break;
            }
            spelling.texts.push(words);
        }
        spelling
    }

    pub(crate) fn speller(&self) -> Speller {
        Speller::new(&self.texts)
    }
}

/// The words of a text, as they stand.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for token in tokens(text) {
        let between = &text[end..token.start];
        if between.chars().all(char::is_whitespace) {
            out.push_str(between);
        } else {
            out.push_str(". ");
        }
        match token.kind {
            Kind::Han | Kind::Word => out.push_str(&text[token.start..token.end]),
            Kind::Number | Kind::Code | Kind::Email | Kind::Url => out.push('.'),
        }
        end = token.end;
    }
    out
}
