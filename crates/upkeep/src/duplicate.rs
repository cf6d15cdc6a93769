//! Entries that say the same.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::Array2;
use serde::{Deserialize, Serialize};
use yingda_language::{Kind, Lang, normalise, tokens};
use yingda_model::{ChangeEvidence, ChangeOrigin, EntryContent, EntryId, EntryStatus};

use crate::cluster::{columns, row};
use crate::contradiction::{is_contrast, subject};
use crate::entry::Entry;
use crate::fingerprint::unordered;
use crate::mark::{are_apart, marks};
use crate::meaning::centred;
use crate::neighbours::neighbours;
use crate::proposal::{Both, Proposal};
use crate::text::shorten;
use crate::words::{Commonness, Features, cosine, features, fold};

/// Two entries of one language that say the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pair {
    /// The entry to keep: the one with more wordings, of equals the one that was changed last.
    pub kept: EntryId,
    pub other: EntryId,
    /// 0 to 1.
    pub likeness: f32,
    /// How alike the questions are, and the answers.
    pub questions: f32,
    pub answers: f32,
    /// Words that both have, at most ten.
    pub shared: Vec<String>,
}

const NEIGHBOURS: usize = 16;
const WORDS: f32 = 0.35;
/// Least likeness of questions and answers to look at a pair.
const LOOK_QUESTION: f32 = 0.5;
const LOOK_ANSWER: f32 = 0.72;
/// Answers this alike are one answer, whatever the questions.
const SAME_ANSWER: f32 = 0.85;
/// With questions this alike the answers must be somewhat alike, and the other way round.
const SAME_QUESTION: f32 = 0.75;
const RELATED_ANSWER: f32 = 0.25;
const RELATED_QUESTION: f32 = 0.55;
const SIMILAR_ANSWER: f32 = 0.55;
const COLUMNS: usize = 256;
const SHARED: usize = 10;

/// Near-duplicates among published entries, the most alike first. `vectors` are embeddings of the entries' questions (as
/// queries); absent ones are fine. 10,000 entries take seconds.
pub fn duplicates(entries: &[Entry<'_>], vectors: &[Option<Vec<f32>>]) -> Vec<Pair> {
    let meanings = centred(
        &entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.lang(), vectors.get(at).and_then(Option::as_deref)))
            .collect::<Vec<_>>(),
    );
    let mut order: Vec<usize> = (0..entries.len()).filter(|at| entries[*at].is_published()).collect();
    order.sort_by_key(|at| entries[*at].id);
    let size = meanings.iter().flatten().map(Vec::len).next().unwrap_or(0);
    let mut pairs = Vec::new();
    for lang in [Lang::Zh, Lang::En, Lang::Other] {
        let of: Vec<usize> = order.iter().copied().filter(|at| entries[*at].lang() == lang).collect();
        let shelf: Vec<(&Entry<'_>, Option<&[f32]>)> =
            of.iter().map(|at| (&entries[*at], meanings[*at].as_deref())).collect();
        pairs.extend(within(&shelf, size));
    }
    pairs.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| (a.kept, a.other).cmp(&(b.kept, b.other))));
    pairs
}

