//! `yingda nlu`: understanding what customers write, from files.

mod bench;
mod confusions;
mod cross_validate;
mod emotion;
mod examples;
mod explain;
mod manners;
mod meaning;
mod noise;
mod pii;
mod safety;
mod shots;
mod table;
mod test;
mod train;
mod workspace;

use clap::{Subcommand, ValueEnum};
pub use meaning::{MeaningOptions, NAME};
use yingda_classify::Effort;

use crate::failure::Outcome;
use crate::output::Output;

/// Train and measure what understands messages: intents, emotion, safety, personal data.
///
/// Examples are files: JSON Lines (`text` with `intent` or `intents`), CSV or TSV with such columns, or Rasa's nlu.yml.
/// The intent `oos` marks what is out of scope. Files may be given one after the other.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda nlu test --train train.jsonl --test test.jsonl
  yingda nlu train --train nlu.yml --out intents.model
  yingda nlu explain 怎么还没发货 --model intents.model
  yingda nlu confusions --train nlu.yml
  yingda nlu import nlu.yml && yingda nlu train --workspace default")]
pub enum Nlu {
    Train(train::Train),
    Test(Box<test::Test>),
    CrossValidate(cross_validate::CrossValidate),
    Explain(explain::Explain),
    Confusions(confusions::Confusions),
    Bench(bench::Bench),
    Emotion(emotion::EmotionTest),
    Safety(safety::SafetyTest),
    Pii(pii::Pii),
    Import(workspace::Import),
    Export(workspace::Export),
    Models(workspace::Models),
    Rollback(workspace::Rollback),
}

impl Nlu {
    pub async fn run(self, output: Output) -> Outcome {
        match self {
            Self::Train(train) => train.run(output).await,
            Self::Test(test) => test.run(output),
            Self::CrossValidate(cross_validate) => cross_validate.run(output),
            Self::Explain(explain) => explain.run(output),
            Self::Confusions(confusions) => confusions.run(output),
            Self::Bench(bench) => bench.run(output),
            Self::Emotion(emotion) => emotion.run(output),
            Self::Safety(safety) => safety.run(output),
            Self::Pii(pii) => pii.run(output),
            Self::Import(import) => import.run(output).await,
            Self::Export(export) => export.run(output).await,
            Self::Models(models) => models.run(output).await,
            Self::Rollback(rollback) => rollback.run(output).await,
        }
    }
}

/// Which models are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Models {
    /// Words first, the meaning when they are not sure
    Cascade,
    /// Words alone
    Words,
    /// Words and meaning, always
    Full,
}

impl Models {
    fn effort(self) -> Effort {
        match self {
            Self::Cascade => Effort::Cascade,
            Self::Words => Effort::WordsOnly,
            Self::Full => Effort::Full,
        }
    }
}
