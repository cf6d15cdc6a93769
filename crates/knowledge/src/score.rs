//! How well an entry fits what was asked: a confidence that can be explained word by word.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use yingda_language::Concept;

use crate::phrase::{Phrase, Query, dice};
use crate::similar::{SAME_CONCEPT, similarity};
use crate::vocabulary::{Vocabulary, WordId};

/// How an entry fits, each part from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Fit {
    /// Share of what was asked that the best wording contains, by weight of the words.
    pub asked: f32,
    /// Share of the best wording that was asked for.
    pub meant: f32,
    /// Runs of characters shared with the best wording.
    pub letters: f32,
    /// Share of what was asked that the wordings contain together.
    pub anywhere: f32,
    /// Share of what was asked that the answer mentions.
    pub answered: f32,
    /// Full-text score, as a share of what the query could reach.
    pub full_text: f32,
    /// What is taken off the evidence when the entry is in another language than the question.
    language: f32,
}

/// An entry in another language than the question must fit so much better, in units of evidence.
const OTHER_LANGUAGE: f32 = 0.7;

impl Fit {
    /// Balance of `asked` and `meant` (their harmonic mean).
    fn overlap(&self) -> f32 {
        share(2.0 * self.asked * self.meant, self.asked + self.meant)
    }

    /// The same fit, of an entry in another language than the question.
    pub fn in_another_language(self) -> Self {
        Self { language: OTHER_LANGUAGE, ..self }
    }

    /// What the best wording is chosen by.
    fn wording(&self) -> f32 {
        0.65 * self.overlap() + 0.35 * self.letters
    }

    /// Whether a wording is the query itself.
    fn is_same(&self) -> bool {
        self.letters == 1.0 && self.asked > 0.99 && self.meant > 0.99
    }

    /// The parts as one number, from 0 to about 15; see [`confidences`].
    fn evidence(&self) -> f32 {
        5.0 * self.overlap() + 3.3 * self.anywhere + 3.4 * self.answered + 3.8 * self.full_text - self.language
    }
}

/// How sure it is for each entry that it is meant, given how the candidates fit and the share of the query
/// in words that no entry contains. The values are probabilities: they share 1 between them and the case
/// that none is meant, which has an evidence of its own (a multinomial logistic model). Its five numbers
/// were fitted on the evaluation pairs of the demo, on its wordings left out one at a time, and on public
/// question pairs. An entry with the very words asked is certain.
pub(crate) fn confidences(fits: &[Fit], foreign: f32) -> Vec<f32> {
    let none = 4.1 + 0.5 * foreign;
    let highest = fits.iter().map(Fit::evidence).fold(none, f32::max);
    let mass = |evidence: f32| (evidence - highest).exp();
    let all: f32 = mass(none) + fits.iter().map(|fit| mass(fit.evidence())).sum::<f32>();
    fits.iter().map(|fit| if fit.is_same() { 1.0 } else { mass(fit.evidence()) / all }).collect()
}

/// The words of an answer: sorted numbers, and sorted concepts.
#[derive(Debug)]
pub(crate) struct Answer {
    words: Box<[WordId]>,
    concepts: Box<[Concept]>,
}

impl Answer {
    pub fn new(mut words: Vec<WordId>, vocabulary: &Vocabulary) -> Self {
        words.sort_unstable();
        let mut concepts: Vec<Concept> = words.iter().filter_map(|&id| vocabulary.word(id).concept).collect();
        concepts.sort_unstable();
        concepts.dedup();
        Self { words: words.into(), concepts: concepts.into() }
    }
}

/// Compares a query with entries, remembering how near words are.
pub(crate) struct Scorer<'a> {
    query: &'a Query,
    vocabulary: &'a Vocabulary,
    /// Nearness of words met so far to each word of the query, a row a word.
    near: Vec<f32>,
    /// Where the row of a word starts.
    rows: HashMap<WordId, usize, BuildHasherDefault<ById>>,
    total: f32,
}

