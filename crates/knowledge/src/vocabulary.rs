//! The words of all entries, with how rare each is.

use std::collections::HashMap;

use yingda_language::{Concept, Kind, Token, concept};

use crate::similar;

/// Number of a word in a [`Vocabulary`].
pub(crate) type WordId = u32;

/// A word as it is compared.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub text: String,
    pub kind: Kind,
    pub concept: Option<Concept>,
    /// A bit for each of its characters (by the low bits), to see quickly that two words share none.
    pub letters: u64,
    /// Share of its rarity that counts: grammar and politeness say little.
    pub factor: f32,
}

impl From<Token> for Word {
    fn from(token: Token) -> Self {
        let factor = if token.stop { STOP_FACTOR } else { 1.0 };
        let letters = token.text.chars().fold(0, |bits, c| bits | 1 << (c as u32 % 64));
        Self { concept: concept(&token.text), letters, text: token.text, kind: token.kind, factor }
    }
}

const STOP_FACTOR: f32 = 0.12;

/// Words by number, and the number of entries that ask with each.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    ids: HashMap<String, WordId>,
    words: Vec<Word>,
    /// In how many entries the word occurs, in questions and in answers.
    asked: Vec<u32>,
    answered: Vec<u32>,
    entries: u32,
}

impl Vocabulary {
    /// The number of the word, new or known.
    pub fn learn(&mut self, word: Word) -> WordId {
        if let Some(&id) = self.ids.get(&word.text) {
            return id;
        }
        let id = self.words.len() as WordId;
        self.ids.insert(word.text.clone(), id);
        self.words.push(word);
        self.asked.push(0);
        self.answered.push(0);
        id
    }

    /// Counts one entry that asks with the words `asked` and answers with `answered` (each without repeats).
    pub fn count(&mut self, asked: &[WordId], answered: &[WordId]) {
        self.entries += 1;
        for &id in asked {
            self.asked[id as usize] += 1;
        }
        for &id in answered {
            self.answered[id as usize] += 1;
        }
    }

    pub fn id(&self, text: &str) -> Option<WordId> {
        self.ids.get(text).copied()
    }

    pub fn word(&self, id: WordId) -> &Word {
        &self.words[id as usize]
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// How much a known word says: BM25's inverse document frequency over questions, from 0 (in every
    /// entry) to 1 (in none), times the word's factor. A word that only answers contain counts as rare as
    /// it is there.
    pub fn weight(&self, id: WordId) -> f32 {
        let found = match self.asked[id as usize] {
            0 => self.answered[id as usize],
            count => count,
        };
        self.rarity(found) * self.words[id as usize].factor
    }

    /// How much a word outside the vocabulary says.
    pub fn unknown_weight(&self, word: &Word) -> f32 {
        self.rarity(0) * word.factor
    }

    fn rarity(&self, found: u32) -> f32 {
        // As if there were twenty entries more, so that a small knowledge base does not take its subject
        // for grammar.
        let n = self.entries as f32 + 20.0;
        let idf = |count: f32| (1.0 + (n - count + 0.5) / (count + 0.5)).ln();
        (idf(found as f32 + 0.5) / idf(0.5)).clamp(0.0, 1.0)
    }

    /// Known words that an unknown Latin word may be a slip of the finger for, at most four.
    pub fn spellings(&self, word: &Word) -> Vec<WordId> {
        if word.kind != Kind::Word || word.text.len() < 4 {
            return Vec::new();
        }
        let first = word.text.as_bytes().first();
        self.words
            .iter()
            .enumerate()
            .filter(|(id, known)| {
                known.kind == Kind::Word
                    && known.text.as_bytes().first() == first
                    && self.asked[*id] > 0
                    && similar::is_slip(&word.text, &known.text)
            })
            .map(|(id, _)| id as WordId)
            .take(4)
            .collect()
    }
}
