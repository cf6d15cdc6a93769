//! Indexes of all workspaces, kept in step with the store.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use yingda_embedding::Embedder;
use yingda_knowledge::{Index, IndexError, Opened, Stats};
use yingda_language::tokens;
use yingda_model::{EntryId, Scope, WorkspaceId};
use yingda_store::{Store, StoreError};

use crate::extras::Extras;
use crate::facts::Facts;
use crate::places::Places;
use crate::{Library, convert, graph};

/// Why there is no library.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("work on the search index was interrupted: {0}; it is tried again with the next question")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// What an index is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KnowledgeStatus {
    /// Whether the index on disk is used; another program may have it, and then this one has its own in memory.
    pub on_disk: bool,
    /// Revision of the store that the index holds, and the one that there is.
    pub revision: i64,
    pub newest: i64,
    pub stats: Stats,
    /// Why the index was made anew when it was opened.
    pub anew: Option<String>,
}

/// Entries that are taken over in one commit.
const BATCH: u64 = 2_000;
/// Texts that are embedded between looks at whether the program goes on.
const EMBEDDED_AT_ONCE: usize = 64;
/// The longest that a question waits for an index that is behind; then it is answered from what there is.
const PATIENCE: Duration = Duration::from_millis(1_000);
/// From one look at how entries are used to the next.
const USE_EVERY_MS: i64 = 3_600_000;
/// Entries whose use is taken over between changes of them.
const MOST_USED: usize = 2_000;
/// Days of use that make an entry popular.
const POPULAR_DAYS: i64 = 90;
/// Words of a question that are looked for without an index, and entries that are then compared.
const WORDS: usize = 12;
const COMPARED: u64 = 200;

/// Libraries of workspaces. Clones share everything.
#[derive(Clone)]
pub struct Knowledge {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    folder: Option<PathBuf>,
    embedder: Option<Arc<Embedder>>,
    places: Mutex<HashMap<WorkspaceId, Arc<Place>>>,
    stopped: AtomicBool,
}

/// The place of one workspace.
#[derive(Default)]
struct Place {
    library: tokio::sync::OnceCell<(Arc<Library>, Option<String>)>,
    /// Held while the index takes over what is newer: one at a time.
    taking_over: Arc<tokio::sync::Mutex<()>>,
    /// Whether the index has once held everything that there was.
    whole: AtomicBool,
    /// Whether what entries have besides what is searched was loaded.
    loaded: AtomicBool,
    embedding: AtomicBool,
    on_disk: AtomicBool,
    /// When use was last taken over, in milliseconds since 1970.
    popular_at: AtomicI64,
}

