//! The rows and their file.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::RwLock;

use super::kernel::{Best, HEAD, OFFSET, Wanted, near_signs, scan, scan_some};
use super::rows::Rows;
use super::signs::Signs;
use super::{Bits, EXACT_UP_TO};

const MAGIC: &[u8; 8] = b"YDVECTOR";
const VERSION: u32 = 1;
/// Bytes of the header before the averages.
const HEADER_HEAD: usize = 40;
const PAGE: usize = 4096;
/// Longest vector that a file may claim to hold.
const MOST_DIMENSIONS: usize = 8192;
/// Rows that a file grows by at least.
const GROWTH: usize = 256;
/// Rows per row wanted that signatures leave for the exact comparison, and at least so many in all.
const REFINED: usize = 64;
const LEAST_REFINED: usize = 2_000;
/// One signature in so many is looked at to see how near the nearest are.
const SAMPLED: usize = 16;

/// Vectors by row number. Shared between threads: reading goes on beside reading, and waits for writing.
#[derive(Debug)]
pub struct Table {
    folder: Option<PathBuf>,
    inner: RwLock<Inner>,
}

#[derive(Debug)]
struct Inner {
    bytes: Rows,
    shape: Shape,
    averages: [Vec<f32>; 2],
    signs: Option<Signs>,
    exact_up_to: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    /// 0: none yet.
    model: u64,
    dimensions: usize,
}

impl Shape {
    /// Numbers of a row: a multiple of 64, the rest zero.
    fn padded(self) -> usize {
        self.dimensions.next_multiple_of(64)
    }

    fn record(self) -> usize {
        HEAD + self.padded()
    }

    fn header(self) -> usize {
        (HEADER_HEAD + 8 * self.dimensions).next_multiple_of(PAGE)
    }
}

/// A vector to write.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    /// Its row.
    pub row: u32,
    /// What it was made of, told by a hash.
    pub hash: u64,
    /// Whose it is.
    pub owner: u64,
    /// As many numbers as [`Table::reset`] said.
    pub vector: &'a [f32],
}

/// Rows wanted.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Compared with each row.
    pub vector: &'a [f32],
    /// The rows that may be found.
    pub allowed: &'a Bits,
    /// How many.
    pub most: usize,
}

/// A row found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its number.
    pub row: u32,
    /// As [`Written::hash`].
    pub hash: u64,
    /// As [`Written::owner`].
    pub owner: u64,
    /// The product of the two vectors.
    pub score: f32,
}

impl Table {
    /// An empty table in memory.
    pub fn memory() -> Self {
        let inner = Inner {
            bytes: Rows::Memory(Vec::new()),
            shape: Shape { model: 0, dimensions: 0 },
            averages: Default::default(),
            signs: None,
            exact_up_to: EXACT_UP_TO,
        };
        Self { folder: None, inner: RwLock::new(inner) }
    }

