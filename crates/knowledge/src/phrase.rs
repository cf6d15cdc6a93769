//! Texts ready to be compared: what is asked, wordings, passages.

use std::collections::HashSet;

use yingda_language::{Concept, Kind, Token, concept, tokens};

/// Longest text that is analysed, in characters; a question beyond it is compared by its beginning.
pub(crate) const LONGEST: usize = 2_000;

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

/// A wording of an entry: its words, and its runs of characters.
#[derive(Debug)]
pub(crate) struct Phrase {
    pub words: Box<[Word]>,
    pub grams: Box<[u32]>,
}

impl Phrase {
    pub fn new(text: &str) -> Self {
        let normal = normal(text);
        Self { words: distinct(tokens(&normal)).collect(), grams: grams(&normal).into() }
    }
}

/// The words of a passage by their hashes, sorted, and their concepts, sorted. Many passages are kept, so that each is two
/// pieces of memory, not one for each word.
#[derive(Debug, Default)]
pub(crate) struct Content {
    words: Box<[u64]>,
    concepts: Box<[Concept]>,
}

impl Content {
    pub fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut words = Vec::new();
        let mut concepts = Vec::new();
        for text in texts {
            for token in tokens(&normal(text)) {
                concepts.extend(concept(&token.text));
                words.push(word(&token.text));
            }
        }
        words.sort_unstable();
        words.dedup();
        concepts.sort_unstable();
        concepts.dedup();
        Self { words: words.into(), concepts: concepts.into() }
    }

    pub fn contains(&self, text: &str) -> bool {
        self.words.binary_search(&word(text)).is_ok()
    }

    pub fn mentions(&self, concept: Concept) -> bool {
        self.concepts.binary_search(&concept).is_ok()
    }
}

fn word(text: &str) -> u64 {
    crate::hash::hash(&[text.as_bytes()])
}

/// The text normalised, and cut to [`LONGEST`] characters.
pub(crate) fn normal(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at]);
    yingda_language::normalise(cut)
}

pub(crate) fn distinct(tokens: Vec<Token>) -> impl Iterator<Item = Word> {
    let mut seen = HashSet::new();
    tokens.into_iter().filter(move |token| seen.insert(token.text.clone())).map(Word::from)
}

/// Hashes of the runs of two characters, or of four letters when there is no Chinese (punctuation and spaces left
/// out), sorted, each once.
pub(crate) fn grams(normal: &str) -> Vec<u32> {
    let letters: Vec<char> = normal.chars().filter(|c| c.is_alphanumeric()).collect();
    let length = if letters.iter().any(|&c| yingda_language::is_han(c)) { 2 } else { 4 };
    // A text shorter than a run is one run.
    let length = length.min(letters.len().max(1));
    let mut grams: Vec<u32> = letters.windows(length).map(hash).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// FNV-1a, 32 bits.
fn hash(letters: &[char]) -> u32 {
    letters.iter().fold(0x811C_9DC5, |hash, &c| (hash ^ c as u32).wrapping_mul(0x0100_0193))
}

/// Dice's coefficient of two sorted sets.
pub(crate) fn dice(a: &[u32], b: &[u32]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2.0 * shared as f32 / (a.len() + b.len()) as f32
}
