//! The index: opened, changed and searched.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use parking_lot::{Mutex, RwLock};
use serde::Serialize;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexReader, ReloadPolicy};
use yingda_embedding::nearest::Table;
use yingda_language::{Corrected, Speller};

use crate::document::{FORMAT, Fields, Head, entry_key, head_key};
use crate::fulltext::WordTokenizer;
use crate::query::Evidence;
use crate::reading::{Counts, Reading};
use crate::score::Asked;
use crate::search::{Search, passage};
use crate::write::Writing;
use crate::{Entry, Hit, IndexError, Passage, Query, QuestionVector};

/// Searches entries, and changes with them; shared between threads as it is. In a folder ([`open`](Self::open)) or in
/// memory ([`build`](Self::build)).
///
/// Everything in it is made from entries that somebody else keeps: whatever is wrong with the folder, it is emptied and
/// filled again.
pub struct Index {
    pub(crate) reader: IndexReader,
    pub(crate) engine: tantivy::Index,
    pub(crate) fields: Fields,
    pub(crate) table: Table,
    pub(crate) reading: RwLock<Arc<Reading>>,
    pub(crate) speller: RwLock<Arc<Speller>>,
    pub(crate) centres: RwLock<Arc<Centres>>,
    /// Held by whoever changes the index.
    pub(crate) writing: Mutex<Writing>,
    /// Rows with a document, and those of them without a vector, as the last change left them: known without waiting for
    /// the next.
    pub(crate) rows: AtomicUsize,
    pub(crate) lacking: AtomicUsize,
    folder: Option<PathBuf>,
    /// Keeps other processes out.
    _lock: Option<File>,
}

/// How an index was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// As it was left: [`Index::revision`] tells what it holds.
    Ready,
    /// Its vectors were thrown away; [`Index::embed_pending`] makes them again.
    VectorsAnew {
        /// What was wrong with them.
        reason: String,
    },
    /// All of it was thrown away: it is empty, at revision 0.
    Anew {
        /// What was wrong with it.
        reason: String,
    },
}

/// The size of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub entries: u64,
    pub passages: u64,
    /// Questions, titles and variants.
    pub wordings: u64,
    /// Wordings and passages that have a vector.
    pub vectors: u64,
    /// Wordings and passages that have none yet.
    pub pending: u64,
    /// Bytes on disk; in memory, of the vectors alone.
    pub disk_bytes: u64,
}

/// What all wordings have in common, and all passages.
#[derive(Debug, Default)]
pub(crate) struct Centres {
    pub model: Option<u64>,
    pub wordings: Vec<f32>,
    pub passages: Vec<f32>,
    /// Vectors there were when they were measured.
    pub measured: usize,
}

impl Centres {
    /// Whether the vector can be compared with those here.
    pub fn fit(&self, vector: &QuestionVector) -> bool {
        self.model == Some(vector.model) && self.wordings.len() == vector.values.len()
    }
}

/// Blocks of stored documents that are kept unpacked, 16 kB each, in each segment.
const STORE_BLOCKS: usize = 20;
/// Text is checked byte by byte when it is opened, up to this size; beyond, its beginnings and ends are.
const CHECKED_BYTES: u64 = 256 << 20;

impl Index {
    /// Opens the index in a folder, which is made if there is none. An index of another format or one that was torn by a
    /// crash is thrown away, and so are vectors that are, and folders where files should be.
    ///
    /// # Errors
    /// [`IndexError::InUse`] when another process has it; [`IndexError::Io`] when the folder cannot be used.
    pub fn open(folder: &Path) -> Result<(Self, Opened), IndexError> {
        std::fs::create_dir_all(folder)?;
        let lock = folder.join("lock");
        if lock.is_dir() {
            remove(&lock)?;
        }
        let lock = File::options().create(true).truncate(false).write(true).open(lock)?;
        lock.try_lock().map_err(|error| match error {
            std::fs::TryLockError::WouldBlock => IndexError::InUse(folder.display().to_string()),
            std::fs::TryLockError::Error(error) => error.into(),
        })?;
        let text = folder.join("text");
        let (mut index, torn) = match Self::whole(folder, &text) {
            Ok(index) => (index, None),
            Err(reason) => {
                remove(&text)?;
                std::fs::create_dir_all(&text)?;
                remove(&folder.join("vectors"))?;
                (Self::made(folder, &text)?, Some(reason))
            }
        };
        index.0._lock = Some(lock);
        let opened = match (torn.flatten(), index.1) {
            (Some(reason), _) => Opened::Anew { reason },
            (None, Some(reason)) => Opened::VectorsAnew { reason },
            (None, None) => Opened::Ready,
        };
        Ok((index.0, opened))
    }

    /// An empty index in memory.
    ///
    /// # Errors
    /// When the engine cannot start its threads.
    pub fn memory() -> Result<Self, IndexError> {
        let (schema, fields) = Fields::new();
        let engine = tantivy::Index::builder().schema(schema).tokenizers(tokenizers()).create_in_ram()?;
        Self::new(engine, fields, Table::memory(), None)
    }

