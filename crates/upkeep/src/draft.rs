//! Drafts of FAQ entries from conversations that an agent resolved: the customer's question and the agent's words, and
//! nothing else.

mod answer;
mod question;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use yingda_language::{Lang, detect, normalise};
use yingda_model::{ChangeEvidence, ChangeOrigin, ConversationId, EntryContent, EntryId, EntryKind};

use crate::cluster::{Grouping, group};
use crate::entry::{self, Entry};
use crate::fingerprint::fingerprint;
use crate::proposal::{Both, Proposal};
use crate::text::shorten;
use crate::words::{Commonness, Features, cosine, features};

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Customer,
    Agent,
    /// The program; passed over.
    Bot,
}

/// A message that the customer could see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub by: Speaker,
    /// Personal data masked, in whatever way.
    pub text: String,
}

/// A conversation that an agent resolved, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    pub conversation_id: ConversationId,
    pub said: Vec<Said>,
}

/// A question and its answer, in the words of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FaqDraft {
    pub conversation_id: ConversationId,
    /// Sentences of the customer, greetings and personal data cut.
    pub question: String,
    /// Sentences of the agent.
    pub answer: String,
    /// `zh` or `en`.
    pub lang: String,
    /// Of the entries that are nearest.
    pub category: Option<String>,
    /// The published entry that is nearest to the question, by words: 0 to 1.
    pub nearest: Option<(EntryId, f32)>,
}

/// Why a conversation gives no draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoDraft {
    /// The customer asked nothing that stands by itself.
    NoQuestion,
    /// The agent said nothing but courtesies, questions and that they would look.
    NoAnswer,
    /// The answer is about this customer's order, account or money.
    Personal,
    /// The agent answered in another language than the question's, or in one that is neither Chinese nor English.
    OtherLanguage,
    /// The answer has no word in common with the question and is too short to stand by itself.
    Unrelated,
}

/// Longest question and answer, in characters that count as one or two.
const QUESTION: usize = 160;
const ANSWER: usize = 3000;
/// Messages that are read.
const MOST_MESSAGES: usize = 400;

/// A draft from one conversation; `entries` are for the category and the nearest one. Extractive: every sentence was said, and
/// only what comes before or after the asking or telling part of one is cut.
///
/// # Errors
/// [`NoDraft`] says why there is none.
pub fn draft(conversation: &Transcript, entries: &[Entry<'_>]) -> Result<FaqDraft, NoDraft> {
    let said: Vec<&Said> =
        conversation.said.iter().filter(|said| said.by != Speaker::Bot).take(MOST_MESSAGES).collect();
    let mut refusal = NoDraft::NoQuestion;
    // The first question that has an answer; those of a later subject are left to other conversations.
    for (at, message) in said.iter().enumerate().filter(|(_, said)| said.by == Speaker::Customer) {
        let Some(mut asked) = question::asked(&message.text) else { continue };
        // A question in two messages.
        let mut next = at + 1;
        while let Some(more) = said.get(next).filter(|more| more.by == Speaker::Customer) {
            if let Some(other) = question::asked(&more.text)
                && asked.chars().count() + other.chars().count() <= 60
                && normalise(&other) != normalise(&asked)
            {
                asked = format!("{asked} {other}");
            }
            next += 1;
        }
        let told: Vec<&str> = said[next..]
            .iter()
            .take_while(|later| later.by == Speaker::Agent || question::asked(&later.text).is_none())
            .filter(|later| later.by == Speaker::Agent)
            .map(|later| later.text.as_str())
            .collect();
        let answer = match answer::told(&told) {
            Ok(answer) => answer,
            Err(why) => {
                // A personal answer says more about why there is no draft than a later silence.
                refusal = if refusal == NoDraft::Personal { refusal } else { why };
                continue;
            }
        };
        let lang = detect(&asked);
        if lang == Lang::Other || detect(&answer) != lang {
            refusal = NoDraft::OtherLanguage;
            continue;
        }
        let (of_question, of_answer) = (features(&asked), features(&answer));
        let is_related = of_question.iter().any(|(feature, _)| of_answer.iter().any(|(other, _)| other == feature));
        if !is_related && of_answer.len() < 12 {
            refusal = NoDraft::Unrelated;
            continue;
        }
        let near = nearest(&of_question, lang, entries);
        return Ok(FaqDraft {
            conversation_id: conversation.conversation_id,
            question: shorten(&asked, QUESTION),
            answer: answer.chars().take(ANSWER).collect(),
            lang: lang.tag().to_owned(),
            category: category(&near, entries),
            nearest: near.first().map(|(at, likeness)| (entries[*at].id, *likeness)),
        });
    }
    Err(refusal)
}

/// The published entries of a language whose wordings are nearest, at most five.
fn nearest(question: &Features, lang: Lang, entries: &[Entry<'_>]) -> Vec<(usize, f32)> {
    let wordings: Vec<(usize, Features)> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.is_published() && entry.lang() == lang)
        .flat_map(|(at, entry)| entry.questions().map(move |wording| (at, features(wording))))
        .collect();
    let common = Commonness::of(wordings.iter().map(|(_, wording)| wording));
    let question = common.weigh(question);
    let mut best: BTreeMap<usize, f32> = BTreeMap::new();
    for (at, wording) in &wordings {
        let likeness = cosine(&question, &common.weigh(wording));
        let known = best.entry(*at).or_default();
        *known = known.max(likeness);
    }
    let mut best: Vec<(usize, f32)> = best.into_iter().filter(|(_, likeness)| *likeness > 0.0).collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| entries[a.0].id.cmp(&entries[b.0].id)));
    best.truncate(5);
    best
}