    /// The table in a file, which is made if there is none. A file that is no table, of another format or torn at its
    /// beginning is emptied; then the reason comes second.
    ///
    /// # Errors
    /// When the file cannot be read or made.
    pub fn open(path: &Path) -> io::Result<(Self, Option<String>)> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Rows::in_file(file)?;
        let (read, reason) = match read_header(&bytes) {
            Ok(read) => (read, None),
            Err(reason) => {
                let fresh = bytes.is_empty();
                bytes.resize(0)?;
                ((Shape { model: 0, dimensions: 0 }, Default::default()), (!fresh).then_some(reason))
            }
        };
        let (shape, averages) = read;
        let mut inner = Inner { bytes, shape, averages, signs: None, exact_up_to: EXACT_UP_TO };
        inner.trim()?;
        let table = Self { folder: path.parent().map(Path::to_owned), inner: RwLock::new(inner) };
        Ok((table, reason))
    }

    /// The model whose vectors are here; `None` before the first [`reset`](Self::reset).
    pub fn model(&self) -> Option<u64> {
        Some(self.inner.read().shape.model).filter(|model| *model != 0)
    }

    /// Numbers of a vector.
    pub fn dimensions(&self) -> usize {
        self.inner.read().shape.dimensions
    }

    /// What the model makes of no text in particular: kept for whoever asked for it to be kept.
    pub fn averages(&self) -> [Vec<f32>; 2] {
        self.inner.read().averages.clone()
    }

    /// Throws all vectors away, for those of `model`, which have as many numbers as the two `averages`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn reset(&self, model: u64, averages: [Vec<f32>; 2]) -> io::Result<()> {
        let mut inner = self.inner.write();
        inner.signs = None;
        inner.bytes.resize(0)?;
        inner.shape = Shape { model, dimensions: averages[0].len().min(MOST_DIMENSIONS) };
        inner.averages = averages;
        let header = header(inner.shape, &inner.averages);
        inner.bytes.resize(header.len())?;
        inner.bytes.write(0, &header)?;
        inner.bytes.sync()
    }

    /// Throws all vectors away.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear(&self) -> io::Result<()> {
        let mut inner = self.inner.write();
        inner.signs = None;
        let header = if inner.shape.model == 0 { 0 } else { inner.shape.header() };
        inner.bytes.resize(header)
    }

    /// Writes vectors, each to its row, rounded to 8 bits. They may be lost by a crash, whole.
    ///
    /// # Errors
    /// When the file cannot be written, such as when the disk is full.
    pub fn write(&self, vectors: &[Written]) -> io::Result<()> {
        let Some(last) = vectors.iter().map(|vector| vector.row as usize).max() else { return Ok(()) };
        let mut inner = self.inner.write();
        if inner.rows() <= last {
            let rows = (last + 1).max(inner.rows() + inner.rows() / 8).next_multiple_of(GROWTH);
            let length = inner.shape.header() + rows * inner.shape.record();
            inner.bytes.resize(length)?;
            if let Some(signs) = &mut inner.signs {
                signs.resize(rows)?;
            }
        }
        let inner = &mut *inner;
        for written in vectors {
            let record = record(written, inner.shape);
            let at = inner.shape.header() + written.row as usize * inner.shape.record();
            inner.bytes.write(at, &record)?;
            if let Some(signs) = &mut inner.signs {
                signs.set(written.row as usize, written.vector.iter().copied())?;
            }
        }
        Ok(())
    }

    /// Makes rows empty.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn erase(&self, rows: impl IntoIterator<Item = u32>) -> io::Result<()> {
        let mut inner = self.inner.write();
        let (header, record, count) = (inner.shape.header(), inner.shape.record(), inner.rows());
        for row in rows {
            if (row as usize) < count {
                inner.bytes.write(header + row as usize * record, &[0; HEAD])?;
            }
        }
        Ok(())
    }

    /// What the vector in this row was made of; `None` when there is none, or a torn one.
    pub fn hash(&self, row: u32) -> Option<u64> {
        self.inner.read().checked(row).map(|row| row.hash())
    }

    /// The vector in this row, if it was made of what `hash` says.
    pub fn vector(&self, row: u32, hash: u64) -> Option<Vec<f32>> {
        let inner = self.inner.read();
        let row = inner.checked(row).filter(|row| row.hash() == hash)?;
        Some(row.numbers().take(inner.shape.dimensions).collect())
    }

    /// The average of the vectors of some of these rows, at most `most`, and of how many.
    pub fn average(&self, rows: &Bits, most: usize) -> (usize, Vec<f32>) {
        let inner = self.inner.read();
        let mut sum = vec![0.0; inner.shape.dimensions];
        let mut count = 0;
        let step = rows.count().div_ceil(most.max(1)).max(1);
        for row in rows.iter().step_by(step) {
            if let Some(row) = inner.checked(row) {
                count += 1;
                sum.iter_mut().zip(row.numbers()).for_each(|(sum, number)| *sum += number);
            }
        }
        sum.iter_mut().for_each(|sum| *sum /= count.max(1) as f32);
        (count, sum)
    }

    /// The nearest rows for each question, the nearest first. Vectors of another length find nothing.
    pub fn nearest(&self, asked: &[Asked]) -> Vec<Vec<Found>> {
        let inner = self.inner.read();
        let rounded: Vec<(Vec<i8>, f32)> = asked.iter().map(|asked| inner.round(asked.vector)).collect();
        let mut wanted: Vec<Wanted> = asked
            .iter()
            .zip(&rounded)
            .map(|(asked, (values, scale))| Wanted {
                values,
                scale: *scale,
                allowed: asked.allowed,
                best: Best::new(if asked.vector.len() == inner.shape.dimensions { asked.most } else { 0 }),
            })
            .collect();
        let Some(rows) = inner.bytes.get(inner.shape.header()..) else { return vec![Vec::new(); asked.len()] };
        match &inner.signs {
            Some(signs) if inner.rows() > inner.exact_up_to => {
                for (wanted, asked) in wanted.iter_mut().zip(asked) {
                    scan_some(rows, inner.shape.padded(), &candidates(signs, asked), wanted);
                }
            }
            _ => scan(rows, inner.shape.padded(), &mut wanted),
        }
        let found = |wanted: Wanted| {
            let sorted = wanted.best.into_sorted().into_iter();
            sorted
                .filter_map(|near| {
                    let row = inner.checked(near.row)?;
                    Some(Found { row: near.row, hash: row.hash(), owner: row.owner(), score: near.score })
                })
                .collect()
        };
        wanted.into_iter().map(found).collect()
    }

    /// Makes the signatures, when there are so many rows that these are used. Takes about a second a million rows, once in
    /// a process; without it all rows are compared.
    ///
    /// # Errors
    /// When their file cannot be written.
    pub fn prepare(&self) -> io::Result<()> {
        let mut inner = self.inner.write();
        if inner.signs.is_some() || inner.rows() <= inner.exact_up_to {
            return Ok(());
        }
        let mut all = Bits::new();
        let rows = inner.rows();
        let step = (rows / 20_000).max(1);
        (0..rows as u32).step_by(step).for_each(|row| all.insert(row));
        let centre = inner.centre(&all);
        let mut signs = Signs::new(self.folder.as_deref(), centre)?;
        signs.resize(rows)?;
        let mut some: Vec<u64> = Vec::new();
        let mut first = 0;
        for row in 0..rows {
            let numbers = inner.row(row as u32).map(|row| signs.of(row.numbers())).unwrap_or_default();
            some.extend(numbers);
            if some.len() >= 64 * 1024 || row + 1 == rows {
                signs.write(first, &some)?;
                first = row + 1;
                some.clear();
            }
        }
        inner.signs = Some(signs);
        Ok(())
    }

    /// Compares all rows up to another number than [`EXACT_UP_TO`]; to measure what signatures miss.
    pub fn exact_up_to(&self, rows: usize) {
        self.inner.write().exact_up_to = rows;
    }

    /// Waits until what was written is durable.
    ///
    /// # Errors
    /// When the disk reports one.
    pub fn sync(&self) -> io::Result<()> {
        self.inner.read().bytes.sync()
    }

    /// Bytes of the table.
    pub fn bytes(&self) -> u64 {
        let inner = self.inner.read();
        inner.bytes.len() as u64 + inner.signs.as_ref().map_or(0, |signs| signs.all().len() as u64)
    }
}

