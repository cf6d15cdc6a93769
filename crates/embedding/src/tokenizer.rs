//! Text to tokens: SentencePiece's unigram model (Kudo 2018, arXiv 1804.10959).

use std::ops::Range;

use crate::format::{Layout, Special, floats, numbers};

/// U+2581, which stands for a space.
const SPACE: char = '\u{2581}';
/// What an unknown character costs more than the rarest piece, as in SentencePiece.
const UNKNOWN_PENALTY: f32 = 10.0;
/// Longer pieces than this do not occur in text.
const LONGEST_PIECE: usize = 64;
/// Longest rewritten text, in bytes; what comes after is left out.
const LONGEST_TEXT: usize = 64 * 1024;
/// Places of the table that are looked at for one piece. A table that is at most half full never needs so many, unless
/// its pieces were chosen to make it slow.
const MOST_LOOKED_AT: usize = 256;

/// Finds pieces in the file's own bytes: nothing of the vocabulary is copied but a table of token numbers.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    special: Special,
    offsets: Vec<u32>,
    scores: Vec<f32>,
    blob: Range<usize>,
    /// Token number + 1 by the hash of its piece, 0 where empty; open addressing, its length a power of two.
    table: Vec<u32>,
    /// Longest piece, in bytes.
    longest: usize,
    unknown_score: f32,
    rewrites: Vec<(u32, String)>,
}

impl Tokenizer {
    /// # Errors
    /// In words, when the vocabulary cannot be used.
    pub(crate) fn new(file: &[u8], layout: &mut Layout) -> Result<Self, String> {
        let offsets: Vec<u32> = numbers(&file[layout.piece_offsets.clone()]).collect();
        let scores: Vec<f32> = floats(&file[layout.scores.clone()]).collect();
        let lowest = scores.iter().copied().fold(0.0, f32::min);
        let mut tokenizer = Self {
            special: layout.special,
            offsets,
            scores,
            blob: layout.blob.clone(),
            table: vec![0; (layout.pieces * 2).next_power_of_two()],
            longest: 1,
            unknown_score: lowest - UNKNOWN_PENALTY,
            rewrites: std::mem::take(&mut layout.rewrites),
        };
        for token in 0..layout.pieces {
            let piece = tokenizer.piece(file, token);
            // Special tokens cannot be written by a customer; the empty piece would never end.
            if piece.is_empty() || piece.len() > LONGEST_PIECE || tokenizer.is_special(token) {
                continue;
            }
            let mut hash = Hash::default();
            piece.iter().for_each(|byte| hash.add(*byte));
            let mut slot = hash.slot(tokenizer.table.len());
            for looked in 0.. {
                let Some(other) = tokenizer.table[slot].checked_sub(1) else { break };
                if tokenizer.piece(file, other as usize) == piece {
                    return Err(format!("tokens {other} and {token} are the same piece"));
                }
                if looked == MOST_LOOKED_AT {
                    return Err(format!("more than {MOST_LOOKED_AT} pieces have hashes like that of token {token}"));
                }
                slot = (slot + 1) & (tokenizer.table.len() - 1);
            }
            tokenizer.table[slot] = token as u32 + 1;
            tokenizer.longest = tokenizer.longest.max(piece.len());
        }
        Ok(tokenizer)
    }

    /// The tokens of `text` (with its prefix), without `<s>` and `</s>`.
    pub(crate) fn tokens(&self, file: &[u8], text: &str) -> Vec<u32> {
        let text = self.rewrite(text);
        let bytes = text.as_bytes();
        // best[i]: the best way to write the first i bytes, as (score, start of the last piece, its token).
        let mut best: Vec<(f32, u32, u32)> = vec![(f32::NEG_INFINITY, 0, 0); bytes.len() + 1];
        best[0].0 = 0.0;
        for (start, c) in text.char_indices() {
            let so_far = best[start].0;
            let next = start + c.len_utf8();
            let mut known = false;
            let mut hash = Hash::default();
            for end in start + 1..=bytes.len().min(start + self.longest) {
                hash.add(bytes[end - 1]);
                if !text.is_char_boundary(end) {
                    continue;
                }
                let Some(token) = self.find(file, hash, &bytes[start..end]) else { continue };
                known |= end == next;
                let score = so_far + self.scores[token as usize];
                if score > best[end].0 {
                    best[end] = (score, start as u32, token);
                }
            }
            let score = so_far + self.unknown_score;
            if !known && score > best[next].0 {
                best[next] = (score, start as u32, self.special.unknown);
            }
        }
        let mut tokens = Vec::new();
        let mut at = bytes.len();
        while at > 0 {
            let (_, start, token) = best[at];
            // Unknown characters in a row are one unknown token, as in SentencePiece.
            if !(token == self.special.unknown && tokens.last() == Some(&token)) {
                tokens.push(token);
            }
            at = start as usize;
        }
        tokens.reverse();
        tokens
    }

    pub(crate) fn special(&self) -> Special {
        self.special
    }

    /// Bytes in memory.
    pub(crate) fn memory(&self) -> usize {
        4 * (self.offsets.len() + self.scores.len() + self.table.len())
    }

    /// Compatible characters become their plain form, runs of spaces one [`SPACE`], and one comes first.
    fn rewrite(&self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            if plain.len() > LONGEST_TEXT {
                break;
            }
            match c {
                // The table has nothing below but white space and control characters.
                '!'..='~' => plain.push(c),
                _ => match self.rewrites.binary_search_by_key(&u32::from(c), |(from, _)| *from) {
                    Ok(found) => plain.push_str(&self.rewrites[found].1),
                    Err(_) => plain.push(c),
                },
            }
        }
        let mut out = String::with_capacity(plain.len() + 3 * 8);
        for word in plain.split_whitespace() {
            out.push(SPACE);
            out.push_str(word);
        }
        out
    }

    fn is_special(&self, token: usize) -> bool {
        let Special { begin, end, padding, unknown } = self.special;
        // Also others, as `<mask>`: a probability of 1, whose logarithm is 0, no word has.
        [begin, end, padding, unknown].contains(&(token as u32)) || self.scores[token] == 0.0
    }

    fn piece<'a>(&self, file: &'a [u8], token: usize) -> &'a [u8] {
        let blob = &file[self.blob.clone()];
        &blob[self.offsets[token] as usize..self.offsets[token + 1] as usize]
    }

    fn find(&self, file: &[u8], hash: Hash, piece: &[u8]) -> Option<u32> {
        let mut slot = hash.slot(self.table.len());
        loop {
            let token = self.table[slot].checked_sub(1)?;
            if self.piece(file, token as usize) == piece {
                return Some(token);
            }
            slot = (slot + 1) & (self.table.len() - 1);
        }
    }
}

/// A hash that grows with its text byte by byte (FNV-1a): all pieces that begin in one place cost one pass.
#[derive(Debug, Clone, Copy)]
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Hash(0xCBF2_9CE4_8422_2325)
    }
}

impl Hash {
    fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    }

    /// The place in a table of `length`, a power of two.
    fn slot(self, length: usize) -> usize {
        (self.0 ^ self.0 >> 32) as usize & (length - 1)
    }
}

#[cfg(test)]
#[path = "tokenizer_tests.rs"]
mod tests;
