//! One turn: what the assistant does about one message.

use yingda_desk::BotStep;
use yingda_graph::GraphAnswer;
use yingda_knowledge::{Hit, IndexError, Thresholds};
use yingda_language::normalise;
use yingda_library::{Library, View};
use yingda_model::{
    BotMemory, BotOutcome, Choice, Content, ConversationId, DialogueState, HandOverReason, InboxSettings, MessageId,
    Timestamp, Trace, TraceCandidate, TraceDecision, TraceId, TraceMood,
};

use crate::courtesy::Courtesy;
use crate::judge::{Case, INTENT_DECIDES, Offer, Part, Verdict, candidates, facts, judge, why_answered};
use crate::option::{Chosen, HAND_OVER, NONE, chosen, entry_option};
use crate::reply::Reply;
use crate::steps::{choices, label, plain, say, sendable};
use crate::texts::{self, Desk, Why};
use crate::tongue::trace_language;
use crate::understood::{Understood, understand};
use crate::{Tongue, WorkspaceLanguage, when};

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
    pub library: &'a Library,
    /// What the customer may be told.
    pub view: &'a View,
    /// What messages are understood by, besides the knowledge base.
    pub language: Option<&'a WorkspaceLanguage>,
    /// The moods of the customer's messages before this one, oldest first.
    pub moods: &'a [TraceMood],
    /// Ids of the things of the knowledge graph that were spoken of before, the latest first.
    pub things: &'a [String],
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
    /// Where the dialogue stands afterwards; `None` where flows were not looked at.
    pub dialogue: Option<Box<DialogueState>>,
    pub trace: Trace,
}

/// Failures in a row at which people take over.
const FAILURES_TO_HAND_OVER: u8 = 2;
/// Longest input that a trace repeats, in characters.
const TRACED_CHARS: usize = 2_000;

/// Decides what to do about a message. The rules, in order: what the customer chose from an offer; what cannot be read;
/// danger; the wish for a person; several wishes at once; the knowledge base together with the intent; courtesies; and
/// otherwise the honest word that the answer is not known. Whoever is upset is offered a person first, and given one as soon
/// as there is no answer.
///
/// # Errors
/// Only when the search engine fails.
pub fn turn(input: &TurnInput<'_>) -> Result<TurnPlan, IndexError> {
    let mut turn = Turn::new(input);
    if let Some(chosen) = chosen(input.content, input.memory.pending.as_ref()) {
        return Ok(turn.chose(chosen));
    }
    if matches!(input.content, Content::Image { .. } | Content::File { .. } | Content::Voice { .. }) {
        return Ok(turn.cannot_read());
    }
    turn.understood =
        input.language.map(|language| understand(language, &turn.text, input.now, input.settings, input.moods));
    let judged = judge(&turn.text, &turn.case(), turn.understood.as_ref())?;
    Ok(turn.decide(judged))
}

/// Gives the conversation to people because the knowledge base cannot be searched at all.
pub(crate) fn give_up(input: &TurnInput<'_>) -> TurnPlan {
    let turn = Turn::new(input);
    turn.hand_over(HandOverReason::RepeatedFailure, "", "failure/1", Vec::new(), Why::search_failed())
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
    let spoken = input.memory.dialogue.as_deref().and_then(|dialogue| Tongue::of_tag(dialogue.lang.as_deref()?));
    let before = offer.and_then(|option| Tongue::of_text(&option.label)).or(spoken);
    let text = if input.content.file_id().is_some() { "" } else { text };
    Tongue::to_answer(text, before, input.locale)
}

pub(crate) struct Turn<'a> {
    pub input: TurnInput<'a>,
    pub tongue: Tongue,
    pub text: String,
    /// Absent where nothing is read.
    pub understood: Option<Understood>,
}

impl<'a> Turn<'a> {
    pub fn new(input: &TurnInput<'a>) -> Self {
        let text = words_of(input.content);
        Self { input: *input, tongue: tongue_of(input, &text), text, understood: None }
    }

