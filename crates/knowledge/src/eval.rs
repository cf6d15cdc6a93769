//! Measures search on pairs of questions that ask the same (or not).

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use yingda_language::normalise;

use crate::import::{
    ImportError, MAX_ENTRIES, MAX_FILE_BYTES, Reason, Refusal, jsonl_object, jsonl_text, jsonl_type, lines,
};
use crate::{Decision, Hit, Index, IndexError, Thresholds, decide};

/// Two questions, and whether the entry that answers the first answers the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// A question of the knowledge base.
    pub q1: String,
    /// What is asked.
    pub q2: String,
    /// Whether `q1`'s entry is the right answer to `q2` (label 1) or a wrong one (label 0).
    pub same: bool,
}

/// What search found for the pairs. Rates are from 0 to 1; a rate over nothing is 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Pairs given.
    pub pairs: usize,
    /// Pairs with label 1 whose `q1` is in the knowledge base: what `hit*` and `mrr10` are counted over.
    pub queries_with_answer: usize,
    /// Pairs with label 1 whose `q1` is not in the knowledge base, so that nothing could be found.
    pub q1_not_in_kb: usize,
    /// Share of queries whose right entry came first.
    pub hit1: f64,
    /// … among the first five.
    pub hit5: f64,
    /// … among the first ten.
    pub hit10: f64,
    /// Mean reciprocal rank of the right entry, 0 beyond the tenth.
    pub mrr10: f64,
    /// What the bot would have done with the queries that have an answer.
    pub decisions: Decisions,
    /// Pairs with label 0.
    pub negatives: usize,
    /// Of these, how many the bot would answer with `q1`'s entry: wrongly.
    pub negatives_answered_with_q1: usize,
    /// Of these, how many it would answer with any entry.
    pub negatives_answered: usize,
    /// Queries whose right entry did not come first, in the order given.
    pub misses: Vec<Miss>,
}

/// What the bot would have done, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Decisions {
    /// Answered with the right entry.
    pub answered_right: usize,
    /// Answered with another.
    pub answered_wrong: usize,
    /// Offered choices, the right entry among them.
    pub offered_right: usize,
    /// Offered choices without it.
    pub offered_wrong: usize,
    /// Said that it does not know.
    pub unknown: usize,
}

/// A query whose right entry did not come first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// What was asked.
    pub query: String,
    /// The question that should have been found.
    pub expected: String,
    /// Its rank from 1 among the first ten, if it is there.
    pub rank: Option<usize>,
    /// Its confidence, if it is there.
    pub expected_confidence: Option<f32>,
    /// The question that came first.
    pub found: Option<String>,
    /// The confidence of what came first; 0 when nothing was found.
    pub confidence: f32,
}

/// Reads pairs: JSONL with `q1`, `q2` and `label` (1 or 0, true or false) a line.
///
/// # Errors
/// The file is too large or has too many lines. Bad lines are no error: they come second.
pub fn parse_pairs(bytes: &[u8]) -> Result<(Vec<Pair>, Vec<Refusal>), ImportError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge { bytes: bytes.len() as u64, limit: MAX_FILE_BYTES as u64 });
    }
    let mut pairs = Vec::new();
    let mut refused = Vec::new();
    for (place, line) in lines(bytes) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if pairs.len() + refused.len() >= MAX_ENTRIES {
            return Err(ImportError::TooManyEntries);
        }
        match parse_pair(line) {
            Ok(pair) => pairs.push(pair),
            Err(reason) => refused.push(Refusal { place, reason }),
        }
    }
    Ok((pairs, refused))
}

fn parse_pair(line: &[u8]) -> Result<Pair, Reason> {
    let object = jsonl_object(line)?;
    let text = |field| {
        let text = jsonl_text(&object, field)?;
        if text.trim().is_empty() {
            return Err(Reason::Empty { field });
        }
        Ok(text)
    };
    let same = match object.get("label") {
        Some(Value::Bool(same)) => *same,
        Some(Value::Number(number)) if number.as_f64() == Some(1.0) => true,
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => false,
        None => return Err(Reason::Missing { field: "label" }),
        Some(other) => {
            return Err(Reason::WrongType { field: "label", expected: "0 or 1", got: jsonl_type(other) });
        }
    };
    Ok(Pair { q1: text("q1")?, q2: text("q2")?, same })
}

/// Searches the index for every `q2`. An entry counts as `q1`'s when its question or a variant equals `q1`
/// (normalised). `progress` is told after each pair how many are done.
///
/// # Errors
/// Only when the search engine fails.
pub fn evaluate(
    index: &Index,
    pairs: &[Pair],
    thresholds: &Thresholds,
    mut progress: impl FnMut(usize),
) -> Result<Report, IndexError> {
    let mut owners: HashMap<String, Vec<&str>> = HashMap::new();
    for entry in index.entries() {
        for phrasing in entry.phrasings() {
            owners.entry(normalise(phrasing)).or_default().push(&entry.id);
        }
    }
    let mut report = Report { pairs: pairs.len(), ..Report::default() };
    for (done, pair) in pairs.iter().enumerate() {
        let right = owners.get(&normalise(&pair.q1)).map_or(&[][..], Vec::as_slice);
        let hits = index.search(&pair.q2, 10)?;
        let decision = decide(&hits, thresholds);
        if !pair.same {
            report.count_negative(&decision, right);
        } else if right.is_empty() {
            report.q1_not_in_kb += 1;
        } else {
            report.count_positive(pair, &hits, &decision, right);
        }
        progress(done + 1);
    }
    let queries = report.queries_with_answer.max(1) as f64;
    for rate in [&mut report.hit1, &mut report.hit5, &mut report.hit10, &mut report.mrr10] {
        *rate /= queries;
    }
    Ok(report)
}

impl Report {
    fn count_negative(&mut self, decision: &Decision, right: &[&str]) {
        self.negatives += 1;
        if let Decision::Answer { hit } = decision {
            self.negatives_answered += 1;
            if right.contains(&hit.entry_id.as_str()) {
                self.negatives_answered_with_q1 += 1;
            }
        }
    }

    /// Rates are summed here and divided at the end.
    fn count_positive(&mut self, pair: &Pair, hits: &[Hit], decision: &Decision, right: &[&str]) {
        self.queries_with_answer += 1;
        let is_right = |hit: &Hit| right.contains(&hit.entry_id.as_str());
        let rank = hits.iter().position(is_right).map(|at| at + 1);
        if let Some(rank) = rank {
            self.hit1 += f64::from(rank == 1);
            self.hit5 += f64::from(rank <= 5);
            self.hit10 += 1.0;
            self.mrr10 += 1.0 / rank as f64;
        }
        match decision {
            Decision::Answer { hit } if is_right(hit) => self.decisions.answered_right += 1,
            Decision::Answer { .. } => self.decisions.answered_wrong += 1,
            Decision::Choices { hits } if hits.iter().any(is_right) => self.decisions.offered_right += 1,
            Decision::Choices { .. } => self.decisions.offered_wrong += 1,
            Decision::Unknown => self.decisions.unknown += 1,
        }
        if rank != Some(1) {
            self.misses.push(Miss {
                query: pair.q2.clone(),
                expected: pair.q1.clone(),
                rank,
                expected_confidence: rank.map(|rank| hits[rank - 1].confidence),
                found: hits.first().map(|hit| hit.question.clone()),
                confidence: hits.first().map_or(0.0, |hit| hit.confidence),
            });
        }
    }
}
