//! Entries as they once were.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use yingda_model::{Actor, EntryId, EntryVersion, KbEntry, Readership, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, from_json, parse_actor, to_json};
use crate::entity::kb_version::{ActiveModel, Column, Entity, Model};

/// Rows in one INSERT.
const CHUNK: usize = 500;

fn from_row(row: Model) -> Result<EntryVersion, StoreError> {
    Ok(EntryVersion {
        entry_id: row.entry_id.into(),
        version: row.version,
        content: from_json("version of an entry", &row.content)?,
        at: Timestamp(row.at),
        by: parse_actor(&row.actor)?,
        note: row.note,
    })
}

/// The version as those see it who may read it; `None` for others.
fn shown(row: Model, readership: &Readership) -> Result<Option<EntryVersion>, StoreError> {
    let mut version = from_row(row)?;
    readership.hide(&mut version.content);
    Ok(readership.reads(version.content.audience).then_some(version))
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The versions of an entry below `before`, newest first, at most `limit`. An entry that was never changed since versions
    /// are kept has none.
    pub async fn kb_versions(
        &self,
        id: EntryId,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<EntryVersion>, StoreError> {
        let readership = self.kb_readership().await?;
        let (mut found, mut before) = (Vec::new(), before.unwrap_or(i64::MAX));
        loop {
            let missing = limit - found.len() as u64;
            let rows = Entity::find()
                .filter(Column::WorkspaceId.eq(self.workspace()))
                .filter(Column::EntryId.eq(id.0))
                .filter(Column::Version.lt(before))
                .order_by_desc(Column::Version)
                .limit(missing)
                .all(self.connection)
                .await?;
            let is_last = (rows.len() as u64) < missing;
            for row in rows {
                before = row.version;
                // It may once have been for others.
                found.extend(shown(row, &readership)?);
            }
            if is_last || found.len() as u64 == limit {
                return Ok(found);
            }
        }
    }

    /// One version of an entry.
    pub async fn kb_version(&self, id: EntryId, version: i64) -> Result<EntryVersion, StoreError> {
        let row = Entity::find_by_id((id.0, version))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "version" })?;
        shown(row, &self.kb_readership().await?)?.ok_or(StoreError::NotFound { what: "version" })
    }
}

impl Writing<'_> {
    /// Keeps the entries as they are now.
    pub(super) async fn insert_versions(&self, entries: &[KbEntry], note: Option<&str>) -> Result<(), StoreError> {
        for chunk in entries.chunks(CHUNK) {
            let rows = chunk
                .iter()
                .map(|entry| self.version(entry, self.scope().actor(), note))
                .collect::<Result<Vec<_>, _>>()?;
            Entity::insert_many(rows).exec_without_returning(self.connection).await?;
        }
        Ok(())
    }

    /// Keeps what entries once said, as another installation kept it; of a version that is kept already, who made it, when and
    /// why.
    pub async fn insert_kb_history(&self, versions: &[EntryVersion]) -> Result<(), StoreError> {
        for chunk in versions.chunks(CHUNK) {
            let rows = chunk
                .iter()
                .map(|old| {
                    Ok(ActiveModel {
                        workspace_id: Set(self.workspace()),
                        entry_id: Set(old.entry_id.0),
                        version: Set(old.version),
                        content: Set(to_json(&old.content)?),
                        actor: Set(actor_text(old.by)),
                        note: Set(old.note.clone()),
                        at: Set(old.at.0),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            let same = OnConflict::columns([Column::EntryId, Column::Version])
                .update_columns([Column::Actor, Column::Note, Column::At])
                .to_owned();
            Entity::insert_many(rows).on_conflict(same).exec_without_returning(self.connection).await?;
        }
        Ok(())
    }

    /// Keeps an entry that is about to change and was stored before versions were kept.
    pub(super) async fn keep_first_version(&self, entry: &KbEntry) -> Result<(), StoreError> {
        let kept = Entity::find_by_id((entry.id.0, entry.version)).count(self.connection).await?;
        if kept == 0 {
            let row = self.version(entry, Actor::System, None)?;
            Entity::insert(row).exec_without_returning(self.connection).await?;
        }
        Ok(())
    }

    fn version(&self, entry: &KbEntry, by: Actor, note: Option<&str>) -> Result<ActiveModel, StoreError> {
        Ok(ActiveModel {
            workspace_id: Set(self.workspace()),
            entry_id: Set(entry.id.0),
            version: Set(entry.version),
            content: Set(to_json(&entry.content)?),
            actor: Set(actor_text(by)),
            note: Set(note.map(str::to_owned)),
            at: Set(entry.updated_at.0),
        })
    }
}
