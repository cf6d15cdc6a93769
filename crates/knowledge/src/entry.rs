//! What the knowledge base consists of.

use serde::{Deserialize, Serialize};

/// A question, its answer, and other ways of asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Unique among the entries of an index; opaque here.
    pub id: String,
    /// The question in its main wording.
    pub question: String,
    /// The answer, plain text.
    pub answer: String,
    /// Other wordings of the question.
    #[serde(default)]
    pub variants: Vec<String>,
    /// Language tag (`zh`, `en`, …), when known.
    #[serde(default)]
    pub lang: Option<String>,
    /// The subject it is filed under.
    #[serde(default)]
    pub category: Option<String>,
}

impl Entry {
    /// An entry without variants, language and category.
    pub fn new(id: impl Into<String>, question: impl Into<String>, answer: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            question: question.into(),
            answer: answer.into(),
            variants: Vec::new(),
            lang: None,
            category: None,
        }
    }

    /// The question and then its variants.
    pub fn phrasings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.question).chain(&self.variants).map(String::as_str)
    }
}
