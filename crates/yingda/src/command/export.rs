//! `yingda export`

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use yingda_store::{BackupError, ExportProgress};

use crate::failure::Outcome;
use crate::fresh_file::{Existing, FreshFile};
use crate::open::{DataOptions, WorkspaceOption, desk};
use crate::output::{Output, spinner};

/// Write a workspace as JSON Lines that people and programs can read.
///
/// One thing a line: teams, users, inboxes, contacts, conversations, messages, events, knowledge and traces, all of one
/// moment, personal data readable, without passwords and other secrets. To move or save an installation use
/// `yingda backup`. Works beside a running server.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda export shop.jsonl --workspace shop
  yingda export - | grep '\"type\":\"message\"'")]
pub struct Export {
    /// The file to write; - is standard output
    file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    workspace: WorkspaceOption,
    #[command(flatten)]
    data: DataOptions,
}

impl Export {
    pub async fn run(self, output: Output) -> Outcome {
        let (desk, scope) = desk(&self.data, &self.workspace).await?;
        let store = desk.store();
        if self.file == Path::new("-") {
            let exported = store.export_workspace(&scope, &mut std::io::stdout(), &mut |_| {}).await;
            store.close().await;
            return match exported {
                // The reader has seen enough (`| head`).
                Err(BackupError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
                Err(error) => Err(error.into()),
                Ok(_) => Ok(()),
            };
        }
        let file = FreshFile::create(&self.file, Existing::for_flag(self.force))?;
        let mut writer = BufWriter::new(file.writer()?);
        let work = spinner("Writing");
        let mut tell = |progress: ExportProgress| work.set_message(format!("{} lines", progress.lines));
        let exported = store.export_workspace(&scope, &mut writer, &mut tell).await;
        work.finish_and_clear();
        let lines = exported?;
        drop(writer);
        file.keep()?;
        store.close().await;
        output.result(&json!({"file": self.file, "lines": lines}), |out| {
            writeln!(out, "Wrote {lines} lines to {}. It holds personal data: keep it safe.", self.file.display())
        })
    }
}
