//! Entries of the knowledge base.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Order};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde::Serialize;
use yingda_model::{
    Audience, EntryContent, EntryId, EntryKind, EntrySource, EntryStatus, KbEntry, Readership, SpecialAnswer,
    Timestamp, UserId,
};

use crate::StoreError;
use crate::access::{Access, Writing};
use crate::codec::{audience_text, found, from_json, name_of, named, parse_audience, to_json};
use crate::entity::kb_entry::{ActiveModel, Column, Entity, Model};
use crate::entity::{kb_comment, kb_gone, kb_page, kb_use, kb_version};
use crate::page::{Page, newest_first};

use super::readers;

/// Which entries. Everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    pub kind: Option<EntryKind>,
    pub status: Option<EntryStatus>,
    pub lang: Option<String>,
    /// The category and those below it.
    pub category: Option<String>,
    pub tag: Option<String>,
    pub audience: Option<Audience>,
    pub owner: Option<UserId>,
    pub key: Option<String>,
}

/// How many entries there are of each kind, language and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EntryFacets {
    pub total: u64,
    pub kinds: BTreeMap<String, u64>,
    pub statuses: BTreeMap<String, u64>,
    /// Entries without a language are under the empty name; categories likewise.
    pub langs: BTreeMap<String, u64>,
    pub categories: BTreeMap<String, u64>,
    pub tags: BTreeMap<String, u64>,
    pub audiences: BTreeMap<String, u64>,
}

/// What an index that holds an older revision has to take over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sync {
    /// The revision that the index then holds.
    pub revision: i64,
    /// Entries as they are now, by their revision.
    pub put: Vec<KbEntry>,
    pub removed: Vec<EntryId>,
    /// Whether there is more after `revision`.
    pub more: bool,
}

/// What some entries have besides what is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryExtra {
    pub id: EntryId,
    pub key: Option<String>,
    pub lang: Option<String>,
    pub answers: Vec<SpecialAnswer>,
    pub follow_ups: Vec<String>,
    pub url: Option<String>,
}

/// Rows in one INSERT; SQLite allows 32,766 bound values.
const CHUNK: usize = 500;

