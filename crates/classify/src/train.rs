//! Training.

use serde::{Deserialize, Serialize};
use yingda_embedding::{Embedder, Purpose};
use yingda_language::Segmenter;

use crate::calibrate::{Blend, Sigmoid, logistic};
use crate::chance::Chance;
use crate::classifier::{About, Classifier, Deep, Scores};
use crate::data::Example;
use crate::gram::Text;
use crate::label::said;
use crate::margin::Margin;
use crate::neighbours::{self, Neighbours, left_out};
use crate::scope::{Judged, Scope};
use crate::softmax::{Softmax, Target};
use crate::spelling::Spelling;
use crate::vocabulary::{Sparse, Vocabulary};

/// How to train.
#[derive(Debug, Clone)]
pub struct Options {
    /// Words to keep whole: product names, terms of the trade.
    pub words: Vec<String>,
    /// From 0 (every text counts the same) to 1 (every label counts the same).
    pub balance: f32,
    /// Whether a label's name is an example of it. Helps where examples are few and names are telling.
    pub names: Names,
    pub slips: Slips,
    pub depth: Depth,
    pub neighbours: Voters,
    /// How hard the embeddings are fitted (scikit-learn's `C`): less where labels are a matter of opinion.
    pub cost: f32,
    pub seed: u64,
}

/// Whether the nearest examples vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voters {
    /// They do: for many labels that lie close together.
    Vote,
    /// They do not: the classifier is smaller by the examples' embeddings.
    AreSilent,
}

/// How much of an embedding a classifier looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Depth {
    /// What is said: for wishes and topics.
    What,
    /// Also how it is said ([`yingda_embedding::Encoder::embed_deep_batch`]): for emotion and manners.
    AndHow,
}

impl Depth {
    pub(crate) fn embed(self, embedder: &Embedder, texts: &[&str]) -> Vec<Vec<f32>> {
        match self {
            Depth::What => embedder.embed_batch(texts, Purpose::Query),
            Depth::AndHow => embedder.embed_deep_batch(texts, Purpose::Query),
        }
    }

    pub(crate) fn embed_one(self, embedder: &Embedder, text: &str) -> Vec<f32> {
        match self {
            Depth::What => embedder.embed(text, Purpose::Query),
            Depth::AndHow => embedder.embed_deep(text, Purpose::Query),
        }
    }

    /// As [`embed_one`](Self::embed_one), never remembered and not to be: for timing.
    pub(crate) fn embed_afresh(self, embedder: &Embedder, text: &str) {
        match self {
            Depth::What => embedder.encoder().embed(text, Purpose::Query),
            Depth::AndHow => embedder.encoder().embed_deep_batch(&[text], Purpose::Query).pop().unwrap_or_default(),
        };
    }
}

/// What is done about misspelt words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slips {
    /// They are read as the words of the examples that they resemble.
    AreCorrected,
    /// How something is written tells what it is.
    AreKept,
}

/// What the labels' names are good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// `card_not_working` is itself an example.
    AreExamples,
    /// They say nothing that a customer would say.
    AreNames,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            balance: 0.0,
            names: Names::AreExamples,
            slips: Slips::AreCorrected,
            depth: Depth::What,
            neighbours: Voters::Vote,
            cost: 0.1,
            seed: 1,
        }
    }
}

/// Where training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Texts embedded, of how many.
    Embedding { done: usize, of: usize },
    /// Parts trained, of how many.
    Fitting { done: usize, of: usize },
}

/// Why nothing was trained.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TrainError {
    #[error("expected examples of at least two labels, got {0}: add examples of another")]
    TooFewLabels(usize),
    #[error("expected at most {most} {what}, got {got}")]
    TooMany { what: &'static str, most: usize, got: usize },
}

/// A trained classifier, and what each example was taken for while it was left out of training.
#[derive(Debug)]
pub struct Trained {
    pub classifier: Classifier,
    pub held_out: Vec<HeldOut>,
    /// Share of the held-out texts that needed the embedding, in the cascade.
    pub embedded: f32,
}

/// What an example was taken for by a classifier that had not seen it.
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// Its number among the examples.
    pub example: usize,
    /// The likeliest labels with their probabilities, at most five.
    pub ranked: Vec<(String, f32)>,
    /// The probability of the label that it has.
    pub given: f32,
    /// As in a [`Prediction`](crate::Prediction), of the cascade.
    pub in_scope: bool,
    pub belongs: f32,
    pub embedded: bool,
}

