//! Texts that mean the same, together.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use ndarray::Array2;
use yingda_language::{Lang, normalise};

use crate::entry;
use crate::meaning::{centred, dot, unit};
use crate::neighbours::neighbours;
use crate::words::{Commonness, features, fold};

/// When texts count as the same. The defaults were chosen on customers' questions of a shop in Chinese and English, with
/// multilingual-e5-small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grouping {
    /// How much words count beside the meaning, 0 to 1.
    pub words: f32,
    /// Least mean likeness between the texts of two groups of one language that become one.
    pub alike: f32,
    /// Least likeness between what two groups of one language mean on average that makes them one: a mean of several texts
    /// says what is asked better than each of them.
    pub centres: f32,
    /// The same between groups of two languages, where only meaning is compared.
    pub across: f32,
    /// The same where there are no embeddings.
    pub by_words: f32,
}

impl Default for Grouping {
    fn default() -> Self {
        Self { words: 0.2, alike: 0.27, centres: 0.5, across: 0.5, by_words: 0.25 }
    }
}

/// Neighbours of a text that may join it.
const NEIGHBOURS: usize = 32;
/// Columns for words beside embeddings, and without.
const BESIDE: usize = 128;
const ALONE: usize = 512;

/// Groups texts by what they ask: for each the number of its group, counted from 0 in the order in which groups first occur.
/// `langs` are language tags (detected where absent), `vectors` embeddings of one model (as queries); both may be shorter
/// than `texts`. Average link (Sokal and Michener 1958) within a language, then between languages the groups that are each
/// other's nearest.
pub fn group(texts: &[&str], langs: &[Option<&str>], vectors: &[Option<Vec<f32>>], grouping: &Grouping) -> Vec<usize> {
    let langs: Vec<Lang> =
        texts.iter().enumerate().map(|(at, text)| entry::lang(langs.get(at).copied().flatten(), text)).collect();
    let meanings = centred(
        &langs
            .iter()
            .enumerate()
            .map(|(at, lang)| (*lang, vectors.get(at).and_then(Option::as_deref)))
            .collect::<Vec<_>>(),
    );
    let items: Vec<Item<'_>> = texts
        .iter()
        .zip(&langs)
        .zip(&meanings)
        .map(|((text, lang), meaning)| Item { text, lang: *lang, meaning: meaning.as_deref() })
        .collect();
    let labels = Clusters::of(&items, grouping).label;
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    labels
        .into_iter()
        .map(|label| {
            let next = numbers.len();
            *numbers.entry(label).or_insert(next)
        })
        .collect()
}

/// A text to be grouped, its embedding centred.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub text: &'a str,
    pub lang: Lang,
    pub meaning: Option<&'a [f32]>,
}

pub(crate) struct Clusters {
    /// For each item the number of its cluster.
    pub label: Vec<usize>,
    /// For each item its position: meaning and words.
    pub rows: Vec<Vec<f32>>,
}