pub(crate) fn from_row(row: Model) -> Result<KbEntry, StoreError> {
    Ok(KbEntry {
        id: row.id.into(),
        content: EntryContent {
            kind: named("kind of entry", &row.kind)?,
            key: row.key,
            question: row.question,
            answer: row.answer,
            variants: from_json("variants", &row.variants)?,
            answers: from_json("answers", &row.answers)?,
            follow_ups: from_json("follow-ups", &row.follow_ups)?,
            lang: row.lang,
            category: row.category,
            tags: from_json("tags", &row.tags)?,
            status: named("status of entry", &row.status)?,
            audience: parse_audience(&row.audience)?,
            valid_from: row.valid_from.map(Timestamp),
            valid_until: row.valid_until.map(Timestamp),
            owner_id: row.owner_id.map(Into::into),
            source: from_json("source", &row.source)?,
        },
        version: row.version,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}

fn to_row(entry: &KbEntry, workspace: uuid::Uuid, revision: i64) -> Result<ActiveModel, StoreError> {
    let content = &entry.content;
    Ok(ActiveModel {
        id: Set(entry.id.0),
        key: Set(content.key.clone()),
        workspace_id: Set(workspace),
        kind: Set(name_of(&content.kind)?),
        question: Set(content.question.clone()),
        answer: Set(content.answer.clone()),
        variants: Set(to_json(&content.variants)?),
        answers: Set(to_json(&content.answers)?),
        follow_ups: Set(to_json(&content.follow_ups)?),
        lang: Set(content.lang.clone()),
        category: Set(content.category.clone()),
        tags: Set(to_json(&content.tags)?),
        status: Set(name_of(&content.status)?),
        audience: Set(audience_text(content.audience)),
        valid_from: Set(content.valid_from.map(|at| at.0)),
        valid_until: Set(content.valid_until.map(|at| at.0)),
        owner_id: Set(content.owner_id.map(|id| id.0)),
        source: Set(to_json(&content.source)?),
        version: Set(entry.version),
        revision: Set(revision),
        created_at: Set(entry.created_at.0),
        updated_at: Set(entry.updated_at.0),
    })
}

impl EntryFilter {
    fn condition(&self, workspace: uuid::Uuid) -> Result<Condition, StoreError> {
        let mut all = Condition::all().add(Column::WorkspaceId.eq(workspace));
        if let Some(kind) = &self.kind {
            all = all.add(Column::Kind.eq(name_of(kind)?));
        }
        if let Some(status) = &self.status {
            all = all.add(Column::Status.eq(name_of(status)?));
        }
        if let Some(lang) = &self.lang {
            all = all.add(Column::Lang.eq(lang.as_str()));
        }
        if let Some(category) = &self.category {
            let below = LikeExpr::new(format!("{}/%", escaped(category))).escape('\\');
            all =
                all.add(Condition::any().add(Column::Category.eq(category.as_str())).add(Column::Category.like(below)));
        }
        if let Some(tag) = &self.tag {
            // Tags are a JSON list of strings: the quotes keep `sale` from finding `presale`.
            let has = LikeExpr::new(format!("%{}%", escaped(&to_json(tag)?))).escape('\\');
            all = all.add(Column::Tags.like(has));
        }
        if let Some(audience) = self.audience {
            all = all.add(Column::Audience.eq(audience_text(audience)));
        }
        if let Some(owner) = self.owner {
            all = all.add(Column::OwnerId.eq(owner.0));
        }
        if let Some(key) = &self.key {
            all = all.add(Column::Key.eq(key.as_str()));
        }
        Ok(all)
    }
}

/// `text` with the signs of LIKE taken literally.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The entry as those see it who may read it.
fn shown(row: Model, readership: &Readership) -> Result<KbEntry, StoreError> {
    let mut entry = from_row(row)?;
    readership.hide(&mut entry.content);
    Ok(entry)
}

impl<C: ConnectionTrait> Access<'_, C> {
    pub async fn kb_entry(&self, id: EntryId) -> Result<KbEntry, StoreError> {
        let readership = self.kb_readership().await?;
        let row = Entity::find_by_id(id.0)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(readers::condition(&readership))
            .one(self.connection)
            .await?
            .ok_or(StoreError::NotFound { what: "knowledge entry" })?;
        shown(row, &readership)
    }

    /// What an entry answers others than whoever reads it here.
    pub(super) async fn kb_answers_for_others(&self, id: EntryId) -> Result<Vec<SpecialAnswer>, StoreError> {
        let readership = self.kb_readership().await?;
        let row =
            Entity::find_by_id(id.0).filter(Column::WorkspaceId.eq(self.workspace())).one(self.connection).await?;
        Ok(match row {
            Some(row) => readership.hide(&mut from_row(row)?.content),
            None => Vec::new(),
        })
    }

    /// The entries of these ids that there are, in no order.
    pub async fn kb_entries_by_id(&self, ids: &[EntryId]) -> Result<Vec<KbEntry>, StoreError> {
        let readership = self.kb_readership().await?;
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let rows = Entity::find()
                .filter(Column::WorkspaceId.eq(self.workspace()))
                .filter(Column::Id.is_in(chunk.iter().map(|id| id.0)))
                .filter(readers::condition(&readership))
                .all(self.connection)
                .await?;
            for row in rows {
                found.push(shown(row, &readership)?);
            }
        }
        Ok(found)
    }

    /// Every entry of the workspace, oldest first.
    pub async fn all_kb_entries(&self) -> Result<Vec<KbEntry>, StoreError> {
        let readership = self.kb_readership().await?;
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(readers::condition(&readership))
            .order_by_asc(Column::Id)
            .all(self.connection)
            .await?;
        rows.into_iter().map(|row| shown(row, &readership)).collect()
    }

    /// How many entries the workspace has.
    pub async fn kb_size(&self) -> Result<u64, StoreError> {
        Ok(Entity::find().filter(Column::WorkspaceId.eq(self.workspace())).count(self.connection).await?)
    }

    /// What published entries have besides what is searched: keys, special answers, questions that follow, addresses. Entries
    /// without any are left out.
    pub async fn kb_extras(&self) -> Result<Vec<EntryExtra>, StoreError> {
        type Row = (uuid::Uuid, Option<String>, Option<String>, String, String, String);
        let rows: Vec<Row> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Key, Column::Lang, Column::Answers, Column::FollowUps, Column::Source])
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Status.eq(name_of(&EntryStatus::Published)?))
            .filter(
                Condition::any()
                    .add(Column::Key.is_not_null())
                    .add(Column::Answers.ne("[]"))
                    .add(Column::FollowUps.ne("[]"))
                    .add(Column::Source.ne("{}")),
            )
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(self.connection)
            .await?;
        rows.into_iter()
            .map(|(id, key, lang, answers, follow_ups, source)| {
                Ok(EntryExtra {
                    id: id.into(),
                    key,
                    lang,
                    answers: from_json("answers", &answers)?,
                    follow_ups: from_json("follow-ups", &follow_ups)?,
                    url: from_json::<EntrySource>("source", &source)?.url,
                })
            })
            .collect()
    }

    /// Published entries that have one of the words in their question, other wordings or answer, those with the most of them
    /// first, at most `limit`: slow, for when there is no index.
    pub async fn kb_with_words(&self, words: &[String], limit: u64) -> Result<Vec<KbEntry>, StoreError> {
        let (mut any, mut count) = (Condition::any(), Expr::value(0));
        for word in words {
            let has = || LikeExpr::new(format!("%{}%", escaped(word))).escape('\\');
            let one = Condition::any()
                .add(Column::Question.like(has()))
                .add(Column::Variants.like(has()))
                .add(Column::Answer.like(has()));
            count = count.add(Expr::case(one.clone(), 1).finally(0));
            any = any.add(one);
        }
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(Column::Status.eq(name_of(&EntryStatus::Published)?))
            .filter(any)
            .order_by(count, Order::Desc)
            .order_by_desc(Column::UpdatedAt)
            .limit(limit)
            .all(self.connection)
            .await?;
        rows.into_iter().map(from_row).collect()
    }

    /// What changed after `revision`, oldest first, about `limit` entries of it.
    pub async fn kb_since(&self, revision: i64, limit: u64) -> Result<Sync, StoreError> {
        // Read before the rows: what is written in between has a higher revision and comes next time.
        let newest = self.kb_revision().await?;
        let mut rows = Entity::find()
            .filter(Column::WorkspaceId.eq(self.workspace()))
            // An index that begins takes everything, also what was stored before revisions were.
            .filter(if revision == 0 { Column::Revision.gte(0) } else { Column::Revision.gt(revision) })
            .filter(Column::Revision.lte(newest))
            .order_by_asc(Column::Revision)
            .order_by_asc(Column::Id)
            .limit(limit + 1)
            .all(self.connection)
            .await?;
        let mut reached = newest;
        let mut more = rows.len() as u64 > limit;
        if more {
            // A revision is taken over whole or not at all.
            let last = rows.last().map_or(newest, |row| row.revision);
            let first = rows.first().map_or(newest, |row| row.revision);
            if first < last {
                rows.retain(|row| row.revision < last);
                reached = rows.last().map_or(newest, |row| row.revision);
            } else {
                rows = Entity::find()
                    .filter(Column::WorkspaceId.eq(self.workspace()))
                    .filter(Column::Revision.eq(first))
                    .all(self.connection)
                    .await?;
                reached = first;
                more = first < newest;
            }
        }
        let removed: Vec<uuid::Uuid> = kb_gone::Entity::find()
            .select_only()
            .column(kb_gone::Column::EntryId)
            .filter(kb_gone::Column::WorkspaceId.eq(self.workspace()))
            .filter(kb_gone::Column::Revision.gt(revision))
            .filter(kb_gone::Column::Revision.lte(reached))
            .into_tuple()
            .all(self.connection)
            .await?;
        Ok(Sync {
            revision: reached,
            put: rows.into_iter().map(from_row).collect::<Result<_, _>>()?,
            removed: removed.into_iter().map(Into::into).collect(),
            more,
        })
    }

    /// A page of entries, newest first. `Ok(None)` when the cursor is not one of ours.
    pub async fn kb_entries(
        &self,
        filter: &EntryFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<KbEntry>>, StoreError> {
        let readership = self.kb_readership().await?;
        let query = Entity::find().filter(filter.condition(self.workspace())?).filter(readers::condition(&readership));
        let place = |row: &Model| (row.created_at, row.id);
        let page = newest_first(self.connection, query, Column::Id, place, limit, cursor).await?;
        page.map(|page| page.try_map(|row| shown(row, &readership))).transpose()
    }

    /// How many of the entries that the filter lets through there are of each kind, language and so on.
    pub async fn kb_facets(&self, filter: &EntryFilter) -> Result<EntryFacets, StoreError> {
        type Row = (String, String, Option<String>, Option<String>, String, String);
        let rows: Vec<Row> = Entity::find()
            .select_only()
            .columns([Column::Kind, Column::Status, Column::Lang, Column::Category, Column::Tags, Column::Audience])
            .filter(filter.condition(self.workspace())?)
            .filter(readers::condition(&self.kb_readership().await?))
            .into_tuple()
            .all(self.connection)
            .await?;
        let mut facets = EntryFacets { total: rows.len() as u64, ..EntryFacets::default() };
        for (kind, status, lang, category, tags, audience) in rows {
            *facets.kinds.entry(kind).or_default() += 1;
            *facets.statuses.entry(status).or_default() += 1;
            *facets.langs.entry(lang.unwrap_or_default()).or_default() += 1;
            *facets.categories.entry(category.unwrap_or_default()).or_default() += 1;
            *facets.audiences.entry(audience).or_default() += 1;
            for tag in from_json::<Vec<String>>("tags", &tags)? {
                *facets.tags.entry(tag).or_default() += 1;
            }
        }
        Ok(facets)
    }
}

