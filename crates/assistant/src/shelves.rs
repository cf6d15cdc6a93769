//! Places for what is derived from a workspace's rows and kept in memory.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use yingda_model::WorkspaceId;

/// Workspaces that keep their place; the one that was not asked for longest goes first.
pub(crate) const MOST_WORKSPACES: usize = 100;

/// A place for each workspace.
pub(crate) struct Shelves<T> {
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    by_workspace: HashMap<WorkspaceId, (u64, Arc<Shelf<T>>)>,
    /// Counts uses, to tell which was longest ago.
    uses: u64,
}

/// The place of one workspace.
pub(crate) struct Shelf<T> {
    pub held: Mutex<Option<Held<T>>>,
    /// Held while making: one at a time.
    pub making: Arc<tokio::sync::Mutex<()>>,
}

/// What was made of the rows as they were at a revision.
pub(crate) struct Held<T> {
    pub revision: i64,
    pub value: Arc<T>,
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self { revision: self.revision, value: self.value.clone() }
    }
}

impl<T> Default for Shelves<T> {
    fn default() -> Self {
        Self { inner: Mutex::new(Inner { by_workspace: HashMap::new(), uses: 0 }) }
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { held: Mutex::new(None), making: Arc::default() }
    }
}

impl<T> Shelf<T> {
    /// What is there, when it was made at `revision`.
    pub fn at(&self, revision: i64) -> Option<Arc<T>> {
        self.held.lock().as_ref().filter(|held| held.revision == revision).map(|held| held.value.clone())
    }
}

impl<T> Shelves<T> {
    pub fn of(&self, workspace: WorkspaceId) -> Arc<Shelf<T>> {
        let mut inner = self.inner.lock();
        inner.uses += 1;
        let now = inner.uses;
        let (used, shelf) = inner.by_workspace.entry(workspace).or_default();
        *used = now;
        let shelf = shelf.clone();
        if inner.by_workspace.len() > MOST_WORKSPACES
            && let Some(oldest) = inner.by_workspace.iter().min_by_key(|(_, (used, _))| *used).map(|(id, _)| *id)
        {
            inner.by_workspace.remove(&oldest);
        }
        shelf
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_that_was_not_asked_for_longest_is_forgotten_first() {
        let shelves = Shelves::<()>::default();
        let first = WorkspaceId(uuid::Uuid::from_u128(0));
        let kept = shelves.of(first);
        for number in 1..=MOST_WORKSPACES as u128 + 20 {
            shelves.of(WorkspaceId(uuid::Uuid::from_u128(number)));
            assert!(Arc::ptr_eq(&kept, &shelves.of(first)));
        }
        assert_eq!(shelves.inner.lock().by_workspace.len(), MOST_WORKSPACES);
    }
}
