//! `yingda bench assistant`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{QUICK, WALKS, told};
use crate::bench::{CUSTOMERS, Effort, assistant};
use crate::failure::Outcome;
use crate::output::Output;

/// Measure only the assistant, with the demo shop's flows and without a language model: how long turns take, in this process
/// and through a server's web chat, turns a second, and how well it serves.
///
/// The service is told by test conversations, with and without typing errors, by simulated customers, by random walks in which
/// people are asked for, and by planted answers that the guard must stop.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda bench assistant
  yingda bench assistant --quick
  yingda bench assistant --seconds 30 --walks 1000 --json")]
pub struct Assistant {
    /// Seconds that turns are timed, each way
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// A short form: 2 seconds each way and 300 random walks
    #[arg(long, conflicts_with_all = ["seconds", "walks"])]
    quick: bool,
    /// Random walks
    #[arg(long, default_value_t = WALKS, value_name = "N")]
    walks: u64,
    /// Folder for temporary data; put it on the disk that you want to measure
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Also write the figures as JSON here
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Assistant {
    pub async fn run(self, output: Output) -> Outcome {
        let (seconds, walks) = if self.quick { QUICK } else { (self.seconds, self.walks) };
        let effort = Effort { lasting: Duration::from_secs(seconds), customers: CUSTOMERS, walks };
        let report = assistant(effort, self.dir).await?;
        told(&report, self.out.as_deref(), output)
    }
}
