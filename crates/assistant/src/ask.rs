//! Asking the knowledge base without a conversation: to try it out.

use std::time::Instant;

use serde::Serialize;
use yingda_knowledge::{Index, IndexError, Thresholds};
use yingda_model::{HandOverReason, TraceCandidate, TraceDecision};

use crate::Tongue;
use crate::texts::Why;
use crate::tongue::trace_language;
use crate::turn::{Verdict, candidates, judge, why_answered};

/// What the assistant would do about a text that comes first in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Asked {
    pub decision: TraceDecision,
    /// The text of the entry that answers; absent when nothing is answered outright.
    pub answer: Option<String>,
    /// Everything that was weighed, best first.
    pub candidates: Vec<TraceCandidate>,
    /// Language taken from the text: `zh`, `en` or `other`.
    pub language: String,
    /// Why, in words for people.
    pub why_zh: String,
    pub why_en: String,
    /// Microseconds that it took.
    pub took_us: u64,
}

/// Asks an index.
///
/// # Errors
/// Only when the search engine fails.
pub fn ask_index(index: &Index, thresholds: &Thresholds, text: &str) -> Result<Asked, IndexError> {
    let begun = Instant::now();
    let judged = judge(text, Tongue::to_answer(text, None, None), index, thresholds)?;
    let best = judged.hits.first().map_or(0.0, |hit| hit.confidence);
    let (decision, answer, why) = match judged.verdict {
        Verdict::Person { matched } => {
            let why = Why::asked_for_person(&matched);
            (TraceDecision::HandOver { reason: HandOverReason::Requested, matched }, None, why)
        }
        Verdict::Answer { hit, threshold } => {
            let why = why_answered(&hit, threshold);
            let answer = index.entry(&hit.entry_id).map(|entry| entry.answer.clone());
            (TraceDecision::Answer { entry_id: hit.entry_id, confidence: hit.confidence, threshold }, answer, why)
        }
        Verdict::Choices { hits } => {
            let why = Why::offered(best, thresholds.answer, hits.len());
            let entry_ids = hits.into_iter().map(|hit| hit.entry_id).collect();
            (TraceDecision::Choices { entry_ids, threshold: thresholds.offer }, None, why)
        }
        Verdict::Courtesy(_) => {
            let threshold = thresholds.answer;
            (TraceDecision::Answer { entry_id: "courtesy".into(), confidence: 1.0, threshold }, None, Why::courtesy())
        }
        Verdict::Unknown => {
            let decision = TraceDecision::Unknown { best, threshold: thresholds.offer, failures_in_a_row: 1 };
            (decision, None, Why::unknown(best, thresholds.offer, 1))
        }
    };
    Ok(Asked {
        decision,
        answer,
        candidates: candidates(&judged.hits),
        language: trace_language(text).into(),
        why_zh: why.zh,
        why_en: why.en,
        took_us: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
    })
}
