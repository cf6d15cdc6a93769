//! Examples that somebody should look at.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::data::{Example, OUT_OF_SCOPE};
use crate::gram::LONGEST;
use crate::train::{HeldOut, Trained};

/// Something about the examples that is likely a mistake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspicious {
    /// The example's number; `None` when it is about a label as a whole.
    pub example: Option<usize>,
    /// Its text.
    pub text: Option<String>,
    /// The labels that it has (`oos` when it has none), or the label that it is about.
    pub labels: Vec<String>,
    /// From 0 to 1.
    pub sure: f32,
    #[serde(flatten)]
    pub doubt: Doubt,
}

/// Why an example is suspicious.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Doubt {
    /// The same text stands under other labels too.
    Contradiction {
        /// The other example's number.
        other: usize,
        other_labels: Vec<String>,
    },
    /// Left out of training, it was taken for another label, and its own was improbable.
    Mislabelled {
        likely: String,
        probability: f32,
        /// Of its own label.
        given_probability: f32,
    },
    /// The same text stands under the same labels.
    Duplicate {
        /// The number of the first such example.
        of: usize,
    },
    /// Nearly the same text stands under the same labels.
    NearDuplicate {
        of: usize,
        other_text: String,
        /// Share of common three-letter sequences (Jaccard).
        similarity: f32,
    },
    /// A label has too few examples to be learnt well.
    TooFew { examples: usize, wanted: usize },
}

impl Doubt {
    /// What weighs more comes first when two are equally sure.
    fn rank(&self) -> u8 {
        match self {
            Self::Contradiction { .. } => 0,
            Self::Mislabelled { .. } => 1,
            Self::Duplicate { .. } => 2,
            Self::NearDuplicate { .. } => 3,
            Self::TooFew { .. } => 4,
        }
    }
}

/// Given labels less probable than this are doubted …
const IMPROBABLE: f32 = 0.1;
/// … when another is more probable than this.
const PROBABLE: f32 = 0.7;
/// Share of common three-letter sequences from which two texts are nearly the same.
const NEAR: f32 = 0.8;
/// Examples that a label should have.
const WANTED: usize = 5;
/// Of the texts that share a rare sequence, only so many are compared: templates by the thousand must not cost hours.
const MOST_COMPARED: usize = 64;

/// What in `examples`, on which `trained` was trained, is likely a mistake: the surest first.
pub fn suspicious(trained: &Trained, examples: &[Example]) -> Vec<Suspicious> {
    let texts: Vec<String> = examples.iter().map(|example| wording(&example.text)).collect();
    let mut found = same_texts(examples, &texts);
    found.extend(trained.held_out.iter().filter_map(|held_out| mislabelled(examples.get(held_out.example)?, held_out)));
    found.extend(near_duplicates(examples, &texts));
    found.extend(too_few(examples));
    found.sort_by(|a, b| {
        let key = |one: &Suspicious| (one.doubt.rank(), one.example);
        b.sure.total_cmp(&a.sure).then_with(|| key(a).cmp(&key(b)))
    });
    found
}

/// What is said, whatever the case, width, punctuation and spaces; all of it where there are no words.
fn wording(text: &str) -> String {
    let text = yingda_language::normalise(&text[..text.floor_char_boundary(LONGEST)]);
    let words: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    if words.is_empty() { text } else { words }
}

/// Texts that stand under several labels: known before anything is trained.
pub fn contradictions(examples: &[Example]) -> Vec<Suspicious> {
    let texts: Vec<String> = examples.iter().map(|example| wording(&example.text)).collect();
    let mut found = same_texts(examples, &texts);
    found.retain(|one| matches!(one.doubt, Doubt::Contradiction { .. }));
    found.sort_by_key(|one| one.example);
    found
}

fn of_example(number: usize, example: &Example, sure: f32, doubt: Doubt) -> Suspicious {
    Suspicious { example: Some(number), text: Some(example.text.clone()), labels: shown(example), sure, doubt }
}

fn shown(example: &Example) -> Vec<String> {
    if example.labels.is_empty() { vec![OUT_OF_SCOPE.to_owned()] } else { example.labels.clone() }
}

