//! Counting right and wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::curve::{self, Point};
use super::{Confusion, LabelReport, Report, Several, share};
use crate::classifier::Prediction;
use crate::data::{Example, OUT_OF_SCOPE};
use crate::train::HeldOut;

/// Texts shown for a confusion.
const SHOWN: usize = 3;

/// What a text was taken for.
pub(super) struct Judgement {
    /// The likeliest label.
    label: String,
    pub(super) confidence: f32,
    in_scope: bool,
    belongs: f32,
    pub(super) embedded: bool,
    /// Labels that hold, where that was asked.
    several: Option<Vec<String>>,
}

impl Judgement {
    pub(super) fn of(prediction: Prediction) -> Self {
        let Prediction { ranked, in_scope, belongs, embedded, several, .. } = prediction;
        let (label, confidence) =
            ranked.into_iter().next().map_or((String::new(), 0.0), |best| (best.label, best.probability));
        Self { label, confidence, in_scope, belongs, embedded, several: Some(several) }
    }

    pub(super) fn of_held_out(held_out: &HeldOut) -> Self {
        let (label, confidence) = held_out.ranked.first().cloned().unwrap_or_default();
        let HeldOut { in_scope, belongs, embedded, .. } = *held_out;
        Self { label, confidence, in_scope, belongs, embedded, several: None }
    }
}

#[derive(Default)]
struct Count {
    support: usize,
    taken: usize,
    right: usize,
}

impl Count {
    fn report(&self, label: &str) -> LabelReport {
        let &Self { support, taken, right } = self;
        LabelReport {
            label: label.to_owned(),
            support,
            taken,
            right,
            precision: share(right, taken),
            recall: share(right, support),
            f1: share(2 * right, support + taken),
        }
    }
}

/// Counts over texts and what they were taken for.
#[derive(Default)]
pub(super) struct Tally<'a> {
    labels: BTreeMap<&'a str, Count>,
    confusions: BTreeMap<(&'a str, &'a str), (usize, Vec<&'a str>)>,
    /// Labelled texts by confidence.
    points: Vec<Point>,
    /// All texts by how well they belong; right is whether they have a label.
    belonging: Vec<Point>,
    examples: usize,
    labelled: usize,
    right: usize,
    /// Labelled texts that were not turned away, and rightly.
    kept_right: usize,
    answered: usize,
    turned_away_rightly: usize,
    embedded: usize,
    /// For texts with several labels: each label's counts and texts with exactly their labels.
    several: BTreeMap<&'a str, Count>,
    exact: usize,
    has_several: bool,
}

impl<'a> Tally<'a> {
    pub(super) fn of(texts: impl Iterator<Item = (&'a Example, &'a Judgement)>) -> Self {
        let mut tally = Self::default();
        for (example, judgement) in texts {
            tally.add(example, judgement);
        }
        tally
    }

    fn add(&mut self, example: &'a Example, judgement: &'a Judgement) {
        let right = example.labels.contains(&judgement.label);
        let is_labelled = !example.labels.is_empty();
        self.examples += 1;
        self.embedded += usize::from(judgement.embedded);
        self.answered += usize::from(judgement.in_scope);
        self.belonging.push(Point { height: judgement.belongs, right: is_labelled });
        if !is_labelled {
            self.turned_away_rightly += usize::from(!judgement.in_scope);
            if judgement.in_scope {
                self.confuse(OUT_OF_SCOPE, judgement, example);
            }
            return;
        }
        self.labelled += 1;
        self.right += usize::from(right);
        self.kept_right += usize::from(right && judgement.in_scope);
        self.points.push(Point { height: judgement.confidence, right });
        for label in &example.labels {
            let count = self.labels.entry(label).or_default();
            count.support += 1;
            count.right += usize::from(*label == judgement.label);
        }
        self.labels.entry(&judgement.label).or_default().taken += 1;
        if let (false, Some(given)) = (right, example.labels.first()) {
            self.confuse(given, judgement, example);
        }
        self.has_several |= example.labels.len() > 1;
        if let Some(found) = &judgement.several {
            self.add_several(&example.labels, found);
        }
    }

    fn confuse(&mut self, given: &'a str, judgement: &'a Judgement, example: &'a Example) {
        let (count, examples) = self.confusions.entry((given, &judgement.label)).or_default();
        *count += 1;
        if examples.len() < SHOWN {
            examples.push(&example.text);
        }
    }

    fn add_several(&mut self, given: &'a [String], found: &'a [String]) {
        for label in given {
            self.several.entry(label).or_default().support += 1;
        }
        for label in found {
            let count = self.several.entry(label).or_default();
            count.taken += 1;
            count.right += usize::from(given.contains(label));
        }
        let (given, found): (BTreeSet<_>, BTreeSet<_>) = (given.iter().collect(), found.iter().collect());
        self.exact += usize::from(given == found);
    }

    pub(super) fn report(self) -> Report {
        let out_of_scope = self.examples - self.labelled;
        let labels: Vec<LabelReport> = self.labels.iter().map(|(label, count)| count.report(label)).collect();
        let accuracy = share(self.right, self.labelled);
        let several = (self.has_several && !self.several.is_empty()).then(|| self.several());
        let mut confusions: Vec<Confusion> = self
            .confusions
            .into_iter()
            .map(|((given, taken), (count, examples))| Confusion {
                given: given.to_owned(),
                taken: taken.to_owned(),
                count,
                examples: examples.into_iter().map(str::to_owned).collect(),
            })
            .collect();
        // Stable: equal counts stay in the order of the alphabet.
        confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.count));
        let (calibration, calibration_error) = curve::calibration(&self.points);
        Report {
            examples: self.examples,
            out_of_scope,
            accuracy,
            macro_f1: macro_f1(&labels),
            in_scope_accuracy: accuracy,
            in_scope_accuracy_after_rejection: share(self.kept_right, self.labelled),
            out_of_scope_recall: (out_of_scope > 0).then(|| share(self.turned_away_rightly, out_of_scope)),
            precision_of_answers: (self.answered > 0).then(|| share(self.kept_right, self.answered)),
            belonging_auroc: curve::area(self.belonging),
            embedded: share(self.embedded, self.examples),
            words_only_accuracy: None,
            words_only_macro_f1: None,
            full_accuracy: None,
            full_macro_f1: None,
            calibration_error,
            calibration,
            coverage: curve::coverage(self.points),
            times: None,
            several,
            labels,
            confusions,
        }
    }

    fn several(&self) -> Several {
        let labels: Vec<LabelReport> = self.several.iter().map(|(label, count)| count.report(label)).collect();
        let sum = |of: fn(&LabelReport) -> usize| labels.iter().map(of).sum::<usize>();
        let (right, all) = (sum(|label| label.right), sum(|label| label.support + label.taken));
        Several {
            exact: share(self.exact, self.labelled),
            micro_f1: share(2 * right, all),
            macro_f1: macro_f1(&labels),
        }
    }
}

/// Over the labels that some text has: one that occurs nowhere can be found nowhere.
fn macro_f1(labels: &[LabelReport]) -> f64 {
    let occurring: Vec<f64> = labels.iter().filter(|label| label.support > 0).map(|label| label.f1).collect();
    super::mean(&occurring)
}
