//! `yingda nlu bench`

use std::path::PathBuf;

use clap::Args;

use super::meaning::MeaningOptions;
use crate::bench::{Report, language};
use crate::failure::Outcome;
use crate::output::{Output, spinner};

/// Measure this machine: how long it takes to understand a message and to train, and the memory.
///
/// On what customers of the demo shop write, or on a file of examples. Messages are timed on one core.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu bench
  yingda nlu bench --train train.jsonl --json")]
pub struct Bench {
    /// A file of examples to train on and to time
    #[arg(long, value_name = "FILE")]
    train: Option<PathBuf>,
    #[command(flatten)]
    meaning: MeaningOptions,
}

impl Bench {
    pub fn run(self, output: Output) -> Outcome {
        let examples = language::examples(self.train.as_deref())?;
        let model = self.meaning.installed(output)?;
        let work = spinner("Measuring");
        let figures = language::figures(&examples, model.as_deref());
        work.finish_and_clear();
        let report = Report::new(figures?);
        output.result(&report, |out| out.write_all(report.table().as_bytes()))
    }
}
