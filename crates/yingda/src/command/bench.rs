//! `yingda bench`

mod tau2;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::nlu::MeaningOptions;
use crate::bench::{Plan, run};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Measure this machine: start-up, memory, size, durable messages a second, acknowledgement and answer times,
/// and how long it takes to understand a message.
///
/// Starts servers of its own on loopback with data in a temporary folder, and ends them. Nothing of yours is touched.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  yingda bench
  yingda bench --seconds 30 --json
  yingda bench --database postgres://yingda@localhost/bench --out figures.json")]
pub struct Bench {
    /// Seconds for each load
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
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

/// What else can be measured.
#[derive(Subcommand)]
enum Other {
    Tau2(tau2::Tau2),
}

impl Bench {
    pub async fn run(self, output: Output) -> Outcome {
        if let Some(Other::Tau2(tau2)) = self.other {
            return tau2.run(output).await;
        }
        let plan = Plan {
            load: Duration::from_secs(self.seconds),
            senders: usize::from(self.senders),
            entries: self.entries,
            passages: self.passages,
            database: self.database,
            folder: self.dir,
            model: self.meaning.installed(output)?,
        };
        let report = run(plan).await?;
        if let Some(out) = &self.out {
            let json = serde_json::to_string_pretty(&report)?;
            std::fs::write(out, &json)
                .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", out.display())))?;
        }
        output.result(&report, |out| out.write_all(report.table().as_bytes()))
    }
}
