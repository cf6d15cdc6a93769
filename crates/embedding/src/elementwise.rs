//! Work on single numbers that the compiler makes wide by itself, once it may use the processor's instructions.
#![allow(unsafe_code)]

use crate::format::BLOCK;
use crate::kernel::RoundedBlock;
use crate::level::{Level, level};

/// Numbers that are worked on side by side.
pub(crate) const LANES: usize = 16;

/// What is to be done.
pub(crate) enum Elementwise<'a> {
    /// States, `columns` a token, to 8 bits: `[block][token]`.
    Round { states: &'a [f32], columns: usize, blocks: &'a mut [RoundedBlock] },
    /// The exact GELU, `x Φ(x)` (Hendrycks & Gimpel 2016).
    Gelu(&'a mut [f32]),
    /// Adds `more` to the states, then normalises each token (Ba et al. 2016).
    Normalise { states: &'a mut [f32], more: &'a [f32], weight: &'a [f32], bias: &'a [f32], epsilon: f32 },
    /// Attention of one text.
    Attend(Attention<'a>),
}

/// Multi-head attention (Vaswani et al. 2017) over the tokens of one text.
pub(crate) struct Attention<'a> {
    /// `[token][query | key | value]`, each `hidden` numbers.
    pub states: &'a [f32],
    pub hidden: usize,
    /// Each a multiple of [`LANES`] wide.
    pub heads: usize,
    /// `[token][hidden]`.
    pub out: &'a mut [f32],
    pub room: &'a mut Room,
}

/// Room for one head's attention.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// `[token / LANES][dimension][token % LANES]`: the keys, so that a query meets many at once.
    keys: Vec<[f32; LANES]>,
    /// `[token / LANES][token % LANES]`: how much a query attends to each token.
    weights: Vec<[f32; LANES]>,
}

pub(crate) fn fast(work: Elementwise<'_>) {
    run(level(), work);
}

fn run(level: Level, work: Elementwise<'_>) {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` is only made of what this processor has.
        Level::Vnni => unsafe { avx512(work) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { avx2(work) },
        Level::Plain => plain(work),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn avx512(work: Elementwise<'_>) {
    plain(work);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(work: Elementwise<'_>) {
    plain(work);
}

#[inline(always)]
fn plain(work: Elementwise<'_>) {
    match work {
        Elementwise::Round { states, columns, blocks } => {
            let tokens = states.len() / columns;
            for (token, states) in states.chunks_exact(columns).enumerate() {
                let (states, _) = states.as_chunks::<BLOCK>();
                for (block, states) in blocks[token..].iter_mut().step_by(tokens).zip(states) {
                    round(states, block);
                }
            }
        }
        Elementwise::Gelu(states) => {
            let (lanes, rest) = states.as_chunks_mut::<LANES>();
            for state in lanes.as_flattened_mut() {
                *state = gelu(*state);
            }
            for state in rest {
                *state = gelu(*state);
            }
        }
        Elementwise::Normalise { states, more, weight, bias, epsilon } => {
            for (states, more) in states.chunks_exact_mut(weight.len()).zip(more.chunks_exact(weight.len())) {
                normalise(states, more, weight, bias, epsilon);
            }
        }
        Elementwise::Attend(attention) => attend(attention),
    }
}

#[inline(always)]
fn round(states: &[f32; BLOCK], block: &mut RoundedBlock) {
    // As whole numbers, the bits of numbers from 0 up have the same order, and their maximum is quick to find.
    let highest = states.iter().fold(0, |highest, state| state.abs().to_bits().max(highest));
    let highest = f32::from_bits(highest);
    let inverse = if highest > 0.0 { 127.0 / highest } else { 0.0 };
    let mut sum = 0;
    for (value, state) in block.values.as_flattened_mut().iter_mut().zip(states) {
        // After adding 1.5 × 2^23 the low bits are the rounded number.
        *value = (state * inverse + ROUND).to_bits() as i8;
        sum += i32::from(*value);
    }
    block.scale = highest / 127.0;
    block.offset = -8 * sum;
}

#[inline(always)]
fn normalise(states: &mut [f32], more: &[f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let count = states.len() as f32;
    for (state, more) in states.iter_mut().zip(more) {
        *state += more;
    }
    let mut sums = [0.0_f32; LANES];
    for states in states.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            sums[lane] += states[lane];
        }
    }
    let mean = sums.iter().sum::<f32>() / count;
    for state in states.iter_mut() {
        *state -= mean;
    }
    let mut squares = [0.0_f32; LANES];
    for states in states.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            squares[lane] += states[lane] * states[lane];
        }
    }
    let inverse = 1.0 / (squares.iter().sum::<f32>() / count + epsilon).sqrt();
    for ((state, weight), bias) in states.iter_mut().zip(weight).zip(bias) {
        *state = *state * inverse * weight + bias;
    }
}