fn within(shelf: &[(&Entry<'_>, Option<&[f32]>)], size: usize) -> Vec<Pair> {
    let wordings: Vec<Vec<Features>> =
        shelf.iter().map(|(entry, _)| entry.questions().map(features).collect()).collect();
    let common = Commonness::of(wordings.iter().flatten());
    let wordings: Vec<Vec<Features>> =
        wordings.iter().map(|wordings| wordings.iter().map(|wording| common.weigh(wording)).collect()).collect();
    let answers: Vec<Features> = shelf.iter().map(|(entry, _)| features(&entry.content.answer)).collect();
    let common = Commonness::of(&answers);
    let answers: Vec<Features> = answers.iter().map(|answer| common.weigh(answer)).collect();
    let mut looked: BTreeMap<(usize, usize), Option<f32>> = BTreeMap::new();
    let mut questions = Array2::zeros((shelf.len(), size + columns(size)));
    let mut texts = Array2::zeros((shelf.len(), COLUMNS));
    for at in 0..shelf.len() {
        let Some(question) = wordings[at].first() else { continue };
        let question = row(shelf[at].1, &fold(question, columns(size)), size, WORDS);
        questions.row_mut(at).iter_mut().zip(&question).for_each(|(to, from)| *to = *from);
        texts.row_mut(at).iter_mut().zip(fold(&answers[at], COLUMNS)).for_each(|(to, from)| *to = from);
    }
    for (table, at_least, is_question) in [(&texts, LOOK_ANSWER, false), (&questions, LOOK_QUESTION, true)] {
        for (a, near) in neighbours(table, at_least, NEIGHBOURS).into_iter().enumerate() {
            for (likeness, b) in near {
                let pair = (a.min(b as usize), a.max(b as usize));
                let known = looked.entry(pair).or_default();
                *known = if is_question { Some(likeness) } else { *known };
            }
        }
    }
    let mut holders: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, (entry, _)) in shelf.iter().enumerate() {
        for question in entry.questions() {
            holders.entry(normalise(question)).or_default().insert(at);
        }
    }
    for same in holders.into_values().filter(|same| (2..=NEIGHBOURS).contains(&same.len())) {
        let same: Vec<usize> = same.into_iter().collect();
        for (place, &a) in same.iter().enumerate() {
            looked.extend(same[place + 1..].iter().map(|&b| ((a, b), Some(1.0))));
        }
    }
    let named: Vec<BTreeSet<String>> = shelf.iter().map(|(entry, _)| marks(&entry.content.question)).collect();
    let subjects: Vec<BTreeSet<String>> = shelf.iter().map(|(entry, _)| subject(&entry.content.question)).collect();
    looked
        .into_iter()
        .filter_map(|((a, b), likeness)| {
            let words = best(&wordings[a], &wordings[b]);
            let questions = likeness.unwrap_or(0.0).max(words * 0.95).clamp(0.0, 1.0);
            let apart = match () {
                () if are_apart(&named[a], &named[b]) => Apart::ByName,
                () if is_contrast(&subjects[a], &subjects[b]) => Apart::BySubject,
                () => Apart::No,
            };
            judge(shelf[a].0, shelf[b].0, (questions, cosine(&answers[a], &answers[b])), apart)
        })
        .collect()
}

/// The likeness of the main question of one to the best wording of the other.
fn best(a: &[Features], b: &[Features]) -> f32 {
    let of = |one: &[Features], all: &[Features]| {
        one.first().map_or(0.0, |question| all.iter().map(|other| cosine(question, other)).fold(0.0, f32::max))
    };
    of(a, b).max(of(b, a))
}

/// What tells two questions apart, each having what the other has not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// A size, a number, a model.
    ByName,
    /// Another word for what they are about.
    BySubject,
    No,
}

fn judge(a: &Entry<'_>, b: &Entry<'_>, (questions, answers): (f32, f32), apart: Apart) -> Option<Pair> {
    let equal = normalise(&a.content.answer) == normalise(&b.content.answer) && !a.content.answer.trim().is_empty();
    let is_pair = equal
        || questions >= SAME_QUESTION && answers >= RELATED_ANSWER
        || questions >= RELATED_QUESTION && answers >= SIMILAR_ANSWER
        || answers >= SAME_ANSWER;
    // Opening hours of two stores are alike and are two things, and so are two sizes, however alike.
    let are_two = match apart {
        Apart::ByName => true,
        Apart::BySubject => questions < 0.97,
        Apart::No => false,
    };
    if !is_pair || !equal && are_two {
        return None;
    }
    let likeness = if equal {
        1.0
    } else {
        (0.6 * questions + 0.4 * answers).max(if answers >= SAME_ANSWER { answers } else { 0.0 })
    };
    let rank = |entry: &Entry<'_>| (entry.content.variants.len(), entry.updated_at, std::cmp::Reverse(entry.id));
    let (kept, other) = if rank(a) >= rank(b) { (a, b) } else { (b, a) };
    Some(Pair {
        kept: kept.id,
        other: other.id,
        likeness: likeness.clamp(0.0, 1.0),
        questions,
        answers,
        shared: shared(kept, other),
    })
}