const MOST_EXAMPLES: usize = 200_000;
const MOST_LABELS: usize = 2_000;
/// Parts of cross-validation; small sets are cut finer, so that enough is left to learn from.
const FOLDS: usize = 3;
const FINE_FOLDS: usize = 5;
const SMALL: usize = 2_500;

struct Prepared<'a> {
    examples: &'a [Example],
    labels: Vec<String>,
    classes: Vec<Vec<u32>>,
    texts: Vec<Text<'a>>,
    embeddings: Option<Vec<Vec<f32>>>,
    /// Texts and embeddings of the labels' names.
    names: Vec<(u32, String, Option<Vec<f32>>)>,
    segmenter: Segmenter,
    encoder: Option<u64>,
}

/// Trains on `examples` (those without a label are out of scope) and sets the thresholds, on `dev` where it is given,
/// else on examples left out in turn. What is in scope in `dev` is learnt as well, once the thresholds are set.
///
/// # Errors
/// [`TrainError`] when there is nothing to tell apart.
pub fn train(
    examples: &[Example],
    dev: Option<&[Example]>,
    embedder: Option<&Embedder>,
    options: &Options,
    progress: &dyn Fn(Step),
) -> Result<Trained, TrainError> {
    let data = Prepared::new(examples, embedder, options, progress)?;
    let mut chance = Chance::new(options.seed);
    let folds = if examples.len() < SMALL { FINE_FOLDS } else { FOLDS };
    let fold_of = data.assign(folds, &mut chance);
    let steps = folds + 1 + usize::from(dev.is_some());
    progress(Step::Fitting { done: 0, of: steps });
    let mut scores: Vec<Option<Scores>> = vec![None; examples.len()];
    for fold in 0..folds {
        let seen: Vec<usize> = data.inside().filter(|at| fold_of[*at] != fold).collect();
        let model = data.fit(&seen, options);
        for at in (0..examples.len()).filter(|at| fold_of[*at] == fold) {
            scores[at] = Some(data.score(&model, at));
        }
        progress(Step::Fitting { done: fold + 1, of: steps });
    }
    let mut classifier = data.fit_all(options);
    progress(Step::Fitting { done: folds + 1, of: steps });
    let mut scores: Vec<Scores> = scores.into_iter().flatten().collect();
    data.add_votes(&classifier, &fold_of, &mut scores);
    classifier.calibrate(&scores, &data.classes);
    match dev {
        Some(dev) => {
            // Out-of-scope examples were not trained on: they judge as well as those of the validation data.
            let outside = scores.iter().zip(&data.classes).filter(|(_, labels)| labels.is_empty());
            let outside = outside.map(|(scores, labels)| (scores.clone(), labels.clone()));
            let judged: Vec<_> = classifier.scores_of(dev, embedder).into_iter().chain(outside).collect();
            classifier.set_scope(&judged);
            let (held_out, embedded) = held_out(&classifier, &scores, &data.classes);
            let classifier = classifier.with_dev(examples, dev, embedder, options, progress)?;
            progress(Step::Fitting { done: steps, of: steps });
            Ok(Trained { classifier, held_out, embedded })
        }
        None => {
            let judged: Vec<_> = scores.iter().cloned().zip(data.classes.iter().cloned()).collect();
            classifier.set_scope(&judged);
            let (held_out, embedded) = held_out(&classifier, &scores, &data.classes);
            Ok(Trained { classifier, held_out, embedded })
        }
    }
}

impl Classifier {
    /// Fits everything but the threshold of belonging, from the scores of texts that were left out.
    fn calibrate(&mut self, scores: &[Scores], classes: &[Vec<u32>]) {
        let about = &mut self.about;
        let labels = || classes.iter().map(Vec::as_slice);
        let cheap: Vec<Scores> = scores.iter().map(Scores::cheap).collect();
        about.cheap = about.cheap.fit(cheap.iter().zip(labels()));
        about.full = if self.softmax.is_some() { about.full.fit(scores.iter().zip(labels())) } else { about.cheap };
        about.each = several(scores, classes);
        about.sure = sure(about, scores, classes);
    }

    /// Sets the threshold of belonging on texts that were not trained on.
    fn set_scope(&mut self, judged: &[(Scores, Vec<u32>)]) {
        let about = &mut self.about;
        let by = |blend: Blend, scores: Scores, labels: &Vec<u32>| Judged {
            probabilities: blend.mix(&scores),
            scores,
            labels: labels.clone(),
        };
        let cheap: Vec<Judged> =
            judged.iter().map(|(scores, labels)| by(about.cheap, scores.cheap(), labels)).collect();
        let full: Vec<Judged> = match self.softmax {
            Some(_) => judged.iter().map(|(scores, labels)| by(about.full, scores.clone(), labels)).collect(),
            None => Vec::new(),
        };
        about.scope = Scope::fit(&cheap, &full);
    }

