//! The assistant's files: worked on one by one, published together.

use std::collections::HashSet;

use serde_json::Value as Json;
use yingda_model::{
    AssistantDraft, AssistantFile, MAX_ASSISTANT_FILE_BYTES, MAX_ASSISTANT_FILES, Permission, Release, Scope,
    check_assistant_path,
};
use yingda_store::{NewEntry, NewRelease, StoreError, Writing};

use super::LOCK;
use crate::conversations::require;
use crate::{Desk, DeskError};

const MAX_NOTE_CHARS: usize = 2_000;
/// Largest report of a publication, as JSON.
const MAX_REPORT_BYTES: usize = 4 << 20;

/// What whoever changes a file believes it to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there.
    Anything,
    /// No file of this path.
    Absent,
    /// The file at this revision.
    Revision(i64),
}

impl Desk {
    /// All files that are being worked on, by path.
    pub async fn assistant_files(&self, scope: &Scope) -> Result<Vec<AssistantDraft>, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_drafts().await?)
    }

    /// One file that is being worked on.
    pub async fn assistant_file(&self, scope: &Scope, path: &str) -> Result<AssistantDraft, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_draft(path).await?)
    }

    /// Grows with every change of files, releases, secrets and settings.
    pub async fn assistant_revision(&self, scope: &Scope) -> Result<i64, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_revision().await?)
    }

    /// Stores a file, as text: whether it is right is for others to check.
    ///
    /// # Errors
    /// [`DeskError::Outdated`] when it is not what was expected; `is` is 0 when there is no such file.
    pub async fn put_assistant_file(
        &self,
        scope: &Scope,
        file: AssistantFile,
        expected: Expected,
    ) -> Result<AssistantDraft, DeskError> {
        require(scope, Permission::ManageAssistant)?;
        check_file(&file)?;
        let now = self.now();
        self.change_assistant(scope, move |tx| {
            let file = file.clone();
            Box::pin(async move {
                let is_new = meets(tx, &file.path, expected).await?;
                if is_new && tx.assistant_drafts().await?.len() >= MAX_ASSISTANT_FILES {
                    return Err(too_many(MAX_ASSISTANT_FILES + 1));
                }
                Ok(tx.put_assistant_draft(&file, now).await?)
            })
        })
        .await
    }

    /// Removes a file that is being worked on; releases keep it.
    pub async fn delete_assistant_file(
        &self,
        scope: &Scope,
        path: String,
        expected: Expected,
    ) -> Result<(), DeskError> {
        self.change_assistant(scope, move |tx| {
            let path = path.clone();
            Box::pin(async move {
                meets(tx, &path, expected).await?;
                if tx.delete_assistant_draft(&path).await? {
                    Ok(())
                } else {
                    Err(DeskError::not_found("file of the assistant"))
                }
            })
        })
        .await
    }

    /// Puts a whole folder in place of the files that are being worked on. `expected` is the workspace's revision that this is
    /// based on. Gives the new one.
    pub async fn replace_assistant_files(
        &self,
        scope: &Scope,
        files: Vec<AssistantFile>,
        expected: Option<i64>,
    ) -> Result<i64, DeskError> {
        require(scope, Permission::ManageAssistant)?;
        if files.len() > MAX_ASSISTANT_FILES {
            return Err(too_many(files.len()));
        }
        files.iter().try_for_each(check_file)?;
        let mut paths = HashSet::new();
        if let Some(twice) = files.iter().find(|file| !paths.insert(&file.path)) {
            return Err(DeskError::invalid("path", format!("{} is there twice", twice.path)));
        }
        let now = self.now();
        self.change_assistant(scope, move |tx| {
            let files = files.clone();
            Box::pin(async move {
                at_revision(tx, expected).await?;
                Ok(tx.replace_assistant_drafts(&files, now).await?)
            })
        })
        .await
    }

    /// Puts the files of a release in place of those that are being worked on. Gives the workspace's revision.
    pub async fn take_up_assistant_release(&self, scope: &Scope, number: u32) -> Result<i64, DeskError> {
        require(scope, Permission::ManageAssistant)?;
        let files = self.store().read(scope).assistant_release_files(number).await?;
        self.replace_assistant_files(scope, files, None).await
    }

    /// Publishes all files that are being worked on as the next release, which goes live. `expected` is the workspace's
    /// revision at which they were tested.
    pub async fn publish_assistant(
        &self,
        scope: &Scope,
        note: String,
        report: Json,
        expected: Option<i64>,
    ) -> Result<Release, DeskError> {
        require(scope, Permission::ManageAssistant)?;
        check_publication(&note, &report)?;
        let now = self.now();
        self.change_assistant(scope, move |tx| {
            let (note, report) = (note.clone(), report.clone());
            Box::pin(async move {
                at_revision(tx, expected).await?;
                let drafts = tx.assistant_drafts().await?;
                if drafts.is_empty() {
                    return Err(DeskError::invalid("files", "there is no file to publish: add one first"));
                }
                let files =
                    drafts.into_iter().map(|draft| AssistantFile { path: draft.path, text: draft.text }).collect();
                Ok(tx.insert_assistant_release(&NewRelease { note, report, files }, now).await?)
            })
        })
        .await
    }

    /// Makes a release live in place of the one that is, or none at all. Conversations under way finish with their own.
    pub async fn make_assistant_release_live(&self, scope: &Scope, number: Option<u32>) -> Result<(), DeskError> {
        self.change_assistant(scope, move |tx| {
            Box::pin(async move { Ok(tx.make_assistant_release_live(number).await?) })
        })
        .await
    }

    /// The newest `limit` releases older than `before`, newest first.
    pub async fn assistant_releases(
        &self,
        scope: &Scope,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<Release>, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_releases(before, limit).await?)
    }

    pub async fn assistant_release(&self, scope: &Scope, number: u32) -> Result<Release, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_release(number).await?)
    }

    /// The release that new conversations begin with, if there is one.
    pub async fn live_assistant_release(&self, scope: &Scope) -> Result<Option<Release>, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).live_assistant_release().await?)
    }

    /// The files of a release, by path.
    pub async fn assistant_release_files(&self, scope: &Scope, number: u32) -> Result<Vec<AssistantFile>, DeskError> {
        require(scope, Permission::ReadAssistant)?;
        Ok(self.store().read(scope).assistant_release_files(number).await?)
    }

    /// Changes what the assistant works by, one change at a time in a workspace, and tells everybody.
    pub(super) async fn change_assistant<T, F>(&self, scope: &Scope, change: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: for<'t> Fn(Writing<'t>) -> futures::future::BoxFuture<'t, Result<T, DeskError>> + Send + Sync + 'static,
    {
        require(scope, Permission::ManageAssistant)?;
        let now = self.now();
        let change = std::sync::Arc::new(change);
        let done = self
            .store()
            .write(scope, move |tx| {
                let change = change.clone();
                Box::pin(async move {
                    tx.lock_name(LOCK.0, LOCK.1).await?;
                    let done = change(tx).await?;
                    tx.append_entry(NewEntry::AssistantChanged, now).await?;
                    Ok::<_, DeskError>(done)
                })
            })
            .await?;
        self.told().await;
        Ok(done)
    }
}

