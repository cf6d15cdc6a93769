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
        let key = key(text, purpose);
        if let Some(found) = self.get(&key) {
            return found;
        }
        let made = self.encoder.embed(text, purpose);
        self.put(key, made.clone());
        made
    }

    /// As [`embed`](Self::embed) for many texts: those that are missing are embedded together.
    pub fn embed_batch(&self, texts: &[&str], purpose: Purpose) -> Vec<Vec<f32>> {
        let keys: Vec<Key> = texts.iter().map(|text| key(text, purpose)).collect();
        let mut found: Vec<Option<Vec<f32>>> = keys.iter().map(|key| self.get(key)).collect();
        let missing: Vec<usize> = (0..texts.len()).filter(|at| found[*at].is_none()).collect();
        let wanted: Vec<&str> = missing.iter().map(|at| texts[*at]).collect();
        for (at, made) in missing.into_iter().zip(self.encoder.embed_batch(&wanted, purpose)) {
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
            out.extend(embedding.iter().flat_map(|number| number.to_le_bytes()));
        }
        drop(generations);
        let fresh = path.with_extension("fresh");
        std::fs::write(&fresh, out)?;
        std::fs::rename(fresh, path)
    }

    /// Remembers what [`save`](Self::save) wrote, as far as there is room. A file of another model, or one that is no such
    /// file, is passed over: everything in it can be made again.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(&self, path: &Path) -> std::io::Result<usize> {
        let bytes = std::fs::read(path)?;
        let Some(rest) = bytes.strip_prefix(self.header().as_slice()) else { return Ok(0) };
        let size = size_of::<Key>() + 4 * self.encoder.dimensions();
        let mut count = 0;
        for record in rest.chunks_exact(size).take(2 * self.half) {
            let Some((key, numbers)) = record.split_first_chunk() else { break };
            let embedding: Vec<f32> = floats(numbers).collect();
            if embedding.iter().all(|number| number.is_finite()) {
                self.put(*key, embedding);
                count += 1;
            }
        }
        Ok(count)
    }

    fn header(&self) -> Vec<u8> {
        let mut header = b"YEMB\x01".to_vec();
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
fn key(text: &str, purpose: Purpose) -> Key {
    let mut said = Vec::with_capacity(text.len() + 16);
    said.extend_from_slice(purpose.prefix().as_bytes());
    said.extend_from_slice(text.as_bytes());
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, &said).as_ref());
    key
}

#[cfg(test)]
#[path = "embedder_tests.rs"]
mod tests;
