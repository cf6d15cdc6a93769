//! What the knowledge base consists of, as search sees it.

use serde::{Deserialize, Serialize};

/// What an entry is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A question, other wordings of it, and its answer.
    #[default]
    Faq,
    /// A text in sections.
    Article,
    /// A file that was read.
    Document,
    /// A page of a website.
    Page,
}

/// Who may read an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    #[default]
    Public,
    /// Customers who are known, and the company's people.
    SignedIn,
    /// The company's people.
    Agents,
    /// The people of the team with this id.
    Team(String),
}

/// A question with its answer, or a title with its text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Unique among the entries of an index; opaque here.
    pub id: String,
    pub kind: EntryKind,
    /// The question in its main wording; the title of what is no FAQ entry.
    pub question: String,
    /// The answer or text, Markdown.
    pub answer: String,
    /// Other wordings of the question.
    pub variants: Vec<String>,
    /// Language tag (`zh`, `en`, …), when known.
    pub lang: Option<String>,
    /// The path it is filed under, such as `orders/returns`.
    pub category: Option<String>,
    pub tags: Vec<String>,
    pub audience: Audience,
    /// Not used before, in milliseconds since 1970.
    pub valid_from: Option<i64>,
    /// Not used from then on, in milliseconds since 1970.
    pub valid_until: Option<i64>,
    /// When it was last changed, in milliseconds since 1970; 0 when unknown.
    pub updated_at: i64,
    /// How often it was chosen or used; only compared with that of other entries.
    pub popularity: f32,
}

impl Entry {
    /// A FAQ entry for everybody, without variants, language and category.
    pub fn new(id: impl Into<String>, question: impl Into<String>, answer: impl Into<String>) -> Self {
        Self { id: id.into(), question: question.into(), answer: answer.into(), ..Self::default() }
    }

    /// The question and then its variants.
    pub fn wordings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.question).chain(&self.variants).map(String::as_str)
    }
}
