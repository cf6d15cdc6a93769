//! `yingda backup`

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use yingda_desk::SystemWorld;
use yingda_model::World;
use yingda_store::BackupProgress;

use crate::failure::Outcome;
use crate::fresh_file::{Existing, FreshFile};
use crate::open::{DataOptions, master_key};
use crate::output::{Output, megabytes, spinner};

/// Save everything to one file: all workspaces and the uploaded files, of one moment.
///
/// Works beside a running server. What is personal stays sealed in it, so that it can only be read with the master key. The
/// key is not in it: keep a copy elsewhere, or give --with-key, which writes it beside the backup as FILE.key.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda backup /mnt/backups/monday.tar.gz
  yingda backup move.tar.gz --with-key --data /var/lib/yingda")]
pub struct Backup {
    /// The file to write, such as monday.tar.gz
    file: PathBuf,
    /// Write the master key beside it, as FILE.key: whoever has both can read everything
    #[arg(long)]
    with_key: bool,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    data: DataOptions,
}

impl Backup {
    pub async fn run(self, output: Output) -> Outcome {
        let store = self.data.open_existing().await?;
        let existing = Existing::for_flag(self.force);
        let file = FreshFile::create(&self.file, existing)?;
        let key_path = key_beside(&self.file);
        let key = if self.with_key { Some(FreshFile::create(&key_path, existing)?) } else { None };
        let work = spinner("Saving");
        let files = self.data.files();
        let mut tell = |progress| show(&work, &progress);
        let written = store.backup_to(file.writer()?, Some(&files), SystemWorld.now(), &mut tell).await;
        work.finish_and_clear();
        let (manifest, _) = written?;
        file.keep()?;
        if let Some(key) = key {
            writeln!(key.writer()?, "{}", master_key(&self.data.data)?.to_text())?;
            key.keep()?;
        }
        store.close().await;
        let bytes = std::fs::metadata(&self.file)?.len();
        let rows: u64 = manifest.rows.values().sum();
        let uploads = manifest.members.iter().filter(|member| member.path.starts_with("files/")).count();
        let saved = json!({
            "file": self.file, "bytes": bytes, "rows": manifest.rows, "files": uploads,
            "created_at": manifest.created_at, "key_file": self.with_key.then_some(&key_path),
        });
        output.result(&saved, |out| {
            let (file, size) = (self.file.display(), megabytes(bytes));
            writeln!(out, "Saved {rows} rows and {uploads} files to {file} ({size}).")?;
            if self.with_key {
                writeln!(out, "The master key is in {}: keep the two apart.", key_path.display())
            } else {
                let key = self.data.data.join("master.key");
                writeln!(
                    out,
                    "The master key is not in it. Without the key the backup cannot be read: keep a copy of {}.",
                    key.display()
                )
            }
        })
    }
}

/// Where `--with-key` puts the key, and `yingda restore` looks for it.
pub fn key_beside(backup: &Path) -> PathBuf {
    let mut name = OsString::from(backup);
    name.push(".key");
    PathBuf::from(name)
}

/// Shows how far a backup or a restore has come.
pub fn show(bar: &ProgressBar, progress: &BackupProgress) {
    match progress {
        BackupProgress::Rows { table, rows } => bar.set_message(format!("{table}: {rows} rows")),
        BackupProgress::Files { files, bytes } => bar.set_message(format!("{files} files, {}", megabytes(*bytes))),
    }
}
