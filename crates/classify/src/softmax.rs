//! The model on embeddings: multinomial logistic regression, fitted by L-BFGS (Liu & Nocedal 1989).

use std::collections::VecDeque;
use std::thread;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};

/// Weights on standardised embeddings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Softmax {
    pub classes: usize,
    pub dimensions: usize,
    /// Taken from each number of an embedding, then multiplied by `factor`.
    pub mean: Vec<f32>,
    pub factor: Vec<f32>,
    /// `[class][dimension]`.
    pub weights: Vec<f32>,
    pub bias: Vec<f32>,
}

/// What a text's class is to be: the shares of the classes, which sum to 1, and the text's weight.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    pub labels: &'a [u32],
    pub weight: f32,
}

const MOST_STEPS: usize = 60;
/// Steps remembered.
const MEMORY: usize = 8;

impl Softmax {
    /// Trains on `embeddings` (`dimensions` numbers each). `cost` is scikit-learn's `C`: how hard they are fitted.
    pub(crate) fn train(embeddings: &[&[f32]], targets: &[Target<'_>], classes: usize, cost: f32) -> Self {
        let dimensions = embeddings.first().map_or(0, |first| first.len());
        let (mean, factor) = standard(embeddings, dimensions);
        let mut inputs = Array2::<f32>::ones((embeddings.len(), dimensions + 1));
        for (mut row, embedding) in inputs.rows_mut().into_iter().zip(embeddings) {
            for d in 0..dimensions {
                row[d] = (embedding[d] - mean[d]) * factor[d];
            }
        }
        let mut wanted = Array2::<f32>::zeros((embeddings.len(), classes));
        for (mut row, target) in wanted.rows_mut().into_iter().zip(targets) {
            for label in target.labels {
                row[*label as usize] = 1.0 / target.labels.len() as f32;
            }
        }
        let importance: Vec<f32> = targets.iter().map(|target| target.weight * cost).collect();
        let problem = Problem { inputs, wanted, importance, classes };
        let found = minimise(&problem);
        let matrix =
            ArrayView2::from_shape((classes, dimensions + 1), &found).expect("as many weights as were asked for");
        Self {
            classes,
            dimensions,
            mean,
            factor,
            weights: matrix.slice_axis(Axis(1), Slice::from(..dimensions)).iter().copied().collect(),
            bias: matrix.column(dimensions).to_vec(),
        }
    }

    /// An embedding, standardised and scaled to length 1.
    pub(crate) fn direction(&self, embedding: &[f32]) -> Vec<f32> {
        let mut numbers: Vec<f32> =
            embedding.iter().zip(&self.mean).zip(&self.factor).map(|((e, mean), factor)| (e - mean) * factor).collect();
        let length = dot(&numbers, &numbers).sqrt().max(1e-9);
        numbers.iter_mut().for_each(|number| *number /= length);
        numbers
    }

    /// The score of each class: logarithms of the odds, up to a constant.
    pub(crate) fn scores(&self, embedding: &[f32]) -> Vec<f32> {
        let mut scores = self.bias.clone();
        let input: Vec<f32> =
            embedding.iter().zip(&self.mean).zip(&self.factor).map(|((e, mean), factor)| (e - mean) * factor).collect();
        for (score, weights) in scores.iter_mut().zip(self.weights.chunks_exact(self.dimensions.max(1))) {
            *score += dot(&input, weights);
        }
        scores
    }
}

fn standard(embeddings: &[&[f32]], dimensions: usize) -> (Vec<f32>, Vec<f32>) {
    let count = embeddings.len().max(1) as f32;
    let mut mean = vec![0.0_f32; dimensions];
    for embedding in embeddings {
        for (mean, e) in mean.iter_mut().zip(*embedding) {
            *mean += e / count;
        }
    }
    let mut variance = vec![0.0_f32; dimensions];
    for embedding in embeddings {
        for ((variance, e), mean) in variance.iter_mut().zip(*embedding).zip(&mean) {
            *variance += (e - mean) * (e - mean) / count;
        }
    }
    let factor = variance.iter().map(|variance| 1.0 / (variance.sqrt() + 1e-4)).collect();
    (mean, factor)
}

pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (a8, a1) = a.as_chunks::<8>();
    let (b8, b1) = b.as_chunks::<8>();
    for (a, b) in a8.iter().zip(b8) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f32>() + a1.iter().zip(b1).map(|(a, b)| a * b).sum::<f32>()
}

/// `½‖W‖² + Σ importance × cross entropy`; the bias (last column) is not held small.
struct Problem {
    inputs: Array2<f32>,
    wanted: Array2<f32>,
    importance: Vec<f32>,
    classes: usize,
}

impl Problem {
    fn size(&self) -> usize {
        self.classes * self.inputs.ncols()
    }

