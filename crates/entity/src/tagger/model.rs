//! The weights: their file, and the best labels they give.

use thiserror::Error;

use super::features::Sentence;
use super::pieces::{Piece, Sort, pieces};
use super::{CLASSES, LABELS, Tagged};

/// The first bytes of a file of weights.
const MAGIC: &[u8; 4] = b"YET1";
/// A score that nothing outweighs: a label that may not follow.
const NEVER: i32 = -1_000_000;

/// Why a file of weights cannot be read.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum BadModel {
    /// It is something else.
    #[error("expected a tagger's weights (starting with YET1), got something else; take the file of this release")]
    NotAModel,
    /// It is cut off, or of another version.
    #[error("expected {expected} bytes of weights, got {got}; the file is cut off or of another release")]
    Length {
        /// What the header announces.
        expected: usize,
        /// What there is.
        got: usize,
    },
}

/// A tagger's weights.
///
/// The file: `YET1`; the number of buckets as a power of two (1 byte); how many labels (1 byte); how many
/// ordinary words (`u32`) and their hashes (`u32` each, in order); by what the weights were multiplied to make
/// them whole numbers (`f32`); for each label before and each label after an `i16`; then for each bucket one `i8` a label. Numbers are little-endian.
pub struct Model {
    mask: u64,
    transitions: [[i32; LABELS]; LABELS],
    weights: Vec<[i8; LABELS]>,
    /// Hashes of ordinary words, in order.
    common: Vec<u32>,
    /// How much of a score is one unit of log odds.
    scale: f32,
}

impl Model {
    /// Reads weights.
    pub fn read(bytes: &[u8]) -> Result<Self, BadModel> {
        let [b'Y', b'E', b'T', b'1', bits, labels, rest @ ..] = bytes else { return Err(BadModel::NotAModel) };
        if usize::from(*labels) != LABELS || *bits > 24 {
            return Err(BadModel::NotAModel);
        }
        let buckets = 1usize << bits;
        let [a, b, c, d, rest @ ..] = rest else { return Err(BadModel::NotAModel) };
        let words = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        let expected = words.saturating_mul(4).saturating_add(4).saturating_add(LABELS * LABELS * 2 + buckets * LABELS);
        if rest.len() != expected {
            return Err(BadModel::Length { expected, got: rest.len() });
        }
        let (words, rest) = rest.split_at(words * 4);
        let common =
            words.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect();
        let (scale, rest) = rest.split_at(4);
        let scale = f32::from_le_bytes([scale[0], scale[1], scale[2], scale[3]]);
        let (head, body) = rest.split_at(LABELS * LABELS * 2);
        let mut transitions = [[0; LABELS]; LABELS];
        for (slot, pair) in transitions.iter_mut().flatten().zip(head.chunks_exact(2)) {
            *slot = i32::from(i16::from_le_bytes([pair[0], pair[1]]));
        }
        let weights = body.chunks_exact(LABELS).map(|row| std::array::from_fn(|at| row[at] as i8)).collect();
        Ok(Self { mask: buckets as u64 - 1, transitions, weights, common, scale }.closed())
    }