    /// Learns the validation data as well, now that it has set the thresholds: no example is wasted.
    fn with_dev(
        self,
        examples: &[Example],
        dev: &[Example],
        embedder: Option<&Embedder>,
        options: &Options,
        progress: &dyn Fn(Step),
    ) -> Result<Self, TrainError> {
        let known = |label: &String| self.about.labels.binary_search(label).is_ok();
        let more = dev.iter().filter(|example| !example.labels.is_empty() && example.labels.iter().all(known));
        let every: Vec<Example> = examples.iter().chain(more).cloned().collect();
        let again = Prepared::new(&every, embedder, options, progress)?.fit_all(options);
        let about = About { examples: again.about.examples, spelling: again.about.spelling, ..self.about };
        Ok(Self { about, ..again })
    }
}

impl<'a> Prepared<'a> {
    fn new(
        examples: &'a [Example],
        embedder: Option<&Embedder>,
        options: &Options,
        progress: &dyn Fn(Step),
    ) -> Result<Self, TrainError> {
        let mut labels: Vec<String> = examples.iter().flat_map(|example| example.labels.iter().cloned()).collect();
        labels.sort();
        labels.dedup();
        for (what, most, got) in [("examples", MOST_EXAMPLES, examples.len()), ("labels", MOST_LABELS, labels.len())] {
            if got > most {
                return Err(TrainError::TooMany { what, most, got });
            }
        }
        if labels.len() < 2 {
            return Err(TrainError::TooFewLabels(labels.len()));
        }
        let number = |label: &String| labels.binary_search(label).unwrap_or(0) as u32;
        let classes: Vec<Vec<u32>> =
            examples.iter().map(|example| example.labels.iter().map(number).collect()).collect();
        let names: Vec<(u32, String)> = match options.names {
            Names::AreExamples => {
                labels.iter().enumerate().filter_map(|(at, label)| Some((at as u32, said(label)?))).collect()
            }
            Names::AreNames => Vec::new(),
        };
        let embed = |texts: &[&str], begun: usize, of: usize| -> Option<Vec<Vec<f32>>> {
            let embedder = embedder?;
            let mut embeddings = Vec::with_capacity(texts.len());
            for batch in texts.chunks(32) {
                embeddings.extend(options.depth.embed(embedder, batch));
                progress(Step::Embedding { done: begun + embeddings.len(), of });
            }
            Some(embeddings)
        };
        let of = examples.len() + names.len();
        let raw: Vec<&str> = examples.iter().map(|example| example.text.as_str()).collect();
        let embeddings = embed(&raw, 0, of);
        let name_texts: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
        let name_embeddings = embed(&name_texts, examples.len(), of);
        let names = names
            .iter()
            .enumerate()
            .map(|(at, (class, name))| {
                (*class, name.clone(), name_embeddings.as_ref().map(|embeddings| embeddings[at].clone()))
            })
            .collect();
        let segmenter = Segmenter::with_words(&options.words);
        Ok(Self {
            examples,
            labels,
            classes,
            texts: examples.iter().map(|example| Text::new(&segmenter, &example.text)).collect(),
            embeddings,
            names,
            segmenter,
            encoder: embedder.map(|embedder| embedder.encoder().identity()),
        })
    }

