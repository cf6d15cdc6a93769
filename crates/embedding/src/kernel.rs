//! Multiplying what flows through a layer with its weights: 8-bit by 4-bit integers in blocks of 32.
//!
//! The weights are held in tiles of 16 rows (outputs). A block of 32 inputs has 8 groups of 4: group `g` has for each
//! row `r`, at `4 r + i`, the weight for input `4 g + i`. Two groups share 64 bytes: `g` the low halves, `g + 4` the high
//! ones. One instruction of AVX-512 VNNI then does 16 rows by 4 inputs.
//!
//! The 4 bits are `weight + 8`, as in the file; that the inputs meet 8 too much is made good by starting from -8 times
//! their sum. So memory gives 4 bits a weight and nothing else, which is what a single text waits for.
#![allow(unsafe_code)]

use crate::elementwise::{Elementwise, fast};
use crate::format::{BLOCK, Q4_BYTES, scale};
use crate::level::{Level, level};

/// Rows of a tile.
const ROWS: usize = 16;
/// 64 bytes that hold two groups, in a block.
const PAIRS: usize = BLOCK / 8;

/// A weight matrix of `rows` outputs by `columns` inputs.
#[derive(Debug)]
pub(crate) struct Weights {
    rows: usize,
    blocks: usize,
    /// `[tile][block]`.
    tiles: Vec<Block>,
    /// `[tile]`.
    bias: Vec<[f32; ROWS]>,
}

/// What a tile has for 32 inputs, aligned as the widest load wants it.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Block {
    pairs: [[u8; 64]; PAIRS],
    /// Of each row.
    scales: [f32; ROWS],
}

impl Weights {
    /// Repacks a `[rows, columns]` matrix in Q4_0 blocks, row after row, and its bias. `rows` is a multiple of 16,
    /// `columns` of 32, and the lengths fit (the caller checked the model's directory).
    pub(crate) fn new(rows: usize, columns: usize, blocks: &[u8], bias: &[f32]) -> Self {
        let per_row = columns / BLOCK;
        let tiles = rows / ROWS;
        let mut weights = Self {
            rows,
            blocks: per_row,
            tiles: vec![Block { pairs: [[0; 64]; PAIRS], scales: [0.0; ROWS] }; tiles * per_row],
            bias: bias.as_chunks::<ROWS>().0.to_vec(),
        };
        for (at, block) in blocks.chunks_exact(Q4_BYTES).enumerate() {
            let (row, column) = (at / per_row, at % per_row);
            let (tile, row) = (row / ROWS, row % ROWS);
            let place = &mut weights.tiles[tile * per_row + column];
            place.scales[row] = scale(block);
            // A byte of the file has inputs j and j + 16, thus the same place in groups g and g + 4.
            for (j, byte) in block[2..].iter().enumerate() {
                place.pairs[j / 4][4 * row + j % 4] = *byte;
            }
        }
        weights
    }

    /// Number of outputs.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes in memory.
    pub(crate) fn memory(&self) -> usize {
        size_of_val(self.tiles.as_slice()) + size_of_val(self.bias.as_slice())
    }

    /// The blocks of a tile.
    fn tile(&self, tile: usize) -> &[Block] {
        &self.tiles[tile * self.blocks..][..self.blocks]
    }
}

/// The states of some tokens, rounded to 8 bits in blocks of 32.
#[derive(Debug, Default)]
pub(crate) struct Rounded {
    tokens: usize,
    columns: usize,
    /// `[block][token]`: a tile takes a block of some tokens at a time.
    blocks: Vec<RoundedBlock>,
}

/// 32 numbers: each is its value times the scale.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct RoundedBlock {
    /// From -127 to 127, in fours as the kernels take them.
    pub values: [[i8; 4]; BLOCK / 4],
    pub scale: f32,
    /// -8 times the sum of the values.
    pub offset: i32,
}

impl Rounded {
    /// Rounds `states`, which has `columns` numbers a token.
    pub(crate) fn set(&mut self, states: &[f32], columns: usize) {
        self.columns = columns;
        self.tokens = states.len() / columns;
        self.blocks.resize(states.len() / BLOCK, RoundedBlock::default());
        fast(Elementwise::Round { states, columns, blocks: &mut self.blocks });
    }

    /// A block of `N` tokens.
    #[inline(always)]
    fn some<const N: usize>(&self, block: usize, first: usize) -> &[RoundedBlock; N] {
        let (some, _) = self.blocks[block * self.tokens + first..].as_chunks::<N>();
        &some[0]
    }
}