    /// What follows from what the message was judged to call for.
    pub fn decide(&self, judged: crate::judge::Judged) -> TurnPlan {
        let candidates = candidates(&judged.hits);
        match judged.verdict {
            Verdict::Danger { label } => self.call_people(&label, candidates),
            Verdict::Person { matched } => {
                let why = Why::asked_for_person(&matched);
                self.hand_over(HandOverReason::Requested, &matched, "person/1", candidates, why)
            }
            Verdict::LeftToPeople { intent, probability } => {
                let why = Why::left_to_people(&intent, probability);
                self.hand_over(HandOverReason::Intent, &intent, "intent/1", candidates, why)
            }
            Verdict::Answer { hit, threshold } => self.answer(&hit, threshold, candidates),
            Verdict::IntentAnswer { entry_id, intent, probability } => {
                self.answer_intent(entry_id, &intent, probability, candidates)
            }
            Verdict::Several { parts } => self.answer_several(&parts, candidates),
            Verdict::Choices { offers } => self.offer(&offers, candidates),
            Verdict::Courtesy(courtesy) => self.be_courteous(courtesy, candidates),
            Verdict::Graph(answer) => self.answer_from_graph(answer, candidates),
            Verdict::Unknown => {
                let best = candidates.first().map_or(0.0, |best| best.confidence);
                let why = Why::unknown(best, self.input.thresholds.offer, self.failures());
                let said = texts::unknown(self.tongue, &self.input.settings.persona);
                self.fail(said, best, "faq/1", candidates, why)
            }
        }
    }

    /// What was sent cannot be read.
    pub fn cannot_read(&self) -> TurnPlan {
        let kind = self.input.content.kind();
        self.hand_over(HandOverReason::CannotRead, kind, "unreadable/1", Vec::new(), Why::cannot_read(kind))
    }

    /// Says that there is no answer.
    pub fn unknown(&self) -> String {
        texts::unknown(self.tongue, &self.input.settings.persona)
    }

    /// What is said to a part of a message; nothing where it has no answer.
    pub fn said_to(&self, verdict: &Verdict) -> Vec<BotStep> {
        match verdict {
            Verdict::Answer { hit, .. } => vec![self.answer_with(Reply::of_hit(&self.case(), hit))],
            Verdict::IntentAnswer { entry_id, .. } => vec![self.answer_with(Reply::of_entry(&self.case(), entry_id))],
            Verdict::Graph(answer) => {
                vec![self.answer_with(Reply { text: answer.text.clone(), follow_ups: Vec::new() })]
            }
            Verdict::Several { parts } => self.answer_several(parts, Vec::new()).steps,
            Verdict::Courtesy(courtesy) => self.be_courteous(*courtesy, Vec::new()).steps,
            _ => Vec::new(),
        }
    }

    pub fn chose(&self, chosen: Chosen) -> TurnPlan {
        let by = "choice/1";
        match chosen {
            Chosen::HandOver => {
                self.hand_over(HandOverReason::Requested, HAND_OVER, by, Vec::new(), Why::chose_person())
            }
            Chosen::NoneOfThese => {
                let said = texts::none_fits(self.tongue).to_owned();
                self.fail(said, 0.0, by, Vec::new(), Why::chose_none(self.failures()))
            }
            Chosen::Entry(id) => match self.input.library.entry(&id) {
                Some(entry) => {
                    let decision = TraceDecision::Answer {
                        entry_id: entry.id.clone(),
                        confidence: 1.0,
                        threshold: self.input.thresholds.answer,
                    };
                    let answer = self.answer_with(Reply::of_entry(&self.case(), &entry.id));
                    self.plan(vec![answer], decision, by, Vec::new(), Why::chose_entry(&entry.question))
                }
                None => self.fail(texts::gone(self.tongue).to_owned(), 0.0, by, Vec::new(), Why::entry_gone()),
            },
        }
    }

    fn answer(&self, hit: &Hit, threshold: f32, candidates: Vec<TraceCandidate>) -> TurnPlan {
        let decision = TraceDecision::Answer { entry_id: hit.entry_id.clone(), confidence: hit.confidence, threshold };
        let step = self.answer_with(Reply::of_hit(&self.case(), hit));
        self.plan(vec![step], decision, "faq/1", candidates, why_answered(hit, threshold))
    }

