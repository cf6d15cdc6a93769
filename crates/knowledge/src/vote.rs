//! What the wordings of several entries say together: kernel ridge regression (Saunders, Gammerman, Vovk 1998) on the
//! wordings nearest to a question, each voting for its entry. Wordings that say the same share their weight, so that an entry
//! with many wordings of one kind does not outvote one with a better fit.

use yingda_embedding::nearest::products;

/// Entries that vote, the nearest, and wordings of each.
const ENTRIES: usize = 20;
pub(crate) const WORDINGS: usize = 10;
/// How fast likeness counts less: the kernel is `exp(SHARPNESS (cosine - 1))`.
const SHARPNESS: f32 = 2.0;
/// How far wordings are allowed to be wrong.
const RIDGE: f32 = 0.03;

/// A wording near the question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Near {
    /// Its cosine with the question.
    pub cosine: f32,
    /// Its vector, of length 1, without what all wordings have in common.
    pub vector: Vec<f32>,
}

/// How strongly the wordings of each entry speak for it: about 1 for the entry that is meant, about 0 for others. `entries`
/// holds the nearest wordings of each, the nearest first; entries without any get 0.
pub(crate) fn votes(entries: &[&[Near]]) -> Vec<f32> {
    let mut votes = vec![0.0; entries.len()];
    let nearest = |at: &usize| entries[*at].first().map_or(f32::MIN, |near| near.cosine);
    let mut order: Vec<usize> = (0..entries.len()).filter(|at| !entries[*at].is_empty()).collect();
    order.sort_by(|a, b| nearest(b).total_cmp(&nearest(a)).then(a.cmp(b)));
    order.truncate(ENTRIES);
    let voters: Vec<(usize, &Near)> =
        order.iter().flat_map(|&at| entries[at].iter().take(WORDINGS).map(move |near| (at, near))).collect();
    let vectors: Vec<&[f32]> = voters.iter().map(|(_, near)| near.vector.as_slice()).collect();
    let mut kernel = products(&vectors);
    for (at, value) in kernel.iter_mut().enumerate() {
        let ridge = if at % (voters.len() + 1) == 0 { RIDGE } else { 0.0 };
        *value = (SHARPNESS * (*value - 1.0)).exp() + ridge;
    }
    let asked: Vec<f32> = voters.iter().map(|(_, near)| (SHARPNESS * (near.cosine - 1.0)).exp()).collect();
    for ((at, _), weight) in voters.iter().zip(solve(kernel, asked)) {
        votes[*at] += weight;
    }
    votes
}

/// Solves `matrix x = right` for a symmetric positive matrix, row by row, by Cholesky's decomposition. Where rounding has made
/// the matrix less than positive, the row is left out.
fn solve(mut matrix: Vec<f32>, mut right: Vec<f32>) -> Vec<f32> {
    let n = right.len();
    for row in 0..n {
        let (above, own) = matrix.split_at_mut(row * n);
        let own = &mut own[..n];
        for column in 0..row {
            let other = &above[column * n..column * n + n];
            own[column] = (own[column] - dot(&own[..column], &other[..column])) * other[column];
        }
        let rest = own[row] - dot(&own[..row], &own[..row]);
        // The diagonal holds its reciprocal: it is only ever divided by.
        own[row] = if rest > 1e-6 { 1.0 / rest.sqrt() } else { 0.0 };
        right[row] = (right[row] - dot(&own[..row], &right[..row])) * own[row];
    }
    for row in (0..n).rev() {
        right[row] *= matrix[row * n + row];
        let value = right[row];
        for column in 0..row {
            right[column] -= matrix[row * n + column] * value;
        }
    }
    right
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Several sums at once, which the compiler makes one instruction of.
    let (a_chunks, a_rest) = a.as_chunks::<8>();
    let (b_chunks, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(cosine: f32, angle: f32) -> Near {
        let mut vector = vec![0.0; 64];
        (vector[0], vector[1]) = (angle.cos(), angle.sin());
        Near { cosine, vector }
    }

    #[test]
    fn a_system_is_solved() {
        let solved = solve(vec![4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0], vec![1.0, -2.0, 0.5]);
        let back = |row: [f32; 3]| row.iter().zip(&solved).map(|(a, b)| a * b).sum::<f32>();
        assert!((back([4.0, 2.0, 0.6]) - 1.0).abs() < 1e-5);
        assert!((back([2.0, 5.0, 1.0]) + 2.0).abs() < 1e-5);
        assert!((back([0.6, 1.0, 3.0]) - 0.5).abs() < 1e-5);
    }

    #[test]
    fn many_wordings_of_one_kind_count_once() {
        let one = [near(0.9, 0.45)];
        let many: Vec<Near> = (0..WORDINGS).map(|_| near(0.8, -0.64)).collect();
        let votes = votes(&[&one, &many, &[]]);
        assert!(votes[0] > votes[1] && votes[1] < 0.6, "{votes:?}");
        assert_eq!(votes[2], 0.0);
    }

    #[test]
    fn nobody_votes_where_there_is_nobody() {
        assert_eq!(votes(&[]), [0.0; 0]);
    }
}
