//! Entries: written, imported, brought back, removed.

use std::collections::{HashMap, VecDeque};

use yingda_model::{
    Audience, EntryContent, EntryId, EntryVersion, FileId, KbEntry, Permission, Readership, Scope, TeamId, Timestamp,
    UserId,
};
use yingda_store::{DayOfUse, EntryFacets, EntryFilter, NewEntry, Page, StoreError, Used, Writing};

use super::check;
use crate::conversations::require;
use crate::{Desk, DeskError};

/// An entry to import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KbDraft {
    /// The entry that it replaces, if the workspace has one with this id.
    pub id: Option<EntryId>,
    /// Without a key, the entry that is replaced keeps its own.
    pub content: EntryContent,
    /// The version that a new entry begins at; absent: 1.
    pub version: Option<i64>,
    /// When a new entry was made and last changed, where that is known: not later than now.
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// What a new entry once said, and who made its own version; those after that are left out.
    pub history: Vec<EntryVersion>,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    /// Entries that were there before: what they said was replaced.
    pub updated: usize,
    /// Entries that said the same already.
    pub unchanged: usize,
    /// Entries that named a team, an owner or a file that the workspace does not have: they are for agents, or without one.
    pub unknown: usize,
    /// The entries, in the order of what was imported.
    pub ids: Vec<EntryId>,
}

/// An entry's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Newest first; the first is the entry as it is.
    pub versions: Vec<EntryVersion>,
    /// Whether there are older ones.
    pub more: bool,
}

/// Entries of a workspace, by what an import finds them by.
struct Known {
    by_id: HashMap<EntryId, KbEntry>,
    by_key: HashMap<(String, Option<String>), EntryId>,
    by_question: HashMap<String, VecDeque<EntryId>>,
}

impl Known {
    fn new(entries: Vec<KbEntry>) -> Self {
        let mut known = Self { by_id: HashMap::new(), by_key: HashMap::new(), by_question: HashMap::new() };
        for entry in entries {
            if let Some(key) = &entry.content.key {
                known.by_key.insert((key.clone(), entry.content.lang.clone()), entry.id);
            }
            known.by_question.entry(entry.content.question.clone()).or_default().push_back(entry.id);
            known.by_id.insert(entry.id, entry);
        }
        known
    }

    /// The entry that a draft replaces: that with its id, else with its key and language, else with its question. Each is
    /// replaced once.
    fn take(&mut self, draft: &KbDraft) -> Option<KbEntry> {
        let by_id = draft.id.filter(|id| self.by_id.contains_key(id));
        let by_key = || {
            let key = draft.content.key.clone()?;
            self.by_key.get(&(key, draft.content.lang.clone())).copied().filter(|id| self.by_id.contains_key(id))
        };
        let id = by_id.or_else(by_key).or_else(|| {
            let waiting = self.by_question.get_mut(&draft.content.question)?;
            while let Some(id) = waiting.pop_front() {
                if self.by_id.contains_key(&id) {
                    return Some(id);
                }
            }
            None
        })?;
        self.by_id.remove(&id)
    }
}

