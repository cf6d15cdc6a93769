//! Answers for the knowledge base, drafted by a language model from what people said: proposals, for an editor to decide on.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use yingda_desk::{DeskError, Handler, JobError};
use yingda_entity::pii::{Masking, Style, mask};
use yingda_guard::Evidence;
use yingda_library::Tender;
use yingda_llm::{Account, Call, DraftedFaq, Outcome};
use yingda_model::{
    ChangeEvidence, ChangeId, ChangeOrigin, ChangeState, EntryContent, InboxSettings, KbChange, Scope, SenderKind,
    Timestamp,
};
use yingda_store::{ChangeFilter, Job, StoreError};

use crate::guarded::hosts;
use crate::help::{WITHIN, WhyNot, broken, nobody};
use crate::modelled::lang;
use crate::understood::local;
use crate::{Assistant, Tongue};

/// Drafts of one look at most, those of the newest gaps; an editor can ask for the others.
const MOST_DRAFTS: usize = 10;
/// Conversations that a draft is made from.
const MOST_SOURCES: usize = 5;
/// Characters of them.
const MOST_CHARS: usize = 6000;
/// Other wordings of a drafted entry.
const MOST_VARIANTS: usize = 10;

/// A proposal after a model was asked to write its answer.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DraftedEntry {
    /// With the draft, or as it was.
    pub change: KbChange,
    /// Why it is as it was.
    pub why: Option<WhyNot>,
}

/// Looks through knowledge, and has answers drafted for the gaps that were found. Register it for
/// [`yingda_desk::job_kind::TEND_KNOWLEDGE`].
pub struct Drafting {
    tender: Tender,
    assistant: Arc<Assistant>,
}

impl Drafting {
    pub fn new(tender: Tender, assistant: Arc<Assistant>) -> Self {
        Self { tender, assistant }
    }
}

#[async_trait]
impl Handler for Drafting {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let begun = self.assistant.desk().world().now();
        self.tender.run(job).await?;
        // The look is done and its proposals are there: a draft more or less is no reason to look again.
        if let Err(error) = self.assistant.draft_gaps(&Scope::system(job.workspace), begun).await {
            tracing::warn!(workspace = %job.workspace, %error, "answers for gaps could not be drafted; the gaps are proposed without");
        }
        Ok(())
    }

    fn longest(&self) -> Duration {
        self.tender.longest()
    }
}

impl Assistant {
    /// Has a model write the answer of a proposal for a new entry, from what agents said in the conversations that it names. It
    /// stays a proposal, marked. Not to be dropped while it is under way.
    ///
    /// # Errors
    /// [`DeskError`] when the proposal is not there, is decided, or is somebody else's.
    pub async fn draft_entry(&self, scope: &Scope, id: ChangeId) -> Result<DraftedEntry, DeskError> {
        let change = self.desk().kb_change(scope, id).await?;
        let loaded = self.brains().loaded(scope).await?;
        let as_it_was = |change: KbChange, why: WhyNot| Ok(DraftedEntry { change, why: Some(why) });
        let Some(llm) = &loaded.llm else { return as_it_was(change, nobody()) };
        if change.entry_id.is_some() {
            let (zh, en) = ("这条建议针对已有词条，答案已经在那里", "this is about an entry, which has its answer");
            return as_it_was(change, WhyNot::new("has_entry", zh, en));
        }
        let talks = self.sources(scope, &change).await?;
        if talks.is_empty() {
            let zh = "在这些会话里，没有客服说过可以写成答案的话";
            let en = "in these conversations no agent said anything that an answer could be made of";
            return as_it_was(change, WhyNot::new("no_source", zh, en));
        }
        let question = &change.content.question;
        let tongue = change.content.lang.as_deref().and_then(Tongue::of_tag);
        let tongue = tongue.or_else(|| Tongue::of_text(question)).unwrap_or(Tongue::Zh);
        let day = local(self.desk().world().now(), &InboxSettings::default()).date().to_string();
        let account = Account { conversation: format!("knowledge:{id}"), day };
        let mut masking = Masking::default();
        let mut call = Call { account, lang: lang(tongue), masking: &mut masking, within: Some(WITHIN) };
        let heading = if tongue == Tongue::Zh { "顾客的问题：" } else { "The customers' question: " };
        let text = format!("{heading}{question}\n\n{}", talks.join("\n\n"));
        let Outcome { result, record } = llm.draft_faq(&mut call, &text).await;
        let draft = match result {
            Ok(draft) => draft,
            Err(error) => return as_it_was(change, (&error).into()),
        };
        let evidence = Evidence { hosts: hosts(&text), passages: vec![text.clone()], ..Evidence::default() };
        let guard = loaded.live.as_ref().map(|brain| &brain.guard);
        if let Some(why) = guard.and_then(|guard| broken(guard, &draft.answer, tongue, &evidence)) {
            return as_it_was(change, why);
        }
        let content = with_draft(&change.content, draft, tongue);
        let model = record.model.unwrap_or_default();
        let change = self.desk().draft_kb_change(scope, id, content, &model).await?;
        Ok(DraftedEntry { change, why: None })
    }

