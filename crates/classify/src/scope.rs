//! Whether a text belongs to any of the labels at all.

use serde::{Deserialize, Serialize};

use crate::calibrate::logistic;
use crate::classifier::Scores;

/// Signals from which belonging is judged.
const SIGNALS: usize = 5;

/// A judgement for texts with an embedding and one for those without, each with the threshold from which a text
/// belongs. Set on validation data; out-of-scope texts are not a class of their own, because nobody can list them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scope {
    cheap: Judge,
    full: Judge,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Judge {
    weights: [f32; SIGNALS],
    bias: f32,
    threshold: f32,
}

/// A text that was not trained on, with what is known of it.
pub(crate) struct Judged {
    pub scores: Scores,
    pub probabilities: Vec<f32>,
    /// Its classes; none when it is out of scope.
    pub labels: Vec<u32>,
}

impl Judged {
    fn is_right(&self) -> bool {
        best(&self.probabilities).is_some_and(|(class, _)| self.labels.contains(&(class as u32)))
    }
}

/// Without out-of-scope examples, this share of the rightly classified may be turned away.
const TURNED_AWAY: f32 = 0.03;

impl Scope {
    /// The probability of the likeliest label, and nothing else.
    pub(crate) fn plain() -> Self {
        let judge = Judge { weights: [1.0, 0.0, 0.0, 0.0, 0.0], bias: 0.0, threshold: 0.0 };
        Self { cheap: judge, full: judge }
    }

    /// Sets the thresholds for texts with and without an embedding. Out-of-scope examples, where there are some, also
    /// decide how the signals are weighed.
    pub(crate) fn fit(cheap: &[Judged], full: &[Judged]) -> Self {
        Self { cheap: Judge::fit(cheap), full: if full.is_empty() { Self::plain().full } else { Judge::fit(full) } }
    }

    /// From 0 (does not belong) to 1.
    pub(crate) fn belongs(&self, scores: &Scores, probabilities: &[f32]) -> f32 {
        self.judge(scores.deep.is_some()).at(scores, probabilities)
    }

    pub(crate) fn threshold(&self, embedded: bool) -> f32 {
        self.judge(embedded).threshold
    }

    fn judge(&self, embedded: bool) -> &Judge {
        if embedded { &self.full } else { &self.cheap }
    }
}

impl Judge {
    fn fit(texts: &[Judged]) -> Self {
        let outside = texts.iter().filter(|text| text.labels.is_empty()).count();
        let mut judge = Scope::plain().full;
        if outside >= 20 {
            let rows: Vec<_> = texts
                .iter()
                .filter(|text| text.labels.is_empty() || text.is_right())
                .map(|text| (signals(&text.scores, &text.probabilities), !text.labels.is_empty()))
                .collect();
            (judge.weights, judge.bias) = logistic(&rows);
        }
        let mut ranked: Vec<(f32, &Judged)> =
            texts.iter().map(|text| (judge.at(&text.scores, &text.probabilities), text)).collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        let inside = (texts.len() - outside).max(1) as f32;
        if outside > 0 {
            // Raise the threshold past one text after the other; keep where right answers kept and strangers turned
            // away are best together.
            let mut kept = texts.iter().filter(|text| text.is_right()).count() as f32 / inside;
            let mut caught = 0.0;
            let mut best = worth(kept, caught);
            for (at, (score, text)) in ranked.iter().enumerate() {
                if text.labels.is_empty() {
                    caught += 1.0 / outside as f32;
                } else if text.is_right() {
                    kept -= 1.0 / inside;
                }
                if worth(kept, caught) > best {
                    best = worth(kept, caught);
                    let next = ranked.get(at + 1).map_or(*score, |next| next.0);
                    judge.threshold = (score + next) / 2.0;
                }
            }
        } else {
            let right: Vec<f32> = ranked.iter().filter(|(_, text)| text.is_right()).map(|(score, _)| *score).collect();
            let at = (right.len() as f32 * TURNED_AWAY) as usize;
            judge.threshold = right.get(at).copied().unwrap_or(0.0);
        }
        judge
    }

    fn at(&self, scores: &Scores, probabilities: &[f32]) -> f32 {
        let signals = signals(scores, probabilities);
        let sum = self.bias + signals.iter().zip(&self.weights).map(|(signal, weight)| signal * weight).sum::<f32>();
        // Signals that cannot be added, from a file with absurd weights, speak against.
        if sum.is_nan() { 0.0 } else { 1.0 / (1.0 + (-sum).exp()) }
    }
}

/// What a threshold is worth: a customer who is turned away with a question that could be answered is the greater loss.
fn worth(kept: f32, caught: f32) -> f32 {
    2.0 * kept + caught
}

fn best(numbers: &[f32]) -> Option<(usize, f32)> {
    numbers.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))
}

/// How sure the blend is, how far the words' best score lies on the right side, how strong the meaning's scores are
/// altogether, the best of them, and how near the nearest example is.
fn signals(scores: &Scores, probabilities: &[f32]) -> [f32; SIGNALS] {
    let highest = best(probabilities).map_or(0.0, |(_, p)| p).clamp(1e-6, 1.0 - 1e-6);
    let words = best(&scores.words).map_or(0.0, |(_, score)| score);
    let sure = (highest / (1.0 - highest)).ln();
    let Some(deep) = &scores.deep else { return [sure, words, 0.0, 0.0, 0.0] };
    let strongest = best(&deep.meaning).map_or(0.0, |(_, score)| score);
    let energy = strongest + deep.meaning.iter().map(|score| (score - strongest).exp()).sum::<f32>().ln();
    let nearest = deep.neighbours.as_ref().map_or(0.0, |votes| 10.0 * votes.nearest);
    [sure, words, energy, strongest, nearest]
}