impl Desk {
    /// Adds entries, or replaces those that are there already: all of them or none. Importing a file twice is importing it
    /// once.
    pub async fn import_kb(&self, scope: &Scope, drafts: Vec<KbDraft>) -> Result<Imported, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let drafts: Vec<KbDraft> =
            drafts.into_iter().map(|draft| KbDraft { content: check::tidy(draft.content), ..draft }).collect();
        drafts.iter().try_for_each(|draft| check::content(&draft.content))?;
        let now = self.now();
        let desk = self.clone();
        let imported = self
            .store()
            .write(scope, move |tx| {
                let (desk, mut drafts) = (desk.clone(), drafts.clone());
                Box::pin(async move {
                    tx.lock(tx.scope().workspace().0).await?;
                    let there = References::of(drafts.iter().map(|draft| &draft.content)).there(&tx).await?;
                    let unknown =
                        drafts.iter_mut().filter_map(|draft| there.fit(&mut draft.content).then_some(())).count();
                    let mut known = Known::new(tx.all_kb_entries().await?);
                    let mut imported = Imported { unknown, ..Imported::default() };
                    let (mut added, mut history) = (Vec::new(), Vec::new());
                    for draft in drafts {
                        match known.take(&draft) {
                            None => {
                                imported.added += 1;
                                let version = draft.version.unwrap_or(1).max(1);
                                let updated_at = draft.updated_at.or(draft.created_at).unwrap_or(now).min(now);
                                let created_at = draft.created_at.unwrap_or(updated_at).min(updated_at);
                                let entry =
                                    KbEntry { version, created_at, updated_at, ..desk.new_entry(draft.content) };
                                history.extend(draft.history.into_iter().filter_map(|old| {
                                    let content = if old.version == version { &entry.content } else { &old.content };
                                    (1..=version).contains(&old.version).then(|| EntryVersion {
                                        entry_id: entry.id,
                                        content: content.clone(),
                                        ..old
                                    })
                                }));
                                imported.ids.push(entry.id);
                                added.push(entry);
                            }
                            Some(before) => {
                                let mut content = draft.content;
                                content.key = content.key.or(before.content.key);
                                let after = tx.update_kb_entry(before.id, content, now, None).await?;
                                imported.ids.push(before.id);
                                let is_same = after.version == before.version;
                                *(if is_same { &mut imported.unchanged } else { &mut imported.updated }) += 1;
                            }
                        }
                    }
                    tx.insert_kb_entries(&added).await?;
                    history.sort_by_key(|old| (old.entry_id, old.version));
                    history.dedup_by_key(|old| (old.entry_id, old.version));
                    tx.insert_kb_history(&history).await?;
                    if imported.added + imported.updated > 0 {
                        tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    }
                    Ok::<_, DeskError>(imported)
                })
            })
            .await?;
        self.told().await;
        Ok(imported)
    }

    /// An entry with new ids and moments.
    pub(super) fn new_entry(&self, content: EntryContent) -> KbEntry {
        let now = self.now();
        KbEntry { id: self.world().uuid().into(), content, version: 1, created_at: now, updated_at: now }
    }

    /// Whose knowledge somebody may read.
    pub async fn kb_readership(&self, scope: &Scope) -> Result<Readership, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_readership().await?)
    }

    pub async fn kb_entry(&self, scope: &Scope, id: EntryId) -> Result<KbEntry, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_entry(id).await?)
    }

    /// The entries of these ids that there are, in the order of the ids.
    pub async fn kb_entries_by_id(&self, scope: &Scope, ids: &[EntryId]) -> Result<Vec<KbEntry>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let mut found: HashMap<EntryId, KbEntry> =
            self.store().read(scope).kb_entries_by_id(ids).await?.into_iter().map(|entry| (entry.id, entry)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// A page of entries, newest first, and where the next begins. `Ok(None)` when the cursor is not one of ours.
    pub async fn kb_entries(
        &self,
        scope: &Scope,
        filter: &EntryFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<KbEntry>>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_entries(filter, limit, cursor).await?)
    }

    /// How many entries there are of each kind, language, category and so on.
    pub async fn kb_facets(&self, scope: &Scope, filter: &EntryFilter) -> Result<EntryFacets, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_facets(filter).await?)
    }

    /// Every entry, oldest first: to write a file of it.
    pub async fn all_kb_entries(&self, scope: &Scope) -> Result<Vec<KbEntry>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).all_kb_entries().await?)
    }

    /// Adds an entry, which is used at once.
    pub async fn add_kb_entry(&self, scope: &Scope, content: EntryContent) -> Result<KbEntry, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let content = check::tidy(content);
        check::content(&content)?;
        let entry = self.new_entry(content);
        let now = self.now();
        let stored = entry.clone();
        self.store()
            .write(scope, move |tx| {
                let entry = entry.clone();
                Box::pin(async move {
                    References::of([&entry.content]).check(&tx).await?;
                    tx.insert_kb_entries(std::slice::from_ref(&entry)).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    Ok::<_, DeskError>(())
                })
            })
            .await?;
        self.told().await;
        Ok(stored)
    }

    /// Stores an entry's new content as its next version. Without a key it keeps the one that it has; an empty key takes that
    /// away. With `expected`, only if the entry is still at that version.
    pub async fn update_kb_entry(
        &self,
        scope: &Scope,
        id: EntryId,
        content: EntryContent,
        expected: Option<i64>,
        note: Option<String>,
    ) -> Result<KbEntry, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let keeps_key = content.key.is_none();
        let content = check::tidy(content);
        check::content(&content)?;
        note.iter().try_for_each(|note| super::text("note", note, 500))?;
        let now = self.now();
        let stored = self
            .store()
            .write(scope, move |tx| {
                let (mut content, note) = (content.clone(), note.clone());
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    References::of([&content]).check(&tx).await?;
                    let before = tx.kb_entry(id).await?;
                    if let Some(expected) = expected.filter(|expected| *expected != before.version) {
                        return Err(DeskError::Outdated { expected, is: before.version });
                    }
                    if keeps_key {
                        content.key = before.content.key;
                    }
                    let entry = tx.update_kb_entry(id, content, now, note.as_deref()).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    Ok::<_, DeskError>(entry)
                })
            })
            .await?;
        self.told().await;
        Ok(stored)
    }

    /// The versions of an entry below `before`, newest first.
    pub async fn kb_versions(
        &self,
        scope: &Scope,
        id: EntryId,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Versions, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        let entry = reader.kb_entry(id).await?;
        let mut versions = reader.kb_versions(id, before, limit + 1).await?;
        if versions.is_empty() && before.is_none() {
            // It was stored before versions were kept.
            versions.push(EntryVersion {
                entry_id: id,
                version: entry.version,
                content: entry.content,
                at: entry.updated_at,
                by: yingda_model::Actor::System,
                note: None,
            });
        }
        let more = versions.len() as u64 > limit;
        versions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(Versions { versions, more })
    }

    /// One version of an entry.
    pub async fn kb_version(&self, scope: &Scope, id: EntryId, version: i64) -> Result<EntryVersion, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        reader.kb_entry(id).await?;
        Ok(reader.kb_version(id, version).await?)
    }

    /// Makes an entry what it was in a version; that is its next version.
    pub async fn roll_back_kb(&self, scope: &Scope, id: EntryId, version: i64) -> Result<KbEntry, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let mut content = self.kb_version(scope, id, version).await?.content;
        // No key must take away the one of now.
        content.key = Some(content.key.unwrap_or_default());
        self.update_kb_entry(scope, id, content, None, Some(format!("= {version}"))).await
    }

    /// Removes an entry and its history.
    pub async fn delete_kb_entry(&self, scope: &Scope, id: EntryId) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let now = self.now();
        let found = self
            .store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    let found = tx.delete_kb_entry(id).await?;
                    if found {
                        tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    }
                    Ok(found)
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        if !found {
            return Err(DeskError::not_found("knowledge entry"));
        }
        self.told().await;
        Ok(())
    }

    /// How an entry was used, day by day.
    pub async fn kb_use_of(&self, scope: &Scope, id: EntryId) -> Result<Vec<DayOfUse>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        let reader = self.store().read(scope);
        reader.kb_entry(id).await?;
        Ok(reader.kb_use_of(id).await?)
    }

    /// Counts what happened to entries. Whoever asks has seen to it that it did.
    pub async fn count_kb_use(&self, scope: &Scope, used: Vec<(EntryId, Used)>) -> Result<(), DeskError> {
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let used = used.clone();
                Box::pin(async move { tx.count_kb_use(&used, now).await })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }
}