    /// The conversations of a proposal in which a person answered, without personal data.
    async fn sources(&self, scope: &Scope, change: &KbChange) -> Result<Vec<String>, DeskError> {
        let ids = change.evidence.iter().filter_map(|one| match one {
            ChangeEvidence::Conversation { id } => Some(*id),
            _ => None,
        });
        let (mut talks, mut left) = (Vec::new(), MOST_CHARS);
        for id in ids.take(MOST_SOURCES) {
            let messages = match self.messages(scope, id).await {
                Ok(messages) => messages,
                Err(DeskError::Store(StoreError::NotFound { .. } | StoreError::Erased)) => continue,
                Err(error) => return Err(error),
            };
            let people = messages.iter().filter(|one| one.sender != SenderKind::Bot);
            if !messages.iter().any(|one| one.sender == SenderKind::Agent) {
                continue;
            }
            let lines = people.map(|one| {
                let who = if one.sender == SenderKind::Customer { "顾客 customer" } else { "客服 agent" };
                format!("{who}: {}", mask(one.content.as_text(), Style::Label))
            });
            let text: String = lines.collect::<Vec<_>>().join("\n").chars().take(left).collect();
            left -= text.chars().count();
            talks.push(text);
            if left == 0 {
                break;
            }
        }
        Ok(talks)
    }

    /// Has a model draft answers for the gaps that were found since a moment.
    async fn draft_gaps(&self, scope: &Scope, since: Timestamp) -> Result<(), DeskError> {
        if !self.offers(scope).await?.draft {
            return Ok(());
        }
        let gaps = ChangeFilter { state: Some(ChangeState::Review), origin: Some(ChangeOrigin::Gap), entry: None };
        let found = self.desk().kb_changes(scope, &gaps, 100, None).await?.map(|page| page.items).unwrap_or_default();
        let empty = found.into_iter().filter(|gap| gap.created_at >= since && gap.content.answer.is_empty());
        for gap in empty.filter(|gap| gap.entry_id.is_none()).take(MOST_DRAFTS) {
            if let Some(why) = self.draft_entry(scope, gap.id).await?.why {
                tracing::debug!(gap = %gap.id, why = why.en, "no answer was drafted for a gap");
            }
        }
        Ok(())
    }
}

/// An entry with a draft's words; the customers' own question is kept among its wordings.
fn with_draft(content: &EntryContent, draft: DraftedFaq, tongue: Tongue) -> EntryContent {
    let mut wordings: Vec<String> = Vec::new();
    let given = std::iter::once(&content.question).chain(&content.variants).chain(&draft.variants);
    for wording in given.map(|wording| wording.trim()) {
        let known = wording.eq_ignore_ascii_case(draft.question.trim()) || wordings.iter().any(|one| one == wording);
        if !known && !wording.is_empty() && wordings.len() < MOST_VARIANTS {
            wordings.push(wording.to_owned());
        }
    }
    EntryContent {
        question: draft.question,
        answer: draft.answer,
        variants: wordings,
        lang: content.lang.clone().or_else(|| Some(tongue.tag().to_owned())),
        ..content.clone()
    }
}
