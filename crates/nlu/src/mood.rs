//! How the writer of a message feels.

use std::sync::LazyLock;

use serde::Serialize;
use yingda_classify::{
    Classifier, Depth, Effort, Explanation, Names, Options, Prediction, Reason, Slips, Text, Voters,
};
use yingda_embedding::Embedder;

/// An emotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Emotion {
    Neutral,
    Pleased,
    Anxious,
    Disappointed,
    Angry,
}

impl Emotion {
    /// All, in the order of [`Mood::emotions`].
    pub const ALL: [Emotion; 5] =
        [Emotion::Neutral, Emotion::Pleased, Emotion::Anxious, Emotion::Disappointed, Emotion::Angry];

    /// The name in files and weights.
    pub fn name(self) -> &'static str {
        match self {
            Emotion::Neutral => "neutral",
            Emotion::Pleased => "pleased",
            Emotion::Anxious => "anxious",
            Emotion::Disappointed => "disappointed",
            Emotion::Angry => "angry",
        }
    }

    /// How pleasant it is, from -1 to 1.
    fn valence(self) -> f32 {
        match self {
            Emotion::Neutral => 0.0,
            Emotion::Pleased => 1.0,
            Emotion::Anxious => -0.4,
            Emotion::Disappointed => -0.6,
            Emotion::Angry => -1.0,
        }
    }
}

/// How the writer of a message feels, and how they put it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mood {
    /// From -1 (as bad as can be) to 1.
    pub polarity: f32,
    /// The likeliest emotion …
    pub emotion: Emotion,
    /// … and how likely it is.
    pub probability: f32,
    /// The probability of each of [`Emotion::ALL`]; they sum to 1.
    pub emotions: [f32; 5],
    /// From 0 (can wait) over 1 (today) to 2 (now).
    pub urgency: f32,
    /// From -1 (rude) to 1 (polite).
    pub politeness: f32,
    /// The words that carried the emotion, strongest first; below 0 they spoke against it.
    pub words: Vec<Reason>,
    /// The words that carried the urgency, strongest first; empty where nothing presses.
    pub urgency_words: Vec<Reason>,
}

static EMOTION: LazyLock<Classifier> = LazyLock::new(|| shipped(include_bytes!("../../../models/emotion.bin")));
static URGENCY: LazyLock<Classifier> = LazyLock::new(|| shipped(include_bytes!("../../../models/urgency.bin")));
static POLITENESS: LazyLock<Classifier> = LazyLock::new(|| shipped(include_bytes!("../../../models/politeness.bin")));

/// Words that are given as reasons.
const REASONS: usize = 5;
/// Urgency from which its words are given.
const PRESSING: f32 = 1.0;

/// How a classifier of manners (emotion, urgency, danger …) is trained: on how something is said, with its slips, and
/// fitted less hard, because such labels are a matter of opinion.
pub fn manners() -> Options {
    Options {
        balance: 0.5,
        names: Names::AreNames,
        slips: Slips::AreKept,
        depth: Depth::AndHow,
        neighbours: Voters::AreSilent,
        cost: 0.003,
        ..Options::default()
    }
}

pub(crate) fn shipped(bytes: &[u8]) -> Classifier {
    Classifier::from_bytes(bytes).expect("weights in the program, which the tests read")
}

/// The mood of a text. Without an embedder the words alone decide.
pub fn mood(text: &str, embedder: Option<&Embedder>) -> Mood {
    mood_of(&EMOTION.read(text), embedder)
}

pub(crate) fn mood_of(text: &Text<'_>, embedder: Option<&Embedder>) -> Mood {
    let emotions = EMOTION.classify_text(text, embedder, Effort::Full);
    let emotions = Emotion::ALL.map(|emotion| probability(&emotions, emotion.name()));
    let (at, probability) = emotions.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 1.0));
    let emotion = Emotion::ALL[at];
    let words = match emotion {
        Emotion::Neutral => Vec::new(),
        emotion => {
            let Explanation { words, .. } = EMOTION.explain_text(text, None, emotion.name(), REASONS);
            words
        }
    };
    let urgency = expected(&URGENCY.classify_text(text, embedder, Effort::Full));
    let urgency_words = match urgency >= PRESSING {
        true => URGENCY.explain_text(text, None, "2", REASONS).words,
        false => Vec::new(),
    };
    Mood {
        polarity: Emotion::ALL.iter().zip(emotions).map(|(emotion, p)| emotion.valence() * p).sum(),
        emotion,
        probability,
        emotions,
        urgency,
        politeness: expected(&POLITENESS.classify_text(text, embedder, Effort::Full)),
        words,
        urgency_words,
    }
}

/// The emotion classifier itself, to be measured.
pub fn emotion_classifier() -> &'static Classifier {
    &EMOTION
}

fn probability(prediction: &Prediction, label: &str) -> f32 {
    prediction.ranked.iter().find(|ranked| ranked.label == label).map_or(0.0, |ranked| ranked.probability)
}

/// The mean of labels that are numbers.
pub(crate) fn expected(prediction: &Prediction) -> f32 {
    prediction.ranked.iter().map(|ranked| ranked.label.parse::<f32>().unwrap_or(0.0) * ranked.probability).sum()
}
