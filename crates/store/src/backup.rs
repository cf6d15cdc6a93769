//! A backup of the whole instance, the same for both engines.
//!
//! A gzip'd tar (RFC 1952, POSIX.1-1988 ustar), written and read as a stream:
//!
//! | member | what it is |
//! |---|---|
//! | `yingda-backup.json` | the format's version and the migrations of the schema |
//! | `tables/NAME.NNNN.jsonl` | the rows of a table in parts, a row a line; bytes in base64, sealed data stays sealed |
//! | `files/…` | the sealed files, as they lie in their folder |
//! | `manifest.json` | [`BackupManifest`]: rows of each table, length and SHA-256 of each member above |
//! | `manifest.sig` | HMAC-SHA-256 of the manifest with the master key: a backup that was tampered with is refused |
//!
//! All rows are of one moment. Files are read after the rows, so that every file that a row speaks of is there.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use ring::digest::{Context, SHA256};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, IsolationLevel, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use yingda_model::Timestamp;

use crate::migration::Migrator;
use crate::table::{Row, Table, tables};
use crate::{Store, StoreError, Vault};

/// The version of the format that is written; no other is read.
const VERSION: u32 = 1;
pub(crate) const FORMAT: &str = "yingda-backup.json";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const SIGNATURE: &str = "manifest.sig";
/// Rows that are read at once.
const CHUNK: usize = 500;
/// A part of a table is closed when it has grown to this many bytes.
const PART: usize = 4 << 20;

/// Why a backup could not be made or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("the backup could not be written: {0}")]
    Write(#[source] std::io::Error),
    #[error("the backup could not be read: {0}")]
    Read(#[source] std::io::Error),
    #[error("the folder of files {path}: {error}")]
    Files { path: PathBuf, error: std::io::Error },
    /// The archive is not what this version writes, or it was changed. Nothing of it was kept.
    #[error("this backup cannot be restored: {0}. Nothing was changed")]
    Refused(String),
    #[error(
        "a backup can only be restored into an empty database, and the table {table} has rows: give a new database"
    )]
    NotEmpty { table: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    pub(crate) fn files(path: &Path, error: std::io::Error) -> Self {
        Self::Files { path: path.to_owned(), error }
    }
}

impl From<sea_orm::DbErr> for BackupError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// How far a backup or a restore has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupProgress {
    /// So many rows of this table so far.
    Rows { table: String, rows: u64 },
    /// So many files so far, and their bytes.
    Files { files: u64, bytes: u64 },
}

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupManifest {
    pub version: u32,
    /// The engine that it was made from, `SQLite` or `PostgreSQL`; it can be restored into either.
    pub engine: String,
    pub created_at: Timestamp,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    pub members: Vec<BackupMember>,
}

/// One file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupMember {
    pub path: String,
    /// Bytes, unpacked.
    pub size: u64,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

/// The first member: tells whether the rest can be understood.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Format {
    version: u32,
    schema: Vec<String>,
}

impl Format {
    fn ours() -> Self {
        Self { version: VERSION, schema: Migrator::migrations().iter().map(|one| one.name().to_owned()).collect() }
    }

    /// Whether a backup of this format can be restored here; what speaks against it if not.
    pub(crate) fn check(&self) -> Result<(), String> {
        let ours = Self::ours();
        if self.version != ours.version {
            return Err(format!("its format has version {}, expected {}", self.version, ours.version));
        }
        match self.schema.iter().find(|name| !ours.schema.contains(name)) {
            None => Ok(()),
            Some(name) => Err(format!(
                "it was made by a newer version (migration {:?} is unknown here): update Yingda first",
                name.chars().take(60).collect::<String>()
            )),
        }
    }
}

