//! `yingda nlu train`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yingda_classify::cross_validation;

use super::examples::{Learnt, Training, read_all, read_optional, tell_contradictions};
use super::meaning::MeaningOptions;
use super::workspace;
use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::open::DataOptions;
use crate::output::{Output, megabytes};

/// Train a classifier on labelled texts and write it to a file, or a new version for a workspace on what it has.
///
/// Thresholds are set on --dev where it is given, else on examples left out in turn.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu train --workspace default
  yingda nlu train --train nlu.yml --out intents.model
  yingda nlu train --train train.jsonl --dev val.jsonl --out intents.model --force --json")]
pub struct Train {
    /// Files of examples
    #[arg(long, value_name = "FILE", required_unless_present = "workspace", num_args = 1..)]
    train: Vec<PathBuf>,
    /// Files of examples to set thresholds on
    #[arg(long, value_name = "FILE", num_args = 1..)]
    dev: Vec<PathBuf>,
    /// The model file to write
    #[arg(long, value_name = "FILE", required_unless_present = "workspace")]
    out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    /// Train a new version for this workspace, on its own utterances
    #[arg(long, value_name = "NAME", conflicts_with_all = ["train", "dev", "out", "force"])]
    workspace: Option<String>,
    /// Database of the workspace: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:DIR/yingda.db]
    #[arg(long, value_name = "URL", env = "YINGDA_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    meaning: MeaningOptions,
}

impl Train {
    pub async fn run(self, output: Output) -> Outcome {
        if let Some(workspace) = self.workspace {
            let data = DataOptions { data: self.meaning.data.clone(), database: self.database };
            return workspace::train(&data, workspace, &self.meaning, output).await;
        }
        let Some(out) = self.out else { return Err(Failure::usage("give the file to write with --out")) };
        let file = FreshFile::create(&out, Existing::for_flag(self.force))?;
        let (examples, dev) = (read_all(&self.train)?, read_optional(&self.dev)?);
        let contradictions = tell_contradictions(output, &examples);
        let meaning = self.meaning.open(output)?;
        let Learnt { trained, seconds, fitting_seconds } = self.training.run(&examples, dev.as_deref(), &meaning)?;
        let bytes = trained.classifier.to_bytes();
        file.writer()?.write_all(&bytes)?;
        file.keep()?;
        meaning.keep(output);
        let report = cross_validation(&trained, &examples);
        let labels = trained.classifier.about().labels.len();
        let told = json!({
            "model": out, "bytes": bytes.len(), "examples": examples.len(), "labels": labels,
            "contradictions": contradictions, "embedding": meaning.described(), "training_seconds": seconds,
            "fitting_seconds": fitting_seconds,
            "cross_validated": {"accuracy": report.accuracy, "macro_f1": report.macro_f1, "embedded": report.embedded},
        });
        output.result(&told, |text| {
            writeln!(
                text,
                "Trained on {} examples of {labels} labels in {seconds:.1} s; wrote {} to {}.",
                examples.len(),
                megabytes(bytes.len() as u64),
                out.display()
            )?;
            writeln!(
                text,
                "Cross-validated: accuracy {:.1} %, macro-F1 {:.1} %.",
                100.0 * report.accuracy,
                100.0 * report.macro_f1
            )
        })
    }
}
