//! Everything that is understood of a message.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use time::OffsetDateTime;
use yingda_classify::{Classifier, Effort, Prediction, Ranked, Reason, Text, parents};
use yingda_embedding::{Embedder, Purpose};
use yingda_entity::{Context, Entities, Entity};
use yingda_language::{Segmenter, detect};

use crate::mood::{Mood, mood_of};
use crate::safety::{Safety, safety_of};
use crate::split::{Joint, bare, joints, parts};

/// What a workspace understands its customers with. Share it; to change something, make another.
#[derive(Debug, Clone)]
pub struct Language {
    intents: Option<Arc<Classifier>>,
    entities: Entities,
    embedder: Option<Arc<Embedder>>,
    segmenter: Segmenter,
}

/// What a message means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Understanding {
    /// `zh`, `en` or `und`.
    pub language: String,
    /// What is wished, in the order in which it is said: one a part of the message, each intent once. Empty when the
    /// workspace has no intents yet.
    pub intents: Vec<FoundIntent>,
    pub entities: Vec<Entity>,
    pub mood: Mood,
    pub safety: Safety,
    /// Whether an embedding was made.
    pub embedded: bool,
}

/// A wish.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundIntent {
    /// Name of the intent.
    pub name: String,
    pub probability: f32,
    /// Bytes of the message that say it.
    pub start: usize,
    pub end: usize,
    /// Whether it is one of the workspace's intents at all; otherwise `name` is only the nearest.
    pub in_scope: bool,
    /// How well it belongs to any of them, from 0 to 1; from `threshold` on it is in scope.
    pub belongs: f32,
    pub threshold: f32,
    /// The likeliest intents, at most five, this one first.
    pub candidates: Vec<Ranked>,
    /// The words that carried it, strongest first.
    pub why: Vec<Reason>,
    /// What the meaning of the whole added, where it was needed.
    pub meaning: Option<f32>,
}

/// Longest text that is read, in bytes: more than the longest message; what comes after is left out.
const LONGEST: usize = 64 * 1024;
/// A part of a message is a wish of its own from this probability on.
const OWN_WISH: f32 = 0.5;
/// Two pieces that nothing but a word or a comma joins are two wishes only when both are as sure as this …
const SURE_WISH: f32 = 0.8;
/// … and both were at least so likely for what they are pieces of.
const HINTED: f32 = 0.02;
/// Where a question ends or “then” follows they need not be, but have to be as sure as this.
const SUREST_WISH: f32 = 0.9;
const CANDIDATES: usize = 5;
const REASONS: usize = 6;

impl Language {
    /// From a workspace's intents, where it has trained some, its entities, and the embedding model, where it is
    /// installed.
    pub fn new(intents: Option<Arc<Classifier>>, entities: Entities, embedder: Option<Arc<Embedder>>) -> Self {
        let segmenter = intents.as_ref().map_or_else(Segmenter::new, |intents| intents.segmenter().clone());
        Self { intents, entities, embedder, segmenter }
    }

    /// Understands `text`, written at `now` (its offset is the customer's).
    pub fn understand(&self, text: &str, now: OffsetDateTime) -> Understanding {
        let text = &text[..text.floor_char_boundary(LONGEST)];
        let embedder = self.embedder.as_deref();
        let plain = Text::new(&self.segmenter, text);
        if let Some(embedder) = embedder {
            // First, and once for all: what the intents need of it is remembered with it.
            embedder.embed_deep(plain.raw(), Purpose::Query);
        }
        Understanding {
            language: detect(text).tag().into(),
            intents: self.intents_in(text),
            entities: self.entities.find(text, &Context { now }),
            mood: mood_of(&plain, embedder),
            safety: safety_of(&plain, embedder),
            embedded: embedder.is_some(),
        }
    }

    /// What is wished in `text`, as [`Language::understand`] finds it: for a part of a message.
    pub fn intents(&self, text: &str) -> Vec<FoundIntent> {
        self.intents_in(&text[..text.floor_char_boundary(LONGEST)])
    }