/// The rows whose signatures are the nearest, several times as many as asked for.
fn candidates(signs: &Signs, asked: &Asked) -> Vec<u32> {
    let own = signs.of_question(asked.vector);
    let most = (asked.most * REFINED).max(LEAST_REFINED);
    let bits = asked.vector.len() as u32;
    let count = asked.allowed.count();
    if count <= most {
        return asked.allowed.iter().collect();
    }
    // How far the nearest are, by a sample; then all that are no farther.
    let mut sampled = vec![0_usize; bits as usize + 1];
    near_signs(signs.all(), &own, asked.allowed.iter().step_by(SAMPLED), bits, |_, distance| {
        sampled[distance as usize] += 1;
    });
    let mut sum = 0;
    let farthest = sampled.iter().position(|count| {
        sum += count * SAMPLED;
        sum >= most
    });
    let mut near = Vec::with_capacity(2 * most);
    near_signs(signs.all(), &own, asked.allowed.iter(), farthest.map_or(bits, |at| at as u32), |row, _| near.push(row));
    near
}

/// A row's bytes.
#[derive(Clone, Copy)]
struct Row<'a>(&'a [u8]);

impl<'a> Row<'a> {
    fn part<const N: usize>(self, at: usize) -> [u8; N] {
        let mut part = [0; N];
        part.copy_from_slice(&self.0[at..at + N]);
        part
    }

