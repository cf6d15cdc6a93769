//! Knowledge entries: who may change them, and that everybody hears of it.

use std::collections::{HashMap, VecDeque};

use yingda_model::{EntryId, Permission, Scope};
use yingda_store::{KbEntry, NewEntry, StoreError};

use crate::conversations::require;
use crate::{Desk, DeskError};

/// An entry to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KbDraft {
    /// What others, such as intents, refer to it by. `None` leaves that of an entry that is there.
    pub key: Option<String>,
    pub question: String,
    pub answer: String,
    pub variants: Vec<String>,
    pub lang: Option<String>,
    pub category: Option<String>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    /// Entries whose question was there before: their answer and variants were replaced.
    pub updated: usize,
}

impl Desk {
    /// Adds entries, or replaces those whose question is there already: all of them or none. Importing a file twice is
    /// importing it once.
    pub async fn import_kb(&self, scope: &Scope, drafts: Vec<KbDraft>) -> Result<Imported, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let now = self.now();
        let desk = self.clone();
        let imported = self
            .store()
            .write(scope, move |tx| {
                let (desk, drafts) = (desk.clone(), drafts.clone());
                Box::pin(async move {
                    tx.lock(tx.scope().workspace().0).await?;
                    let mut known: HashMap<String, VecDeque<KbEntry>> = HashMap::new();
                    for entry in tx.all_kb_entries().await? {
                        known.entry(entry.question.clone()).or_default().push_back(entry);
                    }
                    let mut imported = Imported::default();
                    let mut added = Vec::new();
                    for draft in drafts {
                        let before = known.get_mut(draft.question.trim()).and_then(VecDeque::pop_front);
                        let is_new = before.is_none();
                        let entry = KbEntry {
                            id: before.as_ref().map_or_else(|| desk.world().uuid().into(), |entry| entry.id),
                            key: draft.key.or_else(|| before.as_ref().and_then(|entry| entry.key.clone())),
                            question: draft.question.trim().to_owned(),
                            answer: draft.answer,
                            variants: draft.variants,
                            lang: draft.lang,
                            category: draft.category,
                            created_at: before.as_ref().map_or(now, |entry| entry.created_at),
                            updated_at: now,
                        };
                        check_entry(&entry)?;
                        if is_new {
                            imported.added += 1;
                            added.push(entry);
                        } else {
                            imported.updated += 1;
                            tx.update_kb_entry(&entry).await?;
                        }
                    }
                    tx.insert_kb_entries(&added).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    Ok::<_, DeskError>(imported)
                })
            })
            .await?;
        self.told().await;
        Ok(imported)
    }

    pub async fn kb_entry(&self, scope: &Scope, id: EntryId) -> Result<KbEntry, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_entry(id).await?)
    }

    /// A page of entries, newest first, and where the next begins. `Ok(None)` when the cursor is not one of ours.
    pub async fn kb_entries(
        &self,
        scope: &Scope,
        lang: Option<&str>,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<(Vec<KbEntry>, Option<String>)>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_entries(lang, limit, cursor).await?)
    }

    /// Adds entries: all of them or none.
    pub async fn add_kb_entries(&self, scope: &Scope, entries: Vec<KbEntry>) -> Result<(), DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        entries.iter().try_for_each(check_entry)?;
        let entries: Vec<KbEntry> = entries
            .into_iter()
            .map(|entry| KbEntry { key: entry.key.filter(|key| !key.is_empty()), ..entry })
            .collect();
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                let entries = entries.clone();
                Box::pin(async move {
                    tx.insert_kb_entries(&entries).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.told().await;
        Ok(())
    }

    /// Stores an entry's new state. Without a key it keeps the one that it has; an empty key takes that away.
    pub async fn update_kb_entry(&self, scope: &Scope, mut entry: KbEntry) -> Result<KbEntry, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        check_entry(&entry)?;
        let now = self.now();
        entry.updated_at = now;
        let stored = self
            .store()
            .write(scope, move |tx| {
                let mut entry = entry.clone();
                Box::pin(async move {
                    let before = tx.kb_entry(entry.id).await?;
                    entry.created_at = before.created_at;
                    entry.key = entry.key.or(before.key).filter(|key| !key.is_empty());
                    tx.update_kb_entry(&entry).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    Ok(entry)
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.told().await;
        Ok(stored)
    }

    /// Removes an entry.
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
}

const MAX_QUESTION_CHARS: usize = 500;
const MAX_ANSWER_CHARS: usize = 10_000;
const MAX_VARIANTS: usize = 200;

fn check_entry(entry: &KbEntry) -> Result<(), DeskError> {
    text("question", &entry.question, MAX_QUESTION_CHARS)?;
    text("answer", &entry.answer, MAX_ANSWER_CHARS)?;
    if entry.variants.len() > MAX_VARIANTS {
        return Err(DeskError::invalid(
            "variants",
            format!("expected at most {MAX_VARIANTS}, got {}", entry.variants.len()),
        ));
    }
    entry.variants.iter().try_for_each(|variant| text("variants", variant, MAX_QUESTION_CHARS))?;
    for (field, value) in [("key", &entry.key), ("lang", &entry.lang), ("category", &entry.category)] {
        if let Some(value) = value
            && !(field == "key" && value.is_empty())
        {
            text(field, value, 100)?;
        }
    }
    Ok(())
}

pub(crate) fn text(field: &'static str, value: &str, max: usize) -> Result<(), DeskError> {
    let length = value.chars().count();
    if value.trim().is_empty() || length > max {
        return Err(DeskError::invalid(field, format!("expected 1 to {max} characters, got {length}")));
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(DeskError::invalid(field, "control characters are not allowed"));
    }
    Ok(())
}
