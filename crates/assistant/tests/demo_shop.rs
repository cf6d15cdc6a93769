//! How well the assistant answers in the demo shop: both languages in one knowledge base, whole turns.
//!
//! `cargo test -p yingda-assistant --test demo_shop -- --nocapture` prints the figures and every wrong answer.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::Path;

use uuid::Uuid;
use yingda_assistant::{KnownIntent, TurnInput, TurnPlan, WorkspaceLanguage, turn};
use yingda_classify::Options;
use yingda_desk::LanguageFile;
use yingda_entity::{Entities, Setup};
use yingda_knowledge::eval::{Expected, parse_questions};
use yingda_knowledge::{Entry, Thresholds};
use yingda_language::normalise;
use yingda_library::{Library, View, files};
use yingda_model::{BotMemory, Content, InboxSettings, Timestamp, TraceDecision};

fn pack(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/demo").join(name)).unwrap()
}

fn shop() -> Library {
    let mut entries: Vec<(Option<String>, Entry)> = Vec::new();
    for lang in ["zh", "en"] {
        let name = format!("faq.{lang}.jsonl");
        let parsed = files::parse(&name, &pack(&name)).unwrap();
        assert!(parsed.refused.is_empty());
        // The two files use the same keys; in a store every entry has an id of its own.
        entries.extend(parsed.items.into_iter().map(|item| {
            let content = item.content;
            let key = content.key.clone();
            let entry = Entry {
                variants: content.variants,
                lang: content.lang,
                ..Entry::new(format!("{lang}.{}", key.as_deref().unwrap()), content.question, content.answer)
            };
            (key, entry)
        }));
    }
    Library::build(entries, None).unwrap()
}

/// What the demo's intents teach, from words alone.
fn language() -> WorkspaceLanguage {
    let file = LanguageFile::parse("intents.yml", pack("intents.yml")).unwrap();
    let examples = yingda_classify::parse("intents.yml", pack("intents.yml")).unwrap();
    let trained = yingda_classify::train(&examples, None, None, &Options::default(), &|_| {}).unwrap();
    let intents = file.intents.into_iter().map(|draft| {
        let known = KnownIntent {
            name: draft.name.clone(),
            title_zh: draft.title_zh.unwrap_or_default(),
            title_en: draft.title_en.unwrap_or_default(),
            answer_key: draft.answer_key,
            action: draft.action.unwrap_or_default(),
        };
        (draft.name, known)
    });
    let entities = Entities::new(&Setup::default()).unwrap();
    WorkspaceLanguage::new(Some(trained.classifier), intents, entities, None)
}

fn asked(library: &Library, language: Option<&WorkspaceLanguage>, text: &str, thresholds: &Thresholds) -> TurnPlan {
    turn(&TurnInput {
        memory: &BotMemory::default(),
        content: &Content::text(text),
        settings: &InboxSettings::default(),
        locale: None,
        library,
        view: &View::public(Timestamp(0)),
        language,
        moods: &[],
        things: &[],
        thresholds,
        now: Timestamp(0),
        trace_id: Uuid::nil().into(),
        conversation_id: Uuid::nil().into(),
        message_id: Uuid::nil().into(),
    })
    .unwrap()
}

#[derive(Debug, Default)]
struct Figures {
    answerable: usize,
    right: usize,
    person: usize,
    offered_right: usize,
    offered_wrong: usize,
    wrong: usize,
    unknown: usize,
    foreign: usize,
    foreign_answered: usize,
    foreign_handed_over: usize,
    foreign_offered: usize,
    foreign_unknown: usize,
    /// Questions offered for answerable ones.
    options: usize,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |part: usize| 100.0 * part as f64 / self.answerable as f64;
        write!(
            f,
            "of {}: right {:.1} %, choices with the right one {:.1} % ({:.1} options), choices without {:.1} %, unknown {:.1} %, wrong \
             {:.1} %; of {} not ours: answered {}, offered {}, unknown {}",
            self.answerable,
            share(self.right + self.person),
            share(self.offered_right),
            self.options as f64 / (self.offered_right + self.offered_wrong).max(1) as f64,
            share(self.offered_wrong),
            share(self.unknown),
            share(self.wrong),
            self.foreign,
            self.foreign_answered,
            self.foreign_offered,
            self.foreign_unknown,
        )
    }
}

