//! A trained classifier.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use yingda_embedding::Embedder;
use yingda_language::{Segmenter, Speller};

use crate::calibrate::{Blend, Sigmoid};
use crate::gram::{LONGEST, Text};
use crate::margin::Margin;
use crate::neighbours::{Neighbours, Votes};
use crate::scope::Scope;
use crate::softmax::Softmax;
use crate::spelling::Spelling;
use crate::train::Depth;
use crate::vocabulary::{Sparse, Vocabulary};

/// Tells which label a text has: n-grams first, which cost a tenth of a millisecond, and the embedding when they are
/// not sure. Share it: it is never changed.
#[derive(Debug, Clone)]
pub struct Classifier {
    pub(crate) about: About,
    pub(crate) segmenter: Segmenter,
    pub(crate) speller: Option<Speller>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) margin: Margin,
    pub(crate) softmax: Option<Softmax>,
    pub(crate) neighbours: Option<Neighbours>,
}

/// What is known of a classifier besides its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The labels, in the order of the probabilities.
    pub labels: Vec<String>,
    /// Words that the segmenter keeps whole.
    pub words: Vec<String>,
    /// Examples that it was trained on.
    pub examples: usize,
    /// Which embedding model it was trained with ([`yingda_embedding::Encoder::identity`]).
    pub encoder: Option<u64>,
    /// How much of an embedding it looks at.
    pub depth: Depth,
    /// Probability from which the n-grams alone decide.
    pub sure: f32,
    pub(crate) cheap: Blend,
    pub(crate) full: Blend,
    pub(crate) each: Sigmoid,
    pub(crate) scope: Scope,
    /// None where texts are read as they are written.
    pub(crate) spelling: Option<Spelling>,
}

/// Which of its models a classifier may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// N-grams; the embedding when they are not sure.
    Cascade,
    /// N-grams alone.
    WordsOnly,
    /// Both, always.
    Full,
}

/// What a text was taken for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Every label with its probability, likeliest first; they sum to 1.
    pub ranked: Vec<Ranked>,
    /// Whether the text belongs to any of the labels.
    pub in_scope: bool,
    /// How well it belongs, from 0 to 1; compared with `threshold`.
    pub belongs: f32,
    pub threshold: f32,
    /// Whether the embedding was used.
    pub embedded: bool,
    /// Labels that hold, each on its own: for texts that have several.
    pub several: Vec<String>,
}

/// A label with its probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    pub label: String,
    pub probability: f32,
}

/// An n-gram that moved a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// As it stands in the normalised text.
    pub text: String,
    /// Bytes of the given text that say it.
    pub start: usize,
    pub end: usize,
    /// What it added to the label's score, in logarithms of odds; below 0 it spoke against.
    pub weight: f32,
}

/// The scores of a text before they became probabilities, a number a class.
#[derive(Debug, Clone)]
pub(crate) struct Scores {
    pub words: Vec<f32>,
    pub deep: Option<Deep>,
}

/// The scores that need the embedding.
#[derive(Debug, Clone)]
pub(crate) struct Deep {
    pub meaning: Vec<f32>,
    pub neighbours: Option<Votes>,
}

impl Scores {
    /// Without what needs the embedding.
    pub(crate) fn cheap(&self) -> Self {
        Self { words: self.words.clone(), deep: None }
    }

    /// What each model says of a class: words, meaning, neighbours.
    pub(crate) fn of(&self, class: usize) -> [f32; 3] {
        let deep = self.deep.as_ref();
        [
            self.words[class],
            deep.map_or(0.0, |deep| deep.meaning[class]),
            deep.and_then(|deep| deep.neighbours.as_ref()).map_or(0.0, |votes| votes.scores[class]),
        ]
    }
}

impl Classifier {
    /// What is known of it.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Cuts texts as this classifier wants them cut.
    pub fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// Bytes in memory.
    pub fn memory(&self) -> usize {
        self.margin.weights.len()
            + 4 * self.margin.scales.len()
            + 16 * self.vocabulary.len()
            + self.softmax.as_ref().map_or(0, |softmax| 4 * softmax.weights.len())
            + self.neighbours.as_ref().map_or(0, |neighbours| neighbours.vectors.len() + 8 * neighbours.classes.len())
    }

