//! The examples nearest in meaning: each votes for its label, the nearer the more (kernel density, Parzen 1962).
//!
//! A line cannot tell apart what lies in islands; neighbours can. And what lies far from every example is out of scope.

use std::num::NonZero;
use std::thread;

use ndarray::{Array2, Axis, Slice};

use crate::softmax::Softmax;

/// The embeddings of the examples, of length 1 after standardising, one byte a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Neighbours {
    pub dimensions: usize,
    /// `[example][dimension]`, in units of `scales[example]`.
    pub vectors: Vec<i8>,
    pub scales: Vec<f32>,
    /// Of each example; an example with several labels is there several times.
    pub classes: Vec<u32>,
}

/// What the neighbours say.
#[derive(Debug, Clone)]
pub(crate) struct Votes {
    /// Logarithm of each class's share.
    pub scores: Vec<f32>,
    /// Cosine of the nearest example.
    pub nearest: f32,
}

/// How much less a vote counts with distance: at a cosine lower by 0.05 it counts `1/e`.
const SHARPNESS: f32 = 20.0;
/// What a class without neighbours gets.
const FLOOR: f32 = 1e-9;
/// More examples are too slow to compare with one by one, and no longer need it.
pub(crate) const MOST: usize = 20_000;

impl Neighbours {
    /// Remembers examples by their embedding and class, seen through `softmax`'s standard.
    pub(crate) fn new<'a>(softmax: &Softmax, examples: impl Iterator<Item = (&'a [f32], u32)>) -> Self {
        let mut all =
            Self { dimensions: softmax.dimensions, vectors: Vec::new(), scales: Vec::new(), classes: Vec::new() };
        for (embedding, class) in examples {
            let direction = softmax.direction(embedding);
            let largest = direction.iter().fold(0.0_f32, |largest, d| largest.max(d.abs())).max(1e-9);
            all.vectors.extend(direction.iter().map(|d| (d / largest * 127.0).round() as i8));
            all.scales.push(largest / 127.0);
            all.classes.push(class);
        }
        all
    }

    /// The votes on an embedding.
    pub(crate) fn votes(&self, softmax: &Softmax, embedding: &[f32]) -> Votes {
        let direction = softmax.direction(embedding);
        let mut tally = Tally::new(softmax.classes);
        for ((vector, scale), class) in self.vectors.chunks_exact(self.dimensions).zip(&self.scales).zip(&self.classes)
        {
            tally.add(*class, scale * dot(&direction, vector));
        }
        tally.votes()
    }
}

/// The votes on each of `embeddings` by those of them that are in another part than itself.
pub(crate) fn left_out(
    softmax: &Softmax,
    embeddings: &[Vec<f32>],
    classes: &[Vec<u32>],
    part_of: &[usize],
) -> Vec<Votes> {
    let count = embeddings.len();
    let mut directions = Array2::<f32>::zeros((count, softmax.dimensions));
    for (mut row, embedding) in directions.rows_mut().into_iter().zip(embeddings) {
        for (place, number) in row.iter_mut().zip(softmax.direction(embedding)) {
            *place = number;
        }
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = count.div_ceil(threads).max(1);
    let directions = &directions;
    thread::scope(|scope| {
        let workers: Vec<_> = (0..count)
            .step_by(share)
            .map(|from| {
                scope.spawn(move || {
                    let to = count.min(from + share);
                    let mut votes = Vec::with_capacity(to - from);
                    for begin in (from..to).step_by(256) {
                        let end = to.min(begin + 256);
                        let cosines = directions.slice_axis(Axis(0), Slice::from(begin..end)).dot(&directions.t());
                        for (at, row) in (begin..end).zip(cosines.rows()) {
                            let mut tally = Tally::new(softmax.classes);
                            for (other, cosine) in row.iter().enumerate() {
                                if part_of[other] != part_of[at] {
                                    classes[other].iter().for_each(|class| tally.add(*class, *cosine));
                                }
                            }
                            votes.push(tally.votes());
                        }
                    }
                    votes
                })
            })
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    })
}

struct Tally {
    shares: Vec<f32>,
    nearest: f32,
}

impl Tally {
    fn new(classes: usize) -> Self {
        Self { shares: vec![FLOOR; classes], nearest: -1.0 }
    }

    fn add(&mut self, class: u32, cosine: f32) {
        self.nearest = self.nearest.max(cosine);
        // What is so far that it counts nothing need not be computed.
        if cosine > 0.05 {
            self.shares[class as usize] += (SHARPNESS * (cosine - 1.0)).exp();
        }
    }

    fn votes(self) -> Votes {
        let total: f32 = self.shares.iter().sum();
        Votes { scores: self.shares.iter().map(|share| (share / total).ln()).collect(), nearest: self.nearest }
    }
}

fn dot(direction: &[f32], vector: &[i8]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (a8, a1) = direction.as_chunks::<8>();
    let (b8, b1) = vector.as_chunks::<8>();
    for (a, b) in a8.iter().zip(b8) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * f32::from(b[lane]);
        }
    }
    lanes.iter().sum::<f32>() + a1.iter().zip(b1).map(|(a, b)| a * f32::from(*b)).sum::<f32>()
}
