//! Which n-grams count, and how much.

use std::collections::HashMap;

use crate::gram::{Key, Text, sort};

/// A row of numbers of which most are 0: the places that are not, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sparse {
    pub places: Vec<u32>,
    pub values: Vec<f32>,
}

/// The n-grams seen in training, with their weight: inverse document frequency (Spärck Jones 1972).
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    /// Keys of the n-grams; the place of a key is its number.
    pub keys: Vec<Key>,
    /// Of each place.
    pub weights: Vec<f32>,
    /// Place + 1 by key, 0 where empty: open addressing, its length a power of two.
    table: Vec<u32>,
}

impl Vocabulary {
    /// Of texts; n-grams found in fewer than `least` of them are left out.
    pub(crate) fn learn(texts: &[&Text<'_>], least: u32) -> Self {
        let mut counts: HashMap<Key, u32> = HashMap::new();
        for text in texts {
            for same in text.keys().chunk_by(|a, b| a == b) {
                *counts.entry(same[0]).or_default() += 1;
            }
        }
        let mut kept: Vec<(u32, u32)> = counts.into_iter().filter(|(_, count)| *count >= least).collect();
        kept.sort_unstable();
        let total = texts.len() as f32;
        let weights = kept.iter().map(|(_, count)| ((1.0 + total) / (1.0 + *count as f32)).ln() + 1.0).collect();
        Self::from_parts(kept.into_iter().map(|(key, _)| key).collect(), weights)
    }

    /// From what was stored: ascending keys, so that none is there twice.
    pub(crate) fn from_parts(keys: Vec<u32>, weights: Vec<f32>) -> Self {
        let mut table = vec![0; (keys.len() * 2).next_power_of_two().max(2)];
        let mask = table.len() - 1;
        for (place, key) in keys.iter().enumerate() {
            let mut slot = *key as usize & mask;
            while table[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            table[slot] = place as u32 + 1;
        }
        Self { keys, weights, table }
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn place(&self, key: Key) -> Option<u32> {
        let mask = self.table.len().checked_sub(1)?;
        let mut slot = key as usize & mask;
        loop {
            let place = self.table[slot].checked_sub(1)?;
            if self.keys[place as usize] == key {
                return Some(place);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// A text as numbers: `(1 + ln count) × weight`, each sort scaled to length 1.
    pub(crate) fn weigh(&self, text: &Text<'_>) -> Sparse {
        let mut sparse = Sparse::default();
        let mut squares = [0.0_f32; 2];
        for same in text.keys().chunk_by(|a, b| a == b) {
            if let Some(place) = self.place(same[0]) {
                let value = (1.0 + (same.len() as f32).ln()) * self.weights[place as usize];
                squares[sort(same[0]) as usize] += value * value;
                sparse.places.push(place);
                sparse.values.push(value);
            }
        }
        let scales = squares.map(|square| if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 });
        for (value, place) in sparse.values.iter_mut().zip(&sparse.places) {
            *value *= scales[sort(self.keys[*place as usize]) as usize];
        }
        sparse
    }
}
