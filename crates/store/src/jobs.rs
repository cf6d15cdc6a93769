//! Jobs: work that must happen at least once after the transaction that asked for it.
//!
//! A worker claims a job for a while (its lease). A job whose worker died is claimed again when the lease is over. Jobs of one
//! key and workspace run one after the other: only the oldest unfinished job of a key can be claimed, while no other one of it
//! runs, and nodes claim one after the other.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Set, Statement,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yingda_model::{Scope, Timestamp, WorkspaceId};

use crate::access::{Access, Writing};
use crate::codec::count;
use crate::entity::job::{ActiveModel, Column, Entity, Model};
use crate::{Store, StoreError};

/// Attempts after which a job is set aside for an operator to look at.
pub const MAX_ATTEMPTS: u32 = 8;

/// Work to be done after this transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Names who does it, such as `bot.turn`.
    pub kind: &'static str,
    /// What it touches; jobs of one key run one after the other.
    pub key: String,
    /// JSON without personal data.
    pub payload: String,
    /// Not before this moment.
    pub run_at: Timestamp,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Ready,
    Running,
    /// Failed too often; waits for an operator.
    Dead,
}

impl JobState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Dead => "dead",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Ready, Self::Running, Self::Dead].into_iter().find(|state| state.as_str() == text)
    }
}

/// A job as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: i64,
    pub workspace: WorkspaceId,
    pub kind: String,
    pub key: String,
    pub payload: String,
    pub state: JobState,
    /// How often it was begun, this time included.
    pub attempts: u32,
    pub run_at: Timestamp,
    pub last_error: Option<String>,
    /// How far it is, as JSON, where its handler tells.
    pub progress: Option<String>,
    pub created_at: Timestamp,
}

impl Job {
    fn from_row(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            workspace: row.workspace_id.into(),
            kind: row.kind,
            key: row.key,
            payload: row.payload,
            state: JobState::parse(&row.state).ok_or_else(|| StoreError::corrupt("job state", &row.state))?,
            attempts: count(row.attempts)?,
            run_at: Timestamp(row.run_at),
            last_error: row.last_error,
            progress: row.progress,
            created_at: Timestamp(row.created_at),
        })
    }
}

/// The oldest unfinished job of each key that is due, or whose worker is gone; none of a key that somebody is at work on. (A job
/// with a lower number than the running one can turn up: one that an operator runs again, or one whose transaction took long.)
const CLAIM: &str = "UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = $2 WHERE id IN (\
    SELECT j.id FROM job j WHERE ((j.state = 'ready' AND j.run_at <= $1) OR (j.state = 'running' AND j.lease_until < $1)) \
    AND NOT EXISTS (SELECT 1 FROM job e WHERE e.key = j.key AND e.workspace_id = j.workspace_id AND e.id <> j.id \
        AND ((e.id < j.id AND e.state <> 'dead') OR (e.state = 'running' AND e.lease_until >= $1))) \
    ORDER BY j.run_at, j.id LIMIT $3) RETURNING *";

/// Nodes claim one after the other: of two that claimed at once, neither would see what the other takes.
const CLAIM_LOCK: &str = "SELECT pg_advisory_xact_lock(7946272)";

/// When a job can be claimed next: of those that do not wait for another one of their key.
const NEXT: &str = "SELECT MIN(CASE WHEN j.state = 'running' THEN j.lease_until + 1 ELSE j.run_at END) AS next FROM job j \
    WHERE j.state <> 'dead' AND NOT EXISTS (SELECT 1 FROM job e WHERE e.key = j.key AND e.workspace_id = j.workspace_id \
        AND e.id <> j.id AND ((e.id < j.id AND e.state <> 'dead') OR e.state = 'running'))";

impl Store {
    /// Takes up to `limit` jobs that are due at `now`, for `lease`.
    pub async fn claim_jobs(&self, now: Timestamp, lease: Duration, limit: u32) -> Result<Vec<Job>, StoreError> {
        let until = now.plus(lease);
        let mut jobs = self
            .write(&anywhere(), move |tx| {
                Box::pin(async move {
                    let backend = tx.connection.get_database_backend();
                    if backend == DbBackend::Postgres {
                        tx.connection.execute_unprepared(CLAIM_LOCK).await?;
                    }
                    let values = [now.0.into(), until.0.into(), i64::from(limit).into()];
                    let rows =
                        tx.connection.query_all_raw(Statement::from_sql_and_values(backend, CLAIM, values)).await?;
                    rows.iter()
                        .map(|row| Job::from_row(Model::from_query_result(row, "")?))
                        .collect::<Result<Vec<_>, StoreError>>()
                })
            })
            .await?;
        jobs.sort_by_key(|job| job.id);
        Ok(jobs)
    }

    /// When the next job can be claimed: when it is due, or when the lease of its worker is over. `None` when there is none.
    /// May be in the past. A job that waits for another one of its key does not count.
    pub async fn next_job_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let statement = Statement::from_string(self.reader().get_database_backend(), NEXT);
        let next: Option<i64> = match self.reader().query_one_raw(statement).await? {
            Some(row) => row.try_get("", "next")?,
            None => None,
        };
        Ok(next.map(Timestamp))
    }

    /// On SQLite, when the one server starts: whatever was running died with the one before.
    pub async fn release_abandoned_jobs(&self) -> Result<u64, StoreError> {
        if self.file().is_none() {
            return Ok(0);
        }
        self.write(&anywhere(), |tx| {
            Box::pin(async move {
                let result = Entity::update_many()
                    .col_expr(Column::State, Expr::value(JobState::Ready.as_str()))
                    .filter(Column::State.eq(JobState::Running.as_str()))
                    .exec(tx.connection)
                    .await?;
                Ok::<_, StoreError>(result.rows_affected)
            })
        })
        .await
    }
}

