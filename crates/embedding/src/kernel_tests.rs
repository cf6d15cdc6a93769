#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::format::half;
use crate::level::available;

/// `rows × columns` weights as Q4_0 blocks, and as the numbers that they stand for.
fn matrix(rows: usize, columns: usize, seed: u64) -> (Vec<u8>, Vec<f32>) {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    let (mut bytes, mut numbers) = (Vec::new(), Vec::new());
    for _ in 0..rows * columns / BLOCK {
        // 2^-4 and its neighbours, as half precision.
        let bits = 0x2C00 | (next() as u16 & 0x3FF);
        bytes.extend_from_slice(&bits.to_le_bytes());
        let quants: Vec<u8> = (0..16).map(|_| next() as u8).collect();
        numbers.extend(quants.iter().map(|byte| (f32::from(byte & 15) - 8.0) * half(bits)));
        numbers.extend(quants.iter().map(|byte| (f32::from(byte >> 4) - 8.0) * half(bits)));
        bytes.extend(quants);
    }
    (bytes, numbers)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_kernel_gives_what_plain_arithmetic_gives(
        tiles in 1_usize..5, blocks in 1_usize..5, tokens in 1_usize..40, seed: u64,
    ) {
        let (rows, columns) = (tiles * ROWS, blocks * BLOCK);
        let (bytes, numbers) = matrix(rows, columns, seed);
        let bias: Vec<f32> = (0..rows).map(|row| row as f32 / 10.0 - 1.0).collect();
        let weights = Weights::new(rows, columns, &bytes, &bias);
        let states: Vec<f32> = (0..tokens * columns).map(|at| ((at as f32) * 0.37 + seed as u8 as f32).sin() * 3.0).collect();
        let mut rounded = Rounded::default();
        rounded.set(&states, columns);

        for level in available() {
            let mut out = vec![0.0; tokens * rows];
            multiply_at(level, &rounded, &weights, &mut out);
            for token in 0..tokens {
                for row in 0..rows {
                    // With the rounded input it is the same but for the order of the sum, with the true one it is near.
                    let weight = |column: usize| numbers[row * columns + column];
                    let value = |column: usize| {
                        let [block] = rounded.some::<1>(column / BLOCK, token);
                        block.scale * f32::from(block.values.as_flattened()[column % BLOCK])
                    };
                    let same = bias[row] + (0..columns).map(|column| weight(column) * value(column)).sum::<f32>();
                    let near = bias[row] + (0..columns).map(|column| weight(column) * states[token * columns + column]).sum::<f32>();
                    let got = out[token * rows + row];
                    prop_assert!((got - same).abs() < 1e-3, "{level:?}: {got} for {same}");
                    prop_assert!((got - near).abs() < 0.012 * columns as f32, "{level:?}: {got} for {near}");
                }
            }
        }
    }
}

#[test]
fn the_largest_inputs_and_weights_do_not_overflow() {
    for (byte, weight) in [(0xFF_u8, 7.0), (0x00, -8.0)] {
        let block: Vec<u8> = [0x00, 0x3C].into_iter().chain([byte; 16]).collect();
        let weights = Weights::new(16, 64, &block.repeat(32), &[0.0; 16]);
        for sign in [1.0, -1.0] {
            let mut rounded = Rounded::default();
            rounded.set(&[sign * 127.0; 64], 64);
            for level in available() {
                let mut out = [0.0; 16];
                multiply_at(level, &rounded, &weights, &mut out);
                assert_eq!(out, [sign * 127.0 * 64.0 * weight; 16], "{level:?}");
            }
        }
    }
}