fn figures(
    lang: &str,
    thresholds: &Thresholds,
    library: &Library,
    language: Option<&WorkspaceLanguage>,
    tell: bool,
) -> Figures {
    let mut owners: HashMap<String, Vec<String>> = HashMap::new();
    library
        .index
        .each_entry(|entry| {
            for wording in entry.wordings() {
                owners.entry(normalise(wording)).or_default().push(entry.id.clone());
            }
        })
        .unwrap();
    let (questions, refused) = parse_questions(&pack(&format!("eval.{lang}.jsonl")));
    assert!(refused.is_empty());
    let mut f = Figures::default();
    for question in &questions {
        let (Expected::Wording(wording) | Expected::NotWording(wording)) = &question.expected else {
            panic!("{question:?} names no wording")
        };
        let right = &owners[&normalise(wording)];
        let decision = asked(library, language, &question.text, thresholds).trace.decision;
        if matches!(question.expected, Expected::NotWording(_)) {
            f.foreign += 1;
            match &decision {
                TraceDecision::Answer { entry_id, confidence, .. } => {
                    f.foreign_answered += 1;
                    if tell {
                        println!("  not ours {confidence:.2} {} -> {entry_id}", question.text);
                    }
                }
                TraceDecision::Answers { entry_ids, .. } => {
                    f.foreign_answered += 1;
                    if tell {
                        println!("  not ours {} -> {entry_ids:?}", question.text);
                    }
                }
                TraceDecision::Graph { .. } | TraceDecision::Flow { .. } | TraceDecision::Generated { .. } => {
                    panic!("there is no graph here, no flow and no language model")
                }
                TraceDecision::HandOver { .. } => f.foreign_handed_over += 1,
                TraceDecision::Choices { .. } => f.foreign_offered += 1,
                TraceDecision::Unknown { .. } => f.foreign_unknown += 1,
            }
            continue;
        }
        f.answerable += 1;
        if let TraceDecision::Choices { entry_ids, .. } = &decision {
            f.options += entry_ids.len();
        }
        match &decision {
            TraceDecision::Graph { .. } | TraceDecision::Flow { .. } | TraceDecision::Generated { .. } => {
                panic!("there is no graph here, no flow and no language model")
            }
            TraceDecision::Answer { entry_id, .. } if right.contains(entry_id) => f.right += 1,
            TraceDecision::Answer { entry_id, confidence, .. } => {
                f.wrong += 1;
                if tell {
                    println!("  wrong {confidence:.2} {} -> {entry_id}, not {}", question.text, wording);
                }
            }
            TraceDecision::Answers { entry_ids, .. } if entry_ids.iter().any(|id| right.contains(id)) => {
                f.right += 1;
            }
            TraceDecision::Answers { entry_ids, .. } => {
                f.wrong += 1;
                if tell {
                    println!("  wrong {} -> {entry_ids:?}, not {}", question.text, wording);
                }
            }
            TraceDecision::Choices { entry_ids, .. } if entry_ids.iter().any(|id| right.contains(id)) => {
                f.offered_right += 1;
            }
            TraceDecision::Choices { .. } => f.offered_wrong += 1,
            TraceDecision::Unknown { .. } => f.unknown += 1,
            TraceDecision::HandOver { matched, .. } if right.iter().any(|id| id.ends_with("service.human")) => {
                let _ = matched;
                f.person += 1;
            }
            TraceDecision::HandOver { matched, .. } => {
                f.wrong += 1;
                if tell {
                    println!("  handed over for {matched:?}: {}", question.text);
                }
            }
        }
    }
    f
}

#[test]
fn the_demo_shop_is_answered_well_and_rarely_wrong() {
    let (library, language) = (shop(), language());
    for lang in ["zh", "en"] {
        let words = figures(lang, &Thresholds::default(), &library, None, false);
        println!("{lang} without intents: {words}");
        let f = figures(lang, &Thresholds::default(), &library, Some(&language), true);
        println!("{lang}: {f}");
        let share = |part: usize| part as f64 / f.answerable as f64;
        assert!(share(f.wrong) <= 0.06, "{lang}: too many wrong answers: {f:?}");
        assert!(share(f.right + f.person + f.offered_right) >= 0.80, "{lang}: too little help: {f:?}");
        assert!(f.foreign_answered as f64 <= 0.35 * f.foreign as f64, "{lang}: answers what is not ours: {f:?}");
        let helped = |f: &Figures| f.right + f.person + f.offered_right;
        // Search finds by itself what the intents once added; they must not stand in its way.
        let lost = helped(&words).saturating_sub(helped(&f)) as f64 / f.answerable as f64;
        assert!(lost <= 0.02, "{lang}: the intents stand in the way: {f:?}, {words:?}");
        assert!(f.right >= words.right, "{lang}: the intents keep search from answering: {f:?}, {words:?}");
    }
}
