//! `yingda nlu confusions`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yingda_classify::{Doubt, Suspicious, cross_validation, suspicious};

use super::examples::{Training, read_all};
use super::meaning::MeaningOptions;
use super::table;
use crate::failure::Outcome;
use crate::output::{Output, short};

/// Show which labels are taken for each other, and which examples are likely mistakes.
///
/// Each example is judged by a classifier that was trained without it. Suspicious are examples that were surely taken for
/// another label, texts that stand under several labels, duplicates, and labels with too few examples.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu confusions --train nlu.yml
  yingda nlu confusions --train train.jsonl --limit 50 --json")]
pub struct Confusions {
    /// Files of examples
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    train: Vec<PathBuf>,
    /// Most pairs of labels and suspicious examples shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    meaning: MeaningOptions,
}

impl Confusions {
    pub fn run(self, output: Output) -> Outcome {
        let examples = read_all(&self.train)?;
        let meaning = self.meaning.open(output)?;
        let trained = self.training.run(&examples, None, &meaning)?.trained;
        meaning.keep(output);
        let report = cross_validation(&trained, &examples);
        let doubted = suspicious(&trained, &examples);
        let (confused, total) = (report.confusions.iter().take(self.limit), doubted.len());
        let told = json!({
            "examples": report.examples, "accuracy": report.accuracy, "embedding": meaning.described(),
            "confusions": confused.collect::<Vec<_>>(), "confusions_total": report.confusions.len(),
            "suspicious": doubted.iter().take(self.limit).collect::<Vec<_>>(), "suspicious_total": total,
        });
        output.result(&told, |out| {
            writeln!(out, "{} examples, accuracy {:.1} %", report.examples, 100.0 * report.accuracy)?;
            table::confusions(out, &report, self.limit)?;
            writeln!(out, "\n{total} suspicious")?;
            for one in doubted.iter().take(self.limit) {
                tell(out, one)?;
            }
            match total.saturating_sub(self.limit) {
                0 => Ok(()),
                more => writeln!(out, "… and {more} more: see them with --limit {total}"),
            }
        })
    }
}

fn tell(out: &mut dyn Write, one: &Suspicious) -> io::Result<()> {
    let labels = short(&one.labels.join(", "), 50);
    let why = match &one.doubt {
        Doubt::Contradiction { other, other_labels } => {
            format!("example {} has the same text under {}", other + 1, short(&other_labels.join(", "), 50))
        }
        Doubt::Mislabelled { likely, probability, given_probability } => format!(
            "rather {} ({:.0} %) than {labels} ({:.0} %)",
            short(likely, 50),
            100.0 * probability,
            100.0 * given_probability
        ),
        Doubt::Duplicate { of } => format!("the same as example {}", of + 1),
        Doubt::NearDuplicate { of, other_text, similarity } => {
            format!("{:.0} % as example {}: “{}”", 100.0 * similarity, of + 1, short(other_text, 60))
        }
        Doubt::TooFew { examples, wanted } => format!("has {examples} examples; {wanted} are the least"),
    };
    match (one.example, &one.text) {
        (Some(number), Some(text)) => {
            writeln!(out, "{:>5}  “{}” [{labels}]\n       {why}", number + 1, short(text, 80))
        }
        _ => writeln!(out, "       {labels} {why}"),
    }
}
