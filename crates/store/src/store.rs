//! Opening a database, and the two ways into it: [`Store::read`] and [`Store::write`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait, Set, Statement, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::oneshot;
use yingda_model::Scope;

use crate::access::Access;
use crate::migration::Migrator;
use crate::writer::{Change, Keep, Writer};
use crate::{MasterKey, StoreError, Vault, entity};

/// Which database, and the key that belongs to it.
pub struct StoreConfig {
    /// `sqlite:PATH` (made when absent), `sqlite::memory:` is not supported, or `postgres://…`.
    pub url: String,
    pub master_key: MasterKey,
}

/// The state of all workspaces, in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    reader: DatabaseConnection,
    engine: Engine,
    vault: Vault,
}

enum Engine {
    /// One writing connection behind a queue; readers beside it (WAL).
    Sqlite { writer: Writer, path: PathBuf },
    /// PostgreSQL commits in groups by itself.
    Postgres,
}

/// Readers beside the writer on SQLite; more only costs memory on the machines that SQLite is for.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 20;
/// A transaction that lost a deadlock on PostgreSQL is tried again this often.
const RETRIES: u32 = 5;

impl Store {
    /// Opens the database, brings its schema up to date and checks that the master key fits.
    pub async fn open(config: StoreConfig) -> Result<Self, StoreError> {
        let vault = Vault::new(&config.master_key)?;
        let (reader, engine) = if let Some(path) = config.url.strip_prefix("sqlite:") {
            let path = sqlite_path(path)?;
            let writing = sqlite(&path, 1).await?;
            Migrator::up(&writing, None).await?;
            check_key(&writing, &vault).await?;
            let reader = sqlite(&path, SQLITE_READERS).await?;
            (reader, Engine::Sqlite { writer: Writer::start(writing)?, path })
        } else if config.url.starts_with("postgres://") || config.url.starts_with("postgresql://") {
            let pool = postgres(&config.url).await?;
            migrate_postgres(&pool).await?;
            settle_foreign_journal(&pool).await?;
            check_key(&pool, &vault).await?;
            (pool, Engine::Postgres)
        } else {
            return Err(StoreError::Config(format!(
                "expected a database such as sqlite:data/yingda.db or postgres://user:password@host/name, got {:?}",
                config.url.split('@').next_back().unwrap_or_default()
            )));
        };
        Ok(Self { inner: Arc::new(Inner { reader, engine, vault }) })
    }

    /// Reads as `scope`. What was acknowledged before is seen.
    pub fn read<'a>(&'a self, scope: &'a Scope) -> Access<'a, DatabaseConnection> {
        Access::new(&self.inner.reader, scope, &self.inner.vault)
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// Keys, for signing tokens and forgetting the key of an erased contact.
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// The engine's name for people: `SQLite` or `PostgreSQL`.
    pub fn engine(&self) -> &'static str {
        match self.inner.engine {
            Engine::Sqlite { .. } => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }

    /// The database file, when the database is a file.
    pub fn file(&self) -> Option<&Path> {
        match &self.inner.engine {
            Engine::Sqlite { path, .. } => Some(path),
            Engine::Postgres => None,
        }
    }

    /// Closes the connections; on SQLite this folds the log into the database file.
    pub async fn close(&self) {
        if self.file().is_some()
            && let Err(error) = self.inner.reader.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await
        {
            tracing::debug!(%error, "the log was not folded into the database file; the next start does it");
        }
        if let Err(error) = self.inner.reader.clone().close().await {
            tracing::warn!(%error, "the database was not closed cleanly; nothing is lost");
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.inner.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Looks for damage in the database. Gives what it found, at most a hundred lines; nothing when all is well. PostgreSQL
    /// checks its pages by itself (data checksums), so that there only an answer is asked for.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        match self.inner.engine {
            Engine::Postgres => self.ping().await.map(|()| Vec::new()),
            Engine::Sqlite { .. } => {
                let sql = Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(100)");
                let rows = self.inner.reader.query_all_raw(sql).await?;
                let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
                Ok(lines.into_iter().filter(|line| line != "ok").collect())
            }
        }
    }

    /// Runs `change` in one transaction as `scope`, and returns when what it wrote is durable.
    ///
    /// `change` must only talk to the database: on SQLite everybody else's change waits for it. When it returns an error,
    /// nothing of it is stored. On PostgreSQL it may run again after a deadlock, hence `Fn`.
    pub async fn write<T, E, F>(&self, scope: &Scope, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Transient + Send + 'static,
        F: for<'t> Fn(Access<'t, DatabaseTransaction>) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        match &self.inner.engine {
            Engine::Sqlite { writer, .. } => self.write_in_group(writer, scope, change).await,
            Engine::Postgres => {
                let mut attempt = 0;
                loop {
                    match self.write_alone(scope, &change).await {
                        Err(error) if error.is_transient() && attempt < RETRIES => {
                            attempt += 1;
                            tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                        }
                        result => return result,
                    }
                }
            }
        }
    }