/// The category for which the nearest entries speak together.
fn category(near: &[(usize, f32)], entries: &[Entry<'_>]) -> Option<String> {
    let mut votes: BTreeMap<&str, f32> = BTreeMap::new();
    for (at, likeness) in near.iter().filter(|(_, likeness)| *likeness >= 0.15) {
        if let Some(category) = entries[*at].content.category.as_deref() {
            *votes.entry(category).or_default() += likeness;
        }
    }
    votes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(a.0))).map(|(category, _)| category.to_owned())
}

/// Drafts of one question, as one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MergedDraft {
    /// The most central question.
    pub question: String,
    /// The answer that agrees best with the others.
    pub answer: String,
    /// Other wordings of the question, at most ten.
    pub variants: Vec<String>,
    pub lang: String,
    pub category: Option<String>,
    pub conversations: Vec<ConversationId>,
    /// How far the answers agree, from 0 to 1: 1 when there is one.
    pub agreement: f32,
    pub nearest: Option<(EntryId, f32)>,
}

const VARIANTS: usize = 10;

/// Merges drafts that ask the same in one language, those of most conversations first. `vectors` are embeddings of the
/// drafts' questions; absent ones are fine.
pub fn merge(drafts: &[FaqDraft], vectors: &[Option<Vec<f32>>]) -> Vec<MergedDraft> {
    let texts: Vec<&str> = drafts.iter().map(|draft| draft.question.as_str()).collect();
    let langs: Vec<Option<&str>> = drafts.iter().map(|draft| Some(draft.lang.as_str())).collect();
    // Drafts are published: two that only may be one stay two.
    let strict = Grouping { alike: 0.45, by_words: 0.38, across: f32::INFINITY, ..Grouping::default() };
    let mut groups: BTreeMap<usize, Vec<&FaqDraft>> = BTreeMap::new();
    for (draft, group) in drafts.iter().zip(group(&texts, &langs, vectors, &strict)) {
        groups.entry(group).or_default().push(draft);
    }
    let mut merged: Vec<MergedDraft> = groups.into_values().filter_map(|group| one(&group)).collect();
    merged.sort_by(|a, b| {
        (b.conversations.len().cmp(&a.conversations.len()))
            .then(b.agreement.total_cmp(&a.agreement))
            .then_with(|| a.question.cmp(&b.question))
    });
    merged
}

