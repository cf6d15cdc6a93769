//! A message as it is read: its clauses, what they do, what they name.

use std::borrow::Cow;
use std::ops::Range;

use yingda_entity::{Context, Entities, Entity};
use yingda_language::is_han;

use super::clause::{Clause, clauses};
use super::sign::{Does, Signs};
use super::{Extract, Speaker, Turn};

/// A message in its parts. Ranges are of its clauses.
pub(super) struct Message<'a> {
    pub turn: Turn<'a>,
    clauses: Vec<Clause>,
    signs: Vec<Signs>,
    pub entities: Cow<'a, [Entity]>,
}

/// How wide an extract may become by taking in neighbouring clauses; a Chinese character counts twice.
const WIDE: usize = 160;

/// How many bytes of a single clause are shown at most.
const LONG: usize = 1000;

impl<'a> Message<'a> {
    pub fn new(turn: Turn<'a>, entities: &Entities) -> Self {
        let mut parts = Vec::new();
        for clause in clauses(turn.text) {
            let greeting = greeting(&turn.text[clause.start..clause.end]);
            if greeting > 0 {
                parts.push(Clause { end: clause.start + greeting, ..clause });
            }
            let rest = &turn.text[clause.start + greeting..clause.end];
            parts.push(Clause { start: clause.end - rest.trim_start().len(), ..clause });
        }
        let signs = parts.iter().map(|part| Signs::of(shown(turn.text, part.start, part.end))).collect();
        let entities = match turn.known.entities {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(entities.find(turn.text, &Context { now: turn.at })),
        };
        Self { turn, clauses: parts, signs, entities }
    }

    pub fn is_customers(&self) -> bool {
        self.turn.who == Speaker::Customer
    }

    /// The sentences.
    pub fn sentences(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut from = 0;
        self.clauses.chunk_by(|a, b| a.sentence == b.sentence).map(move |sentence| {
            let range = from..from + sentence.len();
            from = range.end;
            range
        })
    }

    /// A sentence without the courtesies at its ends; nothing when it is nothing else.
    pub fn without_courtesy(&self, sentence: Range<usize>) -> Option<Range<usize>> {
        let says = |&at: &usize| !self.signs[at].has(Does::Courtesy);
        let first = sentence.clone().find(says)?;
        let last = sentence.rev().find(says)?;
        Some(first..last + 1)
    }

    /// What a clause does.
    pub fn clause_signs(&self, clause: usize) -> Signs {
        self.signs[clause]
    }

    /// What a range does, all of it.
    pub fn signs(&self, range: Range<usize>) -> Signs {
        self.signs[range].iter().fold(Signs::default(), |all, &signs| all.or(signs))
    }

    /// What the message does, all of it.
    pub fn all_signs(&self) -> Signs {
        self.signs(0..self.signs.len())
    }

    /// As much of a range round the clause `key` as is not too wide to show.
    pub fn fitting(&self, range: Range<usize>, key: usize) -> Range<usize> {
        let mut fitting = range;
        while fitting.len() > 1 && width(self.text(&fitting)) > WIDE {
            // What stands before a request explains it more often than what stands after.
            if fitting.end - 1 - key >= key - fitting.start && fitting.end - 1 > key {
                fitting.end -= 1;
            } else {
                fitting.start += 1;
            }
        }
        fitting
    }

    /// The bytes of a range.
    pub fn span(&self, range: &Range<usize>) -> Range<usize> {
        self.clauses[range.start].start..self.clauses[range.end - 1].end
    }

    /// The words of a range.
    pub fn text(&self, range: &Range<usize>) -> &'a str {
        let span = self.span(range);
        shown(self.turn.text, span.start, span.end)
    }

    /// Whether a range ends as a question.
    pub fn asks(&self, range: &Range<usize>) -> bool {
        self.text(range).trim_end_matches([' ', '"', '”', '～', '~']).ends_with(['?', '？', '吗', '嗎'])
    }

    /// Whether a range has Chinese characters.
    pub fn is_chinese(&self, range: &Range<usize>) -> bool {
        self.text(range).chars().any(is_han)
    }

    /// A range as it is given out.
    pub fn extract(&self, range: &Range<usize>) -> Extract {
        let start = self.span(range).start;
        let text = self.text(range);
        let Turn { seq, who, .. } = self.turn;
        Extract { seq, who, start, end: start + text.len(), text: text.to_owned() }
    }
}

/// How wide a text is; a Chinese character or mark counts twice.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if c as u32 >= 0x2E80 { 2 } else { 1 }).sum()
}

/// A piece of a text, cut off where it gets too long.
fn shown(text: &str, start: usize, end: usize) -> &str {
    &text[start..text.floor_char_boundary(end.min(start + LONG)).max(start)]
}

/// The length of a greeting that something follows without a mark: "你好我想…", "hi i want …"; 0 for none.
fn greeting(clause: &str) -> usize {
    for word in ["你好", "您好"] {
        if let Some(rest) = clause.strip_prefix(word)
            && rest.starts_with(|c: char| is_han(c) && !"像多久好啊呀吗".contains(c))
            && rest.chars().nth(1).is_some()
        {
            return word.len();
        }
    }
    let lower: String = clause.chars().take(16).map(|c| c.to_ascii_lowercase()).collect();
    for word in
        ["hi there ", "hi ", "hii ", "hai ", "hello ", "hey ", "good morning ", "good afternoon ", "good evening "]
    {
        if lower.starts_with(word) && clause[word.len()..].contains(' ') {
            return word.len() - 1;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_taken_off_but_not_a_word_that_begins_like_one() {
        assert_eq!(greeting("你好我想退货"), "你好".len());
        assert_eq!(greeting("你好像没发货"), 0);
        assert_eq!(greeting("你好"), 0);
        assert_eq!(greeting("Hi i want a refund"), 2);
        assert_eq!(greeting("history of orders"), 0);
    }
}
