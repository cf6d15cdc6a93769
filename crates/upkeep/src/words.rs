//! What words say about how alike two texts are.

use std::collections::{BTreeMap, HashMap};

use yingda_language::{Kind, concept, is_han, normalise, tokens};

use crate::fingerprint::hash;
use crate::meaning::unit;
use crate::text::without_masks;

/// Features of a text and their weights, sorted by feature. Features are hashes of words, of the groups that words with one
/// meaning belong to, and of pairs of characters.
pub(crate) type Features = Vec<(u64, f32)>;

/// A word of a group counts as the group and a little as itself.
const ITSELF: f32 = 0.5;
const PIECE: f32 = 0.35;
/// Longer texts are known by their beginning.
const LONGEST: usize = 20_000;

/// The features of `text`; numbers, codes and addresses are left out. Empty when it says nothing ("hello?").
pub(crate) fn features(text: &str) -> Features {
    let text = normalise(&without_masks(&text[..text.floor_char_boundary(LONGEST)]));
    let mut found: BTreeMap<u64, f32> = BTreeMap::new();
    let mut before: Option<(usize, char)> = None;
    for token in tokens(&text) {
        if token.stop || !matches!(token.kind, Kind::Han | Kind::Word) {
            continue;
        }
        match concept(&token.text) {
            Some(concept) => {
                *found.entry(hash(&["group", &concept.0.to_string()])).or_default() += 1.0;
                *found.entry(hash(&["word", &token.text])).or_default() += ITSELF;
            }
            None => *found.entry(hash(&["word", &token.text])).or_default() += 1.0,
        }
        let characters: Vec<(usize, char)> = token.text.char_indices().collect();
        if token.kind == Kind::Han {
            for &(at, c) in characters.iter().filter(|(_, c)| is_han(*c)) {
                let at = token.start + at;
                if let Some((end, first)) = before
                    && end == at
                {
                    *found.entry(hash(&["pair", &[first, c].iter().collect::<String>()])).or_default() += PIECE;
                }
                before = Some((at + c.len_utf8(), c));
            }
        } else {
            let word: Vec<char> = characters.into_iter().map(|(_, c)| c).collect();
            for piece in word.windows(4) {
                let piece: String = piece.iter().collect();
                *found.entry(hash(&["piece", &piece])).or_default() += PIECE;
            }
        }
    }
    found.into_iter().map(|(feature, weight)| (feature, weight.ln_1p())).collect()
}

/// How common features are.
#[derive(Debug, Default)]
pub(crate) struct Commonness {
    texts: f32,
    with: HashMap<u64, f32>,
}

impl Commonness {
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a Features>) -> Self {
        let mut this = Self::default();
        for features in texts {
            this.texts += 1.0;
            for (feature, _) in features {
                *this.with.entry(*feature).or_default() += 1.0;
            }
        }
        this
    }

    /// The features as a vector of length one: what is rare weighs more.
    pub(crate) fn weigh(&self, features: &Features) -> Features {
        let mut weighed: Features = features
            .iter()
            .map(|(feature, weight)| {
                let with = self.with.get(feature).copied().unwrap_or(0.0);
                // Steady for a handful of texts as for thousands.
                (*feature, weight * (1.0 + (self.texts + 10.0) / (with + 1.0)).ln())
            })
            .collect();
        let length = weighed.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if length > 0.0 {
            weighed.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        weighed
    }
}

/// The cosine of two weighed vectors.
pub(crate) fn cosine(a: &Features, b: &Features) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some((left, x)), Some((right, y))) = (a.get(i), b.get(j)) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += x * y;
                i += 1;
                j += 1;
            }
        }
    }
    sum.clamp(0.0, 1.0)
}

/// A weighed vector folded into `columns` numbers (feature hashing, Weinberger et al. 2009), of length one.
pub(crate) fn fold(features: &Features, columns: usize) -> Vec<f32> {
    let mut row = vec![0.0; columns];
    for (feature, weight) in features {
        let sign = if feature >> 63 == 0 { 1.0 } else { -1.0 };
        row[(feature % columns as u64) as usize] += sign * weight;
    }
    unit(&mut row);
    row
}
