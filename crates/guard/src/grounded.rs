//! Whether the facts that a model wrote stand in the evidence at all.

use crate::ground::Ground;
use crate::piece::{Broken, Piece};
use crate::saying::Rule;

/// Checks the facts of a sentence.
pub(crate) fn facts(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    for clause in &piece.clauses {
        for fact in &clause.unit.facts {
            if fact.is_trivial() || ground.states(fact) {
                continue;
            }
            let span = clause.at + fact.span.start..clause.at + fact.span.end;
            broken.push(Broken::new(
                Rule::Number,
                span,
                "依据里没有这个数字、日期、金额或编号",
                "no evidence states this number, date, amount or code",
            ));
        }
    }
}