    fn hash(self) -> u64 {
        u64::from_le_bytes(self.part(0))
    }

    fn owner(self) -> u64 {
        u64::from_le_bytes(self.part(8))
    }

    fn scale(self) -> f32 {
        f32::from_le_bytes(self.part(16))
    }

    fn is_whole(self) -> bool {
        self.scale().is_normal() && u32::from_le_bytes(self.part(20)) == check(&self.0[..20], &self.0[HEAD..])
    }

    fn numbers(self) -> impl Iterator<Item = f32> + 'a {
        let scale = self.scale();
        self.0[HEAD..].iter().map(move |&number| (i32::from(number) - OFFSET) as f32 * scale)
    }
}

impl Inner {
    fn rows(&self) -> usize {
        match self.shape.dimensions {
            0 => 0,
            _ => self.bytes.len().saturating_sub(self.shape.header()) / self.shape.record(),
        }
    }

    /// Cuts off a row that is there in part.
    fn trim(&mut self) -> io::Result<()> {
        let whole = self.shape.header() + self.rows() * self.shape.record();
        if self.shape.model != 0 && self.bytes.len() > whole { self.bytes.resize(whole) } else { Ok(()) }
    }

    fn row(&self, row: u32) -> Option<Row<'_>> {
        if row as usize >= self.rows() {
            return None;
        }
        let at = self.shape.header() + row as usize * self.shape.record();
        self.bytes.get(at..at + self.shape.record()).map(Row)
    }

    fn checked(&self, row: u32) -> Option<Row<'_>> {
        self.row(row).filter(|row| row.is_whole())
    }

    fn centre(&self, rows: &Bits) -> Vec<f32> {
        let mut sum = vec![0.0; self.shape.padded()];
        let mut count = 0.0_f32;
        for row in rows.iter().filter_map(|row| self.checked(row)) {
            count += 1.0;
            sum.iter_mut().zip(row.numbers()).for_each(|(sum, number)| *sum += number);
        }
        sum.iter_mut().for_each(|sum| *sum /= count.max(1.0));
        sum
    }

    fn round(&self, vector: &[f32]) -> (Vec<i8>, f32) {
        let (scale, mut values) = round(vector, |value| value as i8);
        values.resize(self.shape.padded(), 0);
        (values, scale)
    }
}

/// The products of all vectors with each other, row by row, rounded as a table's are. All are of one length.
pub fn products(vectors: &[&[f32]]) -> Vec<f32> {
    let padded = vectors.first().map_or(0, |vector| vector.len()).next_multiple_of(64);
    let rounded: Vec<(f32, Vec<i8>, Vec<u8>, i32)> = vectors
        .iter()
        .map(|vector| {
            let (scale, mut values) = round(vector, |value| value as i8);
            values.resize(padded, 0);
            let row = values.iter().map(|value| (i32::from(*value) + OFFSET) as u8).collect();
            let offset = super::kernel::offset(&values);
            (scale, values, row, offset)
        })
        .collect();
    let n = vectors.len();
    let mut products = vec![0.0; n * n];
    for (at, (scale, values, _, offset)) in rounded.iter().enumerate() {
        for (other, (other_scale, _, row, _)) in rounded.iter().enumerate().take(at + 1) {
            let product = (super::kernel::dot(values, row) - offset) as f32 * scale * other_scale;
            (products[at * n + other], products[other * n + at]) = (product, product);
        }
    }
    products
}