    /// Writes weights as [`read`](Self::read) reads them: `transitions` and `weights` are rounded to what the
    /// file can hold after being multiplied by `scale`.
    /// `common` are the hashes of ordinary words, in order.
    pub fn write(
        common: &[u32],
        transitions: &[[f32; LABELS]; LABELS],
        weights: &[[f32; LABELS]],
        scale: f32,
    ) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(weights.len().trailing_zeros() as u8);
        out.push(LABELS as u8);
        out.extend((common.len() as u32).to_le_bytes());
        out.extend(common.iter().flat_map(|word| word.to_le_bytes()));
        out.extend(scale.to_le_bytes());
        for value in transitions.iter().flatten() {
            out.extend(((value * scale).round().clamp(-32_000.0, 32_000.0) as i16).to_le_bytes());
        }
        out.extend(weights.iter().flatten().map(|value| (value * scale).round().clamp(-127.0, 127.0) as i8 as u8));
        out
    }

    /// Forbids what makes no sense: continuing what did not begin.
    fn closed(mut self) -> Self {
        for (from, row) in self.transitions.iter_mut().enumerate() {
            for (to, score) in row.iter_mut().enumerate() {
                if forbidden(from, to) {
                    *score = NEVER;
                }
            }
        }
        self
    }

    /// Marks a text.
    pub fn tag(&self, text: &str) -> Vec<Tagged> {
        let pieces = pieces(text);
        let sentence = Sentence::new(text, &pieces, |word| self.common.binary_search(&word).is_ok(), |_| false);
        let scores: Vec<[i32; LABELS]> = (0..sentence.len())
            .map(|at| {
                let mut scores = [0; LABELS];
                sentence.features(at, |feature| {
                    let row = &self.weights[(feature & self.mask) as usize];
                    for (score, weight) in scores.iter_mut().zip(row) {
                        *score += i32::from(*weight);
                    }
                });
                scores
            })
            .collect();
        let labels = viterbi(&scores, |from, to| self.transitions[from][to]);
        spans(&pieces, &labels, |at| (scores[at][labels[at]] - scores[at][0]) as f32 / self.scale)
    }
}

/// Whether a label cannot follow another.
pub(crate) fn forbidden(from: usize, to: usize) -> bool {
    is_inside(to) && from != to && from + 1 != to
}

/// Whether a label continues a span.
pub(crate) fn is_inside(label: usize) -> bool {
    label != 0 && label.is_multiple_of(2)
}

/// The labels with the highest sum of scores. A continuing label cannot be the first.
pub(crate) fn viterbi<N>(scores: &[[N; LABELS]], transition: impl Fn(usize, usize) -> N) -> Vec<usize>
where
    N: Copy + PartialOrd + std::ops::Add<Output = N> + Default,
{
    let Some(first) = scores.first() else { return Vec::new() };
    let mut best = *first;
    for (label, score) in best.iter_mut().enumerate() {
        // Coming from outside rules out continuing.
        *score = *score + transition(0, label);
    }
    let mut back: Vec<[u8; LABELS]> = Vec::with_capacity(scores.len());
    for row in &scores[1..] {
        let mut next = [N::default(); LABELS];
        let mut from_where = [0u8; LABELS];
        for to in 0..LABELS {
            let mut top = 0;
            let mut sum = best[0] + transition(0, to);
            for (from, score) in best.iter().enumerate().skip(1) {
                let through = *score + transition(from, to);
                if through > sum {
                    sum = through;
                    top = from;
                }
            }
            next[to] = sum + row[to];
            from_where[to] = top as u8;
        }
        best = next;
        back.push(from_where);
    }
    let mut label = (1..LABELS).fold(0, |top, label| if best[label] > best[top] { label } else { top });
    let mut labels = vec![label];
    for from_where in back.iter().rev() {
        label = usize::from(from_where[label]);
        labels.push(label);
    }
    labels.reverse();
    labels
}

/// The spans of labels.
pub(crate) fn spans(pieces: &[Piece], labels: &[usize], margin: impl Fn(usize) -> f32) -> Vec<Tagged> {
    let mut out: Vec<Tagged> = Vec::new();
    let mut at = 0;
    while at < labels.len() {
        if labels[at] == 0 {
            at += 1;
            continue;
        }
        let class = CLASSES[(labels[at] - 1) / 2];
        let first = at;
        let inside = labels[at] + usize::from(!is_inside(labels[at]));
        at += 1;
        while at < labels.len() && labels[at] == inside {
            at += 1;
        }
        let mut last = at - 1;
        while last > first && pieces[last].sort == Sort::Line {
            last -= 1;
        }
        let mean = (first..=last).map(&margin).sum::<f32>() / (last - first + 1) as f32;
        let confidence = 1.0 / (1.0 + (-mean).exp());
        out.push(Tagged { class, start: pieces[first].start, end: pieces[last].end, confidence });
    }
    out
}