/// What the archive's signature covers; the prefix keeps it apart from everything else that is signed.
pub(crate) fn signed_text(manifest: &[u8]) -> Vec<u8> {
    [b"yingda backup v1\n", manifest].concat()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a path below `files/` stays there, on every system, and fits a header of ustar, so that no extension is needed.
pub(crate) fn is_plain(path: &str) -> bool {
    let plain = |name: &str| {
        (1..=90).contains(&name.len())
            && name != "."
            && name != ".."
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-%=+@~,".contains(&byte))
    };
    path.len() <= 140 && path.split('/').all(plain)
}

/// For the thread that packs.
enum Step {
    Member { path: String, bytes: Vec<u8> },
    File { path: String, from: PathBuf },
    Finish { engine: &'static str, created_at: Timestamp, rows: BTreeMap<String, u64> },
}

impl Store {
    /// Writes a backup of everything to `writer`: all workspaces at one moment, and the sealed files in the folder `files`
    /// when there is one. Others read and write meanwhile. Memory stays bounded. `writer` is given back with the
    /// archive complete and flushed; making it durable (fsync, rename) is the caller's.
    pub async fn backup_to<W: Write + Send + 'static>(
        &self,
        writer: W,
        files: Option<&Path>,
        created_at: Timestamp,
        progress: &mut (dyn FnMut(BackupProgress) + Send),
    ) -> Result<(BackupManifest, W), BackupError> {
        let (steps, received) = mpsc::channel(2);
        let store = self.clone();
        let packing = tokio::task::spawn_blocking(move || pack(writer, received, store.vault()));
        let sent = self.send_everything(steps, files, created_at, progress).await;
        let packed = match packing.await {
            Ok(packed) => packed,
            Err(error) => Err(BackupError::Write(std::io::Error::other(error))),
        };
        match (sent, packed) {
            // When packing failed nobody received: its reason is the one to tell.
            (Ok(()) | Err(Unsent::NotReceived), packed) => packed,
            (Err(Unsent::Failed(error)), _) => Err(error),
        }
    }

    async fn send_everything(
        &self,
        steps: mpsc::Sender<Step>,
        files: Option<&Path>,
        created_at: Timestamp,
        progress: &mut (dyn FnMut(BackupProgress) + Send),
    ) -> Result<(), Unsent> {
        let format = serde_json::to_vec(&Format::ours()).map_err(|error| StoreError::corrupt("format", error))?;
        send(&steps, Step::Member { path: FORMAT.into(), bytes: format }).await?;
        let snapshot = self.snapshot().await?;
        let mut rows = BTreeMap::new();
        for table in tables() {
            let count = send_table(&snapshot, &table, &steps, progress).await?;
            rows.insert(table.name, count);
        }
        snapshot.rollback().await?;
        if let Some(folder) = files {
            let (mut count, mut bytes) = (0, 0);
            for (path, from, size) in files_in(folder)? {
                send(&steps, Step::File { path, from }).await?;
                (count, bytes) = (count + 1, bytes + size);
                progress(BackupProgress::Files { files: count, bytes });
            }
        }
        send(&steps, Step::Finish { engine: self.engine(), created_at, rows }).await
    }

    /// A transaction in which all reads see the same moment.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = match self.file() {
            Some(_) => TransactionOptions::default(),
            None => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        Ok(self.reader().begin_with_options(options).await?)
    }
}

/// Why not everything was handed to the packing thread.
enum Unsent {
    NotReceived,
    Failed(BackupError),
}

