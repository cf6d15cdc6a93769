//! `yingda flow test`

use std::path::PathBuf;

use clap::Args;
use yingda_rehearsal::{Plan, rehearse};

use super::on_stage::{StageOptions, assistant};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, harmless};

/// Run the test conversations of a folder, each several times with other wordings.
///
/// Without --demo the knowledge, intents and settings are those of a workspace; a setting such as test_shop_url names a back
/// end that is there for tests. Without one, what would change something is only checked, not done.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow test packs/ecommerce --demo
  yingda flow test packs/ecommerce --demo --only return --runs 1
  yingda flow test packs/ecommerce --demo --noise 0.1 --json

Exit codes: 0 all passed, 3 some failed.")]
pub struct Test {
    /// The folder
    folder: PathBuf,
    /// How often each conversation is run
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Share of the customer's characters with typing errors, such as 0.1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    noise: f32,
    /// Only conversations with this in their name or file
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Draws wordings and slips: another number, other ones
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    stage: StageOptions,
}

impl Test {
    pub async fn run(self, output: Output) -> Outcome {
        if !(0.0..=0.5).contains(&self.noise) {
            return Err(Failure::usage(format!("expected --noise from 0 to 0.5, got {}", self.noise)));
        }
        let open = self.stage.open().await?;
        let (brain, suite) = assistant(&self.folder, &open.around, output)?;
        let plan = Plan { runs: self.runs, noise: self.noise, only: self.only, seed: self.seed };
        let report = rehearse(&open.stage, &brain, &suite, &plan).await;
        if let (Some(only), true) = (&plan.only, report.conversations.is_empty() && report.skipped.is_empty()) {
            let folder = self.folder.display();
            return Err(Failure::usage(format!("no test conversation of {folder} has {only:?} in its name or file")));
        }
        output.result(&report, |out| write!(out, "{}", harmless(&report.to_string())))?;
        match report.failed {
            0 => Ok(()),
            failed => {
                Err(Failure::refused(format!("{failed} of {} test conversations failed", report.conversations.len())))
            }
        }
    }
}
