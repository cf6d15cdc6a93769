//! The cheap model: a linear support vector machine for each class, all trained at once.
//!
//! One-versus-rest with squared hinge loss by dual coordinate descent (Hsieh et al. 2008, "A dual coordinate descent
//! method for large-scale linear SVM"), the classes side by side in memory: a text's n-grams are looked up once for all.

use std::thread;

use crate::chance::Chance;
use crate::vocabulary::Sparse;

/// Weights of one linear function a class: `scores = bias + Σ value × weights[place]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Margin {
    pub classes: usize,
    /// `[place][class]`, one byte each, in units of `scale[place]`.
    pub weights: Vec<i8>,
    pub scales: Vec<f32>,
    pub bias: Vec<f32>,
}

/// How hard the training texts are fitted: LIBLINEAR's `C`.
const COST: f32 = 0.5;
/// The classes are trained in so many parts at once: not as many as there are cores, so that the same examples give the
/// same weights on every machine.
const PARTS: usize = 2;
const MOST_ROUNDS: usize = 40;
/// Training ends when no step was larger.
const TOLERANCE: f32 = 0.02;

impl Margin {
    /// Trains on `rows`; `labels[i]` are the classes of row `i`, `importance` the weight of each class's own texts.
    pub(crate) fn train(
        rows: &[&Sparse],
        labels: &[&[u32]],
        classes: usize,
        places: usize,
        importance: &[f32],
        seed: u64,
    ) -> Self {
        let share = classes.div_ceil(PARTS);
        let parts: Vec<(usize, Vec<f32>, Vec<f32>)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..classes)
                .step_by(share)
                .map(|from| {
                    let to = classes.min(from + share);
                    scope.spawn(move || {
                        let (weights, bias) = descend(rows, labels, from..to, places, importance, seed);
                        (from, weights, bias)
                    })
                })
                .collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        let mut model =
            Self { classes, weights: vec![0; places * classes], scales: vec![0.0; places], bias: vec![0.0; classes] };
        for place in 0..places {
            let row = |part: &(usize, Vec<f32>, Vec<f32>)| {
                let width = part.2.len();
                place * width..(place + 1) * width
            };
            let largest =
                parts.iter().flat_map(|part| &part.1[row(part)]).fold(0.0_f32, |largest, w| largest.max(w.abs()));
            if largest == 0.0 {
                continue;
            }
            model.scales[place] = largest / 127.0;
            for part in &parts {
                let out = &mut model.weights[place * classes + part.0..];
                for (out, weight) in out.iter_mut().zip(&part.1[row(part)]) {
                    *out = (weight / largest * 127.0).round() as i8;
                }
            }
        }
        for (from, _, bias) in &parts {
            model.bias[*from..from + bias.len()].copy_from_slice(bias);
        }
        model
    }

    /// The score of each class: above 0 for, below against.
    pub(crate) fn scores(&self, row: &Sparse) -> Vec<f32> {
        let mut scores = self.bias.clone();
        for (place, value) in row.places.iter().zip(&row.values) {
            let place = *place as usize;
            let factor = value * self.scales[place];
            for (score, weight) in scores.iter_mut().zip(&self.weights[place * self.classes..]) {
                *score += factor * f32::from(*weight);
            }
        }
        scores
    }

    /// What `place` with `value` adds to the score of `class`.
    pub(crate) fn share(&self, place: u32, value: f32, class: usize) -> f32 {
        let place = place as usize;
        value * self.scales[place] * f32::from(self.weights[place * self.classes + class])
    }
}

/// The weights `[place][class]` and biases of some of the classes.
fn descend(
    rows: &[&Sparse],
    labels: &[&[u32]],
    classes: std::ops::Range<usize>,
    places: usize,
    importance: &[f32],
    seed: u64,
) -> (Vec<f32>, Vec<f32>) {
    let width = classes.len();
    let mut weights = vec![0.0_f32; places * width];
    let mut bias = vec![0.0_f32; width];
    let mut duals = vec![0.0_f32; rows.len() * width];
    let squares: Vec<f32> = rows.iter().map(|row| 1.0 + row.values.iter().map(|v| v * v).sum::<f32>()).collect();
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    // Rows whose classes all lie far on the right side are looked at less often.
    let mut quiet = vec![0_u8; rows.len()];
    let mut chance = Chance::new(seed);
    let mut scores = vec![0.0_f32; width];
    let mut signs = vec![-1.0_f32; width];
    let mut steps = vec![0.0_f32; width];
    for round in 0..MOST_ROUNDS {
        chance.shuffle(&mut order);
        let mut largest = 0.0_f32;
        for row in &order {
            let number = *row as usize;
            if quiet[number] > 1 && !(round + number).is_multiple_of(4) {
                continue;
            }
            let row = rows[number];
            scores.copy_from_slice(&bias);
            for (place, value) in row.places.iter().zip(&row.values) {
                let from = *place as usize * width;
                for (score, weight) in scores.iter_mut().zip(&weights[from..from + width]) {
                    *score += value * weight;
                }
            }
            signs.fill(-1.0);
            for label in labels[number] {
                if classes.contains(&(*label as usize)) {
                    signs[*label as usize - classes.start] = 1.0;
                }
            }
            let duals = &mut duals[number * width..(number + 1) * width];
            let mut moved = 0.0_f32;
            for class in 0..width {
                let weight = if signs[class] > 0.0 { importance[classes.start + class] } else { 1.0 };
                let diagonal = 0.5 / (COST * weight);
                let gradient = signs[class] * scores[class] - 1.0 + duals[class] * diagonal;
                let fresh = (duals[class] - gradient / (squares[number] + diagonal)).max(0.0);
                let step = fresh - duals[class];
                duals[class] = fresh;
                steps[class] = step * signs[class];
                moved = moved.max(step.abs());
            }
            if moved < 1e-4 {
                quiet[number] = quiet[number].saturating_add(1);
                continue;
            }
            quiet[number] = 0;
            largest = largest.max(moved);
            for (bias, step) in bias.iter_mut().zip(&steps) {
                *bias += step;
            }
            for (place, value) in row.places.iter().zip(&row.values) {
                let from = *place as usize * width;
                for (weight, step) in weights[from..from + width].iter_mut().zip(&steps) {
                    *weight += value * step;
                }
            }
        }
        if largest < TOLERANCE {
            break;
        }
    }
    (weights, bias)
}
