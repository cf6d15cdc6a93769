//! `yingda flow publish`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yingda_rehearsal::{Plan, Report, rehearse, surroundings};

use super::folder;
use super::on_stage::{StageOptions, of_files};
use crate::failure::{Failure, Outcome};
use crate::open::desk;
use crate::output::{Output, harmless, spinner};

/// Check and test the files of a folder, and publish them in a workspace as its next release.
///
/// The test conversations are run with the workspace's knowledge (with --demo, in the demo shop). Conversations under way
/// finish with the release that they began with. A running server takes the new one up with the next message.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow publish packs/ecommerce --workspace shop
  yingda flow publish packs/ecommerce --workspace shop --note \"Returns within 15 days\" --json

Exit codes: 0 published, 3 refused: something is wrong in a file, or a test conversation failed.")]
pub struct Publish {
    /// The folder
    folder: PathBuf,
    /// What is new, for colleagues
    #[arg(long, default_value = "", value_name = "TEXT")]
    note: String,
    /// How often each test conversation is run
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Publish although test conversations fail
    #[arg(long)]
    even_if_failing: bool,
    #[command(flatten)]
    stage: StageOptions,
}

impl Publish {
    pub async fn run(self, output: Output) -> Outcome {
        let files = folder::read(&self.folder)?;
        let (desk, scope) = desk(&self.stage.data, &self.stage.workspace).await?;
        // What the workspace has is what counts, wherever the tests are run.
        let around = surroundings(&desk, &scope).await?;
        let (brain, suite) = of_files(&files, &around, output)?;
        let work = spinner("Running the test conversations");
        let plan = Plan { runs: self.runs, ..Plan::default() };
        let report = match self.stage.demo {
            true => {
                let open = self.stage.open().await?;
                rehearse(&open.stage, &brain, &suite, &plan).await
            }
            false => {
                let stage = self.stage.of_workspace(&desk, &scope).await?;
                rehearse(&stage, &brain, &suite, &plan).await
            }
        };
        work.finish_and_clear();
        if !report.is_passed() && !self.even_if_failing {
            output.note(harmless(&report.to_string()));
            return Err(refusal(&report));
        }
        let revision = desk.replace_assistant_files(&scope, files, None).await?;
        let shown = serde_json::to_value(&report)?;
        let release = desk.publish_assistant(&scope, self.note, shown, Some(revision)).await?;
        desk.store().close().await;
        let told = json!({
            "release": release.number, "passed": report.passed, "failed": report.failed, "skipped": report.skipped.len(),
        });
        output.result(&told, |out| {
            write!(out, "{}", harmless(&report.to_string()))?;
            writeln!(out, "Release {} is live.", release.number)
        })
    }
}

fn refusal(report: &Report) -> Failure {
    Failure::refused(format!(
        "nothing was published: {} of {} test conversations failed; --even-if-failing publishes all the same",
        report.failed,
        report.conversations.len()
    ))
}
