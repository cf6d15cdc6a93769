//! Everything that is understood of a message.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use time::OffsetDateTime;
use yingda_classify::{Classifier, Effort, Prediction, Ranked, Reason, Text};
use yingda_embedding::{Embedder, Purpose};
use yingda_entity::{Context, Entities, Entity};
use yingda_language::{Segmenter, detect};

use crate::mood::{Mood, mood_of};
use crate::safety::{Safety, safety_of};
use crate::split::parts;

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
        let classify =
            |part: &Range<usize>| classifier.classify(&text[part.clone()], self.embedder.as_deref(), Effort::Cascade);
        let all = 0..text.len();
        let whole = classify(&all);
        let mut wishes: Vec<(Range<usize>, Prediction)> = Vec::new();
        let parts = parts(text);
        if parts.len() > 1 {
            for part in parts {
                let prediction = classify(&part);
                let Some(best) = prediction.ranked.first() else { continue };
                let told = wishes.iter().any(|(_, other)| other.ranked.first().is_some_and(|o| o.label == best.label));
                if prediction.in_scope && best.probability >= OWN_WISH && !told {
                    wishes.push((part, prediction));
                }
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
        let why = classifier.explain(&text[part.clone()], embedder, &best.label, REASONS);
        Some(FoundIntent {
            name: best.label,
            probability: best.probability,
            start: part.start,
            end: part.end,
            in_scope: prediction.in_scope,
            candidates,
            why: why.words,
            meaning: why.meaning,
        })
    }
}
