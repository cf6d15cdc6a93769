//! Looking through a workspace's knowledge for what could be better, and proposing it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use yingda_desk::{Desk, DeskError, Handler, JobError, Suggested, Suggestion};
use yingda_embedding::{Embedder, Purpose};
use yingda_entity::pii::{Style, mask};
use yingda_model::{
    ChangeEvidence, ChangeOrigin, ChangeState, ContactId, Content, ConversationId, EntryId, EntryKind, EntryStatus,
    EventBody, HandOverReason, KbEntry, Scope, SenderKind, Status, Timestamp, Trace, TraceDecision, Visibility,
};
use yingda_store::{DayOfUse, Job, KnownPage, StoreError};
use yingda_upkeep as upkeep;
use yingda_upkeep::{
    Asked, Contradiction, DayCount, EarlierGap, Entry, Gap, GapOptions, Outcome, Pair, Proposal, SourceState,
};

/// Looks through knowledge. Register it for [`yingda_desk::job_kind::TEND_KNOWLEDGE`].
pub struct Tender {
    desk: Desk,
    embedder: Option<Arc<Embedder>>,
}

/// What was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// Questions that customers asked and that were not answered well, the most asked first.
    pub gaps: Vec<Gap>,
    pub duplicates: Vec<Pair>,
    pub contradictions: Vec<Contradiction>,
    /// All that follows from these, from resolved conversations and from entries that are old or that nobody uses.
    #[serde(skip)]
    pub proposals: Vec<Proposal>,
}

/// Days of questions that are looked at.
const DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;
/// Questions that are looked at, the newest.
const MOST_QUESTIONS: u64 = 20_000;
/// Conversations that drafts are made from, the newest.
const MOST_CONVERSATIONS: usize = 500;
/// Days without use after which an entry is unused.
const UNUSED_DAYS: u32 = 90;
/// The longest that a look may take.
const LONGEST: Duration = Duration::from_secs(2 * 3_600);
/// Events of a conversation that are read.
const MOST_EVENTS: u64 = 500;

impl Tender {
    /// Without an embedder, texts are compared by their words.
    pub fn new(desk: Desk, embedder: Option<Arc<Embedder>>) -> Self {
        Self { desk, embedder }
    }

    /// Looks through the workspace's knowledge.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn look(&self, scope: &Scope) -> Result<Findings, DeskError> {
        let reader = self.desk.store().read(scope);
        let now = self.desk.world().now();
        let entries = reader.all_kb_entries().await?;
        let mut pages = Vec::new();
        for web in reader.web_sources().await? {
            pages.extend(reader.known_pages(web.id).await?);
        }
        let use_of = usage(&entries, reader.kb_use_since(0).await?, &sources(&entries, &pages), now);
        let traces = reader.traces_since(Timestamp(now.0 - DAYS * DAY_MS), MOST_QUESTIONS).await?;
        let asked = asked(&traces);
        let transcripts = self.transcripts(scope, &traces).await?;
        let earlier = earlier(reader.kb_suggestions(ChangeOrigin::Gap).await?);
        let embedder = self.embedder.clone();
        tokio::task::spawn_blocking(move || {
            let view: Vec<Entry<'_>> = entries.iter().map(Entry::from).collect();
            let embed = |texts: Vec<&str>| -> Vec<Option<Vec<f32>>> {
                match &embedder {
                    Some(embedder) => embedder.embed_batch(&texts, Purpose::Query).into_iter().map(Some).collect(),
                    None => Vec::new(),
                }
            };
            let of_entries = embed(view.iter().map(|entry| entry.content.question.as_str()).collect());
            let of_asked = embed(asked.iter().map(|asked| asked.text.as_str()).collect());
            let gaps = upkeep::gaps(&asked, &of_asked, &view, &of_entries, &earlier, &GapOptions::new(now));
            let duplicates = upkeep::duplicates(&view, &of_entries);
            let contradictions = upkeep::contradictions(&view, &of_entries);
            let drafts: Vec<_> = transcripts.iter().filter_map(|talk| upkeep::draft(talk, &view).ok()).collect();
            let of_drafts = embed(drafts.iter().map(|draft| draft.question.as_str()).collect());

            let refused: HashSet<&str> =
                earlier.iter().filter(|gap| gap.refused_at.is_some()).map(|gap| gap.id.as_str()).collect();
            let mut proposals: Vec<Proposal> = gaps
                .iter()
                .map(|gap| {
                    let mut proposal = gap.proposal(&view);
                    if refused.contains(gap.id.as_str()) {
                        // It has grown since it was refused: another proposal.
                        proposal.fingerprint = format!("{}@{}", gap.id, gap.count);
                    }
                    proposal
                })
                .collect();
            proposals.extend(upkeep::merge(&drafts, &of_drafts).iter().map(|draft| draft.proposal(&view)));
            proposals.extend(duplicates.iter().flat_map(|pair| pair.proposals(&view)));
            proposals.extend(contradictions.iter().filter_map(|found| found.proposal(&view)));
            let stale = upkeep::stale(&view, &use_of, &upkeep::StaleOptions::new(now));
            proposals.extend(stale.iter().filter_map(|found| found.proposal(&view)));
            let unused = upkeep::unused(&view, &use_of, now, UNUSED_DAYS);
            proposals.extend(unused.iter().filter_map(|found| found.proposal(&view)));
            Findings { gaps, duplicates, contradictions, proposals }
        })
        .await
        .map_err(|error| StoreError::Corrupt { what: "knowledge base", detail: error.to_string() }.into())
    }

    /// Stores what was found as proposals, each once.
    ///
    /// # Errors
    /// When the desk refuses.
    pub async fn propose(&self, scope: &Scope, findings: Findings) -> Result<Suggested, DeskError> {
        let suggestions = findings.proposals.into_iter().map(|proposal| Suggestion {
            origin: proposal.origin,
            entry_id: proposal.entry_id,
            content: proposal.content,
            evidence: proposal.evidence,
            note: None,
            fingerprint: proposal.fingerprint,
        });
        self.desk.suggest_kb(scope, suggestions.collect()).await
    }

    /// Resolved conversations in which the assistant did not know and a person did.
    async fn transcripts(
        &self,
        scope: &Scope,
        traces: &[(ContactId, Trace)],
    ) -> Result<Vec<upkeep::Transcript>, StoreError> {
        let reader = self.desk.store().read(scope);
        let mut seen = HashSet::new();
        let unknown = traces.iter().rev().filter(|(_, trace)| is_unanswered(&trace.decision));
        let ids: Vec<ConversationId> = unknown
            .map(|(_, trace)| trace.conversation_id)
            .filter(|id| seen.insert(*id))
            .take(MOST_CONVERSATIONS)
            .collect();
        let mut transcripts = Vec::new();
        for id in ids {
            match reader.conversation(id).await {
                Ok(conversation) if conversation.status == Status::Resolved && conversation.assignee_id.is_some() => {}
                Ok(_) | Err(StoreError::NotFound { .. }) => continue,
                Err(error) => return Err(error),
            }
            let events = match reader.events_after(id, 0, MOST_EVENTS).await {
                Err(StoreError::Erased) => continue,
                events => events?,
            };
            let said = events.into_iter().filter_map(|event| match event.body {
                EventBody::Message { message } if message.visibility == Visibility::Public => {
                    let by = match message.sender {
                        SenderKind::Customer => upkeep::Speaker::Customer,
                        SenderKind::Agent => upkeep::Speaker::Agent,
                        SenderKind::Bot => upkeep::Speaker::Bot,
                        SenderKind::System => return None,
                    };
                    let Content::Text { text, .. } = message.content else { return None };
                    Some(upkeep::Said { by, text: mask(&text, Style::Label) })
                }
                _ => None,
            });
            transcripts.push(upkeep::Transcript { conversation_id: id, said: said.collect() });
        }
        Ok(transcripts)
    }
}

