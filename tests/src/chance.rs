//! Chance that can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// A small generator of numbers (SplitMix64): the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// From `YINGDA_SEED` where it is set, else from the clock; printed, so that a run can be looked into.
    ///
    /// # Panics
    /// When `YINGDA_SEED` is not a number.
    pub fn from_environment() -> Self {
        let seed = match std::env::var("YINGDA_SEED") {
            Ok(text) => match text.parse() {
                Ok(seed) => seed,
                Err(_) => panic!("expected a number in YINGDA_SEED, got {text:?}"),
            },
            Err(_) => SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64),
        };
        eprintln!("chance: YINGDA_SEED={seed}");
        Self { state: seed }
    }

    /// An independent generator for one of several actors.
    #[must_use]
    pub fn of(&self, actor: u64) -> Self {
        let mut own = Self { state: self.state ^ actor.wrapping_mul(0xD134_2543_DE82_EF95) };
        own.number();
        own
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` up to but not including `high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.number() % (high - low)
    }

    /// True `percent` times in a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.number() % 100 < percent
    }

    /// One of `things`.
    ///
    /// # Panics
    /// When there are none.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[(self.number() % things.len() as u64) as usize]
    }
}
