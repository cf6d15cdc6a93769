//! Questions that search is measured by.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde::Serialize;
use yingda_model::{EvalPairId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{from_json, to_json};
use crate::entity::kb_eval::{ActiveModel, Column, Entity};

/// A question with the entries that answer it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EvalPair {
    pub id: EvalPairId,
    pub query: String,
    pub lang: Option<String>,
    /// Ids or keys of entries. None: nothing answers it.
    pub relevant: Vec<String>,
    pub created_at: Timestamp,
}

/// Rows in one INSERT.
const CHUNK: usize = 500;

impl<C: ConnectionTrait> Access<'_, C> {
    /// All of the workspace, oldest first.
    pub async fn eval_pairs(&self) -> Result<Vec<EvalPair>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(EvalPair {
                    id: row.id.into(),
                    query: row.query,
                    lang: row.lang,
                    relevant: from_json("relevant entries", &row.relevant)?,
                    created_at: Timestamp(row.created_at),
                })
            })
            .collect()
    }
}

impl Writing<'_> {
    pub async fn insert_eval_pairs(&self, pairs: &[EvalPair]) -> Result<(), StoreError> {
        for chunk in pairs.chunks(CHUNK) {
            let rows = chunk
                .iter()
                .map(|pair| {
                    Ok(ActiveModel {
                        id: Set(pair.id.0),
                        workspace_id: Set(self.workspace()),
                        query: Set(pair.query.clone()),
                        lang: Set(pair.lang.clone()),
                        relevant: Set(to_json(&pair.relevant)?),
                        created_at: Set(pair.created_at.0),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            Entity::insert_many(rows).exec_without_returning(self.connection).await?;
        }
        Ok(())
    }

    /// Removes a question. False when there is none.
    pub async fn delete_eval_pair(&self, id: EvalPairId) -> Result<bool, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Id.eq(id.0))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }
}
