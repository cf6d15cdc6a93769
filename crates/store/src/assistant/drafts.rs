//! Files of the assistant that are being worked on.

use std::collections::HashMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use yingda_model::{AssistantDraft, AssistantFile, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, parse_actor};
use crate::entity::assistant_draft::{ActiveModel, Column, Entity, Model};

const WHAT: &str = "file of the assistant";

fn from_row(row: Model) -> Result<AssistantDraft, StoreError> {
    Ok(AssistantDraft {
        path: row.path,
        text: row.text,
        revision: row.revision,
        updated_at: Timestamp(row.updated_at),
        updated_by: parse_actor(&row.updated_by)?,
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// All files that are being worked on, by path.
    pub async fn assistant_drafts(&self) -> Result<Vec<AssistantDraft>, StoreError> {
        let rows = Entity::find().filter(Column::WorkspaceId.eq(self.workspace())).all(self.connection).await?;
        let mut drafts = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        drafts.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(drafts)
    }

    /// One file that is being worked on.
    pub async fn assistant_draft(&self, path: &str) -> Result<AssistantDraft, StoreError> {
        let row = Entity::find_by_id((self.workspace(), path.to_owned())).one(self.connection).await?;
        from_row(row.ok_or(StoreError::NotFound { what: WHAT })?)
    }
}

impl Writing<'_> {
    /// Stores a file in place of the one with its path, under a new revision. Take the lock of the files first.
    pub async fn put_assistant_draft(
        &self,
        file: &AssistantFile,
        now: Timestamp,
    ) -> Result<AssistantDraft, StoreError> {
        let revision = self.bump_assistant_revision().await?;
        self.write_draft(file, revision, now).await?;
        Ok(AssistantDraft {
            path: file.path.clone(),
            text: file.text.clone(),
            revision,
            updated_at: now,
            updated_by: self.scope.actor(),
        })
    }

    /// Removes a file. False when there is none.
    pub async fn delete_assistant_draft(&self, path: &str) -> Result<bool, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Path.eq(path))
            .exec(self.connection)
            .await?;
        if result.rows_affected > 0 {
            self.bump_assistant_revision().await?;
        }
        Ok(result.rows_affected == 1)
    }

    /// Puts these files in place of all that are there; those that are the same keep their revision. Gives the workspace's
    /// revision, a new one if anything changed.
    pub async fn replace_assistant_drafts(&self, files: &[AssistantFile], now: Timestamp) -> Result<i64, StoreError> {
        let before: HashMap<String, String> =
            self.assistant_drafts().await?.into_iter().map(|draft| (draft.path, draft.text)).collect();
        let changed: Vec<&AssistantFile> =
            files.iter().filter(|file| before.get(&file.path) != Some(&file.text)).collect();
        let gone: Vec<&String> = before.keys().filter(|path| !files.iter().any(|file| file.path == **path)).collect();
        if changed.is_empty() && gone.is_empty() {
            return self.assistant_revision().await;
        }
        let revision = self.bump_assistant_revision().await?;
        if !gone.is_empty() {
            Entity::delete_many()
                .filter(Column::WorkspaceId.eq(self.workspace()))
                .filter(Column::Path.is_in(gone))
                .exec(self.connection)
                .await?;
        }
        for file in changed {
            self.write_draft(file, revision, now).await?;
        }
        Ok(revision)
    }

    async fn write_draft(&self, file: &AssistantFile, revision: i64, now: Timestamp) -> Result<(), StoreError> {
        let row = ActiveModel {
            workspace_id: Set(self.workspace()),
            path: Set(file.path.clone()),
            text: Set(file.text.clone()),
            revision: Set(revision),
            updated_at: Set(now.0),
            updated_by: Set(actor_text(self.scope.actor())),
        };
        let again = OnConflict::columns([Column::WorkspaceId, Column::Path])
            .update_columns([Column::Text, Column::Revision, Column::UpdatedAt, Column::UpdatedBy])
            .to_owned();
        Entity::insert(row).on_conflict(again).exec_without_returning(self.connection).await?;
        Ok(())
    }
}
