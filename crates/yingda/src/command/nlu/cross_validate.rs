//! `yingda nlu cross-validate`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use yingda_classify::{Report, cross_validation};

use super::examples::{Learnt, Training, read_all, tell_contradictions};
use super::meaning::{Described, MeaningOptions};
use super::table::{self, ReportOptions};
use crate::failure::Outcome;
use crate::output::Output;

/// Measure without a test set: each example is judged by a classifier that was trained without it.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu cross-validate --train nlu.yml
  yingda nlu cross-validate --train train.jsonl --plots plots --json")]
pub struct CrossValidate {
    /// Files of examples
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    train: Vec<PathBuf>,
    #[command(flatten)]
    report: ReportOptions,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    meaning: MeaningOptions,
}

/// What was measured, for programs.
#[derive(Serialize)]
struct Measured {
    train_examples: usize,
    train_labels: usize,
    contradictions: usize,
    embedding: Option<Described>,
    training_seconds: f64,
    fitting_seconds: f64,
    #[serde(flatten)]
    report: Report,
    plots: Vec<PathBuf>,
}

impl CrossValidate {
    pub fn run(self, output: Output) -> Outcome {
        let examples = read_all(&self.train)?;
        let contradictions = tell_contradictions(output, &examples);
        let meaning = self.meaning.open(output)?;
        let Learnt { trained, seconds: training_seconds, fitting_seconds } =
            self.training.run(&examples, None, &meaning)?;
        meaning.keep(output);
        let report = cross_validation(&trained, &examples);
        let plots = self.report.draw(&report)?;
        let measured = Measured {
            train_examples: examples.len(),
            train_labels: trained.classifier.about().labels.len(),
            contradictions,
            embedding: meaning.described(),
            training_seconds,
            fitting_seconds,
            report,
            plots,
        };
        self.report.write_json(&measured)?;
        output.result(&measured, |out| {
            writeln!(
                out,
                "{} examples of {} labels, each left out in turn ({training_seconds:.1} s)\n",
                measured.train_examples, measured.train_labels
            )?;
            table::write(out, &measured.report)
        })
    }
}
