//! One turn: what the assistant does about one message.

use yingda_desk::BotStep;
use yingda_knowledge::{Decision, Hit, Index, IndexError, Thresholds, decide};
use yingda_language::normalise;
use yingda_model::{
    BotMemory, BotOutcome, Choice, Content, ConversationId, HandOverReason, InboxSettings, MAX_TEXT_CHARS, MessageId,
    PendingChoices, Timestamp, Trace, TraceCandidate, TraceDecision, TraceId, TraceTerm,
};

use crate::Tongue;
use crate::courtesy::Courtesy;
use crate::option::{Chosen, HAND_OVER, NONE, chosen, entry_option};
use crate::texts::{self, Desk, Why};
use crate::tongue::trace_language;
use crate::{wants_person, when};

/// Everything that a turn depends on.
#[derive(Clone, Copy)]
pub struct TurnInput<'a> {
    /// What the assistant remembers of this conversation.
    pub memory: &'a BotMemory,
    /// The customer's message.
    pub content: &'a Content,
    pub settings: &'a InboxSettings,
    /// The contact's language tag, for messages without words.
    pub locale: Option<&'a str>,
    pub index: &'a Index,
    pub thresholds: &'a Thresholds,
    pub now: Timestamp,
    pub trace_id: TraceId,
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
}

/// What to do, at least one step, and why. `trace.took_us` is 0: whoever has a clock fills it in.
#[derive(Clone, Debug)]
pub struct TurnPlan {
    pub steps: Vec<BotStep>,
    pub trace: Trace,
}

/// Failures in a row at which people take over.
const FAILURES_TO_HAND_OVER: u8 = 2;
/// Hits that are weighed and put on record.
const WEIGHED: usize = 8;
/// An entry in another language than the message answers only from this confidence on; below, it is offered.
const FOREIGN_ANSWER: f32 = 0.75;
/// Longest input that a trace repeats, in characters.
const TRACED_CHARS: usize = 2_000;

/// Decides what to do about a message. The rules, in order: what the customer chose from an offer; the wish for a person; what
/// cannot be read; the knowledge base; courtesies; and otherwise the honest word that the answer is not known.
///
/// # Errors
/// Only when the search engine fails.
pub fn turn(input: &TurnInput<'_>) -> Result<TurnPlan, IndexError> {
    let text = words_of(input.content);
    let turn = Turn { input: *input, tongue: tongue_of(input, &text), text };
    if let Some(chosen) = chosen(input.content, input.memory.pending.as_ref()) {
        return Ok(turn.chose(chosen));
    }
    if matches!(input.content, Content::Image { .. } | Content::File { .. } | Content::Voice { .. }) {
        let why = Why::cannot_read(input.content.kind());
        return Ok(turn.hand_over(HandOverReason::CannotRead, input.content.kind(), "unreadable/1", Vec::new(), why));
    }
    let judged = judge(&turn.text, turn.tongue, input.index, input.thresholds)?;
    let candidates = candidates(&judged.hits);
    Ok(match judged.verdict {
        Verdict::Person { matched } => {
            let why = Why::asked_for_person(&matched);
            turn.hand_over(HandOverReason::Requested, &matched, "person/1", candidates, why)
        }
        Verdict::Answer { hit, threshold } => turn.answer(&hit, threshold, candidates),
        Verdict::Choices { hits } => turn.offer(&hits, candidates),
        Verdict::Courtesy(courtesy) => turn.be_courteous(courtesy, candidates),
        Verdict::Unknown => {
            let best = candidates.first().map_or(0.0, |best| best.confidence);
            let why = Why::unknown(best, input.thresholds.offer, turn.failures());
            let said = texts::unknown(turn.tongue, &input.settings.persona);
            turn.fail(said, best, "faq/1", candidates, why)
        }
    })
}

/// Gives the conversation to people because the knowledge base cannot be searched at all.
pub(crate) fn give_up(input: &TurnInput<'_>) -> TurnPlan {
    let text = words_of(input.content);
    let turn = Turn { input: *input, tongue: tongue_of(input, &text), text };
    turn.hand_over(HandOverReason::RepeatedFailure, "", "failure/1", Vec::new(), Why::search_failed())
}

/// What a text calls for.
pub(crate) struct Judged {
    /// Everything that was found, the most confident first.
    pub hits: Vec<Hit>,
    pub verdict: Verdict,
}

pub(crate) enum Verdict {
    Person {
        matched: String,
    },
    /// `threshold` is the one that the hit reached.
    Answer {
        hit: Hit,
        threshold: f32,
    },
    Choices {
        hits: Vec<Hit>,
    },
    Courtesy(Courtesy),
    Unknown,
}

