//! Inboxes as rows.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use yingda_model::{Inbox, InboxId, InboxKind, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{found, from_json, to_json};
use crate::entity::inbox::{ActiveModel, Column, Entity, Model};

pub(crate) fn to_inbox(row: Model) -> Result<Inbox, StoreError> {
    Ok(Inbox {
        id: row.id.into(),
        kind: InboxKind::parse(&row.kind).ok_or_else(|| StoreError::corrupt("inbox kind", &row.kind))?,
        key: row.key,
        name: row.name,
        settings: from_json("inbox settings", &row.settings)?,
        created_at: Timestamp(row.created_at),
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    pub async fn inbox(&self, id: InboxId) -> Result<Inbox, StoreError> {
        to_inbox(self.inbox_row(id).await?)
    }

    /// All inboxes of the workspace, oldest first.
    pub async fn inboxes(&self) -> Result<Vec<Inbox>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(to_inbox).collect()
    }

    /// The secret with which customer numbers are proven, if one was made.
    pub async fn identity_secret(&self, id: InboxId) -> Result<Option<Vec<u8>>, StoreError> {
        match self.inbox_row(id).await?.identity_secret {
            Some(sealed) => Ok(Some(self.unseal_bytes(self.workspace(), id.0, &sealed).await?)),
            None => Ok(None),
        }
    }

    async fn inbox_row(&self, id: InboxId) -> Result<Model, StoreError> {
        Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "inbox" })
    }
}

impl Writing<'_> {
    /// Stores a new inbox; [`StoreError::Taken`] when the key is in use anywhere.
    pub async fn insert_inbox(&self, inbox: &Inbox) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(inbox.id.0),
            workspace_id: Set(self.workspace()),
            kind: Set(inbox.kind.as_str().into()),
            key: Set(inbox.key.clone()),
            name: Set(inbox.name.clone()),
            settings: Set(to_json(&inbox.settings)?),
            identity_secret: Set(None),
            created_at: Set(inbox.created_at.0),
        };
        Entity::insert(row)
            .exec_without_returning(self.connection)
            .await
            .map_err(|error| StoreError::or_taken(error, "this inbox key"))?;
        Ok(())
    }

    /// Stores an inbox's new name and settings.
    pub async fn update_inbox(&self, inbox: &Inbox) -> Result<(), StoreError> {
        let result = Entity::update_many()
            .col_expr(Column::Name, Expr::value(inbox.name.clone()))
            .col_expr(Column::Settings, Expr::value(to_json(&inbox.settings)?))
            .filter(Column::Id.eq(inbox.id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "inbox")
    }

    /// Stores the secret with which customer numbers are proven, in place of the one before.
    pub async fn set_identity_secret(&self, id: InboxId, secret: &[u8]) -> Result<(), StoreError> {
        let sealed = self.seal_bytes(self.workspace(), id.0, secret).await?;
        let result = Entity::update_many()
            .col_expr(Column::IdentitySecret, Expr::value(sealed))
            .filter(Column::Id.eq(id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "inbox")
    }
}
