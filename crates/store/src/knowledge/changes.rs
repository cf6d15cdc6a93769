//! Proposals to change the knowledge base.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use yingda_model::{
    ChangeEvidence, ChangeId, ChangeOrigin, ChangeState, EntryContent, EntryId, KbChange, Readership, SpecialAnswer,
    Timestamp,
};

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

/// What is proposed, with answers that were hidden from whoever proposes it.
fn with(change: &KbChange, hidden: Vec<SpecialAnswer>) -> EntryContent {
    let mut content = change.content.clone();
    content.answers.extend(hidden);
    content
}

impl<C: ConnectionTrait> Access<'_, C> {
    pub async fn kb_change(&self, id: ChangeId) -> Result<KbChange, StoreError> {
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "proposal" })?;
        let shown = self.shown(vec![from_row(row)?], &self.kb_readership().await?).await?;
        shown.into_iter().next().ok_or(StoreError::NotFound { what: "proposal" })
    }

    /// Those proposals that may be read: that are about nothing that is for others, and quote nothing of it.
    async fn shown(&self, changes: Vec<KbChange>, readership: &Readership) -> Result<Vec<KbChange>, StoreError> {
        let about = |change: &KbChange| -> Vec<EntryId> {
            let evidence = change.evidence.iter().filter_map(|evidence| match evidence {
                ChangeEvidence::Entry { id, .. } => Some(*id),
                _ => None,
            });
            change.entry_id.into_iter().chain(evidence).collect()
        };
        let for_others = self.kb_for_others(readership, changes.iter().flat_map(about).collect()).await?;
        let shown = changes.into_iter().filter_map(|mut change| {
            readership.hide(&mut change.content);
            let may =
                readership.reads(change.content.audience) && !about(&change).iter().any(|id| for_others.contains(id));
            may.then_some(change)
        });
        Ok(shown.collect())
    }

    /// A page of proposals, newest first. `Ok(None)` when the cursor is not one of ours.
    pub async fn kb_changes(
        &self,
        filter: &ChangeFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<KbChange>>, StoreError> {
        let readership = self.kb_readership().await?;
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
        let (mut items, mut cursor) = (Vec::new(), cursor.map(str::to_owned));
        loop {
            let missing = limit - items.len() as u64;
            let page =
                newest_first(self.connection, query.clone(), Column::Id, place, missing, cursor.as_deref()).await?;
            let Some(page) = page else { return Ok(None) };
            let read = page.items.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
            items.extend(self.shown(read, &readership).await?);
            cursor = page.next_cursor;
            if cursor.is_none() || items.len() as u64 == limit {
                return Ok(Some(Page { items, next_cursor: cursor }));
            }
        }
    }

    /// Every proposal of the workspace, oldest first.
    pub async fn all_kb_changes(&self) -> Result<Vec<KbChange>, StoreError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        let all = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        self.shown(all, &self.kb_readership().await?).await
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
    /// Stores a new proposal; answers of its entry that whoever makes it may not see stay in it. False when one with its
    /// fingerprint is there, whatever became of it.
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
        let hidden = match new.entry_id {
            Some(entry) => self.kb_answers_for_others(entry).await?,
            None => Vec::new(),
        };
        let row = ActiveModel {
            id: Set(new.id.0),
            workspace_id: Set(self.workspace()),
            fingerprint: Set(new.fingerprint.clone()),
            ..to_row(&KbChange { content: with(new, hidden), ..new.clone() })?
        };
        Entity::insert(row).exec_without_returning(self.connection).await?;
        Ok(true)
    }

    /// Stores a proposal's new state. Answers that whoever writes it may not see stay in it.
    pub async fn update_kb_change(&self, change: &KbChange) -> Result<(), StoreError> {
        let before = Entity::find_by_id(change.id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "proposal" })?;
        let hidden = self.kb_readership().await?.hide(&mut from_row(before)?.content);
        let result = Entity::update_many()
            .set(to_row(&KbChange { content: with(change, hidden), ..change.clone() })?)
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