fn shared(a: &Entry<'_>, b: &Entry<'_>) -> Vec<String> {
    let words = |entry: &Entry<'_>| -> Vec<String> {
        let text: Vec<&str> = entry.questions().chain([entry.content.answer.as_str()]).collect();
        let text = normalise(&shorten(&text.join("\n"), 4000));
        let is_word = |kind: Kind| matches!(kind, Kind::Han | Kind::Word | Kind::Code | Kind::Number);
        // As written, not as stemmed.
        let found = tokens(&text).into_iter().filter(|token| !token.stop && is_word(token.kind));
        found.map(|token| text[token.start..token.end].to_owned()).collect()
    };
    let of_b: BTreeSet<String> = words(b).into_iter().collect();
    let mut seen = BTreeSet::new();
    words(a).into_iter().filter(|word| of_b.contains(word) && seen.insert(word.clone())).take(SHARED).collect()
}

impl Pair {
    /// Two proposals: the kept entry with the wordings and tags of the other, and the other archived. Empty when one of them
    /// is not among `entries`.
    pub fn proposals(&self, entries: &[Entry<'_>]) -> Vec<Proposal> {
        let of = |id| entries.iter().find(|entry| entry.id == id);
        let (Some(kept), Some(other)) = (of(self.kept), of(self.other)) else { return Vec::new() };
        let (first, second) = (shorten(&kept.content.question, 40), shorten(&other.content.question, 40));
        let because = if self.shared.is_empty() { String::new() } else { self.shared.join("、") };
        let percent = (self.likeness * 100.0).round();
        let merge = Both::new(
            format!("“{first}”与“{second}”内容相同（相似度 {percent}%，共有：{because}）。建议合并问法。"),
            format!(
                "“{first}” and “{second}” say the same (likeness {percent} %, in common: {}). Merge their wordings.",
                self.shared.join(", ")
            ),
        );
        let archive = Both::new(
            format!("“{second}”的问法已并入“{first}”，建议归档。"),
            format!("The wordings of “{second}” go to “{first}”: archive it."),
        );
        let (x, y) = (self.kept.to_string(), self.other.to_string());
        let proposal = |entry: &Entry<'_>, content: EntryContent, partner: EntryId, note: Both, kind: &str| Proposal {
            origin: ChangeOrigin::Duplicate,
            entry_id: Some(entry.id),
            content,
            evidence: vec![note.evidence(), ChangeEvidence::Entry { id: partner, likeness: self.likeness }],
            note,
            fingerprint: unordered(kind, &[&x, &y]),
        };
        let mut proposals = Vec::new();
        let merged = merged(kept, other);
        if merged != *kept.content {
            proposals.push(proposal(kept, merged, other.id, merge, "merge"));
        }
        let archived = EntryContent { status: EntryStatus::Archived, ..other.content.clone() };
        proposals.push(proposal(other, archived, kept.id, archive, "archive"));
        proposals
    }
}

fn merged(kept: &Entry<'_>, other: &Entry<'_>) -> EntryContent {
    let mut content = kept.content.clone();
    let mut has: BTreeSet<String> = kept.questions().map(normalise).collect();
    for question in other.questions() {
        if has.insert(normalise(question)) {
            content.variants.push(question.to_owned());
        }
    }
    for tag in &other.content.tags {
        if !content.tags.contains(tag) {
            content.tags.push(tag.clone());
        }
    }
    content
}
