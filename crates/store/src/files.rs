//! Uploaded files as rows. The bytes are elsewhere (a folder or object storage), sealed with the key named here.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;
use yingda_model::{Actor, ConversationId, FileId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, count, parse_actor, signed};
use crate::entity::file::{ActiveModel, Column, Entity};
use crate::entity::{conversation, file_shown};

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    pub id: FileId,
    /// The contact, or the workspace, whose key seals the content.
    pub key_owner: Uuid,
    pub name: String,
    /// Found from the bytes, not from what the uploader said.
    pub mime: String,
    /// Bytes before sealing.
    pub size: u64,
    pub uploaded_by: Actor,
    pub created_at: Timestamp,
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// One file of this workspace.
    pub async fn file(&self, id: FileId) -> Result<FileInfo, StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "file" })?;
        Ok(FileInfo {
            id,
            key_owner: row.key_owner,
            name: self.unseal(row.key_owner, row.id, &row.name).await?,
            mime: row.mime,
            size: count(row.size)?,
            uploaded_by: parse_actor(&row.uploaded_by)?,
            created_at: Timestamp(row.created_at),
        })
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// Whether a file was sent, by either side, in a conversation that its customer sees.
    pub async fn file_was_shown(&self, id: FileId, conversation: ConversationId) -> Result<bool, StoreError> {
        let shown = file_shown::Entity::find_by_id((id.0, conversation.0)).one(self.connection).await?.is_some();
        Ok(shown && self.has_file(id).await?)
    }

    /// Whether the file is of this workspace.
    async fn has_file(&self, id: FileId) -> Result<bool, StoreError> {
        let row =
            Entity::find_by_id(id.0).filter(Column::WorkspaceId.eq(self.workspace())).one(self.connection).await?;
        Ok(row.is_some())
    }
}

impl Writing<'_> {
    /// Notes that a conversation's customer is shown a file. Both are of this workspace: [`StoreError::NotFound`] if not.
    pub async fn show_file(&self, id: FileId, conversation: ConversationId) -> Result<(), StoreError> {
        if !self.has_file(id).await? {
            return Err(StoreError::NotFound { what: "file" });
        }
        let conversation_row = conversation::Entity::find_by_id(conversation.0)
            .filter(conversation::Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?;
        if conversation_row.is_none() {
            return Err(StoreError::NotFound { what: "conversation" });
        }
        if !self.file_was_shown(id, conversation).await? {
            let row = file_shown::ActiveModel { file_id: Set(id.0), conversation_id: Set(conversation.0) };
            file_shown::Entity::insert(row).exec_without_returning(self.connection).await?;
        }
        Ok(())
    }

    /// Stores what is known of a file.
    pub async fn insert_file(&self, file: &FileInfo) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(file.id.0),
            workspace_id: Set(self.workspace()),
            key_owner: Set(file.key_owner),
            name: Set(self.seal(file.key_owner, file.id.0, &file.name).await?),
            mime: Set(file.mime.clone()),
            size: Set(signed(file.size)),
            uploaded_by: Set(actor_text(file.uploaded_by)),
            created_at: Set(file.created_at.0),
        };
        Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(())
    }
}
