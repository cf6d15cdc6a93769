//! What a text calls for: the knowledge base and what was understood, weighed against each other. Pure.

use std::sync::Arc;

use time::OffsetDateTime;
use yingda_graph::{GraphAnswer, Outcome};
use yingda_knowledge::{Decision, Entry, Hit, IndexError, Thresholds, decide};
use yingda_library::{Library, View};
use yingda_model::{IntentAction, TraceCandidate, TraceTerm};

use crate::courtesy::Courtesy;
use crate::texts::Why;
use crate::understood::{Understood, Wish};
use crate::{Tongue, wants_person};

/// Hits that are weighed and put on record.
const WEIGHED: usize = 8;
/// An entry in another language than the message answers only from this confidence on; below, it is offered.
const FOREIGN_ANSWER: f32 = 0.75;
/// Probability from which an intent decides, where the search does not speak against it.
pub(crate) const INTENT_DECIDES: f32 = 0.85;
/// Probability from which an intent answers what the search knows nothing of.
const INTENT_ALONE: f32 = 0.9;
/// Probability from which an intent that is not sure has its answer offered.
const INTENT_OFFERS: f32 = 0.2;
/// Most questions that are offered.
const MOST_OFFERED: usize = 4;
/// Level of danger from which people are called at once, and how likely it has to be. Who is taken for somebody in despair
/// is told so: that has to be surer.
const DANGER: u8 = 2;
const LIKELY_THREAT: f32 = 0.7;
const LIKELY_SELF_HARM: f32 = 0.8;
const LIKELY_HAZARD: f32 = 0.7;

/// What a text calls for.
#[derive(Clone)]
pub(crate) struct Judged {
    /// Everything that was found, the most confident first.
    pub hits: Vec<Hit>,
    pub verdict: Verdict,
}

#[derive(Clone)]
pub(crate) enum Verdict {
    /// The customer threatens somebody, or somebody may be in danger.
    Danger {
        label: String,
    },
    Person {
        matched: String,
    },
    /// The company leaves this wish to people.
    LeftToPeople {
        intent: String,
        probability: f32,
    },
    /// `threshold` is the one that the hit reached.
    Answer {
        hit: Hit,
        threshold: f32,
    },
    /// The intent has an answer, and the knowledge base alone was not sure.
    IntentAnswer {
        entry_id: String,
        intent: String,
        probability: f32,
    },
    /// Several wishes, in order; at least one has an answer.
    Several {
        parts: Vec<Part>,
    },
    /// Questions to choose from.
    Choices {
        offers: Vec<Offer>,
    },
    Courtesy(Courtesy),
    /// The knowledge graph knows.
    Graph(GraphAnswer),
    Unknown,
}

/// One of several wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Answered {
        entry_id: String,
    },
    /// The company leaves it to people.
    LeftToPeople {
        intent: String,
    },
    /// It has no answer; these are its words.
    Open {
        text: String,
    },
}

/// A question to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub entry_id: String,
    pub question: String,
}

/// What texts are weighed against.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub library: &'a Library,
    pub view: &'a View,
    /// The language that is answered in.
    pub tongue: Tongue,
    pub thresholds: &'a Thresholds,
    /// Ids of the things of the graph that were spoken of before, the latest first.
    pub things: &'a [String],
}

impl Case<'_> {
    /// What the graph says to a text.
    fn graph(&self, text: &str) -> Option<GraphAnswer> {
        let now = OffsetDateTime::from_unix_timestamp(self.view.now.0.div_euclid(1_000)).ok();
        let asked = yingda_graph::Asked { question: text, lang: self.tongue.tag(), now, context: self.things };
        yingda_graph::answer(self.library.graph(self.view)?.as_ref(), &asked)
    }

    fn search(&self, text: &str) -> Result<Vec<Hit>, IndexError> {
        Ok(self.library.search(text, self.view, WEIGHED)?.hits)
    }

    /// The entry with this key, in the language that is answered in or else in another.
    pub fn with_key(&self, key: &str) -> Option<Arc<Entry>> {
        let entries = self.library.with_key(key, self.view);
        let own = entries.iter().find(|entry| tongue_of_entry(entry) == Some(self.tongue));
        own.or(entries.first()).cloned()
    }

    /// The hit, or the translation of its entry into the language that is answered in.
    fn translated(&self, hit: Hit) -> Hit {
        if !self.is_foreign(&hit) {
            return hit;
        }
        let translations = self.library.translations(&hit.entry_id, self.view);
        match translations.into_iter().find(|entry| tongue_of_entry(entry) == Some(self.tongue)) {
            Some(own) => Hit {
                entry_id: own.id.clone(),
                question: own.question.clone(),
                lang: own.lang.clone(),
                passage: None,
                sentence: None,
                ..hit
            },
            None => hit,
        }
    }

    /// Whether a hit is in another language than the one that is answered in.
    pub fn is_foreign(&self, hit: &Hit) -> bool {
        let lang = hit.lang.as_deref().map_or_else(|| Tongue::of_text(&hit.question), Tongue::of_tag);
        lang.is_some_and(|lang| lang != self.tongue)
    }
}

