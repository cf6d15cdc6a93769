//! Knowledge entries as rows. Search is elsewhere: an index is derived from these.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::Serialize;
use yingda_model::{EntryId, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{found, from_json, page_cursor, parse_page_cursor, to_json};
use crate::entity::kb_entry::{ActiveModel, Column, Entity, Model};

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KbEntry {
    pub id: EntryId,
    /// What others, such as intents, refer to it by; the same in each language.
    pub key: Option<String>,
    pub question: String,
    pub answer: String,
    /// Other ways of asking.
    pub variants: Vec<String>,
    /// `zh`, `en` or another BCP 47 tag.
    pub lang: Option<String>,
    pub category: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl KbEntry {
    pub(crate) fn from_row(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            key: row.key,
            question: row.question,
            answer: row.answer,
            variants: from_json("variants", &row.variants)?,
            lang: row.lang,
            category: row.category,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }

    fn to_row(&self, workspace: uuid::Uuid) -> Result<ActiveModel, StoreError> {
        Ok(ActiveModel {
            id: Set(self.id.0),
            key: Set(self.key.clone()),
            workspace_id: Set(workspace),
            question: Set(self.question.clone()),
            answer: Set(self.answer.clone()),
            variants: Set(to_json(&self.variants)?),
            lang: Set(self.lang.clone()),
            category: Set(self.category.clone()),
            created_at: Set(self.created_at.0),
            updated_at: Set(self.updated_at.0),
        })
    }
}

/// Rows in one INSERT; SQLite allows 32,766 bound values.
const CHUNK: usize = 500;

impl<C: ConnectionTrait> Access<'_, C> {
    pub async fn kb_entry(&self, id: EntryId) -> Result<KbEntry, StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "knowledge entry" })?;
        KbEntry::from_row(row)
    }

    /// Every entry of the workspace, oldest first: what an index is built from.
    pub async fn all_kb_entries(&self) -> Result<Vec<KbEntry>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(KbEntry::from_row).collect()
    }

    /// How many entries the workspace has.
    pub async fn kb_size(&self) -> Result<u64, StoreError> {
        Ok(Entity::find().filter(Column::WorkspaceId.eq(self.workspace())).count(self.connection).await?)
    }

    /// A page of entries, newest first, and where the next page begins; `lang` narrows. `Ok(None)` when the cursor is not one
    /// of ours.
    pub async fn kb_entries(
        &self,
        lang: Option<&str>,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<(Vec<KbEntry>, Option<String>)>, StoreError> {
        let mut query = Entity::find().filter(Column::WorkspaceId.eq(self.workspace()));
        if let Some(lang) = lang {
            query = query.filter(Column::Lang.eq(lang));
        }
        if let Some(cursor) = cursor {
            let Some((_, id)) = parse_page_cursor(cursor) else { return Ok(None) };
            query = query.filter(Column::Id.lt(id));
        }
        let mut rows = query.order_by_desc(Column::Id).limit(limit + 1).all(self.connection).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = more.then(|| rows.last().map(|row| page_cursor(row.created_at, row.id))).flatten();
        let entries = rows.into_iter().map(KbEntry::from_row).collect::<Result<_, _>>()?;
        Ok(Some((entries, next)))
    }
}

impl Writing<'_> {
    /// Stores new entries.
    pub async fn insert_kb_entries(&self, entries: &[KbEntry]) -> Result<(), StoreError> {
        for chunk in entries.chunks(CHUNK) {
            let rows = chunk.iter().map(|entry| entry.to_row(self.workspace())).collect::<Result<Vec<_>, _>>()?;
            Entity::insert_many(rows).exec_without_returning(self.connection).await?;
        }
        self.bump_kb_revision().await
    }

    /// Stores an entry's new state.
    pub async fn update_kb_entry(&self, entry: &KbEntry) -> Result<(), StoreError> {
        let result = Entity::update_many()
            .set(entry.to_row(self.workspace())?)
            .filter(Column::Id.eq(entry.id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "knowledge entry")?;
        self.bump_kb_revision().await
    }

    /// Removes an entry. False when there is none.
    pub async fn delete_kb_entry(&self, id: EntryId) -> Result<bool, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        if result.rows_affected > 0 {
            self.bump_kb_revision().await?;
        }
        Ok(result.rows_affected == 1)
    }

    /// Removes all entries of the workspace.
    pub async fn delete_all_kb_entries(&self) -> Result<u64, StoreError> {
        let result =
            Entity::delete_many().filter(Column::WorkspaceId.eq(self.workspace())).exec(self.connection).await?;
        if result.rows_affected > 0 {
            self.bump_kb_revision().await?;
        }
        Ok(result.rows_affected)
    }
}
