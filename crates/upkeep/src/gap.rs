//! Questions that nobody answered well, gathered into gaps of the knowledge.

mod known;
mod nearest;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use yingda_language::Lang;
use yingda_model::{
    ChangeEvidence, ChangeOrigin, ContactId, ConversationId, EntryContent, EntryId, EntryKind, Timestamp,
};

use crate::cluster::{Clusters, Grouping, Item};
use crate::entry::{self, Entry};
use crate::meaning::{centred, dot, unit};
use crate::proposal::{Both, Proposal};
use crate::text::shorten;
use crate::words::features;

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There was no answer.
    Unanswered,
    /// Choices were offered, and none was chosen.
    NoneChosen,
    /// The answer was marked as not helpful.
    ThumbsDown,
    /// The customer asked for a person after the answer.
    HandedOver,
    /// The customer asked again in other words.
    Rephrased,
}

/// A question that was not answered, or not well.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The words of the customer, personal data masked.
    pub text: String,
    /// A language tag; absent: detected.
    pub lang: Option<String>,
    pub at: Timestamp,
    pub conversation_id: ConversationId,
    /// Absent: a customer of its own for each conversation.
    pub contact_id: Option<ContactId>,
    pub outcome: Outcome,
}

/// A gap that an earlier run found: it keeps its id, and one that was refused does not come back unless it has grown by half.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlierGap {
    pub id: String,
    /// Its label and its examples.
    pub questions: Vec<String>,
    /// The count when a person refused it.
    pub refused_at: Option<u32>,
}

/// How gaps are found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapOptions {
    pub now: Timestamp,
    /// Fewest conversations that make a gap.
    pub least: usize,
    pub grouping: Grouping,
}

impl GapOptions {
    /// Gaps of at least two conversations.
    pub fn new(now: Timestamp) -> Self {
        Self { now, least: 2, grouping: Grouping::default() }
    }
}

/// What a gap needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// An entry is about it; it should be found by these wordings, or say more.
    Variants,
    /// No entry is about it.
    Entry,
}

/// The entry that is nearest to a gap.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Nearest {
    pub id: EntryId,
    /// 0 to 1.
    pub likeness: f32,
}

/// Questions of one meaning that were not answered well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Gap {
    /// The same in later runs.
    pub id: String,
    /// The most central question, shortened.
    pub label: String,
    /// The language that most of the questions are in: `zh`, `en`, or `und`.
    pub lang: String,
    /// At most ten, the most central first, then the most different.
    pub examples: Vec<Example>,
    /// How many questions.
    pub count: u32,
    pub customers: u32,
    /// At most a hundred, the latest first.
    pub conversations: Vec<ConversationId>,
    pub outcomes: BTreeMap<Outcome, u32>,
    /// Questions of the last seven days, and of the seven days before.
    pub this_week: u32,
    pub last_week: u32,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub nearest: Option<Nearest>,
    pub need: Need,
}

/// A wording, and how often it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Example {
    pub text: String,
    pub lang: String,
    pub count: u32,
}

