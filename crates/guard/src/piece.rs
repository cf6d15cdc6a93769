//! A sentence that is checked, and what is found in it.

use std::ops::Range;

use crate::folded::Folded;
use crate::saying::Rule;
use crate::sentence::clauses;
use crate::unit::Unit;

/// A clause of a sentence.
#[derive(Debug)]
pub(crate) struct Clause {
    /// Where it starts in the folded sentence, in bytes.
    pub at: usize,
    pub unit: Unit,
}

/// A sentence.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Bytes of the text that is checked.
    pub span: Range<usize>,
    pub folded: Folded,
    pub whole: Unit,
    pub clauses: Vec<Clause>,
}

impl Piece {
    pub fn new(text: &str, span: Range<usize>) -> Self {
        let folded = Folded::new(&text[span.clone()]);
        let whole = Unit::new(&folded.text);
        let clauses = clauses(&folded.text)
            .into_iter()
            .map(|range| Clause { at: range.start, unit: Unit::new(&folded.text[range]) })
            .collect();
        Self { span, folded, whole, clauses }
    }

    /// A sentence that nobody asks what it speaks of.
    pub fn plain(text: &str, span: Range<usize>) -> Self {
        let folded = Folded::new(&text[span.clone()]);
        Self { span, folded, whole: Unit::default(), clauses: Vec::new() }
    }

    /// The bytes of the checked text for bytes of the folded sentence.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let inner = self.folded.original(range);
        self.span.start + inner.start..self.span.start + inner.end
    }
}

/// Something found in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Broken {
    pub rule: Rule,
    /// Bytes of the folded sentence.
    pub span: Range<usize>,
    pub why_zh: String,
    pub why_en: String,
    /// What to say instead of the words, where the operator named it.
    pub instead: Option<String>,
    /// Whether nothing of the whole text may be said.
    pub whole: Reach,
}

/// How much a finding stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Sentence,
    Text,
}

impl Broken {
    pub fn new(rule: Rule, span: Range<usize>, why_zh: &str, why_en: &str) -> Self {
        Self { rule, span, why_zh: why_zh.to_owned(), why_en: why_en.to_owned(), instead: None, whole: Reach::Sentence }
    }

    pub fn everything(mut self) -> Self {
        self.whole = Reach::Text;
        self
    }
}