/// Checks that a file is what was expected. Tells whether it is new.
async fn meets(tx: Writing<'_>, path: &str, expected: Expected) -> Result<bool, DeskError> {
    let is = match tx.assistant_draft(path).await {
        Ok(draft) => draft.revision,
        Err(StoreError::NotFound { .. }) => 0,
        Err(error) => return Err(error.into()),
    };
    match expected {
        Expected::Absent if is != 0 => Err(DeskError::Outdated { expected: 0, is }),
        Expected::Revision(expected) if is != expected => Err(DeskError::Outdated { expected, is }),
        _ => Ok(is == 0),
    }
}

/// Checks the note of a release to be.
///
/// # Errors
/// [`DeskError::Invalid`] when it is too long or not a text.
pub fn check_release_note(note: &str) -> Result<(), DeskError> {
    if note.is_empty() {
        return Ok(());
    }
    crate::knowledge::text("note", note, MAX_NOTE_CHARS)
}

/// Checks what is published with the files.
pub(super) fn check_publication(note: &str, report: &Json) -> Result<(), DeskError> {
    check_release_note(note)?;
    let size = report.to_string().len();
    if size > MAX_REPORT_BYTES {
        return Err(DeskError::invalid("report", format!("expected at most {MAX_REPORT_BYTES} bytes, got {size}")));
    }
    Ok(())
}

pub(super) async fn at_revision(tx: Writing<'_>, expected: Option<i64>) -> Result<(), DeskError> {
    let is = tx.assistant_revision().await?;
    match expected {
        Some(expected) if expected != is => Err(DeskError::Outdated { expected, is }),
        _ => Ok(()),
    }
}

fn check_file(file: &AssistantFile) -> Result<(), DeskError> {
    check_assistant_path(&file.path).map_err(|error| DeskError::invalid("path", error.to_string()))?;
    if file.text.len() > MAX_ASSISTANT_FILE_BYTES {
        let (path, got) = (&file.path, file.text.len());
        return Err(DeskError::invalid(
            "text",
            format!("expected at most {MAX_ASSISTANT_FILE_BYTES} bytes, {path} has {got}: divide it"),
        ));
    }
    if file.text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(DeskError::invalid("text", format!("{} contains control characters", file.path)));
    }
    Ok(())
}

fn too_many(got: usize) -> DeskError {
    DeskError::invalid("files", format!("expected at most {MAX_ASSISTANT_FILES} files, got {got}"))
}
