//! Text to numbers.

use std::path::Path;

use ring::digest::{Context, SHA256};

use crate::format::{self, ModelError};
use crate::layers::Network;
use crate::map::{Bytes, map};
use crate::tokenizer::Tokenizer;

/// What a text is embedded for. The model was trained with a prefix that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A question, or any text that is compared with its like or classified.
    Query,
    /// A text that is to be found by questions.
    Passage,
}

impl Purpose {
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Purpose::Query => "query: ",
            Purpose::Passage => "passage: ",
        }
    }
}

/// Longest text that is read, in bytes; what comes after is left out.
const LONGEST_TEXT: usize = 16 * 1024;
/// Longest window in tokens, also where the model has more positions: attention costs the square of it.
const LONGEST_WINDOW: usize = 512;
/// Most windows that are averaged.
const MOST_WINDOWS: usize = 4;

/// An embedding model in memory. Share it: it is never changed.
#[derive(Debug)]
pub struct Encoder {
    file: Bytes,
    tokenizer: Tokenizer,
    network: Network,
    dimensions: usize,
    /// Longest window, in tokens with the two that enclose it.
    longest: usize,
    identity: u64,
}

impl Encoder {
    /// Opens a model file in the format `E5S1`.
    ///
    /// # Errors
    /// [`ModelError::Io`] when it cannot be read; [`ModelError::Broken`] when it is not a whole model.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let file = map(path).map_err(|error| ModelError::Io { path: path.display().to_string(), error })?;
        Self::read(file).map_err(|detail| ModelError::Broken { path: path.display().to_string(), detail })
    }

    /// A model from the bytes of a file in the format `E5S1`.
    ///
    /// # Errors
    /// [`ModelError::Broken`] when they are not a whole model.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, ModelError> {
        Self::read(Bytes::Owned(bytes))
            .map_err(|detail| ModelError::Broken { path: "what was given as a model".into(), detail })
    }

    fn read(file: Bytes) -> Result<Self, String> {
        let mut layout = format::read(&file)?;
        let network = Network::new(&file, &layout)?;
        let tokenizer = Tokenizer::new(&file, &mut layout)?;
        Ok(Self {
            tokenizer,
            network,
            dimensions: layout.shape.hidden,
            longest: layout.shape.positions.min(LONGEST_WINDOW),
            identity: identity(&file, layout.blob.start),
            file,
        })
    }

    /// Numbers of an embedding.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Tells this model from others: embeddings of different models must not be compared.
    pub fn identity(&self) -> u64 {
        self.identity
    }

    /// Bytes that the model takes in memory, without the file's pages.
    pub fn memory(&self) -> usize {
        self.network.memory() + self.tokenizer.memory()
    }

    /// Tokens of `text` as the model counts them, with its prefix and the two that enclose it.
    pub fn count_tokens(&self, text: &str, purpose: Purpose) -> usize {
        self.tokens(text, purpose).len() + 2
    }

    /// The embedding of a text: [`dimensions`](Self::dimensions) numbers, of length 1. The same text always gives the
    /// same numbers on one kind of processor. Texts beyond the model's length are read in up to 4 windows, averaged.
    pub fn embed(&self, text: &str, purpose: Purpose) -> Vec<f32> {
        self.embed_batch(&[text], purpose).pop().unwrap_or_default()
    }

    /// The embeddings of many texts, in their order: faster than one by one, with the same result.
    pub fn embed_batch(&self, texts: &[&str], purpose: Purpose) -> Vec<Vec<f32>> {
        self.read_batch(texts, purpose, &[])
    }

    /// Numbers of a deep embedding.
    pub fn deep_dimensions(&self) -> usize {
        self.dimensions * (1 + self.network.between().len())
    }

    /// The embeddings of many texts, each followed by what the layers in between made of it, each of these of length 1
    /// as well: [`deep_dimensions`](Self::deep_dimensions) numbers. The last layer tells what is said; those before it
    /// also tell how, which is what emotion is recognised by.
    pub fn embed_deep_batch(&self, texts: &[&str], purpose: Purpose) -> Vec<Vec<f32>> {
        self.read_batch(texts, purpose, &self.network.between())
    }

    fn read_batch(&self, texts: &[&str], purpose: Purpose, taps: &[usize]) -> Vec<Vec<f32>> {
        let special = self.tokenizer.special();
        let mut windows: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
        let mut counts = Vec::with_capacity(texts.len());
        for text in texts {
            let mut tokens = self.tokens(text, purpose);
            let most = self.longest - 2;
            tokens.truncate(MOST_WINDOWS * most);
            // Windows of equal length, so that none counts more than it says. There is one even without tokens.
            let count = tokens.len().div_ceil(most).max(1);
            let length = tokens.len().div_ceil(count);
            for window in 0..count {
                let part = tokens.iter().skip(window * length).take(length).copied();
                windows.push([special.begin].into_iter().chain(part).chain([special.end]).collect());
            }
            counts.push(count);
        }
        let mut means = self.network.means(&self.file, &windows, taps).into_iter();
        let whole = |count: usize| {
            let mut embedding = vec![0.0; self.dimensions * (1 + taps.len())];
            for mut mean in means.by_ref().take(count) {
                mean.chunks_exact_mut(self.dimensions).for_each(normalise);
                for (sum, mean) in embedding.iter_mut().zip(mean) {
                    *sum += mean;
                }
            }
            embedding.chunks_exact_mut(self.dimensions).for_each(normalise);
            embedding
        };
        counts.into_iter().map(whole).collect()
    }

    fn tokens(&self, text: &str, purpose: Purpose) -> Vec<u32> {
        let text = &text[..text.floor_char_boundary(LONGEST_TEXT)];
        self.tokenizer.tokens(&self.file, &format!("{}{text}", purpose.prefix()))
    }
}

/// A hash of the header with the vocabulary's scores, and of samples of the rest: all of it would take long.
fn identity(file: &[u8], header: usize) -> u64 {
    const SAMPLES: usize = 256;
    const SAMPLE_BYTES: usize = 1024;
    let mut told = Context::new(&SHA256);
    told.update(&(file.len() as u64).to_le_bytes());
    let (header, rest) = file.split_at(header);
    told.update(header);
    // The last sample ends where the file does.
    let last = rest.len().saturating_sub(SAMPLE_BYTES);
    for sample in 1..=SAMPLES {
        let start = (last as u128 * sample as u128 / SAMPLES as u128) as usize;
        told.update(&rest[start..rest.len().min(start + SAMPLE_BYTES)]);
    }
    let mut identity = [0; 8];
    identity.copy_from_slice(&told.finish().as_ref()[..8]);
    u64::from_le_bytes(identity)
}

/// To length 1; what has no length stays.
fn normalise(numbers: &mut [f32]) {
    let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 && length.is_finite() {
        for number in numbers {
            *number /= length;
        }
    }
}