    /// The part in which each example is left out: every label is spread over all parts.
    fn assign(&self, folds: usize, chance: &mut Chance) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.examples.len()).collect();
        chance.shuffle(&mut order);
        order.sort_by_key(|at| self.classes[*at].first().copied());
        let mut fold_of = vec![0; order.len()];
        for (place, at) in order.into_iter().enumerate() {
            fold_of[at] = place % folds;
        }
        fold_of
    }

    /// The examples that have a label.
    fn inside(&self) -> impl Iterator<Item = usize> {
        (0..self.examples.len()).filter(|at| !self.classes[*at].is_empty())
    }

    /// A model of all examples, with their spelling, and nothing calibrated.
    fn fit_all(&self, options: &Options) -> Classifier {
        let seen: Vec<usize> = self.inside().collect();
        let mut classifier = self.fit(&seen, options);
        if options.slips == Slips::AreCorrected {
            let spelling = Spelling::learn(seen.iter().map(|at| &self.texts[*at]));
            classifier.speller = Some(spelling.speller());
            classifier.about.spelling = Some(spelling);
        }
        classifier
    }

    fn fit(&self, seen: &[usize], options: &Options) -> Classifier {
        let classes = self.labels.len();
        let names: Vec<Text<'_>> = self.names.iter().map(|(_, name, _)| Text::new(&self.segmenter, name)).collect();
        let texts: Vec<&Text<'_>> = seen.iter().map(|at| &self.texts[*at]).chain(&names).collect();
        let least = if texts.len() > 4_000 { 2 } else { 1 };
        let vocabulary = Vocabulary::learn(&texts, least);
        let rows: Vec<Sparse> = texts.iter().map(|text| vocabulary.weigh(text)).collect();
        let name_classes: Vec<[u32; 1]> = self.names.iter().map(|(class, ..)| [*class]).collect();
        let mut labels: Vec<&[u32]> = seen.iter().map(|at| self.classes[*at].as_slice()).collect();
        labels.extend(name_classes.iter().map(|class| class.as_slice()));
        let importance = self.importance(seen, options.balance);
        let margin = Margin::train(
            &rows.iter().collect::<Vec<_>>(),
            &labels,
            classes,
            vocabulary.len(),
            &importance,
            options.seed,
        );
        let softmax = self.embeddings.as_ref().map(|embeddings| {
            let mut inputs: Vec<&[f32]> = seen.iter().map(|at| embeddings[*at].as_slice()).collect();
            inputs.extend(self.names.iter().filter_map(|(_, _, embedding)| embedding.as_deref()));
            let targets: Vec<Target<'_>> = labels
                .iter()
                .map(|labels| Target {
                    labels,
                    weight: labels.iter().map(|label| importance[*label as usize]).sum::<f32>()
                        / labels.len().max(1) as f32,
                })
                .collect();
            Softmax::train(&inputs, &targets, classes, options.cost)
        });
        let neighbours = softmax.as_ref().zip(self.embeddings.as_ref()).and_then(|(softmax, embeddings)| {
            let examples = || {
                let seen = seen
                    .iter()
                    .flat_map(|at| self.classes[*at].iter().map(|class| (embeddings[*at].as_slice(), *class)));
                let names = self.names.iter().filter_map(|(class, _, e)| Some((e.as_deref()?, *class)));
                seen.chain(names)
            };
            let vote = options.neighbours == Voters::Vote && examples().count() <= neighbours::MOST;
            vote.then(|| Neighbours::new(softmax, examples()))
        });
        let about = About {
            labels: self.labels.clone(),
            words: options.words.clone(),
            examples: seen.len(),
            encoder: self.encoder,
            depth: options.depth,
            sure: 1.0,
            cheap: Blend { words: 3.0, meaning: 0.0, neighbours: 0.0 },
            full: Blend { words: 1.5, meaning: 0.5, neighbours: if neighbours.is_some() { 0.5 } else { 0.0 } },
            each: Sigmoid { factor: 3.0, offset: 0.0 },
            scope: Scope::plain(),
            spelling: None,
        };
        Classifier { about, segmenter: self.segmenter.clone(), speller: None, vocabulary, margin, softmax, neighbours }
    }

    /// How much each label's texts count: 1 on average, more for rare labels as far as `balance` says.
    fn importance(&self, seen: &[usize], balance: f32) -> Vec<f32> {
        let mut counts = vec![0.0_f32; self.labels.len()];
        for label in seen.iter().flat_map(|at| &self.classes[*at]) {
            counts[*label as usize] += 1.0;
        }
        let mean = counts.iter().sum::<f32>() / counts.len() as f32;
        counts.iter().map(|count| (mean / count.max(1.0)).powf(balance)).collect()
    }

    fn score(&self, model: &Classifier, at: usize) -> Scores {
        let row = model.vocabulary.weigh(&self.texts[at]);
        let deep = model.softmax.as_ref().zip(self.embeddings.as_ref());
        // The votes of the neighbours come for all at once, later.
        let deep =
            deep.map(|(softmax, embeddings)| Deep { meaning: softmax.scores(&embeddings[at]), neighbours: None });
        Scores { deep, ..model.cheap_scores(&row) }
    }

    /// Adds the votes of each example's neighbours in other parts.
    fn add_votes(&self, model: &Classifier, fold_of: &[usize], scores: &mut [Scores]) {
        let (Some(softmax), Some(embeddings), true) = (&model.softmax, &self.embeddings, model.neighbours.is_some())
        else {
            return;
        };
        for (scores, votes) in scores.iter_mut().zip(left_out(softmax, embeddings, &self.classes, fold_of)) {
            if let Some(deep) = &mut scores.deep {
                deep.neighbours = Some(votes);
            }
        }
    }
}

