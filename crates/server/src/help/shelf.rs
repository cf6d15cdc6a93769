//! The published, public entries of a workspace, without their texts: what lists, addresses and checks are made of.
//!
//! A shelf holds one revision of the knowledge. When there is a newer one, it takes over what changed, so that an edit costs as
//! much as the edit.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use yingda_language::{Lang, detect};
use yingda_model::{
    Audience, EntryContent, EntryId, EntryKind, EntryStatus, FileId, KbEntry, Scope, Timestamp, WorkspaceId,
};
use yingda_store::{Store, StoreError};

/// Entries taken over in one step.
const STEP: u64 = 1_000;
/// Workspaces whose shelves are kept.
const MOST_WORKSPACES: usize = 64;

/// An entry, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub id: EntryId,
    pub kind: EntryKind,
    pub title: String,
    /// The beginning of its text, plain.
    pub summary: String,
    /// Primary language tag, by the text where the entry does not say; empty when neither tells.
    pub lang: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    pub key: Option<String>,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    pub updated_at: Timestamp,
    /// Files that its text or source refers to.
    pub files: Vec<FileId>,
}

impl Item {
    fn of(entry: KbEntry) -> Self {
        let KbEntry { id, content, updated_at, .. } = entry;
        let summary = yingda_helpcentre::summary(&content.answer);
        Self {
            id,
            kind: content.kind,
            lang: language(&content, &summary),
            files: files_in(&content.answer).chain(content.source.file_id).collect(),
            title: content.question,
            summary,
            category: content.category,
            tags: content.tags,
            key: content.key,
            valid_from: content.valid_from,
            valid_until: content.valid_until,
            updated_at,
        }
    }

    pub fn is_valid(&self, now: Timestamp) -> bool {
        is_valid(self.valid_from, self.valid_until, now)
    }
}

/// Whether anybody may read it, at the moments at which it is valid.
pub(super) fn is_public(content: &EntryContent) -> bool {
    content.status == EntryStatus::Published && content.audience == Audience::Public
}

pub(super) fn is_valid(from: Option<Timestamp>, until: Option<Timestamp>, now: Timestamp) -> bool {
    from.is_none_or(|from| from <= now) && until.is_none_or(|until| now < until)
}

fn language(content: &EntryContent, summary: &str) -> String {
    match content.lang.as_deref().and_then(|lang| lang.split(['-', '_']).next()) {
        Some(primary) => primary.to_ascii_lowercase(),
        None => match detect(&format!("{} {summary}", content.question)) {
            Lang::Other => String::new(),
            told => told.tag().to_owned(),
        },
    }
}

/// Where texts refer to uploaded files.
pub(super) const FILES: &str = "/api/v1/files/";
/// The end of the addresses under which the help centre gives them to everybody.
pub(super) const PUBLIC_FILES: &str = "/file/";

/// The files that a text refers to, in either form.
fn files_in(markdown: &str) -> impl Iterator<Item = FileId> {
    [FILES, PUBLIC_FILES].into_iter().flat_map(move |form| {
        markdown.match_indices(form).filter_map(move |(at, _)| markdown.get(at + form.len()..)?.get(..36)?.parse().ok())
    })
}

/// What a workspace has published for everybody, valid or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelf {
    pub revision: i64,
    pub items: HashMap<EntryId, Arc<Item>>,
}

/// The shelves of all workspaces that were asked for lately.
#[derive(Default)]
pub(super) struct Shelves {
    places: Mutex<HashMap<WorkspaceId, Arc<Place>>>,
}

#[derive(Default)]
struct Place {
    shelf: Mutex<Arc<Shelf>>,
    /// Held while the shelf takes over what is newer.
    renewing: tokio::sync::Mutex<()>,
}

impl Shelves {
    /// The shelf as the store has it now.
    pub async fn get(&self, store: &Store, scope: &Scope) -> Result<Arc<Shelf>, StoreError> {
        let place = {
            let mut places = self.places.lock();
            if places.len() >= MOST_WORKSPACES && !places.contains_key(&scope.workspace()) {
                places.clear();
            }
            places.entry(scope.workspace()).or_default().clone()
        };
        let newest = store.read(scope).kb_revision().await?;
        let held = place.shelf.lock().clone();
        if held.revision == newest {
            return Ok(held);
        }
        let _guard = place.renewing.lock().await;
        let held = place.shelf.lock().clone();
        if held.revision == newest {
            return Ok(held);
        }
        // A store that is older than the shelf was put back from a backup.
        let base = if held.revision < newest { Shelf::clone(&held) } else { Shelf::default() };
        let renewed = Arc::new(renewed(store, scope, base).await?);
        *place.shelf.lock() = renewed.clone();
        Ok(renewed)
    }
}

async fn renewed(store: &Store, scope: &Scope, mut shelf: Shelf) -> Result<Shelf, StoreError> {
    loop {
        let step = store.read(scope).kb_since(shelf.revision, STEP).await?;
        for id in &step.removed {
            shelf.items.remove(id);
        }
        let hidden = |entry: &&KbEntry| !is_public(&entry.content);
        for entry in step.put.iter().filter(hidden) {
            shelf.items.remove(&entry.id);
        }
        let public: Vec<KbEntry> = step.put.into_iter().filter(|entry| is_public(&entry.content)).collect();
        // Reading the texts takes a while.
        let items = tokio::task::spawn_blocking(move || public.into_iter().map(Item::of).collect::<Vec<_>>())
            .await
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        shelf.items.extend(items.into_iter().map(|item| (item.id, Arc::new(item))));
        shelf.revision = step.revision;
        if !step.more {
            return Ok(shelf);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_where_a_text_refers_to_them() {
        let id = "0192f0c1-2345-7abc-8def-0123456789ab";
        let found = |text: &str| files_in(text).map(|id| id.to_string()).collect::<Vec<_>>();
        assert_eq!(found(&format!("![a](/api/v1/files/{id}) b")), [id]);
        assert_eq!(found(&format!("[a](/help/shop/file/{id}?x)")), [id]);
        assert!(found("/api/v1/files/none /file/ /api/v1/files/字字字字字字字字字字字字字").is_empty());
        assert!(found(id).is_empty());
    }

    #[test]
    fn the_language_is_what_the_entry_says_else_what_it_is_written_in() {
        let lang = |lang: Option<&str>, question: &str| {
            let content = EntryContent {
                lang: lang.map(str::to_owned),
                question: question.to_owned(),
                ..EntryContent::default()
            };
            language(&content, "")
        };
        assert_eq!(lang(Some("zh-CN"), "How?"), "zh");
        assert_eq!(lang(Some("EN"), "怎么"), "en");
        assert_eq!(lang(None, "怎么退货？"), "zh");
        assert_eq!(lang(None, "How do I return it?"), "en");
        assert_eq!(lang(None, "123"), "");
    }
}