/// The language that an entry is in.
pub(crate) fn tongue_of_entry(entry: &Entry) -> Option<Tongue> {
    match &entry.lang {
        Some(lang) => Tongue::of_tag(lang),
        None => Tongue::of_text(&entry.question),
    }
}

/// Weighs a text.
pub(crate) fn judge(text: &str, case: &Case<'_>, understood: Option<&Understood>) -> Result<Judged, IndexError> {
    let hits = case.search(text)?;
    let verdict = verdict(text, case, understood, &hits)?;
    Ok(Judged { hits, verdict })
}

/// What comes before everything else: danger, and the wish for a person.
pub(crate) fn early(text: &str, understood: Option<&Understood>) -> Option<Verdict> {
    if let Some(label) = understood.and_then(danger) {
        return Some(Verdict::Danger { label });
    }
    wants_person(text).map(|matched| Verdict::Person { matched })
}

fn verdict(text: &str, case: &Case<'_>, understood: Option<&Understood>, hits: &[Hit]) -> Result<Verdict, IndexError> {
    if let Some(verdict) = early(text, understood) {
        return Ok(verdict);
    }
    let Some(understood) = understood else { return Ok(with_graph(of_knowledge(text, case, hits), text, case)) };
    if let Some(several) = several(text, case, understood)? {
        return Ok(several);
    }
    let known = with_graph(of_knowledge(text, case, hits), text, case);
    // A message of several parts of which no two have an answer is taken as one.
    let [wish] = understood.wishes.as_slice() else { return Ok(known) };
    Ok(with_intent(known, wish, case))
}

fn danger(understood: &Understood) -> Option<String> {
    let safety = &understood.record.safety;
    let likely = match safety.label.as_str() {
        "threat" => LIKELY_THREAT,
        "self_harm" => LIKELY_SELF_HARM,
        "hazard" | "minor" => LIKELY_HAZARD,
        _ => return None,
    };
    let calls = safety.level >= DANGER && safety.probability >= likely;
    calls.then(|| safety.label.clone())
}

/// What the knowledge base alone says.
fn of_knowledge(text: &str, case: &Case<'_>, hits: &[Hit]) -> Verdict {
    let thresholds = case.thresholds;
    let foreign = |hit: &Hit| case.is_foreign(hit);
    let offer = |hits: Vec<Hit>| Verdict::Choices { offers: hits.iter().map(Offer::of_hit).collect() };
    let (verdict, mut offered) = match decide(hits, thresholds) {
        Decision::Answer { hit } => {
            let hit = case.translated(hit);
            let threshold = if foreign(&hit) { thresholds.answer.max(FOREIGN_ANSWER) } else { thresholds.answer };
            if hit.confidence >= threshold {
                (Verdict::Answer { hit, threshold }, Vec::new())
            } else {
                let near = hits.iter().take(2).filter(|hit| hit.confidence >= thresholds.offer).cloned().collect();
                (Verdict::Choices { offers: Vec::new() }, near)
            }
        }
        Decision::Choices { hits } => (Verdict::Choices { offers: Vec::new() }, hits),
        Decision::Unknown => (Verdict::Unknown, Vec::new()),
    };
    match (verdict, Courtesy::of(text)) {
        (answer @ Verdict::Answer { .. }, _) => answer,
        (_, Some(courtesy)) => Verdict::Courtesy(courtesy),
        (Verdict::Choices { .. }, None) => {
            // What the customer can read comes first; the order is kept otherwise.
            offered.sort_by_key(|hit| foreign(hit));
            offer(offered)
        }
        (verdict, None) => verdict,
    }
}

