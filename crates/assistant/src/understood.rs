//! What a message was taken for, as the assistant weighs it and as the trace keeps it.

use std::sync::Arc;

use time::{OffsetDateTime, UtcOffset};
use yingda_entity::Entity;
use yingda_entity::pii::{MASKED, Style, mask};
use yingda_model::{
    InboxSettings, Timestamp, TraceEntity, TraceIntent, TraceLabel, TraceMood, TraceReason, TraceSafety, TraceSpan,
    TraceUnderstanding,
};
use yingda_nlu::trend::{Felt, trend};
use yingda_nlu::{Emotion, FoundIntent, Mood, Safety, Understanding};

use crate::language::{KnownIntent, WorkspaceLanguage};

/// What a message was taken for.
#[derive(Clone, Debug)]
pub(crate) struct Understood {
    pub record: TraceUnderstanding,
    /// One for each part of the message, in order.
    pub wishes: Vec<Wish>,
    /// What its clauses ask for, each read by itself, where at least two ask for different things.
    pub clauses: Vec<Wish>,
    /// What the message names.
    pub entities: Vec<Entity>,
    /// Whether the customer is angry, or lost patience with this message.
    pub upset: bool,
}

/// What a part of a message asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub start: usize,
    pub end: usize,
    pub in_scope: bool,
    /// Intents with their probabilities, likeliest first; those that were removed are left out.
    pub ranked: Vec<(Arc<KnownIntent>, f32)>,
}

/// Probability of anger from which it counts.
const ANGRY: f32 = 0.8;
/// Clock of customers whose inbox has no hours: Beijing's.
const USUAL_OFFSET_MINUTES: i32 = 480;
/// What stands for words that are not shown.
const HIDDEN: &str = "***";
/// Reasons that are kept.
const MOST_REASONS: usize = 8;

impl Wish {
    /// The intent that the part is about, if it is about any.
    pub fn intent(&self) -> Option<(&KnownIntent, f32)> {
        let (intent, probability) = self.ranked.first().filter(|_| self.in_scope)?;
        Some((intent, *probability))
    }
}

/// Whether personal data of a text stands in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Personal {
    Masked,
    Shown,
}

/// What `text` is taken for, by itself.
pub(crate) fn read(
    language: &WorkspaceLanguage,
    text: &str,
    now: Timestamp,
    settings: &InboxSettings,
    personal: Personal,
) -> TraceUnderstanding {
    record(&language.language.understand(text, local(now, settings)), language, personal)
}

/// Understands `text`, which was written at `now`; `earlier` are the moods of the customer's messages before, oldest first.
pub(crate) fn understand(
    language: &WorkspaceLanguage,
    text: &str,
    now: Timestamp,
    settings: &InboxSettings,
    earlier: &[TraceMood],
) -> Understood {
    let understanding = language.language.understand(text, local(now, settings));
    let mut record = record(&understanding, language, Personal::Masked);
    let felt: Vec<Felt<'_>> = earlier.iter().chain([&record.mood]).map(felt).collect();
    let last = felt.len() - 1;
    let course = trend(&felt);
    let broke = course.broke.map(|broke| broke.at);
    let angry = record.mood.emotion == Emotion::Angry.name() && record.mood.probability >= ANGRY;
    let lost_patience = broke.is_some() && !course.recovered && record.mood.polarity < 0.0;
    record.mood_broke = broke == Some(last);
    let wishes = understanding.intents.iter().map(|found| wish(found, language)).collect();
    Understood {
        record,
        wishes,
        clauses: clauses(language, text),
        entities: understanding.entities,
        upset: angry || lost_patience,
    }
}

/// Probability from which a clause asks for something of its own.
const OWN_WISH: f32 = 0.5;

fn clauses(language: &WorkspaceLanguage, text: &str) -> Vec<Wish> {
    let parts = crate::propose::parts(text);
    if parts.len() < 2 {
        return Vec::new();
    }
    let mut found: Vec<Wish> = Vec::new();
    for (start, end) in parts {
        let Some(part) = language.language.intents(&text[start..end]).into_iter().next() else { continue };
        let wish = Wish { start, end, ..wish(&part, language) };
        let Some((intent, probability)) = wish.intent() else { continue };
        let told = found.iter().any(|other| other.ranked.first().is_some_and(|(own, _)| own.name == intent.name));
        if probability >= OWN_WISH && !told {
            found.push(wish);
        }
    }
    if found.len() < 2 { Vec::new() } else { found }
}

pub(crate) fn felt(mood: &TraceMood) -> Felt<'_> {
    Felt { polarity: mood.polarity, emotion: &mood.emotion, probability: mood.probability }
}

