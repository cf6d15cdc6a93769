//! Vectors for what has none yet.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use tantivy::DocAddress;
use yingda_embedding::nearest::{Bits, Written};
use yingda_embedding::{Embedder, Purpose};

use crate::allowed::allowed;
use crate::document::{Head, Stored, column, embedded_passage, entry_key, wording_hash, wordings};
use crate::index::{Centres, each_head, head};
use crate::{Filter, Index, IndexError};

/// What embedding did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Embedded {
    /// Texts that got a vector.
    pub made: usize,
    /// Texts that still have none.
    pub left: usize,
}

/// What turns texts into vectors: an [`Embedder`], or in tests something quicker.
pub trait Embeds {
    /// Tells it from others.
    fn identity(&self) -> u64;

    /// A vector of the same length for each text.
    fn embed(&self, texts: &[&str], purpose: Purpose) -> Vec<Vec<f32>>;
}

impl Embeds for Embedder {
    fn identity(&self) -> u64 {
        self.encoder().identity()
    }

    fn embed(&self, texts: &[&str], purpose: Purpose) -> Vec<Vec<f32>> {
        // Not remembered: what is embedded here is not asked for again.
        self.encoder().embed_batch(texts, purpose)
    }
}

/// Texts embedded at a time.
const BATCH: usize = 16;
/// A model's average over everyday sentences counts as much as so many texts of one's own.
const WEIGHT_OF_EVERYDAY: f32 = 40.0;
/// Texts that the averages are taken of.
const MEASURED: usize = 4_000;
/// What wordings are embedded as: like questions, which they are compared with.
pub(crate) const WORDING: Purpose = Purpose::Query;

/// A text without a vector.
struct Missing {
    row: u32,
    hash: u64,
    owner: u64,
    text: String,
    purpose: Purpose,
}

impl Index {
    /// How many texts have no vector yet.
    pub fn pending(&self) -> usize {
        self.vectors().1
    }

    /// Gives up to `limit` texts their vectors; to be called, in the background, until none is left. Vectors of another
    /// model are thrown away first. Searching and applying go on meanwhile.
    ///
    /// # Errors
    /// When the vectors cannot be written, or the search engine fails.
    pub fn embed_pending(&self, embedder: &impl Embeds, limit: usize) -> Result<Embedded, IndexError> {
        if self.table.model() != Some(embedder.identity()) {
            let everyday = |purpose| average(&embedder.embed(&EVERYDAY, purpose));
            self.table.reset(embedder.identity(), [everyday(WORDING), everyday(Purpose::Passage)])?;
            let mut writing = self.writing.lock();
            writing.pending_all();
            self.tell(&writing);
            drop(writing);
            self.measure(true);
        }
        let mut missing = self.missing(limit)?;
        // Texts of one length go through the model together.
        missing.sort_by_key(|one| (one.purpose == Purpose::Passage, one.text.len()));
        let mut made = 0;
        for batch in missing.chunk_by(|a, b| a.purpose == b.purpose).flat_map(|same| same.chunks(BATCH)) {
            let texts: Vec<&str> = batch.iter().map(|one| one.text.as_str()).collect();
            let vectors = embedder.embed(&texts, batch[0].purpose);
            made += self.keep(batch, &vectors)?;
        }
        self.table.prepare()?;
        let left = self.pending();
        self.measure(left == 0 && made > 0);
        Ok(Embedded { made, left })
    }

    /// Takes over the vectors that `other` has of the same texts of the same entries, so that only what differs remains to
    /// be embedded. Says how many.
    ///
    /// # Errors
    /// When the vectors cannot be written, or the search engine fails.
    pub fn take_vectors(&self, other: &Index) -> Result<usize, IndexError> {
        let Some(model) = other.table.model() else { return Ok(0) };
        if self.table.model() != Some(model) {
            self.table.reset(model, other.table.averages())?;
            let mut writing = self.writing.lock();
            writing.pending_all();
            self.tell(&writing);
        }
        let (own, theirs) = (self.now(), other.now());
        let mut taken = 0;
        each_head(&own, |own| {
            let Some(their) = head(&theirs, &own.entry.id)? else { return Ok(true) };
            let rows: HashMap<u64, u32> = their.vectors().map(|(row, hash)| (hash, row)).collect();
            let mut missing = Vec::new();
            let mut vectors = Vec::new();
            for (row, hash) in own.vectors() {
                if let Some(vector) = rows.get(&hash).and_then(|row| other.table.vector(*row, hash)) {
                    let owner = entry_key(&own.entry.id);
                    missing.push(Missing { row, hash, owner, text: String::new(), purpose: WORDING });
                    vectors.push(vector);
                }
            }
            taken += self.keep(&missing, &vectors)?;
            Ok(true)
        })?;
        self.measure(true);
        Ok(taken)
    }

