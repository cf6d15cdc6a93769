//! Group commit for SQLite.
//!
//! SQLite has one writer at a time, and a durable commit costs an fsync. So all changes go through one task with one
//! connection: it takes what is waiting, runs each change in a savepoint of one transaction, commits once, and only then tells
//! each caller. A change that fails is rolled back alone; when the commit fails, none of the batch happened and all are told.

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::mpsc;

use crate::StoreError;

/// Most changes in one commit: bounds how long the first waits for the last.
const BATCH: usize = 256;
/// Changes that may wait; beyond it callers wait to enqueue, which is the back-pressure.
const QUEUE: usize = 4_096;

/// Tells the caller the result, once it is known whether the batch is durable.
pub(crate) type Acknowledge = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A change: runs in the savepoint; gives whether to keep it, and how to tell the caller.
pub(crate) type Change = Box<dyn for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, (Keep, Acknowledge)> + Send>;

/// Whether a change's savepoint is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keep {
    Yes,
    No,
}

/// Hands changes to the writing task.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Change>,
}

impl Writer {
    /// Starts the task on a pool of exactly one connection.
    pub(crate) fn start(connection: DatabaseConnection) -> Self {
        let (queue, changes) = mpsc::channel(QUEUE);
        tokio::spawn(run(connection, changes));
        Self { queue }
    }

    pub(crate) async fn submit(&self, change: Change) -> Result<(), StoreError> {
        self.queue.send(change).await.map_err(|_| StoreError::Closed)
    }
}

async fn run(connection: DatabaseConnection, mut changes: mpsc::Receiver<Change>) {
    while let Some(first) = changes.recv().await {
        let mut acknowledgements = Vec::new();
        let outcome = batch(&connection, first, &mut changes, &mut acknowledgements).await;
        if let Err(error) = &outcome {
            tracing::error!(%error, changes = acknowledgements.len(), "a batch could not be made durable");
        }
        for acknowledge in acknowledgements {
            acknowledge(match &outcome {
                Ok(()) => Ok(()),
                Err(error) => Err(StoreError::NotDurable(error.to_string())),
            });
        }
    }
}

async fn batch(
    connection: &DatabaseConnection,
    first: Change,
    changes: &mut mpsc::Receiver<Change>,
    acknowledgements: &mut Vec<Acknowledge>,
) -> Result<(), StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = match connection.begin_with_options(options).await {
        Ok(transaction) => transaction,
        Err(error) => {
            // The change never ran, so there is nothing to undo, but its caller must hear. Dropping it tells "closed".
            drop(first);
            return Err(error.into());
        }
    };
    let mut next = Some(first);
    while let Some(change) = next {
        acknowledgements.push(in_savepoint(&transaction, change).await?);
        next = if acknowledgements.len() < BATCH { changes.try_recv().ok() } else { None };
    }
    transaction.commit().await?;
    Ok(())
}

async fn in_savepoint(transaction: &DatabaseTransaction, change: Change) -> Result<Acknowledge, StoreError> {
    let savepoint = transaction.begin().await?;
    // A panic in one change must not take the writer, and with it the server, down.
    let result = std::panic::AssertUnwindSafe(change(&savepoint)).catch_unwind().await;
    match result {
        Ok((Keep::Yes, acknowledge)) => {
            savepoint.commit().await?;
            Ok(acknowledge)
        }
        Ok((Keep::No, acknowledge)) => {
            savepoint.rollback().await?;
            Ok(acknowledge)
        }
        Err(_) => {
            savepoint.rollback().await?;
            Ok(Box::new(|_| {}))
        }
    }
}
