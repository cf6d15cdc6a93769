//! Whether a message is a danger: to somebody's life, to the people at the desk, or to the bot.

use std::sync::LazyLock;

use serde::Serialize;
use yingda_classify::{Classifier, Effort, Explanation, Reason, Text};
use yingda_embedding::Embedder;
use yingda_language::repeats;

use crate::mood::{expected, shipped};

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
    /// Floods and chain letters.
    Spam,
    /// Somebody sells or recruits.
    Advertising,
    /// Somebody tries to give orders to the bot.
    PromptInjection,
}

impl Danger {
    /// All of them.
    pub const ALL: [Danger; 7] = [
        Danger::None,
        Danger::Abuse,
        Danger::Threat,
        Danger::SelfHarm,
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

/// Phrases that make a danger likelier than its words tell, when the message is not clearly something else. Lists alone
/// take "这个杀虫剂能杀死蟑螂吗" for a threat, so that they only lower the threshold.
const SIGNS: [(Danger, &[&str]); 3] = [
    (
        Danger::SelfHarm,
        &[
            "不想活",
            "活不下去",
            "自杀",
            "轻生",
            "结束生命",
            "结束自己",
            "跳楼",
            "割腕",
            "没有活下去",
            "死了算了",
            "kill myself",
            "end my life",
            "suicide",
            "want to die",
            "no reason to live",
            "hurt myself",
            "better off dead",
        ],
    ),
    (
        Danger::PromptInjection,
        &[
            "忽略以上",
            "忽略之前",
            "忽略前面",
            "忽略所有",
            "无视以上",
            "系统提示",
            "开发者模式",
            "你现在是一个",
            "越狱",
            "ignore previous",
            "ignore all previous",
            "ignore the above",
            "disregard",
            "system prompt",
            "developer mode",
            "jailbreak",
            "you are now",
            "pretend you are",
            "</system>",
            "[system]",
        ],
    ),
    (
        Danger::Threat,
        &[
            "弄死你",
            "杀了你",
            "砍死",
            "打断你",
            "炸了你",
            "烧了你",
            "知道你家",
            "堵你",
            "kill you",
            "burn down",
            "i know where you",
            "you will regret",
            "break your",
        ],
    ),
];

/// Probability from which a danger is taken for real; a sign lowers it.
const SURE: f32 = 0.5;
const WITH_A_SIGN: f32 = 0.2;
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
    let normalised = text.normalised();
    let signed = SIGNS
        .iter()
        .find(|(danger, signs)| of(*danger) >= WITH_A_SIGN && signs.iter().any(|sign| normalised.contains(sign)));
    let flood = repeats(text.raw()).iter().any(|repeat| repeat.count >= FLOOD);
    let likeliest = Danger::ALL.into_iter().max_by(|a, b| of(*a).total_cmp(&of(*b))).unwrap_or(Danger::None);
    let danger = match signed {
        Some((danger, _)) => *danger,
        None if flood => Danger::Spam,
        None if of(likeliest) >= SURE => likeliest,
        None => Danger::None,
    };
    if danger == Danger::None {
        return Safety { danger, probability: of(danger), level: 0, words: Vec::new() };
    }
    let told = expected(&LEVEL.classify_text(text, embedder, Effort::Full)).round().clamp(1.0, 3.0) as u8;
    // Who says it outright means it: better one call too many.
    let (level, probability) =
        if signed.is_some() { (told.max(2), of(danger).max(OUTRIGHT)) } else { (told, of(danger)) };
    let Explanation { words, .. } = DANGER.explain_text(text, None, danger.name(), REASONS);
    Safety { danger, probability, level, words }
}

/// The classifier itself, to be measured.
pub fn safety_classifier() -> &'static Classifier {
    &DANGER
}