    /// Reads a text as this classifier wants it: with its slips corrected, as far as the examples tell how.
    pub fn read<'a>(&self, text: &'a str) -> Text<'a> {
        let text = &text[..text.floor_char_boundary(LONGEST)];
        let corrected = self.speller.as_ref().map(|speller| speller.correct(text));
        match corrected {
            Some(corrected) if !corrected.changes.is_empty() => Text::corrected(&self.segmenter, corrected),
            _ => Text::new(&self.segmenter, text),
        }
    }

    /// What `text` is about. Without an embedder, or with another than it was trained with, n-grams alone decide.
    pub fn classify(&self, text: &str, embedder: Option<&Embedder>, effort: Effort) -> Prediction {
        self.classify_text(&self.read(text), embedder, effort)
    }

    /// As [`classify`](Self::classify), for a text that was read already.
    pub fn classify_text(&self, text: &Text<'_>, embedder: Option<&Embedder>, effort: Effort) -> Prediction {
        let cheap = self.cheap_scores(&self.vocabulary.weigh(text));
        let (Some(embedder), true) = (self.usable(embedder), effort != Effort::WordsOnly) else {
            return self.predict(&cheap);
        };
        if effort == Effort::Cascade && self.about.cheap.mix(&cheap).iter().any(|p| *p >= self.about.sure) {
            return self.predict(&cheap);
        }
        let deep = self.deep_scores(&self.about.depth.embed_one(embedder, text.raw()));
        self.predict(&Scores { deep, ..cheap })
    }

    fn usable<'a>(&self, embedder: Option<&'a Embedder>) -> Option<&'a Embedder> {
        embedder.filter(|embedder| self.softmax.is_some() && self.fits(embedder))
    }

    /// Whether `embedder` has the model that this was trained with.
    pub fn fits(&self, embedder: &Embedder) -> bool {
        self.about.encoder == Some(embedder.encoder().identity())
    }

    pub(crate) fn cheap_scores(&self, row: &Sparse) -> Scores {
        Scores { words: self.margin.scores(row), deep: None }
    }

    pub(crate) fn deep_scores(&self, embedding: &[f32]) -> Option<Deep> {
        let softmax = self.softmax.as_ref()?;
        let neighbours = self.neighbours.as_ref().map(|neighbours| neighbours.votes(softmax, embedding));
        Some(Deep { meaning: softmax.scores(embedding), neighbours })
    }

    pub(crate) fn predict(&self, scores: &Scores) -> Prediction {
        let about = &self.about;
        let blend = if scores.deep.is_some() { about.full } else { about.cheap };
        let probabilities = blend.mix(scores);
        let belongs = about.scope.belongs(scores, &probabilities);
        let threshold = about.scope.threshold(scores.deep.is_some());
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
        let several = order
            .iter()
            .filter(|class| about.each.at(scores.words[**class]) >= 0.5)
            .map(|class| about.labels[*class].clone())
            .collect();
        let ranked = order
            .into_iter()
            .map(|class| Ranked { label: about.labels[class].clone(), probability: probabilities[class] })
            .collect();
        Prediction {
            ranked,
            in_scope: belongs >= threshold,
            belongs,
            threshold,
            embedded: scores.deep.is_some(),
            several,
        }
    }

    /// The n-grams of `text` that spoke most for or against `label`, strongest first, at most `most`; and what the
    /// embedding added, when there is one. Nested n-grams are one reason: the longest stands for them.
    pub fn explain(&self, text: &str, embedder: Option<&Embedder>, label: &str, most: usize) -> Explanation {
        self.explain_text(&self.read(text), embedder, label, most)
    }

    /// As [`explain`](Self::explain), for a text that was read already.
    pub fn explain_text(&self, text: &Text<'_>, embedder: Option<&Embedder>, label: &str, most: usize) -> Explanation {
        let Some(class) = self.about.labels.iter().position(|known| known == label) else {
            return Explanation { words: Vec::new(), meaning: None };
        };
        let row = self.vocabulary.weigh(text);
        let deep = self
            .usable(embedder)
            .and_then(|embedder| self.deep_scores(&self.about.depth.embed_one(embedder, text.raw())));
        let blend = if deep.is_some() { self.about.full } else { self.about.cheap };
        // Each n-gram's share counts for every letter that it covers; words are then cut out of the letters.
        let plain = text.normalised();
        let mut weight_of = vec![0.0_f32; plain.len()];
        text.each_gram(&self.segmenter, &mut |gram| {
            let Some(place) = self.vocabulary.place(gram.key) else { return };
            let Ok(at) = row.places.binary_search(&place) else { return };
            let mean = self.mean_share(place, row.values[at]);
            let share = blend.words * (self.margin.share(place, row.values[at], class) - mean);
            let letters = (gram.start as usize..gram.end as usize).filter(|at| plain.is_char_boundary(*at));
            let count = letters.clone().count().max(1) as f32;
            for letter in letters {
                weight_of[letter] += share / count;
            }
        });
        let mut words: Vec<(Range<usize>, f32)> = self
            .segmenter
            .tokens(plain)
            .into_iter()
            .map(|token| (token.start..token.end, weight_of[token.start..token.end].iter().sum()))
            .filter(|(_, weight): &(_, f32)| weight.abs() > 0.01)
            .collect();
        words.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        words.truncate(most);
        let words = text.reasons(words);
        let meaning = deep.map(|deep| {
            let lead = |scores: &[f32]| scores[class] - scores.iter().sum::<f32>() / scores.len().max(1) as f32;
            let votes = deep.neighbours.as_ref().map_or(0.0, |votes| blend.neighbours * lead(&votes.scores));
            blend.meaning * lead(&deep.meaning) + votes
        });
        Explanation { words, meaning }
    }

    fn mean_share(&self, place: u32, value: f32) -> f32 {
        let classes = self.margin.classes.max(1);
        (0..classes).map(|class| self.margin.share(place, value, class)).sum::<f32>() / classes as f32
    }
}

/// What moved a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Words of the text, strongest first.
    pub words: Vec<Reason>,
    /// What the meaning of the whole text added, in logarithms of odds.
    pub meaning: Option<f32>,
}