const EXAMPLES: usize = 10;
/// Wordings of which the examples are chosen.
const CANDIDATES: usize = 300;
const CONVERSATIONS: usize = 100;
const LABEL: usize = 60;
const EXAMPLE: usize = 200;
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Gathers questions into gaps, those asked by the most customers first. `vectors` are embeddings of the questions,
/// `entry_vectors` of the entries' questions (one model, embedded as queries); absent ones are fine. Texts without a word that
/// says something ("hello?") are passed over.
pub fn gaps(
    asked: &[Asked],
    vectors: &[Option<Vec<f32>>],
    entries: &[Entry<'_>],
    entry_vectors: &[Option<Vec<f32>>],
    earlier: &[EarlierGap],
    options: &GapOptions,
) -> Vec<Gap> {
    let at_of: Vec<usize> = (0..asked.len()).filter(|at| !features(&asked[*at].text).is_empty()).collect();
    let langs: Vec<Lang> = at_of.iter().map(|at| entry::lang(asked[*at].lang.as_deref(), &asked[*at].text)).collect();
    // Questions and entries are centred together: a young workspace has few questions.
    let all: Vec<(Lang, Option<&[f32]>)> = at_of
        .iter()
        .zip(&langs)
        .map(|(at, lang)| (*lang, vectors.get(*at).and_then(Option::as_deref)))
        .chain(
            entries
                .iter()
                .enumerate()
                .map(|(at, entry)| (entry.lang(), entry_vectors.get(at).and_then(Option::as_deref))),
        )
        .collect();
    let mut meanings = centred(&all);
    let entry_meanings = meanings.split_off(at_of.len());
    let items: Vec<Item<'_>> = at_of
        .iter()
        .zip(&langs)
        .zip(&meanings)
        .map(|((at, lang), meaning)| Item { text: &asked[*at].text, lang: *lang, meaning: meaning.as_deref() })
        .collect();
    let clusters = Clusters::of(&items, &options.grouping);
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (item, label) in clusters.label.iter().enumerate() {
        members.entry(*label).or_default().push(item);
    }
    let shelf = nearest::Shelf::new(entries, entry_meanings);
    // Groups to which the same entry is the answer are one: whoever looks at the entry looks at all of their wordings.
    let mut of_entry: BTreeMap<EntryId, usize> = BTreeMap::new();
    let mut joined: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (label, members) in members {
        let meanings: Vec<&[f32]> = members.iter().filter_map(|item| items[*item].meaning).collect();
        // In an order of their own: that of the questions must not matter.
        let mut wordings: Vec<(&str, Lang)> =
            members.iter().map(|item| (items[*item].text, items[*item].lang)).collect();
        wordings.sort_by_key(|(text, _)| *text);
        wordings.dedup();
        wordings.truncate(EXAMPLES);
        let lang = wordings.first().map_or(Lang::Other, |(_, lang)| *lang);
        let wordings: Vec<&str> = wordings.into_iter().map(|(text, _)| text).collect();
        let label = match shelf.nearest(&meanings, &wordings, lang) {
            (Some(nearest), Need::Variants) => *of_entry.entry(nearest.id).or_insert(label),
            _ => label,
        };
        joined.entry(label).or_default().extend(members);
    }
    let mut found: Vec<(Gap, Vec<&str>)> = Vec::new();
    for members in joined.into_values() {
        let rows: Vec<Row<'_>> = members
            .iter()
            .map(|item| Row { asked: &asked[at_of[*item]], lang: items[*item].lang, row: &clusters.rows[*item] })
            .collect();
        let conversations: BTreeSet<ConversationId> = rows.iter().map(|row| row.asked.conversation_id).collect();
        if conversations.len() < options.least.max(1) {
            continue;
        }
        let mut gap = describe(&rows, options.now);
        let meanings: Vec<&[f32]> = members.iter().filter_map(|item| items[*item].meaning).collect();
        let lang = entry::lang(Some(&gap.lang), &gap.label);
        let wordings: Vec<&str> = gap.examples.iter().map(|example| example.text.as_str()).collect();
        (gap.nearest, gap.need) = shelf.nearest(&meanings, &wordings, lang);
        found.push((gap, rows.iter().map(|row| row.asked.text.as_str()).collect()));
    }
    let mut gaps = known::name(found, earlier);
    gaps.sort_by(|a, b| {
        (b.customers, b.count, b.last_at).cmp(&(a.customers, a.count, a.last_at)).then_with(|| a.id.cmp(&b.id))
    });
    gaps
}

/// A question in its cluster.
struct Row<'a> {
    asked: &'a Asked,
    lang: Lang,
    row: &'a [f32],
}