/// `out[token][row] = bias[row] + Σ weight[row][column] × input[token][column]`. `out` has `tokens × rows` numbers.
pub(crate) fn multiply(input: &Rounded, weights: &Weights, out: &mut [f32]) {
    multiply_at(level(), input, weights, out);
}

fn multiply_at(level: Level, input: &Rounded, weights: &Weights, out: &mut [f32]) {
    assert_eq!(input.columns, weights.blocks * BLOCK, "the input has as many columns as the weights");
    assert_eq!(out.len(), input.tokens * weights.rows, "the output has a place for each token and row");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` is only made of what this processor has.
        Level::Vnni => unsafe { x86::multiply_vnni(input, weights, out) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { x86::multiply_avx2(input, weights, out) },
        Level::Plain => multiply_plain(input, weights, out),
    }
}

/// The same on any processor.
fn multiply_plain(input: &Rounded, weights: &Weights, out: &mut [f32]) {
    for (token, out) in out.chunks_exact_mut(weights.rows).enumerate() {
        for (tile, out) in out.as_chunks_mut::<ROWS>().0.iter_mut().enumerate() {
            *out = weights.bias[tile];
            for (block, Block { pairs, scales }) in weights.tile(tile).iter().enumerate() {
                let [input] = input.some::<1>(block, token);
                let mut dots = [input.offset; ROWS];
                for (p, pair) in pairs.iter().enumerate() {
                    let (low, high) = (input.values[p], input.values[p + PAIRS]);
                    for (dot, bytes) in dots.iter_mut().zip(pair.as_chunks::<4>().0) {
                        for i in 0..4 {
                            *dot += i32::from(bytes[i] & 15) * i32::from(low[i]);
                            *dot += i32::from(bytes[i] >> 4) * i32::from(high[i]);
                        }
                    }
                }
                for row in 0..ROWS {
                    out[row] += dots[row] as f32 * (scales[row] * input.scale);
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use super::{PAIRS, ROWS, Rounded, Weights};

    /// All tokens in portions of at most `most`, as even as can be: the first token of each and their number.
    fn portions(tokens: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
        let count = tokens.div_ceil(most);
        (0..count).map(move |at| {
            let (first, next) = (at * tokens / count, (at + 1) * tokens / count);
            (first, next - first)
        })
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    pub(super) fn multiply_vnni(input: &Rounded, weights: &Weights, out: &mut [f32]) {
        for tile in 0..weights.bias.len() {
            for (first, count) in portions(input.tokens, 12) {
                match count {
                    1 => tile_vnni::<1>(input, weights, out, tile, first),
                    2 => tile_vnni::<2>(input, weights, out, tile, first),
                    3 => tile_vnni::<3>(input, weights, out, tile, first),
                    4 => tile_vnni::<4>(input, weights, out, tile, first),
                    5 => tile_vnni::<5>(input, weights, out, tile, first),
                    6 => tile_vnni::<6>(input, weights, out, tile, first),
                    7 => tile_vnni::<7>(input, weights, out, tile, first),
                    8 => tile_vnni::<8>(input, weights, out, tile, first),
                    9 => tile_vnni::<9>(input, weights, out, tile, first),
                    10 => tile_vnni::<10>(input, weights, out, tile, first),
                    11 => tile_vnni::<11>(input, weights, out, tile, first),
                    _ => tile_vnni::<12>(input, weights, out, tile, first),
                }
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    fn tile_vnni<const N: usize>(input: &Rounded, weights: &Weights, out: &mut [f32], tile: usize, first: usize) {
        let half = _mm512_set1_epi8(15);
        let mut sums = [floats(&weights.bias[tile]); N];
        for (block, weights) in weights.tile(tile).iter().enumerate() {
            let inputs = input.some::<N>(block, first);
            let mut dots = [_mm512_setzero_si512(); N];
            for n in 0..N {
                dots[n] = _mm512_set1_epi32(inputs[n].offset);
            }
            for p in 0..PAIRS {
                let both = bytes(&weights.pairs[p]);
                let low = _mm512_and_si512(both, half);
                let high = _mm512_and_si512(_mm512_srli_epi16(both, 4), half);
                for n in 0..N {
                    dots[n] = _mm512_dpbusd_epi32(dots[n], low, _mm512_set1_epi32(four(inputs[n].values[p])));
                    dots[n] = _mm512_dpbusd_epi32(dots[n], high, _mm512_set1_epi32(four(inputs[n].values[p + PAIRS])));
                }
            }
            let row_scales = floats(&weights.scales);
            for n in 0..N {
                let scale = _mm512_mul_ps(row_scales, _mm512_set1_ps(inputs[n].scale));
                sums[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[n]), scale, sums[n]);
            }
        }
        for (n, sums) in sums.into_iter().enumerate() {
            let out = &mut out[(first + n) * weights.rows + tile * ROWS..][..ROWS];
            // SAFETY: both are 16 numbers.
            out.copy_from_slice(&unsafe { transmute::<__m512, [f32; ROWS]>(sums) });
        }
    }

    #[inline(always)]
    fn four(values: [i8; 4]) -> i32 {
        i32::from_ne_bytes(values.map(|value| value as u8))
    }

    #[target_feature(enable = "avx512f")]
    fn bytes(from: &[u8; 64]) -> __m512i {
        // SAFETY: both are 64 bytes, and any bytes are whole numbers.
        unsafe { transmute(*from) }
    }

    #[target_feature(enable = "avx512f")]
    fn floats(from: &[f32; ROWS]) -> __m512 {
        // SAFETY: both are 16 numbers.
        unsafe { transmute(*from) }
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn multiply_avx2(input: &Rounded, weights: &Weights, out: &mut [f32]) {
        for tile in 0..weights.bias.len() {
            for side in 0..2 {
                for (first, count) in portions(input.tokens, 4) {
                    match count {
                        1 => tile_avx2::<1>(input, weights, out, tile, side, first),
                        2 => tile_avx2::<2>(input, weights, out, tile, side, first),
                        3 => tile_avx2::<3>(input, weights, out, tile, side, first),
                        _ => tile_avx2::<4>(input, weights, out, tile, side, first),
                    }
                }
            }
        }
    }

    /// Half a tile: 8 rows.
    #[target_feature(enable = "avx2,fma")]
    fn tile_avx2<const N: usize>(
        input: &Rounded,
        weights: &Weights,
        out: &mut [f32],
        tile: usize,
        side: usize,
        first: usize,
    ) {
        let (half, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
        let mut sums = [half_floats(&weights.bias[tile], side); N];
        for (block, weights) in weights.tile(tile).iter().enumerate() {
            let inputs = input.some::<N>(block, first);
            // Two products are at most 2 × 15 × 127, so eight pairs stay below 32,768: 16 bits never overflow.
            let mut dots = [_mm256_setzero_si256(); N];
            for p in 0..PAIRS {
                let both = half_bytes(&weights.pairs[p], side);
                let low = _mm256_and_si256(both, half);
                let high = _mm256_and_si256(_mm256_srli_epi16(both, 4), half);
                for n in 0..N {
                    let (one, other) = (four(inputs[n].values[p]), four(inputs[n].values[p + PAIRS]));
                    dots[n] = _mm256_add_epi16(dots[n], _mm256_maddubs_epi16(low, _mm256_set1_epi32(one)));
                    dots[n] = _mm256_add_epi16(dots[n], _mm256_maddubs_epi16(high, _mm256_set1_epi32(other)));
                }
            }
            let row_scales = half_floats(&weights.scales, side);
            for n in 0..N {
                let offset = _mm256_set1_epi32(inputs[n].offset);
                let dots = _mm256_add_epi32(offset, _mm256_madd_epi16(dots[n], ones));
                let scale = _mm256_mul_ps(row_scales, _mm256_set1_ps(inputs[n].scale));
                sums[n] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), scale, sums[n]);
            }
        }
        for (n, sums) in sums.into_iter().enumerate() {
            let out = &mut out[(first + n) * weights.rows + tile * ROWS + side * 8..][..8];
            // SAFETY: both are 8 numbers.
            out.copy_from_slice(&unsafe { transmute::<__m256, [f32; 8]>(sums) });
        }
    }

    /// The first or second 32 of 64 bytes.
    #[target_feature(enable = "avx2")]
    fn half_bytes(from: &[u8; 64], side: usize) -> __m256i {
        // SAFETY: both are 32 bytes, and any bytes are whole numbers.
        unsafe { transmute(from.as_chunks::<32>().0[side]) }
    }

    /// The first or second 8 of 16 numbers.
    #[target_feature(enable = "avx2")]
    fn half_floats(from: &[f32; ROWS], side: usize) -> __m256 {
        // SAFETY: both are 8 numbers.
        unsafe { transmute(from.as_chunks::<8>().0[side]) }
    }
}

#[cfg(test)]
#[path = "kernel_tests.rs"]
mod tests;
