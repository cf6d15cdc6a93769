//! The index as it is at one moment, with what was read from it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tantivy::index::SegmentId;
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, Query};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument, Term};

use crate::allowed::{Allowed, Kept};
use crate::document::{Fields, Head, Stored, column};
use crate::phrase::{Content, Phrase, Word};

/// What is told with every commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub format: u32,
    pub revision: i64,
    pub entries: u64,
    pub passages: u64,
    pub wordings: u64,
}

/// The index at one moment. Searches hold one; a commit makes the next.
pub(crate) struct Reading {
    pub searcher: Searcher,
    pub fields: Fields,
    pub counts: Counts,
    /// In how many entries a word is in questions, and in how many passages.
    frequencies: Mutex<HashMap<String, (u32, u32)>>,
    pub allowed: Mutex<Kept>,
    prepared: Arc<Prepared>,
}

/// Words whose frequencies are remembered.
const MOST_FREQUENCIES: usize = 100_000;
/// Heads and passages that stay prepared; the second generation doubles it.
const MOST_PREPARED: usize = 2_000;

/// A head, ready to be compared.
pub(crate) struct ReadyHead {
    pub head: Head,
    pub phrases: Box<[Phrase]>,
}

/// A passage, ready to be compared.
pub(crate) struct ReadyPassage {
    pub stored: Stored,
    pub content: Content,
}

/// A document by its segment, which never changes.
type At = (SegmentId, u32);

/// What was prepared before, kept from one reading to the next.
#[derive(Default)]
pub(crate) struct Prepared {
    heads: Mutex<Generations<ReadyHead>>,
    passages: Mutex<Generations<ReadyPassage>>,
}

struct Generations<T> {
    young: HashMap<At, Arc<T>>,
    old: HashMap<At, Arc<T>>,
}

impl<T> Default for Generations<T> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<T> Generations<T> {
    fn get(&mut self, at: At) -> Option<Arc<T>> {
        if let Some(found) = self.young.get(&at) {
            return Some(found.clone());
        }
        let found = self.old.remove(&at)?;
        self.put(at, found.clone());
        Some(found)
    }

    fn put(&mut self, at: At, made: Arc<T>) {
        if self.young.len() >= MOST_PREPARED {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(at, made);
    }
}

impl Reading {
    pub fn new(searcher: Searcher, fields: Fields, counts: Counts, prepared: Arc<Prepared>) -> Self {
        Self { searcher, fields, counts, frequencies: Mutex::default(), allowed: Mutex::default(), prepared }
    }

    pub fn prepared(&self) -> Arc<Prepared> {
        self.prepared.clone()
    }

