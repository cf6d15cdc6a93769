//! Live knowledge, one library for each workspace.

use std::collections::HashMap;
use std::sync::Arc;

use yingda_knowledge::{Entry, Index, IndexError};
use yingda_model::Scope;
use yingda_store::{KbEntry, Store, StoreError};

use crate::Tongue;
use crate::shelves::{Held, Shelf, Shelves};

/// Why there is no library.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("building the search index was interrupted: {0}; it is tried again with the next question")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Knowledge entries, found by what is asked and by their key.
pub struct Library {
    pub index: Index,
    /// Ids of the entries of a key, one for each language.
    by_key: HashMap<String, Vec<String>>,
}

impl Library {
    /// A library of entries, each with its key if it has one.
    ///
    /// # Errors
    /// As [`Index::build`].
    pub fn build(entries: impl IntoIterator<Item = (Option<String>, Entry)>) -> Result<Self, IndexError> {
        let mut by_key: HashMap<String, Vec<String>> = HashMap::new();
        let mut plain = Vec::new();
        for (key, entry) in entries {
            if let Some(key) = key {
                by_key.entry(key).or_default().push(entry.id.clone());
            }
            plain.push(entry);
        }
        Ok(Self { index: Index::build(plain)?, by_key })
    }

    /// A library of which no entry has a key.
    pub fn of_index(index: Index) -> Self {
        Self { index, by_key: HashMap::new() }
    }

    /// The entry with this key for somebody who is answered in `tongue`: in that language, else in another.
    pub(crate) fn answer(&self, key: &str, tongue: Tongue) -> Option<&Entry> {
        let entries: Vec<&Entry> = self.by_key.get(key)?.iter().filter_map(|id| self.index.entry(id)).collect();
        let own = entries.iter().find(|entry| tongue_of_entry(entry) == Some(tongue));
        own.or(entries.first()).copied()
    }
}

/// The language that an entry is in.
pub(crate) fn tongue_of_entry(entry: &Entry) -> Option<Tongue> {
    match &entry.lang {
        Some(lang) => Tongue::of_tag(lang),
        None => Tongue::of_text(&entry.question),
    }
}

/// Libraries in memory: derived from the entries in the store, and built anew when these have changed.
pub struct Knowledge {
    store: Store,
    shelves: Shelves<Library>,
}

impl Knowledge {
    pub fn new(store: Store) -> Self {
        Self { store, shelves: Shelves::default() }
    }

    /// The workspace's entries as they are now. Whoever comes first after a change waits for the new index; whoever comes
    /// while it is being built gets the one before, if there is one.
    ///
    /// # Errors
    /// [`KnowledgeError`] when entries cannot be read or indexed.
    pub async fn library(&self, scope: &Scope) -> Result<Arc<Library>, KnowledgeError> {
        let revision = self.store.read(scope).kb_revision().await?;
        let shelf = self.shelves.of(scope.workspace());
        if let Some(library) = shelf.at(revision) {
            return Ok(library);
        }
        let old = shelf.held.lock().clone();
        let guard = match (shelf.making.clone().try_lock_owned(), old) {
            (Ok(guard), _) => guard,
            (Err(_), Some(held)) => return Ok(held.value),
            (Err(_), None) => shelf.making.clone().lock_owned().await,
        };
        // A task of its own: when the asking side goes away, the work is not lost.
        let (store, scope) = (self.store.clone(), scope.clone());
        tokio::spawn(async move {
            let built = rebuild(&store, &scope, &shelf).await;
            drop(guard);
            built
        })
        .await?
    }
}

async fn rebuild(store: &Store, scope: &Scope, shelf: &Shelf<Library>) -> Result<Arc<Library>, KnowledgeError> {
    // The revision is read before the entries: if these change in between, the index is taken for older than it is and built
    // once more, never for newer.
    let reader = store.read(scope);
    let revision = reader.kb_revision().await?;
    if let Some(library) = shelf.at(revision) {
        return Ok(library);
    }
    let entries = reader.all_kb_entries().await?;
    let library = tokio::task::spawn_blocking(move || Library::build(entries.into_iter().map(entry))).await??;
    let value = Arc::new(library);
    *shelf.held.lock() = Some(Held { revision, value: value.clone() });
    Ok(value)
}

fn entry(stored: KbEntry) -> (Option<String>, Entry) {
    let entry = Entry {
        id: stored.id.to_string(),
        question: stored.question,
        answer: stored.answer,
        variants: stored.variants,
        lang: stored.lang,
        category: stored.category,
    };
    (stored.key, entry)
}