/// Confidence from which the graph answers.
const GRAPH_ANSWERS: f32 = 0.8;

/// What the knowledge base said, together with the graph: a question that somebody has written down with its answer comes
/// first, then what the graph knows.
fn with_graph(known: Verdict, text: &str, case: &Case<'_>) -> Verdict {
    if matches!(&known, Verdict::Answer { hit, .. } if hit.exact) || matches!(known, Verdict::Courtesy(_)) {
        return known;
    }
    match case.graph(text).filter(|answer| answer.confidence >= GRAPH_ANSWERS) {
        Some(answer) => match (&answer.outcome, &known) {
            // It does not know either, or asks back: that is better than nothing, and no more.
            (Outcome::Unknown | Outcome::Which { .. }, Verdict::Unknown) => Verdict::Graph(answer),
            (Outcome::Unknown | Outcome::Which { .. }, _) => known,
            _ => Verdict::Graph(answer),
        },
        None => known,
    }
}

/// What the knowledge base said, together with the intent.
fn with_intent(known: Verdict, wish: &Wish, case: &Case<'_>) -> Verdict {
    if let Some((intent, probability)) = wish.intent().filter(|(_, probability)| *probability >= INTENT_DECIDES) {
        let name = || intent.name.clone();
        match (&known, intent.action) {
            (Verdict::Courtesy(_) | Verdict::Graph(_), _) => return known,
            (_, IntentAction::HandOver) => return Verdict::LeftToPeople { intent: name(), probability },
            (Verdict::Answer { .. }, _) => return known,
            (_, IntentAction::None) => {}
        }
        if let Some(entry) = answer_of(intent.answer_key.as_deref(), case) {
            // An intent is broader than a question: where the search is nearer to another entry, that may be the better
            // answer, and the customer chooses.
            let agreed = match &known {
                Verdict::Choices { offers } => offers.first() == Some(&entry),
                _ => probability >= INTENT_ALONE,
            };
            if agreed {
                return Verdict::IntentAnswer { entry_id: entry.entry_id, intent: name(), probability };
            }
        }
    }
    let in_doubt: Vec<Offer> = wish
        .ranked
        .iter()
        .filter(|(_, probability)| *probability >= INTENT_OFFERS)
        .filter_map(|(intent, _)| answer_of(intent.answer_key.as_deref(), case))
        .collect();
    match known {
        Verdict::Choices { offers } => {
            // What both found comes first, in the order of the intents; then what the intents alone found; then the rest.
            let (both, new): (Vec<Offer>, Vec<Offer>) = in_doubt.into_iter().partition(|offer| offers.contains(offer));
            let rest = offers.into_iter().filter(|offer| !both.contains(offer));
            let mut offers: Vec<Offer> =
                both.iter().cloned().chain(new.into_iter().filter(|_| wish.in_scope)).chain(rest).collect();
            offers.truncate(MOST_OFFERED);
            Verdict::Choices { offers }
        }
        Verdict::Unknown if wish.in_scope && !in_doubt.is_empty() => {
            Verdict::Choices { offers: in_doubt.into_iter().take(MOST_OFFERED).collect() }
        }
        known => known,
    }
}

fn answer_of(key: Option<&str>, case: &Case<'_>) -> Option<Offer> {
    let entry = case.with_key(key?)?;
    Some(Offer { entry_id: entry.id.clone(), question: entry.question.clone() })
}

