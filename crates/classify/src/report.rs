//! How good a classifier is, measured on labelled texts.

mod curve;
mod tally;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use yingda_embedding::Embedder;

use crate::classifier::{Classifier, Effort, Prediction};
use crate::data::Example;
use crate::gram::Text;
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
    /// With n-grams alone.
    pub words_only_accuracy: Option<f64>,
    pub words_only_macro_f1: Option<f64>,
    /// With n-grams and embedding, always both.
    pub full_accuracy: Option<f64>,
    pub full_macro_f1: Option<f64>,
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
    let mut by_words = Vec::with_capacity(examples.len());
    let mut by_all = Vec::with_capacity(examples.len());
    let mut took = Vec::with_capacity(examples.len());
    let measure = |work: &dyn Fn() -> Prediction| {
        let begun = clock.map(|clock| clock());
        let prediction = work();
        let micros = clock.zip(begun).map_or(0.0, |(clock, begun)| micros(clock().saturating_sub(begun)));
        (prediction, micros)
    };
    for batch in examples.chunks(32) {
        let texts: Vec<Text<'_>> = batch.iter().map(|example| classifier.read(&example.text)).collect();
        if let Some(embedder) = embedder {
            classifier.about.depth.embed(embedder, &texts.iter().map(Text::raw).collect::<Vec<_>>());
        }
        for (example, text) in batch.iter().zip(&texts) {
            let (words, cheap) = measure(&|| classifier.classify(&example.text, None, Effort::WordsOnly));
            let mut time = Time { cheap, deep: 0.0 };
            if let Some(embedder) = embedder {
                let (all, deep) = measure(&|| classifier.classify_text(text, Some(embedder), Effort::Full));
                time.deep = deep;
                by_all.push(Judgement::of(all));
            }
            by_words.push(Judgement::of(words));
            took.push(time);
        }
    }
    let report_of = |judgements: &[&Judgement]| Tally::of(examples.iter().zip(judgements.iter().copied())).report();
    let words: Vec<&Judgement> = by_words.iter().collect();
    let all: Vec<&Judgement> = by_all.iter().collect();
    let chosen: Vec<&Judgement> = match (embedder, effort) {
        (None, _) | (_, Effort::WordsOnly) => words.clone(),
        (Some(_), Effort::Full) => all.clone(),
        (Some(_), Effort::Cascade) => {
            let sure = classifier.about().sure;
            words.iter().zip(&all).map(|(words, all)| if words.confidence >= sure { *words } else { *all }).collect()
        }
    };
    let mut report = report_of(&chosen);
    let words = report_of(&words);
    report.words_only_accuracy = Some(words.accuracy);
    report.words_only_macro_f1 = Some(words.macro_f1);
    if embedder.is_some() {
        let full = report_of(&all);
        report.full_accuracy = Some(full.accuracy);
        report.full_macro_f1 = Some(full.macro_f1);
    }
    report.times = clock.map(|clock| {
        let embedded: Vec<bool> = chosen.iter().map(|judgement| judgement.embedded).collect();
        times(&took, &embedded, &embedding_times(classifier, examples, &embedded, embedder, clock))
    });
    report
}

/// Microseconds that a text took.
struct Time {
    /// With n-grams alone.
    cheap: f64,
    /// What came on top, but for the embedding itself.
    deep: f64,
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

/// Microseconds for the embedding of some of the texts that needed it, made afresh.
fn embedding_times(
    classifier: &Classifier,
    examples: &[Example],
    embedded: &[bool],
    embedder: Option<&Embedder>,
    clock: Clock<'_>,
) -> Vec<f64> {
    let Some(embedder) = embedder else { return Vec::new() };
    let texts: Vec<&Example> = examples.iter().zip(embedded).filter(|(_, used)| **used).map(|(text, _)| text).collect();
    let step = texts.len().div_ceil(TIMED).max(1);
    let time = |example: &&Example| {
        let text = classifier.read(&example.text);
        let begun = clock();
        classifier.about.depth.embed_afresh(embedder, text.raw());
        micros(clock().saturating_sub(begun))
    };
    texts.iter().step_by(step).map(time).collect()
}

/// Each embedded text gets a time of the embeddings that were timed, in turn.
fn times(took: &[Time], embedded: &[bool], embedding: &[f64]) -> Times {
    let mut embedding = embedding.iter().copied().cycle();
    let words: Vec<f64> = took.iter().map(|time| time.cheap).collect();
    let all: Vec<f64> = took
        .iter()
        .zip(embedded)
        .map(|(time, embedded)| time.cheap + if *embedded { time.deep + embedding.next().unwrap_or(0.0) } else { 0.0 })
        .collect();
    Times { words_mean_us: mean(&words), words_p99_us: p99(&words), mean_us: mean(&all), p99_us: p99(&all) }
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
