//! A model in the format `E5S1` that is small enough to be made in a test, and what it should answer.
#![allow(dead_code, unused_imports, clippy::unwrap_used)]

mod reference;

use std::collections::HashMap;

pub use reference::embed;

/// Where the fields of the header are, in bytes.
pub mod at {
    pub const VERSION: usize = 4;
    pub const HIDDEN: usize = 8;
    pub const LAYERS: usize = 12;
    pub const HEADS: usize = 16;
    pub const INNER: usize = 20;
    pub const VOCABULARY: usize = 24;
    pub const POSITIONS: usize = 28;
    pub const TYPES: usize = 32;
    pub const EPSILON: usize = 36;
    pub const BLOCK: usize = 40;
    pub const PIECES: usize = 44;
    pub const BEGIN: usize = 48;
    pub const END: usize = 52;
    pub const PADDING: usize = 56;
    pub const UNKNOWN: usize = 60;
    pub const BLOB_LENGTH: usize = 64;
    pub const PIECE_OFFSETS: usize = 72;
}

/// The pieces after `<s>`, `<pad>`, `</s>` and `<unk>`, with the logarithms of their probabilities. "abc" is better
/// written "a|bc" than, greedily, "ab|c"; "xyz" better as one.
const PIECES: [(&str, f32); 40] = [
    ("▁query", -3.0),
    (":", -2.0),
    ("▁passage", -3.5),
    ("▁", -2.5),
    ("a", -3.0),
    ("b", -4.0),
    ("c", -9.0),
    ("ab", -2.0),
    ("bc", -3.0),
    ("x", -3.0),
    ("y", -3.0),
    ("z", -3.0),
    ("xyz", -4.0),
    ("e", -3.0),
    ("f", -5.0),
    ("u", -5.0),
    ("n", -4.5),
    ("d", -4.5),
    ("r", -4.0),
    ("▁refund", -6.0),
    ("▁re", -5.0),
    ("fund", -6.0),
    ("!", -4.0),
    ("?", -4.0),
    ("A", -6.0),
    ("1", -5.0),
    ("2", -5.0),
    ("怎", -8.0),
    ("么", -8.0),
    ("怎么", -5.0),
    ("▁怎么", -6.0),
    ("退", -7.0),
    ("款", -7.0),
    ("退款", -6.0),
    ("▁退款", -7.0),
    ("你", -6.0),
    ("好", -6.0),
    ("你好", -6.5),
    ("。", -4.0),
    ("<mask>", 0.0),
];

/// What is in a model file.
#[derive(Debug, Clone)]
pub struct Tiny {
    pub hidden: usize,
    pub heads: usize,
    pub inner: usize,
    pub layers: usize,
    pub positions: usize,
    pub pieces: Vec<(Vec<u8>, f32)>,
    pub rewrites: Vec<(u32, Vec<u32>)>,
    pub tensors: Vec<Tensor>,
}

#[derive(Debug, Clone)]
pub struct Tensor {
    pub name: String,
    pub numbers: Numbers,
}

#[derive(Debug, Clone)]
pub enum Numbers {
    F32(Vec<f32>),
    /// Blocks of 18 bytes.
    Q4(Vec<u8>),
}

impl Tiny {
    /// A model with weights by chance, the same for the same seed.
    pub fn new(seed: u64) -> Self {
        Self::sized(seed, 64, 4, 32)
    }

    pub fn sized(seed: u64, hidden: usize, heads: usize, positions: usize) -> Self {
        let special = ["<s>", "<pad>", "</s>", "<unk>"].map(|piece| (piece, 0.0));
        let pieces: Vec<_> =
            special.into_iter().chain(PIECES).map(|(p, score)| (p.as_bytes().to_vec(), score)).collect();
        let rewrites =
            [('\t', " "), ('\u{200B}', " "), ('\u{3000}', " "), ('！', "!"), ('？', "?"), ('Ａ', "A"), ('㏠', "1a")];
        let rewrites = rewrites.map(|(from, to)| (u32::from(from), to.chars().map(u32::from).collect()));
        let mut tiny = Self {
            hidden,
            heads,
            inner: 2 * hidden,
            layers: 2,
            positions,
            pieces,
            rewrites: rewrites.to_vec(),
            tensors: Vec::new(),
        };
        tiny.rewrites.sort();
        let mut chance = Chance(seed);
        let inner = tiny.inner;
        let around = |center: f32, count: usize, chance: &mut Chance| {
            Numbers::F32((0..count).map(|_| center + 0.2 * chance.number()).collect())
        };
        tiny.push("emb.word", chance.q4(tiny.vocabulary() * hidden));
        tiny.push("emb.pos", around(0.0, positions * hidden, &mut chance));
        tiny.push("emb.type", around(0.0, 2 * hidden, &mut chance));
        tiny.push("emb.ln.w", around(1.0, hidden, &mut chance));
        tiny.push("emb.ln.b", around(0.0, hidden, &mut chance));
        for layer in 0..tiny.layers {
            for (part, rows, columns) in [
                ("q", hidden, hidden),
                ("k", hidden, hidden),
                ("v", hidden, hidden),
                ("ao", hidden, hidden),
                ("fi", inner, hidden),
                ("fo", hidden, inner),
            ] {
                tiny.push(&format!("l{layer}.{part}.w"), chance.q4(rows * columns));
                tiny.push(&format!("l{layer}.{part}.b"), around(0.0, rows, &mut chance));
            }
            for norm in ["aln", "oln"] {
                tiny.push(&format!("l{layer}.{norm}.w"), around(1.0, hidden, &mut chance));
                tiny.push(&format!("l{layer}.{norm}.b"), around(0.0, hidden, &mut chance));
            }
        }
        tiny
    }

