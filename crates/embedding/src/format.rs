//! The file format `E5S1`: a header, the tokenizer and the weights, little endian.

use std::collections::HashMap;
use std::ops::Range;

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read.
    #[error("the model file {path} cannot be read: {error}")]
    Io { path: String, error: std::io::Error },
    /// The file is not what it should be.
    #[error(
        "{path} is not a usable embedding model: {detail}; fetch it again with `yingda models pull` or choose another"
    )]
    Broken { path: String, detail: String },
}

/// Sizes of the network.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// Numbers of a token's state, and of the embedding.
    pub hidden: usize,
    pub layers: usize,
    pub heads: usize,
    /// Numbers inside the feed-forward part.
    pub inner: usize,
    /// Rows of the word table.
    pub vocabulary: usize,
    /// Longest input in tokens.
    pub positions: usize,
    /// Rows of the token type table.
    pub types: usize,
    pub epsilon: f32,
}

/// The special tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Special {
    pub begin: u32,
    pub end: u32,
    pub padding: u32,
    pub unknown: u32,
}

/// Where everything is in the file. Ranges were checked to lie inside it.
#[derive(Debug)]
pub(crate) struct Layout {
    pub shape: Shape,
    pub special: Special,
    pub pieces: usize,
    /// `u32 × (pieces + 1)`: where each piece begins in `blob`.
    pub piece_offsets: Range<usize>,
    /// `f32 × pieces`: logarithm of each piece's probability.
    pub scores: Range<usize>,
    pub blob: Range<usize>,
    /// What each code point is written as, where it changes, sorted by code point.
    pub rewrites: Vec<(u32, String)>,
    pub tensors: HashMap<String, Tensor>,
}

#[derive(Debug, Clone)]
pub(crate) struct Tensor {
    pub kind: TensorKind,
    pub count: usize,
    pub bytes: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TensorKind {
    F32,
    /// Blocks of 32: an `f16` scale, then 16 bytes with number `j` in the low and `j + 16` in the high half of byte
    /// `j`; the value is `(q - 8) × scale` (GGML's Q4_0).
    Q4,
}

/// Bytes of a block of 32 numbers.
pub(crate) const Q4_BYTES: usize = 18;
/// Numbers in a block.
pub(crate) const BLOCK: usize = 32;

/// A piece that is rarer than `e^-1000` does not occur.
const LOWEST_SCORE: f32 = -1000.0;
/// Most characters that one is written as. Unicode's longest compatible form has 18 (UAX #15).
const LONGEST_REWRITE: u8 = 32;
/// Least bytes of a rewrite.
const REWRITE_BYTES: usize = 5;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Checked<T> = Result<T, String>;

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize, what: &str) -> Checked<&'a [u8]> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| {
            format!("expected {count} bytes of {what} at byte {}, but the file has {}", self.at, self.bytes.len())
        })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &str) -> Checked<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    fn u32(&mut self, what: &str) -> Checked<u32> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    fn size(&mut self, what: &str, allowed: Range<usize>) -> Checked<usize> {
        let value = self.u32(what)? as usize;
        if allowed.contains(&value) {
            return Ok(value);
        }
        Err(format!("expected {what} from {} to {}, got {value}", allowed.start, allowed.end - 1))
    }

    fn long(&mut self, what: &str) -> Checked<usize> {
        let value = u64::from_le_bytes(self.array(what)?);
        usize::try_from(value).map_err(|_| format!("{what} is too large: {value}"))
    }

    fn skip(&mut self, count: usize, what: &str) -> Checked<Range<usize>> {
        let start = self.at;
        self.take(count, what)?;
        Ok(start..self.at)
    }
}

/// Reads the header and the directory. Nothing in `bytes` is trusted.
pub(crate) fn read(bytes: &[u8]) -> Checked<Layout> {
    let mut reader = Reader { bytes, at: 0 };
    let magic = reader.take(4, "magic")?;
    if magic != b"E5S1" {
        return Err(format!("expected a file that begins with \"E5S1\", got {:?}", String::from_utf8_lossy(magic)));
    }
    let version = reader.u32("version")?;
    if version != 1 {
        return Err(format!("expected format version 1, got {version}"));
    }
    let shape = Shape {
        hidden: reader.size("hidden size", 32..8193)?,
        layers: reader.size("layers", 1..129)?,
        heads: reader.size("heads", 1..129)?,
        inner: reader.size("inner size", 32..32769)?,
        vocabulary: reader.size("vocabulary", 4..4_000_001)?,
        positions: reader.size("positions", 8..65_537)?,
        types: reader.size("token types", 1..17)?,
        epsilon: f32::from_le_bytes(reader.array("epsilon")?),
    };
    let block = reader.size("block", 32..33)?;
    if !shape.hidden.is_multiple_of(shape.heads)
        || !shape.hidden.is_multiple_of(block)
        || !shape.inner.is_multiple_of(block)
    {
        return Err(format!(
            "expected sizes that {block} and the heads divide, got hidden {}, inner {}, heads {}",
            shape.hidden, shape.inner, shape.heads
        ));
    }
    if !(shape.epsilon > 0.0 && shape.epsilon < 1.0) {
        return Err(format!("expected an epsilon between 0 and 1, got {}", shape.epsilon));
    }
    let pieces = reader.size("pieces", 4..shape.vocabulary + 1)?;
    let token = 0..pieces;
    let begin = reader.size("token <s>", token.clone())? as u32;
    let end = reader.size("token </s>", token.clone())? as u32;
    let padding = reader.size("token <pad>", token.clone())? as u32;
    let unknown = reader.size("token <unk>", token)? as u32;
    let blob_bytes = reader.long("length of the pieces")?;
    let piece_offsets = reader.skip(4 * (pieces + 1), "piece offsets")?;
    let scores = reader.skip(4 * pieces, "piece scores")?;
    let blob = reader.skip(blob_bytes, "pieces")?;
    if let Some(score) = floats(&bytes[scores.clone()]).find(|score| !(LOWEST_SCORE..=0.0).contains(score)) {
        return Err(format!("expected logarithms of probabilities as scores, {LOWEST_SCORE} to 0, got {score}"));
    }
    let mut before = 0;
    for offset in numbers(&bytes[piece_offsets.clone()]) {
        if offset < before || offset as usize > blob_bytes {
            return Err(format!("piece offsets do not ascend within {blob_bytes} bytes: {before} then {offset}"));
        }
        before = offset;
    }
    let rewrites = read_rewrites(&mut reader)?;
    let tensors = read_tensors(&mut reader)?;
    Ok(Layout {
        shape,
        special: Special { begin, end, padding, unknown },
        pieces,
        piece_offsets,
        scores,
        blob,
        rewrites,
        tensors,
    })
}