pub(crate) fn local(now: Timestamp, settings: &InboxSettings) -> OffsetDateTime {
    let minutes = settings.hours.as_ref().map_or(USUAL_OFFSET_MINUTES, |hours| hours.utc_offset_minutes);
    let offset = UtcOffset::from_whole_seconds(minutes.saturating_mul(60)).unwrap_or(UtcOffset::UTC);
    let utc = OffsetDateTime::from_unix_timestamp(now.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    utc.checked_to_offset(offset).unwrap_or(utc)
}

fn wish(found: &FoundIntent, language: &WorkspaceLanguage) -> Wish {
    let candidates = found.candidates.iter();
    Wish {
        start: found.start,
        end: found.end,
        in_scope: found.in_scope,
        ranked: candidates
            .filter_map(|ranked| Some((language.intent(&ranked.label)?.clone(), ranked.probability)))
            .collect(),
    }
}

fn record(understanding: &Understanding, language: &WorkspaceLanguage, personal: Personal) -> TraceUnderstanding {
    let reasons = Reasons::of(&understanding.entities, personal);
    TraceUnderstanding {
        model: language.version,
        language: understanding.language.clone(),
        embedded: understanding.embedded,
        intents: understanding.intents.iter().map(|found| intent(found, language, &reasons)).collect(),
        entities: understanding.entities.iter().map(|found| entity(found, personal)).collect(),
        mood: mood_with(&understanding.mood, &reasons),
        safety: safety(&understanding.safety, &reasons),
        mood_broke: false,
    }
}

/// Reasons of one message, as a record may tell them.
struct Reasons {
    /// Words that are personal data, lower case.
    hidden: Vec<String>,
}

impl Reasons {
    fn of(entities: &[Entity], personal: Personal) -> Self {
        let own = entities.iter().filter(|entity| personal == Personal::Masked && MASKED.contains(&entity.kind));
        Self { hidden: own.map(|entity| entity.text.to_lowercase()).collect() }
    }

    /// The strongest reasons with their places; those that are part of personal data without their words.
    fn told(&self, reasons: &[yingda_classify::Reason]) -> Vec<TraceReason> {
        let told = |reason: &yingda_classify::Reason| match self.hidden.iter().any(|own| own.contains(&reason.text)) {
            true => TraceReason { text: HIDDEN.to_owned(), weight: reason.weight, span: None },
            false => {
                let span = TraceSpan { start: reason.start, end: reason.end };
                TraceReason { text: reason.text.clone(), weight: reason.weight, span: Some(span) }
            }
        };
        reasons.iter().take(MOST_REASONS).map(told).collect()
    }
}

fn intent(found: &FoundIntent, language: &WorkspaceLanguage, reasons: &Reasons) -> TraceIntent {
    // By the name that it has now.
    let name = |label: &str| language.intent(label).map_or_else(|| label.to_owned(), |intent| intent.name.clone());
    TraceIntent {
        name: name(&found.name),
        probability: found.probability,
        in_scope: found.in_scope,
        belongs: Some(found.belongs),
        threshold: Some(found.threshold),
        start: found.start,
        end: found.end,
        candidates: found
            .candidates
            .iter()
            .map(|ranked| TraceLabel { name: name(&ranked.label), probability: ranked.probability })
            .collect(),
        why: reasons.told(&found.why),
        meaning: found.meaning,
    }
}

fn entity(found: &Entity, personal: Personal) -> TraceEntity {
    let hidden = personal == Personal::Masked && MASKED.contains(&found.kind);
    let text = if hidden { masked(&found.text) } else { found.text.clone() };
    TraceEntity {
        kind: found.kind.name().to_owned(),
        start: found.start,
        end: found.end,
        text,
        value: if hidden { None } else { serde_json::to_value(&found.value).ok() },
        confidence: found.confidence,
    }
}

/// Personal words, masked. Out of their sentence they may not be known for what they are: then nothing of them is left.
fn masked(words: &str) -> String {
    let masked = mask(words, Style::Partial);
    if masked == words { HIDDEN.into() } else { masked }
}

/// How `text` feels, which nothing else is known of.
pub(crate) fn mood(mood: &Mood) -> TraceMood {
    mood_with(mood, &Reasons { hidden: Vec::new() })
}

fn mood_with(mood: &Mood, reasons: &Reasons) -> TraceMood {
    TraceMood {
        polarity: mood.polarity,
        emotion: mood.emotion.name().to_owned(),
        probability: mood.probability,
        urgency: mood.urgency,
        politeness: mood.politeness,
        emotions: mood
            .emotions
            .into_iter()
            .zip(Emotion::ALL)
            .map(|(probability, emotion)| TraceLabel { name: emotion.name().to_owned(), probability })
            .collect(),
        words: reasons.told(&mood.words),
        urgency_words: reasons.told(&mood.urgency_words),
    }
}

fn safety(safety: &Safety, reasons: &Reasons) -> TraceSafety {
    TraceSafety {
        label: safety.danger.name().to_owned(),
        level: safety.level,
        probability: safety.probability,
        words: reasons.told(&safety.words),
    }
}
