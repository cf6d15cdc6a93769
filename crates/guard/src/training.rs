//! What the example `train` needs to make the trees by which statements are judged.

use std::ops::Range;

use crate::folded::Folded;
use crate::ground::Ground;
use crate::reckon::Reckoner;
use crate::saying::{Evidence, Lang};
use crate::sentence::sentences;
use crate::support;
use crate::unit::Unit;

pub use crate::support::forest::{Forest, Node};

/// The names of the measures, in their order.
pub fn names() -> &'static [&'static str] {
    &support::features::NAMES
}

/// A clause of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// A value for each of [`names`].
    pub measures: Vec<f32>,
}

/// The clauses of a model's text that state something, measured against the evidence.
pub fn statements(text: &str, lang: Lang, evidence: &Evidence) -> Vec<Statement> {
    let ground = Ground::new(evidence, &[]);
    let mut all = Vec::new();
    let mut before: Option<Unit> = None;
    let mut reckoner = Reckoner::new(&ground);
    for range in sentences(text) {
        let folded = Folded::new(&text[range.clone()]);
        let whole = Unit::new(&folded.text);
        let reckoned = reckoner.next(&folded.text, &ground);
        for clause in support::statements(&whole, before.as_ref(), &reckoned, &ground, lang) {
            let original = folded.original(clause.range);
            let span = range.start + original.start..range.start + original.end;
            all.push(Statement { span, measures: clause.features.to_vec() });
        }
        before = Some(whole);
    }
    all
}