impl Writing<'_> {
    /// Stores new entries.
    pub async fn insert_kb_entries(&self, entries: &[KbEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let revision = self.bump_kb_revision().await?;
        for chunk in entries.chunks(CHUNK) {
            let rows =
                chunk.iter().map(|entry| to_row(entry, self.workspace(), revision)).collect::<Result<Vec<_>, _>>()?;
            Entity::insert_many(rows).exec_without_returning(self.connection).await?;
        }
        self.insert_versions(entries, None).await
    }

    /// Stores an entry's new content as its next version, and gives the entry as it then is. Content that is the same changes
    /// nothing.
    pub async fn update_kb_entry(
        &self,
        id: EntryId,
        content: EntryContent,
        now: Timestamp,
        note: Option<&str>,
    ) -> Result<KbEntry, StoreError> {
        let before = self.kb_entry(id).await?;
        if before.content == content {
            return Ok(before);
        }
        self.keep_first_version(&before).await?;
        let entry = KbEntry { content, version: before.version + 1, updated_at: now, ..before };
        let revision = self.bump_kb_revision().await?;
        let mut row = to_row(&entry, self.workspace(), revision)?;
        // SQLite searches every row that refers to a key that is set, even to itself.
        row.id = sea_orm::ActiveValue::NotSet;
        row.workspace_id = sea_orm::ActiveValue::NotSet;
        let result = Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(id.0))
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .exec(self.connection)
            .await?;
        found(result.rows_affected, "knowledge entry")?;
        self.insert_versions(std::slice::from_ref(&entry), note).await?;
        Ok(entry)
    }

    /// Removes an entry with all that is kept about it. False when there is none.
    pub async fn delete_kb_entry(&self, id: EntryId) -> Result<bool, StoreError> {
        Ok(self.delete_kb_where(Column::Id.eq(id.0)).await? == 1)
    }

    /// Removes all entries of the workspace.
    pub async fn delete_all_kb_entries(&self) -> Result<u64, StoreError> {
        self.delete_kb_where(Column::WorkspaceId.eq(self.workspace())).await
    }

    async fn delete_kb_where(&self, which: sea_orm::sea_query::SimpleExpr) -> Result<u64, StoreError> {
        let ids: Vec<uuid::Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::WorkspaceId.eq(self.workspace()))
            .filter(which)
            .into_tuple()
            .all(self.connection)
            .await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let revision = self.bump_kb_revision().await?;
        let workspace = self.workspace();
        for chunk in ids.chunks(CHUNK) {
            let gone = chunk.iter().map(|id| kb_gone::ActiveModel {
                workspace_id: Set(workspace),
                entry_id: Set(*id),
                revision: Set(revision),
            });
            kb_gone::Entity::insert_many(gone).exec_without_returning(self.connection).await?;
            macro_rules! forget {
                ($($entity:ident),*) => {$(
                    $entity::Entity::delete_many()
                        .filter($entity::Column::WorkspaceId.eq(workspace))
                        .filter($entity::Column::EntryId.is_in(chunk.to_vec()))
                        .exec(self.connection)
                        .await?;
                )*};
            }
            forget!(kb_version, kb_use, kb_comment, kb_page);
            Entity::delete_many()
                .filter(Column::WorkspaceId.eq(workspace))
                .filter(Column::Id.is_in(chunk.to_vec()))
                .exec(self.connection)
                .await?;
        }
        Ok(ids.len() as u64)
    }
}