    /// Texts without a vector, at most `limit`.
    fn missing(&self, limit: usize) -> Result<Vec<Missing>, IndexError> {
        let pending: Bits = self.writing.lock().pending.clone();
        let reading = self.now();
        let mut missing = Vec::new();
        for (ord, segment) in reading.searcher.segment_readers().iter().enumerate() {
            let fast = segment.fast_fields();
            let (rows, hashes, heads, entries) =
                (fast.u64(column::ROW)?, fast.u64(column::HASH)?, fast.u64(column::HEAD)?, fast.u64(column::ENTRY)?);
            for doc in segment.doc_ids_alive() {
                if missing.len() >= limit {
                    return Ok(missing);
                }
                let wanted: Vec<(u32, u64)> = rows
                    .values_for_doc(doc)
                    .zip(hashes.values_for_doc(doc))
                    .map(|(row, hash)| (row as u32, hash))
                    .filter(|(row, _)| pending.contains(*row))
                    .collect();
                let (false, Some(owner)) = (wanted.is_empty(), entries.first(doc)) else { continue };
                let at = DocAddress::new(ord as u32, doc);
                if heads.first(doc) == Some(1) {
                    let Some(head) = reading.stored::<Head>(at)? else { continue };
                    for text in wordings(&head.entry) {
                        let hash = wording_hash(&text);
                        missing.extend(wanted.iter().filter(|(_, own)| *own == hash).map(|(row, hash)| Missing {
                            row: *row,
                            hash: *hash,
                            owner,
                            text: text.clone(),
                            purpose: WORDING,
                        }));
                    }
                } else if let Some(stored) = reading.stored::<Stored>(at)? {
                    let text = embedded_passage(&stored);
                    let (row, hash) = wanted[0];
                    missing.push(Missing { row, hash, owner, text, purpose: Purpose::Passage });
                }
            }
        }
        Ok(missing)
    }

    /// Writes vectors of texts that are still there.
    fn keep(&self, batch: &[Missing], vectors: &[Vec<f32>]) -> Result<usize, IndexError> {
        // Nobody changes the index meanwhile: a row may have come to another text while its old one was embedded.
        let mut writing = self.writing.lock();
        let reading = self.now();
        let mut written = Vec::with_capacity(batch.len());
        for (one, vector) in batch.iter().zip(vectors) {
            if writing.pending.contains(one.row) && reading.holds(one.owner, one.row, one.hash)? {
                written.push(Written { row: one.row, hash: one.hash, owner: one.owner, vector });
            }
        }
        self.table.write(&written)?;
        for one in &written {
            writing.pending.remove(one.row);
        }
        self.tell(&writing);
        Ok(written.len())
    }

    /// Measures what the texts have in common, when there are many more than the last time or when it is `due`.
    pub(crate) fn measure(&self, due: bool) {
        let (all, pending) = self.vectors();
        let count = all.saturating_sub(pending);
        let before = self.centres.read().measured;
        if !due && count < before + before / 5 + 16 {
            return;
        }
        let model = self.table.model();
        let Ok(rows) = allowed(&self.now(), &Filter::default()) else { return };
        let [everyday_wording, everyday_passage] = self.table.averages();
        let centre = |rows: &Bits, everyday: &[f32]| -> Vec<f32> {
            let (count, own) = self.table.average(rows, MEASURED);
            let weight = count as f32 / (count as f32 + WEIGHT_OF_EVERYDAY);
            own.iter().zip(everyday).map(|(own, everyday)| weight * own + (1.0 - weight) * everyday).collect()
        };
        *self.centres.write() = Arc::new(Centres {
            model,
            wordings: centre(&rows.wordings, &everyday_wording),
            passages: centre(&rows.passages, &everyday_passage),
            measured: count,
        });
    }
}

fn average(vectors: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0.0; vectors.first().map_or(0, Vec::len)];
    for vector in vectors {
        sum.iter_mut().zip(vector).for_each(|(sum, number)| *sum += number / vectors.len() as f32);
    }
    sum
}

/// Sentences about nothing in particular, to see what a model says of any text: what has that in common is not alike.
const EVERYDAY: [&str; 32] = [
    "今天天气很好。",
    "我想问一下这个怎么用。",
    "什么时候可以开始？",
    "请在设置里打开这个选项。",
    "他昨天给我打了电话。",
    "多少钱？",
    "我忘记密码了。",
    "会议改到星期三下午。",
    "如果有问题，请联系我们。",
    "这本书写得不错。",
    "怎么去火车站？",
    "我的包裹还没有到。",
    "公司成立于一九九八年。",
    "帮我看看账单。",
    "孩子发烧了怎么办？",
    "请先填写表格，然后提交。",
    "The weather is nice today.",
    "How do I use this?",
    "When can we start?",
    "Open the settings and turn this option on.",
    "He called me yesterday.",
    "How much does it cost?",
    "I forgot my password.",
    "The meeting was moved to Wednesday afternoon.",
    "If you have any questions, please contact us.",
    "This is a good book.",
    "How do I get to the station?",
    "My parcel has not arrived yet.",
    "The company was founded in 1998.",
    "Please check my bill.",
    "What should I do when a child has a fever?",
    "Fill in the form first, then send it.",
];
