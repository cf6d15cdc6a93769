//! Gaps keep their names from run to run.

use std::collections::{BTreeMap, BTreeSet};

use yingda_language::normalise;

use super::{EarlierGap, Gap};
use crate::fingerprint::fingerprint;
use crate::words::{Commonness, Features, cosine, features};

/// Share of the wordings of an earlier gap that name a cluster.
const SHARED: f32 = 0.3;
/// Likeness of labels where the questions of then are gone.
const SAME_LABEL: f32 = 0.75;
/// A refused gap comes back when it has grown by half.
const GROWN: f32 = 1.5;

/// Gives each gap its id and leaves out those that were refused and have not grown. `found`: gaps with the texts of all their
/// questions.
pub(super) fn name(found: Vec<(Gap, Vec<&str>)>, earlier: &[EarlierGap]) -> Vec<Gap> {
    let mut holder: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, (_, texts)) in found.iter().enumerate() {
        for text in texts.iter().map(|text| normalise(text)).collect::<BTreeSet<_>>() {
            holder.entry(text).or_default().push(at);
        }
    }
    let labels: Vec<Features> = found.iter().map(|(gap, _)| features(&gap.label)).collect();
    let common = Commonness::of(&labels);
    let labels: Vec<Features> = labels.iter().map(|label| common.weigh(label)).collect();
    let mut claims: Vec<(f32, &EarlierGap, usize)> = Vec::new();
    for earlier in earlier {
        let questions: BTreeSet<String> = earlier.questions.iter().map(|text| normalise(text)).collect();
        let mut shared: BTreeMap<usize, f32> = BTreeMap::new();
        for at in questions.iter().filter_map(|text| holder.get(text)).flatten() {
            *shared.entry(*at).or_default() += 1.0 / questions.len() as f32;
        }
        claims.extend(
            shared.into_iter().filter(|(_, share)| *share >= SHARED).map(|(at, share)| (1.0 + share, earlier, at)),
        );
        if let Some(label) = earlier.questions.first() {
            let label = common.weigh(&features(label));
            claims.extend(labels.iter().enumerate().filter_map(|(at, other)| {
                let likeness = cosine(&label, other);
                (likeness >= SAME_LABEL).then_some((likeness, earlier, at))
            }));
        }
    }
    claims.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)).then_with(|| found[a.2].0.label.cmp(&found[b.2].0.label))
    });
    let mut named: BTreeMap<usize, &EarlierGap> = BTreeMap::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for (_, earlier, at) in claims {
        if !named.contains_key(&at) && taken.insert(&earlier.id) {
            named.insert(at, earlier);
        }
    }
    let mut taken: BTreeSet<String> = taken.into_iter().map(str::to_owned).collect();
    let mut gaps = Vec::new();
    for (at, (mut gap, _)) in found.into_iter().enumerate() {
        if let Some(earlier) = named.get(&at) {
            let grown = |refused: u32| gap.count as f32 >= refused as f32 * GROWN && gap.count > refused;
            if earlier.refused_at.is_some_and(|refused| !grown(refused)) {
                continue;
            }
            gap.id.clone_from(&earlier.id);
        } else {
            let label = normalise(&gap.label);
            gap.id = fingerprint(&["gap", &label]);
            let mut number = 1;
            while !taken.insert(gap.id.clone()) {
                number += 1;
                gap.id = fingerprint(&["gap", &label, &number.to_string()]);
            }
        }
        gaps.push(gap);
    }
    gaps
}
