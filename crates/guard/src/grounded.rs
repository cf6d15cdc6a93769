//! Whether the facts that a model wrote stand in the evidence at all.

use std::sync::LazyLock;

use regex::Regex;

use crate::fact::Value;
use crate::ground::Ground;
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::reckon::Reckoned;
use crate::saying::Rule;

/// What stands before the last digits of a longer number.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?:尾号|末尾|后[三四五六3-6]位|\bend(?:ing|s)(?: in| with)?|\blast (?:three|four|3|4) digits)\D{0,4}$")
});

/// Checks the facts of a sentence, of which `reckoned` follow from others.
pub(crate) fn facts(piece: &Piece, reckoned: &[Reckoned], ground: &Ground, broken: &mut Vec<Broken>) {
    for clause in &piece.clauses {
        for fact in &clause.unit.facts {
            if fact.is_trivial() || ground.states(fact) {
                continue;
            }
            let span = clause.at + fact.span.start..clause.at + fact.span.end;
            let text = &piece.folded.text;
            // “One of the two” counts what was named.
            let counts = matches!(fact.value, Value::Plain(amount) if amount <= 5.0)
                && ["the ", "these ", "those ", "all "].iter().any(|word| text[..span.start].ends_with(word));
            // 您和妈妈两个人.
            let pair = matches!(fact.value, Value::Quantity { amount: 2.0, .. })
                && text[..span.start].contains(['和', '跟', '与']);
            let counts = counts || pair;
            let follows = reckoned.iter().any(|other| other.fact.span == span && other.fact.value == fact.value);
            if counts || follows || is_tail(text, &span, ground) {
                continue;
            }
            broken.push(Broken::new(
                Rule::Number,
                span,
                "依据里没有这个数字、日期、金额或编号",
                "no evidence states this number, date, amount or code",
            ));
        }
    }
}

/// Whether the bytes `span` of a folded text are said to be the last digits of a number, and some number ends so.
pub(crate) fn is_tail(text: &str, span: &std::ops::Range<usize>, ground: &Ground) -> bool {
    let digits = text[span.clone()].trim();
    (3..=6).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && TAIL.is_match(&text[..span.start])
        && ground
            .text
            .match_indices(digits)
            .any(|(at, _)| !ground.text[at + digits.len()..].starts_with(|c: char| c.is_ascii_digit()))
}