/// The answers to several wishes of one message; `None` when fewer than two of them lead anywhere.
fn several(text: &str, case: &Case<'_>, understood: &Understood) -> Result<Option<Verdict>, IndexError> {
    if understood.wishes.len() < 2 {
        return several_questions(text, case);
    }
    let mut parts = Vec::new();
    for wish in &understood.wishes {
        let Some(words) = text.get(wish.start..wish.end).map(str::trim).filter(|words| !words.is_empty()) else {
            continue;
        };
        let hits = case.search(words)?;
        let known = of_knowledge(words, case, &hits);
        let part = match with_intent(known, wish, case) {
            Verdict::Answer { hit, .. } => Part::Answered { entry_id: hit.entry_id },
            Verdict::IntentAnswer { entry_id, .. } => Part::Answered { entry_id },
            Verdict::LeftToPeople { intent, .. } => Part::LeftToPeople { intent },
            Verdict::Courtesy(_) => continue,
            // What is about nothing that is known is no wish: it tells the story around the others.
            _ if !wish.in_scope => continue,
            _ => Part::Open { text: words.to_owned() },
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let answered = parts.iter().filter(|part| matches!(part, Part::Answered { .. })).count();
    Ok((parts.len() >= 2 && answered >= 1).then_some(Verdict::Several { parts }))
}

/// The answers to several sentences that the knowledge base is sure of, each by itself: also where intents see one wish, or
/// none. `None` when there are fewer than two.
fn several_questions(text: &str, case: &Case<'_>) -> Result<Option<Verdict>, IndexError> {
    let sentences = sentences(text);
    if !(2..=MOST_SENTENCES).contains(&sentences.len()) {
        return Ok(None);
    }
    let mut parts = Vec::new();
    for sentence in sentences {
        let hits = case.search(sentence)?;
        if let Verdict::Answer { hit, .. } = of_knowledge(sentence, case, &hits) {
            let part = Part::Answered { entry_id: hit.entry_id };
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    Ok((parts.len() >= 2).then_some(Verdict::Several { parts }))
}

/// Sentences that are looked up one by one; whoever writes more tells a story.
const MOST_SENTENCES: usize = 4;
/// Words that join a sentence to the one before.
const JOINING: [&str; 10] =
    ["另外", "还有", "以及", "然后", "对了", "再问一下", "顺便问下", "and ", "also ", "besides "];

/// The sentences of a text, without the words that join them.
fn sentences(text: &str) -> Vec<&str> {
    let without_joint = |sentence: &str| -> usize {
        let mut rest = sentence;
        while let Some(shorter) = JOINING.iter().find_map(|joint| {
            let head = rest.get(..joint.len())?;
            head.eq_ignore_ascii_case(joint).then(|| rest[joint.len()..].trim_start_matches([',', '，', ' ']))
        }) {
            rest = shorter;
        }
        sentence.len() - rest.len()
    };
    text.split_inclusive(['？', '?', '。', '！', '!', '；', ';', '\n'])
        .map(str::trim)
        .map(|sentence| &sentence[without_joint(sentence)..])
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
        .collect()
}

impl Offer {
    fn of_hit(hit: &Hit) -> Self {
        Self { entry_id: hit.entry_id.clone(), question: hit.question.clone() }
    }
}

/// The hits as a trace keeps them.
pub(crate) fn candidates(hits: &[Hit]) -> Vec<TraceCandidate> {
    hits.iter()
        .map(|hit| TraceCandidate {
            entry_id: hit.entry_id.clone(),
            question: hit.question.clone(),
            matched: hit.matched.clone(),
            score: hit.bm25,
            confidence: hit.confidence,
            terms: hit
                .terms
                .iter()
                .map(|term| TraceTerm { term: term.term.clone(), weight: term.weight, matched: term.matched >= 0.5 })
                .collect(),
        })
        .collect()
}

/// Why `hit` answers.
pub(crate) fn why_answered(hit: &Hit, threshold: f32) -> Why {
    let mut carried: Vec<_> = hit.terms.iter().filter(|term| term.matched >= 0.5).collect();
    carried.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let words: Vec<&str> = carried.iter().take(5).map(|term| term.term.as_str()).collect();
    Why::answered(&hit.question, &hit.matched, hit.confidence, threshold, &words)
}

/// What a graph's answer rests on, as a trace keeps it.
pub(crate) fn facts(answer: &GraphAnswer) -> Vec<String> {
    let facts = answer.facts.iter().map(|fact| {
        let value = fact.value.as_ref().map(told);
        let rest = value.or_else(|| fact.to.clone()).unwrap_or_default();
        format!("{} {} {rest}", fact.thing, fact.name)
    });
    facts.take(MOST_FACTS).collect()
}

/// A value as people read it.
fn told(value: &yingda_graph::Value) -> String {
    use yingda_graph::Value::{Bool, Date, List, Number, Text};
    let texts = |texts: &yingda_graph::Texts| texts.values().next().cloned().unwrap_or_default();
    match value {
        Number { amount, unit } => match unit {
            Some(unit) => format!("{amount} {unit}"),
            None => amount.to_string(),
        },
        Text { texts: text } => texts(text),
        Bool { value } => value.to_string(),
        Date { date } => date.to_string(),
        List { items } => items.iter().map(texts).collect::<Vec<_>>().join(", "),
    }
}

/// Facts that a trace keeps.
const MOST_FACTS: usize = 20;
