//! What a classifier knows of its examples' words, to read messages with slips in them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use yingda_language::{Kind, Speller, tokens};

use crate::gram::Text;

/// The words of the training texts. Kept beside the weights, because these only know hashes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spelling {
    /// Words in letters, with the number of times they occur.
    words: BTreeMap<String, u32>,
    /// Runs of Chinese characters.
    runs: BTreeSet<String>,
}

/// Most words and runs that are kept, each.
const MOST: usize = 30_000;
/// A longer run of Chinese characters is cut.
const LONGEST_RUN: usize = 60;

impl Spelling {
    pub(crate) fn learn<'a>(texts: impl Iterator<Item = &'a Text<'a>>) -> Self {
        let mut spelling = Self::default();
        for text in texts {
            let text = text.normalised();
            let mut run = String::new();
            for c in text.chars().chain([' ']) {
                if yingda_language::is_han(c) && run.chars().count() < LONGEST_RUN {
                    run.push(c);
                } else if run.chars().nth(1).is_some() && spelling.runs.len() < MOST {
                    spelling.runs.insert(std::mem::take(&mut run));
                } else {
                    run.clear();
                }
            }
            for token in tokens(text).iter().filter(|token| token.kind == Kind::Word) {
                let word = &text[token.start..token.end];
                if spelling.words.len() < MOST || spelling.words.contains_key(word) {
                    *spelling.words.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
        spelling
    }

    pub(crate) fn speller(&self) -> Speller {
        Speller::with_words(&self.runs, self.words.iter().map(|(word, count)| (word, *count)))
    }
}
