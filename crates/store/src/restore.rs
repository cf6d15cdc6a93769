//! Bringing a backup back. The archive is hostile until its signature is checked, which is only known at its end: everything
//! goes into one transaction and a folder beside the real one, and neither is kept before that.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;
use ring::digest::{Context, SHA256};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::mpsc;

use crate::backup::{FORMAT, Format, Hashing, MANIFEST, SIGNATURE, hex, is_plain, signed_text};
use crate::migration::Migrator;
use crate::store::{migrate_postgres, postgres, sqlite, sqlite_path};
use crate::table::{Row, Table, tables};
use crate::{BackupError, BackupManifest, BackupMember, BackupProgress, Store, StoreConfig, StoreError, Vault};

/// Largest part of a table or manifest. What is written stays far below.
const MAX_MEMBER: u64 = 256 << 20;
/// How much larger the content may be than the archive. Sealed data does not compress; rows of it shrink to a third.
const MAX_RATIO: u64 = 200;
const RATIO_SLACK: u64 = 64 << 20;
/// Bound values in one INSERT; SQLite allows 32,766.
const BINDINGS: usize = 30_000;
const MAX_INSERT: usize = 500;

/// What the unpacking thread found, in the order of the archive.
enum Found {
    Part { table: usize, path: String, bytes: Vec<u8> },
    Files { files: u64, bytes: u64 },
    End(End),
}

struct End {
    manifest: Vec<u8>,
    signature: Vec<u8>,
    members: Vec<BackupMember>,
}

impl Store {
    /// Restores a backup that [`Store::backup_to`] made, from either engine, into the empty database of `config`, and its files
    /// into the folder `files`, which must be empty or absent. The master key must be the one of the backed-up instance.
    ///
    /// Only when the whole archive was read and every hash and the signature fit is anything kept. Afterwards the database can
    /// be opened with [`Store::open`]. Places in the journal that clients remember from before mean nothing any more.
    pub async fn restore_from<R: Read + Send + 'static>(
        reader: R,
        config: StoreConfig,
        files: Option<&Path>,
        progress: &mut (dyn FnMut(BackupProgress) + Send),
    ) -> Result<BackupManifest, BackupError> {
        let vault = Vault::new(&config.master_key)?;
        let connection = connect(&config.url).await?;
        let transaction = begin_empty(&connection).await?;
        let staged = files.map(Staged::beside).transpose()?;
        let folder = staged.as_ref().map(|staged| staged.temporary.clone());
        let (tell, mut told) = mpsc::channel(2);
        let unpacking = tokio::task::spawn_blocking(move || unpack(reader, folder.as_deref(), &tell));

        let stored = store(&transaction, &vault, &mut told, progress).await;
        // Nobody receives any more: the thread stops at the next thing it finds.
        drop(told);
        let unpacked = match unpacking.await {
            Ok(unpacked) => unpacked,
            Err(error) => Err(BackupError::Read(std::io::Error::other(error))),
        };
        let manifest = match (stored, unpacked) {
            (Ok(Some(manifest)), Ok(())) => Ok(manifest),
            (Err(error), _) | (_, Err(error)) => Err(error),
            (Ok(None), Ok(())) => refused("it ends too early"),
        };
        let manifest = match manifest {
            Ok(manifest) => manifest,
            Err(error) => {
                transaction.rollback().await?;
                return Err(error);
            }
        };
        let kept = staged.map(Staged::keep).transpose()?;
        if let Err(error) = transaction.commit().await {
            if let Some(kept) = kept {
                kept.undo();
            }
            return Err(StoreError::NotDurable(error.to_string()).into());
        }
        connection.close().await?;
        Ok(manifest)
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T, BackupError> {
    Err(BackupError::Refused(why.into()))
}

async fn connect(url: &str) -> Result<DatabaseConnection, BackupError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let connection = sqlite(&sqlite_path(path)?, 1).await?;
        Migrator::up(&connection, None).await?;
        Ok(connection)
    } else {
        let pool = postgres(url).await?;
        migrate_postgres(&pool).await?;
        Ok(pool)
    }
}