    fn push(&mut self, name: &str, numbers: Numbers) {
        self.tensors.push(Tensor { name: name.into(), numbers });
    }

    /// Rows of the word table: some more than pieces, as in real models.
    pub fn vocabulary(&self) -> usize {
        self.pieces.len() + 4
    }

    /// The token of a piece; `<unk>` when there is none.
    pub fn token(&self, piece: &str) -> u32 {
        self.pieces.iter().position(|(known, _)| known == piece.as_bytes()).unwrap_or(3) as u32
    }

    pub fn tokens(&self, pieces: &[&str]) -> Vec<u32> {
        pieces.iter().map(|piece| self.token(piece)).collect()
    }

    /// A tensor, to change it.
    pub fn tensor(&mut self, name: &str) -> &mut Numbers {
        &mut self.tensors.iter_mut().find(|tensor| tensor.name == name).unwrap().numbers
    }

    /// All tensors as plain numbers.
    pub fn numbers(&self) -> HashMap<&str, Vec<f32>> {
        self.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor.numbers.plain())).collect()
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"E5S1".to_vec();
        let mut words = vec![1, self.hidden, self.layers, self.heads, self.inner, self.vocabulary(), self.positions, 2];
        let put = |out: &mut Vec<u8>, words: &[usize]| {
            words.iter().for_each(|word| out.extend_from_slice(&(*word as u32).to_le_bytes()));
        };
        put(&mut out, &words);
        out.extend_from_slice(&1e-12_f32.to_le_bytes());
        words = vec![32, self.pieces.len(), 0, 2, 1, 3];
        put(&mut out, &words);
        let blob: Vec<u8> = self.pieces.iter().flat_map(|(piece, _)| piece.clone()).collect();
        out.extend_from_slice(&(blob.len() as u64).to_le_bytes());
        let mut offset = 0;
        put(&mut out, &[0]);
        for (piece, _) in &self.pieces {
            offset += piece.len();
            put(&mut out, &[offset]);
        }
        self.pieces.iter().for_each(|(_, score)| out.extend_from_slice(&score.to_le_bytes()));
        out.extend_from_slice(&blob);

        let mut rewrites = Vec::new();
        for (from, to) in &self.rewrites {
            put(&mut rewrites, &[*from as usize]);
            rewrites.push(to.len() as u8);
            to.iter().for_each(|code| put(&mut rewrites, &[*code as usize]));
        }
        put(&mut out, &[self.rewrites.len(), rewrites.len()]);
        out.extend_from_slice(&rewrites);

        put(&mut out, &[self.tensors.len()]);
        let directory: usize = self.tensors.iter().map(|tensor| 2 + tensor.name.len() + 1 + 4 + 8 + 8).sum();
        let mut place = out.len() + directory;
        let mut data = Vec::new();
        for tensor in &self.tensors {
            let (kind, count, bytes) = match &tensor.numbers {
                Numbers::F32(numbers) => (0, numbers.len(), numbers.iter().flat_map(|n| n.to_le_bytes()).collect()),
                Numbers::Q4(bytes) => (1, bytes.len() / 18 * 32, bytes.clone()),
            };
            out.extend_from_slice(&(tensor.name.len() as u16).to_le_bytes());
            out.extend_from_slice(tensor.name.as_bytes());
            out.push(kind);
            put(&mut out, &[count]);
            out.extend_from_slice(&(place as u64).to_le_bytes());
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            place += bytes.len();
            data.extend(bytes);
        }
        out.extend(data);
        out
    }
}

impl Numbers {
    fn plain(&self) -> Vec<f32> {
        let bytes = match self {
            Numbers::F32(numbers) => return numbers.clone(),
            Numbers::Q4(bytes) => bytes,
        };
        let mut numbers = Vec::new();
        for block in bytes.chunks_exact(18) {
            let bits = u16::from_le_bytes([block[0], block[1]]);
            // Only such halves are made: 2^(e - 15) × (1 + f / 1024).
            let scale = 2f32.powi(i32::from(bits >> 10) - 15) * (1.0 + f32::from(bits & 0x3FF) / 1024.0);
            numbers.extend(block[2..].iter().map(|byte| (f32::from(byte & 15) - 8.0) * scale));
            numbers.extend(block[2..].iter().map(|byte| (f32::from(byte >> 4) - 8.0) * scale));
        }
        numbers
    }
}

/// A linear congruential generator (Knuth).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    /// -1 to 1.
    fn number(&mut self) -> f32 {
        self.next() as f32 / (1_u64 << 30) as f32 - 1.0
    }

    fn q4(&mut self, count: usize) -> Numbers {
        let mut bytes = Vec::new();
        for _ in 0..count / 32 {
            // 2^-6 to 2^-5, as half precision.
            bytes.extend_from_slice(&(0x2400 | self.next() as u16 & 0x3FF).to_le_bytes());
            bytes.extend((0..16).map(|_| self.next() as u8));
        }
        Numbers::Q4(bytes)
    }
}

pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
