//! Which documents and vectors a filter lets through.

use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::{SegmentReader, TantivyError};
use yingda_embedding::nearest::Bits;

use crate::document::column;
use crate::filter::Sieve;
use crate::reading::Reading;
use crate::{Filter, IndexError};

/// Filters whose result is kept.
const MOST_KEPT: usize = 8;

/// What a filter lets through.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    /// Of each segment; `None` when all pass.
    documents: Option<Vec<Bits>>,
    /// Rows of vectors of wordings, and of passages.
    pub wordings: Bits,
    pub passages: Bits,
    /// Since and until when it is so, as far as validity is asked for.
    since: i64,
    until: i64,
}

/// What filters let through, the last asked for at the end.
#[derive(Debug, Default)]
pub(crate) struct Kept(Vec<(Sieve, bool, Arc<Allowed>)>);

impl Allowed {
    pub fn document(&self, segment: usize, document: u32) -> bool {
        self.documents.as_ref().is_none_or(|documents| documents[segment].contains(document))
    }

    fn holds(&self, at: Option<i64>) -> bool {
        at.is_none_or(|at| self.since <= at && at < self.until)
    }
}

/// What the filter lets through in this reading.
pub(crate) fn allowed(reading: &Reading, filter: &Filter) -> Result<Arc<Allowed>, IndexError> {
    let (sieve, at) = (Sieve::of(filter), filter.valid_at);
    {
        let mut kept = reading.allowed.lock();
        let found =
            kept.0.iter().position(|(own, timed, made)| *own == sieve && *timed == at.is_some() && made.holds(at));
        if let Some(found) = found {
            let entry = kept.0.remove(found);
            let made = entry.2.clone();
            kept.0.push(entry);
            return Ok(made);
        }
    }
    let made = Arc::new(make(reading, &sieve, at)?);
    let mut kept = reading.allowed.lock();
    if kept.0.len() >= MOST_KEPT {
        kept.0.remove(0);
    }
    kept.0.push((sieve, at.is_some(), made.clone()));
    Ok(made)
}

fn make(reading: &Reading, sieve: &Sieve, at: Option<i64>) -> Result<Allowed, TantivyError> {
    let mut allowed = Allowed { since: i64::MIN, until: i64::MAX, ..Allowed::default() };
    let all = sieve.is_open() && at.is_none();
    let mut documents = Vec::new();
    for segment in reading.searcher.segment_readers() {
        let columns = Columns::of(segment)?;
        let mut passed = Bits::new();
        for document in segment.doc_ids_alive() {
            if !all {
                if !columns.pass(document, sieve) || !columns.valid(document, at, &mut allowed) {
                    continue;
                }
                passed.insert(document);
            }
            let head = columns.head.first(document) == Some(1);
            let rows = if head { &mut allowed.wordings } else { &mut allowed.passages };
            for row in columns.row.values_for_doc(document) {
                rows.insert(row as u32);
            }
        }
        documents.push(passed);
    }
    allowed.documents = (!all).then_some(documents);
    Ok(allowed)
}

/// The columns of a segment that filters ask.
struct Columns {
    head: Column<u64>,
    row: Column<u64>,
    kind: Column<u64>,
    audience: Column<u64>,
    lang: Column<u64>,
    category: Column<u64>,
    tag: Column<u64>,
    from: Column<i64>,
    until: Column<i64>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> Result<Self, TantivyError> {
        let fast = segment.fast_fields();
        Ok(Self {
            head: fast.u64(column::HEAD)?,
            row: fast.u64(column::ROW)?,
            kind: fast.u64(column::KIND)?,
            audience: fast.u64(column::AUDIENCE)?,
            lang: fast.u64(column::LANG)?,
            category: fast.u64(column::CATEGORY)?,
            tag: fast.u64(column::TAG)?,
            from: fast.i64(column::FROM)?,
            until: fast.i64(column::UNTIL)?,
        })
    }

    fn pass(&self, document: u32, sieve: &Sieve) -> bool {
        let one_of = |column: &Column<u64>, wanted: &[u64]| {
            wanted.is_empty() || column.values_for_doc(document).any(|value| wanted.contains(&value))
        };
        one_of(&self.kind, &sieve.kinds)
            && one_of(&self.audience, &sieve.audiences)
            && one_of(&self.lang, &sieve.langs)
            && one_of(&self.tag, &sieve.tags)
            && one_of(&self.category, sieve.category.as_slice())
    }

    /// Whether the document is valid, and narrows the time for which all this is so.
    fn valid(&self, document: u32, at: Option<i64>, allowed: &mut Allowed) -> bool {
        let Some(at) = at else { return true };
        let mut valid = true;
        for (boundary, valid_before) in [(self.from.first(document), false), (self.until.first(document), true)] {
            let Some(boundary) = boundary else { continue };
            if boundary <= at {
                allowed.since = allowed.since.max(boundary);
            } else {
                allowed.until = allowed.until.min(boundary);
            }
            valid &= (at < boundary) == valid_before;
        }
        valid
    }
}
