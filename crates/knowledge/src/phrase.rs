//! A wording of a question, ready to be compared.

use yingda_language::{Token, tokens};

use crate::vocabulary::{Vocabulary, Word, WordId};

/// Longest text that is analysed, in characters; a question beyond it is compared by its beginning.
pub(crate) const LONGEST: usize = 2_000;

/// What a user asked: its words with their weights.
#[derive(Debug)]
pub(crate) struct Query {
    pub normal: String,
    pub words: Vec<QueryWord>,
    pub grams: Vec<u32>,
}

#[derive(Debug)]
pub(crate) struct QueryWord {
    pub id: Option<WordId>,
    pub word: Word,
    pub weight: f32,
}

impl Query {
    pub fn new(text: &str, vocabulary: &Vocabulary) -> Self {
        let normal = normal(text);
        let words = distinct(tokens(&normal))
            .take(64)
            .map(|word| {
                let id = vocabulary.id(&word.text);
                let weight = match id {
                    Some(id) => vocabulary.weight(id),
                    None => vocabulary.unknown_weight(&word),
                };
                QueryWord { id, word, weight }
            })
            .collect();
        Self { words, grams: grams(&normal), normal }
    }
}

/// A wording of an entry: the numbers of its words and of its runs of characters.
#[derive(Debug)]
pub(crate) struct Phrase {
    pub words: Box<[WordId]>,
    pub grams: Box<[u32]>,
}

impl Phrase {
    pub fn new(normal: &str, vocabulary: &mut Vocabulary) -> Self {
        Self {
            words: distinct(tokens(normal)).map(|word| vocabulary.learn(word)).collect(),
            grams: grams(normal).into(),
        }
    }
}

/// The text normalised, and cut to [`LONGEST`] characters.
pub(crate) fn normal(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at]);
    yingda_language::normalise(cut)
}

pub(crate) fn distinct(tokens: Vec<Token>) -> impl Iterator<Item = Word> {
    let mut seen = std::collections::HashSet::new();
    tokens.into_iter().filter(move |token| seen.insert(token.text.clone())).map(Word::from)
}

/// Hashes of the runs of two characters, or of four letters when there is no Chinese (punctuation and spaces left
/// out), sorted, each once.
fn grams(normal: &str) -> Vec<u32> {
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
