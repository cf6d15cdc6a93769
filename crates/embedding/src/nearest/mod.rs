//! Vectors by row number, in a file, and the rows nearest to a vector.
//!
//! A [`Table`] keeps each number of a vector in 8 bits, with a scale a row: 408 bytes at 384 numbers. The file is mapped,
//! so that what memory it takes is the system's to give and take. All rows are compared exactly, at some gigabytes a
//! second; beyond [`EXACT_UP_TO`] rows their signatures (the signs of what distinguishes them from the average, a bit a
//! number) choose which ones are.
//!
//! What is written can be made again, so nothing waits for the disk: each row carries a checksum, and one that was torn by
//! a crash is as if it had never been written.

mod bits;
mod kernel;
mod rows;
mod signs;
mod table;

pub use bits::Bits;
pub use table::{Asked, Found, Table, Written, products};

/// Up to so many rows all are compared.
pub const EXACT_UP_TO: usize = 200_000;

/// A row and how near it is: the product of its vector with the one asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The row.
    pub row: u32,
    /// The higher, the nearer.
    pub score: f32,
}

impl Eq for Neighbour {}

impl PartialOrd for Neighbour {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Neighbour {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Of equals the first row is the better.
        self.score.total_cmp(&other.score).then(other.row.cmp(&self.row))
    }
}