    /// An index of these entries in memory, at revision 1.
    ///
    /// # Errors
    /// Two entries have one id.
    pub fn build(entries: impl IntoIterator<Item = Entry>) -> Result<Self, IndexError> {
        let index = Self::memory()?;
        index.apply(1, entries.into_iter().collect(), Vec::new())?;
        Ok(index)
    }

    /// The index in the folder, and what was wrong with its vectors; or else why there is none, if there should be.
    fn whole(folder: &Path, text: &Path) -> Result<(Self, Option<String>), Option<String>> {
        if !text.join("meta.json").exists() {
            let is_fresh = !text.exists() || text.read_dir().is_ok_and(|mut files| files.next().is_none());
            return Err((!is_fresh).then(|| "its list of files is missing".to_owned()));
        }
        let (schema, fields) = Fields::new();
        let mut engine = tantivy::Index::open_in_dir(text).map_err(|error| Some(error.to_string()))?;
        if engine.schema() != schema {
            return Err(Some("it was made by another version of the program".to_owned()));
        }
        engine.set_tokenizers(tokenizers());
        let counts = counts(&engine).map_err(|error| Some(error.to_string()))?;
        if counts.revision != 0 && counts.format != FORMAT {
            return Err(Some(format!("it has format {}, and this program reads {FORMAT}", counts.format)));
        }
        if size(text) <= CHECKED_BYTES {
            let torn = engine.validate_checksum().map_err(|error| Some(error.to_string()))?;
            if let Some(file) = torn.iter().next() {
                return Err(Some(format!("{} does not have the checksum that was written with it", file.display())));
            }
        }
        let (table, reason) = Table::open(&folder.join("vectors")).map_err(|error| Some(error.to_string()))?;
        let index = Self::new(engine, fields, table, Some(folder)).map_err(|error| Some(error.to_string()))?;
        Ok((index, reason))
    }

    fn made(folder: &Path, text: &Path) -> Result<(Self, Option<String>), IndexError> {
        let (schema, fields) = Fields::new();
        let engine = tantivy::Index::builder().schema(schema).tokenizers(tokenizers()).create_in_dir(text)?;
        let (table, _) = Table::open(&folder.join("vectors"))?;
        Ok((Self::new(engine, fields, table, Some(folder))?, None))
    }