/// Numbers rounded to between -127 and 127, and what gives them back when multiplied with it.
fn round<T>(vector: &[f32], made: impl Fn(i32) -> T) -> (f32, Vec<T>) {
    let largest = vector.iter().map(|number| number.abs()).fold(0.0, f32::max);
    let scale = if largest.is_finite() { largest / 127.0 } else { 0.0 };
    let turned = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    (scale, vector.iter().map(|number| made(((number * turned).round() as i32).clamp(-127, 127))).collect())
}

fn record(written: &Written, shape: Shape) -> Vec<u8> {
    let vector = &written.vector[..written.vector.len().min(shape.dimensions)];
    let (scale, mut numbers) = round(vector, |value| (value + OFFSET) as u8);
    numbers.resize(shape.padded(), OFFSET as u8);
    // A vector of zeros is a vector as well, and a scale of 0 would say that there is none.
    let scale = if scale.is_normal() { scale } else { f32::MIN_POSITIVE };
    let mut record = Vec::with_capacity(shape.record());
    record.extend_from_slice(&written.hash.to_le_bytes());
    record.extend_from_slice(&written.owner.to_le_bytes());
    record.extend_from_slice(&scale.to_le_bytes());
    let check = check(&record, &numbers);
    record.extend_from_slice(&check.to_le_bytes());
    record.extend_from_slice(&numbers);
    record
}

/// FNV-1a over words of 8 bytes, folded.
fn check(head: &[u8], rest: &[u8]) -> u32 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for part in [head, rest] {
        let (words, tail) = part.as_chunks::<8>();
        for word in words {
            hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(29);
        }
        for byte in tail {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(29);
        }
    }
    (hash ^ (hash >> 32)) as u32
}

fn header(shape: Shape, averages: &[Vec<f32>; 2]) -> Vec<u8> {
    let mut header = Vec::with_capacity(shape.header());
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&(shape.dimensions as u32).to_le_bytes());
    header.extend_from_slice(&shape.model.to_le_bytes());
    let mut numbers = Vec::with_capacity(8 * shape.dimensions);
    for average in averages {
        let padded = average.iter().copied().chain(std::iter::repeat(0.0));
        numbers.extend(padded.take(shape.dimensions).flat_map(f32::to_le_bytes));
    }
    let check = check(&header, &numbers);
    header.extend_from_slice(&check.to_le_bytes());
    header.resize(HEADER_HEAD, 0);
    header.extend_from_slice(&numbers);
    header.resize(shape.header(), 0);
    header
}

fn read_header(bytes: &[u8]) -> Result<(Shape, [Vec<f32>; 2]), String> {
    let Some((head, rest)) = bytes.split_at_checked(HEADER_HEAD) else {
        return Err(format!("the vector file has {} bytes, fewer than its header", bytes.len()));
    };
    if &head[..8] != MAGIC {
        return Err("the vector file does not begin as one".into());
    }
    let version = u32::from_le_bytes(Row(head).part(8));
    if version != VERSION {
        return Err(format!("the vector file has format {version}, and this program reads {VERSION}"));
    }
    let dimensions = u32::from_le_bytes(Row(head).part(12)) as usize;
    let model = u64::from_le_bytes(Row(head).part(16));
    let shape = Shape { model, dimensions };
    if dimensions == 0 || dimensions > MOST_DIMENSIONS || bytes.len() < shape.header() {
        return Err(format!("the vector file's header speaks of vectors of {dimensions} numbers, or is not whole"));
    }
    let numbers = &rest[..8 * dimensions];
    if u32::from_le_bytes(Row(head).part(24)) != check(&head[..24], numbers) {
        return Err("the vector file's header was torn".into());
    }
    let all: Vec<f32> = numbers.as_chunks::<4>().0.iter().map(|number| f32::from_le_bytes(*number)).collect();
    let (first, second) = all.split_at(dimensions);
    Ok((shape, [first.to_vec(), second.to_vec()]))
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
