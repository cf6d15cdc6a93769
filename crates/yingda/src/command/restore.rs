//! `yingda restore`

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use yingda_store::{MasterKey, Store, StoreConfig};

use super::backup::{key_beside, show};
use crate::failure::{Failure, Outcome};
use crate::open::{DataOptions, write_key};
use crate::output::{Output, byte_bar};

/// Bring a backup back into an empty installation: a new data folder, and an empty database.
///
/// The whole backup is checked, and only then kept. It needs the master key of the installation that it was made from: from
/// --key, YINGDA_MASTER_KEY, a master.key in the data folder, or FILE.key beside the backup. The key is then put into the
/// data folder.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda restore monday.tar.gz --data /var/lib/yingda
  yingda restore monday.tar.gz --key master.key --database postgres://yingda@db/yingda")]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// The master key that belongs to it
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    data: DataOptions,
}

/// Where the master key comes from, and so whether it must be put into the data folder.
struct Key {
    text: String,
    from: KeyFrom,
}

#[derive(PartialEq, Eq)]
enum KeyFrom {
    /// It stays where it is.
    Place,
    /// A copy that the data folder needs.
    Copy,
}

impl Restore {
    pub async fn run(self, output: Output) -> Outcome {
        let opened = fs::File::open(&self.file)
            .and_then(|file| Ok((file.metadata()?.len(), file)))
            .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", self.file.display())));
        let (bytes, file) = opened?;
        let key = self.key()?;
        let data = &self.data.data;
        fs::create_dir_all(data)
            .map_err(|error| Failure::failed(format!("the folder {} cannot be made: {error}", data.display())))?;
        let database = data.join("yingda.db");
        let own_database = self.data.database.is_none() && !database.exists();

        let bar = byte_bar(bytes, "Reading");
        let reader = BufReader::new(bar.wrap_read(file));
        let config = StoreConfig { url: self.data.url(), master_key: MasterKey::parse(&key.text)? };
        // The key is there before the data that needs it.
        let path = data.join("master.key");
        if key.from == KeyFrom::Copy {
            write_key(&path, &key.text)?;
        }
        let restored =
            Store::restore_from(reader, config, Some(&self.data.files()), &mut |progress| show(&bar, &progress)).await;
        bar.finish_and_clear();
        let manifest = restored.inspect_err(|_| {
            if key.from == KeyFrom::Copy {
                let _ = fs::remove_file(&path);
            }
            if own_database {
                for suffix in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(data.join(format!("yingda.db{suffix}")));
                }
            }
        })?;
        let rows: u64 = manifest.rows.values().sum();
        let files = manifest.members.iter().filter(|member| member.path.starts_with("files/")).count();
        let report = json!({"data": data, "rows": manifest.rows, "files": files, "created_at": manifest.created_at});
        output.result(&report, |out| {
            writeln!(out, "Restored {rows} rows and {files} files of {}.", manifest.created_at)?;
            writeln!(out, "Next: yingda serve --data {}", data.display())
        })
    }

    fn key(&self) -> Result<Key, Failure> {
        let read = |path: &Path| {
            fs::read_to_string(path)
                .map(|text| text.trim().to_owned())
                .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", path.display())))
        };
        let installed = self.data.data.join("master.key");
        let environment = std::env::var("YINGDA_MASTER_KEY").ok();
        if let Some(path) = &self.key {
            let text = read(path)?;
            if environment.is_some() {
                return Err(Failure::usage("a key comes from --key and from YINGDA_MASTER_KEY: give one of them"));
            }
            if !installed.exists() {
                return Ok(Key { text, from: KeyFrom::Copy });
            }
            if read(&installed)? != text {
                return Err(Failure::failed(format!(
                    "{} is another key than the one given: restore into an empty folder",
                    installed.display()
                )));
            }
            return Ok(Key { text, from: KeyFrom::Place });
        }
        if let Some(text) = environment {
            return Ok(Key { text, from: KeyFrom::Place });
        }
        if installed.exists() {
            return Ok(Key { text: read(&installed)?, from: KeyFrom::Place });
        }
        let beside = key_beside(&self.file);
        if beside.exists() {
            return Ok(Key { text: read(&beside)?, from: KeyFrom::Copy });
        }
        Err(Failure::failed(
            "the backup needs the master key of its installation: give it with --key FILE or in YINGDA_MASTER_KEY",
        ))
    }
}
