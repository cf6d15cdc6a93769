//! Figures that depend on how sure the classifier was.

use super::{Bin, Coverage, share};

/// A text: how high it scored, and whether that was right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub height: f32,
    pub right: bool,
}

const BINS: usize = 10;
const SHARES: [f64; 7] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0];

/// Tenths of confidence, and the expected calibration error.
pub(super) fn calibration(points: &[Point]) -> (Vec<Bin>, f64) {
    let mut sums = [(0_usize, 0_usize, 0.0_f64); BINS];
    for point in points {
        let bin = ((point.height * BINS as f32) as usize).min(BINS - 1);
        sums[bin].0 += 1;
        sums[bin].1 += usize::from(point.right);
        sums[bin].2 += f64::from(point.height);
    }
    let bins: Vec<Bin> = sums
        .iter()
        .enumerate()
        .map(|(at, (count, right, height))| Bin {
            from: at as f64 / BINS as f64,
            to: (at + 1) as f64 / BINS as f64,
            count: *count,
            confidence: if *count == 0 { 0.0 } else { height / *count as f64 },
            accuracy: share(*right, *count),
        })
        .collect();
    let error = bins.iter().map(|bin| (bin.confidence - bin.accuracy).abs() * share(bin.count, points.len())).sum();
    (bins, error)
}

/// Accuracy of the surest texts.
pub(super) fn coverage(mut points: Vec<Point>) -> Vec<Coverage> {
    points.sort_by(|a, b| b.height.total_cmp(&a.height));
    let mut right = Vec::with_capacity(points.len());
    let mut sum = 0;
    for point in &points {
        sum += usize::from(point.right);
        right.push(sum);
    }
    let at = |wanted: f64| {
        let count = ((points.len() as f64 * wanted).ceil() as usize).clamp(1, points.len());
        Coverage {
            share: wanted,
            confidence: f64::from(points[count - 1].height),
            accuracy: share(right[count - 1], count),
        }
    };
    if points.is_empty() { Vec::new() } else { SHARES.into_iter().map(at).collect() }
}

/// The probability that a right one scores higher than a wrong one, ties counting half (Mann and Whitney 1947).
/// `None` when all are right or none is.
pub(super) fn area(mut points: Vec<Point>) -> Option<f64> {
    points.sort_by(|a, b| a.height.total_cmp(&b.height));
    let right = points.iter().filter(|point| point.right).count();
    let wrong = points.len() - right;
    if right == 0 || wrong == 0 {
        return None;
    }
    let (mut below, mut sum) = (0, 0.0);
    for tied in points.chunk_by(|a, b| a.height.total_cmp(&b.height).is_eq()) {
        let right = tied.iter().filter(|point| point.right).count();
        let wrong = tied.len() - right;
        sum += right as f64 * (below as f64 + wrong as f64 / 2.0);
        below += wrong;
    }
    Some(sum / (right as f64 * wrong as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(given: &[(f32, bool)]) -> Vec<Point> {
        given.iter().map(|(height, right)| Point { height: *height, right: *right }).collect()
    }

    #[test]
    fn the_area_is_the_share_of_pairs_in_the_right_order() {
        assert_eq!(area(points(&[(0.1, false), (0.2, true), (0.3, false), (0.4, true)])), Some(0.75));
        assert_eq!(area(points(&[(0.5, false), (0.5, true)])), Some(0.5));
        assert_eq!(area(points(&[(0.5, true), (0.6, true)])), None);
        assert_eq!(area(Vec::new()), None);
    }

    #[test]
    fn what_is_as_sure_as_it_is_right_has_no_calibration_error() {
        let even: Vec<(f32, bool)> = (0..100).map(|at| (0.75, at % 4 != 0)).collect();
        let (bins, error) = calibration(&points(&even));
        assert_eq!((bins.len(), bins[7].count, bins[7].accuracy), (10, 100, 0.75));
        assert!(error < 1e-6, "{error}");
        let boasting: Vec<(f32, bool)> = (0..100).map(|at| (1.0, at % 2 == 0)).collect();
        assert_eq!(calibration(&points(&boasting)).1, 0.5);
    }

    #[test]
    fn the_surest_half_is_judged_apart() {
        let covered = coverage(points(&[(0.9, true), (0.8, true), (0.3, false), (0.2, true)]));
        assert_eq!((covered[0].share, covered[0].accuracy), (0.5, 1.0));
        assert!((covered[0].confidence - 0.8).abs() < 1e-6);
        assert_eq!((covered[6].share, covered[6].accuracy), (1.0, 0.75));
        assert!(coverage(Vec::new()).is_empty());
    }
}