    fn answer_intent(
        &self,
        entry_id: String,
        intent: &str,
        probability: f32,
        candidates: Vec<TraceCandidate>,
    ) -> TurnPlan {
        let step = self.answer_with(Reply::of_entry(&self.case(), &entry_id));
        let words = self.words_for_intent();
        let why = Why::intent_answers(intent, probability, INTENT_DECIDES, &words);
        let decision = TraceDecision::Answer { entry_id, confidence: probability, threshold: INTENT_DECIDES };
        self.plan(vec![step], decision, "intent/1", candidates, why)
    }

    /// Answers wish after wish, names those that have no answer, and gives the conversation to people when one of them is
    /// theirs.
    fn answer_several(&self, parts: &[Part], candidates: Vec<TraceCandidate>) -> TurnPlan {
        let (mut entry_ids, mut open, mut for_people) = (Vec::new(), Vec::new(), None);
        for part in parts {
            match part {
                Part::Answered { entry_id } => entry_ids.push(entry_id.clone()),
                Part::LeftToPeople { intent } => for_people = Some(intent.as_str()),
                Part::Open { text } => open.push(text.as_str()),
            }
        }
        let last = entry_ids.len().saturating_sub(1);
        let is_end = open.is_empty() && for_people.is_none();
        let answers = entry_ids.iter().enumerate().map(|(at, entry_id)| {
            let reply = Reply::of_entry(&self.case(), entry_id);
            if at == last && is_end { self.answer_with(reply) } else { plain(&reply.text) }
        });
        let mut steps: Vec<BotStep> = answers.collect();
        let why = Why::several(entry_ids.len(), &open, for_people);
        let unanswered = u8::try_from(open.len()).unwrap_or(u8::MAX);
        if let Some(intent) = for_people {
            let reason = HandOverReason::Intent;
            steps.extend(self.farewell(reason));
            let decision = TraceDecision::HandOver { reason, matched: intent.to_owned() };
            return self.plan(steps, decision, "intent/1", candidates, why);
        }
        if !open.is_empty() {
            let said = texts::still_open(self.tongue, &open);
            steps.push(choices(said, vec![self.person_option()], BotOutcome::Answered));
        }
        let decision = TraceDecision::Answers { entry_ids, open: unanswered };
        self.plan(steps, decision, "intent/1", candidates, why)
    }

    fn answer_from_graph(&self, answer: GraphAnswer, candidates: Vec<TraceCandidate>) -> TurnPlan {
        let facts = facts(&answer);
        let why = Why::graph(&answer.reading, &facts, answer.confidence);
        let step = self.answer_with(Reply { text: answer.text, follow_ups: Vec::new() });
        let GraphAnswer { things, reading, confidence, .. } = answer;
        self.plan(vec![step], TraceDecision::Graph { things, facts, reading, confidence }, "graph/1", candidates, why)
    }

