//! The knowledge of one workspace, as it can be searched now.

use std::sync::Arc;

use parking_lot::RwLock;
use yingda_embedding::Embedder;
use yingda_graph::Graph;
use yingda_knowledge::{Entry, Filter, Hit, Index, IndexError, Query, QuestionVector};

use crate::View;
use crate::extras::{Extra, Extras};
use crate::facts::Facts;
use crate::places::Places;

/// Entries of a workspace: found by what is asked and by their key.
pub struct Library {
    pub index: Index,
    pub(crate) extras: RwLock<Extras>,
    /// The knowledge graph and its revision, where there is one.
    pub(crate) graph: RwLock<(i64, Facts)>,
    /// The help centres that show entries.
    pub(crate) places: RwLock<Arc<Places>>,
    embedder: Option<Arc<Embedder>>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched {
    /// Most confident first.
    pub hits: Vec<Hit>,
    /// Whether meaning was compared, besides words.
    pub by_meaning: bool,
}

/// Texts that are embedded in one go.
const EMBEDDED_AT_ONCE: usize = 256;

impl Library {
    /// A library of entries alone, each with its key if it has one, in memory: for a file, and for tests. Without an embedder it
    /// is searched by words alone; with one, their meaning is indexed at once.
    ///
    /// # Errors
    /// As [`Index::build`].
    pub fn build(
        entries: impl IntoIterator<Item = (Option<String>, Entry)>,
        embedder: Option<Arc<Embedder>>,
    ) -> Result<Self, IndexError> {
        let mut plain = Vec::new();
        let mut extras = Vec::new();
        for (key, entry) in entries {
            if key.is_some() {
                extras.push((entry.id.clone(), Extra { key, ..Extra::default() }));
            }
            plain.push(entry);
        }
        let index = Index::build(plain)?;
        if let Some(embedder) = &embedder {
            while index.embed_pending(embedder.as_ref(), EMBEDDED_AT_ONCE)?.left > 0 {}
        }
        let library = Self::of_index(index, embedder);
        *library.extras.write() = Extras::new(extras);
        Ok(library)
    }

    /// A library of an index, of which no entry has a key. Without an embedder it is searched by words alone.
    pub fn of_index(index: Index, embedder: Option<Arc<Embedder>>) -> Self {
        Self { index, extras: RwLock::default(), graph: RwLock::default(), places: RwLock::default(), embedder }
    }

    /// The entries that fit `text` best and that the view may see. Blocking: a few milliseconds.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn search(&self, text: &str, view: &View, limit: usize) -> Result<Searched, IndexError> {
        self.search_with(text, view.filter(), Some(view.now.0), limit)
    }

    /// As [`search`](Self::search), with a filter of one's own.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn search_with(
        &self,
        text: &str,
        filter: Filter,
        now: Option<i64>,
        limit: usize,
    ) -> Result<Searched, IndexError> {
        let embedder = self.embedder.as_ref().filter(|_| self.index.has_vectors());
        let vector = embedder.map(|embedder| QuestionVector::of(text, embedder));
        let by_meaning = vector.is_some();
        let hits = self.index.search(&Query { vector, filter, limit, now, ..Query::new(text) })?;
        Ok(Searched { hits, by_meaning })
    }

    /// The knowledge graph as the view may see it; `None` when there is none. Blocking: the first time for some audiences it is
    /// made.
    pub fn graph(&self, view: &View) -> Option<Arc<Graph>> {
        let facts = self.graph.read().1.clone();
        facts.shown_to(&view.audiences)
    }

    /// The same library with this graph.
    #[must_use]
    pub fn with_graph(self, graph: Graph) -> Self {
        *self.graph.write() = (0, Facts::new(Some(graph)));
        self
    }

    /// The entry with this id; `None` when there is none.
    pub fn entry(&self, id: &str) -> Option<Arc<Entry>> {
        self.index.entry(id).inspect_err(|error| tracing::error!(%error, "an entry could not be read")).ok().flatten()
    }

    /// The entries with this key that the view may see, oldest first: one for each language.
    pub fn with_key(&self, key: &str, view: &View) -> Vec<Arc<Entry>> {
        let ids = self.extras.read().with_key(key).to_vec();
        ids.iter().filter_map(|id| self.entry(id)).filter(|entry| may_see(view, entry)).collect()
    }

    /// The translations of an entry that the view may see.
    pub fn translations(&self, id: &str, view: &View) -> Vec<Arc<Entry>> {
        let key = self.extras.read().of(id).and_then(|extra| extra.key.clone());
        let mut found = key.map(|key| self.with_key(&key, view)).unwrap_or_default();
        found.retain(|entry| entry.id != id);
        found
    }

    /// What an entry answers for a view.
    pub fn answer(&self, id: &str, view: &View) -> Option<String> {
        let special = self.extras.read().answer(id, view).map(str::to_owned);
        special.or_else(|| self.entry(id).map(|entry| entry.answer.clone()))
    }

    /// Questions that are offered after the answer of an entry.
    pub fn follow_ups(&self, id: &str) -> Vec<String> {
        self.extras.read().of(id).map(|extra| extra.follow_ups.clone()).unwrap_or_default()
    }

    /// Where the view can read an entry in the help centre: an address, or a path on this server. `anchor` is that of a section,
    /// or empty. `None` when no help centre shows it.
    pub fn place(&self, entry: &Entry, anchor: &str, view: &View) -> Option<String> {
        self.places.read().find(entry, anchor, view)
    }

    /// The page that an entry comes from.
    pub fn url(&self, id: &str) -> Option<String> {
        self.extras.read().of(id).and_then(|extra| extra.url.clone())
    }
}

fn may_see(view: &View, entry: &Entry) -> bool {
    let now = view.now.0;
    view.audiences.iter().any(|audience| crate::audience(*audience) == entry.audience)
        && entry.valid_from.is_none_or(|from| from <= now)
        && entry.valid_until.is_none_or(|until| now < until)
}
