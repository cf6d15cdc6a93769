//! How well an entry fits what was asked, in parts that can be explained.

use std::collections::HashMap;

use yingda_language::tokens;

use crate::model::{FEATURES, NONE_FEATURES};
use crate::phrase::{Content, Phrase, Word, dice, distinct, grams, normal};
use crate::reading::Reading;
use crate::similar::{SAME_CONCEPT, similarity};

/// What a user asked: its words with their weights.
pub(crate) struct Asked {
    pub normal: String,
    pub words: Vec<AskedWord>,
    pub grams: Vec<u32>,
    total: f32,
}

pub(crate) struct AskedWord {
    pub word: Word,
    /// From 0 to 1.
    pub weight: f32,
    /// Whether any entry contains it.
    pub known: bool,
}

/// Words of a question that are compared.
const MOST_WORDS: usize = 64;

impl Asked {
    pub fn new(text: &str, reading: &Reading) -> Self {
        let normal = normal(text);
        let words: Vec<AskedWord> = distinct(tokens(&normal))
            .take(MOST_WORDS)
            .map(|word| AskedWord { weight: reading.weight(&word), known: reading.knows(&word.text), word })
            .collect();
        Self { total: words.iter().map(|word| word.weight).sum(), words, grams: grams(&normal), normal }
    }

    /// Share of the question's weight, given how far each of its words was met.
    pub fn share(&self, met: &[f32]) -> f32 {
        share(self.words.iter().zip(met).map(|(word, met)| word.weight * met).sum(), self.total)
    }

    /// What speaks for or against that none of the entries is meant: 1, the share of words that no entry contains, one for
    /// short questions, and how far the best entries come.
    pub fn none_features(&self, fits: &[&Fit]) -> [f32; NONE_FEATURES] {
        let unknown: Vec<f32> = self.words.iter().map(|asked| if asked.known { 0.0 } else { 1.0 }).collect();
        let best = |part: fn(&Fit) -> f32| fits.iter().map(|fit| part(fit)).fold(0.0, f32::max);
        [
            1.0,
            self.share(&unknown),
            1.0 / (1.0 + self.total),
            best(|fit| fit.wording_cosine),
            best(|fit| fit.passage_cosine),
            best(|fit| fit.covered),
            best(|fit| fit.question_share),
            best(Fit::overlap),
            best(|fit| fit.vote),
        ]
    }

    /// How far the words of a passage meet each word of the question.
    pub fn met_by(&self, content: &Content) -> Vec<f32> {
        self.words
            .iter()
            .map(|asked| {
                if content.contains(&asked.word.text) {
                    1.0
                } else if asked.word.concept.is_some_and(|concept| content.mentions(concept)) {
                    SAME_CONCEPT
                } else {
                    0.0
                }
            })
            .collect()
    }
}

/// How an entry fits, each part from 0 to 1 unless said.
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
    /// Share of what was asked that the best passage mentions.
    pub answered: f32,
    /// Share of what was asked that wordings and best passage mention together.
    pub covered: f32,
    /// Full-text scores of the wordings and of the best passage, as shares of what the question could reach.
    pub question_share: f32,
    pub body_share: f32,
    /// Cosine with the best wording and with the best passage, with what all have in common taken off; from -1 to 1.
    pub wording_cosine: f32,
    pub passage_cosine: f32,
    /// The average of the cosines with the best three wordings.
    pub wordings_cosine: f32,
    /// What the wordings of all candidates say together; see [`votes`](crate::vote::votes).
    pub vote: f32,
    /// 1 when the entry is in another language than the question.
    pub foreign: f32,
    /// 1 when the entry is no question but a text.
    pub text: f32,
    /// 1 for what was changed just now, 0.5 after half a year.
    pub fresh: f32,
    /// 0 for what was never chosen, towards 1 for what is chosen the most.
    pub popular: f32,
}

impl Fit {
    /// Balance of `asked` and `meant` (their harmonic mean).
    pub fn overlap(&self) -> f32 {
        share(2.0 * self.asked * self.meant, self.asked + self.meant)
    }

    /// What the best wording is chosen by.
    fn wording(&self) -> f32 {
        0.65 * self.overlap() + 0.35 * self.letters
    }

    /// Whether a wording is the question itself.
    pub fn is_same(&self) -> bool {
        self.letters == 1.0 && self.asked > 0.99 && self.meant > 0.99
    }

    pub fn features(&self) -> [f32; FEATURES] {
        let cosine = self.wording_cosine.max(self.passage_cosine);
        [
            self.overlap(),
            self.anywhere,
            self.answered,
            self.covered,
            self.question_share,
            self.body_share,
            self.letters,
            self.foreign,
            self.text,
            self.wording_cosine,
            self.passage_cosine,
            cosine * cosine.abs(),
            self.wordings_cosine,
            self.asked,
            self.vote,
            // A text has no wordings that vote: its passages say more instead.
            self.text * self.passage_cosine,
            self.text * self.answered,
        ]
    }
}

/// Compares a question with entries, remembering how near words are.
pub(crate) struct Scorer<'a> {
    pub asked: &'a Asked,
    reading: &'a Reading,
    /// Nearness of words met so far to each word of the question, with the weight of the word.
    near: HashMap<String, (f32, Box<[f32]>)>,
}

impl<'a> Scorer<'a> {
    pub fn new(asked: &'a Asked, reading: &'a Reading) -> Self {
        Self { asked, reading, near: HashMap::new() }
    }

    /// Which wording fits best, how, and how near each word of the question comes to any word of the wordings.
    pub fn wordings(&mut self, wordings: &[Phrase]) -> (usize, Fit, Vec<f32>) {
        let mut anywhere = vec![0.0_f32; self.asked.words.len()];
        let mut best = (0, Fit::default());
        for (number, wording) in wordings.iter().enumerate() {
            let (fit, here) = self.wording(wording);
            for (anywhere, here) in anywhere.iter_mut().zip(&here) {
                *anywhere = anywhere.max(*here);
            }
            if fit.wording() > best.1.wording() {
                best = (number, fit);
            }
        }
        best.1.anywhere = self.asked.share(&anywhere);
        (best.0, best.1, anywhere)
    }

    /// How a wording fits, and how near each word of the question comes to any of its words.
    pub fn wording(&mut self, wording: &Phrase) -> (Fit, Vec<f32>) {
        let mut here = vec![0.0_f32; self.asked.words.len()];
        let mut meant = 0.0;
        let mut all = 0.0;
        for word in &wording.words {
            let mut back = 0.0_f32;
            let (weight, near) = self.nearness(word);
            for (here, &near) in here.iter_mut().zip(near) {
                *here = here.max(near);
                back = back.max(near);
            }
            meant += back * weight;
            all += weight;
        }
        let fit = Fit {
            asked: self.asked.share(&here),
            meant: share(meant, all),
            letters: dice(&self.asked.grams, &wording.grams),
            ..Fit::default()
        };
        (fit, here)
    }

    /// The weight of the word, and how near it is to each word of the question.
    fn nearness(&mut self, word: &Word) -> (f32, &[f32]) {
        if !self.near.contains_key(&word.text) {
            let near = self.asked.words.iter().map(|asked| similarity(&asked.word, word)).collect();
            self.near.insert(word.text.clone(), (self.reading.weight(word), near));
        }
        let (weight, near) = &self.near[&word.text];
        (*weight, near)
    }
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
