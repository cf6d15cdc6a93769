//! What a client's `Idempotency-Key` made.

use ring::digest::{SHA256, digest};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;
use yingda_model::Timestamp;

use crate::StoreError;
use crate::access::Writing;
use crate::codec::actor_text;
use crate::entity::idempotency_key::{ActiveModel, Column, Entity};

/// The outcome of looking a key up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// The key is new: do the work, then call [`Writing::remember`].
    New,
    /// The same request made this before.
    Before(Uuid),
}

impl Writing<'_> {
    /// Looks up what this actor made with `key`; [`StoreError::KeyReused`] when it was another request.
    pub async fn recall(&self, key: &str, request: &[u8]) -> Result<Remembered, StoreError> {
        let row = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Owner.eq(actor_text(self.scope.actor())))
            .filter(Column::Key.eq(key))
            .one(self.connection)
            .await?;
        match row {
            None => Ok(Remembered::New),
            Some(row) if row.request_hash == hash(request) => Ok(Remembered::Before(row.resource_id)),
            Some(_) => Err(StoreError::KeyReused),
        }
    }

    /// Notes in this transaction that `key` made `resource`.
    pub async fn remember(&self, key: &str, request: &[u8], resource: Uuid, now: Timestamp) -> Result<(), StoreError> {
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            owner: Set(actor_text(self.scope.actor())),
            key: Set(key.into()),
            request_hash: Set(hash(request)),
            resource_id: Set(resource),
            created_at: Set(now.0),
        };
        Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this Idempotency-Key"))?;
        Ok(())
    }

    /// Forgets keys older than `before`.
    pub async fn forget_keys(&self, before: Timestamp) -> Result<u64, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::CreatedAt.lt(before.0))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected)
    }
}

fn hash(request: &[u8]) -> Vec<u8> {
    digest(&SHA256, request).as_ref().to_vec()
}
