//! Changing an index: entries in, entries out, all at once or not at all.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::Serialize;
use tantivy::IndexWriter;
use tantivy::indexer::IndexWriterOptions;
use yingda_embedding::nearest::Bits;
use yingda_language::Speller;

use crate::cut::{cuts, key};
use crate::document::{
    FORMAT, Head, Part, Stored, Wording, column, entry_key, head_key, owner, wording_hash, wordings,
};
use crate::filter::Attributes;
use crate::index::{counts, each_head, head};
use crate::reading::{Counts, Reading};
use crate::{Entry, Index, IndexError};

/// What whoever changes the index holds.
#[derive(Default)]
pub(crate) struct Writing {
    writer: Option<IndexWriter>,
    /// Rows of vectors that belong to a document.
    used: Bits,
    /// Of these, those without a vector.
    pub pending: Bits,
    /// Where to look for a free row.
    free_from: u32,
    /// Entries when the speller was made.
    spelt: u64,
}

/// What applying did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// Passages that were indexed.
    pub indexed: usize,
    /// Passages of changed entries that stayed as they were.
    pub kept: usize,
    /// Entries that were taken out.
    pub removed: usize,
}

/// Memory for entries on their way to disk.
const WRITER_BYTES: usize = 50_000_000;
/// Bytes of text that a speller learns from: it stays as small however much is written.
const SPELLER_BYTES: usize = 2 << 20;
/// Bytes of one entry's text that it learns from.
const SPELLER_ENTRY_BYTES: usize = 4_000;
/// Up to so many entries the speller is made anew with every change, beyond with every tenth.
const SPELLER_SMALL: u64 = 500;

impl Index {
    /// Puts entries in, in place of those of the same id, and takes others out. It is durable and found once this returns;
    /// when it fails, nothing has changed. `revision` is kept with it: after a crash [`revision`](Self::revision) tells
    /// what has to be applied again. Only passages that changed are indexed. Nothing is embedded here
    /// ([`embed_pending`](Self::embed_pending) does).
    ///
    /// # Errors
    /// Two entries have one id, or the search engine fails, such as when the disk is full.
    pub fn apply(&self, revision: i64, put: Vec<Entry>, remove: Vec<String>) -> Result<Applied, IndexError> {
        let mut ids = HashSet::new();
        if let Some(twice) = put.iter().find(|entry| !ids.insert(entry.id.as_str())) {
            return Err(IndexError::DuplicateId(twice.id.clone()));
        }
        let mut guard = self.writing.lock();
        let writing = &mut *guard;
        let changed = self.change(writing, revision, &put, &remove);
        if changed.is_err()
            && let Some(mut writer) = writing.writer.take()
        {
            // What was begun must not come with the next commit.
            let undone = writer.rollback();
            drop(writer);
            undone?;
            self.take_stock(writing)?;
        }
        let applied = changed?;
        self.respell(writing)?;
        Ok(applied)
    }

    /// Takes everything out: revision 0.
    ///
    /// # Errors
    /// When the search engine fails.
    pub fn clear(&self) -> Result<(), IndexError> {
        let mut writing = self.writing.lock();
        let writer = self.writer(&mut writing)?;
        writer.delete_all_documents()?;
        self.commit(&mut writing, Counts { format: FORMAT, ..Counts::default() })?;
        self.table.clear()?;
        self.reload()?;
        *writing = Writing { writer: writing.writer.take(), ..Writing::default() };
        self.tell(&writing);
        self.respell(&mut writing)
    }

    /// Finds out what a new index holds.
    pub(crate) fn begin(&self) -> Result<(), IndexError> {
        let mut writing = self.writing.lock();
        self.take_stock(&mut writing)?;
        self.respell(&mut writing)?;
        drop(writing);
        self.measure(true);
        Ok(())
    }

    /// Number of rows with a document, and of those without a vector.
    pub(crate) fn vectors(&self) -> (usize, usize) {
        (self.rows.load(Ordering::Relaxed), self.lacking.load(Ordering::Relaxed))
    }

    /// Tells what was changed to those who do not wait.
    pub(crate) fn tell(&self, writing: &Writing) {
        self.rows.store(writing.used.count(), Ordering::Relaxed);
        self.lacking.store(writing.pending.count(), Ordering::Relaxed);
    }

