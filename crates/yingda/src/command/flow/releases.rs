//! `yingda flow list`, `rollback`, `export`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yingda_model::{AssistantFile, Release};

use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, short};

/// List the releases of a workspace's assistant, newest first.
#[derive(Args)]
#[command(after_help = "Example:
  yingda flow list --workspace shop --json")]
pub struct List {
    /// Most releases shown
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: u64,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Make an earlier release live again.
#[derive(Args)]
#[command(after_help = "Example:
  yingda flow rollback 3 --workspace shop")]
pub struct Rollback {
    /// Number of the release
    release: u32,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

/// Write the assistant's files of a workspace into a folder: those that are being worked on, or those of a release.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow export assistant/ --workspace shop
  yingda flow export assistant/ --release 3 --force")]
pub struct Export {
    /// The folder; made when it is not there
    folder: PathBuf,
    /// Number of the release [default: the files that are being worked on]
    #[arg(long, value_name = "N")]
    release: Option<u32>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

impl List {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let releases = desk.assistant_releases(&scope, None, self.limit).await?;
        desk.store().close().await;
        let told: Vec<_> = releases.iter().map(told).collect();
        output.result(&json!({"releases": told}), |out| {
            if releases.is_empty() {
                return writeln!(out, "Nothing is published yet: `yingda flow publish DIR` does that.");
            }
            releases.iter().try_for_each(|release| {
                let live = if release.live { "live" } else { "" };
                let passed = release.report.get("passed").and_then(serde_json::Value::as_u64);
                let failed = release.report.get("failed").and_then(serde_json::Value::as_u64);
                let tests = match (passed, failed) {
                    (Some(passed), Some(failed)) => format!("{passed} tests passed, {failed} failed"),
                    _ => "not tested".to_owned(),
                };
                writeln!(
                    out,
                    "{:>5}  {:4}  {}  {tests}  {}",
                    release.number,
                    live,
                    release.created_at,
                    short(&release.note, 60)
                )
            })
        })
    }
}

fn told(release: &Release) -> serde_json::Value {
    json!({
        "release": release.number, "live": release.live, "note": release.note, "created_at": release.created_at,
        "passed": release.report.get("passed"), "failed": release.report.get("failed"),
    })
}

impl Rollback {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        desk.make_assistant_release_live(&scope, Some(self.release)).await?;
        desk.store().close().await;
        output.result(&json!({"live": self.release}), |out| {
            writeln!(
                out,
                "Release {} is live. Conversations under way finish with the one that they began with.",
                self.release
            )
        })
    }
}

impl Export {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let files: Vec<AssistantFile> = match self.release {
            Some(number) => desk.assistant_release_files(&scope, number).await?,
            None => {
                let drafts = desk.assistant_files(&scope).await?;
                drafts.into_iter().map(|draft| AssistantFile { path: draft.path, text: draft.text }).collect()
            }
        };
        desk.store().close().await;
        if files.is_empty() {
            return Err(Failure::failed("there are no files to write"));
        }
        for file in &files {
            let path = self.folder.join(&file.path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            let fresh = FreshFile::create(&path, Existing::for_flag(self.force))?;
            fresh.writer()?.write_all(file.text.as_bytes())?;
            fresh.keep()?;
        }
        let told = json!({"folder": self.folder, "files": files.len()});
        output.result(&told, |out| writeln!(out, "Wrote {} files to {}.", files.len(), self.folder.display()))
    }
}
