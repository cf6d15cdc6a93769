//! Proposals: what writers draft and what the program suggests. Who may publish decides.

use yingda_model::{
    ChangeEffect, ChangeEvidence, ChangeId, ChangeOrigin, ChangeState, EntryContent, EntryId, EntryStatus, KbChange,
    KbEntry, Permission, Scope,
};
use yingda_store::{ChangeFilter, NewEntry, Page, StoreError, Writing};

use super::check;
use super::entries::References;
use crate::conversations::require;
use crate::{Desk, DeskError};

/// A proposal as a person writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeDraft {
    /// The entry to change; `None`: a new one.
    pub entry_id: Option<EntryId>,
    pub content: EntryContent,
    /// `Draft` or `Review`.
    pub state: ChangeState,
    pub note: Option<String>,
}

/// A proposal of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub origin: ChangeOrigin,
    pub entry_id: Option<EntryId>,
    pub content: EntryContent,
    pub evidence: Vec<ChangeEvidence>,
    pub note: Option<String>,
    /// The same suggestion has the same one: it is made once, whatever became of it.
    pub fingerprint: String,
}

/// What became of suggestions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suggested {
    pub added: usize,
    /// Were suggested before.
    pub known: usize,
}

/// A proposal that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    pub change: KbChange,
    pub entry: KbEntry,
}