/// Contradictions and duplicates.
fn same_texts(examples: &[Example], texts: &[String]) -> Vec<Suspicious> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, text) in texts.iter().enumerate() {
        groups.entry(text).or_default().push(number);
    }
    let mut found = Vec::new();
    for group in groups.into_values() {
        for (place, number) in group.iter().enumerate() {
            let example = &examples[*number];
            let other = group.iter().find(|other| examples[**other].labels != example.labels);
            if let Some(other) = other {
                let doubt = Doubt::Contradiction { other: *other, other_labels: shown(&examples[*other]) };
                found.push(of_example(*number, example, 1.0, doubt));
            }
            let first = group[..place].iter().find(|first| examples[**first].labels == example.labels);
            if let Some(first) = first {
                found.push(of_example(*number, example, 1.0, Doubt::Duplicate { of: *first }));
            }
        }
    }
    found
}

fn mislabelled(example: &Example, held_out: &HeldOut) -> Option<Suspicious> {
    let (likely, probability) = held_out.ranked.first()?;
    // An out-of-scope example has no label that could be probable; whether it belongs speaks in its place.
    let given = if example.labels.is_empty() { 1.0 - held_out.belongs } else { held_out.given };
    let doubted = given < IMPROBABLE && *probability > PROBABLE && !example.labels.contains(likely);
    doubted.then(|| {
        let doubt = Doubt::Mislabelled { likely: likely.clone(), probability: *probability, given_probability: given };
        of_example(held_out.example, example, probability - given, doubt)
    })
}

/// Pairs within a label. Two texts that have most sequences in common have one of their rarest in common: only such are
/// compared (prefix filtering, Chaudhuri et al. 2006).
fn near_duplicates(examples: &[Example], texts: &[String]) -> Vec<Suspicious> {
    let mut sets: Vec<Vec<u64>> = texts.iter().map(|text| threes(text)).collect();
    let mut counts: HashMap<u64, u32> = HashMap::new();
    for three in sets.iter().flatten() {
        *counts.entry(*three).or_default() += 1;
    }
    for set in &mut sets {
        set.sort_unstable_by_key(|key| (counts[key], *key));
    }
    let mut found = Vec::new();
    let mut holders: HashMap<(&[String], u64), Vec<usize>> = HashMap::new();
    for (number, example) in examples.iter().enumerate() {
        let set = &sets[number];
        let rare = set.len() - (set.len() as f32 * NEAR).ceil() as usize + usize::from(!set.is_empty());
        let mut best: Option<(f32, usize)> = None;
        for key in &set[..rare] {
            let holders = holders.entry((&example.labels, *key)).or_default();
            for other in holders.iter().take(MOST_COMPARED) {
                if texts[*other] == texts[number] {
                    continue;
                }
                let similarity = similarity(&counts, set, &sets[*other]);
                if similarity >= NEAR && best.is_none_or(|(highest, _)| similarity > highest) {
                    best = Some((similarity, *other));
                }
            }
            holders.push(number);
        }
        if let Some((similarity, of)) = best {
            let doubt = Doubt::NearDuplicate { of, other_text: examples[of].text.clone(), similarity };
            found.push(of_example(number, example, similarity, doubt));
        }
    }
    found
}

/// Three characters in a row, all that occur, with the edges.
fn threes(text: &str) -> Vec<u64> {
    let letters: Vec<char> = format!(" {text} ").chars().collect();
    // A character has 21 bits.
    let mut threes: Vec<u64> =
        letters.windows(3).map(|three| three.iter().fold(0, |key, c| key << 21 | u64::from(u32::from(*c)))).collect();
    threes.sort_unstable();
    threes.dedup();
    threes
}

/// Jaccard's, of sets that are sorted by how often each element occurs.
fn similarity(counts: &HashMap<u64, u32>, a: &[u64], b: &[u64]) -> f32 {
    let (mut at, mut to, mut common) = (0, 0, 0_usize);
    while let (Some(x), Some(y)) = (a.get(at), b.get(to)) {
        let order = (counts[x], x).cmp(&(counts[y], y));
        common += usize::from(order.is_eq());
        at += usize::from(order.is_le());
        to += usize::from(order.is_ge());
    }
    common as f32 / (a.len() + b.len() - common).max(1) as f32
}

fn too_few(examples: &[Example]) -> Vec<Suspicious> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for label in examples.iter().flat_map(|example| &example.labels) {
        *counts.entry(label).or_default() += 1;
    }
    let few = counts.into_iter().filter(|(_, count)| *count < WANTED);
    few.map(|(label, count)| Suspicious {
        example: None,
        text: None,
        labels: vec![label.clone()],
        sure: 1.0 - count as f32 / WANTED as f32,
        doubt: Doubt::TooFew { examples: count, wanted: WANTED },
    })
    .collect()
}
