//! The knowledge graph, row by row. It is read whole and kept in memory.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{from_json, name_of, named, to_json};
use crate::entity::graph_row::{ActiveModel, Column, Entity};

/// What a row of the graph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraphRowKind {
    Thing,
    Link,
    /// What an attribute or a type is called, and how it is measured.
    Attribute,
}

/// A row of the graph; its content is the graph's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphRow {
    pub kind: GraphRowKind,
    /// Unique among those of its kind.
    pub name: String,
    pub content: Json,
}

/// Rows in one INSERT.
const CHUNK: usize = 500;

impl<C: ConnectionTrait> Access<'_, C> {
    /// The whole graph.
    pub async fn graph_rows(&self) -> Result<Vec<GraphRow>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Kind)
            .order_by_asc(Column::Name)
            .all(self.connection)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(GraphRow {
                    kind: named("kind of graph row", &row.kind)?,
                    name: row.name,
                    content: from_json("graph row", &row.content)?,
                })
            })
            .collect()
    }
}

impl Writing<'_> {
    /// Puts a graph in place of the one that is there.
    pub async fn replace_graph(&self, rows: &[GraphRow]) -> Result<(), StoreError> {
        Entity::delete_many().filter(Column::WorkspaceId.eq(self.workspace())).exec(self.connection).await?;
        for chunk in rows.chunks(CHUNK) {
            let rows = chunk
                .iter()
                .map(|row| {
                    Ok(ActiveModel {
                        workspace_id: Set(self.workspace()),
                        kind: Set(name_of(&row.kind)?),
                        name: Set(row.name.clone()),
                        content: Set(to_json(&row.content)?),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            Entity::insert_many(rows).exec_without_returning(self.connection).await?;
        }
        self.bump_graph_revision().await
    }
}
