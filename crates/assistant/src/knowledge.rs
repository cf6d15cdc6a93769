//! Live search indexes, one for each workspace.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use yingda_knowledge::{Entry, Index, IndexError};
use yingda_model::{Scope, WorkspaceId};
use yingda_store::{KbEntry, Store, StoreError};

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("building the search index was interrupted: {0}; it is tried again with the next question")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Search indexes in memory: derived from the entries in the store, and rebuilt when these have changed.
pub struct Knowledge {
    store: Store,
    shelves: Mutex<Shelves>,
}

/// Workspaces whose index stays in memory; the one that was not asked for longest goes first.
const MOST_WORKSPACES: usize = 100;

#[derive(Default)]
struct Shelves {
    by_workspace: HashMap<WorkspaceId, (u64, Arc<Shelf>)>,
    /// Counts uses, to tell which was longest ago.
    uses: u64,
}

/// The place of one workspace's index.
#[derive(Default)]
struct Shelf {
    built: Mutex<Option<Built>>,
    /// Held while building: one at a time.
    building: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone)]
struct Built {
    revision: i64,
    index: Arc<Index>,
}

impl Knowledge {
    pub fn new(store: Store) -> Self {
        Self { store, shelves: Mutex::default() }
    }

    /// The index over the workspace's entries as they are now. Whoever comes first after a change waits for the new index;
    /// whoever comes while it is being built gets the one before, if there is one.
    pub async fn index(&self, scope: &Scope) -> Result<Arc<Index>, KnowledgeError> {
        let revision = self.store.read(scope).kb_revision().await?;
        let shelf = self.shelf(scope.workspace());
        let old = shelf.built.lock().clone();
        if let Some(built) = &old
            && built.revision == revision
        {
            return Ok(built.index.clone());
        }
        let guard = match (shelf.building.clone().try_lock_owned(), old) {
            (Ok(guard), _) => guard,
            (Err(_), Some(built)) => return Ok(built.index),
            (Err(_), None) => shelf.building.clone().lock_owned().await,
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

    fn shelf(&self, workspace: WorkspaceId) -> Arc<Shelf> {
        let mut shelves = self.shelves.lock();
        shelves.uses += 1;
        let now = shelves.uses;
        let (used, shelf) = shelves.by_workspace.entry(workspace).or_default();
        *used = now;
        let shelf = shelf.clone();
        if shelves.by_workspace.len() > MOST_WORKSPACES
            && let Some(oldest) = shelves.by_workspace.iter().min_by_key(|(_, (used, _))| *used).map(|(id, _)| *id)
        {
            shelves.by_workspace.remove(&oldest);
        }
        shelf
    }

    #[cfg(test)]
    fn workspaces(&self) -> usize {
        self.shelves.lock().by_workspace.len()
    }
}

async fn rebuild(store: &Store, scope: &Scope, shelf: &Shelf) -> Result<Arc<Index>, KnowledgeError> {
    // The revision is read before the entries: if these change in between, the index is taken for older than it is and built
    // once more, never for newer.
    let reader = store.read(scope);
    let revision = reader.kb_revision().await?;
    if let Some(built) = shelf.built.lock().as_ref()
        && built.revision == revision
    {
        return Ok(built.index.clone());
    }
    let entries = reader.all_kb_entries().await?;
    let index = tokio::task::spawn_blocking(move || Index::build(entries.into_iter().map(entry))).await??;
    let index = Arc::new(index);
    *shelf.built.lock() = Some(Built { revision, index: index.clone() });
    Ok(index)
}

fn entry(stored: KbEntry) -> Entry {
    Entry {
        id: stored.id.to_string(),
        question: stored.question,
        answer: stored.answer,
        variants: stored.variants,
        lang: stored.lang,
        category: stored.category,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use yingda_store::{MasterKey, StoreConfig};

    #[tokio::test]
    async fn the_workspace_that_was_not_asked_for_longest_is_forgotten_first() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("y.db").display());
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate().unwrap() }).await.unwrap();
        let knowledge = Knowledge::new(store);
        let first = WorkspaceId(uuid::Uuid::from_u128(0));
        let kept = knowledge.shelf(first);
        for number in 1..=MOST_WORKSPACES as u128 + 20 {
            knowledge.shelf(WorkspaceId(uuid::Uuid::from_u128(number)));
            assert!(Arc::ptr_eq(&kept, &knowledge.shelf(first)));
        }
        assert_eq!(knowledge.workspaces(), MOST_WORKSPACES);
    }
}
