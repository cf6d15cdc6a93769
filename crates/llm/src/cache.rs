//! Answers that were had before.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use ring::hmac;
use ring::rand::SystemRandom;
use serde_json::Value;
use tokio::time::Instant;

use crate::config::{CacheSettings, Model};

/// Answers by a keyed hash of the whole request. A request has no personal data in clear, and neither has its hash: the key of the hash
/// is drawn when the program starts and never leaves it.
pub(crate) struct Cache {
    key: Option<hmac::Key>,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_hash: HashMap<Hash, Entry>,
    /// Least used first.
    by_use: BTreeMap<u64, Hash>,
    uses: u64,
}

struct Entry {
    /// What the model said, with placeholders.
    answer: String,
    kept: Instant,
    used: u64,
}

pub(crate) type Hash = [u8; 32];

impl Cache {
    pub fn new() -> Self {
        // Without randomness nothing is kept.
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok();
        Self { key, entries: Mutex::default() }
    }

    /// The hash of all that decides the answer.
    pub fn hash(&self, model: &Model, body: &Value) -> Option<Hash> {
        let whole = serde_json::json!([model.base_url.as_str(), body]).to_string();
        hmac::sign(self.key.as_ref()?, whole.as_bytes()).as_ref().try_into().ok()
    }

    pub fn get(&self, hash: &Hash, settings: &CacheSettings, now: Instant) -> Option<String> {
        let mut entries = self.entries.lock();
        let Entries { by_hash, by_use, uses } = &mut *entries;
        let entry = by_hash.get_mut(hash)?;
        by_use.remove(&entry.used);
        if now.saturating_duration_since(entry.kept) >= settings.ttl {
            by_hash.remove(hash);
            return None;
        }
        *uses += 1;
        entry.used = *uses;
        by_use.insert(*uses, *hash);
        Some(entry.answer.clone())
    }

    pub fn put(&self, hash: Hash, answer: String, settings: &CacheSettings, now: Instant) {
        let mut entries = self.entries.lock();
        let Entries { by_hash, by_use, uses } = &mut *entries;
        *uses += 1;
        by_use.insert(*uses, hash);
        if let Some(old) = by_hash.insert(hash, Entry { answer, kept: now, used: *uses }) {
            by_use.remove(&old.used);
        }
        while by_hash.len() > settings.entries {
            let Some((_, least)) = by_use.pop_first() else { break };
            by_hash.remove(&least);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SETTINGS: CacheSettings = CacheSettings { enabled: true, ttl: Duration::from_secs(10), entries: 2 };

    #[test]
    fn the_least_used_goes_first_and_the_old_go_by_themselves() {
        let cache = Cache::new();
        let (hash, now) = (|n: u8| [n; 32], Instant::now());
        cache.put(hash(1), "a".into(), &SETTINGS, now);
        cache.put(hash(2), "b".into(), &SETTINGS, now);
        assert_eq!(cache.get(&hash(1), &SETTINGS, now).as_deref(), Some("a"));
        cache.put(hash(3), "c".into(), &SETTINGS, now);
        assert_eq!(cache.get(&hash(2), &SETTINGS, now), None);
        assert_eq!(cache.get(&hash(1), &SETTINGS, now).as_deref(), Some("a"));
        assert_eq!(cache.get(&hash(1), &SETTINGS, now + Duration::from_secs(10)), None);
    }
}