/// Weighs a text that is answered in `tongue`.
pub(crate) fn judge(text: &str, tongue: Tongue, index: &Index, thresholds: &Thresholds) -> Result<Judged, IndexError> {
    let hits = index.search(text, WEIGHED)?;
    if let Some(matched) = wants_person(text) {
        return Ok(Judged { hits, verdict: Verdict::Person { matched } });
    }
    let foreign = |hit: &Hit| entry_tongue(index, hit).is_some_and(|of_entry| of_entry != tongue);
    let verdict = match decide(&hits, thresholds) {
        Decision::Answer { hit } => {
            let threshold = if foreign(&hit) { thresholds.answer.max(FOREIGN_ANSWER) } else { thresholds.answer };
            if hit.confidence >= threshold {
                Verdict::Answer { hit, threshold }
            } else {
                Verdict::Choices {
                    hits: hits.iter().take(2).filter(|hit| hit.confidence >= thresholds.offer).cloned().collect(),
                }
            }
        }
        Decision::Choices { hits } => Verdict::Choices { hits },
        Decision::Unknown => Verdict::Unknown,
    };
    let verdict = match (verdict, Courtesy::of(text)) {
        (answer @ Verdict::Answer { .. }, _) => answer,
        (_, Some(courtesy)) => Verdict::Courtesy(courtesy),
        (Verdict::Choices { mut hits }, None) => {
            // What the customer can read comes first; the order is kept otherwise.
            hits.sort_by_key(|hit| foreign(hit));
            Verdict::Choices { hits }
        }
        (verdict, None) => verdict,
    };
    Ok(Judged { hits, verdict })
}

fn entry_tongue(index: &Index, hit: &Hit) -> Option<Tongue> {
    let entry = index.entry(&hit.entry_id)?;
    match &entry.lang {
        Some(lang) => Tongue::of_tag(lang),
        None => Tongue::of_text(&entry.question),
    }
}

/// The hits as a trace keeps them.
pub(crate) fn candidates(hits: &[Hit]) -> Vec<TraceCandidate> {
    hits.iter()
        .map(|hit| TraceCandidate {
            entry_id: hit.entry_id.clone(),
            question: hit.question.clone(),
            matched: hit.matched.clone(),
            score: hit.bm25,
            confidence: hit.confidence,
            terms: hit
                .terms
                .iter()
                .map(|term| TraceTerm { term: term.term.clone(), weight: term.weight, matched: term.matched >= 0.5 })
                .collect(),
        })
        .collect()
}

/// Why `hit` answers.
pub(crate) fn why_answered(hit: &Hit, threshold: f32) -> Why {
    let mut carried: Vec<_> = hit.terms.iter().filter(|term| term.matched >= 0.5).collect();
    carried.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let words: Vec<&str> = carried.iter().take(5).map(|term| term.term.as_str()).collect();
    Why::answered(&hit.question, &hit.matched, hit.confidence, threshold, &words)
}

fn words_of(content: &Content) -> String {
    match content {
        Content::Card { title, text, .. } => format!("{title}\n{text}"),
        content => content.as_text().to_owned(),
    }
}

/// A file's name tells nothing of its sender's language.
fn tongue_of(input: &TurnInput<'_>, text: &str) -> Tongue {
    let offer = input.memory.pending.as_ref().and_then(|pending| pending.options.last());
    let before = offer.and_then(|option| Tongue::of_text(&option.label));
    let text = if input.content.file_id().is_some() { "" } else { text };
    Tongue::to_answer(text, before, input.locale)
}

struct Turn<'a> {
    input: TurnInput<'a>,
    tongue: Tongue,
    text: String,
}

