//! Asking the assistant without a conversation: to try it out.

use std::time::Instant;

use serde::Serialize;
use yingda_knowledge::{IndexError, Thresholds};
use yingda_library::{Library, View};
use yingda_model::{HandOverReason, InboxSettings, Timestamp, TraceCandidate, TraceDecision, TraceUnderstanding};

use crate::judge::{Case, INTENT_DECIDES, Part, Verdict, candidates, facts, judge, why_answered};
use crate::reply::Reply;
use crate::texts::Why;
use crate::tongue::trace_language;
use crate::understood::understand;
use crate::{Tongue, WorkspaceLanguage};

/// What the assistant would do about a text that comes first in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Asked {
    pub decision: TraceDecision,
    /// The text of the entry that answers, or of those that answer, parted by an empty line; absent when nothing is answered
    /// outright.
    pub answer: Option<String>,
    /// Everything that was weighed, best first.
    pub candidates: Vec<TraceCandidate>,
    /// What the text was taken for; absent without a language.
    pub understanding: Option<TraceUnderstanding>,
    /// Language taken from the text: `zh`, `en` or `other`.
    pub language: String,
    /// Why, in words for people.
    pub why_zh: String,
    pub why_en: String,
    /// Microseconds that it took.
    pub took_us: u64,
}

/// A text, and what it is asked of.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub text: &'a str,
    pub library: &'a Library,
    /// Whom it is answered as if asked by.
    pub view: &'a View,
    /// What texts are understood by, besides the knowledge base.
    pub language: Option<&'a WorkspaceLanguage>,
    pub thresholds: &'a Thresholds,
    pub now: Timestamp,
}

/// Asks.
///
/// # Errors
/// Only when the search engine fails.
pub fn ask(question: &Question<'_>) -> Result<Asked, IndexError> {
    let begun = Instant::now();
    let Question { text, library, view, thresholds, .. } = *question;
    let understood =
        question.language.map(|language| understand(language, text, question.now, &InboxSettings::default(), &[]));
    let case = Case { library, view, tongue: Tongue::to_answer(text, None, None), thresholds, things: &[] };
    let judged = judge(text, &case, understood.as_ref())?;
    let best = judged.hits.first().map_or(0.0, |hit| hit.confidence);
    let text_of = |id: &str| library.entry(id).map(|_| Reply::of_entry(&case, id).text);
    let handed_over = |reason, matched, why| (TraceDecision::HandOver { reason, matched }, None, why);
    let (decision, answer, why) = match judged.verdict {
        Verdict::Danger { label } => {
            let why = Why::danger(&label);
            handed_over(HandOverReason::Safety, label, why)
        }
        Verdict::Person { matched } => {
            let why = Why::asked_for_person(&matched);
            handed_over(HandOverReason::Requested, matched, why)
        }
        Verdict::LeftToPeople { intent, probability } => {
            let why = Why::left_to_people(&intent, probability);
            handed_over(HandOverReason::Intent, intent, why)
        }
        Verdict::Answer { hit, threshold } => {
            let (why, answer) = (why_answered(&hit, threshold), Some(Reply::of_hit(&case, &hit).text));
            (TraceDecision::Answer { entry_id: hit.entry_id, confidence: hit.confidence, threshold }, answer, why)
        }
        Verdict::IntentAnswer { entry_id, intent, probability } => {
            let why = Why::intent_answers(&intent, probability, INTENT_DECIDES, &[]);
            let answer = text_of(&entry_id);
            (TraceDecision::Answer { entry_id, confidence: probability, threshold: INTENT_DECIDES }, answer, why)
        }
        Verdict::Several { parts } => several(&parts, text_of),
        Verdict::Choices { offers } => {
            let why = Why::offered(best, thresholds.answer, offers.len());
            let entry_ids = offers.into_iter().map(|offer| offer.entry_id).collect();
            (TraceDecision::Choices { entry_ids, threshold: thresholds.offer }, None, why)
        }
        Verdict::Graph(answer) => {
            let facts = facts(&answer);
            let why = Why::graph(&answer.reading, &facts, answer.confidence);
            let yingda_graph::GraphAnswer { text, things, reading, confidence, .. } = answer;
            (TraceDecision::Graph { things, facts, reading, confidence }, Some(text), why)
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
        understanding: understood.map(|understood| understood.record),
        language: trace_language(text).into(),
        why_zh: why.zh,
        why_en: why.en,
        took_us: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
    })
}

fn several(parts: &[Part], text_of: impl Fn(&str) -> Option<String>) -> (TraceDecision, Option<String>, Why) {
    let (mut entry_ids, mut open, mut for_people) = (Vec::new(), Vec::new(), None);
    for part in parts {
        match part {
            Part::Answered { entry_id } => entry_ids.push(entry_id.clone()),
            Part::LeftToPeople { intent } => for_people = Some(intent.as_str()),
            Part::Open { text } => open.push(text.as_str()),
        }
    }
    let answers: Vec<String> = entry_ids.iter().filter_map(|id| text_of(id)).collect();
    let why = Why::several(entry_ids.len(), &open, for_people);
    let decision = match for_people {
        Some(intent) => TraceDecision::HandOver { reason: HandOverReason::Intent, matched: intent.to_owned() },
        None => TraceDecision::Answers { entry_ids, open: u8::try_from(open.len()).unwrap_or(u8::MAX) },
    };
    (decision, Some(answers.join("\n\n")), why)
}