/// Jobs of all workspaces are claimed together; what they do runs under the scope of their own workspace.
fn anywhere() -> Scope {
    Scope::system(Uuid::nil().into())
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// Jobs of this workspace in one state, newest first, at most `limit`, older than `before`.
    pub async fn jobs(&self, state: JobState, before: Option<i64>, limit: u64) -> Result<Vec<Job>, StoreError> {
        let mut query =
            Entity::find().filter(Column::WorkspaceId.eq(self.workspace())).filter(Column::State.eq(state.as_str()));
        if let Some(before) = before {
            query = query.filter(Column::Id.lt(before));
        }
        let rows = query.order_by_desc(Column::Id).limit(limit).all(self.connection).await?;
        rows.into_iter().map(Job::from_row).collect()
    }

    /// The unfinished jobs of one key, oldest first; those set aside too.
    pub async fn jobs_of_key(&self, key: &str) -> Result<Vec<Job>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Key.eq(key))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(Job::from_row).collect()
    }
}

impl Writing<'_> {
    /// Adds a job to this transaction.
    pub async fn enqueue(&self, job: NewJob, now: Timestamp) -> Result<(), StoreError> {
        self.connection.execute_raw(self.job_statement(job, now)).await?;
        Ok(())
    }

    /// The statement that adds a job.
    pub(crate) fn job_statement(&self, job: NewJob, now: Timestamp) -> Statement {
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            kind: Set(job.kind.into()),
            key: Set(job.key),
            payload: Set(job.payload),
            state: Set(JobState::Ready.as_str().into()),
            attempts: Set(0),
            run_at: Set(job.run_at.0),
            created_at: Set(now.0),
            ..Default::default()
        };
        Entity::insert(row).build(self.connection.get_database_backend())
    }

    /// Removes a job that is done, in the transaction of its effect. False when somebody else has finished it already: then
    /// the effect must not happen again.
    pub async fn complete_job(&self, job: &Job) -> Result<bool, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::Id.eq(job.id))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Attempts.eq(i64::from(job.attempts)))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }

    /// Keeps a job that takes long from being claimed by others until `until`. False when this worker has lost it.
    pub async fn renew_job(&self, job: &Job, until: Timestamp) -> Result<bool, StoreError> {
        let result = self.own_running(job).col_expr(Column::LeaseUntil, Expr::value(until.0)).exec(self.connection);
        Ok(result.await?.rows_affected == 1)
    }

    /// Notes how far a job is, as JSON.
    pub async fn note_progress(&self, job: &Job, progress: &str) -> Result<(), StoreError> {
        self.own_running(job).col_expr(Column::Progress, Expr::value(progress)).exec(self.connection).await?;
        Ok(())
    }

    /// Has the jobs of one key that wait run at `at`, where they would run later: jobs of a key go one after the other, so that a
    /// new one would wait for them. Gives how many there are that wait.
    pub async fn hasten_jobs(&self, key: &str, at: Timestamp) -> Result<u64, StoreError> {
        let waiting = Condition::all()
            .add(Column::WorkspaceId.eq(self.workspace()))
            .add(Column::Key.eq(key))
            .add(Column::State.eq(JobState::Ready.as_str()));
        Entity::update_many()
            .col_expr(Column::RunAt, Expr::value(at.0))
            .filter(waiting.clone().add(Column::RunAt.gt(at.0)))
            .exec(self.connection)
            .await?;
        Ok(Entity::find().filter(waiting).count(self.connection).await?)
    }

    /// Removes the jobs of one key that were set aside.
    pub async fn remove_dead_jobs(&self, key: &str) -> Result<(), StoreError> {
        Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Key.eq(key))
            .filter(Column::State.eq(JobState::Dead.as_str()))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    /// The row of a job while the worker that was given `job` has it.
    fn own_running(&self, job: &Job) -> sea_orm::UpdateMany<Entity> {
        Entity::update_many()
            .filter(Column::Id.eq(job.id))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::State.eq(JobState::Running.as_str()))
            .filter(Column::Attempts.eq(i64::from(job.attempts)))
    }

    /// Notes that a job failed: it runs again at `retry_at`, or is set aside when that is `None`.
    pub async fn fail_job(&self, job: &Job, error: &str, retry_at: Option<Timestamp>) -> Result<(), StoreError> {
        let state = if retry_at.is_some() { JobState::Ready } else { JobState::Dead };
        self.own_running(job)
            .col_expr(Column::State, Expr::value(state.as_str()))
            .col_expr(Column::RunAt, Expr::value(retry_at.unwrap_or(job.run_at).0))
            .col_expr(Column::LastError, Expr::value(error.chars().take(1_000).collect::<String>()))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    /// Runs a job that was set aside again. False when there is no such job in this workspace.
    pub async fn retry_job(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let result = Entity::update_many()
            .col_expr(Column::State, Expr::value(JobState::Ready.as_str()))
            .col_expr(Column::RunAt, Expr::value(now.0))
            .col_expr(Column::Attempts, Expr::value(0_i64))
            .filter(Column::Id.eq(id))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::State.eq(JobState::Dead.as_str()))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }
}
