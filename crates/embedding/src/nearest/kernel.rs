//! Comparing a question's vector with many rows, and signatures with signatures.
#![allow(unsafe_code)]

use super::{Bits, Neighbour};
use crate::level::{Level, level};

/// Bytes of a row before its numbers.
pub(super) const HEAD: usize = 24;
/// What is added to each number of a row, so that it is no longer negative: one instruction of VNNI multiplies unsigned by
/// signed bytes.
pub(super) const OFFSET: i32 = 128;

/// A question's vector rounded to 8 bits, and which rows it is compared with.
pub(super) struct Wanted<'a> {
    /// A multiple of 64 numbers, from -127 to 127.
    pub values: &'a [i8],
    pub scale: f32,
    pub allowed: &'a Bits,
    pub best: Best,
}

/// The best so far, at most a number given.
pub(super) struct Best {
    most: usize,
    /// A heap with the worst on top.
    heap: std::collections::BinaryHeap<std::cmp::Reverse<Neighbour>>,
    /// Only what is above gets in.
    least: f32,
}

impl Best {
    pub fn new(most: usize) -> Self {
        Self { most, heap: std::collections::BinaryHeap::with_capacity(most + 1), least: f32::NEG_INFINITY }
    }

    #[inline]
    pub fn offer(&mut self, row: u32, score: f32) {
        if score > self.least && self.most > 0 {
            self.heap.push(std::cmp::Reverse(Neighbour { row, score }));
            if self.heap.len() > self.most {
                self.heap.pop();
            }
            if self.heap.len() == self.most
                && let Some(worst) = self.heap.peek()
            {
                self.least = worst.0.score;
            }
        }
    }

    /// The best first.
    pub fn into_sorted(self) -> Vec<Neighbour> {
        self.heap.into_sorted_vec().into_iter().map(|entry| entry.0).collect()
    }
}

/// Offers every allowed row of `rows` that has a vector. A row is `HEAD` bytes, the 4 at 16 its scale (0: no vector), and
/// then its numbers.
pub(super) fn scan(rows: &[u8], dimensions: usize, wanted: &mut [Wanted]) {
    match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` is only made of what this processor has.
        Level::Vnni => unsafe { x86::scan_vnni(rows, dimensions, wanted) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { x86::scan_avx2(rows, dimensions, wanted) },
        Level::Plain => scan_with(rows, dimensions, wanted, dot_plain),
    }
}

/// The same for some rows.
pub(super) fn scan_some(rows: &[u8], dimensions: usize, some: &[u32], wanted: &mut Wanted) {
    let record = HEAD + dimensions;
    for &row in some {
        if let Some(bytes) = rows.get(row as usize * record..(row as usize + 1) * record) {
            let score = score(bytes, wanted.values, wanted.scale, offset(wanted.values));
            if let Some(score) = score {
                wanted.best.offer(row, score);
            }
        }
    }
}

fn score(row: &[u8], values: &[i8], scale: f32, offset: i32) -> Option<f32> {
    let own = row_scale(row);
    if own == 0.0 {
        return None;
    }
    Some((dot(values, &row[HEAD..]) - offset) as f32 * own * scale)
}

/// The product of values with a row's numbers, [`OFFSET`] included.
pub(super) fn dot(values: &[i8], row: &[u8]) -> i32 {
    match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` is only made of what this processor has.
        Level::Vnni => unsafe { x86::dot_vnni(values, row) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { x86::dot_avx2(values, row) },
        Level::Plain => dot_plain(values, row),
    }
}

/// What [`OFFSET`] adds to a product with these values.
pub(super) fn offset(values: &[i8]) -> i32 {
    OFFSET * values.iter().map(|&value| i32::from(value)).sum::<i32>()
}

#[inline(always)]
fn row_scale(row: &[u8]) -> f32 {
    let mut scale = [0; 4];
    scale.copy_from_slice(&row[16..20]);
    f32::from_le_bytes(scale)
}

#[inline(always)]
fn scan_with(rows: &[u8], dimensions: usize, wanted: &mut [Wanted], dot: impl Fn(&[i8], &[u8]) -> i32) {
    let offsets: Vec<i32> = wanted.iter().map(|wanted| offset(wanted.values)).collect();
    for (number, row) in rows.chunks_exact(HEAD + dimensions).enumerate() {
        let number = number as u32;
        for (wanted, offset) in wanted.iter_mut().zip(&offsets) {
            if wanted.allowed.contains(number) {
                let scale = row_scale(row);
                if scale != 0.0 {
                    let dot = dot(wanted.values, &row[HEAD..]) - offset;
                    wanted.best.offer(number, dot as f32 * (scale * wanted.scale));
                }
            }
        }
    }
}

fn dot_plain(values: &[i8], row: &[u8]) -> i32 {
    values.iter().zip(row).map(|(&value, &number)| i32::from(value) * i32::from(number)).sum()
}