    /// The value at `weights`, and the gradient.
    fn at(&self, weights: &[f32], gradient: &mut [f32]) -> f64 {
        let rows = self.inputs.nrows();
        let columns = self.inputs.ncols();
        let matrix = ArrayView2::from_shape((self.classes, columns), weights).expect("the weights have this shape");
        // Always in two parts, whatever the machine: sums in another order would be other sums.
        let share = rows.div_ceil(2).max(1);
        let parts: Vec<(f64, Array2<f32>)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..rows)
                .step_by(share)
                .map(|from| {
                    let range = from..rows.min(from + share);
                    scope.spawn(move || self.part(matrix, range))
                })
                .collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        let mut value = 0.0;
        let mut total = ArrayViewMut2::from_shape((self.classes, columns), gradient).expect("as the weights");
        total.assign(&matrix);
        total.column_mut(columns - 1).fill(0.0);
        value += 0.5 * total.iter().map(|w| f64::from(w * w)).sum::<f64>();
        for (part, slope) in &parts {
            value += part;
            total += slope;
        }
        value
    }

    fn part(&self, weights: ArrayView2<'_, f32>, rows: std::ops::Range<usize>) -> (f64, Array2<f32>) {
        let inputs = self.inputs.slice_axis(Axis(0), Slice::from(rows.clone()));
        let mut scores = inputs.dot(&weights.t());
        let mut value = 0.0;
        for ((mut scores, wanted), importance) in scores
            .rows_mut()
            .into_iter()
            .zip(self.wanted.slice_axis(Axis(0), Slice::from(rows.clone())).rows())
            .zip(&self.importance[rows])
        {
            let highest = scores.fold(f32::NEG_INFINITY, |highest, score| highest.max(*score));
            let before: f32 = scores.iter().zip(wanted).map(|(score, wanted)| wanted * (score - highest)).sum();
            scores.mapv_inplace(|score| (score - highest).exp());
            let total = scores.sum();
            value += f64::from(importance * (total.ln() - before));
            for (score, wanted) in scores.iter_mut().zip(wanted) {
                *score = importance * (*score / total - wanted);
            }
        }
        let mut slope = Array2::zeros((self.classes, inputs.len_of(Axis(1))));
        general_mat_mul(1.0, &scores.t(), &inputs, 0.0, &mut slope);
        (value, slope)
    }
}

fn minimise(problem: &Problem) -> Vec<f32> {
    let size = problem.size();
    let mut weights = vec![0.0_f32; size];
    let mut gradient = vec![0.0_f32; size];
    let mut value = problem.at(&weights, &mut gradient);
    let mut memory: VecDeque<(Vec<f32>, Vec<f32>, f64)> = VecDeque::new();
    let start = norm(&gradient);
    for _ in 0..MOST_STEPS {
        if norm(&gradient) <= 1e-3 * start.max(1e-12) {
            break;
        }
        let direction = direction(&gradient, &memory);
        let slope: f64 = inner(&direction, &gradient);
        if slope >= 0.0 {
            memory.clear();
            continue;
        }
        // The first step knows nothing of the size of things.
        let mut step = if memory.is_empty() { 1.0 / norm(&gradient).max(1.0) } else { 1.0 };
        let mut fresh_gradient = vec![0.0; size];
        let moved = (0..20).find_map(|_| {
            let fresh: Vec<f32> = weights.iter().zip(&direction).map(|(w, d)| w + step as f32 * d).collect();
            let fresh_value = problem.at(&fresh, &mut fresh_gradient);
            if fresh_value <= value + 1e-4 * step * slope {
                return Some((fresh, fresh_value));
            }
            step *= 0.4;
            None
        });
        let Some((fresh, fresh_value)) = moved else { break };
        let s: Vec<f32> = fresh.iter().zip(&weights).map(|(a, b)| a - b).collect();
        let y: Vec<f32> = fresh_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = inner(&s, &y);
        if curvature > 1e-10 {
            memory.push_back((s, y, 1.0 / curvature));
            if memory.len() > MEMORY {
                memory.pop_front();
            }
        }
        (weights, value, gradient) = (fresh, fresh_value, fresh_gradient);
    }
    weights
}

/// The two-loop recursion.
fn direction(gradient: &[f32], memory: &VecDeque<(Vec<f32>, Vec<f32>, f64)>) -> Vec<f32> {
    let mut q: Vec<f32> = gradient.to_vec();
    let mut alphas = Vec::with_capacity(memory.len());
    for (s, y, rho) in memory.iter().rev() {
        let alpha = rho * inner(s, &q);
        for (q, y) in q.iter_mut().zip(y) {
            *q -= alpha as f32 * y;
        }
        alphas.push(alpha);
    }
    if let Some((s, y, _)) = memory.back() {
        let scale = (inner(s, y) / inner(y, y)) as f32;
        for q in &mut q {
            *q *= scale;
        }
    }
    for ((s, y, rho), alpha) in memory.iter().zip(alphas.into_iter().rev()) {
        let beta = rho * inner(y, &q);
        for (q, s) in q.iter_mut().zip(s) {
            *q += (alpha - beta) as f32 * s;
        }
    }
    for q in &mut q {
        *q = -*q;
    }
    q
}

fn inner(a: &[f32], b: &[f32]) -> f64 {
    f64::from(dot(a, b))
}

fn norm(a: &[f32]) -> f64 {
    inner(a, a).sqrt()
}