#[async_trait]
impl Handler for Tender {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let scope = Scope::system(job.workspace);
        let findings = self.look(&scope).await?;
        let suggested = self.propose(&scope, findings).await?;
        tracing::info!(workspace = %job.workspace, added = suggested.added, known = suggested.known, "knowledge was looked through");
        self.desk.read_web_sources_again(&scope).await?;
        self.desk.end_tending(&scope, job).await?;
        Ok(())
    }

    fn longest(&self) -> Duration {
        LONGEST
    }
}

fn is_unanswered(decision: &TraceDecision) -> bool {
    matches!(
        decision,
        TraceDecision::Unknown { .. }
            | TraceDecision::HandOver { reason: HandOverReason::RepeatedFailure | HandOverReason::Upset, .. }
    )
}

/// The questions of traces (oldest first) that were not answered, or not well.
fn asked(traces: &[(ContactId, Trace)]) -> Vec<Asked> {
    let mut of_conversation: BTreeMap<ConversationId, Vec<&(ContactId, Trace)>> = BTreeMap::new();
    for trace in traces {
        of_conversation.entry(trace.1.conversation_id).or_default().push(trace);
    }
    let mut asked = Vec::new();
    for talk in of_conversation.values() {
        for (at, (contact, trace)) in talk.iter().enumerate() {
            let next = talk.get(at + 1).map(|(_, next)| next);
            let Some(outcome) = outcome(trace, next) else { continue };
            asked.push(Asked {
                text: mask(&trace.input, Style::Label),
                lang: Some(trace.language.clone()).filter(|lang| lang != "other"),
                at: trace.at,
                conversation_id: trace.conversation_id,
                contact_id: Some(*contact),
                outcome,
            });
        }
    }
    asked
}

/// How badly a question was answered, given what came next in the conversation; `None` when it was answered.
fn outcome(trace: &Trace, next: Option<&Trace>) -> Option<Outcome> {
    // A tap on a button asks nothing; courtesies and commands are no questions.
    if ["choice/", "courtesy/", "person/", "unreadable/"].iter().any(|by| trace.decided_by.starts_with(by)) {
        return None;
    }
    let wants_person =
        |next: &Trace| matches!(next.decision, TraceDecision::HandOver { reason: HandOverReason::Requested, .. });
    match &trace.decision {
        decision if is_unanswered(decision) => Some(Outcome::Unanswered),
        TraceDecision::Choices { .. } => {
            let chose = next.is_some_and(|next| {
                next.decided_by.starts_with("choice/") && matches!(next.decision, TraceDecision::Answer { .. })
            });
            (!chose).then_some(Outcome::NoneChosen)
        }
        TraceDecision::Answer { .. } if next.is_some_and(wants_person) => Some(Outcome::HandedOver),
        _ => None,
    }
}

