//! `yingda flow walk`

use std::path::PathBuf;

use clap::Args;
use yingda_rehearsal::{Walks, walk};

use super::on_stage::{StageOptions, assistant};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, bar, harmless};

/// Drive random conversations, and see whether whoever asks for a person always gets one.
///
/// Taps, values, nonsense, questions, corrections, silence and pictures in any order; at a random point the customer asks for a
/// person, by a word or a tap. It must be honoured in that very turn, and no turn may be silent.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow walk packs/ecommerce --demo
  yingda flow walk packs/ecommerce --demo --count 10000 --json

Exit codes: 0 always honoured, 3 not always.")]
pub struct Walk {
    /// The folder
    folder: PathBuf,
    /// How many conversations
    #[arg(long, default_value_t = 200, value_name = "N")]
    count: u64,
    /// The first seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    stage: StageOptions,
}

impl Walk {
    pub async fn run(self, output: Output) -> Outcome {
        let open = self.stage.open().await?;
        let (brain, _) = assistant(&self.folder, &open.around, output)?;
        let bar = bar(self.count, "Walking");
        let mut walks = Walks::default();
        for seed in (self.seed..).take(usize::try_from(self.count).unwrap_or(usize::MAX)) {
            walks.add(walk(&open.stage, &brain, seed).await);
            bar.inc(1);
        }
        bar.finish_and_clear();
        output.result(&walks, |out| write!(out, "{}", harmless(&walks.to_string())))?;
        match walks.failures.len() {
            0 => Ok(()),
            failures => Err(Failure::refused(format!("{failures} of {} conversations went wrong", walks.count))),
        }
    }
}