impl Clusters {
    /// Does not depend on the order of items but for the numbers it gives.
    pub(crate) fn of(items: &[Item<'_>], grouping: &Grouping) -> Self {
        // Equal texts are one, in an order of their own.
        let mut unique: BTreeMap<(u8, String), Vec<usize>> = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            unique.entry((item.lang as u8, normalise(item.text))).or_default().push(at);
        }
        for same in unique.values_mut() {
            // The one that has an embedding speaks for all.
            same.sort_by(|a, b| {
                let bits =
                    |at: &usize| items[*at].meaning.map(|row| row.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
                (bits(b), items[*b].text).cmp(&(bits(a), items[*a].text))
            });
        }
        let first: Vec<usize> = unique.values().filter_map(|same| same.first().copied()).collect();
        let words: Vec<_> = first.iter().map(|at| features(items[*at].text)).collect();
        let common = Commonness::of(&words);
        let size = first.iter().find_map(|at| items[*at].meaning.map(<[f32]>::len)).unwrap_or(0);
        let rows: Vec<Vec<f32>> = first
            .iter()
            .zip(&words)
            .map(|(at, words)| {
                row(items[*at].meaning, &fold(&common.weigh(words), columns(size)), size, grouping.words)
            })
            .collect();
        let at_least = if size > 0 { grouping.alike } else { grouping.by_words };
        let mut label = vec![0; first.len()];
        for lang in [Lang::Zh, Lang::En, Lang::Other] {
            let of: Vec<usize> = (0..first.len()).filter(|at| items[first[*at]].lang == lang).collect();
            let mut table = Array2::zeros((of.len(), size + columns(size)));
            for (line, at) in of.iter().enumerate() {
                table.row_mut(line).iter_mut().zip(&rows[*at]).for_each(|(to, from)| *to = *from);
            }
            let mut joined = average_link(&table, at_least);
            if size > 0 {
                join_centres(&mut joined, &table, grouping.centres);
            }
            for (line, joined) in joined.into_iter().enumerate() {
                label[of[line]] = of[joined];
            }
        }
        if size > 0 {
            let langs: Vec<Lang> = first.iter().map(|at| items[*at].lang).collect();
            across(&mut label, &langs, &rows, size, grouping.across);
        }
        let mut all = Self { label: vec![0; items.len()], rows: vec![Vec::new(); items.len()] };
        for (at, same) in unique.values().enumerate() {
            for &item in same {
                all.label[item] = label[at];
                all.rows[item].clone_from(&rows[at]);
            }
        }
        all
    }
}

/// How many columns words take beside an embedding of `size` numbers.
pub(crate) fn columns(size: usize) -> usize {
    if size > 0 { BESIDE } else { ALONE }
}

/// Meaning and words side by side, so that one product of rows weighs both.
pub(crate) fn row(meaning: Option<&[f32]>, words: &[f32], size: usize, share: f32) -> Vec<f32> {
    let (left, right) = match (size, meaning) {
        (0, _) => (0.0, 1.0),
        (_, None) => (0.0, 1.0),
        _ => ((1.0 - share).max(0.0).sqrt(), share.max(0.0).sqrt()),
    };
    let mut row: Vec<f32> = match meaning {
        Some(meaning) => meaning.iter().map(|x| x * left).collect(),
        None => vec![0.0; size],
    };
    row.extend(words.iter().map(|x| x * right));
    unit(&mut row);
    row
}

/// A pair of clusters that may become one.
#[derive(PartialEq)]
struct Join {
    likeness: f32,
    pair: (usize, usize),
    /// Sizes when it was compared: it is out of date when one has grown.
    sizes: (usize, usize),
}

impl Eq for Join {}

impl Ord for Join {
    fn cmp(&self, other: &Self) -> Ordering {
        self.likeness.total_cmp(&other.likeness).then_with(|| other.pair.cmp(&self.pair))
    }
}

impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Joins the two clusters whose texts are on average the most alike until none reach `at_least`; gives for each row the
/// lowest row of its cluster. The mean of all products between two sets of rows is the product of their means, so a cluster
/// is its sum. Only clusters with texts among each other's neighbours are compared.
fn average_link(rows: &Array2<f32>, at_least: f32) -> Vec<usize> {
    let count = rows.nrows();
    let mut near: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    let mut joins = BinaryHeap::new();
    for (a, found) in neighbours(rows, at_least, NEIGHBOURS).into_iter().enumerate() {
        for (likeness, b) in found {
            let b = b as usize;
            if near[a].insert(b) {
                near[b].insert(a);
                joins.push(Join { likeness, pair: (a.min(b), a.max(b)), sizes: (1, 1) });
            }
        }
    }
    let mut sums: Vec<Vec<f32>> = rows.outer_iter().map(|row| row.to_vec()).collect();
    let mut sizes = vec![1_usize; count];
    let mut into: Vec<usize> = (0..count).collect();
    while let Some(Join { pair: (a, b), sizes: compared, .. }) = joins.pop() {
        if into[a] != a || into[b] != b || (sizes[a], sizes[b]) != compared {
            continue;
        }
        into[b] = a;
        sizes[a] += sizes[b];
        let gone = std::mem::take(&mut sums[b]);
        sums[a].iter_mut().zip(&gone).for_each(|(sum, x)| *sum += x);
        for other in std::mem::take(&mut near[b]) {
            near[other].remove(&b);
            if other != a {
                near[other].insert(a);
                near[a].insert(other);
            }
        }
        for &other in &near[a] {
            let likeness = dot(&sums[a], &sums[other]) / (sizes[a] * sizes[other]) as f32;
            if likeness >= at_least {
                let (low, high) = (a.min(other), a.max(other));
                joins.push(Join { likeness, pair: (low, high), sizes: (sizes[low], sizes[high]) });
            }
        }
    }
    (0..count)
        .map(|mut at| {
            while into[at] != at {
                at = into[at];
            }
            at
        })
        .collect()
}

/// Joins the clusters whose centres are the most alike until none reach `at_least`, in place. A centre is the mean of its texts, of
/// length one: unlike the mean likeness of texts, it does not suffer from how far they are spread.
fn join_centres(label: &mut [usize], rows: &Array2<f32>, at_least: f32) {
    loop {
        let mut sums: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
        for (at, row) in rows.outer_iter().enumerate() {
            let sum = sums.entry(label[at]).or_insert_with(|| vec![0.0; row.len()]);
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        let numbers: Vec<usize> = sums.keys().copied().collect();
        let mut centres = Array2::zeros((numbers.len(), rows.ncols()));
        for (line, (_, mut centre)) in sums.into_iter().enumerate() {
            unit(&mut centre);
            centres.row_mut(line).iter_mut().zip(&centre).for_each(|(to, from)| *to = *from);
        }
        // Those that are each other's nearest, all at once: what is left is compared anew.
        let near = neighbours(&centres, at_least, 1);
        let nearest = |line: usize| near[line].first().map(|(_, other)| *other as usize);
        let mut into: BTreeMap<usize, usize> = BTreeMap::new();
        for line in 0..numbers.len() {
            if let Some(other) = nearest(line).filter(|other| *other > line && nearest(*other) == Some(line)) {
                into.insert(numbers[other], numbers[line]);
            }
        }
        if into.is_empty() {
            return;
        }
        for label in label.iter_mut() {
            if let Some(to) = into.get(label) {
                *label = *to;
            }
        }
    }
}

/// Gives clusters of two languages one label where each is the other's nearest in meaning.
fn across(label: &mut [usize], langs: &[Lang], rows: &[Vec<f32>], size: usize, at_least: f32) {
    let mut centres: BTreeMap<usize, (Lang, Vec<f32>)> = BTreeMap::new();
    for (at, label) in label.iter().enumerate() {
        let (_, centre) = centres.entry(*label).or_insert_with(|| (langs[at], vec![0.0; size]));
        // The meaning of a row has the length that its share gives it; equal for all that have one.
        centre.iter_mut().zip(&rows[at]).for_each(|(sum, x)| *sum += x);
    }
    for (_, centre) in centres.values_mut() {
        unit(centre);
    }
    let (zh, en): (Vec<_>, Vec<_>) =
        centres.iter().filter(|(_, (lang, _))| *lang != Lang::Other).partition(|(_, (lang, _))| *lang == Lang::Zh);
    if zh.is_empty() || en.is_empty() {
        return;
    }
    let table = |side: &[(&usize, &(Lang, Vec<f32>))]| {
        let mut table = Array2::zeros((side.len(), size));
        for (line, (_, (_, centre))) in side.iter().enumerate() {
            table.row_mut(line).iter_mut().zip(centre).for_each(|(to, from)| *to = *from);
        }
        table
    };
    let likeness: Array2<f32> = table(&zh).dot(&table(&en).t());
    let best = |line: &mut dyn Iterator<Item = &f32>| {
        let mut best = (0, f32::MIN);
        for (at, likeness) in line.enumerate() {
            if *likeness > best.1 {
                best = (at, *likeness);
            }
        }
        best
    };
    let of_en: Vec<usize> = likeness.columns().into_iter().map(|column| best(&mut column.iter()).0).collect();
    let mut joined: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, line) in likeness.rows().into_iter().enumerate() {
        let (nearest, likeness) = best(&mut line.iter());
        if likeness >= at_least && of_en[nearest] == at {
            joined.insert(*en[nearest].0, *zh[at].0);
        }
    }
    for label in label {
        if let Some(to) = joined.get(label) {
            *label = *to;
        }
    }
}