impl<E: Into<BackupError>> From<E> for Unsent {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

async fn send(steps: &mpsc::Sender<Step>, step: Step) -> Result<(), Unsent> {
    steps.send(step).await.map_err(|_| Unsent::NotReceived)
}

async fn send_table(
    snapshot: &DatabaseTransaction,
    table: &Table,
    steps: &mpsc::Sender<Step>,
    progress: &mut (dyn FnMut(BackupProgress) + Send),
) -> Result<u64, Unsent> {
    let (mut count, mut number, mut part) = (0, 1, Vec::new());
    let mut last = None;
    loop {
        let rows = chunk(snapshot, table, last.as_ref()).await?;
        let full = rows.len() == CHUNK;
        for row in &rows {
            serde_json::to_writer(&mut part, row).map_err(|error| StoreError::corrupt("row", error))?;
            part.push(b'\n');
        }
        count += rows.len() as u64;
        last = rows.into_iter().next_back();
        if !part.is_empty() && (part.len() >= PART || !full) {
            let path = format!("tables/{}.{number:04}.jsonl", table.name);
            send(steps, Step::Member { path, bytes: std::mem::take(&mut part) }).await?;
            number += 1;
        }
        progress(BackupProgress::Rows { table: table.name.clone(), rows: count });
        if !full {
            return Ok(count);
        }
    }
}

/// The rows of a table that come after `last`, by primary key.
async fn chunk(snapshot: &DatabaseTransaction, table: &Table, last: Option<&Row>) -> Result<Vec<Row>, StoreError> {
    let (columns, key, name) = (table.column_list(), table.key_list(), &table.name);
    let values = last.map(|row| table.key_of(row)).unwrap_or_default();
    let after = match values.len() {
        0 => String::new(),
        n => format!("WHERE ({key}) > ({})", (1..=n).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")),
    };
    let sql = format!("SELECT {columns} FROM \"{name}\" {after} ORDER BY {key} LIMIT {CHUNK}");
    let statement = Statement::from_sql_and_values(snapshot.get_database_backend(), sql, values);
    snapshot.query_all_raw(statement).await?.iter().map(|row| table.read(row)).collect()
}

/// All files in a folder and those in it: path in the archive, path on disk, bytes. Unfinished uploads (`…#1`) are left out.
fn files_in(root: &Path) -> Result<Vec<(String, PathBuf, u64)>, BackupError> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::from("files"))];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if folder == root && error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(|error| BackupError::files(&folder, error))?,
        };
        for entry in entries {
            let entry = entry.map_err(|error| BackupError::files(&folder, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.contains('#') {
                continue;
            }
            let path = format!("{prefix}/{name}");
            let refuse = |why: &str| Err(BackupError::files(&entry.path(), std::io::Error::other(why.to_owned())));
            if !path.strip_prefix("files/").is_some_and(is_plain) {
                return refuse("expected a short name of letters, digits, '.', '-' and '_': move it elsewhere");
            }
            let data = entry.metadata().map_err(|error| BackupError::files(&entry.path(), error))?;
            if data.is_dir() {
                folders.push((entry.path(), path));
            } else if data.is_file() {
                found.push((path, entry.path(), data.len()));
            } else {
                return refuse("expected a file or a folder: move it elsewhere");
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Packs what it receives, in its own thread: compressing and writing would hold others up.
fn pack<W: Write>(
    writer: W,
    mut steps: mpsc::Receiver<Step>,
    vault: &Vault,
) -> Result<(BackupManifest, W), BackupError> {
    let mut archive = tar::Builder::new(GzEncoder::new(writer, Compression::default()));
    let mut members = Vec::new();
    while let Some(step) = steps.blocking_recv() {
        match step {
            Step::Member { path, bytes } => {
                members.push(append(&mut archive, path, bytes.len() as u64, bytes.as_slice())?);
            }
            Step::File { path, from } => {
                let file = File::open(&from).and_then(|file| Ok((file.metadata()?.len(), file)));
                match file {
                    Ok((size, file)) => members.push(append(&mut archive, path, size, file)?),
                    // Removed since it was listed: no row speaks of it any more.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(BackupError::files(&from, error)),
                }
            }
            Step::Finish { engine, created_at, rows } => {
                let manifest = BackupManifest { version: VERSION, engine: engine.into(), created_at, rows, members };
                let text = serde_json::to_vec_pretty(&manifest).map_err(|e| StoreError::corrupt("manifest", e))?;
                let signature = hex(&vault.sign(&signed_text(&text)));
                append(&mut archive, MANIFEST.into(), text.len() as u64, text.as_slice())?;
                append(&mut archive, SIGNATURE.into(), signature.len() as u64, signature.as_bytes())?;
                let compressed = archive.into_inner().map_err(BackupError::Write)?;
                let mut writer = compressed.finish().map_err(BackupError::Write)?;
                writer.flush().map_err(BackupError::Write)?;
                return Ok((manifest, writer));
            }
        }
    }
    Err(BackupError::Write(std::io::Error::other("the backup was given up before its end")))
}

fn append<W: Write>(
    archive: &mut tar::Builder<W>,
    path: String,
    size: u64,
    content: impl Read,
) -> Result<BackupMember, BackupError> {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o600);
    let mut content = Hashing { content: content.take(size), digest: Context::new(&SHA256), read: 0 };
    archive.append_data(&mut header, &path, &mut content).map_err(BackupError::Write)?;
    if content.read != size {
        let short = format!("{path} became shorter while it was read: try again");
        return Err(BackupError::Write(std::io::Error::other(short)));
    }
    Ok(BackupMember { path, size, sha256: hex(content.digest.finish().as_ref()) })
}

/// Hashes what is read through it.
pub(crate) struct Hashing<R> {
    pub content: R,
    pub digest: Context,
    pub read: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.content.read(buffer)?;
        self.digest.update(&buffer[..n]);
        self.read += n as u64;
        Ok(n)
    }
}