    fn intents_in(&self, text: &str) -> Vec<FoundIntent> {
        let Some(classifier) = &self.intents else { return Vec::new() };
        let classify = |part: &Range<usize>| {
            classifier.classify(&text[bare(text, part.clone())], self.embedder.as_deref(), Effort::Cascade)
        };
        let all = 0..text.len();
        let whole = classifier.classify(text, self.embedder.as_deref(), Effort::Cascade);
        let parts = parts(text);
        let mut wishes: Vec<(Range<usize>, Prediction)> = Vec::new();
        let mut note = |part: Range<usize>, prediction: Prediction| {
            let Some(best) = prediction.ranked.first() else { return };
            let told = wishes.iter().any(|(_, other)| other.ranked.first().is_some_and(|o| o.label == best.label));
            if prediction.in_scope && best.probability >= OWN_WISH && !told {
                wishes.push((part, prediction));
            }
        };
        for part in &parts {
            let prediction = if parts.len() == 1 { whole.clone() } else { classify(part) };
            match joined(text, part, &prediction, &classify) {
                Some(two) => two.into_iter().for_each(|(part, prediction)| note(part, prediction)),
                None if parts.len() > 1 => note(part.clone(), prediction),
                None => {}
            }
        }
        // One wish in several sentences is understood best as a whole, if it is understood at all.
        if wishes.len() < 2 && (whole.in_scope || wishes.is_empty()) {
            wishes = vec![(all, whole)];
        }
        wishes.into_iter().filter_map(|(part, prediction)| self.found(text, part, prediction)).collect()
    }

    fn found(&self, text: &str, part: Range<usize>, prediction: Prediction) -> Option<FoundIntent> {
        let classifier = self.intents.as_ref()?;
        let embedder = self.embedder.as_deref().filter(|_| prediction.embedded);
        let mut candidates = prediction.ranked;
        candidates.truncate(CANDIDATES);
        let best = candidates.first()?.clone();
        let mut why = classifier.explain(&text[part.clone()], embedder, &best.label, REASONS);
        for reason in &mut why.words {
            reason.start += part.start;
            reason.end += part.start;
        }
        Some(FoundIntent {
            name: best.label,
            probability: best.probability,
            start: part.start,
            end: part.end,
            in_scope: prediction.in_scope,
            belongs: prediction.belongs,
            threshold: prediction.threshold,
            candidates,
            why: why.words,
            meaning: why.meaning,
        })
    }
}

/// The two wishes of a part that was taken for one, where it is two: what is said before a joint and after it are sure of
/// wishes. Where a question ends or “then” follows that is enough; where a comma or an “and” joins them, they also have to
/// be of different families, and both seen in the whole. ("It does not move, is it lost?" is one wish.)
fn joined(
    text: &str,
    part: &Range<usize>,
    taken_for: &Prediction,
    classify: &dyn Fn(&Range<usize>) -> Prediction,
) -> Option<[(Range<usize>, Prediction); 2]> {
    let hinted = |label: &str| taken_for.ranked.iter().any(|one| one.label == label && one.probability >= HINTED);
    // Most messages are one wish, and sure of it.
    let is_sure = taken_for.ranked.get(1).is_none_or(|second| second.probability < HINTED);
    let sure = |piece: &Range<usize>, least: f32| {
        let prediction = classify(piece);
        let best = prediction.ranked.first()?;
        (prediction.in_scope && best.probability >= least).then_some(prediction)
    };
    let weaker =
        |two: &[(Range<usize>, Prediction); 2]| two.iter().map(|(_, p)| p.ranked[0].probability).fold(1.0, f32::min);
    joints(text, part.clone())
        .into_iter()
        .filter(|(_, joint)| *joint == Joint::Plain || !is_sure)
        .filter_map(|(at, joint)| {
            let least = if joint == Joint::Plain { SUREST_WISH } else { SURE_WISH };
            let (before, after) = (part.start..at, at..part.end);
            let two = [(before.clone(), sure(&before, least)?), (after.clone(), sure(&after, least)?)];
            let [first, second] = two.each_ref().map(|(_, prediction)| prediction.ranked[0].label.as_str());
            let apart = match joint {
                Joint::Plain => first != second,
                Joint::Loose => family(first) != family(second) && hinted(first) && hinted(second),
            };
            apart.then_some(two)
        })
        .max_by(|a, b| weaker(a).total_cmp(&weaker(b)))
}

/// What a label lies in: `order` for `order/cancel`; itself where there is no hierarchy.
fn family(label: &str) -> &str {
    parents(label).next().unwrap_or(label)
}
