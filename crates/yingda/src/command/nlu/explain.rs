//! `yingda nlu explain`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::examples::{Training, read_all, read_model};
use super::meaning::MeaningOptions;
use crate::failure::{Failure, Outcome};
use crate::output::{Output, short};

/// Show what a text is taken for, and which of its words decided.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda nlu explain 怎么还没发货 --model intents.model
  yingda nlu explain \"my card was declined\" --train train.jsonl --json")]
pub struct Explain {
    /// What a customer wrote
    text: String,
    /// A model that `yingda nlu train` wrote
    #[arg(long, value_name = "FILE", required_unless_present = "train")]
    model: Option<PathBuf>,
    /// Train on this file of examples instead; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    train: Vec<PathBuf>,
    #[command(flatten)]
    training: Training,
    #[command(flatten)]
    meaning: MeaningOptions,
}

/// Labels and words shown.
const SHOWN: usize = 5;
const WORDS: usize = 8;

impl Explain {
    pub fn run(self, output: Output) -> Outcome {
        if self.text.trim().is_empty() {
            return Err(Failure::usage("expected a text, got nothing"));
        }
        let classifier = match &self.model {
            Some(path) => read_model(path)?,
            None => {
                let examples = read_all(&self.train)?;
                let meaning = self.meaning.open(output)?;
                let learnt = self.training.run(&examples, None, &meaning)?;
                meaning.keep(output);
                learnt.trained.classifier
            }
        };
        let quiet = if self.model.is_some() { output } else { Output::Programs };
        let meaning = self.meaning.open(quiet)?;
        meaning.tell_misfit(quiet, &classifier);
        let embedder = meaning.embedder();
        let mut prediction = classifier.classify(&self.text, embedder, yingda_classify::Effort::Cascade);
        prediction.ranked.truncate(SHOWN);
        let label = prediction.ranked.first().map(|best| best.label.clone()).unwrap_or_default();
        let used = embedder.filter(|_| prediction.embedded);
        let why = classifier.explain(&self.text, used, &label, WORDS);
        let told = json!({
            "text": self.text, "label": label, "prediction": prediction, "why": why,
            "parents": yingda_classify::parents(&label).collect::<Vec<_>>(), "embedding": meaning.described(),
        });
        output.result(&told, |out| {
            for ranked in &prediction.ranked {
                writeln!(out, "{:>6.1} %  {}", 100.0 * ranked.probability, short(&ranked.label, 70))?;
            }
            let (belongs, threshold) = (prediction.belongs, prediction.threshold);
            let verdict = if prediction.in_scope { "in scope" } else { "out of scope" };
            writeln!(out, "\nBelongs: {belongs:.2}, from {threshold:.2} on in scope: {verdict}.")?;
            if prediction.several.len() > 1 {
                writeln!(out, "May be several: {}", prediction.several.join(", "))?;
            }
            writeln!(out, "\nWhy {}:", short(&label, 70))?;
            for reason in &why.words {
                writeln!(out, "{:>+7.2}  {}", reason.weight, short(&reason.text, 60))?;
            }
            match why.meaning {
                Some(weight) => writeln!(out, "{weight:>+7.2}  (the meaning of the whole)"),
                None => Ok(()),
            }
        })
    }
}
