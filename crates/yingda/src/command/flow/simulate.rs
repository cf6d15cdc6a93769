//! `yingda flow simulate`

use std::path::PathBuf;

use clap::Args;
use yingda_rehearsal::{Plan, simulate};

use super::on_stage::{StageOptions, assistant};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, harmless};

/// Let the simulated customers of a folder talk to its assistant, and report how many reach what they want.
///
/// pass^1 is the share of conversations that succeed, pass^4 the chance that four of the same customer all do.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow simulate packs/ecommerce --demo
  yingda flow simulate packs/ecommerce --demo --runs 8 --only angry --json")]
pub struct Simulate {
    /// The folder
    folder: PathBuf,
    /// Conversations of each customer
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Typing errors besides those of the customer, such as 0.1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    noise: f32,
    /// Only customers with this in their name or file
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Draws what customers do: another number, other conversations
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    stage: StageOptions,
}

impl Simulate {
    pub async fn run(self, output: Output) -> Outcome {
        if !(0.0..=0.5).contains(&self.noise) {
            return Err(Failure::usage(format!("expected --noise from 0 to 0.5, got {}", self.noise)));
        }
        let open = self.stage.open().await?;
        let (brain, suite) = assistant(&self.folder, &open.around, output)?;
        let plan = Plan { runs: self.runs, noise: self.noise, only: self.only, seed: self.seed };
        let simulation = simulate(&open.stage, &brain, &suite, &plan).await;
        if let (Some(only), true) = (&plan.only, simulation.customers.is_empty()) {
            let folder = self.folder.display();
            return Err(Failure::usage(format!("no simulated customer of {folder} has {only:?} in its name or file")));
        }
        output.result(&simulation, |out| write!(out, "{}", harmless(&simulation.to_string())))
    }
}