    pub fn case(&self) -> Case<'a> {
        let TurnInput { library, view, thresholds, things, .. } = self.input;
        Case { library, view, tongue: self.tongue, thresholds, things }
    }

    /// Says an answer, with the questions that follow from it; to somebody who is upset with a person beside it. A plain yes
    /// afterwards is not meant for these buttons: so they are not noted as an offer.
    pub fn answer_with(&self, reply: Reply) -> BotStep {
        let mut options = if self.is_upset() { vec![self.person_option()] } else { Vec::new() };
        options.extend(
            reply.follow_ups.into_iter().map(|(id, text)| Choice { id: entry_option(&id), label: label(&text) }),
        );
        if options.is_empty() {
            return plain(&reply.text);
        }
        say(Content::Choices { text: sendable(&reply.text), options }, BotOutcome::Answered, None)
    }

    fn offer(&self, offers: &[Offer], candidates: Vec<TraceCandidate>) -> TurnPlan {
        let mut options: Vec<Choice> = offers
            .iter()
            .map(|offer| Choice { id: entry_option(&offer.entry_id), label: label(&offer.question) })
            .collect();
        options.push(Choice { id: NONE.into(), label: texts::none_label(self.tongue).into() });
        if self.is_upset() {
            options.insert(0, self.person_option());
        } else {
            options.push(self.person_option());
        }
        let text = texts::which(self.tongue, offers.len()).to_owned();
        let decision = TraceDecision::Choices {
            entry_ids: offers.iter().map(|offer| offer.entry_id.clone()).collect(),
            threshold: self.input.thresholds.offer,
        };
        let best = candidates.first().map_or(0.0, |best| best.confidence);
        let why = Why::offered(best, self.input.thresholds.answer, offers.len());
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

    /// Says that there is no answer. People take over the second time in a row, and at once from somebody who is upset.
    fn fail(&self, said: String, best: f32, by: &str, candidates: Vec<TraceCandidate>, why: Why) -> TurnPlan {
        let failures = self.failures();
        if failures >= FAILURES_TO_HAND_OVER {
            return self.hand_over(HandOverReason::RepeatedFailure, "", by, candidates, why.failed_again());
        }
        if self.is_upset() {
            let emotion = self.understood.as_ref().map_or("", |understood| understood.record.mood.emotion.as_str());
            return self.hand_over(HandOverReason::Upset, emotion, by, candidates, why.upset());
        }
        let decision =
            TraceDecision::Unknown { best, threshold: self.input.thresholds.offer, failures_in_a_row: failures };
        let step = choices(said, vec![self.person_option()], BotOutcome::Failed);
        self.plan(vec![step], decision, by, candidates, why)
    }

    pub fn hand_over(
        &self,
        reason: HandOverReason,
        matched: &str,
        by: &str,
        candidates: Vec<TraceCandidate>,
        why: Why,
    ) -> TurnPlan {
        let steps = self.farewell(reason);
        let decision = TraceDecision::HandOver { reason, matched: matched.to_owned() };
        self.plan(steps, decision, by, candidates, why)
    }

    /// Calls people to a conversation in which somebody is in danger or threatens others.
    fn call_people(&self, label: &str, candidates: Vec<TraceCandidate>) -> TurnPlan {
        let mut plan = self.hand_over(HandOverReason::Safety, label, "safety/1", candidates, Why::danger(label));
        if let Some(first) = texts::in_danger(self.tongue, label) {
            plan.steps.insert(0, plain(first));
        }
        plan
    }

    /// The word before a hand-over, and the hand-over.
    fn farewell(&self, reason: HandOverReason) -> Vec<BotStep> {
        let settings = self.input.settings;
        let said = texts::handing_over(self.tongue, reason, self.input.content, &self.desk(), &settings.persona);
        let outcome = match reason {
            HandOverReason::RepeatedFailure
            | HandOverReason::CannotRead
            | HandOverReason::Upset
            | HandOverReason::ToolFailed
            | HandOverReason::Guard => BotOutcome::Failed,
            HandOverReason::Requested
            | HandOverReason::Intent
            | HandOverReason::Safety
            | HandOverReason::Flow
            | HandOverReason::HighValue
            | HandOverReason::Rule => BotOutcome::Answered,
        };
        vec![say(Content::text(sendable(&said)), outcome, None), BotStep::HandOver { reason, brief: None }]
    }

    pub fn is_upset(&self) -> bool {
        self.understood.as_ref().is_some_and(|understood| understood.upset)
    }

    /// The words that spoke for the likeliest intent.
    fn words_for_intent(&self) -> Vec<&str> {
        let intent = self.understood.as_ref().and_then(|understood| understood.record.intents.first());
        let words = intent.into_iter().flat_map(|intent| &intent.why).filter(|reason| reason.weight > 0.0);
        words.take(5).map(|reason| reason.text.as_str()).collect()
    }

    pub fn plan(
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
            dialogue: None,
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
                said: None,
                dialogue: None,
                guard: Vec::new(),
                models: Vec::new(),
                understanding: self.understood.as_ref().map(|understood| understood.record.clone()),
                why_zh: why.zh,
                why_en: why.en,
                took_us: 0,
            },
        }
    }

    fn failures(&self) -> u8 {
        self.input.memory.failures.saturating_add(1)
    }

    pub fn person_option(&self) -> Choice {
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

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;