impl Classifier {
    /// The scores and classes of texts that were not trained on. Labels that it does not know count as none.
    fn scores_of(&self, examples: &[Example], embedder: Option<&Embedder>) -> Vec<(Scores, Vec<u32>)> {
        let one = |example: &Example| {
            let row = self.vocabulary.weigh(&self.read(&example.text));
            let embedding = embedder.map(|embedder| self.about.depth.embed_one(embedder, &example.text));
            let deep = embedding.and_then(|embedding| self.deep_scores(&embedding));
            let scores = Scores { deep, ..self.cheap_scores(&row) };
            let known = |label: &String| self.about.labels.binary_search(label).ok().map(|at| at as u32);
            (scores, example.labels.iter().filter_map(known).collect())
        };
        examples.iter().map(one).collect()
    }
}

/// From which score a text has a label, whatever else it has.
fn several(scores: &[Scores], classes: &[Vec<u32>]) -> Sigmoid {
    let mut rows = Vec::new();
    for (scores, classes) in scores.iter().zip(classes).take(4_000) {
        let best_wrong = scores
            .words
            .iter()
            .enumerate()
            .filter(|(class, _)| !classes.contains(&(*class as u32)))
            .map(|(_, score)| *score)
            .fold(f32::NEG_INFINITY, f32::max);
        rows.extend(classes.iter().map(|class| ([scores.words[*class as usize]], true)));
        if best_wrong.is_finite() {
            rows.push(([best_wrong], false));
        }
    }
    let ([factor], offset) = logistic(&rows);
    Sigmoid { factor: factor.max(0.1), offset }
}

/// Below this probability the n-grams never decide alone.
const SUREST: f32 = 0.97;
/// One text in so many may be told worse by the n-grams alone. As one is always supposed to be, a set of fewer texts
/// gives no ground to do without the embedding.
const WORSE: f32 = 1_000.0;

/// The lowest probability from which the n-grams alone do as well as with the embedding.
fn sure(about: &About, scores: &[Scores], classes: &[Vec<u32>]) -> f32 {
    let right = |p: &[f32], classes: &[u32]| {
        let best = p.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class as u32);
        best.is_some_and(|best| classes.contains(&best))
    };
    let mut texts: Vec<(f32, i32)> = scores
        .iter()
        .zip(classes)
        .filter_map(|(scores, classes)| {
            scores.deep.as_ref()?;
            let cheap = about.cheap.mix(&scores.cheap());
            let full = about.full.mix(scores);
            let gain = i32::from(right(&full, classes)) - i32::from(right(&cheap, classes));
            Some((cheap.iter().copied().fold(0.0, f32::max), gain))
        })
        .collect();
    texts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut lost, mut sure) = (1, 1.0_f32);
    for (count, (probability, gain)) in texts.into_iter().enumerate() {
        lost += gain;
        if lost.max(1) as f32 * WORSE <= (count + 1) as f32 {
            sure = probability;
        }
    }
    sure.max(SUREST)
}

fn held_out(classifier: &Classifier, scores: &[Scores], classes: &[Vec<u32>]) -> (Vec<HeldOut>, f32) {
    let about = &classifier.about;
    let mut all = Vec::with_capacity(scores.len());
    for (example, (scores, classes)) in scores.iter().zip(classes).enumerate() {
        let cheap = scores.cheap();
        let probabilities = about.cheap.mix(&cheap);
        let embedded = scores.deep.is_some() && !probabilities.iter().any(|p| *p >= about.sure);
        let (used, probabilities) = if embedded { (scores, about.full.mix(scores)) } else { (&cheap, probabilities) };
        let belongs = about.scope.belongs(used, &probabilities);
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
        let ranked = order.iter().take(5).map(|class| (about.labels[*class].clone(), probabilities[*class])).collect();
        let given = classes.iter().map(|class| probabilities[*class as usize]).fold(0.0, f32::max);
        let in_scope = belongs >= about.scope.threshold(embedded);
        all.push(HeldOut { example, ranked, given, in_scope, belongs, embedded });
    }
    let embedded = all.iter().filter(|text| text.embedded).count();
    (all, embedded as f32 / scores.len().max(1) as f32)
}
