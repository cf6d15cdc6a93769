//! Learning the weights: a linear-chain conditional random field (Lafferty 2001), stepwise with AdaGrad (Duchi 2011).

use std::collections::HashMap;

use super::features::{Sentence, word_hash};
use super::model::{forbidden, is_inside};
use super::pieces::{Sort, pieces};
use super::{CLASSES, Class, LABELS, Model};

/// A text to learn from, with its spans.
#[derive(Debug, Clone)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Spans in bytes, not overlapping.
    pub spans: Vec<(usize, usize, Class)>,
}

/// How fast weights move (AdaGrad's step).
const STEP: f32 = 0.12;
/// How strongly a weight is drawn to nothing each time its feature is seen.
const DECAY: f32 = 0.001;

/// Learns weights from examples and gives the bytes of their file. `words` are ordinary words in small letters
/// that the examples may lack, `bits` is the power of two of buckets, `rounds` how often all examples are gone
/// through; `progress` is told the round and the mean loss. Deterministic.
pub fn train(
    examples: &[Example],
    words: &[String],
    bits: u8,
    rounds: usize,
    mut progress: impl FnMut(usize, f64),
) -> Vec<u8> {
    let buckets = 1usize << bits;
    let common = common(examples, words);
    let mut weights = vec![[0.0f32; LABELS]; buckets];
    let mut squares = vec![[1e-3f32; LABELS]; buckets];
    let mut moves = [[0.0f32; LABELS]; LABELS];
    let mut move_squares = [[1e-3f32; LABELS]; LABELS];
    let mut random = Random(20_261_122);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for round in 0..rounds {
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at + 1));
        }
        let mut loss = 0.0;
        for &index in &order {
            let example = &examples[index];
            let pieces = pieces(&example.text);
            if pieces.is_empty() {
                continue;
            }
            let gold: Vec<usize> = pieces.iter().map(|piece| label(example, piece.start, piece.end)).collect();
            // Many of the words in spans are hidden, so that words around and endings are learnt too.
            let hidden: Vec<bool> =
                gold.iter().map(|label| random.below(100) < if *label == 0 { 8 } else { 45 }).collect();
            let sentence =
                Sentence::new(&example.text, &pieces, |word| common.binary_search(&word).is_ok(), |at| hidden[at]);
            let features: Vec<Vec<u32>> = (0..sentence.len())
                .map(|at| {
                    let mut all = Vec::with_capacity(56);
                    sentence.features(at, |feature| all.push((feature & (buckets as u64 - 1)) as u32));
                    all
                })
                .collect();
            let scores: Vec<[f32; LABELS]> = features
                .iter()
                .map(|features| {
                    let mut scores = [0.0f32; LABELS];
                    for feature in features {
                        for (score, weight) in scores.iter_mut().zip(&weights[*feature as usize]) {
                            *score += weight;
                        }
                    }
                    scores
                })
                .collect();
            let belief = Belief::of(&scores, &moves);
            loss += f64::from(belief.loss(&scores, &moves, &gold));
            for (at, features) in features.iter().enumerate() {
                for label in 0..LABELS {
                    let slope = f32::from(u8::from(gold[at] == label)) - belief.labels[at][label];
                    if slope.abs() < 1e-3 {
                        continue;
                    }
                    for feature in features {
                        let (weight, square) =
                            (&mut weights[*feature as usize][label], &mut squares[*feature as usize][label]);
                        let slope = slope - DECAY * *weight;
                        *square += slope * slope;
                        *weight += STEP * slope / square.sqrt();
                    }
                }
                let before = if at == 0 { 0 } else { gold[at - 1] };
                for (from, row) in belief.moves[at].iter().enumerate() {
                    for (to, chance) in row.iter().enumerate() {
                        let slope = f32::from(u8::from((before, gold[at]) == (from, to))) - chance;
                        if slope.abs() > 1e-3 && !forbidden(from, to) {
                            move_squares[from][to] += slope * slope;
                            moves[from][to] += STEP * slope / move_squares[from][to].sqrt();
                        }
                    }
                }
            }
        }
        progress(round, loss / examples.len().max(1) as f64);
    }
    // The largest of ten thousand weights fits; what is larger is cut.
    let mut sizes: Vec<f32> =
        weights.iter().flatten().map(|weight| weight.abs()).filter(|weight| *weight > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let large = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 10_000)).copied().unwrap_or(1.0);
    Model::write(&common, &moves, &weights, 127.0 / large.max(0.01))
}

