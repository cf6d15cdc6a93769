//! How entries are used, day by day, and what readers say of them.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::Serialize;
use yingda_model::{EntryId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::entity::{kb_comment, kb_use};

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// It answered a customer.
    Answered,
    /// It was one of several that a customer was offered.
    Offered,
    /// A customer chose it.
    Chosen,
    /// It was read in the help centre.
    Shown,
    Helpful,
    Unhelpful,
}

/// How an entry was used on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DayOfUse {
    pub entry_id: EntryId,
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    pub answered: i64,
    pub offered: i64,
    pub chosen: i64,
    pub shown: i64,
    pub helpful: i64,
    pub unhelpful: i64,
}

/// What a reader wrote about an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Comment {
    pub entry_id: EntryId,
    pub helpful: bool,
    pub text: String,
    pub at: Timestamp,
}

const DAY_MS: i64 = 86_400_000;

impl<C: ConnectionTrait> Access<'_, C> {
    /// The use of all entries from a day on (days since 1970), by entry and day.
    pub async fn kb_use_since(&self, day: i64) -> Result<Vec<DayOfUse>, StoreError> {
        self.use_where(kb_use::Column::Day.gte(day)).await
    }

    /// The use of one entry, day by day.
    pub async fn kb_use_of(&self, id: EntryId) -> Result<Vec<DayOfUse>, StoreError> {
        self.use_where(kb_use::Column::EntryId.eq(id.0)).await
    }

    async fn use_where(&self, which: sea_orm::sea_query::SimpleExpr) -> Result<Vec<DayOfUse>, StoreError> {
        let rows = kb_use::Entity::find()
            .filter(kb_use::Column::WorkspaceId.eq(self.workspace()))
            .filter(which)
            .order_by_asc(kb_use::Column::EntryId)
            .order_by_asc(kb_use::Column::Day)
            .all(self.connection)
            .await?;
        let days = rows.into_iter().map(|row| DayOfUse {
            entry_id: row.entry_id.into(),
            day: row.day,
            answered: row.answered,
            offered: row.offered,
            chosen: row.chosen,
            shown: row.shown,
            helpful: row.helpful,
            unhelpful: row.unhelpful,
        });
        Ok(days.collect())
    }

    /// The newest comments on an entry, at most `limit`.
    pub async fn kb_comments(&self, id: EntryId, limit: u64) -> Result<Vec<Comment>, StoreError> {
        let rows = kb_comment::Entity::find()
            .filter(kb_comment::Column::WorkspaceId.eq(self.workspace()))
            .filter(kb_comment::Column::EntryId.eq(id.0))
            .order_by_desc(kb_comment::Column::Id)
            .limit(limit)
            .all(self.connection)
            .await?;
        let mut comments = Vec::with_capacity(rows.len());
        for row in rows {
            comments.push(Comment {
                entry_id: row.entry_id.into(),
                helpful: row.helpful,
                text: self.unseal(self.workspace(), row.id, &row.sealed).await?,
                at: Timestamp(row.at),
            });
        }
        Ok(comments)
    }
}

impl Writing<'_> {
    /// Counts what happened to entries. Ids of entries that are not the workspace's are passed over.
    pub async fn count_kb_use(&self, used: &[(EntryId, Used)], now: Timestamp) -> Result<(), StoreError> {
        if used.is_empty() {
            return Ok(());
        }
        let ids: Vec<EntryId> = used.iter().map(|(id, _)| *id).collect();
        let known: std::collections::HashSet<EntryId> =
            self.kb_entries_by_id(&ids).await?.into_iter().map(|entry| entry.id).collect();
        for (id, used) in used.iter().filter(|(id, _)| known.contains(id)) {
            let one = |which: Used| i64::from(*used == which);
            let row = kb_use::ActiveModel {
                workspace_id: Set(self.workspace()),
                entry_id: Set(id.0),
                day: Set(now.0.div_euclid(DAY_MS)),
                answered: Set(one(Used::Answered)),
                offered: Set(one(Used::Offered)),
                chosen: Set(one(Used::Chosen)),
                shown: Set(one(Used::Shown)),
                helpful: Set(one(Used::Helpful)),
                unhelpful: Set(one(Used::Unhelpful)),
            };
            let column = match used {
                Used::Answered => kb_use::Column::Answered,
                Used::Offered => kb_use::Column::Offered,
                Used::Chosen => kb_use::Column::Chosen,
                Used::Shown => kb_use::Column::Shown,
                Used::Helpful => kb_use::Column::Helpful,
                Used::Unhelpful => kb_use::Column::Unhelpful,
            };
            let again = OnConflict::columns([kb_use::Column::EntryId, kb_use::Column::Day])
                .value(column, Expr::col((kb_use::Entity, column)).add(1))
                .to_owned();
            kb_use::Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        }
        Ok(())
    }

    /// Stores what a reader wrote.
    pub async fn insert_kb_comment(&self, id: uuid::Uuid, comment: &Comment) -> Result<(), StoreError> {
        let row = kb_comment::ActiveModel {
            id: Set(id),
            workspace_id: Set(self.workspace()),
            entry_id: Set(comment.entry_id.0),
            helpful: Set(comment.helpful),
            sealed: Set(self.seal(self.workspace(), id, &comment.text).await?),
            at: Set(comment.at.0),
        };
        kb_comment::Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }
}