    async fn write_in_group<T, E, F>(&self, writer: &Writer, scope: &Scope, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(Access<'t, DatabaseTransaction>) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let (tell, told) = oneshot::channel::<Result<T, E>>();
        let pending =
            Pending { inner: self.inner.clone(), scope: scope.clone(), change, result: None::<Result<T, E>>, tell };
        writer.submit(Box::new(pending)).await?;
        told.await.unwrap_or_else(|_| Err(E::from(StoreError::NotDurable("the change was dropped".into()))))
    }

    async fn write_alone<T, E, F>(&self, scope: &Scope, change: &F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: for<'t> Fn(Access<'t, DatabaseTransaction>) -> BoxFuture<'t, Result<T, E>>,
    {
        let transaction = self.inner.reader.begin().await.map_err(StoreError::from)?;
        match change(Access::new(&transaction, scope, &self.inner.vault)).await {
            Ok(value) => {
                transaction.commit().await.map_err(|error| StoreError::NotDurable(error.to_string()))?;
                Ok(value)
            }
            Err(error) => {
                transaction.rollback().await.map_err(StoreError::from)?;
                Err(error)
            }
        }
    }
}

/// A change in the queue of the SQLite writer.
struct Pending<T, E, F> {
    inner: Arc<Inner>,
    scope: Scope,
    change: F,
    result: Option<Result<T, E>>,
    tell: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Change for Pending<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: for<'t> Fn(Access<'t, DatabaseTransaction>) -> BoxFuture<'t, Result<T, E>> + Send + Sync,
{
    fn attempt<'a>(&'a mut self, transaction: &'a DatabaseTransaction) -> BoxFuture<'a, Keep> {
        self.result = None;
        Box::pin(async move {
            let result = (self.change)(Access::new(transaction, &self.scope, &self.inner.vault)).await;
            let keep = if result.is_ok() { Keep::Yes } else { Keep::No };
            self.result = Some(result);
            keep
        })
    }

    fn acknowledge(self: Box<Self>, durable: Result<(), StoreError>) {
        let result = match (self.result, durable) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(E::from(error)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(E::from(StoreError::NotDurable("the change panicked".into()))),
        };
        // The caller may have gone; the change stands all the same.
        let _ = self.tell.send(result);
    }
}

/// An error that knows whether trying the same transaction again may succeed.
pub trait Transient {
    fn is_transient(&self) -> bool;
}

impl Transient for StoreError {
    fn is_transient(&self) -> bool {
        StoreError::is_transient(self)
    }
}

/// The file that a `sqlite:` URL names.
pub(crate) fn sqlite_path(text: &str) -> Result<PathBuf, StoreError> {
    let path = text.strip_prefix("//").unwrap_or(text);
    if path.is_empty() || path.starts_with(":memory:") {
        return Err(StoreError::Config(format!(
            "expected a database file such as sqlite:data/yingda.db, got {:?}: a database in memory is not supported",
            format!("sqlite:{text}")
        )));
    }
    Ok(PathBuf::from(path))
}

pub(crate) async fn sqlite(path: &Path, connections: u32) -> Result<DatabaseConnection, StoreError> {
    let file = path.to_owned();
    let mut options = ConnectOptions::new("sqlite://?mode=rwc");
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                // Given apart, because in a URL some characters of a path would mean something else.
                .filename(&file)
                .pragma("journal_mode", "WAL")
                // An acknowledged message survives a power cut: fsync the log at each commit.
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("wal_autocheckpoint", "4000")
                // Negative: KiB. Memory is only taken as pages are touched.
                .pragma("cache_size", if connections == 1 { "-32768" } else { "-4096" })
                .busy_timeout(Duration::from_secs(30))
                .statement_cache_capacity(200)
        });
    Database::connect(options).await.map_err(|error| {
        StoreError::Config(format!(
            "the database file {} could not be opened ({error}): does the folder exist, and may this user write there?",
            path.display()
        ))
    })
}

pub(crate) async fn postgres(url: &str) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(POSTGRES_CONNECTIONS).sqlx_logging(false).acquire_timeout(Duration::from_secs(30));
    Ok(Database::connect(options).await?)
}

/// Nodes that start together must not migrate together: the first holds a lock while it works.
pub(crate) async fn migrate_postgres(pool: &DatabaseConnection) -> Result<(), StoreError> {
    let transaction = pool.begin().await?;
    transaction.execute_unprepared("SELECT pg_advisory_xact_lock(7946271)").await?;
    Migrator::up(pool, None).await?;
    transaction.commit().await?;
    Ok(())
}

/// Transaction numbers belong to the server that gave them. After a move by `pg_dump` the journal may hold numbers that this
/// server has yet to give, and readers would wait for them; so what is there becomes the oldest.
async fn settle_foreign_journal(pool: &DatabaseConnection) -> Result<(), StoreError> {
    pool.execute_unprepared(
        "UPDATE journal SET tx = 0 WHERE tx <> 0 AND EXISTS (\
            SELECT 1 FROM journal WHERE tx >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)",
    )
    .await?;
    Ok(())
}

async fn check_key(connection: &DatabaseConnection, vault: &Vault) -> Result<(), StoreError> {
    if let Some(instance) = entity::instance::Entity::find_by_id(1).one(connection).await? {
        return vault.verify_key_check(&instance.key_check);
    }
    let created = entity::instance::ActiveModel { id: Set(1), key_check: Set(vault.key_check()?), created_at: Set(0) };
    match created.insert(connection).await {
        Ok(_) => Ok(()),
        // Another node was first: its key must be ours.
        Err(_) => match entity::instance::Entity::find_by_id(1).one(connection).await? {
            Some(instance) => vault.verify_key_check(&instance.key_check),
            None => Err(StoreError::Corrupt { what: "instance", detail: "row 1 is missing".into() }),
        },
    }
}
