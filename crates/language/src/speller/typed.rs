//! Pinyin typed where characters were meant.

use super::words::{Words, sound};
use super::{Change, Sight};
use crate::pinyin::{Syllable, syllables, table, typed_at};
use crate::scan::Piece;
use crate::segment::Kind;
use crate::word_list::english;

/// Longest word that is looked for, in syllables.
const LONGEST: usize = 4;
/// Most pieces that are read together.
const MOST_PIECES: usize = 64;
/// What another syllable of about the same sound costs, as natural logarithm of its odds.
const LIKE_SOUND: f32 = 4.0;

/// What a piece may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Han,
    /// Pinyin, and no word of another kind.
    Pinyin(usize),
    /// Pinyin and an English word (`he`, `women`).
    Either,
    Other,
}

/// Puts characters for pinyin; says which pieces were, so that nobody takes them for misspelt English.
pub(super) fn correct(words: &Words, sight: &Sight<'_>, changes: &mut Vec<Change>) -> Vec<bool> {
    let mut typed = vec![false; sight.pieces.len()];
    let shapes: Vec<Shape> = sight.pieces.iter().map(|piece| shape(words, sight, piece)).collect();
    let count: usize = shapes.iter().map(|shape| if let Shape::Pinyin(count) = shape { *count } else { 0 }).sum();
    // One word that happens to be pinyin among English ones is a slip.
    let is_english = sight.han == 0 && sight.english * 2 > count;
    let mut from = 0;
    while from < shapes.len() {
        if is_english || shapes[from] == Shape::Other {
            from += 1;
            continue;
        }
        let mut to = from + 1;
        while to < shapes.len() && shapes[to] != Shape::Other && is_near(sight, to) {
            to += 1;
        }
        let group = &shapes[from..to];
        let syllables: usize =
            group.iter().map(|shape| if let Shape::Pinyin(count) = shape { *count } else { 0 }).sum();
        let either = group.iter().filter(|shape| **shape == Shape::Either).count();
        let has_han = group.contains(&Shape::Han);
        if syllables > 0 && (syllables >= 2 || has_han) {
            // English words among pinyin are pinyin when they are few.
            let with_either = !has_han && syllables >= 2 * either;
            convert(words, sight, from..to, &shapes, with_either, changes, &mut typed);
        }
        from = to;
    }
    short_forms(words, sight, changes, &mut typed);
    typed
}

fn shape(words: &Words, sight: &Sight<'_>, piece: &Piece) -> Shape {
    if piece.kind == Kind::Han {
        return Shape::Han;
    }
    let word = sight.word(piece);
    if piece.kind != Kind::Word || !word.is_ascii() || word.len() < 2 && !matches!(word, "a" | "e") {
        return Shape::Other;
    }
    let lower = word.to_ascii_lowercase();
    let is_english = words.is_own(&lower) || english().contains(&lower);
    match syllables(&lower) {
        None => Shape::Other,
        Some(_) if is_english => Shape::Either,
        Some(_) if word.bytes().any(|b| b.is_ascii_uppercase()) && word != lower && word.len() <= 4 => Shape::Other,
        Some(parts) => Shape::Pinyin(parts.len()),
    }
}

/// Whether a piece directly follows the one before it, or after a space.
fn is_near(sight: &Sight<'_>, at: usize) -> bool {
    matches!(&sight.text[sight.pieces[at - 1].end..sight.pieces[at].start], "" | " ")
}

/// A place in the group: the best way to get there.
#[derive(Clone)]
struct Step {
    score: f32,
    from: usize,
    /// The characters put for what was typed, each with where its syllable starts and ends.
    put: Vec<(usize, usize, char)>,
    /// Syllables in words of two characters or more.
    sure: usize,
}

fn convert(
    words: &Words,
    sight: &Sight<'_>,
    range: std::ops::Range<usize>,
    shapes: &[Shape],
    with_either: bool,
    changes: &mut Vec<Change>,
    typed: &mut [bool],
) {
    let is_typed = |at: usize| matches!(shapes[at], Shape::Pinyin(_)) || with_either && shapes[at] == Shape::Either;
    // Runs of Chinese and pinyin; an English word between them ends one.
    let mut from = range.start;
    for run in shapes[range].split_inclusive(|&shape| shape == Shape::Either && !with_either) {
        let ended = run.last() == Some(&Shape::Either) && !with_either;
        let to = from + run.len() - usize::from(ended);
        if to - from <= MOST_PIECES
            && (from..to).any(is_typed)
            && convert_run(words, sight, &sight.pieces[from..to], changes)
        {
            (from..to).filter(|&at| is_typed(at)).for_each(|at| typed[at] = true);
        }
        from += run.len();
    }
}

