//! What a customer was written without having asked.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde::Serialize;
use uuid::Uuid;
use yingda_model::{ContactId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::entity::{flow_fired, one_time_code};

/// A flow that was begun with a customer who had not asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fired {
    pub contact_id: ContactId,
    pub flow: String,
    pub at: Timestamp,
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The flows that were begun with a contact from a moment on, oldest first.
    pub async fn flows_fired(&self, contact: ContactId, since: Timestamp) -> Result<Vec<Fired>, StoreError> {
        let rows = flow_fired::Entity::find()
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::ContactId.eq(contact.0))
            .filter(flow_fired::Column::At.gte(since.0))
            .order_by_asc(flow_fired::Column::At)
            .order_by_asc(flow_fired::Column::Id)
            .all(self.connection)
            .await?;
        let fired = rows.into_iter().map(|row| Fired { contact_id: contact, flow: row.flow, at: Timestamp(row.at) });
        Ok(fired.collect())
    }
}

impl Writing<'_> {
    /// Notes that a flow was begun with a contact who had not asked. Lock the contact first.
    pub async fn insert_fired(&self, id: Uuid, fired: &Fired) -> Result<(), StoreError> {
        let row = flow_fired::ActiveModel {
            id: Set(id),
            workspace_id: Set(self.workspace()),
            contact_id: Set(fired.contact_id.0),
            flow: Set(fired.flow.clone()),
            at: Set(fired.at.0),
        };
        flow_fired::Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this id"))?;
        Ok(())
    }

    /// Forgets what was begun before a moment; how much there was.
    pub async fn remove_old_fired(&self, before: Timestamp) -> Result<u64, StoreError> {
        let result = flow_fired::Entity::delete_many()
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::At.lt(before.0))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected)
    }

    /// Two contacts are one person: limits count for both together, and of what they said the newest counts.
    pub async fn move_proactive(&self, from: ContactId, into: ContactId) -> Result<(), StoreError> {
        flow_fired::Entity::update_many()
            .col_expr(flow_fired::Column::ContactId, Expr::value(into.0))
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::ContactId.eq(from.0))
            .exec(self.connection)
            .await?;
        self.move_consent(from, into).await
    }

    /// Forgets all of that, and codes, of a contact who is erased.
    pub(crate) async fn forget_proactive(&self, contact: ContactId) -> Result<(), StoreError> {
        flow_fired::Entity::delete_many()
            .filter(flow_fired::Column::WorkspaceId.eq(self.workspace()))
            .filter(flow_fired::Column::ContactId.eq(contact.0))
            .exec(self.connection)
            .await?;
        self.forget_consents(contact).await?;
        // What customers wrote is in them, under the workspace's key.
        self.forget_replays().await?;
        one_time_code::Entity::delete_many()
            .filter(one_time_code::Column::WorkspaceId.eq(self.workspace()))
            .filter(one_time_code::Column::ContactId.eq(contact.0))
            .exec(self.connection)
            .await?;
        Ok(())
    }
}
