//! `yingda bench`

mod assistant;
mod tau2;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};

use super::nlu::MeaningOptions;
use crate::bench::{Plan, Report, run};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Measure this machine: start-up, memory, size, durable messages a second, acknowledgement and answer times,
/// how long it takes to understand a message, and how fast and how well the assistant serves.
///
/// Starts servers of its own on loopback with data in a temporary folder, and ends them. Nothing of yours is touched.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  yingda bench
  yingda bench --quick
  yingda bench --seconds 30 --json
  yingda bench assistant
  yingda bench --database postgres://yingda@localhost/bench --out figures.json")]
pub struct Bench {
    /// Seconds for each load
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// A short form: 2 seconds for each load and 300 random walks
    #[arg(long, conflicts_with_all = ["seconds", "walks"])]
    quick: bool,
    /// Random walks with the assistant
    #[arg(long, default_value_t = WALKS, value_name = "N")]
    walks: u64,
    /// Concurrent senders
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    senders: u16,
    /// Knowledge entries to answer from
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=50_000))]
    entries: u32,
    /// Generated passages to index and search; a million take ten minutes and 3 GB of disk
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1_000..=2_000_000))]
    passages: u32,
    /// An empty database to use instead of SQLite; it is filled
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Folder for temporary data; put it on the disk that you want to measure
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Also write the figures as JSON here
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    meaning: MeaningOptions,
    #[command(subcommand)]
    other: Option<Other>,
}

/// Random walks of a full measurement.
const WALKS: u64 = 10_000;
/// Seconds and random walks of a short one.
const QUICK: (u64, u64) = (2, 300);

/// What else can be measured.
#[derive(Subcommand)]
enum Other {
    Assistant(assistant::Assistant),
    Tau2(tau2::Tau2),
}

impl Bench {
    pub async fn run(self, output: Output) -> Outcome {
        match self.other {
            Some(Other::Assistant(assistant)) => return assistant.run(output).await,
            Some(Other::Tau2(tau2)) => return tau2.run(output).await,
            None => {}
        }
        let (seconds, walks) = if self.quick { QUICK } else { (self.seconds, self.walks) };
        let plan = Plan {
            load: Duration::from_secs(seconds),
            senders: usize::from(self.senders),
            entries: self.entries,
            passages: self.passages,
            database: self.database,
            folder: self.dir,
            model: self.meaning.installed(output)?,
            walks,
        };
        told(&run(plan).await?, self.out.as_deref(), output)
    }
}

/// Tells the figures, and writes them to a file.
fn told(report: &Report, out: Option<&Path>, output: Output) -> Outcome {
    if let Some(out) = out {
        let json = serde_json::to_string_pretty(report)?;
        std::fs::write(out, &json)
            .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", out.display())))?;
    }
    output.result(report, |out| out.write_all(report.table().as_bytes()))
}