fn read_rewrites(reader: &mut Reader<'_>) -> Checked<Vec<(u32, String)>> {
    let count = reader.size("rewrites", 0..200_000)?;
    let length = reader.u32("length of the rewrites")? as usize;
    let table = reader.skip(length, "rewrites")?;
    if count > length / REWRITE_BYTES {
        return Err(format!("expected at least {REWRITE_BYTES} bytes a rewrite, got {length} for {count}"));
    }
    let mut entries = Reader { bytes: &reader.bytes[..table.end], at: table.start };
    let mut rewrites: Vec<(u32, String)> = Vec::with_capacity(count);
    for _ in 0..count {
        let from = entries.u32("rewrite")?;
        let [length] = entries.array("rewrite")?;
        if length > LONGEST_REWRITE {
            return Err(format!("expected a rewrite of at most {LONGEST_REWRITE} characters, got {length}"));
        }
        let mut to = String::new();
        for _ in 0..length {
            let code = entries.u32("rewrite")?;
            to.push(char::from_u32(code).ok_or_else(|| format!("a rewrite has U+{code:X}, which is no character"))?);
        }
        if rewrites.last().is_some_and(|(last, _)| *last >= from) {
            return Err("the rewrites are not sorted by code point".into());
        }
        rewrites.push((from, to));
    }
    Ok(rewrites)
}

fn read_tensors(reader: &mut Reader<'_>) -> Checked<HashMap<String, Tensor>> {
    let count = reader.size("tensors", 1..10_000)?;
    let mut tensors = HashMap::with_capacity(count);
    for _ in 0..count {
        let length = u16::from_le_bytes(reader.array("length of a tensor's name")?) as usize;
        let name = String::from_utf8_lossy(reader.take(length, "tensor name")?).into_owned();
        let [kind] = reader.array("tensor kind")?;
        let count = reader.u32("tensor size")? as usize;
        let offset = reader.long("tensor offset")?;
        let length = reader.long("tensor length")?;
        let (kind, expected) = match kind {
            0 => (TensorKind::F32, count.checked_mul(4)),
            1 if count.is_multiple_of(BLOCK) => (TensorKind::Q4, (count / BLOCK).checked_mul(Q4_BYTES)),
            1 => return Err(format!("tensor {name}: expected a multiple of {BLOCK} numbers, got {count}")),
            other => return Err(format!("tensor {name}: expected kind 0 or 1, got {other}")),
        };
        let end = offset.checked_add(length).filter(|end| *end <= reader.bytes.len());
        let (Some(end), true) = (end, Some(length) == expected) else {
            return Err(format!(
                "tensor {name}: expected the bytes of {count} numbers inside a file of {}, got {length} at {offset}",
                reader.bytes.len()
            ));
        };
        if tensors.insert(name.clone(), Tensor { kind, count, bytes: offset..end }).is_some() {
            return Err(format!("tensor {name} is there twice"));
        }
    }
    // A small file whose tensors all lie in the same place would be a huge model in memory.
    let mut places: Vec<&Range<usize>> = tensors.values().map(|tensor| &tensor.bytes).collect();
    places.sort_by_key(|place| (place.start, place.end));
    let mut free = reader.at;
    for place in places {
        if place.start < free {
            return Err(format!("a tensor begins at byte {}, but what is before it ends at {free}", place.start));
        }
        free = place.end;
    }
    Ok(tensors)
}

/// Little-endian `u32`s.
pub(crate) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

/// Little-endian `f32`s.
pub(crate) fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    numbers(bytes).map(f32::from_bits)
}

/// The scale of a [`TensorKind::Q4`] block; 0, so that it counts for nothing, when it is no number.
pub(crate) fn scale(block: &[u8]) -> f32 {
    let scale = half(u16::from_le_bytes([block[0], block[1]]));
    if scale.is_finite() { scale } else { 0.0 }
}

/// IEEE 754 half to single precision.
pub(crate) fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1F);
    let fraction = f32::from(bits & 0x3FF);
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}
