//! Proposals to change the knowledge base.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use yingda_model::{ChangeId, ChangeOrigin, ChangeState, EntryId, KbChange, Timestamp};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{actor_text, found, from_json, name_of, named, parse_actor, to_json};
use crate::entity::kb_change::{ActiveModel, Column, Entity, Model};
use crate::page::{Page, newest_first};

/// Which proposals. Everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    pub state: Option<ChangeState>,
    pub origin: Option<ChangeOrigin>,
    pub entry: Option<EntryId>,
}

fn from_row(row: Model) -> Result<KbChange, StoreError> {
    Ok(KbChange {
        id: row.id.into(),
        entry_id: row.entry_id.map(Into::into),
        based_on: row.based_on,
        content: from_json("proposal", &row.content)?,
        origin: named("origin of a proposal", &row.origin)?,
        state: named("state of a proposal", &row.state)?,
        evidence: from_json("evidence", &row.evidence)?,
        effect: row.effect.map(|effect| from_json("effect", &effect)).transpose()?,
        fingerprint: row.fingerprint,
        by: parse_actor(&row.actor)?,
        note: row.note,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        decided_by: row.decided_by.map(|actor| parse_actor(&actor)).transpose()?,
        decided_at: row.decided_at.map(Timestamp),
    })
}

/// The columns that may change.
fn to_row(change: &KbChange) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        entry_id: Set(change.entry_id.map(|id| id.0)),
        based_on: Set(change.based_on),
        content: Set(to_json(&change.content)?),
        origin: Set(name_of(&change.origin)?),
        state: Set(name_of(&change.state)?),
        evidence: Set(to_json(&change.evidence)?),
        effect: Set(change.effect.as_ref().map(to_json).transpose()?),
        actor: Set(actor_text(change.by)),
        note: Set(change.note.clone()),
        decided_by: Set(change.decided_by.map(actor_text)),
        decided_at: Set(change.decided_at.map(|at| at.0)),
        created_at: Set(change.created_at.0),
        updated_at: Set(change.updated_at.0),
        ..ActiveModel::default()
    })
}

impl<C: ConnectionTrait> Access<'_, C> {
    pub async fn kb_change(&self, id: ChangeId) -> Result<KbChange, StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "proposal" })?;
        from_row(row)
    }

    /// A page of proposals, newest first. `Ok(None)` when the cursor is not one of ours.
    pub async fn kb_changes(
        &self,
        filter: &ChangeFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<KbChange>>, StoreError> {
        let mut query = Entity::find().filter(Column::WorkspaceId.eq(self.workspace()));
        if let Some(state) = &filter.state {
            query = query.filter(Column::State.eq(name_of(state)?));
        }
        if let Some(origin) = &filter.origin {
            query = query.filter(Column::Origin.eq(name_of(origin)?));
        }
        if let Some(entry) = filter.entry {
            query = query.filter(Column::EntryId.eq(entry.0));
        }
        let place = |row: &Model| (row.created_at, row.id);
        let page = newest_first(self.connection, query, Column::Id, place, limit, cursor).await?;
        page.map(|page| page.try_map(from_row)).transpose()
    }

    /// Every proposal of the workspace, oldest first.
    pub async fn all_kb_changes(&self) -> Result<Vec<KbChange>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }
}

impl<C: ConnectionTrait> Access<'_, C> {
    /// The proposals of the program of one origin, oldest first.
    pub async fn kb_suggestions(&self, origin: ChangeOrigin) -> Result<Vec<KbChange>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Origin.eq(name_of(&origin)?))
            .filter(Column::Fingerprint.is_not_null())
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// The proposal with this fingerprint, whatever became of it.
    pub async fn kb_suggestion(&self, fingerprint: &str) -> Result<Option<KbChange>, StoreError> {
        let row = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Fingerprint.eq(fingerprint))
            .one(self.connection)
            .await?;
        row.map(from_row).transpose()
    }
}

impl Writing<'_> {
    /// Stores a new proposal. False when one with its fingerprint is there, whatever became of it.
    pub async fn insert_kb_change(&self, new: &KbChange) -> Result<bool, StoreError> {
        if let Some(fingerprint) = &new.fingerprint {
            let there = Entity::find()
                .filter(Column::WorkspaceId.eq(self.workspace()))
                .filter(Column::Fingerprint.eq(fingerprint.as_str()))
                .count(self.connection)
                .await?;
            if there > 0 {
                return Ok(false);
            }
        }
        let row = ActiveModel {
            id: Set(new.id.0),
            workspace_id: Set(self.workspace()),
            fingerprint: Set(new.fingerprint.clone()),
            ..to_row(new)?
        };
        Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(true)
    }

    /// Stores a proposal's new state.
    pub async fn update_kb_change(&self, change: &KbChange) -> Result<(), StoreError> {
        let result = Entity::update_many()
            .set(to_row(change)?)
            .filter(Column::Id.eq(change.id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "proposal")
    }

    /// Removes a proposal. False when there is none.
    pub async fn delete_kb_change(&self, id: ChangeId) -> Result<bool, StoreError> {
        let result = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        Ok(result.rows_affected == 1)
    }
}