/// A gap without its id and nearest entry.
fn describe(rows: &[Row<'_>], now: Timestamp) -> Gap {
    let mut of_lang: BTreeMap<&str, u32> = BTreeMap::new();
    for row in rows {
        *of_lang.entry(row.lang.tag()).or_default() += 1;
    }
    let lang = of_lang.iter().max_by_key(|(tag, count)| (**count, **tag)).map_or("und", |(tag, _)| tag);
    let mut centre = vec![0.0_f64; rows.first().map_or(0, |row| row.row.len())];
    for row in rows {
        centre.iter_mut().zip(row.row).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    let mut centre: Vec<f32> = centre.into_iter().map(|sum| sum as f32).collect();
    unit(&mut centre);
    let mut wordings: BTreeMap<&str, (u32, &Row<'_>)> = BTreeMap::new();
    for row in rows {
        wordings.entry(row.asked.text.trim()).or_insert((0, row)).0 += 1;
    }
    let mut central: Vec<(f32, &str, u32, &Row<'_>)> =
        wordings.into_iter().map(|(text, (count, row))| (dot(&centre, row.row), text, count, row)).collect();
    // A label in the language of most; of equals the shorter.
    central.sort_by(|a, b| {
        let key = |x: &(f32, &str, u32, &Row<'_>)| (x.3.lang.tag() == lang, (x.0 * 1e4).round() as i64);
        key(b).cmp(&key(a)).then(a.1.len().cmp(&b.1.len())).then_with(|| a.1.cmp(b.1))
    });
    let mut outcomes = BTreeMap::new();
    let (mut this_week, mut last_week) = (0, 0);
    let mut customers: BTreeSet<(Option<ContactId>, Option<ConversationId>)> = BTreeSet::new();
    for Row { asked, .. } in rows {
        *outcomes.entry(asked.outcome).or_insert(0) += 1;
        match now.since_ms(asked.at) {
            age if age < WEEK_MS => this_week += 1,
            age if age < 2 * WEEK_MS => last_week += 1,
            _ => {}
        }
        let alone = asked.contact_id.is_none().then_some(asked.conversation_id);
        customers.insert((asked.contact_id, alone));
    }
    let mut latest: BTreeMap<ConversationId, Timestamp> = BTreeMap::new();
    for Row { asked, .. } in rows {
        let at = latest.entry(asked.conversation_id).or_insert(asked.at);
        *at = (*at).max(asked.at);
    }
    let mut conversations: Vec<(ConversationId, Timestamp)> = latest.into_iter().collect();
    conversations.sort_by_key(|(id, at)| (std::cmp::Reverse(*at), *id));
    Gap {
        id: String::new(),
        label: central.first().map_or_else(String::new, |(_, text, ..)| shorten(text, LABEL)),
        lang: lang.to_owned(),
        examples: varied(&central),
        count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        customers: u32::try_from(customers.len()).unwrap_or(u32::MAX),
        conversations: conversations.into_iter().take(CONVERSATIONS).map(|(id, _)| id).collect(),
        outcomes,
        this_week,
        last_week,
        first_at: rows.iter().map(|row| row.asked.at).min().unwrap_or(now),
        last_at: rows.iter().map(|row| row.asked.at).max().unwrap_or(now),
        nearest: None,
        need: Need::Entry,
    }
}

/// The most central wording, then each time the one that is central and unlike those chosen (maximal marginal relevance,
/// Carbonell and Goldstein 1998).
fn varied(central: &[(f32, &str, u32, &Row<'_>)]) -> Vec<Example> {
    let candidates = &central[..central.len().min(CANDIDATES)];
    let mut nearest = vec![0.0_f32; candidates.len()];
    let mut open: Vec<usize> = (0..candidates.len()).collect();
    let mut chosen = Vec::new();
    while chosen.len() < EXAMPLES
        && let Some(place) = (0..open.len()).max_by(|a, b| {
            let score = |place: &usize| {
                if chosen.is_empty() {
                    return -(open[*place] as f32);
                }
                let at = open[*place];
                candidates[at].0 - nearest[at]
            };
            score(a).total_cmp(&score(b)).then_with(|| open[*b].cmp(&open[*a]))
        })
    {
        let at = open.remove(place);
        let (_, text, count, row) = &candidates[at];
        chosen.push(Example { text: shorten(text, EXAMPLE), lang: row.lang.tag().to_owned(), count: *count });
        for &other in &open {
            nearest[other] = nearest[other].max(dot(candidates[other].3.row, row.row));
        }
    }
    chosen
}

impl Gap {
    /// A draft: other wordings for the nearest entry, or a new entry without an answer. `entries` as given to [`gaps`].
    pub fn proposal(&self, entries: &[Entry<'_>]) -> Proposal {
        let near = self
            .nearest
            .filter(|_| self.need == Need::Variants)
            .and_then(|nearest| entries.iter().find(|entry| entry.id == nearest.id));
        let of = |id: EntryId| entries.iter().find(|entry| entry.id == id);
        let (entry_id, content) = match near {
            Some(entry) => (Some(entry.id), self.with_variants(entry)),
            None => {
                let lang = self.lang.as_str();
                let mut wordings =
                    self.examples.iter().filter(|example| example.lang == lang).map(|example| example.text.clone());
                let question = wordings.next().unwrap_or_else(|| self.label.clone());
                let category = self.nearest.filter(|nearest| nearest.likeness >= 0.35);
                let content = EntryContent {
                    kind: EntryKind::Faq,
                    question,
                    variants: wordings.collect(),
                    lang: (lang != "und").then(|| lang.to_owned()),
                    category: category.and_then(|nearest| of(nearest.id)?.content.category.clone()),
                    ..EntryContent::default()
                };
                (None, content)
            }
        };
        let note = self.note(near);
        let mut evidence = vec![note.evidence()];
        evidence.extend(
            self.examples
                .iter()
                .map(|example| ChangeEvidence::Question { text: example.text.clone(), count: example.count }),
        );
        if let Some(Nearest { id, likeness }) = self.nearest {
            evidence.push(ChangeEvidence::Entry { id, likeness });
        }
        evidence.extend(self.conversations.iter().take(EXAMPLES).map(|id| ChangeEvidence::Conversation { id: *id }));
        Proposal { origin: ChangeOrigin::Gap, entry_id, content, evidence, note, fingerprint: self.id.clone() }
    }

    /// The entry with the wordings of its language that it has not got.
    fn with_variants(&self, entry: &Entry<'_>) -> EntryContent {
        let mut content = entry.content.clone();
        let lang = entry.lang().tag();
        let mut has: BTreeSet<String> = entry.questions().map(yingda_language::normalise).collect();
        for example in self.examples.iter().filter(|example| example.lang == lang) {
            if has.insert(yingda_language::normalise(&example.text)) {
                content.variants.push(example.text.clone());
            }
        }
        content
    }

    fn note(&self, near: Option<&Entry<'_>>) -> Both {
        let Self { count, customers, this_week, last_week, .. } = self;
        let (mut zh, mut en) = (
            format!("{customers} 位客户问了 {count} 次没有得到满意的回答，本周 {this_week} 次，上周 {last_week} 次。"),
            format!(
                "Asked {count} times by {customers} customers without a good answer; {this_week} this week, {last_week} \
                 the week before."
            ),
        );
        match near {
            Some(entry) => {
                let question = shorten(&entry.content.question, LABEL);
                zh += &format!("“{question}”可能就是答案：请补充这些问法，或完善答案。");
                en += &format!(" “{question}” may be the answer: add these wordings to it, or say more in it.");
            }
            None => {
                zh += "知识库里还没有相应的内容，请撰写答案。";
                en += " The knowledge base has nothing about it: please write the answer.";
            }
        }
        Both::new(zh, en)
    }
}