/// What contents name of the workspace.
pub(super) struct References {
    teams: Vec<TeamId>,
    owners: Vec<UserId>,
    files: Vec<FileId>,
}

impl References {
    pub fn of<'a>(contents: impl IntoIterator<Item = &'a EntryContent>) -> Self {
        let mut named = Self { teams: Vec::new(), owners: Vec::new(), files: Vec::new() };
        for content in contents {
            let audiences = std::iter::once(content.audience).chain(content.answers.iter().filter_map(|a| a.audience));
            named.teams.extend(audiences.filter_map(|audience| match audience {
                Audience::Team(id) => Some(id),
                Audience::Public | Audience::SignedIn | Audience::Agents => None,
            }));
            named.owners.extend(content.owner_id);
            named.files.extend(content.source.file_id);
        }
        named
    }

    /// Those that the workspace has.
    pub async fn there(self, tx: &Writing<'_>) -> Result<Self, StoreError> {
        let mut there = Self { teams: Vec::new(), owners: Vec::new(), files: Vec::new() };
        if !self.teams.is_empty() {
            there.teams = tx.teams().await?.into_iter().map(|team| team.id).collect();
        }
        if !self.owners.is_empty() {
            there.owners = tx.users().await?.into_iter().map(|user| user.id).collect();
        }
        for id in self.files {
            match tx.file(id).await {
                Ok(_) => there.files.push(id),
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(there)
    }

    /// Takes out of a content of another installation what is not among these; what was for a team is for agents then. Says
    /// whether there was any.
    pub fn fit(&self, content: &mut EntryContent) -> bool {
        let before = content.clone();
        let audiences = std::iter::once(&mut content.audience);
        for audience in audiences.chain(content.answers.iter_mut().filter_map(|answer| answer.audience.as_mut())) {
            if matches!(audience, Audience::Team(id) if !self.teams.contains(id)) {
                *audience = Audience::Agents;
            }
        }
        content.owner_id = content.owner_id.filter(|id| self.owners.contains(id));
        content.source.file_id = content.source.file_id.filter(|id| self.files.contains(id));
        *content != before
    }

    /// Refuses what the workspace does not have.
    pub async fn check(self, tx: &Writing<'_>) -> Result<(), DeskError> {
        if !self.teams.is_empty() {
            let there = tx.teams().await?;
            if let Some(id) = self.teams.iter().find(|id| !there.iter().any(|team| team.id == **id)) {
                return Err(DeskError::invalid("audience", format!("there is no team {id} in this workspace")));
            }
        }
        if !self.owners.is_empty() {
            let there = tx.users().await?;
            if let Some(id) = self.owners.iter().find(|id| !there.iter().any(|user| user.id == **id)) {
                return Err(DeskError::invalid("owner_id", format!("there is no user {id} in this workspace")));
            }
        }
        for id in self.files {
            tx.file(id).await.map_err(|_| DeskError::invalid("source", format!("there is no file {id}")))?;
        }
        Ok(())
    }
}
