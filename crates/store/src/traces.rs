//! Traces as rows, sealed: they repeat what the customer said.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use yingda_model::{ContactId, ConversationId, Timestamp, Trace};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::entity::trace::{ActiveModel, Column, Entity};

impl<C: ConnectionTrait> Access<'_, C> {
    /// The newest `limit` traces of a conversation, newest first. Those of an erased contact are left out.
    pub async fn traces(&self, conversation: ConversationId, limit: u64) -> Result<Vec<Trace>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::ConversationId.eq(conversation.0))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.connection)
            .await?;
        let mut traces = Vec::with_capacity(rows.len());
        for row in rows {
            match self.unseal(row.key_owner, row.id, &row.sealed).await {
                Err(StoreError::Erased) => {}
                trace => traces.push(trace?),
            }
        }
        Ok(traces)
    }

    /// The traces of the workspace from a moment on, oldest first, at most `limit`, each with its contact; those of erased
    /// contacts are left out.
    pub async fn traces_since(&self, since: Timestamp, limit: u64) -> Result<Vec<(ContactId, Trace)>, StoreError> {
        let mut rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::At.gte(since.0))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.connection)
            .await?;
        rows.reverse();
        let mut traces = Vec::with_capacity(rows.len());
        for row in rows {
            match self.unseal(row.key_owner, row.id, &row.sealed).await {
                Err(StoreError::Erased) => {}
                trace => traces.push((row.key_owner.into(), trace?)),
            }
        }
        Ok(traces)
    }
}

impl Writing<'_> {
    /// Stores the record of a decision.
    pub async fn insert_trace(&self, trace: &Trace, contact: ContactId) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(trace.id.0),
            workspace_id: Set(self.workspace()),
            conversation_id: Set(trace.conversation_id.0),
            message_id: Set(trace.message_id.0),
            key_owner: Set(contact.0),
            sealed: Set(self.seal(contact.0, trace.id.0, trace).await?),
            at: Set(trace.at.0),
        };
        Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }
}
