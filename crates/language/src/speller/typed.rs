//! Pinyin typed where characters were meant.

use super::han::letters;
use super::reading::{Letter, Line};
use super::words::Words;
use super::{Change, Sight};
use crate::pinyin::syllables;
use crate::scan::Piece;
use crate::segment::Kind;
use crate::word_list::english;

/// Most pieces that are read together.
const MOST_PIECES: usize = 64;

/// An own word in letters that occurs as often is no pinyin.
const USED: u32 = 3;

/// What a piece may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Han,
    /// Pinyin, and no word of another kind.
    Pinyin(usize),
    /// Pinyin and an English word (`he`, `women`).
    Either,
    /// As `Either`, in the midst of Chinese without a space (`没you收到`).
    Glued,
    Other,
}

/// Puts characters for pinyin; says which pieces were read so, so that nobody takes them for misspelt English.
pub(super) fn correct(words: &Words, sight: &Sight<'_>, changes: &mut Vec<Change>) -> Vec<bool> {
    let mut typed = vec![false; sight.pieces.len()];
    let shapes: Vec<Shape> = (0..sight.pieces.len()).map(|at| shape(words, sight, at)).collect();
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
        if syllables > 0 && (syllables >= 2 || has_han) || group.contains(&Shape::Glued) {
            // English words among pinyin are pinyin when they are few.
            let with_either = !has_han && syllables >= 2 * either;
            convert(words, sight, from..to, &shapes, with_either, changes, &mut typed);
        }
        from = to;
    }
    short_forms(words, sight, changes, &mut typed);
    typed
}

fn shape(words: &Words, sight: &Sight<'_>, at: usize) -> Shape {
    let piece = &sight.pieces[at];
    if piece.kind == Kind::Han {
        return Shape::Han;
    }
    let word = sight.word(piece);
    if piece.kind != Kind::Word || !word.is_ascii() || word.len() < 2 && !matches!(word, "a" | "e") {
        return Shape::Other;
    }
    let lower = word.to_ascii_lowercase();
    let in_list = english().contains(&lower);
    let is_english = in_list || words.own_count(&lower) >= USED;
    match syllables(&lower) {
        None => Shape::Other,
        Some(_) if in_list && lower == word && is_glued(sight, at) => Shape::Glued,
        Some(_) if is_english => Shape::Either,
        Some(_) if word.bytes().any(|b| b.is_ascii_uppercase()) && word != lower && word.len() <= 4 => Shape::Other,
        Some(parts) => Shape::Pinyin(parts.len()),
    }
}

/// Whether a piece touches Chinese on both sides, or on one and nothing is on the other.
fn is_glued(sight: &Sight<'_>, at: usize) -> bool {
    let piece = &sight.pieces[at];
    let before = at.checked_sub(1).map(|at| &sight.pieces[at]);
    let after = sight.pieces.get(at + 1);
    let is_han = |other: &Piece| other.kind == Kind::Han;
    let touches_before = before.is_some_and(|other| is_han(other) && other.end == piece.start);
    let touches_after = after.is_some_and(|other| is_han(other) && other.start == piece.end);
    let is_spaced = sight.text[..piece.start].ends_with(' ') || sight.text[piece.end..].starts_with(' ');
    (touches_before || touches_after) && !is_spaced
}

/// Whether a piece directly follows the one before it, or after a space.
fn is_near(sight: &Sight<'_>, at: usize) -> bool {
    matches!(&sight.text[sight.pieces[at - 1].end..sight.pieces[at].start], "" | " ")
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
    let is_typed =
        |at: usize| matches!(shapes[at], Shape::Pinyin(_) | Shape::Glued) || with_either && shapes[at] == Shape::Either;
    // Runs of Chinese and pinyin; an English word between them ends one.
    let mut from = range.start;
    for run in shapes[range].split_inclusive(|&shape| shape == Shape::Either && !with_either) {
        let ended = run.last() == Some(&Shape::Either) && !with_either;
        let to = from + run.len() - usize::from(ended);
        let either = (from..to).filter(|&at| shapes[at] == Shape::Glued).map(|at| &sight.pieces[at]);
        let either = either.map(|piece| (piece.start, piece.end)).collect();
        if to - from <= MOST_PIECES
            && (from..to).any(is_typed)
            && convert_run(words, sight, &sight.pieces[from..to], either, changes)
        {
            (from..to).for_each(|at| typed[at] = true);
        }
        from += run.len();
    }
}

/// Reads a run of Chinese and pinyin. Says whether it was believed.
fn convert_run(
    words: &Words,
    sight: &Sight<'_>,
    pieces: &[Piece],
    either: Vec<(usize, usize)>,
    changes: &mut Vec<Change>,
) -> bool {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return false };
    let chinese = pieces.iter().filter(|piece| piece.kind == Kind::Han);
    let letters: Vec<Letter> = chinese.flat_map(|piece| letters(words, sight, piece).0).collect();
    let line = Line {
        words,
        text: sight.text,
        letters: &letters,
        before: None,
        after: None,
        start: first.start,
        end: last.end,
        either,
    };
    let Some(reading) = line.read() else { return false };
    if letters.is_empty() && reading.sure * 2 < reading.typed {
        return false;
    }
    changes.extend(reading.puts.into_iter().map(|put| sight.change(put.start, put.end, put.to)));
    true
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
