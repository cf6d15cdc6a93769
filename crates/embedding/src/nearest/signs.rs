//! Signatures: for each number of a vector whether it is above the average, 48 bytes for 384 numbers.

use std::io;
use std::path::Path;

use super::rows::Rows;

/// The signatures of all rows of a table. Derived, so that they live in a file without a name: a crash leaves nothing.
#[derive(Debug)]
pub(super) struct Signs {
    rows: Rows,
    /// What is subtracted before the signs are taken, so that these divide the rows evenly.
    centre: Vec<f32>,
}

impl Signs {
    /// Zero signatures, for now. With a folder they are in a file there.
    pub fn new(folder: Option<&Path>, centre: Vec<f32>) -> io::Result<Self> {
        let rows = match folder {
            Some(folder) => Rows::in_file(tempfile::tempfile_in(folder)?)?,
            None => Rows::Memory(Vec::new()),
        };
        Ok(Self { rows, centre })
    }

    /// Bytes of a signature.
    fn bytes(&self) -> usize {
        self.centre.len() / 8
    }

    pub fn resize(&mut self, rows: usize) -> io::Result<()> {
        self.rows.resize(rows * self.bytes())
    }

    pub fn set(&mut self, row: usize, vector: impl Iterator<Item = f32>) -> io::Result<()> {
        let sign = self.of(vector);
        self.write(row, &sign)
    }

    /// Writes signatures from `row` on.
    pub fn write(&mut self, row: usize, signs: &[u64]) -> io::Result<()> {
        let bytes: Vec<u8> = signs.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.rows.write(row * self.bytes(), &bytes)
    }

    pub fn of(&self, vector: impl Iterator<Item = f32>) -> Vec<u64> {
        let mut sign = vec![0_u64; self.centre.len() / 64];
        for (at, (number, centre)) in vector.zip(&self.centre).enumerate() {
            if number > *centre {
                sign[at / 64] |= 1 << (at % 64);
            }
        }
        sign
    }

    /// The signature of a question's vector, from which the average is subtracted already.
    pub fn of_question(&self, vector: &[f32]) -> Vec<u64> {
        let mut sign = vec![0_u64; self.centre.len() / 64];
        for (at, _) in vector.iter().take(self.centre.len()).enumerate().filter(|(_, number)| **number > 0.0) {
            sign[at / 64] |= 1 << (at % 64);
        }
        sign
    }

    pub fn all(&self) -> &[u8] {
        &self.rows
    }
}