/// A transaction on an empty database, which keeps out everybody else.
async fn begin_empty(connection: &DatabaseConnection) -> Result<DatabaseTransaction, BackupError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = connection.begin_with_options(options).await?;
    let backend = transaction.get_database_backend();
    if backend == DbBackend::Postgres {
        transaction.execute_unprepared("LOCK TABLE instance IN ACCESS EXCLUSIVE MODE").await?;
    }
    for table in tables() {
        let sql = format!("SELECT 1 FROM \"{}\" LIMIT 1", table.name);
        if transaction.query_one_raw(Statement::from_string(backend, sql)).await?.is_some() {
            transaction.rollback().await?;
            return Err(BackupError::NotEmpty { table: table.name });
        }
    }
    Ok(transaction)
}

/// Stores what is found; gives the manifest when it was reached and everything fits it.
async fn store(
    transaction: &DatabaseTransaction,
    vault: &Vault,
    told: &mut mpsc::Receiver<Found>,
    progress: &mut (dyn FnMut(BackupProgress) + Send),
) -> Result<Option<BackupManifest>, BackupError> {
    let tables = tables();
    let mut counts: BTreeMap<String, u64> = tables.iter().map(|table| (table.name.clone(), 0)).collect();
    while let Some(found) = told.recv().await {
        match found {
            Found::Part { table, path, bytes } => {
                let table = &tables[table];
                let added = store_part(transaction, vault, table, &path, &bytes).await?;
                let rows = counts.entry(table.name.clone()).or_default();
                *rows += added;
                progress(BackupProgress::Rows { table: table.name.clone(), rows: *rows });
            }
            Found::Files { files, bytes } => progress(BackupProgress::Files { files, bytes }),
            Found::End(end) => {
                let manifest = verified(vault, &end)?;
                if manifest.rows != counts {
                    return refused("the numbers of rows differ from its manifest");
                }
                if counts.get("instance") != Some(&1) {
                    return refused("it has no instance row");
                }
                advance_sequences(transaction, &tables).await?;
                return Ok(Some(manifest));
            }
        }
    }
    Ok(None)
}

fn verified(vault: &Vault, end: &End) -> Result<BackupManifest, BackupError> {
    let signature: Option<Vec<u8>> = std::str::from_utf8(&end.signature).ok().and_then(|text| {
        (text.len() == 64 && text.is_ascii())
            .then(|| (0..32).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect())
            .flatten()
    });
    if !signature.is_some_and(|signature| vault.verify(&signed_text(&end.manifest), &signature)) {
        return refused("its signature does not fit: it was changed, or made with another master key");
    }
    let manifest: BackupManifest = match serde_json::from_slice(&end.manifest) {
        Ok(manifest) => manifest,
        Err(error) => return refused(format!("its manifest cannot be read ({error})")),
    };
    if manifest.members.len() != end.members.len() {
        return refused(format!(
            "it has {} members, expected {} by its manifest",
            end.members.len(),
            manifest.members.len()
        ));
    }
    let expected: HashMap<&str, &BackupMember> =
        manifest.members.iter().map(|member| (member.path.as_str(), member)).collect();
    for member in &end.members {
        if expected.get(member.path.as_str()) != Some(&member) {
            return refused(format!("{} was changed: its SHA-256 differs from the manifest", member.path));
        }
    }
    Ok(manifest)
}

async fn store_part(
    transaction: &DatabaseTransaction,
    vault: &Vault,
    table: &Table,
    path: &str,
    bytes: &[u8],
) -> Result<u64, BackupError> {
    let chunk = (BINDINGS / table.columns.len()).min(MAX_INSERT);
    let mut rows = Vec::with_capacity(chunk);
    let mut count = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
        let wrong = |why: String| BackupError::Refused(format!("{path}, line {}: {why}", number + 1));
        let mut row: Row = serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
        if table.name == "journal" {
            // Transaction numbers belong to the server that gave them; 0 is before all that are to come.
            row.insert("tx".into(), 0.into());
        }
        let values = table.values(row).map_err(wrong)?;
        if table.name == "instance" {
            check_instance(vault, table, &values)?;
        }
        rows.push(values);
        count += 1;
        if rows.len() == chunk {
            insert(transaction, table, path, std::mem::take(&mut rows)).await?;
        }
    }
    insert(transaction, table, path, rows).await?;
    Ok(count)
}

