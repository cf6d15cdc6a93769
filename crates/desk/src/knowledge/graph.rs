//! The knowledge graph: replaced whole, like a file.

use yingda_model::{Permission, Scope};
use yingda_store::{GraphRow, NewEntry, StoreError};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// Rows that a graph may have: it is kept in memory.
const MAX_ROWS: usize = 200_000;

impl Desk {
    /// The rows of the graph.
    pub async fn graph_rows(&self, scope: &Scope) -> Result<Vec<GraphRow>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).graph_rows().await?)
    }

    /// Puts a graph in place of the one that is there. Whoever asks has checked that the rows make one.
    pub async fn replace_graph(&self, scope: &Scope, rows: Vec<GraphRow>) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        if rows.len() > MAX_ROWS {
            return Err(DeskError::invalid("graph", format!("expected at most {MAX_ROWS} rows, got {}", rows.len())));
        }
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let rows = rows.clone();
                Box::pin(async move {
                    tx.replace_graph(&rows).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.told().await;
        Ok(())
    }
}