/// How likely each label and each pair of labels is (forward-backward).
struct Belief {
    labels: Vec<[f32; LABELS]>,
    /// By piece, from the label before to its own.
    moves: Vec<[[f32; LABELS]; LABELS]>,
    /// The logarithm of the sum over all ways.
    total: f32,
}

impl Belief {
    fn of(scores: &[[f32; LABELS]], moves: &[[f32; LABELS]; LABELS]) -> Self {
        let length = scores.len();
        let cost = |from: usize, to: usize| if forbidden(from, to) { -1e9 } else { moves[from][to] };
        let mut forward = vec![[0.0f32; LABELS]; length];
        for to in 0..LABELS {
            forward[0][to] = scores[0][to] + cost(0, to);
        }
        for at in 1..length {
            for to in 0..LABELS {
                forward[at][to] =
                    scores[at][to] + log_sum((0..LABELS).map(|from| forward[at - 1][from] + cost(from, to)));
            }
        }
        let mut backward = vec![[0.0f32; LABELS]; length];
        for at in (0..length - 1).rev() {
            for from in 0..LABELS {
                backward[at][from] =
                    log_sum((0..LABELS).map(|to| cost(from, to) + scores[at + 1][to] + backward[at + 1][to]));
            }
        }
        let total = log_sum(forward[length - 1].iter().copied());
        let labels = (0..length)
            .map(|at| std::array::from_fn(|label| (forward[at][label] + backward[at][label] - total).exp()))
            .collect();
        let pairs = (0..length)
            .map(|at| {
                std::array::from_fn(|from| {
                    std::array::from_fn(|to| {
                        let before = match (at, from) {
                            (0, 0) => 0.0,
                            (0, _) => return 0.0,
                            _ => forward[at - 1][from],
                        };
                        (before + cost(from, to) + scores[at][to] + backward[at][to] - total).exp()
                    })
                })
            })
            .collect();
        Self { labels, moves: pairs, total }
    }

    fn loss(&self, scores: &[[f32; LABELS]], moves: &[[f32; LABELS]; LABELS], gold: &[usize]) -> f32 {
        let mut score = 0.0;
        let mut before = 0;
        for (scores, label) in scores.iter().zip(gold) {
            score += scores[*label] + moves[before][*label];
            before = *label;
        }
        self.total - score
    }
}

fn log_sum(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let top = values.clone().fold(f32::NEG_INFINITY, f32::max);
    top + values.map(|value| (value - top).exp()).sum::<f32>().ln()
}

/// The hashes of ordinary words: those given and those that often stand outside of spans in small letters; in order.
fn common(examples: &[Example], words: &[String]) -> Vec<u32> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for example in examples {
        for piece in pieces(&example.text) {
            let word = &example.text[piece.start..piece.end];
            if piece.sort == Sort::Word
                && word.chars().all(char::is_lowercase)
                && label(example, piece.start, piece.end) == 0
            {
                *counts.entry(word_hash(word)).or_default() += 1;
            }
        }
    }
    let mut common: Vec<u32> = counts.into_iter().filter(|(_, count)| *count >= 3).map(|(word, _)| word).collect();
    common.extend(words.iter().map(|word| word_hash(word)));
    common.sort_unstable();
    common.dedup();
    common
}

fn label(example: &Example, start: usize, end: usize) -> usize {
    for (from, to, class) in &example.spans {
        if start < *to && end > *from {
            let begin = CLASSES.iter().position(|known| known == class).map_or(0, |at| 1 + 2 * at);
            let label = if start <= *from { begin } else { begin + 1 };
            debug_assert!(start <= *from || is_inside(label));
            return label;
        }
    }
    0
}

/// xorshift: the order of examples has to be the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