    fn change(
        &self,
        writing: &mut Writing,
        revision: i64,
        put: &[Entry],
        remove: &[String],
    ) -> Result<Applied, IndexError> {
        let reading = self.now();
        let mut applied = Applied::default();
        let mut counts = Counts { format: FORMAT, revision, ..reading.counts };
        let mut freed = Vec::new();
        let mut taken = Vec::new();
        self.writer(writing)?;
        let gone: HashSet<&String> = remove.iter().collect();
        for id in gone {
            if put.iter().any(|entry| entry.id == *id) {
                continue;
            }
            if let Some(old) = head(&reading, id)? {
                self.writer(writing)?.delete_term(self.fields.of_entry(entry_key(id)));
                counts.subtract(&old);
                freed.extend(old.rows());
                applied.removed += 1;
            }
        }
        for entry in put {
            let old = head(&reading, &entry.id)?;
            let new = self.put(writing, entry, old.as_ref(), &mut taken, &mut applied)?;
            if let Some(old) = &old {
                counts.subtract(old);
                let kept: HashSet<u32> = new.rows().collect();
                freed.extend(old.rows().filter(|row| !kept.contains(row)));
            }
            counts.add(&new);
        }
        self.commit(writing, counts)?;
        // From here on it is done. Rows that were taken or freed hold no vector, or an old one that no document asks for.
        self.table.erase(taken.iter().chain(&freed).copied())?;
        for row in &freed {
            writing.used.remove(*row);
            writing.pending.remove(*row);
            writing.free_from = writing.free_from.min(*row);
        }
        for row in taken {
            writing.pending.insert(row);
        }
        self.tell(writing);
        self.reload()?;
        Ok(applied)
    }

    /// Writes the documents of an entry that are new or have changed.
    fn put(
        &self,
        writing: &mut Writing,
        entry: &Entry,
        old: Option<&Head>,
        taken: &mut Vec<u32>,
        applied: &mut Applied,
    ) -> Result<Head, IndexError> {
        let attributes = Attributes::of(entry);
        let told = attributes.hash();
        let mut rows: HashMap<u64, Vec<u32>> = HashMap::new();
        for wording in old.iter().flat_map(|old| &old.wordings) {
            rows.entry(wording.hash).or_default().push(wording.row);
        }
        let before: HashMap<u64, u32> =
            old.iter().flat_map(|old| &old.parts).map(|part| (part.key, part.row)).collect();
        let same = old.is_some_and(|old| old.attributes == told);
        let mut take = |writing: &mut Writing| {
            let row = writing.used.first_absent(writing.free_from);
            writing.used.insert(row);
            writing.free_from = row + 1;
            taken.push(row);
            row
        };
        let own: Vec<Wording> = wordings(entry)
            .map(|text| {
                let hash = wording_hash(&text);
                let row = rows.get_mut(&hash).and_then(Vec::pop).unwrap_or_else(|| take(writing));
                Wording { row, hash }
            })
            .collect();
        let (mut seen, owner) = (HashMap::new(), owner(entry));
        let mut parts = Vec::new();
        let mut fresh = Vec::new();
        for cut in cuts(&entry.answer) {
            let bytes = cut.region.len() as u32;
            let key = key(&mut seen, &owner, &cut, &entry.answer);
            let row = before.get(&key).copied().unwrap_or_else(|| take(writing));
            let part = Part { key, row, bytes };
            if same && before.contains_key(&key) {
                applied.kept += 1;
            } else {
                fresh.push((part, Stored::new(cut, entry)));
                applied.indexed += 1;
            }
            parts.push(part);
        }
        let head =
            Head { entry: Entry { answer: String::new(), ..entry.clone() }, wordings: own, parts, attributes: told };
        let writer = self.writer(writing)?;
        if let Some(old) = old {
            writer.delete_term(self.fields.of_key(head_key(entry_key(&entry.id))));
            let now: HashSet<u64> = head.parts.iter().map(|part| part.key).collect();
            for part in old.parts.iter().filter(|part| !same || !now.contains(&part.key)) {
                writer.delete_term(self.fields.of_key(part.key));
            }
        }
        writer.add_document(self.fields.head(&head, &attributes))?;
        for (part, stored) in &fresh {
            writer.add_document(self.fields.passage(entry, part, stored, &attributes))?;
        }
        Ok(head)
    }

