use proptest::prelude::*;

use super::*;
use crate::level::available;

/// Numbers that are neither all alike nor in order.
fn waves(count: usize, by: f32) -> Vec<f32> {
    (0..count).map(|at| (at as f32 * 0.37 + by).sin() * 3.0).collect()
}

fn near(a: &[f32], b: &[f32], allowed: f32) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < allowed)
}

proptest! {
    #[test]
    fn the_exponential_is_right_to_six_digits(x in -30.0_f32..0.0) {
        let exact = f64::from(x).exp();
        prop_assert!((f64::from(exp(x)) - exact).abs() <= exact * 3e-6 , "{} for {exact}", exp(x));
    }

    #[test]
    fn rounding_misses_by_half_a_step_at_most(by in 0.0_f32..6.0, scale in -20_i32..20) {
        let states: Vec<f32> = waves(64, by).iter().map(|x| x * 2f32.powi(scale)).collect();
        for level in available() {
            // Two tokens of one block each.
            let mut blocks = [RoundedBlock::default(); 2];
            run(level, Elementwise::Round { states: &states, columns: 32, blocks: &mut blocks });
            for (block, states) in blocks.iter().zip(states.chunks_exact(32)) {
                let values = block.values.as_flattened();
                prop_assert_eq!(block.offset, -8 * values.iter().map(|value| i32::from(*value)).sum::<i32>());
                for (value, state) in values.iter().zip(states) {
                    prop_assert!((f32::from(*value) * block.scale - state).abs() <= 0.5001 * block.scale);
                }
            }
        }
    }

    #[test]
    fn attention_is_the_mean_of_the_values_by_the_softmax_of_the_products(tokens in 1_usize..40, by in 0.0_f32..6.0) {
        let (hidden, heads, width) = (64, 2, 32);
        let states = waves(tokens * 3 * hidden, by);
        let part = |token: usize, which: usize, head: usize| &states[(token * 3 + which) * hidden + head * width..][..width];
        let mut expected = vec![0.0; tokens * hidden];
        for head in 0..heads {
            for query in 0..tokens {
                let dot = |key: usize| -> f32 { part(query, 0, head).iter().zip(part(key, 1, head)).map(|(a, b)| a * b).sum() };
                let scores: Vec<f64> = (0..tokens).map(|key| f64::from(dot(key) / (width as f32).sqrt())).collect();
                let highest = scores.iter().copied().fold(f64::MIN, f64::max);
                let total: f64 = scores.iter().map(|score| (score - highest).exp()).sum();
                for (token, score) in scores.iter().enumerate() {
                    for (i, value) in part(token, 2, head).iter().enumerate() {
                        expected[query * hidden + head * width + i] += ((score - highest).exp() / total) as f32 * value;
                    }
                }
            }
        }
        for level in available() {
            let mut out = vec![9.0; tokens * hidden];
            let mut room = Room::default();
            // Used before for a longer text.
            room.weights.resize(7, [5.0; LANES]);
            room.keys.resize(99, [5.0; LANES]);
            run(level, Elementwise::Attend(Attention { states: &states, hidden, heads, out: &mut out, room: &mut room }));
            prop_assert!(near(&out, &expected, 1e-3), "{level:?}");
        }
    }
}

#[test]
fn gelu_is_the_exact_one() {
    let known = [
        (0.0, 0.0),
        (1.0, 0.841_344_7),
        (-1.0, -0.158_655_26),
        (3.0, 2.995_950_3),
        (-3.0, -0.004_049_7),
        (90.0, 90.0),
        (-90.0, 0.0),
    ];
    for level in available() {
        let mut numbers: Vec<f32> = known.iter().cycle().take(35).map(|(x, _)| *x).collect();
        run(level, Elementwise::Gelu(&mut numbers));
        let expected: Vec<f32> = known.iter().cycle().take(35).map(|(_, y)| *y).collect();
        assert!(near(&numbers, &expected, 1e-5), "{level:?}: {numbers:?}");
    }
}

#[test]
fn a_token_is_normalised_to_the_weight_and_bias() {
    for level in available() {
        let mut states: Vec<f32> = (0..64).map(|at| at as f32).collect();
        let more = waves(64, 1.0);
        let (weight, bias) = ([2.0; 32], [5.0; 32]);
        run(
            level,
            Elementwise::Normalise { states: &mut states, more: &more, weight: &weight, bias: &bias, epsilon: 1e-12 },
        );
        for token in states.chunks_exact(32) {
            let mean: f32 = token.iter().sum::<f32>() / 32.0;
            let variance: f32 = token.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / 32.0;
            assert!((mean - 5.0).abs() < 1e-4 && (variance - 4.0).abs() < 1e-3, "{mean} {variance}");
        }
        assert_ne!(states[0] - states[1], states[32] - states[33], "what is added counts");
    }
}
