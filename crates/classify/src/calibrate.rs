//! Scores to probabilities that mean what they say.

use serde::{Deserialize, Serialize};

use crate::classifier::Scores;

/// How the scores of the models become one probability a class: the softmax of their weighted sum. The weights are
/// fitted on texts that no model had seen (temperature scaling, Guo et al. 2017, with a temperature for each model).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Blend {
    pub words: f32,
    pub meaning: f32,
    pub neighbours: f32,
}

/// Least that a model's scores are multiplied by: where a label has one example, leaving that out makes every model look
/// useless.
const SOFTEST: f64 = 0.05;
/// Most that a model's scores are multiplied by.
const LOUDEST: f64 = 30.0;

impl Blend {
    /// The weights that make the labels of `seen` likeliest: Newton's method with the exact second derivatives.
    pub(crate) fn fit<'a>(self, seen: impl Iterator<Item = (&'a Scores, &'a [u32])> + Clone) -> Self {
        let mut weights = [self.words, self.meaning, self.neighbours].map(f64::from);
        let free = weights.map(|weight| weight > 0.0);
        for _ in 0..30 {
            let (mut slope, mut bend, mut count) = ([0.0_f64; 3], [[0.0_f64; 3]; 3], 0.0);
            for (scores, labels) in seen.clone().filter(|(_, labels)| !labels.is_empty()) {
                let probabilities = Self::from(weights).mix(scores);
                let of = |class: usize| scores.of(class).map(f64::from);
                let (mut mean, mut square) = ([0.0_f64; 3], [[0.0_f64; 3]; 3]);
                for (class, p) in probabilities.iter().enumerate() {
                    let x = of(class);
                    for a in 0..3 {
                        mean[a] += f64::from(*p) * x[a];
                        for b in 0..3 {
                            square[a][b] += f64::from(*p) * x[a] * x[b];
                        }
                    }
                }
                for label in labels {
                    let x = of(*label as usize);
                    for a in 0..3 {
                        slope[a] += (mean[a] - x[a]) / labels.len() as f64;
                    }
                }
                for a in 0..3 {
                    for b in 0..3 {
                        bend[a][b] += square[a][b] - mean[a] * mean[b];
                    }
                }
                count += 1.0;
            }
            for a in 0..3 {
                bend[a][a] += 1e-3 * (1.0 + count);
                if !free[a] {
                    slope[a] = 0.0;
                    bend[a] = [0.0; 3];
                    bend.iter_mut().for_each(|row| row[a] = 0.0);
                    bend[a][a] = 1.0;
                }
            }
            let step = solve(bend, slope);
            for ((weight, step), free) in weights.iter_mut().zip(step).zip(&free) {
                *weight = (*weight - step.clamp(-1.0, 1.0)).clamp(if *free { SOFTEST } else { 0.0 }, LOUDEST);
            }
            if step.iter().all(|step| step.abs() < 1e-4) {
                break;
            }
        }
        Self::from(weights)
    }

    /// The probability of each class.
    pub(crate) fn mix(self, scores: &Scores) -> Vec<f32> {
        let mut mixed: Vec<f32> = (0..scores.words.len())
            .map(|class| {
                let [words, meaning, neighbours] = scores.of(class);
                self.words * words + self.meaning * meaning + self.neighbours * neighbours
            })
            .collect();
        softmax(&mut mixed);
        mixed
    }
}

impl From<[f64; 3]> for Blend {
    fn from([words, meaning, neighbours]: [f64; 3]) -> Self {
        Self { words: words as f32, meaning: meaning as f32, neighbours: neighbours as f32 }
    }
}

/// Gaussian elimination; what cannot be told stays as it is.
fn solve(mut matrix: [[f64; 3]; 3], mut right: [f64; 3]) -> [f64; 3] {
    for at in 0..3 {
        if matrix[at][at].abs() < 1e-12 {
            return [0.0; 3];
        }
        for below in at + 1..3 {
            let pivot = matrix[at];
            let factor = matrix[below][at] / pivot[at];
            for (number, above) in matrix[below].iter_mut().zip(pivot).skip(at) {
                *number -= factor * above;
            }
            right[below] -= factor * right[at];
        }
    }
    let mut found = [0.0; 3];
    for at in (0..3).rev() {
        let known: f64 = (at + 1..3).map(|column| matrix[at][column] * found[column]).sum();
        found[at] = (right[at] - known) / matrix[at][at];
    }
    found
}

pub(crate) fn softmax(scores: &mut [f32]) {
    // Scores that are no numbers, from a file with absurd weights, tell nothing.
    if !scores.iter().all(|score| score.is_finite()) {
        let count = scores.len() as f32;
        return scores.fill(1.0 / count);
    }
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        total += *score;
    }
    for score in scores {
        *score /= total;
    }
}

/// `σ(factor × score + offset)`: whether a text has a label at all, fitted as Platt (1999).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sigmoid {
    pub factor: f32,
    pub offset: f32,
}

impl Sigmoid {
    pub(crate) fn at(self, score: f32) -> f32 {
        1.0 / (1.0 + (-(self.factor * score + self.offset)).exp())
    }
}

/// Logistic regression on a few numbers: `[weights…, bias]`, the two sides of equal importance.
pub(crate) fn logistic<const N: usize>(rows: &[([f32; N], bool)]) -> ([f32; N], f32) {
    let yes = rows.iter().filter(|(_, yes)| *yes).count().max(1) as f64;
    let no = (rows.len() as f64 - yes).max(1.0);
    let (mut weights, mut bias) = ([0.0_f64; N], 0.0_f64);
    // Few rows and few numbers: plain gradient steps on standardised numbers are quick enough.
    let count = rows.len().max(1) as f64;
    let mean: [f64; N] = std::array::from_fn(|n| rows.iter().map(|(row, _)| f64::from(row[n])).sum::<f64>() / count);
    let spread: [f64; N] = std::array::from_fn(|n| {
        let square = rows.iter().map(|(row, _)| (f64::from(row[n]) - mean[n]).powi(2)).sum::<f64>() / count;
        square.sqrt().max(1e-6)
    });
    for _ in 0..800 {
        let (mut slope, mut lift) = ([0.0_f64; N], 0.0_f64);
        for (row, is) in rows {
            let x: [f64; N] = std::array::from_fn(|n| (f64::from(row[n]) - mean[n]) / spread[n]);
            let score = bias + x.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>();
            let error = (1.0 / (1.0 + (-score).exp()) - f64::from(u8::from(*is))) / if *is { yes } else { no };
            lift += error;
            for n in 0..N {
                slope[n] += error * x[n];
            }
        }
        bias -= lift;
        for n in 0..N {
            weights[n] -= slope[n] + 1e-3 * weights[n];
        }
    }
    let real: [f32; N] = std::array::from_fn(|n| (weights[n] / spread[n]) as f32);
    let shift: f64 = (0..N).map(|n| weights[n] * mean[n] / spread[n]).sum();
    (real, (bias - shift) as f32)
}