    fn writer<'w>(&self, writing: &'w mut Writing) -> Result<&'w mut IndexWriter, IndexError> {
        match &mut writing.writer {
            Some(writer) => Ok(writer),
            empty => {
                let options = IndexWriterOptions::builder()
                    .num_worker_threads(1)
                    .num_merge_threads(1)
                    .memory_budget_per_thread(WRITER_BYTES)
                    .build();
                Ok(empty.insert(self.engine.writer_with_options(options)?))
            }
        }
    }

    fn commit(&self, writing: &mut Writing, counts: Counts) -> Result<(), IndexError> {
        let mut commit = self.writer(writing)?.prepare_commit()?;
        commit.set_payload(&serde_json::to_string(&counts).unwrap_or_default());
        commit.commit()?;
        Ok(())
    }

    /// Shows what was committed to those who search from now on.
    fn reload(&self) -> Result<(), IndexError> {
        self.reader.reload()?;
        let prepared = self.now().prepared();
        let reading = Reading::new(self.reader.searcher(), self.fields, counts(&self.engine)?, prepared);
        *self.reading.write() = Arc::new(reading);
        Ok(())
    }

    /// Which rows have a document, and which of these no vector.
    fn take_stock(&self, writing: &mut Writing) -> Result<(), IndexError> {
        let reading = self.now();
        let (mut used, mut pending) = (Bits::new(), Bits::new());
        for segment in reading.searcher.segment_readers() {
            let (rows, hashes) = (segment.fast_fields().u64(column::ROW)?, segment.fast_fields().u64(column::HASH)?);
            for doc in segment.doc_ids_alive() {
                for (row, hash) in rows.values_for_doc(doc).zip(hashes.values_for_doc(doc)) {
                    used.insert(row as u32);
                    if self.table.hash(row as u32) != Some(hash) {
                        pending.insert(row as u32);
                    }
                }
            }
        }
        writing.used = used;
        writing.pending = pending;
        writing.free_from = 0;
        self.tell(writing);
        Ok(())
    }

    /// Teaches the speller the words of the entries, when these have changed enough.
    fn respell(&self, writing: &mut Writing) -> Result<(), IndexError> {
        let reading = self.now();
        let entries = reading.counts.entries;
        if entries > SPELLER_SMALL && entries.abs_diff(writing.spelt) < writing.spelt / 10 {
            return Ok(());
        }
        writing.spelt = entries;
        let mut texts: Vec<String> = Vec::new();
        let mut bytes = 0;
        each_head(&reading, |head| {
            let before = bytes;
            let mut add = |text: &str| {
                bytes += text.len();
                texts.push(text.to_owned());
            };
            head.entry.wordings().for_each(&mut add);
            for part in &head.parts {
                if bytes - before > SPELLER_ENTRY_BYTES {
                    break;
                }
                if let Some(at) = reading.find(&reading.fields.of_key(part.key))?
                    && let Some(stored) = reading.stored::<Stored>(at)?
                {
                    bytes += stored.bytes.len();
                    texts.push(stored.bytes);
                }
            }
            Ok(bytes < SPELLER_BYTES)
        })?;
        let speller = Speller::new(texts);
        *self.speller.write() = Arc::new(speller);
        Ok(())
    }
}

impl Writing {
    /// From now on nothing has a vector.
    pub fn pending_all(&mut self) {
        self.pending = self.used.clone();
    }
}

impl Head {
    /// Rows of all its vectors, and what each is made of.
    pub fn vectors(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        let wordings = self.wordings.iter().map(|wording| (wording.row, wording.hash));
        wordings.chain(self.parts.iter().map(|part| (part.row, part.key)))
    }

    fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.vectors().map(|(row, _)| row)
    }
}

impl Counts {
    fn add(&mut self, head: &Head) {
        self.entries += 1;
        self.passages += head.parts.len() as u64;
        self.wordings += head.entry.wordings().count() as u64;
    }

    fn subtract(&mut self, head: &Head) {
        self.entries = self.entries.saturating_sub(1);
        self.passages = self.passages.saturating_sub(head.parts.len() as u64);
        self.wordings = self.wordings.saturating_sub(head.entry.wordings().count() as u64);
    }
}
