//! Secrets and settings that tools and language models are given.

use std::collections::BTreeMap;
use std::fmt;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use serde::Serialize;
use uuid::Uuid;
use yingda_model::{Actor, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, parse_actor};
use crate::entity::{assistant_secret, assistant_setting};

/// What may be told of a secret: never its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SecretInfo {
    pub name: String,
    pub set_at: Timestamp,
    pub set_by: Actor,
}

/// Secrets with their values, for whoever calls tools; shown by name only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(pub BTreeMap<String, String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A plain value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Setting {
    pub name: String,
    pub value: String,
    pub set_at: Timestamp,
    pub set_by: Actor,
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// Which secrets there are, by name.
    pub async fn assistant_secrets(&self) -> Result<Vec<SecretInfo>, StoreError> {
        let mut secrets = Vec::new();
        for row in self.secret_rows().await? {
            secrets.push(SecretInfo {
                name: row.name,
                set_at: Timestamp(row.set_at),
                set_by: parse_actor(&row.set_by)?,
            });
        }
        secrets.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(secrets)
    }

    /// The secrets with their values. For calling tools and language models; nothing of it may reach the API.
    pub async fn assistant_secret_values(&self) -> Result<Secrets, StoreError> {
        let mut values = BTreeMap::new();
        for row in self.secret_rows().await? {
            values.insert(row.name, self.unseal(self.workspace(), row.id, &row.sealed).await?);
        }
        Ok(Secrets(values))
    }

    async fn secret_rows(&self) -> Result<Vec<assistant_secret::Model>, StoreError> {
        let query = assistant_secret::Entity::find().filter(assistant_secret::Column::WorkspaceId.eq(self.workspace()));
        Ok(query.all(self.connection).await?)
    }

    /// The settings, by name.
    pub async fn assistant_settings(&self) -> Result<Vec<Setting>, StoreError> {
        let rows = assistant_setting::Entity::find()
            .filter(assistant_setting::Column::WorkspaceId.eq(self.workspace()))
            .all(self.connection)
            .await?;
        let mut settings = Vec::with_capacity(rows.len());
        for row in rows {
            settings.push(Setting {
                name: row.name,
                value: row.value,
                set_at: Timestamp(row.set_at),
                set_by: parse_actor(&row.set_by)?,
            });
        }
        settings.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(settings)
    }

    /// The value of a setting; `None` when it is not set.
    pub async fn assistant_setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row =
            assistant_setting::Entity::find_by_id((self.workspace(), name.to_owned())).one(self.connection).await?;
        Ok(row.map(|row| row.value))
    }
}

impl Writing<'_> {
    /// Sets a secret, in place of what it was; `id` is that of a new row. Take the lock of the files first.
    pub async fn put_assistant_secret(
        &self,
        id: Uuid,
        name: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // The bytes are bound to their row, so a new value is a new row.
        self.remove_secret(name).await?;
        let row = assistant_secret::ActiveModel {
            id: Set(id),
            workspace_id: Set(self.workspace()),
            name: Set(name.to_owned()),
            sealed: Set(self.seal(self.workspace(), id, &value).await?),
            set_at: Set(now.0),
            set_by: Set(actor_text(self.scope.actor())),
        };
        assistant_secret::Entity::insert(row).exec_without_returning(self.connection).await?;
        self.bump_assistant_revision().await.map(drop)
    }

    /// Removes a secret. False when there is none.
    pub async fn delete_assistant_secret(&self, name: &str) -> Result<bool, StoreError> {
        let removed = self.remove_secret(name).await?;
        if removed {
            self.bump_assistant_revision().await?;
        }
        Ok(removed)
    }

    async fn remove_secret(&self, name: &str) -> Result<bool, StoreError> {
        let result = assistant_secret::Entity::delete_many()
            .filter(assistant_secret::Column::WorkspaceId.eq(self.workspace()))
            .filter(assistant_secret::Column::Name.eq(name))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }

    /// Sets a setting.
    pub async fn put_assistant_setting(&self, name: &str, value: &str, now: Timestamp) -> Result<(), StoreError> {
        use assistant_setting::Column;
        let row = assistant_setting::ActiveModel {
            workspace_id: Set(self.workspace()),
            name: Set(name.to_owned()),
            value: Set(value.to_owned()),
            set_at: Set(now.0),
            set_by: Set(actor_text(self.scope.actor())),
        };
        let again = OnConflict::columns([Column::WorkspaceId, Column::Name])
            .update_columns([Column::Value, Column::SetAt, Column::SetBy])
            .to_owned();
        assistant_setting::Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        self.bump_assistant_revision().await.map(drop)
    }

    /// Removes a setting. False when there is none.
    pub async fn delete_assistant_setting(&self, name: &str) -> Result<bool, StoreError> {
        let result = assistant_setting::Entity::delete_many()
            .filter(assistant_setting::Column::WorkspaceId.eq(self.workspace()))
            .filter(assistant_setting::Column::Name.eq(name))
            .exec(self.connection)
            .await?;
        if result.rows_affected > 0 {
            self.bump_assistant_revision().await?;
        }
        Ok(result.rows_affected == 1)
    }
}
