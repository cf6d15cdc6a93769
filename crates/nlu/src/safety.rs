//! Whether a message is a danger: to somebody's life or health, to the people at the desk, or to the bot.

use std::sync::LazyLock;

use serde::Serialize;
use yingda_classify::{Classifier, Effort, Explanation, Reason, Text};
use yingda_embedding::Embedder;
use yingda_language::repeats;

use crate::mood::{expected, shipped};
use crate::signs::signs;

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// Nothing.
    None,
    /// Insults.
    Abuse,
    /// Threats of violence or extortion.
    Threat,
    /// Somebody may harm themselves.
    SelfHarm,
    /// Somebody is hurt, or may be: fire, smoke, shock, gas, injury, allergy, poison; a child or an animal in danger.
    Hazard,
    /// A minor buys, pays or is sold what is not for minors.
    Minor,
    /// Floods and chain letters.
    Spam,
    /// Somebody sells or recruits.
    Advertising,
    /// Somebody tries to give orders to the bot.
    PromptInjection,
}

impl Danger {
    /// All of them.
    pub const ALL: [Danger; 9] = [
        Danger::None,
        Danger::Abuse,
        Danger::Threat,
        Danger::SelfHarm,
        Danger::Hazard,
        Danger::Minor,
        Danger::Spam,
        Danger::Advertising,
        Danger::PromptInjection,
    ];

    /// The name in files and weights.
    pub fn name(self) -> &'static str {
        match self {
            Danger::None => "none",
            Danger::Abuse => "abuse",
            Danger::Threat => "threat",
            Danger::SelfHarm => "self_harm",
            Danger::Hazard => "hazard",
            Danger::Minor => "minor",
            Danger::Spam => "spam",
            Danger::Advertising => "advertising",
            Danger::PromptInjection => "prompt_injection",
        }
    }
}

/// How dangerous a message is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Safety {
    pub danger: Danger,
    /// How likely that is.
    pub probability: f32,
    /// 0 (none), 1 (mild), 2 (clear) or 3 (severe).
    pub level: u8,
    /// The words that carried it, strongest first.
    pub words: Vec<Reason>,
}

static DANGER: LazyLock<Classifier> = LazyLock::new(|| shipped(include_bytes!("../../../models/safety.bin")));
static LEVEL: LazyLock<Classifier> = LazyLock::new(|| shipped(include_bytes!("../../../models/safety-level.bin")));

/// Probability from which a danger is taken for real; a sign lowers it.
const SURE: f32 = 0.5;
const WITH_A_SIGN: f32 = 0.2;
/// Words alone know few of a danger's many faces and spread what they see over several: they are asked how likely any
/// danger is.
const SURE_BY_WORDS: f32 = 0.6;
const WITH_A_SIGN_BY_WORDS: f32 = 0.05;
/// How likely a danger is at least that is said outright.
const OUTRIGHT: f32 = 0.85;
/// So many characters in a row that are all the same are a flood.
const FLOOD: usize = 30;
const REASONS: usize = 5;

/// Judges a text. Without an embedder the words alone decide.
pub fn safety(text: &str, embedder: Option<&Embedder>) -> Safety {
    safety_of(&DANGER.read(text), embedder)
}

pub(crate) fn safety_of(text: &Text<'_>, embedder: Option<&Embedder>) -> Safety {
    let prediction = DANGER.classify_text(text, embedder, Effort::Full);
    let of = |danger: Danger| {
        prediction.ranked.iter().find(|ranked| ranked.label == danger.name()).map_or(0.0, |ranked| ranked.probability)
    };
    let any = 1.0 - of(Danger::None);
    let least = if prediction.embedded { WITH_A_SIGN } else { WITH_A_SIGN_BY_WORDS };
    // Most messages are nothing of the kind: they are not searched. A sign of one danger may stand in another
    // ("不想活了，拉你们垫背"): with its meaning known, the text has to be of the sign's own.
    let suits = |danger: Danger| !prediction.embedded || of(danger) >= least;
    let signed = if any >= least { signs(text.normalised()).find(|(danger, _)| suits(*danger)) } else { None };
    let flood = repeats(text.raw()).into_iter().any(|repeat| repeat.count >= FLOOD);
    let by_chance = |a: &Danger, b: &Danger| of(*a).total_cmp(&of(*b));
    let likeliest = Danger::ALL.into_iter().filter(|danger| *danger != Danger::None).max_by(by_chance);
    let seen = |danger: &Danger| of(*danger) >= SURE || (!prediction.embedded && any >= SURE_BY_WORDS);
    let danger = match &signed {
        Some((danger, _)) => *danger,
        None if flood => Danger::Spam,
        None => likeliest.filter(seen).unwrap_or(Danger::None),
    };
    if danger == Danger::None {
        return Safety { danger, probability: of(danger), level: 0, words: Vec::new() };
    }
    let told = expected(&LEVEL.classify_text(text, embedder, Effort::Full)).round().clamp(1.0, 3.0) as u8;
    // Who says it outright means it: better one call too many.
    let (level, probability) =
        if signed.is_some() { (told.max(2), of(danger).max(OUTRIGHT)) } else { (told, of(danger)) };
    let Explanation { mut words, .. } = DANGER.explain_text(text, None, danger.name(), REASONS);
    if let Some((_, phrase)) = signed {
        words.retain(|word| !text.normalised()[phrase.clone()].contains(&word.text));
        words.insert(0, text.reason(phrase, (OUTRIGHT / (1.0 - OUTRIGHT)).ln()));
        words.truncate(REASONS);
    }
    Safety { danger, probability, level, words }
}

/// The classifier itself, to be measured.
pub fn safety_classifier() -> &'static Classifier {
    &DANGER
}
