//! Group commit for SQLite.
//!
//! SQLite has one writer at a time, and a durable commit costs an fsync. So all changes go through one thread with one
//! connection: it takes what is waiting, runs it in one transaction, commits once, and only then tells each caller. When the
//! commit fails, none of the batch happened and all are told.
//!
//! A change that fails must leave nothing behind and must not take the others with it. Savepoints do that, at the price of two
//! statements for each change. Failures are rare, so the batch first runs without: when a change fails, everything is rolled
//! back and the batch runs again, each change in a savepoint of its own. Changes can run twice because they only talk to the
//! database, which PostgreSQL needs of them as well.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::mpsc;

use crate::StoreError;

/// Most changes in one commit: bounds how long the first waits for the last.
const BATCH: usize = 256;
/// Changes that may wait; beyond it callers wait to enqueue, which is the back-pressure.
const QUEUE: usize = 4_096;

/// A change that waits to be made.
pub(crate) trait Change: Send {
    /// Makes it in a transaction, and says whether to keep what it wrote. May be called again after a rollback.
    fn attempt<'a>(&'a mut self, transaction: &'a DatabaseTransaction) -> BoxFuture<'a, Keep>;

    /// Tells the caller the result, once it is known whether it is durable.
    fn acknowledge(self: Box<Self>, durable: Result<(), StoreError>);
}

/// Whether what a change wrote is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keep {
    Yes,
    No,
}

/// Hands changes to the writing thread.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Change>>,
}

impl Writer {
    /// Starts writing on a pool of exactly one connection.
    ///
    /// On a thread of its own: all of a change's statements run one after the other, each a round trip to SQLite's thread, and
    /// behind the tasks of a busy server each of them would wait for its turn.
    pub(crate) fn start(connection: DatabaseConnection) -> Result<Self, StoreError> {
        let (queue, changes) = mpsc::channel(QUEUE);
        let failed = |error| StoreError::Config(format!("the writer could not be started: {error}"));
        // Without the I/O driver, so that waiting is a futex and not a poll of all sockets.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
        std::thread::Builder::new()
            .name("yingda-writer".into())
            .spawn(move || runtime.block_on(run(connection, changes)))
            .map_err(failed)?;
        Ok(Self { queue })
    }

    pub(crate) async fn submit(&self, change: Box<dyn Change>) -> Result<(), StoreError> {
        self.queue.send(change).await.map_err(|_| StoreError::Closed)
    }
}

async fn run(connection: DatabaseConnection, mut waiting: mpsc::Receiver<Box<dyn Change>>) {
    while let Some(first) = waiting.recv().await {
        let mut batch = vec![first];
        let outcome = match together(&connection, &mut batch, &mut waiting).await {
            Ok(Keep::Yes) => Ok(()),
            Ok(Keep::No) => apart(&connection, &mut batch).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            tracing::error!(%error, changes = batch.len(), "a batch could not be made durable");
        }
        for change in batch {
            change.acknowledge(match &outcome {
                Ok(()) => Ok(()),
                Err(error) => Err(StoreError::NotDurable(error.to_string())),
            });
        }
    }
    // Closing the last connection folds the log into the database file.
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the database was not closed cleanly; nothing is lost");
    }
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(connection.begin_with_options(options).await?)
}

/// Runs the batch, and what comes in meanwhile, without savepoints. [`Keep::No`]: a change failed, and nothing was stored.
async fn together(
    connection: &DatabaseConnection,
    batch: &mut Vec<Box<dyn Change>>,
    waiting: &mut mpsc::Receiver<Box<dyn Change>>,
) -> Result<Keep, StoreError> {
    let transaction = begin(connection).await?;
    let mut next = 0;
    while next < batch.len() {
        if attempt(&mut batch[next], &transaction).await == Keep::No {
            transaction.rollback().await?;
            return Ok(Keep::No);
        }
        next += 1;
        if next == batch.len()
            && next < BATCH
            && let Ok(change) = waiting.try_recv()
        {
            batch.push(change);
        }
    }
    transaction.commit().await?;
    Ok(Keep::Yes)
}

/// Runs the batch with a savepoint for each change, so that those that fail are undone alone.
async fn apart(connection: &DatabaseConnection, batch: &mut [Box<dyn Change>]) -> Result<(), StoreError> {
    let transaction = begin(connection).await?;
    for change in batch {
        let savepoint = transaction.begin().await?;
        match attempt(change, &savepoint).await {
            Keep::Yes => savepoint.commit().await?,
            Keep::No => savepoint.rollback().await?,
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// A panic in one change must not take the writer, and with it the server, down.
async fn attempt(change: &mut Box<dyn Change>, transaction: &DatabaseTransaction) -> Keep {
    AssertUnwindSafe(change.attempt(transaction)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a change panicked; nothing of it is stored");
        Keep::No
    })
}
