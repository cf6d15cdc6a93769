//! How good a classifier is, measured on labelled texts.

mod curve;
mod tally;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use yingda_embedding::{Embedder, Purpose};

use crate::classifier::{Classifier, Effort, Prediction};
use crate::data::Example;
use crate::train::Trained;
use tally::{Judgement, Tally};

/// What was measured. Shares are from 0 to 1; what could not be measured is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Texts.
    pub examples: usize,
    /// Of them such as have no label.
    pub out_of_scope: usize,
    /// Share of the labelled texts whose likeliest label is one of theirs; nothing is turned away.
    pub accuracy: f64,
    /// Mean of F1 over the labels that occur.
    pub macro_f1: f64,
    /// The same as `accuracy`, as the field calls it beside out-of-scope texts.
    pub in_scope_accuracy: f64,
    /// Share of the labelled texts that were not turned away and whose likeliest label is one of theirs.
    pub in_scope_accuracy_after_rejection: f64,
    /// Share of the out-of-scope texts that were turned away.
    pub out_of_scope_recall: Option<f64>,
    /// Share of the texts that were not turned away whose likeliest label is one of theirs.
    pub precision_of_answers: Option<f64>,
    /// How well belonging tells labelled texts from others: area under the receiver operating characteristic.
    pub belonging_auroc: Option<f64>,
    /// Share of the texts for which the embedding was used.
    pub embedded: f64,
    /// Accuracy with n-grams alone.
    pub words_only_accuracy: Option<f64>,
    /// Accuracy with n-grams and embedding, always both.
    pub full_accuracy: Option<f64>,
    /// Expected calibration error (Naeini et al. 2015): how far the confidence is from the accuracy, on average.
    pub calibration_error: f64,
    /// Tenths of confidence, lowest first.
    pub calibration: Vec<Bin>,
    /// Accuracy of the surest 50, 60, 70, 80, 90, 95 and 100 % of the labelled texts.
    pub coverage: Vec<Coverage>,
    /// Milliseconds and microseconds; `None` when no clock was given.
    pub times: Option<Times>,
    /// Sets in which texts have several labels: how well all of them are found.
    pub several: Option<Several>,
    /// Each label, in the order of the alphabet.
    pub labels: Vec<LabelReport>,
    /// Wrong answers by pair of labels, the commonest first.
    pub confusions: Vec<Confusion>,
}

/// How well one label is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelReport {
    pub label: String,
    /// Texts that have it.
    pub support: usize,
    /// Texts that were taken for it.
    pub taken: usize,
    /// Of them rightly.
    pub right: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// Texts of one label that were taken for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// The label that they have; `oos` for out-of-scope texts that were not turned away.
    pub given: String,
    pub taken: String,
    pub count: usize,
    /// At most three of the texts.
    pub examples: Vec<String>,
}

/// Texts whose confidence lies between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub count: usize,
    /// Mean probability of the likeliest label.
    pub confidence: f64,
    /// Share that was right.
    pub accuracy: f64,
}

/// The surest of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Share of the texts.
    pub share: f64,
    /// Confidence of the least sure of them.
    pub confidence: f64,
    pub accuracy: f64,
}

/// Time a text, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// N-grams alone, with segmentation.
    pub words_mean_us: f64,
    pub words_p99_us: f64,
    /// As it was asked for. Embedding is timed on at most 200 texts and never taken from memory.
    pub mean_us: f64,
    pub p99_us: f64,
}

/// Finding all labels of texts that have several.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Several {
    /// Share of the texts with exactly their labels.
    pub exact: f64,
    /// F1 over all labels of all texts together.
    pub micro_f1: f64,
    /// Mean of F1 over the labels.
    pub macro_f1: f64,
}

/// Gives the time since some moment that does not change.
pub type Clock<'a> = &'a dyn Fn() -> Duration;

/// Most texts whose embedding is timed.
const TIMED: usize = 200;