/// The likeliest reading of a run of Chinese and pinyin (Viterbi over words). Says whether it was believed.
fn convert_run(words: &Words, sight: &Sight<'_>, pieces: &[Piece], changes: &mut Vec<Change>) -> bool {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return false };
    let text = &sight.text[..last.end];
    let mut best: Vec<Option<Step>> = vec![None; last.end - first.start + 1];
    best[0] = Some(Step { score: 0.0, from: 0, put: Vec::new(), sure: 0 });
    for start in first.start..last.end {
        let Some(score) = best[start - first.start].as_ref().map(|step| step.score) else { continue };
        let mut path = Vec::new();
        walk(words, text, start, &mut path, &mut |end, share, put, sure| {
            let score = score + share.ln();
            let place = &mut best[end - first.start];
            if place.as_ref().is_none_or(|other| score > other.score) {
                *place = Some(Step { score, from: start, put, sure });
            }
        });
    }
    let mut put = Vec::new();
    let mut sure = 0;
    let mut at = last.end;
    while at > first.start {
        let Some(step) = best[at - first.start].as_ref() else { return false };
        put.extend(step.put.iter().rev().copied());
        sure += step.sure;
        at = step.from;
    }
    put.reverse();
    let has_han = pieces.iter().any(|piece| piece.kind == Kind::Han);
    if !has_han && sure * 2 < put.len() {
        return false;
    }
    let mut merged: Vec<(usize, usize, String)> = Vec::new();
    for (start, end, c) in put {
        match merged.last_mut() {
            Some((_, last, to)) if matches!(&text[*last..start], "" | " " | "'") => {
                *last = end;
                to.push(c);
            }
            _ => merged.push((start, end, c.to_string())),
        }
    }
    changes.extend(merged.into_iter().map(|(start, end, to)| sight.change(start, end, to)));
    true
}

/// A character or a typed syllable on the way.
#[derive(Clone, Copy)]
enum Unit {
    Han(char),
    Typed { start: usize, end: usize, syllable: Syllable },
}

/// Told of each word that may start here: where it ends, its share of text, the characters it puts for what was
/// typed, and how many of them are in a word of two or more.
type Found<'f> = dyn FnMut(usize, f32, Vec<(usize, usize, char)>, usize) + 'f;

fn walk(words: &Words, text: &str, at: usize, path: &mut Vec<Unit>, found: &mut Found<'_>) {
    let rest = &text[at..];
    let Some(c) = rest.chars().next() else { return };
    if matches!(c, ' ' | '\'') {
        if path.is_empty() {
            found(at + 1, 1.0, Vec::new(), 0);
        } else {
            walk(words, text, at + 1, path, found);
        }
        return;
    }
    if path.len() == LONGEST {
        return;
    }
    if crate::is_han(c) {
        path.push(Unit::Han(crate::simplified::simple(c)));
        step(words, text, at + c.len_utf8(), path, found);
        path.pop();
        return;
    }
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let run = &text[..at + letters];
    for (end, syllable) in typed_at(run, at) {
        path.push(Unit::Typed { start: at, end, syllable });
        step(words, text, end, path, found);
        path.pop();
    }
}

fn step(words: &Words, text: &str, end: usize, path: &mut Vec<Unit>, found: &mut Found<'_>) {
    if let Some((share, word)) = likeliest(words, path) {
        let count = path.len();
        let put: Vec<(usize, usize, char)> = path
            .iter()
            .zip(word.chars())
            .filter_map(|(unit, c)| match unit {
                Unit::Typed { start, end, .. } => Some((*start, *end, c)),
                Unit::Han(_) => None,
            })
            .collect();
        let sure = if count > 1 { put.len() } else { 0 };
        found(end, share, put, sure);
    }
    walk(words, text, end, path, found);
}

/// The likeliest word for a path, with its share of text.
fn likeliest(words: &Words, path: &[Unit]) -> Option<(f32, String)> {
    if path.iter().all(|unit| matches!(unit, Unit::Han(_))) {
        let word: String = path.iter().map(|unit| if let Unit::Han(c) = unit { *c } else { ' ' }).collect();
        return (path.len() == 1 || words.is_meant(&word)).then(|| (words.chinese_share(&word), word));
    }
    let classes: Option<Vec<Syllable>> = path
        .iter()
        .map(|unit| {
            Some(table().class(match unit {
                Unit::Han(c) => table().common(*c)?,
                Unit::Typed { syllable, .. } => *syllable,
            }))
        })
        .collect();
    let mut best: Option<(f32, &str)> = None;
    for word in words.sounding(sound(classes?)) {
        let reading = table().read(word);
        if reading.len() != path.len() {
            continue;
        }
        let mut cost = 0.0;
        let fits = path.iter().zip(word.chars()).zip(reading).all(|((unit, c), sound)| match unit {
            Unit::Han(other) => *other == c,
            Unit::Typed { syllable, .. } => {
                if sound != Some(*syllable) {
                    cost += LIKE_SOUND;
                }
                true
            }
        });
        let share = words.chinese_share(word) * (-cost).exp();
        if fits && best.is_none_or(|(other, _)| share > other) {
            best = Some((share, word));
        }
    }
    best.map(|(share, word)| (share, word.to_owned()))
}

/// `tk` for 退款, where the own texts leave no doubt and the message is Chinese or nothing else.
fn short_forms(words: &Words, sight: &Sight<'_>, changes: &mut Vec<Change>, typed: &mut [bool]) {
    let is_chinese = sight.han > 0 || !changes.is_empty() || sight.pieces.len() == 1;
    for (at, piece) in sight.pieces.iter().enumerate() {
        let word = sight.word(piece);
        if !is_chinese || typed[at] || piece.kind != Kind::Word || !(2..=4).contains(&word.len()) {
            continue;
        }
        let lower = word.to_lowercase();
        if lower != word || words.knows_latin(&lower) || !lower.is_ascii() {
            continue;
        }
        if let Some(meant) = words.of_initials(&lower) {
            changes.push(sight.change(piece.start, piece.end, meant.to_owned()));
            typed[at] = true;
        }
    }
}
