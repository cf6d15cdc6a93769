use crate::calibrate::{Blend, Sigmoid, logistic, softmax};
use crate::classifier::{Deep, Scores};

fn words(scores: &[f32]) -> Scores {
    Scores { words: scores.to_vec(), deep: None }
}

#[test]
fn probabilities_sum_to_one_whatever_the_scores() {
    for scores in [vec![1.0, 2.0], vec![0.0; 5], vec![-1e30, 1e30], vec![f32::NAN, 1.0], vec![f32::INFINITY, 0.0]] {
        let mut probabilities = scores.clone();
        softmax(&mut probabilities);
        let sum: f32 = probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-5, "{scores:?} {probabilities:?}");
    }
}

#[test]
fn scores_that_are_often_wrong_make_careful_probabilities() {
    let begin = Blend { words: 3.0, meaning: 0.0, neighbours: 0.0 };
    let fit = |right: usize| {
        let seen: Vec<(Scores, [u32; 1])> = (0..100).map(|at| (words(&[1.0, 0.0]), [u32::from(at >= right)])).collect();
        begin.fit(seen.iter().map(|(scores, labels)| (scores, labels.as_slice())))
    };
    for right in [60, 80, 95] {
        let sure = fit(right).mix(&words(&[1.0, 0.0]))[0];
        assert!((sure - right as f32 / 100.0).abs() < 0.02, "{right}: {sure}");
    }
}

#[test]
fn the_model_that_is_right_is_the_one_that_is_heard() {
    let begin = Blend { words: 1.5, meaning: 0.5, neighbours: 0.0 };
    let seen: Vec<(Scores, [u32; 1])> = (0..200_u32)
        .map(|at| {
            let class = at % 2;
            let of = |right: bool| if right == (class == 0) { vec![1.0, -1.0] } else { vec![-1.0, 1.0] };
            // The words are right by chance, the meaning nine times in ten.
            let deep = Deep { meaning: of(at % 10 != 3), neighbours: None };
            (Scores { words: of(at % 4 < 2), deep: Some(deep) }, [class])
        })
        .collect();
    let blend = begin.fit(seen.iter().map(|(scores, labels)| (scores, labels.as_slice())));
    assert!(blend.meaning > 4.0 * blend.words, "{blend:?}");
}

#[test]
fn logistic_regression_parts_what_can_be_parted() {
    let rows: Vec<([f32; 1], bool)> = (-50..50).map(|at| ([at as f32 / 10.0], at >= 10)).collect();
    let ([factor], offset) = logistic(&rows);
    let at = |score| Sigmoid { factor, offset }.at(score);
    assert!(at(4.0) > 0.9 && at(-4.0) < 0.1, "{} {}", at(4.0), at(-4.0));
    let (nothing, _) = logistic::<2>(&[]);
    assert!(nothing.iter().all(|weight| weight.is_finite()));
}