    /// The document that has this term.
    pub fn find(&self, term: &Term) -> tantivy::Result<Option<DocAddress>> {
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            let inverted = segment.inverted_index(term.field())?;
            let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { continue };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if !segment.is_deleted(doc) {
                    return Ok(Some(DocAddress::new(ord as u32, doc)));
                }
                doc = postings.advance();
            }
        }
        Ok(None)
    }

    /// Whether the entry has a document whose vector in this row is made of what `hash` says.
    pub fn holds(&self, entry: u64, row: u32, hash: u64) -> tantivy::Result<bool> {
        let term = self.fields.of_entry(entry);
        for segment in self.searcher.segment_readers() {
            let Some(mut postings) =
                segment.inverted_index(term.field())?.read_postings(&term, IndexRecordOption::Basic)?
            else {
                continue;
            };
            let (rows, hashes) = (segment.fast_fields().u64(column::ROW)?, segment.fast_fields().u64(column::HASH)?);
            let mut doc = postings.doc();
            while doc != TERMINATED {
                let mut all = rows.values_for_doc(doc).zip(hashes.values_for_doc(doc));
                if !segment.is_deleted(doc) && all.any(|one| one == (u64::from(row), hash)) {
                    return Ok(true);
                }
                doc = postings.advance();
            }
        }
        Ok(false)
    }

    /// What the document at this address stores; `None` when it is not what was expected.
    pub fn stored<T: for<'a> Deserialize<'a>>(&self, at: DocAddress) -> tantivy::Result<Option<T>> {
        let document: TantivyDocument = self.searcher.doc(at)?;
        Ok(self.fields.stored(&document).and_then(|stored| serde_json::from_str(stored).ok()))
    }

    pub fn ready_head(&self, at: DocAddress) -> tantivy::Result<Option<Arc<ReadyHead>>> {
        let place = self.place(at);
        if let Some(found) = self.prepared.heads.lock().get(place) {
            return Ok(Some(found));
        }
        let Some(head) = self.stored::<Head>(at)? else { return Ok(None) };
        let phrases = head.entry.wordings().map(Phrase::new).collect();
        let made = Arc::new(ReadyHead { head, phrases });
        self.prepared.heads.lock().put(place, made.clone());
        Ok(Some(made))
    }

    pub fn ready_passage(&self, at: DocAddress) -> tantivy::Result<Option<Arc<ReadyPassage>>> {
        let place = self.place(at);
        if let Some(found) = self.prepared.passages.lock().get(place) {
            return Ok(Some(found));
        }
        let Some(stored) = self.stored::<Stored>(at)? else { return Ok(None) };
        let text = stored.text();
        let content = Content::new(stored.headings.iter().map(String::as_str).chain([text.as_str()]));
        let made = Arc::new(ReadyPassage { stored, content });
        self.prepared.passages.lock().put(place, made.clone());
        Ok(Some(made))
    }

    fn place(&self, at: DocAddress) -> At {
        (self.searcher.segment_reader(at.segment_ord).segment_id(), at.doc_id)
    }

    /// How much a word says: BM25's inverse document frequency over questions, from 0 (in every entry) to 1 (in none),
    /// times the word's factor. A word that only passages contain counts as rare as it is there.
    pub fn weight(&self, word: &Word) -> f32 {
        let (asked, answered) = self.frequency(&word.text);
        let (found, of) =
            if asked > 0 || answered == 0 { (asked, self.counts.entries) } else { (answered, self.counts.passages) };
        rarity(found as f32, of as f32) * word.factor
    }

    /// Whether any entry contains the word.
    pub fn knows(&self, word: &str) -> bool {
        self.frequency(word) != (0, 0)
    }

    fn frequency(&self, word: &str) -> (u32, u32) {
        if let Some(&found) = self.frequencies.lock().get(word) {
            return found;
        }
        let count = |field| self.searcher.doc_freq(&Term::from_field_text(field, word)).unwrap_or(0) as u32;
        let found = (count(self.fields.question), count(self.fields.body));
        let mut frequencies = self.frequencies.lock();
        if frequencies.len() >= MOST_FREQUENCIES {
            frequencies.clear();
        }
        frequencies.insert(word.to_owned(), found);
        found
    }

    /// The best documents for a query of one field, at most `most`, the best first. Only those that are allowed.
    pub fn best(
        &self,
        query: &dyn Query,
        field: Field,
        allowed: &Allowed,
        most: usize,
    ) -> tantivy::Result<Vec<(f32, DocAddress)>> {
        let statistics = OfField { reading: self, field };
        let weight = query.weight(EnableScoring::enabled_from_statistics_provider(&statistics, &self.searcher))?;
        let mut best: Vec<(f32, DocAddress)> = Vec::with_capacity(2 * most);
        let mut least = f32::MIN;
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            weight.for_each_pruning(least, segment, &mut |doc, score| {
                if allowed.document(ord, doc) && !segment.is_deleted(doc) {
                    best.push((score, DocAddress::new(ord as u32, doc)));
                    if best.len() >= 2 * most {
                        sort(&mut best);
                        best.truncate(most);
                        least = best.last().map_or(least, |(score, _)| *score);
                    }
                }
                least
            })?;
        }
        sort(&mut best);
        best.truncate(most);
        Ok(best)
    }
}

fn sort(found: &mut [(f32, DocAddress)]) {
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
}

/// From 1 (in none of so many) to 0 (in all).
fn rarity(found: f32, of: f32) -> f32 {
    // As if there were twenty more, so that a small knowledge base does not take its subject for grammar.
    let n = of + 20.0;
    let idf = |count: f32| (1.0 + (n - count + 0.5).max(0.0) / (count + 0.5)).ln();
    (idf(found + 0.5) / idf(0.5)).clamp(0.0, 1.0)
}

/// Statistics of the documents that have the field, not of all.
struct OfField<'a> {
    reading: &'a Reading,
    field: Field,
}

impl Bm25StatisticsProvider for OfField<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.reading.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        let counts = &self.reading.counts;
        let own = if self.field == self.reading.fields.question { counts.entries } else { counts.passages };
        // Deleted documents still count in the frequencies of terms.
        Ok(own.max(1)
            + self.reading.searcher.segment_readers().iter().map(|s| u64::from(s.num_deleted_docs())).sum::<u64>())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.reading.searcher.doc_freq(term)
    }
}