impl Desk {
    /// A page of proposals, newest first, and where the next begins. `Ok(None)` when the cursor is not one of ours.
    pub async fn kb_changes(
        &self,
        scope: &Scope,
        filter: &ChangeFilter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Option<Page<KbChange>>, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_changes(filter, limit, cursor).await?)
    }

    pub async fn kb_change(&self, scope: &Scope, id: ChangeId) -> Result<KbChange, DeskError> {
        require(scope, Permission::ReadKnowledge)?;
        Ok(self.store().read(scope).kb_change(id).await?)
    }

    /// Proposes to add or change an entry.
    pub async fn propose_kb(&self, scope: &Scope, draft: ChangeDraft) -> Result<KbChange, DeskError> {
        require(scope, Permission::ProposeKnowledge)?;
        is_open(draft.state)?;
        let content = check::tidy(draft.content);
        check::content(&content)?;
        draft.note.iter().try_for_each(|note| super::text("note", note, 500))?;
        let now = self.now();
        let change = KbChange {
            id: self.world().uuid().into(),
            entry_id: draft.entry_id,
            based_on: None,
            content,
            origin: ChangeOrigin::Person,
            state: draft.state,
            evidence: Vec::new(),
            effect: None,
            fingerprint: None,
            by: scope.actor(),
            note: draft.note,
            created_at: now,
            updated_at: now,
            decided_by: None,
            decided_at: None,
        };
        self.store()
            .write(scope, move |tx| {
                let mut change = change.clone();
                Box::pin(async move {
                    References::of([&change.content]).check(&tx).await?;
                    may_read(&tx, &change.content).await?;
                    if let Some(id) = change.entry_id {
                        change.based_on = Some(tx.kb_entry(id).await?.version);
                    }
                    tx.insert_kb_change(&change).await?;
                    Ok::<_, DeskError>(change)
                })
            })
            .await
    }

    /// Stores proposals as another installation kept them, with new ids; whoever asks has seen to it that their entries are
    /// here.
    pub async fn import_kb_changes(&self, scope: &Scope, changes: Vec<KbChange>) -> Result<usize, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        changes.iter().try_for_each(|change| check::proposed(&change.content))?;
        let changes: Vec<KbChange> =
            changes.into_iter().map(|change| KbChange { id: self.world().uuid().into(), ..change }).collect();
        self.store()
            .write(scope, move |tx| {
                let mut changes = changes.clone();
                Box::pin(async move {
                    tx.lock(tx.scope().workspace().0).await?;
                    let references = References::of(changes.iter().map(|new| &new.content)).there(&tx).await?;
                    let before = tx.all_kb_changes().await?;
                    let mut stored = 0;
                    for new in &mut changes {
                        references.fit(&mut new.content);
                        // A file that is imported twice is imported once.
                        let is_there = before.iter().any(|old| {
                            (old.created_at, old.origin, &old.content) == (new.created_at, new.origin, &new.content)
                        });
                        if !is_there && tx.insert_kb_change(new).await? {
                            stored += 1;
                        }
                    }
                    Ok(stored)
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Stores proposals of the program, each once.
    pub async fn suggest_kb(&self, scope: &Scope, suggestions: Vec<Suggestion>) -> Result<Suggested, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let (now, by) = (self.now(), scope.actor());
        let changes: Vec<KbChange> = suggestions
            .into_iter()
            .map(|suggestion| KbChange {
                id: self.world().uuid().into(),
                entry_id: suggestion.entry_id,
                based_on: None,
                content: check::tidy(suggestion.content),
                origin: suggestion.origin,
                state: ChangeState::Review,
                evidence: suggestion.evidence,
                effect: None,
                fingerprint: Some(suggestion.fingerprint),
                by,
                note: suggestion.note,
                created_at: now,
                updated_at: now,
                decided_by: None,
                decided_at: None,
            })
            .collect();
        self.store()
            .write(scope, move |tx| {
                let changes = changes.clone();
                Box::pin(async move {
                    let mut suggested = Suggested::default();
                    for mut new in changes {
                        if let Some(id) = new.entry_id {
                            // An entry that is gone meanwhile needs no suggestion.
                            match tx.kb_entry(id).await {
                                Ok(entry) => new.based_on = Some(entry.version),
                                Err(StoreError::NotFound { .. }) => continue,
                                Err(error) => return Err(error),
                            }
                        }
                        let known = match &new.fingerprint {
                            Some(fingerprint) => tx.kb_suggestion(fingerprint).await?,
                            None => None,
                        };
                        match known {
                            None => {
                                tx.insert_kb_change(&new).await?;
                                suggested.added += 1;
                            }
                            Some(known) => {
                                suggested.known += 1;
                                // What speaks for it may have grown; what people made of its words stays.
                                let model = known.evidence.iter().filter(|one| is_model(one)).cloned();
                                let evidence: Vec<ChangeEvidence> = new.evidence.into_iter().chain(model).collect();
                                if known.state == ChangeState::Review && known.evidence != evidence {
                                    tx.update_kb_change(&KbChange { evidence, updated_at: now, ..known }).await?;
                                }
                            }
                        }
                    }
                    Ok(suggested)
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Writes on at a proposal that is not decided. Its writer may, and who may publish.
    pub async fn update_kb_change(
        &self,
        scope: &Scope,
        id: ChangeId,
        content: EntryContent,
        state: ChangeState,
        note: Option<String>,
    ) -> Result<KbChange, DeskError> {
        require(scope, Permission::ProposeKnowledge)?;
        is_open(state)?;
        let content = check::tidy(content);
        check::content(&content)?;
        note.iter().try_for_each(|note| super::text("note", note, 500))?;
        self.change_kb_change(scope, id, move |change| {
            change.content = content.clone();
            change.state = state;
            change.note = note.clone().or_else(|| change.note.take());
            // What was measured was another text.
            change.effect = None;
        })
        .await
    }

    /// Puts a language model's draft into a proposal that is not decided, marked as such. It stays a proposal.
    pub async fn draft_kb_change(
        &self,
        scope: &Scope,
        id: ChangeId,
        content: EntryContent,
        model: &str,
    ) -> Result<KbChange, DeskError> {
        require(scope, Permission::ProposeKnowledge)?;
        let content = check::tidy(content);
        check::content(&content)?;
        let mark = ChangeEvidence::Model { name: model.to_owned(), answer: content.answer.clone() };
        self.change_kb_change(scope, id, move |change| {
            change.content = content.clone();
            change.evidence.retain(|one| !is_model(one));
            change.evidence.push(mark.clone());
            change.effect = None;
        })
        .await
    }

    /// Notes what publishing a proposal would do.
    pub async fn set_kb_change_effect(
        &self,
        scope: &Scope,
        id: ChangeId,
        effect: ChangeEffect,
    ) -> Result<KbChange, DeskError> {
        require(scope, Permission::ProposeKnowledge)?;
        self.change_kb_change(scope, id, move |change| change.effect = Some(effect)).await
    }

    async fn change_kb_change(
        &self,
        scope: &Scope,
        id: ChangeId,
        edit: impl Fn(&mut KbChange) + Clone + Send + Sync + 'static,
    ) -> Result<KbChange, DeskError> {
        let now = self.now();
        let asking = scope.clone();
        self.store()
            .write(scope, move |tx| {
                let (edit, asking) = (edit.clone(), asking.clone());
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    let mut change = tx.kb_change(id).await?;
                    still_open(&change)?;
                    if change.by != asking.actor() {
                        require(&asking, Permission::WriteKnowledge)?;
                    }
                    let before = change.content.clone();
                    edit(&mut change);
                    if let Some(entry) = change.entry_id.filter(|_| change.content != before) {
                        // Whoever writes on has the entry as it is before their eyes.
                        change.based_on = Some(tx.kb_entry(entry).await?.version);
                    }
                    References::of([&change.content]).check(&tx).await?;
                    may_read(&tx, &change.content).await?;
                    change.updated_at = now;
                    tx.update_kb_change(&change).await?;
                    Ok::<_, DeskError>(change)
                })
            })
            .await
    }

    /// Publishes a proposal, with `content` in place of its own if the publisher has edited it.
    pub async fn accept_kb_change(
        &self,
        scope: &Scope,
        id: ChangeId,
        content: Option<EntryContent>,
    ) -> Result<Accepted, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let (now, by) = (self.now(), scope.actor());
        let content = content.map(check::tidy);
        let desk = self.clone();
        let accepted = self
            .store()
            .write(scope, move |tx| {
                let (content, desk) = (content.clone(), desk.clone());
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    let mut change = tx.kb_change(id).await?;
                    still_open(&change)?;
                    if let Some(content) = content {
                        change.content = content;
                    }
                    check::content(&change.content)?;
                    References::of([&change.content]).check(&tx).await?;
                    let entry = match change.entry_id {
                        None => {
                            let entry = desk.new_entry(change.content.clone());
                            tx.insert_kb_entries(std::slice::from_ref(&entry)).await?;
                            entry
                        }
                        Some(entry_id) => {
                            let before = tx.kb_entry(entry_id).await?;
                            if let Some(expected) = change.based_on.filter(|version| *version != before.version) {
                                return Err(DeskError::Outdated { expected, is: before.version });
                            }
                            tx.update_kb_entry(entry_id, change.content.clone(), now, change.note.as_deref()).await?
                        }
                    };
                    change.entry_id = Some(entry.id);
                    change.state = ChangeState::Accepted;
                    (change.decided_by, change.decided_at, change.updated_at) = (Some(by), Some(now), now);
                    tx.update_kb_change(&change).await?;
                    tx.append_entry(NewEntry::KnowledgeChanged, now).await?;
                    Ok::<_, DeskError>(Accepted { change, entry })
                })
            })
            .await?;
        self.told().await;
        Ok(accepted)
    }

    /// Turns a proposal down. The program does not make the same again.
    pub async fn refuse_kb_change(
        &self,
        scope: &Scope,
        id: ChangeId,
        note: Option<String>,
    ) -> Result<KbChange, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        note.iter().try_for_each(|note| super::text("note", note, 500))?;
        let (now, by) = (self.now(), scope.actor());
        self.change_kb_change(scope, id, move |change| {
            change.state = ChangeState::Refused;
            change.note = note.clone().or_else(|| change.note.take());
            (change.decided_by, change.decided_at) = (Some(by), Some(now));
        })
        .await
    }

    /// Takes an entry that is asked for no more out of use, or back into it.
    pub async fn set_kb_status(&self, scope: &Scope, id: EntryId, status: EntryStatus) -> Result<KbEntry, DeskError> {
        require(scope, Permission::WriteKnowledge)?;
        let entry = self.kb_entry(scope, id).await?;
        let content = EntryContent { status, ..entry.content };
        self.update_kb_entry(scope, id, content, Some(entry.version), None).await
    }
}

/// Refuses what its writer could not read any more.
async fn may_read(tx: &Writing<'_>, content: &EntryContent) -> Result<(), DeskError> {
    let readership = tx.kb_readership().await?;
    let mut audiences = std::iter::once(content.audience).chain(content.answers.iter().filter_map(|one| one.audience));
    if audiences.all(|audience| readership.reads(audience)) {
        return Ok(());
    }
    Err(DeskError::invalid("audience", "expected public, signed_in, agents or a team of yours"))
}

fn is_model(evidence: &ChangeEvidence) -> bool {
    matches!(evidence, ChangeEvidence::Model { .. })
}

fn is_open(state: ChangeState) -> Result<(), DeskError> {
    match state {
        ChangeState::Draft | ChangeState::Review => Ok(()),
        ChangeState::Accepted | ChangeState::Refused => {
            Err(DeskError::invalid("state", "expected draft or review; to decide, accept or refuse the proposal"))
        }
    }
}

fn still_open(change: &KbChange) -> Result<(), DeskError> {
    match change.state {
        ChangeState::Draft | ChangeState::Review => Ok(()),
        ChangeState::Accepted | ChangeState::Refused => Err(DeskError::Decided),
    }
}
