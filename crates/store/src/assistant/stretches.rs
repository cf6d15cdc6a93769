//! Stretches of conversations and what came of them.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set, Statement,
};
use yingda_model::{ConversationId, Outcome, OutcomeCount, Stretch, Timestamp, Topic};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{count, found, name_of, named};
use crate::entity::stretch::{ActiveModel, Column, Entity, Model};

/// In place of an outcome while there is none.
const OPEN: &str = "open";
const WHAT: &str = "stretch of a conversation";

pub(crate) fn from_row(row: Model) -> Result<Stretch, StoreError> {
    Ok(Stretch {
        id: row.id,
        conversation_id: row.conversation_id.into(),
        began_at: Timestamp(row.began_at),
        touched_at: Timestamp(row.touched_at),
        last_message_id: row.last_message_id.map(Into::into),
        last_turn: named("outcome of a turn", &row.last_turn)?,
        topic: Topic { flow: row.flow, answer: row.answer },
        outcome: if row.outcome == OPEN { None } else { Some(named("outcome", &row.outcome)?) },
        ended_at: row.ended_at.map(Timestamp),
        decided_at: row.decided_at.map(Timestamp),
        denied_at: row.denied_at.map(Timestamp),
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The newest `limit` stretches of a conversation, newest first.
    pub async fn stretches(&self, id: ConversationId, limit: u64) -> Result<Vec<Stretch>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ConversationId.eq(id.0))
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// The newest stretch of a conversation.
    pub async fn last_stretch(&self, id: ConversationId) -> Result<Option<Stretch>, StoreError> {
        Ok(self.stretches(id, 1).await?.pop())
    }

    /// The stretch of a conversation that goes on, if one does.
    pub async fn open_stretch(&self, id: ConversationId) -> Result<Option<Stretch>, StoreError> {
        let row = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ConversationId.eq(id.0))
            .filter(Column::Outcome.eq(OPEN))
            .one(self.connection)
            .await?;
        row.map(from_row).transpose()
    }

    /// Stretches that go on and whose last turn was at `until` or before, the oldest first.
    pub async fn open_stretches(&self, until: Timestamp, limit: u64) -> Result<Vec<Stretch>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Outcome.eq(OPEN))
            .filter(Column::TouchedAt.lte(until.0))
            .order_by_asc(Column::TouchedAt)
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(self.connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// How many stretches ended between two moments (the second not included), by day, outcome and flow.
    pub async fn outcome_counts(&self, from: Timestamp, until: Timestamp) -> Result<Vec<OutcomeCount>, StoreError> {
        const SQL: &str = "SELECT ended_at / 86400000 AS day, outcome, flow, COUNT(*) AS count FROM stretch \
            WHERE workspace_id = $1 AND ended_at >= $2 AND ended_at < $3 GROUP BY ended_at / 86400000, outcome, flow";
        #[derive(FromQueryResult)]
        struct Row {
            day: i64,
            outcome: String,
            flow: Option<String>,
            count: i64,
        }
        let values = [self.workspace().into(), from.0.into(), until.0.into()];
        let statement = Statement::from_sql_and_values(self.connection.get_database_backend(), SQL, values);
        let mut counts = Vec::new();
        for row in self.connection.query_all_raw(statement).await? {
            let row = Row::from_query_result(&row, "")?;
            counts.push(OutcomeCount {
                day: row.day,
                outcome: named("outcome", &row.outcome)?,
                flow: row.flow,
                count: count(row.count)?,
            });
        }
        counts.sort_by(|one, other| (one.day, one.outcome, &one.flow).cmp(&(other.day, other.outcome, &other.flow)));
        Ok(counts)
    }
}

impl Writing<'_> {
    /// Stores a new stretch. Lock the conversation first: at most one of it goes on.
    pub async fn insert_stretch(&self, stretch: &Stretch) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(stretch.id),
            workspace_id: Set(self.workspace()),
            conversation_id: Set(stretch.conversation_id.0),
            ..changing(stretch)?
        };
        Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this id"))?;
        Ok(())
    }

    /// Stores a stretch's new state.
    pub async fn update_stretch(&self, stretch: &Stretch) -> Result<(), StoreError> {
        let result = Entity::update_many()
            .set(changing(stretch)?)
            .filter(Column::Id.eq(stretch.id))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, WHAT)
    }

    /// Ends the stretch of a conversation that goes on. False when none does.
    pub async fn end_stretch(&self, id: ConversationId, outcome: Outcome, now: Timestamp) -> Result<bool, StoreError> {
        let result = Entity::update_many()
            .col_expr(Column::Outcome, Expr::value(name_of(&outcome)?))
            .col_expr(Column::EndedAt, Expr::value(now.0))
            .col_expr(Column::DecidedAt, Expr::value(now.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ConversationId.eq(id.0))
            .filter(Column::Outcome.eq(OPEN))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected > 0)
    }
}

/// All columns but those that never change.
fn changing(stretch: &Stretch) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        began_at: Set(stretch.began_at.0),
        touched_at: Set(stretch.touched_at.0),
        last_turn: Set(name_of(&stretch.last_turn)?),
        last_message_id: Set(stretch.last_message_id.map(|id| id.0)),
        flow: Set(stretch.topic.flow.clone()),
        answer: Set(stretch.topic.answer.clone()),
        outcome: Set(match stretch.outcome {
            None => OPEN.to_owned(),
            Some(outcome) => name_of(&outcome)?,
        }),
        ended_at: Set(stretch.ended_at.map(|at| at.0)),
        decided_at: Set(stretch.decided_at.map(|at| at.0)),
        denied_at: Set(stretch.denied_at.map(|at| at.0)),
        ..ActiveModel::default()
    })
}
