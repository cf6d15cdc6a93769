//! What is asked, and what is found.

use serde::{Deserialize, Serialize};
use yingda_embedding::{Embedder, Purpose};
use yingda_language::simplified;

use crate::{EntryKind, Filter, Passage};

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// As it was written; only the first 2,000 characters are read.
    pub text: String,
    /// Made with [`QuestionVector::of`]. Without it, search goes by words alone.
    pub vector: Option<QuestionVector>,
    pub filter: Filter,
    /// Most hits.
    pub limit: usize,
    /// Milliseconds since 1970: of entries that fit alike, the one changed last comes first. `None`: age plays no part.
    pub now: Option<i64>,
}

impl Query {
    /// A question without a vector, of all entries, with at most 8 hits.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), limit: 8, ..Self::default() }
    }
}

/// The meaning of a question in numbers. Whoever asks makes it, once a message, so that searching never waits for it.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionVector {
    /// The model that made it; vectors of others are not compared with it.
    pub model: u64,
    pub values: Vec<f32>,
}

impl QuestionVector {
    /// Embeds a question: some milliseconds, unless the embedder remembers it.
    pub fn of(text: &str, embedder: &Embedder) -> Self {
        let values = embedder.embed(&simplified(text), Purpose::Query);
        Self { model: embedder.encoder().identity(), values }
    }
}

/// An entry that may answer what was asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// [`Entry::id`](crate::Entry::id).
    pub entry_id: String,
    pub kind: EntryKind,
    /// As the entry says, or `zh` or `en` when it is written so.
    pub lang: Option<String>,
    /// The entry's main question, or its title.
    pub question: String,
    /// The wording that fits best: the question or one of its variants.
    pub matched: String,
    /// The passage that fits best; `None` when the entry has no text.
    pub passage: Option<Passage>,
    /// What in the passage answers, as far as words tell.
    pub sentence: Option<Sentence>,
    /// BM25 score of wordings and best passage; comparable within one search only.
    pub bm25: f32,
    /// Cosine of the question with what is nearest in the entry, with what all texts have in common taken off; `None` when
    /// there are no vectors.
    pub cosine: Option<f32>,
    /// The probability that this entry is meant, from 0 to 1; close rivals lower it. Hits come sorted by it.
    pub confidence: f32,
    /// Whether a wording is the very question.
    pub exact: bool,
    /// What was asked, word by word, for an explanation of the confidence.
    pub terms: Vec<TermWeight>,
}

/// A part of a passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Byte of [`Passage::text`] at which it begins.
    pub start: usize,
    /// Byte after its end.
    pub end: usize,
    pub text: String,
}

/// A word of what was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermWeight {
    /// The word as compared (normalised, stemmed).
    pub term: String,
    /// How much it says, from 0 to 1: rare words more than common ones.
    pub weight: f32,
    /// How near the matched wording comes to it: 1 the same, 0 absent, between: synonym, part, slip.
    pub matched: f32,
}

/// How the candidates for a question fit, for learning what to make of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Ids and numbers of the candidates; see [`Weights`](crate::learning::Weights).
    pub candidates: Vec<(String, [f32; crate::model::FEATURES])>,
    pub none: [f32; crate::model::NONE_FEATURES],
}
