//! Testing on what people type in a hurry.

use serde::Serialize;
use yingda_classify::{Classifier, Example, Report, evaluate};
use yingda_language::noise::noised;

use super::Models;
use super::meaning::Meaning;

/// What slips of the finger cost.
#[derive(Serialize)]
pub struct Noise {
    /// Share of the characters with a slip.
    pub rate: f32,
    pub accuracy: f64,
    pub macro_f1: f64,
    pub in_scope_accuracy_after_rejection: f64,
    pub out_of_scope_recall: Option<f64>,
    /// Points of accuracy that are lost.
    pub fall: f64,
}

/// Tests on a copy of `examples` with slips in about `rate` of the characters, beside the report on the clean ones.
pub fn measure(
    classifier: &Classifier,
    examples: &[Example],
    meaning: &Meaning,
    models: Models,
    rate: f32,
    clean: &Report,
) -> Noise {
    let slipped: Vec<Example> = (0..)
        .zip(examples)
        .map(|(seed, example)| Example { text: noised(&example.text, rate, seed), labels: example.labels.clone() })
        .collect();
    let report = evaluate(classifier, &slipped, meaning.embedder(), models.effort(), None);
    Noise {
        rate,
        accuracy: report.accuracy,
        macro_f1: report.macro_f1,
        in_scope_accuracy_after_rejection: report.in_scope_accuracy_after_rejection,
        out_of_scope_recall: report.out_of_scope_recall,
        fall: 100.0 * (clean.accuracy - report.accuracy),
    }
}