/// The wrong master key is told at once, not after an hour.
fn check_instance(vault: &Vault, table: &Table, values: &[Value]) -> Result<(), BackupError> {
    let check = table.columns.iter().zip(values).find(|(column, _)| column.name == "key_check");
    match check {
        Some((_, Value::Bytes(Some(check)))) => Ok(vault.verify_key_check(check)?),
        _ => refused("its instance row has no key check"),
    }
}

async fn insert(
    transaction: &DatabaseTransaction,
    table: &Table,
    path: &str,
    rows: Vec<Vec<Value>>,
) -> Result<(), BackupError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table(Alias::new(&table.name)).columns(table.columns.iter().map(|column| Alias::new(&column.name)));
    for row in rows {
        insert.values_panic(row.into_iter().map(Expr::value));
    }
    match transaction.execute(&insert).await {
        Ok(_) => Ok(()),
        Err(error) => refused(format!("the database does not take the rows of {path} ({error})")),
    }
}

/// PostgreSQL numbers rows by a counter that rows with numbers of their own do not move.
async fn advance_sequences(transaction: &DatabaseTransaction, tables: &[Table]) -> Result<(), BackupError> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for table in tables.iter().filter(|table| table.serial) {
        let (name, key) = (&table.name, table.key.join(""));
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{name}', '{key}'), (SELECT MAX(\"{key}\") FROM \"{name}\")) \
             WHERE EXISTS (SELECT 1 FROM \"{name}\")"
        );
        transaction.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Files on their way: a folder beside the real one, which takes its place at the end.
struct Staged {
    temporary: PathBuf,
    real: PathBuf,
}

/// Files in their place.
struct Kept {
    real: PathBuf,
}

impl Staged {
    fn beside(real: &Path) -> Result<Self, BackupError> {
        let files = |error| BackupError::files(real, error);
        match fs::read_dir(real) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(files(std::io::Error::other("expected an empty folder: give a new one")));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(files(error)),
        }
        let mut name = real.file_name().unwrap_or_default().to_owned();
        name.push(".restoring");
        let temporary = real.with_file_name(name);
        match fs::remove_dir_all(&temporary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(files(error)),
            _ => {}
        }
        fs::create_dir_all(&temporary).map_err(files)?;
        Ok(Self { temporary, real: real.to_owned() })
    }

    fn keep(self) -> Result<Kept, BackupError> {
        let files = |error| BackupError::files(&self.real, error);
        match fs::remove_dir(&self.real) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(files(error)),
            _ => {}
        }
        fs::rename(&self.temporary, &self.real).map_err(files)?;
        Ok(Kept { real: self.real.clone() })
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Gone already when it was kept.
        let _ = fs::remove_dir_all(&self.temporary);
    }
}

impl Kept {
    fn undo(self) {
        if let Err(error) = fs::remove_dir_all(&self.real) {
            tracing::error!(%error, folder = %self.real.display(), "restored files could not be removed again");
        }
    }
}

/// Counts what is read from the archive.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Stops when far more comes out than went in.
struct Bounded<R> {
    inner: R,
    packed: Arc<AtomicU64>,
    unpacked: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.unpacked += n as u64;
        let allowed = RATIO_SLACK.saturating_add(self.packed.load(Ordering::Relaxed).saturating_mul(MAX_RATIO));
        if self.unpacked > allowed {
            return Err(std::io::Error::other(format!(
                "it unpacks to more than {MAX_RATIO} times its size; no backup does"
            )));
        }
        Ok(n)
    }
}

/// Where in the archive a member stands; members come in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Format,
    Table { table: usize, number: u32 },
    File,
    Manifest,
    Signature,
}

impl Place {
    fn of(path: &str, tables: &[Table]) -> Option<Self> {
        match path {
            FORMAT => Some(Self::Format),
            MANIFEST => Some(Self::Manifest),
            SIGNATURE => Some(Self::Signature),
            _ => {
                if let Some(path) = path.strip_prefix("files/") {
                    return is_plain(path).then_some(Self::File);
                }
                let (name, number) = path.strip_prefix("tables/")?.strip_suffix(".jsonl")?.split_once('.')?;
                let table = tables.iter().position(|table| table.name == name)?;
                let number = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
                Some(Self::Table { table, number })
            }
        }
    }
}