impl<'a> Scorer<'a> {
    pub fn new(query: &'a Query, vocabulary: &'a Vocabulary) -> Self {
        Self {
            query,
            vocabulary,
            near: Vec::new(),
            rows: HashMap::default(),
            total: query.words.iter().map(|word| word.weight).sum(),
        }
    }

    /// Share of the query's weight in words that no entry contains.
    pub fn foreign(&self) -> f32 {
        let met: Vec<f32> = self.query.words.iter().map(|asked| if asked.id.is_none() { 1.0 } else { 0.0 }).collect();
        self.asked(&met)
    }

    /// Which wording of an entry fits best, and how the entry fits.
    pub fn fit(&mut self, wordings: &[Phrase], answer: &Answer, full_text: f32) -> (usize, Fit) {
        let mut anywhere = vec![0.0_f32; self.query.words.len()];
        let mut best = (0, Fit::default());
        for (number, wording) in wordings.iter().enumerate() {
            let fit = self.fit_wording(wording, &mut anywhere);
            if fit.wording() > best.1.wording() {
                best = (number, fit);
            }
        }
        best.1.anywhere = self.asked(&anywhere);
        best.1.answered = self.answered(answer);
        best.1.full_text = full_text;
        best
    }

    /// How near each word of the query comes to any word of a wording, in the query's order.
    pub fn matches(&mut self, wording: &Phrase) -> Vec<f32> {
        let mut met = vec![0.0; self.query.words.len()];
        self.fit_wording(wording, &mut met);
        met
    }

    /// `anywhere` holds for each word of the query the nearest that any wording came.
    fn fit_wording(&mut self, wording: &Phrase, anywhere: &mut [f32]) -> Fit {
        let mut here = vec![0.0_f32; anywhere.len()];
        let mut meant = 0.0;
        let mut all = 0.0;
        for &id in &wording.words {
            let mut back = 0.0_f32;
            for (here, &near) in here.iter_mut().zip(self.nearness(id)) {
                *here = here.max(near);
                back = back.max(near);
            }
            let weight = self.vocabulary.weight(id);
            meant += back * weight;
            all += weight;
        }
        for (anywhere, here) in anywhere.iter_mut().zip(&here) {
            *anywhere = anywhere.max(*here);
        }
        Fit {
            asked: self.asked(&here),
            meant: share(meant, all),
            letters: dice(&self.query.grams, &wording.grams),
            ..Fit::default()
        }
    }

    /// Share of the query's weight, given how far each of its words was met.
    fn asked(&self, met: &[f32]) -> f32 {
        let words = self.query.words.iter().zip(met);
        share(words.map(|(word, met)| word.weight * met).sum(), self.total)
    }

    fn answered(&self, answer: &Answer) -> f32 {
        let met: Vec<f32> = self
            .query
            .words
            .iter()
            .map(|asked| {
                let same = asked.id.is_some_and(|id| answer.words.binary_search(&id).is_ok());
                let alike =
                    || asked.word.concept.is_some_and(|concept| answer.concepts.binary_search(&concept).is_ok());
                if same {
                    1.0
                } else if alike() {
                    SAME_CONCEPT
                } else {
                    0.0
                }
            })
            .collect();
        self.asked(&met)
    }

    /// How near the word is to each word of the query.
    fn nearness(&mut self, id: WordId) -> &[f32] {
        let words = &self.query.words;
        let near = &mut self.near;
        let start = *self.rows.entry(id).or_insert_with(|| {
            let word = self.vocabulary.word(id);
            let start = near.len();
            near.extend(words.iter().map(|asked| similarity(&asked.word, word)));
            start
        });
        &self.near[start..start + words.len()]
    }
}

/// Hashes a word's number by one multiplication (Fibonacci hashing): numbers are ours, so nobody can make
/// them collide.
#[derive(Default)]
pub(crate) struct ById(u64);

impl Hasher for ById {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, id: u32) {
        self.0 = (self.0 ^ u64::from(id)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
