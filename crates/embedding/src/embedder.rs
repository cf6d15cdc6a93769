//! Embeddings that were asked for before.

use std::collections::HashMap;
use std::path::Path;

use parking_lot::Mutex;
use ring::digest::{SHA256, digest};

use crate::format::floats;
use crate::{Encoder, Purpose};

type Key = [u8; 32];

/// An [`Encoder`] that remembers the embeddings of recent texts, as two generations: when the young one is full it
/// becomes the old one, and what is asked for again moves back. A text costs about 1.6 kB at 384 numbers.
#[derive(Debug)]
pub struct Embedder {
    encoder: Encoder,
    generations: Mutex<Generations>,
    half: usize,
}

/// How much of an embedding is remembered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Depth {
    Last,
    All,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Key, Vec<f32>>,
    old: HashMap<Key, Vec<f32>>,
}

impl Embedder {
    /// One that remembers at most `texts` embeddings, none when `texts` is below 2.
    pub fn new(encoder: Encoder, texts: usize) -> Self {
        Self { encoder, generations: Mutex::default(), half: texts / 2 }
    }

    /// The model itself.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The embedding of `text`, remembered or made ([`Encoder::embed`]).
    pub fn embed(&self, text: &str, purpose: Purpose) -> Vec<f32> {
        self.embed_batch(&[text], purpose).pop().unwrap_or_default()
    }

    /// As [`embed`](Self::embed) for many texts: those that are missing are embedded together.
    pub fn embed_batch(&self, texts: &[&str], purpose: Purpose) -> Vec<Vec<f32>> {
        self.read_batch(texts, purpose, Depth::Last)
    }

    /// As [`embed`](Self::embed), with what the layers in between made of it ([`Encoder::embed_deep_batch`]). Remembers
    /// the embedding alone as well.
    pub fn embed_deep(&self, text: &str, purpose: Purpose) -> Vec<f32> {
        self.embed_deep_batch(&[text], purpose).pop().unwrap_or_default()
    }

    /// As [`embed_deep`](Self::embed_deep) for many texts.
    pub fn embed_deep_batch(&self, texts: &[&str], purpose: Purpose) -> Vec<Vec<f32>> {
        self.read_batch(texts, purpose, Depth::All)
    }

    fn read_batch(&self, texts: &[&str], purpose: Purpose, depth: Depth) -> Vec<Vec<f32>> {
        let keys: Vec<Key> = texts.iter().map(|text| key(text, purpose, depth)).collect();
        let mut found: Vec<Option<Vec<f32>>> = keys.iter().map(|key| self.get(key)).collect();
        let missing: Vec<usize> = (0..texts.len()).filter(|at| found[*at].is_none()).collect();
        let wanted: Vec<&str> = missing.iter().map(|at| texts[*at]).collect();
        let made = match depth {
            Depth::Last => self.encoder.embed_batch(&wanted, purpose),
            Depth::All => self.encoder.embed_deep_batch(&wanted, purpose),
        };
        for (at, made) in missing.into_iter().zip(made) {
            if depth == Depth::All {
                self.put(key(texts[at], purpose, Depth::Last), made[..self.encoder.dimensions()].to_vec());
            }
            self.put(keys[at], made.clone());
            found[at] = Some(made);
        }
        found.into_iter().flatten().collect()
    }

    /// Writes what is remembered to `path`, to be [`load`](Self::load)ed by another process. The file holds hashes and
    /// embeddings, no text.
    ///
    /// # Errors
    /// When the file cannot be written; an old one is then still there.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let mut out = self.header();
        let generations = self.generations.lock();
        for (key, embedding) in generations.old.iter().chain(&generations.young) {
            out.extend_from_slice(key);
            out.extend_from_slice(&(embedding.len() as u32).to_le_bytes());
            out.extend(embedding.iter().flat_map(|number| number.to_le_bytes()));
        }
        drop(generations);
        let fresh = path.with_extension("fresh");
        std::fs::write(&fresh, out)?;
        std::fs::rename(fresh, path)
    }

    /// Remembers what [`save`](Self::save) wrote, as far as there is room, and says how many. A file of another model, or
    /// one that is no such file, is passed over: everything in it can be made again.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(&self, path: &Path) -> std::io::Result<usize> {
        let bytes = std::fs::read(path)?;
        let mut rest = bytes.strip_prefix(self.header().as_slice()).unwrap_or_default();
        let mut count = 0;
        while count < 2 * self.half
            && let Some((key, after)) = rest.split_first_chunk::<32>()
            && let Some((length, after)) = after.split_first_chunk::<4>()
        {
            let length = u32::from_le_bytes(*length) as usize;
            let sizes = [self.encoder.dimensions(), self.encoder.deep_dimensions()];
            let Some((numbers, after)) = after.split_at_checked(length.saturating_mul(4)) else { break };
            let embedding: Vec<f32> = floats(numbers).collect();
            if !sizes.contains(&length) || !embedding.iter().all(|number| number.is_finite()) {
                break;
            }
            self.put(*key, embedding);
            count += 1;
            rest = after;
        }
        Ok(count)
    }

    fn header(&self) -> Vec<u8> {
        let mut header = b"YEMB\x02".to_vec();
        header.extend_from_slice(&self.encoder.identity().to_le_bytes());
        header
    }

    fn get(&self, key: &Key) -> Option<Vec<f32>> {
        let mut generations = self.generations.lock();
        if let Some(found) = generations.young.get(key) {
            return Some(found.clone());
        }
        let found = generations.old.remove(key)?;
        self.keep(&mut generations, *key, found.clone());
        Some(found)
    }

    fn put(&self, key: Key, embedding: Vec<f32>) {
        self.keep(&mut self.generations.lock(), key, embedding);
    }

    fn keep(&self, generations: &mut Generations, key: Key, embedding: Vec<f32>) {
        if self.half == 0 {
            return;
        }
        if generations.young.len() >= self.half && !generations.young.contains_key(&key) {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(key, embedding);
    }
}

/// Texts are kept by their hash, so that no customer's words lie about in memory.
fn key(text: &str, purpose: Purpose, depth: Depth) -> Key {
    let mut said = Vec::with_capacity(text.len() + 16);
    said.push(depth as u8);
    said.extend_from_slice(purpose.prefix().as_bytes());
    said.extend_from_slice(text.as_bytes());
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, &said).as_ref());
    key
}

#[cfg(test)]
#[path = "embedder_tests.rs"]
mod tests;