    fn new(engine: tantivy::Index, fields: Fields, table: Table, folder: Option<&Path>) -> Result<Self, IndexError> {
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORE_BLOCKS)
            .try_into()?;
        let reading = Reading::new(reader.searcher(), fields, counts(&engine)?, Arc::default());
        let index = Self {
            reader,
            engine,
            fields,
            table,
            reading: RwLock::new(Arc::new(reading)),
            speller: RwLock::new(Arc::new(Speller::new(std::iter::empty::<&str>()))),
            centres: RwLock::default(),
            writing: Mutex::default(),
            rows: AtomicUsize::new(0),
            lacking: AtomicUsize::new(0),
            folder: folder.map(Path::to_owned),
            _lock: None,
        };
        index.begin()?;
        Ok(index)
    }

    /// The revision that was applied last; 0 when nothing was.
    pub fn revision(&self) -> i64 {
        self.now().counts.revision
    }

    /// The entries that answer `query` best, the most confident first. Words and, when the query has a vector, meaning
    /// propose candidates; each is then compared closely. Slips in the question are corrected first
    /// ([`corrected`](Self::corrected)), traditional and simplified characters are the same, and of entries that fit about
    /// as well those in the question's language come first.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>, IndexError> {
        self.with_search(query, |search| search.hits())
    }

    /// As [`search`](Self::search), among all entries and by words alone.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn search_text(&self, text: &str, limit: usize) -> Result<Vec<Hit>, IndexError> {
        self.search(&Query { limit, ..Query::new(text) })
    }

    /// What [`search`](Self::search) decides by: for learning its weights.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn evidence(&self, query: &Query) -> Result<Evidence, IndexError> {
        self.with_search(query, |search| search.evidence())
    }

    fn with_search<T>(
        &self,
        query: &Query,
        run: impl FnOnce(&Search) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        let (reading, centres) = (self.now(), self.centres.read().clone());
        let text = self.corrected(&query.text).text;
        run(&Search { reading: &reading, table: &self.table, centres: &centres, query, text: &text })
    }

    /// What is searched for when somebody asks `text`: with its slips corrected by the words of the entries, and pinyin
    /// turned into characters.
    pub fn corrected(&self, text: &str) -> Corrected {
        let speller = self.speller.read().clone();
        let mut corrected = speller.correct(text);
        if corrected.changes.is_empty() {
            return corrected;
        }
        // A word that an entry has is no slip, though the speller may not have learnt it yet.
        let (reading, before) = (self.now(), corrected.changes.len());
        corrected.changes.retain(|change| {
            let words = Asked::new(&change.from, &reading).words;
            words.is_empty() || !words.iter().all(|word| word.known)
        });
        if corrected.changes.len() < before {
            let (mut kept, mut at) = (String::with_capacity(text.len()), 0);
            for change in &corrected.changes {
                kept.push_str(&text[at..change.start]);
                kept.push_str(&change.to);
                at = change.end;
            }
            kept.push_str(&text[at..]);
            corrected.text = kept;
        }
        corrected
    }

    /// The entry with this id.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn entry(&self, id: &str) -> Result<Option<Arc<Entry>>, IndexError> {
        let reading = self.now();
        let Some(head) = head(&reading, id)? else { return Ok(None) };
        Ok(Some(Arc::new(whole(&reading, head)?)))
    }

    /// Calls `visit` with each entry, in no order.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn each_entry(&self, mut visit: impl FnMut(Entry)) -> Result<(), IndexError> {
        let reading = self.now();
        each_head(&reading, |head| {
            visit(whole(&reading, head)?);
            Ok(true)
        })
    }

    /// The passages of the entry with this id, in order; none when there is no such entry.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn passages(&self, id: &str) -> Result<Vec<Passage>, IndexError> {
        let reading = self.now();
        let Some(head) = head(&reading, id)? else { return Ok(Vec::new()) };
        let mut passages = Vec::with_capacity(head.parts.len());
        for part in &head.parts {
            if let Some(at) = reading.find(&reading.fields.of_key(part.key))?
                && let Some(ready) = reading.ready_passage(at)?
            {
                passages.push(passage(&head, part, &ready));
            }
        }
        Ok(passages)
    }

    /// Whether a question's vector finds anything: some text has a vector.
    pub fn has_vectors(&self) -> bool {
        let (all, pending) = self.vectors();
        all > pending
    }

    /// The size of the index; looks at its files.
    pub fn stats(&self) -> Stats {
        let counts = self.now().counts;
        let (all, pending) = self.vectors();
        Stats {
            entries: counts.entries,
            passages: counts.passages,
            wordings: counts.wordings,
            vectors: all.saturating_sub(pending) as u64,
            pending: pending as u64,
            disk_bytes: match &self.folder {
                Some(folder) => size(folder),
                None => self.table.bytes(),
            },
        }
    }

    pub(crate) fn now(&self) -> Arc<Reading> {
        self.reading.read().clone()
    }
}

/// The head of the entry with this id.
pub(crate) fn head(reading: &Reading, id: &str) -> Result<Option<Head>, IndexError> {
    let Some(at) = reading.find(&reading.fields.of_key(head_key(entry_key(id))))? else { return Ok(None) };
    Ok(reading.stored::<Head>(at)?.filter(|head| head.entry.id == id))
}

/// Calls `visit` with the head of each entry until it says `false`.
pub(crate) fn each_head(
    reading: &Reading,
    mut visit: impl FnMut(Head) -> Result<bool, IndexError>,
) -> Result<(), IndexError> {
    for (ord, segment) in reading.searcher.segment_readers().iter().enumerate() {
        let heads = segment.fast_fields().u64(crate::document::column::HEAD)?;
        for doc in segment.doc_ids_alive().filter(|doc| heads.first(*doc) == Some(1)) {
            if let Some(head) = reading.stored(tantivy::DocAddress::new(ord as u32, doc))?
                && !visit(head)?
            {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The entry with its text, which its passages hold.
fn whole(reading: &Reading, head: Head) -> Result<Entry, IndexError> {
    let mut entry = head.entry;
    for part in &head.parts {
        if let Some(at) = reading.find(&reading.fields.of_key(part.key))?
            && let Some(stored) = reading.stored::<crate::document::Stored>(at)?
        {
            entry.answer.push_str(&stored.bytes);
        }
    }
    Ok(entry)
}

pub(crate) fn counts(engine: &tantivy::Index) -> Result<Counts, IndexError> {
    let payload = engine.load_metas()?.payload;
    Ok(payload.and_then(|payload| serde_json::from_str(&payload).ok()).unwrap_or_default())
}

fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(WordTokenizer::NAME, WordTokenizer::default());
    tokenizers
}

/// Removes what is at `path`, whatever it is: a disk that was repaired may have a folder where a file was.
fn remove(path: &Path) -> std::io::Result<()> {
    match path.symlink_metadata() {
        Ok(about) if about.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Bytes of the files in a folder and those in it.
fn size(folder: &Path) -> u64 {
    let Ok(files) = folder.read_dir() else { return 0 };
    files
        .flatten()
        .map(|file| match file.metadata() {
            Ok(about) if about.is_dir() => size(&file.path()),
            Ok(about) => about.len(),
            Err(_) => 0,
        })
        .sum()
}