/// Reads the archive in its own thread and tells what it finds; writes files below `folder`.
fn unpack<R: Read>(reader: R, folder: Option<&Path>, tell: &mpsc::Sender<Found>) -> Result<(), BackupError> {
    let packed = Arc::new(AtomicU64::new(0));
    let decoder = GzDecoder::new(BufReader::new(Counted { inner: reader, read: packed.clone() }));
    let mut archive = tar::Archive::new(Bounded { inner: decoder, packed, unpacked: 0 });
    let tables = tables();
    let mut last: Option<Place> = None;
    let mut end = End { manifest: Vec::new(), signature: Vec::new(), members: Vec::new() };
    let (mut files, mut file_bytes) = (0, 0);
    for entry in archive.entries().map_err(BackupError::Read)?.raw(true) {
        let mut entry = entry.map_err(BackupError::Read)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let shown: String = path.chars().take(100).collect();
        if entry.header().entry_type() != tar::EntryType::Regular {
            return refused(format!("{shown:?} is not a plain file"));
        }
        let Some(place) = Place::of(&path, &tables) else {
            return refused(format!("nothing is known of a member {shown:?}"));
        };
        let expected = match last {
            None => place == Place::Format,
            Some(Place::File) => place >= Place::File,
            Some(last) => place > last,
        };
        if !expected {
            return refused(format!(
                "{shown:?} is not where it should be: this is no Yingda backup, or it was changed"
            ));
        }
        last = Some(place);
        let size = entry.size();
        if place == Place::File {
            let Some(folder) = folder else {
                return refused("it has files: give a folder for them");
            };
            let target = folder.join(path.trim_start_matches("files/"));
            end.members.push(write_file(&mut entry, path, &target)?);
            (files, file_bytes) = (files + 1, file_bytes + size);
            if tell.blocking_send(Found::Files { files, bytes: file_bytes }).is_err() {
                return Ok(());
            }
            continue;
        }
        if size > MAX_MEMBER {
            return refused(format!("{shown:?} has {size} bytes, expected at most {MAX_MEMBER}"));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(BackupError::Read)?;
        let sha256 = hex(ring::digest::digest(&SHA256, &bytes).as_ref());
        let member = BackupMember { path: path.clone(), size: bytes.len() as u64, sha256 };
        match place {
            Place::Manifest => end.manifest = bytes,
            Place::Signature => end.signature = bytes,
            Place::Format => {
                match serde_json::from_slice::<Format>(&bytes) {
                    Ok(format) => format.check().map_err(BackupError::Refused)?,
                    Err(error) => return refused(format!("its format cannot be read ({error})")),
                }
                end.members.push(member);
            }
            Place::Table { table, .. } => {
                end.members.push(member);
                if tell.blocking_send(Found::Part { table, path, bytes }).is_err() {
                    return Ok(());
                }
            }
            Place::File => {}
        }
    }
    if last != Some(Place::Signature) {
        return refused("it ends too early");
    }
    finish(archive.into_inner())?;
    // When nobody receives any more, the receiver knows why.
    let _ = tell.blocking_send(Found::End(end));
    Ok(())
}

/// Reads on to the very end, so that the checksum of gzip is checked, and nothing may follow it.
fn finish<R: Read>(mut rest: Bounded<GzDecoder<BufReader<R>>>) -> Result<(), BackupError> {
    std::io::copy(&mut rest, &mut std::io::sink()).map_err(BackupError::Read)?;
    let mut reader = rest.inner.into_inner();
    match reader.fill_buf().map_err(BackupError::Read)? {
        [] => Ok(()),
        _ => refused("something follows its end"),
    }
}

fn write_file(content: &mut impl Read, path: String, target: &Path) -> Result<BackupMember, BackupError> {
    let files = |error| BackupError::files(target, error);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(files)?;
    }
    // A second member of the same name must not replace the first.
    let mut file = fs::File::create_new(target).map_err(files)?;
    let mut content = Hashing { content, digest: Context::new(&SHA256), read: 0 };
    std::io::copy(&mut content, &mut file).map_err(files)?;
    file.sync_all().map_err(files)?;
    Ok(BackupMember { path, size: content.read, sha256: hex(content.digest.finish().as_ref()) })
}
