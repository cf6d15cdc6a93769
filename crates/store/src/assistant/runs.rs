//! Long runs of the assistant's files, and what they came to.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;
use yingda_model::{Actor, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, from_json, name_of, named, parse_actor, to_json};
use crate::entity::assistant_run::{ActiveModel, Column, Entity, Model};

/// What is done in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// Test conversations.
    Test,
    /// Simulated customers.
    Simulate,
    /// Random conversations, in each of which a person is asked for.
    Walk,
    /// Past conversations, with two releases.
    Replay,
    /// Test conversations and simulated customers; then the files are published.
    Publish,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Done,
    Failed,
    Cancelled,
}

/// A run to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    pub id: Uuid,
    pub kind: RunKind,
    /// How it is to be run.
    pub asked: Json,
}

/// A run as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub id: Uuid,
    pub kind: RunKind,
    pub asked: Json,
    pub asked_by: Actor,
    pub created_at: Timestamp,
    /// `None` while it waits or is under way.
    pub ended: Option<Ended>,
    pub ended_at: Option<Timestamp>,
}

fn from_row(row: &Model) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.id,
        kind: named("kind of run", &row.kind)?,
        asked: from_json("what a run was asked for", &row.asked)?,
        asked_by: parse_actor(&row.asked_by)?,
        created_at: Timestamp(row.created_at),
        ended: row.ended.as_deref().map(|ended| named("end of a run", ended)).transpose()?,
        ended_at: row.ended_at.map(Timestamp),
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// Runs, newest first.
    pub async fn assistant_runs(&self) -> Result<Vec<Run>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_desc(Column::Id)
            .all(self.connection)
            .await?;
        rows.iter().map(from_row).collect()
    }

    /// One run with what it came to; the latter is `None` before its end, and when it was forgotten.
    pub async fn assistant_run(&self, id: Uuid) -> Result<(Run, Option<Json>), StoreError> {
        let row = Entity::find_by_id(id)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "run" })?;
        let result = match &row.sealed {
            Some(sealed) => Some(self.unseal(self.workspace(), row.id, sealed).await?),
            None => None,
        };
        Ok((from_row(&row)?, result))
    }
}

impl Writing<'_> {
    pub async fn insert_assistant_run(&self, new: &NewRun, now: Timestamp) -> Result<Run, StoreError> {
        let row = ActiveModel {
            id: Set(new.id),
            workspace_id: Set(self.workspace()),
            kind: Set(name_of(&new.kind)?),
            asked: Set(to_json(&new.asked)?),
            asked_by: Set(actor_text(self.scope.actor())),
            created_at: Set(now.0),
            ended: Set(None),
            ended_at: Set(None),
            sealed: Set(None),
        };
        Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(Run {
            id: new.id,
            kind: new.kind,
            asked: new.asked.clone(),
            asked_by: self.scope.actor(),
            created_at: now,
            ended: None,
            ended_at: None,
        })
    }

    /// Notes how a run ended and what it came to. False when it had ended before.
    pub async fn end_assistant_run(
        &self,
        id: Uuid,
        ended: Ended,
        result: Option<&Json>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sealed = match result {
            Some(result) => Some(self.seal(self.workspace(), id, result).await?),
            None => None,
        };
        let done = Entity::update_many()
            .col_expr(Column::Ended, Expr::value(name_of(&ended)?))
            .col_expr(Column::EndedAt, Expr::value(now.0))
            .col_expr(Column::Sealed, Expr::value(sealed))
            .filter(Column::Id.eq(id))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Ended.is_null())
            .exec(self.connection)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Forgets all runs but the newest.
    pub async fn remove_old_assistant_runs(&self, keep: u64) -> Result<(), StoreError> {
        let oldest_kept: Option<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_desc(Column::Id)
            .offset(keep.saturating_sub(1))
            .limit(1)
            .into_tuple()
            .one(self.connection)
            .await?;
        let Some(oldest_kept) = oldest_kept else { return Ok(()) };
        Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Id.lt(oldest_kept))
            .exec(self.connection)
            .await?;
        Ok(())
    }

    /// Forgets what replays came to: words of customers are in it.
    pub(crate) async fn forget_replays(&self) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::Sealed, Expr::value(None::<Vec<u8>>))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Kind.eq(name_of(&RunKind::Replay)?))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