/// Gaps that were proposed before.
fn earlier(suggested: Vec<yingda_model::KbChange>) -> Vec<EarlierGap> {
    let gaps = suggested.into_iter().map(|change| {
        let fingerprint = change.fingerprint.clone().unwrap_or_default();
        let mut count = 0;
        let questions = change.evidence.iter().filter_map(|evidence| match evidence {
            ChangeEvidence::Question { text, count: times } => {
                count += times;
                Some(text.clone())
            }
            _ => None,
        });
        let questions: Vec<String> = std::iter::once(change.content.question.clone()).chain(questions).collect();
        let id = fingerprint.split_once('@').map_or(fingerprint.as_str(), |(id, _)| id).to_owned();
        EarlierGap { id, questions, refused_at: (change.state == ChangeState::Refused).then_some(count) }
    });
    // Of one gap the last word counts.
    let mut by_id: HashMap<String, EarlierGap> = HashMap::new();
    for gap in gaps {
        by_id.insert(gap.id.clone(), gap);
    }
    let mut gaps: Vec<EarlierGap> = by_id.into_values().collect();
    gaps.sort_by(|a, b| a.id.cmp(&b.id));
    gaps
}

/// What became of the pages and files that entries were made from: of pages that are read from websites, and of documents of
/// which there is a later one of the same name.
fn sources(entries: &[KbEntry], pages: &[KnownPage]) -> HashMap<EntryId, SourceState> {
    let by_id: HashMap<EntryId, &KbEntry> = entries.iter().map(|entry| (entry.id, entry)).collect();
    let read: HashMap<&str, (&KnownPage, &KbEntry)> =
        pages.iter().filter_map(|page| Some((page.url.as_str(), (page, *by_id.get(&page.entry_id)?)))).collect();
    let mut latest: HashMap<&str, &KbEntry> = HashMap::new();
    for entry in entries.iter().filter(|entry| is_document(entry)) {
        if let Some(name) = entry.content.source.name.as_deref() {
            let known = latest.entry(name).or_insert(entry);
            if (entry.created_at, entry.id) > (known.created_at, known.id) {
                *known = entry;
            }
        }
    }
    let state = |entry: &KbEntry| {
        let source = &entry.content.source;
        if let Some((page, own)) =
            source.url.as_deref().and_then(|url| read.get(url)).filter(|(_, own)| own.id != entry.id)
        {
            return Some(match page.known.is_null() {
                true => SourceState::Gone,
                false if own.version > 1 && own.updated_at > entry.updated_at => {
                    SourceState::Changed { at: own.updated_at }
                }
                false => SourceState::Same,
            });
        }
        let later = source.name.as_deref().filter(|_| is_document(entry)).and_then(|name| latest.get(name))?;
        let is_other = later.id != entry.id && later.content.source.sha256 != source.sha256;
        (is_other && later.created_at >= entry.updated_at).then_some(SourceState::Changed { at: later.created_at })
    };
    entries.iter().filter_map(|entry| Some((entry.id, state(entry)?))).collect()
}

fn is_document(entry: &KbEntry) -> bool {
    entry.content.kind == EntryKind::Document && entry.content.status == EntryStatus::Published
}

/// When an entry came here: one that was imported may be older, but nobody could use it before. Ids begin with their moment.
fn here_since(entry: &KbEntry, now: Timestamp) -> Timestamp {
    let made = entry.id.0.get_timestamp().and_then(|at| {
        let (seconds, nanos) = at.to_unix();
        Some(Timestamp(i64::try_from(seconds).ok()? * 1_000 + i64::from(nanos / 1_000_000)))
    });
    made.filter(|made| *made <= now).map_or(entry.created_at, |made| made.max(entry.created_at))
}

fn usage(
    entries: &[KbEntry],
    days: Vec<DayOfUse>,
    sources: &HashMap<EntryId, SourceState>,
    now: Timestamp,
) -> Vec<upkeep::Usage> {
    let mut by_entry: HashMap<_, Vec<DayCount>> = HashMap::new();
    let number = |count: i64| count.max(0).try_into().unwrap_or(u32::MAX);
    for day in days {
        by_entry.entry(day.entry_id).or_default().push(DayCount {
            day: Timestamp(day.day * DAY_MS),
            answered: number(day.answered + day.chosen),
            offered: number(day.offered),
            read: number(day.shown),
        });
    }
    let usage = entries.iter().map(|entry| upkeep::Usage {
        entry_id: entry.id,
        created_at: here_since(entry, now),
        confirmed_at: None,
        days: by_entry.remove(&entry.id).unwrap_or_default(),
        source: sources.get(&entry.id).copied(),
    });
    usage.collect()
}
