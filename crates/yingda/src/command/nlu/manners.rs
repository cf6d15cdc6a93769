//! What `yingda nlu emotion` and `yingda nlu safety` share: measuring a classifier of manners, the program's or one that is
//! learnt.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use yingda_classify::{Classifier, Example, Report, evaluate};

use super::Models;
use super::examples::Training;
use super::meaning::{Described, Meaning, MeaningOptions};
use super::table::ReportOptions;
use crate::failure::Failure;
use crate::output::Output;

/// What to measure, and how.
#[derive(Args)]
pub struct MannersOptions {
    /// Files of examples to test on
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub test: Vec<PathBuf>,
    /// Files of examples to learn from, instead of what comes with the program
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub train: Vec<PathBuf>,
    /// Which models are asked; without the embedding model it is always the words
    #[arg(long, value_enum, default_value = "full")]
    effort: Models,
    #[command(flatten)]
    pub report: ReportOptions,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    meaning: MeaningOptions,
}

/// What was measured, for programs.
#[derive(Serialize)]
pub struct Measured {
    /// None when what comes with the program was measured.
    train_examples: Option<usize>,
    pub test_examples: usize,
    effort: Models,
    embedding: Option<Described>,
    training_seconds: Option<f64>,
    ms_per_text: Option<f64>,
    #[serde(flatten)]
    pub report: Report,
    plots: Vec<PathBuf>,
}

impl MannersOptions {
    /// Opens the embedding model when it is needed.
    pub fn open(&self, output: Output) -> Result<Meaning, Failure> {
        self.meaning.open_for(self.effort, output)
    }

    /// Tests what is learnt from `train`, or `own`, the program's classifier, when there is nothing to learn from.
    pub fn measure(
        &self,
        own: fn() -> &'static Classifier,
        train: &[Example],
        test: &[Example],
        meaning: &Meaning,
        output: Output,
    ) -> Result<Measured, Failure> {
        let learnt = if self.train.is_empty() {
            None
        } else {
            Some(Training::run_with(&self.training.manners(), train, None, meaning)?)
        };
        let classifier = learnt.as_ref().map_or_else(own, |learnt| &learnt.trained.classifier);
        meaning.tell_misfit(output, classifier);
        let begun = Instant::now();
        let clock = || begun.elapsed();
        let report = evaluate(classifier, test, meaning.embedder(), self.effort.effort(), Some(&clock));
        meaning.keep(output);
        Ok(Measured {
            train_examples: learnt.as_ref().map(|_| train.len()),
            test_examples: test.len(),
            effort: self.effort,
            embedding: meaning.described(),
            training_seconds: learnt.as_ref().map(|learnt| learnt.seconds),
            ms_per_text: report.times.map(|times| times.mean_us / 1e3),
            plots: self.report.draw(&report)?,
            report,
        })
    }
}

impl Measured {
    /// What was tested, for people; `own` names what comes with the program.
    pub fn tested(&self, own: &str) -> String {
        self.train_examples.map_or_else(|| own.to_owned(), |count| format!("Trained on {count} examples"))
    }
}
