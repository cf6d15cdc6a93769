//! Chinese characters of the same sound or shape, doubled and swapped ones: reads what was meant, by what slips are
//! likely and what is likely to be said.

use super::reading::{Letter, Line};
use super::words::Words;
use super::{Change, Sight};
use crate::pinyin::table;
use crate::scan::Piece;
use crate::segment::Kind;

/// What is read around a doubtful character, in characters to either side.
const AROUND: usize = 4;
/// Words of the dictionary with so many characters do not come about by a slip.
const SURE: usize = 4;

/// `typed` holds the pieces that were read together with pinyin.
pub(super) fn correct(words: &Words, sight: &Sight<'_>, typed: &[bool], changes: &mut Vec<Change>) {
    for (piece, &typed) in sight.pieces.iter().zip(typed) {
        if piece.kind == Kind::Han && !typed {
            correct_run(words, sight, piece, changes);
        }
    }
}

fn correct_run(words: &Words, sight: &Sight<'_>, piece: &Piece, changes: &mut Vec<Change>) {
    let (letters, cuts) = letters(words, sight, piece);
    let mut at = 0;
    while let Some(doubt) = (at..letters.len()).find(|&at| letters[at].is_doubtful) {
        // From the word that starts before it to the one that ends after it, and on while there are doubts.
        let from = start_of(&cuts, doubt.saturating_sub(AROUND)).max(at);
        let mut to = doubt + 1;
        loop {
            let ahead = (to + AROUND).min(letters.len());
            match (to..ahead).rev().find(|&at| letters[at].is_doubtful) {
                Some(doubt) => to = doubt + 1,
                None => {
                    to = end_of(&cuts, ahead - 1);
                    break;
                }
            }
        }
        let line = Line {
            words,
            text: sight.text,
            letters: &letters[from..to],
            before: from.checked_sub(1).map(|at| letters[at].c),
            after: letters.get(to).map(|letter| letter.c),
            start: letters[from].start,
            end: letters[to - 1].end,
            either: Vec::new(),
        };
        if let Some(reading) = line.read() {
            changes.extend(reading.puts.into_iter().map(|put| sight.change(put.start, put.end, put.to)));
        }
        at = to;
    }
}

fn start_of(cuts: &[usize], at: usize) -> usize {
    cuts[cuts.partition_point(|&cut| cut <= at) - 1]
}

fn end_of(cuts: &[usize], at: usize) -> usize {
    cuts[cuts.partition_point(|&cut| cut <= at)]
}

/// The characters of a run of Chinese, and where its words start (as numbers of characters; the last is the end).
pub(super) fn letters(words: &Words, sight: &Sight<'_>, piece: &Piece) -> (Vec<Letter>, Vec<usize>) {
    let run = sight.word(piece);
    let simple = crate::simplified(run);
    let mut starts = run.char_indices().map(|(at, c)| (piece.start + at, piece.start + at + c.len_utf8()));
    let mut letters: Vec<Letter> = simple
        .chars()
        .zip(table().read(&simple))
        .filter_map(|(c, syllable)| {
            let (start, end) = starts.next()?;
            Some(Letter { start, end, c, syllable, is_doubtful: false, word: 1 })
        })
        .collect();
    let mut cuts = vec![0];
    let mut at = 0_usize;
    let is_linked = |a: usize, b: usize| match (letters.get(a), letters.get(b)) {
        (Some(a), Some(b)) => words.has_pair(a.c, b.c),
        _ => true,
    };
    let mut doubts = Vec::new();
    let mut found = Vec::new();
    for token in words.segmenter.tokens(&simple) {
        let count = token.text.chars().count();
        found.push((at, count));
        if count == 1 {
            if !is_linked(at.wrapping_sub(1), at) || !is_linked(at, at + 1) {
                doubts.push(at);
            }
        } else if count < SURE && words.is_rare(&token.text) {
            doubts.extend(at..at + count);
        }
        at += count;
        cuts.push(at);
    }
    for pair in 0..letters.len().saturating_sub(1) {
        let c = letters[pair].c;
        if letters[pair + 1].c == c && words.is_doubled_by_slip(c) {
            doubts.extend([pair, pair + 1]);
        }
    }
    // A single character is nothing to go by.
    if letters.len() > 1 && at == letters.len() {
        doubts.into_iter().for_each(|at| letters[at].is_doubtful = true);
        found.into_iter().for_each(|(at, count)| letters[at].word = count);
    }
    (letters, cuts)
}