/// Tests `classifier` on `examples` that it was not trained on. Labels that it does not know count as not found.
pub fn evaluate(
    classifier: &Classifier,
    examples: &[Example],
    embedder: Option<&Embedder>,
    effort: Effort,
    clock: Option<Clock<'_>>,
) -> Report {
    let embedder = embedder.filter(|embedder| classifier.fits(embedder) && effort != Effort::WordsOnly);
    let mut judgements = Vec::with_capacity(examples.len());
    let mut took = Vec::with_capacity(examples.len());
    let (mut words_right, mut full_right) = (0, 0);
    for batch in examples.chunks(32) {
        if let Some(embedder) = embedder {
            let texts: Vec<&str> = batch.iter().map(|example| example.text.as_str()).collect();
            embedder.embed_batch(&texts, Purpose::Query);
        }
        for example in batch {
            let begun = clock.map(|clock| clock());
            let words = classifier.classify(&example.text, None, Effort::WordsOnly);
            took.extend(clock.zip(begun).map(|(clock, begun)| micros(clock().saturating_sub(begun))));
            words_right += usize::from(is_right(&words, example));
            let full = embedder.map(|embedder| classifier.classify(&example.text, Some(embedder), Effort::Full));
            full_right += usize::from(full.as_ref().is_some_and(|full| is_right(full, example)));
            let sure = words.ranked.first().is_some_and(|best| best.probability >= classifier.about().sure);
            let prediction = match (full, effort) {
                (Some(full), Effort::Full) => full,
                (Some(full), Effort::Cascade) if !sure => full,
                _ => words,
            };
            judgements.push(Judgement::of(prediction));
        }
    }
    let labelled = examples.iter().filter(|example| !example.labels.is_empty()).count();
    let mut report = Tally::of(examples.iter().zip(&judgements)).report();
    report.words_only_accuracy = Some(share(words_right, labelled));
    report.full_accuracy = embedder.map(|_| share(full_right, labelled));
    report.times = clock.map(|clock| {
        let embedded: Vec<bool> = judgements.iter().map(|judgement| judgement.embedded).collect();
        times(&took, &embedded, &embedding_times(examples, &embedded, embedder, clock))
    });
    report
}

/// What `trained` made of each of its `examples` while it was left out: an honest figure without a test set.
/// `examples` must be those that it was trained on.
pub fn cross_validation(trained: &Trained, examples: &[Example]) -> Report {
    let judged: Vec<(&Example, Judgement)> = trained
        .held_out
        .iter()
        .filter_map(|held_out| Some((examples.get(held_out.example)?, Judgement::of_held_out(held_out))))
        .collect();
    Tally::of(judged.iter().map(|(example, judgement)| (*example, judgement))).report()
}

fn is_right(prediction: &Prediction, example: &Example) -> bool {
    prediction.ranked.first().is_some_and(|best| example.labels.contains(&best.label))
}

/// Microseconds for the embedding of some of the texts that needed it, made afresh.
fn embedding_times(
    examples: &[Example],
    embedded: &[bool],
    embedder: Option<&Embedder>,
    clock: Clock<'_>,
) -> Vec<f64> {
    let Some(embedder) = embedder else { return Vec::new() };
    let texts: Vec<&Example> = examples.iter().zip(embedded).filter(|(_, used)| **used).map(|(text, _)| text).collect();
    let step = texts.len().div_ceil(TIMED).max(1);
    let time = |example: &&Example| {
        let begun = clock();
        embedder.encoder().embed(&example.text, Purpose::Query);
        micros(clock().saturating_sub(begun))
    };
    texts.iter().step_by(step).map(time).collect()
}

/// Each embedded text gets a time of the embeddings that were timed, in turn.
fn times(words: &[f64], embedded: &[bool], embedding: &[f64]) -> Times {
    let mut more = embedding.iter().cycle();
    let all: Vec<f64> = words
        .iter()
        .zip(embedded)
        .map(|(words, embedded)| words + if *embedded { more.next().copied().unwrap_or(0.0) } else { 0.0 })
        .collect();
    Times { words_mean_us: mean(words), words_p99_us: p99(words), mean_us: mean(&all), p99_us: p99(&all) }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn mean(numbers: &[f64]) -> f64 {
    if numbers.is_empty() { 0.0 } else { numbers.iter().sum::<f64>() / numbers.len() as f64 }
}

fn p99(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((sorted.len() * 99).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0.0)
}

/// `part` of `whole`; 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
