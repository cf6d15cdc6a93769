//! What language models cost, and how they did.

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde::Serialize;

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::count;
use crate::entity::{model_spent, model_use};

/// What money and tokens are counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpentOn<'n> {
    /// Such as `2026-11-22`.
    Day(&'n str),
    /// Any name of it that is the same from turn to turn.
    Conversation(&'n str),
}

impl<'n> SpentOn<'n> {
    fn kind_and_name(self) -> (&'static str, &'n str) {
        match self {
            Self::Day(name) => ("day", name),
            Self::Conversation(name) => ("conversation", name),
        }
    }
}

/// Tokens, and money in millionths of the currency's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ModelSpent {
    pub tokens: u64,
    pub micros: u64,
}

/// How a model did at a task on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ModelUse {
    /// Such as `2026-11-22`, in the workspace's time zone.
    pub day: String,
    /// As in `models.yml`: `propose`, `answer`, `rephrase`, `translate`, `summarise` or `draft`.
    pub task: String,
    /// The operator's name of the model.
    pub model: String,
    /// Empty where it costs nothing.
    pub currency: String,
    /// Times that its answer was taken.
    pub answered: u64,
    /// Times that an answer of before was taken instead: that costs nothing.
    pub cached: u64,
    /// Times that it gave nothing that could be used.
    pub failed: u64,
    pub tokens_in: u64,
    pub tokens_out: u64,
    /// Millionths of the currency's unit.
    pub micros: u64,
    /// All the time that it was waited for, in milliseconds.
    pub took_ms: u64,
    /// The longest time, in milliseconds.
    pub longest_ms: u64,
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// What was spent on something, or is set aside for it.
    pub async fn model_spent(&self, on: SpentOn<'_>) -> Result<ModelSpent, StoreError> {
        let (kind, name) = on.kind_and_name();
        let key = (self.workspace(), kind.to_owned(), name.to_owned());
        match model_spent::Entity::find_by_id(key).one(self.connection).await? {
            Some(row) => Ok(ModelSpent { tokens: count(row.tokens)?, micros: count(row.micros)? }),
            None => Ok(ModelSpent::default()),
        }
    }

    /// How models did, from one day to another (both included), newest first.
    pub async fn model_use(&self, from: &str, until: &str) -> Result<Vec<ModelUse>, StoreError> {
        use model_use::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Day.gte(from))
            .filter(Column::Day.lte(until))
            .order_by_desc(Column::Day)
            .order_by_asc(Column::Task)
            .order_by_asc(Column::Model)
            .order_by_asc(Column::Currency)
            .all(self.connection)
            .await?;
        let of_row = |row: model_use::Model| {
            Ok(ModelUse {
                day: row.day,
                task: row.task,
                model: row.model,
                currency: row.currency,
                answered: count(row.answered)?,
                cached: count(row.cached)?,
                failed: count(row.failed)?,
                tokens_in: count(row.tokens_in)?,
                tokens_out: count(row.tokens_out)?,
                micros: count(row.micros)?,
                took_ms: count(row.took_ms)?,
                longest_ms: count(row.longest_ms)?,
            })
        };
        rows.into_iter().map(of_row).collect()
    }
}

impl Writing<'_> {
    /// Nobody else in the workspace changes what was spent until the end of the transaction. Take it before the first write.
    pub async fn lock_model_spent(&self) -> Result<(), StoreError> {
        self.lock_name("model", "spent").await
    }

    /// Stores what was spent on something. [`Writing::lock_model_spent`] first, and read it under the lock.
    pub async fn put_model_spent(&self, on: SpentOn<'_>, day: &str, spent: ModelSpent) -> Result<(), StoreError> {
        use model_spent::{ActiveModel, Column, Entity};
        let (kind, name) = on.kind_and_name();
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            kind: Set(kind.to_owned()),
            name: Set(name.to_owned()),
            day: Set(day.to_owned()),
            tokens: Set(number(spent.tokens)),
            micros: Set(number(spent.micros)),
        };
        let again = OnConflict::columns([Column::WorkspaceId, Column::Kind, Column::Name])
            .update_columns([Column::Day, Column::Tokens, Column::Micros])
            .to_owned();
        Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Adds to how models did.
    pub async fn add_model_use(&self, used: &ModelUse) -> Result<(), StoreError> {
        use model_use::{ActiveModel, Column, Entity};
        let counts = [
            (Column::Answered, used.answered),
            (Column::Cached, used.cached),
            (Column::Failed, used.failed),
            (Column::TokensIn, used.tokens_in),
            (Column::TokensOut, used.tokens_out),
            (Column::Micros, used.micros),
            (Column::TookMs, used.took_ms),
        ];
        let there = |column: Column| Expr::col((Entity, column));
        let longest = number(used.longest_ms);
        let mut again =
            OnConflict::columns([Column::WorkspaceId, Column::Day, Column::Task, Column::Model, Column::Currency]);
        for (column, more) in counts {
            again.value(column, there(column).add(number(more)));
        }
        let longer = CaseStatement::new().case(there(Column::LongestMs).lt(longest), longest);
        again.value(Column::LongestMs, longer.finally(there(Column::LongestMs)));
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            day: Set(used.day.clone()),
            task: Set(used.task.clone()),
            model: Set(used.model.clone()),
            currency: Set(used.currency.clone()),
            answered: Set(number(used.answered)),
            cached: Set(number(used.cached)),
            failed: Set(number(used.failed)),
            tokens_in: Set(number(used.tokens_in)),
            tokens_out: Set(number(used.tokens_out)),
            micros: Set(number(used.micros)),
            took_ms: Set(number(used.took_ms)),
            longest_ms: Set(longest),
        };
        Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        Ok(())
    }

    /// Forgets what was last spent on before a day, and how models did before it.
    pub async fn remove_old_model_use(&self, before: &str) -> Result<(), StoreError> {
        model_spent::Entity::delete_many()
            .filter(model_spent::Column::WorkspaceId.eq(self.workspace()))
            .filter(model_spent::Column::Day.lt(before))
            .exec(self.connection)
            .await?;
        model_use::Entity::delete_many()
            .filter(model_use::Column::WorkspaceId.eq(self.workspace()))
            .filter(model_use::Column::Day.lt(before))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