fn one(drafts: &[&FaqDraft]) -> Option<MergedDraft> {
    let questions: Vec<&str> = drafts.iter().map(|draft| draft.question.as_str()).collect();
    let answers: Vec<&str> = drafts.iter().map(|draft| draft.answer.as_str()).collect();
    let (question, _) = medoid(&questions)?;
    let (answer, agreement) = medoid(&answers)?;
    let mut seen = BTreeSet::from([normalise(question)]);
    let mut variants: Vec<String> =
        questions.iter().filter(|text| seen.insert(normalise(text))).map(|text| (*text).to_owned()).collect();
    variants.sort_by(|a, b| a.chars().count().cmp(&b.chars().count()).then_with(|| a.cmp(b)));
    variants.truncate(VARIANTS);
    let mut categories: BTreeMap<&str, usize> = BTreeMap::new();
    for category in drafts.iter().filter_map(|draft| draft.category.as_deref()) {
        *categories.entry(category).or_default() += 1;
    }
    let conversations: BTreeSet<ConversationId> = drafts.iter().map(|draft| draft.conversation_id).collect();
    let nearest =
        drafts.iter().filter_map(|draft| draft.nearest).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    Some(MergedDraft {
        question: question.to_owned(),
        answer: answer.to_owned(),
        variants,
        lang: drafts.first()?.lang.clone(),
        category: categories
            .into_iter()
            .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
            .map(|(name, _)| name.to_owned()),
        conversations: conversations.into_iter().collect(),
        agreement,
        nearest,
    })
}

/// The text that is on average the most like the others, and how much.
fn medoid<'a>(texts: &[&'a str]) -> Option<(&'a str, f32)> {
    let mut texts = texts.to_vec();
    texts.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let bags: Vec<Features> = texts
        .iter()
        .map(|text| {
            let mut bag = features(text);
            let length = bag.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(1e-6);
            bag.iter_mut().for_each(|(_, weight)| *weight /= length);
            bag
        })
        .collect();
    let mean = |at: usize| -> f32 {
        let others = (0..texts.len()).filter(|other| *other != at);
        others.map(|other| if texts[at] == texts[other] { 1.0 } else { cosine(&bags[at], &bags[other]) }).sum::<f32>()
            / (texts.len() - 1).max(1) as f32
    };
    if let [only] = texts.as_slice() {
        return Some((only, 1.0));
    }
    (0..texts.len())
        .map(|at| (at, mean(at)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(at, mean)| (texts[at], mean))
}

impl MergedDraft {
    /// A new entry. `entries` as given to [`draft`], for the name of the nearest.
    pub fn proposal(&self, entries: &[Entry<'_>]) -> Proposal {
        let count = self.conversations.len();
        let (mut zh, mut en) = if count == 1 {
            (
                "客服在一次会话中这样回答了这个问题。".to_owned(),
                "An agent answered this question so in a conversation.".to_owned(),
            )
        } else {
            let percent = (self.agreement * 100.0).round();
            (
                format!("客服在 {count} 次会话中回答了这个问题，这是最一致的答案（一致程度 {percent}%）。"),
                format!(
                    "Agents answered this question in {count} conversations; this answer agrees best with the others ({percent} %)."
                ),
            )
        };
        let near = self.nearest.filter(|(_, likeness)| *likeness >= 0.5);
        if let Some(entry) = near.and_then(|(id, _)| entries.iter().find(|entry| entry.id == id)) {
            let question = shorten(&entry.content.question, 40);
            zh += &format!("“{question}”可能已包含这个内容。");
            en += &format!(" “{question}” may say it already.");
        }
        let note = Both::new(zh, en);
        let mut evidence = vec![note.evidence()];
        let wordings = std::iter::once(&self.question).chain(&self.variants);
        evidence.extend(wordings.map(|text| ChangeEvidence::Question { text: text.clone(), count: 1 }));
        evidence.extend(self.conversations.iter().take(20).map(|id| ChangeEvidence::Conversation { id: *id }));
        if let Some((id, likeness)) = self.nearest {
            evidence.push(ChangeEvidence::Entry { id, likeness });
        }
        let content = EntryContent {
            kind: EntryKind::Faq,
            question: self.question.clone(),
            answer: self.answer.clone(),
            variants: self.variants.clone(),
            lang: Some(self.lang.clone()),
            category: self.category.clone(),
            ..EntryContent::default()
        };
        Proposal {
            origin: ChangeOrigin::Conversation,
            entry_id: None,
            content,
            evidence,
            note,
            fingerprint: fingerprint(&["draft", entry::lang(Some(&self.lang), "").tag(), &normalise(&self.question)]),
        }
    }
}
