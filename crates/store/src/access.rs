//! Reading and writing as somebody: the only way to the tables, and it always carries a [`Scope`].

use std::sync::Arc;

use ring::aead::LessSafeKey;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, Set, Statement};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use yingda_model::{ContactId, Scope};

use crate::vault::open_with;
use crate::{StoreError, Vault, entity};

/// A connection with the right to touch one workspace. Every query adds the workspace to its conditions.
pub struct Access<'a, C> {
    pub(crate) connection: &'a C,
    pub(crate) scope: &'a Scope,
    pub(crate) vault: &'a Vault,
}

impl<C> Clone for Access<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Access<'_, C> {}

/// Access inside a transaction: reads and writes.
pub type Writing<'a> = Access<'a, DatabaseTransaction>;

impl<'a, C> Access<'a, C> {
    pub(crate) fn new(connection: &'a C, scope: &'a Scope, vault: &'a Vault) -> Self {
        Self { connection, scope, vault }
    }

    pub fn scope(&self) -> &Scope {
        self.scope
    }

    pub(crate) fn workspace(&self) -> Uuid {
        self.scope.workspace().0
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The data key of a contact or of the workspace; [`StoreError::Erased`] when it was destroyed.
    async fn data_key(&self, owner: Uuid) -> Result<Arc<LessSafeKey>, StoreError> {
        if let Some(key) = self.vault.cached(self.workspace(), owner) {
            return Ok(key);
        }
        let row = entity::data_key::Entity::find_by_id(owner)
            .one(self.connection)
            .await?
            .filter(|row| row.workspace_id == self.workspace())
            .ok_or(StoreError::Erased)?;
        self.vault.unwrap(self.workspace(), owner, &row.wrapped)
    }

    /// Seals `value` as JSON with the key of `owner`, for the row `row`.
    pub(crate) async fn seal<T: Serialize + Sync>(
        &self,
        owner: Uuid,
        row: Uuid,
        value: &T,
    ) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(value).map_err(|error| StoreError::corrupt("value", error))?;
        self.seal_bytes(owner, row, &plain).await
    }

    /// Seals bytes with the key of `owner`, for the row `row`.
    pub async fn seal_bytes(&self, owner: Uuid, row: Uuid, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.data_key(owner).await?;
        self.vault.seal_with(&key, row, plain)
    }

    /// Opens what [`Access::seal`] sealed.
    pub(crate) async fn unseal<T: DeserializeOwned>(
        &self,
        owner: Uuid,
        row: Uuid,
        sealed: &[u8],
    ) -> Result<T, StoreError> {
        let plain = self.unseal_bytes(owner, row, sealed).await?;
        serde_json::from_slice(&plain).map_err(|error| StoreError::corrupt("sealed value", error))
    }

    /// Opens what [`Access::seal_bytes`] sealed.
    pub async fn unseal_bytes(&self, owner: Uuid, row: Uuid, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.data_key(owner).await?;
        open_with(&key, row, sealed)
    }
}

impl Writing<'_> {
    /// Makes the data key of a new contact or workspace.
    pub(crate) async fn create_data_key(&self, owner: Uuid) -> Result<(), StoreError> {
        let wrapped = self.vault.new_data_key(owner)?;
        let row = entity::data_key::ActiveModel {
            owner_id: Set(owner),
            workspace_id: Set(self.workspace()),
            wrapped: Set(wrapped.clone()),
        };
        entity::data_key::Entity::insert(row).exec_without_returning(self.connection).await?;
        // Takes the place of a key that a change which was undone had made for the same owner.
        self.vault.unwrap(self.workspace(), owner, &wrapped).map(|_| ())
    }

    /// Destroys a contact's data key: what it sealed can never be read again.
    pub(crate) async fn destroy_data_key(&self, contact: ContactId) -> Result<(), StoreError> {
        let deleted = entity::data_key::Entity::delete_by_id(contact.0)
            .filter(entity::data_key::Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        if deleted.rows_affected > 0 {
            self.vault.forget(contact.0);
        }
        Ok(())
    }

    /// Whether nobody else can write until the end of the transaction: so it is on SQLite, from the beginning. What was read
    /// before a [`Access::lock`] then need not be read again.
    pub fn is_alone(&self) -> bool {
        self.connection.get_database_backend() != DbBackend::Postgres
    }

    /// Until the end of the transaction, nobody else changes the thing with this id.
    ///
    /// Take the lock before the first write. On PostgreSQL it is an advisory lock, which gives the transaction no number yet:
    /// so of two transactions that touch one conversation the later one also has the higher number, and the journal, which is
    /// read in the order of transaction numbers, has the events of a conversation in the order of their `seq`.
    pub async fn lock(&self, id: Uuid) -> Result<(), StoreError> {
        if !self.is_alone() {
            let (high, low) = id.as_u64_pair();
            // The low half of a version 7 UUID is random, so distinct ids rarely share a lock, and sharing one is harmless.
            let key = (high.rotate_left(32) ^ low).cast_signed();
            let statement =
                Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_advisory_xact_lock($1)", [key.into()]);
            self.connection.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// Until the end of the transaction, nobody else in the workspace works on what has this name: for what has no id yet. Nodes
    /// of different versions agree on the lock, because it is made by SHA-256.
    pub async fn lock_name(&self, kind: &str, name: &str) -> Result<(), StoreError> {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        for part in [self.workspace().as_bytes().as_slice(), kind.as_bytes(), &[0], name.as_bytes()] {
            context.update(part);
        }
        let hash = context.finish();
        let id = Uuid::from_slice(&hash.as_ref()[..16]).map_err(|error| StoreError::corrupt("lock", error))?;
        self.lock(id).await
    }
}