/// All lanes as one, pair by pair.
#[inline(always)]
fn fold(mut lanes: [f32; LANES], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = join(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn attend(attention: Attention<'_>) {
    let Attention { states, hidden, heads, out, room } = attention;
    let width = hidden / heads;
    let tokens = out.len() / hidden;
    let scale = 1.0 / (width as f32).sqrt();
    let Room { keys, weights } = room;
    keys.clear();
    keys.resize(tokens.div_ceil(LANES) * width, [0.0; LANES]);
    weights.resize(tokens.div_ceil(LANES), [0.0; LANES]);
    for head in 0..heads {
        let at = head * width;
        let part = |token: usize, which: usize| &states[(token * 3 + which) * hidden + at..][..width];
        for token in 0..tokens {
            let keys = &mut keys[token / LANES * width..][..width];
            for (place, key) in keys.iter_mut().zip(part(token, 1)) {
                place[token % LANES] = *key;
            }
        }
        for query in 0..tokens {
            let asked = part(query, 0);
            for (weights, keys) in weights.iter_mut().zip(keys.chunks_exact(width)) {
                let mut sums = [0.0_f32; LANES];
                for (asked, keys) in asked.iter().zip(keys) {
                    for lane in 0..LANES {
                        sums[lane] += asked * keys[lane];
                    }
                }
                *weights = sums.map(|sum| sum * scale);
            }
            softmax(weights, tokens);
            let (out, _) = out[query * hidden + at..][..width].as_chunks_mut::<LANES>();
            for (part_of_head, out) in out.iter_mut().enumerate() {
                let mut sums = [0.0_f32; LANES];
                let from = 2 * hidden + at + part_of_head * LANES;
                for (share, states) in weights.as_flattened().iter().zip(states.chunks_exact(3 * hidden)) {
                    let values = &states[from..from + LANES];
                    for lane in 0..LANES {
                        sums[lane] += share * values[lane];
                    }
                }
                *out = sums;
            }
        }
    }
}

/// The first `tokens` weights to shares of 1, the others to 0.
#[inline(always)]
fn softmax(weights: &mut [[f32; LANES]], tokens: usize) {
    weights.as_flattened_mut()[tokens..].fill(f32::NEG_INFINITY);
    let mut highest = [f32::NEG_INFINITY; LANES];
    for weights in weights.iter() {
        for lane in 0..LANES {
            highest[lane] = if weights[lane] > highest[lane] { weights[lane] } else { highest[lane] };
        }
    }
    let highest = fold(highest, |a, b| if a > b { a } else { b });
    let mut totals = [0.0_f32; LANES];
    for weights in weights.iter_mut() {
        for lane in 0..LANES {
            weights[lane] = exp(weights[lane] - highest);
            totals[lane] += weights[lane];
        }
    }
    // What the places behind the last token add is below 2^-125.
    let inverse = 1.0 / fold(totals, |a, b| a + b);
    for weight in weights.as_flattened_mut() {
        *weight *= inverse;
    }
}

/// `x Φ(x)`, with the error function of Abramowitz & Stegun 7.1.26 (absolute error below 1.5e-7).
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly = t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    let erf = 1.0 - poly * exp(-z * z);
    0.5 * (x + x.abs() * erf)
}

/// Added to a number between -2^22 and 2^22, this leaves it rounded in the low bits: 1.5 × 2^23.
const ROUND: f32 = 12_582_912.0;

/// `e^x` for `x <= 0`, to 2e-7 of it and never below 2^-126: `2^(k + f)` with a polynomial for `f` in -0.5 … 0.5.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = x * std::f32::consts::LOG2_E;
    let x = if x > -126.0 { x } else { -126.0 };
    let shifted = x + ROUND;
    let whole = shifted - ROUND;
    let f = x - whole;
    let poly = 1.0
        + f * (std::f32::consts::LN_2
            + f * (0.240_226_5 + f * (0.055_504_11 + f * (0.009_618_13 + f * (0.001_333_36 + f * 0.000_154_04)))));
    f32::from_bits(poly.to_bits().wrapping_add((shifted.to_bits() as i32).wrapping_shl(23) as u32))
}

#[cfg(test)]
#[path = "elementwise_tests.rs"]
mod tests;
