//! A sentence or a clause as what it speaks of: words that carry meaning, whether they are denied, and facts.

use std::collections::HashSet;
use std::ops::Range;

use yingda_language::{Kind, concept, tokens};

use crate::fact::{Fact, scan};
use crate::negation;
use crate::neutral::{is_light, is_neutral};

/// A word that carries meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    /// What it is compared by: the group of words that mean the same, or the word.
    pub key: String,
    /// As it stands in the text, stemmed in English.
    pub text: String,
    /// Bytes of the folded text.
    pub span: Range<usize>,
    /// Whether it is denied: 不能**取消**.
    pub denied: bool,
    /// Whether it states nothing by itself: 支持, offer.
    pub light: bool,
}

/// What a piece of text speaks of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unit {
    /// The folded text.
    pub text: String,
    pub words: Vec<Word>,
    pub facts: Vec<Fact>,
}

impl Unit {
    /// Reads a folded piece of text.
    pub fn new(text: &str) -> Self {
        let facts = scan(text);
        let denials = negation::scopes(text);
        let inside = |range: &Range<usize>, at: usize| range.start <= at && at < range.end;
        let mut words = Vec::new();
        for token in tokens(text) {
            if token.start >= token.end || matches!(token.kind, Kind::Number | Kind::Code | Kind::Email | Kind::Url) {
                continue;
            }
            let span = token.start..token.end;
            let written = &text[span.clone()];
            if facts.iter().any(|fact| inside(&fact.span, span.start)) || negation::is_marker(written) {
                continue;
            }
            let inner = negation::inner(&token.text);
            let (canonical, turned) = negation::turned(inner.unwrap_or(&token.text));
            let turned = turned != inner.is_some();
            if token.stop && !turned || is_neutral(canonical) || is_neutral(written) {
                continue;
            }
            let mut key = concept(canonical).map_or_else(|| canonical.to_owned(), |concept| format!("={}", concept.0));
            // What holds before something happens is not what holds when it has: 发货前, 已发货.
            if text[span.end..].trim_start_matches("之").trim_start_matches("以").starts_with('前')
                || text[..span.start].ends_with("before ")
            {
                key.push('<');
            }
            let denied = denials.iter().filter(|scope| inside(scope, span.start)).count() % 2 == 1;
            let light = is_light(canonical) || is_light(written);
            words.push(Word { key, text: canonical.to_owned(), span, denied: denied != turned, light });
        }
        Self { text: text.to_owned(), words, facts }
    }

    /// What the unit is compared by: words and facts.
    pub fn keys(&self) -> HashSet<String> {
        self.words.iter().map(|word| word.key.clone()).chain(self.facts.iter().map(Fact::key)).collect()
    }
}
