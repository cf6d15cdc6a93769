//! The entry that is nearest to a gap.

use std::collections::HashMap;

use yingda_language::Lang;

use super::{Nearest, Need};
use crate::entry::Entry;
use crate::meaning::{dot, unit};
use crate::words::{Commonness, Features, features};

/// From this likeness on an entry is about the question: with embeddings, and by words alone.
const NEAR: f32 = 0.5;
const NEAR_BY_WORDS: f32 = 0.4;
/// Share of words beside the meaning.
const WORDS: f32 = 0.4;

/// The published entries.
pub(super) struct Shelf<'a> {
    entries: Vec<Known<'a>>,
    common: Commonness,
    /// For each feature the wordings that have it, and its weight in them.
    with: HashMap<u64, Vec<(u32, f32)>>,
    /// For each wording its entry.
    entry_of: Vec<usize>,
}

struct Known<'a> {
    entry: &'a Entry<'a>,
    lang: Lang,
    meaning: Option<Vec<f32>>,
}

impl<'a> Shelf<'a> {
    /// `meanings`: the centred embeddings of the entries' questions.
    pub(super) fn new(entries: &'a [Entry<'a>], meanings: Vec<Option<Vec<f32>>>) -> Self {
        let entries: Vec<Known<'_>> = entries
            .iter()
            .zip(meanings)
            .filter(|(entry, _)| entry.is_published())
            .map(|(entry, meaning)| Known { entry, lang: entry.lang(), meaning })
            .collect();
        let mut entry_of = Vec::new();
        let mut wordings: Vec<Features> = Vec::new();
        for (at, known) in entries.iter().enumerate() {
            for wording in known.entry.questions() {
                entry_of.push(at);
                wordings.push(features(wording));
            }
        }
        let common = Commonness::of(&wordings);
        let mut with: HashMap<u64, Vec<(u32, f32)>> = HashMap::new();
        for (at, wording) in wordings.iter().enumerate() {
            for (feature, weight) in common.weigh(wording) {
                with.entry(feature).or_default().push((at as u32, weight));
            }
        }
        Self { entries, common, with, entry_of }
    }

    /// For each entry the mean over the questions of the likeness in words to its best wording.
    fn words(&self, questions: &[&str]) -> Vec<f32> {
        let mut means = vec![0.0_f32; self.entries.len()];
        for question in questions {
            let mut likeness = vec![0.0_f32; self.entry_of.len()];
            for (feature, weight) in self.common.weigh(&features(question)) {
                for (wording, other) in self.with.get(&feature).into_iter().flatten() {
                    likeness[*wording as usize] += weight * other;
                }
            }
            let mut best = vec![0.0_f32; self.entries.len()];
            for (likeness, entry) in likeness.into_iter().zip(&self.entry_of) {
                best[*entry] = best[*entry].max(likeness);
            }
            means.iter_mut().zip(best).for_each(|(mean, best)| *mean += best / questions.len() as f32);
        }
        means
    }

    /// The nearest entry to questions with these centred embeddings and wordings, and whether it is near.
    pub(super) fn nearest(&self, meanings: &[&[f32]], wordings: &[&str], lang: Lang) -> (Option<Nearest>, Need) {
        let mut centre = vec![0.0_f32; meanings.first().map_or(0, |row| row.len())];
        for meaning in meanings {
            centre.iter_mut().zip(*meaning).for_each(|(sum, x)| *sum += x);
        }
        unit(&mut centre);
        let words = self.words(wordings);
        let best = self
            .entries
            .iter()
            .zip(words)
            .map(|(known, words)| {
                let meaning =
                    known.meaning.as_ref().filter(|row| row.len() == centre.len()).map(|row| dot(row, &centre));
                let (likeness, near) = match meaning {
                    Some(meaning) if known.lang == lang => ((1.0 - WORDS) * meaning + WORDS * words, NEAR),
                    Some(meaning) => (meaning, NEAR),
                    None => (words, NEAR_BY_WORDS),
                };
                (likeness.clamp(0.0, 1.0), near, known)
            })
            // Of entries that are as near the one in the language of the questions.
            .max_by(|a, b| {
                a.0.total_cmp(&b.0)
                    .then((a.2.lang == lang).cmp(&(b.2.lang == lang)))
                    .then(b.2.entry.id.cmp(&a.2.entry.id))
            });
        match best {
            Some((likeness, near, known)) => {
                let need = if likeness >= near { Need::Variants } else { Need::Entry };
                (Some(Nearest { id: known.entry.id, likeness }), need)
            }
            None => (None, Need::Entry),
        }
    }
}
