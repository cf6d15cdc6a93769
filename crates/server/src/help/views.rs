//! Counts which entries are read. A page is never held up for it: what was read is collected and stored together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use yingda_model::{EntryId, Scope, Timestamp, WorkspaceId};
use yingda_store::Used;

use crate::App;

/// How long reading is collected before it is stored.
const COLLECT: Duration = Duration::from_secs(2);
/// An entry that is read again within this time is not counted again, in milliseconds: reloading makes nothing popular.
const ONCE_MS: i64 = 60_000;
/// Entries remembered as counted.
const REMEMBERED: usize = 50_000;

/// What was read and is not stored yet.
#[derive(Clone, Default)]
pub(super) struct Views {
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    last: HashMap<EntryId, Timestamp>,
    waiting: HashMap<WorkspaceId, Vec<EntryId>>,
}

impl Views {
    /// Notes that an entry was read.
    pub fn note(&self, app: &App, workspace: WorkspaceId, id: EntryId, now: Timestamp) {
        let mut seen = self.seen.lock();
        if seen.last.get(&id).is_some_and(|last| now.since_ms(*last) < ONCE_MS) {
            return;
        }
        if seen.last.len() >= REMEMBERED {
            seen.last.retain(|_, last| now.since_ms(*last) < ONCE_MS);
        }
        if seen.last.len() >= REMEMBERED {
            return;
        }
        seen.last.insert(id, now);
        let is_first = seen.waiting.is_empty();
        seen.waiting.entry(workspace).or_default().push(id);
        drop(seen);
        if is_first {
            let (views, app) = (self.clone(), app.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = tokio::time::sleep(COLLECT) => {}
                    () = app.stop().cancelled() => {}
                }
                views.store(&app).await;
            });
        }
    }

    async fn store(&self, app: &App) {
        let waiting = std::mem::take(&mut self.seen.lock().waiting);
        for (workspace, ids) in waiting {
            let used = ids.into_iter().map(|id| (id, Used::Shown)).collect();
            if let Err(error) = app.desk().count_kb_use(&Scope::system(workspace), used).await {
                tracing::warn!(%error, "what was read in the help centre was not counted");
            }
        }
    }
}
