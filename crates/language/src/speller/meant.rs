//! The English words that may have been meant by a word that does not exist, or hardly.

use std::borrow::Cow;

use super::cost::cost;
use super::edit::Pattern;
use super::latin::{MISSING_SPACE, new_word};
use super::words::{FOREIGN, Words, general_letters, rare_letters};
use crate::is_stop_word;
use crate::word_list::english;

/// Which words may be meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Only those of the own texts.
    Own,
    /// Those of the language as well.
    All,
}

/// A word that exists, in lower case.
#[derive(Clone)]
pub(super) struct Known<'w> {
    pub word: Cow<'w, str>,
    /// Its number among the own words, or [`FOREIGN`].
    pub number: u32,
    /// Its share of text.
    pub share: f32,
}

impl<'w> Known<'w> {
    pub fn new(words: &Words, word: impl Into<Cow<'w, str>>) -> Self {
        let word = word.into();
        Self { number: words.number(&word).unwrap_or(FOREIGN), share: words.latin_share(&word), word }
    }
}

/// Words that may be meant, and what the slips cost that make what was written of them.
pub(super) struct Meant<'w> {
    pub words: Vec<Known<'w>>,
    pub cost: f32,
}

impl Meant<'_> {
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|known| &*known.word).collect();
        words.join(" ")
    }

    /// How likely it is without its neighbours.
    pub fn score(&self) -> f32 {
        self.words.iter().map(|known| known.share.ln()).sum::<f32>() - self.cost
    }
}

/// The words few slips away.
pub(super) fn slipped<'w>(words: &'w Words, word: &str, trust: Trust) -> Vec<Meant<'w>> {
    let mut found = Vec::new();
    let Some(pattern) = Pattern::new(word) else { return found };
    // Short words resemble many.
    let most = match word.len() {
        ..=3 => 1,
        4..=7 => 2,
        _ => 3,
    };
    for limit in 1..=most {
        near(words, word, &pattern, limit, trust, &mut found);
        let best = found.iter().map(Meant::score).fold(f32::NEG_INFINITY, f32::max);
        if best > new_word(word) + CLEAR {
            break;
        }
    }
    found
}

/// Up to this length, two slips would leave little of a word: what they cost more.
const SHORT: usize = 5;
const TWO_IN_SHORT: f32 = 2.5;
/// By how much something must be likelier than a new word, so that nobody looks further.
const CLEAR: f32 = 4.0;

fn near<'w>(words: &'w Words, word: &str, pattern: &Pattern, limit: usize, trust: Trust, found: &mut Vec<Meant<'w>>) {
    let mut consider = |other: &'w str, distance: usize| {
        if distance != limit {
            return;
        }
        let own = words.own_count(other);
        let is_enough = match (word.len(), distance) {
            (..=2, _) => is_stop_word(other) || own >= 5,
            (3, _) => is_stop_word(other) || own >= 2,
            (_, 1) => true,
            (..=6, _) => own >= 1,
            (_, 2) => own >= 1 || english().class(other) >= Some(b'5'),
            _ => own >= 2,
        };
        if is_enough {
            let cost = cost(word, other) + if distance > 1 && word.len() <= SHORT { TWO_IN_SHORT } else { 0.0 };
            found.push(Meant { words: vec![Known::new(words, other)], cost });
        }
    };
    let own = |number| words.own_word(number);
    words.letters.near(pattern, limit, own, |number, distance| consider(own(number), distance));
    if trust == Trust::All && limit < 3 {
        let general = |number: u32| english().word(number as usize).0;
        general_letters().near(pattern, limit, general, |number, distance| {
            let other = general(number);
            if words.number(other).is_none() {
                consider(other, distance);
            }
        });
    }
    if trust == Trust::All && limit == 1 && found.is_empty() {
        let general = |number: u32| english().word(number as usize).0;
        rare_letters().near(pattern, 1, general, |number, _| {
            let other = general(number);
            found.push(Meant { words: vec![Known::new(words, other)], cost: cost(word, other) });
        });
    }
}

/// Words that were written without the space between them: any number of them without a slip, two with one.
pub(super) fn divided<'w>(words: &'w Words, word: &str, trust: Trust, found: &mut Vec<Meant<'w>>) {
    if word.len() < 4 || !word.is_ascii() {
        return;
    }
    found.extend(divide(words, word).filter(|meant| {
        trust == Trust::All
            || meant.words.iter().all(|known| known.word.len() == 1 || words.own_count(&known.word) >= 3)
    }));
    let best = found.iter().map(Meant::score).fold(f32::NEG_INFINITY, f32::max);
    if word.len() < 5 || best > new_word(word) + CLEAR {
        return;
    }
    for at in 1..word.len() {
        let (left, right) = word.split_at(at);
        if right.len() >= 2 && is_part(words, left) {
            let left = Known::new(words, left.to_owned());
            nearest_own(words, right, |other, cost| {
                found.push(Meant { words: vec![left.clone(), other], cost: cost + MISSING_SPACE });
            });
        }
        if left.len() >= 2 && is_part(words, right) {
            let right = Known::new(words, right.to_owned());
            nearest_own(words, left, |other, cost| {
                found.push(Meant { words: vec![other, right.clone()], cost: cost + MISSING_SPACE });
            });
        }
    }
}

/// The own words one slip away, with what the slip costs; short ones only when they are used a lot.
fn nearest_own<'w>(words: &'w Words, word: &str, mut found: impl FnMut(Known<'w>, f32)) {
    let Some(pattern) = Pattern::new(word) else { return };
    let own = |number| words.own_word(number);
    let least = if word.len() < 3 { 40 } else { 3 };
    words.letters.near(&pattern, 1, own, |number, distance| {
        let other = own(number);
        if distance == 1 && other.len() > 1 && words.count_of(number) >= least {
            found(Known::new(words, other), cost(word, other));
        }
    });
}

/// `howdoireturn` → `how do i return`; `None` when a part would be unknown.
fn divide<'w>(words: &Words, word: &str) -> Option<Meant<'w>> {
    const LONGEST_WORD: usize = 16;
    let mut best: Vec<Option<(f32, usize)>> = vec![None; word.len() + 1];
    best[0] = Some((0.0, 0));
    for start in 0..word.len() {
        let Some((score, _)) = best[start] else { continue };
        for end in start + 1..=word.len().min(start + LONGEST_WORD) {
            let part = &word[start..end];
            if !is_part(words, part) {
                continue;
            }
            let score = score + words.latin_share(part).ln() - if start > 0 { MISSING_SPACE } else { 0.0 };
            if best[end].is_none_or(|(other, _)| score > other) {
                best[end] = Some((score, start));
            }
        }
    }
    let mut end = word.len();
    let mut parts = Vec::new();
    while end > 0 {
        let start = best[end]?.1;
        parts.push(Known::new(words, word[start..end].to_owned()));
        end = start;
    }
    parts.reverse();
    let cost = MISSING_SPACE * (parts.len() - 1) as f32;
    (parts.len() > 1).then_some(Meant { words: parts, cost })
}

/// Whether a part of a word may be a word; short ones only when everybody uses them.
fn is_part(words: &Words, part: &str) -> bool {
    match part.len() {
        1 => matches!(part, "i" | "a"),
        2 => is_stop_word(part),
        3 => is_stop_word(part) || english().class(part) >= Some(b'7') || words.own_count(part) >= 3,
        4 => words.own_count(part) >= 1 || english().class(part) >= Some(b'4'),
        _ => words.own_count(part) >= 1 || english().class(part) >= Some(b'3'),
    }
}