impl Turn<'_> {
    fn chose(&self, chosen: Chosen) -> TurnPlan {
        let by = "choice/1";
        match chosen {
            Chosen::HandOver => {
                self.hand_over(HandOverReason::Requested, HAND_OVER, by, Vec::new(), Why::chose_person())
            }
            Chosen::NoneOfThese => {
                let said = texts::none_fits(self.tongue).to_owned();
                self.fail(said, 0.0, by, Vec::new(), Why::chose_none(self.failures()))
            }
            Chosen::Entry(id) => match self.input.index.entry(&id) {
                Some(entry) => {
                    let decision = TraceDecision::Answer {
                        entry_id: entry.id.clone(),
                        confidence: 1.0,
                        threshold: self.input.thresholds.answer,
                    };
                    let answer = say(Content::text(sendable(&entry.answer)), BotOutcome::Answered, None);
                    self.plan(vec![answer], decision, by, Vec::new(), Why::chose_entry(&entry.question))
                }
                None => self.fail(texts::gone(self.tongue).to_owned(), 0.0, by, Vec::new(), Why::entry_gone()),
            },
        }
    }

    fn answer(&self, hit: &Hit, threshold: f32, candidates: Vec<TraceCandidate>) -> TurnPlan {
        let answer = self.input.index.entry(&hit.entry_id).map_or("", |entry| entry.answer.as_str());
        let decision = TraceDecision::Answer { entry_id: hit.entry_id.clone(), confidence: hit.confidence, threshold };
        let step = say(Content::text(sendable(answer)), BotOutcome::Answered, None);
        self.plan(vec![step], decision, "faq/1", candidates, why_answered(hit, threshold))
    }

    fn offer(&self, hits: &[Hit], candidates: Vec<TraceCandidate>) -> TurnPlan {
        let mut options: Vec<Choice> =
            hits.iter().map(|hit| Choice { id: entry_option(&hit.entry_id), label: label(&hit.question) }).collect();
        options.push(Choice { id: NONE.into(), label: texts::none_label(self.tongue).into() });
        options.push(self.person_option());
        let text = texts::which(self.tongue, hits.len()).to_owned();
        let decision = TraceDecision::Choices {
            entry_ids: hits.iter().map(|hit| hit.entry_id.clone()).collect(),
            threshold: self.input.thresholds.offer,
        };
        let best = candidates.first().map_or(0.0, |best| best.confidence);
        let why = Why::offered(best, self.input.thresholds.answer, hits.len());
        self.plan(vec![choices(text, options, BotOutcome::Asked)], decision, "faq/1", candidates, why)
    }

    fn be_courteous(&self, courtesy: Courtesy, candidates: Vec<TraceCandidate>) -> TurnPlan {
        let settings = self.input.settings;
        let said = texts::courtesy(self.tongue, courtesy, &settings.greeting_zh, &settings.greeting_en);
        let decision = TraceDecision::Answer {
            entry_id: "courtesy".into(),
            confidence: 1.0,
            threshold: self.input.thresholds.answer,
        };
        let step = say(Content::text(sendable(&said)), BotOutcome::Answered, None);
        self.plan(vec![step], decision, "courtesy/1", candidates, Why::courtesy())
    }

    /// Says that there is no answer; the second time in a row, people take over.
    fn fail(&self, said: String, best: f32, by: &str, candidates: Vec<TraceCandidate>, why: Why) -> TurnPlan {
        let failures = self.failures();
        if failures >= FAILURES_TO_HAND_OVER {
            return self.hand_over(HandOverReason::RepeatedFailure, "", by, candidates, why.failed_again());
        }
        let decision =
            TraceDecision::Unknown { best, threshold: self.input.thresholds.offer, failures_in_a_row: failures };
        let step = choices(said, vec![self.person_option()], BotOutcome::Failed);
        self.plan(vec![step], decision, by, candidates, why)
    }

    fn hand_over(
        &self,
        reason: HandOverReason,
        matched: &str,
        by: &str,
        candidates: Vec<TraceCandidate>,
        why: Why,
    ) -> TurnPlan {
        let settings = self.input.settings;
        let said = texts::handing_over(self.tongue, reason, self.input.content, &self.desk(), &settings.persona);
        let outcome = match reason {
            HandOverReason::RepeatedFailure | HandOverReason::CannotRead => BotOutcome::Failed,
            HandOverReason::Requested => BotOutcome::Answered,
        };
        let steps = vec![say(Content::text(sendable(&said)), outcome, None), BotStep::HandOver { reason }];
        let decision = TraceDecision::HandOver { reason, matched: matched.to_owned() };
        self.plan(steps, decision, by, candidates, why)
    }

    fn plan(
        &self,
        steps: Vec<BotStep>,
        decision: TraceDecision,
        by: &str,
        candidates: Vec<TraceCandidate>,
        why: Why,
    ) -> TurnPlan {
        let input = &self.input;
        TurnPlan {
            steps,
            trace: Trace {
                id: input.trace_id,
                conversation_id: input.conversation_id,
                message_id: input.message_id,
                at: input.now,
                input: normalise(&self.text).chars().take(TRACED_CHARS).collect(),
                language: trace_language(&self.text).into(),
                decided_by: by.into(),
                candidates,
                decision,
                why_zh: why.zh,
                why_en: why.en,
                took_us: 0,
            },
        }
    }

    fn failures(&self) -> u8 {
        self.input.memory.failures.saturating_add(1)
    }

    fn person_option(&self) -> Choice {
        Choice { id: HAND_OVER.into(), label: texts::person_label(self.tongue).into() }
    }

    fn desk(&self) -> Desk {
        let now = self.input.now;
        match &self.input.settings.hours {
            Some(hours) if !hours.open_at(now) => Desk::Closed {
                back: when::next_opening(hours, now).and_then(|back| when::say(hours, now, back, self.tongue)),
            },
            _ => Desk::Open,
        }
    }
}

fn say(content: Content, outcome: BotOutcome, offered: Option<PendingChoices>) -> BotStep {
    BotStep::Say { content, outcome, offered }
}

fn choices(text: String, options: Vec<Choice>, outcome: BotOutcome) -> BotStep {
    let offered = Some(PendingChoices { options: options.clone() });
    say(Content::Choices { text: sendable(&text), options }, outcome, offered)
}

/// Longest label of an option, in characters: buttons are small.
const LABEL_CHARS: usize = 120;

fn label(question: &str) -> String {
    let flat = sendable(question).replace(['\n', '\r', '\t'], " ");
    if flat.chars().count() <= LABEL_CHARS {
        return flat;
    }
    let mut short: String = flat.chars().take(LABEL_CHARS - 1).collect();
    short.push('…');
    short
}

/// `text` as a message may carry it, whatever an import let in.
fn sendable(text: &str) -> String {
    let clean: String =
        text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).take(MAX_TEXT_CHARS).collect();
    if clean.trim().is_empty() { "…".into() } else { clean }
}

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;