impl Knowledge {
    /// Indexes are kept in `folder`, a folder for each workspace; without one, in memory. Without an embedder, search compares
    /// words alone.
    pub fn new(store: Store, folder: Option<PathBuf>, embedder: Option<Arc<Embedder>>) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                folder,
                embedder,
                places: Mutex::default(),
                stopped: AtomicBool::new(false),
            }),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub fn embedder(&self) -> Option<&Arc<Embedder>> {
        self.inner.embedder.as_ref()
    }

    /// The workspace's library to search for `text` in. An index that is a little behind is waited for; one that is being made
    /// is not: then the store is searched, which is slower and finds less.
    ///
    /// # Errors
    /// [`KnowledgeError`] when entries cannot be read or indexed.
    pub async fn library(&self, scope: &Scope, text: &str) -> Result<Arc<Library>, KnowledgeError> {
        let (newest, of_graph) = self.inner.store.read(scope).knowledge_revisions().await?;
        let place = self.place(scope);
        let library = self.opened(scope, &place).await?.0.clone();
        self.take_graph(scope, &library, of_graph).await?;
        *library.places.write() = Arc::new(Places::of(&self.inner.store.read(scope).sites().await?));
        let is_new = || library.index.revision() >= newest && place.loaded.load(Ordering::Acquire);
        if library.index.revision() == newest && is_new() {
            return Ok(library);
        }
        // Whoever has begun may have begun before the last change: then there is another turn.
        let caught_up = tokio::time::timeout(PATIENCE, async {
            loop {
                match place.taking_over.clone().try_lock_owned() {
                    Ok(guard) => return self.take_over(scope, place.clone(), library.clone(), guard).await?,
                    Err(_) => drop(place.taking_over.lock().await),
                }
                if is_new() {
                    return Ok(());
                }
            }
        });
        if let Ok(done) = caught_up.await {
            done?;
        }
        if place.whole.load(Ordering::Acquire) { Ok(library) } else { self.searched_in_store(scope, text).await }
    }

    /// The workspace's library with everything that there is, however long that takes.
    ///
    /// # Errors
    /// As [`library`](Self::library).
    pub async fn whole_library(&self, scope: &Scope) -> Result<Arc<Library>, KnowledgeError> {
        let place = self.place(scope);
        let library = self.opened(scope, &place).await?.0.clone();
        let (_, of_graph) = self.inner.store.read(scope).knowledge_revisions().await?;
        self.take_graph(scope, &library, of_graph).await?;
        let guard = place.taking_over.clone().lock_owned().await;
        self.take_over(scope, place, library.clone(), guard).await??;
        Ok(library)
    }

    /// How far the index is.
    ///
    /// # Errors
    /// As [`library`](Self::library).
    pub async fn status(&self, scope: &Scope) -> Result<KnowledgeStatus, KnowledgeError> {
        let place = self.place(scope);
        let (library, anew) = self.opened(scope, &place).await?;
        Ok(KnowledgeStatus {
            revision: library.index.revision(),
            newest: self.inner.store.read(scope).kb_revision().await?,
            stats: library.index.stats(),
            anew: anew.clone(),
            on_disk: place.on_disk.load(Ordering::Acquire),
        })
    }

    /// Throws the index away and makes it anew from the store; vectors as well.
    ///
    /// # Errors
    /// As [`library`](Self::library).
    pub async fn reindex(&self, scope: &Scope) -> Result<KnowledgeStatus, KnowledgeError> {
        let place = self.place(scope);
        let library = self.opened(scope, &place).await?.0.clone();
        let guard = place.taking_over.clone().lock_owned().await;
        place.whole.store(false, Ordering::Release);
        let clearing = library.clone();
        tokio::task::spawn_blocking(move || clearing.index.clear()).await??;
        self.take_over(scope, place, library, guard).await??;
        self.status(scope).await
    }

    /// Makes the vectors that are missing, telling after each step how many are left.
    ///
    /// # Errors
    /// As [`library`](Self::library).
    pub async fn embed(&self, scope: &Scope, mut told: impl FnMut(usize)) -> Result<(), KnowledgeError> {
        let library = self.whole_library(scope).await?;
        let Some(embedder) = self.inner.embedder.clone() else { return Ok(()) };
        loop {
            let (library, embedder) = (library.clone(), embedder.clone());
            let step =
                tokio::task::spawn_blocking(move || library.index.embed_pending(embedder.as_ref(), EMBEDDED_AT_ONCE))
                    .await??;
            told(step.left);
            if step.left == 0 || step.made == 0 {
                return Ok(());
            }
        }
    }

    /// Opens the indexes of all workspaces and brings them up to date, in the background.
    pub fn warm_up(&self, scopes: Vec<Scope>) {
        let knowledge = self.clone();
        tokio::spawn(async move {
            for scope in scopes {
                if let Err(error) = knowledge.whole_library(&scope).await {
                    tracing::error!(workspace = %scope.workspace(), %error, "an index could not be brought up to date");
                }
            }
        });
    }

    /// Ends the work in the background: the program waits for it when it ends. What is left is made after the next start.
    pub fn stop(&self) {
        self.inner.stopped.store(true, Ordering::Release);
    }

    fn place(&self, scope: &Scope) -> Arc<Place> {
        self.inner.places.lock().entry(scope.workspace()).or_default().clone()
    }

    async fn opened<'a>(
        &self,
        scope: &Scope,
        place: &'a Place,
    ) -> Result<&'a (Arc<Library>, Option<String>), KnowledgeError> {
        place
            .library
            .get_or_try_init(async || {
                let folder = self.inner.folder.as_ref().map(|folder| folder.join(scope.workspace().to_string()));
                let workspace = scope.workspace();
                let (index, opened, on_disk) = tokio::task::spawn_blocking(move || match folder {
                    Some(folder) => match Index::open(&folder) {
                        // Another process, such as the server, has it: this one makes its own.
                        Err(IndexError::InUse(_)) => Ok((Index::memory()?, Opened::Ready, false)),
                        opened => opened.map(|(index, opened)| (index, opened, true)),
                    },
                    None => Ok((Index::memory()?, Opened::Ready, false)),
                })
                .await??;
                let anew = match opened {
                    Opened::Ready => None,
                    Opened::VectorsAnew { reason } | Opened::Anew { reason } => Some(reason),
                };
                if let Some(reason) = &anew {
                    tracing::warn!(%workspace, reason, "the search index is made anew");
                }
                place.whole.store(index.revision() > 0, Ordering::Release);
                place.on_disk.store(on_disk, Ordering::Release);
                Ok((Arc::new(Library::of_index(index, self.inner.embedder.clone())), anew))
            })
            .await
    }

    /// Lets the index take over what is newer in the store. A task of its own: when the asking side goes away, the work is
    /// not lost.
    fn take_over(
        &self,
        scope: &Scope,
        place: Arc<Place>,
        library: Arc<Library>,
        guard: tokio::sync::OwnedMutexGuard<()>,
    ) -> tokio::task::JoinHandle<Result<(), KnowledgeError>> {
        // The index is everybody's, whoever has it made.
        let (knowledge, scope) = (self.clone(), Scope::system(scope.workspace()));
        tokio::spawn(async move {
            knowledge.catch_up(&scope, &library).await?;
            knowledge.take_use(&scope, &place, &library).await?;
            place.whole.store(true, Ordering::Release);
            place.loaded.store(true, Ordering::Release);
            drop(guard);
            knowledge.embed_in_background(&place, library);
            Ok(())
        })
    }

    /// Loads the graph when it has changed. One that cannot be read is told, and the one before stays.
    async fn take_graph(&self, scope: &Scope, library: &Library, newest: i64) -> Result<(), KnowledgeError> {
        if library.graph.read().0 == newest {
            return Ok(());
        }
        let rows = self.inner.store.read(scope).graph_rows().await?;
        let made = tokio::task::spawn_blocking(move || graph::of_rows(rows)).await?;
        let mut held = library.graph.write();
        match made {
            Ok(graph) => *held = (newest, Facts::new(graph)),
            Err(problems) => {
                tracing::error!(workspace = %scope.workspace(), ?problems, "the knowledge graph cannot be read");
                held.0 = newest;
            }
        }
        Ok(())
    }

    async fn catch_up(&self, scope: &Scope, library: &Arc<Library>) -> Result<(), KnowledgeError> {
        let reader = self.inner.store.read(scope);
        if reader.kb_revision().await? < library.index.revision() {
            // The store is older than the index: it was put back from a backup.
            let library = library.clone();
            tokio::task::spawn_blocking(move || library.index.clear()).await??;
        }
        let mut used: Option<HashMap<EntryId, f32>> = None;
        loop {
            let step = reader.kb_since(library.index.revision(), BATCH).await?;
            if !step.put.is_empty() && used.is_none() {
                used = Some(self.popularity(scope).await?);
            }
            let (mut put, mut remove) = (Vec::with_capacity(step.put.len()), Vec::new());
            remove.extend(step.removed.iter().map(ToString::to_string));
            for stored in step.put {
                let (id, popularity) = (stored.id, used.as_ref().and_then(|used| used.get(&stored.id)));
                match convert::entry(stored, popularity.copied().unwrap_or_default()) {
                    Some(entry) => put.push(entry),
                    None => remove.push(id.to_string()),
                }
            }
            if !(put.is_empty() && remove.is_empty() && step.revision == library.index.revision()) {
                let library = library.clone();
                tokio::task::spawn_blocking(move || library.index.apply(step.revision, put, remove)).await??;
            }
            if !step.more {
                break;
            }
        }
        *library.extras.write() = Extras::of_store(reader.kb_extras().await?);
        Ok(())
    }

    /// Takes over how often entries were used, once an hour at most.
    async fn take_use(&self, scope: &Scope, place: &Place, library: &Arc<Library>) -> Result<(), KnowledgeError> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        if now - place.popular_at.swap(now, Ordering::AcqRel) < USE_EVERY_MS {
            return Ok(());
        }
        let used = self.popularity(scope).await?;
        let mut ids: Vec<EntryId> = used.keys().copied().collect();
        ids.sort_by(|a, b| used[b].total_cmp(&used[a]).then(a.cmp(b)));
        ids.truncate(MOST_USED);
        let entries = self.inner.store.read(scope).kb_entries_by_id(&ids).await?;
        let put: Vec<_> = entries
            .into_iter()
            .filter_map(|stored| {
                let popularity = used.get(&stored.id).copied().unwrap_or_default();
                convert::entry(stored, popularity)
            })
            .filter(|entry| library.entry(&entry.id).is_some_and(|held| held.popularity != entry.popularity))
            .collect();
        if !put.is_empty() {
            let library = library.clone();
            tokio::task::spawn_blocking(move || library.index.apply(library.index.revision(), put, Vec::new()))
                .await??;
        }
        Ok(())
    }

    async fn popularity(&self, scope: &Scope) -> Result<HashMap<EntryId, f32>, StoreError> {
        let reader = self.inner.store.read(scope);
        let days = reader.kb_use_since(0).await?;
        let newest = days.iter().map(|day| day.day).max().unwrap_or_default();
        let mut used = HashMap::new();
        for day in days.iter().filter(|day| day.day > newest - POPULAR_DAYS) {
            // Being chosen says more than being shown.
            let count = day.answered + 2 * day.chosen + day.helpful - day.unhelpful;
            *used.entry(day.entry_id).or_default() += count.max(0) as f32;
        }
        Ok(used)
    }

    /// Makes the vectors that are missing, one workspace's at a time by one task.
    fn embed_in_background(&self, place: &Arc<Place>, library: Arc<Library>) {
        let Some(embedder) = self.inner.embedder.clone() else { return };
        if library.index.pending() == 0 || place.embedding.swap(true, Ordering::AcqRel) {
            return;
        }
        let (place, inner) = (place.clone(), self.inner.clone());
        tokio::task::spawn_blocking(move || {
            while !inner.stopped.load(Ordering::Acquire) {
                match library.index.embed_pending(embedder.as_ref(), EMBEDDED_AT_ONCE) {
                    Ok(step) if step.left == 0 || step.made == 0 => break,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(%error, "texts could not be embedded; search compares words meanwhile");
                        break;
                    }
                }
            }
            place.embedding.store(false, Ordering::Release);
        });
    }

    /// A small library of the entries that have a word of `text`, straight from the store.
    async fn searched_in_store(&self, scope: &Scope, text: &str) -> Result<Arc<Library>, KnowledgeError> {
        let mut words: Vec<String> = tokens(&yingda_language::normalise(text))
            .into_iter()
            .filter(|token| !token.stop)
            .map(|token| token.text)
            .collect();
        words.dedup();
        words.truncate(WORDS);
        let entries = if words.is_empty() {
            Vec::new()
        } else {
            self.inner.store.read(scope).kb_with_words(&words, COMPARED).await?
        };
        let library = tokio::task::spawn_blocking(move || {
            Library::build(
                entries.into_iter().filter_map(|stored| {
                    let key = stored.content.key.clone();
                    Some((key, convert::entry(stored, 0.0)?))
                }),
                None,
            )
        })
        .await??;
        let place = self.place(scope);
        if let Some((held, _)) = place.library.get() {
            *library.graph.write() = held.graph.read().clone();
            *library.places.write() = held.places.read().clone();
        }
        Ok(Arc::new(library))
    }
}