/// In how many bits two signatures differ.
#[inline(always)]
fn distance(a: &[u64], b: &[u8]) -> u32 {
    a.iter().zip(b.as_chunks::<8>().0).map(|(a, b)| (a ^ u64::from_le_bytes(*b)).count_ones()).sum()
}

/// Calls `found` with the number and distance of each signature of `signs` that is at most `farthest` away from `own`; only
/// those with the numbers given, ascending, are looked at.
pub(super) fn near_signs(
    signs: &[u8],
    own: &[u64],
    numbers: impl Iterator<Item = u32>,
    farthest: u32,
    found: impl FnMut(u32, u32),
) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("popcnt") {
        // SAFETY: the processor has the instruction.
        unsafe { x86::near_signs_popcnt(signs, own, numbers, farthest, found) };
        return;
    }
    near_signs_with(signs, own, numbers, farthest, found);
}

#[inline(always)]
fn near_signs_with(
    signs: &[u8],
    own: &[u64],
    numbers: impl Iterator<Item = u32>,
    farthest: u32,
    mut found: impl FnMut(u32, u32),
) {
    let bytes = own.len() * 8;
    for number in numbers {
        let at = number as usize * bytes;
        let Some(sign) = signs.get(at..at + bytes) else { break };
        let distance = distance(own, sign);
        if distance <= farthest {
            found(number, distance);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use super::{Wanted, near_signs_with, scan_with};

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    pub(super) fn scan_vnni(rows: &[u8], dimensions: usize, wanted: &mut [Wanted]) {
        scan_with(rows, dimensions, wanted, |values, row| dot_vnni(values, row));
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn scan_avx2(rows: &[u8], dimensions: usize, wanted: &mut [Wanted]) {
        scan_with(rows, dimensions, wanted, |values, row| dot_avx2(values, row));
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    #[inline]
    pub(super) fn dot_vnni(values: &[i8], row: &[u8]) -> i32 {
        let mut sum = _mm512_setzero_si512();
        for (values, row) in values.as_chunks::<64>().0.iter().zip(row.as_chunks::<64>().0) {
            // SAFETY: all are 64 bytes, and any bytes are whole numbers.
            let (values, row) =
                unsafe { (transmute::<[i8; 64], __m512i>(*values), transmute::<[u8; 64], __m512i>(*row)) };
            sum = _mm512_dpbusd_epi32(sum, row, values);
        }
        _mm512_reduce_add_epi32(sum)
    }

    #[target_feature(enable = "avx2,fma")]
    #[inline]
    pub(super) fn dot_avx2(values: &[i8], row: &[u8]) -> i32 {
        let mut sum = _mm256_setzero_si256();
        for (values, row) in values.as_chunks::<16>().0.iter().zip(row.as_chunks::<16>().0) {
            // SAFETY: all are 16 bytes, and any bytes are whole numbers.
            let (values, row) =
                unsafe { (transmute::<[i8; 16], __m128i>(*values), transmute::<[u8; 16], __m128i>(*row)) };
            // Products of a signed and an unsigned byte do not fit 16 bits in pairs, so both are widened first.
            let products = _mm256_madd_epi16(_mm256_cvtepi8_epi16(values), _mm256_cvtepu8_epi16(row));
            sum = _mm256_add_epi32(sum, products);
        }
        // SAFETY: both are 32 bytes.
        unsafe { transmute::<__m256i, [i32; 8]>(sum) }.iter().sum()
    }

    #[target_feature(enable = "popcnt")]
    pub(super) fn near_signs_popcnt(
        signs: &[u8],
        own: &[u64],
        numbers: impl Iterator<Item = u32>,
        farthest: u32,
        found: impl FnMut(u32, u32),
    ) {
        // As wide as those of the usual model, so that the loop over its words is unrolled.
        match <&[u64; 6]>::try_from(own) {
            Ok(own) => near_signs_with(signs, own, numbers, farthest, found),
            Err(_) => near_signs_with(signs, own, numbers, farthest, found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::available;

    #[test]
    fn all_processors_multiply_alike() {
        let values: Vec<i8> = (0..384).map(|i| ((i * 37) % 255 - 127) as i8).collect();
        let row: Vec<u8> = (0..384).map(|i| ((i * 91 + 13) % 256) as u8).collect();
        let plain = dot_plain(&values, &row);
        let extremes = (vec![-127_i8; 384], vec![255_u8; 384]);
        for level in available() {
            let dot = |values: &[i8], row: &[u8]| match level {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: a `Level` is only made of what this processor has.
                Level::Vnni => unsafe { x86::dot_vnni(values, row) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: as above.
                Level::Avx2 => unsafe { x86::dot_avx2(values, row) },
                Level::Plain => dot_plain(values, row),
            };
            assert_eq!(dot(&values, &row), plain, "{level:?}");
            assert_eq!(dot(&extremes.0, &extremes.1), -127 * 255 * 384, "{level:?}");
        }
    }
}
