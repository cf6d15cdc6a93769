//! Gradient boosting of small trees.

use yingda_guard::training::{Forest, Node, names};

use crate::Case;

/// Trees, their depth, and how far each goes.
const TREES: usize = 350;
const DEPTH: usize = 5;
const RATE: f32 = 0.03;
/// Least weight of the clauses in a leaf, and how much leaves are drawn to nothing.
const LEAST: f32 = 6.0;
const CALM: f32 = 3.0;
/// Steps that a measure is cut into.
const BINS: usize = 48;

/// Gradient boosting on the logistic loss.
pub fn grow(cases: &[&Case]) -> Forest {
    let width = names().len();
    let cuts: Vec<Vec<f32>> = (0..width)
        .map(|feature| {
            let mut values: Vec<f32> = cases.iter().map(|case| case.measures[feature]).collect();
            values.sort_by(f32::total_cmp);
            values.dedup();
            let step = (values.len() / BINS).max(1);
            values.windows(2).step_by(step).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
        })
        .collect();
    let bins: Vec<Vec<u8>> = cases
        .iter()
        .map(|case| {
            (0..width).map(|feature| cuts[feature].partition_point(|cut| *cut < case.measures[feature]) as u8).collect()
        })
        .collect();
    let bad: f32 = cases.iter().filter(|case| case.bad).map(|case| case.weight).sum();
    let good: f32 = cases.iter().filter(|case| !case.bad).map(|case| case.weight).sum();
    let start = (bad / good.max(1.0)).ln();
    let mut sums = vec![start; cases.len()];
    let mut forest = Forest { trees: vec![vec![Node { feature: None, value: start, left: 0, right: 0 }]] };
    for round in 0..TREES {
        let slopes: Vec<(f32, f32)> = cases
            .iter()
            .zip(&sums)
            .map(|(case, sum)| {
                let p = 1.0 / (1.0 + (-sum).exp());
                (case.weight * (f32::from(case.bad) - p), case.weight * (p * (1.0 - p)).max(1e-4))
            })
            .collect();
        let mut tree = Vec::new();
        let rows: Vec<usize> = (0..cases.len()).collect();
        branch(&mut tree, &rows, &bins, &cuts, &slopes, DEPTH, round);
        let one = Forest { trees: vec![tree.clone()] };
        for (sum, case) in sums.iter_mut().zip(cases) {
            let p = one.judge(&case.measures);
            *sum += (p / (1.0 - p)).ln();
        }
        forest.trees.push(tree);
    }
    forest
}

/// A number that looks like chance and is the same every time.
fn chance(round: usize, rows: usize, feature: usize) -> u64 {
    let mut mixed = (round as u64) << 40 ^ (rows as u64) << 20 ^ feature as u64;
    for _ in 0..3 {
        mixed = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) ^ 0x5851_F42D;
    }
    mixed >> 7
}

/// Adds the best branch for `rows`, or a leaf; gives its number.
fn branch(
    tree: &mut Vec<Node>,
    rows: &[usize],
    bins: &[Vec<u8>],
    cuts: &[Vec<f32>],
    slopes: &[(f32, f32)],
    depth: usize,
    round: usize,
) -> usize {
    let at = tree.len();
    let (g, h) = rows.iter().fold((0.0, 0.0), |(g, h), row| (g + slopes[*row].0, h + slopes[*row].1));
    tree.push(Node { feature: None, value: RATE * g / (h + CALM), left: 0, right: 0 });
    if depth == 0 {
        return at;
    }
    let mut best: (f32, usize, usize) = (0.5, 0, 0);
    for feature in 0..cuts.len() {
        // Each branch sees two fifths of the measures.
        if chance(round, rows.len(), feature) % 5 > 1 {
            continue;
        }
        let mut sums = vec![(0.0f32, 0.0f32); cuts[feature].len() + 1];
        for row in rows {
            let sum = &mut sums[usize::from(bins[*row][feature])];
            sum.0 += slopes[*row].0;
            sum.1 += slopes[*row].1;
        }
        let (mut left_g, mut left_h) = (0.0, 0.0);
        for (cut, sum) in sums.iter().enumerate().take(cuts[feature].len()) {
            left_g += sum.0;
            left_h += sum.1;
            let (right_g, right_h) = (g - left_g, h - left_h);
            if left_h * 4.0 < LEAST || right_h * 4.0 < LEAST {
                continue;
            }
            let score = |g: f32, h: f32| g * g / (h + CALM);
            let gain = score(left_g, left_h) + score(right_g, right_h) - score(g, h);
            if gain > best.0 {
                best = (gain, feature, cut);
            }
        }
    }
    if best.0 <= 0.5 {
        return at;
    }
    let (left, right): (Vec<usize>, Vec<usize>) =
        rows.iter().partition(|row| usize::from(bins[**row][best.1]) <= best.2);
    let first = branch(tree, &left, bins, cuts, slopes, depth - 1, round);
    let second = branch(tree, &right, bins, cuts, slopes, depth - 1, round);
    tree[at] = Node { feature: Some(best.1), value: cuts[best.1][best.2], left: first, right: second };
    at
}
